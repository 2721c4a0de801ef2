"""What comes of the month's reports: what a lead gathered, whom it nudged, and every word a unit ever said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.duty import Duty


class Consolidation(Base):
    """What the lead of a task gathered from its units for one period (牵头汇总), and whose part was lacking then."""

    __tablename__ = "consolidation"

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id"), unique=True)
    percent: Mapped[int | None]
    done: Mapped[str] = mapped_column(sa.Text, default="")
    problems: Mapped[str] = mapped_column(sa.Text, default="")
    next_step: Mapped[str] = mapped_column(sa.Text, default="")
    lacking: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # names of units, as said then
    filed_at: Mapped[datetime | None]
    filed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    duty: Mapped[Duty] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Nudge(Base):
    """A lead's word to a unit whose report is lacking (牵头催报): once a day at most for each report."""

    __tablename__ = "nudge"
    __table_args__ = (sa.UniqueConstraint("duty_id", "nudged_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id"))
    nudged_on: Mapped[date]
    nudged_at: Mapped[datetime]
    nudged_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    duty: Mapped[Duty] = relationship()


class Progress(Base):
    """One word of a unit on a task, kept for good; the latest stands on the assignment."""

    __tablename__ = "progress"
    __table_args__ = (sa.Index("ix_progress_task_id", "task_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    percent: Mapped[int]
    done: Mapped[str] = mapped_column(sa.Text)
    problems: Mapped[str] = mapped_column(sa.Text, default="")
    next_step: Mapped[str] = mapped_column(sa.Text, default="")

"""Bulletins (通报): figures frozen at the cut-off, text edited by hand, units named and heard; fixed once printed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.duty import Duty
from app.models.identity import Person, Unit
from app.models.plan import Plan, Task
from workflows.lifecycle import BulletinKind, BulletinState


class Bulletin(Base):
    """One bulletin of one period. `figures` are frozen as they stood at `cutoff_at`; every one names its rows.

    `number` is the 文号, `issue` the 期号; `issuers` are the names it is signed with (联合落款), `recipients` ids of units.
    `corrects` is the printed bulletin this one corrects. `paper` is all that was printed, word for word, empty until
    then: names of units and tasks stay as they were on that day. `digest` is its hash.
    A printed bulletin never changes: `FROZEN` refuses it in the database itself.
    """

    __tablename__ = "bulletin"
    __table_args__ = (
        sa.Index(
            "uq_bulletin_period",
            "plan_id",
            "kind",
            "period_key",
            unique=True,
            postgresql_where=sa.text("corrects_id IS NULL"),
            sqlite_where=sa.text("corrects_id IS NULL"),
        ),
        sa.Index("ix_bulletin_corrects_id", "corrects_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    kind: Mapped[BulletinKind]
    period_key: Mapped[str] = mapped_column(sa.String(16))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bulletin.id"))
    state: Mapped[BulletinState] = mapped_column(default=BulletinState.DRAFT)
    title: Mapped[str] = mapped_column(sa.String(300))
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    issue: Mapped[int | None]
    issuers: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    recipients: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    ranking: Mapped[bool] = mapped_column(default=False)  # whether the annex ranks units by group
    cutoff_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    approval: Mapped[str] = mapped_column(sa.String(200), default="")  # who approved it on paper, when noted
    back_words: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    paper: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest: Mapped[str] = mapped_column(sa.String(64), default="")
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    duty: Mapped[Duty | None] = relationship()
    corrects: Mapped[Bulletin | None] = relationship(remote_side=[id])
    sections: Mapped[list[BulletinSection]] = relationship(
        order_by="BulletinSection.position", back_populates="bulletin"
    )
    namings: Mapped[list[BulletinNaming]] = relationship(
        order_by="BulletinNaming.id", back_populates="bulletin"
    )
    drafted_by: Mapped[Person | None] = relationship(foreign_keys=[drafted_by_id])
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=[reviewed_by_id])
    signed_by: Mapped[Person | None] = relationship(foreign_keys=[signed_by_id])

    __mapper_args__ = {"version_id_col": version}


class BulletinSection(Base):
    """One part of the text: as it was generated, and as it stands after a person's hand."""

    __tablename__ = "bulletin_section"
    __table_args__ = (sa.UniqueConstraint("bulletin_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(sa.ForeignKey("bulletin.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(40))
    heading: Mapped[str] = mapped_column(sa.String(100))
    generated: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    edited_at: Mapped[datetime | None]
    edited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    bulletin: Mapped[Bulletin] = relationship(back_populates="sections")
    edited_by: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class BulletinNaming(Base):
    """A unit to be named for a task (点名): told first, heard within two working days, its words printed with it.

    `dropped_at`: the office decided, having heard, not to name it; `dropped_words` say why (不再点名的理由).
    """

    __tablename__ = "bulletin_naming"
    __table_args__ = (sa.Index("ix_bulletin_naming_unit_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(sa.ForeignKey("bulletin.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))
    reason: Mapped[str] = mapped_column(sa.String(400))
    told_at: Mapped[datetime | None]
    answer_by_on: Mapped[date | None]
    explanation: Mapped[str] = mapped_column(sa.Text, default="")
    explained_at: Mapped[datetime | None]
    explained_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    dropped_at: Mapped[datetime | None]
    dropped_words: Mapped[str] = mapped_column(sa.String(400), default="")
    version: Mapped[int] = mapped_column(default=1)

    bulletin: Mapped[Bulletin] = relationship(back_populates="namings")
    unit: Mapped[Unit] = relationship()
    task: Mapped[Task | None] = relationship()
    duty: Mapped[Duty | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

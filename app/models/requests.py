"""What units ask for when they cannot do as they were told (请求): each with a duty for whoever must answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.duty import Duty
from app.models.identity import Person, Unit
from app.models.plan import Task
from workflows.lifecycle import RequestState
from workflows.requests import RequestKind, Stage


class Request(Base):
    """One request about one task, or about one duty of it (延期, 异议, 协调, 调整, 暂缓, 撤销, 转常态).

    `stage` says who has to answer now, `answer_duty` is what chases him. `wanted_on` and `granted_on` are the new
    date asked for and given; `other_unit` the unit that should act instead (转办) or that blocks (协调). `late` marks
    one raised after the date: the overdue days count. `signed_by` is the unit's head who stands behind it.
    """

    __tablename__ = "request"
    __table_args__ = (
        sa.Index("ix_request_task_id", "task_id"),
        sa.Index("ix_request_state", "state"),
        sa.Index(
            "uq_request_pending",
            "task_id",
            "unit_id",
            "kind",
            unique=True,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RequestKind]
    state: Mapped[RequestState] = mapped_column(default=RequestState.PENDING)
    stage: Mapped[Stage]
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    raised_at: Mapped[datetime]
    signed_by: Mapped[str] = mapped_column(sa.String(60), default="")
    reason: Mapped[str] = mapped_column(sa.Text)
    progress: Mapped[str] = mapped_column(sa.Text, default="")
    wanted_on: Mapped[date | None]
    other_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    late: Mapped[bool] = mapped_column(default=False)
    answer_duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    granted_on: Mapped[date | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    task: Mapped[Task] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    other_unit: Mapped[Unit | None] = relationship(foreign_keys=[other_unit_id])
    duty: Mapped[Duty | None] = relationship(foreign_keys=[duty_id])
    answer_duty: Mapped[Duty | None] = relationship(foreign_keys=[answer_duty_id])
    raised_by: Mapped[Person] = relationship(foreign_keys=[raised_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])

    __mapper_args__ = {"version_id_col": version}

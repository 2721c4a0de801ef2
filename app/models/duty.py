"""The spine: everything with a deadline is one row of one table; and the month's reports, which answer such a row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.identity import Person, Unit
from app.models.plan import Commitment, Plan, Task
from workflows.cadence import DutyKind
from workflows.lifecycle import Cause, DutyState, Hold, OnTime, ReportState, ReturnReason
from workflows.light import Pace


class Duty(Base):
    """One thing one unit owes by one date (应办事项).

    Unique by plan, task, unit, kind and period: opening a period twice opens nothing twice. A duty of the whole
    plan has no task. The climb: `epoch` rises when it is armed again, `rung` counts the rungs behind it, `loop` the
    repeats of the last of them, and `next_action_at` (partial index) is when the engine has to look at it; None with
    a `hold` that a person ends, or at the top. `received_at` is when the unit last showed that it has heard (已收到)
    since the last rung spoke; `checks` how often the office was asked to find out. The due day ends at `cutoff_hour`.
    """

    __tablename__ = "duty"
    __table_args__ = (
        sa.Index(
            "uq_duty_identity",
            "plan_id",
            sa.text("coalesce(task_id, 0)"),
            "unit_id",
            "kind",
            "period_key",
            unique=True,
        ),
        sa.Index(
            "ix_duty_next_action_at",
            "next_action_at",
            "id",
            postgresql_where=sa.text("next_action_at IS NOT NULL"),
            sqlite_where=sa.text("next_action_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_duty_lost",
            "policy_version_id",
            "kind",
            "rung",
            "loop",
            postgresql_where=sa.text("state = 'open' AND next_action_at IS NULL AND hold_reason = ''"),
            sqlite_where=sa.text("state = 'open' AND next_action_at IS NULL AND hold_reason = ''"),
        ),
        sa.Index(
            "ix_duty_held",
            "hold",
            postgresql_where=sa.text("hold IS NOT NULL"),
            sqlite_where=sa.text("hold IS NOT NULL"),
        ),
        sa.Index("ix_duty_unit_id_state", "unit_id", "state"),
        sa.Index("ix_duty_task_id", "task_id"),
        sa.Index("ix_duty_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    kind: Mapped[DutyKind]
    period_key: Mapped[str] = mapped_column(sa.String(16), default="")
    opens_on: Mapped[date]
    due_on: Mapped[date]
    original_due_on: Mapped[date]
    state: Mapped[DutyState] = mapped_column(default=DutyState.OPEN)
    filed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(sa.String(400), default="")
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    epoch: Mapped[int] = mapped_column(default=1)
    armed_at: Mapped[datetime]
    rung: Mapped[int] = mapped_column(default=0)
    next_action_at: Mapped[datetime | None]
    loop: Mapped[int] = mapped_column(default=0)
    checks: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime | None]
    hold: Mapped[Hold | None]
    hold_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    held_at: Mapped[datetime | None]
    cutoff_hour: Mapped[int] = mapped_column(default=24)
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    task: Mapped[Task | None] = relationship()
    unit: Mapped[Unit] = relationship()
    report: Mapped[Report | None] = relationship(back_populates="duty", uselist=False)

    __mapper_args__ = {"version_id_col": version}


class Report(Base):
    """What a unit reports on one task for one month (月报).

    `percent` is 累计完成 (0–100), `occurred` whether what recurs was held this period, `measures` the values of the
    task's indicators. `schedule` is the unit's own word on 是否达序时. `help_unit` is whom 需协调事项 is asked of, `next_on`
    the date in 下步打算. `unchanged` marks 本月无变化, with a reason from the second time in a row. `signed_by` is who
    stands behind it in the unit (审签), `signer` the same when that person signed in. `after_lock`: filed after the
    period was closed (补报).
    """

    __tablename__ = "report"
    __table_args__ = (sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id"), unique=True)
    state: Mapped[ReportState] = mapped_column(default=ReportState.DRAFT)
    percent: Mapped[int | None]
    occurred: Mapped[bool | None]
    schedule: Mapped[Pace | None]
    done: Mapped[str] = mapped_column(sa.Text, default="")
    problems: Mapped[str] = mapped_column(sa.Text, default="")
    cause: Mapped[Cause | None]
    help_words: Mapped[str] = mapped_column(sa.Text, default="")
    help_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    next_step: Mapped[str] = mapped_column(sa.Text, default="")
    next_on: Mapped[date | None]
    on_time: Mapped[OnTime | None]  # 能否按期
    waiting: Mapped[bool] = mapped_column(default=False)  # 按计划等待: no progress is what the plan says
    unchanged: Mapped[bool] = mapped_column(default=False)  # 本月无变化
    unchanged_reason: Mapped[str] = mapped_column(sa.String(400), default="")
    signed_by: Mapped[str] = mapped_column(sa.String(60), default="")
    signer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    after_lock: Mapped[bool] = mapped_column(default=False)
    reviewed_at: Mapped[datetime | None]
    review_words: Mapped[str] = mapped_column(sa.Text, default="")
    return_reason: Mapped[ReturnReason | None]
    returns: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    duty: Mapped[Duty] = relationship(back_populates="report")
    help_unit: Mapped[Unit | None] = relationship()
    signer: Mapped[Person | None] = relationship(foreign_keys=[signer_id])
    submitted_by: Mapped[Person | None] = relationship(foreign_keys=[submitted_by_id])
    measures: Mapped[list[Measure]] = relationship(
        cascade="all, delete-orphan", order_by="Measure.commitment_id"
    )
    corrections: Mapped[list[Correction]] = relationship(order_by="Correction.id", back_populates="report")

    __mapper_args__ = {"version_id_col": version}


class Measure(Base):
    """An indicator's value (指标值) as one report gives it: plain decimal text, in the unit of its commitment."""

    __tablename__ = "measure"
    __table_args__ = (
        sa.UniqueConstraint("report_id", "commitment_id"),
        sa.Index("ix_measure_commitment_id", "commitment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"))
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"))
    value: Mapped[str] = mapped_column(sa.String(40))

    commitment: Mapped[Commitment] = relationship()


class Correction(Base):
    """A change of a report that was filed already (更正): what stood before, what stands now, and why; both are kept.

    `before` and `after` hold the fields that differ. `after_lock`: made after the period was closed. `seen_at` is when
    the office took note of it.
    """

    __tablename__ = "correction"
    __table_args__ = (sa.Index("ix_correction_report_id", "report_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"))
    reason: Mapped[str] = mapped_column(sa.String(400))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    after_lock: Mapped[bool] = mapped_column(default=False)
    corrected_at: Mapped[datetime]
    corrected_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    report: Mapped[Report] = relationship(back_populates="corrections")
    corrected_by: Mapped[Person] = relationship(foreign_keys=[corrected_by_id])

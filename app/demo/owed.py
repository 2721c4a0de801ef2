"""What the story's people look at before they act: the plan's duties with their reports, its tasks and leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.db import session
from app.models import Assignment, Duty, Report, Task, Unit
from app.services import reports
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyState, ReportState
from workflows.units import Share


@dataclass(frozen=True, slots=True)
class Owed:
    """An open or filed duty as the story sees it; `number` is its task's, "" for what the office owes."""

    id: int
    kind: DutyKind
    period_key: str
    original_due_on: date
    unit_id: int
    unit: str
    number: str
    deadline_on: date | None
    share: Share | None
    report: ReportState | None
    report_version: int
    returns: int
    submitted_at: datetime | None
    reviewed_at: datetime | None


def owed_of(plan_id: int, state: DutyState) -> list[Owed]:
    """The plan's duties in that state, by unit, month and task."""
    wanted = (
        sa.select(
            Duty.id,
            Duty.kind,
            Duty.period_key,
            Duty.original_due_on,
            Duty.unit_id,
            Unit.name,
            sa.func.coalesce(Task.number, ""),
            Task.deadline_on,
            Assignment.share,
            Report.state,
            sa.func.coalesce(Report.version, reports.EMPTY_VERSION),
            sa.func.coalesce(Report.returns, 0),
            Report.submitted_at,
            Report.reviewed_at,
        )
        .join(Unit, Unit.id == Duty.unit_id)
        .outerjoin(Task, Task.id == Duty.task_id)
        .outerjoin(
            Assignment, sa.and_(Assignment.task_id == Duty.task_id, Assignment.unit_id == Duty.unit_id)
        )
        .outerjoin(Report, Report.duty_id == Duty.id)
        .where(Duty.plan_id == plan_id, Duty.state == state)
        .order_by(Unit.position, Duty.period_key, Task.position, Duty.id)
    )
    return [Owed(*tuple(row)) for row in session().execute(wanted)]


def task_of(plan_id: int, number: str) -> Task:
    """The plan's task of that number."""
    return session().scalars(sa.select(Task).where(Task.plan_id == plan_id, Task.number == number)).one()


def lead_part(plan_id: int, number: str) -> Assignment:
    """The part of the unit that leads it."""
    task = task_of(plan_id, number)
    return next(part for part in task.assignments if part.share is Share.LEAD)

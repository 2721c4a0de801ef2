"""The reports of one period taken together: what the lead of a task gathers (牵头汇总), what the office looks through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Duty
from app.queries.lateness import has_ended, urgency_of
from workflows.cadence import DutyKind
from workflows.calendar import is_late, local_date
from workflows.lifecycle import DutyState
from workflows.wording import short_date


def reports_of(plan_id: int, period_key: str, task_id: int | None = None) -> list[Duty]:
    """The reports of a plan's period that are still asked for or were filed, of one task or of all, with their units."""
    asked = (
        sa.select(Duty)
        .where(
            Duty.plan_id == plan_id,
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key == period_key,
            Duty.state != DutyState.CANCELLED,
        )
        .options(selectinload(Duty.unit))
        .order_by(Duty.id)
    )
    if task_id is not None:
        asked = asked.where(Duty.task_id == task_id)
    return list(session().scalars(asked))


def place_of(duty_id: int) -> tuple[int, str]:
    """The unit and the period of a duty: where its page of reports is."""
    row = session().execute(sa.select(Duty.unit_id, Duty.period_key).where(Duty.id == duty_id)).one()
    return row.unit_id, row.period_key


def unfiled(reports: Sequence[Duty]) -> list[Duty]:
    """Those nobody has ever filed."""
    return [report for report in reports if report.state is DutyState.OPEN and report.filed_at is None]


def lacking(reports: Sequence[Duty], now: datetime) -> tuple[str, ...]:
    """Whose report is not there, each unit once: one that was returned, or has a later date of its own, is said to be so."""
    said: dict[str, str] = {}
    for report in reports:
        if report.state is DutyState.OPEN:
            said.setdefault(report.unit.name, f"{report.unit.name}{_why(report, now)}")
    return tuple(said.values())


def _why(report: Duty, now: datetime) -> str:
    if report.filed_at is not None:
        return "（退回待改）"
    ended = is_late(report.due_on, report.cutoff_hour, now)
    return "" if ended else f"（{short_date(report.due_on)}截止）"


@dataclass(frozen=True, slots=True)
class Gathering:
    """What the lead of one task gathers for a period: how many of the others have filed, and whose report is lacking.

    `waits` says in words why it cannot be done yet; empty when it can.
    """

    duty: Duty
    filed: int
    asked: int
    lacking: tuple[str, ...]
    urgency: str
    late: bool
    waits: str

    @property
    def open(self) -> bool:
        return self.duty.state is DutyState.OPEN


def gatherings(unit_id: int, period_key: str, now: datetime) -> list[Gathering]:
    """What a unit gathers for that period as lead, in document order."""
    owed = (
        sa.select(Duty)
        .where(
            Duty.unit_id == unit_id,
            Duty.kind == DutyKind.CONSOLIDATION,
            Duty.period_key == period_key,
            Duty.state != DutyState.CANCELLED,
        )
        .options(selectinload(Duty.task), selectinload(Duty.unit))
    )
    found = sorted(session().scalars(owed), key=lambda d: (d.plan_id, d.task.position if d.task else 0))
    reports = _by_task(found, period_key)
    return [_gathering(duty, reports.get(duty.task_id, ()), now) for duty in found]


def _by_task(gathered: Sequence[Duty], period_key: str) -> Mapping[int | None, Sequence[Duty]]:
    asked = (
        sa.select(Duty)
        .where(
            Duty.task_id.in_({duty.task_id for duty in gathered}),
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key == period_key,
            Duty.state != DutyState.CANCELLED,
        )
        .options(selectinload(Duty.unit))
        .order_by(Duty.id)
    )
    found: dict[int | None, list[Duty]] = defaultdict(list)
    for report in session().scalars(asked):
        found[report.task_id].append(report)
    return found


def _gathering(duty: Duty, reports: Sequence[Duty], now: datetime) -> Gathering:
    others = [report for report in reports if report.unit_id != duty.unit_id]
    return Gathering(
        duty,
        sum(report.state is not DutyState.OPEN for report in others),
        len(others),
        lacking(others, now),
        urgency_of(duty, local_date(now)),
        has_ended(duty, now),
        waits(duty, reports, now),
    )


def waits(duty: Duty, reports: Sequence[Duty], now: datetime) -> str:
    """Why the lead cannot gather yet: its own report comes first, and nobody is passed over before the date has come.

    A unit with a calendar of its own may owe its report later than the lead: it is named, and not waited for.
    """
    own = next((report for report in reports if report.unit_id == duty.unit_id), None)
    if own is None:
        return ""
    if own in unfiled(reports):
        return "请先报送本单位的这份报告，再汇总。"
    if unfiled(reports) and not is_late(own.original_due_on, own.cutoff_hour, now):
        return f"还有单位没有报送，{short_date(own.original_due_on)}截止以后才能带缺汇总。"
    return ""

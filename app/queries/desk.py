"""The desk (我的待办): what the viewer's units owe, most urgent first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Duty, Report
from app.queries import rules
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.escalation import AUDIENCE_LABELS
from workflows.lifecycle import DutyState, ReportState
from workflows.wording import short_date, urgency


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the desk: one duty, or a month's reports of one unit taken together.

    `urgency` is 逾期3个工作日 and the like; `late` and `today` drive the light. `next_words` says what the engine
    does next and when. `filled` of `duties` reports have been begun; `returned` holds the office's words.
    """

    kind: DutyKind
    period_key: str
    unit_id: int
    unit_name: str
    duties: tuple[Duty, ...]
    opens_on: date
    due_on: date
    original_due_on: date
    urgency: str
    late: bool
    due_today: bool
    next_words: str
    filled: int
    returned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    overdue: tuple[Item, ...]
    soon: tuple[Item, ...]
    later: tuple[Item, ...]

    @property
    def count(self) -> int:
        return len(self.overdue) + len(self.soon) + len(self.later)


def desk(unit_ids: Collection[int], today: date) -> Desk:
    """What is owed: overdue, due within seven days, and later."""
    items = _items(_open_duties(unit_ids), today)
    week = today + timedelta(days=7)
    return Desk(
        tuple(i for i in items if i.late),
        tuple(i for i in items if not i.late and i.due_on <= week),
        tuple(i for i in items if not i.late and i.due_on > week),
    )


def _open_duties(unit_ids: Collection[int]) -> list[Duty]:
    owed = (
        sa.select(Duty)
        .where(Duty.unit_id.in_(unit_ids), Duty.state == DutyState.OPEN)
        .options(
            selectinload(Duty.task),
            selectinload(Duty.unit),
            selectinload(Duty.report),
            selectinload(Duty.plan),
        )
        .order_by(Duty.due_on, Duty.unit_id, Duty.kind, Duty.period_key, Duty.id)
    )
    return list(session().scalars(owed))


def _items(duties: Sequence[Duty], today: date) -> list[Item]:
    def together(duty: Duty) -> tuple[object, ...]:
        monthly = duty.kind is DutyKind.MONTHLY_REPORT
        return (duty.due_on, duty.unit_id, duty.kind, duty.period_key, 0 if monthly else duty.id)

    return [_item(tuple(group), today) for _, group in groupby(duties, key=together)]


def _item(duties: tuple[Duty, ...], today: date) -> Item:
    first = duties[0]
    reports = [duty.report for duty in duties if duty.report]
    return Item(
        first.kind,
        first.period_key,
        first.unit_id,
        first.unit.name,
        duties,
        first.opens_on,
        first.due_on,
        first.original_due_on,
        urgency(first.due_on, today, rules.calendar()),
        first.due_on < today,
        first.due_on == today,
        next_words(first),
        len(reports),
        tuple(r.review_words for r in reports if r.state is ReportState.RETURNED),
    )


def next_words(duty: Duty) -> str:
    """What the engine will do next about an open duty, and when; empty at the top of the ladder."""
    if duty.hold_reason:
        return duty.hold_reason
    ladder = rules.ladders(duty.policy_version_id)[duty.kind]
    if duty.next_action_at is None or duty.rung >= len(ladder.rungs):
        return ""
    audience = "、".join(AUDIENCE_LABELS[a] for a in ladder.rungs[duty.rung].audience)
    return f"{short_date(local_date(duty.next_action_at))}未办将提醒{audience}"


def pending_counts(unit_ids: Collection[int], today: date) -> tuple[int, int]:
    """How many open duties the units have, and how many of them are late: for the rail."""
    counted = sa.select(
        sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((Duty.due_on < today, 1), else_=0)), 0)
    ).where(Duty.unit_id.in_(unit_ids), Duty.state == DutyState.OPEN)
    total, late = session().execute(counted).one()
    return total, late


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One task on the month's page: its duty, its report so far, and what was said the month before."""

    duty: Duty
    report: Report | None
    before: Report | None


@dataclass(frozen=True, slots=True)
class MonthPage:
    unit_id: int
    unit_name: str
    period_key: str
    opens_on: date
    due_on: date
    urgency: str
    rows: tuple[MonthRow, ...]
    months: tuple[str, ...]


def month_page(unit_id: int, period_key: str, today: date) -> MonthPage | None:
    """All tasks one unit reports on for one month, in document order; None when it owes nothing then."""
    owed = (
        sa.select(Duty)
        .where(
            Duty.unit_id == unit_id,
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key == period_key,
            Duty.state != DutyState.CANCELLED,
        )
        .options(
            selectinload(Duty.task),
            selectinload(Duty.unit),
            selectinload(Duty.report),
            selectinload(Duty.plan),
        )
    )
    duties = sorted(session().scalars(owed), key=lambda d: (d.plan_id, d.task.position if d.task else 0))
    if not duties:
        return None
    before = _reports_before(unit_id, period_key)
    due_on = min(duty.due_on for duty in duties)
    return MonthPage(
        unit_id,
        duties[0].unit.name,
        period_key,
        duties[0].opens_on,
        due_on,
        urgency(due_on, today, rules.calendar()),
        tuple(MonthRow(duty, duty.report, before.get(duty.task_id)) for duty in duties),
        tuple(months_of(unit_id)),
    )


def _reports_before(unit_id: int, period_key: str) -> dict[int | None, Report]:
    """For each task, the latest report submitted for an earlier month."""
    earlier = (
        sa.select(Duty.task_id, Report)
        .join(Report)
        .where(
            Duty.unit_id == unit_id,
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key < period_key,
            Report.submitted_at.is_not(None),
        )
        .order_by(Duty.period_key)
    )
    return dict(session().execute(earlier))


def months_of(unit_id: int) -> list[str]:
    """The months a unit owes or owed reports for, latest first."""
    keys = (
        sa.select(Duty.period_key)
        .where(Duty.unit_id == unit_id, Duty.kind == DutyKind.MONTHLY_REPORT)
        .distinct()
        .order_by(Duty.period_key.desc())
    )
    return list(session().scalars(keys))


def latest_month(unit_ids: Collection[int]) -> tuple[int, str] | None:
    """The unit and month whose reports are open and due first, else the latest month; None when there is none."""
    monthly = sa.select(Duty.unit_id, Duty.period_key).where(
        Duty.unit_id.in_(unit_ids), Duty.kind == DutyKind.MONTHLY_REPORT
    )
    still_open = monthly.where(Duty.state == DutyState.OPEN).order_by(Duty.due_on, Duty.unit_id).limit(1)
    newest = monthly.order_by(Duty.period_key.desc(), Duty.unit_id).limit(1)
    s = session()
    found = s.execute(still_open).first() or s.execute(newest).first()
    return (found.unit_id, found.period_key) if found else None

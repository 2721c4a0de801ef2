"""The desk (我的待办): what the viewer's units owe, most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Assignment, Duty, Report
from app.queries.climb import next_words
from app.queries.lateness import ended, has_ended, urgency_of
from app.queries.tasks import role_words
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.lifecycle import REPORT, DutyState, ReportEvent, ReportState
from workflows.units import SHARE_LABELS, Share

Parts = Mapping[tuple[int | None, int], Assignment]
"""By task and unit."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the desk: one duty, or a month's reports of one unit taken together.

    `part` is the unit's part in the task, None for a month of several tasks and for what the office owes; `role` says
    it in words, 归口 included. `urgency` is 逾期3个工作日 and the like; `late` and `due_today` drive the light.
    `next_words` says what the engine does next and when. `filled` of `duties` reports have been begun; `returned`
    holds the office's words.
    """

    kind: DutyKind
    period_key: str
    unit_id: int
    unit_name: str
    duties: tuple[Duty, ...]
    part: Assignment | None
    role: str
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
    def sections(self) -> tuple[tuple[str, tuple[Item, ...]], ...]:
        """The sections that hold something, most urgent first, each with its title."""
        named = (("逾期", self.overdue), ("今日和本周", self.soon), ("以后", self.later))
        return tuple((title, items) for title, items in named if items)

    @property
    def count(self) -> int:
        return len(self.overdue) + len(self.soon) + len(self.later)


def desk(unit_ids: Collection[int], now: datetime) -> Desk:
    """What is owed: overdue, due within seven days, and later."""
    duties = _open_duties(unit_ids)
    items = _items(duties, _parts(duties), now)
    week = local_date(now) + timedelta(days=7)
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


def _parts(duties: Sequence[Duty]) -> Parts:
    """The part each owing unit has in its task."""
    taking_part = (
        sa.select(Assignment)
        .where(
            Assignment.unit_id.in_({duty.unit_id for duty in duties}),
            Assignment.task_id.in_({duty.task_id for duty in duties}),
        )
        .options(
            selectinload(Assignment.unit),
            selectinload(Assignment.on_behalf_of),
            selectinload(Assignment.group),
        )
    )
    return {(part.task_id, part.unit_id): part for part in session().scalars(taking_part)}


def _items(duties: Sequence[Duty], parts: Parts, now: datetime) -> list[Item]:
    def together(duty: Duty) -> tuple[object, ...]:
        monthly = duty.kind is DutyKind.MONTHLY_REPORT
        return (duty.due_on, duty.unit_id, duty.kind, duty.period_key, 0 if monthly else duty.id)

    return [_item(tuple(group), parts, now) for _, group in groupby(duties, key=together)]


def _item(duties: tuple[Duty, ...], parts: Parts, now: datetime) -> Item:
    first, today = duties[0], local_date(now)
    taken = [part for duty in duties if (part := parts.get((duty.task_id, duty.unit_id)))]
    return Item(
        first.kind,
        first.period_key,
        first.unit_id,
        first.unit.name,
        duties,
        taken[0] if len(duties) == 1 and taken else None,
        _roles(taken),
        first.opens_on,
        first.due_on,
        first.original_due_on,
        urgency_of(first, today),
        has_ended(first, now),
        first.due_on == today,
        next_words(first),
        sum(duty.report is not None for duty in duties),
        _returned(duties),
    )


def _roles(parts: Sequence[Assignment]) -> str:
    """The unit's part in words; of several tasks, how many of each share."""
    if len(parts) == 1:
        return role_words(parts[0])
    counted = Counter(part.share for part in parts)
    return "，".join(f"{SHARE_LABELS[share]}{counted[share]}项" for share in Share if counted[share])


def _returned(duties: Sequence[Duty]) -> tuple[str, ...]:
    """The office's words on returned reports, each said once, with the task where there are several."""
    said: dict[str, str] = {}
    for duty in duties:
        if duty.report and duty.report.state is ReportState.RETURNED:
            said.setdefault(duty.report.review_words, duty.task.number if duty.task else "")
    if len(duties) == 1:
        return tuple(said)
    return tuple(f"第{number}项：{words}" if number else words for words, number in said.items())


def pending_counts(unit_ids: Collection[int], now: datetime) -> tuple[int, int]:
    """How many lines the desk has, and how many of them are late: for the rail."""
    alone = sa.case((Duty.kind == DutyKind.MONTHLY_REPORT, 0), else_=Duty.id)
    lines = (
        sa.select(sa.func.max(sa.case((ended(now), 1), else_=0)).label("late"))
        .where(Duty.unit_id.in_(unit_ids), Duty.state == DutyState.OPEN)
        .group_by(Duty.due_on, Duty.unit_id, Duty.kind, Duty.period_key, alone)
        .subquery()
    )
    late = sa.func.coalesce(sa.func.sum(lines.c.late), 0)
    total, overdue = session().execute(sa.select(sa.func.count(), late).select_from(lines)).one()
    return total, overdue


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One task on the month's page: its duty, its report so far, and what was said the month before."""

    duty: Duty
    report: Report | None
    before: Report | None
    role: str

    @property
    def open(self) -> bool:
        """Whether the row can still be written: not begun, a draft, or returned."""
        settled = self.report is not None and not REPORT.allows(self.report.state, ReportEvent.SUBMIT)
        return self.duty.state is DutyState.OPEN and not settled


@dataclass(frozen=True, slots=True)
class MonthPage:
    """One unit's month. `due_on` is the first date on which something still open falls due."""

    unit_id: int
    unit_name: str
    period_key: str
    opens_on: date
    due_on: date
    urgency: str
    late: bool
    rows: tuple[MonthRow, ...]
    months: tuple[str, ...]


def month_page(unit_id: int, period_key: str, now: datetime) -> MonthPage | None:
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
    before, parts = _reports_before(unit_id, duties), _parts(duties)
    still_open = [duty for duty in duties if duty.state is DutyState.OPEN]
    first = min(still_open or duties, key=lambda duty: duty.due_on)
    return MonthPage(
        unit_id,
        duties[0].unit.name,
        period_key,
        duties[0].opens_on,
        first.due_on,
        urgency_of(first, local_date(now)),
        bool(still_open) and has_ended(first, now),
        tuple(_month_row(duty, before, parts) for duty in duties),
        tuple(months_of(unit_id)),
    )


def _month_row(duty: Duty, before: Mapping[int | None, Report], parts: Parts) -> MonthRow:
    part = parts.get((duty.task_id, duty.unit_id))
    return MonthRow(duty, duty.report, before.get(duty.task_id), role_words(part) if part else "")


def _reports_before(unit_id: int, duties: Sequence[Duty]) -> dict[int | None, Report]:
    """For each task, the latest report submitted for an earlier period of any rhythm."""
    earlier = (
        sa.select(Duty.task_id, Report)
        .join(Report)
        .where(
            Duty.unit_id == unit_id,
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.opens_on < min(duty.opens_on for duty in duties),
            Report.submitted_at.is_not(None),
        )
        .order_by(Duty.opens_on)
    )
    return {task_id: report for task_id, report in session().execute(earlier)}  # noqa: C416


def months_of(unit_id: int) -> list[str]:
    """The periods a unit owes or owed reports for, latest first."""
    keys = (
        sa.select(Duty.period_key)
        .where(Duty.unit_id == unit_id, Duty.kind == DutyKind.MONTHLY_REPORT)
        .group_by(Duty.period_key)
        .order_by(sa.func.max(Duty.opens_on).desc(), Duty.period_key.desc())
    )
    return list(session().scalars(keys))


def latest_month(unit_ids: Collection[int]) -> tuple[int, str] | None:
    """The unit and month whose reports are open and due first, else the latest month; None when there is none."""
    monthly = sa.select(Duty.unit_id, Duty.period_key).where(
        Duty.unit_id.in_(unit_ids), Duty.kind == DutyKind.MONTHLY_REPORT
    )
    still_open = monthly.where(Duty.state == DutyState.OPEN).order_by(Duty.due_on, Duty.unit_id).limit(1)
    newest = monthly.order_by(Duty.opens_on.desc(), Duty.period_key.desc(), Duty.unit_id).limit(1)
    s = session()
    found = s.execute(still_open).first() or s.execute(newest).first()
    return (found.unit_id, found.period_key) if found else None

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
from app.models import Assignment, Duty
from app.queries.climb import next_words
from app.queries.lateness import ended, has_ended, urgency_of
from app.queries.tasks import role_words
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.lifecycle import DutyState, ReportState
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
    items = _items(duties, parts_of(duties), now)
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


def parts_of(duties: Sequence[Duty]) -> Parts:
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

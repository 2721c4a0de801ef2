"""The working calendars for people: which years are known, the county's own calendars, and what a change would move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import get, session
from app.models import CalendarYear, Duty, Plan, Task, Unit, WorkCalendar
from app.queries import rules
from app.queries.rules import Calendars, OwnCalendar, UnitPlace
from workflows import calendar as worked
from workflows.cadence import PERIODIC, CadenceRules, due_of, next_opening
from workflows.cadence import DutyKind as Kind
from workflows.calendar import local_date
from workflows.escalation import Climb, Ladder, scheduled
from workflows.holidays import HolidayNotice
from workflows.owndays import OwnDay, as_lines

NEW = 0
"""The number under which a calendar that is not stored yet is supposed."""


@dataclass(frozen=True, slots=True)
class OwnChange:
    """A calendar of the county's own as somebody wants it; `calendar_id` None for a new one.

    `unit_ids` are all the units that are to go by it; `seen_version` is what the person saw of it.
    """

    calendar_id: int | None
    name: str
    parent_id: int | None
    days: tuple[OwnDay, ...]
    unit_ids: frozenset[int]
    seen_version: int = 0


Change = HolidayNotice | OwnChange
"""What can be taken in: a year's notice, or a calendar of the county's own."""


def years() -> list[CalendarYear]:
    """The years whose notice is in, newest first."""
    return list(session().scalars(sa.select(CalendarYear).order_by(CalendarYear.year.desc())))


def after(change: Change) -> Calendars:
    """The calendars as they will be once the change is in."""
    present = rules.calendars()
    return _with_notice(present, change) if isinstance(change, HolidayNotice) else _with_own(present, change)


def _with_notice(present: Calendars, notice: HolidayNotice) -> Calendars:
    """What the year's former notice named is forgotten."""
    named = {day: works for day, works in present.days if day.year != notice.year} | dict(notice.days())
    editions = dict(present.editions)
    editions[notice.year] = editions.get(notice.year, 0) + 1
    return Calendars(
        tuple(sorted(named.items())), tuple(sorted(editions.items())), present.own, present.units
    )


def _with_own(present: Calendars, change: OwnChange) -> Calendars:
    calendar_id = change.calendar_id or NEW
    former = present.own.get(calendar_id)
    days = tuple((own.day, own.works) for own in change.days)
    wanted = OwnCalendar(change.parent_id, former.version + 1 if former else 1, days)
    units = {
        unit_id: replace(place, calendar_id=_chosen(unit_id, place, change, calendar_id))
        for unit_id, place in (present.units or _places()).items()
    }
    return Calendars(present.days, present.editions, {**present.own, calendar_id: wanted}, units)


def _chosen(unit_id: int, place: UnitPlace, change: OwnChange, calendar_id: int) -> int | None:
    if unit_id in change.unit_ids:
        return calendar_id
    return None if place.calendar_id == calendar_id else place.calendar_id


def _places() -> Mapping[int, UnitPlace]:
    found = session().execute(sa.select(Unit.id, Unit.parent_id, Unit.calendar_id))
    return {unit_id: UnitPlace(above, used) for unit_id, above, used in found}


# ------------------------------------------------------------------------------------------- what moves


@dataclass(frozen=True, slots=True)
class Move:
    """A duty whose date or next moment the new calendar moves."""

    duty_id: int
    kind: Kind
    period_key: str
    unit: str
    task: str
    due_from: date
    due_to: date
    next_from: datetime
    next_to: datetime


@dataclass(frozen=True, slots=True)
class PlanMove:
    """A plan whose next period opens on another day."""

    plan_id: int
    title: str
    opens_from: date
    opens_to: date


def plan_moves(calendars: Calendars) -> list[PlanMove]:
    """The running plans whose next opening the change moves; periods open by the national calendar."""
    found = []
    running = sa.select(Plan).where(Plan.next_opening_on.is_not(None)).order_by(Plan.id)
    for plan in session().scalars(running):
        assert plan.opened_through_on
        assert plan.cadence_version_id
        assert plan.next_opening_on
        cadence = rules.cadence(plan.cadence_version_id)
        opens = next_opening(plan.opened_through_on, cadence, calendars.national)
        if opens != plan.next_opening_on:
            found.append(PlanMove(plan.id, plan.title, plan.next_opening_on, opens))
    return found


def moves(calendars: Calendars, now: datetime) -> Iterator[Move]:
    """Every open duty with a moment still to come that the change moves, in the order of the rows.

    What has been sent stays sent: the rungs behind a duty are not looked at again.
    """
    ahead = (
        sa.select(Duty, Unit.name, Task.title, Plan.cadence_version_id)
        .join(Unit, Unit.id == Duty.unit_id)
        .join(Plan, Plan.id == Duty.plan_id)
        .outerjoin(Task, Task.id == Duty.task_id)
        .where(Duty.next_action_at > now)
        .order_by(Duty.id)
    )
    for duty, unit, task, cadence_id in session().execute(ahead):
        former, calendar = rules.calendar(duty.unit_id), calendars.of(duty.unit_id)
        if former is calendar:
            continue
        assert duty.next_action_at
        assert cadence_id
        due_on = _due(duty, rules.cadence(cadence_id), calendar, local_date(now))
        ladder = rules.ladders(duty.policy_version_id)[duty.kind]
        next_at = max(now, _next(duty, due_on, ladder, former, calendar))
        if (due_on, next_at) != (duty.due_on, duty.next_action_at):
            dates = (duty.due_on, due_on, duty.next_action_at, next_at)
            yield Move(duty.id, duty.kind, duty.period_key, unit, task or "", *dates)


def _due(duty: Duty, cadence: CadenceRules, calendar: worked.WorkCalendar, today: date) -> date:
    """The period's due date by the new calendar; one that was extended, or would lie behind us, stays."""
    if duty.kind not in PERIODIC or duty.due_on != duty.original_due_on:
        return duty.due_on
    due_on = due_of(duty.kind, duty.period_key, duty.opens_on, cadence, calendar)
    return due_on if due_on >= today else duty.due_on


def _next(
    duty: Duty, due_on: date, ladder: Ladder, former: worked.WorkCalendar, calendar: worked.WorkCalendar
) -> datetime:
    """The next rung's moment by the new calendar; one put off after an outage keeps its day, or the next worked one."""
    assert duty.next_action_at
    climb = Climb(duty.opens_on, duty.due_on, duty.armed_at, duty.rung, duty.loop)
    as_planned = scheduled(climb, ladder, former) == duty.next_action_at
    if as_planned and (counted := scheduled(replace(climb, due_on=due_on), ladder, calendar)):
        return counted
    day = calendar.on_or_after(local_date(duty.next_action_at))
    return duty.next_action_at + timedelta(days=(day - local_date(duty.next_action_at)).days)


def first_provisional(today: date) -> int:
    """The first year from today's on whose notice is not in."""
    known = {row.year for row in years()}
    return next(year for year in range(today.year, today.year + 50) if year not in known)


# ------------------------------------------------------------------------------------------- the county's own


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One of the county's own calendars: what it rests on (empty: the national one), and who goes by it.

    `lines` are its days as they are typed.
    """

    id: int
    name: str
    parent_id: int | None
    parent: str
    version: int
    lines: str
    units: tuple[str, ...]


def own() -> list[OwnRow]:
    """The county's own calendars, by name."""
    wanted = sa.select(WorkCalendar).options(
        selectinload(WorkCalendar.days), selectinload(WorkCalendar.parent)
    )
    using = _users()
    return [
        _own_row(row, using.get(row.id, ())) for row in session().scalars(wanted.order_by(WorkCalendar.name))
    ]


def one(calendar_id: int) -> OwnRow:
    """One of them; raises Refused missing."""
    return _own_row(get(WorkCalendar, calendar_id), _users().get(calendar_id, ()))


def _own_row(row: WorkCalendar, units: tuple[str, ...] | list[str]) -> OwnRow:
    lines = as_lines(OwnDay(day.day, day.works, day.note) for day in row.days)
    above = row.parent.name if row.parent else ""
    return OwnRow(row.id, row.name, row.parent_id, above, row.version, lines, tuple(units))


def _users() -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    attached = sa.select(Unit.calendar_id, Unit.name).where(Unit.calendar_id.is_not(None))
    for calendar_id, name in session().execute(attached.order_by(Unit.position, Unit.id)):
        if calendar_id is not None:
            found[calendar_id].append(name)
    return found

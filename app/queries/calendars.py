"""The working calendar for people: which years are known, and what a new notice would move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.db import session
from app.models import CalendarDay, CalendarYear, Duty, Plan, Task, Unit
from app.queries import rules
from workflows.cadence import CadenceRules, DutyKind, next_opening, period_of
from workflows.calendar import WorkCalendar, local_date
from workflows.escalation import Climb, Ladder, moment
from workflows.holidays import HolidayNotice

PERIODIC = frozenset({DutyKind.MONTHLY_REPORT, DutyKind.BULLETIN, DutyKind.ASSESSMENT})
"""The kinds whose due date follows from the calendar; a completion date is what the document says."""


def years() -> list[CalendarYear]:
    """The years whose notice is in, newest first."""
    return list(session().scalars(sa.select(CalendarYear).order_by(CalendarYear.year.desc())))


def with_notice(notice: HolidayNotice) -> WorkCalendar:
    """The calendar as it will be once the notice is in; what the year's former notice named is forgotten."""
    s = session()
    kept = s.execute(sa.select(CalendarDay.day, CalendarDay.works)).all()
    named = {day: works for day, works in kept if day.year != notice.year} | dict(notice.days())
    known = set(s.scalars(sa.select(CalendarYear.year))) | {notice.year}
    return WorkCalendar(named, known)


@dataclass(frozen=True, slots=True)
class Move:
    """A duty whose date or next moment the new calendar moves."""

    duty_id: int
    kind: DutyKind
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


def plan_moves(calendar: WorkCalendar) -> list[PlanMove]:
    """The running plans whose next opening the new calendar moves."""
    found = []
    running = sa.select(Plan).where(Plan.next_opening_on.is_not(None)).order_by(Plan.id)
    for plan in session().scalars(running):
        assert plan.opened_through_on
        assert plan.cadence_version_id
        assert plan.next_opening_on
        opens = next_opening(plan.opened_through_on, rules.cadence(plan.cadence_version_id), calendar)
        if opens != plan.next_opening_on:
            found.append(PlanMove(plan.id, plan.title, plan.next_opening_on, opens))
    return found


def moves(calendar: WorkCalendar, now: datetime) -> Iterator[Move]:
    """Every open duty with a moment still to come that the new calendar moves, in the order of the rows.

    What has been sent stays sent: the rungs behind a duty are not looked at again.
    """
    former = rules.calendar()
    ahead = (
        sa.select(Duty, Unit.name, Task.title, Plan.cadence_version_id)
        .join(Unit, Unit.id == Duty.unit_id)
        .join(Plan, Plan.id == Duty.plan_id)
        .outerjoin(Task, Task.id == Duty.task_id)
        .where(Duty.next_action_at > now)
        .order_by(Duty.id)
    )
    for duty, unit, task, cadence_id in session().execute(ahead):
        assert duty.next_action_at
        assert cadence_id
        due_on = _due(duty, rules.cadence(cadence_id), calendar, local_date(now))
        ladder = rules.ladders(duty.policy_version_id)[duty.kind]
        next_at = max(now, _next(duty, due_on, ladder, former, calendar))
        if (due_on, next_at) != (duty.due_on, duty.next_action_at):
            dates = (duty.due_on, due_on, duty.next_action_at, next_at)
            yield Move(duty.id, duty.kind, duty.period_key, unit, task or "", *dates)


def _due(duty: Duty, cadence: CadenceRules, calendar: WorkCalendar, today: date) -> date:
    """The period's due date by the new calendar; one that was extended, or would lie behind us, stays."""
    if duty.kind not in PERIODIC or duty.due_on != duty.original_due_on:
        return duty.due_on
    due_on = period_of(duty.kind, duty.period_key, cadence, calendar).due_on
    return due_on if due_on >= today else duty.due_on


def _next(duty: Duty, due_on: date, ladder: Ladder, former: WorkCalendar, calendar: WorkCalendar) -> datetime:
    """The next rung's moment by the new calendar; one put off after an outage keeps its day, or the next worked one."""
    assert duty.next_action_at
    rung = ladder.rungs[duty.rung]
    climb = Climb(duty.opens_on, duty.due_on, duty.armed_at, duty.rung)
    if moment(climb, rung, ladder, former) != duty.next_action_at:
        day = calendar.on_or_after(local_date(duty.next_action_at))
        return duty.next_action_at + timedelta(days=(day - local_date(duty.next_action_at)).days)
    return moment(Climb(duty.opens_on, due_on, duty.armed_at, duty.rung), rung, ladder, calendar)


def first_provisional(today: date) -> int:
    """The first year from today's on whose notice is not in."""
    known = {row.year for row in years()}
    return next(year for year in range(today.year, today.year + 50) if year not in known)

"""What the engine would do if nobody did anything: the letters to come, by the same `decide`, without a write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.db import get, session
from app.models import Duty, Person, Plan, PolicyVersion, Task, Unit
from app.queries import engine as facts
from app.queries import rules
from app.queries.told import told as told_by
from workflows.cadence import DutyKind, openings
from workflows.calendar import WorkCalendar, instant, local_date, office_moment
from workflows.errors import Refused
from workflows.escalation import (
    Audience,
    Climb,
    LetterKind,
    decide,
    first_moment,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A duty that is open, or will be: `duty_id` is None until its period has opened."""

    duty_id: int | None
    kind: DutyKind
    period_key: str
    task_id: int | None
    unit_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One person told one thing: decided at `at`, leaving in office hours from `leaves_at` on."""

    at: datetime
    leaves_at: datetime
    subject: Subject
    rung: int
    letter: LetterKind
    audience: Audience
    person_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Foresight:
    """What is to come of a plan between two days, both included, with the names of who and what it speaks of."""

    since: date
    until: date
    notices: tuple[Foreseen, ...]
    people: Mapping[int, str]
    units: Mapping[int, str]
    tasks: Mapping[int, str]

    def letters_by_week(self) -> Mapping[tuple[int, date], int]:
        """(person, Monday) → letters: what is due to one person at one moment travels together."""
        letters = {(notice.person_id, notice.leaves_at) for notice in self.notices}
        days = [(person_id, local_date(leaves_at)) for person_id, leaves_at in letters]
        return Counter((person_id, day - timedelta(days=day.weekday())) for person_id, day in days)


def foresee(plan_id: int, since: date, until: date, now: datetime) -> Foresight:
    """The letters of an issued plan between two days if from `now` on nothing is done.

    Raises Refused missing; illegal-step for a plan that is not running.
    """
    plan = get(Plan, plan_id)
    if plan.opened_through_on is None or plan.ladders_version_id is None:
        raise Refused("illegal-step", "计划还没有下达，没有可以推演的提醒。请先下达，或在下达页看预计。")
    calendar, climbs = rules.calendar(), _climbs(plan, until, now)
    contacts = facts.plan_contacts([due for due, _, _ in climbs])
    end = instant(until + timedelta(days=1), 0)
    found = [
        notice
        for due, subject, first in climbs
        for notice in _climbed(due, subject, first, contacts[due.id], calendar, now, end)
        if local_date(notice.at) >= since
    ]
    found.sort(key=lambda notice: (notice.at, notice.person_id, notice.subject.unit_id, notice.rung))
    return Foresight(since, until, tuple(found), *_names(found))


Climbing = tuple[facts.Due, Subject, datetime | None]


def _climbs(plan: Plan, until: date, now: datetime) -> list[Climbing]:
    waiting = facts.climbing(plan.id)
    open_duties = {
        duty.id: duty for duty in session().scalars(sa.select(Duty).where(Duty.plan_id == plan.id))
    }
    present = [(due, _subject(open_duties[due.id]), first) for due, first in waiting]
    return [*present, *_to_open(plan, until, now)]


def _subject(duty: Duty) -> Subject:
    return Subject(duty.id, duty.kind, duty.period_key, duty.task_id, duty.unit_id, duty.due_on)


def _to_open(plan: Plan, until: date, now: datetime) -> Iterator[Climbing]:
    """The duties of periods still to open, under numbers below zero."""
    assert plan.opened_through_on is not None
    assert plan.cadence_version_id is not None
    version_id = plan.ladders_version_id or 0
    version = session().scalars(sa.select(PolicyVersion.version).where(PolicyVersion.id == version_id)).one()
    calendar, ladders = rules.calendar(), rules.ladders(version_id)
    parts, answering = facts.reporting_parts(session(), plan.id), facts.answering(plan.id)
    number = 0
    for period in openings(plan.opened_through_on, until, rules.cadence(plan.cadence_version_id), calendar):
        armed_at = max(now, instant(period.opens_on, 0))
        climb = Climb(period.opens_on, period.due_on, armed_at)
        for task_id, unit_id in facts.who_owes(period, plan, parts):
            number -= 1
            leader_id = answering.get((task_id, unit_id)) if task_id else plan.leader_id
            due = facts.Due(
                number, period.kind, unit_id, plan.office_id, leader_id, version_id, version, 1, climb
            )
            subject = Subject(None, period.kind, period.key, task_id, unit_id, period.due_on)
            yield due, subject, first_moment(climb, ladders[period.kind], calendar)


def _climbed(
    due: facts.Due,
    subject: Subject,
    first: datetime | None,
    contacts: Mapping[Audience, tuple[int, ...]],
    calendar: WorkCalendar,
    now: datetime,
    end: datetime,
) -> Iterator[Foreseen]:
    """Every notice of one duty up to `end`, each decided at its own moment, or now where that is past."""
    ladder, climb, at = rules.ladders(due.policy_version_id)[due.kind], due.climb, first
    while at is not None and (at := max(at, now)) < end:
        step = decide(climb, ladder, calendar, at)
        leaves_at = office_moment(at, calendar, ladder.hour)
        rung = step.index if step.act else step.rung
        for told in told_by(due, step, contacts):
            yield Foreseen(
                at, leaves_at, subject, rung, told.letter, told.audience, told.person_id, told.reason
            )
        received = climb.received and step.act is None
        climb = replace(climb, rung=step.rung, loop=step.loop, checks=step.checks, received=received)
        at = step.next_action_at


def _names(
    notices: Sequence[Foreseen],
) -> tuple[Mapping[int, str], Mapping[int, str], Mapping[int, str]]:
    s = session()
    people = s.scalars(sa.select(Person).where(Person.id.in_({n.person_id for n in notices})))
    units = s.scalars(sa.select(Unit).where(Unit.id.in_({n.subject.unit_id for n in notices})))
    tasks = s.scalars(sa.select(Task).where(Task.id.in_({n.subject.task_id for n in notices})))
    return (
        {person.id: person.name for person in people},
        {unit.id: unit.name for unit in units},
        {task.id: f"{task.number}. {task.title}".removeprefix(". ") for task in tasks},
    )

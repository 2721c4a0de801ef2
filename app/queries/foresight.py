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
from app.queries.directory import Directory
from app.queries.owing import reporting_parts, who_owes
from app.queries.told import addressed, read_by
from app.queries.told import told as told_by
from workflows import digest
from workflows.cadence import CadenceRules, DutyKind, openings
from workflows.calendar import instant, local_date
from workflows.errors import Refused
from workflows.escalation import (
    Audience,
    Climb,
    Ladder,
    LetterKind,
    decide,
    first_moment,
    placed,
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


@dataclass(frozen=True, slots=True)
class Trial:
    """Rules to be tried in place of those in force; None leaves a subject as it is.

    `version` is the number they would get. With `moves`, duties that are open now go over to the ladders tried.
    """

    version: int
    ladders: Mapping[DutyKind, Ladder] | None = None
    cadence: CadenceRules | None = None
    moves: bool = False


def foresee(
    plan_id: int,
    since: date,
    until: date,
    now: datetime,
    trial: Trial | None = None,
    *,
    heard: bool = False,
) -> Foresight:
    """The letters of an issued plan between two days if from `now` on nothing is done; by the rules of `trial`, if any.

    With `heard` every letter is confirmed (已收到), so that no rung waits for that.
    Raises Refused missing; illegal-step for a plan that is not running.
    """
    plan = get(Plan, plan_id)
    if plan.opened_through_on is None or plan.ladders_version_id is None:
        raise Refused("illegal-step", "计划还没有下达，没有可以推演的提醒。请先下达，或在下达页看预计。")
    climbs = _climbs(plan, until, now, trial)
    directory = facts.directory_of([climbing.due for climbing in climbs], local_date(now))
    end = instant(until + timedelta(days=1), 0)
    found = [
        notice
        for climbing in climbs
        for notice in _climbed(climbing, directory, now, end, heard=heard)
        if local_date(notice.at) >= since
    ]
    found.sort(key=lambda notice: (notice.at, notice.person_id, notice.subject.unit_id, notice.rung))
    return Foresight(since, until, tuple(found), *_names(found))


@dataclass(frozen=True, slots=True)
class Climbing:
    """A duty, the ladder it climbs, and when it is first looked at."""

    due: facts.Due
    subject: Subject
    ladder: Ladder
    first: datetime | None


def _climbs(plan: Plan, until: date, now: datetime, trial: Trial | None) -> list[Climbing]:
    open_duties = {
        duty.id: duty for duty in session().scalars(sa.select(Duty).where(Duty.plan_id == plan.id))
    }
    present = [
        _present(due, _subject(open_duties[due.id]), first, trial, now)
        for due, first in facts.climbing(plan.id)
    ]
    return [*present, *_to_open(plan, until, now, trial)]


def _present(
    due: facts.Due, subject: Subject, first: datetime, trial: Trial | None, now: datetime
) -> Climbing:
    former = rules.ladders(due.policy_version_id)[due.kind]
    if trial is None or trial.ladders is None or not trial.moves:
        return Climbing(due, subject, former, first)
    ladder = trial.ladders[due.kind]
    place = placed(due.climb, former, ladder, rules.calendar(due.unit_id), now, first)
    moved = replace(due, policy_version=trial.version, climb=place.on(due.climb))
    return Climbing(moved, subject, ladder, place.next_action_at)


def _subject(duty: Duty) -> Subject:
    return Subject(duty.id, duty.kind, duty.period_key, duty.task_id, duty.unit_id, duty.due_on)


def _to_open(plan: Plan, until: date, now: datetime, trial: Trial | None) -> Iterator[Climbing]:
    """The duties of periods still to open, under numbers below zero."""
    assert plan.opened_through_on is not None
    assert plan.cadence_version_id is not None
    version_id = plan.ladders_version_id or 0
    ladders = (trial and trial.ladders) or rules.ladders(version_id)
    cadence = (trial and trial.cadence) or rules.cadence(plan.cadence_version_id)
    parts, answering = reporting_parts(session(), plan, cadence), facts.answering(plan.id)
    number, version = 0, trial.version if trial and trial.ladders else _version(version_id)
    for period in openings(plan.opened_through_on, until, cadence, rules.calendar()):
        armed_at = max(now, instant(period.opens_on, 0))
        for asked in who_owes(period, plan, parts, cadence):
            number -= 1
            task_id, unit_id, climb = (
                asked.task_id,
                asked.unit_id,
                Climb(period.opens_on, asked.due_on, armed_at),
            )
            leader_id = answering.get((task_id, unit_id)) if task_id else plan.leader_id
            due = facts.Due(
                number, asked.kind, unit_id, plan.office_id, leader_id, version_id, version, 1, climb
            )
            subject = Subject(None, asked.kind, period.key, task_id, unit_id, asked.due_on)
            ladder = ladders[asked.kind]
            yield Climbing(due, subject, ladder, first_moment(climb, ladder, rules.calendar(unit_id)))


def _version(version_id: int) -> int:
    return session().scalars(sa.select(PolicyVersion.version).where(PolicyVersion.id == version_id)).one()


def _climbed(
    climbing: Climbing, directory: Directory, now: datetime, end: datetime, *, heard: bool
) -> Iterator[Foreseen]:
    """Every notice of one duty up to `end`, each decided at its own moment, or now where that is past."""
    due, ladder, at = climbing.due, climbing.ladder, climbing.first
    climb = replace(due.climb, received=heard or due.climb.received)
    calendar = rules.calendar(due.unit_id)
    while at is not None and (at := max(at, now)) < end:
        step = addressed(due, decide(climb, ladder, calendar, at))
        rung = step.index if step.act else step.rung
        contacts = facts.contacts(due, directory, local_date(at))
        for told in told_by(due, step, contacts, ladder):
            hour = directory.people[told.person_id].hour
            leaves_at = digest.leaves_at(at, read_by(told, calendar), hour, urgent=told.urgent)
            yield Foreseen(
                at, leaves_at, climbing.subject, rung, told.letter, told.audience, told.person_id, told.reason
            )
        received = heard or (climb.received and not step.unanswered)
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

"""What a new version of a running plan would do to its duties: the facts of `workflows.succession`, and the letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.db import session
from app.models import Duty, Mention, Plan, Task
from app.queries import rules, units
from app.queries.directory import Contacts, Directory
from app.queries.issue import parts_of
from workflows.assignment import Part
from workflows.cadence import CadenceRules, DutyKind, Period
from workflows.calendar import WorkCalendar, local_date, office_moment
from workflows.commitments import TaskKind
from workflows.escalation import Ladder, LetterKind, reach
from workflows.lifecycle import TaskEvent
from workflows.succession import (
    Asked,
    Move,
    Running,
    Step,
    Terms,
    Wanted,
    first_letter,
    open_months,
    steps,
    task_event,
)
from workflows.units import Share


@dataclass(frozen=True, slots=True)
class Foretold:
    """One step, and the first letter that follows: the day it leaves, its kind, and the people it reaches."""

    step: Step
    leaves_on: date | None = None
    letter: LetterKind | None = None
    people: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one task. `parts` are the acting units afterwards, None where who acts stays as it is."""

    event: TaskEvent | None = None
    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a forecast for a running plan stands on, read once for all its tasks."""

    now: datetime
    plan: Plan
    terms: Terms
    cadence: CadenceRules
    ladders: Mapping[DutyKind, Ladder]
    asked: Mapping[int, tuple[Asked, ...]]
    through: Mapping[int, int]
    members: Mapping[int, tuple[int, ...]]

    def effect(self, old: Task | None, new: Task | None) -> Effect:
        """What the new version does to a task; one of the two may be missing. Names of `new` must all be bound."""
        before = self._running(old) if old else None
        stays = bool(old and new and named(old) == named(new))
        parts = None if new is None or stays else tuple(parts_of(new, self.through, self.members))
        after = None
        if new:
            acting = {part.unit_id: part.share for part in parts} if parts is not None else _acting(old)
            after = Wanted(new.deadline_on, acting, self.cadence.rhythm_of(new.kind))
        return Effect(task_event(before, after), steps(before, after, self.terms), parts)

    def steps(
        self, task: Task, deadline_on: date | None, kind: TaskKind, parts: Mapping[int, Share] | None = None
    ) -> tuple[Step, ...]:
        """What becomes of the task's duties when it gets that date, type and parts by a decision about it alone."""
        acting = _acting(task) if parts is None else parts
        after = Wanted(deadline_on, acting, self.cadence.rhythm_of(kind))
        return steps(self._running(task), after, self.terms)

    def ending(self, task: Task) -> tuple[Step, ...]:
        """What becomes of its duties when it is withdrawn."""
        return steps(self._running(task), None, self.terms)

    def _running(self, task: Task) -> Running:
        return Running(task.state, task.deadline_on, _acting(task), self.asked.get(task.id, ()))

    def tell(self, step: Step, contacts: Contacts) -> Foretold:
        """The step with its first letter, as the engine will write it if nothing else happens."""
        if step.move is Move.CANCEL or step.quiet:
            return Foretold(step)
        ladder = self.ladders[step.kind]
        calendar = rules.calendar(step.unit_id)
        found = first_letter(step, ladder, calendar, self.now)
        if found is None:
            return Foretold(step)
        at, rung = found
        leaves_on = local_date(office_moment(at, calendar, ladder.hour))
        return Foretold(step, leaves_on, rung.letter, frozenset(reach(rung.audience, contacts)))


def _acting(task: Task | None) -> dict[int, Share]:
    return {part.unit_id: part.share for part in task.assignments} if task else {}


def named(task: Task) -> tuple[tuple[str, str], ...]:
    """Whom a task names, in order and with what share: what decides who acts."""
    return tuple((mention.share, mention_key(mention)) for mention in task.mentions)


def mention_key(mention: Mention) -> str:
    """The same for the same unit or group, however it is printed."""
    if mention.unit_id:
        return f"unit:{mention.unit_id}"
    return f"group:{mention.group_id}" if mention.group_id else f"name:{mention.printed}"


def ground(plan: Plan, now: datetime) -> Ground:
    """The ground of a forecast for a plan that is issued."""
    assert plan.issued_at is not None
    assert plan.opened_through_on is not None
    assert plan.cadence_version_id is not None
    assert plan.ladders_version_id is not None
    cadence = rules.cadence(plan.cadence_version_id)
    terms = _terms(plan, cadence, local_date(now))
    ladders = rules.ladders(plan.ladders_version_id)
    through, members = units.files_through(), units.group_members()
    return Ground(now, plan, terms, cadence, ladders, asked_of(plan.id), through, members)


def _terms(plan: Plan, cadence: CadenceRules, today: date) -> Terms:
    """The days on which a version is taken that is taken today: everybody's, and those of units with a calendar."""
    assert plan.issued_at is not None
    assert plan.opened_through_on is not None
    national = rules.calendar()
    since, through = local_date(plan.issued_at), plan.opened_through_on

    def by(calendar: WorkCalendar) -> tuple[date, tuple[Period, ...]]:
        months = open_months(since, through, today, cadence, national, calendar)
        return calendar.shift(today, cadence.sign_workdays), months

    own = {
        unit_id: Terms(today, *by(calendar)) for unit_id, calendar in rules.calendars().own_of_units.items()
    }
    return Terms(today, *by(national), own)


def asked_of(plan_id: int) -> Mapping[int, tuple[Asked, ...]]:
    """Every duty of the plan's tasks, by task."""
    rows = (
        sa.select(Duty.task_id, Duty.id, Duty.unit_id, Duty.kind, Duty.period_key, Duty.state, Duty.due_on)
        .where(Duty.plan_id == plan_id, Duty.task_id.is_not(None))
        .order_by(Duty.id)
    )
    found: dict[int, list[Asked]] = defaultdict(list)
    for row in session().execute(rows):
        if row.task_id is not None:
            found[row.task_id].append(Asked(*row[1:]))
    return {task_id: tuple(asked) for task_id, asked in found.items()}


def contacts_of(unit_ids: Iterable[int], office_id: int | None, on: date) -> Mapping[int, Contacts]:
    """Whom a first letter reaches in each unit, the office where a unit has nobody."""
    wanted = set(unit_ids)
    directory = Directory(wanted, on, office_ids=[office_id])
    return {unit_id: directory.contacts(unit_id, on, office_id=office_id) for unit_id in wanted}

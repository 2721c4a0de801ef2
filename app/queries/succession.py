"""What a new version of a running plan would do to its duties: the facts of `workflows.succession`, and the letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.db import session
from app.models import Duty, Mention, Plan, Task
from app.queries import people, rules, units
from app.queries.issue import parts_of
from workflows.assignment import Part
from workflows.cadence import DutyKind
from workflows.calendar import WorkCalendar, local_date, office_moment
from workflows.escalation import Audience, Ladder, LetterKind, reach
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

Contacts = Mapping[Audience, tuple[int, ...]]


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
    calendar: WorkCalendar
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
            after = Wanted(new.deadline_on, acting)
        return Effect(task_event(before, after), steps(before, after, self.terms), parts)

    def _running(self, task: Task) -> Running:
        return Running(task.state, task.deadline_on, _acting(task), self.asked.get(task.id, ()))

    def tell(self, step: Step, contacts: Contacts) -> Foretold:
        """The step with its first letter, as the engine will write it if nothing else happens."""
        if step.move is Move.CANCEL or step.quiet:
            return Foretold(step)
        ladder = self.ladders[step.kind]
        found = first_letter(step, ladder, self.calendar, self.now)
        if found is None:
            return Foretold(step)
        at, rung = found
        leaves_on = local_date(office_moment(at, self.calendar, ladder.hour))
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
    calendar, cadence, today = rules.calendar(), rules.cadence(plan.cadence_version_id), local_date(now)
    months = open_months(local_date(plan.issued_at), plan.opened_through_on, today, cadence, calendar)
    terms = Terms(today, calendar.shift(today, cadence.sign_workdays), months)
    ladders = rules.ladders(plan.ladders_version_id)
    through, members = units.files_through(), units.group_members()
    return Ground(now, plan, terms, calendar, ladders, asked_of(plan.id), through, members)


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


def contacts_of(unit_ids: Iterable[int], office_id: int | None) -> Mapping[int, Contacts]:
    """Whom a first letter reaches in each unit, the office where a unit has nobody."""
    wanted = set(unit_ids)
    posts, office = people.contacts(wanted), people.office_people(office_id)
    return {unit_id: {**posts.get(unit_id, {}), Audience.OFFICE: office} for unit_id in wanted}

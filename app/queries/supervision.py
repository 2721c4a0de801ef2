"""What the supervision office sees: what is overdue, what was sent about it, what waits for review."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models import Duty, Letter, Notice, Task, Unit
from app.queries import climb, rules, tasks
from app.queries.lateness import ended
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.escalation import Audience, LetterKind
from workflows.lifecycle import DutyState, NoticeState, TaskState
from workflows.light import HEALTHY, Colour, Pace
from workflows.wording import overdue_workdays


@dataclass(frozen=True, slots=True)
class Told:
    """One person was, or will be, told: letter, epoch and place, the post that made him a recipient, what became of it.

    `place` tells apart what one rung says: its letter, its repeats, the slip drafted beside it, each question to the office.
    """

    kind: LetterKind
    epoch: int
    place: str
    audience: Audience
    person: str
    state: NoticeState
    at: datetime
    letter_id: int | None


@dataclass(frozen=True, slots=True)
class Round:
    """Everybody who was told one thing in one climb."""

    kind: LetterKind
    at: datetime
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Overdue:
    """An overdue duty, or a unit's reports of one month and its signatures of one day taken together."""

    kind: DutyKind
    period_key: str
    unit_id: int
    unit_name: str
    duties: tuple[Duty, ...]
    due_on: date
    late_workdays: int
    rounds: tuple[Round, ...]
    next_words: str

    @property
    def first(self) -> Duty:
        return self.duties[0]


def overdue(now: datetime, *, unit_id: int | None = None, kind: DutyKind | None = None) -> list[Overdue]:
    """Open duties past their date, the longest overdue first."""
    owed = (
        sa.select(Duty)
        .where(*_late(now))
        .options(selectinload(Duty.task), selectinload(Duty.unit), selectinload(Duty.plan))
        .order_by(Duty.due_on, Duty.unit_id, Duty.kind, Duty.period_key, Duty.id)
    )
    if unit_id is not None:
        owed = owed.where(Duty.unit_id == unit_id)
    if kind is not None:
        owed = owed.where(Duty.kind == kind)
    late = list(session().scalars(owed))
    told = notices_about([duty.id for duty in late])
    return [_overdue(tuple(group), told, local_date(now)) for _, group in groupby(late, key=_together)]


def _late(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (Duty.state == DutyState.OPEN, ended(now))


def _together(duty: Duty) -> tuple[object, ...]:
    """Reports of one month and signatures of one issue are one matter; a completion stands for itself."""
    single = duty.kind not in {DutyKind.MONTHLY_REPORT, DutyKind.SIGN}
    return (duty.due_on, duty.unit_id, duty.kind, duty.period_key, duty.plan_id, duty.id if single else 0)


def _overdue(duties: tuple[Duty, ...], told: Mapping[int, tuple[Told, ...]], today: date) -> Overdue:
    first = duties[0]
    once = dict.fromkeys(line for duty in duties for line in told.get(duty.id, ()))
    return Overdue(
        first.kind,
        first.period_key,
        first.unit_id,
        first.unit.name,
        duties,
        first.due_on,
        overdue_workdays(first.due_on, today, rules.calendar(first.unit_id)),
        rounds(once),
        climb.next_words(first),
    )


def rounds(told: Iterable[Told]) -> tuple[Round, ...]:
    """Who was told, thing by thing, in order of time."""
    groups: dict[tuple[int, str, LetterKind], list[Told]] = defaultdict(list)
    for line in told:
        groups[line.epoch, line.place, line.kind].append(line)
    found = [Round(kind, min(x.at for x in lines), tuple(lines)) for (*_, kind), lines in groups.items()]
    return tuple(sorted(found, key=lambda one: one.at))


def overdue_units(now: datetime) -> list[tuple[int, str]]:
    """Id and name of every unit that is late with something, for the filter."""
    late = (
        sa.select(Unit.id, Unit.name)
        .where(sa.exists().where(Duty.unit_id == Unit.id, *_late(now)))
        .order_by(Unit.position, Unit.id)
    )
    return [(unit_id, name) for unit_id, name in session().execute(late)]


def notices_about(duty_ids: Collection[int]) -> Mapping[int, tuple[Told, ...]]:
    """For each duty, who was told what and when, in order."""
    found: dict[int, list[Told]] = defaultdict(list)
    told = (
        sa.select(Notice)
        .where(Notice.duty_id.in_(duty_ids))
        .options(joinedload(Notice.person), joinedload(Notice.letter).load_only(Letter.sent_at))
        .order_by(Notice.id)
    )
    for notice in session().scalars(told):
        found[notice.duty_id].append(told_by(notice))
    return {duty_id: tuple(lines) for duty_id, lines in found.items()}


def told_by(notice: Notice) -> Told:
    """The line a notice makes: when its letter left, or else when it is to leave."""
    left_at = notice.letter.sent_at if notice.letter else None
    return Told(
        notice.kind,
        notice.epoch,
        notice.dedup_key.split(":")[2],
        notice.audience,
        notice.person.name,
        notice.state,
        left_at or notice.not_before_at,
        notice.letter_id,
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """The strips on top of the supervision page; each number has a page behind it.

    `paces` counts all issued tasks by class (五分法), the lights only those not closed. A blue light is a hint: its task is as
    healthy as a green one.
    """

    overdue: int
    red: int
    yellow: int
    healthy: int
    to_review: int
    to_close: int
    paces: Mapping[Pace, int]


def figures(now: datetime) -> Figures:
    s = session()
    rows = tasks.rows(local_date(now))
    lights = Counter(row.light.colour for row in rows if row.state is not TaskState.CLOSED)
    paces = Counter(row.pace.pace for row in rows)
    late = sa.select(sa.func.count()).where(*_late(now))
    closing = sa.select(sa.func.count()).where(Task.state == TaskState.CLOSING)
    return Figures(
        s.scalar(late) or 0,
        lights[Colour.RED],
        lights[Colour.YELLOW],
        sum(lights[colour] for colour in HEALTHY),
        waiting_for_review(),
        s.scalar(closing) or 0,
        {pace: paces[pace] for pace in Pace},
    )


def waiting_for_review() -> int:
    """How many reports wait for the office."""
    filed = sa.select(sa.func.count()).where(
        Duty.state == DutyState.FILED, Duty.kind == DutyKind.MONTHLY_REPORT
    )
    return session().scalar(filed) or 0


def closing_queue() -> list[Task]:
    """Tasks whose lead asks to close them."""
    asked = (
        sa.select(Task)
        .where(Task.state == TaskState.CLOSING)
        .options(selectinload(Task.plan))
        .order_by(Task.id)
    )
    return list(session().scalars(asked))

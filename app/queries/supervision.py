"""What the supervision office sees: what is overdue, what waits for review, who filed, what was sent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Duty, Letter, Notice, Report, Task, Unit
from app.queries import desk, rules, tasks
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.lifecycle import DutyState, NoticeState, TaskState
from workflows.light import Colour
from workflows.wording import overdue_workdays


@dataclass(frozen=True, slots=True)
class Overdue:
    """An overdue duty: how late, what was sent about it so far, and what comes next."""

    duty: Duty
    late_workdays: int
    sent: tuple[Notice, ...]
    next_words: str


def overdue(today: date, *, unit_id: int | None = None) -> list[Overdue]:
    """Open duties past their date, the latest first."""
    owed = (
        sa.select(Duty)
        .where(Duty.state == DutyState.OPEN, Duty.due_on < today)
        .options(selectinload(Duty.task), selectinload(Duty.unit), selectinload(Duty.plan))
        .order_by(Duty.due_on, Duty.unit_id, Duty.id)
    )
    if unit_id is not None:
        owed = owed.where(Duty.unit_id == unit_id)
    late = list(session().scalars(owed))
    sent = notices_about([duty.id for duty in late])
    calendar = rules.calendar()
    return [
        Overdue(d, overdue_workdays(d.due_on, today, calendar), sent.get(d.id, ()), desk.next_words(d))
        for d in late
    ]


def notices_about(duty_ids: list[int]) -> Mapping[int, tuple[Notice, ...]]:
    """For each duty, its notices in order, with person and letter."""
    found: dict[int, list[Notice]] = defaultdict(list)
    told = (
        sa.select(Notice)
        .where(Notice.duty_id.in_(duty_ids))
        .options(selectinload(Notice.person), selectinload(Notice.letter))
        .order_by(Notice.id)
    )
    for notice in session().scalars(told):
        found[notice.duty_id].append(notice)
    return {duty_id: tuple(notices) for duty_id, notices in found.items()}


@dataclass(frozen=True, slots=True)
class Figures:
    """The strip on top of the supervision page; each number has a page behind it."""

    overdue: int
    red: int
    yellow: int
    green: int
    to_review: int
    to_close: int


def figures(today: date) -> Figures:
    s = session()
    lights = Counter(row.light.colour for row in tasks.rows(today) if row.state is not TaskState.CLOSED)
    late = sa.select(sa.func.count()).where(Duty.state == DutyState.OPEN, Duty.due_on < today)
    closing = sa.select(sa.func.count()).where(Task.state == TaskState.CLOSING)
    return Figures(
        s.scalar(late) or 0,
        lights[Colour.RED],
        lights[Colour.YELLOW],
        lights[Colour.GREEN],
        waiting_for_review(),
        s.scalar(closing) or 0,
    )


def waiting_for_review() -> int:
    """How many reports wait for the office."""
    filed = sa.select(sa.func.count()).where(
        Duty.state == DutyState.FILED, Duty.kind == DutyKind.MONTHLY_REPORT
    )
    return session().scalar(filed) or 0


def review_queue() -> list[Duty]:
    """Submitted reports, the oldest first, with their task, unit and report."""
    filed = (
        sa.select(Duty)
        .join(Report)
        .where(Duty.state == DutyState.FILED, Duty.kind == DutyKind.MONTHLY_REPORT)
        .options(selectinload(Duty.task), selectinload(Duty.unit), selectinload(Duty.report))
        .order_by(Report.submitted_at, Duty.id)
    )
    return list(session().scalars(filed))


def closing_queue() -> list[Task]:
    """Tasks whose lead asks to close them."""
    asked = (
        sa.select(Task)
        .where(Task.state == TaskState.CLOSING)
        .options(selectinload(Task.plan))
        .order_by(Task.id)
    )
    return list(session().scalars(asked))


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's month: how many reports were owed, filed, and filed late; `late_workdays` of the worst."""

    owed: int
    filed: int
    late: int
    late_workdays: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Matrix:
    """月报齐套: units down, months across; a unit owing nothing in a month has no cell."""

    months: tuple[str, ...]
    units: tuple[tuple[int, str], ...]
    cells: Mapping[tuple[int, str], Cell]


def matrix(today: date, *, months: int = 7) -> Matrix:
    """Who filed for which of the last months, by unit."""
    keys = sorted(
        session().scalars(
            sa.select(Duty.period_key)
            .where(Duty.kind == DutyKind.MONTHLY_REPORT)
            .distinct()
            .order_by(Duty.period_key.desc())
            .limit(months)
        )
    )
    owed = (
        sa.select(
            Duty.unit_id,
            Unit.name,
            Duty.period_key,
            Duty.state,
            Duty.filed_at,
            Duty.due_on,
            Duty.original_due_on,
        )
        .join(Unit, Unit.id == Duty.unit_id)
        .where(
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key.in_(keys),
            Duty.state != DutyState.CANCELLED,
        )
        .order_by(Unit.position, Unit.id)
    )
    cells: dict[tuple[int, str], Cell] = {}
    units: dict[int, str] = {}
    calendar = rules.calendar()
    for unit_id, name, key, _, filed_at, _, original in session().execute(owed):
        units[unit_id] = name
        filed_on = local_date(filed_at) if filed_at else None
        late = overdue_workdays(original, filed_on or today, calendar)
        old = cells.get((unit_id, key), Cell(0, 0, 0, 0, original))
        cells[unit_id, key] = Cell(
            old.owed + 1,
            old.filed + bool(filed_on),
            old.late + bool(filed_on and late),
            max(old.late_workdays, late),
            original,
        )
    return Matrix(tuple(keys), tuple(units.items()), cells)


def letters(*, limit: int = 100, before_id: int | None = None) -> list[Letter]:
    """Letters, newest first: what was sent to whom, when, and what became of it."""
    written = (
        sa.select(Letter)
        .options(selectinload(Letter.person), selectinload(Letter.notices))
        .order_by(Letter.id.desc())
        .limit(limit)
    )
    if before_id:
        written = written.where(Letter.id < before_id)
    return list(session().scalars(written))


def letter(letter_id: int) -> Letter | None:
    """One letter with its notices and their duties."""
    wanted = (
        sa.select(Letter)
        .where(Letter.id == letter_id)
        .options(selectinload(Letter.person), selectinload(Letter.notices).selectinload(Notice.duty))
    )
    return session().scalar(wanted)


def waiting_notices() -> int:
    """Notices owed and not yet sent: the backlog of the outbox."""
    pending = sa.select(sa.func.count()).where(Notice.state.in_([NoticeState.PENDING, NoticeState.BUNDLED]))
    return session().scalar(pending) or 0


def duty(duty_id: int) -> Duty | None:
    """One duty with what its page shows."""
    wanted = (
        sa.select(Duty)
        .where(Duty.id == duty_id)
        .options(
            selectinload(Duty.task),
            selectinload(Duty.unit),
            selectinload(Duty.plan),
            selectinload(Duty.report),
        )
    )
    return session().scalar(wanted)

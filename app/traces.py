"""What every act leaves behind (留痕): the facts of plans, tasks, parts, duties, reports and units that it changed.

They are kept with the act's entry in the record, whatever use case wrote them, so that what stood at any instant can be
told from the record alone, whatever happened since (`app.queries.then`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.db import Base, waiting
from app.models import Assignment, Commitment, Correction, Duty, Plan, Report, Task, Unit
from workflows.lifecycle import STANDING_REPORTS, PlanState, ReportState, TaskState

Body = dict[str, Any]
"""Table → id → the facts that changed, None for a row that was removed; `opened` → duties opened together."""

TRACKED: Mapping[type[Base], tuple[str, ...]] = {
    Plan: ("title", "state", "issued_at", "period_from_on", "period_to_on"),
    Unit: ("name", "kind"),
    Task: (
        "plan_id",
        "number",
        "part",
        "title",
        "section",
        "position",
        "kind",
        "state",
        "deadline_on",
        "percent",
        "closed_at",
        "closing_grade",
        "commitments",
    ),
    Assignment: ("task_id", "unit_id", "share"),
    Duty: ("state", "opens_on", "due_on", "original_due_on", "filed_at"),
    Report: ("state", "returns", "after_lock"),
}
"""The facts of each table that an account is made of. A report is known by its duty."""

UNSAID = frozenset({ReportState.DRAFT, ReportState.SIGNOFF})
"""What is not sent yet is nobody's word."""

FOR_ANOTHER = (Correction, Commitment)
"""Rows that leave their trace with the report or the task they belong to."""

EVERY = frozenset({"*"})
GONE = frozenset({"-"})


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that was changed, and which of its facts; EVERY for a new row, GONE for one that was removed."""

    row: Base
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Trace:
    """What one row's change leaves behind, and what it is about."""

    plan_id: int | None
    task_id: int | None
    duty_id: int | None
    body: Body


def notice(s: Session) -> bool:
    """Note what the coming flush will change; whether anything was noted."""
    seen = waiting(s, "touched")
    before = len(seen)
    seen.extend(Touched(row, EVERY) for row in s.new if type(row) in TRACKED or isinstance(row, FOR_ANOTHER))
    for row in s.dirty:
        if type(row) in TRACKED and (names := _changed(row)):
            seen.append(Touched(row, names))
        elif isinstance(row, Commitment):
            seen.append(Touched(row, EVERY))
    return len(seen) > before


def notice_gone(s: Session, row: object) -> bool:
    """Note a row that was removed; whether it is one whose going leaves a trace."""
    if isinstance(row, Assignment):
        waiting(s, "touched").append(Touched(row, GONE))
    return isinstance(row, Assignment)


def _changed(row: Base) -> frozenset[str]:
    facts = sa.inspect(row).attrs
    changed = {name for name in TRACKED[type(row)] if facts[name].history.has_changes()}
    former = set(facts["state"].history.deleted or ()) if "state" in changed else set()
    return EVERY if former & {TaskState.DRAFT, PlanState.DRAFT} else frozenset(changed)


def lay(s: Session) -> list[Trace]:
    """The traces of everything noted in this transaction, each row once, as it stands now."""
    with s.no_autoflush:
        laid = [trace for row, names in _merged(s).items() if (trace := _trace(s, row, names))]
        return [*laid, *_opened(s)]


def _merged(s: Session) -> Mapping[Base, frozenset[str]]:
    merged: dict[Base, frozenset[str]] = {}
    for touched in waiting(s, "touched"):
        row, names = touched.row, touched.names
        if isinstance(row, Correction):
            row, names = s.get_one(Report, row.report_id), EVERY
        elif isinstance(row, Commitment):
            found = s.get(Task, row.task_id)
            if found is None:
                continue
            row, names = found, frozenset({"commitments"})
        merged[row] = GONE if names is GONE else merged.get(row, frozenset()) | names
    return merged


def _trace(s: Session, row: Base, names: frozenset[str]) -> Trace | None:
    if isinstance(row, Report):
        return _report_trace(s, row, names)
    if isinstance(row, Plan | Task) and row.state in {PlanState.DRAFT, TaskState.DRAFT}:
        return None
    key, facts = sa.inspect(row).identity or (0,), TRACKED[type(row)]
    wanted = facts if names >= EVERY else [name for name in facts if name in names]
    image = None if names is GONE else {name: fact(row, name) for name in wanted}
    plan_id, task_id, duty_id = _about(s, row)
    return Trace(plan_id, task_id, duty_id, {row.__tablename__: {str(key[0]): image}})


def _about(s: Session, row: Base) -> tuple[int | None, int | None, int | None]:
    if isinstance(row, Plan):
        return row.id, None, None
    if isinstance(row, Task):
        return row.plan_id, row.id, None
    if isinstance(row, Assignment):
        return s.get_one(Task, row.task_id).plan_id, row.task_id, None
    if isinstance(row, Duty):
        return row.plan_id, row.task_id, row.id
    return None, None, None


def _report_trace(s: Session, report: Report, names: frozenset[str]) -> Trace | None:
    """A report's facts; the figures of its indicators with them, where it was just sent or corrected."""
    if report.state in UNSAID:
        return None
    duty = s.get_one(Duty, report.duty_id)
    image = {name: _plain(getattr(report, name)) for name in TRACKED[Report]}
    if report.state in STANDING_REPORTS and (names >= EVERY or "state" in names):
        image["measures"] = {str(measure.commitment_id): measure.value for measure in report.measures}
        image["corrections"] = len(report.corrections)
    return Trace(duty.plan_id, duty.task_id, duty.id, {"report": {str(duty.id): image}})


def fact(row: Base, name: str) -> Any:
    """One fact of a row, as JSON holds it."""
    if name != "commitments":
        return _plain(getattr(row, name))
    assert isinstance(row, Task)
    return [
        [c.id, c.kind.value, c.name, c.unit, _plain(c.comparison), c.target, _plain(c.due_on)]
        for c in row.commitments
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


# ------------------------------------------------------------------------------- opened by the thousand


def _opened(s: Session) -> Iterable[Trace]:
    """Duties opened together, in few words: the days they share, and the stretches of their ids."""
    ids = set(waiting(s, "opened"))
    if not ids:
        return
    span = sa.select(Duty.id, Duty.plan_id, Duty.opens_on, Duty.due_on).where(
        Duty.id.between(min(ids), max(ids))
    )
    alike: dict[tuple[int, date, date], list[int]] = defaultdict(list)
    for duty_id, plan_id, opens_on, due_on in s.execute(span.order_by(Duty.id)):
        if duty_id in ids:
            alike[plan_id, opens_on, due_on].append(duty_id)
    for (plan_id, opens_on, due_on), members in alike.items():
        said = [opens_on.isoformat(), due_on.isoformat(), stretches(members)]
        yield Trace(plan_id, None, None, {"opened": [said]})


def stretches(ids: Sequence[int]) -> list[list[int]]:
    """Ascending ids as [first, last] of each unbroken run."""
    found: list[list[int]] = []
    for number in ids:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


# ------------------------------------------------------------------------------- where there were none before


def notice_all(s: Session, plan_id: int) -> None:
    """Note everything a plan's account is made of as it stands: for a plan that ran before traces were kept."""
    tasks = (
        sa.select(Task)
        .where(Task.plan_id == plan_id)
        .options(selectinload(Task.commitments), selectinload(Task.assignments))
    )
    found = list(s.scalars(tasks.order_by(Task.id)))
    reports = sa.select(Report).join(Duty).where(Duty.plan_id == plan_id).order_by(Report.id)
    rows: list[Base] = [
        s.get_one(Plan, plan_id),
        *found,
        *(part for task in found for part in task.assignments),
    ]
    rows += s.scalars(sa.select(Duty).where(Duty.plan_id == plan_id).order_by(Duty.id))
    rows += s.scalars(reports.options(selectinload(Report.measures), selectinload(Report.corrections)))
    waiting(s, "touched").extend(Touched(row, EVERY) for row in rows)


def notice_units(s: Session, known: Collection[int]) -> bool:
    """Note every unit but those; whether there was one."""
    new = [unit for unit in s.scalars(sa.select(Unit).order_by(Unit.id)) if unit.id not in known]
    waiting(s, "touched").extend(Touched(unit, EVERY) for unit in new)
    return bool(new)

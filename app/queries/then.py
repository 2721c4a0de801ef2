"""What stood at an instant, told from the record alone: the traces of every act up to then, laid over one another.

Whatever happens after the instant leaves the answer as it is (`app.traces` writes what is read here).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.models import Duty, LedgerEntry, PolicyVersion, Trace
from app.models.rules import PolicySubject
from app.queries import rules
from app.queries.rules import Calendars
from workflows.cadence import DutyKind
from workflows.calendar import WorkCalendar
from workflows.holidays import PUBLISHED
from workflows.lifecycle import DutyState
from workflows.light import LightRules

Facts = dict[str, Any]
"""Column → value as JSON holds it, with what the acts themselves say of the row."""

FIRST_DEADLINE, FILED_FOR, ENDED_BY, ENDED_AT, SAID_AT, SAID_IN = (
    "first_deadline",
    "filed_for",
    "ended_by",
    "ended_at",
    "said_at",
    "said_in",
)
"""What is told of a row beside its columns: the deadline first set; the due day in force when it was first filed; by
which act, and when, it came into its state; when a report was last sent or corrected, and in which entries it says so."""

_OPENED: Facts = {"state": DutyState.OPEN.value, "filed_at": None}


@dataclass(slots=True)
class Then:
    """Rows by id, as they stood; reports by the duty they answer."""

    plan: Facts = field(default_factory=dict)
    units: dict[int, Facts] = field(default_factory=dict)
    tasks: dict[int, Facts] = field(default_factory=dict)
    parts: dict[int, Facts] = field(default_factory=dict)
    duties: dict[int, Facts] = field(default_factory=dict)
    reports: dict[int, Facts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Act:
    """One entry of the record."""

    number: int
    at: datetime
    name: str


def then(plan_id: int, at: datetime) -> Then:
    """What the record says of the plan as of `at`; an empty plan where it was not issued by then. One query."""
    stood = Then()
    for act, body in _traces(plan_id, at):
        stood.plan |= body.get("plan", {}).get(str(plan_id), {})
        for span in body.get("opened", ()):
            _open(stood, span)
        _lay(stood.units, body.get("unit", {}))
        for task_id, image in body.get("task", {}).items():
            _lay_task(stood.tasks.setdefault(int(task_id), {}), image, act)
        _lay(stood.parts, body.get("assignment", {}))
        for duty_id, image in body.get("duty", {}).items():
            _lay_duty(stood.duties.setdefault(int(duty_id), {}), image, act)
        for duty_id, image in body.get("report", {}).items():
            _lay_report(stood.reports.setdefault(int(duty_id), {}), image, act)
    stood.tasks = {key: task for key, task in stood.tasks.items() if task.get("plan_id") == plan_id}
    stood.parts = {key: part for key, part in stood.parts.items() if part.get("task_id") in stood.tasks}
    return stood


def _traces(plan_id: int, at: datetime) -> Iterator[tuple[_Act, Mapping[str, Any]]]:
    of_plan = sa.or_(LedgerEntry.plan_id == plan_id, LedgerEntry.plan_id.is_(None))
    found = (
        sa.select(LedgerEntry.id, LedgerEntry.recorded_at, LedgerEntry.act, Trace.body)
        .join(Trace, Trace.entry_id == LedgerEntry.id)
        .where(of_plan, LedgerEntry.recorded_at <= at)
        .order_by(LedgerEntry.id)
    )
    for number, recorded_at, name, body in session().execute(found):
        yield _Act(number, recorded_at, name), body


def _open(stood: Then, span: Sequence[Any]) -> None:
    opens_on, due_on, stretches = span
    days = {"opens_on": opens_on, "due_on": due_on, "original_due_on": due_on}
    for first, last in stretches:
        for duty_id in range(first, last + 1):
            # what the same transaction did to it besides may stand in an entry before this one
            stood.duties[duty_id] = {**_OPENED, **days, **stood.duties.get(duty_id, {})}


def _lay(rows: dict[int, Facts], images: Mapping[str, Facts | None]) -> None:
    for key, image in images.items():
        if image is None:
            rows.pop(int(key), None)
        else:
            rows.setdefault(int(key), {}).update(image)


def _lay_task(task: Facts, image: Facts, act: _Act) -> None:
    """A new version of the document sets a first deadline anew; everything else that moves it is an extension."""
    if "deadline_on" in image and (FIRST_DEADLINE not in task or act.name.startswith("version.")):
        task[FIRST_DEADLINE] = image["deadline_on"]
    task.update(image)


def _lay_duty(duty: Facts, image: Facts, act: _Act) -> None:
    first = image.get("filed_at") is not None and duty.get("filed_at") is None
    due_on = duty.get("due_on", image.get("due_on"))
    if "state" in image:
        duty[ENDED_BY], duty[ENDED_AT] = act.name, act.at
    duty.update(image)
    if first:
        duty[FILED_FOR] = due_on


def _lay_report(report: Facts, image: Facts, act: _Act) -> None:
    if act.name == "report.submit":
        report[SAID_IN] = [act.number]
    elif act.name == "report.correct":
        report[SAID_IN] = [*report.get(SAID_IN, ()), act.number]
    if "measures" in image:
        report[SAID_AT] = act.at
    report.update(image)


# ------------------------------------------------------------------------------------------- what never changes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a duty is from its first day to its last."""

    duty_id: int
    kind: DutyKind
    period_key: str
    task_id: int | None
    unit_id: int
    cutoff_hour: int


def asked(plan_id: int) -> Mapping[int, Asked]:
    """Every duty of the plan, by id. One query."""
    columns = (Duty.id, Duty.kind, Duty.period_key, Duty.task_id, Duty.unit_id, Duty.cutoff_hour)
    rows = session().execute(sa.select(*columns).where(Duty.plan_id == plan_id).order_by(Duty.id))
    return {row.id: Asked(*row) for row in rows}


# ------------------------------------------------------------------------------------------- rules of that time


def light_rules_at(at: datetime) -> LightRules:
    """The thresholds in force at that instant; before the first were laid down, the first."""
    versions = sa.select(PolicyVersion).where(PolicyVersion.subject == PolicySubject.LIGHT)
    found = list(session().scalars(versions.order_by(PolicyVersion.version)))
    known = [version for version in found if version.created_at <= at] or found[:1]
    return LightRules.from_json(known[-1].body, known[-1].version)


def calendar_at(at: datetime) -> WorkCalendar:
    """The national working calendar as it was known then: a notice taken in since is not."""
    acts = sa.select(LedgerEntry.recorded_at, LedgerEntry.detail).where(LedgerEntry.act == "calendar.publish")
    known: dict[int, list[tuple[date, bool]] | None] = {}
    since: set[int] = set()
    for recorded_at, detail in session().execute(acts.order_by(LedgerEntry.id)):
        if recorded_at > at:
            since.add(detail["year"])
        else:
            known[detail["year"]] = [(date.fromisoformat(day), works) for day, works in detail["days"]]
    present = rules.calendars()
    return _without(present, {year: known.get(year) for year in since}) if since else present.national


def _without(present: Calendars, former: Mapping[int, list[tuple[date, bool]] | None]) -> WorkCalendar:
    """The calendar with these years as they were before: by an earlier notice, as shipped, or not known at all."""
    days = {day: works for day, works in present.days if day.year not in former}
    years = {year for year, _ in present.editions if year not in former}
    for year, notice in former.items():
        shipped = PUBLISHED.get(year)
        told = notice if notice is not None else list(shipped.days()) if shipped else None
        if told is not None:
            days |= dict(told)
            years.add(year)
    return WorkCalendar(days, years)

"""What stood at an instant, told from the record alone: the traces of every act up to then, laid over one another.

Whatever happens after the instant leaves the answer as it is (`app.traces` writes what is read here).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

AT_A_TIME = 50
"""Rows decoded at a time: a year's record is never held as a whole, nor walked again and again by the collector of garbage."""

_OPENED: Facts = {"state": DutyState.OPEN.value, "filed_at": None}


@dataclass(slots=True)
class Then:
    """Rows by id, as they stood; reports by the duty they answer. A row is replaced, never changed."""

    plan: Facts = field(default_factory=dict)
    units: dict[int, Facts] = field(default_factory=dict)
    tasks: dict[int, Facts] = field(default_factory=dict)
    parts: dict[int, Facts] = field(default_factory=dict)
    duties: dict[int, Facts] = field(default_factory=dict)
    reports: dict[int, Facts] = field(default_factory=dict)

    def copy(self) -> Then:
        """The same rows, to be replaced apart from these."""
        tables = (self.units, self.tasks, self.parts, self.duties, self.reports)
        return Then(dict(self.plan), *(dict(rows) for rows in tables))


@dataclass(frozen=True, slots=True)
class _Act:
    """One entry of the record."""

    number: int
    at: datetime
    name: str


def then(plan_id: int, instants: Collection[datetime]) -> Mapping[datetime, Then]:
    """What the record says of the plan as of each of the instants; an empty plan where it was not issued by then.

    One query reads the record once, however many the instants.
    """
    course = _Course(sorted(set(instants)))
    for act, body in _traces(plan_id, course.instants[-1]):
        for stood in course.knowing(act.at):
            _lay_act(stood, plan_id, body, act)
    return {at: _of_plan(stood, plan_id) for at, stood in zip(course.instants, course.states, strict=True)}


class _Course:
    """What stood at each of several instants; those that know of the same acts share it until one of them knows less.

    The order of the record is that of its entries: an act may be told of after others that happened later.
    """

    def __init__(self, instants: Sequence[datetime]) -> None:
        self.instants = instants
        self.states = [Then()] * len(instants)

    def knowing(self, at: datetime) -> Collection[Then]:
        """What stands for the instants that know of what happened at `at`, parted from those before it."""
        first = bisect_left(self.instants, at)
        if first and (shared := self.states[first]) is self.states[first - 1]:
            apart = shared.copy()
            self.states[first:] = [apart if each is shared else each for each in self.states[first:]]
        if self.states[first] is self.states[-1]:
            return self.states[-1:]
        return {id(stood): stood for stood in self.states[first:]}.values()


def _of_plan(stood: Then, plan_id: int) -> Then:
    tasks = {key: task for key, task in stood.tasks.items() if task.get("plan_id") == plan_id}
    parts = {key: part for key, part in stood.parts.items() if part.get("task_id") in tasks}
    return replace(stood, tasks=tasks, parts=parts)


def _traces(plan_id: int, at: datetime) -> Iterator[tuple[_Act, Mapping[str, Any]]]:
    of_plan = sa.or_(LedgerEntry.plan_id == plan_id, LedgerEntry.plan_id.is_(None))
    found = (
        sa.select(LedgerEntry.id, LedgerEntry.recorded_at, LedgerEntry.act, Trace.body)
        .join(Trace, Trace.entry_id == LedgerEntry.id)
        .where(of_plan, LedgerEntry.recorded_at <= at)
        .order_by(LedgerEntry.id)
        .execution_options(yield_per=AT_A_TIME)
    )
    for number, recorded_at, name, body in session().execute(found):
        yield _Act(number, recorded_at, name), body


def _lay_act(stood: Then, plan_id: int, body: Mapping[str, Any], act: _Act) -> None:
    stood.plan |= body.get("plan", {}).get(str(plan_id), {})
    for span in body.get("opened", ()):
        _open(stood, span)
    for table, images in body.items():
        if table in _LAID:
            name, beside = _LAID[table]
            _lay(getattr(stood, name), images, act, beside)


def _open(stood: Then, span: Sequence[Any]) -> None:
    opens_on, due_on, stretches = span
    fresh = {**_OPENED, "opens_on": opens_on, "due_on": due_on, "original_due_on": due_on}
    for first, last in stretches:
        for duty_id in range(first, last + 1):
            # what the same transaction did to it besides may stand in an entry before this one
            told = stood.duties.get(duty_id)
            stood.duties[duty_id] = {**fresh, **told} if told else fresh


Beside = Callable[[Facts, Facts, _Act], Facts]
"""What an act says of a row beside its columns, from the row before it and the facts it changed."""


def _nothing(_row: Facts, _image: Facts, _act: _Act) -> Facts:
    return {}


def _lay(rows: dict[int, Facts], images: Mapping[str, Facts | None], act: _Act, beside: Beside) -> None:
    for key, image in images.items():
        if image is None:
            rows.pop(int(key), None)
        else:
            row = rows.get(int(key), {})
            rows[int(key)] = {**row, **image, **beside(row, image, act)}


def _beside_task(task: Facts, image: Facts, act: _Act) -> Facts:
    """A new version of the document sets a first deadline anew; everything else that moves it is an extension."""
    if "deadline_on" in image and (FIRST_DEADLINE not in task or act.name.startswith("version.")):
        return {FIRST_DEADLINE: image["deadline_on"]}
    return {}


def _beside_duty(duty: Facts, image: Facts, act: _Act) -> Facts:
    beside: Facts = {ENDED_BY: act.name, ENDED_AT: act.at} if "state" in image else {}
    if image.get("filed_at") is not None and duty.get("filed_at") is None:
        beside[FILED_FOR] = duty.get("due_on", image.get("due_on"))
    return beside


def _beside_report(report: Facts, image: Facts, act: _Act) -> Facts:
    beside: Facts = {SAID_AT: act.at} if "measures" in image else {}
    if act.name == "report.submit":
        beside[SAID_IN] = (act.number,)
    elif act.name == "report.correct":
        beside[SAID_IN] = (*report.get(SAID_IN, ()), act.number)
    return beside


_LAID: Mapping[str, tuple[str, Beside]] = {
    "unit": ("units", _nothing),
    "task": ("tasks", _beside_task),
    "assignment": ("parts", _nothing),
    "duty": ("duties", _beside_duty),
    "report": ("reports", _beside_report),
}
"""Where the rows of each table are laid."""


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
    wanted = sa.select(*columns).where(Duty.plan_id == plan_id).order_by(Duty.id)
    rows = session().execute(wanted.execution_options(yield_per=AT_A_TIME))
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

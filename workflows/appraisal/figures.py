"""What the record says of one unit, fact by fact, each with the rows it was counted from (计分依据).

Every ratio is weighted by the unit's own tasks, so that who carries more is measured by how well, not by how much
(基数修正, reference b.6): a unit with twice the tasks at the same quality has the same figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Protocol, TypeVar

from workflows.accounts import (
    Account,
    CoordinationAccount,
    DutyAccount,
    IndicatorAccount,
    SlipAccount,
    TaskAccount,
)
from workflows.appraisal.facts import Fact
from workflows.appraisal.rounding import added
from workflows.appraisal.scheme import Scheme
from workflows.cadence import DutyKind, duty_words
from workflows.calendar import local_date
from workflows.escalation import LETTER_LABELS
from workflows.lifecycle import CLOSING_GRADE_LABELS, EntryKind, TaskState
from workflows.light import PACE_LABELS, Pace
from workflows.units import Share
from workflows.wording import short_date

REPORTS = frozenset({DutyKind.MONTHLY_REPORT, DutyKind.CONSOLIDATION})
OUT_OF_PLAY = frozenset({TaskState.DRAFT, TaskState.WITHDRAWN, TaskState.SUSPENDED})
ONE, NOTHING = Fraction(1), Fraction(0)


class RowKind(StrEnum):
    """What a row of a figure is, and so which page it opens."""

    TASK = "task"
    DUTY = "duty"
    SLIP = "slip"
    COORDINATION = "coordination"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was counted: its weight, what it was worth (0–1), and in words what it is and how it stands."""

    kind: RowKind
    id: int
    weight: Fraction
    value: Fraction
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A fact of one unit: the weighted mean of its rows; None where there is nothing to measure."""

    fact: Fact
    value: Fraction | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person entered for a unit (登记), resting on a document; `points` in hundredths."""

    entry_id: int
    unit_id: int
    kind: EntryKind
    item: str
    points: int
    document_number: str
    words: str
    has_finding: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """What of an account is one unit's: its tasks with the share in each, and what was asked of it."""

    unit_id: int
    name: str
    as_of: date
    to_on: date
    tasks: tuple[tuple[TaskAccount, Share], ...]
    duties: tuple[DutyAccount, ...]
    slips: tuple[SlipAccount, ...]
    coordinations: tuple[CoordinationAccount, ...]
    entries: tuple[Entry, ...] = ()
    titles: Mapping[int, str] = field(default_factory=dict)

    @property
    def counted_to(self) -> date:
        """The last day whose deadlines count: of the account, or of what was known when it was drawn up."""
        return min(self.to_on, self.as_of)


def holdings(account: Account, entries: Sequence[Entry] = ()) -> dict[int, Holding]:
    """Unit → what is its own, in one pass over the account."""
    tasks: dict[int, list[tuple[TaskAccount, Share]]] = defaultdict(list)
    for task in account.tasks:
        over = task.state in OUT_OF_PLAY or (task.closed_on is not None and task.closed_on < account.from_on)
        for unit_id, share in () if over else task.shares.items():
            tasks[unit_id].append((task, share))
    duties, slips = _by_unit(account.duties), _by_unit(account.slips)
    asked: dict[int, list[CoordinationAccount]] = defaultdict(list)
    for one in account.coordinations:
        asked[one.asked_unit_id].append(one)
    entered = _by_unit(entries)
    titles = {task.task_id: f"{task.number}. {task.title}".removeprefix(". ") for task in account.tasks}
    return {
        unit_id: Holding(
            unit_id,
            unit.name,
            local_date(account.at),
            account.to_on,
            tuple(tasks[unit_id]),
            tuple(duties.get(unit_id, ())),
            tuple(slips.get(unit_id, ())),
            tuple(asked[unit_id]),
            tuple(entered.get(unit_id, ())),
            titles,
        )
        for unit_id, unit in account.units.items()
    }


class _OfUnit(Protocol):
    @property
    def unit_id(self) -> int: ...


U = TypeVar("U", bound=_OfUnit)


def _by_unit(rows: Sequence[U]) -> dict[int, list[U]]:
    found: dict[int, list[U]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(row)
    return found


_what = lru_cache(maxsize=512)(duty_words)
_on = lru_cache(maxsize=1024)(short_date)
"""The same words stand in thousands of rows."""


class Measuring:
    """Measures one unit by one scheme. `weights` gives tasks another weight than 100 per cent."""

    def __init__(self, holding: Holding, scheme: Scheme, weights: Mapping[int, int]) -> None:
        self.held, self.scheme = holding, scheme
        self.by_task = {
            task.task_id: Fraction(
                scheme.shares[share] * scheme.kinds[task.kind] * weights.get(task.task_id, 100), 1_000_000
            )
            for task, share in holding.tasks
        }

        self.total = added((weight, ONE) for weight in self.by_task.values())
        """The weight of all the unit's tasks together (任务权重)."""

    def weight_of(self, task_id: int | None) -> Fraction:
        """The weight of what belongs to that task; 1 for what concerns no task of the unit's own."""
        return ONE if task_id is None else self.by_task.get(task_id, ONE)

    def part_of(self, task_id: int | None) -> Fraction:
        """How much of all the unit's work that task is; the whole of it for what concerns no one task."""
        own = self.by_task.get(task_id) if task_id is not None else None
        return own / self.total if own is not None and self.total else ONE

    def figure(self, fact: Fact) -> Figure:
        """The fact with its rows."""
        rows = tuple(row for row in COUNTED[fact](self) if row.weight)
        weight = added((row.weight, ONE) for row in rows)
        if not weight:
            return Figure(fact, None, rows)
        return Figure(fact, added((row.weight, row.value) for row in rows) / weight, rows)

    # ------------------------------------------------------------------------------- tasks

    def task_row(self, task: TaskAccount, value: Fraction, words: str, weight: Fraction | None = None) -> Row:
        own = self.by_task[task.task_id] if weight is None else weight
        return Row(RowKind.TASK, task.task_id, own, value, self.held.titles[task.task_id], words)

    def due_tasks(self) -> Iterator[TaskAccount]:
        """Tasks that are closed, or whose day has come."""
        for task, _ in self.held.tasks:
            if task.state is TaskState.CLOSED or _is_past(task.deadline_on, self.held.counted_to):
                yield task

    def closed(self) -> Iterator[Row]:
        for task in self.due_tasks():
            done = task.state is TaskState.CLOSED
            yield self.task_row(task, ONE if done else NOTHING, _standing(task))

    def closed_in_time(self) -> Iterator[Row]:
        for task in self.due_tasks():
            closed_on, deadline = task.closed_on, task.deadline_on
            early = closed_on is not None and (deadline is None or closed_on <= deadline)
            yield self.task_row(task, ONE if early else NOTHING, _standing(task))

    def on_pace(self) -> Iterator[Row]:
        for task, _ in self.held.tasks:
            if task.pace is not Pace.OTHER:
                value = NOTHING if task.pace is Pace.BEHIND else ONE
                yield self.task_row(task, value, f"{PACE_LABELS[task.pace]}：{task.pace_reason}".rstrip("："))

    def progress(self) -> Iterator[Row]:
        for task, _ in self.held.tasks:
            if task.percent is not None:
                yield self.task_row(task, Fraction(task.percent, 100), f"累计完成{task.percent}%")

    def quality(self) -> Iterator[Row]:
        for task, _ in self.held.tasks:
            if task.state is TaskState.CLOSED and task.closing_grade is not None:
                worth = self.scheme.quality[task.closing_grade]
                words = f"办结评价{CLOSING_GRADE_LABELS[task.closing_grade]}，计{worth}%"
                yield self.task_row(task, Fraction(worth, 100), words)

    def indicators(self) -> Iterator[Row]:
        for task, _ in self.held.tasks:
            due = [one for one in task.indicators if is_asked(one, self.held.counted_to)]
            for one in due:
                value = ONE if one.reached else NOTHING
                weight = self.by_task[task.task_id] / len(due)
                yield self.task_row(task, value, _indicator_words(one), weight)

    # ------------------------------------------------------------------------------- what was asked

    def duty_row(self, duty: DutyAccount, value: Fraction, words: str) -> Row:
        title = self.held.titles.get(duty.task_id or 0, "")
        label = f"{_what(duty.kind, duty.period_key)}{'：' if title else ''}{title}"
        return Row(RowKind.DUTY, duty.duty_id, self.weight_of(duty.task_id), value, label, words)

    def in_time(self, kinds: frozenset[DutyKind]) -> Iterator[Row]:
        for duty in self.held.duties:
            if duty.kind in kinds and (duty.filed_on is not None or duty.missing):
                good = not (duty.late or duty.missing or duty.unmended)
                yield self.duty_row(duty, ONE if good else NOTHING, _filing_words(duty))

    def filed_in_time(self) -> Iterator[Row]:
        return self.in_time(REPORTS)

    def signed_in_time(self) -> Iterator[Row]:
        return self.in_time(frozenset({DutyKind.SIGN}))

    def accepted_at_once(self) -> Iterator[Row]:
        for duty in self.held.duties:
            if duty.kind in REPORTS and duty.filed_on is not None:
                words = f"退回{duty.returns}次" if duty.returns else "没有退回"
                yield self.duty_row(duty, NOTHING if duty.returns else ONE, words)

    def answered_in_time(self) -> Iterator[Row]:
        for slip in self.held.slips:
            if slip.in_time is not None:
                title = self.held.titles.get(slip.task_id or 0, "")
                label = f"{LETTER_LABELS[slip.kind]}{'：' if title else ''}{title}"
                words = f"{_on(slip.sent_on)}发出，{_answer_words(slip.answered_on)}"
                weight = self.weight_of(slip.task_id)
                yield Row(RowKind.SLIP, slip.slip_id, weight, ONE if slip.in_time else NOTHING, label, words)

    def coordination(self) -> Iterator[Row]:
        for one in self.held.coordinations:
            if one.in_time is not None:
                words = f"{_on(one.raised_on)}提出，{_answer_words(one.answered_on)}"
                label = f"协调请求：{self.held.titles.get(one.task_id, '')}"
                value = ONE if one.in_time else NOTHING
                yield Row(RowKind.COORDINATION, one.request_id, ONE, value, label, words)

    def entered(self, kind: EntryKind) -> Iterator[Row]:
        for entry in self.held.entries:
            if entry.kind is kind:
                worth = Fraction(entry.points, 100_00)
                yield Row(RowKind.ENTRY, entry.entry_id, ONE, worth, entry.words, entry.document_number)


def _is_past(day: date | None, counted_to: date) -> bool:
    return day is not None and day <= counted_to


def is_asked(one: IndicatorAccount, counted_to: date) -> bool:
    if one.target is None:
        return False
    return (
        one.reached is True
        or _is_past(one.due_on, counted_to)
        or (one.due_on is None and one.value is not None)
    )


def _standing(task: TaskAccount) -> str:
    until = f"，时限{_on(task.deadline_on)}" if task.deadline_on else ""
    if task.closed_on is not None:
        return f"{_on(task.closed_on)}销号{until}"
    return f"未销号{until}"


def _indicator_words(one: IndicatorAccount) -> str:
    value = f"{one.value:g}{one.unit}" if one.value is not None else "没有填报"
    return f"{one.name}：目标{one.target:g}{one.unit}，{value}，{'达标' if one.reached else '未达标'}"


def _filing_words(duty: DutyAccount) -> str:
    until = f"应于{_on(duty.due_on)}"
    if duty.filed_on is None:
        return f"漏报，{until}"
    if duty.unmended:
        return f"{_on(duty.filed_on)}报，退回后没有改报，{until}"
    return f"{'迟报' if duty.late else '按期'}，{_on(duty.filed_on)}报，{until}"


def _answer_words(answered_on: date | None) -> str:
    return f"{_on(answered_on)}答复" if answered_on else "没有答复"


COUNTED: Mapping[Fact, Callable[[Measuring], Iterator[Row]]] = {
    Fact.CLOSED: Measuring.closed,
    Fact.CLOSED_IN_TIME: Measuring.closed_in_time,
    Fact.ON_PACE: Measuring.on_pace,
    Fact.PROGRESS: Measuring.progress,
    Fact.QUALITY: Measuring.quality,
    Fact.INDICATORS: Measuring.indicators,
    Fact.FILED_IN_TIME: Measuring.filed_in_time,
    Fact.ACCEPTED_AT_ONCE: Measuring.accepted_at_once,
    Fact.SIGNED_IN_TIME: Measuring.signed_in_time,
    Fact.ANSWERED_IN_TIME: Measuring.answered_in_time,
    Fact.COORDINATION: Measuring.coordination,
    Fact.EVALUATION: lambda measuring: measuring.entered(EntryKind.EVALUATION),
    Fact.INSPECTION: lambda measuring: measuring.entered(EntryKind.INSPECTION),
}

"""The figures of a bulletin, frozen: every count with the rows behind it, and those rows as they stood at the cut-off.

What is printed, shown and drawn up later is made of these alone, so that nothing moves when the ledger goes on.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from workflows.cadence import DutyKind
from workflows.commitments import TaskKind
from workflows.escalation import LetterKind
from workflows.lifecycle import Cause, ClosingGrade, OnTime, TaskState
from workflows.light import Pace
from workflows.units import UnitKind


class RowKind(StrEnum):
    """What the rows behind a figure are."""

    TASK = "task"
    UNIT = "unit"
    DUTY = "duty"
    INDICATOR = "indicator"
    SLIP = "slip"
    REQUEST = "request"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Figure:
    """One count: what is counted, how many, in which measure word; `rows` are the ids of exactly what is counted.

    `share` is its part of the whole in tenths of a per cent, None where it is no part. A change since the account
    before has `value` below zero where there are fewer.
    """

    key: str
    label: str
    value: int
    measure: str
    of: RowKind
    rows: tuple[int, ...]
    share: int | None = None


@dataclass(frozen=True, slots=True)
class UnitRow:
    id: int
    name: str
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as it stood; the words are those of the unit that leads it (`speaker_id`), or who else spoke last.

    `percent` and `expected` are per cent; `risen` is what `percent` gained since the account before. `help_unit_id` is
    whom the speaker asks for help. `behind` and `ahead` are whole points beside the schedule, 0 where there is none.
    """

    id: int
    number: str
    title: str
    kind: TaskKind
    state: TaskState
    deadline_on: date | None
    original_deadline_on: date | None
    percent: int | None
    expected: int | None
    pace: Pace
    pace_reason: str
    pace_before: Pace | None
    percent_before: int | None
    risen: int | None
    closed_on: date | None
    grade: ClosingGrade | None
    lead_ids: tuple[int, ...]
    unit_ids: tuple[int, ...]
    speaker_id: int | None
    done: str
    problems: str
    cause: Cause | None
    next_step: str
    next_on: date | None
    on_time: OnTime | None
    help_words: str
    help_unit_id: int | None

    @property
    def behind(self) -> int:
        return max(0, (self.expected or 0) - (self.percent or 0)) if self.expected is not None else 0

    @property
    def ahead(self) -> int:
        return max(0, (self.percent or 0) - self.expected) if self.expected is not None else 0


@dataclass(frozen=True, slots=True)
class DutyRow:
    id: int
    kind: DutyKind
    period_key: str
    task_id: int | None
    unit_id: int
    due_on: date
    filed_on: date | None
    late: bool
    missing: bool
    returns: int


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator of a task; `target` and `value` in words, empty where they are lacking."""

    id: int
    task_id: int
    name: str
    target: str
    value: str
    reached: bool | None
    reached_before: bool | None


@dataclass(frozen=True, slots=True)
class SlipRow:
    id: int
    kind: LetterKind
    unit_id: int
    task_id: int | None
    sent_on: date
    answered_on: date | None
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    id: int
    task_id: int
    unit_id: int
    asked_unit_id: int
    raised_on: date
    answered_on: date | None
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class GapRow:
    id: int
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Figures:
    """All of one bulletin: the days it speaks of, what it is held against, the counts, and the rows behind them.

    `before_on` is the last day of the account it is compared with, None where there was none.
    """

    plan_title: str
    from_on: date
    to_on: date
    before_on: date | None
    counts: tuple[Figure, ...]
    units: tuple[UnitRow, ...]
    tasks: tuple[TaskRow, ...]
    duties: tuple[DutyRow, ...]
    indicators: tuple[IndicatorRow, ...]
    slips: tuple[SlipRow, ...]
    requests: tuple[RequestRow, ...]
    gaps: tuple[GapRow, ...]
    _by_key: dict[str, Figure] = field(init=False, repr=False, compare=False)
    _names: dict[int, str] = field(init=False, repr=False, compare=False)
    _tasks: dict[int, TaskRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {figure.key: figure for figure in self.counts})
        object.__setattr__(self, "_names", {unit.id: unit.name for unit in self.units})
        object.__setattr__(self, "_tasks", {task.id: task for task in self.tasks})

    def __getitem__(self, key: str) -> Figure:
        """The figure of that key; raises KeyError."""
        return self._by_key[key]

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def count(self, key: str) -> int:
        """The value of a figure; 0 for one that this bulletin does not count."""
        return self._by_key[key].value if key in self._by_key else 0

    def tasks_of(self, key: str) -> tuple[TaskRow, ...]:
        """The tasks behind a figure, in document order."""
        wanted = frozenset(self[key].rows) if key in self else frozenset()
        return tuple(task for task in self.tasks if task.id in wanted)

    def names(self, unit_ids: tuple[int, ...]) -> str:
        """县教育局、县财政局."""
        return "、".join(self._names[unit_id] for unit_id in unit_ids if unit_id in self._names)

    def name(self, unit_id: int) -> str:
        return self.names((unit_id,))

    def task(self, task_id: int) -> TaskRow | None:
        return self._tasks.get(task_id)

    def as_json(self) -> dict[str, Any]:
        """Plain values, as they are stored; `from_json` gives the same figures back."""
        body: dict[str, Any] = _plain(self)
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Figures:
        figures: Figures = _read(cls, body)
        return figures


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value) if each.init}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    """`value` as its type says: the inverse of `_plain` for the types used above."""
    if get_origin(kind) in {Union, types.UnionType}:
        [inner] = [arm for arm in get_args(kind) if arm is not type(None)]
        return None if value is None else _read(inner, value)
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return tuple(_read(item, each) for each in value)
    if isinstance(kind, type) and is_dataclass(kind):
        of = _hints(kind)
        return kind(**{name: _read(of[name], each) for name, each in value.items()})
    if kind in {date, datetime}:
        return kind.fromisoformat(value)
    return kind(value)

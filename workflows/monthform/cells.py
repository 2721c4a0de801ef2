"""The columns of the month's form, and what a row says in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from workflows.lifecycle import CAUSE_LABELS, ON_TIME_LABELS, Cause, OnTime
from workflows.light import PACE_LABELS, Pace
from workflows.tasklist.cells import day_words


class Field(StrEnum):
    """The columns, in their order."""

    NUMBER = "number"
    TITLE = "title"
    BEFORE = "before"
    PERCENT = "percent"
    MEASURES = "measures"
    OCCURRED = "occurred"
    SCHEDULE = "schedule"
    DONE = "done"
    PROBLEMS = "problems"
    CAUSE = "cause"
    HELP = "help_words"
    HELP_UNIT = "help_unit"
    NEXT = "next_step"
    NEXT_ON = "next_on"
    ON_TIME = "on_time"
    UNCHANGED = "unchanged"
    REASON = "unchanged_reason"
    WAITING = "waiting"
    STAMP = "stamp"


HEADS: Mapping[Field, str] = MappingProxyType(
    {
        Field.NUMBER: "序号",
        Field.TITLE: "任务",
        Field.BEFORE: "上次报送（只读）",
        Field.PERCENT: "完成进度（%）",
        Field.MEASURES: "指标值",
        Field.OCCURRED: "本期已开展",
        Field.SCHEDULE: "是否达序时",
        Field.DONE: "本月进展",
        Field.PROBLEMS: "存在问题",
        Field.CAUSE: "问题原因",
        Field.HELP: "需协调事项",
        Field.HELP_UNIT: "需哪个单位协调",
        Field.NEXT: "下步打算",
        Field.NEXT_ON: "预计完成日期",
        Field.ON_TIME: "能否按期",
        Field.UNCHANGED: "本月无变化",
        Field.REASON: "连续无变化的原因",
        Field.WAITING: "按计划等待",
        Field.STAMP: "识别码",
    }
)

READ_ONLY = (Field.NUMBER, Field.TITLE, Field.BEFORE)
EDITABLE = tuple(field for field in Field if field not in {*READ_ONLY, Field.STAMP})
"""The columns that are taken back."""

YES, NO = "是", "否"
SCHEDULES = (Pace.ON, Pace.BEHIND, Pace.AHEAD)

CHOICES: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        Field.OCCURRED: (YES, NO),
        Field.SCHEDULE: tuple(PACE_LABELS[one] for one in SCHEDULES),
        Field.CAUSE: tuple(CAUSE_LABELS.values()),
        Field.ON_TIME: tuple(ON_TIME_LABELS.values()),
        Field.UNCHANGED: (YES, NO),
        Field.WAITING: (YES, NO),
    }
)
"""What may be picked."""

Cells = Mapping[Field, str]


@dataclass(frozen=True, slots=True)
class Goal:
    """An indicator of the row's task with its value so far, as plain decimal text."""

    commitment_id: int
    name: str
    unit: str
    value: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}（{self.unit}）" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class FormRow:
    """One task of the month as it stands. `version` is that of its report, 0 where nobody has begun.

    `asks_percent`: the unit gives a percentage itself; `recurs`: it says whether it was held. `closed` says why nothing can
    be written any more, empty while it can. `unit_id` is the unit that reports.
    """

    duty_id: int
    version: int
    unit_id: int
    number: str
    title: str
    before: str = ""
    asks_percent: bool = True
    recurs: bool = False
    goals: tuple[Goal, ...] = ()
    percent: int | None = None
    occurred: bool | None = None
    schedule: Pace | None = None
    done: str = ""
    problems: str = ""
    cause: Cause | None = None
    help_words: str = ""
    help_unit: str = ""
    next_step: str = ""
    next_on: date | None = None
    on_time: OnTime | None = None
    unchanged: bool = False
    unchanged_reason: str = ""
    waiting: bool = False
    closed: str = ""

    @property
    def label(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title


def cells(row: FormRow) -> dict[Field, str]:
    """What a row shows, but for the stamp."""
    return {
        Field.NUMBER: row.number,
        Field.TITLE: row.title,
        Field.BEFORE: row.before,
        Field.PERCENT: str(row.percent) if row.asks_percent and row.percent is not None else "",
        Field.MEASURES: "；".join(f"{goal.label}：{goal.value}" for goal in row.goals),
        Field.OCCURRED: _tick(row.occurred, no=NO) if row.recurs and row.occurred is not None else "",
        Field.SCHEDULE: PACE_LABELS[row.schedule] if row.schedule else "",
        Field.DONE: row.done,
        Field.PROBLEMS: row.problems,
        Field.CAUSE: CAUSE_LABELS[row.cause] if row.cause else "",
        Field.HELP: row.help_words,
        Field.HELP_UNIT: row.help_unit,
        Field.NEXT: row.next_step,
        Field.NEXT_ON: day_words(row.next_on),
        Field.ON_TIME: ON_TIME_LABELS[row.on_time] if row.on_time else "",
        Field.UNCHANGED: _tick(row.unchanged),
        Field.REASON: row.unchanged_reason,
        Field.WAITING: _tick(row.waiting),
    }


def _tick(ticked: bool | None, no: str = "") -> str:
    return YES if ticked else no


def plain(words: str) -> str:
    """The words without any blank: what office programs do to line ends in a cell is no change of it."""
    return "".join(words.split())

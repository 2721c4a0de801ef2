"""What a person may type into a cell of the form, and the values that come of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from workflows.calendar import FIRST_YEAR, LAST_YEAR
from workflows.errors import Refused
from workflows.lifecycle import CAUSE_LABELS, ON_TIME_LABELS, Cause, OnTime
from workflows.light import PACE_LABELS, Pace
from workflows.measures import plain_figure
from workflows.monthform.cells import CHOICES, NO, YES, Field, FormRow

LONGEST_WORDS = 300
"""Characters a cell of words may hold, as on the page (减负, reference b.2)."""

_PERCENT = re.compile(r"(\d{1,3})(?:\.0+)?\s*[%％]?", re.ASCII)
_DAY = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?(?:\s00:00:00)?", re.ASCII)
_CAUSES = {label: cause for cause, label in CAUSE_LABELS.items()}
_ANSWERS = {label: answer for answer, label in ON_TIME_LABELS.items()}
_PACES = {label: pace for pace, label in PACE_LABELS.items()}


def read(field: Field, words: str, row: FormRow, units: Mapping[str, int]) -> dict[str, Any]:
    """What the cell means, by the names an entry has for it; raises Refused invalid with what to write instead."""
    if field in CHOICES and words and words not in CHOICES[field]:
        raise Refused("invalid", f"没有“{words[:20]}”这个选项，请从{'、'.join(CHOICES[field])}里选一个。")
    return _READERS[field](words, row, units)


def _percent(words: str, row: FormRow, _units: Mapping[str, int]) -> dict[str, Any]:
    if words and not row.asks_percent:
        how = "是否开展" if row.recurs else "指标值"
        raise Refused("invalid", f"这项任务的进度由{how}推算，不用填完成进度。")
    found = _PERCENT.fullmatch(words)
    if words and (found is None or int(found.group(1)) > 100):
        raise Refused("invalid", f"“{words[:20]}”不是进度。请填0到100之间的整数，例如 60。")
    return {"percent": int(found.group(1)) if found else None}


def _measures(words: str, row: FormRow, _units: Mapping[str, int]) -> dict[str, Any]:
    goals = {goal.label: goal for goal in row.goals} | {goal.name: goal for goal in row.goals}
    values: dict[int, str] = {}
    for piece in filter(None, re.split("[；;]", words)):
        name, colon, figure = piece.replace(":", "：").rpartition("：")
        goal = goals.get(name.strip()) if colon else None
        if goal is None:
            named = "、".join(goal.label for goal in row.goals) or "没有"
            raise Refused("invalid", f"“{piece[:30]}”看不懂。请写成“指标名：数值”，这项任务的指标：{named}。")
        values[goal.commitment_id] = plain_figure(figure, goal.unit)
    return {"measures": values}


def _occurred(words: str, row: FormRow, _units: Mapping[str, int]) -> dict[str, Any]:
    if words and not row.recurs:
        raise Refused("invalid", "这项任务不是周期任务，不用填本期是否开展。")
    return {"occurred": words == YES if words else None}


def _help_unit(words: str, row: FormRow, units: Mapping[str, int]) -> dict[str, Any]:
    if words and words not in units:
        raise Refused("invalid", f"没有找到“{words[:30]}”这个单位。请写单位的全称或常用简称。")
    if words and units[words] == row.unit_id:
        raise Refused("invalid", "需协调的对象不能是本单位，请写其他单位。")
    return {"help_unit_id": units.get(words)}


def _day(words: str, _row: FormRow, _units: Mapping[str, int]) -> dict[str, Any]:
    found = _DAY.fullmatch(words)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if words and (day is None or not FIRST_YEAR < day.year < LAST_YEAR):
        raise Refused("invalid", f"“{words[:20]}”看不出是哪一天。请写成 2025-12-31 的样子。")
    return {"next_on": day}


def _words(name: str) -> Callable[[str, FormRow, Mapping[str, int]], dict[str, Any]]:
    def reader(words: str, _row: FormRow, _units: Mapping[str, int]) -> dict[str, Any]:
        if len(words) > LONGEST_WORDS:
            raise Refused("invalid", f"这一格有{len(words)}个字，最多{LONGEST_WORDS}个字，请缩短。")
        return {name: words}

    return reader


def _chosen(name: str, known: Mapping[str, Any], empty: Any = None) -> Callable[..., dict[str, Any]]:
    def reader(words: str, _row: FormRow, _units: Mapping[str, int]) -> dict[str, Any]:
        return {name: known.get(words, empty)}

    return reader


_TICKS = {YES: True, NO: False}
_READERS: Mapping[Field, Callable[[str, FormRow, Mapping[str, int]], dict[str, Any]]] = MappingProxyType(
    {
        Field.PERCENT: _percent,
        Field.MEASURES: _measures,
        Field.OCCURRED: _occurred,
        Field.SCHEDULE: _chosen("schedule", _PACES),
        Field.DONE: _words("done"),
        Field.PROBLEMS: _words("problems"),
        Field.CAUSE: _chosen("cause", _CAUSES),
        Field.HELP: _words("help_words"),
        Field.HELP_UNIT: _help_unit,
        Field.NEXT: _words("next_step"),
        Field.NEXT_ON: _day,
        Field.ON_TIME: _chosen("on_time", _ANSWERS),
        Field.UNCHANGED: _chosen("unchanged", _TICKS, empty=False),
        Field.REASON: _words("unchanged_reason"),
        Field.WAITING: _chosen("waiting", _TICKS, empty=False),
    }
)

__all__ = ["LONGEST_WORDS", "Cause", "OnTime", "Pace", "read"]

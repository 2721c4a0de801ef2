"""月报填报表: a unit's month as a table to be filled in and sent back; what is for reading only is locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from app.documents.sheet import Column, Sheet, Value, workbook
from workflows.monthform import CHOICES, HEADS, Field

_WORDS = "最多300字"
_COLUMNS: Mapping[Field, Column] = {
    Field.NUMBER: Column(HEADS[Field.NUMBER], 6, centred=True, locked=True),
    Field.TITLE: Column(HEADS[Field.TITLE], 20, locked=True),
    Field.BEFORE: Column(HEADS[Field.BEFORE], 32, locked=True),
    Field.PERCENT: Column(
        HEADS[Field.PERCENT], 14, hint="0到100的整数；由指标或开展次数推算的不用填", centred=True
    ),
    Field.MEASURES: Column(HEADS[Field.MEASURES], 20, hint="在冒号后面填数字，几个指标之间用分号隔开"),
    Field.OCCURRED: Column(
        HEADS[Field.OCCURRED], 11, CHOICES[Field.OCCURRED], "只有周期任务要填", centred=True
    ),
    Field.SCHEDULE: Column(HEADS[Field.SCHEDULE], 11, CHOICES[Field.SCHEDULE], centred=True),
    Field.DONE: Column(HEADS[Field.DONE], 36, hint=_WORDS),
    Field.PROBLEMS: Column(HEADS[Field.PROBLEMS], 20, hint=f"{_WORDS}；没有的留空"),
    Field.CAUSE: Column(HEADS[Field.CAUSE], 10, CHOICES[Field.CAUSE], "有问题时必选", centred=True),
    Field.HELP: Column(HEADS[Field.HELP], 18, hint=f"{_WORDS}；没有的留空"),
    Field.HELP_UNIT: Column(HEADS[Field.HELP_UNIT], 16, hint="写单位名称"),
    Field.NEXT: Column(HEADS[Field.NEXT], 20, hint=_WORDS),
    Field.NEXT_ON: Column(HEADS[Field.NEXT_ON], 16, hint="写成 2025-12-31 的样子", centred=True),
    Field.ON_TIME: Column(HEADS[Field.ON_TIME], 12, CHOICES[Field.ON_TIME], centred=True),
    Field.UNCHANGED: Column(
        HEADS[Field.UNCHANGED], 11, CHOICES[Field.UNCHANGED], "没有变化的选“是”", centred=True
    ),
    Field.REASON: Column(HEADS[Field.REASON], 17, hint="上次也报无变化的，要说明原因"),
    Field.WAITING: Column(
        HEADS[Field.WAITING], 11, CHOICES[Field.WAITING], "计划本来就是等待的选“是”", centred=True
    ),
    Field.STAMP: Column(HEADS[Field.STAMP], 12, hidden=True, locked=True),
}

Row = tuple[Mapping[Field, str], int | None, date | None]
"""The cells of a task, its stamp among them, its percentage as a number and its date as a date."""


def month_sheet(heading: str, note: str, rows: Iterable[Row]) -> bytes:
    """The .xlsx of a month's form; `note` stands under the heading."""
    lines = ([_value(each, *row) for each in _COLUMNS] for row in rows)
    return workbook(Sheet("月报填报表", tuple(_COLUMNS.values()), lines, heading, note, least_lines=4))


def _value(field: Field, cells: Mapping[Field, str], percent: int | None, next_on: date | None) -> Value:
    if field is Field.PERCENT:
        return percent if cells[field] else None
    return next_on if field is Field.NEXT_ON else cells[field] or None

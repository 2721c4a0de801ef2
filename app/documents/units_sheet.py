"""The county's list of units (单位名录) as a workbook people edit and hand back."""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.sheet import Column, Sheet, Value, workbook
from workflows.unitlist import NO, YES, Heading, Known, cells_of
from workflows.units import KIND_LABELS

FILENAME = "单位名录.xlsx"

_COLUMNS = (
    Column(Heading.NUMBER, 8, hint="系统给的编号，请勿改动。新增单位留空。"),
    Column(Heading.NAME, 24, hint="文件里常用的简称，如县教育局。"),
    Column(Heading.FULL_NAME, 34),
    Column(Heading.ALIASES, 44, hint="文件里可能出现的其他叫法，用顿号隔开。"),
    Column(Heading.KIND, 12, tuple(KIND_LABELS.values())),
    Column(Heading.THROUGH, 20, hint="本单位不登录填报时，由谁代为签收和报告。填单位名称，没有留空。"),
    Column(Heading.PARENT, 20, hint="填单位名称，没有留空。"),
    Column(Heading.POSITION, 8, hint="数字小的排在前面。"),
    Column(Heading.ACTIVE, 8, (YES, NO)),
)


def units_workbook(units: Sequence[Known]) -> bytes:
    """The .xlsx with one row a unit, in the order given."""
    names = {unit.id: unit.listed.name for unit in units}
    return workbook(Sheet("单位名录", _COLUMNS, [_row(unit, names) for unit in units]))


def _row(unit: Known, names: dict[int, str]) -> list[Value]:
    cells = cells_of(unit.listed, names)
    numbers: dict[Heading, Value] = {Heading.NUMBER: unit.id, Heading.POSITION: unit.listed.position}
    return [numbers.get(heading, cells.get(heading)) for heading in Heading]

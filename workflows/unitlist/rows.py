"""One row of the sheet by itself: found below the head, its cells read, each fault in a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from workflows.errors import Refused
from workflows.likeness import likely_kind
from workflows.unitlist.values import (
    FULL_NAME_LIMIT,
    NAME_LIMIT,
    NO,
    POSITION_LIMIT,
    YES,
    Heading,
    Listed,
    split_names,
)
from workflows.units import KIND_LABELS, UnitKind

MOST_ROWS = 5000
"""Rows a sheet may have: a county has a few hundred units, its schools included."""

_HEAD_WITHIN = 20
"""Rows from the top in which the head is looked for."""

_ALSO_HEADED: Mapping[str, Heading] = MappingProxyType(
    {
        "单位名称": Heading.NAME,
        "单位": Heading.NAME,
        "简称": Heading.NAME,
        "单位全称": Heading.FULL_NAME,
        "单位类别": Heading.KIND,
        "归口填报": Heading.THROUGH,
        "归口单位": Heading.THROUGH,
        "排序": Heading.POSITION,
        "在用": Heading.ACTIVE,
    }
)
_SAID_ACTIVE = MappingProxyType(
    {YES: True, "在用": True, "启用": True, "1": True, NO: False, "停用": False, "0": False}
)
_KINDS = MappingProxyType({label: kind for kind, label in KIND_LABELS.items()})


def below_head(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, dict[Heading, str]]]:
    """Row number and cells by heading of every row below the head that is not empty."""
    found = _head(rows)
    if found is None:
        raise Refused(
            "unreadable", "没有找到表头。表格里要有“名称”一列；可以先下载单位名录，在它上面修改后再上传。"
        )
    if len(rows) > MOST_ROWS:
        raise Refused("too-large", f"表格超过{MOST_ROWS}行。请只保留单位名录，分几次上传。")
    at, columns = found
    for number, row in enumerate(rows[at + 1 :], at + 2):
        if any(cell.strip() for cell in row):
            padded = [*row, *[""] * len(columns)]
            yield (
                number,
                {
                    heading: padded[column].strip()
                    for column, heading in columns.items()
                    if column < len(padded)
                },
            )


def has_head(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the rows hold the head of a list of units."""
    return _head(rows) is not None


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[int, Heading]] | None:
    plain = {heading.value: heading for heading in Heading}
    for at, row in enumerate(rows[:_HEAD_WITHIN]):
        columns: dict[int, Heading] = {}
        for column, cell in enumerate(row):
            words = "".join(cell.split())
            heading = plain.get(words) or _ALSO_HEADED.get(words)
            if heading and heading not in columns.values():
                columns[column] = heading
        if Heading.NAME in columns.values():
            return at, columns
    return None


def listed_by(cells: Mapping[Heading, str], before: Listed | None, faults: list[str]) -> Listed:
    """What a row says by itself; what it leaves out stays as it was."""
    name = cells.get(Heading.NAME, "")
    if not name:
        faults.append("没有填名称。请填上，或删去这一行；要停用单位请在“启用”一列填“否”。")
    listed = before or Listed(name, likely_kind(name))
    aliases = cells.get(Heading.ALIASES)
    listed = replace(
        listed,
        name=name,
        full_name=cells.get(Heading.FULL_NAME, listed.full_name),
        aliases=listed.aliases if aliases is None else split_names(aliases),
        kind=_kind(cells.get(Heading.KIND), listed.kind, faults),
        position=_position(cells.get(Heading.POSITION), listed.position, faults),
        active=_active(cells.get(Heading.ACTIVE), listed.active, faults),
    )
    faults.extend(_too_long(listed))
    return listed


def _kind(said: str | None, before: UnitKind, faults: list[str]) -> UnitKind:
    if said and said not in _KINDS:
        faults.append(f"没有“{said}”这个类别。请填其中一个：{'、'.join(_KINDS)}。")
    return _KINDS.get(said or "", before)


def _position(said: str | None, before: int, faults: list[str]) -> int:
    if not said:
        return before
    if not (said.isdecimal() and said.isascii()) or int(said) > POSITION_LIMIT:
        faults.append(f"顺序“{said}”不对。请填0到{POSITION_LIMIT}之间的整数，或留空。")
        return before
    return int(said)


def _active(said: str | None, before: bool, faults: list[str]) -> bool:
    if said and said not in _SAID_ACTIVE:
        faults.append(f"启用一列的“{said}”认不出。请填“是”或“否”。")
    return _SAID_ACTIVE.get(said or "", before)


def _too_long(listed: Listed) -> Iterator[str]:
    limits = [(listed.full_name, FULL_NAME_LIMIT), *((n, NAME_LIMIT) for n in (listed.name, *listed.aliases))]
    for words, limit in limits:
        if len(words) > limit:
            yield f"“{words[:20]}……”太长，最多{limit}个字。请缩短。"

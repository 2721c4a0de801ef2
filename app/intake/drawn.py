"""Tables drawn with characters (│ ┃ ┆ | + -) → one line a row with tabs, as all other tables: cells over several lines joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from app.intake.grid import Cell, Table, lines
from workflows.document.naming.labels import column_role
from workflows.document.script import fold

_BARS = re.compile(r"[|｜│┃║┆┇┊┋╎╏]")
_RULE = re.compile(r"[ \t\u3000|:+=─-╿-]*")
_RULED = re.compile(r"[─━┄┅┈┉═┬┼┴├╋╬╪╫]|-[-|+]|\+-|=[=|+]|\|[ :]?-")
_COUNT = re.compile(r"[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.．、)）]?")
_OPEN_ENDS = ("、", "，", "；", ",")

Lines = list[list[str]]
"""The cells of neighbouring lines."""


def without_drawing(text: str) -> str:
    """The text with a line for each row of a drawn table; tables whose lines differ in cells stay as they are."""
    if not _BARS.search(text):
        return text
    kept: list[str] = []
    for drawn, block in groupby(text.split("\n"), key=_is_drawn):
        printed = list(block)
        rows = _rows(printed) if drawn else []
        kept.extend(
            lines([Table(tuple(tuple(Cell((cell,)) for cell in row) for row in rows))]) if rows else printed
        )
    return "\n".join(kept)


def _is_drawn(line: str) -> bool:
    bare = line.strip()
    return _is_rule(line) or (len(bare) > 1 and bool(_BARS.match(bare[0]) and _BARS.match(bare[-1])))


def _is_rule(line: str) -> bool:
    """Whether the line is drawn between rows: ├──┼──┤, |---|---|, +---+---+."""
    return bool(_RULE.fullmatch(line) and _RULED.search(line))


def _rows(printed: Sequence[str]) -> Lines:
    """The rows of the table, each cell in one piece; none where this is no table."""
    groups = [
        [_cells(line) for line in group] for ruled, group in groupby(printed, key=_is_rule) if not ruled
    ]
    widths = {len(cells) for group in groups for cells in group}
    if len(widths - {1}) != 1 or sum(map(len, groups)) < 2:
        return []
    rows = list(_parted(groups))
    return [] if _swallows(rows[0]) else [_joined(row) for row in rows]


def _swallows(head: Lines) -> bool:
    """Whether the first row is a whole head and more: numbers in the middle of their rows, and no rules to part them."""
    return len(head) > 1 and sum(column_role(fold(cell)) is not None for cell in head[0]) > 1


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BARS.split(line.strip())[1:-1]]


def _parted(groups: list[Lines]) -> Iterator[Lines]:
    """The lines of each row. Rules part the rows where there are any between them; else the numbers do, or full lines."""
    count = _counting_column([line for group in groups for line in group if len(line) > 1])
    ruled = len(groups) > 2
    for group in groups:
        for across, part in groupby(group, key=lambda line: len(line) == 1):
            found = list(part)
            yield from ([line] for line in found) if across else _rows_of(found, count, ruled=ruled)


def _rows_of(group: Lines, count: int | None, *, ruled: bool) -> Iterator[Lines]:
    numbered = [bool(count is not None and _COUNT.fullmatch(line[count])) for line in group]
    if ruled and sum(numbered) < 2:
        return iter([group])
    if count is not None:
        return _at(group, numbered)
    return _at(group, [not _goes_on(above, line) for above, line in zip([[], *group], group, strict=False)])


def _counting_column(drawn: Lines) -> int | None:
    """The column that holds nothing but numbers below its head."""
    for column in range(len(drawn[0])):
        filled = [line[column] for line in drawn if line[column]]
        numbers = [cell for cell in filled if _COUNT.fullmatch(cell)]
        if numbers and len(filled) - len(numbers) <= 2 and filled[-len(numbers) :] == numbers:
            return column
    return None


def _goes_on(above: list[str], line: list[str]) -> bool:
    """Whether the line holds the rest of cells above: a cell behind the first is empty that was not, or one broke off."""
    if not above:
        return False
    emptied = any(before and not cell for before, cell in zip(above[1:], line[1:], strict=True))
    return emptied or any(before.endswith(_OPEN_ENDS) for before in above)


def _at(group: Lines, opens: Sequence[bool]) -> Iterator[Lines]:
    row: Lines = []
    for line, begins in zip(group, opens, strict=True):
        if begins and row:
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _joined(row: Lines) -> list[str]:
    return [
        _BETWEEN_WORDS.sub(" ", "\n".join(filter(None, cell))).replace("\n", "")
        for cell in zip(*row, strict=True)
    ]


_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z])\n(?=[A-Za-z])")

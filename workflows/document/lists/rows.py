"""The rows of a task list: cells between tabs or bars, or, where a site lost its table, one cell a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.document.lists.columns import UNIT_ROLES, Column, head_column, head_columns
from workflows.document.naming.labels import Role
from workflows.document.naming.slots import is_time_slot
from workflows.document.naming.unitnames import looks_like_unit, unit_names
from workflows.document.script import han_number

Place = tuple[int, int]

NUMBER = re.compile(r"^\(?(\d{1,3}|[一二三四五六七八九十]{1,3})[.、)]?$")
"""A cell that holds a row's number and nothing else."""

_SECTION = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\))[^。;]{2,60}$")
_MOST_COLUMNS = 12
_LONGEST_BREAK = 6
_RULE = re.compile(r"[ |:+\-─-╿]*")
_RULED = re.compile(r"[─-╿]|\|[ :]?-|\+-")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by column; an empty cell is None. `section` is the heading row above it."""

    cells: tuple[Place | None, ...]
    section: Place | None = None


def lines_of(folded: str) -> list[Place]:
    """The lines that hold something, without the blanks around."""
    found = []
    for line in re.finditer(r"[^\n]+", folded):
        words = line.group()
        if not words.strip(" |") or _is_rule(words):
            continue
        bare = words.strip(" ")
        if bare.count("|") == 1:  # a bar at the end of a line ends its only cell
            bare = bare.rstrip("| ")
        if bare.strip():
            start = line.start() + len(words) - len(words.lstrip(" "))
            found.append((start, start + len(bare)))
    return found


def _is_rule(line: str) -> bool:
    """Whether the line is drawn between rows: ├──┼──┤, |---|---|, +---+---+."""
    return bool(_RULE.fullmatch(line) and _RULED.search(line))


Found = tuple[tuple[Column, ...], list[Row], int]


def _cells(folded: str, line: Place) -> list[Place]:
    separator = "\t" if "\t" in folded[slice(*line)] else "|"
    cells, start = [], line[0]
    for position in [*_positions(folded, line, separator), line[1]]:
        cells.append(_trimmed(folded, start, position))
        start = position + 1
    if separator == "|":
        return [cell for index, cell in enumerate(cells) if cell[0] < cell[1] or 0 < index < len(cells) - 1]
    return cells


def _positions(folded: str, line: Place, separator: str) -> Iterator[int]:
    position = folded.find(separator, *line)
    while position >= 0:
        yield position
        position = folded.find(separator, position + 1, line[1])


def _trimmed(folded: str, start: int, end: int) -> Place:
    while start < end and folded[start] in " \t":
        start += 1
    while end > start and folded[end - 1] in " \t":
        end -= 1
    return start, end


def separated(folded: str, lines: list[Place], index: int) -> Found | None:
    heads = _heads(folded, lines, index)
    if heads is None:
        return None
    columns, last = heads
    rows: list[Row] = []
    section: Place | None = None
    while last < len(lines) and (cells := _row(folded, lines, last, len(columns))):
        if last > index and _is_separated(folded, lines[last]) and _heads(folded, lines, last):
            break
        named, last = cells
        alone = [cell for cell in named if cell[0] < cell[1]]
        if len(alone) == 1 and _SECTION.match(folded[slice(*alone[0])]):
            section = alone[0]
        else:
            padded = [cell if cell[0] < cell[1] else None for cell in named] + [None] * len(columns)
            rows.append(Row(tuple(padded[: len(columns)]), section))
    return columns, rows, last


def _heads(folded: str, lines: list[Place], index: int) -> tuple[tuple[Column, ...], int] | None:
    """The columns of the table that begins at line `index`, whose heads take one line or two, and its first row."""
    if not _is_separated(folded, lines[index]) or lines[index][1] - lines[index][0] > 400:
        return None
    upper = [folded[slice(*cell)] for cell in _cells(folded, lines[index])]
    columns = head_columns(upper)
    if columns:
        return columns, index + 1
    if index + 1 == len(lines) or sum(head_column(head) is not None for head in upper) < 2:
        return None
    lower = [folded[slice(*cell)] for cell in _cells(folded, lines[index + 1])]
    if len(lower) != len(upper):
        return None
    columns = head_columns([below or above for above, below in zip(upper, lower, strict=True)])
    return (columns, index + 2) if columns else None


def _row(folded: str, lines: list[Place], index: int, width: int) -> tuple[list[Place], int] | None:
    """The cells of the row at line `index` and the line after it; a cell broken over two lines is put together."""
    if not _is_separated(folded, lines[index]):
        heads_more = index + 1 < len(lines) and _is_separated(folded, lines[index + 1])
        return (
            ([lines[index]], index + 1)
            if heads_more and _SECTION.match(folded[slice(*lines[index])])
            else None
        )
    cells = _cells(folded, lines[index])
    return _mended(folded, lines, cells, index + 1, width) or (cells, index + 1)


def _mended(
    folded: str, lines: list[Place], cells: list[Place], index: int, width: int
) -> tuple[list[Place], int] | None:
    """A row short of cells with the lines its broken cell goes on in, if they complete it: 县教育局、⏎县财政局."""
    stop = min(len(lines), index + _LONGEST_BREAK)
    while 1 < len(cells) < width and index < stop:
        following = _cells(folded, lines[index])
        if NUMBER.match(folded[slice(*following[0])]):
            return None
        cells = [*cells[:-1], (cells[-1][0], following[0][1]), *following[1:]]
        index += 1
    return (cells, index) if len(cells) == width else None


def _is_separated(folded: str, line: Place) -> bool:
    return "\t" in folded[slice(*line)] or "|" in folded[slice(*line)]


def one_cell_a_line(folded: str, lines: list[Place], index: int) -> Found | None:
    if head_column(folded[slice(*lines[index])]) is None:
        return None
    heads = 0
    while (
        index + heads < len(lines)
        and heads < _MOST_COLUMNS
        and head_column(folded[slice(*lines[index + heads])])
    ):
        heads += 1
    columns = (
        head_columns([folded[slice(*line)] for line in lines[index : index + heads]]) if heads > 1 else None
    )
    if columns is None:
        return None
    first = index + heads
    if not columns[0].counts and _begins_to_count(folded, lines, first):
        columns, first = (
            (Column(None, content=False, counts=True, printed=False), *columns),
            first + (_counter(folded, lines[first]) is None),
        )
    read = _counted_rows if columns[0].counts else _strided_rows
    rows, last = read(folded, lines, first, columns)
    return (columns, rows, last) if rows else None


def _begins_to_count(folded: str, lines: list[Place], first: int) -> bool:
    """Whether the first row has a number though no column is headed 序号; a category may stand before it."""
    return any(_counter(folded, line) == 1 for line in lines[first : first + 2])


def _counted_rows(
    folded: str, lines: list[Place], first: int, columns: tuple[Column, ...]
) -> tuple[list[Row], int]:
    """Rows that begin with a number of their own; what lies between two numbers belongs to the first."""
    rows: list[Row] = []
    last = _past_headings(folded, lines, first)
    gaps = not any(column.figures for column in columns)
    while last < len(lines) and (value := _counter(folded, lines[last])) is not None:
        end = last + 1
        while end < len(lines) and end - last <= 3 * len(columns):
            following = _counter(folded, lines[end])
            if following == value + 1 or (gaps and following is not None and following > value):
                break
            end += 1
        complete = end < len(lines) and end - last <= 3 * len(columns)
        stop = end if complete else min(end, last + len(columns))
        cells = [line for line in lines[last + 1 : stop] if not _SECTION.match(folded[slice(*line)])]
        rows.append(_placed(folded, [lines[last], *cells], columns))
        last = stop
        if not complete:
            break
    return rows, last


def _past_headings(folded: str, lines: list[Place], first: int) -> int:
    """The line after the section headings that stand between the column heads and the first row."""
    while first < len(lines) and _SECTION.match(folded[slice(*lines[first])]):
        first += 1
    return first


def _counter(folded: str, line: Place) -> int | None:
    """The value of a line that holds a number and nothing else."""
    number = NUMBER.match(folded[slice(*line)])
    return han_number(number.group(1)) if number else None


def _strided_rows(
    folded: str, lines: list[Place], first: int, columns: tuple[Column, ...]
) -> tuple[list[Row], int]:
    """Rows without a count: as many lines as columns, as long as units stand where units belong."""
    rows: list[Row] = []
    last = first
    while last < len(lines):
        for width in (len(columns), len(columns) - 1):  # a category that spans several rows is printed once
            cells: list[Place | None] = list(lines[last : last + width])
            row = Row(tuple([None] * (len(columns) - width) + cells))
            if len(cells) == width > 1 and _fits(folded, row, columns):
                rows.append(row)
                last += width
                break
        else:
            break
    return rows, last


def _fits(folded: str, row: Row, columns: tuple[Column, ...]) -> bool:
    for cell, column in zip(row.cells, columns, strict=True):
        if cell and column.role in UNIT_ROLES and not _is_unit_cell(folded, cell):
            return False
        if cell and column.content and _is_unit_cell(folded, cell) and len(folded[slice(*cell)]) < 8:
            return False
    return any(cell for cell, column in zip(row.cells, columns, strict=True) if column.role in UNIT_ROLES)


def _is_unit_cell(folded: str, cell: Place) -> bool:
    names = unit_names(folded, *cell)[0]
    return bool(names) and all(looks_like_unit(folded[slice(*name)]) for name in names)


def _placed(folded: str, cells: list[Place], columns: tuple[Column, ...]) -> Row:
    """Cells put to their columns; where some are missing or broken in two, by what they look like."""
    if len(cells) == len(columns) and (columns[0].printed or _fits(folded, Row(tuple(cells)), columns)):
        return Row(tuple(cells))
    placed: list[Place | None] = [cells[0], *([None] * (len(columns) - 1))]
    roles = [index for index, column in enumerate(columns) if column.role in UNIT_ROLES]
    times = [index for index, column in enumerate(columns) if column.role is Role.TIME]
    content = [index for index, column in enumerate(columns) if column.content]
    for cell in cells[1:]:
        if roles and _is_unit_cell(folded, cell):
            placed[roles.pop(0)] = cell
        elif times and is_time_slot(folded, *cell):
            placed[times.pop(0)] = cell
        elif content and (roles or times):  # what comes behind the last of them is the next row's category
            first = placed[content[0]]
            placed[content[0]] = (first[0], cell[1]) if first else cell
    return Row(tuple(placed))

"""Task lists printed as tables (任务分工表): cells between tabs or bars, or, where a site lost its table, one cell a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflows.document.clause import Reading, read_cell
from workflows.document.clauses import Clause
from workflows.document.labels import Role, column_role
from workflows.document.model import ParsedTask
from workflows.document.numbering import Mark, Rank, marks
from workflows.document.outline import skip_blank
from workflows.document.script import han_number
from workflows.document.slots import is_time_slot
from workflows.document.tasks import Draft, Source, Standing, build_task
from workflows.document.unitnames import looks_like_unit, unit_names

Place = tuple[int, int]

_HEADS = re.compile(
    r"^(?:序号|编号|类别|分类|备注|分值|权重|单位|(?:[\u4e00-\u9fff]{0,7})"
    r"(?:任务|内容|事项|项目|指标|目标|措施|举措|要求|标准|名称|要点|问题|成果|形式|方面|领域|来源|责任|清单|情况))(?:\([^()\n]{1,8}\))?$"
)
_CONTENT = re.compile(r"任务|内容|事项|项目|指标|措施|举措|要点|问题|目标|要求|标准")
_NUMBER = re.compile(r"^\(?(\d{1,3}|[一二三四五六七八九十]{1,3})[.、)]?$")
_SECTION = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\))[^。;]{2,60}$")
_FIGURES = re.compile(r"分值|权重|目标值|得分|数量")
_UNIT_ROLES = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)
_LONGEST_HEAD = 16
_MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class _Column:
    """A column by its head: `role` for units and times, `content` for the words of the task, `counts` for the
    rows' numbers, `figures` for other numbers."""

    role: Role | None
    content: bool
    counts: bool
    figures: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one row by column; an empty cell is None."""

    cells: tuple[Place | None, ...]


def table_tasks(source: Source) -> tuple[list[ParsedTask], list[Place]]:
    """The tasks of the tables in the text, and where the tables stand."""
    tasks: list[ParsedTask] = []
    places: list[Place] = []
    lines = _lines(source.folded)
    index = 0
    while index < len(lines):
        found = _separated(source.folded, lines, index) or _one_cell_a_line(source.folded, lines, index)
        if not found:
            index += 1
            continue
        columns, rows, last = found
        tasks.extend(_tasks(source, columns, rows))
        places.append((lines[index][0], lines[last - 1][1]))
        index = last
    return tasks, places


def _lines(folded: str) -> list[Place]:
    """The lines that hold something, without the blanks around."""
    found = []
    for line in re.finditer(r"[^\n]+", folded):
        words = line.group()
        bare = words.strip(" ")
        if bare.count("|") == 1:  # a bar at the end of a line ends its only cell
            bare = bare.rstrip("| ")
        if bare.strip():
            start = line.start() + len(words) - len(words.lstrip(" "))
            found.append((start, start + len(bare)))
    return found


_Found = tuple[tuple[_Column, ...], list[_Row], int]


def _column(head: str) -> _Column | None:
    words = head.replace(" ", "")
    if not 0 < len(words) <= _LONGEST_HEAD:
        return None
    role = column_role(words)
    if role is None and not _HEADS.match(words):
        return None
    content = role is None and bool(_CONTENT.search(words)) and not _FIGURES.search(words)
    return _Column(role, content, words in {"序号", "编号"}, bool(_FIGURES.search(words)))


def _columns(heads: Sequence[str]) -> tuple[_Column, ...] | None:
    """The columns, if the heads are those of a task list: at least one of units and one of content."""
    columns = [_column(head) for head in heads]
    known = [column for column in columns if column]
    if len(known) * 2 < len(heads) or not any(column.role in _UNIT_ROLES for column in known):
        return None
    if not any(column.content for column in known):
        return None
    if any(column.role is Role.SUPPORT for column in known):
        leads = ["主要责任" in head.replace(" ", "") for head in heads]
        columns = [
            replace(column, role=Role.LEAD) if column and main else column
            for column, main in zip(columns, leads, strict=True)
        ]
    return tuple(column or _Column(None, False, False) for column in columns)


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


def _separated(folded: str, lines: list[Place], index: int) -> _Found | None:
    line = folded[slice(*lines[index])]
    if not ("\t" in line or "|" in line) or len(line) > 400:
        return None
    columns = _columns([folded[slice(*cell)] for cell in _cells(folded, lines[index])])
    if columns is None:
        return None
    rows, last = [], index + 1
    while last < len(lines) and ("\t" in folded[slice(*lines[last])] or "|" in folded[slice(*lines[last])]):
        cells = _cells(folded, lines[last])
        padded = [cell if cell[0] < cell[1] else None for cell in cells] + [None] * len(columns)
        rows.append(_Row(tuple(padded[: len(columns)])))
        last += 1
    return columns, rows, last


def _one_cell_a_line(folded: str, lines: list[Place], index: int) -> _Found | None:
    if _column(folded[slice(*lines[index])]) is None:
        return None
    heads = 0
    while (
        index + heads < len(lines) and heads < _MOST_COLUMNS and _column(folded[slice(*lines[index + heads])])
    ):
        heads += 1
    columns = _columns([folded[slice(*line)] for line in lines[index : index + heads]]) if heads > 1 else None
    if columns is None:
        return None
    counted = columns[0].counts
    rows, last = (_counted_rows if counted else _strided_rows)(folded, lines, index + heads, columns)
    return (columns, rows, last) if rows else None


def _counted_rows(
    folded: str, lines: list[Place], first: int, columns: tuple[_Column, ...]
) -> tuple[list[_Row], int]:
    """Rows that begin with a number of their own; what lies between two numbers belongs to the first."""
    rows: list[_Row] = []
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
    number = _NUMBER.match(folded[slice(*line)])
    return han_number(number.group(1)) if number else None


def _strided_rows(
    folded: str, lines: list[Place], first: int, columns: tuple[_Column, ...]
) -> tuple[list[_Row], int]:
    """Rows without a count: as many lines as columns, as long as units stand where units belong."""
    rows: list[_Row] = []
    last = first
    while last < len(lines):
        for width in (len(columns), len(columns) - 1):  # a category that spans several rows is printed once
            cells: list[Place | None] = list(lines[last : last + width])
            row = _Row(tuple([None] * (len(columns) - width) + cells))
            if len(cells) == width > 1 and _fits(folded, row, columns):
                rows.append(row)
                last += width
                break
        else:
            break
    return rows, last


def _fits(folded: str, row: _Row, columns: tuple[_Column, ...]) -> bool:
    for cell, column in zip(row.cells, columns, strict=True):
        if cell and column.role in _UNIT_ROLES and not _is_unit_cell(folded, cell):
            return False
        if cell and column.content and _is_unit_cell(folded, cell) and len(folded[slice(*cell)]) < 8:
            return False
    return any(cell for cell, column in zip(row.cells, columns, strict=True) if column.role in _UNIT_ROLES)


def _is_unit_cell(folded: str, cell: Place) -> bool:
    names = unit_names(folded, *cell)[0]
    return bool(names) and all(looks_like_unit(folded[slice(*name)]) for name in names)


def _placed(folded: str, cells: list[Place], columns: tuple[_Column, ...]) -> _Row:
    """Cells put to their columns; where some are missing or broken in two, by what they look like."""
    if len(cells) == len(columns):
        return _Row(tuple(cells))
    placed: list[Place | None] = [cells[0], *([None] * (len(columns) - 1))]
    roles = [index for index, column in enumerate(columns) if column.role in _UNIT_ROLES]
    times = [index for index, column in enumerate(columns) if column.role is Role.TIME]
    content = [index for index, column in enumerate(columns) if column.content]
    for cell in cells[1:]:
        if roles and _is_unit_cell(folded, cell):
            placed[roles.pop(0)] = cell
        elif times and is_time_slot(folded, *cell):
            placed[times.pop(0)] = cell
        elif content:
            first = placed[content[0]]
            placed[content[0]] = (first[0], cell[1]) if first else cell
    return _Row(tuple(placed))


def _tasks(source: Source, columns: tuple[_Column, ...], rows: list[_Row]) -> Iterator[ParsedTask]:
    for row in rows:
        draft = _draft(source, columns, row)
        if draft:
            yield build_task(source, draft, Standing())[0]


def _draft(source: Source, columns: tuple[_Column, ...], row: _Row) -> Draft | None:
    reading = Reading(labelled=True)
    for cell, column in zip(row.cells, columns, strict=True):
        if cell and column.role:
            read_cell(source.folded, *cell, column.role, reading)
    content = [cell for cell, column in zip(row.cells, columns, strict=True) if cell and column.content]
    if not reading.units or not content:
        return None
    cells = [cell for cell in row.cells if cell]
    demand = (
        content[-1]
        if content[-1][0] > content[0][1] and _is_category(source.folded, content[0])
        else content[0]
    )
    mark = _mark(source, columns, row, demand)
    body = skip_blank(source.folded, mark.end if mark and mark.start == demand[0] else demand[0], demand[1])
    clause = Clause(cells[0][0], cells[-1][1], reading)
    return Draft(mark, None, 1, None, cells[0][0], body, cells[-1][1], clause, demand=(body, demand[1]))


def _is_category(folded: str, cell: Place) -> bool:
    return cell[1] - cell[0] <= 8 and "。" not in folded[slice(*cell)]


def _mark(source: Source, columns: tuple[_Column, ...], row: _Row, demand: Place) -> Mark | None:
    """The row's number: from its own column, or printed before its task."""
    first = row.cells[0]
    if columns[0].counts and first:
        number = _NUMBER.match(source.folded[slice(*first)])
        if number:
            value = han_number(number.group(1))
            return Mark(Rank.DIGIT, value, str(value), *first)
    printed = next(marks(source.folded[demand[0] : min(demand[1], demand[0] + 12)]), None)
    if printed is None or printed.start:
        return None
    return Mark(printed.rank, printed.value, printed.label, demand[0], demand[0] + printed.end)

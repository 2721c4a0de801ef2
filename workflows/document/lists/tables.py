"""Task lists printed as tables (任务分工表): each row that names units is a task."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.document.items.numbering import Mark, Rank, marks
from workflows.document.items.outline import heading_end, skip_blank
from workflows.document.lists.columns import Column
from workflows.document.lists.goals import is_goals
from workflows.document.lists.rows import NUMBER, Row, lines_of, one_cell_a_line, separated
from workflows.document.model import ParsedTask, Span, UnassignedItem
from workflows.document.naming.clause import read_cell
from workflows.document.naming.reading import Clause, Reading
from workflows.document.script import han_number
from workflows.document.source import Source
from workflows.document.tasks import Draft, Standing, build_task, note_outside_clauses

Place = tuple[int, int]

_NOTHING = re.compile(r"[-/\\无空]{1,3}")
"""What stands in a cell that holds nothing."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What the tables of a text hold: their tasks, the rows that name no unit, and where the tables stand."""

    tasks: tuple[ParsedTask, ...]
    unassigned: tuple[UnassignedItem, ...]
    places: tuple[Place, ...]


def read_tables(source: Source) -> Tables:
    """The tables in the text; a note such as 列第一位的为牵头单位 anywhere in it holds for them."""
    standing = Standing(first_leads=note_outside_clauses(source.folded, ()))
    tasks: list[ParsedTask] = []
    unassigned: list[UnassignedItem] = []
    places: list[Place] = []
    lines = lines_of(source.folded)
    index = 0
    while index < len(lines):
        found = separated(source.folded, lines, index) or one_cell_a_line(source.folded, lines, index)
        if not found:
            index += 1
            continue
        columns, rows, last = found
        drafts = [_draft(source, columns, row) for row in rows]
        tasks.extend(build_task(source, draft, standing)[0] for draft in drafts if draft and _assigns(draft))
        unassigned.extend(_unassigned(source, draft) for draft in drafts if draft and not _assigns(draft))
        places.append((lines[index][0], lines[last - 1][1]))
        index = last
    return Tables(tuple(tasks), tuple(unassigned), tuple(places))


def _assigns(draft: Draft) -> bool:
    return bool(draft.clause.reading.units)


def _unassigned(source: Source, draft: Draft) -> UnassignedItem:
    place = draft.demand or (draft.body, draft.end)
    title = source.words((place[0], heading_end(source.folded, *place)))
    return UnassignedItem(draft.mark.label if draft.mark else "", title, Span(draft.start, draft.end))


def _draft(source: Source, columns: tuple[Column, ...], row: Row) -> Draft | None:
    reading = Reading(labelled=True)
    for cell, column in zip(row.cells, columns, strict=True):
        if cell and column.role and not _NOTHING.fullmatch(source.folded, *cell):
            read_cell(source.folded, *cell, column.role, reading)
    content = [cell for cell, column in zip(row.cells, columns, strict=True) if cell and column.content]
    if not content or not (reading.units or _mark(source, columns, row, content[-1])):
        return None
    cells = [cell for cell in row.cells if cell]
    title = next(
        (cell for cell, column in zip(row.cells, columns, strict=True) if cell and column.names), None
    )
    asked = [cell for cell in content if cell != title and not is_goals(source.folded, cell)]
    demand = _demand(source.folded, asked or content)
    goals = next((cell for cell in content if cell != demand and is_goals(source.folded, cell)), None)
    mark = _mark(source, columns, row, demand)
    body = skip_blank(source.folded, mark.end if mark and mark.start == demand[0] else demand[0], demand[1])
    clause = Clause(cells[0][0], cells[-1][1], reading)
    section = source.words(row.section) if row.section else None
    demand = (body, demand[1])
    return Draft(mark, None, 1, section, cells[0][0], body, cells[-1][1], clause, demand, title, goals)


def _demand(folded: str, content: list[Place]) -> Place:
    """The cell that holds what is asked: the first, or the last behind one that only says the category."""
    last = content[-1][0] > content[0][1] and _is_category(folded, content[0])
    return content[-1] if last else content[0]


def _is_category(folded: str, cell: Place) -> bool:
    return cell[1] - cell[0] <= 8 and "。" not in folded[slice(*cell)]


def _mark(source: Source, columns: tuple[Column, ...], row: Row, demand: Place) -> Mark | None:
    """The row's number: from its own column, or printed before its task."""
    first = row.cells[0]
    if columns[0].counts and first:
        number = NUMBER.match(source.folded[slice(*first)])
        if number:
            value = han_number(number.group(1))
            return Mark(Rank.DIGIT, value, str(value), *first)
    printed = next(marks(source.folded[demand[0] : min(demand[1], demand[0] + 12)]), None)
    if printed is None or printed.start:
        return None
    return Mark(printed.rank, printed.value, printed.label, demand[0], demand[0] + printed.end)

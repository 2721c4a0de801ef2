"""The words in the cells of a ruled table → the table, over as many pages as it goes on.

A line that fills its cell goes on in the next; a shorter one ends a paragraph. A row that is cut by the end of a page
goes on in the first row of the next page, which then has no number of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.intake.grid import Block, Table, spread
from app.intake.layout import (
    Line,
    Piece,
    Shape,
    joined,
    page_lines,
    paragraphs,
    tidy,
    width,
    with_cells,
    without_running_heads,
)
from app.intake.ruling import Box, Grid

_PADDING = 13.0
"""Points between the words of a full line and both sides of its cell, at most."""

_SAME_EDGE = 4.0


@dataclass(frozen=True, slots=True)
class Printed:
    """A cell as printed: its box, its paragraphs, and whether the last of them breaks off at the cell's edge."""

    box: Box
    paragraphs: tuple[str, ...]
    broken_off: bool


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table of one page: its upright edges in points, and its rows of printed cells."""

    edges: tuple[float, ...]
    rows: tuple[tuple[Printed, ...], ...]


def ruled_table(grid: Grid, pieces: Iterable[Piece]) -> RuledTable:
    """The table with the pieces put into the cells around them."""
    inside: dict[Box, list[Piece]] = {box: [] for box in grid.boxes}
    for piece in pieces:
        box = grid.box_at(*middle(piece))
        if box is not None:
            inside[box].append(piece)
    rows: list[list[Printed]] = [[] for _ in grid.ys[1:]]
    for box, held in inside.items():
        rows[box.row].append(_printed(box, page_lines(held)))
    return RuledTable(grid.xs, tuple(map(tuple, rows)))


def middle(piece: Piece) -> tuple[float, float]:
    """A point well within the piece's first character."""
    return piece.x + piece.size * 0.25, piece.y + piece.size * 0.3


def _printed(box: Box, lines: Sequence[Line]) -> Printed:
    paragraphs: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is not None and _is_full(box, before, line.words):
            paragraphs[-1] = joined(paragraphs[-1], line.words)
        else:
            paragraphs.append(line.words)
        before = line
    return Printed(
        box, tuple(map(tidy, paragraphs)), before is not None and _is_full(box, before, _ANY_WORDS)
    )


_STUCK = re.compile(r"(?:[0-9A-Za-z.%]+|.)[，。、；：！？）》”,.;:!?)]*")
"""What no line end may part: a figure, a Latin word; a character and the stops behind it."""

_ANY_WORDS = "字，"
_FIGURE_MORE = 0.1
"""Characters by which a figure or Latin letter may be wider than the half it is counted."""


_OPEN_END = re.compile(r"[、，,（(]$")
_IN_DATE = re.compile(r"[\d年月底]\n(?!\d{4})[\d年月日底末初前]")
"""No paragraph ends within a date; WPS and LibreOffice break lines before 底前 as a word of its own."""


def _is_full(box: Box, line: Line, following: str) -> bool:
    """Whether what follows would not have fitted behind the line: then it is the same paragraph."""
    stuck = _STUCK.match(following.lstrip())
    figures = sum(map(str.isascii, line.words)) * _FIGURE_MORE
    room = box.right - box.left - _PADDING - (width(line.words) + figures) * line.size
    if room < width(stuck.group() if stuck else "") * line.size:
        return True
    return bool(_OPEN_END.search(line.words) or _IN_DATE.search(f"{line.words}\n{following}"))


Element = Line | RuledTable


def page_elements(pieces: Iterable[Piece], tables: Sequence[Grid]) -> list[Element]:
    """What a page shows, in the order in which it was painted: a table stands where its first word was."""
    found: list[Element | Grid] = []
    inside: dict[Grid, list[Piece]] = {}
    run: list[Piece] = []
    for piece in pieces:
        grid = next((table for table in tables if table.box_at(*middle(piece))), None)
        if grid is None:
            run.append(piece)
        elif grid in inside:
            inside[grid].append(piece)
        else:
            found += [*page_lines(run), grid]
            inside[grid], run = [piece], []
    found += page_lines(run)
    return [ruled_table(one, inside[one]) if isinstance(one, Grid) else one for one in found]


def blocks(pages: Sequence[Sequence[Element]]) -> Iterator[Block]:
    """The paragraphs and tables of the document, without running heads and page numbers."""
    runs = list(_runs(pages))
    shape = Shape([one for run in runs for one in run if isinstance(one, Line)])
    for run in runs:
        if isinstance(run[0], Line):
            yield from paragraphs([one for one in run if isinstance(one, Line)], shape)
        else:
            yield whole([one for one in run if isinstance(one, RuledTable)])


def _runs(pages: Sequence[Sequence[Element]]) -> Iterator[list[Element]]:
    """Lines that follow each other, over the ends of pages too; the parts of a table, page by page."""
    bodies = without_running_heads([[one for one in page if isinstance(one, Line)] for page in pages])
    open_run: list[Element] = []
    for page, body in zip(pages, bodies, strict=True):
        kept = {id(line) for line in body}
        shown = [one for one in page if isinstance(one, RuledTable) or id(one) in kept]
        for at, (is_table, group) in enumerate(groupby(shown, lambda one: isinstance(one, RuledTable))):
            more = list(group) if is_table else with_cells([one for one in group if isinstance(one, Line)])
            for part in [[one] for one in more] if is_table else [more]:
                if open_run and not _go_on(open_run[-1], part[0], first=at == 0 and part[0] is more[0]):
                    yield open_run
                    open_run = []
                open_run += part
    if open_run:
        yield open_run


def _go_on(before: Element, element: Element, *, first: bool) -> bool:
    if isinstance(before, RuledTable):
        return first and isinstance(element, RuledTable) and continues(before, element)
    return isinstance(element, Line)


def continues(before: RuledTable, table: RuledTable) -> bool:
    """Whether a table at the head of a page has the columns of the one at the foot of the page before."""
    return len(before.edges) == len(table.edges) and all(
        abs(left - right) <= _SAME_EDGE for left, right in zip(before.edges, table.edges, strict=True)
    )


def whole(parts: Sequence[RuledTable]) -> Table:
    """The parts of one table, page after page, as one."""
    rows: list[list[Printed]] = []
    for part in parts:
        fresh = [list(row) for row in part.rows]
        if rows and fresh:
            fresh = _without_head(rows[0], fresh)
        if rows and fresh:
            reaching = _reaching_down(rows, fresh[0])
            fresh[0] = [cell for cell in fresh[0] if cell not in reaching]
            rest = _is_rest(rows[-1], fresh[0])
            for cell, (row, place) in reaching.items():
                above = rows[row][place]
                longer = replace(above.box, down=above.box.down + cell.box.down - rest)
                rows[row][place] = replace(above, box=longer)
            if rest:
                rows[-1] = [_mended(cell, fresh[0]) for cell in rows[-1]]
                fresh = fresh[1:]
        rows.extend(fresh)
    return spread([(cell.paragraphs, cell.box.across, cell.box.down) for cell in row] for row in rows)


def _reaching_down(rows: list[list[Printed]], first: list[Printed]) -> dict[Printed, tuple[int, int]]:
    """The empty cells at the head of a page that go on from a cell of several rows, each with the place of that cell."""
    empty = {cell.box.column: cell for cell in first if not cell.paragraphs}
    found: dict[Printed, tuple[int, int]] = {}
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            below = empty.get(cell.box.column)
            if below is not None and cell.box.down > 1 and at + cell.box.down >= len(rows):
                found[below] = at, place
    return found


def _without_head(head: list[Printed], rows: list[list[Printed]]) -> list[list[Printed]]:
    """The rows without the head that is printed anew on each page."""
    said = [cell.paragraphs for cell in head]
    return rows[1:] if any(said) and [cell.paragraphs for cell in rows[0]] == said else rows


def _is_rest(before: list[Printed], row: list[Printed]) -> bool:
    """Whether a row is the rest of the one that the page's end cut: what it holds goes on from words that broke off,
    most of it where the first cell, the number's, is empty, else all of it."""
    above = {cell.box.column: cell for cell in before}
    if [cell.box.column for cell in row] != list(above):
        return False
    filled = [cell for cell in row if cell.paragraphs]
    broken_off = sum(above[cell.box.column].broken_off for cell in filled)
    if row[0] not in filled and above[row[0].box.column].paragraphs:
        return broken_off * 2 > len(filled)
    return 0 < broken_off == len(filled) < len(row)


def _mended(cell: Printed, rest: Iterable[Printed]) -> Printed:
    more = next((other for other in rest if other.box.column == cell.box.column), None)
    if more is None or not more.paragraphs:
        return cell
    if not cell.paragraphs or not cell.broken_off:
        return replace(cell, paragraphs=cell.paragraphs + more.paragraphs, broken_off=more.broken_off)
    seam = joined(cell.paragraphs[-1], more.paragraphs[0])
    words = (*cell.paragraphs[:-1], tidy(seam), *more.paragraphs[1:])
    return replace(cell, paragraphs=words, broken_off=more.broken_off)

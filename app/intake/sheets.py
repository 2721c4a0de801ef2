"""Task lists kept as spreadsheets (.xlsx, .csv): every sheet as a table, merged cells held, dates as they are printed."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import Protocol

import openpyxl
from lxml import etree
from openpyxl.utils.cell import range_boundaries

from app.intake.grid import Block, Cell, Table, lines, one_line, spread
from app.intake.package import PART_LIMIT, Package, broken
from app.intake.text import decode
from app.intake.wordxml import local, value
from workflows.errors import Refused

MOST_SHEETS = 60
MOST_ROWS = 100_000
"""Rows of all sheets together."""

WIDEST = 60
"""Columns that are read."""

MOST_MERGES = 20_000
"""Merged ranges of one sheet; what is beyond stands as its cells are."""

_EMPTY_ROWS = 1000
"""So many empty rows in a row end a sheet, however far its formatting goes."""

Span = tuple[int, int, int, int]
"""A merged range: first column, first row, last column, last row, counted from 1."""

_TOO_LONG = "表格太大。请只保留任务清单，删去其他工作表和空行后再上传。"


class _SheetCell(Protocol):
    """What is read of a cell."""

    @property
    def value(self) -> object: ...
    @property
    def number_format(self) -> str: ...


def read_workbook(content: bytes) -> Iterator[str]:
    """The lines of an .xlsx, sheet by sheet; raises Refused unreadable or too-large."""
    package = Package(content)
    package.refuse_entities()
    merges = _merges(package)
    sheets = [(name, rows) for name, rows in _sheets(content) if rows]
    for name, rows in sheets:
        if len(sheets) > 1:
            yield name
        yield from lines([_table(rows, merges.get(name, ()))])


def workbook_rows(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """Name and rows of every sheet of an .xlsx that is shown and not empty; raises Refused as `read_workbook` does."""
    Package(content).refuse_entities()
    return [(name, rows) for name, rows in _sheets(content) if rows]


def _sheets(content: bytes) -> list[tuple[str, list[list[str]]]]:
    """Name and rows of every sheet that is shown, as printed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that no reading needs
            book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
            left, found = MOST_ROWS, []
            for sheet in book.worksheets[:MOST_SHEETS]:
                if sheet.sheet_state == "visible":
                    sheet.reset_dimensions()  # what a file claims of its size is often wrong
                    rows = _rows(sheet.iter_rows(max_col=WIDEST), left)
                    left -= len(rows)
                    found.append((str(sheet.title), rows))
            return found
    except (Refused, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - the library raises whatever a spoilt part happens to provoke
        raise broken() from None


def _rows(cells: Iterable[Sequence[_SheetCell]], most: int) -> list[list[str]]:
    rows: list[list[str]] = []
    empty = 0
    for row in cells:
        printed = [_printed(cell) for cell in row]
        empty = 0 if any(printed) else empty + 1
        if empty > _EMPTY_ROWS:
            break
        rows.append(printed)
        if len(rows) > most:
            raise Refused("too-large", _TOO_LONG)
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _printed(cell: _SheetCell) -> str:
    """The value as its format shows it: dates in Chinese, percentages, whole numbers without a point."""
    held = cell.value
    if held is None:
        return ""
    if isinstance(held, date):
        return _day(held, str(cell.number_format))
    if isinstance(held, float) and "%" in str(cell.number_format):
        return f"{held * 100:.10g}%"
    if isinstance(held, int | float):
        return f"{held:.15g}"
    return one_line(str(held))


def _day(held: date, shown: str) -> str:
    if isinstance(held, datetime) and held.year < 1905:
        return ""  # a time of day, or a number someone formatted as a date
    plain = shown.lower().replace("[$-", "")
    day = f"{held.day}日" if "d" in plain or "y" not in plain else ""
    return f"{held.year}年{held.month}月{day}"


def _merges(package: Package) -> dict[str, tuple[Span, ...]]:
    """Sheet name → its merged ranges."""
    book = package.main_part("xl/workbook.xml")
    root = package.tree(book)
    targets = {name: target for name, _, target in package.related(book)}
    found: dict[str, tuple[Span, ...]] = {}
    for sheet in root.iter("{*}sheet") if root is not None else ():
        part = package.part(targets.get(value(sheet, "id") or "", ""))
        if part is not None and len(found) < MOST_SHEETS:
            found[value(sheet, "name") or ""] = tuple(islice(_merged(part), MOST_MERGES))
    return found


def _merged(part: bytes) -> Iterator[Span]:
    if len(part) > PART_LIMIT or b"mergeCell" not in part:
        return
    try:
        for _, element in etree.iterparse(
            BytesIO(part), events=("end",), resolve_entities=False, no_network=True
        ):
            name = local(element)
            if name == "mergeCell":
                first, top, last, bottom = range_boundaries(value(element, "ref") or "")
                if first and top and last and bottom:
                    yield first, top, last, bottom
            if name in {"row", "mergeCell"}:
                element.clear()
    except (etree.XMLSyntaxError, ValueError, TypeError):
        raise broken() from None


def _table(rows: list[list[str]], merges: Sequence[Span]) -> Table:
    """The rows with merged ranges as cells that span."""
    starts = {(top, first): (last - first + 1, bottom - top + 1) for first, top, last, bottom in merges}
    covered = {
        (top, column) for first, top, last, _ in merges for column in range(first + 1, min(last, WIDEST) + 1)
    }
    below = _Below()
    spanned = []
    for at, row in enumerate(rows, 1):
        hidden = below.covered(at)
        cells: list[tuple[str | tuple[Block, ...], int, int]] = []
        for column, words in enumerate(row, 1):
            if column in hidden or (at, column) in covered:
                continue
            across, down = starts.get((at, column), (1, 1))
            below.take(column, at, across, down)
            cells.append((words, across, down))
        spanned.append(cells)
    return _trimmed(spread(spanned))


class _Below:
    """The columns that merged ranges from above cover in a row."""

    def __init__(self) -> None:
        self._until: dict[int, int] = {}

    def take(self, column: int, row: int, across: int, down: int) -> None:
        """Note a cell that reaches down."""
        if down > 1:
            for at in range(column, min(column + across, WIDEST + 1)):
                self._until[at] = row + down - 1

    def covered(self, row: int) -> set[int]:
        """The columns covered in that row."""
        self._until = {column: last for column, last in self._until.items() if last >= row}
        return set(self._until)


def _trimmed(table: Table) -> Table:
    """Without the empty columns at the right, and without empty rows."""
    rows = [
        row for row in table.rows if any((cell.blocks and cell.blocks != ("",)) or cell.above for cell in row)
    ]
    return Table(tuple(_without_tail(row) for row in rows))


def _without_tail(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    end = len(row)
    while end > 1 and not row[end - 1].above and row[end - 1].blocks in {(), ("",)}:
        end -= 1
    return row[:end]


def read_csv(content: bytes) -> Iterator[str]:
    """The lines of a .csv, whatever separates its cells."""
    yield from lines([_table(csv_rows(content), ())])


def csv_rows(content: bytes) -> list[list[str]]:
    """The rows of a .csv, whatever separates its cells; raises Refused unreadable or too-large."""
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    head = text[:4000]
    separator = max(",\t;，|", key=head.count)
    try:
        read = islice(csv.reader(StringIO(text), delimiter=separator), MOST_ROWS + 1)
        rows = [[one_line(cell) for cell in row[:WIDEST]] for row in read]
    except csv.Error:
        raise Refused(
            "unreadable", "读不懂这个 .csv 文件。请用 WPS 表格或 Excel 打开，另存为 .xlsx 后再上传。"
        ) from None
    if len(rows) > MOST_ROWS:
        raise Refused("too-large", _TOO_LONG)
    return rows

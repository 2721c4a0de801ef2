"""The one look of every workbook: a frozen head, sized columns, choices to pick from, and no cell that is ever a formula.

A workbook is made of `Sheet` values and nothing else, so that what is written reads back as the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from math import ceil
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | date | None
"""What a cell may hold; a date is shown as 2025年3月25日."""

LONGEST_TEXT = 32_767
"""Characters a cell can hold; the format knows no more, what is beyond is cut off."""

SPARE_ROWS = 500
"""Empty rows below the last that offer the same choices, for people who add rows."""

_CHOICES_LIMIT = 255
_NAME_LIMIT = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BEGINS_FORMULA = tuple("=+-@\t\r")
_DATE = 'yyyy"年"m"月"d"日"'

_LINE = Side(style="thin", color="7F7F7F")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SONG, _HEI = "宋体", "黑体"
_HEAD_FONT, _HEAD_FILL = Font(name=_HEI, size=11), PatternFill("solid", fgColor="E8EEF7")
_TITLE_FONT, _NOTE_FONT, _BODY_FONT = (
    Font(name=_HEI, size=18),
    Font(name=_SONG, size=10),
    Font(name=_SONG, size=11),
)
_LOCKED_FILL = PatternFill("solid", fgColor="F2F2F2")
_LEFT = Alignment(vertical="center")
_LINE_HEIGHT, _HIGHEST = 15, 409
"""Points of a line, and of the highest row there is."""
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WRAPPED = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in half-width characters (a Chinese one takes two), what may be picked in it.

    `hint` is shown beside a cell of the column when it is chosen. A `hidden` column is there for machines: it travels
    with its rows and is neither seen nor printed. Where some columns are `locked` the sheet is protected, without a
    password: only the others can be typed in, and rows stay where they are.
    """

    head: str
    width: int
    choices: tuple[str, ...] = ()
    hint: str = ""
    centred: bool = False
    hidden: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table on a sheet of its own; `heading` stands large above the head and `note` small under it, for sheets that
    are printed. `least_lines`: how many lines of words every row has room for, for sheets that are filled in."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    heading: str = ""
    note: str = ""
    least_lines: int = 1


def workbook(*sheets: Sheet) -> bytes:
    """The .xlsx with these sheets, in their order."""
    book = Workbook()
    book.properties.creator = "落实"
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _lay(book.create_sheet(_NOT_IN_NAMES.sub(" ", sheet.name)[:_NAME_LIMIT]), sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _lay(page: Worksheet, sheet: Sheet) -> None:
    head = _lay_title(page, sheet)
    _lay_head(page, sheet.columns, head)
    last = head
    for last, row in enumerate(sheet.rows, head + 1):
        for at, (value, column) in enumerate(zip(row, sheet.columns, strict=True), 1):
            cell = _put(page, last, at, value)
            cell.font, cell.border = _BODY_FONT, _BOX
            cell.alignment = _CENTRED if column.centred else _WRAPPED
            cell.protection = Protection(locked=column.locked)
            if column.locked:
                cell.fill = _LOCKED_FILL
        page.row_dimensions[last].height = _height(row, sheet.columns, sheet.least_lines)
    page.freeze_panes = f"A{head + 1}"
    page.auto_filter.ref = f"A{head}:{get_column_letter(len(sheet.columns))}{last}"
    for at, column in enumerate(sheet.columns, 1):
        _offer(page, column, f"{get_column_letter(at)}{head + 1}:{get_column_letter(at)}{last + SPARE_ROWS}")
    if any(column.locked for column in sheet.columns):
        _protect(page)
    _for_print(page, head)


def _protect(page: Worksheet) -> None:
    """Keep people from typing where nothing is taken back; columns and rows may still be made larger."""
    kept = page.protection
    kept.sheet, kept.formatColumns, kept.formatRows, kept.formatCells = True, False, False, False


def _height(row: Sequence[Value], columns: Sequence[Column], least: int) -> float:
    """Points that show every line of the row: office programs do not measure rows they did not write."""
    lines = (
        sum(max(1, ceil(_width(line) / (column.width - 1))) for line in str(value).split("\n"))
        for value, column in zip(row, columns, strict=True)
        if isinstance(value, str) and not column.hidden
    )
    return min(_LINE_HEIGHT * max(least, *lines, 1) + 6, _HIGHEST)


def _width(line: str) -> int:
    """Half-width characters a line takes."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in line)


def _lay_title(page: Worksheet, sheet: Sheet) -> int:
    """Lay heading and note across the whole width; returns the row of the head."""
    shown = max(at for at, column in enumerate(sheet.columns, 1) if not column.hidden)
    titles = ((sheet.heading, _TITLE_FONT, _CENTRED, 36), (sheet.note, _NOTE_FONT, _LEFT, 20))
    row = 0
    for words, font, alignment, height in titles:
        if words:
            row += 1
            cell = _put(page, row, 1, words)
            cell.font, cell.alignment = font, alignment
            page.row_dimensions[row].height = height
            page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=shown)
    return row + 1


def _lay_head(page: Worksheet, columns: Sequence[Column], head: int) -> None:
    for at, column in enumerate(columns, 1):
        cell = _put(page, head, at, column.head)
        cell.font, cell.fill, cell.alignment, cell.border = _HEAD_FONT, _HEAD_FILL, _CENTRED, _BOX
        page.column_dimensions[get_column_letter(at)].width = column.width
        page.column_dimensions[get_column_letter(at)].hidden = column.hidden
    page.row_dimensions[head].height = 24


def _put(page: Worksheet, row: int, column: int, value: Value) -> Cell:
    """Write a value as what it is: words stay words, also those that begin like a formula.

    The mark on such a cell keeps it text when someone edits it; nothing is added to the words, so that they read back
    unchanged.
    """
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)  # nothing is written where a merged cell goes on
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, date):
            cell.number_format = _DATE
        return cell
    words = _NOT_IN_XML.sub("", value)[:LONGEST_TEXT]
    cell.value = words
    if words.startswith(_BEGINS_FORMULA):
        cell.data_type, cell.quotePrefix = "s", True
    return cell


def _offer(page: Worksheet, column: Column, cells: str) -> None:
    """Let people pick from the column's choices, and read its hint."""
    if not column.choices and not column.hint:
        return
    picked = ",".join(column.choices)
    if len(picked) > _CHOICES_LIMIT:
        raise ValueError(f"more choices than a cell can offer: {column.head}")
    rule = DataValidation(allow_blank=True)
    if picked:
        rule.type, rule.formula1 = "list", f'"{picked}"'
        rule.showErrorMessage, rule.errorTitle, rule.error = True, column.head, "请从下拉列表中选择。"
    if column.hint:
        rule.showInputMessage, rule.promptTitle, rule.prompt = True, column.head, column.hint
    page.add_data_validation(rule)
    rule.add(cells)


def _for_print(page: Worksheet, head: int) -> None:
    """A4 across, as wide as the paper, the head and a page number on every page."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.fitToHeight = 0
    page.print_title_rows = f"{head}:{head}"
    page.print_options.horizontalCentered = True
    page.page_margins = PageMargins(
        left=0.5, right=0.5, top=0.6, bottom=0.6, header=0.3, footer=0.3
    )  # inches
    footer = page.oddFooter
    assert footer is not None  # every new sheet has one
    footer.center.text = "第 &P 页，共 &N 页"

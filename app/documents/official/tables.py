"""Tables of a Word paper: ruled, as wide as the type area, their heads repeated on every page."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.table import CT_Tbl

from app.documents.official.paper import Table
from app.documents.official.styles import Style
from app.documents.official.wording import lines

_EDGE = 'w:val="single" w:sz="4" w:space="0" w:color="000000"'
_EDGES = "".join(f"<w:{side} {_EDGE}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
_MARGINS = '<w:top w:w="50" w:type="dxa"/><w:left w:w="60" w:type="dxa"/><w:bottom w:w="50" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'


def laid(table: Table, width: int) -> CT_Tbl:
    """The table as XML; `width` is that of the line, in twips."""
    columns = _shares(table.widths, width)
    head = _row(table.heads, columns, Style.CELL_HEAD, frozenset(), "<w:tblHeader/>")
    rows = "".join(_row(row, columns, Style.CELL, table.centred) for row in table.rows)
    grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
    laid = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_EDGES}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{_MARGINS}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )
    assert isinstance(laid, CT_Tbl)
    return laid


def _shares(widths: Sequence[int], width: int) -> list[int]:
    return [width * share // sum(widths) for share in widths]


def _row(
    cells: Sequence[str], columns: Sequence[int], style: Style, centred: frozenset[int], more: str = ""
) -> str:
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{column}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraphs(cell, style, at in centred)}</w:tc>"
        for at, (cell, column) in enumerate(zip(cells, columns, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{inside}</w:tr>"


def _paragraphs(words: str, style: Style, centred: bool) -> str:
    middle = '<w:jc w:val="center"/>' if centred else ""
    return "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{middle}</w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in lines(words) or [""]
    )

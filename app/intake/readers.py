"""From a file to its text, in this very process: each kind to its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from app.intake.drawn import without_drawing
from app.intake.kinds import Kind, recognise
from app.intake.pagecounts import without_page_counts
from app.intake.syllables import without_syllables
from app.intake.text import clean, read_text
from workflows.errors import Refused

TEXT_LIMIT = 10_000_000
"""Characters a document may hold: some ten thousand pages."""

Reader = Callable[[bytes], Iterator[str]]
Sheets = list[tuple[str, list[list[str]]]]
"""Name and rows of each sheet of a table file."""


def text_of(filename: str, content: bytes) -> str:
    """The text of a document of any length; raises Refused too-large or unreadable with the sentence that says what to
    do."""
    try:
        text = _gathered(_reader(recognise(filename, content))(content))
    except RecursionError:
        raise Refused("unreadable", "文件的结构层层嵌套，读不出来。请把文字复制出来粘贴。") from None
    if not text.strip():
        raise Refused("unreadable", "文件里没有文字。如果是扫描件，请先识别成文字再上传，或直接粘贴文字。")
    return text


def rows_of(filename: str, content: bytes) -> Sheets:
    """The sheets of an .xlsx, or the one of a .csv, cell by cell as printed; raises Refused as `text_of` does."""
    from app.intake import sheets

    kind = recognise(filename, content)
    if kind is Kind.XLSX:
        return sheets.workbook_rows(content)
    if kind in {Kind.CSV, Kind.TEXT}:
        return [("", sheets.csv_rows(content))]
    raise Refused("unreadable", "这不是表格文件。请上传 .xlsx 或 .csv 表格。")


def _reader(kind: Kind) -> Reader:
    """The reader of a kind; only its own libraries are loaded, for a child begins anew with every document."""
    if kind is Kind.DOCX:
        from app.intake.word import read_word as reader
    elif kind is Kind.PDF:
        from app.intake.pdf import read_pdf as reader
    elif kind is Kind.TEXT:
        reader = read_text
    elif kind in {Kind.XLSX, Kind.CSV}:
        from app.intake import sheets

        reader = sheets.read_workbook if kind is Kind.XLSX else sheets.read_csv
    else:
        from app.intake import webpage

        reader = webpage.read_page if kind is Kind.HTML else webpage.read_archive
    return reader


def _gathered(lines: Iterable[str]) -> str:
    kept, length = [], 0
    for line in lines:
        kept.append(line)
        length += len(line) + 1
        if length > TEXT_LIMIT:
            raise Refused("too-large", "文件里的文字太多。请只保留任务正文后再上传。")
    text = clean("\n".join(kept))
    for mend in (without_syllables, without_page_counts, without_drawing):
        text = mend(text)
    return text

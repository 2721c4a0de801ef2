"""Documents in: the bytes of a file → the text the parser reads. Well-kept libraries read the formats.

`kinds` tells what a file really is; `word` (with `numbering`), `pdf` (with `layout`), `webpage`, `sheets` and `text` each
read one kind; `package` opens Office files within bounds, `grid` writes tables as lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flask import current_app

from app.intake.kinds import Kind, recognise
from app.intake.pdf import read_pdf
from app.intake.sheets import read_csv, read_workbook
from app.intake.text import clean, read_text
from app.intake.webpage import read_archive, read_page
from app.intake.word import read_word
from workflows.errors import Refused

__all__ = ["TEXT_LIMIT", "read", "text_of"]

TEXT_LIMIT = 10_000_000
"""Characters a document may hold: some ten thousand pages."""

_READERS: dict[Kind, Callable[[bytes], Iterator[str]]] = {
    Kind.DOCX: read_word,
    Kind.XLSX: read_workbook,
    Kind.PDF: read_pdf,
    Kind.HTML: read_page,
    Kind.MHT: read_archive,
    Kind.CSV: read_csv,
    Kind.TEXT: read_text,
}


def read(filename: str, content: bytes) -> str:
    """The text of a document; raises Refused too-large or unreadable with the sentence that says what to do."""
    limit = current_app.config["MAX_UPLOAD_MB"]
    if len(content) > limit * 1024 * 1024:
        raise Refused("too-large", f"文件超过{limit}MB。请删去图片后重新保存，或只上传任务部分。")
    return text_of(filename, content)


def text_of(filename: str, content: bytes) -> str:
    """The text of a document of any length; raises Refused as `read` does."""
    try:
        text = _gathered(_READERS[recognise(filename, content)](content))
    except RecursionError:
        raise Refused("unreadable", "文件的结构层层嵌套，读不出来。请把文字复制出来粘贴。") from None
    if not text.strip():
        raise Refused("unreadable", "文件里没有文字。如果是扫描件，请先识别成文字再上传，或直接粘贴文字。")
    return text


def _gathered(lines: Iterable[str]) -> str:
    kept, length = [], 0
    for line in lines:
        kept.append(line)
        length += len(line) + 1
        if length > TEXT_LIMIT:
            raise Refused("too-large", "文件里的文字太多。请只保留任务正文后再上传。")
    return clean("\n".join(kept))

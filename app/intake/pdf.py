"""PDF with text: the pieces a page paints, put back into lines and paragraphs, without running heads and page numbers."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from io import BytesIO

import pypdf
from pypdf.errors import DependencyError, LimitReachedError

from app.intake.grid import lines
from app.intake.layout import Piece
from app.intake.package import broken
from app.intake.ruled import Element, blocks, page_elements
from app.intake.ruling import PATH_STEPS, Pen, grids
from workflows.errors import Refused

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # a spoilt file may give it thousands of lines to say

MOST_PAGES = 3000
MOST_STEPS = 6_000_000
"""Painting steps of the whole document: a thousand dense pages take a quarter; a form drawn within counts a hundred."""

MOST_CONTENT = 300 * 1024 * 1024
"""Bytes of page content, unpacked, of the whole document."""

_FORM_STEPS = 100
_SCAN = "这个 PDF 是扫描件，里面只有图片没有文字。请先用 WPS 或扫描软件识别成文字（OCR），存为 .docx 后再上传，或直接粘贴文字。"
_LOCKED = "PDF 设了打开密码，读不出内容。请用阅读器打开，打印或另存为不带密码的 PDF 后再上传。"
_NO_CHARACTERS = "这个 PDF 的字体取不出文字。请用 WPS 打开，转换成 .docx 后再上传，或直接粘贴文字。"
_TOO_LONG = "PDF 太长或太复杂。请只保留任务部分的页面后再上传。"


def read_pdf(content: bytes) -> Iterator[str]:
    """The lines of a PDF; raises Refused unreadable (broken, locked, scanned, no readable font) or too-large."""
    try:
        pages = list(_pages(content))
        text = list(lines(blocks(pages)))
    except (Refused, MemoryError):
        raise
    except LimitReachedError:
        raise Refused("too-large", _TOO_LONG) from None
    except Exception:  # noqa: BLE001 - the library raises whatever a spoilt file happens to provoke
        raise broken() from None
    whole = "".join(text)
    if not whole.strip():
        raise Refused("unreadable", _SCAN)
    if sum(_is_unreadable(character) for character in whole) * 5 > len(whole):
        raise Refused("unreadable", _NO_CHARACTERS)
    yield from text


def _is_unreadable(character: str) -> bool:
    return character == "\ufffd" or "\ue000" <= character <= "\uf8ff"


def _pages(content: bytes) -> Iterator[list[Element]]:
    reader = pypdf.PdfReader(BytesIO(content))
    _unlock(reader)
    if len(reader.pages) > MOST_PAGES:
        raise Refused("too-large", _TOO_LONG)
    budget = _Budget()
    for page in reader.pages:
        painted = page.get_contents()
        budget.weigh(len(painted.get_data()) if painted is not None else 0)
        canvas = _Canvas(budget)
        page.extract_text(visitor_operand_before=canvas.step, visitor_text=canvas.paint)
        yield page_elements(canvas.pieces, grids(canvas.pen.level, canvas.pen.upright))


def _unlock(reader: pypdf.PdfReader) -> None:
    """Open a file that is protected against changes only; raises Refused unreadable where a password is needed."""
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("unreadable", _LOCKED)
    except DependencyError:
        raise Refused("unreadable", _LOCKED) from None


class _Budget:
    """What is left of the work one document may cost."""

    def __init__(self) -> None:
        self._steps, self._content = MOST_STEPS, MOST_CONTENT

    def spend(self, steps: int) -> None:
        """Count painting steps; raises Refused too-large when there were too many."""
        self._steps -= steps
        if self._steps < 0:
            raise Refused("too-large", _TOO_LONG)

    def weigh(self, content: int) -> None:
        """Count the bytes of a page's content; raises Refused too-large when there were too many."""
        self._content -= content
        if self._content < 0:
            raise Refused("too-large", _TOO_LONG)


class _Canvas:
    """Gathers what one page paints."""

    def __init__(self, budget: _Budget) -> None:
        self.pieces: list[Piece] = []
        self.pen = Pen()
        self._budget = budget

    def step(
        self, operator: bytes, operands: Sequence[object], matrix: list[float], text_matrix: object
    ) -> None:
        """Called before each painting step."""
        self._budget.spend(_FORM_STEPS if operator == b"Do" else 1)
        if operator in PATH_STEPS:
            self.pen.draw(operator, [float(one) for one in operands if isinstance(one, int | float)], matrix)

    def paint(
        self, text: str, matrix: list[float], text_matrix: list[float], font: object, size: float
    ) -> None:
        """Called with each piece of text and the place where it begins."""
        words = text.replace("\n", "")
        if words.strip():
            _, b, _, d, e, f = text_matrix
            x = e * matrix[0] + f * matrix[2] + matrix[4]
            y = e * matrix[1] + f * matrix[3] + matrix[5]
            tall = abs(size * d * matrix[3]) or abs(size * b * matrix[2]) or abs(size)
            lead = len(words) - len(words.lstrip(" "))  # the reader's own blank for a gap before the piece
            self.pieces.append(Piece(x, y, max(tall, 1.0), words[lead:]))

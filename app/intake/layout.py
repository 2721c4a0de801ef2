"""Pieces of text with their places → lines → paragraphs, as a Chinese official page is set.

A paragraph's lines reach the right edge until its last; its first is indented. In a table without ruled lines (those with
them: `ruled`), pieces stand beside or above the one before: each cell becomes a line of its own, which
`workflows.document` reads as a table whose rules were lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workflows.document.items.numbering import marks
from workflows.document.script import fold

_PAGE_NUMBER = re.compile(
    r"^(?:[-·.]?\s?\d{1,4}\s?[-·.]?|-{1,2}\s?\d{1,4}\s?-{1,2}|\d{1,4}\s?/\s?\d{1,4}|第\s?\d{1,4}\s?页"
    r"(?:[,/\s]?\s?共\s?\d{1,4}\s?页)?|(?:page|p\.?)\s?\d{1,4}(?:\s?of\s?\d{1,4})?)$",
    re.IGNORECASE,
)
_EDGE_LINES = 2
"""Lines at the top and at the foot of a page among which running heads are looked for."""

_SENTENCE_END = re.compile(r"[。！？；!?;:：][”』」）)]?$|[）)]$")
_SAME = 0.35
"""Of a character's height: baselines closer than this are one line."""

_SLACK = 2.2
"""Characters a full line may fall short of the edge: punctuation and figures do not break."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text painted at once: where its baseline begins, in points, how tall it is, and its words."""

    x: float
    y: float
    size: float
    words: str


@dataclass(slots=True)
class Line:
    """A line as printed: its place, its words, whether it stands in a table's cell, and where it ends, as estimated."""

    x: float
    y: float
    size: float
    words: str
    end: float
    cell: bool = False

    @property
    def middle(self) -> float:
        """Half way between its ends, in points."""
        return (self.x + self.end) / 2


def width(words: str) -> float:
    """The width of the words, in characters of full width."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in words)


def page_lines(pieces: Iterable[Piece]) -> list[Line]:
    """The lines of a page as painted, in that order; a wide gap ends a line."""
    found: list[Line] = []
    for piece in pieces:
        end = piece.x + width(piece.words) * piece.size
        if found and _goes_on(found[-1], piece):
            found[-1].words = joined(found[-1].words, piece.words)
            found[-1].end = max(found[-1].end, end)
        else:
            found.append(Line(piece.x, piece.y, piece.size, piece.words.rstrip(" "), end))
    return found


def _goes_on(line: Line, piece: Piece) -> bool:
    """Whether the piece follows on the same baseline without a gap; Latin letters are wider than estimated."""
    letters = sum(character.isascii() and character.isalpha() for character in line.words[-20:])
    widest = line.size * (0.75 + letters * 0.25)
    same = abs(piece.y - line.y) < _SAME * line.size
    return same and piece.x > line.x and -3 * line.size < piece.x - line.end < widest


def with_cells(page: Sequence[Line]) -> list[Line]:
    """The lines of a page with those of one cell put together: a cell stands beside or above what was painted before."""
    for last, line in pairwise(page):
        if line.y > last.y - _SAME * last.size:
            last.cell = line.cell = True
    found: list[Line] = []
    above: Line | None = None
    for line in page:
        if above is not None and _wraps_in_cell(above, line):
            found[-1].words, found[-1].cell = joined(found[-1].words, line.words), True
            line.cell = True
        else:
            found.append(replace(line))
        above = line
    return found


def _wraps_in_cell(last: Line, line: Line) -> bool:
    """Whether the line is the next of the same cell: just below, at the same edge or about the same middle."""
    below = _SAME * last.size < last.y - line.y < 2.2 * last.size
    near = min(abs(last.x - line.x), abs(last.middle - line.middle)) < 0.7 * last.size
    narrow = len(last.words) <= 2 and len(line.words) <= 2 and line.cell
    return (last.cell or narrow) and below and near and abs(last.size - line.size) < 0.5


def joined(before: str, after: str) -> str:
    """The words as one: a blank only between Latin words."""
    left, right = before.rstrip(" "), after.lstrip(" ")
    latin = (
        bool(left and right) and left[-1].isascii() and right[0].isascii() and (left[-1] + right[0]).isalpha()
    )
    return f"{left} {right}" if latin else left + right


def without_running_heads(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without what stands at the head or foot of most of them, and without page numbers."""
    seen = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    often = {key for key, count in seen.items() if count >= 3 and count * 2 > len(pages)}
    kept = []
    for page in pages:
        edges = {id(line) for line in _edges(page) if _key(line) in often or _is_page_number(line, page)}
        kept.append([line for line in page if id(line) not in edges])
    return kept


def _edges(page: list[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: -line.y)
    return (
        by_height if len(by_height) <= 2 * _EDGE_LINES else by_height[:_EDGE_LINES] + by_height[-_EDGE_LINES:]
    )


def _key(line: Line) -> tuple[int, str]:
    return round(line.y / 4), re.sub(r"\d+", "#", line.words.replace(" ", ""))


def _is_page_number(line: Line, page: list[Line]) -> bool:
    """Whether it looks like one and stands alone at its height, as the number in a table's row does not."""
    beside = sum(abs(other.y - line.y) < line.size for other in page)
    return beside == 1 and bool(_PAGE_NUMBER.match(fold(line.words).strip()))


def paragraphs(lines: Sequence[Line], shape: Shape) -> Iterator[str]:
    """The lines, at least one, joined into paragraphs."""
    open_words = lines[0].words
    for before, line in pairwise(lines):
        if shape.continues(before, line):
            open_words = joined(open_words, line.words)
        else:
            yield tidy(open_words)
            open_words = line.words
    yield tidy(open_words)


_LOOSE = re.compile(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])")


def tidy(words: str) -> str:
    """The words without the blanks that typesetting puts between Chinese and figures."""
    return _LOOSE.sub("", words).strip()


class Shape:
    """How the document is set: its size of type, its left and right edges."""

    def __init__(self, lines: Sequence[Line]) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[round(line.size, 1)] += len(line.words)
        self.size = sizes.most_common(1)[0][0] if sizes else 1.0
        body = [line for line in lines if abs(line.size - self.size) < 0.5 and not line.cell]
        self.left = min((line.x for line in body), default=0.0)
        ends = sorted(line.end for line in body)
        self.right = ends[int(len(ends) * 0.9)] if ends else 0.0
        self.indents = any(self._is_indented(line) for line in body)

    def continues(self, before: Line, line: Line) -> bool:
        """Whether a line belongs to the paragraph of the one before it."""
        if before.cell or line.cell or abs(before.size - line.size) > 0.5:
            return False
        if line.size > self.size * 1.2:
            return 0 < before.y - line.y < 2.2 * line.size  # a title of several lines
        if before.end < self.right - _SLACK * self.size:
            return False
        if self.indents:
            return not self._is_indented(line)
        return not _SENTENCE_END.search(before.words) and not _opens_item(line.words)

    def _is_indented(self, line: Line) -> bool:
        return self.left + self.size < line.x < self.left + 6 * self.size


def _opens_item(words: str) -> bool:
    first = next(marks(fold(words[:12])), None)
    return first is not None and first.start == 0

"""Where the items of a document begin and end, and which stands under which.

Numbers open an item at the head of a line. Where line breaks were lost they open one inside a line too, if
they follow the end of a sentence, a bracket or a space and continue the count; a heading may also run straight
into its first item (…实效性（一）研究…).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from workflows.document.items.numbering import Mark, Rank, marks
from workflows.document.script import HAN

_SENTENCE_ENDS = "。)]:!?”\"'"
_HEADING_LENGTH = 80
"""A heading is not longer than this; beyond it a number in running text is a reference."""


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of text under one number, up to the next number; the head of the document has no mark."""

    mark: Mark | None
    start: int
    body: int
    end: int
    ancestors: tuple[int, ...] = ()

    @property
    def rank(self) -> int:
        """The rank of the number; 0 for the unnumbered head of the document."""
        return int(self.mark.rank) if self.mark else 0


class _Count:
    """What has been counted so far: the last value of each style, under the present heading and at all."""

    def __init__(self) -> None:
        self.here: dict[Rank, int] = {}
        self.ever: dict[Rank, int] = {}
        self.last: Mark | None = None

    def expects(self, mark: Mark) -> bool:
        """Whether the mark begins a count or continues one."""
        following = {1, self.here.get(mark.rank, 0) + 1, self.ever.get(mark.rank, 0) + 1}
        return mark.value in following

    def take(self, mark: Mark) -> None:
        """Note the mark; a wider style ends the counts below it."""
        self.here = {rank: value for rank, value in self.here.items() if rank <= mark.rank}
        self.here[mark.rank] = self.ever[mark.rank] = mark.value
        self.last = mark


def accepted_marks(folded: str) -> tuple[Mark, ...]:
    """The numbers that open an item, in order."""
    count = _Count()
    found: list[Mark] = []
    for mark in marks(folded):
        if _opens_item(folded, mark, count):
            count.take(mark)
            found.append(mark)
    return tuple(found)


def _opens_item(folded: str, mark: Mark, count: _Count) -> bool:
    before = mark.start
    while before and folded[before - 1] in " \t":
        before -= 1
    if before == 0 or folded[before - 1] == "\n":
        return not _stands_alone(folded, mark)
    if mark.rank in {Rank.DIGIT_BRACKET, Rank.CIRCLE, Rank.DOTTED}:
        return False  # inside a line these enumerate within a sentence
    spaced = before < mark.start
    runs_on = _heading_runs_on(folded, mark, count.last)
    if not (spaced or folded[before - 1] in _SENTENCE_ENDS or runs_on):
        return False
    first_of_style = mark.rank not in count.ever
    wide = mark.rank in {Rank.HAN, Rank.HAN_BRACKET} and folded[before - 1] in "。)]"
    wide = wide or folded[before - 1] == ":"
    return count.expects(mark) or (first_of_style and (spaced or runs_on or wide))


def _stands_alone(folded: str, mark: Mark) -> bool:
    """A number alone on its line is a page number or a table's cell."""
    rest = mark.end
    while rest < len(folded) and folded[rest] in " \t":
        rest += 1
    return rest == len(folded) or (folded[rest] == "\n" and mark.rank in {Rank.DIGIT, Rank.DOTTED})


def _heading_runs_on(folded: str, mark: Mark, heading: Mark | None) -> bool:
    if heading is None or heading.rank >= mark.rank or mark.rank > Rank.DIGIT:
        return False
    between = mark.start - heading.end
    return 2 <= between <= _HEADING_LENGTH and folded.find("。", heading.end, mark.start) < 0


def items(folded: str, opening: Sequence[Mark], boxes: Sequence[tuple[int, int]] = ()) -> tuple[Item, ...]:
    """The document cut at the opening marks; text inside a box belongs to no item."""
    box_starts = {start for start, _ in boxes}
    by_start: dict[int, Mark | None] = {
        0: None,
        **{end: None for _, end in boxes},
        **{mark.start: mark for mark in opening},
    }
    edges = sorted({*by_start, *box_starts, len(folded)})
    found: list[Item] = []
    path: list[int] = []
    for start, end in pairwise(edges):
        if start in box_starts or start not in by_start:
            continue
        mark = by_start[start]
        while mark and path and found[path[-1]].rank >= mark.rank:
            path.pop()
        found.append(Item(mark, start, mark.end if mark else start, end, tuple(path) if mark else ()))
        if mark:
            path.append(len(found) - 1)
    return tuple(found)


_LOST_BREAK = re.compile(f"(?<=[{HAN}”。)])[ \t]+(?=[{HAN}“(])")
_TITLE_END = re.compile(r"[。\n]")
_TITLE_LENGTH = 400


def heading_end(folded: str, start: int, end: int) -> int:
    """Where the heading phrase that begins at `start` ends: before the first 。, at the line's end, or at the
    space that stands where a line break was lost."""
    limit = min(end, start + _TITLE_LENGTH)
    stop = _TITLE_END.search(folded, start, limit)
    stop_at = stop.start() if stop else limit
    gap = _LOST_BREAK.search(folded, start, stop_at)
    if gap and gap.start() - start >= 2:
        stop_at = gap.start()
    while stop_at > start and folded[stop_at - 1] in " \t;:,、":
        stop_at -= 1
    return stop_at


def skip_blank(folded: str, start: int, end: int) -> int:
    """The first position from `start` on that holds neither a blank nor a stray stop."""
    while start < end and folded[start] in " \t\n。;,、.:":
        start += 1
    return start

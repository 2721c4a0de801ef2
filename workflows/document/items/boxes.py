"""The parts of a document that hold numbers and units but no tasks: boxes (专栏) and tables of contents (目录)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workflows.document.items.numbering import Mark, Rank

_BOX = re.compile(
    r"^[ \t]*专\s?栏[ \t]?[\d一二三四五六七八九十]{0,3}(?=[ \t:、.]|$)|(?<=[。)\] ])专栏[ \t]?[\d一二三四五六七八九十]{1,3}(?=[ \t:])",
    re.MULTILINE,
)
_CONTENTS = re.compile(r"^[ \t]*目\s{0,4}录(?:/提纲)?[ \t]*(?::.{0,9})?$", re.MULTILINE)
_CONTENTS_LENGTH = 6000


def boxes(folded: str, opening: Sequence[Mark]) -> tuple[tuple[int, int], ...]:
    """Start and end of each box: from its 专栏 line to the next number that goes on with the count outside it."""
    found: list[tuple[int, int]] = []
    for line in _BOX.finditer(folded):
        if not found or line.start() >= found[-1][1]:
            found.append((line.start(), _box_end(folded, line.start(), opening)))
    return tuple(found)


def _box_end(folded: str, start: int, opening: Sequence[Mark]) -> int:
    last: dict[Rank, int] = {}
    for mark in opening:
        if mark.start < start:
            last[mark.rank] = mark.value
        elif mark.rank <= Rank.HAN_BRACKET or mark.value == last.get(mark.rank, -1) + 1:
            return mark.start
    return len(folded)


def contents(folded: str, opening: Sequence[Mark]) -> tuple[int, int] | None:
    """Start and end of the table of contents: it ends where its first heading is printed again."""
    head = _CONTENTS.search(folded, 0, 4000)
    first = next((mark for mark in opening if head and mark.start >= head.end()), None)
    if head is None or first is None:
        return None
    heading = folded[first.start : first.end + 8].partition("\n")[0]
    again = folded.find(heading, first.end, first.end + _CONTENTS_LENGTH)
    return (head.start(), again) if again > 0 else None

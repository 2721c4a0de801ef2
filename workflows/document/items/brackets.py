"""Brackets in a stretch of folded text: which belong together, and which were never closed. One pass, no recursion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_BRACKET = re.compile(r"[()\[\]]")

LONGEST_CLAUSE = 1500
"""No unit clause is longer; a longer bracket is two damaged ones and is looked into instead."""


@dataclass(frozen=True, slots=True)
class Brackets:
    """`groups`: start and end (both brackets included) of the outermost pairs; `unclosed`: openers without an end."""

    groups: tuple[tuple[int, int], ...]
    unclosed: tuple[int, ...]


def match_brackets(folded: str, start: int, end: int) -> Brackets:
    """The brackets between `start` and `end`. Any closer closes the nearest opener: sites mix （ with )."""
    pairs: list[tuple[int, int]] = []
    open_at: list[int] = []
    for bracket in _BRACKET.finditer(folded, start, end):
        if bracket.group() in "([":
            open_at.append(bracket.start())
        elif open_at:
            pairs.append((open_at.pop(), bracket.end()))
    return Brackets(_outermost(pairs), tuple(open_at))


def _outermost(pairs: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    for pair in sorted(pairs):
        if pair[1] - pair[0] <= LONGEST_CLAUSE and (not kept or pair[0] >= kept[-1][1]):
            kept.append(pair)
    return tuple(kept)


def split_outside(folded: str, start: int, end: int, separators: str) -> list[tuple[int, int]]:
    """The pieces of the stretch between `separators` that stand in no bracket; empty pieces are left out."""
    pieces: list[tuple[int, int]] = []
    depth, piece = 0, start
    for found in _edges(separators).finditer(folded, start, end):
        character = found.group()
        if character in "([":
            depth += 1
        elif character in ")]":
            depth = max(0, depth - 1)
        elif depth == 0:
            pieces.append((piece, found.start()))
            piece = found.end()
    pieces.append((piece, end))
    trimmed = (trim(folded, first, last) for first, last in pieces)
    return [(first, last) for first, last in trimmed if first < last]


@cache
def _edges(separators: str) -> re.Pattern[str]:
    return re.compile(f"[()\\[\\]{re.escape(separators)}]")


def trim(folded: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without blanks and stops at its ends."""
    while start < end and folded[start] in " \t\n。,;、:.":
        start += 1
    while end > start and folded[end - 1] in " \t\n。,;、:.":
        end -= 1
    return start, end

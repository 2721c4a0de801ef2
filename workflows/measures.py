"""Indicators' values (指标值), and what share of a task they, or the occurrences held (周期), make up (累计完成).

A figure is plain decimal text in the unit of its commitment, so that what was written is what is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from workflows.commitments import Comparison
from workflows.errors import Refused

LONGEST_FIGURE = 15
"""Characters a figure may have: more than any county has children, or yuan."""

_FIGURE = re.compile(r"-?\d+(\.\d+)?")
_RELATIVE = frozenset({"%", "％"})
_SINCE_BEFORE = frozenset({Comparison.NOT_FALL, Comparison.NOT_RISE})
_SINCE_FIRST = frozenset({Comparison.RISE_BY, Comparison.FALL_BY})


def plain_figure(words: str, unit: str = "") -> str:
    """The figure as plain decimal text: full-width digits, thousands' commas and its unit behind it are understood.

    An empty string stays empty; raises Refused invalid.
    """
    bare = unicodedata.normalize("NFKC", words).replace(",", "").replace(" ", "")
    bare = bare.removesuffix(unicodedata.normalize("NFKC", unit)) if unit else bare
    if not bare:
        return ""
    if len(bare) > LONGEST_FIGURE or not _FIGURE.fullmatch(bare):
        raise Refused("invalid", f"指标值请只填数字，例如 85 或 85.5，最多{LONGEST_FIGURE}位。")
    return bare


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator and its values, as plain decimal text: now, in the report before (`before`), and in the first
    (`first`); empty where one is lacking. `target` is empty where the document leaves it blank.
    """

    comparison: Comparison | None
    target: str
    unit: str
    value: str
    before: str = ""
    first: str = ""

    @property
    def percent(self) -> int | None:
        """How far it is, 0–100, rounded down, so that only what is reached is 100; None where nothing can be told."""
        if not self.value:
            return None
        if self.comparison in _SINCE_BEFORE:
            return _kept(self.comparison, Decimal(self.value), _number(self.before))
        target = _number(self.target)
        if target is None:
            return None
        if self.comparison in _SINCE_FIRST:
            return _moved(self, target)
        if self.comparison is Comparison.AT_MOST:
            return _share(target, Decimal(self.value))
        return _share(Decimal(self.value), target)


def derived_percent(readings: Iterable[Reading]) -> int | None:
    """累计完成 of a task by its indicators: their mean, each counting the same; None where none of them tells.

    Only a task whose every indicator is reached is all done (reference a.2, T4: 指标核定达标).
    """
    known = [percent for reading in readings if (percent := reading.percent) is not None]
    return sum(known) // len(known) if known else None


def held_percent(held: int, periods: int) -> int:
    """累计完成 of what recurs: occurrences held of the periods there are (reference a.2, T3: 按周期完成率)."""
    return min(100, held * 100 // periods) if periods > 0 else 0


def _number(words: str) -> Decimal | None:
    """A target or value; None where it is blank or no plain number (the document's words are its own)."""
    bare = unicodedata.normalize("NFKC", words).replace(",", "").strip()
    return Decimal(bare) if _FIGURE.fullmatch(bare) else None


def _share(part: Decimal, whole: Decimal) -> int:
    if part >= whole:
        return 100
    return max(0, int(part * 100 / whole)) if whole > 0 else 0


def _kept(comparison: Comparison | None, value: Decimal, before: Decimal | None) -> int:
    """只增不减, 只减不增: kept or not; the first value has nothing to be held against."""
    if before is None:
        return 100
    kept = value >= before if comparison is Comparison.NOT_FALL else value <= before
    return 100 if kept else 0


def _moved(reading: Reading, target: Decimal) -> int:
    """提高5个百分点, 下降10%: the way made since the first value; in % it is counted of that value."""
    first = _number(reading.first)
    if first is None:
        return 0
    way = Decimal(reading.value) - first
    if reading.comparison is Comparison.FALL_BY:
        way = -way
    return _share(way, abs(first) * target / 100 if reading.unit in _RELATIVE else target)

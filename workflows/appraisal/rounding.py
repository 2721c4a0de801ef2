"""Where points are rounded: once, half up, to a hundredth; and how marks are shared out so that nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction


def hundredths(points: Fraction) -> int:
    """The nearest whole number, half away from zero (四舍五入)."""
    sign = -1 if points < 0 else 1
    return sign * int(abs(points) + Fraction(1, 2))


def added(values: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    """The exact sum of the products: whole numbers are added over each denominator, fractions only at the end."""
    over: dict[int, int] = defaultdict(int)
    for one, other in values:
        over[one.denominator * other.denominator] += one.numerator * other.numerator
    return sum((Fraction(whole, denominator) for denominator, whole in over.items()), Fraction(0))


def spread(total: int, over: Sequence[int]) -> list[int]:
    """`total` shared out in proportion, in whole numbers that add up to it: the largest remainders are rounded up.

    All zeros where there is nothing to share among.
    """
    whole = sum(over)
    if not whole:
        return [0] * len(over)
    exact = [Fraction(total * part, whole) for part in over]
    found = [int(share) for share in exact]
    by_remainder = sorted(range(len(over)), key=lambda at: (found[at] - exact[at], at))
    for at in by_remainder[: total - sum(found)]:
        found[at] += 1
    return found


def said(points: int) -> str:
    """Points as people read them: 92.50 is 92.5, a loss has its sign."""
    sign = "-" if points < 0 else ""
    return f"{sign}{abs(points) // 100}.{abs(points) % 100:02d}".rstrip("0").rstrip(".")

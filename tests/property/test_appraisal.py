"""Formulas and scores hold for anything: only Refused is raised, shares stay within 0 and 1, more of a good thing is better."""

from __future__ import annotations

import contextlib
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.scoring import EDUCATION, account, report, task
from workflows.appraisal import Fact, Material, Scheme, parse, tallies
from workflows.appraisal.facts import BY_NAME
from workflows.appraisal.rounding import hundredths, spread
from workflows.errors import Refused
from workflows.lifecycle import ClosingGrade
from workflows.light import Pace
from workflows.units import Share

PIECES = [
    *BY_NAME,
    *"+-*/%(),（）×÷，．",
    "最大",
    "最小",
    "平均",
    "0",
    "1",
    "0.5",
    "33",
    "登录次数",
    "abc",
    " ",
    "½",
    "٣",
]
NAMES = st.sampled_from(list(BY_NAME))
RATIOS = st.fractions(0, 1, max_denominator=50)
KNOWN = st.dictionaries(st.sampled_from(list(Fact)), st.none() | RATIOS)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=220), KNOWN)
def test_whatever_is_typed_gives_a_share_or_is_refused(text: str, known: dict[Fact, Fraction | None]) -> None:
    with contextlib.suppress(Refused):
        value = parse(text).value(known)
        assert value is None or 0 <= value <= 1


@given(NAMES, NAMES, st.integers(0, 100), RATIOS, RATIOS, RATIOS)
def test_a_sum_of_weighted_facts_never_falls_when_a_fact_rises(
    one: str, other: str, weight: int, low: Fraction, high: Fraction, rest: Fraction
) -> None:
    formula = parse(f"{one}*{weight}%+{other}*{100 - weight}%")
    known = {BY_NAME[other]: rest}
    before = formula.value({**known, BY_NAME[one]: min(low, high)})
    after = formula.value({**known, BY_NAME[one]: max(low, high)})
    assert before is not None
    assert after is not None
    assert before <= after


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12))
def test_spread_marks_add_up_and_keep_their_order(parts: list[int]) -> None:
    found = spread(10_000, parts)
    assert sum(found) == (10_000 if any(parts) else 0)
    for part, share in zip(parts, found, strict=True):
        assert part or not share
        assert abs(share - Fraction(10_000 * part, sum(parts) or 1)) < 1


@given(st.fractions(-1000, 1000))
def test_points_are_rounded_half_up_to_the_nearest_hundredth(points: Fraction) -> None:
    assert abs(hundredths(points) - points) <= Fraction(1, 2)
    assert hundredths(-points) == -hundredths(points)


TASKS = st.lists(
    st.tuples(
        st.sampled_from(Share), st.booleans(), st.sampled_from(Pace), st.none() | st.sampled_from(ClosingGrade),
        st.sampled_from(["in time", "late", "missing"]),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@given(TASKS)
def test_twice_the_tasks_at_the_same_quality_is_the_same_score(
    made: list[tuple[Share, bool, Pace, ClosingGrade | None, str]],
) -> None:
    def points(times: int) -> int:
        tasks, duties = [], []
        for number, (share, closed, pace, grade, filing) in enumerate(made * times, start=1):
            day = task(1, {}).deadline_on if closed else None
            tasks.append(task(number, {EDUCATION: share}, closed=day, grade=grade, pace=pace))
            late, missing = filing == "late", filing == "missing"
            duties.append(report(number, EDUCATION, number, late=late, missing=missing))
        return tallies(Material(account(*tasks, duties=tuple(duties))), Scheme())[EDUCATION].points

    assert points(1) == points(2) == points(5)

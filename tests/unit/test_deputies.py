"""Standing in: chains are followed, bounded, and end before they close into a circle."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.deputies import MOST_HOPS, Absence, acts_for, chain, recipient, standing_in

A, B, C, D, E = range(1, 6)
EVERYBODY = {A, B, C, D, E}

deputies_of_somebody = st.dictionaries(st.integers(1, 8), st.integers(1, 8), max_size=8).map(
    lambda found: {away: deputy for away, deputy in found.items() if away != deputy}
)


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2025, 3, 3), False),
        (date(2025, 3, 4), True),
        (date(2025, 3, 6), True),
        (date(2025, 3, 7), False),
    ],
)
def test_both_the_first_and_the_last_day_count(day: date, covered: bool) -> None:
    away = Absence(A, B, date(2025, 3, 4), date(2025, 3, 6))
    assert standing_in([away], day) == ({A: B} if covered else {})


def test_who_is_there_gets_his_own_letters() -> None:
    assert recipient(A, {}, EVERYBODY) == A
    assert recipient(A, {}, set()) is None


def test_a_chain_is_followed_to_its_end() -> None:
    assert recipient(A, {A: B, B: C}, EVERYBODY) == C


def test_a_chain_is_bounded() -> None:
    longer = {n: n + 1 for n in range(1, 10)}
    assert chain(1, longer) == (1, 2, 3, 4)
    assert len(chain(1, longer)) == MOST_HOPS + 1
    assert recipient(1, longer, set(range(1, 11))) == 4


def test_a_circle_ends_before_it_closes() -> None:
    assert chain(A, {A: B, B: A}) == (A, B)
    assert recipient(A, {A: B, B: A}, EVERYBODY) == B
    assert recipient(B, {A: B, B: A}, EVERYBODY) == A


def test_a_deputy_no_letter_reaches_is_passed_over_backwards() -> None:
    assert recipient(A, {A: B, B: C}, {A, B}) == B
    assert recipient(A, {A: B, B: C}, {A}) == A
    assert recipient(A, {A: B}, set()) is None


def test_a_deputy_of_somebody_no_letter_reaches_gets_them() -> None:
    assert recipient(A, {A: B}, {B}) == B


def test_who_stands_in_acts_for_all_along_the_chain_and_for_nobody_else() -> None:
    deputies = {A: B, B: C, D: E}
    assert acts_for(C, deputies) == {A, B}
    assert acts_for(B, deputies) == {A}
    assert acts_for(A, deputies) == frozenset()
    assert acts_for(E, deputies) == {D}


@given(deputies_of_somebody, st.integers(1, 8), st.sets(st.integers(1, 8)))
def test_letters_go_to_somebody_who_may_act_for_whom_they_were_meant(
    deputies: dict[int, int], person: int, reachable: set[int]
) -> None:
    reached = recipient(person, deputies, reachable)
    if person in reachable:
        assert reached is not None
    if reached is not None:
        assert reached in reachable
        assert reached == person or person in acts_for(reached, deputies)

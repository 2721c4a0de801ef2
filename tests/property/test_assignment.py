"""Laws of the parts: nobody named is lost, nobody acts twice."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from workflows.assignment import RANK, Named, expand, filing_unit
from workflows.units import Share

units = st.integers(1, 8)
through = st.dictionaries(units, units, max_size=8)
names = st.builds(
    Named,
    st.sampled_from(Share),
    st.lists(units, min_size=1, max_size=4, unique=True).map(tuple),
    st.none() | st.just(100),
)


@given(st.lists(names, max_size=6), through)
def test_every_named_unit_acts_once_itself_or_through_another(
    named: list[Named], files_through: Mapping[int, int]
) -> None:
    parts = expand(named, files_through)
    acting = [part.unit_id for part in parts]
    assert len(acting) == len(set(acting))
    assert set(acting) == {filing_unit(unit, files_through) for name in named for unit in name.unit_ids}


@given(st.lists(names, max_size=6), through)
def test_a_unit_acts_with_the_highest_share_it_was_named_with_or_a_lead_by_first_place(
    named: list[Named], files_through: Mapping[int, int]
) -> None:
    for part in expand(named, files_through):
        shares = [
            name.share
            for name in named
            for unit in name.unit_ids
            if filing_unit(unit, files_through) == part.unit_id
        ]
        highest = min(shares, key=RANK.__getitem__)
        assert part.share is highest or (part.share is Share.LEAD and highest is Share.RESPONSIBLE)


@given(st.lists(names, max_size=6), through)
def test_a_lead_by_first_place_exists_only_where_none_is_named(
    named: list[Named], files_through: Mapping[int, int]
) -> None:
    named_lead = any(name.share is Share.LEAD for name in named)
    responsible = [name for name in named if name.share is Share.RESPONSIBLE]
    leads = {part.unit_id for part in expand(named, files_through) if part.share is Share.LEAD}
    if named_lead:
        of_named = {u for name in named if name.share is Share.LEAD for u in name.unit_ids}
        assert leads == {filing_unit(unit, files_through) for unit in of_named}
    elif responsible and responsible[0].group_id is None:
        assert leads == {filing_unit(unit, files_through) for unit in responsible[0].unit_ids}
    else:
        assert leads == set()


@given(units, through)
def test_filing_ends_and_a_unit_in_a_circle_files_itself(unit: int, files_through: Mapping[int, int]) -> None:
    filing = filing_unit(unit, files_through)
    assert filing == unit or filing not in files_through

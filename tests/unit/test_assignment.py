"""From printed names to the units that act."""

from __future__ import annotations

import pytest

from workflows.assignment import Named, Part, expand, filing_unit
from workflows.units import Share

EDUCATION, FINANCE, CIVIL, KINDERGARTEN_A, KINDERGARTEN_B, COUNTY = 1, 2, 3, 11, 12, 20
KINDERGARTENS = 100

LEAD, RESPONSIBLE, SUPPORT = Share.LEAD, Share.RESPONSIBLE, Share.SUPPORT


def test_each_name_becomes_a_part_in_the_order_of_the_document() -> None:
    named = [Named(LEAD, (EDUCATION,)), Named(RESPONSIBLE, (CIVIL,)), Named(RESPONSIBLE, (FINANCE,))]
    assert expand(named, {}) == [Part(EDUCATION, LEAD), Part(CIVIL, RESPONSIBLE), Part(FINANCE, RESPONSIBLE)]


def test_leads_stand_before_responsible_and_supporting_units() -> None:
    named = [Named(SUPPORT, (FINANCE,)), Named(RESPONSIBLE, (CIVIL,)), Named(LEAD, (EDUCATION,))]
    assert expand(named, {}) == [Part(EDUCATION, LEAD), Part(CIVIL, RESPONSIBLE), Part(FINANCE, SUPPORT)]


def test_without_a_named_lead_the_first_responsible_unit_leads() -> None:
    named = [Named(SUPPORT, (CIVIL,)), Named(RESPONSIBLE, (FINANCE,)), Named(RESPONSIBLE, (EDUCATION,))]
    assert expand(named, {}) == [Part(FINANCE, LEAD), Part(EDUCATION, RESPONSIBLE), Part(CIVIL, SUPPORT)]


def test_a_collective_in_the_first_place_does_not_lead() -> None:
    kindergartens = Named(RESPONSIBLE, (KINDERGARTEN_A, KINDERGARTEN_B), KINDERGARTENS)
    parts = expand([kindergartens, Named(RESPONSIBLE, (EDUCATION,))], {})
    assert [part.share for part in parts] == [RESPONSIBLE] * 3


def test_supporting_units_alone_have_no_lead() -> None:
    assert expand([Named(SUPPORT, (FINANCE,))], {}) == [Part(FINANCE, SUPPORT)]


def test_nobody_named_is_nobody_acting() -> None:
    assert expand([], {}) == []


def test_a_collective_becomes_its_members_each_of_whom_remembers_it() -> None:
    named = [
        Named(LEAD, (EDUCATION,)),
        Named(RESPONSIBLE, (KINDERGARTEN_A, KINDERGARTEN_B), KINDERGARTENS),
    ]
    assert expand(named, {}) == [
        Part(EDUCATION, LEAD),
        Part(KINDERGARTEN_A, RESPONSIBLE, group_id=KINDERGARTENS),
        Part(KINDERGARTEN_B, RESPONSIBLE, group_id=KINDERGARTENS),
    ]


def test_a_collective_may_lead_when_the_document_says_so() -> None:
    named = [Named(LEAD, (KINDERGARTEN_A, KINDERGARTEN_B), KINDERGARTENS), Named(RESPONSIBLE, (EDUCATION,))]
    assert [part.share for part in expand(named, {})] == [LEAD, LEAD, RESPONSIBLE]


def test_a_unit_that_files_through_another_is_acted_for_by_it() -> None:
    named = [Named(LEAD, (COUNTY,)), Named(RESPONSIBLE, (FINANCE,))]
    assert expand(named, {COUNTY: EDUCATION}) == [
        Part(EDUCATION, LEAD, on_behalf_of=COUNTY),
        Part(FINANCE, RESPONSIBLE),
    ]


def test_whoever_leads_and_shares_acts_once_as_lead() -> None:
    named = [Named(RESPONSIBLE, (EDUCATION,)), Named(RESPONSIBLE, (FINANCE,)), Named(LEAD, (EDUCATION,))]
    assert expand(named, {}) == [Part(EDUCATION, LEAD), Part(FINANCE, RESPONSIBLE)]


def test_whoever_leads_for_another_and_shares_himself_acts_once_as_lead() -> None:
    named = [Named(LEAD, (COUNTY,)), Named(RESPONSIBLE, (EDUCATION,))]
    assert expand(named, {COUNTY: EDUCATION}) == [Part(EDUCATION, LEAD, on_behalf_of=COUNTY)]


def test_a_unit_named_alone_and_in_a_collective_keeps_its_own_place() -> None:
    named = [
        Named(LEAD, (KINDERGARTEN_A,)),
        Named(RESPONSIBLE, (KINDERGARTEN_A, KINDERGARTEN_B), KINDERGARTENS),
    ]
    assert expand(named, {}) == [
        Part(KINDERGARTEN_A, LEAD),
        Part(KINDERGARTEN_B, RESPONSIBLE, group_id=KINDERGARTENS),
    ]


@pytest.mark.parametrize(
    ("files_through", "filing"),
    [
        ({}, 1),
        ({1: 2}, 2),
        ({1: 2, 2: 3}, 3),
        ({2: 3}, 1),
        ({1: 1}, 1),
        ({1: 2, 2: 1}, 1),  # a circle: he files himself
        ({1: 2, 2: 3, 3: 1}, 1),
        ({1: 2, 2: 3, 3: 2}, 1),  # a circle further on
    ],
)
def test_filing_follows_the_naming_and_stops_at_circles(files_through: dict[int, int], filing: int) -> None:
    assert filing_unit(1, files_through) == filing

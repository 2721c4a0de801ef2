"""Whom a rung reaches: the people in the posts it addresses, or whoever stands in where a post is vacant."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from workflows.escalation import FALLBACK, Audience, reach

FULL: Mapping[Audience, tuple[int, ...]] = {
    Audience.LIAISON: (1, 2),
    Audience.SECTION_HEAD: (3,),
    Audience.DEPUTY_HEAD: (4,),
    Audience.HEAD: (5,),
    Audience.OFFICE: (6, 7),
    Audience.COUNTY_LEADER: (8,),
}


@pytest.mark.parametrize(
    ("post", "vacant", "reached"),
    [
        ("liaison", "", {1, 2}),
        ("liaison", "liaison", {3}),
        ("liaison", "liaison section_head", {4}),
        ("liaison", "liaison section_head deputy_head", {5}),
        ("liaison", "liaison section_head deputy_head head", {6, 7}),
        ("section_head", "section_head", {1, 2}),
        ("section_head", "section_head liaison", {4}),
        ("section_head", "section_head liaison deputy_head", {5}),
        ("section_head", "section_head liaison deputy_head head", {6, 7}),
        ("deputy_head", "deputy_head", {5}),
        ("deputy_head", "deputy_head head", {6, 7}),
        ("head", "head", {4}),
        ("head", "head deputy_head", {6, 7}),
        ("county_leader", "county_leader", {6, 7}),
        ("office", "", {6, 7}),
        ("office", "office", set()),
        ("county_leader", "county_leader office", set()),
    ],
)
def test_a_vacant_post_is_answered_for_by_the_next(post: str, vacant: str, reached: set[int]) -> None:
    contacts = {held: people for held, people in FULL.items() if held not in vacant.split()}
    own_post = {person: held for held, people in FULL.items() for person in people}
    assert reach((Audience(post),), contacts) == {person: own_post[person] for person in reached}


@pytest.mark.parametrize("post", Audience)
@pytest.mark.parametrize("empty", [{}, dict.fromkeys(Audience, ())])
def test_while_there_is_an_office_nobody_is_never_told(
    post: Audience, empty: Mapping[Audience, tuple[int, ...]]
) -> None:
    assert reach((post,), {**empty, Audience.OFFICE: (9,)}) == {9: Audience.OFFICE}
    assert post is Audience.OFFICE or FALLBACK[post][-1] is Audience.OFFICE


def test_whoever_holds_two_posts_is_told_once_by_the_first() -> None:
    contacts = {Audience.LIAISON: (1,), Audience.HEAD: (1, 2), Audience.OFFICE: (2, 3)}
    audience = (Audience.LIAISON, Audience.HEAD, Audience.OFFICE)
    assert reach(audience, contacts) == {1: Audience.LIAISON, 2: Audience.HEAD, 3: Audience.OFFICE}

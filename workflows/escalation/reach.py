"""Who in the end is told: the people in the posts a rung addresses, or whoever stands in where a post is vacant."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.escalation.letters import Audience

FALLBACK: Mapping[Audience, tuple[Audience, ...]] = MappingProxyType(
    {
        Audience.LIAISON: (Audience.SECTION_HEAD, Audience.DEPUTY_HEAD, Audience.HEAD, Audience.OFFICE),
        Audience.SECTION_HEAD: (Audience.LIAISON, Audience.DEPUTY_HEAD, Audience.HEAD, Audience.OFFICE),
        Audience.DEPUTY_HEAD: (Audience.HEAD, Audience.OFFICE),
        Audience.HEAD: (Audience.DEPUTY_HEAD, Audience.OFFICE),
        Audience.OFFICE: (),
        Audience.COUNTY_LEADER: (Audience.OFFICE,),
    }
)
"""Who is told when a unit has nobody in that post: the next above, and the office in the end. Never nobody silently."""


def reach(
    audience: tuple[Audience, ...], contacts: Mapping[Audience, tuple[int, ...]]
) -> dict[int, Audience]:
    """The people a rung speaks to, each once, with the post they hold; empty if truly nobody.

    Where an addressed post is vacant, whoever stands in for it (FALLBACK) is reached, under his own post.
    """
    people: dict[int, Audience] = {}
    for addressed in audience:
        post = next((p for p in (addressed, *FALLBACK[addressed]) if contacts.get(p)), addressed)
        for person in contacts.get(post, ()):
            people.setdefault(person, post)
    return people

"""Who stands behind what a unit reports (单位审签): its 分管领导 and 主要领导, and those who stand in for them (AB角)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app.db import session
from app.models import Person, PostHeld
from workflows.policy import Actor
from workflows.units import Post

SIGNING = (Post.DEPUTY_HEAD, Post.HEAD)
"""The posts that sign, the nearer first: 分管领导审签 (reference a.3)."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A person who signs for a unit, and the post that lets him."""

    person_id: int
    name: str
    post: Post


def signers(unit_ids: Collection[int]) -> dict[int, tuple[Signer, ...]]:
    """For each unit those who hold such a post today, 分管领导 first; a unit without any is left out."""
    held = (
        sa.select(PostHeld.unit_id, Person.id, Person.name, PostHeld.post)
        .join(Person, Person.id == PostHeld.person_id)
        .where(PostHeld.unit_id.in_(unit_ids), PostHeld.post.in_(SIGNING), Person.active)
        .order_by(PostHeld.unit_id, PostHeld.id)
    )
    found: dict[int, list[Signer]] = {}
    for unit_id, person_id, name, post in session().execute(held):
        found.setdefault(unit_id, []).append(Signer(person_id, name, post))
    return {
        unit: tuple(sorted(some, key=lambda one: SIGNING.index(one.post))) for unit, some in found.items()
    }


def signature_of(actor: Actor, some: Collection[Signer]) -> str:
    """The name under which the actor signs as one of these: his own, or with whom he stands in for; else empty."""
    own = next((one for one in some if one.person_id == actor.person_id), None)
    if own:
        return own.name
    other = next((one for one in some if one.person_id in actor.stands_for), None)
    return f"{actor.name}（代{other.name}）"[:60] if other else ""

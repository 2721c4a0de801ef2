"""How people are reached by other ways than e-mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa

from app import channels
from app.db import session
from app.models import ContactPoint


def contact_point(person_id: int, channel: str) -> str | None:
    """The person's address on that channel, unless it was found wrong."""
    found = sa.select(ContactPoint.address).where(
        ContactPoint.person_id == person_id,
        ContactPoint.channel == channel,
        ContactPoint.bounced_at.is_(None),
    )
    return session().scalar(found)


def other_ways() -> Mapping[int, tuple[str, ...]]:
    """For each person with a sound contact point, the switched-on channels it is on. Asks nothing where none is on."""
    on = channels.switched_on()
    if not on:
        return {}
    sound = (
        sa.select(ContactPoint.person_id, ContactPoint.channel)
        .where(ContactPoint.channel.in_(on), ContactPoint.bounced_at.is_(None))
        .order_by(ContactPoint.person_id, ContactPoint.channel)
    )
    ways: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for person_id, channel in session().execute(sound):
        ways[person_id] += (channel,)
    return ways


def points_of(person_id: int) -> Mapping[str, ContactPoint]:
    """All contact points of a person by channel, those of channels switched off by now included."""
    held = sa.select(ContactPoint).where(ContactPoint.person_id == person_id)
    return {point.channel: point for point in session().scalars(held)}

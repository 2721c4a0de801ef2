"""Whom letters reach: the people in each post and whoever stands in for them, day by day; looked up once for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

import sqlalchemy as sa
from flask import current_app

from app.db import session
from app.models import Deputy, Person, PostHeld, RoleHeld
from workflows.deputies import Absence, recipient, standing_in
from workflows.escalation import Audience
from workflows.policy import Role
from workflows.units import Post

Posts = Mapping[Audience, tuple[int, ...]]

UNIT_POSTS = frozenset(Audience(post.value) for post in Post)
"""The audiences that are posts of the unit itself."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person as the post office knows him. `hour` is the local hour of his digest, `fewer` whether he wants 少收."""

    id: int
    name: str
    reachable: bool
    hour: int
    fewer: bool
    bounced_at: datetime | None


class Contacts(Mapping[Audience, tuple[int, ...]]):
    """Whom each audience of one duty means on one day; an audience that reaches nobody is not in it.

    `fewer` holds those who asked for fewer letters.
    """

    __slots__ = ("_behalf", "_posts", "fewer")

    def __init__(
        self,
        posts: Posts,
        behalf: Mapping[tuple[Audience, int], str] = MappingProxyType({}),
        fewer: frozenset[int] = frozenset(),
    ) -> None:
        self._posts = {audience: people for audience, people in posts.items() if people}
        self._behalf, self.fewer = behalf, fewer

    def __getitem__(self, audience: Audience) -> tuple[int, ...]:
        return self._posts[audience]

    def __iter__(self) -> Iterator[Audience]:
        return iter(self._posts)

    def __len__(self) -> int:
        return len(self._posts)

    @property
    def in_unit(self) -> bool:
        """Whether anybody is reached in the unit itself."""
        return not UNIT_POSTS.isdisjoint(self)

    def behalf(self, audience: Audience, person_id: int) -> str:
        """The names of those whose letters that person gets under that post; empty where it is his own."""
        return self._behalf.get((audience, person_id), "")


def reachable() -> sa.ColumnElement[bool]:
    """The condition on Person that a letter can be sent at all."""
    return sa.and_(
        Person.active.is_(True), Person.email.is_not(None), Person.email != "", Person.bounced_at.is_(None)
    )


class Directory:
    """The posts of some units, the offices and leaders, and who stands in for whom from a day on."""

    def __init__(
        self,
        unit_ids: Collection[int],
        since: date,
        *,
        office_ids: Collection[int | None] = (),
        leader_ids: Collection[int | None] = (),
    ) -> None:
        self._held = _held(unit_ids)
        self._offices = _offices(office_ids) if office_ids else {}
        self._absences = absences(since)
        posted = {person for posts in self._held.values() for people in posts.values() for person in people}
        offices = {person for people in self._offices.values() for person in people}
        deputies = {absence.deputy_id for absence in self._absences}
        wanted = posted | offices | deputies | {leader for leader in leader_ids if leader}
        self.people = _addressees(wanted)
        self._fewer = frozenset(p.id for p in self.people.values() if p.fewer)
        self._reached = frozenset(p.id for p in self.people.values() if p.reachable)
        self._found: dict[tuple[int | None, int | None, int | None, date], Contacts] = {}

    def contacts(
        self, unit_id: int | None, on: date, *, office_id: int | None = None, leader_id: int | None = None
    ) -> Contacts:
        """Whom each audience means on that day: the unit's posts, the office's people, the leader in charge."""
        key = (unit_id, office_id, leader_id, on)
        if key not in self._found:
            held = dict(self._held.get(unit_id or 0, {}))
            held[Audience.OFFICE] = self._offices.get(office_id, ())
            held[Audience.COUNTY_LEADER] = (leader_id,) if leader_id else ()
            self._found[key] = self._resolved(held, on)
        return self._found[key]

    def holders(self, unit_id: int, post: Audience) -> tuple[Addressee, ...]:
        """Who holds a post of a unit, reached by letters or not."""
        held = self._held.get(unit_id, {}).get(post, ())
        return tuple(self.people[person_id] for person_id in held)

    def _resolved(self, held: Posts, on: date) -> Contacts:
        deputies = standing_in(self._absences, on)
        posts: dict[Audience, tuple[int, ...]] = {}
        behalf: dict[tuple[Audience, int], list[str]] = defaultdict(list)
        own: set[tuple[Audience, int]] = set()
        for post, people in held.items():
            found = {person: recipient(person, deputies, self._reached) for person in people}
            told = tuple(dict.fromkeys(reached for reached in found.values() if reached))
            posts[post] = told
            for person, reached in found.items():
                if reached == person:
                    own.add((post, person))
                elif reached:
                    behalf[post, reached].append(self.people[person].name)
        names = {key: "、".join(stood_for) for key, stood_for in behalf.items() if key not in own}
        return Contacts(posts, names, self._fewer)


def _held(unit_ids: Collection[int]) -> Mapping[int, Posts]:
    found: dict[int, dict[Audience, tuple[int, ...]]] = defaultdict(dict)
    held = (
        sa.select(PostHeld.unit_id, PostHeld.post, Person.id)
        .join(Person)
        .where(PostHeld.unit_id.in_(unit_ids), Person.active.is_(True))
        .order_by(Person.id)
    )
    for unit_id, post, person_id in session().execute(held):
        posts = found[unit_id]
        posts[Audience(post)] = (*posts.get(Audience(post), ()), person_id)
    return found


def _offices(office_ids: Collection[int | None]) -> Mapping[int | None, tuple[int, ...]]:
    """The people of the supervision office: those posted in that unit, else all who hold the role."""
    s = session()
    role = sa.select(Person.id, reachable()).join(RoleHeld).where(RoleHeld.role == Role.OFFICE, Person.active)
    everybody = {person_id: bool(reached) for person_id, reached in s.execute(role.order_by(Person.id))}
    posted: dict[int | None, list[int]] = defaultdict(list)
    there = sa.select(PostHeld.unit_id, PostHeld.person_id).where(
        PostHeld.unit_id.in_([office for office in office_ids if office]), PostHeld.person_id.in_(everybody)
    )
    for unit_id, person_id in s.execute(there.order_by(PostHeld.person_id).distinct()):
        posted[unit_id].append(person_id)
    return {
        office: tuple(posted[office] if any(everybody[p] for p in posted[office]) else everybody)
        for office in office_ids
    }


def absences(since: date) -> tuple[Absence, ...]:
    """Who stands in for whom on that day or later."""
    arranged = (
        sa.select(Deputy.person_id, Deputy.stands_in_id, Deputy.from_on, Deputy.until_on)
        .where(Deputy.until_on >= since, Deputy.ended_at.is_(None))
        .order_by(Deputy.id)
    )
    return tuple(Absence(*row) for row in session().execute(arranged))


def _addressees(person_ids: Collection[int]) -> Mapping[int, Addressee]:
    house: int = current_app.config["DIGEST_HOUR"]
    known = sa.select(
        Person.id, Person.name, reachable(), Person.digest_hour, Person.fewer, Person.bounced_at
    ).where(Person.id.in_(person_ids))
    return {
        row[0]: Addressee(
            row[0], row[1], bool(row[2]), row[3] if row[3] is not None else house, row[4], row[5]
        )
        for row in session().execute(known)
    }


def administrators() -> tuple[Addressee, ...]:
    """The administrators letters reach."""
    held = sa.select(RoleHeld.person_id).where(RoleHeld.role == Role.ADMIN)
    known = _addressees(session().scalars(held.order_by(RoleHeld.person_id)).all())
    return tuple(person for person in known.values() if person.reachable)

"""Who people are, what they may do, and whom letters reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Assignment, Person, PostHeld, RoleHeld, Unit
from workflows.errors import Refused
from workflows.escalation import Audience
from workflows.policy import Actor, Role


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs to know of a person."""

    id: int
    name: str
    login_token: str
    must_change_password: bool
    actor: Actor
    unit_names: tuple[str, ...]


def account(person_id: int) -> Account | None:
    """The account of an active person, or None."""
    s = session()
    person = s.get(Person, person_id)
    if person is None or not person.active or person.password_hash is None:
        return None
    units = s.execute(
        sa.select(Unit.id, Unit.name)
        .join(PostHeld, PostHeld.unit_id == Unit.id)
        .where(PostHeld.person_id == person_id)
        .order_by(Unit.position, Unit.id)
        .distinct()
        .add_columns(Unit.position)
    ).all()
    roles = s.scalars(sa.select(RoleHeld.role).where(RoleHeld.person_id == person_id))
    actor = Actor(person.id, person.name, frozenset(roles), frozenset(row.id for row in units))
    names = tuple(dict.fromkeys(row.name for row in units))
    return Account(person.id, person.name, person.login_token, person.must_change_password, actor, names)


def account_by_token(token: str) -> Account | None:
    """The account whose sessions carry that token, or None."""
    person_id = session().scalar(sa.select(Person.id).where(Person.login_token == token))
    return None if person_id is None else account(person_id)


def reachable() -> sa.ColumnElement[bool]:
    """The condition on Person that a letter can be sent at all."""
    return sa.and_(Person.active.is_(True), Person.email.is_not(None), Person.email != "")


def contacts(unit_ids: Collection[int]) -> Mapping[int, Mapping[Audience, tuple[int, ...]]]:
    """For each unit, the reachable people in each post."""
    found: dict[int, dict[Audience, tuple[int, ...]]] = defaultdict(dict)
    held = (
        sa.select(PostHeld.unit_id, PostHeld.post, Person.id)
        .join(Person)
        .where(PostHeld.unit_id.in_(unit_ids), reachable())
        .order_by(Person.id)
    )
    for unit_id, post, person_id in session().execute(held):
        posts = found[unit_id]
        posts[Audience(post)] = (*posts.get(Audience(post), ()), person_id)
    return found


def office_people(office_id: int | None) -> tuple[int, ...]:
    """The reachable people of the supervision office: those posted in that unit, else all who hold the role."""
    office = sa.select(Person.id).join(RoleHeld).where(RoleHeld.role == Role.OFFICE, reachable())
    posted = office.where(sa.exists().where(PostHeld.person_id == Person.id, PostHeld.unit_id == office_id))
    s = session()
    return tuple(s.scalars(posted.order_by(Person.id))) or tuple(s.scalars(office.order_by(Person.id)))


def units_without_contact() -> list[str]:
    """Names of units that take part in a task and have nobody a letter could reach."""

    reached = sa.exists().where(PostHeld.unit_id == Unit.id, PostHeld.person_id == Person.id, reachable())
    busy = sa.exists().where(Assignment.unit_id == Unit.id)
    return list(session().scalars(sa.select(Unit.name).where(busy, ~reached).order_by(Unit.position)))


def staff() -> list[Person]:
    """Everybody with posts and roles, for the list of people."""
    return list(session().scalars(_with_posts().order_by(Person.active.desc(), Person.id)))


def one(person_id: int) -> Person:
    """One person with posts and roles; raises Refused missing."""
    found = session().scalar(_with_posts().where(Person.id == person_id))
    if found is None:
        raise Refused("missing", "没有找到这个人。请从“人员”列表进入。")
    return found


def _with_posts() -> sa.Select[Person]:
    return sa.select(Person).options(
        selectinload(Person.posts).selectinload(PostHeld.unit), selectinload(Person.roles)
    )


def leaders() -> list[Person]:
    """County leaders (县领导), for the choice of the leader in charge."""
    held = sa.exists().where(RoleHeld.person_id == Person.id, RoleHeld.role == Role.LEADER)
    return list(session().scalars(sa.select(Person).where(held, Person.active).order_by(Person.id)))

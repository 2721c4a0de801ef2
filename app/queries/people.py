"""Who people are, what they may do, and whom letters reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Assignment, Person, PostHeld, RoleHeld, Unit
from app.queries import directory
from app.queries.directory import reachable
from workflows.deputies import acts_for, standing_in
from workflows.errors import Refused
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


def account(person_id: int, on: date) -> Account | None:
    """The account of an active person, or None. Whom he stands in for that day, for their units he may act (AB角)."""
    s = session()
    person = s.get(Person, person_id)
    if person is None or not person.active or person.password_hash is None:
        return None
    away = acts_for(person_id, standing_in(directory.absences(on), on))
    units = s.execute(
        sa.select(Unit.id, Unit.name)
        .join(PostHeld, PostHeld.unit_id == Unit.id)
        .join(Person, Person.id == PostHeld.person_id)
        .where(PostHeld.person_id.in_({person_id, *away}), Person.active)
        .order_by(Unit.position, Unit.id)
        .distinct()
        .add_columns(Unit.position)
    ).all()
    roles = s.scalars(sa.select(RoleHeld.role).where(RoleHeld.person_id == person_id))
    actor = Actor(person.id, person.name, frozenset(roles), frozenset(row.id for row in units), away)
    own = set(s.scalars(sa.select(PostHeld.unit_id).where(PostHeld.person_id == person_id)))
    names = tuple(dict.fromkeys(row.name for row in sorted(units, key=lambda row: row.id not in own)))
    return Account(person.id, person.name, person.login_token, person.must_change_password, actor, names)


def account_by_token(token: str, on: date) -> Account | None:
    """The account whose sessions carry that token, or None."""
    person_id = session().scalar(sa.select(Person.id).where(Person.login_token == token))
    return None if person_id is None else account(person_id, on)


def units_without_contact() -> list[str]:
    """Names of units that take part in a task and have nobody a letter could reach."""

    reached = sa.exists().where(PostHeld.unit_id == Unit.id, PostHeld.person_id == Person.id, reachable())
    busy = sa.exists().where(Assignment.unit_id == Unit.id)
    return list(session().scalars(sa.select(Unit.name).where(busy, ~reached).order_by(Unit.position)))


def bounced() -> list[str]:
    """Names of the people whose letters come back."""
    back = sa.select(Person.name).where(Person.active, Person.bounced_at.is_not(None))
    return list(session().scalars(back.order_by(Person.id)))


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

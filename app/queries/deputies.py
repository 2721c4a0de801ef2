"""Who stands in for whom, as the page of one person's reminders shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models import Deputy, Person, PostHeld, RoleHeld
from app.queries.directory import absences, reachable
from workflows.deputies import standing_in


@dataclass(frozen=True, slots=True)
class Arrangements:
    """Periods of today or later: `away` in which others stand in for the person, `standing_in` in which he does."""

    away: tuple[Deputy, ...]
    standing_in: tuple[Deputy, ...]


def of(person_id: int, today: date) -> Arrangements:
    arranged = (
        sa.select(Deputy)
        .where(
            sa.or_(Deputy.person_id == person_id, Deputy.stands_in_id == person_id),
            Deputy.until_on >= today,
            Deputy.ended_at.is_(None),
        )
        .options(joinedload(Deputy.person), joinedload(Deputy.stands_in), joinedload(Deputy.set_by))
        .order_by(Deputy.from_on, Deputy.id)
    )
    found = list(session().scalars(arranged))
    return Arrangements(
        tuple(d for d in found if d.person_id == person_id),
        tuple(d for d in found if d.stands_in_id == person_id),
    )


def away_on(day: date) -> Collection[int]:
    """Everybody somebody else stands in for on that day."""
    return standing_in(absences(day), day).keys()


def candidates(person: Person) -> list[tuple[int, str]]:
    """Who may stand in: id and name with posts, those of the same unit first. They hold all the person's roles."""
    roles = {held.role for held in person.roles}
    fit = (
        sa.select(Person)
        .where(reachable(), Person.id != person.id)
        .where(*(sa.exists().where(RoleHeld.person_id == Person.id, RoleHeld.role == role) for role in roles))
        .options(selectinload(Person.posts).selectinload(PostHeld.unit))
        .order_by(Person.id)
    )
    units = {held.unit_id for held in person.posts}
    found = list(session().scalars(fit))
    found.sort(key=lambda p: not units & {held.unit_id for held in p.posts})
    return [(p.id, _named(p)) for p in found]


def _named(person: Person) -> str:
    units = "、".join(dict.fromkeys(held.unit.name for held in person.posts))
    return f"{person.name}（{units}）" if units else person.name

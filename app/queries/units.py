"""Units, their names and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Group, GroupMember, Person, PostHeld, Unit, UnitAlias
from workflows.errors import Refused


@dataclass(frozen=True, slots=True)
class Bound:
    """What a printed name stands for: one unit or one group."""

    unit_id: int | None = None
    group_id: int | None = None


def name_index() -> Mapping[str, Bound]:
    """Every known name — short, full, alias, group — and what it stands for; group names win over unit names."""
    s = session()
    index: dict[str, Bound] = {}
    for alias, unit_id in s.execute(sa.select(UnitAlias.alias, UnitAlias.unit_id)):
        index[alias] = Bound(unit_id=unit_id)
    for unit_id, name, full in s.execute(sa.select(Unit.id, Unit.name, Unit.full_name).where(Unit.active)):
        index.update({known: Bound(unit_id=unit_id) for known in (full, name) if known})
    for group_id, name in s.execute(sa.select(Group.id, Group.name)):
        index[name] = Bound(group_id=group_id)
    return index


def by_name(name: str) -> Unit:
    """The unit of that name or alias; raises Refused missing."""
    bound = name_index().get(name)
    unit = session().get(Unit, bound.unit_id) if bound and bound.unit_id else None
    if unit is None:
        raise Refused("missing", f"没有名为“{name}”的单位。请核对名称，或先在“单位”页添加。")
    return unit


def everything() -> list[Unit]:
    """All units with what the list page shows."""
    listed = (
        sa.select(Unit)
        .options(selectinload(Unit.aliases), selectinload(Unit.files_through), selectinload(Unit.answerable))
        .order_by(Unit.active.desc(), Unit.position, Unit.id)
    )
    return list(session().scalars(listed))


def choices() -> list[tuple[int, str]]:
    """Id and name of every active unit, in the county's order."""
    named = sa.select(Unit.id, Unit.name).where(Unit.active).order_by(Unit.position, Unit.id)
    return [(unit_id, name) for unit_id, name in session().execute(named)]


def groups() -> list[tuple[int, str, int]]:
    """Id, name and present number of members of every group."""
    members = group_members()
    named = session().execute(sa.select(Group.id, Group.name).order_by(Group.id))
    return [(group_id, name, len(members.get(group_id, ()))) for group_id, name in named]


def group_members() -> Mapping[int, tuple[int, ...]]:
    """The active units each group stands for at this moment, by rule or by list."""
    s = session()
    by_kind: dict[str, list[int]] = {}
    active = sa.select(Unit.id, Unit.kind).where(Unit.active).order_by(Unit.position, Unit.id)
    units = list(s.execute(active))
    for unit_id, kind in units:
        by_kind.setdefault(kind, []).append(unit_id)
    listed: dict[int, list[int]] = {}
    order = {unit_id: place for place, (unit_id, _) in enumerate(units)}
    for group_id, unit_id in s.execute(sa.select(GroupMember.group_id, GroupMember.unit_id)):
        if unit_id in order:
            listed.setdefault(group_id, []).append(unit_id)
    return {
        group_id: tuple(by_kind.get(kind, ()) if kind else sorted(listed.get(group_id, ()), key=order.get))  # type: ignore[arg-type]
        for group_id, kind in s.execute(sa.select(Group.id, Group.kind))
    }


def files_through() -> Mapping[int, int]:
    """Unit id → the unit that files for it (归口填报单位)."""
    named = sa.select(Unit.id, Unit.files_through_id).where(Unit.files_through_id.is_not(None))
    return {unit_id: through for unit_id, through in session().execute(named) if through is not None}


def posts_of(unit_id: int) -> list[PostHeld]:
    """Who holds which post in the unit, with the people."""
    held = (
        sa.select(PostHeld)
        .join(Person)
        .where(PostHeld.unit_id == unit_id)
        .options(selectinload(PostHeld.person))
        .order_by(PostHeld.post, Person.id)
    )
    return list(session().scalars(held))

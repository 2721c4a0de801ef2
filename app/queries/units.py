"""Units, their names and groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Assignment, Group, GroupMember, Person, PostHeld, RoleHeld, Task, Unit, UnitAlias
from app.queries.directory import reachable
from workflows.errors import Refused
from workflows.lifecycle import TaskState
from workflows.policy import Role
from workflows.units import Post, UnitKind


@dataclass(frozen=True, slots=True)
class Bound:
    """What a printed name stands for: one unit or one group."""

    unit_id: int | None = None
    group_id: int | None = None

    @property
    def key(self) -> str:
        """unit:3 or group:1, as a select of both says it."""
        return f"group:{self.group_id}" if self.group_id else f"unit:{self.unit_id}"


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


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of the list page. `liaisons` are its reachable 联络员; `contacts` how many people a letter can reach.

    `mute` marks a unit that is to file itself and that no letter reaches.
    """

    unit: Unit
    liaisons: tuple[str, ...]
    contacts: int
    tasks: int

    @property
    def mute(self) -> bool:
        files_itself = self.unit.files_through_id is None and self.unit.kind is not UnitKind.GOVERNMENT
        return self.unit.active and files_itself and not self.contacts


def of_the_office() -> int:
    """The id of the unit whose people hold the office's role; raises Refused invalid when it is not one unit."""
    staffed = (
        sa.select(PostHeld.unit_id)
        .join(RoleHeld, RoleHeld.person_id == PostHeld.person_id)
        .where(RoleHeld.role == Role.OFFICE)
        .distinct()
    )
    found = list(session().scalars(staffed))
    if len(found) != 1:
        raise Refused("invalid", "不能确定由哪个单位的督查室（专班办公室）负责，请用 --office 写明单位名称。")
    return found[0]


def everything() -> list[UnitRow]:
    """All units with what the list page shows, in the county's order."""
    listed = (
        sa.select(Unit)
        .options(selectinload(Unit.aliases), selectinload(Unit.files_through), selectinload(Unit.answerable))
        .order_by(Unit.active.desc(), Unit.position, Unit.id)
    )
    reached: dict[int, dict[str, Post]] = defaultdict(dict)
    held = (
        sa.select(PostHeld.unit_id, Person.name, PostHeld.post)
        .join(Person)
        .where(reachable())
        .order_by(PostHeld.post.desc(), Person.id)
    )
    for unit_id, name, post in session().execute(held):
        reached[unit_id][name] = post
    tasks = _task_counts()
    return [
        UnitRow(
            unit,
            tuple(name for name, post in reached[unit.id].items() if post is Post.LIAISON),
            len(reached[unit.id]),
            tasks.get(unit.id, 0),
        )
        for unit in session().scalars(listed)
    ]


def _task_counts() -> Mapping[int, int]:
    counted = sa.select(Assignment.unit_id, sa.func.count()).join(Task).group_by(Assignment.unit_id)
    counted = counted.where(Task.state != TaskState.WITHDRAWN)
    return dict(session().execute(counted).all())


def one(unit_id: int) -> Unit:
    """One unit with its names; raises Refused missing."""
    wanted = sa.select(Unit).where(Unit.id == unit_id).options(selectinload(Unit.aliases))
    found = session().scalar(wanted)
    if found is None:
        raise Refused("missing", "没有找到这个单位。请从“单位”列表进入。")
    return found


def group(group_id: int) -> Group:
    """One group with its listed members; raises Refused missing."""
    wanted = sa.select(Group).where(Group.id == group_id).options(selectinload(Group.listed))
    found = session().scalar(wanted)
    if found is None:
        raise Refused("missing", "没有找到这个集体名称。请从“单位”列表进入。")
    return found


def choices() -> list[tuple[int, str]]:
    """Id and name of every active unit, in the county's order."""
    named = sa.select(Unit.id, Unit.name).where(Unit.active).order_by(Unit.position, Unit.id)
    return [(unit_id, name) for unit_id, name in session().execute(named)]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A collective name, its rule (`kind`, else a list), and the names of its present members."""

    id: int
    name: str
    kind: UnitKind | None
    members: tuple[str, ...]


def groups() -> list[GroupRow]:
    """Every collective name with its present members."""
    members, unit_names = group_members(), dict(choices())
    named = session().execute(sa.select(Group.id, Group.name, Group.kind).order_by(Group.id))
    return [
        GroupRow(group_id, name, kind, tuple(unit_names[unit] for unit in members.get(group_id, ())))
        for group_id, name, kind in named
    ]


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


def units_named(names: Sequence[str]) -> frozenset[int]:
    """The units these names stand for, collective names as their members today.

    Raises Refused invalid naming every one that is not known.
    """
    index, members = name_index(), group_members()
    unknown = [name for name in names if name not in index]
    if unknown:
        listed = "、".join(f"“{name}”" for name in unknown)
        raise Refused("invalid", f"没有名为{listed}的单位，请核对名称，或先在“单位”页添加。")
    found: set[int] = set()
    for bound in (index[name] for name in names):
        found |= {bound.unit_id} if bound.unit_id else set(members.get(bound.group_id or 0, ()))
    return frozenset(found)

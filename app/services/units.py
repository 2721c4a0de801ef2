"""Units: enter them, name them, say who files for them and who answers for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app import ledger
from app.db import STALE, get, transaction
from app.models import Group, GroupMember, Unit, UnitAlias
from app.queries import units as names
from workflows.errors import Refused
from workflows.policy import Act, Actor, require
from workflows.units import UnitKind


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What a person may say of a unit."""

    name: str
    kind: UnitKind
    full_name: str = ""
    aliases: tuple[str, ...] = ()
    files_through_id: int | None = None
    answerable_id: int | None = None
    position: int = 0
    active: bool = True
    parent_id: int | None = None


def facts_of(unit: Unit) -> UnitFacts:
    """What is known of a unit, to be changed in one point with `dataclasses.replace`."""
    return UnitFacts(
        unit.name,
        unit.kind,
        unit.full_name,
        tuple(alias.alias for alias in unit.aliases),
        unit.files_through_id,
        unit.answerable_id,
        unit.position,
        unit.active,
        unit.parent_id,
    )


def add(actor: Actor | None, facts: UnitFacts, now: datetime) -> int:
    """Enter a unit; returns its id. Actor None is the command line. Raises Refused forbidden, invalid."""
    if actor:
        require(actor, Act.EDIT_UNITS)
    with transaction() as s:
        _refuse_taken(facts, None)
        unit = Unit(kind=facts.kind, name=facts.name)
        s.add(unit)
        write(unit, facts)
        s.flush()
        record(s, "unit.add", actor, unit.id, now)
    return unit.id


def edit(actor: Actor, unit_id: int, facts: UnitFacts, *, seen_version: int, now: datetime) -> None:
    """Change a unit; raises Refused forbidden, missing, stale, invalid."""
    require(actor, Act.EDIT_UNITS)
    with transaction() as s:
        unit = get(Unit, unit_id)
        if unit.version != seen_version:
            raise Refused("stale", STALE)
        if facts.files_through_id == unit_id:
            raise Refused("invalid", "归口填报单位不能是本单位自己；不需要归口时请选“无”。")
        _refuse_taken(facts, unit_id)
        write(unit, facts)
        record(s, "unit.edit", actor, unit_id, now)


def add_group(
    actor: Actor | None, name: str, kind: UnitKind | None, member_ids: tuple[int, ...], now: datetime
) -> int:
    """Enter a collective name, by rule (kind) or by list; raises Refused forbidden, invalid."""
    if actor:
        require(actor, Act.EDIT_UNITS)
    _refuse_empty(kind, member_ids)
    with transaction() as s:
        if name in names.name_index():
            raise Refused("invalid", f"名称“{name}”已经属于一个单位或集体，请改用别的名称。")
        group = Group(name=name, kind=kind)
        group.listed = [GroupMember(unit_id=member) for member in member_ids]
        s.add(group)
        s.flush()
        record(s, "group.add", actor, group.id, now)
    return group.id


def edit_group(
    actor: Actor, group_id: int, kind: UnitKind | None, member_ids: tuple[int, ...], now: datetime
) -> None:
    """Say anew whom a collective name stands for; plans issued before keep their snapshot.

    Raises Refused forbidden, missing, invalid.
    """
    require(actor, Act.EDIT_UNITS)
    _refuse_empty(kind, member_ids)
    with transaction() as s:
        group = get(Group, group_id)
        group.kind = kind
        kept = {member.unit_id: member for member in group.listed}
        group.listed = [kept.get(unit_id) or GroupMember(unit_id=unit_id) for unit_id in member_ids]
        record(s, "group.edit", actor, group_id, now)


def _refuse_empty(kind: UnitKind | None, member_ids: tuple[int, ...]) -> None:
    if kind is None and not member_ids:
        raise Refused("invalid", "请为集体名称选择一个单位类别，或勾选至少一个成员单位。")


def write(unit: Unit, facts: UnitFacts) -> None:
    """Let the row say these facts; a change of its aliases alone counts as a new version too."""
    unit.name, unit.full_name, unit.kind = facts.name, facts.full_name, facts.kind
    unit.files_through_id, unit.answerable_id = facts.files_through_id, facts.answerable_id
    unit.position, unit.active, unit.parent_id = facts.position, facts.active, facts.parent_id
    kept = {alias.alias: alias for alias in unit.aliases}
    unit.aliases = [kept.get(alias) or UnitAlias(alias=alias) for alias in dict.fromkeys(facts.aliases)]
    if unit.id:
        flag_modified(unit, "name")


def _refuse_taken(facts: UnitFacts, unit_id: int | None) -> None:
    index = names.name_index()
    for name in (facts.name, facts.full_name, *facts.aliases):
        bound = index.get(name)
        if name and bound and bound.unit_id != unit_id:
            raise Refused("invalid", f"名称“{name}”已经属于另一个单位或集体，请改用别的名称。")


def record(s: Session, act: str, actor: Actor | None, row_id: int, now: datetime) -> None:
    """The ledger's entry of one unit or group."""
    actor_id = actor.person_id if actor else None
    about = ledger.Subject(unit_id=row_id) if act.startswith("unit") else ledger.Subject()
    ledger.append(s, act, at=now, actor_id=actor_id, about=about, detail={"id": row_id})

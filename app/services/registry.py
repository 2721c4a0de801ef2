"""The county's list of units taken in as a whole: the usual ones to start from, or a sheet people keep."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import intake
from app.db import get, transaction
from app.models import Group, Unit
from app.queries import registry
from app.queries import units as names
from app.services.units import UnitFacts, facts_of, record, write
from workflows.errors import Refused
from workflows.policy import Act, Actor, require
from workflows.registry import StartingSet, StartingUnit
from workflows.unitlist import STEP, Change, Comparison, Listed, Outcome, compare, has_head

CHANGED = "确认之前，别人改动了单位。下面是按最新情况重新比较的结果，请核对后再确认。"
FAULTY = "表里还有错误，没有导入。请按提示改好后重新上传。"
_MEANWHILE = "别人同时改动了单位，没有保存。请重新核对后再试一次。"


@dataclass(frozen=True, slots=True)
class Added:
    """How many units and collective names were entered."""

    units: int
    groups: int


def start(actor: Actor | None, usual: StartingSet, chosen: Collection[str], now: datetime) -> Added:
    """Enter the usual units and collective names whose names are chosen, with their aliases and in their order.

    What is there already under any of its names is left as it is. Actor None is the command line.
    Raises Refused forbidden, invalid, stale; enters all or nothing.
    """
    if actor:
        require(actor, Act.EDIT_UNITS)
    try:
        with transaction() as s:
            units, groups = registry.offered(usual)
            new = [o.usual for o in units if o.usual.name in chosen and not o.present]
            called = [o.usual for o in groups if o.usual.name in chosen and not o.present]
            if not new and not called:
                raise Refused("invalid", "没有选中要添加的单位。请勾选后再点“添加”。")
            order = [unit.name for unit in usual.units]
            _enter(s, actor, new, order, now)
            for group in called:
                row = Group(name=group.name, kind=group.kind)
                s.add(row)
                s.flush()
                record(s, "group.add", actor, row.id, now)
    except IntegrityError:
        raise Refused("stale", _MEANWHILE) from None
    return Added(len(new), len(called))


def _enter(
    s: Session, actor: Actor | None, new: Sequence[StartingUnit], order: Sequence[str], now: datetime
) -> None:
    places = {name: (at + 1) * STEP for at, name in enumerate(order)}
    rows = []
    for unit in new:
        row = Unit(name=unit.name, kind=unit.kind)
        write(row, UnitFacts(unit.name, unit.kind, unit.full_name, unit.aliases, position=places[unit.name]))
        s.add(row)
        rows.append((row, unit))
    s.flush()
    index = names.name_index()
    for row, unit in rows:
        bound = index.get(unit.files_through or "")
        row.files_through_id = bound.unit_id if bound else None
        record(s, "unit.add", actor, row.id, now)


def rows_of(filename: str, content: bytes) -> list[list[str]]:
    """The rows of the sheet that lists units in an .xlsx or .csv; raises Refused unreadable, too-large."""
    sheets = [rows for _, rows in intake.read_rows(filename, content)]
    return next((rows for rows in sheets if has_head(rows)), sheets[0] if sheets else [])


def compared(rows: Sequence[Sequence[str]]) -> Comparison:
    """What a sheet's rows would change now; raises Refused unreadable."""
    return compare(rows, registry.known(), registry.group_names())


def seal(comparison: Comparison) -> str:
    """A word that stays the same as long as the comparison does, the versions of the units it changes included."""
    told = [
        (change.row, change.outcome.value, change.known, change.listed, change.faults)
        for change in comparison.changes
        if change.outcome is not Outcome.SAME
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def take_in(
    actor: Actor | None, rows: Sequence[Sequence[str]], now: datetime, *, seen: str | None = None
) -> Comparison:
    """Do what the sheet's rows say: all of it or nothing; returns what was done. Actor None is the command line.

    `seen` is the seal of the comparison that was shown. Raises Refused forbidden, unreadable; invalid for a sheet
    with faults or without changes; stale when the comparison would be another one by now.
    """
    if actor:
        require(actor, Act.EDIT_UNITS)
    try:
        with transaction() as s:
            comparison = compared(rows)
            if seen is not None and seen != seal(comparison):
                raise Refused("stale", CHANGED)
            if comparison.counted()[Outcome.FAULTY]:
                raise Refused("invalid", FAULTY)
            if not comparison.to_take:
                raise Refused("invalid", "表里的内容和现在的单位完全一样，不用导入。")
            _apply(s, actor, comparison.to_take, now)
    except IntegrityError:
        raise Refused("stale", CHANGED) from None
    return comparison


def _apply(s: Session, actor: Actor | None, changes: Sequence[Change], now: datetime) -> None:
    rows = {change.key: _row(s, change) for change in changes}
    _let_go(s, changes, rows)
    ids = {key: row.id for key, row in rows.items()}
    for change in changes:
        row = rows[change.key]
        write(row, _facts(change.listed, facts_of(row), ids))
        record(s, "unit.edit" if change.known else "unit.add", actor, row.id, now)


def _row(s: Session, change: Change) -> Unit:
    if change.known:
        return get(Unit, change.known.id)
    row = Unit(name=_between(-change.row), kind=change.listed.kind)
    s.add(row)
    return row


def _let_go(s: Session, changes: Sequence[Change], rows: Mapping[int, Unit]) -> None:
    """Give up first what others may take: two units can exchange names, which no database lets them do in one step."""
    for change in changes:
        row = rows[change.key]
        row.aliases = [alias for alias in row.aliases if alias.alias in change.listed.aliases]
        if change.known and change.known.listed.name != change.listed.name:
            row.name = _between(row.id)
    s.flush()


def _between(key: int) -> str:
    """A name nobody bears, for the moment between two names."""
    return f"~{key}~"


def _facts(listed: Listed, before: UnitFacts, ids: Mapping[int, int]) -> UnitFacts:
    return UnitFacts(
        listed.name,
        listed.kind,
        listed.full_name,
        listed.aliases,
        ids.get(listed.through, listed.through) if listed.through else None,
        before.answerable_id,
        listed.position,
        listed.active,
        ids.get(listed.parent, listed.parent) if listed.parent else None,
    )

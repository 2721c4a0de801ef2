"""The county's units as a list: what stands, for comparing, for handing out, and beside the usual ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Group, Unit
from app.queries.units import name_index
from workflows.registry import StartingGroup, StartingSet, StartingUnit
from workflows.unitlist import Known, Listed


def known() -> list[Known]:
    """Every unit as it stands, in the county's order, those out of use last."""
    listed = (
        sa.select(Unit)
        .options(selectinload(Unit.aliases))
        .order_by(Unit.active.desc(), Unit.position, Unit.id)
    )
    return [Known(unit.id, unit.version, _listed(unit)) for unit in session().scalars(listed)]


def _listed(unit: Unit) -> Listed:
    return Listed(
        unit.name,
        unit.kind,
        unit.full_name,
        tuple(alias.alias for alias in sorted(unit.aliases, key=lambda alias: alias.id)),
        unit.files_through_id,
        unit.parent_id,
        unit.position,
        unit.active,
    )


def group_names() -> frozenset[str]:
    """The names of all groups."""
    return frozenset(session().scalars(sa.select(Group.name)))


U = TypeVar("U", StartingUnit, StartingGroup)


@dataclass(frozen=True, slots=True)
class Offered(Generic[U]):
    """A usual unit or collective name, and what of the county bears one of its names already (empty: nothing)."""

    usual: U
    present: str

    @property
    def chosen(self) -> bool:
        """Whether it is ticked beforehand: not there yet, and found in most counties."""
        return not self.present and not self.usual.note


def offered(
    usual: StartingSet,
) -> tuple[tuple[Offered[StartingUnit], ...], tuple[Offered[StartingGroup], ...]]:
    """The usual units and collective names, each beside what is there already."""
    bearers = _bearers()
    units = tuple(
        Offered(unit, next((bearers[name] for name in unit.names if name in bearers), ""))
        for unit in usual.units
    )
    return units, tuple(Offered(group, bearers.get(group.name, "")) for group in usual.groups)


def _bearers() -> Mapping[str, str]:
    """Every name that is taken, also by units out of use, and by what."""
    units = {unit.id: unit.listed for unit in known()}
    taken = {name: listed.name for listed in units.values() for name in listed.names}
    groups = {name: name for name, bound in name_index().items() if bound.group_id}
    return taken | groups

"""From the names a task prints to the units that act: 归口, collective names, and who leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.units import OWING, Share

RANK = {Share.LEAD: 0, Share.RESPONSIBLE: 1, Share.SUPPORT: 2}


@dataclass(frozen=True, slots=True)
class Named:
    """A bound name: one unit, or the members of a group at this moment."""

    share: Share
    unit_ids: tuple[int, ...]
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part in a task. `on_behalf_of` is the named unit it files for, when that is another (归口)."""

    unit_id: int
    share: Share
    on_behalf_of: int | None = None
    group_id: int | None = None


def filing_unit(unit_id: int, files_through: Mapping[int, int]) -> int:
    """The unit that files for `unit_id` (归口填报单位): itself when it names none, or when the naming runs in a circle."""
    acting, seen = unit_id, {unit_id}
    while (after := files_through.get(acting)) is not None:
        if after in seen:
            return unit_id
        acting = after
        seen.add(after)
    return acting


def expand(named: Sequence[Named], files_through: Mapping[int, int]) -> list[Part]:
    """Each acting unit once, with its highest share; the order of the document is kept.

    Where no lead is named, the first responsible name leads (责任单位列第一位者为牵头单位; reference b.1),
    unless it is a collective.
    """
    parts: dict[int, Part] = {}
    for name in sorted(_led(named), key=lambda n: RANK[n.share]):
        for unit_id in name.unit_ids:
            acting = filing_unit(unit_id, files_through)
            behalf = unit_id if acting != unit_id else None
            parts.setdefault(acting, Part(acting, name.share, behalf, name.group_id))
    return list(parts.values())


def gatherer(shares: Mapping[int, Share]) -> int | None:
    """The unit that gathers what the others of a task report (牵头汇总): its first lead, where somebody else owes too."""
    leads = [unit_id for unit_id, share in shares.items() if share is Share.LEAD]
    owing = sum(share in OWING for share in shares.values())
    return leads[0] if leads and owing > 1 else None


def _led(named: Sequence[Named]) -> list[Named]:
    if any(name.share is Share.LEAD for name in named):
        return list(named)
    first = next((i for i, n in enumerate(named) if n.share is Share.RESPONSIBLE), None)
    if first is None or named[first].group_id is not None:
        return list(named)
    lead = Named(Share.LEAD, named[first].unit_ids)
    return [*named[:first], lead, *named[first + 1 :]]

"""Who is who in a plan, and what each of them carries: names that mean one unit are one, bound or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflows.checkup.model import KnownGroup, KnownUnit, Named, PlanFacts
from workflows.likeness import likely_kind, likeness, speaks_of_many
from workflows.units import OWING, Share, UnitKind

_SAME = 0.97
"""Likeness from which an unbound name is the unit: the same words but for the place, or for whose body it is."""
_MAYBE = 0.85
"""Likeness from which nobody is said to have left the other out: 住房和城乡建设局 and 县住建局."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a name means: a unit, a group, or, while nobody knows it, only what is printed."""

    unit_id: int | None = None
    group_id: int | None = None
    printed: str = ""


class Cast:
    """The units of a plan by the names it prints."""

    def __init__(self, facts: PlanFacts) -> None:
        self._facts = facts
        self._found: dict[str, int | None] = {}

    def who(self, name: Named) -> Who:
        """Whom the name means."""
        if name.group_id:
            return Who(group_id=name.group_id)
        unit_id = name.unit_id or self._known(name.printed)
        return Who(unit_id=unit_id) if unit_id else Who(printed=name.printed)

    def _known(self, printed: str) -> int | None:
        """The unit an unbound name means beyond doubt."""
        if printed not in self._found:
            scored = [
                (max(likeness(printed, known) for known in (unit.name, *unit.names)), unit_id)
                for unit_id, unit in self._facts.units.items()
            ]
            best, unit_id = max(scored, default=(0.0, 0))
            self._found[printed] = unit_id if best >= _SAME else None
        return self._found[printed]

    def unit(self, name: Named) -> KnownUnit | None:
        """The unit the name means, if the county knows it."""
        return self._facts.units.get(self.who(name).unit_id or 0)

    def group(self, name: Named) -> KnownGroup | None:
        """The collective the name means, if the county knows it."""
        return self._facts.groups.get(name.group_id or 0)

    def label(self, name: Named) -> str:
        """What to call it: the county's own name where there is one."""
        known = self.unit(name) or self.group(name)
        return known.name if known else name.printed

    def never_files(self, name: Named) -> bool:
        """Whether it is a body that does not sign in: 县政府, 县委 (reference 0.2)."""
        if self.is_collective(name):
            return False
        unit = self.unit(name)
        return (unit.kind if unit else likely_kind(name.printed)) is UnitKind.GOVERNMENT

    def is_collective(self, name: Named) -> bool:
        """Whether the name stands for many units."""
        return bool(name.group_id) or (self.unit(name) is None and speaks_of_many(name.printed))

    def is_among(self, name: Named, others: Sequence[Named]) -> bool:
        """Whether one of the others means this unit or a group it belongs to, or may well mean it."""
        return any(self._same(name, other) for other in others)

    def _same(self, one: Named, other: Named) -> bool:
        mine, theirs = self.who(one), self.who(other)
        if mine == theirs or self._holds(one, theirs) or self._holds(other, mine):
            return True
        if not (mine.printed or theirs.printed):
            return False
        return any(likeness(a, b) >= _MAYBE for a in self._names(one) for b in self._names(other))

    def _holds(self, name: Named, member: Who) -> bool:
        group = self.group(name)
        return bool(group and member.unit_id in group.members)

    def _names(self, name: Named) -> tuple[str, ...]:
        unit, group = self.unit(name), self.group(name)
        known = (unit.name, *unit.names) if unit else (group.name,) if group else ()
        return (name.printed, *known)


@dataclass(frozen=True, slots=True)
class Load:
    """What a unit carries, in tasks: as 牵头, 责任, 配合, for others (代为填报), and the ids of all it owes work in."""

    name: str
    lead: int
    responsible: int
    support: int
    filed: int
    owed: tuple[int, ...]
    in_force: bool


_Shares = Mapping[tuple[Who, Share | None], set[int]]


def loads(facts: PlanFacts) -> list[Load]:
    """What each unit and each collective name carries, the busiest first."""
    cast = Cast(facts)
    seen: dict[Who, Named] = {}
    shares: dict[tuple[Who, Share | None], set[int]] = {}
    for task in facts.tasks:
        for name in task.names:
            for share, named in _carried(cast, name):
                seen.setdefault(cast.who(named), named)
                shares.setdefault((cast.who(named), share), set()).add(task.id)
    found = [_load(cast, facts, named, shares) for named in seen.values()]
    return sorted(found, key=lambda load: (-len(load.owed), -load.lead))


def _carried(cast: Cast, name: Named) -> Iterator[tuple[Share | None, Named]]:
    """Who carries the part of a name: itself, and, with no share of its own, the unit that files for it."""
    yield name.share, name
    unit = cast.unit(name)
    if unit and unit.through and name.share in OWING:
        yield None, Named(unit.through)


def _load(cast: Cast, facts: PlanFacts, named: Named, shares: _Shares) -> Load:
    who = cast.who(named)
    lead, responsible, support, filed = (
        shares.get((who, share), set()) for share in (Share.LEAD, Share.RESPONSIBLE, Share.SUPPORT, None)
    )
    return Load(
        cast.label(named),
        len(lead),
        len(responsible - lead),
        len(support - lead - responsible),
        len(filed),
        tuple(sorted(lead | responsible | filed)),
        cast.is_among(named, facts.force),
    )

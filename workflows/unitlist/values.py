"""What the list says of a unit, and what a row of it would change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from workflows.units import KIND_LABELS, UnitKind


class Heading(StrEnum):
    """The columns of the list, in their order."""

    NUMBER = "编号"
    NAME = "名称"
    FULL_NAME = "全称"
    ALIASES = "别名"
    KIND = "类别"
    THROUGH = "归口填报单位"
    PARENT = "上级单位"
    POSITION = "顺序"
    ACTIVE = "启用"


YES, NO = "是", "否"
NAME_LIMIT, FULL_NAME_LIMIT, POSITION_LIMIT = 120, 200, 999_999
STEP = 10
"""Between the positions of two units that follow each other, so that one more fits in."""

_STRONG_MARK = re.compile(r"\s*[；;]\s*")
_ANY_MARK = re.compile(r"[、，,；;\s]+(?![^（(]*[）)])")


def split_names(typed: str) -> tuple[str, ...]:
    """The names a person separated by 、 or by any mark typed in its place; by ； alone where there is one."""
    mark = _STRONG_MARK if _STRONG_MARK.search(typed) else _ANY_MARK
    return tuple(dict.fromkeys(name for name in mark.split(typed.strip()) if name))


def join_names(names: Sequence[str]) -> str:
    """The names in one cell, so that `split_names` gives them back."""
    plain = "、".join(names)
    return plain if split_names(plain) == tuple(names) else "；".join((*names, ""))


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list says of a unit. `through` and `parent` are ids; a unit that is yet to be added counts as minus the
    row it stands in."""

    name: str
    kind: UnitKind
    full_name: str = ""
    aliases: tuple[str, ...] = ()
    through: int | None = None
    parent: int | None = None
    position: int = 0
    active: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the unit claims, each once."""
        return tuple(dict.fromkeys(name for name in (self.name, self.full_name, *self.aliases) if name))


@dataclass(frozen=True, slots=True)
class Known:
    """A unit as it stands."""

    id: int
    version: int
    listed: Listed


class Outcome(StrEnum):
    """What a row of the sheet would do (新增, 修改, 不变), or that it cannot be taken (有误)."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FAULTY = "faulty"


OUTCOME_LABELS: Mapping[Outcome, str] = MappingProxyType(
    {Outcome.NEW: "新增", Outcome.CHANGED: "修改", Outcome.SAME: "不变", Outcome.FAULTY: "有误"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that would change."""

    heading: Heading
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one row of the sheet would do. `row` counts from 1, as the sheet shows it; `known` is None for a new unit."""

    row: int
    listed: Listed
    known: Known | None
    differences: tuple[Difference, ...]
    faults: tuple[str, ...]

    @property
    def key(self) -> int:
        """The unit's id; of a new one minus its row."""
        return self.known.id if self.known else -self.row

    @property
    def outcome(self) -> Outcome:
        if self.faults:
            return Outcome.FAULTY
        if self.known is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.differences else Outcome.SAME


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows of a sheet beside the units as they stand."""

    changes: tuple[Change, ...]

    def counted(self) -> Mapping[Outcome, int]:
        """How many rows have each outcome."""
        found = Counter(change.outcome for change in self.changes)
        return {outcome: found[outcome] for outcome in Outcome}

    @property
    def to_take(self) -> tuple[Change, ...]:
        """The rows that change something; nothing while any row is faulty."""
        if any(change.faults for change in self.changes):
            return ()
        return tuple(change for change in self.changes if change.outcome is not Outcome.SAME)


def cells_of(listed: Listed, names: Mapping[int, str]) -> dict[Heading, str]:
    """What stands in the sheet for a unit, without its 编号; `names` are those of the units it refers to."""
    return {
        Heading.NAME: listed.name,
        Heading.FULL_NAME: listed.full_name,
        Heading.ALIASES: join_names(listed.aliases),
        Heading.KIND: KIND_LABELS[listed.kind],
        Heading.THROUGH: names[listed.through] if listed.through else "",
        Heading.PARENT: names[listed.parent] if listed.parent else "",
        Heading.POSITION: str(listed.position),
        Heading.ACTIVE: YES if listed.active else NO,
    }

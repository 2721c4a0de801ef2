"""The tables filled in for one county: every unit with the names it may claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflows.errors import Refused
from workflows.registry.rows import COLLECTIVE, SECTIONS, TOWNSHIPS
from workflows.units import KIND_LABELS, UnitKind


class Level(StrEnum):
    """What kind of county it is: its last character, and the word its units begin with (县教育局, 区教育局)."""

    COUNTY = "县"
    DISTRICT = "区"
    CITY = "市"
    BANNER = "旗"


@dataclass(frozen=True, slots=True)
class StartingUnit:
    """A usual unit. `files_through` names its 归口填报单位; `note` says why a county may not have it (any more).

    `former` are names it bore, or bears in some counties: candidates, claimed by nobody.
    """

    section: str
    name: str
    full_name: str
    kind: UnitKind
    aliases: tuple[str, ...]
    former: tuple[str, ...]
    files_through: str | None
    note: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the unit claims, each once."""
        return tuple(dict.fromkeys((self.name, self.full_name, *self.aliases)))


@dataclass(frozen=True, slots=True)
class StartingGroup:
    """A usual collective name; without a kind it is vague, and somebody has to say who is meant."""

    name: str
    kind: UnitKind | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StartingSet:
    """What a county starts from, in its usual order."""

    units: tuple[StartingUnit, ...]
    groups: tuple[StartingGroup, ...]


def level_of(place: str) -> Level:
    """The level a county's name ends with; raises Refused invalid for a name that is none."""
    name = place.strip()
    if len(name) < 2 or name[-1] not in set(Level):
        raise Refused("invalid", "请填写县（区、市、旗）的名称，例如云岭县。")
    return Level(name[-1])


def starting_set(place: str, level: Level) -> StartingSet:
    """The usual units and collective names of a county, by its name (云岭县) and level."""
    words = _Words(place.strip(), level)
    units = tuple(
        _unit(section, words, line) for section, table in SECTIONS for line in _lines(words.fill(table))
    )
    collective = words.fill(f"{COLLECTIVE}{TOWNSHIPS.get(level, '')}")
    groups = tuple(StartingGroup(name, _KINDS.get(kind)) for name, kind in _lines(collective))
    return StartingSet(units, groups)


_KINDS = {label: kind for kind, label in KIND_LABELS.items()}


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands for ○, □ and ◇ in the tables."""

    place: str
    level: Level

    def fill(self, table: str) -> str:
        return table.replace("○", self.place).replace("□", self.level).replace("◇", self.branch)

    @property
    def branch(self) -> str:
        """云岭 of 云岭县; 自治县 and names of one character (徽县) are said in full."""
        stem = self.place.removesuffix(self.level)
        return self.place if len(stem) < 2 or stem.endswith("自治") else stem


def _lines(table: str) -> Iterator[list[str]]:
    for line in table.splitlines():
        if line.strip():
            yield [cell.strip() for cell in line.split("|")]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(name for name in cell.split("、") if name)


def _unit(section: str, words: _Words, line: list[str]) -> StartingUnit:
    name, full, label, aliases, former, through, note = line
    kind = _KINDS[label]
    claimed = dict.fromkeys((*_by_rule(name, full, kind, words), *_split(aliases)))
    others = tuple(alias for alias in claimed if alias not in {name, full})
    return StartingUnit(section, name, full, kind, others, _split(former), through or None, note)


def _by_rule(name: str, full: str, kind: UnitKind, words: _Words) -> Iterator[str]:
    """Names that follow from the full one: 县住房和城乡建设局, and for bureaus without 县 too (住建局).

    A document of the county leaves 县 out wherever it names a bureau; of other units that would be too little to go by.
    """
    level = str(words.level)
    short = level + full.removeprefix(words.place) if full.startswith(words.place) else name
    yield short
    if kind is UnitKind.DEPARTMENT:
        yield from (bare for bare in (name.removeprefix(level), short.removeprefix(level)) if len(bare) > 2)

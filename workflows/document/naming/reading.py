"""What one clause says, as places in the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from workflows.units import Share

Place = tuple[int, int]


@dataclass(slots=True)
class Reading:
    """What one clause says, as places in the text; filled while the clause is read."""

    units: list[tuple[Place, Share]] = field(default_factory=list)
    guiding: list[Place] = field(default_factory=list)
    leaders: list[Place] = field(default_factory=list)
    times: list[Place] = field(default_factory=list)
    implied: list[Place] = field(default_factory=list)
    first_leads: bool = False
    open_list: bool = False
    labelled: bool = False
    labelled_later: bool = False
    has_verb: bool = False
    has_object: bool = False

    def add(self, places: Iterable[Place], share: Share) -> None:
        """Give the units at `places` their share."""
        self.units.extend((place, share) for place in places)

    @property
    def says_anything(self) -> bool:
        """Whether the words were part of a clause at all."""
        return bool(self.units or self.leaders or self.times or self.guiding)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as printed from `start` to `end`; `closed` is False where its last bracket is missing."""

    start: int
    end: int
    reading: Reading
    closed: bool = True

"""Standing in (AB角): who gets the letters, and may act, while somebody is away."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

MOST_HOPS = 3
"""How long a chain of people standing in for one another may be; what lies beyond is not looked at."""


@dataclass(frozen=True, slots=True)
class Absence:
    """`deputy_id` stands in for `person_id` on every day from `from_on` through `until_on`."""

    person_id: int
    deputy_id: int
    from_on: date
    until_on: date

    def covers(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on


def standing_in(absences: Iterable[Absence], day: date) -> Mapping[int, int]:
    """Person away on that day → who stands in for him."""
    return {absence.person_id: absence.deputy_id for absence in absences if absence.covers(day)}


def chain(person_id: int, deputies: Mapping[int, int]) -> tuple[int, ...]:
    """The person and, in order, those who stand in: at most MOST_HOPS of them, a circle ends before it closes."""
    people = [person_id]
    while len(people) <= MOST_HOPS and (following := deputies.get(people[-1])) and following not in people:
        people.append(following)
    return tuple(people)


def recipient(person_id: int, deputies: Mapping[int, int], reachable: Container[int]) -> int | None:
    """Who gets that person's letters: the last in the chain whom a letter reaches; None when it reaches nobody."""
    return next((p for p in reversed(chain(person_id, deputies)) if p in reachable), None)


def acts_for(person_id: int, deputies: Mapping[int, int]) -> frozenset[int]:
    """Everybody that person stands in for, at first hand or along a chain."""
    return frozenset(away for away in deputies if away != person_id and person_id in chain(away, deputies))

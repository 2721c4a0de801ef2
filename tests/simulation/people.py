"""The oracle's own directory: who holds which post, who is away, and whom a letter reaches in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.integration.story import county as story
from tests.integration.story import oracle as told
from tests.simulation.county import County

OFFICE, LEADER = "office", "county_leader"
UNIT_POSTS = ("liaison", "section_head", "deputy_head", "head")
POSTS = {
    story.LIAISON: "liaison",
    story.SECTION: "section_head",
    story.DEPUTY: "deputy_head",
    story.HEAD: "head",
    told.OFFICE: OFFICE,
    told.LEADER: LEADER,
}
STANDS_IN = {POSTS[post]: tuple(POSTS[other] for other in others) for post, others in told.STANDS_IN.items()}


@dataclass
class Absence:
    person: int
    deputy: int
    first: date
    last: date
    ended: bool = False


@dataclass
class People:
    """Everybody, as the ledger has left them."""

    posts: dict[tuple[int, str], list[int]]
    offices: list[int]
    administrators: list[int]
    unreachable: set[int]
    gone: set[int] = field(default_factory=set)
    bounced: dict[int, str] = field(default_factory=dict)
    fewer: set[int] = field(default_factory=set)
    absences: list[Absence] = field(default_factory=list)
    left: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How often somebody has left a post."""
    lost: set[int] = field(default_factory=set)
    """Who could not be reached at some time."""
    listed: set[tuple[int, tuple[int, str]]] = field(default_factory=set)
    """Posts that wait for a successor, each with who has left it."""

    @classmethod
    def of(cls, county: County) -> People:
        posts: dict[tuple[int, str], list[int]] = {}
        for holder in county.holders:
            posts.setdefault((holder.unit, holder.post), []).append(holder.person)
        return cls(posts, list(county.office_people), list(county.administrators), set(county.mute))

    def reached(self, person: int) -> bool:
        return person not in self.unreachable | self.gone and person not in self.bounced

    def recipient(self, person: int, on: date) -> int | None:
        """Who gets the letters of that person on that day: the farthest of those who stand in, at most three, that a
        letter reaches."""
        chain = [person]
        for _ in range(3):
            after = [
                a.deputy
                for a in self.absences
                if a.person == chain[-1] and a.first <= on <= a.last and not a.ended
            ]
            if not after or after[-1] in chain:
                break
            chain.append(after[-1])
        return next((p for p in reversed(chain) if self.reached(p)), None)

    def holding(self, unit: int, leader: int | None, post: str, on: date) -> list[int]:
        """The people letters to that post reach, each once."""
        if post == OFFICE:
            held: Sequence[int] = [p for p in self.offices if p not in self.gone]
        elif post == LEADER:
            held = [leader] if leader else []
        else:
            held = [p for p in sorted(self.posts.get((unit, post), ())) if p not in self.gone]
        found = [self.recipient(person, on) for person in held]
        return list(dict.fromkeys(person for person in found if person is not None))

    def spoken_to(self, unit: int, leader: int | None, audience: Iterable[str], on: date) -> dict[int, str]:
        """Everybody a rung speaks to, once, with the post; where nobody is reached, who stands in."""
        told: dict[int, str] = {}
        for post in audience:
            for stand_in in (post, *STANDS_IN[post]):
                people = self.holding(unit, leader, stand_in, on)
                if people:
                    for person in people:
                        told.setdefault(person, stand_in)
                    break
        return told

    def state(self, unit: int, post: str) -> object:
        """What the post looks like now: who holds it, whose address is dead, how often somebody has left it."""
        held = [p for p in self.posts.get((unit, post), ()) if p not in self.gone]
        return tuple((p, self.bounced.get(p)) for p in sorted(held)), self.left[unit, post]

    # ------------------------------------------------------------------------------------------- what changes

    def follow(self, act: str, detail: Mapping[str, Any], unit: int | None, at: str) -> None:
        """One entry of the ledger about people."""
        if act == "person.bounced":
            self.lost.add(detail["person"])
            self.bounced[detail["person"]] = at
        elif act == "deputy.appoint":
            first, last = date.fromisoformat(detail["from"]), date.fromisoformat(detail["until"])
            self.absences.append(Absence(detail["person"], detail["deputy"], first, last))
        elif act == "deputy.end":
            for absence in self.absences:
                if (absence.person, absence.deputy) == (detail["person"], detail["deputy"]):
                    absence.ended = True
        elif act == "person.prefer":
            (self.fewer.add if detail["fewer"] else self.fewer.discard)(detail["person"])
        elif act in {"person.add", "person.edit"}:
            self._place(detail)
        elif act in {"handover.take", "handover.waive"}:
            self._hand_over(detail["person"], (unit or 0, detail["post"]), detail["successor"])

    def _place(self, detail: Mapping[str, Any]) -> None:
        """Somebody is entered, changed or leaves: what he loses is listed for who comes after him."""
        person, active = detail["person"], detail["active"]
        before = {place for place, held in self.posts.items() if person in held}
        wanted = {(unit, post) for unit, post in detail["posts"]}
        came_back = active and person in self.gone
        (self.gone.discard if active else self.gone.add)(person)
        self.lost |= set() if active and detail["mail"] else {person}
        if not detail["bounced"]:
            self.bounced.pop(person, None)
            (self.unreachable.discard if detail["mail"] else self.unreachable.add)(person)
        for place in before - wanted:
            self.posts[place].remove(person)
        for place in wanted - before:
            self.posts.setdefault(place, []).append(person)
        for place in (before - wanted) if active else (before | wanted):
            others = [p for p in self.posts.get(place, ()) if p != person and p not in self.gone]
            if (person, place) not in self.listed and not (active and others):
                self.listed.add((person, place))
                self.left[place] += 1
        if active:
            for place in wanted if came_back else wanted - before:
                self._taken(place, person)

    def _hand_over(self, person: int, place: tuple[int, str], successor: int | None) -> None:
        if successor is None:
            self.listed.discard((person, place))
            self._let_go(person, place)
            return
        if successor not in self.posts.setdefault(place, []):
            self.posts[place].append(successor)
        self._taken(place, successor)

    def _taken(self, place: tuple[int, str], by: int) -> None:
        for person, listed in sorted(self.listed):
            if listed == place:
                self.listed.discard((person, place))
                if person != by:
                    self._let_go(person, place)

    def _let_go(self, person: int, place: tuple[int, str]) -> None:
        if person in self.gone and person in self.posts.get(place, ()):
            self.posts[place].remove(person)

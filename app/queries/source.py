"""The source beside its tasks: every word a task used, the value it became, and the way from one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.models import Commitment, Mention, Task
from app.queries.drafts import open_doubts


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a task's card: its own anchor, and that of the first words it was read from (empty where none)."""

    id: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Words of the source, the value they became (`to`), and what they are: number, unit, date, rhythm, figure, thing.

    Also query: the words a doubt speaks of.
    """

    start: int
    end: int
    what: str
    id: str
    to: str


@dataclass(frozen=True, slots=True)
class Card:
    """A task on the desk: each value with its anchors."""

    task: Task
    number: Value
    mentions: tuple[tuple[Mention, Value], ...]
    deadline: Value
    recurrence: Value
    commitments: tuple[tuple[Commitment, Value], ...]
    doubts: tuple[tuple[dict[str, Any], Value], ...]
    links: tuple[Link, ...]

    @property
    def first_words(self) -> str:
        """The anchor of its place in the source; empty for what a clerk wrote."""
        return "" if self.task.start is None else f"s-{self.task.id}"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the source that is no task's: where a candidate stands, or a rule of the plan's own conduct."""

    start: int
    anchor: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text between two boundaries of the source.

    `what` and `to` are those of the narrowest mark over it (empty for plain text), `id` that mark's anchor where it
    begins here, `marks` the anchors of all marks over it, `places` other anchors that begin here.
    """

    text: str
    what: str = ""
    to: str = ""
    id: str = ""
    marks: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    doubted: bool = False


def card(task: Task, text: str) -> Card:
    """The task with every value led to its words. A mark whose value a reviewer took away is no mark any more."""
    writer = _Writer(task, text)
    doubts = tuple((doubt, writer.doubt(doubt)) for doubt in open_doubts(task))
    return Card(
        task,
        writer.said("number", everywhere=True) if task.number else writer.unsaid(),
        tuple((mention, writer.said("unit", mention.printed)) for mention in task.mentions),
        writer.said("date", task.deadline_text),
        writer.said("rhythm", everywhere=True) if task.recurrence else writer.unsaid(),
        tuple((made, writer.made(made)) for made in task.commitments),
        doubts,
        tuple(writer.links),
    )


class _Writer:
    """Gives the values of one card their anchors, and keeps the links that lead to them."""

    def __init__(self, task: Task, text: str) -> None:
        self.task, self.text, self.count = task, text, 0
        self.links: list[Link] = []

    def unsaid(self) -> Value:
        """A value without words."""
        self.count += 1
        return Value(f"v-{self.task.id}-{self.count}")

    def said(self, what: str, words: str = "", *, everywhere: bool = False) -> Value:
        """A value and all marks of that kind with those words, or all of that kind."""
        value, bare = self.unsaid(), _bare(words)
        places = [
            (start, end)
            for start, end, kind in self.task.marks
            if kind == what and (everywhere or (bare and _bare(self.text[start:end]) == bare))
        ]
        return self._led(value, what, places)

    def made(self, made: Commitment) -> Value:
        value = self.unsaid()
        if made.start is None or made.end is None:
            return value
        what = {"milestone": "date", "deliverable": "thing"}.get(made.kind.value, "figure")
        return self._led(value, what, [(made.start, made.end)])

    def doubt(self, doubt: dict[str, Any]) -> Value:
        value = self.unsaid()
        if doubt.get("start") is None or doubt.get("end") is None:
            return value
        return self._led(value, "query", [(doubt["start"], doubt["end"])])

    def _led(self, value: Value, what: str, places: Sequence[tuple[int, int]]) -> Value:
        known = {(link.start, link.end) for link in self.links if link.what == what}
        for start, end in places:
            if (start, end) not in known:
                self.links.append(Link(start, end, what, self._anchor(start, end, what), value.id))
        return Value(value.id, self._anchor(*places[0], what)) if places else value

    def _anchor(self, start: int, end: int, what: str) -> str:
        return f"m-{self.task.id}-{start}-{end}-{what}"


def _bare(words: str) -> str:
    return "".join(words.split())


def stretches(text: str, cards: Iterable[Card], spots: Iterable[Spot] = ()) -> Iterator[Stretch]:
    """The source cut at every mark, every task's beginning and every spot, letter by letter the same text."""
    beginning, places = defaultdict[int, list[Link]](list), defaultdict[int, list[str]](list)
    edges = {0, len(text)}
    tasks = [Spot(c.task.start, c.first_words) for c in cards if c.task.start is not None]
    for spot in [*tasks, *spots]:
        places[spot.start].append(spot.anchor)
    for link in [
        *(link for c in cards for link in c.links),
        *(link for spot in spots for link in spot.links),
    ]:
        beginning[link.start].append(link)
        edges.add(link.end)
    cuts = sorted(edge for edge in {*edges, *places, *beginning} if 0 <= edge <= len(text))
    over: list[Link] = []
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        begin = beginning.get(start, [])
        over = [link for link in [*over, *begin] if link.end > start]
        yield _stretch(text[start:end], over, begin, places.get(start, []))


def _stretch(text: str, over: Sequence[Link], begin: Sequence[Link], places: Sequence[str]) -> Stretch:
    marks = [link for link in over if link.what != "query"] or list(over)
    top = min(marks, key=lambda link: link.end - link.start) if marks and text else None
    own = top.id if top and top in begin else ""
    return Stretch(
        text,
        top.what if top else "",
        top.to if top else "",
        own,
        tuple(link.id for link in over),
        (*places, *(link.id for link in begin if link.id != own)),
        any(link.what == "query" for link in over),
    )

"""A new version of a document beside the one before (新旧对照): which task is which, and what of it changed.

Tasks are paired by what they say. What stands word for word in both is found first, then what kept number and title,
then what reads alike; so a task keeps its identity when it is renumbered, moved to another section, split or merged.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from types import MappingProxyType

from workflows.commitments import TaskKind
from workflows.difference import plain
from workflows.units import Share


@dataclass(frozen=True, slots=True)
class Bearer:
    """A unit as a version names it. `key` is the same for the same unit or group, however it is printed."""

    key: str
    printed: str
    share: Share


@dataclass(frozen=True, slots=True)
class VersionTask:
    """What of a task is compared; `commitments` are its 分解要点 as words."""

    id: int
    number: str
    title: str
    text: str
    section: str = ""
    part: int | None = None
    bearers: tuple[Bearer, ...] = ()
    deadline_on: date | None = None
    recurrence: str | None = None
    kind: TaskKind | None = None
    commitments: tuple[str, ...] = ()


class Aspect(StrEnum):
    """What of a task can change."""

    NUMBER = "number"
    SECTION = "section"
    TITLE = "title"
    WORDS = "words"
    UNITS = "units"
    DEADLINE = "deadline"
    RECURRENCE = "recurrence"
    KIND = "kind"
    COMMITMENTS = "commitments"


ASPECT_LABELS: Mapping[Aspect, str] = MappingProxyType(
    {
        Aspect.NUMBER: "序号",
        Aspect.SECTION: "章节",
        Aspect.TITLE: "名称",
        Aspect.WORDS: "文字",
        Aspect.UNITS: "单位",
        Aspect.DEADLINE: "时限",
        Aspect.RECURRENCE: "周期",
        Aspect.KIND: "类型",
        Aspect.COMMITMENTS: "分解要点",
    }
)

PLACE = frozenset({Aspect.NUMBER, Aspect.SECTION})
"""Where a task stands: what says nothing of what is to be done."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A task of the old version and the task of the new one that took its place; either may be missing.

    `kin` is the id of the task on the other side a lonely one reads most like: what it was split from or merged into.
    """

    old: VersionTask | None
    new: VersionTask | None
    kin: int | None = None


ALIKE = 0.45
"""Likeness, 0–1, from which two tasks count as one that was rewritten."""

ALIKE_IN_PLACE = 0.3
"""The same for two tasks under one number."""

ALIKE_BY_NAME = 0.2
"""The same for two tasks of one title."""

_MARKS = re.compile(r"[\W_]+")


def pair_up(
    old: Sequence[VersionTask],
    new: Sequence[VersionTask],
    chosen: Mapping[int, int | None] | None = None,
    withdrawn: Sequence[VersionTask] = (),
) -> tuple[Pair, ...]:
    """Every task of both versions exactly once: the new ones in their order, then those that are gone in theirs.

    `chosen` is what a person decided: new id → old id, or None for a task that is certainly new. `withdrawn` are tasks
    an earlier version dropped: what is new otherwise may take one of them up again; they are never gone twice.
    Work grows with the number of tasks times the few that any one could be.
    """
    chosen = chosen or {}
    dropped = {task.id for task in withdrawn}
    back = [task for task in new if chosen.get(task.id) in dropped]
    rest = [task for task in new if chosen.get(task.id) not in dropped]
    pairs = _paired(old, rest, chosen)
    back += [pair.new for pair in pairs if pair.new and not pair.old and pair.new.id not in chosen]
    again = {pair.new.id: pair for pair in _paired(withdrawn, back, chosen) if pair.old and pair.new}
    found = {pair.new.id: pair for pair in pairs if pair.new} | again
    return (*(found[task.id] for task in new), *(pair for pair in pairs if not pair.new))


def _paired(
    old: Sequence[VersionTask], new: Sequence[VersionTask], chosen: Mapping[int, int | None]
) -> tuple[Pair, ...]:
    match = _Match(old, new)
    match.choose(chosen)
    for key in (_whole, _but_place, _in_place, _words):
        match.take_equal(key)
    scored = match.scored()
    match.take_best(scored)
    kin = _kin(scored)
    pairs = [Pair(match.before.get(task.id), task) for task in new]
    pairs += [Pair(task, None) for task in old if task.id in match.old]
    return tuple(_with_kin(pair, kin) for pair in pairs)


def _with_kin(pair: Pair, kin: Mapping[tuple[str, int], int]) -> Pair:
    if pair.old is None and pair.new is not None:
        return Pair(None, pair.new, kin.get(("new", pair.new.id)))
    if pair.new is None and pair.old is not None:
        return Pair(pair.old, None, kin.get(("old", pair.old.id)))
    return pair


def _words(task: VersionTask) -> Hashable:
    return _bare(task.title), _bare(task.text)


def _in_place(task: VersionTask) -> Hashable:
    return _words(task), task.number, task.part


def _but_place(task: VersionTask) -> Hashable:
    return _words(task), task.bearers, task.deadline_on, task.recurrence


def _whole(task: VersionTask) -> Hashable:
    return _but_place(task), task.number, task.part, task.section


def _bare(text: str) -> str:
    """The words without blanks and marks: those change from one typing to the next."""
    return _MARKS.sub("", text)


_Scored = tuple[float, int, int, VersionTask, VersionTask]


class _Match:
    """The tasks still without a partner, and the partners found: `before` maps a new task's id to its old task."""

    def __init__(self, old: Sequence[VersionTask], new: Sequence[VersionTask]) -> None:
        self.old, self.new = {task.id: task for task in old}, {task.id: task for task in new}
        self.place = {("old", task.id): i for i, task in enumerate(old)}
        self.place |= {("new", task.id): i for i, task in enumerate(new)}
        self.before: dict[int, VersionTask] = {}

    def choose(self, chosen: Mapping[int, int | None]) -> None:
        for new_id, old_id in chosen.items():
            if new_id in self.new and old_id in self.old:
                self._join(self.old[old_id], self.new[new_id])
            elif new_id in self.new and old_id is None:
                del self.new[new_id]

    def _join(self, old: VersionTask, new: VersionTask) -> None:
        self.before[new.id] = old
        del self.old[old.id], self.new[new.id]

    def take_equal(self, key: Callable[[VersionTask], Hashable]) -> None:
        """Pair what is equal in that key, in printed order."""
        waiting: dict[Hashable, list[VersionTask]] = defaultdict(list)
        for task in reversed(self.old.values()):
            waiting[key(task)].append(task)
        for task in list(self.new.values()):
            if found := waiting.get(key(task)):
                self._join(found.pop(), task)

    def scored(self) -> list[_Scored]:
        """Pairs alike enough, best first. Of equals the nearer in print wins, whichever version came first."""
        old, new = [_Read(task) for task in self.old.values()], [_Read(task) for task in self.new.values()]
        found = []
        for a, b in _likely(old, new):
            if score := _score(a, b):
                i, j = self.place["old", a.task.id], self.place["new", b.task.id]
                found.append((-score, abs(i - j), i + j, a.task, b.task))
        return sorted(found, key=lambda line: line[:3])

    def take_best(self, scored: Iterable[_Scored]) -> None:
        for *_, old, new in scored:
            if old.id in self.old and new.id in self.new:
                self._join(old, new)


def _kin(scored: Iterable[_Scored]) -> Mapping[tuple[str, int], int]:
    """For each task, the one on the other side it reads most like."""
    found: dict[tuple[str, int], int] = {}
    for *_, old, new in scored:
        found.setdefault(("old", old.id), new.id)
        found.setdefault(("new", new.id), old.id)
    return found


class _Read:
    """A task with its words cut into pairs of characters, which is how likeness is counted."""

    __slots__ = ("grams", "task", "title", "title_grams")

    def __init__(self, task: VersionTask) -> None:
        self.task, self.title = task, _bare(task.title)
        self.grams, self.title_grams = _grams(_bare(task.text)), _grams(self.title)


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})


COMMON = 24
"""Tasks of both versions together that may share a pair of characters before it says nothing of any one."""

CANDIDATES = 6
"""How many tasks each is held against in full."""


def _likely(old: Sequence[_Read], new: Sequence[_Read]) -> Iterator[tuple[_Read, _Read]]:
    """Pairs worth a look: those that share rare words, a title or a number."""
    shared = _sharing(old, new, lambda task: task.grams | task.title_grams, COMMON)
    by_old, by_new = defaultdict(list), defaultdict(list)
    for (i, j), count in shared.items():
        by_old[i].append((-count, abs(i - j), i + j, i, j))
        by_new[j].append((-count, abs(i - j), i + j, i, j))
    found = {
        line[3:] for lines in (*by_old.values(), *by_new.values()) for line in sorted(lines)[:CANDIDATES]
    }
    found |= set(_sharing(old, new, lambda task: {task.title} - {""}, 2 * COMMON))
    found |= set(_sharing(old, new, lambda task: {(task.task.number, task.task.part)}, 2 * COMMON))
    found |= {(i, i) for i in range(min(len(old), len(new)))}
    return ((old[i], new[j]) for i, j in sorted(found))


def _sharing(
    old: Sequence[_Read], new: Sequence[_Read], traits: Callable[[_Read], Iterable[Hashable]], most: int
) -> Counter[tuple[int, int]]:
    """How many traits each pair shares; a trait that more than `most` tasks have does not count."""
    having: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, tasks in enumerate((old, new)):
        for i, task in enumerate(tasks):
            for trait in traits(task):
                having[trait][side].append(i)
    shared: Counter[tuple[int, int]] = Counter()
    for before, after in having.values():
        if len(before) + len(after) <= most:
            shared.update(product(before, after))
    return shared


def _score(old: _Read, new: _Read) -> float:
    """How surely two tasks are one, 0 when they are not; number with title outweighs any likeness of words."""
    words = _likeness(old.grams, new.grams)
    named = bool(old.title) and old.title == new.title
    placed = bool(old.task.number) and (old.task.number, old.task.part) == (new.task.number, new.task.part)
    if named and placed:
        return 2 + words
    if named and words >= ALIKE_BY_NAME:
        return 1 + words
    like = 0.8 * words + 0.2 * _likeness(old.title_grams, new.title_grams)
    if like < (ALIKE_IN_PLACE if placed else ALIKE):
        return 0
    return like + 0.15 * placed + 0.05 * (old.task.section == new.task.section)


LEAST_TO_CONTAIN = 12
"""Pairs of characters a text needs before standing whole in another one says they are the same (拆分, 合并)."""


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """0–1: what both share of what both hold; a part of a longer text is like it too."""
    common = len(one & other)
    alike = 2 * common / (len(one) + len(other))
    shorter = min(len(one), len(other))
    return max(alike, 0.6 * common / shorter) if shorter >= LEAST_TO_CONTAIN else alike


# ------------------------------------------------------------------------------------------ what changed


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit that came, went, or has another share; `before` or `after` is None where it had or has none."""

    printed: str
    before: Share | None
    after: Share | None


def changed(old: VersionTask, new: VersionTask) -> frozenset[Aspect]:
    """What is not the same in both. Line breaks and the printing of a known unit's name are no change."""
    differs = {
        Aspect.NUMBER: (old.number, old.part) != (new.number, new.part),
        Aspect.SECTION: plain(old.section) != plain(new.section),
        Aspect.TITLE: plain(old.title) != plain(new.title),
        Aspect.WORDS: plain(old.text) != plain(new.text),
        Aspect.UNITS: bool(unit_changes(old, new)),
        Aspect.DEADLINE: old.deadline_on != new.deadline_on,
        Aspect.RECURRENCE: old.recurrence != new.recurrence,
        Aspect.KIND: old.kind != new.kind,
        Aspect.COMMITMENTS: list(map(plain, old.commitments)) != list(map(plain, new.commitments)),
    }
    return frozenset(aspect for aspect, is_so in differs.items() if is_so)


def unit_changes(old: VersionTask, new: VersionTask) -> tuple[UnitChange, ...]:
    """The units that went, in printed order, then those that came or changed their share."""
    before, after = _shares(old), _shares(new)
    gone = [UnitChange(b.printed, b.share, None) for key, b in before.items() if key not in after]
    come = [
        UnitChange(bearer.printed, before[key].share if key in before else None, bearer.share)
        for key, bearer in after.items()
        if key not in before or before[key].share is not bearer.share
    ]
    return (*gone, *come)


def _shares(task: VersionTask) -> Mapping[str, Bearer]:
    """Each unit once, with the share it is named with first."""
    found: dict[str, Bearer] = {}
    for bearer in task.bearers:
        found.setdefault(bearer.key, bearer)
    return found

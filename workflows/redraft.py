"""A draft task parted in two (拆分) or put together with the next (合并): drafts in, drafts out.

A clerk parts a task where one number holds two demands, and joins what the print tore apart. Nothing read from the
document is lost either way: what stands in the words of one half goes with that half, what stands in the clause behind
them goes with both. Joining two halves gives back the words, the units and the date they were parted from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from workflows.commitments import CommitmentKind, Comparison, TaskKind
from workflows.document.doubts import ABOUT_UNITS
from workflows.errors import Refused
from workflows.units import Share


@dataclass(frozen=True, slots=True)
class Bearer:
    """A unit name as printed, its share, what it stands for in full, and the unit or group it is bound to."""

    share: Share
    printed: str
    full: str = ""
    unit_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing the task commits to (分解要点): see `workflows.commitments`. An empty `target` is blank in print (待填)."""

    kind: CommitmentKind
    name: str = ""
    text: str = ""
    comparison: Comparison | None = None
    target: str = ""
    unit: str = ""
    due_on: date | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Words of the source the task uses; `what` is number, unit, date, rhythm, figure or thing."""

    start: int
    end: int
    what: str


@dataclass(frozen=True, slots=True)
class Question:
    """A doubt (存疑) as it is kept with a task."""

    code: str
    sentence: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a draft task says. `start` and `end` are offsets into the source, None for what a clerk wrote."""

    number: str
    part: int | None
    level: int
    title: str
    section: str
    text: str
    start: int | None
    end: int | None
    deadline_on: date | None
    deadline_text: str
    recurrence: str | None
    recurrence_text: str
    start_text: str
    kind: TaskKind
    kind_reason: str
    noted: Mapping[str, Any] = field(default_factory=dict)
    bearers: tuple[Bearer, ...] = ()
    promises: tuple[Promise, ...] = ()
    marks: tuple[Mark, ...] = ()
    doubts: tuple[Question, ...] = ()


_TARGET = re.compile(r"\d+(?:\.\d+)?(?::\d+(?:\.\d+)?)?")


def shortcoming(made: Promise) -> str:
    """What a commitment still lacks, as a sentence that says what to do; empty when it is complete."""
    if made.kind is CommitmentKind.MILESTONE:
        return "" if made.due_on else "阶段节点要填日期。"
    if not made.name.strip():
        return "请填写名称：交付物写交什么，指标写量什么。"
    if made.target and not _TARGET.fullmatch(made.target):
        return "目标值只填数字（例如 100、1.5、1:15）；文件里空着的请留空，会显示为待填，不要填零。"
    return ""


T = TypeVar("T")
TITLE_LENGTH = 40
"""Characters a title made from a half's own words has at most."""

_STOP = re.compile(r"[。；;！!？?]+[”’』」》]*\s*|\n\s*")
_STOPPED = re.compile(rf"(?:{_STOP.pattern})\Z")
_OPENERS, _CLOSERS = "（(【〔“‘《「『", "）)】〕”’》」』"
_COMMA = re.compile(r"[，,。；;：:！!？?\n]+")
_ONLY_TIME = re.compile(
    r"[从自到至在截]?[\d一二三四五六七八九十年月日季度上下半底末前起止内来开始每个]+|[“”\"]?十[三四五六]五[“”\"]?(期间|末|时期)"
)
_LEADS_ON = re.compile("要?(?:根据|按照|依据|结合|围绕|针对|对照|为了|为|以|在)")
_HEADING = re.compile(r"[^，,；;：:]{2,24}")
_JOINT = "："


def places(text: str) -> tuple[int, ...]:
    """Where a task's words may be parted: behind a sentence, a ； or a line, outside brackets and quotation marks."""
    found, depth, last = [], 0, 0
    for stop in _STOP.finditer(text):
        between = text[last : stop.start()]
        depth += sum(between.count(mark) for mark in _OPENERS) - sum(between.count(mark) for mark in _CLOSERS)
        closes = sum(stop.group().count(mark) for mark in _CLOSERS)
        depth, last = max(depth - closes, 0), stop.end()
        if "\n" in stop.group():
            depth = 0
        if not depth and text[: stop.start()].strip() and text[last:].strip():
            found.append(last)
    return tuple(found)


class _Side(Enum):
    FIRST = 1
    SECOND = 2
    BOTH = 3


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where the cut lies: `at` in the task's words, `place` and `tail` (where its words end) in the source.

    `place` is None when the words are not the document's any more: what points into the source then stays in front.
    """

    draft: Draft
    source: str
    at: int
    place: int | None
    tail: int

    def side(self, start: int | None) -> _Side:
        """The half in which something at that place of the source stands."""
        if start is None or self.place is None:
            return _Side.FIRST
        if start >= self.tail:
            return _Side.BOTH
        return _Side.FIRST if start < self.place else _Side.SECOND

    def side_of(self, words: str, what: str) -> _Side:
        """The half that says these words; both when neither does, or each."""
        sides = {
            self.side(mark.start)
            for mark in self.draft.marks
            if mark.what == what and _bare(self.source[mark.start : mark.end]) == _bare(words)
        }
        if not sides or self.place is None:
            halves = {_Side.FIRST: self.draft.text[: self.at], _Side.SECOND: self.draft.text[self.at :]}
            sides = {side for side, half in halves.items() if _bare(words) in _bare(half)}
        return sides.pop() if len(sides) == 1 else _Side.BOTH


def _bare(words: str) -> str:
    return "".join(words.split())


def _cut(draft: Draft, at: int, source: str) -> _Cut:
    """Find the cut in the source, where the words are printed with the line breaks of the page."""
    start, end = draft.start, draft.end
    if start is None or end is None:
        return _Cut(draft, source, at, None, 0)
    printed = [place for place in range(start, min(end, len(source))) if not source[place].isspace()]
    found = "".join(source[place] for place in printed).find(_bare(draft.text))
    if found < 0:
        return _Cut(draft, source, at, None, end)
    behind = found + len(_bare(draft.text[:at]))
    last = found + len(_bare(draft.text)) - 1
    return _Cut(draft, source, at, printed[behind], printed[last] + 1)


def split(draft: Draft, at: int, source: str) -> tuple[Draft, Draft]:
    """The two tasks `draft` becomes when its words are parted at `at`, one of `places`.

    A half whose deadline went with the other one takes its own latest milestone for it. Raises Refused invalid.
    """
    if at not in places(draft.text):
        raise Refused("invalid", "请选择从哪一句后面分开。")
    cut = _cut(draft, at, source)
    first = _half(cut, _Side.FIRST, draft.text[:at], draft.part or 1)
    second = _half(cut, _Side.SECOND, draft.text[at:], (draft.part or 1) + 1)
    return first, second if cut.place is None else replace(second, start=cut.place)


def _half(cut: _Cut, side: _Side, text: str, part: int) -> Draft:
    draft, mine = cut.draft, {side, _Side.BOTH}
    dated = cut.side_of(draft.deadline_text, "date") in mine
    repeats = cut.side_of(draft.recurrence_text, "rhythm") in mine
    begins = cut.side_of(draft.start_text, "date") in mine
    half = replace(
        draft,
        part=part,
        title=_title(draft, text, side),
        text=text,
        deadline_on=draft.deadline_on if dated else None,
        deadline_text=draft.deadline_text if dated else "",
        recurrence=draft.recurrence if repeats else None,
        recurrence_text=draft.recurrence_text if repeats else "",
        start_text=draft.start_text if begins else "",
        noted=_noted(draft.noted, text, draft.text),
        promises=tuple(made for made in draft.promises if cut.side(made.start) in mine),
        marks=tuple(mark for mark in draft.marks if cut.side(mark.start) in mine or mark.what == "unit"),
        doubts=tuple(asked for asked in draft.doubts if _asks(asked, cut, mine)),
    )
    if dated or not draft.deadline_on or cut.place is None:
        return half
    return _dated_by_milestone(half, draft.deadline_on)


def _asks(asked: Question, cut: _Cut, mine: set[_Side]) -> bool:
    return asked.code in ABOUT_UNITS or asked.start is None or cut.side(asked.start) in mine


def _noted(noted: Mapping[str, Any], text: str, whole: str) -> dict[str, Any]:
    """What is noted beside a task: units that only act in its words stay with the half that names them."""
    acting = [
        name
        for name in noted.get("text_units", ())
        if _bare(name) in _bare(text) or _bare(name) not in _bare(whole)
    ]
    return {**noted, **({"text_units": acting} if "text_units" in noted else {})}


def _dated_by_milestone(half: Draft, deadline_on: date) -> Draft:
    stones = [
        made
        for made in half.promises
        if made.kind is CommitmentKind.MILESTONE and made.due_on and made.due_on <= deadline_on
    ]
    if not stones:
        return half
    latest = max(stones, key=lambda made: (made.due_on or date.min, made.start or 0))
    rest = tuple(made for made in half.promises if made is not latest)
    return replace(half, deadline_on=latest.due_on, deadline_text=latest.text, promises=rest)


def _title(draft: Draft, text: str, side: _Side) -> str:
    """The heading with what the half is about: 改善办园条件：制定配备方案; no heading, the half's own first words."""
    opening = draft.text.find(draft.title) == 0 and _STOP.match(draft.text, len(draft.title))
    if _bare(draft.title) in _bare(draft.text) and not (opening and _HEADING.fullmatch(draft.title)):
        return draft.title if side is _Side.FIRST else _subject(text)
    rest = text[opening.end() :] if opening and side is _Side.FIRST else text
    return f"{draft.title.split(_JOINT)[0]}{_JOINT}{_subject(rest)}" if rest.strip() else draft.title


def _subject(text: str) -> str:
    """The first words that say what is to be done; times, reasons and short leads are passed over."""
    said = [words.strip() for words in _COMMA.split(text) if words.strip()]
    telling = [words for words in said if len(words) > 3 and not _ONLY_TIME.fullmatch(words)]
    doing = [words for words in telling if not _LEADS_ON.match(words)]
    return (doing or telling or said or [text.strip()])[0][:TITLE_LENGTH]


def merge(first: Draft, second: Draft, source: str) -> Draft:
    """One task of two that follow each other: the words of both, all units, the later date.

    Who leads the first leads; a lead of the second alone becomes responsible. The earlier date becomes a milestone.
    """
    later, earlier = _by_date(first, second)
    start, end = _outer(first, second)
    promises = [*first.promises, *second.promises]
    if earlier.deadline_on and later.deadline_on and earlier.deadline_on < later.deadline_on:
        promises.append(_milestone(earlier, source))
    return replace(
        first,
        title=_common_title(first, second),
        text=first.text + _link(first.text) + second.text,
        start=start,
        end=end,
        deadline_on=later.deadline_on,
        deadline_text=later.deadline_text,
        recurrence=first.recurrence or second.recurrence,
        recurrence_text=first.recurrence_text or second.recurrence_text,
        start_text=first.start_text or second.start_text,
        noted=_all_noted(first.noted, second.noted),
        bearers=_united(first.bearers, second.bearers),
        promises=_sorted(_distinct(promises), key=lambda made: (made.start is None, made.start or 0)),
        marks=tuple(sorted(set(first.marks) | set(second.marks))),
        doubts=_distinct([*first.doubts, *second.doubts, *_rhythms_differ(first, second)]),
    )


def _by_date(first: Draft, second: Draft) -> tuple[Draft, Draft]:
    """The half with the later deadline, then the other; a date beats none, words beat silence."""

    def lateness(half: Draft) -> tuple[date, bool]:
        return half.deadline_on or date.min, bool(half.deadline_text)

    return (second, first) if lateness(second) > lateness(first) else (first, second)


def _milestone(half: Draft, source: str) -> Promise:
    """The half's deadline as a milestone, with its place where the source has one."""
    said, taken = _bare(half.deadline_text), {made.start for made in half.promises}
    places_of_it = [
        mark
        for mark in half.marks
        if mark.what == "date" and mark.start not in taken and _bare(source[mark.start : mark.end]) == said
    ]
    place = places_of_it[0] if places_of_it else None
    return Promise(
        CommitmentKind.MILESTONE,
        text=half.deadline_text,
        due_on=half.deadline_on,
        start=place.start if place else None,
        end=place.end if place else None,
    )


def _outer(first: Draft, second: Draft) -> tuple[int | None, int | None]:
    starts = [half.start for half in (first, second) if half.start is not None]
    ends = [half.end for half in (first, second) if half.end is not None]
    return min(starts, default=None), max(ends, default=None)


def _common_title(first: Draft, second: Draft) -> str:
    heading = first.title.split(_JOINT)[0]
    return heading if second.title.split(_JOINT)[0] == heading else first.title


def _link(text: str) -> str:
    """What has to stand between the words of two tasks: nothing behind a sentence, else its stop."""
    return "" if not text.strip() or _STOPPED.search(text) else "。"


def _united(first: Sequence[Bearer], second: Sequence[Bearer]) -> tuple[Bearer, ...]:
    named = {bearer.printed for bearer in first}
    led = any(bearer.share is Share.LEAD for bearer in first)
    joined = [
        replace(bearer, share=Share.RESPONSIBLE) if led and bearer.share is Share.LEAD else bearer
        for bearer in second
        if bearer.printed not in named
    ]
    order = list(Share)
    return _sorted([*first, *joined], key=lambda bearer: order.index(bearer.share))


def _all_noted(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    noted = {**second, **first}
    for name, values in second.items():
        if isinstance(values, list):
            noted[name] = list(dict.fromkeys([*first.get(name, ()), *values]))
        else:
            noted[name] = first.get(name) or values
    return noted


def _rhythms_differ(first: Draft, second: Draft) -> tuple[Question, ...]:
    if not (first.recurrence and second.recurrence) or first.recurrence == second.recurrence:
        return ()
    sentence = (
        f"合并的两项周期不同（“{first.recurrence_text}”和“{second.recurrence_text}”），现按前一项，请核对。"
    )
    return (Question("recurrence-merged", sentence),)


def _distinct(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _sorted(values: Iterable[T], key: Callable[[T], Any]) -> tuple[T, ...]:
    return tuple(sorted(values, key=key))

"""Which words of a text changed: the stretches kept, gone and new, as a reader marks them on paper.

Chinese has no blanks between words, so the pieces compared are single characters, and figures as a whole: 2025年 never
becomes 202<5→6>年, nor 十二所 十<二→五>所.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class How(StrEnum):
    """What became of a stretch: 保留, 删去, 新增."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text and what became of it."""

    how: How
    text: str


_FIGURES = "〇零一二两三四五六七八九十百千万亿"
_PIECE = re.compile(rf"[0-9]+(?:\.[0-9]+)?%?|[A-Za-z]+|[{_FIGURES}]{{2,}}|.", re.DOTALL)
_INSIDE = re.compile(rf"[0-9.][0-9.%]|[A-Za-z]{{2}}|[{_FIGURES}]{{2}}")
_SENTENCE = re.compile(r"[^。；\n]*[。；\n]?")
_HAN = r"[⺀-鿿豈-﫿＀-￯　-〿“”‘’]"
_BREAK = re.compile(rf"(?<={_HAN})\s+|\s+(?={_HAN})")

SHORTEST_KEPT = 2
"""Characters in common, between two changes, that are worth showing as kept: one alone is chance."""

MOST_COMPARISONS = 4_000_000
"""Old pieces times new pieces beyond which whole sentences are compared, and beyond that nothing is."""


def plain(text: str) -> str:
    """The text as it reads, whatever the lines of its file: breaks inside Chinese go, others become one blank."""
    return re.sub(r"\s+", " ", _BREAK.sub("", text)).strip()


def difference(old: str, new: str) -> tuple[Run, ...]:
    """The runs from `old` to `new`: those kept and gone make up `old`, those kept and new make up `new`.

    Time is bounded: very long texts that differ everywhere are compared by sentences, or said to be new as a whole.
    """
    head, tail = _common(old, new)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    middle = _tidied(_compared(before, after)) if before and after else _replaced(before, after)
    ends = (Run(How.KEPT, old[:head]), *middle, Run(How.KEPT, old[len(old) - tail :]))
    return tuple(_joined(run for run in ends if run.text))


def _common(old: str, new: str) -> tuple[int, int]:
    """How many characters both begin with, and how many they end with; no figure or Latin word is cut in two."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    while head and _cuts(old, head) | _cuts(new, head):
        head -= 1
    left = shorter - head
    tail = next((i for i in range(left) if old[-1 - i] != new[-1 - i]), left)
    while tail and _cuts(old, len(old) - tail) | _cuts(new, len(new) - tail):
        tail -= 1
    return head, tail


def _cuts(text: str, at: int) -> bool:
    """Whether a cut there falls inside a figure or a Latin word."""
    return 0 < at < len(text) and bool(_INSIDE.fullmatch(text[at - 1 : at + 1]))


def _compared(old: str, new: str) -> Iterator[Run]:
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if len(before) * len(after) > MOST_COMPARISONS:
        before, after = ([s for s in _SENTENCE.findall(text) if s] for text in (old, new))
    if len(before) * len(after) > MOST_COMPARISONS:
        return _replaced(old, new)
    return _matched(before, after)


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for step, from_, to, start, end in steps:
        if step == "equal":
            yield Run(How.KEPT, "".join(old[from_:to]))
        else:
            yield from _replaced("".join(old[from_:to]), "".join(new[start:end]))


def _replaced(old: str, new: str) -> Iterator[Run]:
    if old:
        yield Run(How.GONE, old)
    if new:
        yield Run(How.NEW, new)


def _tidied(runs: Iterator[Run]) -> Iterator[Run]:
    """Runs with chance agreements taken into the changes around them, so that a rewritten clause reads as one."""
    gone = new = ""
    for run in runs:
        if run.how is How.KEPT and (len(run.text) >= SHORTEST_KEPT or not (gone or new)):
            yield from _replaced(gone, new)
            yield run
            gone = new = ""
            continue
        gone += run.text if run.how is not How.NEW else ""
        new += run.text if run.how is not How.GONE else ""
    yield from _replaced(gone, new)


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    """Neighbours of one kind as one."""
    last: Run | None = None
    for run in runs:
        if last and last.how is run.how:
            last = Run(run.how, last.text + run.text)
        else:
            if last:
                yield last
            last = run
    if last:
        yield last

"""What is promised: figures that contradict each other or are blank, institutions with nothing to show, tasks said twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import combinations
from math import ceil

from workflows.checkup.model import Check, Finding, PlanFacts, PlannedTask, Promise, Severity
from workflows.commitments import COMPARISON_LABELS, CommitmentKind, Comparison, TaskKind

_RELATIVE = frozenset({Comparison.NOT_FALL, Comparison.NOT_RISE, Comparison.RISE_BY, Comparison.FALL_BY})
"""Comparisons with the value before: without that value nobody can say whether they are reached."""
_RANGE = frozenset({Comparison.AT_LEAST, Comparison.AT_MOST})
_NOISE = re.compile(r"[\s，。、；：“”‘’《》（）()—\-]|^(?:全[省市州县区旗]|[我本][省市州县区旗])|的")
_MAKES = re.compile(r"制定|制订|出台|编制|印发|建立|组建|搭建|成立")


@dataclass(frozen=True, slots=True)
class _Figure:
    task: PlannedTask
    promise: Promise

    @property
    def said(self) -> str:
        words = COMPARISON_LABELS[self.promise.comparison] if self.promise.comparison else ""
        return f"第{self.task.number or '—'}项写{words}{self.promise.target}{self.promise.unit}"


def two_values(facts: PlanFacts) -> Iterator[Finding]:
    """One indicator with two targets for one date (师幼比 1:15 and 1:18, reference b.7)."""
    figures: dict[tuple[str, str], list[_Figure]] = {}
    for task in facts.tasks:
        for promise in _indicators(task):
            if promise.target and promise.comparison not in _RELATIVE:
                key = (_NOISE.sub("", promise.name), promise.unit)
                figures.setdefault(key, []).append(_Figure(task, promise))
    for (name, _unit), found in figures.items():
        apart = [pair for pair in combinations(found, 2) if _contradict(*(f.promise for f in pair))]
        if name and apart:
            told = list(dict.fromkeys(figure for pair in apart for figure in pair))
            words = "，".join(dict.fromkeys(figure.said for figure in told))
            sentence = f"指标“{told[0].promise.name}”有两个目标值：{words}。请统一口径。"
            ids = tuple(dict.fromkeys(figure.task.id for figure in told))
            place = told[0].promise.place or told[0].task.place
            yield Finding(Check.TWO_VALUES, Severity.REMIND, sentence, ids, (), place)


def _contradict(one: Promise, other: Promise) -> bool:
    """Whether two targets of one indicator cannot both be meant: a lower and an upper bound can."""
    if one.due_on and other.due_on and one.due_on != other.due_on:
        return False
    if {one.comparison, other.comparison} == _RANGE:
        return False
    return _figure(one.target) != _figure(other.target)


def _figure(target: str) -> Decimal | str:
    try:
        return Decimal(target).normalize()
    except InvalidOperation:
        return target.replace("：", ":")


def incomplete_indicators(facts: PlanFacts) -> Iterator[Finding]:
    """Indicators whose target is blank in print, that rise from nowhere, or that have no date."""
    for task in facts.tasks:
        for promise in _indicators(task):
            said = f"{task.label}的指标“{promise.name or promise.text}”"
            if not promise.target and promise.comparison not in {Comparison.NOT_FALL, Comparison.NOT_RISE}:
                yield _of(
                    task, promise, Check.BLANK_TARGET, Severity.REMIND, f"{said}没有写明目标值，原文是空的。"
                )
            if promise.comparison in _RELATIVE:
                yield _of(
                    task, promise, Check.NO_BASE, Severity.HINT, f"{said}要和原来比，但没有写明基期值。"
                )
            if not promise.due_on and not task.deadline_on and not task.recurs:
                yield _of(task, promise, Check.NO_TARGET_DATE, Severity.HINT, f"{said}没有写明什么时候达到。")


def _indicators(task: PlannedTask) -> Iterator[Promise]:
    return (promise for promise in task.promises if promise.kind is CommitmentKind.INDICATOR)


def _of(task: PlannedTask, promise: Promise, check: Check, severity: Severity, sentence: str) -> Finding:
    return Finding(check, severity, sentence, (task.id,), (), promise.place or task.place)


def missing_deliverables(facts: PlanFacts) -> Iterator[Finding]:
    """Tasks that set up an institution, or promise to draw something up, and name nothing that can be handed over."""
    for task in facts.tasks:
        made = _MAKES.search(task.text)
        delivers = any(promise.kind is CommitmentKind.DELIVERABLE for promise in task.promises)
        if delivers or not (made or task.kind is TaskKind.INSTITUTION):
            continue
        words = f"写了“{made.group()}”" if made else "要建立制度"
        sentence = f"{task.label}{words}，但没有写明交出什么（文件、名单、系统等），办结时难以核对。"
        yield Finding(Check.NO_DELIVERABLE, Severity.REMIND, sentence, (task.id,), (), task.place)


def twins(facts: PlanFacts, likeness: float) -> Iterator[Finding]:
    """Pairs of tasks that say the same: equal titles and texts, or nearly the same words."""
    words = [_pairs_of(task.title + task.text) for task in facts.tasks]
    for one, other in _candidates(words, likeness):
        common = _overlap(words[one], words[other])
        if common >= likeness:
            pair = facts.tasks[one], facts.tasks[other]
            sentence = f"{pair[0].label}与{pair[1].label}的内容有{common:.0%}相同，请核对是否重复。"
            yield Finding(
                Check.TWIN, Severity.REMIND, sentence, tuple(task.id for task in pair), (), pair[1].place
            )


def _pairs_of(text: str) -> frozenset[str]:
    """The neighbouring characters of a text, what stands between words left out."""
    bare = re.sub(r"[\W\d]", "", text)
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of neighbouring characters two texts have in common, 0–1."""
    return len(one & other) / (len(one | other) or 1)


def _candidates(words: Sequence[frozenset[str]], likeness: float) -> Iterator[tuple[int, int]]:
    """The pairs that can be alike at all.

    Two sets with so large a part in common have one of the rarest members of each in common; only texts that meet
    there need comparing.
    """
    count = Counter(pair for text in words for pair in text)
    meeting: dict[str, list[int]] = {}
    for at, text in enumerate(words):
        rarest = sorted(text, key=lambda pair: (count[pair], pair))
        first = rarest[: len(text) - ceil(likeness * len(text)) + 1]
        yield from ((earlier, at) for earlier in sorted({e for pair in first for e in meeting.get(pair, ())}))
        for pair in first:
            meeting.setdefault(pair, []).append(at)

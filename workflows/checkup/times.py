"""By when: tasks without a date, terms that are no date yet, dates gone by and dates outside the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from workflows.calendar import FIRST_YEAR, LAST_YEAR
from workflows.checkup.model import Check, Finding, Mend, PlanFacts, PlannedTask, Severity
from workflows.commitments import CommitmentKind, TaskKind

_COUNTED = re.compile(
    r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})个?(?:工作日|季度|年|月|天|日)(?:之|以)?(?:内|时间)|即时|立即|尽快|近期"
)
"""A term that counts from somewhere (三年内, 30日内) or says no day at all."""
_LASTING = frozenset({TaskKind.CONTINUING, TaskKind.RECURRING, TaskKind.ADVOCACY})


def undated(facts: PlanFacts) -> Iterator[Finding]:
    """Tasks without a date. A term that was worked out (三年内) is a date to be confirmed; one that was not is none."""
    for task in facts.tasks:
        relative = _COUNTED.search(task.deadline_text)
        if task.deadline_on and relative:
            day = _said(task.deadline_on)
            sentence = f"{task.label}的时限“{task.deadline_text}”按计划起止推算为{day}，请核定。"
            yield _about(task, Check.TERM_COUNTED, Severity.HINT, sentence)
        elif not task.deadline_on and relative:
            sentence = f"{task.label}的时限“{task.deadline_text}”没有换算成日期，到期不会提醒。"
            yield _about(task, Check.TERM_UNDATED, Severity.REMIND, sentence)
        elif not task.deadline_on:
            yield _undated(task)


def _undated(task: PlannedTask) -> Finding:
    if task.recurs:
        sentence = f"{task.label}按周期开展，没有写到什么时候为止。"
        return _about(task, Check.UNDATED, Severity.HINT, sentence)
    words = f"只写了“{task.deadline_text}”，" if task.deadline_text else ""
    lasting = "，请定年度小目标或完成时限" if task.kind in _LASTING else "，请补定"
    return _about(task, Check.UNDATED, Severity.REMIND, f"{task.label}{words}没有完成时限{lasting}。")


def past(facts: PlanFacts, as_of: date) -> Iterator[Finding]:
    """Dates that have gone by before the plan is issued."""
    for task in facts.tasks:
        if task.deadline_on and task.deadline_on < as_of:
            sentence = f"{task.label}的时限{_said(task.deadline_on)}已过，下达后立即计为逾期。"
            yield _about(task, Check.PAST, Severity.REMIND, sentence)
        for stone in task.promises:
            if stone.kind is not CommitmentKind.MILESTONE or stone.due_on in (None, task.deadline_on):
                continue
            if stone.due_on < as_of:
                sentence = f"{task.label}的阶段节点{_said(stone.due_on)}（{stone.text}）已过。"
                yield Finding(Check.PAST, Severity.HINT, sentence, (task.id,), (), stone.place or task.place)


def outside_period(facts: PlanFacts) -> Iterator[Finding]:
    """Dates outside the years the plan is made for, or beyond what the calendar knows."""
    for task in facts.tasks:
        day = task.deadline_on
        if day and not FIRST_YEAR < day.year < LAST_YEAR:
            sentence = f"{task.label}的时限{_said(day)}超出日历，请核对年份。"
            yield _about(task, Check.OUTSIDE_PERIOD, Severity.BLOCK, sentence)
        elif day and facts.period and not facts.period[0] <= day <= facts.period[1]:
            years = f"{facts.period[0].year}年至{facts.period[1].year}年"
            sentence = f"{task.label}的时限{_said(day)}不在计划起止（{years}）之内。"
            yield _about(task, Check.OUTSIDE_PERIOD, Severity.REMIND, sentence)


def _about(task: PlannedTask, check: Check, severity: Severity, sentence: str) -> Finding:
    return Finding(check, severity, sentence, (task.id,), (), task.place, Mend.TASK)


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

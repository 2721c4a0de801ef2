"""What a reviewing clerk should look at, each as a sentence that says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workflows.document.model import Doubt, Indicator, NamedUnit, Span

_BLANK = re.compile(
    r"[*＊×□]{1,6}\s?(?:%|％|所|个|名|人|万|亿|年|月|家|项|镇|乡)|(?<![A-Za-z])[xX]{2,4}(?![A-Za-z])|_{2,}|(?<=\d年)[ \t]{1,4}月|(?<=[\u4e00-\u9fff])%"
)

ABOUT_UNITS = frozenset({"bracket-missing", "clause-shared", "lead-by-order", "list-open", "unit-unclear"})
"""The doubts that concern who acts: while one is open, the plan is not issued."""


def no_task(candidates: int) -> Doubt:
    """The document assigns nothing; it may still demand something that became candidates."""
    speech = (
        f"如果是讲话或汇报，请从摘出的{candidates}条候选任务里选定要办的事项，补上责任单位"
        if candidates
        else "如果是讲话或汇报，请人工摘出要办的事项"
    )
    sentence = "没有找到带责任单位的任务。如果这是一份行动计划，请检查是否漏了“牵头单位”“责任单位”；"
    return Doubt("no-task", f"{sentence}{speech}。")


def broken_count(before: int, after: int, span: Span) -> Doubt:
    """The numbers of neighbouring items do not follow each other."""
    if after == before:
        return Doubt("number-repeated", f"序号{after}出现了两次，请核对原文编号。", span)
    return Doubt("number-gap", f"序号{before}之后是{after}，请核对是否缺项或编号有误。", span)


def unclosed_clause(span: Span) -> Doubt:
    """The clause's last bracket is missing."""
    return Doubt("bracket-missing", "责任分工后面缺少右括号，已按行末结束处理，请核对单位是否完整。", span)


def guessed_heading(span: Span) -> Doubt:
    """The heading runs into the text."""
    return Doubt("heading-stop-missing", "标题后面缺少句号，标题是按用词推断的，请核对。", span)


def odd_unit(name: str, span: Span) -> Doubt:
    """A name in the clause does not end like a unit's."""
    return Doubt("unit-unclear", f"“{name}”不像单位名称，请核对是否应拆分或改正。", span)


def implied_year(words: str, year: int, span: Span) -> Doubt:
    """The year of a date was supplied."""
    return Doubt("year-implied", f"“{words}”没有写年份，已按{year}年处理，请核对。", span)


def missing_year(words: str, span: Span) -> Doubt:
    """No year is known for a date."""
    return Doubt("year-missing", f"“{words}”没有写年份，文件中也找不到年份，请补充完成日期。", span)


def relative_term(words: str, span: Span) -> Doubt:
    """A counted time has no date."""
    return Doubt("term-undated", f"“{words}”不能直接换算成日期，请补充完成日期。", span)


def open_list(span: Span) -> Doubt:
    """等 leaves the list of units open."""
    return Doubt("list-open", "责任单位以“等”结尾，没有列全，请确认是否还有其他单位。", span)


def first_leads(name: str, span: Span) -> Doubt:
    """The lead follows from the note 列第一位的为牵头单位."""
    return Doubt("lead-by-order", f"按“列第一位者为牵头单位”的说明，把“{name}”作为牵头单位，请核对。", span)


def outside_period(words: str, span: Span) -> Doubt:
    """The deadline lies outside the plan's own period."""
    return Doubt("deadline-outside-period", f"完成时间“{words}”不在计划起止年份之内，请核对。", span)


def shared_clause(span: Span) -> Doubt:
    """A clause stands only behind the last of several sub-items."""
    return Doubt(
        "clause-shared", "责任分工写在最后一个分项之后，已按整条任务处理，请核对是否各分项共用。", span
    )


def unheard_period(words: str, span: Span) -> Doubt:
    """A recurrence the cadence has no name for (每半年, 每学期, 每两年)."""
    return Doubt("recurrence-unusual", f"“{words}”不是按月、按季或按年，请人工设定周期。", span)


def blank_figure(span: Span) -> Doubt:
    """A figure is blank or covered in print."""
    return Doubt("figure-blank", "任务中的数字是空白或被遮盖，请补全后再下达，不要按零处理。", span)


def lost_figures(indicators: Sequence[Indicator], known: Sequence[Doubt]) -> Iterator[Doubt]:
    """One doubt where a figure is lost without a trace (新增学位个), unless `known` says so already."""
    if any(doubt.code == "figure-blank" for doubt in known):
        return
    lost = next((figure for figure in indicators if figure.target is None and figure.unit), None)
    if lost:
        yield blank_figure(lost.span)


_UNUSUAL = re.compile(r"每半年|每学期|每[两二三四五]年|每[两二]个?月|每半月")


def text_doubts(folded: str, start: int, end: int) -> Iterator[Doubt]:
    """Lost figures, which are never zero, and unusual rhythms in the task's words."""
    blank = _BLANK.search(folded, start, end)
    if blank:
        yield blank_figure(Span(*blank.span()))
    unusual = _UNUSUAL.search(folded, start, end)
    if unusual:
        yield unheard_period(unusual.group(), Span(*unusual.span()))


def unit_doubts(units: Sequence[NamedUnit], looks_right: Sequence[bool]) -> Iterator[Doubt]:
    """One doubt for each name that does not look like a unit's."""
    for unit, right in zip(units, looks_right, strict=True):
        if not right:
            yield odd_unit(unit.printed, unit.span)

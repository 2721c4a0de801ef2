"""项目进度通报 at the month's end (seed 002): 概况, 各项目进度, 与上月对比, 滞后项目及原因, 下步工作要求 (reference e.8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflows.bulletins.frozen import Figures, TaskRow
from workflows.bulletins.phrases import (
    Named,
    Section,
    called,
    causes,
    changes,
    classes,
    day,
    gaps,
    lagging,
    led_by,
    numeral,
    quoted,
    risen,
    section,
    standing,
)
from workflows.light import Pace

SINCE = "上月末"


def project(figures: Figures, period: str, named: Sequence[Named]) -> tuple[Section, ...]:
    """The sections of the month's bulletin on projects, the opening first."""
    opening = (
        f"为加快推进《{figures.plan_title}》确定的建设项目，现将{period}项目进度通报如下。"
        "各项目数据来自责任单位当月报送的进展，截止时点以后的变化列入下月。"
    )
    return (
        section("opening", "", [opening]),
        section("overall", "概况", _overall(figures)),
        section("projects", "各项目进度", _projects(figures)),
        section("comparison", "与上月对比", _comparison(figures)),
        section("lagging", "滞后项目及原因", lagging(figures, named, "项目")),
        section("demands", "下步工作要求", _demands(figures)),
    )


def _overall(figures: Figures) -> Iterator[str]:
    total = figures.count("tasks")
    if not total:
        yield f"截至{day(figures.to_on)}，计划中没有建设类项目。"
        return
    yield f"截至{day(figures.to_on)}，列入通报的建设项目{total}项，涉及单位{figures.count('units')}个。{classes(figures)}。"
    closed = figures.tasks_of("closed")
    if closed:
        yield f"本月完成{len(closed)}项：{'、'.join(map(called, closed))}。"
    owed = figures.count("reports-owed")
    if owed:
        yield (
            f"本月应报项目进展{owed}份，已报{figures.count('reports-filed')}份，其中迟报{figures.count('reports-late')}份；"
            f"漏报{figures.count('reports-missing')}份。"
        )
    yield gaps(figures, "本月")


def _projects(figures: Figures) -> Iterator[str]:
    """Each project in document order; what lags is told in its own part."""
    told = [task for task in figures.tasks_of("tasks") if task.pace is not Pace.BEHIND]
    for number, task in enumerate(told, 1):
        said = f"本月进展：{quoted(task.done)}。" if task.done.strip() else ""
        yield f"{number}.{called(task)}{led_by(figures, task)}。{standing(task)}。{said}"
    behind = figures.count("pace-behind")
    if behind:
        yield f"另有{behind}项进度滞后，见本通报“滞后项目及原因”。各项目数据见所附明细表。"
    if not told and not behind:
        yield "没有列入通报的项目。"


def _comparison(figures: Figures) -> Iterator[str]:
    if figures.before_on is None:
        yield "本期为首次通报，没有上月数据可以对比。"
        return
    yield f"与{SINCE}（{day(figures.before_on)}）相比，{changes(figures)}。"
    moved = [task for task in figures.tasks_of("moved") if task.pace is not Pace.DONE]
    if moved:
        said = "；".join(_rise(task) for task in sorted(moved, key=lambda task: -(task.risen or 0)))
        yield f"本月进度提高的项目{len(moved)}项：{said}。"
    if still := figures.count("still"):
        yield f"本月进度没有变化的项目{still}项，见所附明细表。"


def _rise(task: TaskRow) -> str:
    return f"{called(task)}完成{task.percent}%{risen(task, SINCE)}"


def _demands(figures: Figures) -> Iterator[str]:
    for number, demand in enumerate(_demanded(figures), 1):
        yield f"（{numeral(number)}）{demand}"


def _demanded(figures: Figures) -> Iterator[str]:
    if behind := figures.count("pace-behind"):
        yield (
            f"加快滞后项目建设。{behind}项滞后项目的责任单位要制定赶工计划，明确每一阶段的完成日期和责任人，"
            "在下月进展中逐项报告。"
        )
    if words := causes(figures):
        yield f"加强要素保障。滞后项目反映的原因主要是{words}，有关单位要主动对接，限时解决。"
    if soon := figures.tasks_of("due-next"):
        listed = "、".join(f"{called(task)}（{day(task.deadline_on)}）" for task in soon if task.deadline_on)
        yield f"确保按期完工。下月到期的项目有{len(soon)}项：{listed}，责任单位要提前做好验收准备。"
    yield "守住质量安全底线。各项目要严格执行基本建设程序，落实安全生产责任，按时如实报送进度。"

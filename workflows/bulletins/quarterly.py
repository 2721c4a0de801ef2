"""季度工作通报 in the field's own prose: 总体情况, 各单位进展, 滞后事项及原因, 典型做法, 下步工作要求 (reference e.9).

Every number comes from the frozen figures; a unit is blamed only where it is named, and it is named only when somebody
chose to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflows.bulletins.frozen import Figures, TaskRow, UnitRow
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
    numeral,
    percent,
    quoted,
    risen,
    section,
    standing,
)
from workflows.lifecycle import CLOSING_GRADE_LABELS, ClosingGrade
from workflows.light import PACE_LABELS, Pace

SINCE = "上季度末"
MOST_PER_UNIT = 2
MOST_MODELS = 3
MOST_LISTED = 5

_GOOD = (Pace.DONE, Pace.AHEAD, Pace.ON, Pace.OTHER)
"""The classes in which a unit is praised or simply told of; what lags stands in the third part."""


def quarterly(figures: Figures, period: str, named: Sequence[Named]) -> tuple[Section, ...]:
    """The sections of the quarter's bulletin, the opening first."""
    opening = (
        f"为推动《{figures.plan_title}》各项任务落实，督查室根据各单位报送的月报和核查情况，"
        f"对{period}任务推进情况进行了汇总。现将有关情况通报如下。"
    )
    return (
        section("opening", "", [opening]),
        section("overall", "总体情况", _overall(figures)),
        section("units", "各单位进展", _units(figures)),
        section("lagging", "滞后事项及原因", lagging(figures, named, "任务")),
        section("models", "典型做法", _models(figures)),
        section("demands", "下步工作要求", _demands(figures)),
    )


def _overall(figures: Figures) -> Iterator[str]:
    other = (
        "（包括尚未启动、没有可比时限、经批准暂缓和鼓励探索类任务）" if figures.count("pace-other") else ""
    )
    gone = figures.count("withdrawn")
    yield (
        f"截至{day(figures.to_on)}，计划共有任务{figures.count('tasks')}项，参与单位{figures.count('units')}个。"
        f"按五分法统计：{classes(figures)}{other}。"
        + (f"另有{gone}项任务已经撤销，不列入统计。" if gone else "")
    )
    if figures.before_on:
        yield f"与{SINCE}（{day(figures.before_on)}）相比，{changes(figures)}。"
    yield _closed(figures)
    yield _reports(figures)
    yield _indicators(figures)
    yield _chased(figures)
    yield gaps(figures, "本季度")


def _closed(figures: Figures) -> str:
    closed = figures.tasks_of("closed")
    said = [f"{called(task)}（{_who(figures, task)}{_graded(task)}）" for task in closed[:MOST_LISTED]]
    more = "等" if len(closed) > MOST_LISTED else ""
    first = (
        f"本季度办结销号{len(closed)}项：{'、'.join(said)}{more}。" if closed else "本季度没有任务办结销号。"
    )
    overdue, extended = figures.count("overdue"), figures.count("extended")
    return (
        first
        + (f"已过完成时限仍未销号的任务{overdue}项。" if overdue else "")
        + (f"经批准延期的任务{extended}项。" if extended else "")
    )


def _who(figures: Figures, task: TaskRow) -> str:
    return figures.names(task.lead_ids) or "没有牵头单位"


def _graded(task: TaskRow) -> str:
    return f"，办结评价{CLOSING_GRADE_LABELS[task.grade]}" if task.grade else ""


def _reports(figures: Figures) -> str:
    owed, waiting = figures.count("reports-owed"), figures.count("reports-waiting")
    if not owed:
        return "本季度没有到期的月报。"
    in_time, returned = figures["reports-in-time"], figures.count("reports-returned")
    return (
        f"本季度应报月报{owed}份，已报{figures.count('reports-filed')}份，其中按时报送{in_time.value}份、"
        f"迟报{figures.count('reports-late')}份；漏报{figures.count('reports-missing')}份。"
        + (f"按时报送率{percent(in_time.share)}。" if in_time.share is not None else "")
        + (f"另有{waiting}份尚未到期。" if waiting else "")
        + (f"经审核退回修改{returned}份。" if returned else "")
    )


def _indicators(figures: Figures) -> str:
    total = figures.count("indicators")
    if not total:
        return ""
    newly = [each for each in figures.indicators if each.id in frozenset(figures["indicators-newly"].rows)]
    words = "、".join(f"{each.name}（目标{each.target}，现为{each.value}）" for each in newly[:MOST_LISTED])
    blank = figures.count("indicators-blank")
    return (
        f"列入计划的量化指标{total}项，已达到目标值{figures.count('indicators-reached')}项"
        + (f"，其中本季度新达到{len(newly)}项：{words}" if newly else "")
        + (f"；尚未填报数值{blank}项" if blank else "")
        + "。"
    )


def _chased(figures: Figures) -> str:
    slips, late = figures.count("slips"), figures.count("slips-late")
    asked = figures.count("requests")
    said = []
    if slips:
        unanswered = f"，逾期答复或者没有答复{late}张" if late else ""
        said.append(f"发出督办单{slips}张，按期答复{figures.count('slips-in-time')}张{unanswered}")
    if asked:
        said.append(f"单位之间提出协调事项{asked}件，已答复{figures.count('requests-answered')}件")
    return f"本季度{'；'.join(said)}。" if said else ""


# ---------------------------------------------------------------------------------------------- units


def _units(figures: Figures) -> Iterator[str]:
    leading = [unit for unit in figures.units if _good(figures, unit)]
    number = 0
    for number, unit in enumerate(leading, 1):
        yield f"（{numeral(number)}）{unit.name}。{_led(figures, unit)}{_news(figures, unit)}"
    others = figures["others"].rows
    if others:
        yield f"（{numeral(number + 1)}）其他责任单位。{_others(figures, others)}"
    if not leading and not others:
        yield "本季度各单位没有可以通报的进展。"


def _good(figures: Figures, unit: UnitRow) -> bool:
    return any(figures.count(f"unit-{unit.id}-pace-{pace}") for pace in _GOOD)


def _led(figures: Figures, unit: UnitRow) -> str:
    counted = [(figures.count(f"unit-{unit.id}-pace-{pace}"), PACE_LABELS[pace]) for pace in _GOOD]
    said = "、".join(f"{words}{count}项" for count, words in counted if count)
    led = figures.count(f"unit-{unit.id}-led")
    whole = led == sum(count for count, _ in counted) and len([c for c, _ in counted if c]) == 1
    return f"牵头任务{led}项，{'均为' if whole else '其中'}{_plain(said, led) if whole else said}。"


def _plain(said: str, led: int) -> str:
    return said.removesuffix(f"{led}项")


def _news(figures: Figures, unit: UnitRow) -> str:
    """The two tasks that gained most, told in the unit's own words."""
    mine = figures.tasks_of(f"unit-{unit.id}-led")
    good = [task for task in mine if task.pace is not Pace.BEHIND and task.done.strip()]
    best = sorted(good, key=lambda task: (task.pace is not Pace.DONE, -(task.risen or 0)))[:MOST_PER_UNIT]
    return "".join(
        f"{called(task)}{standing(task)}{risen(task, SINCE) if task.pace is not Pace.DONE else ''}，"
        f"主要进展：{quoted(task.done)}。"
        for task in best
    )


def _others(figures: Figures, unit_ids: tuple[int, ...]) -> str:
    names = figures.names(unit_ids[:MOST_LISTED])
    listed = f"{names}等{len(unit_ids)}个单位" if len(unit_ids) > MOST_LISTED else names
    owed, in_time = figures.count("others-reports-owed"), figures.count("others-reports-in-time")
    reports = f"，本季度应报月报{owed}份，按时报送{in_time}份" if owed else ""
    return f"{listed}按职责参与有关任务{reports}。"


# --------------------------------------------------------------------------------------------- models


def _models(figures: Figures) -> Iterator[str]:
    """What others may learn from: closed as 优秀 this quarter, or ahead of schedule, in the leading unit's words."""
    excellent = [t for t in figures.tasks_of("closed") if t.grade is ClosingGrade.EXCELLENT]
    ahead = sorted(figures.tasks_of("pace-ahead"), key=lambda task: -task.ahead)
    chosen = [task for task in (*excellent, *ahead) if task.done.strip() and task.speaker_id][:MOST_MODELS]
    for number, task in enumerate(chosen, 1):
        who = figures.name(task.speaker_id or 0)
        yield f"（{numeral(number)}）{who}推进{called(task)}。{standing(task)}。主要做法：{quoted(task.done)}。"
    if not chosen:
        yield "本季度没有超序时或者办结评价为优秀的任务。各单位工作中的好做法，请在月报中写明，以便交流推广。"


# -------------------------------------------------------------------------------------------- demands


def _demands(figures: Figures) -> Iterator[str]:
    demands = [*_demanded(figures)]
    for number, demand in enumerate(demands, 1):
        yield f"（{numeral(number)}）{demand}"


def _demanded(figures: Figures) -> Iterator[str]:
    if behind := figures.count("pace-behind"):
        yield (
            f"抓紧补齐滞后任务。{behind}项欠序时任务的牵头单位要逐项分析原因，倒排工期，"
            "在下一次月报中写明赶上序时的措施和日期；确实不能按期完成的，要在到期之前申请延期。"
        )
    if words := causes(figures):
        yield (
            f"合力破解堵点。滞后任务反映的原因主要是{words}，牵头单位要主动提请协调，"
            "有关单位接到协调事项后要按时答复，不得推诿。"
        )
    if soon := figures.tasks_of("due-next"):
        listed = "、".join(
            f"{called(task)}（{day(task.deadline_on)}）" for task in soon[:MOST_LISTED] if task.deadline_on
        )
        more = "等" if len(soon) > MOST_LISTED else ""
        yield f"盯紧到期节点。下季度到期的任务有{len(soon)}项：{listed}{more}，牵头单位要提前自查，按时申请办结。"
    late, missing = figures.count("reports-late"), figures.count("reports-missing")
    if late or missing:
        yield (
            f"严格按时报送。本季度迟报{late}份、漏报{missing}份，各单位要明确专人，按规定日期报送，"
            "如实写明进展、问题和下步打算。"
        )
    else:
        yield "继续按时报送。各单位要保持按时报送，如实写明进展、问题和下步打算，不以原则性表态代替实际进展。"
    if risky := figures.count("at-risk"):
        yield f"提前处置风险。各单位报告有风险或者不能按期的任务共{risky}项，牵头单位要尽早拿出应对办法，督查室将跟踪了解。"

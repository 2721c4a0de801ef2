"""计划完成情况报告 (document no. 27, reference e): how far a whole plan has come, for the county government."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.documents.official import Attachment, Block, Heading, Paper, PaperKind, Paragraph, Table
from workflows.bulletins.frozen import Figures, TaskRow
from workflows.bulletins.phrases import called, causes, classes, day, gaps, led_by, numeral, percent, standing
from workflows.light import PACE_LABELS, Pace

_GROUPS = (
    (Pace.DONE, "已完成的任务"),
    (Pace.AHEAD, "超序时推进的任务"),
    (Pace.ON, "按序时推进的任务"),
    (Pace.BEHIND, "欠序时的任务"),
    (Pace.OTHER, "其他任务"),
)
_NEXT = "下一步，督查室（专班办公室）将逐项跟踪未完成任务，督促牵头单位落实措施、按期完成。"


def completion(figures: Figures, recipients: tuple[str, ...], issuer: str, dated: date) -> Paper:
    """The report over the days of `figures`: as a whole, task by task, indicators, problems, what comes next."""
    span = f"{day(figures.from_on)}至{day(figures.to_on)}"
    parts: tuple[tuple[str, list[Block]], ...] = (
        ("总体情况", [Paragraph(words) for words in _overall(figures)]),
        ("各项任务完成情况", list(_tasks(figures))),
        ("指标完成情况", [Paragraph(_indicators(figures))]),
        ("存在的主要问题", [Paragraph(words) for words in _problems(figures)]),
        ("下步工作打算", [Paragraph(words) for words in _next(figures)]),
    )
    blocks: list[Block] = [
        Paragraph(f"现将《{figures.plan_title}》{span}的完成情况报告如下。"),
    ]
    for at, (heading, inside) in enumerate(parts, 1):
        blocks += [Heading(f"{numeral(at)}、{heading}"), *inside]
    return Paper(
        PaperKind.COMPLETION,
        f"关于《{figures.plan_title.translate(str.maketrans('《》', '〈〉'))}》完成情况的报告",
        tuple(blocks),
        recipients=recipients,
        attachments=tuple(_annexes(figures)),
        issuers=(issuer,) if issuer else (),
        stands_in=True,
        dated=dated,
    )


def _overall(figures: Figures) -> Iterator[str]:
    yield (
        f"截至{day(figures.to_on)}，计划共有任务{figures.count('tasks')}项，参与单位{figures.count('units')}个。"
        f"按五分法统计：{classes(figures)}。"
    )
    owed = figures.count("reports-owed")
    if owed:
        in_time = figures["reports-in-time"]
        rate = f"，按时报送率{percent(in_time.share)}" if in_time.share is not None else ""
        yield (
            f"应报月报{owed}份，按时报送{in_time.value}份、迟报{figures.count('reports-late')}份、"
            f"漏报{figures.count('reports-missing')}份{rate}。"
        )
    if figures.gaps:
        yield gaps(figures, "报告期内")


def _tasks(figures: Figures) -> Iterator[Block]:
    shown = 0
    for pace, heading in _GROUPS:
        tasks = figures.tasks_of(f"pace-{pace}")
        if tasks:
            shown += 1
            yield Heading(f"（{numeral(shown)}）{heading}（{len(tasks)}项）", 2)
            for at, task in enumerate(tasks, 1):
                yield Paragraph(f"{at}．{called(task)}{led_by(figures, task)}：{_told(task)}")


def _told(task: TaskRow) -> str:
    said = " ".join(task.done.split())
    return f"{standing(task)}。{said}{'' if not said or said.endswith('。') else '。'}"


def _indicators(figures: Figures) -> str:
    total = figures.count("indicators")
    if not total:
        return "计划没有可以统计的量化指标。"
    reached = sum(bool(each.reached) for each in figures.indicators)
    unknown = sum(each.reached is None for each in figures.indicators)
    blank = f"，目标或者数据尚缺{unknown}项" if unknown else ""
    return f"计划共有量化指标{total}项，已达到{reached}项，尚未达到{total - reached - unknown}项{blank}，逐项情况见附件。"


def _problems(figures: Figures) -> Iterator[str]:
    behind = [task for task in figures.tasks_of("pace-behind") if task.problems.strip()]
    held_up = causes(figures)
    if held_up:
        yield f"从各单位反映的情况看，影响推进的原因主要是{held_up}。"
    for at, task in enumerate(behind, 1):
        yield f"{at}．{called(task)}：{' '.join(task.problems.split())}"
    if not behind and not held_up:
        yield "各单位没有反映影响推进的问题。"


def _next(figures: Figures) -> Iterator[str]:
    yield _NEXT
    steps = [task for task in figures.tasks_of("pace-behind") if task.next_step.strip()]
    for at, task in enumerate(steps, 1):
        by = f"（{day(task.next_on)}前）" if task.next_on else ""
        yield f"{at}．{called(task)}：{' '.join(task.next_step.split())}{by}"


def _annexes(figures: Figures) -> Iterator[Attachment]:
    heads = ("序号", "任务", "牵头单位", "完成时限", "应完成", "实际完成", "类别", "进展情况")
    rows = tuple(_row(figures, task) for task in figures.tasks_of("tasks"))
    table = Table(heads, rows, (3, 10, 7, 7, 4, 4, 4, 17), frozenset({0, 3, 4, 5, 6}))
    yield Attachment("各项任务完成情况表", (table,), across=True)
    if figures.indicators:
        yield Attachment("指标完成情况表", (_measured(figures),))


def _row(figures: Figures, task: TaskRow) -> tuple[str, ...]:
    return (
        task.number,
        task.title,
        figures.names(task.lead_ids),
        day(task.deadline_on) if task.deadline_on else "—",
        "—" if task.expected is None else f"{task.expected}%",
        "—" if task.percent is None else f"{task.percent}%",
        PACE_LABELS[task.pace],
        task.done,
    )


def _measured(figures: Figures) -> Table:
    verdicts = {True: "已达到", False: "未达到", None: "—"}
    rows = tuple(
        (str(at), each.name, each.target or "—", each.value or "—", verdicts[each.reached])
        for at, each in enumerate(figures.indicators, 1)
    )
    return Table(
        ("序号", "指标", "目标", "现值", "达到情况"), rows, (3, 12, 6, 6, 5), frozenset({0, 2, 3, 4})
    )

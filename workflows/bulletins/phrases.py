"""How a bulletin says things: the sentences that more than one of its parts is made of.

Dates stand without the day of the week and numbers in figures, as official documents have it (GB/T 9704—2012).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflows.bulletins.frozen import Figures, TaskRow
from workflows.calendar import SHANGHAI
from workflows.lifecycle import CAUSE_LABELS, CLOSING_GRADE_LABELS
from workflows.light import Pace

LONGEST_QUOTE = 120
"""Characters of a report that are quoted at most, whole sentences as far as they go."""

_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Named:
    """A unit that is to be named (点名): for a task that lags, or (no task) for reports that never came."""

    unit_id: int
    task_id: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the drafted text; paragraphs stand on lines of their own."""

    key: str
    heading: str
    text: str


def section(key: str, heading: str, paragraphs: Iterable[str]) -> Section:
    return Section(key, heading, "\n".join(paragraph for paragraph in paragraphs if paragraph))


def numeral(number: int) -> str:
    """一, 十, 十二, 二十, 一百零三: the number of a heading, 1 to 999."""
    hundreds, rest = divmod(number, 100)
    if hundreds:
        tail = "" if not rest else f"零{numeral(rest)}" if rest < 10 else _tens(rest)
        return f"{_DIGITS[hundreds]}百{tail}"
    return _tens(rest).removeprefix("一") if 10 <= rest < 20 else _tens(rest)


def _tens(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (f"{_DIGITS[tens]}十" if tens else "") + (_DIGITS[ones] if ones else "")


def day(on: date) -> str:
    """2025年3月31日."""
    return f"{on.year}年{on.month}月{on.day}日"


def moment(at: datetime) -> str:
    """2025年2月3日9时5分, in local time."""
    local = at.astimezone(SHANGHAI)
    minutes = f"{local.minute}分" if local.minute else ""
    return f"{day(local.date())}{local.hour}时{minutes}"


def percent(tenths: int | None) -> str:
    """70.6%, from tenths of a per cent; 100% without a decimal that says nothing."""
    whole, tenth = divmod(tenths or 0, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def called(task: TaskRow) -> str:
    """第3项“新建公办幼儿园”."""
    title = task.title.rstrip("。；;")
    number = f"第{task.number}项" if task.number.isdigit() else f"{task.number}" if task.number else ""
    return f"{number}“{_inner(title)}”"


def led_by(figures: Figures, task: TaskRow) -> str:
    """（牵头单位：县教育局）; empty where nobody leads."""
    leads = figures.names(task.lead_ids)
    return f"（牵头单位：{leads}）" if leads else ""


def _inner(words: str) -> str:
    return words.replace("“", "‘").replace("”", "’")


def quoted(words: str, most: int = LONGEST_QUOTE) -> str:
    """The unit's own words in quotation marks: whole sentences up to so many characters, else cut with ……."""
    flat = _inner(" ".join(words.split()))
    if len(flat) <= most:
        return f"“{flat.rstrip('。')}”"
    kept = ""
    for sentence in re.findall(r"[^。；！]*[。；！]", flat):
        if len(kept) + len(sentence) > most:
            break
        kept += sentence
    if kept:
        return f"“{kept.rstrip('。；')}”"
    return f"“{flat[:most]}……”"


def standing(task: TaskRow) -> str:
    """应完成62%，实际完成40%，落后22个百分点: where a task stands against its schedule."""
    if task.pace is Pace.DONE:
        grade = f"，办结评价{CLOSING_GRADE_LABELS[task.grade]}" if task.grade else ""
        closed = f"已于{day(task.closed_on)}办结销号" if task.closed_on else "已办结销号"
        return closed + grade
    if task.percent is None:
        return (f"应完成{task.expected}%，" if task.expected is not None else "") + "尚未报送进度"
    if task.expected is None:
        return f"累计完成{task.percent}%"
    return f"应完成{task.expected}%，实际完成{task.percent}%{_beside(task)}"


def _beside(task: TaskRow) -> str:
    if task.pace is Pace.BEHIND and task.behind:
        return f"，落后{task.behind}个百分点"
    if task.pace is Pace.AHEAD and task.ahead:
        return f"，超前{task.ahead}个百分点"
    return ""


def risen(task: TaskRow, since: str) -> str:
    """较上季度末提高25个百分点; empty where there is nothing to hold it against."""
    if task.risen is None:
        return ""
    if not task.risen:
        return f"，较{since}没有变化"
    return f"，较{since}{'提高' if task.risen > 0 else '下降'}{abs(task.risen)}个百分点"


def trouble(task: TaskRow, figures: Figures) -> str:
    """Why it lags, in the unit's own words and cause, what it will do and by when; one or more sentences."""
    if task.speaker_id not in task.lead_ids:
        return "月报中没有写明原因。"
    said = []
    cause = f"主要原因是{CAUSE_LABELS[task.cause]}问题" if task.cause else ""
    problems = f"月报反映：{quoted(task.problems)}" if task.problems.strip() else ""
    said.append("，".join(filter(None, (cause, problems))) or "月报中没有写明原因")
    if task.help_words.strip() and task.help_unit_id:
        said.append(f"已提请{figures.name(task.help_unit_id)}协调")
    if task.next_step.strip():
        by = f"，时间为{day(task.next_on)}" if task.next_on else ""
        said.append(f"下步打算：{quoted(task.next_step)}{by}")
    return "".join(f"{sentence}。" for sentence in said)


def late_words(task: TaskRow) -> str:
    """完成时限2025年3月14日已过。 for a task whose date has gone by; empty otherwise."""
    return f"完成时限为{day(task.deadline_on)}。" if task.deadline_on else ""


def lagging(figures: Figures, named: Sequence[Named], of: str) -> list[str]:
    """The paragraphs on what lags: each named unit with its task and cause; who is not named is only counted.

    `of` is what a task is called here (任务, 项目).
    """
    behind = figures["pace-behind"]
    if not behind.value and not named:
        return [f"截至{day(figures.to_on)}，没有欠序时的{of}。"]
    whole = f"欠序时的{of}{behind.value}项，占{percent(behind.share)}{_overdue(figures, of)}"
    paragraphs = [f"截至{day(figures.to_on)}，{whole}。"]
    for_tasks = [(each, task) for each in named if (task := figures.task(each.task_id or 0))]
    for number, (each, task) in enumerate(for_tasks, 1):
        paragraphs.append(
            f"{number}.{called(task)}，由{figures.name(each.unit_id)}负责。{late_words(task)}{standing(task)}。"
            f"{trouble(task, figures)}"
        )
    spoken = {task.id for _, task in for_tasks}
    rest = len([task_id for task_id in behind.rows if task_id not in spoken])
    if rest:
        others = f"其余{rest}项欠序时的{of}" if for_tasks else f"欠序时的{of}"
        paragraphs.append(f"{others}见所附明细表，由督查室逐项督促。")
    silent = [
        f"{figures.name(each.unit_id)}漏报月报{figures.count(f'unit-{each.unit_id}-reports-missing')}份"
        for each in named
        if each.task_id is None
    ]
    if silent:
        paragraphs.append(f"月报报送方面，{'，'.join(silent)}。")
    return paragraphs


def _overdue(figures: Figures, of: str) -> str:
    count = figures.count("overdue")
    return f"；已过完成时限仍未销号的{of}{count}项" if count else ""


def gaps(figures: Figures, period: str) -> str:
    """What has to be said of the times in which the engine stood (引擎停摆); empty where it never did."""
    if not figures.gaps:
        return ""
    times = "；".join(f"{moment(gap.from_at)}至{moment(gap.until_at)}" for gap in figures.gaps)
    return (
        f"需要说明的是，{period}督办系统的提醒引擎停止运行{len(figures.gaps)}次（{times}），"
        "期间应发的提醒在恢复运行后补发，有关单位这段时间的报送情况请结合这一因素看待。"
    )


def classes(figures: Figures) -> str:
    """达序时12项，占70.6%；欠序时2项，占11.8%；…: the five classes; their shares make exactly 100%."""
    found = [figures[f"pace-{pace}"] for pace in Pace]
    return "；".join(
        f"{figure.label.removesuffix('任务')}{figure.value}项，占{percent(figure.share)}" for figure in found
    )


def changes(figures: Figures) -> str:
    """欠序时减少1项，已完成增加1项; empty where no account before is known."""
    moved = [figures[f"change-{pace}"] for pace in Pace if f"change-{pace}" in figures]
    if not moved:
        return ""
    words = [
        f"{figure.label.removesuffix('任务比上期增减')}{'增加' if figure.value > 0 else '减少'}{abs(figure.value)}项"
        for figure in moved
        if figure.value
    ]
    return "，".join(words) or "各类数量没有变化"


def causes(figures: Figures) -> str:
    """资金（2项）、用地（1项）: what holds up what lags, the most frequent first; empty where no cause was given."""
    counted = [(figures.count(f"cause-{cause}"), words) for cause, words in CAUSE_LABELS.items()]
    by_weight = sorted((each for each in counted if each[0]), key=lambda each: -each[0])
    return "、".join(f"{words}（{count}项）" for count, words in by_weight)

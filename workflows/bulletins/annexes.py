"""The annexes (附件): every task in a table, and, where the county wants one, units in order within their group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from workflows.appraisal.kinds import GROUP_LABELS, AppraisalGroup
from workflows.bulletins.counting import WHOLE
from workflows.bulletins.frozen import Figures, TaskRow, UnitRow
from workflows.bulletins.paper import PaperAnnex
from workflows.bulletins.phrases import day, percent
from workflows.lifecycle import CAUSE_LABELS, BulletinKind
from workflows.light import PACE_LABELS, Pace
from workflows.units import UnitKind

_COLUMNS = ("序号", "任务", "牵头单位", "完成时限", "应完成", "实际完成", "{before}", "类别", "进展或者问题")
_KEPT = (Pace.ON, Pace.AHEAD, Pace.DONE)


def annexes(figures: Figures, kind: BulletinKind, *, ranking: bool) -> tuple[PaperAnnex, ...]:
    """附件1 明细表 of that kind of bulletin and, with `ranking`, 附件2 排名表."""
    detail = _detail(figures, kind)
    return (detail, _ranked(figures)) if ranking else (detail,)


def _detail(figures: Figures, kind: BulletinKind) -> PaperAnnex:
    quarterly = kind is BulletinKind.QUARTERLY
    title = "任务进展明细表" if quarterly else "项目进度明细表"
    columns = tuple(column.format(before="上季度末" if quarterly else "上月末") for column in _COLUMNS)
    rows = tuple(_line(figures, task) for task in figures.tasks_of("tasks"))
    return PaperAnnex(title, columns, rows, f"统计截至{day(figures.to_on)}。")


def _line(figures: Figures, task: TaskRow) -> tuple[str, ...]:
    return (
        task.number,
        task.title,
        figures.names(task.lead_ids),
        day(task.deadline_on) if task.deadline_on else "—",
        _part(task.expected),
        _part(task.percent),
        _part(task.percent_before),
        PACE_LABELS[task.pace],
        _remark(figures, task),
    )


def _part(value: int | None) -> str:
    return "—" if value is None else f"{value}%"


def _remark(figures: Figures, task: TaskRow) -> str:
    """What was done; of what lags, what is in the way. Who said it, where it is not the unit that leads."""
    by = "" if task.speaker_id in task.lead_ids else f"（{figures.name(task.speaker_id or 0)}报）"
    if task.pace is Pace.BEHIND and task.problems.strip():
        cause = f"（{CAUSE_LABELS[task.cause]}）" if task.cause else ""
        return " ".join(task.problems.split()) + cause + by
    return " ".join(task.done.split()) + by if task.done.strip() else ""


# ------------------------------------------------------------------------------------------- ranking


def group_of(figures: Figures, unit: UnitRow) -> AppraisalGroup:
    """The group a unit is compared in (reference b.6): 乡镇 and 幼儿园 by what they are, others by whether they lead."""
    if unit.kind is UnitKind.TOWNSHIP:
        return AppraisalGroup.TOWNSHIP
    if unit.kind is UnitKind.KINDERGARTEN:
        return AppraisalGroup.KINDERGARTEN
    leads = figures.count(f"unit-{unit.id}-led")
    return AppraisalGroup.LEAD if leads else AppraisalGroup.RESPONSIBLE


def _ranked(figures: Figures) -> PaperAnnex:
    columns = ("组别", "名次", "单位", "可比任务", "达序时以上", "占比", "应报月报", "按时报送率")
    rows = tuple(line for group in AppraisalGroup for line in _group(figures, group))
    note = (
        "名次按可比任务中达序时、超序时和已完成任务的占比从高到低排列，占比相同的按月报按时报送率，"
        "都相同的并列；没有可比任务的单位不排名次。"
    )
    return PaperAnnex("单位推进情况分组排名表", columns, rows, note)


def _group(figures: Figures, group: AppraisalGroup) -> Iterator[tuple[str, ...]]:
    units = [unit for unit in figures.units if figures.count(f"unit-{unit.id}-part")]
    measured = [_Measured.of(figures, unit, group) for unit in units if group_of(figures, unit) is group]
    measured.sort(key=lambda each: (-each.order[0], -each.order[1], each.position))
    places = _places(measured)
    for each, place in zip(measured, places, strict=True):
        yield (GROUP_LABELS[group].removesuffix("组"), place, *each.cells)


def _places(measured: Sequence[_Measured]) -> list[str]:
    """1, 2, 2, 4: equals share a place; who has nothing to compare has none."""
    ahead = Counter(each.order for each in measured if each.comparable)
    return [
        str(1 + sum(count for order, count in ahead.items() if order > each.order))
        if each.comparable
        else "—"
        for each in measured
    ]


class _Measured:
    """One unit's line of the ranking: what it is ordered by, and how it is shown."""

    __slots__ = ("cells", "comparable", "order", "position")

    def __init__(self, figures: Figures, unit: UnitRow, tasks: Sequence[TaskRow], position: int) -> None:
        kept = sum(task.pace in _KEPT for task in tasks)
        owed = figures.count(f"unit-{unit.id}-reports-owed")
        in_time = figures[f"unit-{unit.id}-reports-in-time"].share
        share = kept * WHOLE // len(tasks) if tasks else -1
        self.comparable = bool(tasks)
        self.order = (share, WHOLE if in_time is None else in_time)
        self.position = position
        self.cells = (
            unit.name,
            str(len(tasks)),
            str(kept),
            percent(share) if tasks else "—",
            str(owed),
            "—" if in_time is None else percent(in_time),
        )

    @classmethod
    def of(cls, figures: Figures, unit: UnitRow, group: AppraisalGroup) -> _Measured:
        part = "led" if group is AppraisalGroup.LEAD else "part"
        tasks = [t for t in figures.tasks_of(f"unit-{unit.id}-{part}") if t.pace is not Pace.OTHER]
        return cls(figures, unit, tasks, figures.units.index(unit))

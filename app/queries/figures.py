"""The rows behind one figure of a bulletin, as tables: from what was frozen, never from what has happened since."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from workflows.bulletins import Figures, RowKind, TaskRow
from workflows.bulletins.frozen import DutyRow, GapRow, IndicatorRow, RequestRow, SlipRow, UnitRow
from workflows.cadence import DutyKind, duty_words
from workflows.escalation import LETTER_LABELS
from workflows.light import PACE_LABELS
from workflows.units import KIND_LABELS
from workflows.wording import chinese_date, chinese_time


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its cells, and the page of the thing itself, where it has one ("task:3", "duty:8", …)."""

    cells: tuple[str, ...]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """A table of the rows; `left_out` counts those of other units that the reader does not see."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int


def behind(figures: Figures, key: str, unit_ids: Collection[int] | None) -> Behind:
    """The rows behind the figure of that key; with `unit_ids`, of what units owe only these units' own."""
    figure = figures[key]
    columns, rows, say = _of(figures, figure.of)
    wanted = frozenset(figure.rows)
    found = [row for row in rows if row.id in wanted]
    shown = [row for row in found if _is_open(row, unit_ids)]
    return Behind(columns, tuple(say(figures, row) for row in shown), len(found) - len(shown))


def may_open(key: str, unit_ids: Collection[int] | None) -> bool:
    """Whether a reader of these units may open a figure: what is counted of one unit is for that unit (and, with
    None, for whoever supervises)."""
    of_unit = re.match(r"unit-(\d+)-", key)
    return unit_ids is None or of_unit is None or int(of_unit[1]) in unit_ids


Row = TaskRow | UnitRow | DutyRow | IndicatorRow | SlipRow | RequestRow | GapRow


def _is_open(row: Row, unit_ids: Collection[int] | None) -> bool:
    """Whether a reader of these units sees it: how another unit reports or answers is not told to all."""
    if unit_ids is None or not isinstance(row, DutyRow | SlipRow | RequestRow):
        return True
    return row.unit_id in unit_ids or (isinstance(row, RequestRow) and row.asked_unit_id in unit_ids)


Say = Callable[[Figures, Row], Line]


def _of(figures: Figures, kind: RowKind) -> tuple[tuple[str, ...], Sequence[Row], Say]:
    tables: dict[RowKind, tuple[tuple[str, ...], Sequence[Row], Say]] = {
        RowKind.TASK: (
            ("任务", "牵头单位", "完成时限", "应完成", "实际完成", "上期", "类别", "说明"),
            figures.tasks,
            _task,
        ),
        RowKind.UNIT: (("单位", "类别", "牵头任务", "参与任务"), figures.units, _unit),
        RowKind.DUTY: (("报告", "单位", "任务", "应报", "报送", "情况"), figures.duties, _duty),
        RowKind.INDICATOR: (("指标", "任务", "目标", "现值", "是否达到"), figures.indicators, _indicator),
        RowKind.SLIP: (("督办单", "单位", "发出", "答复", "情况"), figures.slips, _slip),
        RowKind.REQUEST: (
            ("协调事项", "提出单位", "协调对象", "提出", "答复"),
            figures.requests,
            _request,
        ),
        RowKind.GAP: (("停止运行", "恢复运行"), figures.gaps, _gap),
    }
    return tables[kind]


def _percent(value: int | None) -> str:
    return "—" if value is None else f"{value}%"


def _name(figures: Figures, task_id: int | None) -> str:
    task = figures.task(task_id or 0)
    return f"{task.number}. {task.title}".removeprefix(". ") if task else "—"


def _task(figures: Figures, row: Row) -> Line:
    assert isinstance(row, TaskRow)
    due = chinese_date(row.deadline_on) if row.deadline_on else "—"
    cells = (_name(figures, row.id), figures.names(row.lead_ids) or "—", due)
    parts = (_percent(row.expected), _percent(row.percent), _percent(row.percent_before))
    return Line((*cells, *parts, PACE_LABELS[row.pace], row.pace_reason or "—"), f"task:{row.id}")


def _unit(figures: Figures, row: Row) -> Line:
    assert isinstance(row, UnitRow)
    led, part = (figures.count(f"unit-{row.id}-{what}") for what in ("led", "part"))
    return Line((row.name, KIND_LABELS[row.kind], f"{led}项", f"{part}项"))


def _duty(figures: Figures, row: Row) -> Line:
    assert isinstance(row, DutyRow)
    stands = "、".join(_how(row)) or "按时报送"
    filed = chinese_date(row.filed_on) if row.filed_on else "—"
    what = duty_words(DutyKind(row.kind), row.period_key)
    cells = (what, figures.name(row.unit_id), _name(figures, row.task_id), chinese_date(row.due_on), filed)
    return Line((*cells, stands), f"duty:{row.id}")


def _how(row: DutyRow) -> Iterator[str]:
    if row.late:
        yield "迟报"
    if row.missing:
        yield "漏报"
    elif not row.filed_on:
        yield "尚未到期"
    if row.returns:
        yield f"退回{row.returns}次"


def _indicator(figures: Figures, row: Row) -> Line:
    assert isinstance(row, IndicatorRow)
    reached = {True: "已达到", False: "未达到", None: "无法比较"}[row.reached]
    task = _name(figures, row.task_id)
    return Line((row.name, task, row.target or "—", row.value or "未报", reached), f"task:{row.task_id}")


def _slip(figures: Figures, row: Row) -> Line:
    assert isinstance(row, SlipRow)
    stands = {True: "按期答复", False: "逾期", None: "未到期或者不要求答复"}[row.in_time]
    answered = chinese_date(row.answered_on) if row.answered_on else "—"
    cells = (LETTER_LABELS[row.kind], figures.name(row.unit_id), chinese_date(row.sent_on), answered, stands)
    return Line(cells, f"slip:{row.id}")


def _request(figures: Figures, row: Row) -> Line:
    assert isinstance(row, RequestRow)
    answered = chinese_date(row.answered_on) if row.answered_on else "—"
    parties = (figures.name(row.unit_id), figures.name(row.asked_unit_id))
    cells = (_name(figures, row.task_id), *parties, chinese_date(row.raised_on), answered)
    return Line(cells, f"request:{row.id}")


def _gap(_: Figures, row: Row) -> Line:
    assert isinstance(row, GapRow)
    return Line((chinese_time(row.from_at), chinese_time(row.until_at)))

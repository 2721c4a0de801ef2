"""The light of a task (灯): its colour, why, by which rule, and what would turn it green.

Thresholds follow the published practice of reference b.3 (10 and 30 percentage points behind schedule).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from math import floor
from types import MappingProxyType
from typing import Any

from workflows.calendar import WorkCalendar
from workflows.wording import chinese_date, urgency


class Colour(StrEnum):
    """绿 正常, 黄 预警, 红 滞后或逾期, 蓝 提示, 灰 未启动或不计."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    BLUE = "blue"
    GREY = "grey"


COLOUR_LABELS: Mapping[Colour, str] = MappingProxyType(
    {
        Colour.GREEN: "绿灯",
        Colour.YELLOW: "黄灯",
        Colour.RED: "红灯",
        Colour.BLUE: "蓝灯",
        Colour.GREY: "灰灯",
    }
)


@dataclass(frozen=True, slots=True)
class LightRules:
    """One version of the thresholds: percentage points behind schedule, and calendar days before the date."""

    version: int = 1
    yellow_points: float = 10
    red_points: float = 30
    near_days: int = 15

    def as_json(self) -> dict[str, Any]:
        body = asdict(self)
        del body["version"]
        return body


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts the light judges: `percent` done (0–100), None while nothing was reported; `overdue_duties`
    counts what the task's units owe and have not filed."""

    starts_on: date | None
    deadline_on: date | None
    percent: int | None
    closed: bool
    issued: bool
    overdue_duties: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Light:
    """`word` stands in the pill, `reason` beside it, `mend` says what would turn it green ("" when it is)."""

    colour: Colour
    word: str
    reason: str
    mend: str
    expected: int | None
    version: int


def expected_percent(standing: Standing, today: date, calendar: WorkCalendar) -> float | None:
    """序时进度: working days passed over all working days, 0–100; None without both dates."""
    start, end = standing.starts_on, standing.deadline_on
    if start is None or end is None or end <= start:
        return None
    whole = calendar.between(start, end)
    passed = calendar.between(start, min(max(today, start), end))
    return 100 * passed / whole if whole else 100.0


def light(standing: Standing, rules: LightRules, today: date, calendar: WorkCalendar) -> Light:
    """The task's light today: the first of the rules below that applies."""
    expected = expected_percent(standing, today, calendar)
    found = (
        _outside(standing)
        or _overdue(standing, today, calendar)
        or _behind(standing, expected, rules, today)
        or _near(standing, rules, today)
        or _healthy(standing, expected)
    )
    shown = None if expected is None else round(expected)
    return Light(found.colour, found.word, found.reason, found.mend, shown, rules.version)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one rule says of a task."""

    colour: Colour
    word: str
    reason: str
    mend: str = ""


_FINISH = "完成任务并申请办结，由督查室销号。"


def _outside(standing: Standing) -> _Finding | None:
    """Tasks no longer, or not yet, under way."""
    if standing.closed:
        return _Finding(Colour.GREEN, "已销号", "任务已办结销号。")
    if standing.withdrawn:
        return _Finding(Colour.GREY, "已撤销", "新版文件不再列入这项任务，已经撤销，不计灯。")
    if not standing.issued:
        return _Finding(Colour.GREY, "未下达", "任务尚未下达，不计灯。", "下达后开始计算。")
    return None


def _overdue(standing: Standing, today: date, calendar: WorkCalendar) -> _Finding | None:
    deadline = standing.deadline_on
    if deadline is None or today <= deadline:
        return None
    return _Finding(
        Colour.RED,
        urgency(deadline, today, calendar),
        f"完成时限{chinese_date(deadline)}已过，任务尚未销号，完成{_done(standing)}%。",
        _FINISH,
    )


def _behind(standing: Standing, expected: float | None, rules: LightRules, today: date) -> _Finding | None:
    """Behind schedule by the yellow line or more; close to the date no percentage short of all is a mend."""
    if expected is None or expected - _done(standing) < rules.yellow_points:
        return None
    behind = expected - _done(standing)
    red = behind > rules.red_points
    line = f"超过{rules.red_points:g}的红线" if red else f"达到{rules.yellow_points:g}的黄线"
    need = min(floor(expected - rules.yellow_points) + 1, 100)
    mend = _FINISH if _is_near(standing, rules, today) else f"进度达到{need}%以上。"
    return _Finding(
        Colour.RED if red else Colour.YELLOW,
        f"欠序时{behind:.0f}%",
        f"{_against_schedule(standing, expected)}，落后{behind:.4g}个百分点，{line}。",
        f"{mend}确有困难请联系督查室。" if red else mend,
    )


def _near(standing: Standing, rules: LightRules, today: date) -> _Finding | None:
    deadline = standing.deadline_on
    if deadline is None or not _is_near(standing, rules, today):
        return None
    left = f"还有{(deadline - today).days}日" if today < deadline else "就在今天"
    reason = (
        f"距完成时限{chinese_date(deadline)}{left}（{rules.near_days}日内预警），完成{_done(standing)}%。"
    )
    return _Finding(Colour.YELLOW, "临近时限", reason, _FINISH)


def _healthy(standing: Standing, expected: float | None) -> _Finding:
    """Nothing wrong with the dates; a task without a schedule is judged by what its units have filed."""
    if expected is not None:
        return _Finding(Colour.GREEN, "正常", f"{_against_schedule(standing, expected)}。")
    basis = "任务没有可比的完成时限，按报送情况计灯："
    late = standing.overdue_duties
    if late:
        return _Finding(Colour.YELLOW, f"{late}件未报", f"{basis}有{late}件事项逾期未办。", "补齐逾期事项。")
    return _Finding(Colour.GREEN, "正常", f"{basis}没有逾期事项。")


def _is_near(standing: Standing, rules: LightRules, today: date) -> bool:
    deadline = standing.deadline_on
    if deadline is None or _done(standing) >= 100:
        return False
    return (deadline - today).days <= rules.near_days


def _done(standing: Standing) -> int:
    return standing.percent or 0


def _against_schedule(standing: Standing, expected: float) -> str:
    return f"按工作日应完成{expected:.4g}%，实际{_done(standing)}%"

"""达序时、欠序时、超序时、已完成、其他 (五分法): the classes in which bulletins count tasks (reference 0.8, 金寨县's practice)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from workflows.calendar import WorkCalendar
from workflows.light.rules import LightRules
from workflows.light.standing import Standing, expected_percent
from workflows.wording import chinese_date


class Pace(StrEnum):
    """五分法, in the order in which a bulletin names them."""

    ON = "on"
    BEHIND = "behind"
    AHEAD = "ahead"
    DONE = "done"
    OTHER = "other"


PACE_LABELS: Mapping[Pace, str] = MappingProxyType(
    {
        Pace.ON: "达序时",
        Pace.BEHIND: "欠序时",
        Pace.AHEAD: "超序时",
        Pace.DONE: "已完成",
        Pace.OTHER: "其他",
    }
)


@dataclass(frozen=True, slots=True)
class Paced:
    """The class of a task, and why; `version` is that of the thresholds."""

    pace: Pace
    reason: str
    version: int

    @property
    def label(self) -> str:
        return PACE_LABELS[self.pace]


def pace(standing: Standing, rules: LightRules, today: date, calendar: WorkCalendar) -> Paced:
    """The task's class today. Only a closed task is 已完成; what cannot be held against a schedule is 其他.

    欠序时 begins at the yellow line of the lights and holds for every overdue task, so whatever is 欠序时 has a yellow or
    a red light; 超序时 begins at `ahead_points`.
    """
    pace, reason = _outside(standing) or _measured(standing, rules, today, calendar)
    return Paced(pace, reason, rules.version)


def _outside(standing: Standing) -> tuple[Pace, str] | None:
    if standing.closed:
        return Pace.DONE, "任务已办结销号。"
    if standing.withdrawn:
        return Pace.OTHER, "任务已经撤销。"
    if not standing.issued:
        return Pace.OTHER, "任务尚未下达。"
    if standing.suspended:
        return Pace.OTHER, "任务经批准暂缓。"
    if standing.advocacy:
        return Pace.OTHER, "鼓励、支持、探索类任务只报做法，不比序时。"
    return None


def _measured(standing: Standing, rules: LightRules, today: date, calendar: WorkCalendar) -> tuple[Pace, str]:
    start, deadline = standing.starts_on, standing.deadline_on
    if deadline is not None and today > deadline:
        return Pace.BEHIND, f"完成时限{chinese_date(deadline)}已过，任务尚未销号。"
    expected = expected_percent(standing, today, calendar)
    if expected is None or start is None:
        return Pace.OTHER, "任务没有可比的完成时限。"
    if today < start:
        return Pace.OTHER, f"任务自{chinese_date(start)}起实施，尚未启动。"
    return _compared(expected, standing.done, rules)


def _compared(expected: float, done: int, rules: LightRules) -> tuple[Pace, str]:
    measured = f"应完成{expected:.4g}%，实际{done}%"
    if expected - done >= rules.yellow_points:
        return Pace.BEHIND, f"{measured}，落后{expected - done:.4g}个百分点。"
    if done - expected >= rules.ahead_points:
        return Pace.AHEAD, f"{measured}，超前{done - expected:.4g}个百分点。"
    return Pace.ON, f"{measured}，相差不到{max(rules.yellow_points, rules.ahead_points):g}个百分点。"

"""The thresholds of lights and paces (亮灯规则): versioned, because a county may change them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from math import isfinite
from types import MappingProxyType
from typing import Any

from workflows.errors import Refused

THRESHOLD_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "yellow_points": "黄灯线（落后序时的百分点）",
        "red_points": "红灯线（落后序时的百分点）",
        "ahead_points": "超序时线（超前序时的百分点）",
        "near_days": "临近时限（日）",
        "unchanged_periods": "连续无变化（期）",
        "blue_workdays": "蓝灯提示（工作日）",
    }
)
"""Each threshold as people call it, with its unit."""

POINTS = ("yellow_points", "red_points", "ahead_points")
COUNTS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"near_days": (0, 366), "unchanged_periods": (1, 12), "blue_workdays": (0, 30)}
)
"""The thresholds that are whole numbers, each with its least and greatest."""


@dataclass(frozen=True, slots=True)
class LightRules:
    """One version of the thresholds. The defaults are those of reference b.3; 超序时 has its mirror image.

    Points are percentage points of progress, `near_days` calendar days, `unchanged_periods` reports in a row,
    `blue_workdays` working days before a report closes or a milestone falls due (b.1: three days before).
    """

    version: int = 1
    yellow_points: float = 10
    red_points: float = 30
    near_days: int = 15
    unchanged_periods: int = 2
    blue_workdays: int = 3
    ahead_points: float = 10

    def as_json(self) -> dict[str, Any]:
        """The body kept in the database; the version stands beside it."""
        body = asdict(self)
        del body["version"]
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any], version: int = 1) -> LightRules:
        """The rules a body says; what an older body does not name keeps its default.

        Raises Refused invalid for what makes no sense, with a sentence that names the threshold.
        """
        known = {field.name for field in fields(cls)} - {"version"}
        _refuse_unknown(set(body) - known)
        rules = cls(version=version, **body)
        for name in POINTS:
            _refuse_points(name, getattr(rules, name))
        for name, (least, most) in COUNTS.items():
            _refuse_count(name, getattr(rules, name), least, most)
        if rules.red_points < rules.yellow_points:
            raise Refused("invalid", "红灯线不能低于黄灯线，请把红灯线改为不小于黄灯线的数。")
        return rules


def _refuse_unknown(names: Iterable[str]) -> None:
    if unknown := sorted(names):
        raise Refused("invalid", f"亮灯规则里没有“{'、'.join(unknown)}”这一项，请核对后再保存。")


def _refuse_points(name: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if not number or not 0 < value <= 100:  # type: ignore[operator]
        raise Refused("invalid", f"{THRESHOLD_LABELS[name]}请填大于0、不超过100的数。")


def _refuse_count(name: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Refused("invalid", f"{THRESHOLD_LABELS[name]}请填{least}到{most}之间的整数。")

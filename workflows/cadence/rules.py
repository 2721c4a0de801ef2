"""One version of the days on which things are owed, and the rhythms (报告周期) a type of task may report in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from workflows.calendar import MIDNIGHT
from workflows.commitments import TASK_KIND_LABELS, TaskKind
from workflows.errors import Refused


class Rhythm(StrEnum):
    """How often a task is reported on: 每月, 半月, 月末, 每季, 半年, 每学期, 自定."""

    MONTHLY = "monthly"
    HALF_MONTHLY = "half_monthly"
    MONTH_END = "month_end"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    PER_TERM = "per_term"
    CUSTOM = "custom"


RHYTHM_LABELS: Mapping[Rhythm, str] = MappingProxyType(
    {
        Rhythm.MONTHLY: "每月",
        Rhythm.HALF_MONTHLY: "每半月",
        Rhythm.MONTH_END: "每月末",
        Rhythm.QUARTERLY: "每季度",
        Rhythm.HALF_YEARLY: "每半年",
        Rhythm.PER_TERM: "每学期",
        Rhythm.CUSTOM: "自定日期",
    }
)


class Roll(StrEnum):
    """Where a due day goes that falls on a rest day: 顺延 to the next working day, or 提前 to the last one before."""

    FORWARD = "forward"
    BACK = "back"


ROLL_LABELS: Mapping[Roll, str] = MappingProxyType({Roll.FORWARD: "顺延", Roll.BACK: "提前"})


class Signoff(StrEnum):
    """单位审签, before a report leaves its unit: not asked for, 登记 who signed it, or that person's own sign-in."""

    NONE = "none"
    NAMED = "named"
    PERSONAL = "personal"


SIGNOFF_LABELS: Mapping[Signoff, str] = MappingProxyType(
    {
        Signoff.NONE: "不需要审签",
        Signoff.NAMED: "登记审签人后报送",
        Signoff.PERSONAL: "审签人本人登录审签",
    }
)

MonthDay = tuple[int, int]
"""A month and a day of it; a day the month does not have means its last."""

LONGEST_GAP = 15
"""Days within which what was reported is gathered, and what was gathered is reviewed."""


@dataclass(frozen=True, slots=True)
class CadenceRules:
    """One version of the days. Days are days of the month; spans are working days, `open_days` calendar days.

    `bulletin_due_day` falls in the month after the quarter; `assessment_opens` and `assessment_due` are (month, day),
    the latter in the following year. `rhythm` names the types of task that do not report every month. The lead
    gathers (牵头汇总) on the next `consolidation_day` after the report is due, the office has reviewed by the next
    `review_day` after that, and the period is closed (锁定) after the next `lock_day`. `half_days` are the days of the two reports of a half-monthly rhythm (8日、23日: reference
    b.2), `term_ends` the reports that close the autumn and the spring term, `custom_days` those of a rhythm of one's
    own. Reports that have no opening day of their own open `open_days` before they are due. A due day ends at
    `cutoff_hour`, 24 being midnight.
    """

    monthly_opens_day: int = 20
    monthly_due_day: int = 25
    bulletin_due_day: int = 10
    assessment_opens: MonthDay = (12, 20)
    assessment_due: MonthDay = (1, 10)
    least_workdays_open: int = 3
    sign_workdays: int = 1
    correction_workdays: int = 2
    consolidation_day: int = 28
    review_day: int = 3
    lock_day: int = 5
    signoff: Signoff = Signoff.NAMED
    roll: Roll = Roll.FORWARD
    cutoff_hour: int = MIDNIGHT
    rhythm: Mapping[TaskKind, Rhythm] = field(default_factory=lambda: MappingProxyType({}))
    half_days: tuple[int, int] = (8, 23)
    term_ends: tuple[MonthDay, MonthDay] = ((1, 15), (6, 30))
    custom_days: tuple[MonthDay, ...] = ()
    open_days: int = 5

    def rhythm_of(self, kind: TaskKind) -> Rhythm:
        """How often a task of that type is reported on."""
        return self.rhythm.get(kind, Rhythm.MONTHLY)

    @property
    def rhythms(self) -> frozenset[Rhythm]:
        """Every rhythm some type of task has."""
        return frozenset(self.rhythm_of(kind) for kind in TaskKind)

    @property
    def gathering_gap(self) -> int:
        """Days from the day a report is due to the day it is gathered (25日 → 28日: 3)."""
        return days_on(self.monthly_due_day, self.consolidation_day)

    @property
    def lock_gap(self) -> int:
        """Days from the day reports are reviewed to the day the period is closed (3日 → 5日: 2)."""
        return days_on(self.review_day, self.lock_day)

    @property
    def review_gap(self) -> int:
        """Days from the day reports are gathered to the day they are reviewed (28日 → 次月3日: 5)."""
        return days_on(self.consolidation_day, self.review_day)

    def check(self) -> None:
        """Return when the days can be kept; raises Refused invalid with everything that is wrong."""
        if wrong := list(_shortcomings(self)):
            raise Refused("invalid", "".join(wrong))

    def as_json(self) -> dict[str, Any]:
        return {part.name: _plain(getattr(self, part.name)) for part in fields(self)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> CadenceRules:
        """The rules a stored body holds; what it does not name yet is as shipped, at the shipped distances."""
        read = {name: _READERS.get(name, int)(value) for name, value in body.items()}
        if "consolidation_day" not in read:
            days = following_days(read.get("monthly_due_day", cls().monthly_due_day))
            read["consolidation_day"], read["review_day"], read["lock_day"] = days
        if "lock_day" not in read:
            read["lock_day"] = _on(read["review_day"], cls().lock_gap)
        read.setdefault("signoff", Signoff.NONE)  # rules of before 审签 was known did not ask for it
        return cls(**read)


def following_days(due_day: int) -> tuple[int, int, int]:
    """`consolidation_day`, `review_day` and `lock_day` at the shipped distance from another day of report."""
    shipped = CadenceRules()
    gathered = _on(due_day, shipped.gathering_gap)
    reviewed = _on(gathered, shipped.review_gap)
    return gathered, reviewed, _on(reviewed, shipped.lock_gap)


def days_on(first: int, second: int) -> int:
    """Days from one day of the month to the next time the other comes, months taken as 30 days."""
    return second - first if second > first else second - first + 30


def _on(day: int, days: int) -> int:
    return day + days if day + days <= 31 else day + days - 30


def _plain(value: Any) -> Any:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def _pair(value: Any) -> tuple[int, int]:
    first, second = value
    return int(first), int(second)


def _rhythms(value: Mapping[str, str]) -> Mapping[TaskKind, Rhythm]:
    """Types that report every month are left out, so that equal rules are equal."""
    read = {TaskKind(kind): Rhythm(rhythm) for kind, rhythm in value.items()}
    return MappingProxyType({k: r for k, r in read.items() if r is not Rhythm.MONTHLY})


_READERS: Mapping[str, Any] = MappingProxyType(
    {
        "assessment_opens": _pair,
        "assessment_due": _pair,
        "roll": Roll,
        "signoff": Signoff,
        "rhythm": _rhythms,
        "half_days": _pair,
        "term_ends": lambda value: tuple(_pair(end) for end in value),
        "custom_days": lambda value: tuple(_pair(day) for day in value),
    }
)

_DAYS: Mapping[str, str] = MappingProxyType(
    {
        "monthly_opens_day": "月报开放日",
        "monthly_due_day": "月报截止日",
        "consolidation_day": "牵头汇总日",
        "review_day": "审核完成日",
        "lock_day": "锁定日",
        "bulletin_due_day": "季通报截止日",
    }
)
_SPANS: Mapping[str, tuple[str, int, int]] = MappingProxyType(
    {
        "least_workdays_open": ("从开放到截止的最少工作日", 1, 15),
        "sign_workdays": ("签收期限（工作日）", 1, 15),
        "correction_workdays": ("退回修改期限（工作日）", 1, 15),
        "open_days": ("提前开放的天数", 1, 31),
        "cutoff_hour": ("截止时刻（点）", 1, 24),
    }
)
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _shortcomings(rules: CadenceRules) -> Iterator[str]:
    for name, label in _DAYS.items():
        if not 1 <= getattr(rules, name) <= 31:
            yield f"{label}要填1到31之间的日子，31表示月底。"
    for name, (label, least, most) in _SPANS.items():
        if not least <= getattr(rules, name) <= most:
            yield f"{label}要填{least}到{most}之间的整数。"
    if rules.gathering_gap > LONGEST_GAP:
        yield f"牵头汇总日要在月报截止之后{LONGEST_GAP}天以内。"
    if rules.review_gap > LONGEST_GAP:
        yield f"审核完成日要在牵头汇总之后{LONGEST_GAP}天以内。"
    if rules.lock_gap > LONGEST_GAP:
        yield f"锁定日要在审核完成之后{LONGEST_GAP}天以内。"
    if not 1 <= rules.half_days[0] < rules.half_days[1] <= 31:
        yield "半月报的两个截止日要填1到31之间的日子，前一个在先。"
    yield from _odd_dates(rules)
    yield from _odd_rhythms(rules)


def _odd_dates(rules: CadenceRules) -> Iterator[str]:
    autumn, spring = rules.term_ends
    dates = (rules.assessment_opens, rules.assessment_due, autumn, spring, *rules.custom_days)
    for month, day in dates:
        if not (1 <= month <= 12 and 1 <= day <= _LONGEST_MONTHS[month - 1]):
            yield f"没有{month}月{day}日这一天，请改正。"
    if rules.assessment_due[0] > 6:
        yield "年度考核要在次年上半年完成。"
    if not 4 <= spring[0] <= 8:
        yield "春季学期报告的截止日要在4月到8月之间。"
    if 4 <= autumn[0] <= 8:
        yield "秋季学期报告的截止日要在9月到次年3月之间。"


def _odd_rhythms(rules: CadenceRules) -> Iterator[str]:
    own = [kind for kind in TaskKind if rules.rhythm_of(kind) is Rhythm.CUSTOM]
    if own and not rules.custom_days:
        named = "、".join(TASK_KIND_LABELS[kind] for kind in own)
        yield f"“{named}”按自定日期报告，请至少填写一个日期。"
    if len(set(rules.custom_days)) < len(rules.custom_days):
        yield "自定日期里有重复的日期，请删去。"

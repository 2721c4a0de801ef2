"""What each period owes and by when: 月报告, 季通报, 年度考核, and the other kinds of duty.

The shipped days are the defaults of reference b.2; a county changes them by a new version of the rules.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from workflows.calendar import WorkCalendar


class DutyKind(StrEnum):
    """应办事项的类别: what units owe, what the office that runs the plan owes, and answers owed by either."""

    SIGN = "sign"
    MONTHLY_REPORT = "monthly_report"
    COMPLETION = "completion"
    BULLETIN = "bulletin"
    ASSESSMENT = "assessment"
    CONSOLIDATION = "consolidation"
    REVIEW = "review"
    SLIP_REPLY = "slip_reply"
    ANSWER = "answer"


KIND_LABELS: Mapping[DutyKind, str] = MappingProxyType(
    {
        DutyKind.SIGN: "签收",
        DutyKind.MONTHLY_REPORT: "月报",
        DutyKind.COMPLETION: "完成",
        DutyKind.BULLETIN: "季通报",
        DutyKind.ASSESSMENT: "年度考核",
        DutyKind.CONSOLIDATION: "牵头汇总",
        DutyKind.REVIEW: "月报审核",
        DutyKind.SLIP_REPLY: "督办单回复",
        DutyKind.ANSWER: "请求答复",
    }
)


@dataclass(frozen=True, slots=True)
class CadenceRules:
    """One version of the days. Days are days of the month; spans are working days.

    `bulletin_due_day` falls in the month after the quarter; `assessment_opens` and `assessment_due` are
    (month, day), the latter in the following year.
    """

    monthly_opens_day: int = 20
    monthly_due_day: int = 25
    bulletin_due_day: int = 10
    assessment_opens: tuple[int, int] = (12, 20)
    assessment_due: tuple[int, int] = (1, 10)
    least_workdays_open: int = 3
    sign_workdays: int = 1
    correction_workdays: int = 2

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> CadenceRules:
        return cls(
            **{
                **body,
                "assessment_opens": tuple(body["assessment_opens"]),
                "assessment_due": tuple(body["assessment_due"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Period:
    """One period of one cadence: its key (2025-03, 2025-Q1, 2025), and when its duty opens and is due."""

    kind: DutyKind
    key: str
    opens_on: date
    due_on: date


def month_of(year: int, month: int, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The month's report (月报告): due days that fall on rest days roll forward.

    It opens earlier rather than leave a unit fewer than `least_workdays_open` working days (reference b.2).
    """
    due_on = calendar.on_or_after(_day(year, month, rules.monthly_due_day))
    enough = calendar.shift(due_on, -rules.least_workdays_open)
    opens_on = min(_day(year, month, rules.monthly_opens_day), enough)
    return Period(DutyKind.MONTHLY_REPORT, f"{year}-{month:02}", opens_on, due_on)


def quarter_of(year: int, quarter: int, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The quarter's bulletin (季通报): opens the day after the quarter; after a long holiday it is due later."""
    opens_on = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    nominal = _day(opens_on.year, opens_on.month, rules.bulletin_due_day)
    due_on = _due_after(opens_on, nominal, rules, calendar)
    return Period(DutyKind.BULLETIN, f"{year}-Q{quarter}", opens_on, due_on)


def year_of(year: int, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The year's assessment (年度考核)."""
    opens_on = _day(year, *rules.assessment_opens)
    due_on = _due_after(opens_on, _day(year + 1, *rules.assessment_due), rules, calendar)
    return Period(DutyKind.ASSESSMENT, str(year), opens_on, due_on)


def _day(year: int, month: int, day: int) -> date:
    """That day, or the month's last when the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def _due_after(opens_on: date, nominal: date, rules: CadenceRules, calendar: WorkCalendar) -> date:
    """The nominal day rolled forward, and far enough to leave `least_workdays_open` working days."""
    return max(calendar.on_or_after(nominal), calendar.shift(opens_on, rules.least_workdays_open))


def period_of(kind: DutyKind, key: str, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The period of that kind and key, its days counted anew; kind is 月报, 季通报 or 年度考核."""
    year = int(key[:4])
    if kind is DutyKind.MONTHLY_REPORT:
        return month_of(year, int(key[5:]), rules, calendar)
    if kind is DutyKind.BULLETIN:
        return quarter_of(year, int(key[6:]), rules, calendar)
    return year_of(year, rules, calendar)


def openings(since: date, until: date, rules: CadenceRules, calendar: WorkCalendar) -> list[Period]:
    """Every period that opens after `since` and on or before `until`, in order of opening: none is dropped."""
    near = _periods_near(since, until, rules, calendar)
    return sorted((p for p in near if since < p.opens_on <= until), key=lambda p: (p.opens_on, p.kind, p.key))


def next_opening(after: date, rules: CadenceRules, calendar: WorkCalendar) -> date:
    """The first day after `after` on which some period opens."""
    return openings(after, after + timedelta(days=62), rules, calendar)[0].opens_on


def _periods_near(since: date, until: date, rules: CadenceRules, calendar: WorkCalendar) -> Iterator[Period]:
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month
    for index in range(first, last + 1):
        year, month = divmod(index, 12)
        yield month_of(year, month + 1, rules, calendar)
        if month % 3 == 2:
            yield quarter_of(year, month // 3 + 1, rules, calendar)
    for year in range(since.year, until.year + 1):
        yield year_of(year, rules, calendar)


def period_words(key: str) -> str:
    """2025年3月, 2025年第一季度, or 2025年度; an empty key gives an empty string."""
    if "-Q" in key:
        year, quarter = key.split("-Q")
        return f"{year}年第{'一二三四'[int(quarter) - 1]}季度"
    if "-" in key:
        year, month = key.split("-")
        return f"{year}年{int(month)}月"
    return f"{key}年度" if key else ""

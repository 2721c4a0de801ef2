"""A rhythm a document demands (每月25日前报送), taken over into the rules of its plan: only where the rules can say it."""

from __future__ import annotations

from dataclasses import replace

from workflows.cadence import CadenceRules, DutyKind, following_days

OPEN_DAYS = 5
"""A monthly report opens this many days of the month before it is due, as in the shipped rules."""
_LAST_DUE_MONTH = 6
"""A year's assessment is due in the first half of the following year; a date in autumn is another thing."""


def adopt(rules: CadenceRules, kind: DutyKind, day: int | None, month: int | None) -> CadenceRules | None:
    """`rules` with the day the document names; None where it names none, or one the rules cannot say.

    `month` is of the year for 年度考核; for 季通报 1 is the month after the quarter, 3 the quarter's last.
    """
    if day is None:
        return None
    if kind is DutyKind.MONTHLY_REPORT:
        opens_day = max(1, day - OPEN_DAYS)
        gathered, reviewed, locked = following_days(day)
        return replace(
            rules,
            monthly_due_day=day,
            monthly_opens_day=opens_day,
            consolidation_day=gathered,
            review_day=reviewed,
            lock_day=locked,
        )
    if kind is DutyKind.BULLETIN and month in {None, 1}:
        return replace(rules, bulletin_due_day=day)
    if kind is DutyKind.ASSESSMENT and month is not None and month <= _LAST_DUE_MONTH:
        return replace(rules, assessment_due=(month, day))
    return None


def due_words(rules: CadenceRules, kind: DutyKind) -> str:
    """When the kind of duty is due under the rules, as one says it: 每月25日前, 季后首月10日前, 次年1月10日前."""
    if kind is DutyKind.MONTHLY_REPORT:
        return f"每月{_day(rules.monthly_due_day)}前"
    if kind is DutyKind.BULLETIN:
        return f"季后首月{_day(rules.bulletin_due_day)}前"
    month, day = rules.assessment_due
    return f"次年{month}月{_day(day)}前"


def _day(day: int) -> str:
    return "底" if day >= 31 else f"{day}日"


def why_not(kind: DutyKind, day: int | None) -> str:
    """Why a demanded rhythm cannot be taken over, as a sentence for the reviewer."""
    if day is None:
        return "文件没有写明日期，按现行日期执行。"
    if kind is DutyKind.BULLETIN:
        return "季通报在季度结束后印发，不能设在季度之内，按现行日期执行。"
    return "年度考核在次年上半年完成，不能设在当年，按现行日期执行。"

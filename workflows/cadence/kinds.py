"""What kinds of thing are owed (应办事项的类别)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class DutyKind(StrEnum):
    """应办事项的类别: what units owe, what the office that runs the plan owes, and answers owed by either.

    MONTHLY_REPORT is the report of every rhythm, by the month unless the rules say otherwise (decision 0018).
    """

    SIGN = "sign"
    MONTHLY_REPORT = "monthly_report"
    COMPLETION = "completion"
    BULLETIN = "bulletin"
    ASSESSMENT = "assessment"
    CONSOLIDATION = "consolidation"
    REVIEW = "review"
    SLIP_REPLY = "slip_reply"
    ANSWER = "answer"
    EXPLANATION = "explanation"
    APPEAL = "appeal"


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
        DutyKind.EXPLANATION: "通报前说明",
        DutyKind.APPEAL: "申诉复核",
    }
)

PERIODIC = frozenset(
    {
        DutyKind.MONTHLY_REPORT,
        DutyKind.CONSOLIDATION,
        DutyKind.REVIEW,
        DutyKind.BULLETIN,
        DutyKind.ASSESSMENT,
    }
)
"""The kinds that belong to a period and whose due date follows from the calendar."""

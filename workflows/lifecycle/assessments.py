"""The year's assessment and the appeals against it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from workflows.lifecycle.table import Lifecycle


class AssessmentState(StrEnum):
    """年度考核: 进行中 → 预公示（申诉） → 定分 → 归档."""

    RUNNING = "running"
    PREPUBLISHED = "prepublished"
    SETTLED = "settled"
    ARCHIVED = "archived"


class AssessmentEvent(StrEnum):
    PREPUBLISH = "prepublish"
    SETTLE = "settle"
    ARCHIVE = "archive"


ASSESSMENT = Lifecycle(
    "年度考核",
    {
        AssessmentState.RUNNING: "进行中",
        AssessmentState.PREPUBLISHED: "预公示",
        AssessmentState.SETTLED: "已定分",
        AssessmentState.ARCHIVED: "已归档",
    },
    {
        AssessmentEvent.PREPUBLISH: "预公示",
        AssessmentEvent.SETTLE: "定分",
        AssessmentEvent.ARCHIVE: "归档",
    },
    {
        (AssessmentState.RUNNING, AssessmentEvent.PREPUBLISH): AssessmentState.PREPUBLISHED,
        (AssessmentState.PREPUBLISHED, AssessmentEvent.SETTLE): AssessmentState.SETTLED,
        (AssessmentState.SETTLED, AssessmentEvent.ARCHIVE): AssessmentState.ARCHIVED,
    },
)


class AppealState(StrEnum):
    """申诉: waits for 复核, then 采纳 or 不予采纳; or taken back by the unit."""

    PENDING = "pending"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class AppealEvent(StrEnum):
    UPHOLD = "uphold"
    REJECT = "reject"
    WITHDRAW = "withdraw"


APPEAL = Lifecycle(
    "申诉",
    {
        AppealState.PENDING: "待复核",
        AppealState.UPHELD: "采纳",
        AppealState.REJECTED: "不予采纳",
        AppealState.WITHDRAWN: "已撤回",
    },
    {AppealEvent.UPHOLD: "采纳", AppealEvent.REJECT: "不予采纳", AppealEvent.WITHDRAW: "撤回"},
    {
        (AppealState.PENDING, AppealEvent.UPHOLD): AppealState.UPHELD,
        (AppealState.PENDING, AppealEvent.REJECT): AppealState.REJECTED,
        (AppealState.PENDING, AppealEvent.WITHDRAW): AppealState.WITHDRAWN,
    },
)


class EntryKind(StrEnum):
    """What people enter into an assessment, each with the number of a document: 加分, 扣分, 否决, 专项评估, 检查结果, 年度核查."""

    ADDITION = "addition"
    DEDUCTION = "deduction"
    VETO = "veto"
    EVALUATION = "evaluation"
    INSPECTION = "inspection"
    YEAR_CHECK = "year_check"


ENTRY_KIND_LABELS: Mapping[EntryKind, str] = MappingProxyType(
    {
        EntryKind.ADDITION: "加分",
        EntryKind.DEDUCTION: "扣分",
        EntryKind.VETO: "否决",
        EntryKind.EVALUATION: "专项评估",
        EntryKind.INSPECTION: "检查结果",
        EntryKind.YEAR_CHECK: "年度核查",
    }
)


class ScoreStage(StrEnum):
    """A score as shown for appeal (预公示), and as settled (定分)."""

    PREVIEW = "preview"
    FINAL = "final"

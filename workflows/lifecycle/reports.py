"""The month's report and the words it is answered in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from workflows.lifecycle.table import Lifecycle


class OnTime(StrEnum):
    """能否按期: 能, 有风险, 不能."""

    ABLE = "able"
    RISKY = "risky"
    UNABLE = "unable"


ON_TIME_LABELS: Mapping[OnTime, str] = {
    OnTime.ABLE: "能按期完成",
    OnTime.RISKY: "有风险",
    OnTime.UNABLE: "不能按期",
}


class Cause(StrEnum):
    """存在问题的原因: 资金 用地 编制 手续 人员 天气 其他 (reference a.1)."""

    FUNDS = "funds"
    LAND = "land"
    POSTS = "posts"
    PERMITS = "permits"
    STAFF = "staff"
    WEATHER = "weather"
    OTHER = "other"


CAUSE_LABELS: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.FUNDS: "资金",
        Cause.LAND: "用地",
        Cause.POSTS: "编制",
        Cause.PERMITS: "手续",
        Cause.STAFF: "人员",
        Cause.WEATHER: "天气",
        Cause.OTHER: "其他",
    }
)


class ReturnReason(StrEnum):
    """退回理由: a report is returned for one of these, and the office adds what exactly is lacking."""

    NO_FACTS = "no_facts"
    FIGURES = "figures"
    OFF_TOPIC = "off_topic"
    INCOMPLETE = "incomplete"
    NO_STEPS = "no_steps"
    UNSIGNED = "unsigned"
    OTHER = "other"


RETURN_REASON_LABELS: Mapping[ReturnReason, str] = MappingProxyType(
    {
        ReturnReason.NO_FACTS: "没有实际进展内容",
        ReturnReason.FIGURES: "数字前后不一致",
        ReturnReason.OFF_TOPIC: "与任务要求不符",
        ReturnReason.INCOMPLETE: "内容不全",
        ReturnReason.NO_STEPS: "问题没有对应措施或时间",
        ReturnReason.UNSIGNED: "未经单位审签",
        ReturnReason.OTHER: "其他",
    }
)

MOST_RETURNS = 2
"""A report is returned so often at most; then the office talks to the unit (reference a.3)."""


class ReportState(StrEnum):
    """月报: 填报中 → (待审签) → 待审核 → 已通过; on the way back 已退回, or 存疑待核查."""

    DRAFT = "draft"
    SIGNOFF = "signoff"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CHECKING = "checking"
    ACCEPTED = "accepted"


STANDING_REPORTS = frozenset({ReportState.SUBMITTED, ReportState.CHECKING, ReportState.ACCEPTED})
"""Reports that a unit stands by: filed, and not returned."""


class ReportEvent(StrEnum):
    SAVE = "save"
    ASK_SIGNOFF = "ask_signoff"
    REFUSE_SIGNOFF = "refuse_signoff"
    SUBMIT = "submit"
    RETURN = "return"
    CHECK = "check"
    ACCEPT = "accept"


REPORT = Lifecycle(
    "月报",
    {
        ReportState.DRAFT: "填报中",
        ReportState.SIGNOFF: "待审签",
        ReportState.SUBMITTED: "待审核",
        ReportState.RETURNED: "已退回",
        ReportState.CHECKING: "存疑待核查",
        ReportState.ACCEPTED: "已通过",
    },
    {
        ReportEvent.SAVE: "保存",
        ReportEvent.ASK_SIGNOFF: "送审签",
        ReportEvent.REFUSE_SIGNOFF: "退回修改",
        ReportEvent.SUBMIT: "报送",
        ReportEvent.RETURN: "退回",
        ReportEvent.CHECK: "转核查",
        ReportEvent.ACCEPT: "通过",
    },
    {
        (ReportState.DRAFT, ReportEvent.SAVE): ReportState.DRAFT,
        (ReportState.RETURNED, ReportEvent.SAVE): ReportState.RETURNED,
        (ReportState.DRAFT, ReportEvent.ASK_SIGNOFF): ReportState.SIGNOFF,
        (ReportState.RETURNED, ReportEvent.ASK_SIGNOFF): ReportState.SIGNOFF,
        (ReportState.SIGNOFF, ReportEvent.REFUSE_SIGNOFF): ReportState.DRAFT,
        (ReportState.DRAFT, ReportEvent.SUBMIT): ReportState.SUBMITTED,
        (ReportState.RETURNED, ReportEvent.SUBMIT): ReportState.SUBMITTED,
        (ReportState.SIGNOFF, ReportEvent.SUBMIT): ReportState.SUBMITTED,
        (ReportState.SUBMITTED, ReportEvent.RETURN): ReportState.RETURNED,
        (ReportState.CHECKING, ReportEvent.RETURN): ReportState.RETURNED,
        (ReportState.SUBMITTED, ReportEvent.CHECK): ReportState.CHECKING,
        (ReportState.SUBMITTED, ReportEvent.ACCEPT): ReportState.ACCEPTED,
        (ReportState.CHECKING, ReportEvent.ACCEPT): ReportState.ACCEPTED,
    },
)

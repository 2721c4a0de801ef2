"""Plans, their tasks, and what a document offers as a task."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from workflows.lifecycle.table import Lifecycle


class PlanState(StrEnum):
    """行动计划: read in, reviewed, then issued (下达)."""

    DRAFT = "draft"
    ISSUED = "issued"
    ARCHIVED = "archived"


class PlanEvent(StrEnum):
    ISSUE = "issue"
    ARCHIVE = "archive"


PLAN = Lifecycle(
    "计划",
    {PlanState.DRAFT: "草稿", PlanState.ISSUED: "已下达", PlanState.ARCHIVED: "已归档"},
    {PlanEvent.ISSUE: "下达", PlanEvent.ARCHIVE: "归档"},
    {
        (PlanState.DRAFT, PlanEvent.ISSUE): PlanState.ISSUED,
        (PlanState.ISSUED, PlanEvent.ARCHIVE): PlanState.ARCHIVED,
    },
)


class TaskState(StrEnum):
    """督办事项: 草稿 → 待签收 → 办理中 → 申请办结 → 已销号, or 已撤销 (reference a.3)."""

    DRAFT = "draft"
    ISSUED = "issued"
    UNDERWAY = "underway"
    CLOSING = "closing"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"


class TaskEvent(StrEnum):
    ISSUE = "issue"
    SIGN = "sign"
    UPDATE = "update"
    REQUEST_CLOSE = "request_close"
    CLOSE = "close"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    SUSPEND = "suspend"
    RESUME = "resume"


TASK = Lifecycle(
    "任务",
    {
        TaskState.DRAFT: "草稿",
        TaskState.ISSUED: "待签收",
        TaskState.UNDERWAY: "办理中",
        TaskState.CLOSING: "申请办结",
        TaskState.CLOSED: "已销号",
        TaskState.WITHDRAWN: "已撤销",
        TaskState.SUSPENDED: "暂缓",
    },
    {
        TaskEvent.ISSUE: "下达",
        TaskEvent.SIGN: "签收",
        TaskEvent.UPDATE: "更新进展",
        TaskEvent.REQUEST_CLOSE: "申请办结",
        TaskEvent.CLOSE: "销号",
        TaskEvent.SEND_BACK: "退回重办",
        TaskEvent.REOPEN: "恢复办理",
        TaskEvent.WITHDRAW: "撤销",
        TaskEvent.SUSPEND: "暂缓",
        TaskEvent.RESUME: "解除暂缓",
    },
    {
        (TaskState.DRAFT, TaskEvent.ISSUE): TaskState.ISSUED,
        (TaskState.ISSUED, TaskEvent.SIGN): TaskState.UNDERWAY,
        (TaskState.UNDERWAY, TaskEvent.SIGN): TaskState.UNDERWAY,
        (TaskState.CLOSING, TaskEvent.SIGN): TaskState.CLOSING,
        (TaskState.ISSUED, TaskEvent.UPDATE): TaskState.UNDERWAY,
        (TaskState.UNDERWAY, TaskEvent.UPDATE): TaskState.UNDERWAY,
        (TaskState.CLOSING, TaskEvent.UPDATE): TaskState.CLOSING,
        (TaskState.UNDERWAY, TaskEvent.REQUEST_CLOSE): TaskState.CLOSING,
        (TaskState.CLOSING, TaskEvent.SEND_BACK): TaskState.UNDERWAY,
        (TaskState.UNDERWAY, TaskEvent.CLOSE): TaskState.CLOSED,
        (TaskState.CLOSING, TaskEvent.CLOSE): TaskState.CLOSED,
        (TaskState.CLOSED, TaskEvent.REOPEN): TaskState.UNDERWAY,
        (TaskState.ISSUED, TaskEvent.WITHDRAW): TaskState.WITHDRAWN,
        (TaskState.UNDERWAY, TaskEvent.WITHDRAW): TaskState.WITHDRAWN,
        (TaskState.CLOSING, TaskEvent.WITHDRAW): TaskState.WITHDRAWN,
        (TaskState.WITHDRAWN, TaskEvent.REOPEN): TaskState.UNDERWAY,
        (TaskState.ISSUED, TaskEvent.SUSPEND): TaskState.SUSPENDED,
        (TaskState.UNDERWAY, TaskEvent.SUSPEND): TaskState.SUSPENDED,
        (TaskState.SUSPENDED, TaskEvent.SIGN): TaskState.SUSPENDED,
        (TaskState.SUSPENDED, TaskEvent.UPDATE): TaskState.SUSPENDED,
        (TaskState.SUSPENDED, TaskEvent.RESUME): TaskState.UNDERWAY,
        (TaskState.SUSPENDED, TaskEvent.WITHDRAW): TaskState.WITHDRAWN,
    },
)


class CandidateState(StrEnum):
    """候选任务: offered, made a task, or set aside."""

    OPEN = "open"
    TAKEN = "taken"
    DISMISSED = "dismissed"


class ClosingGrade(StrEnum):
    """办结评价, given when a task is closed: 优秀, 良好, 合格 (reference a.3); what is 不合格 is sent back instead."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"  # noqa: S105 - a mark, no secret


CLOSING_GRADE_LABELS: Mapping[ClosingGrade, str] = MappingProxyType(
    {ClosingGrade.EXCELLENT: "优秀", ClosingGrade.GOOD: "良好", ClosingGrade.PASS: "合格"}
)

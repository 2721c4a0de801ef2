"""The lives of plan, task, duty, report, slip and request, one transition table each; the states of notice and letter.

逾期, 临期 and the lights are never states: they are derived, so that a late duty that was done keeps its history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from workflows.errors import Refused

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[S, E]):
    """A table of steps, with the Chinese names of states and events."""

    subject: str
    states: Mapping[S, str]
    events: Mapping[E, str]
    transitions: Mapping[tuple[S, E], S]

    def advance(self, state: S, event: E) -> S:
        """The state after `event`; raises Refused illegal-step when the table has no such step."""
        try:
            return self.transitions[state, event]
        except KeyError:
            raise Refused(
                "illegal-step",
                f"{self.subject}现在是“{self.states[state]}”，不能{self.events[event]}。请刷新页面看最新情况。",
            ) from None

    def allows(self, state: S, event: E) -> bool:
        """Whether a page may show that button."""
        return (state, event) in self.transitions


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


class DutyState(StrEnum):
    """应办事项: owed, filed and waiting for review, settled, or no longer asked for."""

    OPEN = "open"
    FILED = "filed"
    DONE = "done"
    CANCELLED = "cancelled"


class DutyEvent(StrEnum):
    FILE = "file"
    RETURN = "return"
    ACCEPT = "accept"
    FULFIL = "fulfil"
    CANCEL = "cancel"
    REOPEN = "reopen"


DUTY = Lifecycle(
    "事项",
    {
        DutyState.OPEN: "待办",
        DutyState.FILED: "待审核",
        DutyState.DONE: "已办",
        DutyState.CANCELLED: "已撤销",
    },
    {
        DutyEvent.FILE: "报送",
        DutyEvent.RETURN: "退回",
        DutyEvent.ACCEPT: "审核通过",
        DutyEvent.FULFIL: "办结",
        DutyEvent.CANCEL: "撤销",
        DutyEvent.REOPEN: "恢复",
    },
    {
        (DutyState.OPEN, DutyEvent.FILE): DutyState.FILED,
        (DutyState.FILED, DutyEvent.RETURN): DutyState.OPEN,
        (DutyState.FILED, DutyEvent.ACCEPT): DutyState.DONE,
        (DutyState.OPEN, DutyEvent.FULFIL): DutyState.DONE,
        (DutyState.OPEN, DutyEvent.CANCEL): DutyState.CANCELLED,
        (DutyState.FILED, DutyEvent.CANCEL): DutyState.CANCELLED,
        (DutyState.CANCELLED, DutyEvent.REOPEN): DutyState.OPEN,
    },
)


class Hold(StrEnum):
    """Why nothing climbs for an open duty (停表): a fault of ours, or something the chase has to wait for."""

    FAULT = "fault"
    RECEIPT = "receipt"
    EXTENSION = "extension"
    OBJECTION = "objection"
    COORDINATION = "coordination"
    SUSPENSION = "suspension"


HOLD_LABELS: Mapping[Hold, str] = {
    Hold.FAULT: "系统处理出错，暂时搁置",
    Hold.RECEIPT: "对方尚未确认收到，不升级",
    Hold.EXTENSION: "延期申请审批中",
    Hold.OBJECTION: "异议裁定中",
    Hold.COORDINATION: "待协调，已停表",
    Hold.SUSPENSION: "任务暂缓",
}


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


class ReportState(StrEnum):
    """月报: 填报中 → 待审核 → 已通过, or 已退回 and again."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ReportEvent(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    RETURN = "return"
    ACCEPT = "accept"


REPORT = Lifecycle(
    "月报",
    {
        ReportState.DRAFT: "填报中",
        ReportState.SUBMITTED: "待审核",
        ReportState.RETURNED: "已退回",
        ReportState.ACCEPTED: "已通过",
    },
    {
        ReportEvent.SAVE: "保存",
        ReportEvent.SUBMIT: "报送",
        ReportEvent.RETURN: "退回",
        ReportEvent.ACCEPT: "通过",
    },
    {
        (ReportState.DRAFT, ReportEvent.SAVE): ReportState.DRAFT,
        (ReportState.RETURNED, ReportEvent.SAVE): ReportState.RETURNED,
        (ReportState.DRAFT, ReportEvent.SUBMIT): ReportState.SUBMITTED,
        (ReportState.RETURNED, ReportEvent.SUBMIT): ReportState.SUBMITTED,
        (ReportState.SUBMITTED, ReportEvent.RETURN): ReportState.RETURNED,
        (ReportState.SUBMITTED, ReportEvent.ACCEPT): ReportState.ACCEPTED,
    },
)


class SlipState(StrEnum):
    """督办单: drafted by the engine, then sent or set aside by a person; or overtaken before anybody did."""

    DRAFT = "draft"
    SENT = "sent"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    OVERTAKEN = "overtaken"


class SlipEvent(StrEnum):
    SEND = "send"
    ANSWER = "answer"
    DISMISS = "dismiss"
    OVERTAKE = "overtake"


SLIP = Lifecycle(
    "督办单",
    {
        SlipState.DRAFT: "待签发",
        SlipState.SENT: "已发",
        SlipState.ANSWERED: "已回复",
        SlipState.DISMISSED: "不予发出",
        SlipState.OVERTAKEN: "已失效",
    },
    {
        SlipEvent.SEND: "签发",
        SlipEvent.ANSWER: "回复",
        SlipEvent.DISMISS: "不予发出",
        SlipEvent.OVERTAKE: "失效",
    },
    {
        (SlipState.DRAFT, SlipEvent.SEND): SlipState.SENT,
        (SlipState.DRAFT, SlipEvent.DISMISS): SlipState.DISMISSED,
        (SlipState.DRAFT, SlipEvent.OVERTAKE): SlipState.OVERTAKEN,
        (SlipState.SENT, SlipEvent.ANSWER): SlipState.ANSWERED,
    },
)


class RequestState(StrEnum):
    """请求: waits for an answer, is granted or refused, or taken back by who raised it."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RequestEvent(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


REQUEST = Lifecycle(
    "请求",
    {
        RequestState.PENDING: "待答复",
        RequestState.GRANTED: "已同意",
        RequestState.REFUSED: "未同意",
        RequestState.WITHDRAWN: "已撤回",
    },
    {RequestEvent.GRANT: "同意", RequestEvent.REFUSE: "不同意", RequestEvent.WITHDRAW: "撤回"},
    {
        (RequestState.PENDING, RequestEvent.GRANT): RequestState.GRANTED,
        (RequestState.PENDING, RequestEvent.REFUSE): RequestState.REFUSED,
        (RequestState.PENDING, RequestEvent.WITHDRAW): RequestState.WITHDRAWN,
    },
)


class NoticeState(StrEnum):
    """通知: owed from the moment its row commits, until it left in a letter or is no longer due."""

    PENDING = "pending"
    BUNDLED = "bundled"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    FAILED = "failed"


class LetterState(StrEnum):
    """信件: waiting, leased to a sender, accepted by the mail server, overtaken, or refused for good."""

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    SUPPRESSED = "suppressed"
    FAILED = "failed"


NOTICE_LABELS: Mapping[NoticeState, str] = {
    NoticeState.PENDING: "待发",
    NoticeState.BUNDLED: "发送中",
    NoticeState.SENT: "已发",
    NoticeState.SUPPRESSED: "已办结，未发",
    NoticeState.FAILED: "退信",
}

LETTER_STATE_LABELS: Mapping[LetterState, str] = {
    LetterState.WAITING: "待发",
    LetterState.LEASED: "发送中",
    LetterState.SENT: "已发",
    LetterState.SUPPRESSED: "已办结，未发",
    LetterState.FAILED: "退信",
}

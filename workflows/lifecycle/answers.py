"""Slips the engine drafts, and requests of units: each is answered by a person."""

from __future__ import annotations

from enum import StrEnum

from workflows.lifecycle.table import Lifecycle


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

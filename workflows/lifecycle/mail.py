"""Where notices and letters stand."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


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

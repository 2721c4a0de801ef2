"""Duties, and why nothing climbs for one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from workflows.lifecycle.table import Lifecycle


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

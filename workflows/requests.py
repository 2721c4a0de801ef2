"""Requests that change time (请求): what a unit may ask for, within which limits, and who answers (reference b.1, b.5)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class RequestKind(StrEnum):
    """延期, 异议（转办）, 协调, 调整, 暂缓, 撤销, 转常态."""

    EXTENSION = "extension"
    OBJECTION = "objection"
    COORDINATION = "coordination"
    ADJUSTMENT = "adjustment"
    SUSPENSION = "suspension"
    WITHDRAWAL = "withdrawal"
    ROUTINE = "routine"


REQUEST_LABELS: Mapping[RequestKind, str] = MappingProxyType(
    {
        RequestKind.EXTENSION: "延期",
        RequestKind.OBJECTION: "异议（转办）",
        RequestKind.COORDINATION: "协调",
        RequestKind.ADJUSTMENT: "调整",
        RequestKind.SUSPENSION: "暂缓",
        RequestKind.WITHDRAWAL: "撤销",
        RequestKind.ROUTINE: "转常态",
    }
)


class Stage(StrEnum):
    """Who has to answer now: the unit that blocks, the supervision office, the county leader in charge."""

    UNIT = "unit"
    OFFICE = "office"
    LEADER = "leader"


STAGE_LABELS: Mapping[Stage, str] = MappingProxyType(
    {Stage.UNIT: "被协调单位", Stage.OFFICE: "督查室", Stage.LEADER: "责任领导"}
)

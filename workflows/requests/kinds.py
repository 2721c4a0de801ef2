"""What a unit may ask for, for what cause, and who answers."""

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


class Cause(StrEnum):
    """事由: why a task is to be changed (the first four), or asked for no more (reference b.5)."""

    MERGED_TASK = "merged_task"
    LAW = "law"
    BUDGET = "budget"
    FORCE = "force"
    REFILED = "refiled"
    POLICY = "policy"
    ABOLISHED = "abolished"
    RESOURCES = "resources"


CAUSE_LABELS: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.MERGED_TASK: "任务变更或编并",
        Cause.LAW: "法规变更",
        Cause.BUDGET: "预算增减",
        Cause.FORCE: "不可抗力",
        Cause.REFILED: "并案或分案",
        Cause.POLICY: "政策变更",
        Cause.ABOLISHED: "机关裁撤",
        Cause.RESOURCES: "资源条件消失",
    }
)

CAUSES: Mapping[RequestKind, tuple[Cause, ...]] = MappingProxyType(
    {
        RequestKind.ADJUSTMENT: (Cause.MERGED_TASK, Cause.LAW, Cause.BUDGET, Cause.FORCE),
        RequestKind.WITHDRAWAL: (Cause.REFILED, Cause.POLICY, Cause.ABOLISHED, Cause.RESOURCES),
    }
)
"""The kinds that need a 事由, and which they know."""

NEED_DOCUMENT = frozenset({RequestKind.ADJUSTMENT, RequestKind.WITHDRAWAL})
"""What changes what was promised is granted by a document only (改目标值须有文号; reference a.3, b.5)."""

FOR_THE_LEAD = frozenset(RequestKind) - {RequestKind.OBJECTION, RequestKind.COORDINATION}
"""What concerns the task itself is asked for by its lead; the other two by any unit for its own part."""

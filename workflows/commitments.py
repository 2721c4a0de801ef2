"""What a task commits its units to (分解要点), and what type of task it is (任务类型).

A task is read once and then followed for years: its type says how progress is judged, its commitments say by what.
The eight types are those of reference a.2 (T1–T8).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class TaskKind(StrEnum):
    """任务类型, T1 to T8 in the reference's order."""

    DATED = "dated"
    CONTINUING = "continuing"
    RECURRING = "recurring"
    INDICATOR = "indicator"
    INSTITUTION = "institution"
    PROJECT = "project"
    ADVOCACY = "advocacy"
    RECTIFICATION = "rectification"


TASK_KIND_LABELS: Mapping[TaskKind, str] = MappingProxyType(
    {
        TaskKind.DATED: "限时完成",
        TaskKind.CONTINUING: "持续推进",
        TaskKind.RECURRING: "周期",
        TaskKind.INDICATOR: "指标",
        TaskKind.INSTITUTION: "制度建立",
        TaskKind.PROJECT: "项目建设",
        TaskKind.ADVOCACY: "倡导探索",
        TaskKind.RECTIFICATION: "整改",
    }
)


class CommitmentKind(StrEnum):
    """An earlier date (阶段节点), a thing to hand over (交付物), a figure to reach (指标)."""

    MILESTONE = "milestone"
    DELIVERABLE = "deliverable"
    INDICATOR = "indicator"


COMMITMENT_LABELS: Mapping[CommitmentKind, str] = MappingProxyType(
    {
        CommitmentKind.MILESTONE: "阶段节点",
        CommitmentKind.DELIVERABLE: "交付物",
        CommitmentKind.INDICATOR: "指标",
    }
)


class Comparison(StrEnum):
    """How an indicator's value is held against its target (比较方式).

    The last four compare with the value before: 只增不减, 只减不增, 提高5个百分点, 下降10%.
    """

    REACH = "reach"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    NOT_FALL = "not_fall"
    NOT_RISE = "not_rise"
    RISE_BY = "rise_by"
    FALL_BY = "fall_by"


COMPARISON_LABELS: Mapping[Comparison, str] = MappingProxyType(
    {
        Comparison.REACH: "达到",
        Comparison.AT_LEAST: "不低于",
        Comparison.AT_MOST: "不超过",
        Comparison.NOT_FALL: "不下降",
        Comparison.NOT_RISE: "不上升",
        Comparison.RISE_BY: "提高",
        Comparison.FALL_BY: "下降",
    }
)

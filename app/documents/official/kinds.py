"""Which formal documents there are (reference e), and the shape each is laid out in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class PaperKind(StrEnum):
    """文书; the number in reference (e) stands in the comment."""

    TASK_LIST = "task-list"  # 1
    LEDGER = "ledger"  # 4
    MONTH_REPORT = "month-report"  # 6
    MONTH_SUMMARY = "month-summary"  # 7
    PROJECT_BULLETIN = "project-bulletin"  # 8
    QUARTER_BULLETIN = "quarter-bulletin"  # 9
    SELF_ASSESSMENT = "self-assessment"  # 24
    SCHEME = "scheme"  # 25, and the three below
    SCORES = "scores"
    RESULTS = "results"
    APPEAL_DECISION = "appeal-decision"
    COMPLETION = "completion"  # 27


PAPER_LABELS: Mapping[PaperKind, str] = MappingProxyType(
    {
        PaperKind.TASK_LIST: "任务分解表",
        PaperKind.LEDGER: "工作台账",
        PaperKind.MONTH_REPORT: "月进展报告",
        PaperKind.MONTH_SUMMARY: "月汇总表",
        PaperKind.PROJECT_BULLETIN: "项目进度通报",
        PaperKind.QUARTER_BULLETIN: "季度工作通报",
        PaperKind.SELF_ASSESSMENT: "年度自评报告",
        PaperKind.SCHEME: "年度考核实施方案",
        PaperKind.SCORES: "年度考核评分表",
        PaperKind.RESULTS: "年度考核结果通报",
        PaperKind.APPEAL_DECISION: "考核申诉复核决定",
        PaperKind.COMPLETION: "计划完成情况报告",
    }
)


class Shape(StrEnum):
    """红头 (with a 版头), 便函 (without: reports and decisions of an office), 横表 (a table on pages laid across)."""

    HEADED = "headed"
    PLAIN = "plain"
    ACROSS = "across"


SHAPES: Mapping[PaperKind, Shape] = MappingProxyType(
    {
        PaperKind.TASK_LIST: Shape.ACROSS,
        PaperKind.LEDGER: Shape.ACROSS,
        PaperKind.MONTH_REPORT: Shape.PLAIN,
        PaperKind.MONTH_SUMMARY: Shape.PLAIN,
        PaperKind.PROJECT_BULLETIN: Shape.HEADED,
        PaperKind.QUARTER_BULLETIN: Shape.HEADED,
        PaperKind.SELF_ASSESSMENT: Shape.PLAIN,
        PaperKind.SCHEME: Shape.PLAIN,
        PaperKind.SCORES: Shape.ACROSS,
        PaperKind.RESULTS: Shape.HEADED,
        PaperKind.APPEAL_DECISION: Shape.PLAIN,
        PaperKind.COMPLETION: Shape.PLAIN,
    }
)

"""How periods, and what is owed for them, are said: the same in every page and letter."""

from __future__ import annotations

from workflows.cadence.kinds import KIND_LABELS, PERIODIC, DutyKind
from workflows.cadence.periods import parts_of, rhythm_of
from workflows.cadence.rules import Rhythm

_PARTS = {"A": "上半月", "B": "下半月", "E": "末"}


def period_words(key: str) -> str:
    """2025年3月, 2025年3月上半月, 2025年第一季度, 2025年上半年, 2025年春季学期, 2025年3月8日, or 2025年度.

    A key that names no stretch of time (r12, an empty one) gives an empty string; raises ValueError for one that tries.
    """
    if not key[:1].isdigit():
        return ""
    found = parts_of(key)
    year = f"{found['year']}年"
    if found["quarter"]:
        return f"{year}第{'一二三四'[int(found['quarter']) - 1]}季度"
    if found["half"]:
        return f"{year}{'上下'[int(found['half']) - 1]}半年"
    if found["term"]:
        return f"{year}{'春秋'[int(found['term']) - 1]}季学期"
    if found["month"]:
        day = f"{int(found['day'])}日" if found["day"] else ""
        return f"{year}{int(found['month'])}月{day}{_PARTS.get(found['part'] or '', '')}"
    return f"{year}度"


def short_period(key: str) -> str:
    """The period without its year, for a column beside others: 3月, 3月上半月, 第一季度."""
    return period_words(key).partition("年")[2]


def report_words(key: str) -> str:
    """What the report of a period is called: 2025年3月月报, 2025年第一季度报告."""
    monthly = rhythm_of(key) is Rhythm.MONTHLY
    return f"{period_words(key)}{KIND_LABELS[DutyKind.MONTHLY_REPORT] if monthly else '报告'}"


def duty_words(kind: DutyKind, key: str) -> str:
    """What is owed, its period included: 签收, 2025年3月月报, 2025年3月月报审核, 2025年第一季度季通报, 2025年3月项目进度通报,
    2025年度考核."""
    if kind is DutyKind.MONTHLY_REPORT:
        return report_words(key)
    if kind is DutyKind.REVIEW:
        return f"{report_words(key)}审核"
    if kind is DutyKind.ASSESSMENT:
        return f"{key}{KIND_LABELS[kind]}"  # 2025年度 and 年度考核 share a word
    if kind is DutyKind.BULLETIN and parts_of(key)["month"]:
        return f"{period_words(key)}项目进度通报"
    if kind in PERIODIC:
        return f"{period_words(key)}{KIND_LABELS[kind]}"
    return KIND_LABELS[kind]

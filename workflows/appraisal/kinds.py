"""The groups units are compared in, and the grades they get."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class AppraisalGroup(StrEnum):
    """考核分组: 牵头单位, 责任单位, 乡镇（街道）, 幼儿园 (reference b.6)."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    TOWNSHIP = "township"
    KINDERGARTEN = "kindergarten"


GROUP_LABELS: Mapping[AppraisalGroup, str] = MappingProxyType(
    {
        AppraisalGroup.LEAD: "牵头单位组",
        AppraisalGroup.RESPONSIBLE: "责任单位组",
        AppraisalGroup.TOWNSHIP: "乡镇（街道）组",
        AppraisalGroup.KINDERGARTEN: "幼儿园组",
    }
)


class Grade(StrEnum):
    """考核等次: 优秀, 良好, 合格, 不合格."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"  # noqa: S105 - a mark, no secret
    FAIL = "fail"


GRADE_LABELS: Mapping[Grade, str] = MappingProxyType(
    {Grade.EXCELLENT: "优秀", Grade.GOOD: "良好", Grade.PASS: "合格", Grade.FAIL: "不合格"}
)

"""The closed sets that describe who takes part: kinds of unit, posts in a unit, shares in a task."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class UnitKind(StrEnum):
    """What a unit is (单位类别); a group of units may be defined by one of these."""

    GOVERNMENT = "government"
    PARTY = "party"
    DEPARTMENT = "department"
    MASS = "mass"
    INSTITUTION = "institution"
    VERTICAL = "vertical"
    TOWNSHIP = "township"
    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    TASK_FORCE = "task_force"


class Post(StrEnum):
    """The posts letters climb through (任职): 联络员 → 科室负责人 → 分管领导 → 主要领导."""

    LIAISON = "liaison"
    SECTION_HEAD = "section_head"
    DEPUTY_HEAD = "deputy_head"
    HEAD = "head"


class ForceRole(StrEnum):
    """A place in the body that drives a plan (专班): 组长, 副组长, 成员单位, 办公室."""

    LEADER = "leader"
    DEPUTY = "deputy"
    MEMBER = "member"
    OFFICE = "office"


class Share(StrEnum):
    """A unit's share in a task (责任分工): 牵头, 责任, 配合."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    SUPPORT = "support"


OWING = frozenset({Share.LEAD, Share.RESPONSIBLE})
"""The shares that sign and report; a 配合单位 is informed only."""


KIND_LABELS: Mapping[UnitKind, str] = MappingProxyType(
    {
        UnitKind.GOVERNMENT: "党委政府",
        UnitKind.PARTY: "党委部门",
        UnitKind.DEPARTMENT: "政府部门",
        UnitKind.MASS: "群团组织",
        UnitKind.INSTITUTION: "事业单位",
        UnitKind.VERTICAL: "垂管单位",
        UnitKind.TOWNSHIP: "乡镇街道",
        UnitKind.SCHOOL: "学校",
        UnitKind.KINDERGARTEN: "幼儿园",
        UnitKind.TASK_FORCE: "专班",
    }
)

POST_LABELS: Mapping[Post, str] = MappingProxyType(
    {
        Post.LIAISON: "联络员",
        Post.SECTION_HEAD: "科室负责人",
        Post.DEPUTY_HEAD: "分管领导",
        Post.HEAD: "主要领导",
    }
)

SHARE_LABELS: Mapping[Share, str] = MappingProxyType(
    {Share.LEAD: "牵头单位", Share.RESPONSIBLE: "责任单位", Share.SUPPORT: "配合单位"}
)

FORCE_LABELS: Mapping[ForceRole, str] = MappingProxyType(
    {
        ForceRole.LEADER: "组长",
        ForceRole.DEPUTY: "副组长",
        ForceRole.MEMBER: "成员单位",
        ForceRole.OFFICE: "办公室所在单位",
    }
)

"""The labels a clause or a table's head uses (牵头单位：…；责任单位：…；完成时限：…), and the role each gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum


class Role(StrEnum):
    """What stands behind a label."""

    LEAD = "牵头"
    RESPONSIBLE = "责任"
    SUPPORT = "配合"
    GUIDING = "指导"
    LEADER = "责任领导"
    TIME = "时限"
    OTHER = "其他"


_QUALIFIERS = (
    "牵头|主办|责任|配合|协办|协同|参与|参加|协作|协助|负责|承办|落实|实施|执行|考核|主要|其他|其它|第一|第二|具体|组织|主管|总"
    "|分管|包抓|包联|包保|挂点|挂钩|指导|完成|整改|办结|联系|直接|监督|督办|督导|验收|主责|支持|联合|市级|县级|区级|市|县|区|和|及|或"
)
_NOUNS = "单位|部门|科室|处室|股室|机构|领导|责任人|人|主体"
_TIMES = (
    "(?:计划|要求|预计|规定)?(?:完成|整改|办结|落实|工作|实施|责任|推进|进度|目标|起止|建设|达标|销号)?"
    "(?:时限|期限|时间节点|时间|日期|节点)(?:要求|安排|节点)?|进度要求|进度安排|完成进度"
)
_OTHERS = (
    "整改目标|整改措施|工作目标|目标任务|工作要求|工作措施|考核方式|备注|联系电话|进展情况|工作任务|重点工作"
)


def _loosely(words: str) -> str:
    """The alternatives with a blank allowed between the characters of each: 责 任 单 位."""
    return re.sub(r"([\u4e00-\u9fff])(?=[\u4e00-\u9fff])", r"\1[ \t]?", words)


_COLON = r"(?:\s{0,3}:|[ \t]{0,3}(?=\n)|[ ]{0,3}[\t|])"
_UNIT_WORDS = rf"(?:(?:{_loosely(_QUALIFIERS)})[ \t]?){{1,4}}(?:\([^()\n]{{1,6}}\))?(?:{_loosely(_NOUNS)})(?:\([^()\n]{{1,8}}\))?"
_FIRST = "".join(
    sorted({word[0] for word in _QUALIFIERS.split("|")} | set("计要预规工推进目起建达销时期日节"))
)
"""What a label of units or of a time may begin with, looked at before all its words."""

_UNITS_OR_TIME = rf"(?=[{_FIRST}])(?:(?P<units>{_UNIT_WORDS}|牵头|主办|协办|配合){_COLON}|(?P<time>{_loosely(_TIMES)}){_COLON})"
CLAUSE_LABEL = re.compile(_UNITS_OR_TIME)
"""A label that opens a clause: of units or of a time."""

LABEL = re.compile(
    rf"{_UNITS_OR_TIME}|(?P<related>(?:相关|有关|涉及|职责)(?:单位|部门)):"
    rf"|(?P<is>(?:牵头|责任|配合|协办|主办|参与|主要责任|牵头责任)(?:单位|部门))(?:为|是|包括)(?=[\u4e00-\u9fff])"
    rf"|(?P<other>{_OTHERS}){_COLON}"
)
"""A label with its colon, or as a cell of its own with its value on the next line; in folded text.

相关单位： and 责任单位为 are labels only inside a clause: on a line of their own they address or explain.
"""

BARE_LABEL = re.compile(
    rf"[ \t]*(?:(?P<units>(?:牵头|责任|配合|主办|协办|参与|负责|承办|落实|主要责任|牵头责任)(?:{_NOUNS.replace('|人', '')}))(?=[ ;、,\u4e00-\u9fff])"
    rf"|(?P<short>(?:责任|任务|职责|工作)?分工|工作责任|责任|职责|负责|落实|实施|承办)[ \t]?:)"
)
"""At the head of a bracket, a label whose colon was lost （责任单位 市教育局） or that is cut short （责任：市教育局）."""

_COLUMNS = re.compile(
    rf"^(?:(?P<units>(?:{_QUALIFIERS}){{1,4}}(?:\([^()]{{1,6}}\))?(?:{_NOUNS}))|(?P<time>{_TIMES}|(?:工作|报告|办理)?周期))$"
)

_ROLES: tuple[tuple[str, Role], ...] = (
    ("领导", Role.LEADER),
    ("责任人", Role.LEADER),
    ("负责人", Role.LEADER),
    ("联系", Role.OTHER),
    ("监督", Role.OTHER),
    ("督办", Role.OTHER),
    ("督导", Role.OTHER),
    ("验收", Role.OTHER),
    ("牵头和", Role.RESPONSIBLE),
    ("牵头及", Role.RESPONSIBLE),
    ("牵头", Role.LEAD),
    ("主办", Role.LEAD),
    ("主责", Role.LEAD),
    ("配合", Role.SUPPORT),
    ("协", Role.SUPPORT),
    ("参", Role.SUPPORT),
    ("其他", Role.SUPPORT),
    ("其它", Role.SUPPORT),
    ("指导", Role.GUIDING),
)


def labels_in(folded: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The labels between `start` and `end`; one without a colon only where no name runs into it (…专班牵头单位⏎)."""
    for label in LABEL.finditer(folded, start, end):
        glued = label.start() > start and "\u4e00" <= folded[label.start() - 1] <= "\u9fff"
        if not (glued and label.groupdict()["units"] and not label.group().endswith((":", "\t", "|"))):
            yield label


def role_of_label(label: re.Match[str]) -> Role:
    """The role a matched LABEL or BARE_LABEL gives to what follows it."""
    groups = label.groupdict()
    if groups.get("time"):
        return Role.TIME
    if groups.get("other"):
        return Role.OTHER
    words = next(groups[name] for name in ("units", "related", "is", "short") if groups.get(name))
    return role_of_words(re.sub(r"\s", "", words))


def role_of_words(words: str) -> Role:
    """The role of a unit label's words; 责任单位 and all its kin are RESPONSIBLE."""
    return next((role for key, role in _ROLES if key in words), Role.RESPONSIBLE)


def column_role(cell: str) -> Role | None:
    """The role of a table's column with the folded head `cell`, or None if it holds neither units nor times."""
    found = _COLUMNS.match(cell.replace(" ", ""))
    if found is None:
        return None
    return Role.TIME if found.group("time") else role_of_words(found.group("units"))

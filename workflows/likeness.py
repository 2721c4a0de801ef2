"""Which known unit a printed name most likely means, and what kind of unit a name speaks of: proposals, never decisions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from workflows.units import UnitKind

LIKE_ENOUGH = 0.6
"""Likeness, 0–1, below which nothing is proposed."""

_PLACE = re.compile(r"^(?:中共)?(?:.{2,4}(?=县))?[省市县区旗](?=.{2})")
_KINDS = (
    ("幼儿园", UnitKind.KINDERGARTEN),
    ("乡镇|街道|镇政府|乡政府|镇人民政府|乡人民政府|[镇乡]$", UnitKind.TOWNSHIP),
    ("学校|中学|小学|[一-龥]中$", UnitKind.SCHOOL),
    ("专班|领导小组|指挥部", UnitKind.TASK_FORCE),
    ("委办|组织部|宣传部|统战部|政法委|编办|纪委|党校", UnitKind.PARTY),
    ("残联|妇联|文联|科协|工会|团委|工商联|红十字", UnitKind.MASS),
    ("税务局|气象局|烟草|供电|电力|海关", UnitKind.VERTICAL),
    ("中心$|研究[院室]|医院|[馆站所]$", UnitKind.INSTITUTION),
    ("^[^镇乡]{0,6}(?:人民)?政府$|[县市区]委$", UnitKind.GOVERNMENT),
)


def closest(printed: str, known: Iterable[str]) -> str | None:
    """The known name `printed` most likely stands for, or None.

    The place in front says nothing, and short names keep the first character of the long one: 县教体局 may be
    县教育局 and 县人社局 is 县人力资源和社会保障局, but 县民政局 is never 县财政局.
    """
    wanted = _bare(printed)
    scored = [(_likeness(wanted, _bare(name)), name) for name in known]
    score, name = max(scored, default=(0.0, ""))
    return name if score >= LIKE_ENOUGH else None


def _bare(name: str) -> str:
    return _PLACE.sub("", name) or name


def _likeness(wanted: str, name: str) -> float:
    if wanted[:1] != name[:1]:
        return 0.0
    short, long = sorted((wanted, name), key=len)
    if len(short) > 2 and _is_shortened(short, long):
        return 0.9 + len(short) / len(long) / 10
    return SequenceMatcher(None, wanted, name, autojunk=False).ratio()


def _is_shortened(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def likely_kind(printed: str) -> UnitKind:
    """The kind of unit the name's words speak of; 政府部门 when they say nothing else."""
    return next((kind for words, kind in _KINDS if re.search(words, printed)), UnitKind.DEPARTMENT)


def speaks_of_many(printed: str) -> bool:
    """Whether the name is a collective one (各幼儿园, 成员单位, 有关部门)."""
    return bool(re.search(r"^[各全]|各有关|有关|相关|成员单位|等单位", printed))

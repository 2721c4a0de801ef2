"""Which known unit a printed name most likely means, and what kind of unit a name speaks of: proposals, never decisions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from workflows.fields import fields_of
from workflows.registry import Level, starting_set
from workflows.units import UnitKind

LIKE_ENOUGH = 0.6
"""Likeness, 0–1, below which nothing is proposed."""

_SHORTER = tuple(
    (re.compile(long), short)
    for long, short in (
        ("^中共", ""),
        ("^政协(.*?[县市区旗])", r"\1政协"),
        ("^(?:共青)?团(.*?[县市区旗])委(?:员会)?", r"\1团委"),
        ("人民(?=政府|法院|检察院)", ""),
        ("人民代表大会常务委员会|人大常委会", "人大"),
        ("纪律检查委员会|纪委监委", "纪委"),
        ("文学艺术界联合会", "文联"),
        ("工商业联合会", "工商联"),
        ("第([一二三四五六七八九十])(?:(幼)儿园|(中)学|(小)学)", r"\1\2\3\4"),
        ("经济(?:技术)?开发区|产业园区|工业园区|(?<![学校])园区", "开发区"),
        ("管理委员会", "管委会"),
        ("(?<!政)府办", "政府办"),
        ("工作委员会(?!办)", "工委"),
        ("(?<=政协)委(?:员会)?", ""),
        ("委员会办公室|工作领导小组办公室|办公室", "办"),
        ("委员会$", "委"),
    )
)
"""How official names are shortened, in the order in which it is done."""

_PLACE = re.compile(
    r"^[一-龥]{0,14}?(?P<level>省|县(?!级)|旗|(?<![园社学景林])(?<!开发)(?<!高新)区|(?<!城)市(?!场|监[局管]))(?=.{2})"
)
_ABOVE = ("中共", "政协", "共青团", "国")
"""Names that begin with these say whose branch the body is; without the county's name nothing would be left of them."""

_OWNER = re.compile(r"^(?P<party>委)(?!员会)(?=..)|^(?P<state>政府)(?!办$)(?=..)")
_DESK = re.compile(r"^.*局(?=.*[股科]$)")
_BODY = re.compile(
    r"(?P<organ>分局|支局|局|委|办|中心|室|所|组|学校|校)$|(?P<committee>工委)$"
    r"|(?P<desk>[股科])$|(?P<mass>合作社联合社|合作社|联社|社|联合会|协会|总会|会|联|协)$"
    r"|(?P<force>大队|支队|队)$|(?P<firm>有限公司|公司|集团)$|(?P<section>部)$|(?P<hall>馆)$"
)
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

    What the registry of usual units says of a name (县民宗局 hangs at 县委统战部, 县国资局 at 县财政局) comes before what
    the names are like.
    """
    names = tuple(known)
    return next(_akin(printed, names), None) or alike(printed, names)


def _akin(printed: str, known: Iterable[str]) -> Iterator[str]:
    """The known names of the usual unit that bears, or bore, the printed one."""
    level, rest = _level_and_rest(printed)
    unit = _usual_units().get(rest)
    for name in known if unit else ():
        its_level, its_rest = _level_and_rest(name)
        if _usual_units().get(its_rest) == unit and (not level or not its_level or level == its_level):
            yield name


@lru_cache(maxsize=1)
def _usual_units() -> Mapping[str, int]:
    """Name without place → which usual unit, counted from 1, bears or bore it."""
    return {
        _level_and_rest(name)[1]: at
        for level in Level
        for at, unit in enumerate(starting_set(f"某某{level}", level).units, 1)
        for name in (*unit.former, *unit.names)
    }


@lru_cache(maxsize=8192)
def _level_and_rest(name: str) -> tuple[str, str]:
    place = None if name.startswith(_ABOVE) else _PLACE.match(name)
    return (place["level"], name[place.end() :]) if place else ("", name)


def alike(printed: str, known: Iterable[str]) -> str | None:
    """The known name most like the printed one, or None where none is like enough; by the words alone.

    What counts is the field a body looks after: 县教体局 may be 县教育局, 县市监局 is 县市场监管局 and 县扶贫办 may be
    县乡村振兴局, but 县民政局 is never 县财政局, nor 县民宗局. The place in front says nothing, unless it is another level's:
    市教育局 is not 县教育局. Names that speak of no known field may be short for each other.
    """
    wanted = _Name.of(printed)
    scored = [(_likeness(wanted, _Name.of(name)), name) for name in known]
    score, name = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return name if score >= LIKE_ENOUGH else None


def likeness(one: str, other: str) -> float:
    """How much two printed names are alike, 0–1; 1 when they say the same body."""
    return _likeness(_Name.of(one), _Name.of(other))


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart: its level (县), whose it is (县委…, 县政府…), what it says, and as what kind of body it ends."""

    level: str
    owner: str
    bare: str
    stem: str
    body: str
    ending: str
    fields: tuple[str, ...]

    @classmethod
    @lru_cache(maxsize=8192)
    def of(cls, name: str) -> _Name:
        for long, shorter in _SHORTER:
            name = long.sub(shorter, name)
        place = _PLACE.match(name)
        rest = name[place.end() :] if place else name
        owner = _OWNER.match(rest)
        bare = _DESK.sub("", rest[owner.end() :] if owner else rest)
        body = _BODY.search(bare)
        stem = bare[: body.start()] if body else bare
        return cls(
            place["level"] if place else "",
            (owner.lastgroup or "") if owner else "",
            bare,
            stem,
            (body.lastgroup or "") if body else "",
            body.group() if body else "",
            fields_of(stem) if body else (),
        )


def _likeness(wanted: _Name, name: _Name) -> float:
    """How much two names are alike, 0–1."""
    if wanted.level and name.level and wanted.level != name.level:
        return 0.0
    apart = _owners_apart(wanted, name)
    if apart is None:
        return 0.0
    if wanted.bare == name.bare:
        return 1.0 - apart
    if wanted.fields and name.fields:
        return _same_field(wanted, name) - apart
    return _same_words(wanted, name) - apart


def _owners_apart(wanted: _Name, name: _Name) -> float | None:
    """What it costs that one name leaves out whose the body is; None when they are different bodies.

    县编办 may leave out that the body is the party's; a body said to be the party's is no bureau of the government.
    """
    if wanted.owner == name.owner:
        return 0.0
    if wanted.owner == "party" or (name.owner == "party" and (wanted.owner or wanted.ending != name.ending)):
        return None
    return 0.05 if name.owner == "party" else 0.02


def _same_field(wanted: _Name, name: _Name) -> float:
    """Bodies are alike when their first field is one, the more so the more they share of the others."""
    if wanted.body != name.body or wanted.fields[0] != name.fields[0]:
        return 0.0
    shared, named = set(wanted.fields) & set(name.fields), set(wanted.fields) | set(name.fields)
    return 0.7 + 0.2 * len(shared) / len(named) + (0.05 if wanted.ending == name.ending else 0.0)


def _same_words(wanted: _Name, name: _Name) -> float:
    if wanted.bare[:1] != name.bare[:1]:
        return 0.0
    short, long = sorted((wanted.bare, name.bare), key=len)
    if len(short) > 2 and _is_shortened(short, long):
        return 0.9 + len(short) / len(long) / 10
    if wanted.ending != name.ending:
        return 0.0
    return SequenceMatcher(None, wanted.stem, name.stem, autojunk=False).ratio()


def _is_shortened(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def likely_kind(printed: str) -> UnitKind:
    """The kind of unit the name's words speak of; 政府部门 when they say nothing else."""
    return next((kind for words, kind in _KINDS if re.search(words, printed)), UnitKind.DEPARTMENT)


def speaks_of_many(printed: str) -> bool:
    """Whether the name is a collective one (各幼儿园, 成员单位, 有关部门)."""
    return bool(re.search(r"^[各全]|各有关|有关|相关|成员单位|等单位", printed))

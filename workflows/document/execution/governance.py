"""How a document wants its own execution run (工作制度): its reporting rhythms and the body that drives it.

Only what is printed: 组长由…担任, 成员单位为…, 办公室设在…, or the lines 组长：…  副组长：…  成员：… of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from workflows.document.execution.cadences import cadence_demands
from workflows.document.items.brackets import split_outside, trim
from workflows.document.model import Governance, Named, Span, TaskForce
from workflows.document.naming.unitnames import unit_names
from workflows.document.source import Source

Place = tuple[int, int]

_KIND = "工作专班|专班|领导小组|工作小组|推进小组|专项小组|工作组|推进组|攻坚组|指挥部|联席会议|工作委员会"
_BODY = re.compile(rf"(?:{_KIND})(?!办公室(?!设|,|在)|会议室)")
_BREAKS = ",。;:、\n《》 "
_NAME_LENGTH = 44
_SET_UP = re.compile(r"成立|组建|建立(?:健全)?|设立|调整|充实")
_MADE_OF = re.compile(r"(?:成员|组成|参加|参与|组长|总指挥|指挥长|召集人|牵头)的")
_HELD_BY = re.compile(r"(?:成立|组建|建立(?:健全)?|设立)了?(?:由|以)")
_EACH_ITS_OWN = re.compile(r"各[^,。;]{1,16}(?:要|应|均|也|分别|相应|都)?(?:成立|组建|建立|设立)")
"""各学校要成立…: as many bodies as schools, none of them the plan's."""
_SPOKEN_OF = re.compile(
    r"组长由|由|下设办公室|办公室,?(?:设|在)|成员单位?(?:由|为|包括|有)|(?:组成人员|成员名单|名单)?:?[ \t]*\n[ \t]*组\s{0,4}长\s?:"
)
_NEXT_ITEM = re.compile(
    r"\n[ \t]*(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、]|第[一二三四五六七八九十]{1,3}[章节条])"
)
_REACH = 1200
"""What a document says of a body stands under the same number, within this many characters of its name."""
_SENTENCE = 300
_MOST = 40
"""No document sets up more bodies than this."""

_HEADS = r"(?:组\s{0,4}长|总?召集人|总指挥长?|指挥长|专班长|主任委员)"
_WHO = r"(?P<words>[^,。;:\n由]{2,48}?)(?:同志)?"
_HOLDS = "(?:担任|兼任|任|为)"


def _posts(head: str) -> tuple[re.Pattern[str], ...]:
    """The ways to name who holds the post `head`: 组长由…担任, 由…任组长, …任组长, 组长：…."""
    ways = (
        rf"{head}(?:由|为|是)(?P<words>[^。;:\n]{{2,60}}?)(?:同志)?(?:担任|兼任|(?=[,。;\n]))",
        rf"(?:由|以){_WHO}{_HOLDS}[^,。;\n副由]{{0,20}}?{head}",
        rf"(?:^|[,。;\n])[ \t]*{_WHO}{_HOLDS}{head}",
        rf"^[ \t]*{head}\s?:[ \t]*(?P<words>[^\n。;]{{2,80}})",
    )
    return tuple(re.compile(way, re.MULTILINE) for way in ways)


_LEADERS = _posts(rf"(?<!副){_HEADS}")
_DEPUTIES = _posts(rf"副\s?{_HEADS}")
_BY_HEADS = r"(?:的|党政)?(?:主要|分管|有关|相关)?(?:负责(?:人|同志)|领导)?"
_MEMBERS = tuple(
    re.compile(way, re.MULTILINE)
    for way in (
        rf"成员(?:单位)?(?:由|为|包括|有)(?P<words>[^。;\n]{{2,400}}?){_BY_HEADS}(?:组成|构成|担任|参加|(?=[。;\n]|\Z))",
        rf"由(?P<words>(?:(?!组长|任)[^。;\n由]){{2,300}}?){_BY_HEADS}(?:组成|参加|参与)",
        rf"(?:^|[,。;\n])(?P<words>[^,。;\n由]{{2,300}}?){_BY_HEADS}(?:作)?[为任](?:其)?成员",
        r"^[ \t]*成\s{0,4}员(?:单位)?\s?:[ \t]*(?P<words>[^\n。;]{2,400}(?:\n[ \t]{4,}[^\n:。;]{2,80}){0,40})",
    )
)
_OFFICES = tuple(
    re.compile(way)
    for way in (
        r"办公室,?(?:具体)?(?:设(?:在|于)|挂靠在?|在)(?P<words>[^,。;:()\n]{2,30}?)(?=[,。;:(\n]|办公(?!室)|\Z)",
        r"(?:日常|具体)工作由(?P<words>[^,。;:()\n]{2,24}?)(?:承担|负责)",
    )
)
_POST = re.compile(r"(?:长|主任|书记|主席|委员|领导|同志|负责人|经理|秘书长|助理|员|者)$")
_HELD_BY_ONE = re.compile(
    r"牵头$|(?:主要|分管|有关|相关|党政)?(?:负责(?:人|同志)|领导)$|(?:党组|党委)?(?:副?(?:局长|主任|部长|书记|主席|县长|区长|镇长|乡长|校长|院长|行长|科长|股长))$"
)
_VAGUE = re.compile("有关|相关")
"""等有关部门 only leaves the list open."""


def read_governance(source: Source, tasks: Sequence[Place]) -> Governance:
    """The rhythms and bodies named in the document; `tasks` are the places of its tasks, in order."""
    return Governance(
        cadences=cadence_demands(source.text, source.folded, tasks),
        task_forces=tuple(_task_forces(source)),
    )


def _task_forces(source: Source) -> Iterator[TaskForce]:
    folded = source.folded
    bodies = list(islice(_bodies(folded), _MOST))
    for index, name in enumerate(bodies):
        region = _sentence_start(folded, name[0]), min(len(folded), name[1] + _REACH)
        item = _NEXT_ITEM.search(folded, name[1], region[1])
        ends = [region[1], item.start() if item else region[1]]
        if index + 1 < len(bodies):
            ends.append(max(name[1], _sentence_start(folded, bodies[index + 1][0])))
        force = _task_force(source, name, (region[0], min(ends)))
        if _BODY.fullmatch(folded, *name) is None or force.leader or force.members or force.office:
            yield force


def _bodies(folded: str) -> Iterator[Place]:
    """Where bodies are set up, or first spoken of with their leader, members or office."""
    known: tuple[str, ...] = ()
    for kind in _BODY.finditer(folded):
        name, created = _name(folded, kind.span())
        words = folded[slice(*name)]
        spoken = _SPOKEN_OF.match(folded, name[1]) or _made_of_members(folded, name[0])
        if created or (spoken and not any(other.endswith(words) for other in known)):
            known = (*known[-9:], words)
            yield name


def _name(folded: str, kind: Place) -> tuple[Place, bool]:
    """The body's whole name, and whether the sentence sets it up."""
    floor = max(0, kind[0] - _NAME_LENGTH)
    start = max(floor, *(folded.rfind(stop, floor, kind[0]) + 1 for stop in _BREAKS))
    verb = _last(_SET_UP, folded, start, kind[0])
    made_of = _last(_MADE_OF, folded, start, kind[0])
    if verb and _EACH_ITS_OWN.search(folded, _sentence_start(folded, start), verb):
        verb = None
    start = max(start, verb or start, made_of or start)
    while start < kind[0] and folded[start] in "了的“\"'":
        start += 1
    return (start, kind[1]), verb is not None


def _made_of_members(folded: str, start: int) -> bool:
    """成立由…任组长、…为成员的: the verb stands before the members, the name behind them."""
    sentence = _sentence_start(folded, start), start
    return bool(_HELD_BY.search(folded, *sentence)) and not _EACH_ITS_OWN.search(folded, *sentence)


def _last(rule: re.Pattern[str], folded: str, start: int, end: int) -> int | None:
    """Where the last match ends."""
    return max((match.end() for match in rule.finditer(folded, start, end)), default=None)


def _sentence_start(folded: str, position: int) -> int:
    floor = max(0, position - _SENTENCE)
    return max(folded.rfind(stop, floor, position) for stop in "。;\n") + 1 or floor


def _task_force(source: Source, name: Place, region: Place) -> TaskForce:
    leader = _first(_LEADERS, source.folded, region)
    deputies = _first(_DEPUTIES, source.folded, region)
    members = _first(_MEMBERS, source.folded, region)
    office = _first(_OFFICES, source.folded, region)
    return TaskForce(
        name=source.words(name),
        span=Span(*name),
        leader=_named(source, leader) if leader else None,
        deputies=tuple(_named(source, post) for post in _each_post(source.folded, deputies))
        if deputies
        else (),
        members=tuple(_named(source, unit) for unit in _units(source.folded, members)) if members else (),
        office=_named(source, office) if office else None,
    )


def _first(ways: Sequence[re.Pattern[str]], folded: str, region: Place) -> Place | None:
    """The words of whichever way of saying it stands first in the region."""
    found = [match.span("words") for way in ways if (match := way.search(folded, *region))]
    return trim(folded, *min(found)) if found else None


def _named(source: Source, place: Place) -> Named:
    return Named(source.words(place), Span(*place))


def _each_post(folded: str, place: Place) -> Iterator[Place]:
    """The posts in the list; the 、 in 分管教育、卫生的副县长 parts no posts, that between bare names does."""
    pieces = split_outside(folded, *place, "、")
    if not any(_POST.search(folded[start:end]) for start, end in pieces):
        yield from pieces
        return
    first: int | None = None
    for start, end in pieces:
        first = start if first is None else first
        if _POST.search(folded[first:end]):
            yield first, end
            first = None
    if first is not None:
        yield first, place[1]


def _units(folded: str, place: Place) -> Iterator[Place]:
    """The units of a list of members, without the posts of those who sit for them."""
    for start, end in unit_names(folded, *place)[0]:
        post = _HELD_BY_ONE.search(folded[start:end])
        stop = start + post.start() if post and post.start() >= 2 else end
        if not _VAGUE.search(folded, start, stop):
            yield trim(folded, start, stop)

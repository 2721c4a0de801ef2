"""A clause without brackets or label, a sentence among the others: 由市教育局牵头，市财政局配合。此项工作由县民政局负责。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.document.items.brackets import trim
from workflows.document.naming.clause import read_clause
from workflows.document.naming.reading import Clause, Place
from workflows.document.naming.unitnames import looks_like_unit

_LONGEST = 160
_ASSIGNS = re.compile(r"牵头|主办|承办|主抓|总责|负责|配合|会同|组织实施|具体落实")
_STOP = re.compile(r"[。\n!?]")
_MORE_THAN_A_NAME = re.compile(
    r"[为在的并把将对了已从是要使让给]|应(?!急)|设[于立]|成立|组成(?!员)|组建|参加|实行|(?<=[^自])由"
)
_PRINCIPLE = re.compile(
    r"(?:形成|坚持|加强|强化|建立|健全|明确|做到|实现|压实|落实)?(?:政府|部门|企业|社会|党委|党政|学校|单位|家庭|机关|社区|机构|主体|行业|协会|公司|地方)"
)
"""What a principle names, and no clause: 政府主导、部门负责, 企业负责."""

_LONGEST_NAME, _LONGEST_OF_THE_LAST = 28, 16


def plain_sentences(folded: str, start: int, end: int) -> tuple[Clause, ...]:
    """The sentences between `start` and `end`, but for the first words, that say who acts and nothing else."""
    end = trim(folded, start, end)[1]
    last = max(folded.rfind("。", start, end), folded.rfind("\n", start, end)) + 1
    if last <= start:
        return ()
    found = [_clause(folded, place, 0) for place in _sentences(folded, start, last)]
    found.append(_clause(folded, (last, end), _LONGEST_OF_THE_LAST))
    return tuple(clause for clause in found if clause)


def _sentences(folded: str, start: int, end: int) -> Iterator[Place]:
    """The sentences with a word of assignment that begin behind another."""
    position = start
    while verb := _ASSIGNS.search(folded, position, end):
        stop = _STOP.search(folded, verb.end(), min(end, verb.end() + _LONGEST))
        position = stop.start() if stop else verb.end()
        first = _begin(folded, max(start, verb.start() - _LONGEST), verb.start())
        if stop and first > start:
            yield first, position


def _begin(folded: str, floor: int, position: int) -> int:
    return max(folded.rfind(stop, floor, position) for stop in "。\n!?") + 1


def _clause(folded: str, place: Place, trusted: int) -> Clause | None:
    first, last = trim(folded, *place)
    if first >= last or last - first > _LONGEST:
        return None
    reading = read_clause(folded, first, last)
    names = [folded[slice(*unit)] for unit, _ in reading.units]
    if not names or reading.has_object or not (reading.has_verb or reading.labelled):
        return None
    if any(folded.find("由", post + 1, end) > 0 for post, end in reading.leaders):
        return None  # 专班由副县长牵头 founds a body
    named = all(_is_name(name, trusted) for name in names)
    return Clause(first, last, reading) if named else None


def _is_name(name: str, trusted: int) -> bool:
    """Whether the words are a unit's name and no part of a sentence; those up to `trusted` characters are believed."""
    if not looks_like_unit(name):
        return False
    if len(name) <= trusted:
        return True
    return len(name) <= _LONGEST_NAME and not (_PRINCIPLE.fullmatch(name) or _MORE_THAN_A_NAME.search(name))

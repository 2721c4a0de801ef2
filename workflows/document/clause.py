"""Reading a unit clause: （牵头单位：A；责任单位：B、C；完成时限：T）, （A牵头，B、C按职责分工负责）, （A、B）."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from workflows.document.brackets import split_outside, trim
from workflows.document.labels import BARE_LABEL, LABEL, Role, role_of_label
from workflows.document.slots import is_time_slot
from workflows.document.unitnames import looks_like_unit, unit_names
from workflows.units import Share

Place = tuple[int, int]


@dataclass(slots=True)
class Reading:
    """What one clause says, as places in the text; filled while the clause is read."""

    units: list[tuple[Place, Share]] = field(default_factory=list)
    guiding: list[Place] = field(default_factory=list)
    leaders: list[Place] = field(default_factory=list)
    times: list[Place] = field(default_factory=list)
    implied: list[Place] = field(default_factory=list)
    first_leads: bool = False
    open_list: bool = False
    labelled: bool = False
    labelled_later: bool = False
    has_verb: bool = False

    def add(self, places: Iterable[Place], share: Share) -> None:
        """Give the units at `places` their share."""
        self.units.extend((place, share) for place in places)

    @property
    def says_anything(self) -> bool:
        """Whether the words were part of a clause at all."""
        return bool(self.units or self.leaders or self.times or self.guiding)


_ADVERBS = (
    r"(?:(?:按照?|根据|依据?|依照)(?:各自)?(?:工作)?(?:职责|职能|分工|任务|权限|属地|法定)+(?:分工|权限|范围|原则)?|分别|共同|各自|具体|联合"
    r"|统筹|组织|积极|密切|全力|分级|协同|按要求|依法){0,4}"
)
_VERB = re.compile(
    rf"{_ADVERBS}(?:"
    r"(?P<lead>(?:负责)?(?:总)?牵头(?!单位|部门|人|考核|科|处)(?:负责|抓总|落实|组织实施|组织|实施|推进|办理|抓好|汇总|制定)?(?:落实|实施)?|主办$)"
    r"|(?P<join>会同)"
    r"|(?P<support>配合(?!单位|部门)(?:落实|做好|实施|推进|支持)?|协办$|参与$|参加$|协助$|协作$|支持$|协同(?:配合|推进|落实|实施)?$)"
    r"|(?P<guide>指导$)"
    r"|(?P<duty>负责(?!人|同志|单位|部门|考核)(?:组织实施|具体实施|落实|实施|推进|办理|组织|抓好|做好|完成)?|组织实施$|贯彻落实$|抓好落实$|落实$|承办$"
    r"|承担$|实施$|推进$|办理$|执行$|完成$))"
    r"|(?P<silent>(?:按照?|根据|依据?)(?:各自)?(?:工作)?(?:职责|职能)(?:分工)?(?:分别|共同)?$)"
)
_SHARES = {
    "lead": Share.LEAD,
    "support": Share.SUPPORT,
    "duty": Share.RESPONSIBLE,
    "silent": Share.RESPONSIBLE,
}
_LABEL_SHARES = {Role.LEAD: Share.LEAD, Role.RESPONSIBLE: Share.RESPONSIBLE, Role.SUPPORT: Share.SUPPORT}
FIRST_LEADS = re.compile(r"(?:第一|首)(?:位|个|名)|排(?:名|序)?(?:在)?(?:最前|首)|(?:居|列|排)(?:于)?首")
"""The note that makes the first unit of each clause the lead: 列第一位者为牵头单位，下同."""
_NOTE = re.compile(r"下同$|不再(?:单独|一一|逐一|分别|重复|另行)?列出|不再赘述|^以下简称|^见附件|^注:")
_INNER_BRACKET = re.compile(r"[(\[][^()\[\]]{2,120}[)\]]")
_IMPLIED = re.compile(r"均(?:涉及|需|由|包括)")
_MARKED_NAME = re.compile(
    r"\((牵头|主办|总牵头|牵头单位|责任|负责|配合|协办|参与|配合单位|责任单位)\)$|^\((牵头)\)"
)


_MAIN_AND_OTHER = re.compile(r"主要责任[^。]*(?:其[他它]|协同|配合|协办)")
"""Beside 其他责任单位 or 配合单位 the 主要责任单位 is the lead under another name."""


def read_clause(folded: str, start: int, end: int) -> Reading:
    """What the words between `start` and `end` assign; brackets around them are not part of the stretch."""
    reading = Reading()
    role: Role | None = None
    position = start
    bare = BARE_LABEL.match(folded, start, end)
    if bare and not LABEL.match(folded, start, end):
        role, position, reading.labelled = role_of_label(bare), bare.end(), True
    reading.labelled_later = bool(LABEL.search(folded, position, end))
    main_leads = bool(_MAIN_AND_OTHER.search(folded, start, end))
    for label in LABEL.finditer(folded, position, end):
        _read_segment(folded, position, label.start(), role, reading)
        role, position, reading.labelled = role_of_label(label), label.end(), True
        if main_leads and "主要责任" in label.group():
            role = Role.LEAD
    _read_segment(folded, position, end, role, reading)
    return reading


def read_cell(folded: str, start: int, end: int, role: Role, reading: Reading) -> None:
    """Read a table's cell under a column of the given role."""
    _read_segment(folded, start, end, role, reading)


def _read_segment(folded: str, start: int, end: int, role: Role | None, reading: Reading) -> None:
    """Read what stands behind one label, or before the first."""
    start, end = trim(folded, start, end)
    if start >= end or role is Role.OTHER:
        return
    if role is Role.TIME:
        reading.times.append((start, end))
    elif role is Role.LEADER:
        reading.leaders.extend(split_outside(folded, start, end, ";"))
    elif role is Role.GUIDING:
        reading.guiding.extend(unit_names(folded, start, end)[0])
    else:
        _read_units(folded, start, end, role, reading)


def _read_units(folded: str, start: int, end: int, role: Role | None, reading: Reading) -> None:
    pending: list[Place] = []
    pieces = [
        piece
        for stretch in _without_notes(folded, start, end, reading)
        for piece in _pieces(folded, *stretch)
    ]
    for piece in pieces:
        if _is_note(folded, piece, reading):
            continue
        before_label = role is None and reading.labelled_later and not looks_like_unit(folded[slice(*piece)])
        if is_time_slot(folded, *piece) or before_label:
            reading.times.append(piece)
        else:
            _read_piece(folded, piece, pending, reading)
    reading.add(pending, _LABEL_SHARES.get(role, Share.RESPONSIBLE) if role else Share.RESPONSIBLE)


def _pieces(folded: str, start: int, end: int) -> list[Place]:
    return split_outside(folded, start, end, ",;。\n")


def _without_notes(folded: str, start: int, end: int, reading: Reading) -> Iterator[Place]:
    """The stretches of a list between notes in brackets: A、B（列第一位者为牵头单位，下同）."""
    for bracket in _INNER_BRACKET.finditer(folded, start, end):
        inner = _pieces(folded, bracket.start() + 1, bracket.end() - 1)
        notes = [_is_note(folded, piece, reading) for piece in inner]  # each one is heard, so no short cut
        if notes and all(notes):
            yield start, bracket.start()
            start = bracket.end()
    yield start, end


def _is_note(folded: str, piece: Place, reading: Reading) -> bool:
    words = folded[slice(*piece)]
    if FIRST_LEADS.search(words) and ("牵头" in words or "主办" in words or "汇总" in words):
        reading.first_leads = True
        return True
    implied = _IMPLIED.search(words)
    if implied and words.startswith(("以下", "以上", "各项", "本", "所有", "上述")):
        reading.implied.extend(unit_names(folded, piece[0] + implied.end(), piece[1])[0])
        return True
    return bool(_NOTE.search(words))


def _read_piece(folded: str, piece: Place, pending: list[Place], reading: Reading) -> None:
    """Read one piece between commas: names wait in `pending` until a verb or the end gives them their share."""
    start, end = piece
    words = _INNER_BRACKET.sub(
        lambda bracket: "(" + "·" * (len(bracket.group()) - 2) + ")", folded[start:end]
    )
    position = 0
    for verb in _VERB.finditer(words):
        if verb.lastgroup is None or (verb.start() == 0 and not pending and verb.lastgroup != "join"):
            continue
        _take_names(folded, start + position, start + verb.start(), pending, reading)
        _give_share(verb.lastgroup, pending, reading)
        position = verb.end()
    _take_names(folded, start + position, end, pending, reading)


def _give_share(kind: str, pending: list[Place], reading: Reading) -> None:
    reading.has_verb = True
    if kind == "guide":
        reading.guiding.extend(pending)
    else:
        reading.add(pending, _SHARES.get(kind, Share.LEAD))
    pending.clear()


def _take_names(folded: str, start: int, end: int, pending: list[Place], reading: Reading) -> None:
    start, end = trim(folded, start, end)
    if start >= end:
        return
    names, open_list = unit_names(folded, start, end)
    reading.open_list = reading.open_list or open_list
    for first, last in names:
        marked = _MARKED_NAME.search(folded[first:last])
        if marked:
            share = _share_of_mark(marked.group(1) or marked.group(2))
            place = (first, first + marked.start()) if marked.group(1) else (first + marked.end(), last)
            reading.add([place], share)
            reading.has_verb = True
        else:
            pending.append((first, last))


def _share_of_mark(word: str) -> Share:
    if "牵头" in word or word == "主办":
        return Share.LEAD
    return Share.SUPPORT if word in {"配合", "协办", "参与", "配合单位"} else Share.RESPONSIBLE


def is_assignment(folded: str, reading: Reading) -> bool:
    """Whether a reading names units the way a clause does: by label, or by a verb behind names of units."""
    if not reading.units:
        return False
    return reading.labelled or (reading.has_verb and all_units(folded, reading))


def all_units(folded: str, reading: Reading) -> bool:
    """Whether every name of the reading looks like a unit's."""
    return bool(reading.units) and all(looks_like_unit(folded[slice(*place)]) for place, _ in reading.units)

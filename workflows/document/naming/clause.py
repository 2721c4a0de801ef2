"""Reading a unit clause: （牵头单位：A；责任单位：B、C；完成时限：T）, （A牵头，B、C按职责分工负责）, （A、B）."""

from __future__ import annotations

import re

from workflows.document.items.brackets import split_outside, trim
from workflows.document.naming.labels import BARE_LABEL, LABEL, Role, labels_in, role_of_label
from workflows.document.naming.notes import INNER_BRACKET, is_note, without_notes
from workflows.document.naming.reading import Reading
from workflows.document.naming.slots import is_time_slot
from workflows.document.naming.unitnames import POST, is_wrapped, looks_like_unit, unit_names
from workflows.document.naming.verbs import MARKED_NAME, SHARES, VERB, share_of_mark
from workflows.units import Share

Place = tuple[int, int]

_LABEL_SHARES = {Role.LEAD: Share.LEAD, Role.RESPONSIBLE: Share.RESPONSIBLE, Role.SUPPORT: Share.SUPPORT}


_MAIN_AND_OTHER = re.compile(r"主要责任[^。]*(?:其[他它]|协同|配合|协办)")
"""Beside 其他责任单位 or 配合单位 the 主要责任单位 is the lead under another name."""


def read_clause(folded: str, start: int, end: int) -> Reading:
    """What the words between `start` and `end` assign; brackets around them are not part of the stretch."""
    reading = Reading()
    role: Role | None = None
    position = start
    bare = None if LABEL.match(folded, start, end) else BARE_LABEL.match(folded, start, end)
    if bare:
        role, position, reading.labelled = role_of_label(bare), bare.end(), True
    reading.labelled_later = bool(LABEL.search(folded, position, end))
    main_leads = bool(_MAIN_AND_OTHER.search(folded, start, end))
    for label in labels_in(folded, position, end):
        _read_segment(folded, position, label.start(), role, reading)
        role, position, reading.labelled = role_of_label(label), label.end(), True
        if main_leads and "主要责任" in label.group():
            role = Role.LEAD
    _read_segment(folded, position, end, role, reading)
    return Reading() if bare and not all_units(folded, reading) else reading


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
        piece for stretch in without_notes(folded, start, end, reading) for piece in _pieces(folded, *stretch)
    ]
    for piece in pieces:
        if is_note(folded, piece, reading):
            continue
        if is_time_slot(folded, *piece) or (role is None and _is_lost_time(folded, piece, reading)):
            reading.times.append(piece)
        else:
            _read_piece(folded, piece, pending, reading)
    reading.add(pending, _LABEL_SHARES.get(role, Share.RESPONSIBLE) if role else Share.RESPONSIBLE)


def _is_lost_time(folded: str, piece: Place, reading: Reading) -> bool:
    """Whether words before the first label name neither units nor a verb: （力争早日见效，牵头单位：A）."""
    words = folded[slice(*piece)]
    return reading.labelled_later and not looks_like_unit(words) and not VERB.search(words)


def _pieces(folded: str, start: int, end: int) -> list[Place]:
    """The pieces between stops and line ends, but for line ends in the middle of a name."""
    pieces: list[Place] = []
    for piece in split_outside(folded, start, end, ",;。\n"):
        if pieces and is_wrapped(folded, pieces[-1], piece) and not _is_whole(folded, pieces[-1]):
            pieces[-1] = (pieces[-1][0], piece[1])
        else:
            pieces.append(piece)
    return pieces


def _is_whole(folded: str, piece: Place) -> bool:
    """Whether a piece ends with a verb or names a time, so that nothing of it can stand on the next line."""
    return is_time_slot(folded, *piece) or bool(VERB.search(folded[slice(*piece)]))


def _read_piece(folded: str, piece: Place, pending: list[Place], reading: Reading) -> None:
    """Read one piece between commas: names wait in `pending` until a verb or the end gives them their share."""
    start, end = piece
    words = INNER_BRACKET.sub(lambda bracket: "(" + "·" * (len(bracket.group()) - 2) + ")", folded[start:end])
    position = 0
    for verb in VERB.finditer(words):
        if verb.lastgroup is None or _gives_nothing(words, verb, pending):
            continue
        _take_names(folded, start + position, start + verb.start(), pending, reading)
        _give_share(verb.lastgroup, pending, reading)
        position = verb.end()
    if position and _is_object(folded, start + position, end):
        reading.has_object = True
    else:
        _take_names(folded, start + position, end, pending, reading)


def _is_object(folded: str, start: int, end: int) -> bool:
    """Whether what follows a verb is the work it takes, not a name: 县财政局负责资金保障."""
    start, end = trim(folded, start, end)
    return start < end and not any(
        looks_like_unit(folded[slice(*name)]) for name in unit_names(folded, start, end)[0]
    )


def _gives_nothing(words: str, verb: re.Match[str], pending: list[Place]) -> bool:
    """Whether the verb has no name before it: it opens the clause, or stands in the list as if it were a name."""
    if verb.start() == 0:
        return not pending and verb.lastgroup != "join"
    return verb.lastgroup == "duty" and words[verb.start() - 1] == "、" and "负责" not in verb.group()


def _give_share(kind: str, pending: list[Place], reading: Reading) -> None:
    reading.has_verb = True
    if kind == "guide":
        reading.guiding.extend(pending)
    else:
        reading.add(pending, SHARES[kind])
    pending.clear()


def _take_names(folded: str, start: int, end: int, pending: list[Place], reading: Reading) -> None:
    start, end = trim(folded, start, end)
    if start >= end:
        return
    names, open_list = unit_names(folded, start, end)
    reading.open_list = reading.open_list or open_list
    for first, last in names:
        if POST.search(folded, first, last):
            reading.leaders.append((first, last))
            continue
        marked = MARKED_NAME.search(folded[first:last])
        if marked:
            share = share_of_mark(marked.group(1) or marked.group(2))
            place = (first, first + marked.start()) if marked.group(1) else (first + marked.end(), last)
            reading.add([place], share)
            reading.has_verb = True
        else:
            pending.append((first, last))


_WORK = re.compile(r"负责|承担|履行|制定|落实|统筹|指导|组织|具体|主要|要|应|须|按|对")
"""What a label is followed by where it explains a role and names nobody: 责任单位：负责具体落实."""


def is_assignment(folded: str, reading: Reading) -> bool:
    """Whether a reading names units the way a clause does: by label, or by a verb behind names of units."""
    names = [folded[slice(*place)] for place, _ in reading.units]
    if not names or not any(looks_like_unit(name) or not _WORK.match(name) for name in names):
        return False
    return reading.labelled or (reading.has_verb and all_units(folded, reading))


def all_units(folded: str, reading: Reading) -> bool:
    """Whether every name of the reading looks like a unit's."""
    return bool(reading.units) and all(looks_like_unit(folded[slice(*place)]) for place, _ in reading.units)

"""A clause in brackets that the page's line ends cut anywhere, even in a label or a name: （责任⏎单位：县教⏎育局）."""

from __future__ import annotations

import re

from workflows.document.naming.clause import read_clause
from workflows.document.naming.labels import LABEL
from workflows.document.naming.reading import Place, Reading
from workflows.document.naming.unitnames import looks_like_unit

_BREAK = re.compile(r"[ \t]*\n\s*")
_STOPS = re.compile(r"[、,;:。()\[\]]")
_OWN_LEVEL = re.compile(r"各|国家|自治区|[省市州盟县区旗镇乡]")
_REACH = 24


def read_wrapped(folded: str, start: int, end: int) -> Reading:
    """What the clause says, read over the line ends in it; the places are those in `folded`."""
    if folded.find("\n", start, end) < 0:
        return read_clause(folded, start, end)
    kept = _kept(folded, start, end)
    reading = read_clause("".join(folded[index] for index in kept), 0, len(kept))
    return _moved(reading, kept)


def _kept(folded: str, start: int, end: int) -> list[int]:
    """The positions that stay when line ends are taken out; one before a label ends what stands before it."""
    kept: list[int] = []
    for line_end in _BREAK.finditer(folded, start, end):
        kept.extend(range(start, line_end.start()))
        start = line_end.end()
        if LABEL.match(folded, start, end) or _parts_names(folded, line_end, end):
            kept.append(line_end.end() - 1)
    kept.extend(range(start, end))
    return kept


def _parts_names(folded: str, line_end: re.Match[str], end: int) -> bool:
    """Whether a whole name ends before the line end and another begins behind it; 县委⏎组织部 is one name."""
    floor = max(0, line_end.start() - _REACH)
    before = _STOPS.split(folded[floor : line_end.start()])[-1]
    after = _STOPS.split(folded[line_end.end() : min(end, line_end.end() + _REACH)])[0]
    return looks_like_unit(before) and looks_like_unit(after) and bool(_OWN_LEVEL.match(after))


def _moved(reading: Reading, kept: list[int]) -> Reading:
    reading.units = [(_place(place, kept), share) for place, share in reading.units]
    for places in (reading.guiding, reading.leaders, reading.times, reading.implied):
        places[:] = [_place(place, kept) for place in places]
    return reading


def _place(place: Place, kept: list[int]) -> Place:
    return kept[place[0]], kept[place[1] - 1] + 1

"""The notes a clause carries besides its units: 列第一位者为牵头单位，下同; 以下均涉及各县区，不再单独列出."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.document.items.brackets import split_outside
from workflows.document.naming.reading import Place, Reading
from workflows.document.naming.unitnames import looks_like_unit, unit_names

FIRST_LEADS = re.compile(
    r"(?:第一|首)(?:位|个|名)|排(?:名|序|列)?(?:在|于)?(?:最前|首|第一)|(?:居|列|排)(?:于|在)?(?:首|第一)"
)
"""The note that makes the first unit of each clause the lead: 列第一位者为牵头单位，下同."""

_NOTE = re.compile(
    r"下同$|不再(?:单独|一一|逐一|分别|重复|另行)?列出|不再赘述|^以下简称|^见附件|^注:|^除(?:标注|注明)"
)
_IMPLIED = re.compile(r"均(?:涉及|需|由|包括)")
INNER_BRACKET = re.compile(r"[(\[][^()\[\]]{2,120}[)\]]")
"""A bracket inside a clause, with no bracket of its own."""


def without_notes(folded: str, start: int, end: int, reading: Reading) -> Iterator[Place]:
    """The stretches of a list between notes in brackets: A、B（列第一位者为牵头单位，下同）."""
    for bracket in INNER_BRACKET.finditer(folded, start, end):
        inner = split_outside(folded, bracket.start() + 1, bracket.end() - 1, ",;。\n")
        notes = [is_note(folded, piece, reading) for piece in inner]  # each one is heard, so no short cut
        if notes and all(notes):
            yield start, bracket.start()
            start = bracket.end()
    yield start, end


def is_note(folded: str, piece: Place, reading: Reading) -> bool:
    """Whether a piece is a note and names no unit with a share; what it says is written into `reading`."""
    words = INNER_BRACKET.sub("", folded[slice(*piece)])
    if FIRST_LEADS.search(words) and ("牵头" in words or "主办" in words or "汇总" in words):
        reading.first_leads = True
        return True
    implied = _IMPLIED.search(words)
    if implied and "牵头" not in words and words.startswith(("以下", "以上", "各项", "本", "所有", "上述")):
        reading.implied.extend(unit_names(folded, piece[0] + implied.end(), piece[1])[0])
        return True
    return bool(_NOTE.search(words)) and not looks_like_unit(words)

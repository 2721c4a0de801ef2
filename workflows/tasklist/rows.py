"""The rows of a list that came back, and the stamp each of them carries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.sheetrows import digest, find_table
from workflows.tasklist.cells import EDITABLE, HEADS, Cells, Field

SENT = (*EDITABLE, Field.PROMISES)
"""The columns whose words a stamp remembers."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Whose row it is, and the digest of each cell as it went out."""

    plan_id: int
    task_id: int
    seen: Mapping[Field, str]

    def is_as_sent(self, field: Field, words: str) -> bool:
        """Whether the words are those that went out in this cell."""
        return self.seen[field] == digest(words)


_STAMP = re.compile(r"LS1-(\d{1,12})-(\d{1,12})-([0-9a-f]{96})-([0-9a-f]{4})")
_DIGEST = 8


def stamp(plan_id: int, task_id: int, shown: Cells) -> str:
    """The stamp of a row that goes out with these cells."""
    body = f"LS1-{plan_id}-{task_id}-{''.join(digest(shown[field]) for field in SENT)}"
    return f"{body}-{digest(body)[:4]}"


def read_stamp(words: str) -> Stamp | None:
    """The stamp, or None when it was altered."""
    found = _STAMP.fullmatch(words)
    if found is None or digest(words.rpartition("-")[0])[:4] != found.group(4):
        return None
    digests = found.group(3)
    seen = {field: digests[at * _DIGEST : (at + 1) * _DIGEST] for at, field in enumerate(SENT)}
    return Stamp(int(found.group(1)), int(found.group(2)), seen)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that came back: its number on the sheet, its cells by column; a column that was deleted is not there."""

    at: int
    cells: Cells


def find_rows(sheets: Sequence[Sequence[Sequence[str]]]) -> list[Row] | None:
    """The rows of the list, from whichever sheet holds it; None where no head names tasks and their stamps."""
    found = find_table(sheets, HEADS, {Field.TITLE, Field.STAMP})
    return None if found is None else [Row(at, cells) for at, cells in found]

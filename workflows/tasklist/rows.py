"""The rows of a list that came back, and the stamp each of them carries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflows.tasklist.cells import EDITABLE, HEADS, Cells, Field, said

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
        return self.seen[field] == _digest(words)


_STAMP = re.compile(r"LS1-(\d{1,12})-(\d{1,12})-([0-9a-f]{96})-([0-9a-f]{4})")
_DIGEST = 8


def stamp(plan_id: int, task_id: int, shown: Cells) -> str:
    """The stamp of a row that goes out with these cells."""
    body = f"LS1-{plan_id}-{task_id}-{''.join(_digest(shown[field]) for field in SENT)}"
    return f"{body}-{_digest(body)[:4]}"


def read_stamp(words: str) -> Stamp | None:
    """The stamp, or None when it was altered."""
    found = _STAMP.fullmatch(words)
    if found is None or _digest(words.rpartition("-")[0])[:4] != found.group(4):
        return None
    digests = found.group(3)
    seen = {field: digests[at * _DIGEST : (at + 1) * _DIGEST] for at, field in enumerate(SENT)}
    return Stamp(int(found.group(1)), int(found.group(2)), seen)


def _digest(words: str) -> str:
    return hashlib.sha256(said(words).encode()).hexdigest()[:_DIGEST]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that came back: its number on the sheet, its cells by column; a column that was deleted is not there."""

    at: int
    cells: Cells


def find_rows(sheets: Sequence[Sequence[Sequence[str]]]) -> list[Row] | None:
    """The rows of the list, from whichever sheet holds it; None where no head names tasks and their stamps."""
    fields = {head: field for field, head in HEADS.items()}
    for sheet in sheets:
        for at, line in enumerate(sheet):
            columns = {
                fields[words]: place for place, cell in enumerate(line) if (words := said(cell)) in fields
            }
            if {Field.TITLE, Field.STAMP} <= columns.keys():
                return list(_rows(sheet, at + 1, columns))
    return None


def _rows(sheet: Sequence[Sequence[str]], first: int, columns: Mapping[Field, int]) -> Iterator[Row]:
    for at, line in enumerate(sheet[first:], first + 1):
        found = {field: said(line[place]) if place < len(line) else "" for field, place in columns.items()}
        if any(found.values()):
            yield Row(at, found)

"""A table that went out and came back: its rows by column, from whichever sheet holds it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

F = TypeVar("F")

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
"""Characters a cell can hold."""


def said(words: str) -> str:
    """The words of a cell as they are compared: without what no cell can hold, blanks and line breaks made one."""
    return " ".join(_UNPRINTABLE.sub("", words)[:_LONGEST].split())


def digest(words: str) -> str:
    """Eight characters that stand for what a cell said."""
    return hashlib.sha256(said(words).encode()).hexdigest()[:8]


def find_table(
    sheets: Sequence[Sequence[Sequence[str]]], heads: Mapping[F, str], needed: Collection[F]
) -> list[tuple[int, dict[F, str]]] | None:
    """The rows below the first head that has the needed columns, each with its number on the sheet.

    A column that was deleted is not there; empty rows are passed over. None where no sheet has such a head.
    """
    fields = {head: field for field, head in heads.items()}
    for sheet in sheets:
        for at, line in enumerate(sheet):
            columns = {
                fields[words]: place for place, cell in enumerate(line) if (words := said(cell)) in fields
            }
            if set(needed) <= columns.keys():
                return list(_rows(sheet, at + 1, columns))
    return None


def _rows(
    sheet: Sequence[Sequence[str]], first: int, columns: Mapping[F, int]
) -> Iterator[tuple[int, dict[F, str]]]:
    for at, line in enumerate(sheet[first:], first + 1):
        found = {field: said(line[place]) if place < len(line) else "" for field, place in columns.items()}
        if any(found.values()):
            yield at, found

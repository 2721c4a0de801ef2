"""The labelled documents, printed another way, hold the same tasks: how a page is set changes nothing it says."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.document.reading import CORPUS
from workflows.document import ParsedTask, parse
from workflows.document.script import fold

DOCUMENTS = sorted((CORPUS / "docs").glob("*.txt"))
_FULL_WIDTH = str.maketrans("0123456789.:;(),", "０１２３４５６７８９．：；（），")
_SQUARE = str.maketrans("（）", "〔〕")


def _indented(text: str) -> str:
    return "\n".join(f"\u3000\u3000{line}" for line in text.split("\n"))


def _with_page_numbers(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        f"{line}\n— {at // 12 + 1} —" if at % 12 == 11 else line for at, line in enumerate(lines)
    )


WAYS: dict[str, Callable[[str], str]] = {
    "full-width": lambda text: text.translate(_FULL_WIDTH),
    "square brackets": lambda text: text.translate(_SQUARE),
    "indented": _indented,
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "lost line breaks": lambda text: re.sub(r"\n+", " ", text),
    "page numbers": _with_page_numbers,
}


@pytest.mark.parametrize("way", WAYS)
def test_another_way_of_printing_changes_no_task(way: str) -> None:
    assert DOCUMENTS
    changed = {}
    for path in DOCUMENTS:
        text, year = path.read_text("utf-8"), _year(path)
        before = Counter(map(_said, parse(text, issued_year=year).tasks))
        after = Counter(map(_said, parse(WAYS[way](text), issued_year=year).tasks))
        if before != after:
            changed[path.stem] = (before - after, after - before)
    assert changed == {}


def _year(path: Path) -> int | None:
    gold = json.loads((CORPUS / "gold" / f"{path.stem}.json").read_text("utf-8"))
    year: int | None = gold.get("publication_year")
    return year


def _said(task: ParsedTask) -> tuple[object, ...]:
    """What a task says, without the punctuation that differs between the printings."""
    return (
        task.number,
        _plain(task.lead_units),
        _plain(task.responsible_units),
        task.deadline_on,
        task.recurrence,
    )


def _plain(units: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(unit).replace("[", "(").replace("]", ")") for unit in units)

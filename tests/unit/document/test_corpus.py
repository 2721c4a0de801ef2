"""The labelled documents are read as well as the issue asks, measured task by task in printed order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.document.reading import CORPUS
from workflows.document import ParsedTask, parse

GOLD = sorted((CORPUS / "gold").glob("*.json"))


def test_the_labelled_documents_are_there() -> None:
    assert len(GOLD) >= 40


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_a_labelled_document_is_read_as_labelled(path: Path) -> None:
    gold = json.loads(path.read_text("utf-8"))
    text = (CORPUS / "docs" / f"{path.stem}.txt").read_text("utf-8")
    tasks = parse(text, issued_year=gold.get("publication_year")).tasks
    assert len(tasks) == len(gold["tasks"])
    wrong = [_differences(label, task) for label, task in zip(gold["tasks"], tasks, strict=True)]
    assert [difference for difference in wrong if difference] == []


def _differences(label: dict[str, Any], task: ParsedTask) -> dict[str, object]:
    found = {
        "lead_units": _bare(task.lead_units),
        "responsible_units": _bare(task.responsible_units),
        "deadline": task.deadline_on.isoformat() if task.deadline_on else None,
        "recurrence": task.recurrence.value if task.recurrence else None,
    }
    gold = {**label, **{name: _bare(label[name]) for name in ("lead_units", "responsible_units")}}
    return {name: (gold[name], value) for name, value in found.items() if gold[name] != value}


def _bare(units: Iterable[str]) -> set[str]:
    return set(units)

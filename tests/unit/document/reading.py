"""Shorthand for the parser's tests: one plan, one task, and where the shared reference documents lie."""

from __future__ import annotations

from pathlib import Path

from workflows.document import ParsedPlan, ParsedTask, parse

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared"
SEEDS = SHARED / "seeds"
CORPUS = SHARED / "corpus"


def seed(number: str) -> str:
    """The text of the seed document with this number; fails where it is missing or doubled."""
    (path,) = SEEDS.glob(f"{number}_*.txt")
    return path.read_text("utf-8")


def plan(text: str, year: int | None = 2024) -> ParsedPlan:
    """`text` read as published in `year`."""
    return parse(text, issued_year=year)


def only_task(text: str, year: int | None = 2024) -> ParsedTask:
    """The one task of `text`; fails if there are none or several."""
    (task,) = plan(text, year).tasks
    return task


def task_with(clause: str, year: int | None = 2024) -> ParsedTask:
    """The one task of an item that ends with `clause`."""
    return only_task(f"1.加强校舍管理。完成校舍修缮。{clause}", year)


def task_saying(demand: str, year: int | None = 2024) -> ParsedTask:
    """The one task of an item with this demand and a plain clause."""
    return only_task(f"1.加强校舍管理。{demand}（责任单位：县教育局）", year)

"""No numbered item is dropped silently: each is a task, inside one, a heading above others, a candidate or unassigned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from app.intake.numbering import han
from workflows.document import ParsedPlan, parse

STYLES = (lambda n: f"{han(n)}、", lambda n: f"（{han(n)}）", lambda n: f"{n}．", lambda n: f"（{n}）")
DEMANDS = (
    "加强校舍管理",
    "完善制度，定期检查",
    "到2025年底，建成十所幼儿园",
    "做好服务。同时开展培训",
    "提高质量",
)
CLAUSES = ("（责任单位：县教育局）", "（县教育局牵头，县财政局配合）", "（县民政局负责）", "", "")


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered item to print: its demand and clause, and what stands below it."""

    demand: str
    clause: str
    below: tuple[Entry, ...]


def entries(depth: int) -> st.SearchStrategy[tuple[Entry, ...]]:
    """One to four items, each with items below it down to that depth."""
    below = st.one_of(st.just(()), entries(depth - 1)) if depth else st.just(())
    one = st.builds(Entry, st.sampled_from(DEMANDS), st.sampled_from(CLAUSES), below)
    return st.lists(one, min_size=1, max_size=4).map(tuple)


def printed(found: tuple[Entry, ...], level: int) -> Iterator[tuple[str, bool]]:
    """The lines, each with whether it is a leaf or carries a clause: then it must be found again."""
    for number, entry in enumerate(found, 1):
        heads = bool(entry.below) and not entry.clause
        stop = "" if heads else "。"
        yield STYLES[level](number) + entry.demand + stop + entry.clause, not heads
        yield from printed(entry.below, level + 1)


def places(plan: ParsedPlan) -> list[tuple[int, int]]:
    """Where the plan shows something of the text."""
    spans = [task.span for task in plan.tasks] + [item.span for item in plan.unassigned]
    spans += [candidate.span for candidate in plan.candidates]
    return [(span.start, span.end) for span in spans]


@given(entries(2), st.integers(0, 1), st.sampled_from(["", "云岭县行动计划\n"]))
@settings(max_examples=150, deadline=None)
def test_every_numbered_line_is_found_again(found: tuple[Entry, ...], level: int, title: str) -> None:
    lines = list(printed(found, level))
    text = title + "\n".join(line for line, _ in lines)
    plan = parse(text, issued_year=2024)
    headings = [task.section or "" for task in plan.tasks]
    headings += [candidate.section or "" for candidate in plan.candidates]
    shown, place = places(plan), len(title)
    for line, must in lines:
        covered = any(start <= place < end for start, end in shown)
        heads = any(line in heading for heading in headings)
        assert covered or heads or not must, line
        place += len(line) + 1

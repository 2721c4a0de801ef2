"""Whatever the parser claims, it points at: every span anywhere in a plan lies in the text and covers the words claimed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.document.texts import documents
from workflows.cadence import DutyKind
from workflows.commitments import Comparison
from workflows.document import Span, parse
from workflows.document.model import CadenceDemand, Indicator, NamedUnit, ParsedTask
from workflows.units import Share

PRINTED = ("printed", "name", "text")
"""Fields that hold, as printed, the words at `span`; of them the first that a value has."""

NEVER_PRINTED = {(Indicator, "name")}
"""What is measured is said in our words."""


def values(value: object) -> Iterator[object]:
    """The value and all that it is made of."""
    yield value
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from values(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from values(part)


def claims(value: object) -> Iterator[tuple[Span, str]]:
    """The words that a value claims stand at a span of its own: `span` with its printed words, `x_span` with `x_text`."""
    if not is_dataclass(value):
        return
    names = [field.name for field in fields(value)]
    printed = [name for name in PRINTED if name in names and (type(value), name) not in NEVER_PRINTED]
    if "span" in names and printed and (span := getattr(value, "span")) is not None:  # noqa: B009
        yield span, getattr(value, printed[0])
    for name in names:
        stem = name.removesuffix("_span")
        if name.endswith("_span") and f"{stem}_text" in names and getattr(value, name) is not None:
            yield getattr(value, name), getattr(value, f"{stem}_text")


def as_read(words: str) -> str:
    """The words as a person reads them: without the line breaks of the page and the blanks around."""
    return "".join(line.strip() for line in words.split("\n")).strip()


@given(documents, st.one_of(st.none(), st.integers(1990, 2090)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_every_position_lies_in_it(text: str, year: int | None) -> None:
    for value in values(parse(text, issued_year=year)):
        if isinstance(value, Span):
            assert 0 <= value.start <= value.end <= len(text)


@given(documents)
@settings(max_examples=400, deadline=None)
def test_positions_point_at_the_words_they_claim(text: str) -> None:
    for value in values(parse(text, issued_year=2024)):
        for span, words in claims(value):
            place = text[span.start : span.end]
            if isinstance(value, ParsedTask) and words == value.text:
                assert words in place
            else:
                assert as_read(place) == as_read(words)


@given(documents)
@settings(max_examples=200, deadline=None)
def test_what_belongs_to_a_task_stands_within_it(text: str) -> None:
    """Its number, milestones, figures and deliverables; a deadline may be the heading's."""
    for task in parse(text, issued_year=2024).tasks:
        inner = [stone.span for stone in task.milestones]
        inner += [figure.span for figure in task.indicators] + [thing.span for thing in task.deliverables]
        if task.number_span and task.part in {None, 1}:  # further parts share the number of the first
            inner.append(task.number_span)
        for span in inner:
            assert task.span.start <= span.start <= span.end <= task.span.end


def test_the_walk_sees_every_kind_of_claim() -> None:
    """Else the properties above would hold of nothing."""
    unit = NamedUnit("县教育局", Share.LEAD, Span(0, 4), collective=False)
    figure = Indicator("在园率", Comparison.AT_LEAST, "90", "%", date(2025, 12, 31), "达到90%", Span(4, 9))
    demand = CadenceDemand(DutyKind.MONTHLY_REPORT, 25, "每月25日前", Span(9, 15))
    found = [claim for value in values((unit, (figure, demand))) for claim in claims(value)]
    assert found == [(Span(0, 4), "县教育局"), (Span(4, 9), "达到90%"), (Span(9, 15), "每月25日前")]
    plan = parse("1.到2025年底，建成十所。（县教育局负责）", issued_year=2024)
    (task,) = plan.tasks
    assert (task.deadline_span, task.deadline_text) in [*claims(task)]
    assert {type(value) for value in values(plan)} >= {ParsedTask, NamedUnit, Span}

"""Reading is linear in the length of the text, whatever the text: counted in calls, so that no busy machine can err."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.document.texts import PIECES, calls_to_read, pieces
from workflows.document import parse

HALF = 6_000
"""Characters; the whole is twice as long."""

SLACK = 500
"""Calls a text costs whatever its length."""

MILLION = 1_000_000


def of_length(unit: str, size: int) -> str:
    """The unit again and again, so many characters."""
    return (unit * (size // len(unit) + 1))[:size]


def assert_linear(unit: str) -> None:
    half, whole = (calls_to_read(of_length(unit, size)) for size in (HALF, 2 * HALF))
    assert whole <= 2.2 * half + SLACK


@pytest.mark.parametrize(
    "unit",
    [
        *PIECES,
        "()",
        "(责任单位:",
        "（6月）",
        "1.做\n",
        "①做\n",
        "等和各",
        "2024年至",
        "1.甲。（县教育局负责）\n",
        "\n ",
        "一",
    ],
)
def test_twice_the_text_takes_at_most_about_twice_the_work(unit: str) -> None:
    assert_linear(unit)


@given(st.lists(pieces, min_size=2, max_size=8).map("".join).filter(bool))
@settings(max_examples=25, deadline=None)
def test_any_mixture_said_twice_as_often_takes_about_twice_the_work(unit: str) -> None:
    assert_linear(unit)


@pytest.mark.parametrize(
    "text",
    [
        "(" * MILLION,
        "()" * (MILLION // 2),
        "(" * (MILLION // 2) + ")" * (MILLION // 2),
        "〔（《" * (MILLION // 3),
        "|-" * (MILLION // 2) + "行",
    ],
    ids=lambda text: f"{text[:3]}{text[-1]}",
)
def test_a_million_characters_of_one_kind_are_read(text: str) -> None:
    assert parse(text).tasks == ()

"""Hints on any text at all: they come back, soon, and speak of words that stand there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflows.hints import READ, Earlier, Figure, HintCode, Written, hints, same_percent

PIECES = st.sampled_from(
    [
        "高度重视",
        "积极推进",
        "按计划推进",
        "总体进度达到",
        "覆盖率",
        "60",
        "85%",
        "，",
        "。",
        " ",
        "1,200",
        "万元",
        "《",
        "》",
        "城关镇",
        "完成",
        "确保",
        "९",
        "²",
        "\n",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))
PLAIN = st.one_of(st.just(""), st.text(max_size=12), st.decimals(-999, 999, places=1).map(str))
FIGURES = st.builds(
    Figure,
    name=st.sampled_from(["覆盖率", "", "率", "完成投资"]),
    unit=st.sampled_from(["%", "％", "", "万元"]),
    value=PLAIN,
    before=PLAIN,
    target=PLAIN,
)
WRITTEN = st.builds(
    Written, TEXTS, st.none() | st.integers(0, 100), st.lists(FIGURES, max_size=3).map(tuple), st.booleans()
)
BEFORE = st.none() | st.builds(Earlier, TEXTS, st.none() | st.integers(0, 100))


@given(WRITTEN, BEFORE)
def test_every_text_is_answered_and_each_hint_names_words_of_it(
    written: Written, before: Earlier | None
) -> None:
    found = hints(written, before)
    assert all(hint.words in written.done and hint.words and hint.sentence for hint in found)
    kinds = [hint.code for hint in found if hint.code is not HintCode.FIGURES]
    assert len(kinds) == len(set(kinds))
    assert len(found) <= 4 + len(written.figures)


@given(WRITTEN, BEFORE, TEXTS)
def test_what_lies_beyond_the_bound_is_never_read(
    written: Written, before: Earlier | None, tail: str
) -> None:
    long = (written.done or "甲").ljust(READ, "甲")
    whole, cut = (Written(text, written.percent, written.figures) for text in (long + tail, long[:READ]))
    assert hints(whole, before) == hints(cut, before)


@given(st.sampled_from(["进度", "1", "覆盖率", "一", "按计划", "9%", "，", "确保完成"]), TEXTS)
def test_the_same_words_over_and_over_are_answered_too(word: str, other: str) -> None:
    text = word * READ
    found = hints(Written(text, 1, (Figure("覆盖率", "%", "1"),)), Earlier(text + other, 1))
    assert all(hint.words in text for hint in found)


@given(st.text(max_size=200), st.text(max_size=200))
def test_sameness_is_a_percentage_and_whole_for_the_same(one: str, other: str) -> None:
    assert 0 <= same_percent(one, other) <= 100
    assert same_percent(one, one) == (100 if len(one) > 1 else 0)
    assert same_percent(one, one + other) == same_percent(one, one)

"""What holds for the commitments of every text: they are read, in linear work, and point at the words they claim."""

from __future__ import annotations

import sys
from itertools import pairwise
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.commitments import Comparison
from workflows.document import ParsedTask, Span, parse
from workflows.document.promises.deliverables import read_deliverables
from workflows.document.promises.indicators import read_indicators
from workflows.document.script import fold
from workflows.document.times.deadlines import Calendar

PIECES = [
    "达到", "不低于", "控制在", "提高", "下降", "新增", "建成", "评选", "分别", "只增不减", "全覆盖", "翻一番", "力争", "截至", "已建成", "给予",
    "100%", "３０％", "*%", "%以上", "1:15", "2所", "两所", "一所", "3—5个", "学位个", "1.2亿元", "三分之一", "八成", "百分之九十", "xx人次",
    "以上", "以内", "左右", "入园率", "幼儿园", "示范园", "的", "和", "、", "，", "。", "；", "：", "（", "）", "“", "”", "《", "》", "\n", " ",
    "到2025年", "2024年底前", "从2024年起", "每年", "制定", "建立健全", "方案", "制度", "机制和", "数据库", "发布", "报告", "按照", "指导",
    "1.", "一、", "（责任单位：县教育局）",
]  # fmt: skip
demands = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=40).map("".join)
documents = demands.map(lambda demand: f"1.加强保障。{demand}（责任单位：县教育局）")


def tasks(text: str) -> tuple[ParsedTask, ...]:
    return parse(text, issued_year=2024).tasks


def printed(text: str, span: Span) -> str:
    return "".join(line.strip() for line in text[span.start : span.end].split("\n")).strip()


@given(documents)
@settings(max_examples=300, deadline=None)
def test_every_commitment_points_at_its_words_inside_its_task(text: str) -> None:
    for task in tasks(text):
        for indicator in task.indicators:
            assert printed(text, indicator.span) == indicator.text
            assert task.span.start <= indicator.span.start < indicator.span.end <= task.span.end
        for thing in task.deliverables:
            words = printed(text, thing.span)
            assert words.startswith(thing.verb)
            assert words.endswith(thing.what)


@given(documents)
@settings(max_examples=300, deadline=None)
def test_commitments_stand_in_order_and_apart(text: str) -> None:
    for task in tasks(text):
        for found in (task.indicators, task.deliverables):
            spans = [thing.span for thing in found]
            assert all(one.end <= other.start for one, other in pairwise(spans))


@given(documents)
@settings(max_examples=300, deadline=None)
def test_every_indicator_has_a_name_and_a_target_that_is_a_number_or_blank(text: str) -> None:
    for task in tasks(text):
        for indicator in task.indicators:
            assert indicator.name.strip()
            if indicator.target is None:
                relative = indicator.comparison in {Comparison.NOT_FALL, Comparison.NOT_RISE}
                assert relative or any(doubt.code == "figure-blank" for doubt in task.doubts)
            else:
                assert all(float(part) >= 0 for part in indicator.target.split(":"))


@given(documents)
@settings(max_examples=200, deadline=None)
def test_every_task_has_a_type_and_a_reason_that_quotes_it(text: str) -> None:
    for task in tasks(text):
        assert task.type.reason.endswith("型。")
        _, opened, rest = task.type.reason.partition("“")
        if opened:
            quoted = rest.rpartition("”")[0].removesuffix("……").translate(_UNQUOTE)
            assert quoted in printed(text, Span(0, len(text))).translate(_UNQUOTE)


_UNQUOTE = str.maketrans({"“": "‘", "”": "’"})


def work(text: str) -> int:
    """How many calls, of Python and of C, reading the commitments of one demand takes."""
    folded, count = fold(text), 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        read_indicators(text, folded, (0, len(text)), Calendar(2024, None))
        read_deliverables(text, folded, (0, len(text)))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "建成1所，",
        "入园率达到90%、",
        "达到90%",
        "2024年达到90%，",
        "已建成1所，",
        "“1所”",
        "1:15",
        "两所",
        "%",
        "xx个",
        "全覆盖，",
        "只增不减",
        "高于2023年",
        "新增个",
        "制定方案、",
        "建立机制和",
        "建立",
        "制度",
        "1",
        "1,000",
        "十",
        "的",
        "（",
    ],
)
def test_twice_the_words_take_at_most_about_twice_the_work(unit: str) -> None:
    half, whole = (work((unit * size)[:size]) for size in (4_000, 8_000))
    assert whole <= 2.2 * half + 500

"""What holds for every text: it is read, in linear work, positions point at the words, and no number is lost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.document import ParsedPlan, Span, parse

PIECES = [
    "（", "）", "(", ")", "〔", "〕", "[", "]", "。", "，", "、", "；", "：", "\n", " ", "\t", "|", "“", "”", "《", "》",
    "一、", "（一）", "1.", "2.", "（1）", "①", "第一条", "专栏1", "目录", "序号", "重点任务",
    "牵头单位", "责任单位", "责任单位：", "完成时限：", "责任领导：", "牵头", "配合", "按职责分工负责", "会同", "指导", "等", "及", "和",
    "县教育局", "各乡镇", "有关部门", "县财政局", "下同", "列第一位者为牵头单位",
    "2024年", "2025年底前", "6月", "30日", "6月底前", "三年内", "到", "至", "起", "每年", "每月", "持续推进", "印发之日起",
    "加强管理", "完成", "*%", "0", "9", "年", "月",
]  # fmt: skip
documents = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=60).map("".join)


def spans(plan: ParsedPlan) -> Iterator[Span]:
    for task in plan.tasks:
        yield task.span
        yield from (unit.span for unit in task.units)
        yield from (stone.span for stone in task.milestones)
        yield from (doubt.span for doubt in task.doubts if doubt.span)
        if task.deadline_span:
            yield task.deadline_span
    yield from (item.span for item in plan.unassigned)
    yield from (doubt.span for doubt in plan.doubts if doubt.span)


@given(documents, st.one_of(st.none(), st.integers(1990, 2090)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_every_position_lies_in_it(text: str, year: int | None) -> None:
    for span in spans(parse(text, issued_year=year)):
        assert 0 <= span.start <= span.end <= len(text)


@given(documents)
@settings(max_examples=300, deadline=None)
def test_positions_point_at_the_words_they_claim(text: str) -> None:
    for task in parse(text, issued_year=2024).tasks:
        assert task.text in text[task.span.start : task.span.end]
        for unit in task.units:
            assert _words(text, unit.span) == unit.printed
        for stone in task.milestones:
            assert _words(text, stone.span) == stone.text
        if task.deadline_span:
            assert _words(text, task.deadline_span) == task.deadline_text


def _words(text: str, span: Span) -> str:
    """The words as a person reads them: without the line breaks of the page and the blanks around."""
    return "".join(line.strip() for line in text[span.start : span.end].split("\n")).strip()


items = st.lists(
    st.tuples(
        st.sampled_from(["加强校舍管理。", "完善制度，定期检查。", "到2025年底，建成十所。", "做好服务"]),
        st.sampled_from(
            ["（责任单位：县教育局）", "（县教育局牵头，县财政局配合）", "（责任单位：县教育局", ""]
        ),
    ),
    min_size=1,
    max_size=12,
)


@given(items, st.sampled_from(["{}.", "{}、", "（{}）", "{}．"]))
@settings(max_examples=200, deadline=None)
def test_no_numbered_item_is_lost(found: list[tuple[str, str]], style: str) -> None:
    lines = [style.format(number) + demand + clause for number, (demand, clause) in enumerate(found, 1)]
    plan = parse("\n".join(lines), issued_year=2024)
    seen = [task.number for task in plan.tasks] + [item.number for item in plan.unassigned]
    assert sorted(seen, key=lambda number: int(number or 0)) == [
        str(number) for number in range(1, len(found) + 1)
    ]


@given(items)
@settings(max_examples=100, deadline=None)
def test_lost_line_breaks_lose_no_task(found: list[tuple[str, str]]) -> None:
    lines = [
        f"{number}.{demand}{clause if clause.endswith('）') else '（责任单位：县教育局）'}"
        for number, (demand, clause) in enumerate(found, 1)
    ]
    printed, joined = parse("\n".join(lines)), parse("".join(lines))
    assert [(t.number, t.lead_units, t.responsible_units) for t in printed.tasks] == [
        (t.number, t.lead_units, t.responsible_units) for t in joined.tasks
    ]


def calls_to_read(text: str) -> int:
    """How many calls, of Python and of C, reading the text takes: its work, on any machine."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        parse(text, issued_year=2024)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "(",
        ")",
        "()",
        "(责任单位:",
        "（责任单位：县教育局）",
        "（6月）",
        "1.",
        "1.做\n",
        "（一）",
        "①做\n",
        "县教育局、",
        "2024年",
        "6月底前",
        "2024年至",
        "责任单位：县教育局\n",
        "等和各",
        "序号\n任务\n责任单位\n",
        "1\t做\t县教育局\n",
        "专栏1\n",
        "《",
        " ",
        "\n",
        "1.甲。（县教育局负责）\n",
    ],
)
def test_twice_the_text_takes_at_most_about_twice_the_work(unit: str) -> None:
    half, whole = (calls_to_read((unit * size)[:size]) for size in (6_000, 12_000))
    assert whole <= 2.2 * half + 500


@pytest.mark.parametrize("text", ["(" * 1_000_000, "()" * 500_000, "(" * 500_000 + ")" * 500_000])
def test_a_million_brackets_are_read(text: str) -> None:
    assert parse(text).tasks == ()

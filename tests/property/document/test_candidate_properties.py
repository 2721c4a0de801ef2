"""What holds for the candidates and the governance of every text: positions lie in it, words stand at them, linear work."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.document.texts import calls_to_read
from workflows.document import ParsedPlan, Span, parse

PIECES = [
    "。", "，", "、", "；", "：", "\n", " ", "……", "（", "）", "“", "”",
    "一、", "二、", "（一）", "1.", "一是", "二是", "同志们", "例如，",
    "下一步工作打算", "存在的问题", "重大意义", "重点任务",
    "要", "必须", "不得", "确保", "力争", "计划", "将", "已经", "完成了", "近年来",
    "加强", "建立", "制定", "推进", "实施方案", "工作机制",
    "县教育局", "各乡镇", "编制、人社部门", "市级财政", "我们",
    "2025年底前", "6月底前", "每季度", "达到*%以上", "新增学位个", "幼儿园2所", "xx", "[xx]",
    "成立", "由", "任组长", "组长：", "副组长由", "担任", "成员单位为", "等部门主要负责人组成", "领导小组", "专班", "联席会议", "办公室设在",
    "月报告", "季通报", "年度考核", "每月25日前", "报送", "每季度末月20日前", "每年12月10日前", "总结",
]  # fmt: skip
speeches = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=60).map("".join)


def named(plan: ParsedPlan) -> Iterator[tuple[Span, str]]:
    """Every place claimed and the words claimed for it."""
    for candidate in plan.candidates:
        yield candidate.span, candidate.text
    for demand in plan.governance.cadences:
        yield demand.span, demand.text
    for force in plan.governance.task_forces:
        yield force.span, force.name
        for post in (force.leader, force.office, *force.deputies, *force.members):
            if post:
                yield post.span, post.printed


def words(text: str) -> str:
    """The words as a person reads them: without the line breaks of the page and the blanks around."""
    return "".join(line.strip() for line in text.split("\n")).strip()


@given(speeches, st.one_of(st.none(), st.integers(1990, 2090)))
@settings(max_examples=150, deadline=None)
def test_the_words_claimed_stand_at_their_places(text: str, year: int | None) -> None:
    for span, claimed in named(parse(text, issued_year=year)):
        assert 0 <= span.start < span.end <= len(text)
        assert words(text[span.start : span.end]) == words(claimed)


@given(speeches)
@settings(max_examples=150, deadline=None)
def test_candidates_come_in_printed_order_and_hold_their_blanks(text: str) -> None:
    plan = parse(text, issued_year=2024)
    places = [candidate.span for candidate in plan.candidates]
    assert all(before.end <= after.start for before, after in pairwise(places))
    for candidate in plan.candidates:
        assert 1 <= len(candidate.title) <= 30
        assert len(set(candidate.who)) == len(candidate.who)
        assert all(
            candidate.span.start <= blank.start < blank.end <= candidate.span.end
            for blank in candidate.blanks
        )


@given(speeches)
@settings(max_examples=100, deadline=None)
def test_a_document_has_tasks_or_candidates(text: str) -> None:
    plan = parse(text, issued_year=2024)
    assert not (plan.tasks and plan.candidates)


HOSTILE = [
    "要", "要加强", "各乡镇要加强管护。", "县教育局要", "一、要加强。\n", "（一）要加强管护，2025年底前完成*%。\n",
    "同时，", "按照要求，", "……", "对", "将", "由", "成立由", "领导小组", "成立专班，", "组长由", "组长：\n",
    "成员单位为县教育局、", "办公室设在", "每月", "月报告", "每季度末月", "每年12月", "\n   \n", "一是加强。", "计划新建",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_twice_the_speech_takes_at_most_about_twice_the_work(unit: str) -> None:
    half, whole = (calls_to_read((unit * size)[:size]) for size in (4_000, 8_000))
    assert whole <= 2.2 * half + 500


@pytest.mark.parametrize("unit", ["要加强", "成立由领导小组", "每月……"])
def test_a_million_characters_of_one_thing_are_read(unit: str) -> None:
    text = (unit * 1_000_000)[:1_000_000]
    assert parse(text).tasks == ()

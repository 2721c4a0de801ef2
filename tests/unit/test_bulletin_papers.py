"""通报 on paper: the annexes, numbers, titles and periods, and the digest of what is printed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from tests.shipped import CALENDAR
from tests.unit.test_bulletins import (
    AHEAD,
    FINANCE,
    LAGS,
    ON,
    OTHER,
    PROBLEM,
    PROJECT,
    QUARTERLY,
    TOWN,
    account,
    quarter,
    said,
)
from workflows.bulletins import (
    BulletinPaper,
    PaperAnnex,
    PaperSection,
    annexes,
    corrected,
    figures_of,
    following,
    key_of,
    numbered,
    numeral,
    span,
    span_before,
    title_of,
)
from workflows.cadence import CadenceRules, DutyKind, due_of, duty_words, period_of
from workflows.errors import Refused
from workflows.light import PACE_LABELS, Pace
from workflows.units import Share


def test_the_detail_table_has_every_task_and_says_who_spoke() -> None:
    helped = replace(AHEAD, said=said(TOWN, "镇里先做了"))
    [detail] = annexes(quarter(LAGS, helped), QUARTERLY, ranking=False)
    assert [line[1] for line in detail.rows] == ["任务一", "任务二"]
    assert detail.rows[0][4:8] == ("62%", "40%", "20%", PACE_LABELS[Pace.BEHIND])
    assert detail.rows[0][-1] == f"{PROBLEM}（用地）"
    assert detail.rows[1][-1] == "镇里先做了（城关镇报）"
    assert all(len(line) == len(detail.columns) for line in detail.rows)


def test_units_are_ranked_within_their_group_and_equals_share_a_place() -> None:
    twin = replace(ON, task_id=6, number="6", shares={FINANCE: Share.LEAD})
    figures = figures_of(replace(account(LAGS, ON, twin), duties=()), None, QUARTERLY)
    _, ranked = annexes(figures, QUARTERLY, ranking=True)
    assert [(line[0], line[1], line[2]) for line in ranked.rows] == [
        ("牵头单位", "1", "县教育局"),
        ("牵头单位", "1", "县财政局"),
        ("牵头单位", "3", "县住建局"),
        ("幼儿园", "1", "县第一幼儿园"),
    ]


def test_who_has_nothing_to_compare_has_no_place() -> None:
    _, ranked = annexes(quarter(OTHER), QUARTERLY, ranking=True)
    assert {line[1] for line in ranked.rows} == {"—"}


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九"), (103, "一百零三"), (110, "一百一十")],
)
def test_headings_are_counted_in_chinese(number: int, words: str) -> None:
    assert numeral(number) == words


def test_a_number_needs_its_hexagonal_brackets() -> None:
    assert numbered(" 清政督〔2025〕3号 ") == "清政督〔2025〕3号"
    for wrong in ("清政督[2025]3号", "清政督（2025）3号", "清政督【2025】3号"):
        with pytest.raises(Refused, match="请改为：清政督〔2025〕3号"):
            numbered(wrong)
    for nothing in ("", "3号", "清政督〔25〕3号", "清政督〔2025〕03号", "清政督〔2025〕3号印"):
        with pytest.raises(Refused, match="清政督〔2025〕3号。"):
            numbered(nothing)


def test_the_next_number_follows_and_begins_anew_with_the_year() -> None:
    assert following("清政督〔2025〕3号", 2025) == "清政督〔2025〕4号"
    assert following("清政督〔2025〕3号", 2026) == "清政督〔2026〕1号"
    assert following("", 2026) == ""


def test_periods_span_their_days_and_know_the_one_before() -> None:
    assert span(QUARTERLY, "2025-Q1") == (date(2025, 1, 1), date(2025, 3, 31))
    assert span(PROJECT, "2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert span_before(QUARTERLY, "2025-Q1") == (date(2024, 10, 1), date(2024, 12, 31))
    assert span_before(PROJECT, "2025-01") == (date(2024, 12, 1), date(2024, 12, 31))
    assert key_of(QUARTERLY, date(2025, 12, 31)) == "2025-Q4"
    for kind, key in ((QUARTERLY, "2025-03"), (PROJECT, "2025-Q1"), (PROJECT, "2025-13")):
        with pytest.raises(Refused):
            span(kind, key)


def test_titles_name_period_and_plan() -> None:
    assert title_of(PROJECT, "某《规划》", "2025-03") == "关于2025年3月《某〈规划〉》建设项目进度的通报"
    assert corrected(corrected("关于某事的通报")) == "关于某事的通报（更正）"


def test_the_digest_of_a_paper_changes_with_any_word() -> None:
    sections = (PaperSection("总体情况", ("一段",)),)
    paper = BulletinPaper(
        "题", "云督〔2025〕1号", 1, "各单位", ("现通报。",), sections, (), ("督查室",), date(2025, 4, 8)
    )
    other = replace(paper, sections=(PaperSection("总体情况", ("一段。",)),))
    assert paper.digest == replace(paper).digest
    assert len({paper.digest, other.digest, replace(paper, on=date(2025, 4, 9)).digest}) == 3


def test_a_paper_that_was_kept_is_read_back_equal() -> None:
    annex = PaperAnnex("明细表", ("序号", "任务"), (("1", "建园"), ("2", "招聘")), "统计截至3月31日。")
    sections = (PaperSection("总体情况", ("一段", "二段")),)
    day = date(2025, 4, 8)
    proof = BulletinPaper("题", "", None, "", (), sections, (annex,), ("督查室",), None)
    printed = replace(
        proof, number="云督〔2025〕1号", issue=1, on=day, printed_on=day, copies="县人大", printed_by="督查室"
    )
    for paper in (proof, printed):
        kept = json.loads(json.dumps(paper.as_json()))
        assert BulletinPaper.from_json(kept) == paper
        assert BulletinPaper.from_json(kept).digest == paper.digest


def test_the_month_end_bulletin_is_due_with_the_month_and_called_by_its_name() -> None:
    march = period_of(DutyKind.BULLETIN, "2025-03", CadenceRules(), CALENDAR)
    assert (march.opens_on, march.due_on) == (date(2025, 3, 20), date(2025, 3, 31))
    asked_late = due_of(DutyKind.BULLETIN, "2025-03", date(2025, 4, 2), CadenceRules(), CALENDAR)
    assert asked_late == date(2025, 4, 8)  # three working days, over 清明
    assert duty_words(DutyKind.BULLETIN, "2025-03") == "2025年3月项目进度通报"
    assert duty_words(DutyKind.BULLETIN, "2025-Q1") == "2025年第一季度季通报"

"""Shapes of dates that are easily taken for something else: whose date it is, what of it is printed, what is lost."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.document.reading import task_saying, task_with


@pytest.mark.parametrize(
    "demand",
    [
        "年底前，对新建成的幼儿园给予奖励。",
        "2025年底前，对新引进的企业按投资额给予补助。",
        "2025年底前建成投用的，给予一次性奖励。",
        "年底前对评为示范园的给予奖补。",
    ],
)
def test_the_date_by_which_others_earn_a_subsidy_binds_no_unit(demand: str) -> None:
    assert task_saying(demand).deadline_text is None


@pytest.mark.parametrize(
    "demand",
    [
        "2025年底前，对符合条件的企业兑现奖励。",
        "2025年底前出台办法，对优秀教师给予奖励。",
        "2025年底前完成校舍的改造，对先进单位给予奖励。",
        "2025年底前，安排资金对新建幼儿园给予补助。",
    ],
)
def test_the_date_by_which_the_office_acts_for_a_subsidy_binds_it(demand: str) -> None:
    assert task_saying(demand).deadline_on == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("25年6月底前", date(2025, 6, 30)),
        ("六月底前", date(2024, 6, 30)),
        ("六月十五日前", date(2024, 6, 15)),
        ("十二月底前", date(2024, 12, 31)),
        ("二零二五年十一月前", date(2025, 11, 30)),
        ("“十四五”时期末", date(2025, 12, 31)),
    ],
)
def test_short_years_and_chinese_months_are_dates(words: str, day: date) -> None:
    assert task_saying(f"{words}完成修缮。").deadline_on == day
    task = task_with(f"（责任单位：县教育局，{words}完成）")
    assert (task.deadline_on, task.deadline_text) == (day, words)


@pytest.mark.parametrize("words", ["每年三月底前", "每年3月底前"])
def test_every_year_by_march_has_no_date(words: str) -> None:
    task = task_saying(f"{words}公布名单。")
    assert (task.deadline_on, task.deadline_text) == (None, words)


@pytest.mark.parametrize("words", ["xx年底前", "20××年底前", "20××年6月底前", "202*年底前", "*年6月底前"])
def test_a_year_that_is_lost_is_not_this_year(words: str) -> None:
    for task in (task_saying(f"{words}完成修缮。"), task_with(f"（责任单位：县教育局；完成时限：{words}）")):
        assert task.deadline_on is None
        assert "figure-blank" in {doubt.code for doubt in task.doubts}


@pytest.mark.parametrize("words", ["2025年*月底前", "2025年 月底前"])
def test_a_month_that_is_lost_is_not_december(words: str) -> None:
    task = task_with(f"（责任单位：县教育局；完成时限：{words}）")
    assert (task.deadline_on, task.deadline_text) == (None, words)
    assert "figure-blank" in {doubt.code for doubt in task.doubts}


@pytest.mark.parametrize("words", ["2025年汛期前", "2025年春季开学前"])
def test_a_season_of_a_year_is_not_its_end(words: str) -> None:
    task = task_with(f"（责任单位：县教育局；完成时限：{words}）")
    assert (task.deadline_on, task.deadline_text) == (None, words)


@pytest.mark.parametrize("words", ["本通知印发后30日内", "方案印发后一个月内", "自文件下发之日起3个月内"])
def test_a_term_counted_from_the_issue_is_a_term(words: str) -> None:
    assert task_saying(f"{words}制定细则。").deadline_text == words


def test_dates_that_share_one_before_are_all_terms_of_their_year() -> None:
    task = task_saying("2025年6月20日、12月20日前分别报送总结。")
    assert (task.deadline_on, task.deadline_text) == (date(2025, 12, 20), "12月20日前")
    assert [(stone.on, stone.text) for stone in task.milestones] == [(date(2025, 6, 20), "2025年6月20日")]

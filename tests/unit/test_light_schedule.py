"""What is expected of a task by a day: along its milestones, else by elapsed working days; and reports without news."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.shipped import CALENDAR
from workflows.light import (
    NO_CHANGE,
    Filed,
    LightRules,
    Milestone,
    Standing,
    expected_percent,
    light,
    unchanged_periods,
)

MARCH = Standing(date(2025, 3, 3), date(2025, 6, 30), percent=0, closed=False, issued=True)
"""From 3月3日 to 6月30日 2025 there are 81 working days; 3月31日 is the 20th, 4月30日 the 42nd of them."""

END_OF_MARCH, END_OF_APRIL = date(2025, 3, 31), date(2025, 4, 30)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 1, 2), 0),
        (date(2025, 3, 3), 0),
        (date(2025, 3, 9), 4 / 81 * 100),  # a Sunday: four working days passed
        (date(2025, 6, 30), 100),
        (date(2025, 9, 1), 100),
    ],
)
def test_without_milestones_the_schedule_counts_working_days(today: date, expected: float) -> None:
    assert expected_percent(MARCH, today, CALENDAR) == pytest.approx(expected)


def test_a_span_of_rest_days_only_expects_everything() -> None:
    holiday = replace(MARCH, starts_on=date(2025, 10, 1), deadline_on=date(2025, 10, 8))
    assert expected_percent(holiday, date(2025, 10, 2), CALENDAR) == 100


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 3, 3), 0),
        (date(2025, 3, 17), 50 / 3),  # ten of the twenty working days of the first third
        (END_OF_MARCH, 100 / 3),
        (date(2025, 4, 1), 100 / 3 + 100 / 3 / 22),
        (END_OF_APRIL, 200 / 3),
        (date(2025, 6, 30), 100),
    ],
)
def test_milestones_divide_the_work_into_equal_steps(today: date, expected: float) -> None:
    staged = replace(MARCH, milestones=(Milestone(END_OF_APRIL), Milestone(END_OF_MARCH)))
    assert expected_percent(staged, today, CALENDAR) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("milestones", "at_the_end_of_march", "at_the_end_of_april"),
    [
        ((Milestone(END_OF_MARCH, 60), Milestone(END_OF_APRIL, 80)), 60, 80),
        ((Milestone(END_OF_MARCH, 60), Milestone(END_OF_APRIL)), 60, 80),
        ((Milestone(END_OF_MARCH), Milestone(END_OF_APRIL, 80)), 40, 80),
        ((Milestone(END_OF_MARCH, 70), Milestone(END_OF_APRIL, 20)), 70, 85),  # a plan does not go back
        ((Milestone(END_OF_MARCH, 140), Milestone(END_OF_APRIL, 80)), 40, 80),
        ((Milestone(END_OF_MARCH, 20), Milestone(END_OF_MARCH, 50), Milestone(END_OF_APRIL, 80)), 50, 80),
    ],
)
def test_a_milestone_whose_share_the_plan_names_stands_at_that_share(
    milestones: tuple[Milestone, ...], at_the_end_of_march: float, at_the_end_of_april: float
) -> None:
    staged = replace(MARCH, milestones=milestones)
    assert expected_percent(staged, END_OF_MARCH, CALENDAR) == pytest.approx(at_the_end_of_march)
    assert expected_percent(staged, END_OF_APRIL, CALENDAR) == pytest.approx(at_the_end_of_april)


@pytest.mark.parametrize("on", [date(2024, 12, 31), date(2025, 3, 3), date(2025, 6, 30), date(2025, 12, 31)])
def test_a_milestone_outside_the_span_says_nothing_the_ends_do_not(on: date) -> None:
    for today in (END_OF_MARCH, END_OF_APRIL):
        staged = replace(MARCH, milestones=(Milestone(on, 90),))
        assert expected_percent(staged, today, CALENDAR) == expected_percent(MARCH, today, CALENDAR)


def test_without_a_deadline_milestones_make_no_schedule() -> None:
    endless = replace(MARCH, deadline_on=None, milestones=(Milestone(END_OF_MARCH),))
    assert expected_percent(endless, END_OF_APRIL, CALENDAR) is None


def test_a_task_behind_its_milestones_is_told_by_them_though_the_days_alone_would_not() -> None:
    front_loaded = replace(MARCH, percent=30, milestones=(Milestone(END_OF_MARCH, 60),))
    today = date(2025, 4, 1)
    assert light(replace(front_loaded, milestones=()), LightRules(), today, CALENDAR).word == "正常"
    shown = light(front_loaded, LightRules(), today, CALENDAR)
    assert shown.reason == "按阶段节点应完成60.66%，实际30%，落后30.66个百分点，超过30的红线。"
    assert shown.mend == "进度达到51%以上。确有困难请在到期前申请延期。"


# ------------------------------------------------------------------------------------------- reports without news


def filed(*percents: int) -> list[Filed]:
    """Reports from the latest back, each with words of its own."""
    return [Filed(percent, f"第{age}次的话。") for age, percent in enumerate(percents)]


@pytest.mark.parametrize(
    ("percents", "periods"),
    [
        ((), 0),
        ((30,), 0),
        ((0,), 1),  # nothing was done before the first report, and nothing is now
        ((0, 0), 2),
        ((30, 30), 1),
        ((30, 30, 30), 2),
        ((31, 30, 30, 30), 0),
        ((30, 30, 29, 29, 29), 1),
        ((20, 30, 30), 0),  # a correction downwards is a change
    ],
)
def test_a_report_with_the_figure_of_the_one_before_brings_no_change(
    percents: tuple[int, ...], periods: int
) -> None:
    assert unchanged_periods(filed(*percents), scheduled=True) == periods


def test_waiting_that_is_planned_is_no_standstill() -> None:
    latest, *before = filed(30, 30, 30, 30)
    assert unchanged_periods([replace(latest, waiting=True), *before], scheduled=True) == 0
    third = [latest, before[0], replace(before[1], waiting=True), before[2]]
    assert unchanged_periods(third, scheduled=True) == 2


def test_a_unit_that_has_said_more_since_its_report_stands_still_no_longer() -> None:
    reports = filed(30, 30, 30)
    assert unchanged_periods(reports, scheduled=True, percent=30) == 2
    assert unchanged_periods(reports, scheduled=True, percent=35) == 0
    assert unchanged_periods([], scheduled=True, percent=35) == 0


def test_where_no_schedule_asks_for_a_figure_new_words_are_news() -> None:
    assert unchanged_periods(filed(0, 0, 0), scheduled=False) == 0
    repeated = [Filed(0, " 常抓不懈。"), Filed(0, "常抓不懈。"), Filed(0, "开展巡查。")]
    assert unchanged_periods(repeated, scheduled=False) == 1
    silent = [Filed(20, NO_CHANGE), Filed(20, NO_CHANGE), Filed(20, "开展巡查。")]
    assert unchanged_periods(silent, scheduled=False) == 2

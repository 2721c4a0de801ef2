"""The light: its thresholds, its exceptions, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.shipped import CALENDAR
from workflows.light import COLOUR_LABELS, Colour, LightRules, Standing, expected_percent, light

RULES = LightRules(version=3)

LONG_START = date(2000, 1, 3)
LONG_END = CALENDAR.shift(LONG_START, 10_000)
"""A span of ten thousand working days, so that each is a hundredth of a percentage point."""

LONG = Standing(LONG_START, LONG_END, percent=0, closed=False, issued=True)

MARCH = Standing(date(2025, 3, 3), date(2025, 6, 30), percent=0, closed=False, issued=True)
"""From 3月3日 to 6月30日 2025 there are 81 working days; the 40th of them is 4月28日."""


@pytest.mark.parametrize(
    ("hundredths", "done", "colour"),
    [
        (999, 0, Colour.GREEN),
        (1000, 0, Colour.YELLOW),
        (3000, 0, Colour.YELLOW),
        (3001, 0, Colour.RED),
        (5999, 50, Colour.GREEN),
        (6000, 50, Colour.YELLOW),
        (8000, 50, Colour.YELLOW),
        (8001, 50, Colour.RED),
        (5000, 100, Colour.GREEN),
    ],
)
def test_the_light_turns_at_ten_and_beyond_thirty_points(hundredths: int, done: int, colour: Colour) -> None:
    today = CALENDAR.shift(LONG_START, hundredths)
    assert light(replace(LONG, percent=done), RULES, today, CALENDAR).colour is colour


def test_a_red_light_just_beyond_the_line_gives_figures_that_add_up() -> None:
    shown = light(LONG, RULES, CALENDAR.shift(LONG_START, 3001), CALENDAR)
    assert shown.word == "欠序时30%"
    assert shown.reason == "按工作日应完成30.01%，实际0%，落后30.01个百分点，超过30的红线。"
    assert shown.mend == "进度达到21%以上。确有困难请联系督查室。"


def test_a_yellow_light_says_how_far_behind_and_how_far_to_go() -> None:
    shown = light(replace(MARCH, percent=30), RULES, CALENDAR.shift(date(2025, 3, 3), 40), CALENDAR)
    assert shown.colour is Colour.YELLOW
    assert shown.word == "欠序时19%"
    assert shown.reason == "按工作日应完成49.38%，实际30%，落后19.38个百分点，达到10的黄线。"
    assert shown.mend == "进度达到40%以上。"
    assert shown.expected == 49


@pytest.mark.parametrize(
    ("today", "word", "reason"),
    [
        (date(2025, 6, 15), "临近时限", "距完成时限2025年6月30日（周一）还有15日（15日内预警），完成95%。"),
        (date(2025, 6, 30), "临近时限", "距完成时限2025年6月30日（周一）就在今天（15日内预警），完成95%。"),
    ],
)
def test_close_to_the_date_the_light_is_yellow_until_all_is_done(today: date, word: str, reason: str) -> None:
    shown = light(replace(MARCH, percent=95), RULES, today, CALENDAR)
    assert (shown.colour, shown.word, shown.reason) == (Colour.YELLOW, word, reason)
    assert shown.mend == "完成任务并申请办结，由督查室销号。"
    assert light(replace(MARCH, percent=100), RULES, today, CALENDAR).colour is Colour.GREEN


def test_sixteen_days_before_the_date_is_not_yet_close() -> None:
    assert light(replace(MARCH, percent=95), RULES, date(2025, 6, 14), CALENDAR).colour is Colour.GREEN


def test_behind_and_close_to_the_date_only_finishing_mends() -> None:
    red = light(replace(MARCH, percent=30), RULES, date(2025, 6, 20), CALENDAR)
    assert red.colour is Colour.RED
    assert red.mend == "完成任务并申请办结，由督查室销号。确有困难请联系督查室。"
    yellow = light(replace(MARCH, percent=75), RULES, date(2025, 6, 20), CALENDAR)
    assert (yellow.colour, yellow.word) == (Colour.YELLOW, "欠序时18%")
    assert yellow.mend == "完成任务并申请办结，由督查室销号。"


@pytest.mark.parametrize("starts_on", [None, date(2025, 6, 30), date(2025, 7, 15)])
def test_a_date_without_a_schedule_still_warns_when_it_comes_close(starts_on: date | None) -> None:
    standing = replace(MARCH, starts_on=starts_on)
    assert light(standing, RULES, date(2025, 6, 30), CALENDAR).word == "临近时限"
    assert light(standing, RULES, date(2025, 5, 30), CALENDAR).word == "正常"


@pytest.mark.parametrize(
    ("today", "word"),
    [
        (date(2025, 7, 1), "逾期1个工作日"),
        (date(2025, 7, 7), "逾期5个工作日"),
    ],
)
def test_past_its_date_a_task_is_red_however_much_is_done(today: date, word: str) -> None:
    shown = light(replace(MARCH, percent=100), RULES, today, CALENDAR)
    assert (shown.colour, shown.word) == (Colour.RED, word)
    assert shown.reason == "完成时限2025年6月30日（周一）已过，任务尚未销号，完成100%。"
    assert shown.mend == "完成任务并申请办结，由督查室销号。"


def test_on_the_rest_day_after_its_date_a_task_is_not_zero_days_late() -> None:
    friday = replace(MARCH, deadline_on=date(2025, 6, 27))
    assert light(friday, RULES, date(2025, 6, 28), CALENDAR).word == "刚过期限"


def test_a_closed_task_is_green_even_after_its_date() -> None:
    shown = light(replace(MARCH, closed=True), RULES, date(2026, 1, 5), CALENDAR)
    assert (shown.colour, shown.word, shown.mend) == (Colour.GREEN, "已销号", "")


def test_a_task_not_issued_has_no_light_even_after_its_date() -> None:
    shown = light(replace(MARCH, issued=False), RULES, date(2026, 1, 5), CALENDAR)
    assert (shown.colour, shown.word, shown.mend) == (Colour.GREY, "未下达", "下达后开始计算。")


def test_a_task_without_a_date_is_judged_by_what_was_filed() -> None:
    endless = replace(MARCH, deadline_on=None)
    healthy = light(endless, RULES, date(2025, 5, 6), CALENDAR)
    assert (healthy.colour, healthy.mend, healthy.expected) == (Colour.GREEN, "", None)
    assert healthy.reason == "任务没有可比的完成时限，按报送情况计灯：没有逾期事项。"
    late = light(replace(endless, overdue_duties=2), RULES, date(2025, 5, 6), CALENDAR)
    assert (late.colour, late.word, late.mend) == (Colour.YELLOW, "2件未报", "补齐逾期事项。")
    single = light(replace(endless, overdue_duties=1), RULES, date(2025, 5, 6), CALENDAR)
    assert (single.colour, single.word) == (Colour.YELLOW, "1件未报")
    assert late.reason == "任务没有可比的完成时限，按报送情况计灯：有2件事项逾期未办。"


def test_what_nobody_has_reported_counts_as_nothing_done() -> None:
    today = CALENDAR.shift(date(2025, 3, 3), 40)
    unheard, nothing = (light(replace(MARCH, percent=p), RULES, today, CALENDAR) for p in (None, 0))
    assert unheard == nothing
    assert unheard.colour is Colour.RED


def test_other_thresholds_give_another_light_under_their_own_version() -> None:
    today = CALENDAR.shift(date(2025, 3, 3), 40)
    standing = replace(MARCH, percent=30)
    patient = LightRules(version=4, yellow_points=20, red_points=40, near_days=5)
    assert light(standing, patient, today, CALENDAR).colour is Colour.GREEN
    assert light(standing, patient, today, CALENDAR).version == 4
    assert light(standing, RULES, today, CALENDAR).version == 3
    strict = replace(patient, yellow_points=5, red_points=15)
    assert "超过15的红线" in light(standing, strict, today, CALENDAR).reason


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
def test_the_schedule_counts_working_days_within_the_span(today: date, expected: float) -> None:
    assert expected_percent(MARCH, today, CALENDAR) == pytest.approx(expected)


def test_a_span_of_rest_days_only_expects_everything() -> None:
    holiday = replace(MARCH, starts_on=date(2025, 10, 1), deadline_on=date(2025, 10, 8))
    assert expected_percent(holiday, date(2025, 10, 2), CALENDAR) == 100


def test_rules_survive_the_database_and_leave_their_version_to_it() -> None:
    rules = LightRules(version=7, yellow_points=5, red_points=20.5, near_days=10)
    assert rules.as_json() == {"yellow_points": 5, "red_points": 20.5, "near_days": 10}
    assert LightRules(version=7, **rules.as_json()) == rules


def test_every_colour_has_its_own_name() -> None:
    assert set(COLOUR_LABELS) == set(Colour)
    assert len(set(COLOUR_LABELS.values())) == len(Colour)

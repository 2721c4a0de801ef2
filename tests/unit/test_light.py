"""The light: its thresholds, its exceptions, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.shipped import CALENDAR
from workflows.lifecycle import OnTime
from workflows.light import Colour, LightRules, Milestone, Rule, Standing, light

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
    assert shown.mend == "进度达到21%以上。确有困难请在到期前申请延期。"


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
    assert red.mend == "完成任务并申请办结，由督查室销号。确有困难请在到期前申请延期。"
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
    assert shown.is_done
    assert not light(replace(MARCH, percent=100), RULES, date(2025, 6, 2), CALENDAR).is_done


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


# ----------------------------------------------------------------------------------------------------- grey


@pytest.mark.parametrize(
    ("standing", "rule", "word", "reason", "mend"),
    [
        (replace(MARCH, withdrawn=True), Rule.WITHDRAWN, "已撤销", "任务已经撤销，不计灯。", ""),
        (
            replace(MARCH, suspended=True),
            Rule.SUSPENDED,
            "暂缓",
            "任务经批准暂缓，期间不计灯。",
            "恢复办理后重新计算。",
        ),
        (
            replace(MARCH, advocacy=True),
            Rule.ADVOCACY,
            "倡导型",
            "鼓励、支持、探索类任务只报做法，不计灯。",
            "",
        ),
    ],
)
def test_what_is_not_under_way_has_a_grey_light_even_after_its_date(
    standing: Standing, rule: Rule, word: str, reason: str, mend: str
) -> None:
    shown = light(standing, RULES, date(2026, 1, 5), CALENDAR)
    assert (shown.colour, shown.rule, shown.word) == (Colour.GREY, rule, word)
    assert (shown.reason, shown.mend) == (reason, mend)


def test_a_task_whose_period_has_not_begun_waits_in_grey_until_its_first_day() -> None:
    before = light(MARCH, RULES, date(2025, 3, 2), CALENDAR)
    assert (before.colour, before.word) == (Colour.GREY, "未启动")
    assert before.reason == "任务自2025年3月3日（周一）起实施，尚未启动，不计灯。"
    assert before.mend == "启动后开始计算。"
    assert light(MARCH, RULES, date(2025, 3, 3), CALENDAR).colour is Colour.GREEN
    endless = replace(MARCH, deadline_on=None)
    assert light(endless, RULES, date(2025, 3, 2), CALENDAR).rule is Rule.NOT_STARTED


# ------------------------------------------------------------------------------------- what the units themselves say


def test_a_lead_that_says_it_cannot_be_in_time_turns_the_light_red() -> None:
    task = replace(MARCH, percent=50, on_time=OnTime.UNABLE)
    shown = light(task, RULES, date(2025, 4, 28), CALENDAR)
    assert (shown.colour, shown.word, shown.rule) == (Colour.RED, "不能按期", Rule.UNABLE)
    assert shown.reason == "牵头单位在最近一期月报中填报“不能按期”，完成50%。"
    assert shown.mend == "在下一期月报中改报能够按期。确有困难请在到期前申请延期。"
    assert light(replace(task, percent=100), RULES, date(2025, 4, 28), CALENDAR).colour is Colour.GREEN


@pytest.mark.parametrize("answer", [None, OnTime.ABLE, OnTime.RISKY])
def test_a_risk_that_is_owned_up_to_costs_nothing(answer: OnTime | None) -> None:
    task = replace(MARCH, percent=50, on_time=answer)
    assert light(task, RULES, date(2025, 4, 28), CALENDAR).colour is Colour.GREEN


def test_two_reports_in_a_row_without_change_turn_the_light_yellow() -> None:
    today = date(2025, 4, 28)
    task = replace(MARCH, percent=50, unchanged_periods=2)
    shown = light(task, RULES, today, CALENDAR)
    assert (shown.colour, shown.word, shown.rule) == (Colour.YELLOW, "2期无变化", Rule.UNCHANGED)
    assert shown.reason == "最近连续2期月报没有变化，进度停在50%，也没有注明按计划等待。"
    assert shown.mend == "报送新的进展，或在月报中注明按计划等待。"
    assert light(replace(task, unchanged_periods=1), RULES, today, CALENDAR).colour is Colour.GREEN
    assert light(replace(task, percent=100), RULES, today, CALENDAR).colour is Colour.GREEN
    assert light(task, replace(RULES, unchanged_periods=3), today, CALENDAR).colour is Colour.GREEN


# ------------------------------------------------------------------------------------------------------- blue


@pytest.mark.parametrize(
    ("today", "colour", "left"),
    [
        (date(2025, 4, 21), Colour.GREEN, ""),
        (date(2025, 4, 22), Colour.BLUE, "还有3个工作日"),
        (date(2025, 4, 25), Colour.BLUE, "今日到期"),
        (date(2025, 4, 26), Colour.GREEN, ""),
    ],
)
def test_three_working_days_before_reports_close_a_healthy_task_reminds(
    today: date, colour: Colour, left: str
) -> None:
    task = replace(MARCH, percent=50, reports_due_on=date(2025, 4, 25))
    shown = light(task, RULES, today, CALENDAR)
    assert shown.colour is colour
    if left:
        assert (shown.word, shown.rule) == ("月报待报", Rule.REPORT_DUE)
        assert shown.reason == f"月报2025年4月25日（周五）截止（{left}），尚未报齐。"
        assert shown.mend == "按时报齐月报。"


@pytest.mark.parametrize(
    ("today", "percent", "colour"),
    [
        (date(2025, 4, 25), 45, Colour.BLUE),  # the 27th, a Sunday, is worked: four working days are left
        (date(2025, 4, 30), 45, Colour.BLUE),
        (date(2025, 4, 30), 50, Colour.GREEN),
        (date(2025, 4, 24), 45, Colour.GREEN),
        (date(2025, 5, 1), 45, Colour.GREEN),
    ],
)
def test_near_a_milestone_that_is_not_reached_a_healthy_task_reminds(
    today: date, percent: int, colour: Colour
) -> None:
    task = replace(MARCH, percent=percent, milestones=(Milestone(date(2025, 4, 30)),))
    rules = replace(RULES, blue_workdays=4)
    shown = light(task, rules, today, CALENDAR)
    assert shown.colour is colour
    if colour is Colour.BLUE:
        assert (shown.word, shown.rule) == ("临近节点", Rule.MILESTONE_DUE)
        assert "该节点应完成50%，实际45%。" in shown.reason
        assert shown.mend == "进度达到50%以上。"


def test_a_milestone_of_a_third_asks_for_the_next_whole_percent() -> None:
    thirds = (Milestone(date(2025, 3, 31)), Milestone(date(2025, 4, 30)))
    shown = light(replace(MARCH, percent=33, milestones=thirds), RULES, date(2025, 3, 31), CALENDAR)
    assert (shown.rule, shown.mend) == (Rule.MILESTONE_DUE, "进度达到34%以上。")


def test_the_deadline_itself_is_no_milestone() -> None:
    rules = replace(RULES, near_days=0)
    shown = light(replace(MARCH, percent=95), rules, date(2025, 6, 27), CALENDAR)
    assert shown.rule is Rule.HEALTHY


@pytest.mark.parametrize("today", [date(2025, 6, 24), date(2025, 7, 1)])
def test_who_has_to_finish_is_asked_for_nothing_else(today: date) -> None:
    task = replace(MARCH, percent=95, reports_due_on=date(2025, 7, 1), unchanged_periods=2)
    assert light(task, RULES, today, CALENDAR).mend == "完成任务并申请办结，由督查室销号。"


def test_an_overdue_task_is_not_told_to_ask_for_more_time_before_its_date() -> None:
    assert "申请延期" not in light(replace(MARCH, percent=20), RULES, date(2025, 7, 1), CALENDAR).mend


def test_what_is_wrong_goes_before_what_is_near_but_everything_is_asked_for() -> None:
    task = replace(
        MARCH,
        percent=20,
        reports_due_on=date(2025, 4, 25),
        unchanged_periods=2,
        milestones=(Milestone(date(2025, 4, 25), 45),),
    )
    shown = light(task, RULES, date(2025, 4, 24), CALENDAR)
    assert (shown.colour, shown.rule) == (Colour.YELLOW, Rule.BEHIND)
    assert shown.mend == ("进度达到45%以上；并报送新的进展，或在月报中注明按计划等待；并按时报齐月报。")


# ------------------------------------------------------------------------------------------- stopped clocks, sources


@pytest.mark.parametrize(
    ("task", "today", "colour"),
    [
        (replace(MARCH, percent=50), date(2025, 7, 1), Colour.RED),
        (replace(MARCH, percent=50), date(2025, 4, 28), Colour.GREEN),
    ],
)
def test_while_the_clock_stands_the_light_keeps_its_colour_and_says_why_nobody_is_chased(
    task: Standing, today: date, colour: Colour
) -> None:
    running, stopped = (
        light(replace(task, held_reason=held), RULES, today, CALENDAR) for held in ("", "延期申请审批中")
    )
    assert running.colour is stopped.colour is colour
    assert stopped.mend == running.mend
    assert stopped.reason == running.reason + "延期申请审批中：期间不催办、不升级，灯色仍按现行时限计算。"


@pytest.mark.parametrize(
    "over", [replace(MARCH, closed=True), replace(MARCH, withdrawn=True), replace(MARCH, suspended=True)]
)
def test_what_is_over_or_suspended_says_nothing_of_a_stopped_clock(over: Standing) -> None:
    shown = light(replace(over, held_reason="异议裁定中"), RULES, date(2025, 4, 28), CALENDAR)
    assert "异议" not in shown.reason


def test_every_light_names_its_rule_and_version_and_gives_a_full_account() -> None:
    shown = light(replace(MARCH, percent=100), RULES, date(2025, 7, 1), CALENDAR)
    assert shown.source == "规则：逾期，亮灯规则第3版"
    assert shown.account == f"{shown.reason}（{shown.source}）怎样变绿：{shown.mend}"
    green = light(replace(MARCH, percent=100), RULES, date(2025, 6, 2), CALENDAR)
    assert green.account == f"{green.reason}（规则：正常，亮灯规则第3版）"

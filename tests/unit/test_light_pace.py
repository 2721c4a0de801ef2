"""五分法: every class, its boundary, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.shipped import CALENDAR
from workflows.light import LightRules, Pace, Standing, pace

RULES = LightRules(version=5)
START = date(2000, 1, 3)
LONG = Standing(START, CALENDAR.shift(START, 10_000), percent=0, closed=False, issued=True)
"""Ten thousand working days, so that each is a hundredth of a percentage point."""


@pytest.mark.parametrize(
    ("hundredths", "done", "expected"),
    [
        (5000, 50, Pace.ON),
        (5999, 50, Pace.ON),
        (6000, 50, Pace.BEHIND),
        (4001, 50, Pace.ON),
        (4000, 50, Pace.AHEAD),
        (0, 0, Pace.ON),
        (9500, 100, Pace.ON),
        (10_000, 100, Pace.ON),
    ],
)
def test_a_task_is_behind_or_ahead_from_ten_points_on(hundredths: int, done: int, expected: Pace) -> None:
    assert (
        pace(replace(LONG, percent=done), RULES, CALENDAR.shift(START, hundredths), CALENDAR).pace is expected
    )


def test_every_class_says_why_with_its_figures_and_the_version() -> None:
    today = CALENDAR.shift(START, 5000)
    behind, on, ahead = (pace(replace(LONG, percent=p), RULES, today, CALENDAR) for p in (15, 50, 75))
    assert (behind.label, behind.reason) == ("欠序时", "应完成50%，实际15%，落后35个百分点。")
    assert (on.label, on.reason) == ("达序时", "应完成50%，实际50%，相差不到10个百分点。")
    assert (ahead.label, ahead.reason) == ("超序时", "应完成50%，实际75%，超前25个百分点。")
    assert {behind.version, on.version, ahead.version} == {5}


def test_the_line_of_being_ahead_is_its_own() -> None:
    today = CALENDAR.shift(START, 5000)
    task = replace(LONG, percent=65)
    assert pace(task, replace(RULES, ahead_points=15), today, CALENDAR).pace is Pace.AHEAD
    assert pace(task, replace(RULES, ahead_points=15.5), today, CALENDAR).pace is Pace.ON


def test_an_overdue_task_is_behind_even_with_all_done_until_it_is_closed() -> None:
    dated = replace(LONG, starts_on=date(2025, 3, 3), deadline_on=date(2025, 6, 30), percent=100)
    late = pace(dated, RULES, date(2025, 7, 1), CALENDAR)
    assert (late.pace, late.reason) == (Pace.BEHIND, "完成时限2025年6月30日（周一）已过，任务尚未销号。")
    assert pace(dated, RULES, date(2025, 6, 30), CALENDAR).pace is Pace.ON
    closed = pace(replace(dated, closed=True), RULES, date(2025, 7, 1), CALENDAR)
    assert (closed.pace, closed.label) == (Pace.DONE, "已完成")


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (replace(LONG, withdrawn=True), "任务已经撤销。"),
        (replace(LONG, issued=False), "任务尚未下达。"),
        (replace(LONG, suspended=True), "任务经批准暂缓。"),
        (replace(LONG, advocacy=True), "鼓励、支持、探索类任务只报做法，不比序时。"),
        (replace(LONG, deadline_on=None), "任务没有可比的完成时限。"),
        (replace(LONG, starts_on=None), "任务没有可比的完成时限。"),
        (replace(LONG, starts_on=date(2025, 7, 1)), "任务自2025年7月1日（周二）起实施，尚未启动。"),
    ],
)
def test_what_cannot_be_held_against_a_schedule_is_other(standing: Standing, reason: str) -> None:
    shown = pace(standing, RULES, date(2025, 6, 2), CALENDAR)
    assert (shown.pace, shown.label, shown.reason) == (Pace.OTHER, "其他", reason)

"""A rung that repeats: every so many working days, so often at most, never beside the rung above it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.shipped import CALENDAR
from tests.unit.climbing import OCTOBER, Chase, chase_of
from workflows.calendar import instant
from workflows.escalation import Audience, Ladder, LetterKind, Rung, decide

URGE = Rung(1, LetterKind.URGE, (Audience.LIAISON,), every=2, times=3)
"""Due on Monday the 27th: on Tuesday the 28th, and again on the 30th, 11月3日 and 11月5日."""


def escalation(offset: int, *, receipt: bool = False) -> Rung:
    return Rung(offset, LetterKind.ESCALATE, (Audience.HEAD,), receipt=receipt)


def test_a_letter_is_repeated_in_working_days_up_to_its_cap_and_then_the_next_rung_has_its_turn() -> None:
    chase = Chase(OCTOBER, Ladder((URGE, escalation(15))))
    assert chase.spoken(date(2026, 12, 31)) == [
        (date(2025, 10, 28), 0, 0),
        (date(2025, 10, 30), 0, 1),
        (date(2025, 11, 3), 0, 2),
        (date(2025, 11, 5), 0, 3),
        (date(2025, 11, 17), 1, 0),
    ]
    assert chase.waits is None


def test_at_the_top_the_last_letter_is_repeated_and_then_there_is_no_next_moment() -> None:
    chase = Chase(OCTOBER, Ladder((Rung(1, LetterKind.URGE, (Audience.LIAISON,), every=5, times=2),)))
    assert chase.spoken(date(2026, 12, 31)) == [
        (date(2025, 10, 28), 0, 0),
        (date(2025, 11, 4), 0, 1),
        (date(2025, 11, 11), 0, 2),
    ]
    assert (chase.waits, chase.climb.rung, chase.climb.loop) == (None, 1, 2)


@pytest.mark.parametrize(
    ("offset", "days"),
    [
        (2, [28]),
        (3, [28]),  # on the day of the first repeat: the next rung speaks instead
        (4, [28, 30]),
        (5, [28, 30]),
    ],
)
def test_no_repeat_comes_at_or_after_the_next_rungs_moment(offset: int, days: list[int]) -> None:
    chase = Chase(OCTOBER, Ladder((URGE, escalation(offset))))
    said = chase.spoken(date(2026, 12, 31))
    assert [day.day for day, index, _ in said if index == 0] == days
    assert said[-1] == (CALENDAR.shift(OCTOBER.due_on, offset), 1, 0)


def test_several_overdue_repeats_are_said_once_and_none_of_them_later() -> None:
    back = instant(date(2025, 11, 4), 10)
    step = decide(replace(OCTOBER, rung=1), Ladder((URGE, escalation(15))), CALENDAR, back)
    assert (step.act, step.index, step.loop, step.rung) == (URGE, 0, 2, 1)
    assert step.skipped == ()
    assert step.next_action_at == instant(date(2025, 11, 5), 9)


def test_after_the_last_repeat_an_outage_brings_no_more() -> None:
    spent = replace(OCTOBER, rung=1, loop=3)
    step = decide(spent, Ladder((URGE, escalation(15))), CALENDAR, instant(date(2025, 11, 14), 9))
    assert (step.act, step.rung, step.loop) == (None, 1, 3)
    assert step.next_action_at == instant(date(2025, 11, 17), 9)


def test_between_two_repeats_nothing_is_said_and_none_is_forgotten() -> None:
    once = replace(OCTOBER, rung=1, loop=1)
    step = decide(once, Ladder((URGE, escalation(15))), CALENDAR, instant(date(2025, 10, 31), 9))
    assert (step.act, step.rung, step.loop) == (None, 1, 1)
    assert step.next_action_at == instant(date(2025, 11, 3), 9)


def test_an_outage_over_the_next_rungs_moment_ends_the_repeats() -> None:
    step = decide(
        replace(OCTOBER, rung=1), Ladder((URGE, escalation(4))), CALENDAR, instant(date(2025, 11, 3), 9)
    )
    assert (step.index, step.loop, step.rung, step.next_action_at) == (1, 0, 2, None)


def test_after_a_letter_that_came_late_its_repeat_leaves_the_promised_working_days_too() -> None:
    step = decide(OCTOBER, Ladder((URGE, escalation(15))), CALENDAR, instant(date(2025, 10, 31), 14))
    assert (step.index, step.loop) == (0, 0)
    assert step.next_action_at == instant(date(2025, 11, 4), 9)


def test_while_the_next_rung_waits_for_receipt_nothing_is_repeated() -> None:
    daily = replace(URGE, every=1, times=10)
    chase = Chase(OCTOBER, Ladder((daily, escalation(3, receipt=True))))
    said = chase.spoken(date(2026, 12, 31), answering=False)
    assert said == [(date(2025, 10, 28), 0, 0), (date(2025, 10, 29), 0, 1)]
    assert chase.asked == [date(2025, 10, 30), date(2025, 11, 3), date(2025, 11, 5)]


def test_repeats_count_in_working_days_over_a_long_holiday() -> None:
    daily = replace(URGE, every=1, times=2)
    chase = chase_of(date(2025, 9, 22), date(2025, 9, 29), Ladder((daily,)))
    assert [day for day, _, _ in chase.spoken(date(2025, 12, 31))] == [
        date(2025, 9, 30),
        date(2025, 10, 9),
        date(2025, 10, 10),
    ]


def test_an_opening_is_repeated_until_the_next_rung_comes() -> None:
    opening = Rung(None, LetterKind.OPENED, (Audience.LIAISON,), every=1, times=9)
    chase = Chase(OCTOBER, Ladder((opening, Rung(-1, LetterKind.ADVANCE, (Audience.LIAISON,)))))
    assert [(day.day, index) for day, index, _ in chase.spoken(date(2025, 12, 31))] == [
        (20, 0),
        (21, 0),
        (22, 0),
        (23, 0),
        (24, 1),
    ]


def test_what_was_passed_over_before_the_arming_is_not_repeated_either() -> None:
    late = replace(OCTOBER, armed_at=instant(date(2025, 11, 10), 9))
    ladder = Ladder((Rung(-1, LetterKind.ADVANCE, (Audience.LIAISON,), every=1, times=3),))
    step = decide(late, ladder, CALENDAR, late.armed_at)
    assert (step.act, step.rung, step.next_action_at) == (None, 1, None)
    assert step.loop == 3, "at the top with repeats to come the auditor would take the duty for lost"
    again = decide(replace(late, rung=1), ladder, CALENDAR, late.armed_at)
    assert (again.act, again.next_action_at, again.loop) == (None, None, 3)

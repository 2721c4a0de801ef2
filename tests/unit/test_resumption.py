"""A climb that was stopped and runs again, and a duty that is moved to another ladder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.shipped import CALENDAR
from tests.unit.climbing import OCTOBER, Chase
from workflows.cadence import DutyKind
from workflows.calendar import instant
from workflows.escalation import (
    DEFAULT_LADDERS,
    Audience,
    Climb,
    Ladder,
    LetterKind,
    Rung,
    moved,
    resumed_moment,
)

MONTHLY = DEFAULT_LADDERS[DutyKind.MONTHLY_REPORT]

URGED_AGAIN = Ladder(
    (
        Rung(1, LetterKind.URGE, (Audience.LIAISON,), every=2, times=3),
        Rung(7, LetterKind.ESCALATE, (Audience.HEAD,)),
    )
)
"""Due on Monday 10月27日: 28, 30, 11月3日, then 11月5日 the next rung, which the third repeat would fall on."""


@pytest.mark.parametrize(
    ("now", "next_at"),
    [
        (instant(date(2025, 10, 24), 10), instant(date(2025, 10, 27), 9)),  # still ahead: its own moment
        (instant(date(2025, 10, 27), 8), instant(date(2025, 10, 27), 9)),
        (instant(date(2025, 10, 27), 9), instant(date(2025, 10, 29), 9)),  # come: two working days from now
        (instant(date(2025, 10, 28), 10), instant(date(2025, 10, 30), 9)),
        (instant(date(2025, 11, 1), 12), instant(date(2025, 11, 5), 9)),  # a Saturday counts as the Monday
        (instant(date(2025, 10, 31), 21), instant(date(2025, 11, 5), 9)),  # and so does a Friday night
    ],
)
def test_what_came_while_the_clock_stood_is_made_up_for_after_two_working_days(
    now: datetime, next_at: datetime
) -> None:
    assert resumed_moment(replace(OCTOBER, rung=2), MONTHLY, CALENDAR, now) == next_at


def test_the_wait_after_a_stop_is_the_ladders_own() -> None:
    patient = replace(MONTHLY, late_spacing=4)
    resumed = resumed_moment(replace(OCTOBER, rung=2), patient, CALENDAR, instant(date(2025, 10, 28), 10))
    assert resumed == instant(date(2025, 11, 3), 9)


def test_a_stopped_climb_goes_on_with_the_highest_rung_that_came_meanwhile() -> None:
    chase = Chase(replace(OCTOBER, rung=1, received=True), MONTHLY)
    chase.stop()
    chase.turn(instant(date(2025, 10, 28), 9))
    assert chase.answers == []
    chase.resume(instant(date(2025, 10, 28), 10))
    chase.turn(instant(date(2025, 10, 29), 9))
    assert chase.answers == []
    chase.turn(instant(date(2025, 10, 30), 9))
    assert [answer.step.index for answer in chase.acts] == [4]


@pytest.mark.parametrize("rung", [0, 8])
def test_with_nothing_above_it_a_resumed_duty_is_not_looked_at(rung: int) -> None:
    ladder = MONTHLY if rung else Ladder(())
    assert (
        resumed_moment(replace(OCTOBER, rung=rung), ladder, CALENDAR, instant(date(2025, 12, 9), 9)) is None
    )


@pytest.mark.parametrize(
    ("loop", "now", "next_at"),
    [
        (0, instant(date(2025, 10, 29), 10), instant(date(2025, 10, 30), 9)),  # the repeat ahead
        (1, instant(date(2025, 10, 29), 10), instant(date(2025, 11, 3), 9)),
        (0, instant(date(2025, 10, 30), 10), instant(date(2025, 11, 3), 9)),  # missed: two working days
        (2, instant(date(2025, 11, 3), 10), instant(date(2025, 11, 5), 9)),  # the next rung comes first
        (0, instant(date(2025, 11, 4), 10), instant(date(2025, 11, 5), 9)),  # missed, but not at its cost
        (0, instant(date(2025, 11, 6), 10), instant(date(2025, 11, 10), 9)),
    ],
)
def test_repeats_go_on_after_a_stop_and_never_hold_up_the_next_rung(
    loop: int, now: datetime, next_at: datetime
) -> None:
    climb = replace(OCTOBER, rung=1, loop=loop)
    assert resumed_moment(climb, URGED_AGAIN, CALENDAR, now) == next_at


def test_a_repeat_that_would_come_after_the_next_rung_does_not_hasten_it() -> None:
    """The next rung came on 11月3日; the second repeat, 11月5日, is no moment to make up for it."""
    urge = replace(URGED_AGAIN.rungs[0], every=3)
    ladder = Ladder((urge, replace(URGED_AGAIN.rungs[1], offset=5)))
    resumed = resumed_moment(
        replace(OCTOBER, rung=1, loop=1), ladder, CALENDAR, instant(date(2025, 11, 4), 10)
    )
    assert resumed == instant(date(2025, 11, 6), 9)


def test_at_the_top_the_repeats_go_on_after_a_stop_up_to_the_cap() -> None:
    top = Ladder(URGED_AGAIN.rungs[:1])
    resumed = resumed_moment(replace(OCTOBER, rung=1, loop=2), top, CALENDAR, instant(date(2025, 11, 3), 10))
    assert resumed == instant(date(2025, 11, 5), 9)
    assert (
        resumed_moment(replace(OCTOBER, rung=1, loop=3), top, CALENDAR, instant(date(2025, 11, 3), 10))
        is None
    )


@pytest.mark.parametrize(
    ("now", "place", "next_at"),
    [
        (instant(date(2025, 10, 20), 8), 0, instant(date(2025, 10, 20), 9)),
        (instant(date(2025, 10, 20), 9), 1, instant(date(2025, 10, 24), 9)),
        (instant(date(2025, 10, 29), 10), 4, instant(date(2025, 10, 30), 9)),
        (instant(date(2025, 12, 8), 8), 7, instant(date(2025, 12, 8), 9)),
        (instant(date(2025, 12, 8), 9), 8, None),
    ],
)
def test_moved_to_another_ladder_a_duty_stands_above_every_rung_whose_moment_has_come(
    now: datetime, place: int, next_at: datetime | None
) -> None:
    assert moved(OCTOBER, MONTHLY, CALENDAR, now) == (place, next_at)


def test_moved_before_it_opens_a_duty_keeps_its_opening_though_dated_rungs_lie_behind() -> None:
    returned = Climb(date(2025, 9, 1), date(2025, 9, 25), instant(date(2025, 10, 26), 10))
    before_nine = instant(date(2025, 10, 27), 8)
    assert moved(returned, MONTHLY, CALENDAR, before_nine) == (0, instant(date(2025, 10, 27), 9))


def test_moved_to_a_ladder_without_rungs_a_duty_waits_for_nothing() -> None:
    assert moved(OCTOBER, Ladder(()), CALENDAR, instant(date(2025, 10, 29), 10)) == (0, None)

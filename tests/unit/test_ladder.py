"""Known climbs day by day: when each rung acts, what an outage overtakes, what was never owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.shipped import CALENDAR
from tests.unit.climbing import OCTOBER, Chase, chase_of
from workflows.cadence import DutyKind
from workflows.calendar import SHANGHAI, instant
from workflows.escalation import DEFAULT_LADDERS, Climb, Ladder, decide, first_moment, moment

MONTHLY = DEFAULT_LADDERS[DutyKind.MONTHLY_REPORT]


def days_and_rungs(chase: Chase, until: date) -> list[tuple[date, int]]:
    return [(day, index) for day, index, _ in chase.spoken(until)]


def test_a_report_never_filed_but_always_heard_of_climbs_to_the_talk() -> None:
    assert days_and_rungs(Chase(OCTOBER, MONTHLY), date(2026, 12, 31)) == [
        (date(2025, 10, 20), 0),  # opened
        (date(2025, 10, 24), 1),  # the working day before
        (date(2025, 10, 27), 2),  # due
        (date(2025, 10, 28), 3),  # one working day late
        (date(2025, 10, 30), 4),  # three
        (date(2025, 11, 5), 5),  # seven
        (date(2025, 11, 17), 6),  # fifteen
        (date(2025, 12, 8), 7),  # thirty
    ]


def test_a_completion_due_on_a_rest_day_warns_on_the_working_day_before() -> None:
    chase = chase_of(
        date(2025, 8, 1),
        date(2025, 10, 5),
        DEFAULT_LADDERS[DutyKind.COMPLETION],
        instant(date(2025, 8, 1), 10),
    )
    assert days_and_rungs(chase, date(2025, 10, 31)) == [
        (date(2025, 9, 10), 0),
        (date(2025, 9, 22), 1),  # the make-up Sunday, 9月28日, counts
        (date(2025, 9, 26), 2),
        (date(2025, 9, 29), 3),
        (date(2025, 9, 30), 4),  # the last working day before the date
        (date(2025, 10, 9), 5),  # the first working day after the date
        (date(2025, 10, 11), 6),
        (date(2025, 10, 16), 7),
        (date(2025, 10, 28), 8),
    ]


def test_before_its_first_moment_nothing_acts() -> None:
    before = instant(date(2025, 10, 19), 23)
    step = decide(OCTOBER, MONTHLY, CALENDAR, before)
    assert (step.act, step.rung, step.loop, step.unheard) == (None, 0, 0, False)
    assert step.next_action_at == first_moment(OCTOBER, MONTHLY, CALENDAR) == instant(date(2025, 10, 20), 9)


def test_after_an_outage_only_the_highest_rung_acts_and_the_others_are_recorded() -> None:
    back = instant(date(2025, 10, 28), 14)
    step = decide(OCTOBER, MONTHLY, CALENDAR, back)
    assert step.index == 3
    assert step.act == MONTHLY.rungs[3]
    assert step.skipped == MONTHLY.rungs[:3]
    assert (step.rung, step.loop) == (4, 0)


@pytest.mark.parametrize(
    ("back", "following"),
    [
        (instant(date(2025, 10, 30), 14), date(2025, 11, 5)),  # on the very day: the ladder's own pace
        (instant(date(2025, 10, 31), 14), date(2025, 11, 5)),  # a day late: two working days hold anyway
        (instant(date(2025, 11, 4), 14), date(2025, 11, 6)),  # three days late: two more from now
    ],
)
def test_the_rung_after_a_late_one_leaves_two_working_days(back: datetime, following: date) -> None:
    step = decide(replace(OCTOBER, rung=4, received=True), MONTHLY, CALENDAR, back)
    assert step.index == 4
    assert step.next_action_at == instant(following, 9)


def test_the_spacing_after_a_late_rung_is_the_ladders_own() -> None:
    patient = replace(MONTHLY, late_spacing=5)
    step = decide(replace(OCTOBER, rung=4, received=True), patient, CALENDAR, instant(date(2025, 11, 4), 14))
    assert step.next_action_at == instant(date(2025, 11, 11), 9)


@pytest.mark.parametrize("back", [instant(date(2025, 10, 24), 21), instant(date(2025, 10, 26), 12)])
def test_a_letter_found_after_hours_is_as_late_as_the_day_it_leaves(back: datetime) -> None:
    """Friday's warning leaves on Monday the 27th, the due date; nobody's superior hears before Wednesday."""
    step = decide(replace(OCTOBER, rung=1), MONTHLY, CALENDAR, back)
    assert step.index == 1
    assert step.next_action_at == instant(date(2025, 10, 29), 9)


def test_at_the_top_there_is_no_next_moment() -> None:
    at_the_last = replace(OCTOBER, rung=7, received=True)
    step = decide(at_the_last, MONTHLY, CALENDAR, instant(date(2025, 12, 8), 9))
    assert (step.index, step.rung, step.next_action_at) == (7, 8, None)
    again = decide(replace(OCTOBER, rung=step.rung), MONTHLY, CALENDAR, instant(date(2026, 1, 1), 9))
    assert (again.act, again.rung, again.next_action_at, again.skipped) == (None, 8, None, ())


def test_rungs_before_the_arming_are_passed_over_in_silence() -> None:
    issued_late = Climb(date(2025, 10, 22), date(2025, 10, 27), instant(date(2025, 10, 22), 10))
    ladder = DEFAULT_LADDERS[DutyKind.COMPLETION]
    step = decide(issued_late, ladder, CALENDAR, issued_late.armed_at)
    assert (step.act, step.skipped, step.rung) == (None, (), 3)
    assert step.next_action_at == instant(date(2025, 10, 24), 9)


def test_overdue_rungs_count_from_the_arming_when_the_date_has_long_passed() -> None:
    returned = chase_of(date(2025, 9, 1), date(2025, 9, 25), MONTHLY, instant(date(2025, 10, 27), 10))
    assert days_and_rungs(returned, date(2025, 11, 30)) == [
        (date(2025, 10, 27), 0),  # opened again on the spot
        (date(2025, 10, 28), 3),
        (date(2025, 10, 30), 4),
        (date(2025, 11, 5), 5),
        (date(2025, 11, 17), 6),
    ]


def test_a_task_issued_on_a_rest_day_is_announced_and_due_together_without_an_outage() -> None:
    saturday = instant(date(2025, 10, 25), 12)
    climb = Climb(date(2025, 10, 25), date(2025, 10, 27), saturday)
    ladder = DEFAULT_LADDERS[DutyKind.SIGN]
    step = decide(climb, ladder, CALENDAR, instant(date(2025, 10, 27), 9))
    assert step.index == 1
    assert step.skipped == ()
    assert step.next_action_at == instant(date(2025, 10, 28), 9)


@pytest.mark.parametrize(
    ("armed_at", "opens_on", "opened_at"),
    [
        (instant(date(2025, 10, 9), 10, 30), date(2025, 10, 9), instant(date(2025, 10, 9), 10, 30)),
        (instant(date(2025, 10, 9), 10, 30), date(2025, 10, 20), instant(date(2025, 10, 20), 9)),
        (instant(date(2025, 10, 9), 10, 30), date(2025, 10, 1), instant(date(2025, 10, 9), 10, 30)),
        (instant(date(2025, 10, 2), 10, 30), date(2025, 10, 1), instant(date(2025, 10, 9), 9)),
    ],
)
def test_the_opening_letter_leaves_when_opened_and_armed_and_in_office(
    armed_at: datetime, opens_on: date, opened_at: datetime
) -> None:
    climb = Climb(opens_on, date(2025, 10, 31), armed_at)
    assert moment(climb, MONTHLY.rungs[0], MONTHLY, CALENDAR) == opened_at


def test_an_empty_ladder_asks_for_nothing() -> None:
    assert first_moment(OCTOBER, Ladder(()), CALENDAR) is None
    step = decide(OCTOBER, Ladder(()), CALENDAR, instant(date(2026, 1, 5), 9))
    assert (step.act, step.rung, step.loop, step.next_action_at) == (None, 0, 0, None)


def test_the_moment_itself_acts_and_a_second_before_does_not() -> None:
    at = datetime(2025, 10, 27, 9, tzinfo=SHANGHAI).astimezone(UTC)
    waiting = replace(OCTOBER, rung=2)
    assert decide(waiting, MONTHLY, CALENDAR, at).index == 2
    assert decide(waiting, MONTHLY, CALENDAR, at - timedelta(seconds=1)).act is None

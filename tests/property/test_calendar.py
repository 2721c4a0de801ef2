"""Laws of the working calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.property.strategies import days, instants, more_holidays
from tests.shipped import CALENDAR
from workflows.calendar import SHANGHAI, WorkCalendar, instant, local_date, office_moment

counts = st.integers(-300, 300)


def count_by_hand(start: date, end: date) -> int:
    """The slow oracle: one day at a time."""
    return sum(CALENDAR.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@given(days, st.integers(0, 400))
def test_between_counts_what_a_finger_on_the_calendar_counts(start: date, span: int) -> None:
    end = start + timedelta(days=span)
    assert CALENDAR.between(start, end) == count_by_hand(start, end)
    assert CALENDAR.between(end, start) == -count_by_hand(start, end)


@given(days, days, days)
def test_between_adds_up(a: date, b: date, c: date) -> None:
    assert CALENDAR.between(a, b) + CALENDAR.between(b, c) == CALENDAR.between(a, c)


@given(days, counts)
def test_shift_arrives_on_a_working_day_that_many_away(day: date, workdays: int) -> None:
    arrived = CALENDAR.shift(day, workdays)
    if workdays == 0:
        assert arrived == day
        return
    assert CALENDAR.is_workday(arrived)
    if workdays > 0:
        assert CALENDAR.between(day, arrived) == workdays
    else:
        # counted from the eve, so that a start on a rest day counts the same
        eve = day - timedelta(days=1)
        assert CALENDAR.between(arrived - timedelta(days=1), eve) == -workdays


@given(days, counts)
def test_going_and_coming_back_returns_to_a_working_day(day: date, workdays: int) -> None:
    start = CALENDAR.on_or_after(day)
    assert CALENDAR.shift(CALENDAR.shift(start, workdays), -workdays) == start


@given(days, st.integers(1, 150), st.integers(1, 150))
def test_two_steps_are_one_long_step(day: date, first: int, second: int) -> None:
    assert CALENDAR.shift(CALENDAR.shift(day, first), second) == CALENDAR.shift(day, first + second)
    assert CALENDAR.shift(CALENDAR.shift(day, -first), -second) == CALENDAR.shift(day, -first - second)


@given(days, days, counts.filter(bool))
def test_shift_keeps_the_order_of_days(a: date, b: date, workdays: int) -> None:
    earlier, later = sorted((a, b))
    assert CALENDAR.shift(earlier, workdays) <= CALENDAR.shift(later, workdays)


@given(days)
def test_rolling_gives_the_nearest_working_day_on_that_side(day: date) -> None:
    after, before = CALENDAR.on_or_after(day), CALENDAR.on_or_before(day)
    assert before <= day <= after
    assert CALENDAR.is_workday(before)
    assert CALENDAR.is_workday(after)
    assert (before == day) is (after == day) is CALENDAR.is_workday(day)
    if before != day:
        assert CALENDAR.between(before, after) == 1


@given(more_holidays(), days, st.integers(0, 60))
def test_more_holidays_never_make_a_limit_come_sooner(fewer: WorkCalendar, day: date, workdays: int) -> None:
    assert fewer.shift(day, workdays) >= CALENDAR.shift(day, workdays)
    assert fewer.on_or_after(day) >= CALENDAR.on_or_after(day)
    later = day + timedelta(days=workdays)
    assert fewer.between(day, later) <= CALENDAR.between(day, later)


@given(more_holidays(), instants, st.integers(8, 19))
def test_a_letter_leaves_in_office_hours_of_a_working_day_and_never_in_the_past(
    calendar: WorkCalendar, now: datetime, hour: int
) -> None:
    leaves = office_moment(now, calendar, hour)
    local = leaves.astimezone(SHANGHAI)
    assert leaves >= now
    assert calendar.is_workday(local.date())
    assert 8 <= local.hour < 20
    assert office_moment(leaves, calendar, hour) == leaves


@given(instants, st.integers(8, 19))
def test_no_working_day_is_let_pass_while_a_letter_waits(now: datetime, hour: int) -> None:
    leaves = office_moment(now, CALENDAR, hour)
    if leaves != now:
        first = CALENDAR.on_or_after(local_date(now))
        closed = now >= instant(first, 20)
        assert local_date(leaves) == (CALENDAR.shift(first, 1) if closed else first)
        assert leaves == instant(local_date(leaves), hour)


@given(days, st.integers(0, 23), st.integers(0, 59))
def test_an_instant_falls_on_its_own_business_day(day: date, hour: int, minute: int) -> None:
    at = instant(day, hour, minute)
    assert local_date(at) == day
    assert at.astimezone(SHANGHAI).replace(tzinfo=None).isoformat() == f"{day}T{hour:02}:{minute:02}:00"

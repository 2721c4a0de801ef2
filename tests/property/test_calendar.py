"""Laws of the working calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.property.strategies import calendars, days, instants, more_holidays, own_days
from tests.shipped import CALENDAR
from workflows.calendar import (
    SHANGHAI,
    DayKind,
    WorkCalendar,
    closing,
    instant,
    is_late,
    local_date,
    office_moment,
)

counts = st.integers(-300, 300)


def count_by_hand(calendar: WorkCalendar, start: date, end: date) -> int:
    """The slow oracle: one day at a time."""
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


@given(calendars, days, st.integers(0, 400))
def test_between_counts_what_a_finger_on_the_calendar_counts(
    calendar: WorkCalendar, start: date, span: int
) -> None:
    end = start + timedelta(days=span)
    assert calendar.between(start, end) == count_by_hand(calendar, start, end)
    assert calendar.between(end, start) == -count_by_hand(calendar, start, end)


@given(calendars, days, days, days)
def test_between_adds_up(calendar: WorkCalendar, a: date, b: date, c: date) -> None:
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@given(calendars, days, counts)
def test_shift_arrives_on_a_working_day_that_many_away(
    calendar: WorkCalendar, day: date, workdays: int
) -> None:
    arrived = calendar.shift(day, workdays)
    if workdays == 0:
        assert arrived == day
        return
    assert calendar.is_workday(arrived)
    if workdays > 0:
        assert calendar.between(day, arrived) == workdays
    else:
        # counted from the eve, so that a start on a rest day counts the same
        eve = day - timedelta(days=1)
        assert calendar.between(arrived - timedelta(days=1), eve) == -workdays


@given(calendars, days, counts)
def test_going_and_coming_back_returns_to_a_working_day(
    calendar: WorkCalendar, day: date, workdays: int
) -> None:
    start = calendar.on_or_after(day)
    assert calendar.shift(calendar.shift(start, workdays), -workdays) == start


@given(calendars, days, st.integers(1, 150), st.integers(1, 150))
def test_two_steps_are_one_long_step(calendar: WorkCalendar, day: date, first: int, second: int) -> None:
    assert calendar.shift(calendar.shift(day, first), second) == calendar.shift(day, first + second)
    assert calendar.shift(calendar.shift(day, -first), -second) == calendar.shift(day, -first - second)


@given(calendars, days, days, counts.filter(bool))
def test_shift_keeps_the_order_of_days(calendar: WorkCalendar, a: date, b: date, workdays: int) -> None:
    earlier, later = sorted((a, b))
    assert calendar.shift(earlier, workdays) <= calendar.shift(later, workdays)


@given(calendars, days)
def test_rolling_gives_the_nearest_working_day_on_that_side(calendar: WorkCalendar, day: date) -> None:
    after, before = calendar.on_or_after(day), calendar.on_or_before(day)
    assert before <= day <= after
    assert calendar.is_workday(before)
    assert calendar.is_workday(after)
    assert (before == day) is (after == day) is calendar.is_workday(day)
    if before != day:
        assert calendar.between(before, after) == 1


@given(more_holidays(), days, st.integers(0, 60))
def test_more_holidays_never_make_a_limit_come_sooner(fewer: WorkCalendar, day: date, workdays: int) -> None:
    assert fewer.shift(day, workdays) >= CALENDAR.shift(day, workdays)
    assert fewer.on_or_after(day) >= CALENDAR.on_or_after(day)
    later = day + timedelta(days=workdays)
    assert fewer.between(day, later) <= CALENDAR.between(day, later)


@given(calendars, instants, st.integers(8, 19))
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


@given(more_holidays(), own_days, days)
def test_what_a_calendar_of_ones_own_does_not_name_the_one_below_says(
    below: WorkCalendar, named: dict[date, bool], day: date
) -> None:
    own = below.with_own(named)
    assert own.is_workday(day) is named.get(day, below.is_workday(day))
    assert own.is_provisional(day) is below.is_provisional(day)
    assert {known: own.is_workday(known) for known in named} == named


@given(more_holidays(), own_days, own_days)
def test_three_calendars_on_top_of_each_other_are_one_with_the_topmost_word(
    below: WorkCalendar, lower: dict[date, bool], upper: dict[date, bool]
) -> None:
    stacked, flat = below.with_own(lower).with_own(upper), below.with_own(lower | upper)
    first, last = date(2022, 1, 1), date(2028, 12, 31)
    assert stacked.between(first, last) == flat.between(first, last)
    assert stacked.shift(first, 700) == flat.shift(first, 700)


@given(calendars, days)
def test_a_day_is_of_one_kind_and_rests_or_is_worked_by_it(calendar: WorkCalendar, day: date) -> None:
    assert (calendar.kind(day) is DayKind.REST) is not calendar.is_workday(day)
    if calendar.is_workday(day) and day.weekday() >= 5:
        assert calendar.kind(day) is DayKind.MAKE_UP


@given(days, st.integers(1, 24), instants)
def test_late_begins_with_the_hour_at_which_the_day_ends(due_on: date, hour: int, at: datetime) -> None:
    end = closing(due_on, hour)
    assert is_late(due_on, hour, end)
    assert not is_late(due_on, hour, end - timedelta(seconds=1))
    assert is_late(due_on, 24, at) is (local_date(at) > due_on)
    assert not is_late(due_on, 24, at) or is_late(due_on, hour, at)

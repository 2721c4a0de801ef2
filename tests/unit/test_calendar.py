"""Working days, checked day by day against two calendars other people keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import holidays
import pytest

from tests.shipped import CALENDAR
from workflows.calendar import SHANGHAI, WorkCalendar, instant, local_date, office_moment

EVERY_DAY = [date(2023, 1, 1) + timedelta(days=n) for n in range(4 * 365 + 1)]


def test_the_days_under_comparison_are_those_of_2023_to_2026() -> None:
    assert (EVERY_DAY[0], EVERY_DAY[-1]) == (date(2023, 1, 1), date(2026, 12, 31))


def test_every_day_agrees_with_chinesecalendar() -> None:
    disputed = [day for day in EVERY_DAY if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day)]
    assert disputed == []


def test_every_day_agrees_with_holidays() -> None:
    other = holidays.country_holidays("CN", years=range(2023, 2027))
    disputed = [day for day in EVERY_DAY if CALENDAR.is_workday(day) != other.is_working_day(day)]
    assert disputed == []


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 1, 28), True),  # 春节调休, a Saturday
        (date(2024, 2, 4), True),  # 春节调休, a Sunday
        (date(2025, 9, 28), True),  # 国庆调休, a Sunday
        (date(2026, 2, 14), True),  # 春节调休, a Saturday
        (date(2025, 1, 28), False),  # 除夕, a Tuesday
        (date(2025, 10, 8), False),  # 国庆、中秋, a Wednesday
        (date(2025, 10, 12), False),  # an ordinary Sunday
        (date(2025, 10, 13), True),  # an ordinary Monday
    ],
)
def test_make_up_days_work_and_holidays_rest(day: date, works: bool) -> None:
    assert CALENDAR.is_workday(day) is works


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2027, 1, 1), False),  # 元旦, a Friday: the law fixes it
        (date(2029, 5, 2), False),  # 劳动节 has two days since 2025, a Wednesday
        (date(2029, 10, 3), False),  # 国庆, a Wednesday
        (date(2029, 10, 4), True),  # a Thursday no notice has named yet
        (date(2029, 5, 3), True),  # likewise
        (date(2027, 10, 9), False),  # a Saturday nobody has yet made a working day
    ],
)
def test_a_year_without_notice_rests_on_weekends_and_fixed_days_only(day: date, works: bool) -> None:
    assert CALENDAR.is_workday(day) is works


def test_only_years_without_notice_are_provisional() -> None:
    provisional = [year for year in range(2020, 2030) if CALENDAR.is_provisional(date(year, 6, 1))]
    assert provisional == [2020, 2021, 2022, 2027, 2028, 2029]


def test_a_published_year_rests_by_its_notice_and_not_by_the_fixed_days() -> None:
    strange = WorkCalendar({date(2027, 10, 5): False}, {2027})
    assert strange.is_workday(date(2027, 10, 1))
    assert not strange.is_workday(date(2027, 10, 5))
    assert not strange.is_provisional(date(2027, 10, 1))


def test_a_named_day_outranks_a_fixed_one_before_the_notice_is_complete() -> None:
    assert WorkCalendar({date(2027, 1, 1): True}, ()).is_workday(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("day", "workdays", "arrives"),
    [
        (date(2025, 9, 26), 1, date(2025, 9, 28)),  # Friday to the make-up Sunday
        (date(2025, 9, 30), 1, date(2025, 10, 9)),  # over eight days of rest
        (date(2025, 9, 30), 3, date(2025, 10, 11)),  # and on to the make-up Saturday
        (date(2025, 10, 9), -1, date(2025, 9, 30)),
        (date(2025, 10, 4), 1, date(2025, 10, 9)),  # from within the holiday
        (date(2025, 10, 4), -1, date(2025, 9, 30)),
        (date(2025, 10, 4), 0, date(2025, 10, 4)),
    ],
)
def test_shift_counts_working_days(day: date, workdays: int, arrives: date) -> None:
    assert CALENDAR.shift(day, workdays) == arrives


def test_rest_days_roll_forward_or_back_and_working_days_stay() -> None:
    holiday, workday = date(2025, 10, 4), date(2025, 10, 11)
    assert CALENDAR.on_or_after(holiday) == date(2025, 10, 9)
    assert CALENDAR.on_or_before(holiday) == date(2025, 9, 30)
    assert CALENDAR.on_or_after(workday) == CALENDAR.on_or_before(workday) == workday


def test_between_counts_the_last_day_but_not_the_first() -> None:
    assert CALENDAR.between(date(2025, 9, 30), date(2025, 10, 11)) == 3
    assert CALENDAR.between(date(2025, 10, 11), date(2025, 9, 30)) == -3
    assert CALENDAR.between(date(2025, 10, 1), date(2025, 10, 8)) == 0


@pytest.mark.parametrize(
    ("day", "workdays"), [(date(2060, 12, 31), 1), (date(2000, 1, 3), -1), (date(2050, 1, 1), 10_000)]
)
def test_a_working_day_beyond_the_known_years_is_an_error_and_not_a_guess(day: date, workdays: int) -> None:
    with pytest.raises(ValueError, match="no working day known outside 2000–2060"):
        CALENDAR.shift(day, workdays)


def test_rolling_beyond_the_known_years_is_an_error() -> None:
    with pytest.raises(ValueError, match="2000–2060"):
        CALENDAR.on_or_after(date(2061, 1, 1))
    with pytest.raises(ValueError, match="2000–2060"):
        CALENDAR.on_or_before(date(1999, 12, 31))


def test_the_business_day_turns_at_midnight_in_shanghai() -> None:
    assert local_date(datetime(2025, 3, 25, 15, 59, tzinfo=UTC)) == date(2025, 3, 25)
    assert local_date(datetime(2025, 3, 25, 16, 0, tzinfo=UTC)) == date(2025, 3, 26)


def test_a_local_time_of_day_becomes_a_utc_instant() -> None:
    nine = instant(date(2025, 3, 25), 9, 5)
    assert nine == datetime(2025, 3, 25, 1, 5, tzinfo=UTC)
    assert nine.tzinfo is UTC


def _local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 10, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        (_local(9, 8), _local(9, 8)),  # a Thursday, on the minute the office opens
        (_local(9, 19, 59), _local(9, 19, 59)),
        (_local(9, 7, 59), _local(9, 9)),
        (_local(9, 20), _local(10, 9)),
        (_local(10, 22), _local(11, 9)),  # Friday night; Saturday is a make-up day
        (_local(11, 22), _local(13, 9)),  # Saturday night; Sunday rests
        (_local(4, 12), _local(9, 9)),  # noon within the holiday
    ],
)
def test_letters_wait_for_office_hours(now: datetime, leaves: datetime) -> None:
    assert office_moment(now, CALENDAR, 9) == leaves

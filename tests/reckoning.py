"""How the oracles reckon time: working days counted one by one with chinesecalendar, office hours as in reference b.8.

They share no line with workflows.calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone

import chinese_calendar

CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
FIXED = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
"""What rests before a year's notice is known, beside weekends (全国年节及纪念日放假办法)."""

ENDLESS = datetime(9999, 1, 1, tzinfo=CHINA)


class Days:
    """Which days are worked, as known at one moment. Years up to `known` are the library's; of later ones what notices
    named: `named` has them, a later notice in place of the former of its year."""

    def __init__(self, known: int, named: Mapping[int, Mapping[date, bool]]) -> None:
        self.known, self.named = known, named
        self._worked: dict[date, bool] = {}
        self._after: dict[tuple[date, int], date] = {}

    def with_notice(self, year: int, days: Iterable[tuple[date, bool]]) -> Days:
        return Days(self.known, {**self.named, year: dict(days)})

    def is_workday(self, day: date) -> bool:
        if day not in self._worked:
            self._worked[day] = self._is_workday(day)
        return self._worked[day]

    def _is_workday(self, day: date) -> bool:
        if day.year in self.named:
            return self.named[day.year].get(day, day.weekday() < 5)
        if day.year <= self.known:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5 and (day.month, day.day) not in FIXED

    def after(self, day: date, count: int) -> date:
        """The day that many working days later; a negative count goes back, 0 stays."""
        if (day, count) not in self._after:
            self._after[day, count] = self._walk(day, count)
        return self._after[day, count]

    def _walk(self, day: date, count: int) -> date:
        step = DAY if count > 0 else -DAY
        while count:
            day += step
            if self.is_workday(day):
                count -= 1 if step > timedelta(0) else -1
        return day

    def rolled(self, day: date, roll: str = "forward") -> date:
        step = DAY if roll == "forward" else -DAY
        while not self.is_workday(day):
            day += step
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is earlier."""
        return sum(self.is_workday(start + n * DAY) for n in range(1, (end - start).days + 1))

    def office_hours(self, at: datetime, hour: int = 9) -> datetime:
        """When something can be said: at once in office hours, else at that hour of the next working day."""
        here = local(at)
        if self.is_workday(here.date()) and 8 <= here.hour < 20:
            return at
        if self.is_workday(here.date()) and here.hour < 8:
            return hour_of(here.date(), hour)
        return hour_of(self.after(here.date(), 1), hour)

    def rested(self, at: datetime, spacing: int, hour: int = 9) -> datetime:
        """So many working days after a letter written at that instant leaves."""
        return hour_of(self.after(local(self.office_hours(at)).date(), spacing), hour)


def local(at: datetime) -> datetime:
    return at.astimezone(CHINA)


def hour_of(day: date, hour: int) -> datetime:
    """That local hour of that day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


def nine(day: date) -> datetime:
    return hour_of(day, 9)

"""Working days of Chinese public offices, and instants in their time zone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone

from workflows.holidays import FIXED_STATUTORY_DAYS

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one offset, without summer time, since 1991."""

FIRST_YEAR, LAST_YEAR = 2000, 2060


def local_date(instant: datetime) -> date:
    """The business day of an aware instant."""
    return instant.astimezone(SHANGHAI).date()


def instant(day: date, hour: int, minute: int = 0) -> datetime:
    """The aware UTC instant of a local time of day."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


class WorkCalendar:
    """Which days are worked. Weekends rest, named holidays rest, make-up days (调休) work.

    `named` holds the days a holiday notice names, with True for a working day; `published` the years
    whose notice is known. Other years are provisional: only fixed statutory days rest beside weekends.
    Asking for a working day outside 2000–2060 raises ValueError; counts know no working days there.
    """

    __slots__ = ("_named", "_ordinals", "published")

    def __init__(self, named: Mapping[date, bool], published: Iterable[int]) -> None:
        self.published = frozenset(published)
        self._named = dict(named)
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            if year not in self.published:
                for month, day in FIXED_STATUTORY_DAYS:
                    self._named.setdefault(date(year, month, day), False)
        first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
        exceptions = {day.toordinal(): works for day, works in self._named.items()}
        # ordinal 1 is a Monday, so (ordinal - 1) % 7 is the weekday
        self._ordinals = [o for o in range(first, last + 1) if exceptions.get(o, (o - 1) % 7 < 5)]

    def is_workday(self, day: date) -> bool:
        return self._named.get(day, day.weekday() < 5)

    def is_provisional(self, day: date) -> bool:
        """True when that year's holiday notice is not yet known."""
        return day.year not in self.published

    def shift(self, day: date, workdays: int) -> date:
        """The working day that many working days after (before, if negative) `day`; 0 gives `day` itself."""
        if workdays == 0:
            return day
        if workdays > 0:
            return self._at(bisect_right(self._ordinals, day.toordinal()) + workdays - 1)
        return self._at(bisect_left(self._ordinals, day.toordinal()) + workdays)

    def on_or_after(self, day: date) -> date:
        """`day` when it is worked, else the next working day (顺延)."""
        return self._at(bisect_left(self._ordinals, day.toordinal()))

    def on_or_before(self, day: date) -> date:
        """`day` when it is worked, else the last working day before it."""
        return self._at(bisect_right(self._ordinals, day.toordinal()) - 1)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        return bisect_right(self._ordinals, end.toordinal()) - bisect_right(self._ordinals, start.toordinal())

    def _at(self, index: int) -> date:
        if not 0 <= index < len(self._ordinals):
            raise ValueError(f"no working day known outside {FIRST_YEAR}–{LAST_YEAR}")
        return date.fromordinal(self._ordinals[index])


OFFICE_OPENS, OFFICE_CLOSES = 8, 20
"""Local hours between which letters may leave (减负: 晚8点后、休息日不发非紧急提醒; reference b.8)."""


def office_moment(now: datetime, calendar: WorkCalendar, hour: int) -> datetime:
    """`now` when it lies in office hours of a working day, else `hour` o'clock on the next such day."""
    local = now.astimezone(SHANGHAI)
    worked = calendar.is_workday(local.date())
    if worked and OFFICE_OPENS <= local.hour < OFFICE_CLOSES:
        return now
    if worked and local.hour < OFFICE_OPENS:
        return instant(local.date(), hour)
    return instant(calendar.shift(local.date(), 1), hour)

"""Working days of Chinese public offices, and instants in their time zone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from types import MappingProxyType

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


MIDNIGHT = 24
"""The hour at which a due day ends where no rule ends it sooner."""


def closing(due_on: date, cutoff_hour: int) -> datetime:
    """The instant at which a due day ends: that local hour, 24 being midnight (截止时刻)."""
    return instant(due_on, 0) + timedelta(hours=cutoff_hour)


def is_late(due_on: date, cutoff_hour: int, at: datetime) -> bool:
    """Whether what happens, or is still missing, at that instant is late: the one definition of 逾期 and 迟报."""
    return at >= closing(due_on, cutoff_hour)


class DayKind(StrEnum):
    """What a day is: 工作日, 休息日, or 调休上班 (worked although the week, or the calendar below, rests)."""

    WORKED = "worked"
    REST = "rest"
    MAKE_UP = "make_up"


DAY_LABELS: Mapping[DayKind, str] = MappingProxyType(
    {DayKind.WORKED: "工作日", DayKind.REST: "休息日", DayKind.MAKE_UP: "调休上班"}
)


class WorkCalendar:
    """Which days are worked. Weekends rest, named holidays rest, make-up days (调休) work.

    `named` holds the days a holiday notice names, with True for a working day; `published` the years
    whose notice is known. Other years are provisional: only fixed statutory days rest beside weekends.
    `version` rises whenever a notice is taken in. A calendar that rests on another is made by `with_own`.
    Asking for a working day outside 2000–2060 raises ValueError; counts know no working days there.
    """

    __slots__ = ("_named", "_ordinals", "parent", "published", "version")

    def __init__(self, named: Mapping[date, bool], published: Iterable[int], version: int = 1) -> None:
        self.published = frozenset(published)
        self.version = version
        self.parent: WorkCalendar | None = None
        self._named = dict(named)
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            if year not in self.published:
                for month, day in FIXED_STATUTORY_DAYS:
                    self._named.setdefault(date(year, month, day), False)
        first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
        exceptions = {day.toordinal(): works for day, works in self._named.items()}
        # ordinal 1 is a Monday, so (ordinal - 1) % 7 is the weekday
        self._ordinals = [o for o in range(first, last + 1) if exceptions.get(o, (o - 1) % 7 < 5)]

    def with_own(self, days: Mapping[date, bool], version: int = 1) -> WorkCalendar:
        """A calendar that rests on this one and departs from it on `days` (单位日历): what it does not name, this says.

        Only the span between its first and last own day is counted anew, not the sixty years. Days outside
        2000–2060 are left out.
        """
        own = object.__new__(WorkCalendar)
        own.parent, own.published, own.version = self, self.published, version
        own._named = {day: works for day, works in days.items() if FIRST_YEAR <= day.year <= LAST_YEAR}
        own._ordinals = self._spliced(own)
        return own

    def _spliced(self, own: WorkCalendar) -> list[int]:
        """This calendar's working days with the span of `own`'s days replaced."""
        if not own._named:
            return self._ordinals
        first, last = min(own._named).toordinal(), max(own._named).toordinal()
        span = [o for o in range(first, last + 1) if own.is_workday(date.fromordinal(o))]
        before, behind = bisect_left(self._ordinals, first), bisect_right(self._ordinals, last)
        return [*self._ordinals[:before], *span, *self._ordinals[behind:]]

    def is_workday(self, day: date) -> bool:
        works = self._named.get(day)
        if works is not None:
            return works
        return self.parent.is_workday(day) if self.parent else day.weekday() < 5

    def kind(self, day: date) -> DayKind:
        """工作日, 休息日 or 调休上班."""
        if not self.is_workday(day):
            return DayKind.REST
        if self.parent:
            return self.parent.kind(day) if self.parent.is_workday(day) else DayKind.MAKE_UP
        return DayKind.WORKED if day.weekday() < 5 else DayKind.MAKE_UP

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

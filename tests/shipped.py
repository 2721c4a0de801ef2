"""The calendar as shipped, for tests of the pure rules: every published notice, without a database."""

from __future__ import annotations

from workflows.calendar import WorkCalendar
from workflows.holidays import PUBLISHED

CALENDAR = WorkCalendar(
    {day: works for notice in PUBLISHED.values() for day, works in notice.days()}, PUBLISHED
)

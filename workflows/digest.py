"""When a notice leaves: urgent ones at once, the rest in one digest a person a day (减负, reference b.8)."""

from __future__ import annotations

from datetime import datetime

from workflows.calendar import WorkCalendar, instant, local_date, office_moment
from workflows.escalation import LetterKind

MORNING = 9
"""The local hour at which what turned urgent in the night leaves; nobody's own hour makes it later."""

HOURS = range(9, 19)
"""The local hours a person may choose for his digest: ladders speak at nine, an earlier digest would miss the day's."""


def leaves_at(now: datetime, calendar: WorkCalendar, hour: int, *, urgent: bool) -> datetime:
    """The earliest moment at which a notice written now may leave, always in office hours of a working day.

    An urgent one waits for nothing else; any other for `hour`, the person's, if that is still to come today. After
    it, today's digest is still open: whether the person has had it, only the relay knows.
    """
    if urgent:
        return office_moment(now, calendar, min(hour, MORNING))
    digest = instant(local_date(now), hour)
    return (
        digest
        if calendar.is_workday(local_date(now)) and now < digest
        else office_moment(now, calendar, hour)
    )


def next_digest(now: datetime, calendar: WorkCalendar, hour: int) -> datetime:
    """The digest after today's: at `hour` on the next working day."""
    return instant(calendar.shift(local_date(now), 1), hour)


def presses(kind: LetterKind, *, urgent: bool) -> bool:
    """Whether a notice leaves though the person has had today's digest: urgent, or true on this one day (今日到期)."""
    return urgent or kind is LetterKind.DUE

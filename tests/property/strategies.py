"""Days, calendars, rules, ladders and climbs to try the laws on."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from workflows.cadence import CadenceRules
from workflows.calendar import WorkCalendar, instant
from workflows.escalation import DEFAULT_LADDERS, Audience, Climb, Ladder, LetterKind, Rung
from workflows.holidays import PUBLISHED

days = st.dates(date(2022, 6, 1), date(2027, 12, 31))

instants = st.builds(
    lambda day, minute: instant(day, 0) + timedelta(minutes=minute), days, st.integers(0, 24 * 60 - 1)
)


@st.composite
def more_holidays(draw: st.DrawFn) -> WorkCalendar:
    """The shipped calendar with further days of rest, singly and in spells."""
    named = {day: works for notice in PUBLISHED.values() for day, works in notice.days()}
    for first in draw(st.lists(days, max_size=12)):
        for offset in range(draw(st.integers(1, 9))):
            named[first + timedelta(days=offset)] = False
    return WorkCalendar(named, PUBLISHED)


cadences = st.builds(
    CadenceRules,
    monthly_opens_day=st.integers(1, 31),
    monthly_due_day=st.integers(1, 31),
    bulletin_due_day=st.integers(1, 31),
    assessment_opens=st.tuples(st.integers(1, 12), st.integers(1, 31)),
    assessment_due=st.tuples(st.integers(1, 12), st.integers(1, 31)),
    least_workdays_open=st.integers(0, 5),
)


@st.composite
def drawn_ladders(draw: st.DrawFn) -> Ladder:
    """A ladder nobody ships: any number of rungs, with or without an opening."""
    offsets: list[int | None] = [*sorted(draw(st.sets(st.integers(-20, 20), max_size=8)))]
    if draw(st.booleans()):
        offsets.insert(0, None)
    rungs = tuple(Rung(offset, LetterKind.URGE, (Audience.LIAISON,)) for offset in offsets)
    return Ladder(rungs, draw(st.integers(8, 19)), draw(st.integers(0, 5)))


ladders = st.sampled_from(list(DEFAULT_LADDERS.values())) | drawn_ladders()


@st.composite
def climbs(draw: st.DrawFn) -> Climb:
    """A duty newly armed: before it opens, while it runs, or long after it was due."""
    due_on = draw(st.dates(date(2023, 1, 1), date(2026, 11, 30)))
    opens_on = due_on - timedelta(days=draw(st.integers(0, 60)))
    armed_after = timedelta(minutes=draw(st.integers(-100_000, 60_000)))
    return Climb(opens_on, due_on, instant(due_on, 0) + armed_after)

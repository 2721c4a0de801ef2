"""Days, calendars, rules, ladders and climbs to try the laws on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from workflows.cadence import CadenceRules, Rhythm, Roll, Signoff
from workflows.calendar import WorkCalendar, instant
from workflows.commitments import TaskKind
from workflows.escalation import DEFAULT_LADDERS, DRAFTED, Audience, Climb, Ladder, LetterKind, Rung
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


own_days = st.dictionaries(days, st.booleans(), max_size=30)
"""Days on which a calendar departs from the one below: worked or not."""


@st.composite
def own_calendars(draw: st.DrawFn) -> WorkCalendar:
    """A calendar of one's own on top of one or two others: holidays of its own, and days worked in exchange."""
    calendar = draw(more_holidays())
    for version in range(1, draw(st.integers(2, 3))):
        named: dict[date, bool] = {}
        for first in draw(st.lists(days, max_size=6)):
            works = draw(st.booleans())
            named |= {first + timedelta(days=n): works for n in range(draw(st.integers(1, 40)))}
        calendar = calendar.with_own(named, version)
    return calendar


calendars = more_holidays() | own_calendars()


month_days = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: (day.month, day.day))
rhythms = st.dictionaries(
    st.sampled_from(TaskKind), st.sampled_from([r for r in Rhythm if r is not Rhythm.MONTHLY])
)

cadences = st.builds(
    CadenceRules,
    monthly_opens_day=st.integers(1, 31),
    monthly_due_day=st.integers(1, 31),
    bulletin_due_day=st.integers(1, 31),
    assessment_opens=st.tuples(st.integers(1, 12), st.integers(1, 31)),
    assessment_due=st.tuples(st.integers(1, 12), st.integers(1, 31)),
    least_workdays_open=st.integers(0, 5),
    consolidation_day=st.integers(1, 31),
    review_day=st.integers(1, 31),
    lock_day=st.integers(1, 31),
    signoff=st.sampled_from(Signoff),
    roll=st.sampled_from(Roll),
    rhythm=rhythms,
    half_days=st.tuples(st.integers(1, 15), st.integers(16, 31)),
    term_ends=st.tuples(
        month_days.filter(lambda day: not 4 <= day[0] <= 8), month_days.filter(lambda day: 4 <= day[0] <= 8)
    ),
    custom_days=st.lists(month_days, min_size=1, max_size=6, unique=True).map(tuple),
    open_days=st.integers(1, 31),
)
"""Rules of every rhythm; most of them nobody would ship."""


SENT, FOR_A_PERSON = [kind for kind in LetterKind if kind not in DRAFTED], sorted(DRAFTED)


@st.composite
def rungs(draw: st.DrawFn, offset: int | None) -> Rung:
    """A rung on that day: any letter, audience and copies; after the date drafts, elsewhere none."""
    overdue = offset is not None and offset > 0
    letter = draw(st.sampled_from(SENT + FOR_A_PERSON if overdue else SENT))
    spoken_to = draw(st.lists(st.sampled_from(Audience), min_size=1, unique=True))
    others = [post for post in Audience if post not in spoken_to]
    copies = draw(st.lists(st.sampled_from(others), unique=True)) if others else []
    sent = letter not in DRAFTED
    slip = draw(st.none() | st.sampled_from(FOR_A_PERSON)) if overdue and sent else None
    times = draw(st.integers(0, 4)) if sent else 0
    return Rung(
        offset,
        letter,
        tuple(spoken_to),
        tuple(copies),
        slip,
        every=draw(st.integers(1, 6)) if times else 0,
        times=times,
        receipt=draw(st.booleans()),
        urgent=draw(st.booleans()),
    )


@st.composite
def drawn_ladders(draw: st.DrawFn) -> Ladder:
    """A ladder nobody ships: any rungs, with or without an opening; the first has nothing to wait for."""
    offsets: list[int | None] = [*sorted(draw(st.sets(st.integers(-20, 20), max_size=8)))]
    if draw(st.booleans()) or not offsets:
        offsets.insert(0, None)
    first, *others = (draw(rungs(offset)) for offset in offsets)
    return Ladder(
        (replace(first, receipt=False), *others),
        draw(st.integers(8, 19)),
        draw(st.integers(1, 5)),
        draw(st.integers(1, 4)),
    )


ladders = st.sampled_from(list(DEFAULT_LADDERS.values())) | drawn_ladders()


def ungated(ladder: Ladder) -> Ladder:
    """The same rungs, none of them waiting for receipt."""
    return replace(ladder, rungs=tuple(replace(rung, receipt=False) for rung in ladder.rungs))


def unrepeated(ladder: Ladder) -> Ladder:
    """The same rungs, each of them said once."""
    return replace(ladder, rungs=tuple(replace(rung, every=0, times=0) for rung in ladder.rungs))


plain_ladders = ladders.map(ungated).map(unrepeated)
"""Ladders that only climb."""


@st.composite
def climbs(draw: st.DrawFn) -> Climb:
    """A duty newly armed: before it opens, while it runs, or long after it was due."""
    due_on = draw(st.dates(date(2023, 1, 1), date(2026, 11, 30)))
    opens_on = due_on - timedelta(days=draw(st.integers(0, 60)))
    armed_after = timedelta(minutes=draw(st.integers(-100_000, 60_000)))
    return Climb(opens_on, due_on, instant(due_on, 0) + armed_after)

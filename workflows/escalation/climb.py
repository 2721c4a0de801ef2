"""Climbing: which rung acts now, which an outage made pointless, and when the duty is to be looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflows.calendar import WorkCalendar, instant, local_date, office_moment
from workflows.escalation.ladder import Ladder, Rung
from workflows.escalation.letters import DRAFTED


@dataclass(frozen=True, slots=True)
class Climb:
    """Where one duty stands: `rung` counts the rungs behind it, `loop` the repeats of the last of them; `armed_at` is
    when this epoch's climb began.

    `received` says that the unit has shown to have heard of what the last rung said; `checks` how often the office
    was asked to find out.
    """

    opens_on: date
    due_on: date
    armed_at: datetime
    rung: int = 0
    loop: int = 0
    checks: int = 0
    received: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """The answer of `decide`.

    `act` is the rung to act on now, if any, `index` its place on the ladder and `loop` which repeat of it this is
    (0: the first time); `skipped` the lower rungs an outage overtook; `rung` and `next_action_at` the new position
    (None: nothing more by itself). `unheard` says that the next rung waits for receipt; `checks` how often the office
    has then been asked to find out.
    """

    rung: int
    next_action_at: datetime | None
    act: Rung | None = None
    index: int = 0
    skipped: tuple[Rung, ...] = ()
    loop: int = 0
    unheard: bool = False
    checks: int = 0

    @property
    def unanswered(self) -> bool:
        """Whether the unit was told something new, of which it has to be heard again; a repeat is nothing new."""
        return self.act is not None and not self.loop and self.act.letter not in DRAFTED

    @property
    def asks(self) -> bool:
        """Whether the office is asked now whether the unit has heard (核实送达)."""
        return self.unheard and self.next_action_at is not None


def moment(climb: Climb, rung: Rung, ladder: Ladder, calendar: WorkCalendar) -> datetime:
    """When `rung` acts for that duty, always within office hours of a working day.

    Rungs after the date count from the later of due date and arming: nobody is late for time he never had.
    """
    if rung.offset is None:
        return _opening(climb, ladder, calendar)
    return instant(_day(climb, rung.offset, calendar), ladder.hour)


def _day(climb: Climb, offset: int, calendar: WorkCalendar) -> date:
    if offset <= 0:
        return calendar.shift(calendar.on_or_before(climb.due_on), offset)
    return calendar.shift(max(climb.due_on, local_date(climb.armed_at)), offset)


def _opening(climb: Climb, ladder: Ladder, calendar: WorkCalendar) -> datetime:
    opened = max(climb.armed_at, instant(climb.opens_on, 0))
    return office_moment(opened, calendar, ladder.hour)


def decide(climb: Climb, ladder: Ladder, calendar: WorkCalendar, now: datetime) -> Step:
    """Which rung acts at `now`. Asking again, late or in any order gives each rung at most once.

    Rungs whose moment lies before the arming are passed over; of several reached together only the highest acts, but
    never past one that waits for receipt: between two such rungs the unit has to be heard of again (reference b.4).
    """
    opened = _opening(climb, ladder, calendar)
    passed, upcoming = _passed(climb, ladder, calendar, now)
    reached = [(index, at) for index, at in enumerate(passed, climb.rung) if at >= opened]
    open_to = _gate(reached, ladder, climb)
    ahead = climb.rung + len(passed)
    if not reached:
        return _repeat(climb, ahead, upcoming, opened, ladder, calendar, now)
    if reached[0][0] > open_to:
        return _wait(climb, reached[0][0], ladder, calendar, now)
    return _act(climb, reached, open_to, ahead, upcoming, ladder, calendar, now)


def _passed(
    climb: Climb, ladder: Ladder, calendar: WorkCalendar, now: datetime
) -> tuple[list[datetime], datetime | None]:
    """The moments, from the climb's rung on, that have come by `now`; and the first that has not."""
    passed: list[datetime] = []
    for rung in ladder.rungs[climb.rung :]:
        at = moment(climb, rung, ladder, calendar)
        if at > now:
            return passed, at
        passed.append(at)
    return passed, None


def _gate(reached: Sequence[tuple[int, datetime]], ladder: Ladder, climb: Climb) -> int:
    """The highest place that may act: the first rung that needs a receipt, when it is shown, else the one below."""
    for index, _ in reached:
        if ladder.rungs[index].receipt:
            return index if climb.received else index - 1
    return len(ladder.rungs)


def _act(
    climb: Climb,
    reached: Sequence[tuple[int, datetime]],
    open_to: int,
    ahead: int,
    upcoming: datetime | None,
    ladder: Ladder,
    calendar: WorkCalendar,
    now: datetime,
) -> Step:
    """The highest rung reached up to `open_to` acts; `ahead` is the first whose moment has not come."""
    acting = [(index, at) for index, at in reached if index <= open_to]
    index, acted = acting[-1]
    # rungs of the very same moment fell together by the calendar, not by an outage
    skipped = tuple(ladder.rungs[i] for i, at in acting if at < acted)
    shut = [i for i, _ in reached if i > index]
    position = shut[0] if shut else ahead
    again = _repetition(climb, index, 1, ladder, calendar) if position == index + 1 else None
    if shut:
        upcoming = _later(now, ladder, calendar)
    elif again and (upcoming is None or again < upcoming):
        upcoming = again
    if upcoming:
        upcoming = max(upcoming, _spaced(acted, ladder, calendar, now))
    return Step(position, upcoming, ladder.rungs[index], index, skipped)


def _wait(climb: Climb, index: int, ladder: Ladder, calendar: WorkCalendar, now: datetime) -> Step:
    """The rung has come but the unit has not been heard of: the office is asked to find out, and in the end waits."""
    if climb.checks >= ladder.checks:
        return Step(index, None, loop=climb.loop, unheard=True, checks=climb.checks)
    return Step(index, _later(now, ladder, calendar), loop=climb.loop, unheard=True, checks=climb.checks + 1)


def _repeat(
    climb: Climb,
    position: int,
    upcoming: datetime | None,
    opened: datetime,
    ladder: Ladder,
    calendar: WorkCalendar,
    now: datetime,
) -> Step:
    """Nothing new has come: the last rung speaks again when its days are over, several overdue repeats as one."""
    last = climb.rung - 1
    if position != climb.rung or last < 0 or moment(climb, ladder.rungs[last], ladder, calendar) < opened:
        # what was passed over before the arming does not speak again either
        return Step(position, upcoming, loop=ladder.rungs[position - 1].times if position else 0)
    loop = climb.loop
    while (again := _repetition(climb, last, loop + 1, ladder, calendar)) and again <= now:
        loop += 1
    if again and (upcoming is None or again < upcoming):
        upcoming = again
    if loop == climb.loop:
        return Step(position, upcoming, loop=loop)
    return Step(position, upcoming, ladder.rungs[last], last, loop=loop)


def _repetition(
    climb: Climb, index: int, loop: int, ladder: Ladder, calendar: WorkCalendar
) -> datetime | None:
    """When rung `index` speaks for the `loop`-th time again; None beyond its cap."""
    rung = ladder.rungs[index]
    if not 0 < loop <= rung.times:
        return None
    day = local_date(moment(climb, rung, ladder, calendar))
    return instant(calendar.shift(day, rung.every * loop), ladder.hour)


def _spaced(acted: datetime, ladder: Ladder, calendar: WorkCalendar, now: datetime) -> datetime:
    """The earliest moment after a rung that was to act at `acted` and does so now.

    Its letter leaves within office hours: found on a Sunday, Friday's letter is late, for it is read on Monday.
    """
    leaves_on = local_date(office_moment(now, calendar, ladder.hour))
    if calendar.between(local_date(acted), leaves_on) == 0:
        return acted
    return instant(calendar.shift(leaves_on, ladder.late_spacing), ladder.hour)


def _later(now: datetime, ladder: Ladder, calendar: WorkCalendar) -> datetime:
    leaves_on = local_date(office_moment(now, calendar, ladder.hour))
    return instant(calendar.shift(leaves_on, ladder.late_spacing), ladder.hour)


def first_moment(climb: Climb, ladder: Ladder, calendar: WorkCalendar) -> datetime | None:
    """When an armed duty is first to be looked at; None for an empty ladder."""
    return moment(climb, ladder.rungs[0], ladder, calendar) if ladder.rungs else None


def resumed_moment(climb: Climb, ladder: Ladder, calendar: WorkCalendar, now: datetime) -> datetime | None:
    """When a duty whose climb was stopped, or forgotten, is to be looked at next; None at the top of its ladder.

    A moment that passed meanwhile is made up for after `late_spacing` working days, not at once.
    """
    ahead = None
    if climb.rung < len(ladder.rungs):
        ahead = moment(climb, ladder.rungs[climb.rung], ladder, calendar)
    again = _repetition(climb, climb.rung - 1, climb.loop + 1, ladder, calendar) if climb.rung else None
    waiting = [ahead] if ahead else []
    if again and (ahead is None or again < ahead):
        waiting.append(again)
    later = _later(now, ladder, calendar)
    return min((at if at > now else later for at in waiting), default=None)


def scheduled(climb: Climb, ladder: Ladder, calendar: WorkCalendar) -> datetime | None:
    """When the ladder by itself has that position looked at next: at its next rung, or a repeat of the last one if that
    is sooner; None at the top. What an outage put off is not counted in."""
    upcoming = None
    if climb.rung < len(ladder.rungs):
        upcoming = moment(climb, ladder.rungs[climb.rung], ladder, calendar)
    last = climb.rung - 1
    if last < 0 or moment(climb, ladder.rungs[last], ladder, calendar) < _opening(climb, ladder, calendar):
        return upcoming
    again = _repetition(climb, last, climb.loop + 1, ladder, calendar)
    return again if again and (upcoming is None or again < upcoming) else upcoming


def moved(climb: Climb, ladder: Ladder, calendar: WorkCalendar, now: datetime) -> tuple[int, datetime | None]:
    """Where a duty stands that is moved to `ladder` now: above every rung whose moment has passed, none told again."""
    for position, rung in enumerate(ladder.rungs):
        if (at := moment(climb, rung, ladder, calendar)) > now:
            return position, at
    return len(ladder.rungs), None

"""A duty chased in memory, as the engine and the pages chase it in rows: turns, receipts, stops and their end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from tests.shipped import CALENDAR
from workflows.calendar import WorkCalendar, instant, local_date, office_moment
from workflows.escalation import Climb, Ladder, Step, decide, first_moment, moment, resumed_moment


@dataclass(frozen=True, slots=True)
class Answer:
    """What `decide` said, and when it was asked."""

    at: datetime
    step: Step


@dataclass
class Chase:
    """One duty from its arming on; `waits` is its next moment, `unheard` that it waits for receipt."""

    climb: Climb
    ladder: Ladder
    calendar: WorkCalendar = CALENDAR
    answers: list[Answer] = field(default_factory=list)
    waits: datetime | None = None
    unheard: bool = False

    def __post_init__(self) -> None:
        self.waits = first_moment(self.climb, self.ladder, self.calendar)

    @property
    def acts(self) -> list[Answer]:
        """The answers that made a rung speak."""
        return [answer for answer in self.answers if answer.step.act]

    @property
    def asked(self) -> list[date]:
        """The days on which the office was asked to find out."""
        return [local_date(answer.at) for answer in self.answers if answer.step.asks]

    def turn(self, now: datetime) -> None:
        """One turn of the engine: nothing happens before the duty's moment."""
        if self.waits is not None and self.waits <= now:
            self.ask(now)

    def ask(self, now: datetime) -> Step:
        """Decide now, due or not, and stand where the answer says; whoever is told has to be heard of again."""
        step = decide(self.climb, self.ladder, self.calendar, now)
        self.answers.append(Answer(now, step))
        self.climb = replace(
            self.climb,
            rung=step.rung,
            loop=step.loop,
            checks=step.checks if step.unheard else 0,
            received=self.climb.received and not step.unanswered,
        )
        self.waits, self.unheard = step.next_action_at, step.unheard
        return step

    def hear(self, now: datetime) -> None:
        """The unit shows that it has heard; a climb that waited for that is taken up."""
        self.climb = replace(self.climb, received=True, checks=0)
        if self.unheard:
            self.resume(now)

    def stop(self) -> None:
        """The clock is stopped: the engine has nothing to look at."""
        self.waits = None

    def resume(self, now: datetime) -> None:
        """The clock runs again."""
        self.unheard = False
        self.waits = resumed_moment(self.climb, self.ladder, self.calendar, now)

    def run(self, until: date, *, answering: bool = True) -> Iterator[Answer]:
        """An engine that never sleeps, to the end of that day; a unit that is `answering` confirms every letter."""
        while self.waits is not None and local_date(self.waits) <= until:
            now = self.waits
            next_at = self.ask(now).next_action_at
            yield self.answers[-1]
            assert next_at is None or next_at > now, "it would be asked forever"
            if answering:
                self.hear(now)

    def spoken(self, until: date, *, answering: bool = True) -> list[tuple[date, int, int]]:
        """(day, rung, repeat) of everything said until that day by an engine that never sleeps."""
        ran = self.run(until, answering=answering)
        return [(local_date(a.at), a.step.index, a.step.loop) for a in ran if a.step.act]


def at(climb: Climb, minute: int) -> datetime:
    """So many minutes after the due date began, or before."""
    return instant(climb.due_on, 0) + timedelta(minutes=minute)


def opened(climb: Climb, ladder: Ladder) -> datetime:
    """The office moment before which nothing of this epoch is owed."""
    return office_moment(max(climb.armed_at, instant(climb.opens_on, 0)), CALENDAR, ladder.hour)


def owed(climb: Climb, ladder: Ladder, until: datetime | None = None) -> list[tuple[int, datetime]]:
    """The slow oracle: each rung with its moment, from the opening or the arming on, to `until`."""
    moments = [moment(climb, rung, ladder, CALENDAR) for rung in ladder.rungs]
    first = opened(climb, ladder)
    return [(i, m) for i, m in enumerate(moments) if first <= m and (until is None or m <= until)]


def chase_of(opens_on: date, due_on: date, ladder: Ladder, armed_at: datetime | None = None) -> Chase:
    """A duty armed at midnight of its opening day, or at `armed_at`."""
    return Chase(Climb(opens_on, due_on, armed_at or instant(opens_on, 0)), ladder)


OCTOBER = Climb(date(2025, 10, 20), date(2025, 10, 27), instant(date(2025, 10, 20), 0))
"""The report of 2025年10月, armed as its period opens."""

"""When the engine turns, and when it does not: irregular hours, outages of hours to weeks, a clock that jumps.

A turn is taken just as `app.engine.run.Metronome` takes it: the reading of both clocks has to be believed first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import sqlalchemy as sa

from app.clock import Pace
from app.db import session
from app.engine import run
from app.engine.auditor import audit
from app.engine.watch import ClockWatch
from app.mail import Envelope, Refusal
from app.models import LedgerHead
from tests.simulation.county import FROM
from tests.world import FakePost, World, at

EPOCH = at(FROM, 0)
"""From here the steady clock counts."""

AWAY = ((date(2024, 2, 9), 9), (date(2024, 7, 24), 16), (date(2024, 11, 11), 3), (date(2025, 9, 22), 18))
"""First day and length of the long outages: one over a spring festival, one over the taking in of a notice, one over
the autumn holiday. More are drawn."""

ELSEWHERE = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Turn:
    """One beat of an engine: the instant its clock showed, whether it was believed, and the last entry of the ledger
    before it."""

    at: datetime
    believed: bool
    after: int


@dataclass
class CountyPost(FakePost):
    """A post at which some addresses are dead: what goes there comes back for good."""

    def _carry(self, envelope: Envelope) -> None:
        if envelope.address in self.refused:
            self.tried.append(envelope)
            raise Refusal("550 no such person here", bad_address=True)
        super()._carry(envelope)


@dataclass
class Clockwork:
    """The engines of one simulation; `turns` is what they did, in order."""

    world: World
    random: Random
    turns: list[Turn] = field(default_factory=list)
    watch: ClockWatch = field(default_factory=ClockWatch)
    post: CountyPost = field(default_factory=CountyPost)

    def outages(self, until: date) -> list[tuple[datetime, datetime]]:
        """Stretches without a turn: some for days, one or two for weeks."""
        drawn = [(at(first, 12), at(first, 12) + timedelta(days=days)) for first, days in AWAY]
        days = (until - FROM).days
        for _ in range(days // 60):
            first = FROM + timedelta(days=self.random.randrange(days))
            begins = at(first, self.random.randrange(24))
            drawn.append((begins, begins + timedelta(hours=self.random.choice((5, 20, 60, 110)))))
        return drawn

    def beats(self, until: date) -> Iterator[datetime]:
        """The instants at which an engine is there to turn."""
        outages, day = self.outages(until), FROM
        while day <= until:
            for moment in self._of_a_day(day):
                if not any(begins <= moment < ends for begins, ends in outages):
                    yield moment
            day += timedelta(days=1)

    def _of_a_day(self, day: date) -> Iterator[datetime]:
        usual = 0.85 if day.weekday() < 5 else 0.25
        if self.random.random() < usual:
            yield at(day, self.random.choice((8, 9, 9, 10, 11)), self.random.randrange(60))
        if self.random.random() < 0.25:
            yield at(day, self.random.randrange(12, 24), self.random.randrange(60))

    # ------------------------------------------------------------------------------------------- one beat

    def beat(self) -> None:
        """An engine turns; now and then twice, or another beside it, or with a clock that is wrong for once."""
        now, luck = self.world.now, self.random.random()
        if self.watch.last is None:  # an engine that has just started has nothing to compare its clock with
            luck = 0.5
        if luck < 0.02:
            self._jump_forward(now)
        elif luck < 0.04:
            self._jump_back(now)
        self.turn(now)
        if luck > 0.95:
            self.turn(now)
        elif luck > 0.9:
            self.turn(now, watch=ClockWatch())
        elif luck > 0.87:
            self.world.clock.instant = now + ELSEWHERE
            self.turn(now + ELSEWHERE)

    def turn(
        self, wall: datetime, *, steady: datetime | None = None, watch: ClockWatch | None = None
    ) -> None:
        """One reading of both clocks, and a turn if it is believed."""
        self.world.clock.instant = wall
        reading = Pace(wall, (steady or wall) - EPOCH)
        believed = (watch or self.watch).believes(reading)
        self.turns.append(Turn(wall, believed, self.last_entry()))
        if believed:
            with self.world.app.app_context():
                run.turn(self.post, wall)

    def _jump_forward(self, now: datetime) -> None:
        """The clock shows next week, once; nobody is told of what is not yet."""
        self.turn(now + timedelta(days=self.random.randint(1, 12)), steady=now)
        self.turn(now, steady=now)
        assert [turn.believed for turn in self.turns[-2:]] == [False, False]

    def _jump_back(self, now: datetime) -> None:
        """The clock is set back, a second reading confirms it, and in the end it is set right again."""
        back = now - timedelta(hours=self.random.choice((1, 7, 30, 80)))
        for minutes in (0, 1, 2):
            later = timedelta(minutes=minutes)
            self.turn(back + later, steady=now - timedelta(minutes=9) + later)
        assert [turn.believed for turn in self.turns[-3:]] == [False, True, True]
        self.turn(now, steady=now - timedelta(minutes=2))
        assert not self.turns[-1].believed
        self.turn(now, steady=now - timedelta(minutes=1))

    def audit(self) -> tuple[int, int]:
        """What the independent auditor repairs, and what it finds late."""
        with self.world.app.app_context():
            found = audit(self.world.now)
        return found.repaired, found.late

    def last_entry(self) -> int:
        with self.world.app.app_context():
            return session().scalars(sa.select(LedgerHead.last_id)).one()

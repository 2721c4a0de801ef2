"""One duty as the oracle follows it, and how it climbs: every rung looked at, at every turn of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from tests.reckoning import ENDLESS, Days, hour_of, local
from tests.simulation.ladders import Ladder, Rung

RECEIPT = "receipt"


class Key(NamedTuple):
    """What makes a duty that duty; `task` 0 is the plan as a whole."""

    plan: int
    task: int
    unit: int
    kind: str
    period: str


class Said(NamedTuple):
    """What one turn says about one duty: at which place of the ladder, by which rung, whether it is a repeat, and
    whether the office is asked to find out instead."""

    place: int
    rung: Rung
    loop: int = 0
    asked: int = 0
    passed_over: int = 0
    """Lower rungs that came and were never said, for an engine was away."""


@dataclass
class Owed:
    """`behind` counts the rungs that are over; `rests_until` is put off after a late letter; `held_on` when the clock
    was stopped."""

    key: Key
    opens: date
    due: date
    armed_at: datetime
    version: int
    original: date = date.min
    epoch: int = 1
    state: str = "open"
    behind: int = 0
    loop: int = 0
    heard: bool = False
    asked: int = 0
    hold: str = ""
    held_at: datetime | None = None
    rests_until: datetime | None = None
    filed: bool = False

    def __post_init__(self) -> None:
        if self.original == date.min:
            self.original = self.due

    def arm(self, due: date, at: datetime) -> None:
        """Begin the climb again."""
        self.due, self.epoch, self.armed_at = due, self.epoch + 1, at
        self.behind = self.loop = self.asked = 0
        self.heard, self.hold, self.held_at, self.rests_until = False, "", None, None

    def settle(self, state: str) -> None:
        self.state, self.hold, self.held_at = state, "", None

    def stop(self, hold: str, at: datetime) -> None:
        self.hold, self.held_at = hold, at

    def hear(self, at: datetime, ladder: Ladder, days: Days) -> None:
        """The unit has been heard of; what waited for that goes on."""
        self.heard, self.asked = True, 0
        if self.hold == RECEIPT:
            self.go_on(at, ladder, days)

    def go_on(self, at: datetime, ladder: Ladder, days: Days) -> None:
        """The clock runs again; what came due meanwhile is said after the ladder's spacing."""
        self.hold, self.held_at = "", None
        missed = (
            self.behind < len(ladder.rungs) and self.moment(ladder.rungs[self.behind], ladder, days) <= at
        )
        again = self._repeat(self.behind - 1, self.loop + 1, ladder, days) if self.behind else None
        self.rests_until = (
            days.rested(at, ladder.spacing, ladder.hour) if missed or (again and again <= at) else None
        )

    # ------------------------------------------------------------------------------------------- the climb

    def begins(self, ladder: Ladder, days: Days) -> datetime:
        """When somebody may first be told of this epoch."""
        return days.office_hours(max(self.armed_at, hour_of(self.opens, 0)), ladder.hour)

    def moment(self, rung: Rung, ladder: Ladder, days: Days) -> datetime:
        if rung.when is None:
            return self.begins(ladder, days)
        if rung.when > 0:
            return hour_of(days.after(max(self.due, local(self.armed_at).date()), rung.when), ladder.hour)
        return hour_of(days.after(days.rolled(self.due, "back"), rung.when), ladder.hour)

    def _repeat(self, index: int, loop: int, ladder: Ladder, days: Days) -> datetime | None:
        rung = ladder.rungs[index]
        if not 0 < loop <= rung.times:
            return None
        return hour_of(
            days.after(local(self.moment(rung, ladder, days)).date(), rung.every * loop), ladder.hour
        )

    def over(self, ladder: Ladder) -> bool:
        """Whether nothing more comes by itself."""
        return self.behind == len(ladder.rungs) and self.loop >= ladder.rungs[-1].times

    def climb(self, at: datetime, ladder: Ladder, days: Days) -> Iterator[Said]:
        """What is said at a turn of the engine, if anything."""
        if self.hold not in {"", RECEIPT} or (self.rests_until and at < self.rests_until):
            return
        begins, reached, ahead = self.begins(ladder, days), [], self.behind
        for index in range(self.behind, len(ladder.rungs)):
            was_due = self.moment(ladder.rungs[index], ladder, days)
            if was_due > at:
                break
            ahead = index + 1
            if was_due >= begins:
                reached.append((index, was_due))
        gate = next((i for i, _ in reached if ladder.rungs[i].receipt), len(ladder.rungs))
        open_now = [(i, was_due) for i, was_due in reached if i < gate + self.heard]
        if open_now:
            said = self._speak(at, open_now[-1], ladder, days, shut=len(open_now) < len(reached))
            yield said._replace(passed_over=sum(was_due < open_now[-1][1] for _, was_due in open_now))
        elif reached:
            yield from self._ask(at, reached[0][0], ladder, days)
        elif ahead > self.behind:
            self.behind, self.loop = ahead, ladder.rungs[ahead - 1].times
            self._free()
        else:
            yield from self._again(at, ladder, days, begins)

    def _free(self) -> None:
        self.hold, self.held_at, self.rests_until, self.asked = "", None, None, 0

    def _speak(
        self, at: datetime, highest: tuple[int, datetime], ladder: Ladder, days: Days, *, shut: bool
    ) -> Said:
        """The highest rung open speaks; late, or below one that waits for receipt, the next gives some days."""
        index, was_due = highest
        self._free()
        self.behind, self.loop = index + 1, 0
        self.heard = self.heard and not ladder.rungs[index].letter
        late = local(days.office_hours(at)).date() > local(was_due).date()
        if late or shut:
            self.rests_until = days.rested(at, ladder.spacing, ladder.hour)
        return Said(index, ladder.rungs[index])

    def _ask(self, at: datetime, index: int, ladder: Ladder, days: Days) -> Iterator[Said]:
        """The unit has not been heard of: the office is asked to find out, so many times, then waits."""
        self.hold, self.held_at, self.behind = RECEIPT, at, index
        if self.asked >= ladder.checks:
            self.rests_until = ENDLESS
            return
        self.rests_until = days.rested(at, ladder.spacing, ladder.hour)
        self.asked += 1
        yield Said(index, ladder.rungs[index], asked=self.asked)

    def _again(self, at: datetime, ladder: Ladder, days: Days, begins: datetime) -> Iterator[Said]:
        """The last rung speaks once more when its days are over; several that were missed as one."""
        last = self.behind - 1
        if last < 0 or self.moment(ladder.rungs[last], ladder, days) < begins:
            return
        loop = self.loop
        while (again := self._repeat(last, loop + 1, ladder, days)) and again <= at:
            loop += 1
        if loop > self.loop:
            self._free()
            self.loop = loop
            yield Said(last, ladder.rungs[last], loop)

    # ------------------------------------------------------------------------------------------- rules that change

    def move(self, version: int, former: Ladder, ladder: Ladder, at: datetime, days: Days) -> None:
        """To another version: what was told is not told again, what has come and was not told is still owed."""
        since = None
        if self.behind < len(former.rungs):
            since = self.moment(former.rungs[self.behind], former, days)
        waits = since is not None and since <= at
        self.behind = 0
        for rung in ladder.rungs:
            moment = self.moment(rung, ladder, days)
            if (moment >= since) if waits and since else (moment > at):
                break
            self.behind += 1
        self.version, self.epoch = version, self.epoch + 1
        self.loop = ladder.rungs[self.behind - 1].times if self.behind else 0

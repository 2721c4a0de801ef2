"""Moving an open duty to another version of its ladder: nothing is told again, and nothing still owed is forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workflows.calendar import WorkCalendar
from workflows.escalation.climb import Climb, moment, moved
from workflows.escalation.ladder import Ladder


@dataclass(frozen=True, slots=True)
class Place:
    """Where a duty stands on a ladder: rungs behind it, repeats of the last of them, and its next moment."""

    rung: int
    loop: int
    next_action_at: datetime | None

    def on(self, climb: Climb) -> Climb:
        """The climb of a duty that has been moved there."""
        return replace(climb, rung=self.rung, loop=self.loop)


def placed(
    climb: Climb,
    former: Ladder,
    ladder: Ladder,
    calendar: WorkCalendar,
    now: datetime,
    next_action_at: datetime | None,
) -> Place:
    """Where a duty that climbs `former` stands when it is moved to `ladder` now; `next_action_at` is its next moment there.

    A rung that has come but not spoken (the engine is late, or the unit was not heard of yet) marks the place: what is
    above it is still to be told, and what was put off stays put off.
    """
    since = (
        moment(climb, former.rungs[climb.rung], former, calendar) if climb.rung < len(former.rungs) else None
    )
    if since is None or since > now:
        rung, next_at = moved(climb, ladder, calendar, now)
    else:
        rung, next_at = moved(climb, ladder, calendar, since - timedelta(microseconds=1))
        if next_at and next_action_at:
            next_at = max(next_at, next_action_at)
    # the rung it stands above never spoke on this ladder, so it has nothing to repeat
    return Place(rung, ladder.rungs[rung - 1].times if rung else 0, next_at)

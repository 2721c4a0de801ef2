"""What stands still in a task while requests about it wait for an answer, or while it is suspended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from workflows.cadence import DutyKind
from workflows.lifecycle import Hold
from workflows.requests.kinds import RequestKind

REQUEST_HOLDS = (Hold.SUSPENSION, Hold.OBJECTION, Hold.COORDINATION, Hold.EXTENSION)
"""The holds that requests lay and lift, the weightiest first: that is the one a duty shows."""

STOPPED_CLOCKS = frozenset({Hold.SUSPENSION, Hold.OBJECTION, Hold.COORDINATION})
"""Holds under which the days themselves do not count (停表); while an extension is pending only the chase rests."""

NEVER_HELD = frozenset(
    {
        DutyKind.ANSWER,
        DutyKind.REVIEW,
        DutyKind.BULLETIN,
        DutyKind.ASSESSMENT,
        DutyKind.EXPLANATION,
        DutyKind.APPEAL,
    }
)
"""What is owed about requests, and what the office owes, goes on: else two units could stop each other for ever."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A pending request that stops something: whose, which, since when, and the day from which it stops nothing."""

    kind: RequestKind
    unit_id: int
    since: datetime
    until: date | None = None

    def holds(self, kind: DutyKind, unit_id: int, today: date) -> Hold | None:
        """What it lays on a duty of that kind and unit of its task."""
        if self.kind is RequestKind.EXTENSION:
            return Hold.EXTENSION if kind is DutyKind.COMPLETION else None
        if unit_id != self.unit_id or (self.until is not None and today >= self.until):
            return None
        return Hold.OBJECTION if self.kind is RequestKind.OBJECTION else Hold.COORDINATION


@dataclass(frozen=True, slots=True)
class Stillness:
    """Everything that stands still in one task: it is suspended (暂缓), or requests about it are pending."""

    suspended: bool = False
    holders: tuple[Holder, ...] = ()

    def over(self, kind: DutyKind, unit_id: int, today: date) -> tuple[Hold, ...]:
        """The holds that lie on a duty of that kind and unit, the weightiest first."""
        if kind in NEVER_HELD:
            return ()
        laid = {holder.holds(kind, unit_id, today) for holder in self.holders}
        if self.suspended:
            laid.add(Hold.SUSPENSION)
        return tuple(hold for hold in REQUEST_HOLDS if hold in laid)

    def began(self, kind: DutyKind, unit_id: int, today: date) -> datetime | None:
        """Since when the first of the requests that hold such a duty is pending; None where none does."""
        return min((h.since for h in self.holders if h.holds(kind, unit_id, today)), default=None)

"""The oracle's own course of a part that another unit takes over (转办)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.reckoning import local
from tests.simulation.asked import AskedOracle, Request
from tests.simulation.days import Period
from tests.simulation.owed import Key

RANKS = ("lead", "responsible", "support")
LONGEST_OPEN = timedelta(days=62)
"""Farther back no report is looked for that could still be open."""


class WholeOracle(AskedOracle):
    """The oracle that understands everything the simulation comes to."""

    def hand_over(self, request: Request, at: datetime) -> None:
        """The leaver's open duties are dropped; who comes signs, and owes what is open and leaves him time enough."""
        task, plan, other = request.task, self.plans[request.plan], request.other
        assert other
        before = plan.parts[task]
        after = dict(before)
        share, named = after.pop(request.unit)
        acting = self.county.files_through.get(other, other)
        if acting in after:
            known, behalf = after[acting]
            after[acting] = min(known, share, key=RANKS.index), behalf
        else:
            after[acting] = share, named or (other if other != acting else None)
        plan.parts[task] = after
        for owed in list(self.of_task[task]):
            asked = owed.state == "open" or (owed.state == "filed" and owed.key.kind == "completion")
            if asked and not self._stays(owed.key, after):
                self.end(owed, "cancelled", at)
        for key, opens, due in self._newly(request, before, after, local(at).date()):
            self._begin(key, opens, due, at)
        self.end_moot(task, at)

    def _stays(self, key: Key, after: dict[int, tuple[str, int | None]]) -> bool:
        share = after.get(key.unit, ("", None))[0]
        if key.kind == "completion":
            return share == "lead"
        if key.kind == "consolidation":
            return gatherer(after) == key.unit
        return key.kind == "answer" or share in {"lead", "responsible"}

    def _newly(
        self,
        request: Request,
        before: dict[int, tuple[str, int | None]],
        after: dict[int, tuple[str, int | None]],
        today: date,
    ) -> Iterator[tuple[Key, date, date]]:
        task, cadence, deadline = request.task, self.plans[request.plan].cadence, self.deadline[request.task]
        for unit, (share, _) in after.items():
            key = Key(request.plan, task, unit, "", "")
            came = before.get(unit, ("support", None))[0] == "support"
            if share != "support" and came:
                yield key._replace(kind="sign"), today, self.days.after(today, cadence.body["sign_workdays"])
                for period in self._open_now(request, today):
                    yield key._replace(kind="monthly_report", period=period.key), period.opens, period.due
            if share == "lead" and deadline:
                yield key._replace(kind="completion"), today, deadline
        gathers = gatherer(after)
        if gathers is not None and gathers != gatherer(before):
            for period in self._open_now(request, today):
                key = Key(request.plan, task, gathers, "consolidation", period.key)
                yield key, period.opens, cadence.due("consolidation", period)

    def _open_now(self, request: Request, today: date) -> Iterator[Period]:
        plan = self.plans[request.plan]
        since = max(local(plan.issued_at).date() - timedelta(days=1), today - LONGEST_OPEN)
        rhythm = plan.cadence.rhythm(self.kind_of(request.task, plan.facts.task_ids[request.task].kind))
        for period in self.periods(plan):
            opened = period.kind == "monthly_report" and since < period.opens <= plan.through
            enough = self.days.between(today, period.due) >= plan.cadence.body["least_workdays_open"]
            if opened and enough and period.rhythm == rhythm:
                yield period

    def _begin(self, key: Key, opens: date, due: date, at: datetime) -> None:
        """Open it; what was asked once and dropped is asked again."""
        owed = self.owed.get(key)
        if owed is None:
            self.open(key, opens, due, at)
        elif owed.state == "cancelled":
            owed.opens, owed.original = opens, due
            self.arm(owed, due, at)


def gatherer(parts: dict[int, tuple[str, int | None]]) -> int | None:
    """The first lead, where somebody else owes too."""
    leads = [unit for unit, (share, _) in parts.items() if share == "lead"]
    owing = [unit for unit, (share, _) in parts.items() if share != "support"]
    return leads[0] if leads and len(owing) > 1 else None

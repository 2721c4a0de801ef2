"""The oracle's own course of rules and slips: versions taken into use, open duties moved to them, slips a person sends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tests.reckoning import local
from tests.simulation.days import Cadence
from tests.simulation.oracle import Oracle
from tests.simulation.people import OFFICE
from tests.simulation.record import Entry, Plan, Told

LOOK_BACK = timedelta(days=100)
"""How far back new days of a plan still ask for a period that they would have opened."""


class RuledOracle(Oracle):
    """The oracle that understands new rules and slips as well."""

    def on_rules_take(self, entry: Entry) -> None:
        """A version comes into use for some plans: what they open from now on goes by it."""
        number, subject, at = entry.detail["version_id"], entry.detail["subject"], entry.at
        if subject == "ladders" and not entry.plan:
            self.newest = number
        for plan in (self.plans[n] for n in entry.detail["plans"] if subject != "light"):
            if subject == "ladders":
                plan.ladders = number
            else:
                plan.cadence = Cadence(self.versions[number])
                plan.again = set(self._missed(plan, local(at).date()))

    def _missed(self, plan: Plan, today: date) -> Iterator[tuple[str, str]]:
        """Periods the new days would have opened by now, that were never asked for and still leave time enough."""
        asked = {(key.kind, key.period) for key in self.owed if key.plan == plan.facts.id}
        first = max(today - LOOK_BACK, local(plan.issued_at).date() - timedelta(days=1))
        least = plan.cadence.body["least_workdays_open"]
        for period in self.periods(plan):
            fresh = first < period.opens <= today and (period.kind, period.key) not in asked
            if fresh and self.days.between(today, period.due) >= least:
                yield period.kind, period.key

    def on_rules_move(self, entry: Entry) -> None:
        """Open duties are moved to a version."""
        number = entry.detail["version_id"]
        for duty, _, _ in entry.detail["moved"]:
            owed = self.owed[self.keys[duty]]
            former, kind = self.ladder(owed), owed.key.kind
            self.carried[owed.key, owed.epoch] = owed.epoch + 1
            owed.move(number, former, self.book(number).ladders[kind], entry.at, self.days)
            self.climbing[owed.key] = owed

    # ------------------------------------------------------------------------------------------- slips

    def on_slip_send(self, entry: Entry) -> None:
        """The slip is told to whom its rung speaks; the unit owes an answer, and has to be heard of again."""
        owed, on = self.duty(entry), local(entry.at).date()
        draft = self.drafts.pop(owed.key, None)
        if draft is None:
            self.odd.append(f"slip {entry.detail['number']} was sent and should not have been drafted")
            return
        days = self.book(owed.version).replies[draft.rung.slip]
        if days:
            key = owed.key._replace(kind="slip_reply", period=f"s{entry.detail['number']}")
            self.open(key, on, self.days.after(on, days), entry.at)
        unit, leader = owed.key.unit, self.leader_of(owed.key)
        told = set(self.people.spoken_to(unit, leader, draft.rung.audience, on))
        for post in draft.rung.copies:
            told |= set(self.people.holding(unit, leader, post, on)) if post != OFFICE else set()
        for person in told:
            self.told[Told(owed.key, draft.epoch, f"{draft.index}s", draft.rung.slip, person)] += 1
        owed.heard = False
        self.sent[owed.key] += 1

    def on_slip_dismiss(self, entry: Entry) -> None:
        if self.drafts.pop(self.duty(entry).key, None) is None:
            self.odd.append(f"slip {entry.detail['number']} was set aside and should not have been drafted")

    def on_slip_answer(self, entry: Entry) -> None:
        owed = self.duty(entry)
        reply = owed.key._replace(kind="slip_reply", period=f"s{entry.detail['number']}")
        if reply in self.owed:
            self.end(self.owed[reply], "done", entry.at)
        if owed.state == "open":
            owed.hear(entry.at, self.ladder(owed), self.days)

"""The oracle: what should stand in the rows, recomputed from the ledger and the list of the engine's turns.

Slow and simple: at every turn it looks at every rung of every duty that is still owed. It shares no line with
workflows.calendar, cadence or escalation, nor with app.queries; its rules are those of reference b.1 to b.5 and b.8,
and of the stored bodies of versions somebody took into use.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.reckoning import CHINA, Days, local
from tests.simulation.clockwork import Turn
from tests.simulation.county import County, acting
from tests.simulation.days import Cadence, Period
from tests.simulation.ladders import Book, Ladder, shipped, stored, turned_to
from tests.simulation.owed import Key, Owed, Said
from tests.simulation.people import OFFICE, UNIT_POSTS, People
from tests.simulation.record import SHIPPED_DAYS, Draft, Entry, Plan, Told


class Oracle:
    """Feed it the ledger and the turns with `follow`; then `told` and `owed` say what the rows should hold.

    `keys` names the duties by the numbers they have in the rows, `versions` holds the bodies of stored rules, `known`
    is the last year whose holidays were known at the beginning.
    """

    def __init__(
        self,
        county: County,
        keys: Mapping[int, Key],
        versions: Mapping[int, Mapping[str, Any]],
        first_ladders: int,
        known: int,
    ) -> None:
        self.county, self.keys, self.versions, self.first_ladders = county, keys, versions, first_ladders
        self.newest = first_ladders
        """The ladders a plan gets that is issued now."""
        self.calendars = [(datetime.min.replace(tzinfo=CHINA), Days(known, {}))]
        self.people = People.of(county)
        self.plans: dict[int, Plan] = {}
        self.facts = {plan.id: plan for plan in county.plans}
        self.owed: dict[Key, Owed] = {}
        self.climbing: dict[Key, Owed] = {}
        self.of_task: defaultdict[int, list[Owed]] = defaultdict(list)
        self.task_state: dict[int, str] = {}
        self.told: Counter[Told] = Counter()
        self.ended: dict[tuple[Key, int], datetime] = {}
        self.vacant: Counter[tuple[int, str, int]] = Counter()
        self._seen_vacant: set[object] = set()
        self.odd: list[str] = []
        """What the ledger says and cannot have been."""
        self.sent: Counter[Key] = Counter()
        self.carried: dict[tuple[Key, int], int] = {}
        self.drafts: dict[Key, Draft] = {}
        self.caught_up: Counter[str] = Counter()
        self._books: dict[int, Book] = {}
        self._periods: dict[tuple[int, int], list[Period]] = {}
        self.edition = 0

    # ------------------------------------------------------------------------------------- the ledger and the turns

    def follow(self, entries: Sequence[Entry], turns: Iterable[Turn]) -> None:
        """Everything in order: what the ledger says came before a turn is done first."""
        ahead = iter(entries)
        upcoming = next(ahead, None)
        for turn in turns:
            while upcoming and upcoming.id <= turn.after:
                self.apply(upcoming)
                upcoming = next(ahead, None)
            if turn.believed:
                self.turn(turn.at)
        while upcoming:
            self.apply(upcoming)
            upcoming = next(ahead, None)

    def apply(self, entry: Entry) -> None:
        """One entry; acts that change nothing that is owed have no method here."""
        name = "on_" + entry.act.replace(".", "_").replace("-", "_")
        if entry.act.startswith(("person.", "deputy.", "handover.")):
            self.people.follow(entry.act, entry.detail, entry.unit, entry.at.isoformat())
        elif hasattr(self, name):
            getattr(self, name)(entry)

    def turn(self, at: datetime) -> None:
        """One turn of the engine: periods open, then every ladder is climbed."""
        self._open_periods(at)
        for owed in list(self.climbing.values()):
            ladder = self.ladder(owed)
            for said in owed.climb(at, ladder, self.days):
                self._tell(owed, said, ladder, at)
                self.caught_up["outage"] += said.passed_over > 0
            if owed.over(ladder):
                del self.climbing[owed.key]

    # ------------------------------------------------------------------------------------------- rules

    @property
    def days(self) -> Days:
        """The calendar as it is known now."""
        return self.calendars[-1][1]

    def days_at(self, at: datetime) -> Days:
        """The calendar as it was known at that instant."""
        return next(days for since, days in reversed(self.calendars) if since <= at)

    def book(self, version: int) -> Book:
        if version not in self._books:
            first = version == self.first_ladders
            self._books[version] = shipped() if first else stored(self.versions[version])
        return self._books[version]

    def ladder(self, owed: Owed) -> Ladder:
        return self.book(owed.version).ladders[owed.key.kind]

    def on_calendar_publish(self, entry: Entry) -> None:
        """A notice comes in: dates of periods that are ahead are counted anew; what was put off stays off its rest days."""
        named = ((date.fromisoformat(day), works) for day, works in entry.detail["days"])
        self.calendars.append((entry.at, self.days.with_notice(entry.detail["year"], named)))
        self.edition += 1
        today = local(entry.at).date()
        for owed in self.owed.values():
            if owed.state == "open":
                self._recount(owed, today)

    def _recount(self, owed: Owed, today: date) -> None:
        if owed.rests_until and owed.rests_until.year < 9999:
            day = local(owed.rests_until).date()
            owed.rests_until += self.days.rolled(day) - day
        period = self._period_of(owed)
        if period is None or owed.due != owed.original:
            return
        least = self.days.after(owed.opens, self.plans[owed.key.plan].cadence.body["least_workdays_open"])
        due = max(period.due, least)
        if owed.key.kind in {"consolidation", "review"}:
            assert period.gathered
            assert period.reviewed
            due = max(period.gathered, self.days.after(due, 1))
            if owed.key.kind == "review":
                due = max(period.reviewed, self.days.after(due, 1))
        if due >= today:
            owed.due = owed.original = due

    def _period_of(self, owed: Owed) -> Period | None:
        kind = "monthly_report" if owed.key.kind in {"consolidation", "review"} else owed.key.kind
        if kind not in {"monthly_report", "bulletin", "assessment"}:
            return None
        return next(
            p for p in self.periods(self.plans[owed.key.plan]) if (p.kind, p.key) == (kind, owed.key.period)
        )

    def periods(self, plan: Plan) -> list[Period]:
        key = (id(plan.cadence), self.edition)
        if key not in self._periods:
            self._periods[key] = sorted(
                plan.cadence.periods(self.days, range(2023, 2027)), key=lambda p: (p.opens, p.kind, p.key)
            )
        return self._periods[key]

    # ------------------------------------------------------------------------------------------- what is owed

    def on_plan_issue(self, entry: Entry) -> None:
        facts, today = self.facts[entry.plan], local(entry.at).date()
        parts = {task: acting(self.county, found) for task, found in facts.task_ids.items()}
        cadence = Cadence({**SHIPPED_DAYS, **(facts.cadence or {})})
        plan = Plan(facts, entry.at, cadence, self.newest, parts, today - timedelta(days=1))
        self.plans[entry.plan] = plan
        for task, found in facts.task_ids.items():
            self.task_state[task] = "issued"
            for unit, (share, _) in parts[task].items():
                if share != "support":
                    due = self.days.after(today, cadence.body["sign_workdays"])
                    self.open(Key(entry.plan, task, unit, "sign", ""), today, due, entry.at)
                if share == "lead" and found.deadline:
                    self.open(Key(entry.plan, task, unit, "completion", ""), today, found.deadline, entry.at)

    def open(self, key: Key, opens: date, due: date, at: datetime) -> None:
        if key in self.owed:
            return
        owed = Owed(key, opens, due, at, self.plans[key.plan].ladders)
        self.owed[key] = self.climbing[key] = owed
        self.of_task[key.task].append(owed)
        self.opened(owed, at)

    def opened(self, owed: Owed, at: datetime) -> None:
        """For whoever has to stop the clock of what has just opened."""

    def _open_periods(self, at: datetime) -> None:
        today = local(at).date()
        for number, plan in self.plans.items():
            for period in self.periods(plan):
                asked_again = (period.kind, period.key) in plan.again
                if period.opens > today or not (period.opens > plan.through or asked_again):
                    continue
                for key, due in self._owed_for(number, plan, period):
                    self.open(key, period.opens, due, at)
            plan.again.clear()
            plan.through = max(plan.through, today)

    def _owed_for(self, number: int, plan: Plan, period: Period) -> Iterator[tuple[Key, date]]:
        if period.kind != "monthly_report":
            yield Key(number, 0, self.county.office, period.kind, period.key), period.due
            return
        asked = False
        for task, facts in plan.facts.task_ids.items():
            on = self.task_state[task] in {"issued", "underway", "closing"}
            if not on or plan.cadence.rhythm(self.kind_of(task, facts.kind)) != period.rhythm:
                continue
            shares = {unit: share for unit, (share, _) in plan.parts[task].items() if share != "support"}
            asked = asked or bool(shares)
            for unit in shares:
                yield Key(number, task, unit, period.kind, period.key), period.due
            leads = [unit for unit, share in shares.items() if share == "lead"]
            if leads and len(shares) > 1:
                yield (
                    Key(number, task, leads[0], "consolidation", period.key),
                    plan.cadence.due("consolidation", period),
                )
        if asked:
            due = plan.cadence.due("review", period)
            yield Key(number, 0, self.county.office, "review", period.key), due

    def kind_of(self, _task: int, kind: str) -> str:
        return kind

    # ------------------------------------------------------------------------------------------- what is done

    def end(self, owed: Owed, state: str, at: datetime) -> None:
        """It is asked no more, or not for the moment."""
        self.ended[owed.key, owed.epoch] = at
        owed.settle(state)
        self.climbing.pop(owed.key, None)
        self.drafts.pop(owed.key, None)

    def arm(self, owed: Owed, due: date, at: datetime) -> None:
        self.ended.setdefault((owed.key, owed.epoch), at)
        owed.state = "open"
        owed.arm(due, at)
        self.climbing[owed.key] = owed
        self.drafts.pop(owed.key, None)
        self.opened(owed, at)

    def hear(self, task: int, unit: int, at: datetime) -> None:
        for owed in self.of_task[task]:
            if task and owed.key.unit == unit and owed.state == "open" and not owed.heard:
                owed.hear(at, self.ladder(owed), self.days)

    def duty(self, entry: Entry) -> Owed:
        return self.owed[self.keys[entry.duty]]

    def on_task_sign(self, entry: Entry) -> None:
        self.end(self.owed[Key(entry.plan, entry.task, entry.unit, "sign", "")], "done", entry.at)
        self._go_ahead(entry.task)
        self.hear(entry.task, entry.unit, entry.at)

    def _go_ahead(self, task: int) -> None:
        if self.task_state[task] == "issued":
            self.task_state[task] = "underway"

    def on_task_update(self, entry: Entry) -> None:
        self._go_ahead(entry.task)
        self.hear(entry.task, entry.unit, entry.at)

    def on_report_save(self, entry: Entry) -> None:
        self.hear(entry.task, entry.unit, entry.at)

    def on_report_submit(self, entry: Entry) -> None:
        self.duty(entry).filed = True
        self.end(self.duty(entry), "filed", entry.at)
        self._go_ahead(entry.task)
        self.hear(entry.task, entry.unit, entry.at)

    def on_report_accept(self, entry: Entry) -> None:
        self.duty(entry).state = "done"

    def on_report_return(self, entry: Entry) -> None:
        self._back(self.duty(entry), entry.at)

    def _back(self, owed: Owed, at: datetime) -> None:
        days = self.plans[owed.key.plan].cadence.body["correction_workdays"]
        self.arm(owed, max(owed.due, self.days.after(local(at).date(), days)), at)

    def on_report_consolidate(self, entry: Entry) -> None:
        self.end(self.duty(entry), "done", entry.at)

    on_review_finish = on_office_issue = on_report_consolidate

    def on_task_request_close(self, entry: Entry) -> None:
        self.task_state[entry.task] = "closing"
        for owed in self.of_task[entry.task]:
            if owed.key.kind == "completion" and owed.state == "open":
                self.end(owed, "filed", entry.at)

    def on_task_send_back(self, entry: Entry) -> None:
        self.task_state[entry.task] = "underway"
        for owed in self.of_task[entry.task]:
            if owed.key.kind == "completion" and owed.state == "filed":
                self._back(owed, entry.at)

    def on_task_close(self, entry: Entry) -> None:
        self.task_state[entry.task] = "closed"
        for owed in self.of_task[entry.task]:
            if owed.state in {"open", "filed"}:
                self.end(owed, "done" if owed.key.kind == "completion" else "cancelled", entry.at)

    def on_letter_received(self, entry: Entry) -> None:
        for number in entry.detail["duties"]:
            owed = self.owed[self.keys[number]]
            owed.hear(entry.at, self.ladder(owed), self.days)

    on_receipt_shown = on_letter_received

    def on_receipt_phone(self, entry: Entry) -> None:
        self.duty(entry).hear(entry.at, self.ladder(self.duty(entry)), self.days)

    # ------------------------------------------------------------------------------------------- who is told

    def leader_of(self, key: Key) -> int:
        """责任领导: of the named unit somebody files for, else of the unit, else of the plan."""
        _, named = self.plans[key.plan].parts.get(key.task, {}).get(key.unit, ("", None))
        answerable = self.county.answerable
        return answerable.get(named or 0) or answerable.get(key.unit) or self.county.leader

    def say(self, owed: Owed, place: str, letter: str, people: Iterable[int]) -> None:
        for person in people:
            self.told[Told(owed.key, owed.epoch, place, letter, person)] += 1

    def _tell(self, owed: Owed, said: Said, ladder: Ladder, at: datetime) -> None:
        on, unit, leader = local(at).date(), owed.key.unit, self.leader_of(owed.key)
        rung = turned_to(said.rung, owed.key.period)
        office = self.people.holding(unit, leader, OFFICE, on)
        if said.asked:
            again = f"s{self.sent[owed.key]}" if self.sent[owed.key] else ""
            self.say(owed, f"{said.place}v{said.asked}{again}", "verify", office)
            return
        spoken_to = self.people.spoken_to(unit, leader, rung.audience, on)
        if rung.letter:
            copies = {
                person
                for post in rung.copies
                if not (post == OFFICE and rung.slip and not said.loop)
                for person in self.people.holding(unit, leader, post, on)
            }
            early = rung.letter == "advance" and any(
                r.letter == "advance" for r in ladder.rungs[said.place + 1 :]
            )
            told = {p for p in spoken_to if not (early and p in self.people.fewer)}
            told |= {p for p in copies if p not in spoken_to and p not in self.people.fewer}
            self.say(owed, f"{said.place}r{said.loop}" if said.loop else str(said.place), rung.letter, told)
            self._miss(unit, leader, rung.audience, on)
        if rung.slip and not said.loop:
            self.drafts[owed.key] = Draft(owed.epoch, said.place, rung)
            self.say(owed, f"{said.place}d", rung.slip, office)

    def _miss(self, unit: int, leader: int, audience: Sequence[str], on: date) -> None:
        """The administrators hear once of a post that letters have to climb past."""
        for post in audience:
            if post not in UNIT_POSTS or self.people.holding(unit, leader, post, on):
                continue
            if post == "section_head" and self.people.holding(unit, leader, "liaison", on):
                continue
            state = self.people.state(unit, post)
            if (unit, post, state) in self._seen_vacant:
                continue
            self._seen_vacant.add((unit, post, state))
            for person in self.people.administrators:
                if self.people.reached(person):
                    self.vacant[unit, post, person] += 1

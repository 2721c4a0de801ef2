"""The oracle's own course of requests (reference b.5): what stands still for them, who owes the answer, what becomes of
dates, and who hears of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.reckoning import hour_of, local
from tests.simulation.county import County
from tests.simulation.owed import Key, Owed
from tests.simulation.record import Entry, Told
from tests.simulation.ruled import RuledOracle

NEVER_HELD = {"answer", "review", "bulletin", "assessment"}
CLOCKS = ("suspension", "objection", "coordination")
"""Holds under which the days themselves do not count, the weightiest first; an extension only rests the chase."""
HOLDS = (*CLOCKS, "extension")
FOR_ALL = {"extension", "adjustment", "suspension", "withdrawal", "routine"}
LIMITS = {
    "extension_ahead": 5,
    "objection_stop": 5,
    "answer_extension": 3,
    "answer_objection": 3,
    "answer_coordination": 3,
    "answer_change": 5,
}


@dataclass
class Request:
    """A request as the ledger tells it. `until` is the day from which an objection stops nothing any more."""

    id: int
    kind: str
    plan: int
    task: int
    unit: int
    about: Key | None
    wanted: date | None
    stage: str
    stops: bool
    until: date | None
    raised_at: datetime
    pending: bool = True
    granted_on: date | None = None
    granted_at: datetime | None = None
    other: int | None = None


class AskedOracle(RuledOracle):
    """The oracle that understands requests as well."""

    def __init__(
        self,
        county: County,
        keys: Mapping[int, Key],
        versions: Mapping[int, Mapping[str, Any]],
        first_ladders: int,
        known: int,
    ) -> None:
        super().__init__(county, keys, versions, first_ladders, known)
        self.requests: dict[int, Request] = {}
        self.deadline: dict[int, date | None] = {}
        self.routine: set[int] = set()

    def turn(self, at: datetime) -> None:
        self._start_clocks(at)
        super().turn(at)

    def _start_clocks(self, at: datetime) -> None:
        """What a turn does first: stops end, suspended tasks go on, what a unit did not answer goes to the office."""
        today = local(at).date()
        for request in self._pending():
            over = request.kind == "objection" and request.until and request.until <= today
            if over and any(
                o.hold == "objection" and o.key.unit == request.unit for o in self._open(request.task)
            ):
                self.settle(request.task, at)
        for task, state in list(self.task_state.items()):
            granted = self._suspension(task) if state == "suspended" else None
            if granted and granted.granted_on and granted.granted_on <= today:
                self._resume(task, at, granted.granted_on)
        for request in self._pending():
            asked = self.owed.get(self._answer_key(request))
            if request.stage == "unit" and asked and asked.due < today:
                self._ask(request, "office", at)

    def _pending(self) -> list[Request]:
        return [r for _, r in sorted(self.requests.items()) if r.pending]

    def _open(self, task: int) -> list[Owed]:
        return [o for o in self.of_task[task] if o.state == "open"]

    def _limit(self, plan: int, name: str) -> int:
        return int(self.plans[plan].cadence.body.get("requests", {}).get(name, LIMITS[name]))

    # ------------------------------------------------------------------------------------------- raised, answered

    def on_plan_issue(self, entry: Entry) -> None:
        super().on_plan_issue(entry)
        self.deadline |= {task: facts.deadline for task, facts in self.facts[entry.plan].task_ids.items()}

    def on_request_raise(self, entry: Entry) -> None:
        detail, today, kind = entry.detail, local(entry.at).date(), entry.detail["kind"]
        deadline = self.deadline[entry.task]
        ahead = self._limit(entry.plan, "extension_ahead")
        stops = kind in {"objection", "coordination"} or (
            kind == "extension" and deadline is not None and self.days.between(today, deadline) >= ahead
        )
        until = (
            self.days.after(today, self._limit(entry.plan, "objection_stop")) if kind == "objection" else None
        )
        about = self.keys.get(entry.duty)
        wanted = date.fromisoformat(detail["wanted"]) if detail["wanted"] else None
        request = Request(
            detail["request"],
            kind,
            entry.plan,
            entry.task,
            entry.unit,
            about,
            wanted,
            "",
            stops,
            until,
            entry.at,
        )
        self.requests[request.id] = request
        self._ask(request, "unit" if kind == "coordination" else "office", entry.at, detail["other"])
        self.settle(entry.task, entry.at)

    def _answer_key(self, request: Request) -> Key:
        suffix = {"unit": "", "office": ".o", "leader": ".l"}[request.stage]
        period = f"r{request.id}{suffix}"
        found = [
            o.key for o in self.of_task[request.task] if o.key.kind == "answer" and o.key.period == period
        ]
        return found[0] if found else Key(request.plan, request.task, self.county.office, "answer", period)

    def _ask(self, request: Request, stage: str, at: datetime, other: int | None = None) -> None:
        request.stage, today = stage, local(at).date()
        unit = (
            self.county.files_through.get(other, other) if stage == "unit" and other else self.county.office
        )
        name = f"answer_{request.kind}"
        days = self._limit(request.plan, name if name in LIMITS else "answer_change")
        key = self._answer_key(request)._replace(unit=unit)
        self.open(key, today, self.days.after(today, days), at)

    def on_request_forward(self, entry: Entry) -> None:
        request = self.requests[entry.detail["request"]]
        self._end_one(self._answer_key(request), "done", entry.at)
        self._ask(request, "leader", entry.at)

    def on_request_pass_on(self, entry: Entry) -> None:
        """The unit that blocks says it cannot; where it only kept silent, the engine's turn has passed it on already."""
        request = self.requests[entry.detail["request"]]
        if request.stage == "unit":
            self.on_request_cannot(entry)
            self._ask(request, "office", entry.at)

    def on_request_cannot(self, entry: Entry) -> None:
        request = self.requests[entry.detail["request"]]
        for owed in self._open(request.task):
            if owed.key.kind == "answer" and owed.key.period == f"r{request.id}":
                self.end(owed, "done", entry.at)

    def _end_one(self, key: Key, state: str, at: datetime) -> None:
        if self.owed[key].state == "open":
            self.end(self.owed[key], state, at)

    def _end_asking(self, request: Request, at: datetime, answered: Collection[Key] = ()) -> None:
        request.pending = False
        for owed in self._open(request.task):
            if owed.key.kind == "answer" and owed.key.period.partition(".")[0] == f"r{request.id}":
                self.end(owed, "done" if owed.key in answered else "cancelled", at)

    def on_request_withdraw(self, entry: Entry) -> None:
        request = self.requests[entry.detail["request"]]
        self._end_asking(request, entry.at)
        self.settle(request.task, entry.at)

    def on_request_answer(self, entry: Entry) -> None:
        request, detail, at = self.requests[entry.detail["request"]], entry.detail, entry.at
        self._end_asking(request, at, {self.keys[number] for number in detail["answered"]})
        granted = detail["granted"]
        if granted:
            request.granted_on = date.fromisoformat(detail["granted_on"]) if detail["granted_on"] else None
            request.granted_at, request.other = at, detail["other"]
            self._grant(request, at)
        self.settle(request.task, at, earned=granted and request.kind == "coordination")
        about = [request.about] if request.about else []
        if granted and request.kind in FOR_ALL:
            about += [key for key in self._spoken_of(request.task) if key.unit != request.unit]
        self._answered(request, about, at, "")

    def _grant(self, request: Request, at: datetime) -> None:
        task = request.task
        if request.kind == "extension" and request.granted_on:
            self._redate(task, request.granted_on, at)
        elif request.kind == "suspension":
            self.task_state[task] = "suspended"
        elif request.kind == "withdrawal":
            self.task_state[task] = "withdrawn"
            for owed in list(self.of_task[task]):
                if owed.state == "open" or (owed.state == "filed" and owed.key.kind == "completion"):
                    self.end(owed, "cancelled", at)
            self.end_moot(task, at)
        elif request.kind == "routine":
            self.deadline[task] = None
            self.routine.add(task)
            for owed in list(self.of_task[task]):
                if owed.key.kind == "completion" and owed.state in {"open", "filed"}:
                    self.end(owed, "cancelled", at)
        elif request.kind == "objection":
            self.hand_over(request, at)

    def hand_over(self, request: Request, at: datetime) -> None:
        """For whoever knows what becomes of a part that another unit takes (转办)."""

    def _redate(self, task: int, due: date, at: datetime) -> None:
        """Every completion of the task gets the date; one that waits for the office takes it without being chased."""
        for owed in self.of_task[task]:
            if owed.key.kind != "completion" or owed.due == due or owed.state not in {"open", "filed"}:
                continue
            if owed.state == "open":
                self.arm(owed, due, at)
            else:
                owed.due, owed.epoch = due, owed.epoch + 1
        self.deadline[task] = due

    def on_task_close(self, entry: Entry) -> None:
        super().on_task_close(entry)
        self.end_moot(entry.task, entry.at)

    def end_moot(self, task: int, at: datetime) -> None:
        """Requests nothing is left to answer of: the task is over, or their unit has no part in it now."""
        over = self.task_state[task] in {"closed", "withdrawn"}
        owing = {unit for unit, (share, _) in self.parts_of(task).items() if share != "support"}
        moot = [r for r in self._pending() if r.task == task and (over or r.unit not in owing)]
        for request in moot:
            self._end_asking(request, at)
        if moot:
            self.settle(task, at)

    def parts_of(self, task: int) -> dict[int, tuple[str, int | None]]:
        """Who takes part in a task now."""
        return next(plan.parts[task] for plan in self.plans.values() if task in plan.parts)

    def kind_of(self, task: int, kind: str) -> str:
        return "continuing" if task in self.routine else kind

    # ------------------------------------------------------------------------------------------- clocks

    def opened(self, owed: Owed, at: datetime) -> None:
        over = self._over(owed, local(at).date())
        if over:
            late = min(at, max(self._began(owed, at), hour_of(owed.opens, 0)))
            owed.stop(over[0], late if owed.epoch == 1 else at)  # armed again, its clock stops there and then

    def _began(self, owed: Owed, at: datetime) -> datetime:
        """Since when the first of the requests that stop such a duty is pending: it may open late, an engine being away."""
        today = local(at).date()
        return min((r.raised_at for r in self._pending() if self._stops(r, owed, today)), default=at)

    def _stops(self, request: Request, owed: Owed, today: date) -> bool:
        if request.task != owed.key.task or not request.stops:
            return False
        if request.kind == "extension":
            return owed.key.kind == "completion"
        return owed.key.unit == request.unit and not (request.until and today >= request.until)

    def _over(self, owed: Owed, today: date) -> list[str]:
        """The holds that lie on a duty now, the weightiest first."""
        if owed.key.kind in NEVER_HELD or not owed.key.task:
            return []
        laid = {"suspension"} if self.task_state.get(owed.key.task) == "suspended" else set()
        laid |= {request.kind for request in self._pending() if self._stops(request, owed, today)}
        return [hold for hold in HOLDS if hold in laid]

    def settle(self, task: int, at: datetime, *, earned: bool = False, since: date | None = None) -> None:
        """Every open duty stands still or goes on; the days a clock stood are given back."""
        today, moved = local(at).date(), []
        for owed in self._open(task):
            over = self._over(owed, today)
            stood = self._stood(owed, over, since or today, earned=earned)
            if stood:
                self.arm(owed, self.days.after(owed.due, stood), at)
                moved += [owed.due] if owed.key.kind == "completion" else []
            elif not over:
                if owed.hold in HOLDS:
                    owed.go_on(at, self.ladder(owed), self.days)
            elif over[0] != owed.hold:
                goes_on = owed.hold in CLOCKS and owed.hold in over
                owed.stop(over[0], owed.held_at if goes_on and owed.held_at else at)
        deadline = self.deadline.get(task)
        if moved and deadline:
            self.deadline[task] = max(deadline, *moved)

    def _stood(self, owed: Owed, over: Collection[str], until: date, *, earned: bool) -> int:
        """Working days to give back: an objection's at most as many as it may stop, a coordination's if it was earned."""
        if owed.hold not in CLOCKS or owed.hold in over or owed.held_at is None:
            return 0
        if owed.hold == "coordination" and not earned:
            return 0
        stood = self.days.between(local(owed.held_at).date(), until)
        return min(stood, self._limit(owed.key.plan, "objection_stop")) if owed.hold == "objection" else stood

    def _suspension(self, task: int) -> Request | None:
        granted = [
            r for r in self.requests.values() if r.task == task and r.kind == "suspension" and r.granted_at
        ]
        return max(granted, key=lambda r: r.id, default=None)

    def on_task_resume(self, entry: Entry) -> None:
        """The office lets a task go on; where its day had come, the engine's turn has done so already."""
        if self.task_state[entry.task] == "suspended":
            self._resume(entry.task, entry.at, None)

    def _resume(self, task: int, at: datetime, since: date | None) -> None:
        granted = self._suspension(task)
        self.task_state[task] = "underway"
        self.settle(task, at, since=since)
        if granted:
            self._answered(granted, self._spoken_of(task), at, "r")

    # ------------------------------------------------------------------------------------------- who is told

    def _spoken_of(self, task: int) -> list[Key]:
        """For each unit that takes part, the duty a letter about the whole task hangs on: its first."""
        owing = {unit for unit, (share, _) in self.parts_of(task).items() if share != "support"}
        first: dict[int, Key] = {}
        for _, key in sorted(self.keys.items()):
            if key.task == task and key in self.owed and key.unit in owing and key.kind != "answer":
                first.setdefault(key.unit, key)
        return list(first.values())

    def _answered(self, request: Request, about: Iterable[Key], at: datetime, place: str) -> None:
        on = local(at).date()
        for key in about:
            told = self.people.spoken_to(key.unit, self.leader_of(key), ("liaison", "deputy_head"), on)
            for person in told:
                self.told[Told(key, self.owed[key].epoch, f"a{request.id}{place}", "answer", person)] += 1

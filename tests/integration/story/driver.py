"""The driver: lets the days come through the real services and the real engine, and writes down what happened.

People behave at random, from a printed seed: some file in time, some late, some never; the office accepts, returns or
leaves reports lying; bulletins are issued or forgotten. Nothing here knows when a letter is due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, timedelta
from random import Random

import sqlalchemy as sa

from app.db import session
from app.models import Duty, Report, Task, Unit
from app.services import gathering, progress, reports
from tests.integration.story import county
from tests.integration.story.oracle import Happening, Key
from tests.world import ON_PAPER, World
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.lifecycle import MOST_RETURNS, DutyState, TaskState
from workflows.policy import Actor, Role

MORNING, AFTERNOON = (9, 30), (15, 0)
Slot = tuple[date, tuple[int, int]]


class Driver:
    """One telling of the story; `log` is what happened, in order."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, Random(seed)
        self.log: list[Happening] = []
        self.agenda: dict[Slot, list[Callable[[], None]]] = defaultdict(list)
        self.keys: dict[int, Key] = {}
        self.office = world.office
        self.actors: dict[str, Actor] = {}

    def issue(self) -> int:
        """Found the county, read the plan in and issue it; returns its id."""
        county.found(self.world)
        self.actors = {unit: self._filer(unit) for unit in county.STAFF}
        plan_id = county.read_in(self.world)
        self.world.issue_draft(plan_id)
        self._meet_new_duties()
        return plan_id

    def _filer(self, unit: str) -> Actor:
        staff = county.STAFF[unit]
        person = self.world.person_id(f"{unit}{staff[0]}")
        return Actor(person, unit, frozenset({Role.DEPARTMENT}), frozenset({self.world.unit_id(unit)}))

    def run_to(self, last: date) -> None:
        """Live each day: people in the morning, the engine, people in the afternoon, the engine again or not."""
        while (today := self.world.clock.today) <= last:
            self._people(today, MORNING)
            self._turn(today, 10, deliver=self.random.random() < 0.7)
            busy = self._people(today, AFTERNOON)
            self._hear()
            if busy or self.random.random() < 0.5:
                self._turn(today, 16, deliver=False)
            self._deliver(today, 16, 30)
            self.world.clock.go_to(today + timedelta(days=1), 7)

    def on(self, day: date, slot: tuple[int, int], act: Callable[[], None]) -> None:
        """Put something on the agenda; what lies in the past is not done any more."""
        self.agenda[day, slot].append(act)

    def _people(self, today: date, slot: tuple[int, int]) -> bool:
        """Let people do what they had in mind for now; returns whether anybody did anything."""
        self.world.clock.go_to(today, *slot)
        before = len(self.log)
        for act in self.agenda.pop((today, slot), []):
            act()
        return len(self.log) > before

    def _turn(self, today: date, hour: int, *, deliver: bool) -> None:
        self.world.clock.go_to(today, hour)
        self._note("tick")
        if self.world.tick().opened:
            self._meet_new_duties()
        if deliver:
            self._deliver(today, hour, 1)

    def _deliver(self, today: date, hour: int, minute: int) -> None:
        self.world.clock.go_to(today, hour, minute)
        self._note("deliver")
        self.world.deliver()

    def _note(self, what: str, key: Key | None = None) -> None:
        self.log.append(Happening(self.world.now, what, key))

    # ------------------------------------------------------------------------------------ how people behave

    def _meet_new_duties(self) -> None:
        """Let the units make up their minds about what is newly asked of them, page by page."""
        with self.world.app.app_context():
            fresh = sa.select(Duty, Unit.name, Task.number).join(Unit).outerjoin(Task).order_by(Duty.id)
            pages: dict[tuple[str, str, str, int], list[Duty]] = defaultdict(list)
            for duty, unit, number in session().execute(fresh):
                if duty.id not in self.keys:
                    task = int(number or 0)
                    self.keys[duty.id] = Key(unit, task, duty.kind.value, duty.period_key)
                    pages[unit, duty.kind, duty.period_key, task % 2].append(duty)
        for page in pages.values():
            self._make_up_minds(page)

    def _make_up_minds(self, page: list[Duty]) -> None:
        kind, ids = page[0].kind, [duty.id for duty in page]
        act: Callable[[], None]
        if kind is DutyKind.COMPLETION:
            return
        if kind is DutyKind.SIGN:
            act = lambda: self._sign(ids)  # noqa: E731
        elif kind is DutyKind.MONTHLY_REPORT:
            act = lambda: self._file(ids)  # noqa: E731
        elif kind is DutyKind.CONSOLIDATION:
            act = lambda: self._gather(ids)  # noqa: E731
        elif kind is DutyKind.REVIEW:
            act = lambda: self._finish(ids[0])  # noqa: E731
        else:
            act = lambda: self._record(ids[0])  # noqa: E731
        day = self._day_chosen(self.world.clock.today, page[0].due_on)
        if day:
            self.on(day, self._slot(), act)

    def _day_chosen(self, today: date, due_on: date) -> date | None:
        """In time, a little late, very late, or never."""
        luck = self.random.random()
        in_time = [today + timedelta(days=n) for n in range(1, max((due_on - today).days, 1) + 1)]
        if luck < 0.8:
            return self.random.choice(in_time)
        if luck < 0.92:
            return due_on + timedelta(days=self.random.randint(1, 12))
        if luck < 0.96:
            return due_on + timedelta(days=self.random.randint(13, 60))
        return None

    def _slot(self) -> tuple[int, int]:
        return self.random.choice((MORNING, AFTERNOON))

    def _sign(self, ids: Iterable[int]) -> None:
        for duty_id in self._still(ids, DutyState.OPEN):
            with self.world.app.app_context():
                progress.sign_all(self.actors[self.keys[duty_id].unit], self.world.now, only=[duty_id])
            self._note("sign", self.keys[duty_id])

    def _record(self, duty_id: int) -> None:
        self.world.record_issue(duty_id)
        self._note("record", self.keys[duty_id])

    def _gather(self, ids: Iterable[int]) -> None:
        """The lead sends in what it can; what it has to wait for it forgets."""
        for duty_id in self._still(ids, DutyState.OPEN):
            lead = self.actors[self.keys[duty_id].unit]
            with self.world.app.app_context(), suppress(Refused):
                gathering.consolidate(lead, duty_id, self.world.now)
                self._note("record", self.keys[duty_id])

    def _finish(self, duty_id: int) -> None:
        if self._still([duty_id], DutyState.OPEN):
            with self.world.app.app_context(), suppress(Refused):
                gathering.finish_review(self.office, duty_id, self.world.now)
                self._note("record", self.keys[duty_id])

    def _file(self, ids: Iterable[int]) -> None:
        pending = self._still(ids, DutyState.OPEN)
        if not pending:
            return
        with self.world.app.app_context():
            entries = [reports.Entry(i, 40, "按计划推进。", "", "", _version(i)) for i in pending]
            actor = self.actors[self.keys[pending[0]].unit]
            filed = reports.save_month(actor, entries, submit=True, now=self.world.now, signed_by="分管领导")
            assert filed.submitted == len(pending)
        for duty_id in pending:
            self._note("file", self.keys[duty_id])
            self._review_later(duty_id)

    def _review_later(self, duty_id: int) -> None:
        luck, day = self.random.random(), self.world.clock.today + timedelta(days=self.random.randint(1, 6))
        if luck < 0.12:
            self.on(day, self._slot(), lambda: self._return(duty_id))
        elif luck < 0.4:
            self.on(day, self._slot(), lambda: self._accept(duty_id))

    def _accept(self, duty_id: int) -> None:
        if self._still([duty_id], DutyState.FILED):
            self.world.accept_report(duty_id)
            self._note("accept", self.keys[duty_id])

    def _return(self, duty_id: int) -> None:
        """Return it; what was returned as often as it may be is accepted."""
        if not self._still([duty_id], DutyState.FILED):
            return
        if self._returns(duty_id) >= MOST_RETURNS:
            self._accept(duty_id)
            return
        self.world.return_report(duty_id)
        self._note("return", self.keys[duty_id])
        day = self._day_chosen(self.world.clock.today, self.world.get(Duty, duty_id).due_on)
        if day:
            self.on(day, self._slot(), lambda: self._file([duty_id]))

    def _returns(self, duty_id: int) -> int:
        report = self.world.one(sa.select(Report).where(Report.duty_id == duty_id))
        return report.returns

    def _still(self, ids: Iterable[int], state: DutyState) -> list[int]:
        with self.world.app.app_context():
            wanted = sa.select(Duty.id).where(Duty.id.in_(list(ids)), Duty.state == state).order_by(Duty.id)
            return list(session().scalars(wanted))

    def _hear(self) -> None:
        """Some say that a letter has arrived; of the others the office finds out by telephone, or does not."""
        with self.world.app.app_context():
            told = sa.select(Duty.id, Duty.hold).where(
                Duty.state == DutyState.OPEN, Duty.rung > 0, Duty.received_at.is_(None)
            )
            unheard = session().execute(told.order_by(Duty.id)).all()
        for duty_id, hold in unheard:
            if self.keys[duty_id].task and self.random.random() < (0.5 if hold else 0.15):
                self.world.hear(duty_id)
                self._note("hear", self.keys[duty_id])

    # ------------------------------------------------------------------------------------ what is decided

    def close(self, number: int) -> None:
        """The office closes a task, whatever of it is still owed."""
        task = self._task(number)
        assert task.state in {TaskState.UNDERWAY, TaskState.CLOSING}
        self.world.close(task.id)
        self._note("close", Key("", number, "", ""))

    def request_close(self, number: int) -> None:
        task, key = self._task(number), self._completion(number)
        with self.world.app.app_context():
            words = "全部完成，请予销号。"
            lead = self.actors[key.unit]
            progress.request_close(
                lead, task.id, words, backing=ON_PAPER, seen_version=task.version, now=self.world.now
            )
        self._note("file", key)

    def send_back(self, number: int) -> None:
        task = self._task(number)
        with self.world.app.app_context():
            words = "尚有两项未达标，请继续办理。"
            progress.send_back(self.office, task.id, words, seen_version=task.version, now=self.world.now)
        self._note("return", self._completion(number))

    def _task(self, number: int) -> Task:
        return self.world.one(sa.select(Task).where(Task.number == str(number)))

    def _completion(self, number: int) -> Key:
        return next(k for k in self.keys.values() if k.task == number and k.kind == "completion")


def _version(duty_id: int) -> int:
    return session().scalar(sa.select(Report.version).where(Report.duty_id == duty_id)) or 0

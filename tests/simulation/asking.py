"""Units ask for what changes time, and are answered, or not: 延期, 异议, 协调, 暂缓, 撤销, 转常态."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.db import session
from app.models import Assignment, Duty, Request, Task
from app.services import requests
from app.services.grants import Answer
from tests.simulation import county as counties
from tests.simulation.driver import Driver
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyState, RequestState, TaskState
from workflows.policy import Actor
from workflows.requests import Asked, Cause, RequestKind

ASKED = (
    *[RequestKind.EXTENSION] * 5,
    *[RequestKind.COORDINATION] * 4,
    *[RequestKind.SUSPENSION] * 2,
    RequestKind.WITHDRAWAL,
    RequestKind.ROUTINE,
)


class Asking:
    """Puts requests on the driver's agenda, week by week, and lets whoever owes an answer give it."""

    def __init__(self, driver: Driver, a_week: int) -> None:
        self.driver, self.world, self.random, self.a_week = driver, driver.world, driver.random, a_week
        driver.answers[DutyKind.ANSWER] = self.answer
        driver.objects = self.object

    def plan(self) -> None:
        day = counties.FROM + timedelta(days=12)
        while day <= self.driver.until:
            for _ in range(self.a_week):
                self.driver.on(self.driver.hour_of(day + timedelta(days=self.random.randrange(7))), self._ask)
            day += timedelta(days=7)

    def object(self, unit: int, duty: int) -> None:
        """A unit that has just been told to sign says that the task is not its own."""
        row = self.world.get(Duty, duty)
        assert row.task_id
        asked = Asked(RequestKind.OBJECTION, "职责不符。", signed_by="演示局长")
        self._raise(unit, row.task_id, asked)

    def _ask(self) -> None:
        """Some lead of some task asks for something."""
        kind = self.random.choice(ASKED)
        with self.world.app.app_context():
            wanted = (
                sa.select(Assignment.task_id, Assignment.unit_id, Task.deadline_on)
                .join(Task)
                .where(Assignment.share == "lead", Task.state == TaskState.UNDERWAY)
                .order_by(Assignment.id)
            )
            if kind in {RequestKind.EXTENSION, RequestKind.ROUTINE}:
                wanted = wanted.where(Task.deadline_on > self.world.clock.today - timedelta(days=30))
                wanted = wanted.order_by(Task.deadline_on).limit(20)
            found = session().execute(wanted).all()
        if not found:
            return
        task, unit, deadline = self.random.choice(found)
        today = self.world.clock.today
        if kind is RequestKind.EXTENSION:
            until = max(deadline or today, today) + timedelta(days=self.random.randint(5, 40))
            asked = Asked(kind, "条件变化。", "已完成大半。", until)
        elif kind is RequestKind.COORDINATION:
            asked = Asked(kind, "需要配合。", other_unit_id=self.random.choice(self.driver.county.units))
        elif kind is RequestKind.SUSPENSION:
            asked = Asked(kind, "等待批复。", wanted_on=today + timedelta(days=self.random.randint(5, 60)))
        elif kind is RequestKind.WITHDRAWAL:
            asked = Asked(kind, "政策变更。", cause=Cause.POLICY)
        else:
            asked = Asked(kind, "已成日常。")
        self._raise(unit, task, asked)

    def _raise(self, unit: int, task: int, asked: Asked) -> None:
        def raise_() -> None:
            number = requests.raise_(self.driver.actor(unit), task, unit, asked, self.world.now)
            if self.random.random() < 0.1:
                self.driver.on(self.driver.soon(0, 4), lambda: self._take_back(unit, number))

        if self.driver.attempt(f"ask {asked.kind}", raise_):
            self.driver.meet()

    def _take_back(self, unit: int, number: int) -> None:
        def back() -> None:
            seen = session().get_one(Request, number).version
            actor = self.driver.actor(unit)
            requests.withdraw(actor, number, seen_version=seen, now=self.world.now)

        self.driver.attempt("take back", back)

    # ------------------------------------------------------------------------------------------- answers

    def answer(self, unit: int, duty: Duty) -> None:
        """Whoever owes the answer gives it: the unit that blocks, the office, or the leader through it."""
        if self.world.get(Duty, duty.id).state is not DutyState.OPEN:
            return
        number, _, stage = duty.period_key[1:].partition(".")
        actor = self.driver.office if stage else self.driver.actor(unit)
        luck = self.random.random()
        if stage == "o" and luck < 0.15:
            self._forward(int(number))
        else:
            self._answer(actor, int(number), grant=luck < 0.7)
        self.driver.meet()

    def _forward(self, number: int) -> None:
        def forward() -> None:
            seen = session().get_one(Request, number).version
            requests.forward(self.driver.office, number, "请审定。", seen_version=seen, now=self.world.now)

        self.driver.attempt("forward", forward)

    def _answer(self, actor: Actor, number: int, *, grant: bool) -> None:
        def answer() -> None:
            request = session().get_one(Request, number)
            if request.state is not RequestState.PENDING:
                return
            granted_on = request.wanted_on if request.kind is RequestKind.SUSPENSION else None
            if granted_on and (granted_on <= self.world.clock.today or self.random.random() < 0.2):
                granted_on = None
            if granted_on is None and request.kind is RequestKind.SUSPENSION:
                task = request.task_id
                self.driver.on(self.driver.soon(3, 60), lambda: self._resume(task))
            other = self.random.choice(self.driver.county.units)
            transfer = other if request.kind is RequestKind.OBJECTION else None
            given = Answer(grant, "已研究。", granted_on, "演示〔2024〕1号", transfer)
            requests.answer(actor, number, given, seen_version=request.version, now=self.world.now)

        self.driver.attempt(f"answer {'yes' if grant else 'no'}", answer)

    def _resume(self, task: int) -> None:
        def resume() -> None:
            seen = session().get_one(Task, task).version
            requests.resume(self.driver.office, task, seen_version=seen, now=self.world.now)

        self.driver.attempt("resume", resume)

"""A county's life by chance: turn after turn somebody does something a page would let him do, and days pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TypeVar

import sqlalchemy as sa

from app.db import Base, session
from app.models import Assignment, Commitment, Duty, EngineGap, Report, Request, Slip, Task, Unit
from app.models.rules import PolicySubject
from app.queries import rulebook
from app.queries import units as unit_queries
from app.services import (
    calendars,
    corrections,
    gathering,
    progress,
    reports,
    requests,
    rules,
    slips,
    units,
    verdicts,
)
from app.services.evidence import Backing
from app.services.reports import Entry
from app.services.rules import Use
from app.services.slips import Approval, Chosen
from app.services.units import UnitFacts
from tests import asking, editions
from tests.world import LEAD, SHARER, STRANGER, World
from workflows.cadence import DutyKind
from workflows.commitments import CommitmentKind
from workflows.errors import Refused
from workflows.holidays import HolidayNotice
from workflows.lifecycle import (
    STANDING_REPORTS,
    Cause,
    ClosingGrade,
    DutyState,
    OnTime,
    ReportState,
    RequestState,
    ReturnReason,
    SlipState,
    TaskState,
)
from workflows.policy import Actor, Role
from workflows.requests import Asked, RequestKind
from workflows.requests import Cause as Reason

M = TypeVar("M", bound=Base)
UNITS = (LEAD, SHARER, STRANGER)
ON_PAPER = Backing(paper="档案室3号柜，云教〔2025〕1号")
WORDS = ("完成选址。", "主体封顶。", "培训教师30人。", "已拨付公用经费。")
EDITIONS = (editions.FIRST, editions.SECOND)


class Turns:
    """Goes on in one plan; `done` counts what was really done, `refused` what the county would not let happen."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, Random(seed)
        self.plan_id = editions.running(world, *editions.FIRST)
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.edition = 0

    def take(self, times: int) -> None:
        """That many turns."""
        for _ in range(times):
            name = self.random.choices(list(ACTS), [weight for weight, _ in ACTS.values()])[0]
            self.act(name)
            self.world.clock.forward(minutes=self.random.randint(1, 90))

    def act(self, name: str) -> None:
        try:
            happened = ACTS[name][1](self)
        except Refused as refusal:
            if refusal.code in {"stale", "forbidden"}:
                raise
            self.refused[name] += 1
        else:
            self.done[name] += happened is not False

    # ----------------------------------------------------------------------------------- who and what

    def one(self, wanted: sa.Select[M]) -> M | None:
        found = self.world.all(wanted)
        return self.random.choice(found) if found else None

    def actor_of(self, unit_id: int) -> Actor:
        names = {self.world.unit_id(name): name for name in UNITS if self._known(name)}
        return self.world.actor(names[unit_id]) if unit_id in names else self._by_id(unit_id)

    def _known(self, name: str) -> bool:
        with self.world.app.app_context():
            return any(name == known for _, known in unit_queries.choices())

    def _by_id(self, unit_id: int) -> Actor:
        """The liaison of a unit that has another name by now."""
        person_id = self.world.person_id(f"{SHARER}联络员")
        return Actor(person_id, "联络员", frozenset({Role.DEPARTMENT}), frozenset({unit_id}))

    def report(self, *states: ReportState) -> Report | None:
        return self.one(
            sa.select(Report).join(Duty).where(Report.state.in_(states), Duty.state != DutyState.CANCELLED)
        )

    def duty(self, kind: DutyKind, state: DutyState = DutyState.OPEN) -> Duty | None:
        return self.one(
            sa.select(Duty).where(Duty.kind == kind, Duty.state == state, Duty.plan_id == self.plan_id)
        )

    def task(self, *states: TaskState) -> Task | None:
        return self.one(sa.select(Task).where(Task.plan_id == self.plan_id, Task.state.in_(states)))

    # ----------------------------------------------------------------------------------------- acts

    def days_pass(self) -> None:
        for _ in range(self.random.randint(1, 9)):
            self.world.clock.go_to(self.world.clock.today + timedelta(days=1), 9)
            if self.random.random() < 0.5:
                self.world.tick()
        self.world.hear()

    def sign(self) -> bool:
        duty = self.duty(DutyKind.SIGN)
        if duty is None:
            return False
        with self.world.app.app_context():
            progress.sign_all(self.actor_of(duty.unit_id), self.world.now, only=[duty.id])
        return True

    def entry(self, duty: Duty, seen: int) -> Entry:
        indicators = self.world.all(
            sa.select(Commitment).where(
                Commitment.task_id == duty.task_id, Commitment.kind == CommitmentKind.INDICATOR
            )
        )
        helped = self.world.unit_id("县政府") if self.random.random() < 0.2 else None
        return Entry(
            duty.id,
            self.random.randint(0, 100),
            self.random.choice(WORDS),
            self.random.choice(["", "资金未到位。"]),
            self.random.choice(["", "下月开工。"]),
            seen,
            on_time=self.random.choice([None, *OnTime]),
            measures={one.id: str(self.random.randint(0, 40)) for one in indicators},
            cause=Cause.FUNDS,
            help_words="请协调土地。" if helped else "",
            help_unit_id=helped,
        )

    def file(self) -> bool:
        duty = self.duty(DutyKind.MONTHLY_REPORT)
        if duty is None:
            return False
        known = self.world.all(sa.select(Report).where(Report.duty_id == duty.id))
        entry = self.entry(duty, known[0].version if known else 0)
        submit = self.random.random() < 0.85
        with self.world.app.app_context():
            actor = self.actor_of(duty.unit_id)
            reports.save_month(actor, [entry], submit=submit, now=self.world.now, signed_by="王某")
        return submit

    def accept(self) -> bool:
        return self._judge(
            lambda duty_id: verdicts.accept(self.world.office, duty_id, self.world.now, words="属实。")
        )

    def give_back(self) -> bool:
        why = ReturnReason.FIGURES
        return self._judge(
            lambda duty_id: verdicts.return_(self.world.office, duty_id, why, "数字不一致。", self.world.now)
        )

    def check(self) -> bool:
        return self._judge(
            lambda duty_id: verdicts.check(self.world.office, duty_id, "现场核对。", self.world.now)
        )

    def _judge(self, verdict: Callable[[int], None]) -> bool:
        report = self.report(ReportState.SUBMITTED, ReportState.CHECKING)
        if report is None:
            return False
        with self.world.app.app_context():
            verdict(report.duty_id)
        return True

    def correct(self) -> bool:
        report = self.report(*STANDING_REPORTS)
        if report is None:
            return False
        duty = self.world.get(Duty, report.duty_id)
        entry = self.entry(duty, report.version)
        with self.world.app.app_context():
            actor = self.actor_of(duty.unit_id)
            corrections.correct(actor, duty.id, entry, "数字录错。", report.version, self.world.now)
        return True

    def consolidate(self) -> bool:
        duty = self.duty(DutyKind.CONSOLIDATION)
        if duty is None:
            return False
        with self.world.app.app_context():
            gathering.consolidate(self.actor_of(duty.unit_id), duty.id, self.world.now)
        return True

    def update(self) -> bool:
        part = self.one(sa.select(Assignment).join(Task).where(Task.plan_id == self.plan_id))
        if part is None:
            return False
        word = progress.Word(self.random.randint(0, 100), self.random.choice(WORDS))
        with self.world.app.app_context():
            actor = self.actor_of(part.unit_id)
            progress.update(actor, part.id, word, seen_version=part.version, now=self.world.now)
        return True

    def ask_to_close(self) -> bool:
        task = self.task(TaskState.UNDERWAY)
        lead = self.lead(task)
        if task is None or lead is None:
            return False
        with self.world.app.app_context():
            seen, now = task.version, self.world.now
            progress.request_close(
                self.actor_of(lead), task.id, "已完成。", backing=ON_PAPER, seen_version=seen, now=now
            )
        return True

    def lead(self, task: Task | None) -> int | None:
        parts = self.world.parts(task.id) if task else []
        return next((part.unit_id for part in parts if part.share == "lead"), None)

    def close(self) -> bool:
        task = self.task(TaskState.CLOSING)
        if task is None:
            return False
        with self.world.app.app_context():
            grade, seen = self.random.choice(list(ClosingGrade)), task.version
            progress.close(
                self.world.office, task.id, "属实。", grade=grade, seen_version=seen, now=self.world.now
            )
        return True

    def send_back(self) -> bool:
        task = self.task(TaskState.CLOSING)
        if task is None:
            return False
        with self.world.app.app_context():
            seen, now = task.version, self.world.now
            progress.send_back(self.world.office, task.id, "还差验收。", seen_version=seen, now=now)
        return True

    def ask(self) -> bool:
        part = self.one(sa.select(Assignment).join(Task).where(Task.plan_id == self.plan_id))
        if part is None:
            return False
        kind = self.random.choice(list(RequestKind))
        soon = self.world.clock.today + timedelta(days=self.random.randint(5, 40))
        asked = Asked(
            kind,
            "施工图审查未完成。",
            "主体已完工。",
            soon if kind in {RequestKind.EXTENSION, RequestKind.ADJUSTMENT, RequestKind.SUSPENSION} else None,
            self.world.unit_id("县政府")
            if kind in {RequestKind.COORDINATION, RequestKind.OBJECTION}
            else None,
            cause={RequestKind.ADJUSTMENT: Reason.BUDGET, RequestKind.WITHDRAWAL: Reason.POLICY}.get(kind),
            signed_by="李某",
        )
        if kind is RequestKind.COORDINATION:
            other = LEAD if part.unit_id != self.world.unit_id(LEAD) else STRANGER
            asked = replace(asked, other_unit_id=self.world.unit_id(other))
        with self.world.app.app_context():
            requests.raise_(self.actor_of(part.unit_id), part.task_id, part.unit_id, asked, self.world.now)
        self.done[f"ask {kind}"] += 1
        return True

    def answer(self) -> bool:
        request = self.one(sa.select(Request).where(Request.state == RequestState.PENDING))
        if request is None:
            return False
        by = self.world.office
        if request.kind is RequestKind.COORDINATION and request.other_unit_id and self.random.random() < 0.7:
            by = self.actor_of(request.other_unit_id)
        try:
            asking.answer(
                self.world,
                request.id,
                grant=self.random.random() < 0.7,
                words="按意见办。",
                by=by,
                document="云政办〔2025〕9号",
                granted_on=request.wanted_on,
            )
        except Refused as refusal:
            if refusal.code != "forbidden":  # a unit whose turn it is not
                raise
            return False
        self.done[f"answer {request.kind}"] += 1
        return True

    def take_back(self) -> bool:
        request = self.one(sa.select(Request).where(Request.state == RequestState.PENDING))
        if request is None:
            return False
        with self.world.app.app_context():
            actor = self.actor_of(request.unit_id)
            requests.withdraw(actor, request.id, seen_version=request.version, now=self.world.now)
        return True

    def resume(self) -> bool:
        task = self.task(TaskState.SUSPENDED)
        if task is None:
            return False
        with self.world.app.app_context():
            requests.resume(self.world.office, task.id, seen_version=task.version, now=self.world.now)
        return True

    def send_slip(self) -> bool:
        slip = self.one(sa.select(Slip).where(Slip.state == SlipState.DRAFT))
        if slip is None:
            return False
        approval = Approval("副县长", self.world.clock.today)
        with self.world.app.app_context():
            slips.send(
                self.world.office, [Chosen(slip.id, slip.version, "请抓紧。")], approval, self.world.now
            )
        return True

    def answer_slip(self) -> bool:
        slip = self.one(sa.select(Slip).where(Slip.state == SlipState.SENT))
        if slip is None:
            return False
        unit_id = self.world.get(Duty, slip.duty_id).unit_id
        with self.world.app.app_context():
            slips.answer(
                self.actor_of(unit_id), slip.id, "已整改。", seen_version=slip.version, now=self.world.now
            )
        return True

    def rename(self) -> None:
        with self.world.app.app_context():
            unit = session().get_one(Unit, self.world.unit_id("县政府"))
            facts = UnitFacts(
                unit.name,
                unit.kind,
                f"云岭县人民政府{self.random.randint(1, 99)}",
                files_through_id=unit.files_through_id,
                answerable_id=unit.answerable_id,
            )
            units.edit(self.world.office, unit.id, facts, seen_version=unit.version, now=self.world.now)

    def relight(self) -> None:
        with self.world.app.app_context():
            manager, now = self.manager, self.world.now
            draft_id = rules.begin(manager, PolicySubject.LIGHT, None, now)
            seen = rulebook.draft(draft_id).version
            yellow = self.random.randint(2, 25)
            rules.save(manager, draft_id, {"yellow_points": yellow}, seen_version=seen, now=now)
            in_force = rulebook.in_force(PolicySubject.LIGHT, None).id
            seen = rulebook.draft(draft_id).version
            rules.take(manager, draft_id, Use("试行。", (), seen, in_force), now)

    @property
    def manager(self) -> Actor:
        return Actor(self.world.person_id("系统管理员"), "系统管理员", frozenset({Role.ADMIN}), frozenset())

    def publish(self) -> None:
        """A notice for the year that runs, with other days than before."""
        year = self.world.clock.today.year
        first = self.world.clock.today.replace(month=12, day=self.random.randint(1, 20))
        notice = HolidayNotice(
            year, f"演示{self.random.randint(1, 99)}号", ((first, first + timedelta(days=4)),), ()
        )
        with self.world.app.app_context():
            calendars.publish(None, notice, self.world.now)

    def renew(self) -> None:
        other = EDITIONS[1 - self.edition]
        draft_id = editions.renew(self.world, self.plan_id, *other)
        editions.take(self.world, draft_id)
        self.edition = 1 - self.edition

    def stand_still(self) -> None:
        """The engine was away."""
        with self.world.writing() as s:
            s.add(EngineGap(from_at=self.world.now - timedelta(hours=5), to_at=self.world.now))


ACTS: Mapping[str, tuple[int, Callable[[Turns], object]]] = {
    "days pass": (30, Turns.days_pass),
    "sign": (10, Turns.sign),
    "file": (40, Turns.file),
    "accept": (12, Turns.accept),
    "return": (8, Turns.give_back),
    "check": (3, Turns.check),
    "correct": (8, Turns.correct),
    "consolidate": (3, Turns.consolidate),
    "update": (8, Turns.update),
    "ask to close": (4, Turns.ask_to_close),
    "close": (3, Turns.close),
    "send back": (2, Turns.send_back),
    "ask": (16, Turns.ask),
    "answer": (16, Turns.answer),
    "take back": (2, Turns.take_back),
    "resume": (3, Turns.resume),
    "send a slip": (8, Turns.send_slip),
    "answer a slip": (6, Turns.answer_slip),
    "rename": (2, Turns.rename),
    "relight": (2, Turns.relight),
    "publish": (2, Turns.publish),
    "renew": (3, Turns.renew),
    "stand still": (2, Turns.stand_still),
}

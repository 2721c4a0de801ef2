"""The people of the simulation: at random, from the seed, in time or late or never. Nothing here knows when a letter
is due; what is not allowed at the moment is simply not done."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.models import Assignment, Duty, Letter, MailHold, Report, Task
from app.queries import watch
from app.services import calendars, gathering, mailing, progress, receipt, reports, verdicts
from tests.simulation import county as counties
from tests.simulation.clockwork import Clockwork
from tests.simulation.county import County
from tests.world import ON_PAPER, World, at
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.holidays import HolidayNotice
from workflows.lifecycle import ClosingGrade, DutyState, Hold, LetterState, ReturnReason
from workflows.policy import Actor

Act = Callable[[], object]


class Driver:
    """Lets two years pass. `agenda` holds what somebody has in mind to do, by the instant."""

    def __init__(self, world: World, county: County, random: Random, until: date) -> None:
        self.world, self.county, self.random, self.until = world, county, random, until
        self.clockwork = Clockwork(world, Random(random.random()))
        self.office = world.office
        self.agenda: list[tuple[datetime, int, Act]] = []
        self.numbers = count()
        self.met = 0
        self.objects: Callable[[int, int], None] | None = None
        """How a unit objects to a task it is to sign for."""
        self.answers: dict[DutyKind, Callable[[int, Duty], None]] = {}
        """How each kind of answer is given."""
        self.done: defaultdict[str, int] = defaultdict(int)
        """How often each thing was done, or refused."""

    def run(self) -> None:
        """Everything that is on the agenda, in order, up to the last day."""
        for plan in self.county.plans:
            if plan.issue_at.date() <= self.until:
                self.on(plan.issue_at, partial(counties.issue, self.world, self.county, plan))
        for moment in self.clockwork.beats(self.until):
            self.on(moment, self._beat)
        day = counties.FROM
        while day <= self.until:
            self.on(self.hour_of(day), self._hear)
            day += timedelta(days=1)
        last = at(self.until, 23, 59)
        while self.agenda and self.agenda[0][0] <= last:
            moment, _, act = heapq.heappop(self.agenda)
            self.world.clock.instant = moment
            act()
        self.world.clock.instant = last

    def on(self, moment: datetime, act: Act) -> None:
        """Put something on the agenda."""
        heapq.heappush(self.agenda, (moment, next(self.numbers), act))

    def hour_of(self, day: date) -> datetime:
        """Some time of that day, mostly in the hours people work."""
        hour = self.random.choice((8, 9, 10, 11, 14, 15, 16, 17)) if self.random.random() < 0.95 else 22
        return at(day, hour, self.random.randrange(60))

    def soon(self, least: int, most: int) -> datetime:
        return self.hour_of(self.world.clock.today + timedelta(days=self.random.randint(least, most)))

    def attempt(self, name: str, act: Act) -> bool:
        """Do it in an app context of its own; False when it is not allowed as things stand."""
        with self.world.app.app_context():
            try:
                act()
            except Refused as refusal:
                self.done[f"{name} refused: {refusal.code}"] += 1
                return False
        self.done[name] += 1
        return True

    def actor(self, unit: int) -> Actor:
        return counties.actor_of(self.county, unit)

    # ------------------------------------------------------------------------------------------- the engine

    def _beat(self) -> None:
        self.clockwork.beat()
        self.meet()
        with self.world.app.app_context():
            held = watch.open_hold()
        if held:
            self.on(self.soon(0, 2), lambda: self._release(held))

    def _release(self, held: MailHold) -> None:
        self.attempt("storm released", lambda: mailing.release(self.office, held.id, self.world.now))

    # ------------------------------------------------------------------------------------- what is newly asked

    def meet(self) -> None:
        """Let everybody make up his mind about what is newly asked of him."""
        with self.world.app.app_context():
            fresh = session().execute(
                sa.select(Duty.id, Duty.unit_id, Duty.kind, Duty.period_key, Duty.due_on, Duty.task_id)
                .where(Duty.id > self.met)
                .order_by(Duty.id)
            )
            pages: defaultdict[tuple[int, DutyKind, str, int], list[Any]] = defaultdict(list)
            for row in fresh:
                self.met = row.id
                pages[row.unit_id, row.kind, row.period_key, row.id % 2].append(row)
        for (unit, kind, _, _), page in pages.items():
            self._make_up_mind(unit, kind, [row.id for row in page], page[0].due_on, page[0].task_id)

    def _make_up_mind(
        self, unit: int, kind: DutyKind, ids: list[int], due_on: date, task: int | None
    ) -> None:
        acts: dict[DutyKind, Act] = {
            DutyKind.SIGN: lambda: self._sign(unit, ids),
            DutyKind.MONTHLY_REPORT: lambda: self._file(unit, ids),
            DutyKind.CONSOLIDATION: lambda: self._gather(unit, ids),
            DutyKind.REVIEW: lambda: self._review(ids),
            DutyKind.BULLETIN: lambda: self._record(ids),
            DutyKind.ASSESSMENT: lambda: self._record(ids),
        }
        if kind is DutyKind.SIGN and self.objects and self.random.random() < 0.08:
            self.on(self.soon(0, 3), partial(self.objects, unit, ids[0]))
        if kind is DutyKind.COMPLETION:
            for found in ids:
                self._plan_completion(unit, found)
        elif kind in acts:
            moment = self.chosen(due_on)
            if moment:
                self.on(moment, acts[kind])
        else:
            self.meet_other(unit, kind, ids, due_on)

    def meet_other(self, unit: int, kind: DutyKind, ids: list[int], due_on: date) -> None:
        """What is asked beside the usual: answers."""
        for duty in ids:
            moment = self.chosen(due_on)
            if moment:
                self.on(moment, partial(self._answer, unit, kind, duty))

    def _answer(self, unit: int, kind: DutyKind, duty: int) -> None:
        self.answers[kind](unit, self.world.get(Duty, duty))

    def chosen(self, due_on: date) -> datetime | None:
        """In time, a little late, very late, or never."""
        luck, today = self.random.random(), self.world.clock.today
        if luck < 0.78:
            return self.hour_of(today + timedelta(days=self.random.randint(1, max((due_on - today).days, 1))))
        if luck < 0.9:
            return self.hour_of(max(due_on, today) + timedelta(days=self.random.randint(1, 12)))
        if luck < 0.95:
            return self.hour_of(max(due_on, today) + timedelta(days=self.random.randint(13, 70)))
        return None

    def still(self, ids: Iterable[int], state: DutyState = DutyState.OPEN) -> list[int]:
        with self.world.app.app_context():
            wanted = sa.select(Duty.id).where(Duty.id.in_(list(ids)), Duty.state == state).order_by(Duty.id)
            return list(session().scalars(wanted))

    # ------------------------------------------------------------------------------------------- what units do

    def _sign(self, unit: int, ids: Sequence[int]) -> None:
        def sign() -> None:
            progress.sign_all(self.actor(unit), self.world.now, only=ids)

        self.attempt("sign", sign)

    def _file(self, unit: int, ids: Sequence[int]) -> None:
        """File the page; now and then only some of it is complete, the rest saved as a draft."""
        pending = self.still(ids)
        if not pending:
            return
        drafts = set(pending[::3]) if self.random.random() < 0.1 else set()

        def file() -> None:
            begun = sa.select(Report.duty_id, Report.version).where(Report.duty_id.in_(pending))
            seen = {duty: version for duty, version in session().execute(begun)}  # noqa: C416
            page = [
                reports.Entry(i, None if i in drafts else 40, "按计划推进。", "", "", seen.get(i, 0))
                for i in pending
            ]
            reports.save_month(self.actor(unit), page, submit=True, now=self.world.now, signed_by="分管领导")

        if not self.attempt("file", file):
            return
        if drafts:
            self.on(self.soon(1, 9), lambda: self._file(unit, sorted(drafts)))
        for duty in pending:
            luck = self.random.random()
            if luck < 0.05:
                self.on(self.soon(0, 6), partial(self._return, unit, duty))
            elif luck < 0.1:
                self.on(self.soon(0, 6), partial(self._accept, duty))

    def _gather(self, unit: int, ids: Sequence[int]) -> None:
        for duty in self.still(ids):
            gathered = self.attempt(
                "gather",
                partial(gathering.consolidate, self.actor(unit), duty, self.world.now),
            )
            if not gathered and self.random.random() < 0.7:
                self.on(self.soon(1, 8), partial(self._gather, unit, [duty]))

    def _plan_completion(self, unit: int, duty: int) -> None:
        row = self.world.get(Duty, duty)
        moment = self.chosen(row.due_on)
        if moment and row.task_id:
            task_id = row.task_id
            self.on(moment, lambda: self._ask_to_close(unit, task_id))

    def _ask_to_close(self, unit: int, task_id: int) -> None:
        def ask() -> None:
            version = session().get_one(Task, task_id).version
            progress.request_close(
                self.actor(unit),
                task_id,
                "全部完成。",
                backing=ON_PAPER,
                seen_version=version,
                now=self.world.now,
            )

        if self.attempt("ask to close", ask):
            self.on(self.soon(1, 9), lambda: self._decide_close(unit, task_id))

    def _hear(self) -> None:
        """Some say that a letter has come; of some the office finds out by telephone. A task is spoken of between."""
        with self.world.app.app_context():
            lately = sa.select(Letter.id, Letter.person_id).where(
                Letter.state == LetterState.SENT,
                Letter.received_at.is_(None),
                Letter.sent_at > self.world.now - timedelta(days=4),
            )
            letters = session().execute(lately.order_by(Letter.id)).all()
            held = sa.select(Duty.id).where(Duty.state == DutyState.OPEN, Duty.hold == Hold.RECEIPT)
            unheard = session().scalars(held.order_by(Duty.id)).all()
        for letter, person in letters:
            if self.random.random() < 0.07:
                self._confirm(letter, person)
        for duty in unheard:
            if self.random.random() < 0.1:
                words = "联络员接电话，已知悉。"
                self.attempt(
                    "phone",
                    partial(receipt.record_by_phone, self.office, duty, words, self.world.now),
                )
        if self.random.random() < 0.3:
            self._speak()

    def _confirm(self, letter: int, person: int) -> None:
        units = frozenset(h.unit for h in self.county.holders if h.person == person)
        roles = self.office.roles if person in self.county.office_people else counties.DEPARTMENT
        actor = Actor(person, "收信人", roles, units)
        self.attempt("confirm", partial(receipt.confirm, actor, letter, self.world.now))

    def _speak(self) -> None:
        def speak() -> None:
            chosen = sa.select(Assignment).where(Assignment.share != "support").order_by(Assignment.id)
            parts = session().scalars(chosen.limit(1).offset(self.random.randrange(300))).all()
            for part in parts:
                word = progress.Word(50, "有进展。")
                actor = self.actor(part.unit_id)
                progress.update(actor, part.id, word, seen_version=part.version, now=self.world.now)

        self.attempt("speak", speak)

    # ------------------------------------------------------------------------------------------- what the office does

    def _record(self, ids: Sequence[int]) -> None:
        for duty in self.still(ids):
            self.attempt("record", partial(reports.record_issue, self.office, duty, "第1期", self.world.now))

    def _review(self, ids: Sequence[int]) -> None:
        for duty in self.still(ids):
            done = self.attempt("review", partial(gathering.finish_review, self.office, duty, self.world.now))
            if not done and self.random.random() < 0.8:
                self._accept_all(duty)
                self.on(self.soon(1, 6), partial(self._review, [duty]))

    def _accept_all(self, review: int) -> None:
        """The office works through some of what waits for it."""
        period = self.world.get(Duty, review)
        waiting = self.world.duties(
            kind=DutyKind.MONTHLY_REPORT, period=period.period_key, state=DutyState.FILED
        )
        for duty in waiting:
            if duty.plan_id == period.plan_id and self.random.random() < 0.1:
                self._accept(duty.id)

    def _accept(self, duty: int) -> None:
        if self.still([duty], DutyState.FILED):
            self.attempt("accept", lambda: verdicts.accept(self.office, duty, self.world.now))

    def _return(self, unit: int, duty: int) -> None:
        if not self.still([duty], DutyState.FILED):
            return
        words = "请补充数据。"
        sent_back = partial(verdicts.return_, self.office, duty, ReturnReason.NO_FACTS, words, self.world.now)
        if self.attempt("return", sent_back):
            moment = self.chosen(self.world.get(Duty, duty).due_on)
            if moment:
                self.on(moment, lambda: self._file(unit, [duty]))

    def _decide_close(self, unit: int, task_id: int) -> None:
        back = self.random.random() < 0.3

        def decide() -> None:
            version = session().get_one(Task, task_id).version
            if back:
                progress.send_back(self.office, task_id, "已核查。", seen_version=version, now=self.world.now)
            else:
                grade = list(ClosingGrade)[task_id % len(ClosingGrade)]
                progress.close(
                    self.office, task_id, "已核查。", grade=grade, seen_version=version, now=self.world.now
                )

        if self.attempt("send back" if back else "close", decide) and back:
            self.on(self.soon(1, 40), lambda: self._ask_to_close(unit, task_id))

    def publish(self, notice: HolidayNotice) -> None:
        """The office takes a holiday notice in."""
        self.attempt("publish", partial(calendars.publish, None, notice, self.world.now))

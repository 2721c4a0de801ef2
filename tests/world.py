"""The test house in the domain's words: a county with its standing cast, plans issued to it, and days that pass.

The cast: 专班办公室 reviews, 县教育局 leads, 县财政局 shares, 县民政局 must see nothing of it, 副县长 reads. Every
method opens an app context of its own, as a request or a command would, so nothing is shared that is not in the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from threading import Barrier
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import duties
from app.db import Base, database, session, transaction
from app.engine import outbox, tick
from app.mail import Carry, Deferral, Delay, Envelope, Refusal
from app.models import (
    Assignment,
    Duty,
    Letter,
    Notice,
    Person,
    Plan,
    PostHeld,
    Report,
    SourceDocument,
    Task,
)
from app.queries import units as unit_queries
from app.services import people, plans, progress, reports, units, verdicts
from app.services.evidence import Backing
from app.services.people import NewPerson
from app.services.plans import TaskFacts
from app.services.units import UnitFacts
from workflows.cadence import DutyKind
from workflows.lifecycle import ClosingGrade, DutyState, ReturnReason
from workflows.policy import Actor, Role
from workflows.units import Post, UnitKind

SHANGHAI = timezone(timedelta(hours=8))
PASSWORD = "Demo-2026x"
"""Of every account of the cast; none has to be changed at the first sign-in."""

FIRST_DAY = date(2025, 3, 3)
"""A Monday without a holiday in the four weeks that follow."""

OFFICE, LEAD, SHARER, STRANGER = "专班办公室", "县教育局", "县财政局", "县民政局"
POSTS = {Post.LIAISON: "联络员", Post.SECTION_HEAD: "科长", Post.DEPUTY_HEAD: "副局长", Post.HEAD: "局长"}
ACCOUNTS = {"zhuanban": OFFICE, "jiaoyu": LEAD, "caizheng": SHARER, "minzheng": STRANGER}
"""Username → unit of those of the cast who sign in; beside them `fuxianzhang` (县领导) and `guanli` (管理员)."""

ON_PAPER = Backing(paper="局档案室，演示〔2025〕1号")
"""What proves a closing where the test is about something else."""

T = TypeVar("T")
M = TypeVar("M", bound=Base)


def signer_of(unit: str) -> str:
    """Who signs what a unit of the cast reports (审签): its 分管领导."""
    return f"{unit}{POSTS[Post.DEPUTY_HEAD]}"


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """The aware instant of a local time of day."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


class FrozenClock:
    """A clock that moves only when told to."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    @property
    def today(self) -> date:
        """The business day in Asia/Shanghai."""
        return self.instant.astimezone(SHANGHAI).date()

    def forward(self, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> datetime:
        self.instant += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self.instant

    def go_to(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        """Stand at that local time of that day."""
        self.instant = at(day, hour, minute)
        return self.instant


@dataclass
class FakePost:
    """A post that is a list. `away`: no server answers. `refused`: addresses the server says no to for good.
    `deferred`: addresses it says no to for now.

    `breaks_after`: the line breaks when that many more letters have been carried; `loses_the_answer`: the letter
    that breaks it arrives all the same.
    """

    sent: list[Envelope] = field(default_factory=list)
    tried: list[Envelope] = field(default_factory=list)
    away: bool = False
    refused: set[str] = field(default_factory=set)
    deferred: set[str] = field(default_factory=set)
    breaks_after: int | None = None
    loses_the_answer: bool = False

    @contextmanager
    def open(self) -> Iterator[Carry]:
        if self.away:
            raise Delay("the server is away")
        yield self._carry

    def _carry(self, envelope: Envelope) -> None:
        self.tried.append(envelope)
        if envelope.address in self.refused:
            raise Refusal("550 no such person here")
        if envelope.address in self.deferred:
            raise Deferral("450 try again later")
        if self.breaks_after == 0:
            if self.loses_the_answer:
                self.sent.append(envelope)
            raise Delay("451 the line broke")
        if self.breaks_after:
            self.breaks_after -= 1
        self.sent.append(envelope)

    @property
    def addresses(self) -> list[str]:
        """Where letters went, in order."""
        return [envelope.address for envelope in self.sent]

    def to(self, address: str) -> list[Envelope]:
        """The letters that went to one address."""
        return [envelope for envelope in self.sent if envelope.address == address]


@dataclass(frozen=True)
class Asked:
    """A task as a test words it; the names are units of the county."""

    title: str
    lead: str = LEAD
    responsible: tuple[str, ...] = (SHARER,)
    support: tuple[str, ...] = ()
    due: date | None = None


class World:
    """A county over one running app. Ids are the database's; rows come back detached, with their columns loaded."""

    def __init__(self, app: Flask, clock: FrozenClock, post: FakePost) -> None:
        self.app, self.clock, self.post = app, clock, post

    @property
    def now(self) -> datetime:
        return self.clock.now()

    # ------------------------------------------------------------------------------------- who there is

    def unit(
        self,
        name: str,
        kind: UnitKind = UnitKind.DEPARTMENT,
        *,
        staffed: bool = True,
        files_through: str | None = None,
        answerable: int | None = None,
    ) -> int:
        """Enter a unit and, when `staffed`, one reachable person in each of its four posts; returns its id."""
        with self.app.app_context():
            through = unit_queries.by_name(files_through).id if files_through else None
            facts = UnitFacts(name, kind, files_through_id=through, answerable_id=answerable)
            unit_id = units.add(None, facts, self.now)
        if staffed:
            self.staff(name)
        return unit_id

    def group(self, name: str, kind: UnitKind | None = None, members: Sequence[str] = ()) -> int:
        """Enter a collective name, by rule or by list; returns its id."""
        with self.app.app_context():
            ids = tuple(unit_queries.by_name(member).id for member in members)
            return units.add_group(None, name, kind, ids, self.now)

    def staff(self, unit: str, posts: Collection[Post] = tuple(POSTS)) -> dict[Post, int]:
        """Give a unit one reachable person in each of these posts; returns their ids."""
        return {post: self.person(f"{unit}{POSTS[post]}", unit=unit, post=post) for post in posts}

    def person(
        self,
        name: str,
        *,
        unit: str | None = None,
        post: Post = Post.LIAISON,
        roles: tuple[Role, ...] = (),
        username: str = "",
        email: str | None = None,
    ) -> int:
        """Enter a person; returns the id. Without `email` the address is the name's own."""
        with self.app.app_context():
            posts = ((unit_queries.by_name(unit).id, post),) if unit else ()
            address = address_of(name) if email is None else email
            password = PASSWORD if username else ""
            new = NewPerson(name, address, username, password, posts, roles, must_change_password=False)
            return people.add(None, new, self.now)

    def answer_for(self, unit: str, person_id: int) -> None:
        """Make somebody the 责任领导 of a unit."""
        with self.app.app_context():
            there = unit_queries.by_name(unit)
            facts = UnitFacts(
                there.name,
                there.kind,
                there.full_name,
                files_through_id=there.files_through_id,
                answerable_id=person_id,
            )
            units.edit(self.office, there.id, facts, seen_version=there.version, now=self.now)

    def unit_id(self, name: str) -> int:
        with self.app.app_context():
            return unit_queries.by_name(name).id

    def person_id(self, name: str) -> int:
        return self.one(sa.select(Person).where(Person.name == name)).id

    def actor(self, unit: str, role: Role = Role.DEPARTMENT) -> Actor:
        """The unit's first liaison, acting for the unit alone."""
        unit_id = self.unit_id(unit)
        liaison = sa.select(PostHeld).where(PostHeld.unit_id == unit_id, PostHeld.post == Post.LIAISON)
        held = self.one(liaison.order_by(PostHeld.id).limit(1))
        return Actor(held.person_id, f"{unit}{POSTS[Post.LIAISON]}", frozenset({role}), frozenset({unit_id}))

    @property
    def office(self) -> Actor:
        """The one who reviews, in 专班办公室."""
        return self.actor(OFFICE, Role.OFFICE)

    @property
    def leader(self) -> Actor:
        """副县长, who reads."""
        return Actor(self.person_id("副县长"), "副县长", frozenset({Role.LEADER}), frozenset())

    # ------------------------------------------------------------------------------------- plans and tasks

    def draft(self, *tasks: Asked, title: str = "学前教育提升行动计划") -> int:
        """A draft plan with these tasks, as the reviewer leaves it; returns its id."""
        text = "\n".join(task.title for task in tasks)
        with self.app.app_context():
            with transaction() as s:
                digest = hashlib.sha256(text.encode()).hexdigest()
                source = SourceDocument(
                    filename="计划.txt", content=text.encode(), text=text, sha256=digest, received_at=self.now
                )
                plan = Plan(title=title, source=source, created_at=self.now)
                s.add(plan)
                s.flush()
                plan_id = plan.id
            for number, task in enumerate(tasks, start=1):
                plans.add_task(self.office, plan_id, _facts(number, task), self.now)
        return plan_id

    def issue(self, *tasks: Asked, office: str = OFFICE) -> int:
        """Draft a plan and issue it now; returns its id."""
        plan_id = self.draft(*(tasks or (Asked("改善幼儿园办园条件"),)))
        self.issue_draft(plan_id, office=office)
        return plan_id

    def issue_draft(self, plan_id: int, *, office: str = OFFICE) -> None:
        with self.app.app_context():
            plans.issue(
                self.office,
                plan_id,
                office_id=unit_queries.by_name(office).id,
                leader_id=self.leader.person_id,
                now=self.now,
            )

    def tasks(self, plan_id: int | None = None) -> list[Task]:
        wanted = sa.select(Task).order_by(Task.plan_id, Task.position)
        return self.all(wanted if plan_id is None else wanted.where(Task.plan_id == plan_id))

    # ------------------------------------------------------------------------------------- what people do

    def sign(self, unit: str) -> int:
        """The unit signs for all its tasks; returns for how many."""
        with self.app.app_context():
            return progress.sign_all(self.actor(unit), self.now)

    def file(self, unit: str, period: str, *, percent: int = 10, done: str = "按计划推进。") -> int:
        """The unit files its reports of that month that are not filed yet; returns how many."""
        owed = self.duties(unit=unit, kind=DutyKind.MONTHLY_REPORT, period=period, state=DutyState.OPEN)
        with self.app.app_context():
            s = session()
            seen = {
                duty.id: s.scalar(sa.select(Report.version).where(Report.duty_id == duty.id)) or 0
                for duty in owed
            }
            entries = [reports.Entry(duty.id, percent, done, "", "", seen[duty.id]) for duty in owed]
            return reports.save_month(
                self.actor(unit), entries, submit=True, now=self.now, signed_by=signer_of(unit)
            ).submitted

    def return_report(
        self,
        duty_id: int,
        words: str = "内容不具体，请补充数据。",
        reason: ReturnReason = ReturnReason.NO_FACTS,
    ) -> None:
        with self.app.app_context():
            verdicts.return_(self.office, duty_id, reason, words, self.now)

    def accept_report(self, duty_id: int) -> None:
        with self.app.app_context():
            verdicts.accept(self.office, duty_id, self.now)

    def close(self, task_id: int, words: str = "核查完成，准予销号。") -> None:
        with self.app.app_context():
            version = self.get(Task, task_id).version
            progress.close(
                self.office,
                task_id,
                words,
                grade=ClosingGrade.PASS,
                backing=ON_PAPER,
                seen_version=version,
                now=self.now,
            )

    def record_issue(self, duty_id: int, number: str = "督查通报第1期") -> None:
        with self.app.app_context():
            reports.record_issue(self.office, duty_id, number, self.now)

    # ------------------------------------------------------------------------------------- the engine and the days

    def tick(self) -> tick.Turn:
        with self.app.app_context():
            return tick.tick(self.now)

    def deliver(self) -> outbox.Delivery:
        with self.app.app_context():
            return outbox.deliver(self.post, self.now)

    def hear(self, duty_id: int | None = None) -> None:
        """Every unit shows that it has heard of what it still owes, or of that one duty (已收到)."""
        wanted = sa.select(Duty.id).where(Duty.state == DutyState.OPEN, Duty.received_at.is_(None))
        if duty_id is not None:
            wanted = wanted.where(Duty.id == duty_id)
        with self.writing() as s:
            for found in s.scalars(wanted.order_by(Duty.id)).all():
                duties.show_receipt(duties.locked(s, found), self.now)

    def run_to(self, last: date, *, hour: int = 10, heard: bool = False) -> None:
        """Let each day up to `last` come: one tick and one delivery a day, weekends too.

        With `heard`, whoever was told says so the same day, and the ladders climb on.
        """
        while self.clock.today <= last:
            if self.clock.instant < at(self.clock.today, hour):
                self.clock.go_to(self.clock.today, hour)
            self.tick()
            self.deliver()
            if heard:
                self.hear()
            self.clock.go_to(self.clock.today + timedelta(days=1), hour)
        self.clock.go_to(last, hour)

    def at_once(self, works: Sequence[Callable[[], T]]) -> list[T]:
        """Do all these things at the same moment, each in a thread and an app context of its own."""
        gate = Barrier(len(works))

        def one(work: Callable[[], T]) -> T:
            with self.app.app_context():
                gate.wait()
                return work()

        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(one, works))

    # ------------------------------------------------------------------------------------- what stands in the rows

    def duties(
        self,
        *,
        unit: str | None = None,
        kind: DutyKind | None = None,
        period: str | None = None,
        state: DutyState | None = None,
        task_id: int | None = None,
    ) -> list[Duty]:
        """Duties by any of these facts, in order of opening."""
        wanted = sa.select(Duty).order_by(Duty.opens_on, Duty.id)
        facts = {Duty.kind: kind, Duty.period_key: period, Duty.state: state, Duty.task_id: task_id}
        if unit is not None:
            facts[Duty.unit_id] = self.unit_id(unit)
        return self.all(wanted.where(*(column == fact for column, fact in facts.items() if fact is not None)))

    def notices(self, duty_id: int | None = None) -> list[Notice]:
        wanted = sa.select(Notice).order_by(Notice.id)
        return self.all(wanted if duty_id is None else wanted.where(Notice.duty_id == duty_id))

    def letters(self) -> list[Letter]:
        return self.all(sa.select(Letter).order_by(Letter.id))

    def parts(self, task_id: int) -> list[Assignment]:
        return self.all(sa.select(Assignment).where(Assignment.task_id == task_id).order_by(Assignment.id))

    def get(self, model: type[M], key: int) -> M:
        with self.app.app_context():
            return session().get_one(model, key)

    def one(self, wanted: sa.Select[M]) -> M:
        with self.app.app_context():
            return session().scalars(wanted).one()

    def all(self, wanted: sa.Select[M]) -> list[M]:
        with self.app.app_context():
            return list(session().scalars(wanted))

    def count(self, model: type[Base]) -> int:
        with self.app.app_context():
            return session().scalar(sa.select(sa.func.count()).select_from(model)) or 0

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction of the test's own, to bring about what no use case does (yet)."""
        with self.app.app_context(), transaction() as s:
            yield s


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements the database hears meanwhile."""
    heard: list[str] = []
    with world.app.app_context():
        engine = database()

    def hear(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    sa.event.listen(engine, "before_cursor_execute", hear)
    yield heard
    sa.event.remove(engine, "before_cursor_execute", hear)


def address_of(name: str) -> str:
    """The address of a person the world entered: the name itself in ASCII, so that letters show whose they are."""
    return f"{name.encode('punycode').decode().strip('-')}@luoshi.example"


def _facts(number: int, task: Asked) -> TaskFacts:
    return TaskFacts(
        str(number),
        task.title,
        "重点任务",
        f"{task.title}。",
        (task.lead,),
        task.responsible,
        task.support,
        task.due,
    )


def people_the_county(world: World) -> None:
    """Enter the standing cast; done once a session, every test starts from a copy."""
    world.unit(OFFICE, UnitKind.TASK_FORCE, staffed=False)
    world.person(
        f"{OFFICE}联络员",
        unit=OFFICE,
        roles=(Role.OFFICE,),
        username="zhuanban",
        email="zhuanban@luoshi.example",
    )
    leader = world.person(
        "副县长", roles=(Role.LEADER,), username="fuxianzhang", email="fuxianzhang@luoshi.example"
    )
    world.person("系统管理员", roles=(Role.ADMIN,), username="guanli", email="guanli@luoshi.example")
    for username, unit in ACCOUNTS.items():
        if unit == OFFICE:
            continue
        world.unit(unit, staffed=False)
        world.person(
            f"{unit}联络员",
            unit=unit,
            roles=(Role.DEPARTMENT,),
            username=username,
            email=f"{username}@luoshi.example",
        )
        world.staff(unit, [Post.SECTION_HEAD, Post.DEPUTY_HEAD, Post.HEAD])
    world.unit("县政府", UnitKind.GOVERNMENT, staffed=False, files_through=LEAD, answerable=leader)

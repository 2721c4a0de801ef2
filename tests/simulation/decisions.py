"""What is decided above the units: notices of holidays, new rules, people who come, go, stand in or want fewer letters,
slips that are sent or set aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa

from app.db import session
from app.models import CalendarDay, CalendarYear, Duty, Handover, Person, PolicyDraft, Slip
from app.models.rules import PolicySubject
from app.queries import rulebook
from app.services import deputies, handover, people, rules, slips
from tests.simulation.county import Holder
from tests.simulation.driver import Driver
from tests.world import World, at
from workflows.cadence import DutyKind
from workflows.holidays import PUBLISHED, HolidayNotice
from workflows.lifecycle import SlipState
from workflows.policy import Actor, Role
from workflows.units import Post

KNOWN = 2024
"""The last year whose holidays are known when it all begins."""

NOTICES = {2025: date(2024, 11, 12), 2026: date(2025, 11, 4)}
"""When each year's notice was published."""

CORRECTED = HolidayNotice(
    2025,
    "更正",
    (*PUBLISHED[2025].rest[:-1], (date(2025, 9, 30), date(2025, 10, 8))),
    (*(day for day in PUBLISHED[2025].work if day != date(2025, 4, 27)), date(2025, 5, 10)),
)
"""A correction: the autumn holiday begins a day earlier, and another Saturday is worked in spring."""


def forget_later_years(world: World) -> None:
    """Leave the calendar as it was known before the first notice of the simulation."""
    with world.writing() as s:
        s.execute(sa.delete(CalendarDay).where(CalendarDay.day > date(KNOWN, 12, 31)))
        s.execute(sa.delete(CalendarYear).where(CalendarYear.year > KNOWN))


class Decisions:
    """Puts on the driver's agenda what the office, leaders and administrators decide in those years."""

    def __init__(self, driver: Driver) -> None:
        self.driver, self.world, self.random = driver, driver.world, driver.random
        admin = driver.county.administrators[0]
        self.admin = Actor(admin, "系统管理员", frozenset({Role.ADMIN}), frozenset())
        driver.answers[DutyKind.SLIP_REPLY] = self.answer
        self.both = Actor(
            driver.office.person_id, "督查室", frozenset({Role.OFFICE, Role.ADMIN}), frozenset()
        )

    def plan(self) -> None:
        """Everything that has a day of its own, and what happens week by week."""
        for year, day in NOTICES.items():
            self._on(day, partial(self.driver.publish, PUBLISHED[year]))
        self._on(date(2025, 2, 18), lambda: self.driver.publish(CORRECTED))
        self._on(date(2024, 6, 12), lambda: self._new_ladders(move=False))
        self._on(date(2025, 1, 21), lambda: self._new_ladders(move=True))
        self._on(date(2025, 4, 22), self._new_days)
        day = date(2024, 1, 15)
        while day <= self.driver.until:
            self._on(day, self._people_change)
            self._on(day + timedelta(days=2), self._slips)
            day += timedelta(days=self.random.randint(3, 9))

    def _on(self, day: date, act: Callable[[], None]) -> None:
        self.driver.on(at(day, self.random.choice((9, 14)), self.random.randrange(60)), act)

    # ------------------------------------------------------------------------------------------- rules

    def _new_ladders(self, *, move: bool) -> None:
        """Other ladders for two plans; in the end the duties that are open are moved to them."""

        def take() -> None:
            draft_id = rules.begin(self.both, PolicySubject.LADDERS, None, self.world.now)
            draft = session().get_one(PolicyDraft, draft_id)
            part = _gentler(draft.body) if move else _stricter(draft.body)
            rules.save(self.both, draft_id, part, seen_version=draft.version, now=self.world.now)
            draft = rulebook.draft(draft_id)
            in_force = rulebook.in_force(PolicySubject.LADDERS, None).id
            plans = [plan.id for plan in self.driver.county.plans[: 3 if move else 2]]
            use = rules.Use("演示", plans, draft.version, in_force)
            version = rules.take(self.both, draft_id, use, self.world.now)
            if move:
                rules.move(self.both, version, self.world.now)

        self.driver.attempt("new ladders", take)

    def _new_days(self) -> None:
        """One plan reports by other days from now on."""

        def take() -> None:
            plan = self.driver.county.plans[2].id
            draft_id = rules.begin(self.both, PolicySubject.CADENCE, plan, self.world.now)
            draft = session().get_one(PolicyDraft, draft_id)
            part = {"monthly_due_day": 24, "bulletin_due_day": 8, "correction_workdays": 3}
            rules.save(self.both, draft_id, part, seen_version=draft.version, now=self.world.now)
            draft = rulebook.draft(draft_id)
            in_force = rulebook.in_force(PolicySubject.CADENCE, plan).id
            use = rules.Use("演示", [], draft.version, in_force)
            rules.take(self.both, draft_id, use, self.world.now)

        self.driver.attempt("new days", take)

    # ------------------------------------------------------------------------------------------- people

    def _people_change(self) -> None:
        holder = self.random.choice(self.driver.county.holders)
        luck = self.random.random()
        if luck < 0.2:
            self._leave(holder)
        elif luck < 0.3:
            self._die(holder)
        elif luck < 0.6:
            self._stand_in(holder)
        elif luck < 0.75:
            fewer = self.random.random() < 0.7
            self.driver.attempt(
                "prefer",
                lambda: deputies.prefer(
                    self.driver.office,
                    holder.person,
                    hour=self.random.choice((None, 10, 16)),
                    fewer=fewer,
                    now=self.world.now,
                ),
            )
        else:
            self._mend(holder)

    def _leave(self, holder: Holder) -> None:
        """Somebody leaves; weeks later another takes the post over, or nobody does."""

        def leave() -> None:
            email = session().get_one(Person, holder.person).email or ""
            people.edit(self.admin, holder.person, email=email, posts=(), active=False, now=self.world.now)

        if self.driver.attempt("leave", leave):
            self.driver.on(self.driver.soon(4, 40), lambda: self._hand_over(holder))

    def _die(self, holder: Holder) -> None:
        """An address is dead from now on: the next letter comes back. Or the mail server is away for a while."""
        post = self.driver.clockwork.post
        if self.random.random() < 0.3:
            post.away = True
            self.driver.on(self.driver.soon(0, 3), self._post_is_back)
            return
        address = self.world.get(Person, holder.person).email
        if address:
            post.refused.add(address)

    def _post_is_back(self) -> None:
        self.driver.clockwork.post.away = False

    def _hand_over(self, holder: Holder) -> None:
        others = [p for p in self.driver.county.people_of(holder.unit) if p != holder.person]

        def follow() -> None:
            wanted = sa.select(Handover.id).where(
                Handover.person_id == holder.person, Handover.taken_at.is_(None)
            )
            waiting = session().scalars(wanted.order_by(Handover.id)).all()
            for number in waiting:
                if others and self.random.random() < 0.8:
                    handover.take(self.admin, number, self.random.choice(others), self.world.now)
                else:
                    handover.waive(self.admin, number, self.world.now)

        self.driver.attempt("hand over", follow)

    def _stand_in(self, holder: Holder) -> None:
        other = self.random.choice(self.driver.county.holders)
        first = self.world.clock.today + timedelta(days=self.random.randint(0, 5))
        last = first + timedelta(days=self.random.randint(0, 25))

        def appoint() -> None:
            number = deputies.appoint(
                self.driver.office,
                holder.person,
                other.person,
                from_on=first,
                until_on=last,
                reason="出差",
                now=self.world.now,
            )
            if self.random.random() < 0.3:
                self.driver.on(self.driver.soon(1, 20), lambda: self._end(number))

        self.driver.attempt("stand in", appoint)

    def _end(self, number: int) -> None:
        self.driver.attempt(
            "stand in no more", partial(deputies.end, self.driver.office, number, self.world.now)
        )

    def _mend(self, holder: Holder) -> None:
        """An address is entered, corrected or lost, or a post changes hands within the unit."""
        post = self.random.choice(list(Post))
        address = self.random.choice(
            ("", f"new{holder.person}-{self.world.clock.today:%y%m%d}@simulation.example")
        )

        def edit() -> None:
            posts = {(holder.unit, Post(holder.post)), (holder.unit, post)}
            people.edit(
                self.admin, holder.person, email=address, posts=posts, active=True, now=self.world.now
            )

        self.driver.attempt("mend", edit)

    # ------------------------------------------------------------------------------------------- slips

    def _slips(self) -> None:
        """The office goes through the slips the engine has drafted."""
        with self.world.app.app_context():
            wanted = sa.select(Slip.id).where(Slip.state == SlipState.DRAFT).order_by(Slip.id)
            drafts = session().scalars(wanted).all()
        for number in drafts:
            luck = self.random.random()
            if luck < 0.25:
                self.driver.attempt("send slip", partial(self._send, number))
            elif luck < 0.4:
                self.driver.attempt("set slip aside", partial(self._dismiss, number))

    def _send(self, number: int) -> None:
        seen = session().get_one(Slip, number).version
        approval = slips.Approval("演示县领导", self.world.clock.today)
        slips.send(self.driver.office, [slips.Chosen(number, seen, "请抓紧办理。")], approval, self.world.now)

    def _dismiss(self, number: int) -> None:
        seen = session().get_one(Slip, number).version
        slips.dismiss(self.driver.office, [slips.Chosen(number, seen)], "已电话沟通。", self.world.now)

    def answer(self, unit: int, duty: Duty) -> None:
        """A unit answers a slip."""
        number = int(duty.period_key[1:])

        def reply() -> None:
            seen = session().get_one(Slip, number).version
            slips.answer(self.driver.actor(unit), number, "正在整改。", seen_version=seen, now=self.world.now)

        self.driver.attempt("answer slip", reply)


def _stricter(body: dict[str, object]) -> dict[str, object]:
    """The report's ladder speaks a day earlier, and repeats what it says after the date."""
    ladder = body["monthly_report"]
    assert isinstance(ladder, dict)
    rungs = [dict(rung) for rung in ladder["rungs"]]
    rungs[1]["offset"] = -2
    rungs[3] |= {"every": 1, "times": 2, "offset": 2}
    rungs[4]["offset"] = 5
    return {"monthly_report": {**ladder, "rungs": rungs}}


def _gentler(body: dict[str, object]) -> dict[str, object]:
    """The report's ladder ends earlier and asks less; that of signatures waits longer; slips leave more days."""
    report, sign = body["monthly_report"], body["sign"]
    assert isinstance(report, dict)
    assert isinstance(sign, dict)
    rungs = [dict(rung) for rung in report["rungs"][:-1]]
    rungs[4] |= {"offset": 4, "receipt": False}
    signing = [dict(rung) for rung in sign["rungs"]]
    signing[3]["offset"] = 4
    return {
        "monthly_report": {**report, "rungs": rungs, "checks": 2, "late_spacing": 1},
        "sign": {**sign, "rungs": signing, "hour": 10},
        "reply_workdays": {"blue_slip": 4, "yellow_slip": 5, "red_slip": 6, "talk": 0},
    }

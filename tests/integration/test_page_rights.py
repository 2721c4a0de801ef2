"""Each page of the office × each kind of person: the whole table, and no page without a line in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.models import (
    Candidate,
    Deputy,
    Duty,
    ForceMember,
    FormerSource,
    Group,
    Handover,
    MailHold,
    Plan,
    PolicyDraft,
    PolicyVersion,
    Slip,
    WorkCalendar,
)
from app.models.rules import PolicySubject
from tests.asking import ask
from tests.pages import Reader, check, signed_in
from tests.world import LEAD, Asked, World
from workflows.cadence import DutyKind
from workflows.escalation import LetterKind
from workflows.lifecycle import SlipState
from workflows.requests import RequestKind
from workflows.units import ForceRole, Post, UnitKind

PEOPLE = {
    "zhuanban": "office",
    "fuxianzhang": "leader",
    "guanli": "admin",
    "jiaoyu": "owner",
    "minzheng": "stranger",
}
PEOPLES = ("deputies", "handovers", "letters", "receipts")
OURS = (
    *PEOPLES,
    "plans",
    "proposals",
    "supervision",
    "engine",
    "calendars",
    "admin",
    "registry",
    "versions",
    "slips",
    "requests",
    "rules",
)

OFFICE = {"office"}
READERS = {"office", "leader"}
KEEPERS = {"office", "admin"}
EVERY = {"office", "leader", "admin"}

TABLE: dict[tuple[str, str], set[str]] = {
    ("plans.index", "GET"): READERS,
    ("plans.new", "GET"): OFFICE,
    ("plans.new", "POST"): OFFICE,
    ("plans.review", "GET"): READERS,
    ("plans.edit", "GET"): OFFICE,
    ("plans.edit", "POST"): OFFICE,
    ("plans.discard", "GET"): OFFICE,
    ("plans.discard", "POST"): OFFICE,
    ("plans.bind", "POST"): OFFICE,
    ("plans.add_name", "POST"): OFFICE,
    ("plans.files_through", "POST"): OFFICE,
    ("plans.new_task", "GET"): OFFICE,
    ("plans.new_task", "POST"): OFFICE,
    ("plans.task", "GET"): OFFICE,
    ("plans.task", "POST"): OFFICE,
    ("plans.remove_task", "POST"): OFFICE,
    ("plans.undo", "POST"): OFFICE,
    ("plans.merge", "POST"): OFFICE,
    ("plans.split", "POST"): OFFICE,
    ("plans.split", "GET"): OFFICE,
    ("plans.accept", "POST"): OFFICE,
    ("plans.checkup", "GET"): READERS,
    ("plans.checklist", "GET"): READERS,
    ("plans.join_force", "POST"): OFFICE,
    ("plans.task_list", "GET"): READERS,
    ("plans.import_tasks", "GET"): OFFICE,
    ("plans.import_tasks", "POST"): OFFICE,
    ("plans.apply_tasks", "POST"): OFFICE,
    ("plans.issue", "GET"): OFFICE,
    ("plans.issue", "POST"): OFFICE,
    ("proposals.take", "GET"): OFFICE,
    ("proposals.take", "POST"): OFFICE,
    ("proposals.dismiss", "POST"): OFFICE,
    ("proposals.reopen", "POST"): OFFICE,
    ("proposals.adopt", "POST"): OFFICE,
    ("proposals.decline", "POST"): OFFICE,
    ("proposals.seat", "POST"): OFFICE,
    ("versions.new", "GET"): OFFICE,
    ("versions.new", "POST"): OFFICE,
    ("versions.changes", "GET"): READERS,
    ("versions.take", "POST"): OFFICE,
    ("versions.pairing", "GET"): OFFICE,
    ("versions.pairing", "POST"): OFFICE,
    ("versions.source", "GET"): READERS,
    ("versions.former", "GET"): READERS,
    ("supervision.index", "GET"): READERS,
    ("supervision.overdue", "GET"): READERS,
    ("supervision.matrix", "GET"): READERS,
    ("supervision.review", "GET"): READERS,
    ("supervision.accept_several", "POST"): OFFICE,
    ("supervision.judge", "POST"): OFFICE,
    ("supervision.settle", "POST"): OFFICE,
    ("supervision.letters", "GET"): READERS,
    ("supervision.letter", "GET"): READERS,
    ("supervision.duty", "GET"): {"office", "leader", "owner"},
    ("supervision.record_issue", "POST"): OFFICE,
    ("supervision.finish_review", "POST"): OFFICE,
    ("slips.queue", "GET"): READERS,
    ("slips.decide", "POST"): READERS,
    ("slips.show", "GET"): {"office", "leader", "owner"},
    ("slips.answer", "POST"): {"owner"},
    ("requests.index", "GET"): {"office", "leader", "owner", "stranger"},
    ("requests.new", "GET"): {"owner"},
    ("requests.new", "POST"): {"owner"},
    ("requests.show", "GET"): {"office", "leader", "owner"},
    ("requests.answer", "POST"): READERS,
    ("requests.withdraw", "POST"): {"owner"},
    ("requests.resume", "POST"): READERS,
    ("rules.index", "GET"): KEEPERS,
    ("rules.version", "GET"): KEEPERS,
    ("rules.begin", "POST"): KEEPERS,
    ("rules.draft", "GET"): KEEPERS,
    ("rules.save", "POST"): KEEPERS,
    ("rules.ladder", "GET"): KEEPERS,
    ("rules.ladder", "POST"): KEEPERS,
    ("rules.discard", "POST"): KEEPERS,
    ("rules.take", "GET"): KEEPERS,
    ("rules.take", "POST"): KEEPERS,
    ("rules.move", "GET"): KEEPERS,
    ("rules.move", "POST"): KEEPERS,
    ("rules.simulate", "GET"): KEEPERS,
    ("rules.foretold", "GET"): KEEPERS,
    ("calendars.index", "GET"): KEEPERS,
    ("calendars.preview", "POST"): KEEPERS,
    ("calendars.publish", "POST"): KEEPERS,
    ("calendars.new", "GET"): KEEPERS,
    ("calendars.show", "GET"): KEEPERS,
    ("calendars.preview_own", "POST"): KEEPERS,
    ("calendars.publish_own", "POST"): KEEPERS,
    ("engine.index", "GET"): KEEPERS,
    ("engine.release", "POST"): OFFICE,
    ("admin.units", "GET"): EVERY,
    ("admin.new_unit", "GET"): KEEPERS,
    ("admin.new_unit", "POST"): KEEPERS,
    ("admin.unit", "GET"): KEEPERS,
    ("admin.unit", "POST"): KEEPERS,
    ("admin.new_group", "GET"): KEEPERS,
    ("admin.new_group", "POST"): KEEPERS,
    ("admin.group", "GET"): KEEPERS,
    ("admin.group", "POST"): KEEPERS,
    ("admin.people", "GET"): KEEPERS,
    ("admin.new_person", "GET"): KEEPERS,
    ("admin.new_person", "POST"): KEEPERS,
    ("admin.person", "GET"): KEEPERS,
    ("admin.person", "POST"): KEEPERS,
    ("admin.reset_password", "POST"): KEEPERS,
    ("deputies.mine", "GET"): {"office", "leader", "admin", "owner", "stranger"},
    ("deputies.of", "GET"): {"office", "admin", "owner"},
    ("deputies.prefer", "POST"): {"office", "admin", "owner"},
    ("deputies.appoint", "POST"): {"office", "admin", "owner"},
    ("deputies.end", "POST"): {"office", "admin", "owner"},
    ("handovers.index", "GET"): KEEPERS,
    ("handovers.take", "POST"): KEEPERS,
    ("handovers.waive", "POST"): KEEPERS,
    ("letters.show", "GET"): {"office", "owner"},
    ("letters.received", "POST"): {"owner"},
    ("receipts.index", "GET"): READERS,
    ("receipts.record", "POST"): OFFICE,
    ("receipts.record_one", "POST"): OFFICE,
    ("registry.starting_set", "GET"): KEEPERS,
    ("registry.starting_set", "POST"): KEEPERS,
    ("registry.export", "GET"): EVERY,
    ("registry.upload", "GET"): KEEPERS,
    ("registry.upload", "POST"): KEEPERS,
    ("registry.apply", "POST"): KEEPERS,
}
"""(endpoint, method) → who may. Everybody else reads 403, but for the stranger at a duty: 404."""

HIDDEN = {
    "deputies.of": {"leader", "stranger"},
    "deputies.prefer": {"leader", "stranger"},
    "deputies.appoint": {"leader", "stranger"},
    "deputies.end": {"leader", "stranger"},
    "requests.new": {"office", "stranger"},
    "requests.show": {"admin", "stranger"},
    "requests.answer": {"owner", "admin", "stranger"},
    "requests.withdraw": {"office", "admin", "stranger"},
    "requests.resume": {"owner", "stranger"},
    "letters.show": {"leader", "admin", "stranger"},
    "letters.received": {"office", "leader", "admin", "stranger"},
    "slips.answer": {"office", "stranger"},
}
"""Endpoint → who reads 404 there, not 403: what is a person's own, nobody else learns of."""

ALLOWED_ANSWERS = {"GET": {200}, "POST": {303, 400, 409}}


@dataclass(frozen=True)
class Things:
    """An id for every parameter an address may have."""

    plan_id: int
    task_id: int
    unit_id: int
    group_id: int
    person_id: int
    duty_id: int
    letter_id: int
    hold_id: int
    candidate_id: int
    member_id: int
    deputy_id: int
    handover_id: int
    former_id: int
    version: tuple[int, int]
    slip_id: int
    draft_id: int
    version_id: int
    place: int = 0
    subject: str = "ladders"
    kind: str = "sign"
    calendar_id: int = 0
    request_id: int = 0
    running_id: int = 0

    def of(self, endpoint: str, name: str) -> Any:
        """The value of a parameter; pages of a new version speak of a draft that is one, and of a task in it."""
        if endpoint.startswith("versions.") and name in {"plan_id", "task_id"}:
            return self.version[name == "task_id"]
        if endpoint.startswith("requests.") and name in {"task_id", "kind"}:
            return self.running_id if name == "task_id" else "coordination"
        return getattr(self, name)


@pytest.fixture
def county(sqlite_world: World) -> World:
    sqlite_world.group("各单位", UnitKind.DEPARTMENT)
    sqlite_world.issue(Asked("改善幼儿园办园条件"))
    sqlite_world.draft(Asked("还在核对"))
    sqlite_world.run_to(date(2025, 3, 4))
    return sqlite_world


def things(world: World) -> Things:
    draft = world.tasks()[-1]
    with world.writing() as s:
        hold = MailHold(held_at=world.now, letters=600)
        own = WorkCalendar(name="幼儿园")
        s.add(own)
        offer = Candidate(plan_id=draft.plan_id, position=0, title="候选", text="要办好。", start=0, end=4)
        seat = ForceMember(plan_id=draft.plan_id, position=0, role=ForceRole.MEMBER, printed="民政部门")
        liaison, unit_id = world.person_id(f"{LEAD}联络员"), world.unit_id(LEAD)
        away = Deputy(
            person_id=liaison,
            stands_in_id=world.person_id(f"{LEAD}科长"),
            from_on=world.clock.today,
            until_on=world.clock.today,
            set_at=world.now,
        )
        left = Handover(
            person_id=world.person_id(f"{LEAD}局长"), unit_id=unit_id, post=Post.HEAD, left_at=world.now
        )
        asked = s.scalars(sa.select(Duty).where(Duty.unit_id == unit_id, Duty.kind == DutyKind.SIGN)).first()
        assert asked
        slip = Slip(
            duty_id=asked.id, epoch=1, rung=3, kind=LetterKind.BLUE_SLIP, state=SlipState.SENT, reason="试"
        )
        slip.drafted_at = world.now
        ladders = s.scalars(
            sa.select(PolicyVersion).where(PolicyVersion.subject == PolicySubject.LADDERS)
        ).one()
        rules = PolicyDraft(
            subject=PolicySubject.LADDERS, base_id=ladders.id, body=ladders.body, written_at=world.now
        )
        s.add_all([hold, offer, seat, away, left, slip, rules])
        demand = {"kind": DutyKind.MONTHLY_REPORT, "day": 28, "text": "每月28日前", "start": 0, "end": 4}
        s.get_one(Plan, draft.plan_id).proposals = {"cadences": [demand]}
    version_id = world.draft(Asked("改善幼儿园办园条件"), title="修订")
    with world.writing() as s:
        version = s.get_one(Plan, version_id)
        version.replaces_id = world.tasks()[0].plan_id
        former = FormerSource(plan_id=version_id, source_id=version.source_id, replaced_at=world.now)
        s.add(former)
    running_id = world.tasks()[0].id
    request_id = ask(world, running_id, RequestKind.SUSPENSION)
    return Things(
        draft.plan_id,
        draft.id,
        world.unit_id(LEAD),
        world.one(sa.select(Group)).id,
        world.person_id(f"{LEAD}联络员"),
        world.duties(unit=LEAD, kind=DutyKind.SIGN)[0].id,
        world.letters()[0].id,
        hold.id,
        offer.id,
        seat.id,
        away.id,
        left.id,
        former.id,
        (version_id, world.tasks(version_id)[0].id),
        slip.id,
        rules.id,
        ladders.id,
        calendar_id=own.id,
        request_id=request_id,
        running_id=running_id,
    )


def addresses(app: Flask, known: Things) -> dict[tuple[str, str], str]:
    """Every address of the office's pages, with real ids in it."""
    found: dict[tuple[str, str], str] = {}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.split(".")[0] not in OURS:
                continue
            path = app.url_for(
                rule.endpoint, **{name: known.of(rule.endpoint, name) for name in rule.arguments}
            )
            found |= {(rule.endpoint, method): path for method in (rule.methods or set()) & {"GET", "POST"}}
    return found


def test_every_page_of_the_office_has_a_line_in_the_table(county: World) -> None:
    assert set(addresses(county.app, things(county))) == set(TABLE)


@pytest.mark.parametrize("username", PEOPLE)
def test_every_page_answers_each_person_as_the_table_says(county: World, username: str) -> None:
    reader, who = signed_in(county.app, username), PEOPLE[username]
    token = _token(reader)
    for (endpoint, method), path in sorted(addresses(county.app, things(county)).items(), key=_last_removal):
        answer = reader.client.open(
            path, method=method, data={"csrf_token": token} if method == "POST" else None
        )
        if who in TABLE[endpoint, method]:
            expected = ALLOWED_ANSWERS[method]
        else:
            hidden = (
                endpoint in {"supervision.duty", "slips.show"} and who == "stranger"
            ) or who in HIDDEN.get(endpoint, ())
            expected = {404} if hidden else {403}
        assert answer.status_code in expected, (endpoint, method, who, answer.status)
        if answer.mimetype == "text/html" and answer.status_code != 303:
            check(answer.get_data(as_text=True))


def test_nobody_without_a_session_reads_any_of_it(county: World) -> None:
    reader = Reader(county.app)
    for (_, method), path in addresses(county.app, things(county)).items():
        if method == "GET":
            assert reader.goes_to(path).startswith("/sign-in?next=")


def test_a_post_without_the_token_of_the_page_changes_nothing(county: World) -> None:
    reader = signed_in(county.app, "zhuanban")
    paths = addresses(county.app, things(county))
    before = len(county.tasks())
    for (_, method), path in paths.items():
        if method == "POST":
            assert reader.client.post(path, data={"title": "甲"}).status_code == 400
    assert len(county.tasks()) == before


def _last_removal(line: tuple[tuple[str, str], str]) -> tuple[int, str, str]:
    """Look first, then press; at the end take the task away, and then the plan."""
    (endpoint, method), _ = line
    removals = ("plans.remove_task", "plans.discard")
    removal = method == "POST" and endpoint in removals
    return removals.index(endpoint) + 1 if removal else 0, method, endpoint


def _token(reader: Reader) -> str:
    page = reader.get("/password")
    return next(e.get("value", "") for e in page.tree.iter("input") if e.get("name") == "csrf_token")

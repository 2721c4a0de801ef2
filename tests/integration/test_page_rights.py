"""Each page of the office × each kind of person: the whole table, and no page without a line in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.models import Candidate, ForceMember, FormerSource, Group, MailHold, Plan
from tests.pages import Reader, check, signed_in
from tests.world import LEAD, Asked, World
from workflows.cadence import DutyKind
from workflows.units import ForceRole, UnitKind

PEOPLE = {
    "zhuanban": "office",
    "fuxianzhang": "leader",
    "guanli": "admin",
    "jiaoyu": "owner",
    "minzheng": "stranger",
}
OURS = ("plans", "proposals", "supervision", "engine", "calendars", "admin", "registry", "versions")

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
    ("calendars.index", "GET"): KEEPERS,
    ("calendars.preview", "POST"): KEEPERS,
    ("calendars.publish", "POST"): KEEPERS,
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
    ("registry.starting_set", "GET"): KEEPERS,
    ("registry.starting_set", "POST"): KEEPERS,
    ("registry.export", "GET"): EVERY,
    ("registry.upload", "GET"): KEEPERS,
    ("registry.upload", "POST"): KEEPERS,
    ("registry.apply", "POST"): KEEPERS,
}
"""(endpoint, method) → who may. Everybody else reads 403, but for the stranger at a duty: 404."""

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
    former_id: int
    version: tuple[int, int]
    place: int = 0

    def of(self, endpoint: str, name: str) -> Any:
        """The value of a parameter; pages of a new version speak of a draft that is one, and of a task in it."""
        if endpoint.startswith("versions.") and name in {"plan_id", "task_id"}:
            return self.version[name == "task_id"]
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
        offer = Candidate(plan_id=draft.plan_id, position=0, title="候选", text="要办好。", start=0, end=4)
        seat = ForceMember(plan_id=draft.plan_id, position=0, role=ForceRole.MEMBER, printed="民政部门")
        s.add_all([hold, offer, seat])
        demand = {"kind": DutyKind.MONTHLY_REPORT, "day": 28, "text": "每月28日前", "start": 0, "end": 4}
        s.get_one(Plan, draft.plan_id).proposals = {"cadences": [demand]}
    version_id = world.draft(Asked("改善幼儿园办园条件"), title="修订")
    with world.writing() as s:
        version = s.get_one(Plan, version_id)
        version.replaces_id = world.tasks()[0].plan_id
        former = FormerSource(plan_id=version_id, source_id=version.source_id, replaced_at=world.now)
        s.add(former)
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
        former.id,
        (version_id, world.tasks(version_id)[0].id),
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
            hidden = endpoint == "supervision.duty" and who == "stranger"
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

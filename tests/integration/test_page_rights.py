"""Each page of the office × each kind of person: the whole table, and no page without a line in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import storage
from app.models import (
    Appeal,
    Assessment,
    AssessmentEntry,
    BulletinNaming,
    Candidate,
    Deputy,
    Duty,
    Evidence,
    EvidencePlace,
    EvidenceUse,
    ForceMember,
    FormerSource,
    Group,
    Handover,
    MailHold,
    Plan,
    PolicyDraft,
    PolicyVersion,
    Report,
    Slip,
    WorkCalendar,
)
from app.models.rules import PolicySubject
from app.services import bulletins
from tests.asking import ask
from tests.pages import Reader, check, signed_in
from tests.world import LEAD, Asked, World
from workflows.cadence import DutyKind
from workflows.escalation import LetterKind
from workflows.lifecycle import BulletinKind, DutyState, EntryKind, ReportState, SlipState
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
    "assessments",
    "appeals",
    "schemes",
    "papers",
    "documents",
    "gathering",
    "signoff",
    "corrections",
    "evidence",
    "bulletins",
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
    ("supervision.note_corrections", "POST"): OFFICE,
    ("supervision.summary", "GET"): READERS,
    ("signoff.show", "GET"): set(),
    ("signoff.sign", "POST"): set(),
    ("signoff.refuse", "POST"): set(),
    ("signoff.take_back", "POST"): {"owner"},
    ("corrections.new", "GET"): {"owner"},
    ("corrections.new", "POST"): {"owner"},
    ("gathering.show", "GET"): {"office", "leader", "owner"},
    ("gathering.save", "POST"): {"owner"},
    ("gathering.nudge", "POST"): {"office", "owner"},
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
    ("bulletins.index", "GET"): {"office", "leader", "owner", "stranger"},
    ("bulletins.begin", "POST"): OFFICE,
    ("bulletins.show", "GET"): {"office", "leader", "owner"},
    ("bulletins.behind_figure", "GET"): READERS,
    ("bulletins.receipts", "GET"): READERS,
    ("bulletins.as_word", "GET"): READERS,
    ("bulletins.as_pdf", "GET"): READERS,
    ("bulletins.explain", "GET"): {"owner"},
    ("bulletins.explained", "POST"): {"owner"},
    ("bulletins.edit", "GET"): OFFICE,
    ("bulletins.save_section", "POST"): OFFICE,
    ("bulletins.arrange", "POST"): OFFICE,
    ("bulletins.freeze", "POST"): OFFICE,
    ("bulletins.choose", "POST"): OFFICE,
    ("bulletins.drop", "POST"): OFFICE,
    ("bulletins.submit", "POST"): OFFICE,
    ("bulletins.pass_", "POST"): OFFICE,
    ("bulletins.sign", "POST"): READERS,
    ("bulletins.send_back", "POST"): READERS,
    ("bulletins.publish", "POST"): OFFICE,
    ("bulletins.correct", "POST"): OFFICE,
    ("evidence.download", "GET"): {"office", "leader", "owner"},
    ("evidence.row", "GET"): {"office", "leader", "owner"},
    ("evidence.row", "POST"): {"owner"},
    ("evidence.remove", "POST"): {"owner"},
    ("documents.task_list", "GET"): READERS,
    ("documents.ledger", "GET"): READERS,
    ("documents.completion", "GET"): READERS,
    ("documents.month_summary", "GET"): READERS,
    ("documents.scheme", "GET"): READERS,
    ("documents.scores", "GET"): READERS,
    ("documents.results", "GET"): READERS,
    ("documents.appeal_decision", "GET"): {"office", "leader", "owner"},
    ("documents.self_assessment", "GET"): {"office", "leader", "owner"},
    ("documents.month_report", "GET"): {"office", "leader", "owner"},
    ("papers.index", "GET"): KEEPERS,
    ("papers.show", "GET"): KEEPERS,
    ("papers.take", "POST"): KEEPERS,
    ("papers.retire", "POST"): KEEPERS,
    ("papers.template", "GET"): KEEPERS,
    ("papers.sample", "GET"): KEEPERS,
    ("assessments.index", "GET"): READERS,
    ("assessments.begin", "POST"): OFFICE,
    ("assessments.show", "GET"): READERS,
    ("assessments.weights", "GET"): OFFICE,
    ("assessments.weights", "POST"): OFFICE,
    ("assessments.adopt", "POST"): OFFICE,
    ("assessments.entries", "GET"): OFFICE,
    ("assessments.entries", "POST"): OFFICE,
    ("assessments.withdraw_entry", "POST"): OFFICE,
    ("assessments.prepublish", "POST"): OFFICE,
    ("assessments.settle", "POST"): OFFICE,
    ("assessments.archive", "POST"): OFFICE,
    ("assessments.unit", "GET"): {"office", "leader", "owner"},
    ("assessments.mine", "GET"): {"office", "leader", "owner", "stranger"},
    ("appeals.new", "GET"): {"owner"},
    ("appeals.new", "POST"): {"owner"},
    ("appeals.show", "GET"): {"office", "leader", "owner"},
    ("appeals.decide", "POST"): OFFICE,
    ("appeals.withdraw", "POST"): {"owner"},
    ("schemes.index", "GET"): READERS,
    ("schemes.begin", "POST"): OFFICE,
    ("schemes.draft", "GET"): OFFICE,
    ("schemes.draft", "POST"): OFFICE,
    ("schemes.simulate", "GET"): OFFICE,
    ("schemes.take", "GET"): OFFICE,
    ("schemes.take", "POST"): OFFICE,
    ("schemes.discard", "POST"): OFFICE,
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
    "documents.month_report": {"stranger"},
    "documents.appeal_decision": {"stranger"},
    "documents.scheme": {"owner", "stranger"},
    "documents.scores": {"owner", "stranger"},
    "documents.results": {"owner", "stranger"},
    "documents.self_assessment": {"stranger"},
    "assessments.index": {"owner", "stranger"},
    "assessments.show": {"owner", "stranger"},
    "assessments.unit": {"stranger"},
    "appeals.new": {"office", "stranger"},
    "appeals.show": {"stranger"},
    "appeals.withdraw": {"office", "stranger"},
    "schemes.index": {"owner", "stranger"},
    "evidence.download": {"admin", "stranger"},
    "evidence.row": {"office", "stranger"},
    "evidence.remove": {"office", "stranger"},
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
    "bulletins.show": {"stranger"},
    "bulletins.behind_figure": {"owner", "stranger"},
    "bulletins.as_word": {"owner", "stranger"},
    "bulletins.as_pdf": {"owner", "stranger"},
    "bulletins.explain": {"office", "stranger"},
    "bulletins.explained": {"office", "stranger"},
    "signoff.show": {"office", "stranger"},
    "signoff.sign": {"office", "stranger"},
    "signoff.refuse": {"office", "stranger"},
    "signoff.take_back": {"office", "stranger"},
    "corrections.new": {"office", "stranger"},
    "gathering.show": {"stranger"},
    "gathering.save": {"office", "stranger"},
    "gathering.nudge": {"stranger"},
}
"""Endpoint → who reads 404 there, not 403: what is a person's own, nobody else learns of."""

NOTHING_YET = {"documents.self_assessment", "documents.results", "documents.appeal_decision"}
"""Papers that tell whoever may have them that it is too early: nothing is scored, settled or decided in this county."""

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
    bulletin_id: int = 0
    naming_id: int = 0
    figure: str = "tasks"
    key: str = "overall"
    calendar_id: int = 0
    request_id: int = 0
    running_id: int = 0
    issued_id: int = 0
    gather_id: int = 0
    month_id: int = 0
    evidence_id: int = 0
    use_id: int = 0
    assessment_id: int = 0
    entry_id: int = 0
    appeal_id: int = 0
    scheme_id: int = 0
    form: str = "docx"
    year: int = 2025
    period_key: str = "2025-03"

    def of(self, endpoint: str, name: str) -> Any:
        """The value of a parameter; pages of a new version speak of a draft that is one, and of a task in it."""
        if endpoint.startswith("versions.") and name in {"plan_id", "task_id"}:
            return self.version[name == "task_id"]
        if endpoint.startswith("papers.") and name == "kind":
            return "month-report"
        if endpoint.startswith(("gathering.", "evidence.", "signoff.", "corrections.")) and name == "duty_id":
            return self.gather_id if endpoint.startswith("gathering.") else self.month_id
        if (endpoint.startswith("documents.") or endpoint == "supervision.summary") and name == "plan_id":
            return self.issued_id
        if endpoint.startswith("requests.") and name in {"task_id", "kind"}:
            return self.running_id if name == "task_id" else "coordination"
        return self.scheme_id if endpoint.startswith("schemes.") else getattr(self, name)


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
        month = Duty(
            plan_id=asked.plan_id,
            task_id=asked.task_id,
            unit_id=unit_id,
            kind=DutyKind.MONTHLY_REPORT,
            period_key="2025-03",
            opens_on=world.clock.today,
            due_on=world.clock.today,
            original_due_on=world.clock.today,
            state=DutyState.FILED,
            policy_version_id=ladders.id,
            armed_at=world.now,
        )
        month.report = Report(state=ReportState.SUBMITTED, done="已开工。", submitted_at=world.now)
        gather = Duty(
            plan_id=asked.plan_id,
            task_id=asked.task_id,
            unit_id=unit_id,
            kind=DutyKind.CONSOLIDATION,
            period_key="2025-03",
            opens_on=world.clock.today,
            due_on=world.clock.today,
            original_due_on=world.clock.today,
            policy_version_id=ladders.id,
            armed_at=world.now,
        )
        proof = Evidence(
            unit_id=unit_id,
            sha256=storage.put(b"%PDF-1.4"),
            filename="说明.pdf",
            media_type="application/pdf",
            size=8,
            uploaded_at=world.now,
            uploaded_by_id=liaison,
        )
        use = EvidenceUse(evidence=proof, place=EvidencePlace.REPORT, used_at=world.now, used_by_id=liaison)
        use.task_id, use.duty = asked.task_id, month
        s.add_all([hold, offer, seat, away, left, slip, rules, month, gather, use])
        demand = {"kind": DutyKind.MONTHLY_REPORT, "day": 28, "text": "每月28日前", "start": 0, "end": 4}
        s.get_one(Plan, draft.plan_id).proposals = {"cadences": [demand]}
    version_id = world.draft(Asked("改善幼儿园办园条件"), title="修订")
    with world.writing() as s:
        version = s.get_one(Plan, version_id)
        version.replaces_id = world.tasks()[0].plan_id
        former = FormerSource(plan_id=version_id, source_id=version.source_id, replaced_at=world.now)
        s.add(former)
    assessment_id, entry_id, appeal_id, scheme_id = an_assessment(world, unit_id)
    running_id = world.tasks()[0].id
    request_id = ask(world, running_id, RequestKind.SUSPENSION)
    bulletin_id, naming_id = bulletin_of(world, world.tasks()[0].plan_id)
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
        bulletin_id=bulletin_id,
        naming_id=naming_id,
        running_id=running_id,
        issued_id=world.tasks()[0].plan_id,
        gather_id=gather.id,
        month_id=month.id,
        evidence_id=proof.id,
        use_id=use.id,
        assessment_id=assessment_id,
        entry_id=entry_id,
        appeal_id=appeal_id,
        scheme_id=scheme_id,
    )


def bulletin_of(world: World, plan_id: int) -> tuple[int, int]:
    """A bulletin in draft that is to name the lead, who was told."""
    with world.app.app_context():
        drafted = bulletins.draft(world.office, plan_id, BulletinKind.PROJECT, "2025-03", world.now)
    with world.writing() as s:
        naming = BulletinNaming(bulletin_id=drafted, unit_id=world.unit_id(LEAD), reason="进度落后。")
        naming.told_at, naming.answer_by_on = world.now, world.clock.today
        s.add(naming)
        s.flush()
        return drafted, naming.id


def an_assessment(world: World, unit_id: int) -> tuple[int, int, int, int]:
    """A running assessment with an entry and an appeal of that unit, and a draft of the scheme: their ids."""
    with world.writing() as s:
        subject = PolicyVersion.subject == PolicySubject.APPRAISAL
        scheme = s.scalars(sa.select(PolicyVersion).where(subject)).one()
        scored = Assessment(plan_id=world.tasks()[0].plan_id, year=2025, scheme_id=scheme.id)
        by = world.office.person_id
        entry = AssessmentEntry(
            assessment=scored, unit_id=unit_id, kind=EntryKind.ADDITION, points=100, words="试"
        )
        entry.document_number, entry.entered_at, entry.entered_by_id = "1号", world.now, by
        appeal = Appeal(assessment=scored, unit_id=unit_id, words="试", signed_by="局长", raised_at=world.now)
        appeal.raised_by_id = world.person_id(f"{LEAD}联络员")
        draft = PolicyDraft(
            subject=PolicySubject.APPRAISAL, base_id=scheme.id, body=scheme.body, written_at=world.now
        )
        s.add_all([scored, entry, appeal, draft])
        s.flush()
        return scored.id, entry.id, appeal.id, draft.id


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
            expected = ALLOWED_ANSWERS[method] | ({409} if endpoint in NOTHING_YET else set())
        else:
            hidden = (
                endpoint in {"supervision.duty", "slips.show"} and who == "stranger"
            ) or who in HIDDEN.get(endpoint, ())
            expected = {404} if hidden else {403}
        assert answer.status_code in expected, (endpoint, method, who, answer.status)
        if answer.mimetype == "text/html" and answer.status_code != 303:
            check(answer.get_data(as_text=True))
        answer.close()


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

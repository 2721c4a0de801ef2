"""A county in which everything is under way at once, and every address of the application with real ids in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask

from app import storage
from app.engine.run import beat
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
    Task,
    WorkCalendar,
)
from app.models.rules import PolicySubject
from app.services import bulletins
from tests.asking import ask
from tests.world import LEAD, Asked, World
from workflows.cadence import DutyKind
from workflows.escalation import LetterKind
from workflows.lifecycle import BulletinKind, DutyState, EntryKind, ReportState, SlipState, TaskState
from workflows.requests import RequestKind
from workflows.units import ForceRole, Post, UnitKind

MONTH = "2025-03"
Ids = dict[str, Any]
"""Parameter of an address → a value it may have."""


@dataclass(frozen=True)
class Things:
    """A value for every parameter of every address; `own` where a page, or a whole blueprint, speaks of another one.

    `asked`: endpoint → what stands behind the question mark, where a page is told there what it is about.
    """

    ids: Mapping[str, Any]
    own: Mapping[tuple[str, str], Any]
    asked: Mapping[str, str]

    def of(self, endpoint: str, name: str) -> Any:
        """The value of that parameter there; raises KeyError for one that nobody has provided for."""
        for place in ((endpoint, name), (endpoint.split(".", maxsplit=1)[0], name)):
            if place in self.own:
                return self.own[place]
        return self.ids[name]


class Cell(NamedTuple):
    """One rule of the URL map and one of its methods."""

    endpoint: str
    method: str


def addresses(app: Flask, known: Things) -> Iterator[tuple[Cell, str]]:
    """Every address of the application under every method it takes, with real ids in it."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            built = rule.build({name: known.of(rule.endpoint, name) for name in rule.arguments})
            assert built, rule
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Cell(rule.endpoint, method), built[1] + known.asked.get(rule.endpoint, "")


def people_the_matrix(world: World) -> Things:
    """A plan issued, another in draft, of everything else one; returns what they are called in addresses."""
    world.group("各单位", UnitKind.DEPARTMENT)
    world.issue(Asked("改善幼儿园办园条件"))
    world.draft(Asked("还在核对"))
    world.run_to(date(2025, 3, 4))
    return things(world)


def things(world: World) -> Things:
    """One of everything that has a page, added to a county with a plan issued and one in draft, both led by LEAD."""
    running, draft = world.tasks()[0], world.tasks()[-1]
    unit_id, liaison_id = world.unit_id(LEAD), world.person_id(f"{LEAD}联络员")
    signature = world.duties(unit=LEAD, kind=DutyKind.SIGN)[0]
    month_id, gather_id, evidence = _reporting(world, signature, liaison_id)
    version_id, former_id = _version(world, running.plan_id)
    going_id, closing_id = _nearly_done(world)
    with world.app.app_context():
        beat(world.now, {})
    ids = {
        "plan_id": draft.plan_id,
        "task_id": draft.id,
        "unit_id": unit_id,
        "group_id": world.one(sa.select(Group)).id,
        "person_id": liaison_id,
        "duty_id": signature.id,
        "letter_id": world.letters()[0].id,
        "former_id": former_id,
        "period_key": MONTH,
        "year": 2025,
        "form": "docx",
        "filename": "luoshi.css",
        **evidence,
        **_of_the_draft(world, draft.plan_id),
        **_of_the_office(world, signature.id),
        **_of_people(world, liaison_id, unit_id),
        **_rules(world),
        **_bulletin(world, running.plan_id, unit_id),
        **_assessment(world, running.plan_id, unit_id, liaison_id),
        "request_id": ask(world, running.id, RequestKind.SUSPENSION),
    }
    own = {
        ("versions", "plan_id"): version_id,
        ("versions", "task_id"): world.tasks(version_id)[0].id,
        ("documents", "plan_id"): running.plan_id,
        ("supervision.summary", "plan_id"): running.plan_id,
        ("supervision.settle", "task_id"): closing_id,
        ("tasks.close", "task_id"): closing_id,
        ("tasks.request_close", "task_id"): going_id,
        ("supervision.judge", "duty_id"): month_id,
        ("supervision.note_corrections", "duty_id"): month_id,
        ("requests", "task_id"): running.id,
        ("requests", "kind"): RequestKind.COORDINATION.value,
        ("tasks", "task_id"): running.id,
        ("tasks", "part_id"): next(part.id for part in world.parts(running.id) if part.unit_id == unit_id),
        ("papers", "kind"): "month-report",
        ("gathering", "duty_id"): gather_id,
        **{(place, "duty_id"): month_id for place in ("evidence", "signoff", "corrections")},
        ("schemes", "draft_id"): ids["scheme_id"],
    }
    return Things(ids, own, {"reports.hints": f"?row={month_id}", "tasks.search": "?words=幼儿园"})


def _nearly_done(world: World) -> tuple[int, int]:
    """A task whose closing may be asked for, and one of which it is: their ids."""
    plan_id = world.issue(Asked("建成示范园"), Asked("配齐保健医"))
    with world.writing() as s:
        going, closing = (s.get_one(Task, task.id) for task in world.tasks(plan_id))
        going.state, closing.state = TaskState.UNDERWAY, TaskState.CLOSING
        return going.id, closing.id


def _reporting(world: World, signature: Duty, liaison_id: int) -> tuple[int, int, Ids]:
    """LEAD's report of March, filed with a file; and the month to be gathered from those who share the task."""
    with world.writing() as s:
        ladders = _version_of(s, PolicySubject.LADDERS)

        def owed(kind: DutyKind, state: DutyState) -> Duty:
            today = world.clock.today
            whose = {"task_id": signature.task_id, "unit_id": signature.unit_id}
            opened = sa.select(Duty).filter_by(**whose, kind=kind, period_key=MONTH)
            duty = s.scalar(opened) or Duty(plan_id=signature.plan_id, **whose, kind=kind, period_key=MONTH)
            duty.state = state
            duty.opens_on = duty.due_on = duty.original_due_on = today
            duty.policy_version_id, duty.armed_at = ladders.id, world.now
            return duty

        month = owed(DutyKind.MONTHLY_REPORT, DutyState.FILED)
        month.report = Report(state=ReportState.SUBMITTED, done="已开工。", submitted_at=world.now)
        gather = owed(DutyKind.CONSOLIDATION, DutyState.OPEN)
        proof = Evidence(unit_id=signature.unit_id, filename="说明.pdf", media_type="application/pdf", size=8)
        proof.sha256 = storage.put(b"%PDF-1.4")
        proof.uploaded_at, proof.uploaded_by_id = world.now, liaison_id
        use = EvidenceUse(evidence=proof, place=EvidencePlace.REPORT, used_at=world.now)
        use.used_by_id, use.task_id, use.duty = liaison_id, signature.task_id, month
        s.add_all([month, gather, use])
        s.flush()
        return month.id, gather.id, {"evidence_id": proof.id, "use_id": use.id}


def _version_of(s: Any, subject: PolicySubject) -> PolicyVersion:
    found: PolicyVersion = s.scalars(sa.select(PolicyVersion).where(PolicyVersion.subject == subject)).one()
    return found


def _version(world: World, issued_id: int) -> tuple[int, int]:
    """A draft that is to replace the issued plan, and the source it had before: their ids."""
    version_id = world.draft(Asked("改善幼儿园办园条件"), title="修订")
    with world.writing() as s:
        version = s.get_one(Plan, version_id)
        version.replaces_id = issued_id
        former = FormerSource(plan_id=version_id, source_id=version.source_id, replaced_at=world.now)
        s.add(former)
        s.flush()
        return version_id, former.id


def _of_the_draft(world: World, plan_id: int) -> Ids:
    """What the machine proposed while it read the draft's document."""
    with world.writing() as s:
        offer = Candidate(plan_id=plan_id, position=0, title="候选", text="要办好。", start=0, end=4)
        seat = ForceMember(plan_id=plan_id, position=0, role=ForceRole.MEMBER, printed="民政部门")
        s.add_all([offer, seat])
        demand = {"kind": DutyKind.MONTHLY_REPORT, "day": 28, "text": "每月28日前", "start": 0, "end": 4}
        s.get_one(Plan, plan_id).proposals = {"cadences": [demand]}
        s.flush()
        return {"candidate_id": offer.id, "member_id": seat.id, "place": 0}


def _of_the_office(world: World, duty_id: int) -> Ids:
    """Letters held back, a slip sent, a calendar of its own."""
    with world.writing() as s:
        hold = MailHold(held_at=world.now, letters=600)
        calendar = WorkCalendar(name="幼儿园")
        slip = Slip(duty_id=duty_id, epoch=1, rung=3, kind=LetterKind.BLUE_SLIP, state=SlipState.SENT)
        slip.reason, slip.drafted_at = "试", world.now
        s.add_all([hold, calendar, slip])
        s.flush()
        return {"hold_id": hold.id, "calendar_id": calendar.id, "slip_id": slip.id}


def _of_people(world: World, liaison_id: int, unit_id: int) -> Ids:
    """LEAD's liaison is stood in for; its head has left."""
    stands_in, head = world.person_id(f"{LEAD}科长"), world.person_id(f"{LEAD}局长")
    with world.writing() as s:
        away = Deputy(person_id=liaison_id, stands_in_id=stands_in, set_at=world.now)
        away.from_on = away.until_on = world.clock.today
        left = Handover(person_id=head, unit_id=unit_id, post=Post.HEAD, left_at=world.now)
        s.add_all([away, left])
        s.flush()
        return {"deputy_id": away.id, "handover_id": left.id}


def _rules(world: World) -> Ids:
    """A draft of the ladders, and one of the year's scheme."""
    with world.writing() as s:
        based = [_version_of(s, subject) for subject in (PolicySubject.LADDERS, PolicySubject.APPRAISAL)]
        drafts = [
            PolicyDraft(subject=base.subject, base_id=base.id, body=base.body, written_at=world.now)
            for base in based
        ]
        s.add_all(drafts)
        s.flush()
        of_ladders, of_scheme = drafts
        ids = {"draft_id": of_ladders.id, "version_id": based[0].id, "subject": "ladders", "kind": "sign"}
        return {**ids, "scheme_id": of_scheme.id}


def _bulletin(world: World, plan_id: int, unit_id: int) -> Ids:
    """A bulletin in draft that is to name LEAD, which was told."""
    with world.app.app_context():
        drafted = bulletins.draft(world.office, plan_id, BulletinKind.PROJECT, MONTH, world.now)
    with world.writing() as s:
        naming = BulletinNaming(bulletin_id=drafted, unit_id=unit_id, reason="进度落后。")
        naming.told_at, naming.answer_by_on = world.now, world.clock.today
        s.add(naming)
        s.flush()
        return {"bulletin_id": drafted, "naming_id": naming.id, "figure": "tasks", "key": "overall"}


def _assessment(world: World, plan_id: int, unit_id: int, liaison_id: int) -> Ids:
    """A running assessment with an entry and an appeal of LEAD."""
    with world.writing() as s:
        scheme = _version_of(s, PolicySubject.APPRAISAL)
        scored = Assessment(plan_id=plan_id, year=2025, scheme_id=scheme.id)
        entry = AssessmentEntry(assessment=scored, unit_id=unit_id, kind=EntryKind.ADDITION, points=100)
        entry.words, entry.document_number, entry.entered_at = "试", "1号", world.now
        entry.entered_by_id = world.office.person_id
        appeal = Appeal(assessment=scored, unit_id=unit_id, words="试", signed_by="局长", raised_at=world.now)
        appeal.raised_by_id = liaison_id
        s.add_all([scored, entry, appeal])
        s.flush()
        return {"assessment_id": scored.id, "entry_id": entry.id, "appeal_id": appeal.id}

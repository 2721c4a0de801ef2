"""The rules as people see them: what is in force, every version that was, what is being written, and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Duty, LedgerEntry, Person, Plan, PolicyDraft, PolicyVersion
from app.models.rules import PolicySubject
from app.queries import rules
from workflows.appraisal import Scheme, scheme_lines
from workflows.cadence import CadenceRules
from workflows.errors import Refused
from workflows.escalation import LadderBook
from workflows.lifecycle import DutyState, PlanState
from workflows.light import LightRules
from workflows.requests import RequestRules
from workflows.rulewords import Change, Line, cadence_lines, changes, ladder_lines, light_lines

SUBJECT_LABELS: Mapping[PolicySubject, str] = MappingProxyType(
    {
        PolicySubject.LADDERS: "升级阶梯",
        PolicySubject.CADENCE: "报告周期",
        PolicySubject.LIGHT: "亮灯规则",
        PolicySubject.APPRAISAL: "考核方案",
    }
)

OF_THE_COUNTY = frozenset({PolicySubject.LIGHT, PolicySubject.APPRAISAL})
"""Subjects that are the same for all plans; no plan has such rules of its own."""


def subject(name: str) -> PolicySubject:
    """The subject of that name; raises ValueError for none."""
    return PolicySubject(name)


TAKEN, MOVED = "rules.take", "rules.move"
"""The acts of the record: a version taken into use, and open duties moved to one."""


@dataclass(frozen=True, slots=True)
class CadenceBook:
    """报告周期 as one version holds them: the days, and the limits of requests."""

    days: CadenceRules
    limits: RequestRules

    def check(self) -> None:
        """Return when both can be used; raises Refused invalid."""
        self.days.check()
        self.limits.check()

    def as_json(self) -> dict[str, Any]:
        return {**self.days.as_json(), rules.REQUESTS: self.limits.as_json()}


Book = LadderBook | CadenceBook | LightRules | Scheme


def read(subject: PolicySubject, body: Mapping[str, Any]) -> Book:
    """The rules a stored body holds, whether in force or being written; raises Refused invalid for lights."""
    own = {name: value for name, value in body.items() if name != rules.OWN_PLAN}
    if subject is PolicySubject.LADDERS:
        return LadderBook.from_json(own)
    if subject is PolicySubject.LIGHT:
        return LightRules.from_json(own)
    if subject is PolicySubject.APPRAISAL:
        return Scheme.from_json(own)
    limits = RequestRules.from_json(own.pop(rules.REQUESTS, {}))
    return CadenceBook(CadenceRules.from_json(own), limits)


def lines(book: Book) -> list[Line]:
    """What the rules say, line by line."""
    if isinstance(book, LadderBook):
        return ladder_lines(book)
    if isinstance(book, LightRules):
        return light_lines(book)
    if isinstance(book, Scheme):
        return scheme_lines(book)
    return cadence_lines(book.days, book.limits)


@dataclass(frozen=True, slots=True)
class Taken:
    """One version: who took it into use, and the plan it is for (none: every plan)."""

    version: PolicyVersion
    by: str
    plan_id: int | None
    plan_title: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """One subject: what is in force, all its versions with the newest first, and what is being written."""

    subject: PolicySubject
    label: str
    in_force: Taken
    history: tuple[Taken, ...]
    drafts: tuple[PolicyDraft, ...]
    plans: tuple[tuple[int, str], ...]


def shelves() -> list[Shelf]:
    """The subjects with their versions; plans are named where rules of their own may be written.

    The scheme of the year's assessment stands on pages of its own (`shelf`).
    """
    return _shelves([subject for subject in SUBJECT_LABELS if subject is not PolicySubject.APPRAISAL])


def shelf(subject: PolicySubject) -> Shelf:
    """One subject with its versions."""
    return _shelves([subject])[0]


def _shelves(subjects: Sequence[PolicySubject]) -> list[Shelf]:
    by, plans = _takers(), running_plans()
    titles = {plan.id: plan.title for plan in plans}
    newest = sa.select(PolicyVersion).where(PolicyVersion.subject.in_(subjects))
    versions = session().scalars(newest.order_by(PolicyVersion.version.desc())).all()
    drafts = session().scalars(_drafts().order_by(PolicyDraft.id)).all()
    found = []
    for subject in subjects:
        history = tuple(_taken(v, by, titles) for v in versions if v.subject is subject)
        in_force = next(taken for taken in history if taken.plan_id is None)
        named = () if subject in OF_THE_COUNTY else tuple(titles.items())
        own = tuple(draft for draft in drafts if draft.subject is subject)
        found.append(Shelf(subject, SUBJECT_LABELS[subject], in_force, history, own, named))
    return found


def _taken(version: PolicyVersion, by: Mapping[int, str], titles: Mapping[int, str]) -> Taken:
    plan_id = version.body.get(rules.OWN_PLAN)
    title = titles.get(plan_id, f"计划{plan_id}") if plan_id else ""
    return Taken(version, by.get(version.id, "系统"), plan_id, title)


def _takers() -> Mapping[int, str]:
    """Version → who took it into use, as the record says."""
    entries = (
        sa.select(LedgerEntry.detail, Person.name)
        .join(Person, Person.id == LedgerEntry.actor_id)
        .where(LedgerEntry.act == TAKEN)
    )
    return {detail["version_id"]: name for detail, name in session().execute(entries)}


def _drafts() -> sa.Select[PolicyDraft]:
    return sa.select(PolicyDraft).options(selectinload(PolicyDraft.base), selectinload(PolicyDraft.author))


def running_plans() -> Sequence[Plan]:
    """Issued plans that take new rules, newest first."""
    issued = sa.select(Plan).where(Plan.state == PlanState.ISSUED).order_by(Plan.issued_at.desc(), Plan.id)
    return session().scalars(issued).all()


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version: what it says, and what is different from another, by default the one before it."""

    subject: PolicySubject
    label: str
    taken: Taken
    lines: tuple[Line, ...]
    others: tuple[PolicyVersion, ...]
    against: PolicyVersion | None
    changes: tuple[Change, ...]


def version(version_id: int) -> PolicyVersion:
    """One version; raises Refused missing."""
    found = session().get(PolicyVersion, version_id)
    if found is None:
        raise Refused("missing", "没有找到这一版规则。请从“规则”页进入。")
    return found


def version_page(version_id: int, against_id: int | None) -> VersionPage:
    """One version beside another of the same subject; raises Refused missing."""
    found = version(version_id)
    titles = {plan.id: plan.title for plan in running_plans()}
    others = session().scalars(
        sa.select(PolicyVersion)
        .where(PolicyVersion.subject == found.subject, PolicyVersion.id != found.id)
        .order_by(PolicyVersion.version.desc())
    )
    rest = tuple(others)
    earlier = (other for other in rest if other.version < found.version)
    against = next((other for other in rest if other.id == against_id), None) or next(earlier, None)
    said = lines(read(found.subject, found.body))
    before = lines(read(found.subject, against.body)) if against else said
    label = SUBJECT_LABELS[found.subject]
    return VersionPage(
        found.subject,
        label,
        _taken(found, _takers(), titles),
        tuple(said),
        rest,
        against,
        tuple(changes(before, said)),
    )


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Rules being written: the book as it stands, and what it would change of what is in force for its plan or all."""

    draft: PolicyDraft
    label: str
    plan_title: str
    book: Book
    in_force: PolicyVersion
    changes: tuple[Change, ...]

    @property
    def is_overtaken(self) -> bool:
        """Whether another version has come into force since the draft was begun."""
        return self.draft.base_id != self.in_force.id


def draft(draft_id: int) -> PolicyDraft:
    """One draft; raises Refused missing."""
    found = session().scalar(_drafts().where(PolicyDraft.id == draft_id))
    if found is None:
        raise Refused("missing", "没有找到这份草稿，可能已经采用或删除。请从“规则”页进入。")
    return found


def draft_page(draft_id: int) -> DraftPage:
    """One draft beside what is in force; raises Refused missing, also for a scheme's, which has pages of its own."""
    found = draft(draft_id)
    if found.subject is PolicySubject.APPRAISAL:
        raise Refused("missing", "这是考核方案的草稿，请从“考核”页打开。")
    current, book = in_force(found.subject, found.plan_id), read(found.subject, found.body)
    plan = session().get(Plan, found.plan_id) if found.plan_id else None
    different = changes(lines(read(found.subject, current.body)), lines(book))
    label = SUBJECT_LABELS[found.subject]
    return DraftPage(found, label, plan.title if plan else "", book, current, tuple(different))


def in_force(subject: PolicySubject, plan_id: int | None) -> PolicyVersion:
    """The version a plan goes by; without a plan the one every new plan gets. Raises Refused missing."""
    plan = session().get(Plan, plan_id) if plan_id else None
    if plan is None or subject in OF_THE_COUNTY:
        return rules.latest(subject)
    own = plan.ladders_version_id if subject is PolicySubject.LADDERS else plan.cadence_version_id
    return version(own) if own else rules.latest(subject)


def plans_for(draft: PolicyDraft) -> list[tuple[Plan, bool]]:
    """The running plans that may go by the draft, each with whether it would as a rule: not one with rules of its own."""
    plans = [plan for plan in running_plans() if draft.plan_id in {None, plan.id}]
    return [(plan, draft.plan_id == plan.id or not _has_own(draft.subject, plan)) for plan in plans]


def _has_own(subject: PolicySubject, plan: Plan) -> bool:
    return rules.OWN_PLAN in in_force(subject, plan.id).body


def next_number(subject: PolicySubject) -> int:
    """The number the next version of that subject gets."""
    newest = sa.select(sa.func.max(PolicyVersion.version)).where(PolicyVersion.subject == subject)
    return session().scalars(newest).one() + 1


def movable(version_id: int) -> sa.Select[Duty]:
    """The open duties, by id, of plans that go by that version of the ladders, and still climb another."""
    return (
        sa.select(Duty)
        .join(Plan, Plan.id == Duty.plan_id)
        .where(
            Plan.ladders_version_id == version_id,
            Duty.state == DutyState.OPEN,
            Duty.policy_version_id != version_id,
        )
        .order_by(Duty.id)
    )


def movable_duties(version_id: int) -> Sequence[Duty]:
    """The same, with what a page says of them."""
    shown = movable(version_id).options(
        selectinload(Duty.unit), selectinload(Duty.task), selectinload(Duty.plan)
    )
    return session().scalars(shown).all()


@dataclass(frozen=True, slots=True)
class MovedLine:
    """One duty that was moved, and its next moments before and after."""

    duty: Duty
    before: datetime | None
    after: datetime | None


def moved_lines(version_id: int) -> list[MovedLine]:
    """Every duty that was moved to that version, as the record says."""
    acts = sa.select(LedgerEntry.detail).where(LedgerEntry.act == MOVED).order_by(LedgerEntry.id)
    told = [
        one
        for detail in session().scalars(acts)
        if detail["version_id"] == version_id
        for one in detail["moved"]
    ]
    duties = _duties([duty_id for duty_id, _, _ in told])
    return [MovedLine(duties[duty_id], _instant(was), _instant(now)) for duty_id, was, now in told]


def _duties(ids: Sequence[int]) -> Mapping[int, Duty]:
    wanted = (
        sa.select(Duty)
        .where(Duty.id.in_(ids))
        .options(selectinload(Duty.unit), selectinload(Duty.task), selectinload(Duty.plan))
    )
    return {duty.id: duty for duty in session().scalars(wanted)}


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

"""The rules a county may change: laid down as shipped, written anew as drafts, taken into use; none is overwritten."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import STALE, insert_new, transaction
from app.models import CalendarDay, CalendarYear, Duty, Plan, PolicyDraft, PolicyVersion
from app.models.rules import PolicySubject
from app.queries import rulebook, rules
from app.queries.rulebook import Book
from workflows.appraisal import Scheme
from workflows.cadence import CadenceRules, next_opening, openings
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.escalation import DEFAULT_LADDERS
from workflows.holidays import PUBLISHED
from workflows.lifecycle import PlanState
from workflows.light import LightRules
from workflows.policy import Act, Actor, require

AT_ONCE = 200
"""Duties moved to other ladders in one transaction: the engine waits for none of them for long."""

LONGEST_NOTE = 400
LOOK_BACK = timedelta(days=100)
"""How far back a period may have opened that new days still ask for."""


def lay_defaults(now: datetime) -> None:
    """Write version 1 of each policy and the published holidays where they are missing; changes nothing else."""
    with transaction() as s:
        insert_new(s, PolicyVersion, [_first(subject, body, now) for subject, body in _shipped().items()])
        years = [{"year": n.year, "document_number": n.document_number} for n in PUBLISHED.values()]
        new_years = insert_new(s, CalendarYear, years)
        days = [{"day": day, "works": works} for year in new_years for day, works in PUBLISHED[year].days()]
        insert_new(s, CalendarDay, days)


def _shipped() -> Mapping[PolicySubject, dict[str, Any]]:
    return {
        PolicySubject.CADENCE: CadenceRules().as_json(),
        PolicySubject.LADDERS: {kind.value: ladder.as_json() for kind, ladder in DEFAULT_LADDERS.items()},
        PolicySubject.LIGHT: LightRules().as_json(),
        PolicySubject.APPRAISAL: Scheme().as_json(),
    }


def _first(subject: PolicySubject, body: dict[str, Any], now: datetime) -> dict[str, object]:
    return {"subject": subject, "version": 1, "body": body, "note": "系统默认规则", "created_at": now}


# ------------------------------------------------------------------------------------------- drafts


def begin(actor: Actor, subject: PolicySubject, plan_id: int | None, now: datetime) -> int:
    """Begin a draft from what is in force for every plan, or for one; returns its id, or that of the one already begun.

    Raises Refused forbidden, missing, invalid.
    """
    require(actor, Act.EDIT_RULES)
    if plan_id and subject in rulebook.OF_THE_COUNTY:
        label = rulebook.SUBJECT_LABELS[subject]
        raise Refused("invalid", f"{label}对所有计划是同一套，不能只改一个计划的。")
    with transaction() as s:
        same = PolicyDraft.plan_id.is_(None) if plan_id is None else PolicyDraft.plan_id == plan_id
        begun = s.scalar(sa.select(PolicyDraft.id).where(PolicyDraft.subject == subject, same).limit(1))
        if begun:
            return begun
        if plan_id:
            _running(s, [plan_id])
        base = rulebook.in_force(subject, plan_id)
        body = rulebook.read(subject, base.body).as_json()
        written = PolicyDraft(
            subject=subject,
            plan_id=plan_id,
            base_id=base.id,
            body=body,
            author_id=actor.person_id,
            written_at=now,
        )
        s.add(written)
        s.flush()
        return written.id


def save(actor: Actor, draft_id: int, part: Mapping[str, Any], *, seen_version: int, now: datetime) -> None:
    """Put a part of the body (one ladder, the days) into a draft; the whole has to make sense afterwards.

    Raises Refused forbidden, missing, stale, invalid.
    """
    require(actor, Act.EDIT_RULES)
    with transaction() as s:
        written = _taken_up(s, draft_id, seen_version)
        body = {**written.body, **part}
        _read_sound(written.subject, body)
        written.body, written.author_id, written.written_at = body, actor.person_id, now


def _read_sound(subject: PolicySubject, body: Mapping[str, Any]) -> Book:
    """The rules a body holds, when they can be used; raises Refused invalid."""
    book = rulebook.read(subject, body)
    if not isinstance(book, LightRules):  # lights are weighed as they are read
        book.check()
    return book


def discard(actor: Actor, draft_id: int, *, seen_version: int) -> None:
    """Throw a draft away. Raises Refused forbidden, missing, stale."""
    require(actor, Act.EDIT_RULES)
    with transaction() as s:
        s.delete(_taken_up(s, draft_id, seen_version))


def _taken_up(s: Session, draft_id: int, seen_version: int) -> PolicyDraft:
    s.execute(sa.select(PolicyDraft.id).where(PolicyDraft.id == draft_id).with_for_update())
    written = rulebook.draft(draft_id)
    if written.version != seen_version:
        who = written.author.name if written.author else "别人"
        raise Refused("stale", f"{who}刚刚修改了这份草稿。{STALE.partition('。')[2]}")
    return written


# ------------------------------------------------------------------------------------------- taking into use


@dataclass(frozen=True, slots=True)
class Use:
    """How a draft is taken into use: why, by which running plans, and what was in force when this was decided."""

    note: str
    plan_ids: Collection[int]
    seen_version: int
    seen_in_force: int


def take(actor: Actor, draft_id: int, use: Use, now: datetime) -> int:
    """Make a draft the next version of its subject, and let the plans named go by it from now on; returns its id.

    Duties that are open keep the version they were opened with (`move`). Raises Refused forbidden, missing, stale, invalid.
    """
    require(actor, Act.EDIT_RULES)
    note = use.note.strip()
    if not 0 < len(note) <= LONGEST_NOTE:
        raise Refused("invalid", f"请写明为什么这样改，最多{LONGEST_NOTE}字，以后的人要看得懂。")
    with transaction() as s:
        written = _taken_up(s, draft_id, use.seen_version)
        subject, own_plan = written.subject, written.plan_id
        _one_at_a_time(s, subject)
        if rulebook.in_force(subject, own_plan).id != use.seen_in_force:
            raise Refused("stale", "刚刚有新的一版规则被采用。请核对下面的差别，再决定是否采用。")
        book = _read_sound(subject, written.body)
        version = _write(s, subject, book, own_plan, note, now)
        plan_ids = {own_plan} if own_plan else set(use.plan_ids)
        for plan in _running(s, plan_ids) if subject not in rulebook.OF_THE_COUNTY else []:
            _let_go_by(s, plan, version, book, now)
        s.delete(written)
        detail = {
            "subject": subject.value,
            "version_id": version.id,
            "version": version.version,
            "plans": sorted(plan_ids),
            "note": note,
        }
        about = ledger.Subject(plan_id=own_plan)
        ledger.append(s, rulebook.TAKEN, at=now, actor_id=actor.person_id, about=about, detail=detail)
    g.pop("rules_light", None)
    return version.id


def _one_at_a_time(s: Session, subject: PolicySubject) -> None:
    """Hold the subject's versions: numbers are given one after the other. Whoever only refers to one does not wait."""
    held = sa.select(PolicyVersion.id).where(PolicyVersion.subject == subject).order_by(PolicyVersion.id)
    s.execute(held.with_for_update(key_share=True))


def _write(
    s: Session, subject: PolicySubject, book: Book, own_plan: int | None, note: str, now: datetime
) -> PolicyVersion:
    body = book.as_json() | ({rules.OWN_PLAN: own_plan} if own_plan else {})
    number = rulebook.next_number(subject)
    version = PolicyVersion(subject=subject, version=number, body=body, note=note, created_at=now)
    s.add(version)
    s.flush()
    return version


def _running(s: Session, plan_ids: Collection[int]) -> list[Plan]:
    """The plans, held, by id; raises Refused invalid when one of them does not run."""
    wanted = sa.select(Plan).where(Plan.id.in_(plan_ids), Plan.state == PlanState.ISSUED).order_by(Plan.id)
    found = list(s.scalars(wanted.with_for_update().execution_options(populate_existing=True)))
    if len(found) != len(set(plan_ids)):
        raise Refused("invalid", "其中有的计划没有在执行，请刷新页面重新选择。")
    return found


def _let_go_by(s: Session, plan: Plan, version: PolicyVersion, book: Book, now: datetime) -> None:
    if version.subject is PolicySubject.LADDERS:
        plan.ladders_version_id = version.id
        return
    assert isinstance(book, rulebook.CadenceBook)
    plan.cadence_version_id = version.id
    _open_by(s, plan, book.days, now)


def _open_by(s: Session, plan: Plan, days: CadenceRules, now: datetime) -> None:
    """When the plan's next period opens by its new days; one they would have opened by now opens at the next turn.

    Not one that would leave units fewer working days than the rules promise, and none a second time.
    """
    if plan.opened_through_on is None or plan.issued_at is None:
        return
    today, calendar, issued_on = local_date(now), rules.calendar(), local_date(plan.issued_at)
    if plan.next_opening_on and plan.next_opening_on <= today:
        raise Refused("stale", f"“{plan.title}”有到日子还没有开放的报告，请等提醒引擎运行一轮后再采用。")
    held = sa.select(Duty.kind, Duty.period_key).where(Duty.plan_id == plan.id).distinct()
    asked = {(kind, key) for kind, key in s.execute(held)}
    missed = [
        period.opens_on
        for period in openings(max(today - LOOK_BACK, issued_on - timedelta(days=1)), today, days, calendar)
        if (period.kind, period.key) not in asked
        and calendar.between(today, period.due_on) >= days.least_workdays_open
    ]
    plan.opened_through_on = min(missed) - timedelta(days=1) if missed else today
    plan.next_opening_on = next_opening(plan.opened_through_on, days, calendar)


# ------------------------------------------------------------------------------------------- open duties


@dataclass(frozen=True, slots=True)
class Move:
    """An open duty that is to be moved to other ladders: its next moment before and after."""

    duty: Duty
    before: datetime | None
    after: datetime | None


def moves(version_id: int, now: datetime) -> list[Move]:
    """What `move` would move, without a write: open duties of the plans that go by that version of the ladders."""
    _ladders_only(rulebook.version(version_id))
    return list(_moves(rulebook.movable_duties(version_id), version_id, now))


def _moves(found: Sequence[Duty], version_id: int, now: datetime) -> Iterator[Move]:
    ladders = rules.ladders(version_id)
    for duty in found:
        place = duties.place_on(duty, ladders[duty.kind], now)
        yield Move(duty, duty.next_action_at, place.next_action_at)


def _ladders_only(version: PolicyVersion) -> None:
    if version.subject is not PolicySubject.LADDERS:
        raise Refused("invalid", "只有升级阶梯要移交未办事项；别的规则改了，已开的事项不变。")


def move(actor: Actor, version_id: int, now: datetime) -> int:
    """Move the open duties of the plans that go by that version to it (移到新版); returns how many.

    Nothing that was told is told again, and what is held stays held. In batches, each one transaction with its line in
    the record; broken off, it goes on where it stopped. Raises Refused forbidden, missing, invalid.
    """
    require(actor, Act.EDIT_RULES)
    _ladders_only(rulebook.version(version_id))
    count = 0
    while batch := _move_some(actor, version_id, now):
        count += batch
    return count


def _move_some(actor: Actor, version_id: int, now: datetime) -> int:
    with transaction() as s:
        wanted = rulebook.movable(version_id).limit(AT_ONCE).with_for_update(of=Duty)
        held = list(s.scalars(wanted.execution_options(populate_existing=True)))
        moved = []
        for duty in held:
            before = duty.next_action_at
            duties.adopt(duty, version_id, now)
            moved.append([duty.id, _text(before), _text(duty.next_action_at)])
        if moved:
            detail = {"version_id": version_id, "moved": moved}
            ledger.append(
                s,
                rulebook.MOVED,
                at=now,
                actor_id=actor.person_id,
                about=ledger.Subject(),
                detail=detail,
            )
    return len(held)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

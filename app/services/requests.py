"""Requests (请求): raised, answered, passed on, taken back; and a suspended task let go on by the office."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties
from app import requests as course
from app.db import STALE, get, transaction
from app.models import Duty, Request, Task
from app.queries import requests as rows
from app.queries import rules
from app.services.grants import Answer, acting_unit, grant, note
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import REQUEST, DutyEvent, DutyState, RequestEvent, RequestState
from workflows.policy import Act, Actor, Relation, allows, require
from workflows.requests import REQUEST_LABELS, Asked, RequestKind, Stage, Verdict, weigh
from workflows.units import OWING

LONGEST = 2000
"""Characters of a reason, of what was done, of an answer."""


def raise_(actor: Actor, task_id: int, unit_id: int, asked: Asked, now: datetime) -> int:
    """Raise a request for one of the actor's units; returns its id.

    Whoever has to answer owes that from now on; what the request stops stands still. Raises Refused missing, forbidden,
    invalid with everything that is wrong.
    """
    with transaction() as s:
        duties.hold_tasks(s, [task_id])
        task = get(Task, task_id)
        require(actor, Act.RAISE_REQUEST, _part_relation(actor, task, unit_id))
        verdict = _weighed(task, unit_id, asked, now)
        owed = course.held_duties(s, task_id)
        request = _new(actor, task, unit_id, asked, verdict, now)
        request.duty_id = _subject(asked.kind, unit_id, owed)
        s.add(request)
        s.flush()
        course.ask(s, request, _first_to_answer(request), verdict.stage, now)
        course.settle(s, task, owed, now)
        course.record(s, "request.raise", request, actor.person_id, now, {"words": asked.reason})
        return request.id


def _part_relation(actor: Actor, task: Task, unit_id: int) -> Relation:
    """OWNER when that unit is the actor's and owes something in the task."""
    owing = {part.unit_id for part in task.assignments if part.share in OWING}
    return actor.owns(unit_id) if unit_id in owing else Relation.STRANGER


def _weighed(task: Task, unit_id: int, asked: Asked, now: datetime) -> Verdict:
    limits = rules.request_rules_of(task.plan)
    facts, calendar = rows.facts_of(task, unit_id), rules.calendar(unit_id)
    verdict = weigh(asked, facts, limits, calendar, local_date(now))
    wrong = list(verdict.wrong)
    if max(len(asked.reason), len(asked.progress)) > LONGEST:
        wrong.append(f"每一栏最多{LONGEST}字，请精简后再提交。")
    if len(asked.signed_by) > 60:
        wrong.append("签字人姓名最多60字。")
    if asked.other_unit_id is not None and acting_unit(asked.other_unit_id) == unit_id:
        wrong.append("不能选本单位，请另选单位。")
    if wrong:
        raise Refused("invalid", "".join(wrong))
    return verdict


def _new(actor: Actor, task: Task, unit_id: int, asked: Asked, verdict: Verdict, now: datetime) -> Request:
    until = verdict.stop_until
    detail = {
        rows.STOPS: verdict.stops,
        rows.STOP_UNTIL: until.isoformat() if until else None,
        rows.CAUSE: asked.cause.value if asked.cause else None,
        rows.REQUIREMENT: asked.requirement.strip() or None,
    }
    return Request(
        kind=asked.kind,
        stage=verdict.stage,
        task=task,
        unit_id=unit_id,
        raised_by_id=actor.person_id,
        raised_at=now,
        signed_by=asked.signed_by.strip(),
        reason=asked.reason.strip(),
        progress=asked.progress.strip(),
        wanted_on=asked.wanted_on,
        other_unit_id=asked.other_unit_id,
        late=verdict.late,
        detail={name: fact for name, fact in detail.items() if fact is not None},
    )


def _subject(kind: RequestKind, unit_id: int, owed: Collection[Duty]) -> int | None:
    """The duty of the unit that the request is about: its completion, its signature, or else its first."""
    own = [duty for duty in owed if duty.unit_id == unit_id and duty.kind is not DutyKind.ANSWER]
    meant = DutyKind.SIGN if kind is RequestKind.OBJECTION else DutyKind.COMPLETION
    ordered = sorted(own, key=lambda d: (d.state is DutyState.CANCELLED, d.kind is not meant, d.id))
    return ordered[0].id if ordered else None


def _first_to_answer(request: Request) -> int:
    if request.kind is RequestKind.COORDINATION:
        assert request.other_unit_id is not None
        return acting_unit(request.other_unit_id)
    return course.office_of(request)


# ------------------------------------------------------------------------------------------- answered


def answer(actor: Actor, request_id: int, given: Answer, *, seen_version: int, now: datetime) -> None:
    """Grant or refuse a request; its unit is told, and what it stopped goes on.

    A refusal by the unit that blocks (协调) is not the last word: the office decides then. Raises Refused missing,
    forbidden, stale, illegal-step, invalid.
    """
    with transaction() as s:
        request = _held(s, request_id)
        require(actor, Act.ANSWER_REQUEST, answer_relation(actor, request))
        _refuse_unanswerable(actor, request, given, seen_version)
        owed = course.held_duties(s, request.task_id)
        by_unit = _speaks_for_blocker(actor, request)
        if by_unit and not given.grant:
            _cannot(s, actor, request, owed, given, now)
            return
        _decide(s, actor, request, owed, given, now)


def _held(s: Session, request_id: int) -> Request:
    """The request, its task held against everybody else until the transaction ends; raises Refused missing."""
    duties.hold_tasks(s, sa.select(Request.task_id).where(Request.id == request_id))
    return get(Request, request_id)


def answer_relation(actor: Actor, request: Request) -> Relation:
    """OWNER for the unit that blocks, as long as its answer is waited for; office and leaders need no relation."""
    blocker = rows.blocker(request)
    waits = blocker is not None and blocker.state is DutyState.OPEN
    return actor.owns(blocker.unit_id) if blocker and waits else Relation.STRANGER


def _speaks_for_blocker(actor: Actor, request: Request) -> bool:
    owner = answer_relation(actor, request) is Relation.OWNER
    return owner and (request.stage is Stage.UNIT or not allows(actor, Act.ANSWER_REQUEST))


def _refuse_unanswerable(actor: Actor, request: Request, given: Answer, seen_version: int) -> None:
    if request.unit_id in actor.unit_ids:
        raise Refused("forbidden", "不能答复本单位提出的请求，请由督查室其他同志或责任领导答复。")
    if request.version != seen_version:
        raise Refused("stale", STALE)
    REQUEST.advance(request.state, RequestEvent.GRANT if given.grant else RequestEvent.REFUSE)
    if not given.grant and not given.words.strip():
        raise Refused("invalid", "不同意的，请写明理由，让单位知道接下来怎么办。")
    if len(given.words) > LONGEST:
        raise Refused("invalid", f"答复意见最多{LONGEST}字，请精简。")


def _cannot(
    s: Session, actor: Actor, request: Request, owed: Collection[Duty], given: Answer, now: datetime
) -> None:
    """不能解决: the unit that blocks has answered; the office decides, if it does not already."""
    said = {"words": given.words.strip(), "by": actor.name, "at": now.isoformat()}
    note(request, **{rows.UNIT_SAID: said})
    blocker = rows.blocker(request)
    assert blocker is not None
    duties.move(next(duty for duty in owed if duty.id == blocker.id), DutyEvent.FULFIL, now)
    if request.stage is not Stage.UNIT:
        course.record(s, "request.cannot", request, actor.person_id, now, {"words": given.words.strip()})
    else:
        course.pass_to_office(s, request, actor.person_id, now, given.words.strip())


def _decide(
    s: Session, actor: Actor, request: Request, owed: Collection[Duty], given: Answer, now: datetime
) -> None:
    answered = _duty_answered(actor, request)
    event = RequestEvent.GRANT if given.grant else RequestEvent.REFUSE
    request.state = REQUEST.advance(request.state, event)
    request.answered_by_id, request.answered_at = actor.person_id, now
    request.answer = given.words.strip()
    course.end_asking(owed, request, now, answered=answered)
    before = {duty.id: duty.due_on for duty in owed}
    s.flush()
    said = grant(s, request, given, now) if given.grant else "不同意，原来的要求和期限不变"
    earned = given.grant and request.kind is RequestKind.COORDINATION
    course.settle(s, request.task, owed, now, earned=earned)
    moved = sum(duty.due_on != before[duty.id] for duty in owed)
    _tell(s, request, owed, said, now)
    course.record(
        s,
        "request.answer",
        request,
        actor.person_id,
        now,
        {
            "said": said,
            "words": request.answer,
            "moved": moved,
            "granted": given.grant,
            "granted_on": request.granted_on.isoformat() if request.granted_on else None,
            "answered": sorted(answered),
        },
    )


def _duty_answered(actor: Actor, request: Request) -> set[int]:
    """The duty this answer fulfils; an answer out of turn fulfils none."""
    if _speaks_for_blocker(actor, request):
        blocker = rows.blocker(request)
        return {blocker.id} if blocker else set()
    waited_for = request.answer_duty_id
    return {waited_for} if waited_for and request.stage is not Stage.UNIT else set()


def _tell(s: Session, request: Request, owed: Collection[Duty], said: str, now: datetime) -> None:
    """The unit that asked hears of every answer, the other units of the task of what changes it for them too."""
    about = {duty.id: duty for duty in owed if duty.id == request.duty_id}
    if request.state is RequestState.GRANTED and request.kind in _CHANGES_FOR_ALL:
        others = [d for d in course.spoken_of(request.task, owed) if d.unit_id != request.unit_id]
        about |= {duty.id: duty for duty in others}
    opinion = f"意见：{request.answer}" if request.answer else ""
    sentence = f"{request.unit.name}的{REQUEST_LABELS[request.kind]}申请：{said}。{opinion}"
    course.tell(s, request, list(about.values()), sentence, now)


_CHANGES_FOR_ALL = frozenset(
    {
        RequestKind.EXTENSION,
        RequestKind.ADJUSTMENT,
        RequestKind.SUSPENSION,
        RequestKind.WITHDRAWAL,
        RequestKind.ROUTINE,
    }
)


# -------------------------------------------------------------------------------- passed on, taken back


def forward(actor: Actor, request_id: int, words: str, *, seen_version: int, now: datetime) -> None:
    """Put a request before the county leader in charge (报责任领导), who owes the answer from now on.

    Raises Refused missing, forbidden, stale, illegal-step.
    """
    require(actor, Act.ANSWER_REQUEST)
    with transaction() as s:
        request = _held(s, request_id)
        if request.version != seen_version:
            raise Refused("stale", STALE)
        REQUEST.advance(request.state, RequestEvent.GRANT)
        if request.stage is not Stage.OFFICE:
            raise Refused("illegal-step", "这件请求现在不在督查室，不能报责任领导。请刷新页面看最新情况。")
        if request.task.plan.leader_id is None:
            raise Refused("illegal-step", "计划没有确定分管县领导，请由督查室答复。")
        asked = request.answer_duty_id
        for duty in course.held_duties(s, request.task_id):
            if duty.id == asked and duty.state is DutyState.OPEN:
                duties.move(duty, DutyEvent.FULFIL, now)
        course.ask(s, request, course.office_of(request), Stage.LEADER, now)
        course.record(s, "request.forward", request, actor.person_id, now, {"words": words.strip()[:LONGEST]})


def withdraw(actor: Actor, request_id: int, *, seen_version: int, now: datetime) -> None:
    """Take a request back (撤回) before it is answered; raises Refused missing, forbidden, stale, illegal-step."""
    with transaction() as s:
        request = _held(s, request_id)
        require(actor, Act.RAISE_REQUEST, actor.owns(request.unit_id))
        if request.version != seen_version:
            raise Refused("stale", STALE)
        request.state = REQUEST.advance(request.state, RequestEvent.WITHDRAW)
        request.answered_by_id, request.answered_at = actor.person_id, now
        owed = course.held_duties(s, request.task_id)
        course.end_asking(owed, request, now)
        course.settle(s, request.task, owed, now)
        course.record(s, "request.withdraw", request, actor.person_id, now)


def resume(actor: Actor, task_id: int, *, seen_version: int, now: datetime) -> None:
    """Let a suspended task go on (恢复办理) before its day, or where none was set.

    Raises Refused missing, forbidden, stale, illegal-step.
    """
    require(actor, Act.ANSWER_REQUEST)
    with transaction() as s:
        duties.hold_tasks(s, [task_id])
        task = get(Task, task_id)
        if task.version != seen_version:
            raise Refused("stale", STALE)
        course.resume(s, task, actor.person_id, now)

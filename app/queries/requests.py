"""Requests: what stands still for them, what a unit may ask for now, and as pages show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Duty, Request, Task, Unit
from app.queries import rules
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import DutyState, Hold, RequestState, TaskState
from workflows.requests import (
    REQUEST_LABELS,
    Facts,
    Holder,
    RequestKind,
    Stage,
    Stillness,
    Verdict,
    answer_key,
    answers,
    outlook,
)
from workflows.units import OWING, Share

STOPS, STOP_UNTIL, REQUIREMENT, DOCUMENT = "stops", "stop_until", "requirement", "document"
"""What a request's `detail` keeps: whether it stops something, until when, the new words, the document that grants."""

CAUSE, FORMER, STOOD, UNIT_SAID = "cause", "former", "stood", "unit_said"
"""And: the 事由, what the task said before, the days given back, what the unit that blocks answered."""


# ------------------------------------------------------------------------------------- what stands still


def stillness(task_ids: Collection[int]) -> Mapping[int, Stillness]:
    """What stands still in these tasks; a task in which nothing does is left out."""
    s = session()
    # columns, not rows: what a use case is writing at the moment must not be read over
    pending = sa.select(
        Request.task_id, Request.kind, Request.unit_id, Request.raised_at, Request.detail
    ).where(Request.state == RequestState.PENDING, Request.task_id.in_(task_ids))
    holders: dict[int, list[Holder]] = defaultdict(list)
    for task_id, kind, unit_id, raised_at, detail in s.execute(pending.order_by(Request.id)):
        if detail.get(STOPS):
            until = detail.get(STOP_UNTIL)
            day = date.fromisoformat(until) if until else None
            holders[task_id].append(Holder(kind, unit_id, raised_at, day))
    suspended = set(
        s.scalars(sa.select(Task.id).where(Task.state == TaskState.SUSPENDED, Task.id.in_(task_ids)))
    )
    return {
        task_id: Stillness(task_id in suspended, tuple(holders[task_id]))
        for task_id in suspended | holders.keys()
    }


def stops_over(today: date) -> list[int]:
    """Tasks in which an objection's stop is over and its duties stand still all the same."""
    held = sa.exists().where(
        Duty.task_id == Request.task_id,
        Duty.unit_id == Request.unit_id,
        Duty.state == DutyState.OPEN,
        Duty.hold == Hold.OBJECTION,
    )
    pending = sa.select(Request.task_id, Request.detail).where(
        Request.state == RequestState.PENDING, Request.kind == RequestKind.OBJECTION, held
    )
    found = session().execute(pending.order_by(Request.task_id))
    return [t for t, detail in found if date.fromisoformat(detail[STOP_UNTIL]) <= today]


def unanswered_by_units(today: date) -> list[int]:
    """Requests (协调) that the unit that blocks has not answered in time, and that the office does not know of yet."""
    late = (
        sa.select(Request.id)
        .join(Duty, Duty.id == Request.answer_duty_id)
        .where(Request.state == RequestState.PENDING, Request.stage == Stage.UNIT, Duty.due_on < today)
    )
    return list(session().scalars(late.order_by(Request.id)))


def suspensions_over(today: date) -> list[int]:
    """Suspended tasks whose day to go on has come."""
    return [
        request.task_id for request in _suspensions() if request.granted_on and request.granted_on <= today
    ]


def _suspensions(task_id: int | None = None) -> Sequence[Request]:
    """The latest suspension of each task that is suspended, or of that one."""
    later = sa.orm.aliased(Request)
    granted = (Request.kind == RequestKind.SUSPENSION, Request.state == RequestState.GRANTED)
    superseded = sa.exists().where(
        later.task_id == Request.task_id,
        later.kind == RequestKind.SUSPENSION,
        later.state == RequestState.GRANTED,
        later.id > Request.id,
    )
    found = sa.select(Request).join(Task).where(*granted, Task.state == TaskState.SUSPENDED, ~superseded)
    if task_id is not None:
        found = found.where(Request.task_id == task_id)
    return session().scalars(found.order_by(Request.task_id)).all()


def suspension_of(task_id: int) -> Request | None:
    """The granted request by which the task stands still now."""
    return next(iter(_suspensions(task_id)), None)


# ---------------------------------------------------------------------------------------------- the facts


def facts_of(task: Task, unit_id: int) -> Facts:
    """How things stand between the task and one of its units; raises Refused forbidden for one that owes nothing."""
    shares = {part.unit_id: part.share for part in task.assignments}
    share = shares.get(unit_id)
    if share not in OWING:
        raise Refused("forbidden", "只有牵头单位和责任单位可以提出申请。")
    leads = share is Share.LEAD or Share.LEAD not in shares.values()
    assert task.plan.issued_at is not None
    issued_on = local_date(task.plan.issued_at)
    return Facts(
        task.state,
        leads,
        issued_on,
        _received_on(task, unit_id) or issued_on,
        task.deadline_on,
        original_deadline(task.id) or task.deadline_on,
        extensions(task.id),
        _objected(task.id, unit_id),
        _pending(task.id, unit_id),
    )


def _received_on(task: Task, unit_id: int) -> date | None:
    sign = sa.select(Duty.opens_on).where(
        Duty.task_id == task.id, Duty.unit_id == unit_id, Duty.kind == DutyKind.SIGN
    )
    return session().scalar(sign)


def original_deadline(task_id: int) -> date | None:
    """The first date the task was to be completed by, as its completion duties keep it; None without one."""
    first = sa.select(sa.func.min(Duty.original_due_on, type_=Duty.original_due_on.type)).where(
        Duty.task_id == task_id, Duty.kind == DutyKind.COMPLETION, Duty.state != DutyState.CANCELLED
    )
    return session().scalar(first)


def extensions(task_id: int, *, besides: int | None = None) -> int:
    """How often the task's date was extended (曾延期), one request perhaps left out."""
    granted = sa.select(sa.func.count()).where(
        Request.task_id == task_id,
        Request.kind == RequestKind.EXTENSION,
        Request.state == RequestState.GRANTED,
        Request.id != (besides or 0),
    )
    return session().scalar(granted) or 0


def _objected(task_id: int, unit_id: int) -> bool:
    before = sa.select(Request.id).where(
        Request.task_id == task_id, Request.unit_id == unit_id, Request.kind == RequestKind.OBJECTION
    )
    return session().scalar(before.limit(1)) is not None


def _pending(task_id: int, unit_id: int) -> frozenset[RequestKind]:
    waiting = sa.select(Request.kind).where(
        Request.task_id == task_id, Request.unit_id == unit_id, Request.state == RequestState.PENDING
    )
    return frozenset(session().scalars(waiting))


# ------------------------------------------------------------------------------------ answers and letters


def verdict_on(request: Request, today: date) -> Verdict:
    """What granting it would need today."""
    shares = {part.unit_id: part.share for part in request.task.assignments}
    limits, calendar = rules.request_rules_of(request.task.plan), rules.calendar()
    if shares.get(request.unit_id) not in OWING:
        return Verdict(("提出单位已不再承担这项任务。",), request.stage, today)
    return outlook(request.kind, facts_of(request.task, request.unit_id), limits, calendar, today)


def blocker(request: Request) -> Duty | None:
    """The duty of the unit that is to coordinate, answered or not."""
    owed = sa.select(Duty).where(
        Duty.task_id == request.task_id,
        Duty.kind == DutyKind.ANSWER,
        Duty.period_key == answer_key(request.id, Stage.UNIT),
    )
    return session().scalar(owed.options(selectinload(Duty.unit)))


def told_of(dedup_key: str) -> int:
    """The request a notice of its answer is about, by the notice's key: 17:2:a12:5:email."""
    return int(dedup_key.split(":")[2].strip("ar"))


def spoken_of(period_keys: Collection[str]) -> Mapping[str, str]:
    """What each of these keys of duties to answer asks for, in words: 答复县教育局的延期申请."""
    ids = {key: found[0] for key in period_keys if (found := answers(key))}
    named = (
        sa.select(Request.id, Request.kind, Unit.name)
        .join(Unit, Unit.id == Request.unit_id)
        .where(Request.id.in_(set(ids.values())))
    )
    words = {row.id: f"答复{row.name}的{REQUEST_LABELS[row.kind]}申请" for row in session().execute(named)}
    return {key: words[request_id] for key, request_id in ids.items() if request_id in words}

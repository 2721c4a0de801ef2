"""What use cases and the engine both do about requests: clocks stopped and set going, duties to answer, who is told.

Everything here runs in the caller's transaction, under the lock of the task (decision 0011).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import channels, duties, ledger
from app.db import insert_new
from app.models import Duty, Notice, Request, Task
from app.queries import engine as facts
from app.queries import requests as rows
from app.queries import rules
from app.queries.contacts import other_ways
from workflows.cadence import DutyKind
from workflows.calendar import OFFICE_OPENS, local_date, office_moment
from workflows.errors import Refused
from workflows.escalation import Audience, LetterKind, reach
from workflows.lifecycle import (
    REQUEST,
    TASK,
    DutyEvent,
    DutyState,
    Hold,
    RequestEvent,
    RequestState,
    TaskEvent,
    TaskState,
)
from workflows.requests import (
    REQUEST_HOLDS,
    REQUEST_LABELS,
    STOPPED_CLOCKS,
    Stage,
    Stillness,
    answer_key,
    answers,
)
from workflows.units import OWING
from workflows.wording import chinese_date

NO_RUNG = -1
"""The rung of a notice that stands on none: it tells an answer."""

MOOT = "任务已有变化，这件请求不再需要答复。"
"""The answer of a request that nothing is left to answer of."""


# ------------------------------------------------------------------------------- clocks stopped and set going


def held_duties(s: Session, task_id: int) -> list[Duty]:
    """All duties of the task, by id, held against the engine and read anew."""
    owed = sa.select(Duty).where(Duty.task_id == task_id).order_by(Duty.id).with_for_update()
    return list(s.scalars(owed.execution_options(populate_existing=True)))


def settle(
    s: Session,
    task: Task,
    owed: Collection[Duty],
    now: datetime,
    *,
    earned: bool = False,
    since_when: date | None = None,
) -> None:
    """Let every open duty of the task stand still or go on, as the requests that are pending now say.

    The working days a clock stood (停表) are given back when it goes on: those of an objection, at most as many as it
    may stop, and of a suspension always; those of a coordination when they were `earned`, that is when somebody really
    was in the way. While an extension is pending only the chase rests, the days count. `since_when` is the day the
    clocks go on, where that is not today: an engine that comes late gives nobody more days.
    """
    s.flush()
    today, limits = local_date(now), rules.request_rules_of(task.plan)
    still = rows.stillness([task.id]).get(task.id, Stillness())
    moved = []
    for duty in owed:
        if duty.state is not DutyState.OPEN:
            continue
        over = still.over(duty.kind, duty.unit_id, today)
        stood = _days_stood(duty, over, since_when or today, earned=earned)
        if duty.hold is Hold.OBJECTION:
            stood = min(stood, limits.objection_stop)
        if stood:
            # armed anew, it stands still again where another request holds it
            duties.redate(duty, rules.calendar(duty.unit_id).shift(duty.due_on, stood), now)
            moved += [duty.due_on] if duty.kind is DutyKind.COMPLETION else []
        else:
            _lay(duty, over, now)
    if moved and task.deadline_on:
        task.deadline_on = max(task.deadline_on, *moved)


def _days_stood(duty: Duty, over: Collection[Hold], until: date, *, earned: bool) -> int:
    """The working days to give back now: those since the clock was stopped, if it goes on and they count."""
    ended = duty.hold in STOPPED_CLOCKS and duty.hold not in over
    if not ended or duty.held_at is None or (duty.hold is Hold.COORDINATION and not earned):
        return 0
    return max(0, rules.calendar(duty.unit_id).between(local_date(duty.held_at), until))


def _lay(duty: Duty, over: tuple[Hold, ...], now: datetime) -> None:
    """Let the duty show the weightiest of the holds that lie on it, or none of a request."""
    before, since = duty.hold, duty.held_at
    if not over:
        if before in REQUEST_HOLDS:
            duties.release(duty, now)
    elif over[0] is not before:
        # one stop that follows on another is one stop: its days count from the first
        goes_on = before in STOPPED_CLOCKS and before in over
        duties.hold(duty, over[0], since if goes_on and since else now)


def resume(
    s: Session, task: Task, actor_id: int | None, now: datetime, *, since_when: date | None = None
) -> None:
    """Let a suspended task go on (恢复办理); the working days it stood, up to `since_when`, are added to every date.

    Raises Refused illegal-step.
    """
    request, before = rows.suspension_of(task.id), task.deadline_on
    task.state = TASK.advance(task.state, TaskEvent.RESUME)
    owed = held_duties(s, task.id)
    settle(s, task, owed, now, since_when=since_when)
    if request and request.answered_at:
        _move_bare_deadline(task, owed, request.answered_at, since_when or local_date(now))
        after = task.deadline_on
        moved = f"，完成时限顺延到{chinese_date(after)}" if after and after != before else ""
        tell(s, request, spoken_of(task, owed), f"任务恢复办理{moved}。", now, place="r")
    about = ledger.Subject(plan_id=task.plan_id, task_id=task.id)
    ledger.append(s, "task.resume", at=now, actor_id=actor_id, about=about)


def _move_bare_deadline(task: Task, owed: Collection[Duty], since: datetime, until: date) -> None:
    """A date that no unit leads to, so that no duty carries it, moves by the days the task stood all the same."""
    carried = any(d.kind is DutyKind.COMPLETION and d.state is not DutyState.CANCELLED for d in owed)
    if task.deadline_on and not carried:
        calendar = rules.calendar()
        stood = max(0, calendar.between(local_date(since), until))
        task.deadline_on = calendar.shift(task.deadline_on, stood)


# ------------------------------------------------------------------------------------- the duty to answer


def ask(s: Session, request: Request, unit_id: int, stage: Stage, now: datetime) -> None:
    """Let whoever has to answer now owe it: a duty of its own, with its own ladder."""
    plan, today = request.task.plan, local_date(now)
    days = rules.request_rules_of(plan).answer_days(request.kind)
    due_on = rules.calendar(unit_id).shift(today, days)
    key = answer_key(request.id, stage)
    owed = duties.Owed(request.task_id, unit_id, DutyKind.ANSWER, key, today, due_on)
    [request.answer_duty_id] = duties.open_all(s, plan, [owed], now)
    request.stage = stage


def office_of(request: Request) -> int:
    """The unit that runs the plan; raises Refused illegal-step where there is none."""
    office_id = request.task.plan.office_id
    if office_id is None:
        raise Refused("illegal-step", "计划没有确定由哪个督查室（专班办公室）负责，请联系系统管理员。")
    return office_id


def pass_to_office(
    s: Session, request: Request, actor_id: int | None, now: datetime, words: str = ""
) -> None:
    """What the unit that blocks refused, or did not answer in time, is the office's to decide (提请督查室协调)."""
    ask(s, request, office_of(request), Stage.OFFICE, now)
    record(s, "request.pass-on", request, actor_id, now, {"words": words})


def end_asking(
    owed: Collection[Duty], request: Request, now: datetime, *, answered: Collection[int] = ()
) -> None:
    """Nobody owes the answer any more: the duties in `answered` are fulfilled, the others asked no more."""
    for duty in owed:
        named = answers(duty.period_key) if duty.kind is DutyKind.ANSWER else None
        if named and named[0] == request.id and duty.state is DutyState.OPEN:
            duties.move(duty, DutyEvent.FULFIL if duty.id in answered else DutyEvent.CANCEL, now)


def end_moot(s: Session, task: Task, now: datetime) -> None:
    """End the requests that nothing is left to answer of: the task is over, or their unit has no part in it now."""
    s.flush()
    over = task.state in {TaskState.CLOSED, TaskState.WITHDRAWN}
    parts = {part.unit_id for part in task.assignments if part.share in OWING}
    pending = sa.select(Request).where(Request.task_id == task.id, Request.state == RequestState.PENDING)
    moot = [
        request for request in s.scalars(pending.order_by(Request.id)) if over or request.unit_id not in parts
    ]
    owed = held_duties(s, task.id) if moot else []
    for request in moot:
        request.state = REQUEST.advance(request.state, RequestEvent.WITHDRAW)
        request.answered_at, request.answer = now, MOOT
        end_asking(owed, request, now)
        record(s, "request.moot", request, None, now)
    if moot:
        settle(s, task, owed, now)


# ------------------------------------------------------------------------------------------- who is told


def spoken_of(task: Task, owed: Collection[Duty]) -> list[Duty]:
    """For each unit of the task that owes something, the duty a letter about the whole task hangs on."""
    parts = {part.unit_id for part in task.assignments if part.share in OWING}
    first: dict[int, Duty] = {}
    for duty in sorted(owed, key=lambda duty: duty.id):
        if duty.unit_id in parts and duty.kind is not DutyKind.ANSWER:
            first.setdefault(duty.unit_id, duty)
    return list(first.values())


def tell(
    s: Session, request: Request, about: Collection[Duty], sentence: str, now: datetime, *, place: str = ""
) -> None:
    """Tell 联络员 and 分管领导 of each duty's unit what became of the request; it leaves at once."""
    s.flush()
    contacts = facts.contacts_of([duty.id for duty in about], local_date(now))
    ways = other_ways()
    found = [
        row
        for duty in about
        for row in _notices(request, duty, sentence, contacts[duty.id], ways, now, place)
    ]
    insert_new(s, Notice, found)


def _notices(
    request: Request,
    duty: Duty,
    sentence: str,
    contacts: Mapping[Audience, tuple[int, ...]],
    ways: Mapping[int, Collection[str]],
    now: datetime,
    place: str,
) -> Iterator[dict[str, object]]:
    leaves_at = office_moment(now, rules.calendar(duty.unit_id), OFFICE_OPENS)
    for person_id, audience in reach((Audience.LIAISON, Audience.DEPUTY_HEAD), contacts).items():
        for channel in channels.taken(True, tuple(ways.get(person_id, ()))):
            yield {
                "dedup_key": f"{duty.id}:{duty.epoch}:a{request.id}{place}:{person_id}:{channel}",
                "channel": channel,
                "duty_id": duty.id,
                "epoch": duty.epoch,
                "rung": NO_RUNG,
                "kind": LetterKind.ANSWER,
                "audience": audience,
                "person_id": person_id,
                "reason": sentence[:400],
                "urgent": True,
                "created_at": now,
                "not_before_at": leaves_at,
            }


def record(
    s: Session,
    act: str,
    request: Request,
    actor_id: int | None,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    """One entry of the record about a request."""
    about = ledger.Subject(request.task.plan_id, request.task_id, request.unit_id, request.duty_id)
    wanted = request.wanted_on.isoformat() if request.wanted_on else None
    said = {
        "request": request.id,
        "kind": request.kind.value,
        "label": REQUEST_LABELS[request.kind],
        "wanted": wanted,
        "other": request.other_unit_id,
    }
    ledger.append(s, act, at=now, actor_id=actor_id, about=about, detail={**said, **(detail or {})})

"""Requests as pages show them: what a unit may ask for now, the list, one request with its story."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Duty, LedgerEntry, Person, Request, Task
from app.queries import rules
from app.queries.requests import blocker, extensions, facts_of, original_deadline, verdict_on
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import RequestState
from workflows.requests import RequestKind, Stage, Verdict, outlook
from workflows.units import OWING
from workflows.wording import overdue_workdays, urgency


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of request a unit may raise about a task now."""

    kind: RequestKind
    unit_id: int
    unit_name: str


def offers(task: Task, unit_ids: Collection[int], today: date) -> list[Offer]:
    """Everything these units may ask for about the task now, unit by unit."""
    limits, calendar, found = rules.request_rules_of(task.plan), rules.calendar(), []
    for part in task.assignments:
        if part.unit_id in unit_ids and part.share in OWING:
            facts = facts_of(task, part.unit_id)
            open_to_it = (k for k in RequestKind if not outlook(k, facts, limits, calendar, today).wrong)
            found += [Offer(kind, part.unit_id, part.unit.name) for kind in open_to_it]
    return found


# ------------------------------------------------------------------------------------------------- pages


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. `due_on` is when the answer is due, None once it is given."""

    request: Request
    answerer: str
    due_on: date | None
    urgency: str
    late: bool


def rows(today: date, *, unit_ids: Collection[int] | None = None, limit: int = 200) -> list[Row]:
    """Requests, those that wait first, by the day their answer is due; with `unit_ids`, those they raised or owe an
    answer to."""
    listed = _wanted().outerjoin(Duty, Duty.id == Request.answer_duty_id)
    if unit_ids is not None:
        listed = listed.where(sa.or_(Request.unit_id.in_(unit_ids), _asked_of(unit_ids)))
    waiting_first = sa.case((Request.state == RequestState.PENDING, 0), else_=1)
    due = sa.case((Request.state == RequestState.PENDING, Duty.due_on))
    found = session().scalars(listed.order_by(waiting_first, due, Request.id.desc()).limit(limit))
    return [_row(request, today) for request in found]


def _asked_of(unit_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """The condition that one of these units is, or was, to answer as the one that blocks (协调)."""
    owed = sa.orm.aliased(Duty)
    asked = sa.exists().where(
        owed.task_id == Request.task_id,
        owed.kind == DutyKind.ANSWER,
        owed.period_key == sa.literal("r").concat(sa.cast(Request.id, sa.String)),
        owed.unit_id.in_(unit_ids),
    )
    return sa.and_(Request.kind == RequestKind.COORDINATION, asked)


def of_task(task_id: int, today: date, *, unit_ids: Collection[int] | None = None) -> list[Row]:
    """The requests about one task, the latest first; with `unit_ids`, only those that concern these units."""
    about = _wanted().where(Request.task_id == task_id).order_by(Request.id.desc())
    if unit_ids is not None:
        about = about.where(sa.or_(Request.unit_id.in_(unit_ids), _asked_of(unit_ids)))
    return [_row(request, today) for request in session().scalars(about)]


def _wanted() -> sa.Select[Request]:
    return sa.select(Request).options(
        selectinload(Request.task).selectinload(Task.plan),
        selectinload(Request.unit),
        selectinload(Request.other_unit),
        selectinload(Request.raised_by),
        selectinload(Request.answered_by),
        selectinload(Request.answer_duty).selectinload(Duty.unit),
    )


def _row(request: Request, today: date) -> Row:
    duty = request.answer_duty if request.state is RequestState.PENDING else None
    if duty is None:
        return Row(request, "", None, "", late=False)
    return Row(
        request,
        answerer(request),
        duty.due_on,
        urgency(duty.due_on, today, rules.calendar(duty.unit_id), duty.cutoff_hour),
        duty.due_on < today,
    )


def answerer(request: Request) -> str:
    """Who has to answer now, by name."""
    if request.stage is Stage.LEADER:
        leader = request.task.plan.leader
        return f"责任领导{leader.name}" if leader else "责任领导"
    duty = request.answer_duty
    return duty.unit.name if duty else ""


def pending_count() -> int:
    """How many requests wait for an answer."""
    waiting = sa.select(sa.func.count()).where(Request.state == RequestState.PENDING)
    return session().scalar(waiting) or 0


SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "request.raise": "{unit}提出，{who}填报",
        "request.pass-on": "{who}转督查室协调",
        "request.forward": "{who}报责任领导",
        "request.answer": "{who}答复：{said}",
        "request.withdraw": "{who}撤回",
        "request.moot": "任务已有变化，自动终止",
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a request's story."""

    at: datetime
    sentence: str
    words: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request and everything its page shows. `verdict` says what a grant needs; `blocker` is the duty of the unit
    that blocks, where there is one; `late_workdays` how late an extension was raised."""

    row: Row
    verdict: Verdict
    blocker: Duty | None
    original_on: date | None
    extended: int
    late_workdays: int
    story: tuple[Line, ...]

    @property
    def request(self) -> Request:
        return self.row.request


def page(request_id: int, today: date) -> RequestPage:
    """The page of one request; raises Refused missing."""
    request = session().scalar(_wanted().where(Request.id == request_id))
    if request is None:
        raise Refused("missing", "没有找到这件请求。请从“请求”列表进入。")
    task, calendar = request.task, rules.calendar()
    raised_on = local_date(request.raised_at)
    late = overdue_workdays(task.deadline_on, raised_on, calendar) if task.deadline_on and request.late else 0
    return RequestPage(
        _row(request, today),
        verdict_on(request, today),
        blocker(request),
        original_deadline(task.id),
        extensions(task.id, besides=request.id),
        late,
        _story(request),
    )


def _story(request: Request) -> tuple[Line, ...]:
    """What became of it, step by step, the first on top."""
    entries = (
        sa.select(LedgerEntry, Person.name)
        .outerjoin(Person, Person.id == LedgerEntry.actor_id)
        .where(LedgerEntry.task_id == request.task_id, LedgerEntry.act.in_(SENTENCES))
        .order_by(LedgerEntry.id)
    )
    return tuple(
        Line(
            entry.recorded_at,
            SENTENCES[entry.act].format(
                unit=request.unit.name, who=name or "系统", said=entry.detail.get("said", "")
            ),
            str(entry.detail.get("words", "")) if entry.act != "request.raise" else "",
        )
        for entry, name in session().execute(entries)
        if entry.detail.get("request") == request.id
    )

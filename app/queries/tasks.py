"""Tasks, as rows of a list and as one page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Assignment, Duty, LedgerEntry, Mention, Person, Plan, Task, Unit
from app.queries import rules
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import DutyState, PlanState, TaskState
from workflows.light import Light, Standing, light
from workflows.units import Share
from workflows.wording import urgency


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of a task list. `share` is the viewer's own, None for those who take no part."""

    id: int
    plan_id: int
    plan_title: str
    number: str
    title: str
    state: TaskState
    deadline_on: date | None
    urgency: str
    percent: int | None
    light: Light
    leads: tuple[str, ...]
    share: Share | None
    on_behalf_of: str | None


def rows(
    today: date,
    *,
    unit_ids: Collection[int] | None = None,
    plan_id: int | None = None,
    words: str = "",
) -> list[TaskRow]:
    """Issued tasks in the order of their documents; with `unit_ids`, only those in which one of them takes part."""
    listed = (
        sa.select(Task)
        .join(Plan)
        .where(Plan.state != PlanState.DRAFT)
        .options(
            selectinload(Task.plan),
            selectinload(Task.assignments).selectinload(Assignment.unit),
            selectinload(Task.assignments).selectinload(Assignment.on_behalf_of),
        )
        .order_by(Plan.issued_at.desc(), Task.position)
    )
    if unit_ids is not None:
        listed = listed.where(
            sa.exists().where(Assignment.task_id == Task.id, Assignment.unit_id.in_(unit_ids))
        )
    if plan_id is not None:
        listed = listed.where(Task.plan_id == plan_id)
    for word in words.split():
        listed = listed.where(sa.or_(Task.title.contains(word, autoescape=True), Task.text.contains(word, autoescape=True)))
    tasks = list(session().scalars(listed))
    late = overdue_counts([task.id for task in tasks], today)
    return [_row(task, today, late, unit_ids or ()) for task in tasks]


def _row(task: Task, today: date, late: Mapping[int, int], unit_ids: Collection[int]) -> TaskRow:
    own = next((part for part in task.assignments if part.unit_id in unit_ids), None)
    leads = [p for p in task.assignments if p.share is Share.LEAD]
    calendar = rules.calendar()
    return TaskRow(
        task.id,
        task.plan_id,
        task.plan.title,
        task.number,
        task.title,
        task.state,
        task.deadline_on,
        urgency(task.deadline_on, today, calendar) if task.deadline_on else "",
        task.percent,
        light_of(task, today, late.get(task.id, 0)),
        tuple((p.on_behalf_of or p.unit).name for p in leads),
        own.share if own else None,
        own.on_behalf_of.name if own and own.on_behalf_of else None,
    )


def light_of(task: Task, today: date, overdue: int) -> Light:
    """The task's light today, by the rules in force."""
    issued_at = task.plan.issued_at
    standing = Standing(
        starts_on=local_date(issued_at) if issued_at else None,
        deadline_on=task.deadline_on,
        percent=task.percent,
        closed=task.state is TaskState.CLOSED,
        issued=task.state is not TaskState.DRAFT,
        overdue_duties=overdue,
    )
    return light(standing, rules.light_rules(), today, rules.calendar())


def overdue_counts(task_ids: Sequence[int], today: date) -> Mapping[int, int]:
    """How many duties of each task are open past their date."""
    counted = (
        sa.select(Duty.task_id, sa.func.count())
        .where(Duty.task_id.in_(task_ids), Duty.state == DutyState.OPEN, Duty.due_on < today)
        .group_by(Duty.task_id)
    )
    return {task_id: count for task_id, count in session().execute(counted) if task_id is not None}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a task's story (经过)."""

    at: datetime
    act: str
    who: str
    unit: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Collected:
    """齐套: how many members of a collective name have filed for a period, of how many."""

    group: str
    period_key: str
    filed: int
    owed: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the page of one task shows."""

    task: Task
    light: Light
    named: Mapping[Share, tuple[Mention, ...]]
    parts: tuple[Assignment, ...]
    collected: tuple[Collected, ...]
    duties: tuple[Duty, ...]
    happenings: tuple[Happening, ...]


def page(task_id: int, today: date) -> TaskPage:
    """The page of an issued task; raises Refused missing."""
    wanted = (
        sa.select(Task)
        .where(Task.id == task_id)
        .options(
            selectinload(Task.plan).selectinload(Plan.leader),
            selectinload(Task.mentions).selectinload(Mention.unit).selectinload(Unit.files_through),
            selectinload(Task.mentions).selectinload(Mention.unit).selectinload(Unit.answerable),
            selectinload(Task.mentions).selectinload(Mention.group),
            selectinload(Task.assignments).selectinload(Assignment.unit),
            selectinload(Task.assignments).selectinload(Assignment.on_behalf_of),
            selectinload(Task.assignments).selectinload(Assignment.group),
        )
    )
    task = session().scalar(wanted)
    if task is None or task.plan.state is PlanState.DRAFT:
        raise Refused("missing", "没有找到这项任务，它可能还没有下达。请从任务列表进入。")
    late = overdue_counts([task.id], today).get(task.id, 0)
    duties = _duties(task_id)
    return TaskPage(
        task,
        light_of(task, today, late),
        {share: tuple(m for m in task.mentions if m.share is share) for share in Share},
        tuple(task.assignments),
        tuple(_collected(task, duties)),
        tuple(duty for duty in duties if duty.state in {DutyState.OPEN, DutyState.FILED}),
        tuple(_happenings(task_id)),
    )


def _duties(task_id: int) -> list[Duty]:
    owed = (
        sa.select(Duty)
        .where(Duty.task_id == task_id)
        .options(selectinload(Duty.unit), selectinload(Duty.report))
        .order_by(Duty.due_on, Duty.id)
    )
    return list(session().scalars(owed))


def _collected(task: Task, duties: Sequence[Duty]) -> list[Collected]:
    reports = [duty for duty in duties if duty.kind is DutyKind.MONTHLY_REPORT]
    latest = max((duty.period_key for duty in reports), default=None)
    groups = {part.group_id: part.group for part in task.assignments if part.group}
    lines = []
    for group_id, group in groups.items():
        members = {part.unit_id for part in task.assignments if part.group_id == group_id}
        owed = [duty for duty in reports if duty.period_key == latest and duty.unit_id in members]
        missing = tuple(duty.unit.name for duty in owed if duty.state is DutyState.OPEN)
        if owed and latest:
            lines.append(Collected(group.name, latest, len(owed) - len(missing), len(owed), missing))
    return lines


def _happenings(task_id: int) -> list[Happening]:
    told = (
        sa.select(LedgerEntry, Person.name, Unit.name)
        .outerjoin(Person, Person.id == LedgerEntry.actor_id)
        .outerjoin(Unit, Unit.id == LedgerEntry.unit_id)
        .where(LedgerEntry.task_id == task_id)
        .order_by(LedgerEntry.id.desc())
        .limit(60)
    )
    return [
        Happening(entry.recorded_at, entry.act, who or "系统", unit or "", entry.detail)
        for entry, who, unit in session().execute(told)
    ]

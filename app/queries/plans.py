"""Plans, as a list and as the review desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Mention, Plan, Task, Unit
from app.queries import units as names
from workflows.errors import Refused
from workflows.lifecycle import TaskState
from workflows.units import Share, UnitKind


@dataclass(frozen=True, slots=True)
class PlanRow:
    plan: Plan
    tasks: int
    closed: int


def rows() -> list[PlanRow]:
    """All plans, newest first, with how many tasks they hold and how many are closed."""
    closed = sa.func.coalesce(sa.func.sum(sa.case((Task.state == TaskState.CLOSED, 1), else_=0)), 0)
    counted = (
        sa.select(Plan, sa.func.count(Task.id), closed)
        .outerjoin(Task)
        .group_by(Plan.id)
        .order_by(Plan.id.desc())
    )
    return [PlanRow(plan, tasks, done) for plan, tasks, done in session().execute(counted)]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the source: plain text, or words a task used (`what` is unit or date, `task_id` whose)."""

    text: str
    what: str = ""
    task_id: int | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name of the plan: what it is bound to, and what stands in the way of issuing."""

    printed: str
    count: int
    unit_id: int | None
    group_id: int | None
    bound_to: str
    problem: str


@dataclass(frozen=True, slots=True)
class Review:
    """The review desk of one plan."""

    plan: Plan
    tasks: tuple[Task, ...]
    pieces: tuple[Piece, ...]
    names: tuple[Name, ...]

    @property
    def problems(self) -> tuple[Name, ...]:
        return tuple(name for name in self.names if name.problem)


def review(plan_id: int) -> Review:
    """The plan laid out beside its source; raises Refused missing."""
    wanted = (
        sa.select(Plan)
        .where(Plan.id == plan_id)
        .options(
            selectinload(Plan.source),
            selectinload(Plan.tasks).selectinload(Task.mentions).selectinload(Mention.unit),
            selectinload(Plan.tasks).selectinload(Task.mentions).selectinload(Mention.group),
        )
    )
    plan = session().scalar(wanted)
    if plan is None:
        raise Refused("missing", "没有找到这个计划，它可能已被删除。请从“计划”列表进入。")
    return Review(plan, tuple(plan.tasks), tuple(_pieces(plan)), tuple(_names(plan)))


def _pieces(plan: Plan) -> list[Piece]:
    text, at, pieces = plan.source.text, 0, []
    marks = sorted(
        (start, end, what, task.id)
        for task in plan.tasks
        for start, end, what in [
            *task.marks,
            *([[task.start, task.start, "task"]] if task.start is not None else []),
        ]
    )
    for start, end, what, task_id in marks:
        if start < at:
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], what, task_id))
        at = end
    pieces.append(Piece(text[at:]))
    return pieces


def _names(plan: Plan) -> list[Name]:
    problem = problem_finder()
    found: dict[str, list[Mention]] = {}
    for task in plan.tasks:
        for mention in task.mentions:
            found.setdefault(mention.printed, []).append(mention)
    return [_name(printed, mentions, problem) for printed, mentions in found.items()]


def _name(printed: str, mentions: list[Mention], problem: Callable[[Mention], str]) -> Name:
    mention = mentions[0]
    bound = mention.unit or mention.group
    return Name(
        printed,
        len(mentions),
        mention.unit_id,
        mention.group_id,
        bound.name if bound else "",
        problem(mention),
    )


def problem_finder() -> Callable[[Mention], str]:
    """A function that says why a name cannot be issued yet, or returns an empty string."""
    through, members = names.files_through(), names.group_members()

    def problem(mention: Mention) -> str:
        if mention.unit is None and mention.group_id is None:
            return "没有对应的单位"
        if mention.group_id and not members.get(mention.group_id):
            return "没有成员单位"
        if mention.unit and mention.unit.kind is UnitKind.GOVERNMENT and mention.unit_id not in through:
            return "不登录填报，请在“单位”页为它指定归口填报单位"
        return ""

    return problem


def task(task_id: int) -> Task:
    """One draft task with its names; raises Refused missing."""
    wanted = (
        sa.select(Task)
        .where(Task.id == task_id)
        .options(selectinload(Task.mentions), selectinload(Task.plan).selectinload(Plan.source))
    )
    found = session().scalar(wanted)
    if found is None:
        raise Refused("missing", "没有找到这项任务，它可能已被删除。请返回核对页。")
    return found


def printed(task: Task, share: Share) -> str:
    """The names of one share, as a person would type them."""
    return "、".join(mention.printed for mention in task.mentions if mention.share is share)


def offices() -> list[Unit]:
    """Units that may run a plan (专班办公室): every active unit that can sign in."""
    able = sa.select(Unit).where(Unit.active, Unit.kind != UnitKind.GOVERNMENT).order_by(Unit.position)
    return list(session().scalars(able))

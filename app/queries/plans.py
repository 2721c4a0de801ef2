"""Plans, as a list and as the review desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models import Commitment, Mention, Plan, Task, Unit
from app.queries import units as names
from app.queries.drafts import doubts_about_units, open_doubts
from app.queries.source import Card, Spot, Stretch, card, stretches
from workflows.errors import Refused
from workflows.lifecycle import PlanState, TaskState
from workflows.likeness import closest, likely_kind, speaks_of_many
from workflows.units import Share, UnitKind


@dataclass(frozen=True, slots=True)
class PlanRow:
    plan: Plan
    tasks: int
    closed: int


def rows() -> list[PlanRow]:
    """All plans, newest first, with how many tasks they hold and how many are closed; withdrawn ones do not count."""
    closed = sa.func.coalesce(sa.func.sum(sa.case((Task.state == TaskState.CLOSED, 1), else_=0)), 0)
    counted = (
        sa.select(Plan, sa.func.count(Task.id), closed)
        .outerjoin(Task, sa.and_(Task.plan_id == Plan.id, Task.state != TaskState.WITHDRAWN))
        .group_by(Plan.id)
        .order_by(Plan.id.desc())
    )
    return [PlanRow(plan, tasks, done) for plan, tasks, done in session().execute(counted)]


class Obstacle(StrEnum):
    """What stands in the way of issuing, and so what mends it."""

    UNKNOWN = "unknown"
    EMPTY_GROUP = "empty_group"
    FILES_NOWHERE = "files_nowhere"


OBSTACLE_WORDS: Mapping[Obstacle, str] = MappingProxyType(
    {
        Obstacle.UNKNOWN: "没有对应的单位",
        Obstacle.EMPTY_GROUP: "没有成员单位",
        Obstacle.FILES_NOWHERE: "不登录填报，请为它指定归口填报单位",
    }
)


@dataclass(frozen=True, slots=True)
class Name:
    """A printed name of the plan: what it is bound to, and what stands in the way of issuing.

    `full` is what an elliptic name stands for, else empty. `suggestion` is what it probably means (unit:3, group:1, or
    empty); `kind` and `many` what its words speak of.
    """

    printed: str
    full: str
    count: int
    unit_id: int | None
    group_id: int | None
    bound_to: str
    obstacle: Obstacle | None
    suggestion: str
    kind: UnitKind
    many: bool

    @property
    def problem(self) -> str:
        return OBSTACLE_WORDS[self.obstacle] if self.obstacle else ""


@dataclass(frozen=True, slots=True)
class Review:
    """The review desk of one plan. `cards` are all tasks, or with `only_doubtful` those with an open doubt."""

    plan: Plan
    cards: tuple[Card, ...]
    names: tuple[Name, ...]
    only_doubtful: bool

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(self.plan.tasks)

    @property
    def problems(self) -> tuple[Name, ...]:
        return tuple(name for name in self.names if name.obstacle)

    @property
    def unassigned(self) -> tuple[Task, ...]:
        """Tasks that name no 牵头单位 and no 责任单位."""
        return tuple(t for t in self.tasks if not any(m.share is not Share.SUPPORT for m in t.mentions))

    @property
    def unsure(self) -> tuple[Task, ...]:
        """Tasks with an open doubt about who acts."""
        return tuple(task for task in self.tasks if doubts_about_units(task))

    @property
    def doubtful(self) -> tuple[Task, ...]:
        """Tasks with a doubt that nobody has settled."""
        return tuple(task for task in self.tasks if open_doubts(task))

    @property
    def doubts(self) -> int:
        """How many doubts are open (存疑)."""
        return sum(len(open_doubts(task)) for task in self.tasks)

    @property
    def unaccepted(self) -> tuple[Task, ...]:
        """Tasks no reviewer has found right yet (未确认)."""
        return tuple(task for task in self.tasks if not task.accepted_at)

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way of issuing."""
        return bool(self.tasks) and not (self.problems or self.unassigned or self.unsure)

    def stretches(self, spots: Sequence[Spot] = ()) -> Iterator[Stretch]:
        """The source in stretches, marked for the cards that are shown and for `spots`."""
        return stretches(self.plan.source.text, self.cards, spots)


def review(plan_id: int, *, only_doubtful: bool = False) -> Review:
    """The plan laid out beside its source; raises Refused missing."""
    wanted = (
        sa.select(Plan)
        .where(Plan.id == plan_id)
        .options(
            joinedload(Plan.source),
            joinedload(Plan.office),
            joinedload(Plan.leader),
            selectinload(Plan.tasks).selectinload(Task.mentions).selectinload(Mention.unit),
            selectinload(Plan.tasks).selectinload(Task.mentions).selectinload(Mention.group),
            selectinload(Plan.tasks).selectinload(Task.commitments),
            selectinload(Plan.tasks).selectinload(Task.accepted_by),
        )
        .execution_options(populate_existing=True)
    )
    plan = session().scalar(wanted)
    if plan is None:
        raise Refused("missing", "没有找到这个计划，它可能已被删除。请从“计划”列表进入。")
    shown = [task for task in plan.tasks if not only_doubtful or open_doubts(task)]
    cards = tuple(card(task, plan.source.text) for task in shown)
    return Review(plan, cards, tuple(_names(plan)), only_doubtful)


def _names(plan: Plan) -> list[Name]:
    found: dict[str, list[Mention]] = {}
    for task in plan.tasks:
        for mention in task.mentions:
            found.setdefault(mention.printed, []).append(mention)
    obstacle, index = obstacle_finder(), names.name_index()
    return [_name(printed, mentions, obstacle, index) for printed, mentions in found.items()]


def _name(
    printed: str,
    mentions: list[Mention],
    obstacle: Callable[[Mention], Obstacle | None],
    index: Mapping[str, names.Bound],
) -> Name:
    mention = mentions[0]
    bound = mention.unit or mention.group
    stands = obstacle(mention)
    unknown = stands is Obstacle.UNKNOWN
    return Name(
        printed,
        mention.full if mention.full != printed else "",
        len(mentions),
        mention.unit_id,
        mention.group_id,
        bound.name if bound else "",
        stands,
        _suggestion(printed, mention.full, index) if unknown else "",
        likely_kind(printed),
        speaks_of_many(printed),
    )


def _suggestion(printed: str, full: str, index: Mapping[str, names.Bound]) -> str:
    """What the name probably means: itself, what it stands for in full, or the name most like either."""
    known = next((name for name in (printed, full) if name in index), "")
    like = known or (full and closest(full, index)) or closest(printed, index)
    return index[like].key if like else ""


def obstacle_finder() -> Callable[[Mention], Obstacle | None]:
    """A function that says what about a name stands in the way of issuing, or None."""
    through, members = names.files_through(), names.group_members()

    def obstacle(mention: Mention) -> Obstacle | None:
        if mention.unit is None and mention.group_id is None:
            return Obstacle.UNKNOWN
        if mention.group_id and not members.get(mention.group_id):
            return Obstacle.EMPTY_GROUP
        if mention.unit and mention.unit.kind is UnitKind.GOVERNMENT and mention.unit_id not in through:
            return Obstacle.FILES_NOWHERE
        return None

    return obstacle


def draft(plan_id: int) -> Plan:
    """A plan that may still be changed; raises Refused missing, illegal-step."""
    plan = session().get(Plan, plan_id)
    if plan is None:
        raise Refused("missing", "没有找到这个计划，它可能已被删除。请从“计划”列表进入。")
    if plan.state is not PlanState.DRAFT:
        raise Refused("illegal-step", "计划已经下达，不能再改。确需调整请与督查室商定后另行下达。")
    return plan


def draft_task(plan_id: int, task_id: int) -> Task:
    """One task of a draft plan with its names; raises Refused missing, illegal-step."""
    draft(plan_id)
    wanted = (
        sa.select(Task)
        .where(Task.id == task_id, Task.plan_id == plan_id)
        .options(
            selectinload(Task.mentions),
            selectinload(Task.commitments),
            selectinload(Task.plan).selectinload(Plan.source),
        )
    )
    found = session().scalar(wanted)
    if found is None:
        raise Refused("missing", "这个计划里没有这项任务，它可能已被删去。请返回核对页。")
    return found


def position_of(plan_id: int, task_id: int) -> int:
    """Where the task stands in the plan; -1 when it is gone."""
    found = sa.select(Task.position).where(Task.id == task_id, Task.plan_id == plan_id)
    position = session().scalar(found)
    return -1 if position is None else position


def next_in_need(plan_id: int, position: int, *, only_doubtful: bool) -> int | None:
    """The first task behind that position, or else from the top, that waits to be found right; None when none does."""
    waiting = sa.select(Task.id, Task.position, Task.doubts).where(
        Task.plan_id == plan_id, Task.accepted_at.is_(None)
    )
    found = session().execute(waiting.order_by(Task.position, Task.id)).all()
    wanted = [row for row in found if row.doubts or not only_doubtful]
    return next((row.id for row in [*(r for r in wanted if r.position > position), *wanted]), None)


def as_typed(task: Task) -> dict[str, Any]:
    """A task as a person would type it, by the names of the form's fields."""
    return {
        "number": task.number,
        "title": task.title,
        "section": task.section,
        "text": task.text,
        "kind": task.kind.value,
        "lead": _printed(task, Share.LEAD),
        "responsible": _printed(task, Share.RESPONSIBLE),
        "support": _printed(task, Share.SUPPORT),
        "deadline_on": task.deadline_on,
        "deadline_text": task.deadline_text,
        "recurrence": task.recurrence or "",
        "commitments": [_typed(made) for made in task.commitments],
    }


def _typed(made: Commitment) -> dict[str, Any]:
    return {
        "of": str(made.id),
        "kind": made.kind.value,
        "name": made.name,
        "comparison": made.comparison.value if made.comparison else "",
        "target": made.target,
        "unit": made.unit,
        "due_on": made.due_on,
    }


def _printed(task: Task, share: Share) -> str:
    return "、".join(mention.printed for mention in task.mentions if mention.share is share)


def offices() -> list[Unit]:
    """Units that may run a plan (专班办公室): every active unit that can sign in."""
    able = sa.select(Unit).where(Unit.active, Unit.kind != UnitKind.GOVERNMENT).order_by(Unit.position)
    return list(session().scalars(able))

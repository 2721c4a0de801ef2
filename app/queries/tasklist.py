"""A plan's tasks as the list that goes out, and as the values a list that came back is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Plan, Task
from app.queries import drafts
from workflows.errors import Refused
from workflows.lifecycle import PlanState
from workflows.redraft import Draft


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan and its tasks by id, in their order."""

    plan: Plan
    tasks: Mapping[int, Draft]

    @property
    def is_draft(self) -> bool:
        """Whether a list may still change it."""
        return self.plan.state is PlanState.DRAFT


def listed(plan_id: int) -> Listed:
    """The tasks of a plan; raises Refused missing."""
    wanted = (
        sa.select(Plan)
        .where(Plan.id == plan_id)
        .options(
            selectinload(Plan.tasks).selectinload(Task.mentions),
            selectinload(Plan.tasks).selectinload(Task.commitments),
        )
    )
    plan = session().scalar(wanted)
    if plan is None:
        raise Refused("missing", "没有找到这个计划，它可能已被删除。请从“计划”列表进入。")
    return Listed(plan, {task.id: drafts.value_of(task) for task in plan.tasks})

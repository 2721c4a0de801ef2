"""What other thresholds would make of today's tasks: every light that would change its colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Plan, Task
from app.queries import rulebook, rules
from app.queries.standings import standings
from workflows.errors import Refused
from workflows.lifecycle import PlanState, TaskState
from workflows.light import Colour, Light, LightRules, light


@dataclass(frozen=True, slots=True)
class Relit:
    """One task whose light would be another."""

    task: Task
    now: Light
    then: Light


@dataclass(frozen=True, slots=True)
class Relighting:
    """How many tasks have each colour now, and would have; and those that change."""

    now: Mapping[Colour, int]
    then: Mapping[Colour, int]
    changed: tuple[Relit, ...]


def relighting(draft_id: int, today: date) -> Relighting:
    """Today's lights by the rules in force and by a draft's; raises Refused missing, and invalid for another subject."""
    draft = rulebook.draft(draft_id)
    tried = rulebook.read(draft.subject, draft.body)
    if not isinstance(tried, LightRules):
        raise Refused("invalid", "这份草稿不是亮灯规则。请从“规则”页进入。")
    running = (
        sa.select(Task)
        .join(Plan)
        .where(Plan.state == PlanState.ISSUED, Task.state.not_in([TaskState.WITHDRAWN, TaskState.CLOSED]))
        .options(selectinload(Task.plan))
        .order_by(Plan.id, Task.position)
    )
    tasks = list(session().scalars(running))
    facts, calendar = standings(tasks, today), rules.calendar()
    lit = [
        Relit(
            task,
            light(facts[task.id], rules.light_rules(), today, calendar),
            light(facts[task.id], tried, today, calendar),
        )
        for task in tasks
    ]
    return Relighting(
        Counter(one.now.colour for one in lit),
        Counter(one.then.colour for one in lit),
        tuple(one for one in lit if one.now.colour is not one.then.colour),
    )

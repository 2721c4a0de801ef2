"""Draft tasks as values, and the steps of their review: who changed what, and what could be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Commitment, Mention, Person, Revision, Task
from workflows.document.doubts import ABOUT_UNITS
from workflows.redraft import Bearer, Draft, Mark, Promise, Question

RECENT = 100
"""How many steps back a review looks: to say who was quicker, and to take back."""


def value_of(task: Task) -> Draft:
    """All that a draft task says, as a value."""
    return Draft(
        number=task.number,
        part=task.part,
        level=task.level,
        title=task.title,
        section=task.section,
        text=task.text,
        start=task.start,
        end=task.end,
        deadline_on=task.deadline_on,
        deadline_text=task.deadline_text,
        recurrence=task.recurrence,
        recurrence_text=task.recurrence_text,
        start_text=task.start_text,
        kind=task.kind,
        kind_reason=task.kind_reason,
        noted=dict(task.noted),
        bearers=tuple(_bearer(mention) for mention in task.mentions),
        promises=tuple(promise_of(made) for made in task.commitments),
        marks=tuple(Mark(start, end, what) for start, end, what in task.marks),
        doubts=tuple(Question(d["code"], d["sentence"], d.get("start"), d.get("end")) for d in task.doubts),
    )


def open_doubts(task: Task) -> list[dict[str, Any]]:
    """The doubts of a task that no reviewer has settled yet."""
    return [] if task.accepted_at else list(task.doubts)


def doubts_about_units(task: Task) -> list[dict[str, Any]]:
    """The open doubts that concern who acts: while there is one, the plan is not issued."""
    return [doubt for doubt in open_doubts(task) if doubt["code"] in ABOUT_UNITS]


def _bearer(mention: Mention) -> Bearer:
    return Bearer(mention.share, mention.printed, mention.full, mention.unit_id, mention.group_id)


def promise_of(made: Commitment) -> Promise:
    """A commitment as a value."""
    return Promise(
        made.kind,
        made.name,
        made.text,
        made.comparison,
        made.target,
        made.unit,
        made.due_on,
        made.start,
        made.end,
    )


@dataclass(frozen=True, slots=True)
class Touch:
    """Who last took a step with a task, when, and in which words; `by_id` None is the command line."""

    by_id: int | None
    name: str
    at: datetime
    words: str


def last_touch(task_id: int) -> Touch | None:
    """The last step that left its trace on the task, a step taken back included; None when nobody touched it."""
    moment = sa.func.coalesce(Revision.undone_at, Revision.at, type_=Revision.at.type)
    wanted = (
        sa.select(Revision.by_id, Person.name, moment, Revision.undone_at, Revision.words, Revision.after)
        .outerjoin(Person, Person.id == Revision.by_id)
        .order_by(moment.desc(), Revision.id.desc())
        .limit(RECENT)
    )
    for by_id, name, at, undone_at, words, after in session().execute(wanted):
        if str(task_id) in after:
            return Touch(by_id, name or "命令行", at, f"撤销了“{words}”" if undone_at else words)
    return None


@dataclass(frozen=True, slots=True)
class Undoable:
    """The step a person may take back next. `passed` are later ones of his that a colleague has built on since."""

    revision_id: int | None
    words: str
    passed: tuple[str, ...]


def undoable(plan_id: int, person_id: int) -> Undoable:
    """The person's last step in this plan whose tasks nobody has changed since."""
    now = versions(plan_id)
    passed: list[str] = []
    own = sa.select(Revision.id, Revision.words, Revision.after).where(
        Revision.plan_id == plan_id, Revision.by_id == person_id, Revision.undone_at.is_(None)
    )
    for revision_id, words, after in session().execute(own.order_by(Revision.id.desc()).limit(RECENT)):
        if stands(after, now):
            return Undoable(revision_id, words, tuple(passed))
        passed.append(words)
    return Undoable(None, "", tuple(passed))


def stands(after: Mapping[str, int | None], now: Mapping[int, int]) -> bool:
    """Whether tasks that a step left at these versions are still as it left them."""
    return all(now.get(int(task_id)) == version for task_id, version in after.items())


def versions(plan_id: int) -> Mapping[int, int]:
    """Task id → version, of every task of the plan."""
    found = sa.select(Task.id, Task.version).where(Task.plan_id == plan_id)
    return {row.id: row.version for row in session().execute(found)}


def following(task: Task) -> Task | None:
    """The task that stands next in the plan."""
    wanted = (
        sa.select(Task)
        .where(Task.plan_id == task.plan_id, Task.position > task.position)
        .order_by(Task.position, Task.id)
        .options(selectinload(Task.mentions), selectinload(Task.commitments))
    )
    return session().scalars(wanted.limit(1)).first()

"""The review of a draft: 确认无误, 拆分, 合并, 撤销. Each is one step, kept so that it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app import ledger
from app.db import get, transaction
from app.models import Plan, Revision, Task
from app.queries import drafts
from app.queries.drafts import open_doubts
from app.services import steps
from workflows import redraft
from workflows.errors import Refused
from workflows.policy import Act, Actor, require
from workflows.redraft import Draft


def accept(actor: Actor, task_id: int, *, seen_version: int, now: datetime) -> None:
    """Find a task right (确认无误): its doubts are settled. Done twice it is done once.

    Raises Refused forbidden, missing, stale, illegal-step.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan, task = steps.take_up(s, actor, task_id)
        if task.accepted_at:
            return
        steps.take_up(s, actor, task_id, seen_version)
        _accept(s, actor, plan, [task], now)


def accept_doubts(actor: Actor | None, plan_id: int, now: datetime) -> int:
    """Settle every open doubt of the plan at once; returns of how many tasks. Actor None is the command line.

    Raises Refused forbidden, missing, illegal-step.
    """
    if actor:
        require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        doubtful = [task for task in plan.tasks if open_doubts(task)]
        if doubtful:
            _accept(s, actor, plan, doubtful, now)
    return len(doubtful)


def _accept(s: Session, actor: Actor | None, plan: Plan, tasks: Sequence[Task], now: datetime) -> None:
    before = {str(task.id): steps.snapshot(s, task) for task in tasks}
    for task in tasks:
        task.accepted_at, task.accepted_by_id = now, actor.person_id if actor else None
    words = f"确认了{steps.named(tasks[0]) if len(tasks) == 1 else f'{len(tasks)}项任务的疑点'}"
    steps.record(s, "task.accept", actor, now, plan, before, words)


def split(actor: Actor, task_id: int, at: int, *, seen_version: int, now: datetime) -> tuple[int, int]:
    """Part a task behind the sentence that ends at `at` of its words; returns the two ids, the first one's its own.

    Raises Refused forbidden, missing, stale, illegal-step; invalid when `at` is no such place.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan, task = steps.take_up(s, actor, task_id, seen_version)
        first, second = redraft.split(_unsettled(task), at, plan.source.text)
        before: steps.Before = {str(task_id): steps.snapshot(s, task)}
        words = f"拆分了{steps.named(task)}"
        behind = Task(plan_id=plan.id, position=steps.make_room(s, plan.id, task.position))
        for row, draft in ((task, first), (behind, second)):
            steps.write(row, draft)
            row.accepted_at = row.accepted_by_id = None
        s.add(behind)
        steps.touch(task)
        s.flush()
        before[str(behind.id)] = None
        steps.count_parts(s, plan.id)
        steps.record(s, "task.split", actor, now, plan, before, words)
        return task_id, behind.id


def merge(actor: Actor, task_id: int, next_id: int, *, seen_versions: tuple[int, int], now: datetime) -> None:
    """Join a task with the one that follows it (与下一条合并); the first stays.

    Raises Refused forbidden, missing, illegal-step; stale when either changed or something stands between them now.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan, task = steps.take_up(s, actor, task_id, seen_versions[0])
        _, behind = steps.take_up(s, actor, next_id, seen_versions[1])
        following = drafts.following(task)
        if following is None or following.id != next_id:
            raise Refused("stale", f"这两项任务现在不挨着。{steps.PRESSED}")
        joined = redraft.merge(_unsettled(task), _unsettled(behind), plan.source.text)
        before: steps.Before = {str(row.id): steps.snapshot(s, row) for row in (task, behind)}
        words = f"把{steps.named(behind)}并入{steps.named(task)}"
        steps.write(task, joined)
        task.accepted_at = task.accepted_by_id = None
        steps.touch(task)
        s.delete(behind)
        steps.count_parts(s, plan.id)
        steps.record(s, "task.merge", actor, now, plan, before, words)


def _unsettled(task: Task) -> Draft:
    """The task as a value, without the doubts a reviewer has settled."""
    draft = drafts.value_of(task)
    return replace(draft, doubts=()) if task.accepted_at else draft


def undo(actor: Actor, plan_id: int, revision_id: int, now: datetime) -> list[int]:
    """Take back a step of one's own (撤销); returns the ids of the tasks that stand again as they were.

    Raises Refused forbidden, missing, illegal-step; stale when it was taken back already, or somebody changed one of
    its tasks since: nothing later is ever overwritten.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        step = get(Revision, revision_id)
        if step.plan_id != plan_id or step.by_id != actor.person_id:
            raise Refused("forbidden", "只能撤销自己在这个计划里做的操作。")
        if step.undone_at:
            raise Refused("stale", f"“{step.words}”已经撤销过了。")
        _refuse_overtaken(actor, step)
        standing = steps.give_back(s, step, plan)
        step.undone_at = now
        detail = {"revision": revision_id, "words": step.words}
        about = ledger.Subject(plan_id=plan_id)
        ledger.append(s, "task.undo", at=now, actor_id=actor.person_id, about=about, detail=detail)
        return standing


def _refuse_overtaken(actor: Actor, step: Revision) -> None:
    versions = drafts.versions(step.plan_id)
    if drafts.stands(step.after, versions):
        return
    changed = next(int(task) for task, version in step.after.items() if versions.get(int(task)) != version)
    raise Refused(
        "stale", f"不能撤销“{step.words}”：{steps.overtaken(actor, changed, '为免覆盖，没有撤销。')}"
    )

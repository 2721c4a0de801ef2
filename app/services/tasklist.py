"""任务分解表 in: what a list that came back would change, and taking it over as one step that can be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import intake
from app.db import get, transaction
from app.models import Plan, Task
from app.queries import drafts
from app.queries.tasklist import Listed, listed
from app.services import steps
from workflows import tasklist
from workflows.errors import Refused
from workflows.policy import Act, Actor, require
from workflows.redraft import Bearer
from workflows.tasklist import Addition, Changes, Edit, Field, Row

MOST_ROWS = 3000
"""Rows a list may have."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person decided where the list alone does not say it: cells to take though a colleague changed them
    (task id and column), and tasks to remove because their rows are gone."""

    mine: frozenset[tuple[int, Field]] = frozenset()
    remove: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """How many tasks were changed, added and removed."""

    changed: int
    added: int
    removed: int


def read_list(filename: str, content: bytes) -> list[Row]:
    """The rows of a list that came back; raises Refused unreadable or too-large."""
    sheets = intake.read_rows(filename, content)
    rows = tasklist.find_rows([lines for _, lines in sheets])
    if rows is None:
        raise Refused(
            "unreadable",
            "没有在表里找到“任务名称”和“识别码”两列。请先在本计划导出任务表，在导出的表上修改后再上传。",
        )
    if len(rows) > MOST_ROWS:
        raise Refused("too-large", f"表里有{len(rows)}行，一次最多{MOST_ROWS}行。请删去无关的行后再上传。")
    return rows


def preview(plan_id: int, rows: Sequence[Row]) -> Changes:
    """What the rows would change, nothing being changed; raises Refused missing, illegal-step."""
    found = listed(plan_id)
    if not found.is_draft:
        raise Refused("illegal-step", "计划已经下达，任务不能再改。确需调整请与督查室商定后另行下达。")
    return _compare(found, rows)


def _compare(found: Listed, rows: Sequence[Row]) -> Changes:
    return tasklist.compare(found.plan.id, found.tasks, rows)


def take(
    actor: Actor, plan_id: int, rows: Sequence[Row], choice: Choice, *, seen: str, now: datetime
) -> Taken:
    """Take the list over in one step, exactly as it was shown: `seen` is the fingerprint of that.

    Raises Refused forbidden, missing, illegal-step, invalid; stale when the plan changed since it was shown.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        changes = _compare(listed(plan_id), rows)
        if changes.fingerprint != seen:
            raise Refused("stale", "计划在您核对期间又有改动，还没有采用。请看过下面最新的对比后再确认一次。")
        if changes.troubles:
            raise Refused("invalid", "表里还有填错的格子，没有采用。请改好后重新上传。")
        step = _Step(s, plan, now, actor)
        edited = [step.edit(edit, choice) for edit in changes.edits]
        step.add(changes.additions)
        removed = [gone.task_id for gone in changes.removals if gone.task_id in choice.remove]
        step.remove(removed)
        taken = Taken(sum(edited), len(changes.additions), len(removed))
        if step.before:
            steps.count_parts(s, plan_id)
            words = f"按任务表改{taken.changed}项、增{taken.added}项、删{taken.removed}项"
            steps.record(s, "task.list", actor, now, plan, step.before, words)
    return taken


class _Step:
    """One taking-over under way: what stood before is kept as it goes."""

    def __init__(self, s: Session, plan: Plan, now: datetime, actor: Actor) -> None:
        self._s, self._plan, self._now, self._actor = s, plan, now, actor
        self._known = _bindings(plan)
        self.before: steps.Before = {}

    def edit(self, edit: Edit, choice: Choice) -> bool:
        """Write the changed cells of one task; whether there were any to write."""
        clashes = (clash for clash in edit.clashes if (edit.task_id, clash.field) in choice.mine)
        typed = {change.field: change.new for change in (*edit.changes, *clashes)}
        if not typed:
            return False
        task = get(Task, edit.task_id)
        self.before[str(task.id)] = steps.snapshot(self._s, task)
        steps.write(task, tasklist.taken(drafts.value_of(task), typed, self._known))
        steps.touch(task)
        return True

    def add(self, additions: Collection[Addition]) -> None:
        """Put each new task behind that of the row above it, new ones below one another."""
        last: dict[int | None, Task] = {}
        for addition in additions:
            above = last.get(addition.after) or (get(Task, addition.after) if addition.after else None)
            if above:
                self._s.refresh(above, ["position"])
            room = steps.make_room(self._s, self._plan.id, above.position if above else -1)
            task = Task(plan_id=self._plan.id, position=room)
            steps.write(task, tasklist.new_draft(addition.cells, self._known))
            self._s.add(task)
            task.accepted_at, task.accepted_by_id = self._now, self._actor.person_id
            self._s.flush()
            self.before[str(task.id)] = None
            last[addition.after] = task

    def remove(self, task_ids: Collection[int]) -> None:
        """Take these tasks out."""
        for task_id in task_ids:
            task = get(Task, task_id)
            self.before[str(task_id)] = steps.snapshot(self._s, task)
            self._s.delete(task)


def _bindings(plan: Plan) -> Mapping[str, Bearer]:
    """What each name of the plan is bound to, so that a name that moves keeps it."""
    return {
        bearer.printed: bearer
        for task in plan.tasks
        for bearer in drafts.value_of(task).bearers
        if bearer.unit_id or bearer.group_id
    }

"""The steps of a review: each leaves what stood before it, so that 撤销 gives it back; tasks as values and rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app import ledger
from app.db import STALE, get
from app.models import Commitment, Mention, Plan, Revision, Task
from app.queries import drafts
from app.queries import units as names
from workflows.commitments import CommitmentKind, Comparison, TaskKind
from workflows.errors import Refused
from workflows.lifecycle import PlanState
from workflows.policy import Actor
from workflows.redraft import Bearer, Draft, Mark, Promise, Question
from workflows.units import Share
from workflows.wording import chinese_time

TYPED = "您填写的文字仍在下面，请核对最新内容后再保存一次。"
PRESSED = "刚才的操作没有执行，请看过最新内容再决定。"
"""What becomes of the words, or of the press of a button, that came too late."""

Before = dict[str, Any]
"""Task id → its snapshot before the step, None for a task the step makes."""


def hold(s: Session, plan_id: int) -> Plan:
    """The draft plan; nobody else takes a step in it until the transaction ends (docs/decisions/0011).

    Raises Refused missing, illegal-step.
    """
    s.execute(sa.select(Plan.id).where(Plan.id == plan_id).with_for_update())
    plan = get(Plan, plan_id)
    if plan.state is not PlanState.DRAFT:
        raise Refused("illegal-step", "计划已经下达，任务不能再改。确需调整请与督查室商定后另行下达。")
    return plan


def take_up(
    s: Session, actor: Actor | None, task_id: int, seen_version: int | None = None, *, lost: str = PRESSED
) -> tuple[Plan, Task]:
    """A draft task and its plan, held; with `seen_version`, as the person saw it.

    Raises Refused missing, illegal-step; stale saying who was quicker, with `lost` behind it.
    """
    plan_id = s.scalar(sa.select(Task.plan_id).where(Task.id == task_id))
    if plan_id is None:
        raise Refused("missing", _gone(task_id))
    plan = hold(s, plan_id)
    task = s.get(Task, task_id)
    if task is None:
        raise Refused("missing", _gone(task_id))
    if seen_version is not None and task.version != seen_version:
        raise Refused("stale", overtaken(actor, task_id, lost))
    return plan, task


def overtaken(actor: Actor | None, task_id: int, lost: str) -> str:
    """The sentence that says who changed the task meanwhile, when and how, and what became of this attempt."""
    touch = drafts.last_touch(task_id)
    if touch is None:
        return STALE if lost == TYPED else f"别人刚刚更新了这项内容。{lost}"
    own = actor is not None and touch.by_id == actor.person_id
    who = "您自己（可能在另一个窗口）" if own else touch.name
    return f"{who}在{chinese_time(touch.at)}已经{touch.words}。{lost}"


def _gone(task_id: int) -> str:
    touch = drafts.last_touch(task_id)
    said = f"{touch.name}在{chinese_time(touch.at)}{touch.words}，" if touch else ""
    return f"{said}这项任务已经不在计划里。请返回核对页。"


def named(task: Task) -> str:
    """The task as a step's words speak of it: 第3项“改善办园条件”."""
    return f"{f'第{task.number}项' if task.number else ''}“{task.title[:30]}”"


# ------------------------------------------------------------------------------------- what stood before


def snapshot(s: Session, task: Task) -> dict[str, Any]:
    """All of the task that a step can change, as JSON, and the tasks it stands between."""
    beside = sa.select(Task.id).where(Task.plan_id == task.plan_id).limit(1)
    above = beside.where(Task.position < task.position).order_by(Task.position.desc())
    below = beside.where(Task.position > task.position).order_by(Task.position)
    return {
        "draft": _plain(asdict(drafts.value_of(task))),
        "accepted_at": task.accepted_at.isoformat() if task.accepted_at else None,
        "accepted_by_id": task.accepted_by_id,
        "version": task.version,
        "above": s.scalar(above),
        "below": s.scalar(below),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _draft(plain: Mapping[str, Any]) -> Draft:
    """The value a snapshot was made of."""
    return Draft(
        **{
            **plain,
            "deadline_on": _day(plain["deadline_on"]),
            "kind": TaskKind(plain["kind"]),
            "bearers": tuple(Bearer(**{**b, "share": Share(b["share"])}) for b in plain["bearers"]),
            "promises": tuple(_promise(promise) for promise in plain["promises"]),
            "marks": tuple(Mark(**mark) for mark in plain["marks"]),
            "doubts": tuple(Question(**asked) for asked in plain["doubts"]),
        }
    )


def _promise(plain: Mapping[str, Any]) -> Promise:
    compared = Comparison(plain["comparison"]) if plain["comparison"] else None
    kind = CommitmentKind(plain["kind"])
    return Promise(**{**plain, "kind": kind, "comparison": compared, "due_on": _day(plain["due_on"])})


def _day(plain: str | None) -> date | None:
    return date.fromisoformat(plain) if plain else None


# ------------------------------------------------------------------------------------- rows


def write(task: Task, draft: Draft) -> None:
    """Write the value into the row; names that are not bound yet are bound where the county knows them."""
    index = names.name_index()
    task.number, task.part, task.level = draft.number[:20], draft.part, draft.level
    task.title, task.section, task.text = draft.title[:400], draft.section[:400], draft.text
    task.start, task.end = draft.start, draft.end
    task.deadline_on, task.deadline_text = draft.deadline_on, draft.deadline_text[:120]
    task.recurrence, task.recurrence_text = draft.recurrence, draft.recurrence_text[:120]
    task.start_text, task.noted = draft.start_text[:120], dict(draft.noted)
    task.kind, task.kind_reason = draft.kind, draft.kind_reason[:200]
    task.marks = [[mark.start, mark.end, mark.what] for mark in draft.marks]
    task.doubts = [asdict(asked) for asked in draft.doubts]
    task.commitments = list(commitments(draft.promises))
    task.mentions = [_mention(place, bearer, index) for place, bearer in enumerate(draft.bearers)]


def _mention(position: int, bearer: Bearer, index: Mapping[str, names.Bound]) -> Mention:
    bound = names.Bound(bearer.unit_id, bearer.group_id)
    if not (bound.unit_id or bound.group_id):
        bound = index.get(bearer.printed) or index.get(bearer.full) or bound
    return Mention(
        position=position,
        share=bearer.share,
        printed=bearer.printed[:120],
        full=bearer.full[:120],
        unit_id=bound.unit_id,
        group_id=bound.group_id,
    )


def commitments(promises: Iterable[Promise]) -> Iterable[Commitment]:
    """The rows of what a task commits to, in that order."""
    for position, made in enumerate(promises):
        yield Commitment(
            position=position,
            kind=made.kind,
            name=made.name[:200],
            text=made.text,
            comparison=made.comparison,
            target=made.target[:40],
            unit=made.unit[:20],
            due_on=made.due_on,
            start=made.start,
            end=made.end,
        )


def touch(task: Task) -> None:
    """Let the row count a new version, though perhaps only its names or commitments changed."""
    flag_modified(task, "title")


def make_room(s: Session, plan_id: int, behind: int) -> int:
    """Move every task that stands behind that position one on; returns the free position."""
    later = sa.update(Task).where(Task.plan_id == plan_id, Task.position > behind)
    s.execute(later.values(position=Task.position + 1), execution_options={"synchronize_session": False})
    return behind + 1


def count_parts(s: Session, plan_id: int) -> None:
    """Number the parts of every number that holds several tasks 1, 2, 3 in their order; one alone is no part."""
    s.flush()
    wanted = sa.select(Task.id, Task.number, Task.part).where(Task.plan_id == plan_id)
    run: list[tuple[int, int | None]] = []
    last: tuple[str, bool] | None = None
    for task_id, number, part in s.execute(wanted.order_by(Task.position, Task.id)):
        key = (number, part is not None)
        if key != last:
            _number_parts(s, run)
            run, last = [], key
        if part is not None:
            run.append((task_id, part))
    _number_parts(s, run)


def _number_parts(s: Session, run: list[tuple[int, int | None]]) -> None:
    for place, (task_id, part) in enumerate(run, start=1):
        right = place if len(run) > 1 else None
        if part != right:
            counted = sa.update(Task).where(Task.id == task_id).values(part=right)
            s.execute(counted, execution_options={"synchronize_session": False})


# ------------------------------------------------------------------------------------- the record


def record(
    s: Session,
    act: str,
    actor: Actor | None,
    now: datetime,
    plan: Plan,
    before: Before,
    words: str,
) -> None:
    """Keep the step: what stood `before` it, and at which version it leaves those tasks; None where it removed one."""
    s.flush()
    versions = drafts.versions(plan.id)
    after = {task_id: versions.get(int(task_id)) for task_id in before}
    by_id = actor.person_id if actor else None
    s.add(Revision(plan_id=plan.id, by_id=by_id, at=now, words=words[:200], before=before, after=after))
    detail = {"tasks": [int(task_id) for task_id in before], "words": words[:200]}
    about = ledger.Subject(plan_id=plan.id)
    ledger.append(s, act, at=now, actor_id=by_id, about=about, detail=detail)


def give_back(s: Session, step: Revision, plan: Plan) -> list[int]:
    """Put every task the step touched back as it was; returns those that stand again, in their order.

    Steps before it that had left a task as it now is again can be taken back in their turn.
    """
    for task_id, kept in step.before.items():
        found = s.get(Task, int(task_id))
        if found and kept is None:
            s.delete(found)
    s.flush()
    standing = [_restore(s, int(task_id), kept, plan) for task_id, kept in step.before.items() if kept]
    s.flush()
    for task in standing:
        _follow_up(s, step, task)
    count_parts(s, plan.id)
    order = sa.select(Task.id).where(Task.id.in_([task.id for task in standing])).order_by(Task.position)
    return list(s.scalars(order))


def _restore(s: Session, task_id: int, kept: Mapping[str, Any], plan: Plan) -> Task:
    task = s.get(Task, task_id)
    if task is None:
        task = Task(id=task_id, plan_id=plan.id, position=_place_of(s, kept, plan))
    write(task, _draft(kept["draft"]))
    accepted = kept["accepted_at"]
    task.accepted_at = datetime.fromisoformat(accepted) if accepted else None
    task.accepted_by_id = kept["accepted_by_id"]
    s.add(task)
    touch(task)
    s.flush()
    if (
        task.version <= kept["version"]
    ):  # a row made anew counts on, so that no older page passes for the newest
        s.execute(sa.update(Task).where(Task.id == task_id).values(version=kept["version"] + 1))
        s.refresh(task, ["version"])
    return task


def _place_of(s: Session, kept: Mapping[str, Any], plan: Plan) -> int:
    """In front of the task it stood in front of, else behind the one it stood behind, wherever these are now."""
    found = sa.select(Task.id, Task.position).where(Task.plan_id == plan.id)
    places = {row.id: row.position for row in s.execute(found)}
    if kept["below"] in places:
        return make_room(s, plan.id, places[kept["below"]] - 1)
    return make_room(s, plan.id, places.get(kept["above"], max(places.values(), default=-1)))


def _follow_up(s: Session, step: Revision, task: Task) -> None:
    then = step.before[str(task.id)]["version"]
    earlier = sa.select(Revision).where(
        Revision.plan_id == step.plan_id, Revision.id < step.id, Revision.undone_at.is_(None)
    )
    for former in s.scalars(earlier.order_by(Revision.id.desc()).limit(drafts.RECENT)):
        if former.after.get(str(task.id)) == then:
            former.after = {**former.after, str(task.id): task.version}

"""A new version of a plan's document: read in, paired with the tasks there are, looked at, taken."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import get, transaction
from app.models import Commitment, Duty, ForceMember, Mention, Plan, Task
from app.queries import versions as rows
from app.queries.versions import PAIRS, Succession, chosen_pairs, paired
from app.services import plans, reading
from app.services.succession import carry_out
from workflows.difference import plain
from workflows.errors import Refused
from workflows.lifecycle import PlanState
from workflows.policy import Act, Actor, require
from workflows.versions import PLACE, changed

CHANGED_SINCE = (
    "原计划或新版本在您查看之后有变化，还没有采用。下面已经是最新的对照，请核对后再点一次“采用新版本”。"
)
ALREADY_TAKEN = "这个新版本已经采用或删除，不能再采用一次。请到计划页看结果。"


def read_version(
    actor: Actor, plan_id: int, filename: str, content: bytes, now: datetime, *, title: str = ""
) -> int:
    """Read a document as a new version of that plan into a draft; returns the draft's id.

    What was reviewed of tasks whose printed words are the same is carried over: corrections, bindings, acceptance.
    Raises Refused forbidden, missing, illegal-step; unreadable, too-large as `reading.read_in` does.
    """
    require(actor, Act.EDIT_PLAN)
    rows.plan_to_renew(plan_id)
    draft_id = reading.read_in(actor, filename, content, now, title=title)
    with transaction() as s:
        draft, plan = get(Plan, draft_id), get(Plan, plan_id)
        draft.replaces_id = plan_id
        _bind_as_before(s, plan, draft)
        s.flush()
        carried = _carry_review(plan, draft)
        about = ledger.Subject(plan_id=plan_id)
        detail = {"draft": draft_id, "tasks": len(draft.tasks), "carried": carried}
        ledger.append(s, "version.read", at=now, actor_id=actor.person_id, about=about, detail=detail)
    return draft_id


def _bind_as_before(s: Session, plan: Plan, draft: Plan) -> None:
    """A name that stood for somebody in the plan, or its task force, stands for the same in its new version."""
    known = {m.printed: (m.unit_id, m.group_id) for t in plan.tasks for m in t.mentions}
    for task in draft.tasks:
        for mention in task.mentions:
            mention.unit_id, mention.group_id = known.get(
                mention.printed, (mention.unit_id, mention.group_id)
            )
    members = list(s.scalars(sa.select(ForceMember).where(ForceMember.plan_id.in_([plan.id, draft.id]))))
    held = {(m.force, m.role, m.printed): (m.unit_id, m.person_id) for m in members if m.plan_id == plan.id}
    for member in members:
        place = (member.force, member.role, member.printed)
        if member.plan_id == draft.id and place in held:
            member.unit_id, member.person_id = held[place]


def _carry_review(plan: Plan, draft: Plan) -> int:
    """Give the draft's tasks what a reviewer made of the same printed words before; returns how many had any."""
    before, after, carried = {t.id: t for t in plan.tasks}, {t.id: t for t in draft.tasks}, 0
    printed = _same_in_print(plan, draft)
    for pair in paired(draft, plan, printed):
        if not (pair.old and pair.new):
            continue
        old, new = before[pair.old.id], after[pair.new.id]
        if new.id in printed:
            _carry(old, new)
        elif changed(pair.old, pair.new) - PLACE:
            continue
        new.accepted_at = old.accepted_at or plan.issued_at
        new.accepted_by_id = old.accepted_by_id
        carried += new.accepted_at is not None
    return carried


def _same_in_print(plan: Plan, draft: Plan) -> dict[int, int | None]:
    """New id → old id of tasks whose printed words are the same, whatever a reviewer made of the old one since."""
    waiting: dict[str, list[int]] = {}
    for task in plan.tasks:
        waiting.setdefault(_printed(task), []).append(task.id)
    waiting.pop("", None)
    return {t.id: found.pop(0) for t in draft.tasks if (found := waiting.get(_printed(t)))}


def _printed(task: Task) -> str:
    """The task's words in its document without its number, whatever the lines; empty for one that was typed in."""
    if task.start is None or task.end is None:
        return ""
    text, at, kept = task.plan.source.text, task.start, ""
    for start, end, what in sorted(task.marks):
        if what == "number" and at <= start and end <= task.end:
            kept, at = kept + text[at:start], end
    return plain(kept + text[at : task.end])


def _carry(old: Task, new: Task) -> None:
    new.title, new.text = old.title, old.text
    new.deadline_on, new.deadline_text = old.deadline_on, old.deadline_text
    new.recurrence, new.recurrence_text, new.start_text = old.recurrence, old.recurrence_text, old.start_text
    if old.kind_reason:  # read or chosen; plans of the first days have none
        new.kind, new.kind_reason = old.kind, old.kind_reason
        shift = (new.start or 0) - (old.start or 0)
        new.commitments = [
            _commitment(kept, shift if _same_lines(old, new) else None) for kept in old.commitments
        ]
    new.mentions = [
        Mention(
            position=mention.position,
            printed=mention.printed,
            full=mention.full,
            share=mention.share,
            unit_id=mention.unit_id,
            group_id=mention.group_id,
        )
        for mention in old.mentions
    ]


def _same_lines(old: Task, new: Task) -> bool:
    """Whether both stand in their documents character for character, so that places in one hold in the other."""
    return old.plan.source.text[old.start : old.end] == new.plan.source.text[new.start : new.end]


def _commitment(kept: Commitment, shift: int | None) -> Commitment:
    """The same promise in the new version; without `shift` its place in print is not known there."""
    placed = shift is not None and kept.start is not None and kept.end is not None
    return Commitment(
        position=kept.position,
        kind=kept.kind,
        name=kept.name,
        text=kept.text,
        comparison=kept.comparison,
        target=kept.target,
        unit=kept.unit,
        due_on=kept.due_on,
        start=(kept.start or 0) + (shift or 0) if placed else None,
        end=(kept.end or 0) + (shift or 0) if placed else None,
    )


# --------------------------------------------------------------------------------------- looked at


def preview(draft_id: int, now: datetime) -> Succession:
    """What taking the new version would do now; raises Refused missing, illegal-step."""
    draft, plan = rows.version(draft_id)
    listed = plans.stands_in_the_way(draft) if plan.state is PlanState.ISSUED else []
    return rows.succession(draft, plan, tuple(listed), now)


def choose_pair(actor: Actor, draft_id: int, task_id: int, old_id: int | None, now: datetime) -> None:
    """Say which task of the plan a task of the new version is, or with None that it is new.

    Whoever was said to be that task before is no longer. Raises Refused forbidden, missing, illegal-step.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        draft, plan = _held(s, draft_id)
        if task_id not in {t.id for t in draft.tasks} or old_id not in {None, *(t.id for t in plan.tasks)}:
            raise Refused("missing", "没有找到这项任务，它可能已被删去。请刷新对照页。")
        kept = {new: old for new, old in chosen_pairs(draft).items() if old is None or old != old_id}
        kept[task_id] = old_id
        draft.proposals = {**draft.proposals, PAIRS: {str(new): old for new, old in kept.items()}}
        _record(s, "version.pair", actor, now, plan, {"draft": draft_id, "new": task_id, "old": old_id})


def let_pair(actor: Actor, draft_id: int, task_id: int, now: datetime) -> None:
    """Leave the pairing of that task to the program again; raises Refused forbidden, missing, illegal-step."""
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        draft, plan = _held(s, draft_id)
        kept = {str(new): old for new, old in chosen_pairs(draft).items() if new != task_id}
        draft.proposals = {**draft.proposals, PAIRS: kept}
        _record(s, "version.pair", actor, now, plan, {"draft": draft_id, "new": task_id, "old": "auto"})


# -------------------------------------------------------------------------------------------- taken


def take(actor: Actor, draft_id: int, *, seen: str, now: datetime) -> int:
    """Take the new version (采用新版本): what the page with the seal `seen` showed is done; returns the plan's id.

    The plan and its tasks keep their identity, the draft is gone afterwards. Raises Refused forbidden; illegal-step
    when somebody was quicker; stale when anything the page showed has changed; unbound as the issue does.
    """
    require(actor, Act.ISSUE_PLAN)
    with transaction() as s:
        draft, plan = _held(s, draft_id)
        _hold_duties(s, plan, draft)
        found = preview(draft_id, now)
        if found.obstacles:
            raise Refused("unbound", f"还不能采用：{'；'.join(found.obstacles)}。")
        if found.seal != seen:
            raise Refused("stale", CHANGED_SINCE)
        carry_out(s, actor, found, now)
    return found.plan.id


def _held(s: Session, draft_id: int) -> tuple[Plan, Plan]:
    """The draft and the plan it replaces, both held: plans go before tasks in the order of locks (decision 0013)."""
    replaced = sa.select(Plan.replaces_id).where(Plan.id == draft_id)
    plan_id = s.scalar(replaced)
    held = sa.select(Plan.id).where(Plan.id.in_([draft_id, plan_id])).order_by(Plan.id).with_for_update()
    if plan_id is None or len(s.execute(held).all()) < 2:
        raise Refused("illegal-step", ALREADY_TAKEN)
    draft, plan = get(Plan, draft_id), get(Plan, plan_id)
    if draft.state is not PlanState.DRAFT or plan.state is PlanState.ARCHIVED:
        raise Refused("illegal-step", ALREADY_TAKEN)
    return draft, plan


def _hold_duties(s: Session, plan: Plan, draft: Plan) -> None:
    tasks = sa.select(Task.id).where(Task.plan_id.in_([plan.id, draft.id]))
    duties.hold_tasks(s, tasks)
    s.execute(sa.select(Duty.id).where(Duty.plan_id == plan.id).order_by(Duty.id).with_for_update())


def _record(s: Session, act: str, actor: Actor, now: datetime, plan: Plan, detail: dict[str, object]) -> None:
    about = ledger.Subject(plan_id=plan.id)
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=detail)

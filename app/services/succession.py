"""A new version carried out: the plan's tasks take its words, who acts, what is owed; the draft dissolves into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger, requests
from app.models import Candidate, Commitment, Duty, ForceMember, FormerSource, Plan, Revision, Task
from app.queries.versions import PAIRS, Change, Kind, Succession
from app.services.plans import assignment_of
from workflows.assignment import Part
from workflows.cadence import DutyKind
from workflows.lifecycle import TASK, DutyEvent, DutyState, PlanState
from workflows.policy import Actor
from workflows.succession import Move, Step
from workflows.versions import ASPECT_LABELS, Aspect

READ = (
    "number",
    "part",
    "level",
    "title",
    "section",
    "text",
    "start",
    "end",
    "deadline_on",
    "deadline_text",
    "recurrence",
    "recurrence_text",
    "start_text",
    "kind",
    "kind_reason",
    "noted",
    "marks",
    "doubts",
    "accepted_at",
    "accepted_by_id",
)
"""Columns of a task that say what the document says; all others say how far it is."""

PROMISED = ("position", "text", "comparison", "target", "due_on", "start", "end")
"""Columns of a commitment that may change while it stays the same thing, by kind, name and unit."""


def carry_out(s: Session, actor: Actor, found: Succession, now: datetime) -> None:
    """Do what was foretold, step by step; everything it touches is held by the caller's transaction."""
    plan, draft = found.plan, found.draft
    _follow(s, found)
    for change in found.changes:
        _take_task(s, plan, change)
    s.flush()
    taken = [(change.task.id, step) for change in found.changes for step in change.effect.steps]
    take_steps(s, plan, taken, now)
    for change in found.changes if found.running else ():
        requests.end_moot(s, change.task, now)
    _arrange(plan, found.changes)
    _take_head(s, actor, plan, draft, now)
    s.flush()
    s.delete(draft)
    _record(s, actor, found, now)


# ------------------------------------------------------------------------------------------- tasks


def _take_task(s: Session, plan: Plan, change: Change) -> None:
    task = change.task
    if change.old and change.new:
        _rewrite(change.old, change.new)
    elif change.new:
        task.plan = plan
    elif plan.state is PlanState.DRAFT:
        plan.tasks.remove(task)
    else:
        _unplace(task)
    if change.effect.event:
        task.state = TASK.advance(task.state, change.effect.event)
    if change.effect.parts is not None:
        assign(s, task, change.effect.parts)


def _rewrite(old: Task, new: Task) -> None:
    """Let the task that has a history say what its new version says."""
    for column in READ:
        setattr(old, column, getattr(new, column))
    old.mentions, old.commitments = list(new.mentions), _kept_or_new(old, new)


def _kept_or_new(old: Task, new: Task) -> list[Commitment]:
    """The new version's commitments; one the task has had by that name stays what it is, so that values reported for it
    stay with it."""
    known: dict[tuple[object, ...], list[Commitment]] = {}
    for one in old.commitments:
        known.setdefault((one.kind, one.name, one.unit), []).append(one)
    found = []
    for one in list(new.commitments):
        same = known.get((one.kind, one.name, one.unit))
        kept = same.pop(0) if same else one
        for column in PROMISED:
            setattr(kept, column, getattr(one, column))
        found.append(kept)
    return found


def _unplace(task: Task) -> None:
    """The document the task stood in is no longer the plan's: its words stay, its places do not."""
    task.start = task.end = None
    task.marks, task.doubts = [], []
    for commitment in task.commitments:
        commitment.start = commitment.end = None


def assign(s: Session, task: Task, parts: Iterable[Part]) -> None:
    """Who acts from now on. A unit that stays keeps its word; one that comes back has signed when it once did."""
    present = {part.unit_id: part for part in task.assignments}
    wanted = {part.unit_id: part for part in parts}
    for unit_id in present.keys() - wanted.keys():
        task.assignments.remove(present[unit_id])
    came = [part for part in wanted.values() if part.unit_id not in present]
    signed = _signatures(s, task) if came else {}
    for part in came:
        task.assignments.append(assignment_of(part))
        task.assignments[-1].signed_at = signed.get(part.unit_id)
    for unit_id in present.keys() & wanted.keys():
        row, part = present[unit_id], wanted[unit_id]
        row.share, row.on_behalf_of_id, row.group_id = part.share, part.on_behalf_of, part.group_id


def _signatures(s: Session, task: Task) -> dict[int, datetime | None]:
    """When each unit signed for the task, for those that did."""
    done = sa.select(Duty.unit_id, Duty.settled_at).where(
        Duty.task_id == task.id, Duty.kind == DutyKind.SIGN, Duty.state == DutyState.DONE
    )
    return {unit_id: settled_at for unit_id, settled_at in s.execute(done)}  # noqa: C416


def _arrange(plan: Plan, changes: Iterable[Change]) -> None:
    """The tasks in the order of the new document, those it no longer holds behind them."""
    places = {task.id: place for place, task in enumerate(change.task for change in changes if change.new)}
    behind = sorted((t for t in plan.tasks if t.id not in places), key=lambda t: t.position)
    places |= {task.id: place for place, task in enumerate(behind, len(places))}
    for task in plan.tasks:
        task.position = places[task.id]


# ------------------------------------------------------------------------------------------ duties


def take_steps(s: Session, plan: Plan, taken: Iterable[tuple[int, Step]], now: datetime) -> None:
    """Do to the duties what was foretold of them, task by task; everything they touch is held by the caller."""
    taken = list(taken)
    known = sa.select(Duty).where(Duty.id.in_([step.duty_id for _, step in taken if step.duty_id]))
    held = {duty.id: duty for duty in s.scalars(known.order_by(Duty.id))}
    for _, step in taken:
        if step.duty_id is not None:
            _move(held[step.duty_id], step, now)
    new = [
        duties.Owed(task_id, step.unit_id, step.kind, step.period_key, step.opens_on, step.due_on)
        for task_id, step in taken
        if step.move is Move.OPEN
    ]
    s.flush()
    if new:
        duties.open_all(s, plan, new, now)


def _move(duty: Duty, step: Step, now: datetime) -> None:
    if step.move is Move.CANCEL:
        duties.move(duty, DutyEvent.CANCEL, now)
    elif step.move is Move.REDATE:
        duties.redate(duty, step.due_on, now)
    else:
        duties.reopen(duty, step.opens_on, step.due_on, now)


# -------------------------------------------------------------------------------------- the plan


def _take_head(s: Session, actor: Actor, plan: Plan, draft: Plan, now: datetime) -> None:
    s.add(
        FormerSource(
            plan_id=plan.id,
            source_id=plan.source_id,
            document_number=plan.document_number,
            replaced_at=now,
            replaced_by_id=actor.person_id,
        )
    )
    plan.source, plan.title, plan.document_number = draft.source, draft.title, draft.document_number
    plan.period_from_on, plan.period_to_on = draft.period_from_on, draft.period_to_on
    plan.proposals = {name: said for name, said in draft.proposals.items() if name != PAIRS}
    plan.doubts = list(draft.doubts)


def _follow(s: Session, found: Succession) -> None:
    """What hangs on the draft hangs on the plan from now on; steps that can be undone end here."""
    plan, draft = found.plan, found.draft
    s.execute(sa.delete(Revision).where(Revision.plan_id.in_([plan.id, draft.id])))
    s.execute(sa.delete(Candidate).where(Candidate.plan_id == plan.id))
    if s.scalar(sa.select(ForceMember.id).where(ForceMember.plan_id == draft.id).limit(1)):
        s.execute(sa.delete(ForceMember).where(ForceMember.plan_id == plan.id))
    else:
        kept = sa.update(ForceMember).where(ForceMember.plan_id == plan.id)
        s.execute(kept.values(start=None, end=None))
    lives_on = {change.new.id: change.task.id for change in found.changes if change.new}
    made = sa.select(Candidate).where(Candidate.plan_id == draft.id, Candidate.task_id.is_not(None))
    for candidate in s.scalars(made):
        candidate.task_id = lives_on.get(candidate.task_id or 0)
    s.flush()
    for model in (Candidate, ForceMember, FormerSource):
        s.execute(sa.update(model).where(model.plan_id == draft.id).values(plan_id=plan.id))
    s.execute(sa.update(Plan).where(Plan.replaces_id == draft.id).values(replaces_id=plan.id))


# ----------------------------------------------------------------------------------------- the record


def _record(s: Session, actor: Actor, found: Succession, now: datetime) -> None:
    kinds = Counter(change.kind for change in found.changes)
    detail: dict[str, object] = {kind.value: kinds[kind] for kind in Kind}
    detail |= {"file": found.plan.source.sha256, "duties": {m.value: n for m, n in found.moves.items()}}
    about = ledger.Subject(plan_id=found.plan.id)
    ledger.append(s, "version.take", at=now, actor_id=actor.person_id, about=about, detail=detail)
    if not found.running:
        return
    for change in found.changes:
        if change.kind is not Kind.SAME:
            about = ledger.Subject(plan_id=found.plan.id, task_id=change.task.id)
            said = {"changed": "、".join(ASPECT_LABELS[a] for a in Aspect if a in change.aspects)}
            ledger.append(s, _act(change), at=now, actor_id=actor.person_id, about=about, detail=said)


def _act(change: Change) -> str:
    """What the task's story will tell of it."""
    if change.kind is Kind.ADDED:
        return "version.add"
    if change.kind is Kind.GONE:
        return "version.withdraw" if change.effect.event else "version.drop"
    return "version.revive" if change.effect.event else "version.change"

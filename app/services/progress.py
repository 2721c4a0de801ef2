"""Progress: sign for a task, say how far it is, ask to close it, close it or send it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger, requests
from app.db import STALE, get, transaction
from app.models import Assignment, Duty, EvidencePlace, Progress, Task
from app.queries import rules
from app.services import evidence
from app.services.evidence import NOTHING, Backing
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import (
    CLOSING_GRADE_LABELS,
    TASK,
    ClosingGrade,
    DutyEvent,
    DutyState,
    TaskEvent,
    TaskState,
)
from workflows.policy import Act, Actor, Relation, require
from workflows.units import Share

LONGEST = 2000
"""Characters a field of a report may hold; the form suggests 300 (减负: reference b.2)."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a unit says of a task: percent done (0–100), what was done, problems, next step."""

    percent: int
    done: str
    problems: str = ""
    next_step: str = ""

    def check(self) -> None:
        """Raises Refused invalid."""
        if not 0 <= self.percent <= 100:
            raise Refused("invalid", "完成进度请填0到100之间的整数。")
        if not self.done.strip():
            raise Refused("invalid", "请填写进展情况；没有变化时写明“本月无变化”。")
        if max(len(self.done), len(self.problems), len(self.next_step)) > LONGEST:
            raise Refused("invalid", f"每一栏最多{LONGEST}字，请精简后再保存。")


def relation_to(actor: Actor, task: Task) -> Relation:
    """OWNER when one of the actor's units takes part, else STRANGER."""
    taking_part = {part.unit_id for part in task.assignments}
    return Relation.OWNER if taking_part & actor.unit_ids else Relation.STRANGER


def sign_all(actor: Actor, now: datetime, *, only: Collection[int] | None = None) -> int:
    """Sign for everything the actor's units still owe a signature for; returns how many.

    With `only`, for no other duties than these: a person signs for what he saw.
    """
    require(actor, Act.SIGN, Relation.OWNER)
    with transaction() as s:
        owed = sa.select(Duty).where(
            Duty.kind == DutyKind.SIGN, Duty.state == DutyState.OPEN, Duty.unit_id.in_(actor.unit_ids)
        )
        if only is not None:
            owed = owed.where(Duty.id.in_(only))
        duties.hold_tasks(s, owed.with_only_columns(Duty.task_id))
        pending = list(s.scalars(owed.order_by(Duty.id).with_for_update()))
        for duty in pending:
            _sign(s, actor, duty, now)
        duties.hear(s, [(duty.task_id, duty.unit_id) for duty in pending], now)
    return len(pending)


def _sign(s: Session, actor: Actor, duty: Duty, now: datetime) -> None:
    assert duty.task is not None
    duties.move(duty, DutyEvent.FULFIL, now)
    duty.task.state = TASK.advance(duty.task.state, TaskEvent.SIGN)
    _part(s, duty.task.id, duty.unit_id).signed_at = now
    _record(s, "task.sign", actor, now, duty.task, duty.unit_id)


def _part(s: Session, task_id: int, unit_id: int) -> Assignment:
    return s.scalars(
        sa.select(Assignment).where(Assignment.task_id == task_id, Assignment.unit_id == unit_id)
    ).one()


def update(actor: Actor, assignment_id: int, word: Word, *, seen_version: int, now: datetime) -> None:
    """Say how far the task is; raises Refused missing, forbidden, stale, illegal-step, invalid."""
    with transaction() as s:
        duties.hold_tasks(s, sa.select(Assignment.task_id).where(Assignment.id == assignment_id))
        part = get(Assignment, assignment_id)
        require(actor, Act.UPDATE_PROGRESS, actor.owns(part.unit_id))
        word.check()
        if part.version != seen_version:
            raise Refused("stale", STALE)
        part.task.state = TASK.advance(part.task.state, TaskEvent.UPDATE)
        speak(s, actor, part, word, now)
        duties.hear(s, [(part.task_id, part.unit_id)], now)
        _record(s, "task.update", actor, now, part.task, part.unit_id, {"percent": word.percent})


def speak(s: Session, actor: Actor, part: Assignment, word: Word, now: datetime) -> None:
    """Put a unit's word on its part, on the history, and — from a lead — on the task itself."""
    part.percent, part.done = word.percent, word.done
    part.problems, part.next_step, part.updated_at = word.problems, word.next_step, now
    s.add(
        Progress(
            task_id=part.task_id,
            unit_id=part.unit_id,
            person_id=actor.person_id,
            recorded_at=now,
            percent=word.percent,
            done=word.done,
            problems=word.problems,
            next_step=word.next_step,
        )
    )
    leads = [p.percent or 0 for p in part.task.assignments if p.share is Share.LEAD]
    heard = leads or [p.percent or 0 for p in part.task.assignments]
    part.task.percent = sum(heard) // len(heard)


def request_close(
    actor: Actor, task_id: int, words: str, *, backing: Backing, seen_version: int, now: datetime
) -> None:
    """Ask the office to close the task (申请办结); its completion is no longer chased while the office looks.

    `backing` is what proves it: a file, one from an earlier request among them, or where the paper lies. Raises Refused missing, forbidden, stale, illegal-step, invalid.
    """
    with transaction() as s:
        duties.hold_tasks(s, [task_id])
        task = get(Task, task_id)
        require(actor, Act.REQUEST_CLOSE, lead_relation(actor, task))
        if not words.strip():
            raise Refused("invalid", "请写明完成情况，对照任务要求逐条说明。")
        _advance(task, TaskEvent.REQUEST_CLOSE, seen_version)
        evidence.back(s, actor, task, backing, EvidencePlace.CLOSING, now)
        task.close_request, task.close_paper = words, backing.note
        for duty in _completions(s, task):
            if duty.state is DutyState.OPEN:
                duties.move(duty, DutyEvent.FILE, now)
        detail = {"words": words, "paper": backing.note}
        _record(s, "task.request-close", actor, now, task, None, detail)


def lead_relation(actor: Actor, task: Task) -> Relation:
    """OWNER when one of the actor's units leads the task, PARTY when one takes part, else STRANGER."""
    leads = {part.unit_id for part in task.assignments if part.share is Share.LEAD}
    if leads & actor.unit_ids:
        return Relation.OWNER
    return Relation.PARTY if relation_to(actor, task) is Relation.OWNER else Relation.STRANGER


def close(
    actor: Actor,
    task_id: int,
    words: str,
    *,
    grade: ClosingGrade,
    backing: Backing = NOTHING,
    seen_version: int,
    now: datetime,
) -> None:
    """Close the task (销号) with its grade (办结评价): everything it still owed is asked no more.

    What the office checked by may be laid beside it; where no unit asked and so nothing proves the closing, it must be.
    Raises Refused missing, forbidden, stale, illegal-step, invalid.
    """
    require(actor, Act.CLOSE_TASK)
    with transaction() as s:
        duties.hold_tasks(s, [task_id])
        task = get(Task, task_id)
        asked = task.state is TaskState.CLOSING
        _advance(task, TaskEvent.CLOSE, seen_version)
        _lay(s, actor, task, backing, asked, now)
        task.closed_at, task.closing_grade = now, grade
        for duty in _completions(s, task):
            event = DutyEvent.ACCEPT if duty.state is DutyState.FILED else DutyEvent.FULFIL
            if duty.state in {DutyState.OPEN, DutyState.FILED}:
                duties.move(duty, event, now)
        duties.cancel_open(s, task_id, now)
        requests.end_moot(s, task, now)
        detail = {
            "words": words,
            "grade": grade.value,
            "label": CLOSING_GRADE_LABELS[grade],
            "paper": backing.note,
        }
        _record(s, "task.close", actor, now, task, None, detail)


def _lay(s: Session, actor: Actor, task: Task, backing: Backing, asked: bool, now: datetime) -> None:
    if not asked or backing != NOTHING:
        evidence.back(s, actor, task, backing, EvidencePlace.CHECK, now)
    if not asked:
        task.close_paper = backing.note


def send_back(actor: Actor, task_id: int, words: str, *, seen_version: int, now: datetime) -> None:
    """Send a closing request back (退回重办) and take up the chase again.

    Raises Refused missing, forbidden, stale, illegal-step, invalid.
    """
    require(actor, Act.CLOSE_TASK)
    if not words.strip():
        raise Refused("invalid", "请写明退回理由，让单位知道还差什么。")
    with transaction() as s:
        duties.hold_tasks(s, [task_id])
        task = get(Task, task_id)
        _advance(task, TaskEvent.SEND_BACK, seen_version)
        for duty in _completions(s, task):
            if duty.state is DutyState.FILED:
                duties.move(duty, DutyEvent.RETURN, now)
                correct_by = rules.calendar(duty.unit_id).shift(local_date(now), _correction_workdays(task))
                duties.rearm(duty, max(duty.due_on, correct_by), now)
        _record(s, "task.send-back", actor, now, task, None, {"words": words})


def _correction_workdays(task: Task) -> int:
    assert task.plan.cadence_version_id is not None
    return rules.cadence(task.plan.cadence_version_id).correction_workdays


def _completions(s: Session, task: Task) -> list[Duty]:
    owed = sa.select(Duty).where(Duty.task_id == task.id, Duty.kind == DutyKind.COMPLETION)
    return list(s.scalars(owed.order_by(Duty.id).with_for_update()))


def _advance(task: Task, event: TaskEvent, seen_version: int) -> None:
    if task.version != seen_version:
        raise Refused("stale", STALE)
    task.state = TASK.advance(task.state, event)


def _record(
    s: Session,
    act: str,
    actor: Actor,
    now: datetime,
    task: Task,
    unit_id: int | None,
    detail: Mapping[str, object] | None = None,
) -> None:
    about = ledger.Subject(plan_id=task.plan_id, task_id=task.id, unit_id=unit_id)
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=detail)

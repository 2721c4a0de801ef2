"""The facts the engine judges: duties whose moment has come, plans with a period to open, letters to go out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, selectinload

from app.db import session
from app.mail import Item
from app.models import (
    Assignment,
    Duty,
    EngineGap,
    Heartbeat,
    Letter,
    Notice,
    Person,
    Plan,
    PolicyVersion,
    Task,
    Unit,
)
from app.queries import people, rules
from workflows.cadence import KIND_LABELS, DutyKind, Period, period_words
from workflows.escalation import Audience, Climb, LetterKind
from workflows.lifecycle import DutyState, LetterState, NoticeState, TaskState
from workflows.units import OWING
from workflows.wording import urgency


@dataclass(frozen=True, slots=True)
class Due:
    """A duty whose moment has come. `leader_id` answers for it at county level (责任领导)."""

    id: int
    kind: DutyKind
    unit_id: int
    office_id: int | None
    leader_id: int | None
    policy_version_id: int
    policy_version: int
    epoch: int
    climb: Climb


def due_duties(s: Session, now: datetime, limit: int, only: Collection[int] | None = None) -> list[Due]:
    """Claim the duties whose moment has come, oldest first, skipping those another engine holds."""
    claimed = (
        _climbers()
        .where(Duty.next_action_at.is_not(None), Duty.next_action_at <= now)
        .order_by(Duty.next_action_at, Duty.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Duty)
    )
    if only is not None:
        claimed = claimed.where(Duty.id.in_(only))
    return [_due(row) for row in s.execute(claimed)]


def _due(row: Sequence[Any]) -> Due:
    duty: tuple[Any, ...] = (*row[:8], Climb(*row[8:12]))
    return Due(*duty)


def climbing(plan_id: int) -> list[tuple[Due, datetime]]:
    """The plan's duties that still have a next moment, with that moment; nothing is claimed."""
    waiting = (
        _climbers()
        .add_columns(Duty.next_action_at)
        .where(Duty.plan_id == plan_id, Duty.next_action_at.is_not(None))
        .order_by(Duty.id)
    )
    return [(_due(row), row[12]) for row in session().execute(waiting)]


def _climbers() -> sa.Select[Any]:
    """Duties with all that a decision needs, in the order of `Due` and `Climb`."""
    behalf = aliased(Unit)
    wanted = (
        sa.select(
            Duty.id,
            Duty.kind,
            Duty.unit_id,
            Plan.office_id,
            sa.func.coalesce(behalf.answerable_id, Unit.answerable_id, Plan.leader_id),
            Duty.policy_version_id,
            PolicyVersion.version,
            Duty.epoch,
            Duty.opens_on,
            Duty.due_on,
            Duty.armed_at,
            Duty.rung,
        )
        .join(Plan, Plan.id == Duty.plan_id)
        .join(Unit, Unit.id == Duty.unit_id)
        .join(PolicyVersion, PolicyVersion.id == Duty.policy_version_id)
        .outerjoin(
            Assignment, sa.and_(Assignment.task_id == Duty.task_id, Assignment.unit_id == Duty.unit_id)
        )
        .outerjoin(behalf, behalf.id == Assignment.on_behalf_of_id)
    )
    return cast("sa.Select[Any]", wanted)


def answering(plan_id: int) -> Mapping[tuple[int, int], int | None]:
    """(task, unit) → the person who answers at county level for that part (责任领导), where one is named."""
    behalf = aliased(Unit)
    named = (
        sa.select(
            Assignment.task_id,
            Assignment.unit_id,
            sa.func.coalesce(behalf.answerable_id, Unit.answerable_id, Plan.leader_id),
        )
        .join(Task, Task.id == Assignment.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(behalf, behalf.id == Assignment.on_behalf_of_id)
        .where(Task.plan_id == plan_id)
    )
    return {(task_id, unit_id): leader_id for task_id, unit_id, leader_id in session().execute(named)}


def plan_contacts(due: Sequence[Due]) -> Mapping[int, Mapping[Audience, tuple[int, ...]]]:
    """For each duty id, whom each audience means: the unit's posts, the plan's office, the leader in charge."""
    units = people.contacts({d.unit_id for d in due})
    offices = {office: people.office_people(office) for office in {d.office_id for d in due}}
    leaders = set(
        session().scalars(
            sa.select(Person.id).where(Person.id.in_({d.leader_id for d in due}), people.reachable())
        )
    )
    return {
        d.id: {
            **units.get(d.unit_id, {}),
            Audience.OFFICE: offices[d.office_id],
            **({Audience.COUNTY_LEADER: (d.leader_id,)} if d.leader_id in leaders else {}),
        }
        for d in due
    }


def plans_to_open(today: date) -> list[int]:
    """Issued plans with a period whose opening day has come."""
    waiting = sa.select(Plan.id).where(Plan.next_opening_on.is_not(None), Plan.next_opening_on <= today)
    return list(session().scalars(waiting.order_by(Plan.id)))


def reporting_parts(s: Session, plan_id: int) -> list[tuple[int, int]]:
    """(task, unit) of every lead and responsible part of the plan's tasks that are still open."""
    parts = (
        sa.select(Assignment.task_id, Assignment.unit_id)
        .join(Task)
        .where(
            Task.plan_id == plan_id,
            Task.state.in_([TaskState.ISSUED, TaskState.UNDERWAY, TaskState.CLOSING]),
            Assignment.share.in_(OWING),
        )
        .order_by(Task.position, Assignment.id)
    )
    return [(task_id, unit_id) for task_id, unit_id in s.execute(parts)]


def who_owes(
    period: Period, plan: Plan, parts: Sequence[tuple[int, int]]
) -> Sequence[tuple[int | None, int]]:
    """(task, unit) of whoever owes what the period asks: every part its report, the plan's office the rest."""
    if period.kind is DutyKind.MONTHLY_REPORT:
        return parts
    return [(None, plan.office_id)] if plan.office_id else []


def pending_notices(s: Session, now: datetime, people_limit: int) -> list[Notice]:
    """All sendable notices of the first few people who have any, by person; claimed for this transaction."""
    sendable = sa.and_(Notice.state == NoticeState.PENDING, Notice.not_before_at <= now)
    first = (
        sa.select(Notice.person_id)
        .where(sendable)
        .group_by(Notice.person_id)
        .order_by(sa.func.min(Notice.id))
        .limit(people_limit)
    )
    claimed = (
        sa.select(Notice)
        .where(sendable, Notice.person_id.in_(first))
        .options(
            selectinload(Notice.duty).selectinload(Duty.unit),
            selectinload(Notice.duty).selectinload(Duty.task),
            selectinload(Notice.person),
        )
        .order_by(Notice.person_id, Notice.id)
        .with_for_update(skip_locked=True, of=Notice)
        .execution_options(populate_existing=True)
    )
    return list(s.scalars(claimed))


def outgoing_letters(s: Session, now: datetime, limit: int) -> list[Letter]:
    """Claim letters whose attempt is due, and those whose sender's lease ran out."""
    claimed = (
        sa.select(Letter)
        .where(Letter.state.in_([LetterState.WAITING, LetterState.LEASED]), Letter.not_before_at <= now)
        .options(
            selectinload(Letter.notices).selectinload(Notice.duty).selectinload(Duty.unit),
            selectinload(Letter.notices).selectinload(Notice.duty).selectinload(Duty.task),
            selectinload(Letter.person),
        )
        .order_by(Letter.not_before_at, Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Letter)
        .execution_options(populate_existing=True)
    )
    return list(s.scalars(claimed))


def still_owed(notice: Notice) -> bool:
    """Whether the notice is still true: its duty open, and in the same epoch."""
    return notice.duty.state is DutyState.OPEN and notice.duty.epoch == notice.epoch


def letter_items(notices: Sequence[Notice], today: date) -> list[Item]:
    """What a letter made of these notices says: the same thing owed for several tasks is said once."""

    def together(notice: Notice) -> tuple[object, ...]:
        d = notice.duty
        return (notice.kind, d.kind, d.unit_id, d.period_key, d.due_on, d.epoch > 1)

    ordered = sorted(notices, key=lambda n: (str(together(n)), n.id))
    return [_item(list(group), today) for _, group in groupby(ordered, key=together)]


def _item(notices: Sequence[Notice], today: date) -> Item:
    duty = notices[0].duty
    numbered = [f"{n.duty.task.number}. {n.duty.task.title}" for n in notices if n.duty.task]
    return Item(
        _kind_today(notices[0], today),
        _what(duty),
        duty.unit.name,
        tuple(title.removeprefix(". ") for title in numbered),
        duty.due_on,
        duty.original_due_on,
        duty.opens_on,
        urgency(duty.due_on, today, rules.calendar()),
        _note(notices),
        _path(duty, len(notices), notices[0].audience),
    )


def _kind_today(notice: Notice, today: date) -> LetterKind:
    """The kind a letter speaks in today: 今日到期 is said on that very day only, not before a rest day nor over late."""
    if notice.kind is not LetterKind.DUE or notice.duty.due_on == today:
        return notice.kind
    return LetterKind.ADVANCE if today < notice.duty.due_on else LetterKind.URGE


def _what(duty: Duty) -> str:
    words = {DutyKind.SIGN: "签收任务", DutyKind.COMPLETION: "完成任务"}
    return words.get(duty.kind) or f"{period_words(duty.period_key)}{KIND_LABELS[duty.kind]}"


def _note(notices: Sequence[Notice]) -> str:
    notes = []
    if notices[0].duty.epoch > 1:
        notes.append("已退回，请按意见修改后重新报送。")
    if any(notice.skipped for notice in notices):
        notes.append("系统曾停运，期间应发的提醒合并于此。")
    return "".join(notes)


def _path(duty: Duty, count: int, audience: Audience) -> str:
    """The page that shows exactly what the letter speaks of."""
    if duty.kind is DutyKind.MONTHLY_REPORT:
        return f"/reports/{duty.unit_id}/{duty.period_key}"
    if duty.task_id is None:
        return f"/duties/{duty.id}"
    if count == 1:
        return f"/tasks/{duty.task_id}"
    if audience in {Audience.OFFICE, Audience.COUNTY_LEADER}:
        return f"/supervision/overdue?unit={duty.unit_id}"
    return "/desk"


@dataclass(frozen=True, slots=True)
class Pulse:
    """The engine's latest turn; notices that wait, notices refused of things still owed, duties set aside."""

    beat_at: datetime | None
    waiting: int
    failed: int
    faults: int


def pulse() -> Pulse:
    s = session()
    waiting = sa.select(sa.func.count()).where(Notice.state.in_([NoticeState.PENDING, NoticeState.BUNDLED]))
    failed = (
        sa.select(sa.func.count())
        .select_from(Notice)
        .join(Duty)
        .where(Notice.state == NoticeState.FAILED, Duty.state == DutyState.OPEN, Duty.epoch == Notice.epoch)
    )
    faults = sa.select(sa.func.count()).where(Duty.state == DutyState.OPEN, Duty.hold_reason != "")
    beat = s.scalar(sa.select(Heartbeat.beat_at).where(Heartbeat.id == 1))
    return Pulse(beat, s.scalar(waiting) or 0, s.scalar(failed) or 0, s.scalar(faults) or 0)


def gaps(limit: int = 20) -> list[EngineGap]:
    """The latest stretches in which no engine ran."""
    return list(session().scalars(sa.select(EngineGap).order_by(EngineGap.from_at.desc()).limit(limit)))

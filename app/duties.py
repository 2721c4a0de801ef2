"""Opening, arming and settling duties: what use cases and the engine both do to the spine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import insert_new
from app.models import Duty, Plan, Task
from app.queries import rules
from workflows.cadence import DutyKind
from workflows.calendar import WorkCalendar
from workflows.errors import Refused
from workflows.escalation import Climb, Ladder, first_moment, moment, resumed_moment
from workflows.lifecycle import DUTY, HOLD_LABELS, DutyEvent, DutyState, Hold


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty about to be opened."""

    task_id: int | None
    unit_id: int
    kind: DutyKind
    period_key: str
    opens_on: date
    due_on: date


def open_all(s: Session, plan: Plan, owed: Sequence[Owed], now: datetime) -> list[int]:
    """Open and arm the duties that do not exist yet; returns the ids of the new ones."""
    assert plan.ladders_version_id is not None
    ladders, calendar = rules.ladders(plan.ladders_version_id), rules.calendar()
    rows = [_row(plan, duty, ladders, calendar, now) for duty in owed]
    return insert_new(s, Duty, rows)


def _row(
    plan: Plan, owed: Owed, ladders: Mapping[DutyKind, Ladder], calendar: WorkCalendar, now: datetime
) -> dict[str, object]:
    climb = Climb(owed.opens_on, owed.due_on, now)
    return {
        "plan_id": plan.id,
        "task_id": owed.task_id,
        "unit_id": owed.unit_id,
        "kind": owed.kind,
        "period_key": owed.period_key,
        "opens_on": owed.opens_on,
        "due_on": owed.due_on,
        "original_due_on": owed.due_on,
        "policy_version_id": plan.ladders_version_id,
        "armed_at": now,
        "next_action_at": first_moment(climb, ladders[owed.kind], calendar),
    }


def hold_tasks(s: Session, task_ids: Collection[int] | sa.Select[Any]) -> None:
    """Hold tasks that several units write to until the transaction ends: the second writer waits, nobody is refused.

    Call it before anything of them is read. Locks go in one order everywhere, so that no two wait crosswise: tasks by
    id, duties by id, the head of the ledger.
    """
    s.execute(sa.select(Task.id).where(Task.id.in_(task_ids)).order_by(Task.id).with_for_update())


def locked(s: Session, duty_id: int) -> Duty:
    """The duty, held against the engine until the transaction ends; raises Refused missing."""
    s.execute(sa.select(Duty.id).where(Duty.id == duty_id).with_for_update())
    duty = s.get(Duty, duty_id)
    if duty is None:
        raise Refused("missing", "没有找到这件事项，它可能已被撤销。请从“我的待办”进入。")
    return duty


def move(duty: Duty, event: DutyEvent, now: datetime) -> None:
    """Take a step of the duty's life that ends its climb; raises Refused illegal-step."""
    duty.state = DUTY.advance(duty.state, event)
    duty.next_action_at = None
    _let_go(duty)
    if event in {DutyEvent.FILE, DutyEvent.FULFIL}:
        duty.filed_at = duty.filed_at or now
    if duty.state in {DutyState.DONE, DutyState.CANCELLED}:
        duty.settled_at = now


def rearm(duty: Duty, due_on: date, now: datetime) -> None:
    """Begin the climb again under a new epoch, for a new due date or a returned report."""
    ladder = rules.ladders(duty.policy_version_id)[duty.kind]
    duty.due_on = due_on
    duty.epoch += 1
    duty.rung = duty.loop = duty.checks = 0
    duty.received_at = None
    duty.armed_at = now
    _let_go(duty)
    climb = Climb(duty.opens_on, due_on, now)
    duty.next_action_at = first_moment(climb, ladder, rules.calendar())


def climb_of(duty: Duty) -> Climb:
    """Where the duty stands on its ladder."""
    received = duty.received_at is not None
    return Climb(duty.opens_on, duty.due_on, duty.armed_at, duty.rung, duty.loop, duty.checks, received)


def next_moment(duty: Duty, now: datetime) -> datetime | None:
    """When a duty that nothing would look at again has to be looked at: its next rung's moment, or now if past."""
    ladder, calendar = rules.ladders(duty.policy_version_id)[duty.kind], rules.calendar()
    if duty.rung < len(ladder.rungs):
        return max(now, moment(climb_of(duty), ladder.rungs[duty.rung], ladder, calendar))
    return resumed_moment(climb_of(duty), ladder, calendar, now)


def hold(duty: Duty, why: Hold, now: datetime, words: str = "") -> None:
    """Stop the chase of an open duty (停表) until `release`: nothing climbs, nothing is reminded of."""
    duty.hold, duty.held_at, duty.next_action_at = why, now, None
    duty.hold_reason = (words or HOLD_LABELS[why])[:200]


def release(duty: Duty, now: datetime) -> None:
    """Take up the chase where it stopped; what came due meanwhile is made up for after the ladder's spacing."""
    _let_go(duty)
    if duty.state is DutyState.OPEN:
        ladder = rules.ladders(duty.policy_version_id)[duty.kind]
        duty.next_action_at = resumed_moment(climb_of(duty), ladder, rules.calendar(), now)


def show_receipt(duty: Duty, now: datetime) -> None:
    """The unit has shown that it has heard (已收到): the ladder may climb on, where it waited for that."""
    duty.received_at, duty.checks = now, 0
    if duty.hold is Hold.RECEIPT:
        release(duty, now)


def _let_go(duty: Duty) -> None:
    duty.hold = duty.held_at = None
    duty.hold_reason = ""


def redate(duty: Duty, due_on: date, now: datetime) -> None:
    """Give an asked duty another date under a new epoch, its first date kept; one that was filed waits on unchased."""
    if duty.state is DutyState.OPEN:
        rearm(duty, due_on, now)
    else:
        duty.due_on = due_on
        duty.epoch += 1


def reopen(duty: Duty, opens_on: date, due_on: date, now: datetime) -> None:
    """Ask again for what was cancelled, as if for the first time: its dates are new; raises Refused illegal-step."""
    duty.state = DUTY.advance(duty.state, DutyEvent.REOPEN)
    duty.opens_on, duty.original_due_on = opens_on, due_on
    duty.filed_at = duty.settled_at = None
    rearm(duty, due_on, now)


def cancel_open(s: Session, task_id: int, now: datetime) -> None:
    """Ask nothing more of that task: its open duties are cancelled, and so never reminded of again."""
    still_asked = sa.select(Duty).where(
        Duty.task_id == task_id, Duty.state.in_([DutyState.OPEN, DutyState.FILED])
    )
    for duty in s.scalars(still_asked.order_by(Duty.id).with_for_update()):
        move(duty, DutyEvent.CANCEL, now)

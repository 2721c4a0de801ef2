"""Opening, arming and settling duties: what use cases and the engine both do to the spine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from app import ledger
from app.db import insert_new
from app.models import Duty, Notice, Plan, Slip, Task
from app.queries import requests, rules
from workflows.cadence import PERIODIC, DutyKind
from workflows.calendar import MIDNIGHT, instant, local_date
from workflows.errors import Refused
from workflows.escalation import Climb, Ladder, Place, first_moment, moment, placed, resumed_moment
from workflows.lifecycle import DUTY, HOLD_LABELS, DutyEvent, DutyState, Hold, NoticeState, SlipState
from workflows.requests import Stillness


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
    assert plan.cadence_version_id is not None
    ladders = rules.ladders(plan.ladders_version_id)
    cutoff_hour = rules.cadence(plan.cadence_version_id).cutoff_hour
    rows = [_row(plan, duty, ladders, cutoff_hour, now) for duty in owed]
    opened = insert_new(s, Duty, rows)
    ledger.opened(s, opened)
    _stand_still(s, opened, {duty.task_id for duty in owed if duty.task_id is not None}, now)
    return opened


def _stand_still(s: Session, opened: Collection[int], task_ids: Collection[int], now: datetime) -> None:
    """What opens in a task where a clock is stopped stands still from the first."""
    still = requests.stillness(task_ids) if opened else {}
    if still:
        newly = sa.select(Duty).where(Duty.id.in_(opened), Duty.task_id.in_(still))
        for duty in s.scalars(newly.order_by(Duty.id)):
            _lay_holds(duty, still, now)
            began = still[duty.task_id or 0].began(duty.kind, duty.unit_id, local_date(now))
            if duty.hold and began:  # however late the engine opens it
                duty.held_at = min(now, max(began, instant(duty.opens_on, 0)))


def _lay_holds(duty: Duty, still: Mapping[int, Stillness], now: datetime) -> None:
    over = still.get(duty.task_id or 0, Stillness()).over(duty.kind, duty.unit_id, local_date(now))
    if over:
        hold(duty, over[0], now)


def _row(
    plan: Plan, owed: Owed, ladders: Mapping[DutyKind, Ladder], cutoff_hour: int, now: datetime
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
        "next_action_at": first_moment(climb, ladders[owed.kind], rules.calendar(owed.unit_id)),
        "cutoff_hour": cutoff_hour if owed.kind in PERIODIC else MIDNIGHT,
    }


def hold_tasks(s: Session, task_ids: Collection[int] | sa.Select[Any]) -> None:
    """Hold tasks that several units write to until the transaction ends: the second writer waits, nobody is refused.

    Call it before anything of them is read. Locks go in one order everywhere, so that no two wait crosswise: tasks by
    id, duties by id, the head of the ledger.
    """
    # not against those who only refer to the task: a period that opens meanwhile must not wait, and hold its plan
    held = sa.select(Task.id).where(Task.id.in_(task_ids)).order_by(Task.id).with_for_update(key_share=True)
    s.execute(held)


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
    _overtake_drafts(duty, now)
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
    _overtake_drafts(duty, now)
    climb = Climb(duty.opens_on, due_on, now)
    duty.next_action_at = first_moment(climb, ladder, rules.calendar(duty.unit_id))
    if duty.task_id is not None:
        s = object_session(duty)
        assert s is not None
        with s.no_autoflush:
            _lay_holds(duty, requests.stillness([duty.task_id]), now)


def _overtake_drafts(duty: Duty, now: datetime) -> None:
    """What the engine drafted for a climb that has ended is nobody's to send any more (已失效)."""
    s = object_session(duty)
    assert s is not None
    drafts = sa.update(Slip).where(Slip.duty_id == duty.id, Slip.state == SlipState.DRAFT)
    past = drafts.values(state=SlipState.OVERTAKEN, decided_at=now, version=Slip.version + 1)
    with s.no_autoflush:
        s.execute(past, execution_options={"synchronize_session": False})


def place_on(duty: Duty, ladder: Ladder, now: datetime) -> Place:
    """Where an open duty would stand that is moved to that ladder now; without a next moment while it is held."""
    former = rules.ladders(duty.policy_version_id)[duty.kind]
    calendar = rules.calendar(duty.unit_id)
    place = placed(climb_of(duty), former, ladder, calendar, now, duty.next_action_at)
    return replace(place, next_action_at=None) if duty.hold and duty.next_action_at is None else place


def adopt(duty: Duty, ladders_version_id: int, now: datetime) -> None:
    """Move an open duty to another version of the ladders (`place_on`); one that is held stays held.

    What the former ladder has said and nobody has read yet is still said: those notices go over to the new epoch, and
    drafts of slips stay for whoever decides on them.
    """
    place = place_on(duty, rules.ladders(ladders_version_id)[duty.kind], now)
    _carry_notices(duty)
    duty.policy_version_id = ladders_version_id
    duty.epoch += 1
    duty.rung, duty.loop, duty.next_action_at = place.rung, place.loop, place.next_action_at


def _carry_notices(duty: Duty) -> None:
    s = object_session(duty)
    assert s is not None
    on_their_way = sa.update(Notice).where(
        Notice.duty_id == duty.id,
        Notice.epoch == duty.epoch,
        Notice.state.in_([NoticeState.PENDING, NoticeState.BUNDLED]),
    )
    with s.no_autoflush:
        s.execute(on_their_way.values(epoch=duty.epoch + 1), execution_options={"synchronize_session": False})


def climb_of(duty: Duty) -> Climb:
    """Where the duty stands on its ladder."""
    received = duty.received_at is not None
    return Climb(duty.opens_on, duty.due_on, duty.armed_at, duty.rung, duty.loop, duty.checks, received)


def next_moment(duty: Duty, now: datetime) -> datetime | None:
    """When a duty that nothing would look at again has to be looked at: its next rung's moment, or now if past."""
    ladder, calendar = rules.ladders(duty.policy_version_id)[duty.kind], rules.calendar(duty.unit_id)
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
        duty.next_action_at = resumed_moment(climb_of(duty), ladder, rules.calendar(duty.unit_id), now)


def show_receipt(duty: Duty, now: datetime) -> None:
    """The unit has shown that it has heard (已收到): the ladder may climb on, where it waited for that."""
    duty.received_at, duty.checks = now, 0
    if duty.hold is Hold.RECEIPT:
        release(duty, now)


def hear(s: Session, parts: Collection[tuple[int | None, int]], now: datetime) -> list[int]:
    """Who acts has heard: of everything still open for these (task, unit), whose ids are returned. Their tasks are held
    already."""
    open_still = sa.select(Duty).where(
        sa.tuple_(Duty.task_id, Duty.unit_id).in_([part for part in parts if part[0] is not None]),
        Duty.state == DutyState.OPEN,
        Duty.received_at.is_(None),
    )
    heard = list(s.scalars(open_still.order_by(Duty.id).with_for_update()))
    for duty in heard:
        show_receipt(duty, now)
    return [duty.id for duty in heard]


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

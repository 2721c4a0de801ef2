"""督办单 are sent, set aside and answered: the engine drafts them, and only a person sends one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app import channels, duties, ledger
from app.db import STALE, insert_new, transaction
from app.models import Duty, Notice, Slip
from app.queries import engine as facts
from app.queries import rules
from app.queries import slips as rows
from app.queries.contacts import other_ways
from workflows.cadence import DutyKind
from workflows.calendar import OFFICE_OPENS, local_date, office_moment
from workflows.errors import Refused
from workflows.escalation import AUDIENCE_LABELS, LETTER_LABELS, Audience, LetterKind, reach
from workflows.lifecycle import SLIP, DutyEvent, DutyState, SlipEvent
from workflows.policy import Act, Actor, require
from workflows.slips import (
    LONGEST_REASON,
    LONGEST_REPLY,
    LONGEST_WORDS,
    needs_approval,
    require_may_decide,
    require_sendable,
)
from workflows.wording import chinese_date


@dataclass(frozen=True, slots=True)
class Chosen:
    """A slip somebody decides on, as he saw it, with the wording he gave it."""

    slip_id: int
    seen_version: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who at county level approved a slip that needs it, outside the system, and on which day."""

    by: str
    on: date

    def check(self, today: date) -> None:
        """Return when it can stand in the record; raises Refused invalid."""
        if not 0 < len(self.by.strip()) <= 60:
            raise Refused("invalid", "请写明批准人的姓名职务，最多60字，例如：副县长某某。")
        if self.on > today:
            raise Refused("invalid", "批准日期不能晚于今天，请核对。")

    @property
    def line(self) -> str:
        return f"（经{self.by.strip()}于{chinese_date(self.on)}批准）"


def send(actor: Actor, chosen: Sequence[Chosen], approval: Approval | None, now: datetime) -> int:
    """Send slips of one unit (签发): each tells its people, asks to be heard of, and opens the duty to answer it.

    All or none; returns how many people are told. Raises Refused forbidden, missing, stale, illegal-step, invalid.
    """
    require(actor, Act.DECIDE_SLIP)
    if approval:
        approval.check(local_date(now))
    with transaction() as s:
        slips = _take_up(s, actor, chosen)
        if len({slip.duty.unit_id for slip in slips}) > 1:
            raise Refused("invalid", "一次只能签发同一个单位的督办单，请分别签发。")
        contacts = facts.contacts_of([slip.duty_id for slip in slips], local_date(now))
        told: set[int] = set()
        for slip, choice in zip(slips, _in_order(chosen), strict=True):
            signed = _signed(actor, slip.kind, choice.words, approval)
            told |= _send(s, actor, slip, signed, contacts[slip.duty_id], now)
    return len(told)


def _in_order(chosen: Sequence[Chosen]) -> list[Chosen]:
    return sorted(chosen, key=lambda choice: choice.slip_id)


def _take_up(s: Session, actor: Actor, chosen: Sequence[Chosen]) -> list[Slip]:
    """The slips by id, as they were seen; held, with their duties and tasks, until the transaction ends."""
    ids = [choice.slip_id for choice in chosen]
    if not ids:
        raise Refused("invalid", "请先勾选要处理的督办单。")
    if len(set(ids)) != len(ids):
        raise Refused("invalid", "同一张督办单选了两次，请刷新页面重新勾选。")
    slips = _held(s, ids)
    if len(slips) != len(ids):
        raise Refused("missing", "没有找到其中的督办单。请刷新页面看最新情况。")
    for slip, choice in zip(slips, _in_order(chosen), strict=True):
        require_may_decide(actor, slip.kind)
        if slip.version != choice.seen_version:
            raise Refused("stale", _decided(slip))
    return slips


def _decided(slip: Slip) -> str:
    return f"{slip.duty.unit.name}的{LETTER_LABELS[slip.kind]}刚刚变成“{SLIP.states[slip.state]}”，请按最新情况处理。"


def _held(s: Session, slip_ids: Collection[int]) -> list[Slip]:
    """Tasks, then duties, then slips, each by id: the order every lock goes in (decision 0011)."""
    of_slips = sa.select(Duty.id).where(
        Duty.id.in_(sa.select(Slip.duty_id).where(Slip.id.in_(slip_ids)))
        | Duty.id.in_(sa.select(Slip.reply_duty_id).where(Slip.id.in_(slip_ids)))
    )
    duties.hold_tasks(s, sa.select(Duty.task_id).where(Duty.id.in_(of_slips)))
    s.execute(of_slips.order_by(Duty.id).with_for_update())
    wanted = (
        sa.select(Slip)
        .where(Slip.id.in_(slip_ids))
        .options(
            selectinload(Slip.duty).selectinload(Duty.unit), selectinload(Slip.duty).selectinload(Duty.plan)
        )
        .order_by(Slip.id)
        .with_for_update()
    )
    return list(s.scalars(wanted))


def _signed(actor: Actor, kind: LetterKind, words: str, approval: Approval | None) -> str:
    """The final wording; it says who approved a slip that a leader did not sign in the system himself."""
    words = words.strip()
    if not words:
        raise Refused("invalid", f"{LETTER_LABELS[kind]}不能没有内容，请写明要求。")
    if len(words) > LONGEST_WORDS:
        raise Refused("invalid", f"{LETTER_LABELS[kind]}最多{LONGEST_WORDS}字，请精简后再发。")
    if not needs_approval(actor, kind):
        return words
    if approval is None:
        raise Refused(
            "invalid", f"{LETTER_LABELS[kind]}须经县领导批准。请填写批准人和批准日期，或请县领导登录签发。"
        )
    return f"{words}\n{approval.line}"


def _send(
    s: Session,
    actor: Actor,
    slip: Slip,
    words: str,
    contacts: Mapping[Audience, tuple[int, ...]],
    now: datetime,
) -> set[int]:
    duty = slip.duty
    require_sendable(slip.kind, duty.state, duty.hold)
    slip.state = SLIP.advance(slip.state, SlipEvent.SEND)
    slip.words, slip.decided_at, slip.decided_by_id = words, now, actor.person_id
    slip.reply_duty_id = _open_reply(s, slip, now)
    told = _addressed(slip, contacts)
    insert_new(s, Notice, list(_notices(actor, slip, told, now)))
    # what the slip says is not received yet: the ladder goes on when the unit has been heard of
    duty.received_at = None
    text = {"slip": slip.kind.value, "text": words, "told": sorted(told)}
    _record(s, "slip.send", actor, slip, now, text)
    return set(told)


def _open_reply(s: Session, slip: Slip, now: datetime) -> int | None:
    """The duty to answer (督办单回复), within the days its kind gives; None where no answer is asked for."""
    days = rows.reply_workdays(slip)
    if not days:
        return None
    duty, today = slip.duty, local_date(now)
    due_on = rules.calendar(duty.unit_id).shift(today, days)
    owed = duties.Owed(duty.task_id, duty.unit_id, DutyKind.SLIP_REPLY, f"s{slip.id}", today, due_on)
    [reply_id] = duties.open_all(s, duty.plan, [owed], now)
    return reply_id


@dataclass(frozen=True, slots=True)
class _Role:
    """The post that makes somebody a recipient, and whether he gets it for information only (抄送)."""

    audience: Audience
    copied: bool

    @property
    def words(self) -> str:
        return f"{'抄送' if self.copied else '对象'}{AUDIENCE_LABELS[self.audience]}"


def _addressed(slip: Slip, contacts: Mapping[Audience, tuple[int, ...]]) -> dict[int, _Role]:
    """Whom the rung speaks to and copies, each person once; the office sends it itself and gets no copy."""
    rung = rows.rung_of(slip)
    told = {person: _Role(post, copied=False) for person, post in reach(rung.audience, contacts).items()}
    for post in rung.copies:
        for person_id in contacts.get(post, ()) if post is not Audience.OFFICE else ():
            told.setdefault(person_id, _Role(post, copied=True))
    return told


def _notices(
    actor: Actor, slip: Slip, told: Mapping[int, _Role], now: datetime
) -> Iterator[dict[str, object]]:
    """One notice a person and channel, to leave at once."""
    duty, ways = slip.duty, other_ways()
    leaves_at = office_moment(now, rules.calendar(duty.unit_id), OFFICE_OPENS)
    for person_id, role in told.items():
        for channel in channels.taken(True, ways.get(person_id, ())):
            yield {
                "dedup_key": f"{duty.id}:{slip.epoch}:{slip.rung}s:{person_id}:{channel}",
                "channel": channel,
                "duty_id": duty.id,
                "epoch": duty.epoch,
                "rung": slip.rung,
                "kind": slip.kind,
                "audience": role.audience,
                "person_id": person_id,
                "reason": f"{LETTER_LABELS[slip.kind]}由{actor.name}签发，{role.words}",
                "urgent": True,
                "copied": role.copied,
                "slip_id": slip.id,
                "created_at": now,
                "not_before_at": leaves_at,
            }


def dismiss(actor: Actor, chosen: Sequence[Chosen], reason: str, now: datetime) -> None:
    """Set slips aside (不予发出) with the reason, which stands in their place; the ladder goes on as it would.

    Raises Refused forbidden, missing, stale, illegal-step, invalid.
    """
    require(actor, Act.DECIDE_SLIP)
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Refused("invalid", f"请写明不予发出的理由，最多{LONGEST_REASON}字。")
    with transaction() as s:
        for slip in _take_up(s, actor, chosen):
            slip.state = SLIP.advance(slip.state, SlipEvent.DISMISS)
            slip.words, slip.decided_at, slip.decided_by_id = reason, now, actor.person_id
            _record(s, "slip.dismiss", actor, slip, now, {"slip": slip.kind.value, "reason": reason})


def answer(actor: Actor, slip_id: int, words: str, *, seen_version: int, now: datetime) -> None:
    """Answer a slip in the unit's name (回复): its duty to answer is done, and the unit has been heard of.

    Raises Refused missing, forbidden, stale, illegal-step, invalid.
    """
    words = words.strip()
    with transaction() as s:
        slip = next(iter(_held(s, [slip_id])), None) or rows.one(slip_id)
        require(actor, Act.ANSWER_SLIP, actor.owns(slip.duty.unit_id))
        if not 0 < len(words) <= LONGEST_REPLY:
            raise Refused("invalid", f"请写明回复内容，最多{LONGEST_REPLY}字。")
        if slip.version != seen_version:
            raise Refused("stale", STALE)
        slip.state = SLIP.advance(slip.state, SlipEvent.ANSWER)
        slip.reply = words
        reply = slip.reply_duty
        if reply is None or reply.state is not DutyState.OPEN:
            raise Refused("illegal-step", "这张督办单不再要求书面回复。请刷新页面看最新情况。")
        duties.move(reply, DutyEvent.FULFIL, now)
        if slip.duty.state is DutyState.OPEN:
            duties.show_receipt(slip.duty, now)
        _record(s, "slip.answer", actor, slip, now, {"slip": slip.kind.value, "text": words})


def _record(
    s: Session, act: str, actor: Actor, slip: Slip, now: datetime, detail: Mapping[str, object]
) -> None:
    duty = slip.duty
    about = ledger.Subject(duty.plan_id, duty.task_id, duty.unit_id, duty.id)
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail={"number": slip.id, **detail})

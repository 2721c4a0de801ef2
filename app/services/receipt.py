"""Receipt (已收到): whoever was written to says so, signed in; or the office finds out by telephone (电话核实).

Opening a page never counts: programs that look behind links open them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app import duties, ledger
from app.db import transaction
from app.models import Duty, Letter, Notice
from app.queries import items
from app.queries.directory import UNIT_POSTS
from workflows.errors import Refused
from workflows.escalation import LetterKind
from workflows.lifecycle import DutyState, LetterState
from workflows.policy import Act, Actor, Relation, Role, require

LONGEST_WORDS = 200


def relation_to(actor: Actor, letter: Letter) -> Relation:
    """OWNER for the recipient, for who stands in for him, and for who acts for a unit the letter is about."""
    if letter.person_id in {actor.person_id, *actor.stands_for}:
        return Relation.OWNER
    units = {items.unit_told(notice) for notice in letter.notices if notice.audience in UNIT_POSTS}
    return Relation.OWNER if units & actor.unit_ids else Relation.STRANGER


def may_confirm(actor: Actor, letter: Letter) -> bool:
    """Whether the page may show the button: nobody confirms for a unit that is not his."""
    return relation_to(actor, letter) is Relation.OWNER and letter.state is LetterState.SENT


def confirm(actor: Actor, letter_id: int, now: datetime) -> tuple[datetime, bool]:
    """Note that the letter was received; returns since when it is, and whether that is new. Twice is as once.

    The ladders that wait for the unit climb on: those of duties still open and still in the epoch the letter spoke of.
    What only the office or a county leader was told is no sign of the unit. Raises Refused missing, forbidden,
    illegal-step for a letter that has not left.
    """
    with transaction() as s:
        owed = s.scalars(sa.select(Notice.duty_id).where(Notice.letter_id == letter_id).distinct())
        _held(s, owed.all())
        letter = _letter(s, letter_id)
        relation = relation_to(actor, letter) if letter else Relation.STRANGER
        require(actor, Act.RECORD_RECEIPT, relation)
        if letter is None or relation is not Relation.OWNER:
            raise Refused("missing", "没有找到这封信，可能不是发给您的。请从“我的待办”进入。")
        if letter.received_at:
            return letter.received_at, False
        if letter.state is not LetterState.SENT:
            raise Refused("illegal-step", "这封信还没有发出，不用确认。请从“我的待办”办理。")
        letter.received_at, letter.received_by_id = now, actor.person_id
        heard = [notice.duty for notice in letter.notices if _is_heard(notice)]
        for duty in dict.fromkeys(heard):
            duties.show_receipt(duty, now)
        detail = {"letter": letter.id, "duties": sorted({duty.id for duty in heard})}
        ledger.append(
            s, "letter.received", at=now, actor_id=actor.person_id, about=ledger.Subject(), detail=detail
        )
    return now, True


def _held(s: Session, duty_ids: Sequence[int]) -> None:
    s.execute(sa.select(Duty.id).where(Duty.id.in_(duty_ids)).order_by(Duty.id).with_for_update())


def _letter(s: Session, letter_id: int) -> Letter | None:
    wanted = (
        sa.select(Letter)
        .where(Letter.id == letter_id)
        .options(selectinload(Letter.notices).selectinload(Notice.duty))
        .with_for_update()
    )
    return s.scalar(wanted)


def _is_heard(notice: Notice) -> bool:
    duty = notice.duty
    told = notice.audience in UNIT_POSTS and notice.kind is not LetterKind.ISSUED
    return told and duty.state is DutyState.OPEN and duty.epoch == notice.epoch


def record_by_phone(actor: Actor, duty_id: int, words: str, now: datetime) -> None:
    """The office has asked by telephone, and the unit knows; `words` say who answered.

    Raises Refused forbidden, missing, invalid, illegal-step for a duty that is not open.
    """
    require(actor, Act.RECORD_RECEIPT, Relation.OWNER)
    if Role.OFFICE not in actor.roles:
        raise Refused("forbidden", "电话核实由督查室登记。您可以打开提醒信，点击“已收到”。")
    words = words.strip()
    if not 0 < len(words) <= LONGEST_WORDS:
        raise Refused("invalid", f"请写明谁接的电话、怎么说的，最多{LONGEST_WORDS}字。")
    with transaction() as s:
        duty = duties.locked(s, duty_id)
        if duty.state is not DutyState.OPEN:
            raise Refused("illegal-step", "这件事项已经不用再催，不需要核实。")
        duties.show_receipt(duty, now)
        about = ledger.Subject(duty.plan_id, duty.task_id, duty.unit_id, duty.id)
        ledger.append(
            s, "receipt.phone", at=now, actor_id=actor.person_id, about=about, detail={"words": words}
        )

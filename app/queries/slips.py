"""督办单: what waits for somebody to send it, what was sent, and what a unit still has to answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Duty, Slip, Unit
from app.queries import rules
from app.queries.supervision import Round, notices_about, rounds
from workflows.cadence import KIND_LABELS, DutyKind, period_words
from workflows.errors import Refused
from workflows.escalation import DEFAULT_LADDERS, LetterKind, Rung
from workflows.lifecycle import SlipState
from workflows.policy import Actor, Role
from workflows.slips import LEADERS_OWN, Matter, draft_words, require_sendable
from workflows.wording import overdue_workdays

NO_KIND: frozenset[LetterKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A slip that waits: its duty, how late it is, what was sent before, and the wording it begins with.

    `obstacle` is the sentence that says why it cannot be sent just now, empty when it can.
    """

    slip: Slip
    duty: Duty
    late_workdays: int
    rounds: tuple[Round, ...]
    words: str
    reply_workdays: int
    obstacle: str

    @property
    def needs_leader(self) -> bool:
        return self.slip.kind in LEADERS_OWN


@dataclass(frozen=True, slots=True)
class UnitDrafts:
    """The slips of one unit: those of one day are sent together (同一单位同日多项合并一张单)."""

    unit_id: int
    unit_name: str
    drafts: tuple[Draft, ...]

    @property
    def needs_leader(self) -> bool:
        return any(draft.needs_leader for draft in self.drafts)


def decidable(actor: Actor) -> frozenset[LetterKind]:
    """The kinds of slip the actor may decide on: the office on all, a county leader on those that need one."""
    if Role.OFFICE in actor.roles:
        return frozenset(LetterKind)
    return LEADERS_OWN if Role.LEADER in actor.roles else NO_KIND


def waiting(kinds: Collection[LetterKind], today: date) -> list[UnitDrafts]:
    """The drafts of those kinds, unit by unit, the gravest and longest overdue first."""
    drafted = (
        _with_duty()
        .join(Duty, Duty.id == Slip.duty_id)
        .join(Unit, Unit.id == Duty.unit_id)
        .where(Slip.state == SlipState.DRAFT, Slip.kind.in_(kinds))
        .order_by(Unit.position, Unit.id, Duty.due_on, Slip.id)
    )
    slips = list(session().scalars(drafted))
    told = notices_about([slip.duty_id for slip in slips])
    drafts = [_draft(slip, rounds(told.get(slip.duty_id, ())), today) for slip in slips]
    return [
        UnitDrafts(unit_id, group[0].duty.unit.name, group)
        for unit_id, group in (
            (unit_id, tuple(of_unit)) for unit_id, of_unit in groupby(drafts, key=lambda d: d.duty.unit_id)
        )
    ]


def count(kinds: Collection[LetterKind]) -> int:
    """How many drafts of those kinds wait."""
    drafted = (
        sa.select(sa.func.count())
        .select_from(Slip)
        .where(Slip.state == SlipState.DRAFT, Slip.kind.in_(kinds))
    )
    return session().scalar(drafted) or 0


def _with_duty() -> sa.Select[Slip]:
    return sa.select(Slip).options(
        selectinload(Slip.duty).selectinload(Duty.unit),
        selectinload(Slip.duty).selectinload(Duty.task),
        selectinload(Slip.duty).selectinload(Duty.plan),
        selectinload(Slip.reply_duty),
        selectinload(Slip.decided_by),
    )


def _draft(slip: Slip, sent: tuple[Round, ...], today: date) -> Draft:
    days = reply_workdays(slip)
    late = overdue_workdays(slip.duty.due_on, today, rules.calendar(slip.duty.unit_id))
    return Draft(slip, slip.duty, late, sent, _words(slip, late, days), days, _obstacle(slip))


def _words(slip: Slip, late: int, reply_days: int) -> str:
    duty = slip.duty
    title = duty.task.title if duty.task else ""
    matter = Matter(duty.unit.name, title, what(duty), duty.due_on, late)
    return slip.words or draft_words(slip.kind, matter, reply_days)


def what(duty: Duty) -> str:
    """What the duty asks for, as a verb: 完成, 签收, 报送2025年3月月报."""
    said = {DutyKind.COMPLETION: "完成", DutyKind.SIGN: "签收"}.get(duty.kind)
    return said or f"报送{period_words(duty.period_key)}{KIND_LABELS[duty.kind]}"


def _obstacle(slip: Slip) -> str:
    try:
        require_sendable(slip.kind, slip.duty.state, slip.duty.hold)
    except Refused as refusal:
        return str(refusal)
    return ""


def reply_workdays(slip: Slip) -> int:
    """Working days the unit will have to answer it, by the ladders its duty goes by; 0 asks for no answer."""
    return rules.ladder_book(slip.duty.policy_version_id).reply_workdays[slip.kind]


def rung_of(slip: Slip) -> Rung:
    """The rung that drafted the slip; after a move to other ladders, the one that drafts its kind there."""
    ladder = rules.ladders(slip.duty.policy_version_id)[slip.duty.kind]
    at_place = ladder.rungs[slip.rung : slip.rung + 1]
    shipped = DEFAULT_LADDERS[DutyKind.COMPLETION].rungs
    return next(rung for rung in (*at_place, *ladder.rungs, *shipped) if rung.drafts is slip.kind)


@dataclass(frozen=True, slots=True)
class SlipPage:
    """One slip for reading; `draft` while nobody has decided on it."""

    slip: Slip
    duty: Duty
    draft: Draft | None
    rounds: tuple[Round, ...]


def page(slip_id: int, today: date) -> SlipPage:
    """One slip with its duty; raises Refused missing."""
    slip = one(slip_id)
    sent = rounds(notices_about([slip.duty_id]).get(slip.duty_id, ()))
    draft = _draft(slip, sent, today) if slip.state is SlipState.DRAFT else None
    return SlipPage(slip, slip.duty, draft, sent)


def one(slip_id: int) -> Slip:
    """The slip; raises Refused missing."""
    found = session().scalar(_with_duty().where(Slip.id == slip_id))
    if found is None:
        raise Refused("missing", "没有找到这张督办单。请从“待签发督办单”或“我的待办”进入。")
    return found


def about(
    *,
    duty_id: int | None = None,
    task_id: int | None = None,
    unit_ids: Collection[int] | None = None,
) -> Sequence[Slip]:
    """The slips of one duty, or of all duties of one task, newest first.

    With `unit_ids` only what those units were sent: drafts and what was set aside are the office's own affairs.
    """
    wanted = _with_duty().join(Duty, Duty.id == Slip.duty_id).order_by(Slip.id.desc())
    wanted = wanted.where(Slip.duty_id == duty_id) if duty_id else wanted.where(Duty.task_id == task_id)
    if unit_ids is not None:
        sent = Slip.state.in_([SlipState.SENT, SlipState.ANSWERED])
        wanted = wanted.where(sent, Duty.unit_id.in_(unit_ids))
    return session().scalars(wanted).all()


def slip_of(reply_duty: Duty) -> int:
    """The slip a 督办单回复 answers."""
    return int(reply_duty.period_key[1:])

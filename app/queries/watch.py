"""What shows whether the engine does its work: lost and late duties, the storm brake, gaps, signs of life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.db import session
from app.models import Duty, EngineGap, Heartbeat, MailHold, Notice, PolicyVersion
from app.models.rules import PolicySubject
from app.queries import engine, rules
from workflows.lifecycle import DutyState, Hold, NoticeState

ENGINE, AUDITOR = 1, 2
"""The rows of the heartbeat."""

SHOWN = 20


def lost_duties(s: Session, limit: int) -> list[int]:
    """Open duties below the top of their ladder that have neither a next moment nor a reason to wait.

    Two short ranges of a partial index for each version and kind: what stands at the top is not looked at.
    """
    found: list[int] = []
    versions = sa.select(PolicyVersion.id).where(PolicyVersion.subject == PolicySubject.LADDERS)
    for version_id in s.scalars(versions.order_by(PolicyVersion.id)).all():
        for kind, ladder in rules.ladders(version_id).items():
            lost = sa.select(Duty.id).where(
                Duty.state == DutyState.OPEN,
                Duty.next_action_at.is_(None),
                Duty.hold_reason == "",
                Duty.policy_version_id == version_id,
                Duty.kind == kind,
            )
            top = len(ladder.rungs)
            for below in (Duty.rung < top, sa.and_(Duty.rung == top, Duty.loop < ladder.rungs[-1].times)):
                # in the order of the index: PostgreSQL would else expect to meet so many of them on its way
                found += s.scalars(lost.where(below).order_by(Duty.rung, Duty.loop).limit(limit))
    return sorted(found)[:limit]


def late_duties(before: datetime) -> int:
    """How many duties should have been looked at before that moment and were not."""
    late = sa.select(sa.func.count()).select_from(Duty).where(Duty.next_action_at < before)
    return session().scalar(late) or 0


def open_hold() -> MailHold | None:
    """The storm of letters that waits for a person, if there is one."""
    return session().scalar(sa.select(MailHold).where(MailHold.released_at.is_(None)))


def letters_due(now: datetime) -> int:
    """How many people would get a letter now, counting only notices newer than the last release of a storm."""
    s = session()
    released_at = s.scalar(sa.select(sa.func.max(MailHold.released_at, type_=MailHold.released_at.type)))
    waiting = sa.select(sa.func.count(Notice.person_id.distinct())).where(
        Notice.state == NoticeState.PENDING, Notice.not_before_at <= now
    )
    if released_at is not None:
        waiting = waiting.where(Notice.created_at > released_at)
    return s.scalar(waiting) or 0


@dataclass(frozen=True, slots=True)
class Watch:
    """The engine's page: its pulse, the auditor's last look, the brake, the gaps."""

    pulse: engine.Pulse
    turn: Mapping[str, Any]
    audited_at: datetime | None
    audit: Mapping[str, Any]
    held: tuple[Duty, ...]
    hold: MailHold | None
    holds: tuple[MailHold, ...]
    gaps: tuple[EngineGap, ...]
    repaired_at: datetime | None
    repaired: tuple[Duty, ...]


def page(limit: int = SHOWN) -> Watch:
    """Everything the engine's page shows; at most `limit` rows of each kind."""
    s = session()
    beats = {beat.id: beat for beat in s.scalars(sa.select(Heartbeat))}
    turn, auditor = beats.get(ENGINE), beats.get(AUDITOR)
    held = (
        sa.select(Duty)
        .where(Duty.hold == Hold.FAULT)
        .options(joinedload(Duty.unit), joinedload(Duty.task))
        .order_by(Duty.id)
        .limit(limit)
    )
    audit: Mapping[str, Any] = auditor.counts if auditor else {}
    last: Mapping[str, Any] = audit.get("last", {})
    repaired = (
        sa.select(Duty)
        .where(Duty.id.in_(last.get("duties", ())))
        .options(joinedload(Duty.unit), joinedload(Duty.task))
        .order_by(Duty.id)
    )
    holds = sa.select(MailHold).options(joinedload(MailHold.released_by)).order_by(MailHold.id.desc())
    return Watch(
        engine.pulse(),
        turn.counts if turn else {},
        auditor.beat_at if auditor else None,
        audit,
        tuple(s.scalars(held)),
        open_hold(),
        tuple(s.scalars(holds.limit(limit))),
        tuple(engine.gaps(limit)),
        datetime.fromisoformat(last["at"]) if last else None,
        tuple(s.scalars(repaired)) if last else (),
    )

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


def lost_duties(s: Session, limit: int) -> list[int]:
    """Open duties below the top of their ladder that have neither a next moment nor a reason to wait.

    One short range of a partial index for each version and kind: what stands at the top is not looked at.
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
                sa.or_(Duty.rung < len(ladder.rungs), Duty.loop < ladder.rungs[-1].times),
            )
            found += s.scalars(lost.limit(limit))
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


def page(limit: int = 20) -> Watch:
    """Everything the engine's page shows; at most `limit` rows of each kind."""
    s = session()
    beats = {beat.id: beat for beat in s.scalars(sa.select(Heartbeat))}
    turn, auditor = beats.get(ENGINE), beats.get(AUDITOR)
    held = (
        sa.select(Duty)
        .where(Duty.state == DutyState.OPEN, Duty.hold == Hold.FAULT)
        .options(joinedload(Duty.unit), joinedload(Duty.task))
        .order_by(Duty.id)
        .limit(limit)
    )
    holds = sa.select(MailHold).options(joinedload(MailHold.released_by)).order_by(MailHold.id.desc())
    return Watch(
        engine.pulse(),
        turn.counts if turn else {},
        auditor.beat_at if auditor else None,
        auditor.counts if auditor else {},
        tuple(s.scalars(held)),
        open_hold(),
        tuple(s.scalars(holds.limit(limit))),
        tuple(engine.gaps(limit)),
    )

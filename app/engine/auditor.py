"""The independent auditor: finds open duties that nothing would ever look at again, and gives them back to the engine."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import insert_new, transaction
from app.models import Heartbeat
from app.queries import watch
from workflows.lifecycle import DutyState

log = logging.getLogger(__name__)

AT_ONCE = 200
LATE_TURNS = 3
"""Turns a duty's moment may lie behind before the auditor calls it late."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What one look found: duties given a next moment again, and duties whose moment the engine missed."""

    repaired: int
    late: int


def audit(now: datetime) -> Audit:
    """Repair every open duty without a next moment, count those the engine is late for, and leave a sign of life."""
    repaired: list[int] = []
    while found := _repair(now):
        repaired += found
    patience = timedelta(seconds=LATE_TURNS * current_app.config["TICK_SECONDS"])
    result = Audit(len(repaired), watch.late_duties(now - patience))
    with transaction() as s:
        _sign(s, now, result, repaired)
    if repaired or result.late:
        log.warning("the auditor found something", extra={"event": "engine.audit", **asdict(result)})
    return result


def _repair(now: datetime) -> list[int]:
    with transaction() as s:
        return [duty_id for duty_id in watch.lost_duties(s, AT_ONCE) if _give_back(s, duty_id, now)]


def _give_back(s: Session, duty_id: int, now: datetime) -> bool:
    """The moment of the rung the duty stands before, or now when that is past: `decide` does the rest."""
    duty = duties.locked(s, duty_id)
    if duty.state is not DutyState.OPEN or duty.next_action_at or duty.hold:
        return False
    duty.next_action_at = duties.next_moment(duty, now)
    if duty.next_action_at is None:
        return False
    about = ledger.Subject(plan_id=duty.plan_id, task_id=duty.task_id, unit_id=duty.unit_id, duty_id=duty.id)
    ledger.append(s, "duty.repair", at=now, actor_id=None, about=about, detail={"rung": duty.rung})
    return True


def _sign(s: Session, now: datetime, result: Audit, repaired: Sequence[int]) -> None:
    """The sign of life; it keeps which duties were last repaired, for the page."""
    counts: dict[str, Any] = asdict(result)
    if repaired:
        counts["last"] = {"at": now.isoformat(), "duties": list(repaired[: watch.SHOWN])}
    if not insert_new(
        s, Heartbeat, [{"id": watch.AUDITOR, "beat_at": now, "worker": "auditor", "counts": counts}]
    ):
        row = s.get(Heartbeat, watch.AUDITOR)
        assert row is not None
        kept = {"last": row.counts["last"]} if "last" in row.counts else {}
        row.beat_at, row.counts = now, kept | counts

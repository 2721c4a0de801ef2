"""Climb every ladder whose moment has come: claim a batch, decide, write notices and next moments in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import insert_new, transaction
from app.models import Duty, Notice
from app.queries import engine as facts
from app.queries import rules
from workflows.calendar import WorkCalendar, office_moment
from workflows.escalation import Audience, Step, decide, reach, why

log = logging.getLogger(__name__)

SET_ASIDE = timedelta(hours=1)
"""How far a duty whose decision failed is pushed ahead, so that it never blocks the others."""


@dataclass(frozen=True, slots=True)
class Climbed:
    """Duties judged, notices written, duties set aside."""

    judged: int = 0
    notices: int = 0
    faults: int = 0

    def __add__(self, other: Climbed) -> Climbed:
        return Climbed(self.judged + other.judged, self.notices + other.notices, self.faults + other.faults)


def climb(now: datetime) -> Climbed:
    """Climb every ladder whose moment has come."""
    climbed = Climbed()
    while True:
        batch = _climb(now)
        climbed += batch
        if batch.judged < current_app.config["TICK_BATCH"]:
            return climbed


def _climb(now: datetime) -> Climbed:
    """Claim one batch, decide, write notices and the next moments: one transaction."""
    try:
        with transaction() as s:
            due = facts.due_duties(s, now, current_app.config["TICK_BATCH"])
            notices = _act(s, due, now)
        return Climbed(judged=len(due), notices=notices)
    except sa.exc.OperationalError:
        raise  # a full disk or a lost connection: no duty is to blame, the next turn finds them all
    except Exception:
        log.exception("a batch failed; its duties are taken one by one", extra={"event": "tick.batch-failed"})
        return _climb_one_by_one(now)


def _climb_one_by_one(now: datetime) -> Climbed:
    with transaction() as s:
        ids = [due.id for due in facts.due_duties(s, now, current_app.config["TICK_BATCH"])]
    notices = faults = 0
    for duty_id in ids:
        try:
            with transaction() as s:
                notices += _act(s, facts.due_duties(s, now, 1, only=[duty_id]), now)
        except sa.exc.OperationalError:
            raise
        except Exception:
            log.exception("a duty is set aside", extra={"event": "tick.set-aside", "duty_id": duty_id})
            _set_aside(duty_id, now)
            faults += 1
    return Climbed(judged=len(ids), notices=notices, faults=faults)


def _set_aside(duty_id: int, now: datetime) -> None:
    with transaction() as s:
        duty = duties.locked(s, duty_id)
        duty.next_action_at = now + SET_ASIDE
        duty.hold_reason = "系统处理这件事项时出错，已暂时搁置，请管理员查看运行日志"


def _act(s: Session, due: Sequence[facts.Due], now: datetime) -> int:
    """Decide for each claimed duty, and write the notices and the new positions; returns the new notices."""
    if not due:
        return 0
    calendar, contacts = rules.calendar(), facts.plan_contacts(due)
    ladders = {version: rules.ladders(version) for version in {d.policy_version_id for d in due}}
    notices: list[dict[str, object]] = []
    moves: list[dict[str, object]] = []
    for d in due:
        step = decide(d.climb, ladders[d.policy_version_id][d.kind], calendar, now)
        moves.append({"moved": d.id, "to_rung": step.rung, "then_at": step.next_action_at})
        if step.act:
            found = _notices(d, step, contacts[d.id], calendar, now)
            notices += found
            if not found:
                _record_unaddressed(s, d, now)
    s.connection().execute(
        sa.update(Duty.__table__)  # type: ignore[arg-type]
        .where(Duty.id == sa.bindparam("moved"))
        .values(rung=sa.bindparam("to_rung"), next_action_at=sa.bindparam("then_at"), hold_reason=""),
        moves,
    )
    return len(insert_new(s, Notice, notices))


def _notices(
    due: facts.Due,
    step: Step,
    contacts: Mapping[Audience, tuple[int, ...]],
    calendar: WorkCalendar,
    now: datetime,
) -> list[dict[str, object]]:
    rung = step.act
    assert rung is not None
    return [
        {
            "dedup_key": f"{due.id}:{due.epoch}:{step.index}:{person_id}:email",
            "duty_id": due.id,
            "epoch": due.epoch,
            "rung": step.index,
            "kind": rung.letter,
            "audience": audience,
            "person_id": person_id,
            "reason": why(rung, audience, due.policy_version),
            "skipped": len(step.skipped),
            "created_at": now,
            "not_before_at": office_moment(now, calendar, 9),
        }
        for person_id, audience in reach(rung.audience, contacts).items()
    ]


def _record_unaddressed(s: Session, due: facts.Due, now: datetime) -> None:
    about = ledger.Subject(unit_id=due.unit_id, duty_id=due.id)
    ledger.append(s, "notice.unaddressed", at=now, actor_id=None, about=about)

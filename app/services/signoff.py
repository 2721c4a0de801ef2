"""单位审签 in person: the leader of a unit signs what was filled in, and it leaves; or gives it back with words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties
from app.db import STALE, transaction
from app.models import Duty, Report
from app.queries.signers import signature_of, signers
from app.services.entries import LONGEST_WORDS
from app.services.filing import Signature, leave, record
from workflows.errors import Refused
from workflows.lifecycle import REPORT, ReportEvent, ReportState
from workflows.policy import Act, Actor, require


def sign_off(actor: Actor, seen: Mapping[int, int], now: datetime) -> int:
    """Sign these reports and file them (审签报送); returns how many. `seen` says by duty which version was read.

    All or nothing: raises Refused missing, forbidden (neither 分管领导 nor 主要领导, nor standing in for one), stale,
    illegal-step.
    """
    if not seen:
        raise Refused("invalid", "请至少勾选一项，再点“审签报送”。")
    with transaction() as s:
        duties.hold_tasks(s, sa.select(Duty.task_id).where(Duty.id.in_(seen)))
        spoken: list[tuple[int | None, int]] = []
        for duty_id in sorted(seen):
            duty, report, name = _waiting(s, actor, duty_id, seen[duty_id])
            leave(s, actor, duty, report, Signature(name, actor.person_id), now)
            spoken.append((duty.task_id, duty.unit_id))
        duties.hear(s, spoken, now)
    return len(seen)


def refuse(actor: Actor, duty_id: int, words: str, seen_version: int, now: datetime) -> None:
    """Give a report back to be changed (退回修改), within the unit: no return of the office's, and the chase goes on.

    Raises Refused missing, forbidden, stale, illegal-step, invalid.
    """
    words = words.strip()
    if not 0 < len(words) <= LONGEST_WORDS:
        raise Refused("invalid", f"请写明要改什么，最多{LONGEST_WORDS}字，让填报的人知道怎样改。")
    with transaction() as s:
        duties.hold_tasks(s, sa.select(Duty.task_id).where(Duty.id == duty_id))
        duty, report, _ = _waiting(s, actor, duty_id, seen_version)
        report.state = REPORT.advance(report.state, ReportEvent.REFUSE_SIGNOFF)
        report.review_words = words
        record(s, "report.refuse-signoff", actor, duty, now, {"words": words})


def take_back(actor: Actor, duty_id: int, seen_version: int, now: datetime) -> None:
    """Whoever fills in takes it back before it is signed, to change it.

    Raises Refused missing, forbidden, stale, illegal-step.
    """
    with transaction() as s:
        duties.hold_tasks(s, sa.select(Duty.task_id).where(Duty.id == duty_id))
        duty = duties.locked(s, duty_id)
        require(actor, Act.FILE_REPORT, actor.owns(duty.unit_id))
        report = _unsigned(duty, seen_version)
        report.state = REPORT.advance(report.state, ReportEvent.REFUSE_SIGNOFF)
        record(s, "report.take-back", actor, duty, now, {})


def _waiting(s: Session, actor: Actor, duty_id: int, seen_version: int) -> tuple[Duty, Report, str]:
    """A report that waits for the actor's signature, and the name he signs with."""
    duty = duties.locked(s, duty_id)
    require(actor, Act.SIGN_OFF, actor.owns(duty.unit_id))
    name = signature_of(actor, signers([duty.unit_id]).get(duty.unit_id, ()))
    if not name:
        raise Refused("forbidden", "只有本单位分管领导、主要领导或其AB角可以审签。如任职有误，请联系督查室。")
    return duty, _unsigned(duty, seen_version), name


def _unsigned(duty: Duty, seen_version: int) -> Report:
    report = duty.report
    if report is None or report.state is not ReportState.SIGNOFF:
        raise Refused("illegal-step", "这份月报不在待审签状态，可能已经审签或退回。请刷新页面。")
    if report.version != seen_version:
        raise Refused("stale", STALE)
    return report

"""A report leaves its unit (报送): the one step after which the duty is answered and the word counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger
from app.models import Assignment, Duty, Report
from app.queries.lateness import is_locked
from app.services.entries import said
from app.services.progress import Word, speak
from workflows.lifecycle import REPORT, TASK, DutyEvent, ReportEvent, TaskEvent
from workflows.policy import Actor


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stands behind a report in its unit (审签人); `person_id` where that person signed himself."""

    name: str
    person_id: int | None = None


def leave(
    s: Session, actor: Actor, duty: Duty, report: Report, signature: Signature | None, now: datetime
) -> None:
    """File a report that lacks nothing; raises Refused illegal-step.

    What comes for the first time after the period was closed is 补报 for good.
    """
    report.state = REPORT.advance(report.state, ReportEvent.SUBMIT)
    if report.submitted_at is None:
        report.after_lock = is_locked(duty, now)
    report.submitted_at = now
    report.submitted_by_id = report.submitted_by_id or actor.person_id
    if signature:
        report.signed_by, report.signer_id, report.signed_at = signature.name, signature.person_id, now
    duties.move(duty, DutyEvent.FILE, now)
    part = part_of(s, duty)
    part.task.state = TASK.advance(part.task.state, TaskEvent.UPDATE)
    speak(s, actor, part, word_of(report), now)
    told = said(report) | {"after_lock": report.after_lock, "signed_by": report.signed_by}
    record(s, "report.submit", actor, duty, now, told)


def part_of(s: Session, duty: Duty) -> Assignment:
    """The unit's part in the task it reports on."""
    taking_part = (Assignment.task_id == duty.task_id, Assignment.unit_id == duty.unit_id)
    return s.scalars(sa.select(Assignment).where(*taking_part)).one()


def word_of(report: Report) -> Word:
    """The report as the unit's word on the task."""
    assert report.percent is not None
    return Word(report.percent, report.done, report.problems, report.next_step)


def record(s: Session, act: str, actor: Actor, duty: Duty, now: datetime, detail: dict[str, Any]) -> None:
    """One line of the record about a duty."""
    about = ledger.Subject(duty.plan_id, duty.task_id, duty.unit_id, duty.id)
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=detail)

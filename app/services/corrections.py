"""更正: a report that was filed is read-only; it is changed by saying why, and both versions are kept."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties
from app.db import STALE, transaction
from app.models import Assignment, Correction, Duty, Report
from app.queries.background import backgrounds
from app.queries.lateness import is_locked
from app.services.entries import Entry, refuse_unusable, said, write
from app.services.filing import record, word_of
from app.services.progress import Word, speak
from workflows.errors import Refused
from workflows.lifecycle import STANDING_REPORTS, DutyState, TaskState
from workflows.policy import Act, Actor, require

LONGEST_REASON = 300


def correct(actor: Actor, duty_id: int, entry: Entry, reason: str, seen_version: int, now: datetime) -> None:
    """Correct a report that was filed; the unit's present word on the task follows where it is still this report's.

    Raises Refused missing, forbidden, stale, illegal-step (not filed, or returned: then it is simply changed), invalid.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Refused(
            "invalid", f"请写明更正的原因，最多{LONGEST_REASON}字。原来的内容和更正后的内容都会保留。"
        )
    with transaction() as s:
        duties.hold_tasks(s, sa.select(Duty.task_id).where(Duty.id == duty_id))
        duty = duties.locked(s, duty_id)
        require(actor, Act.FILE_REPORT, actor.owns(duty.unit_id))
        report = _standing(duty, seen_version)
        before, spoken = said(report), word_of(report)
        _rewrite(s, duty, report, entry)
        after = said(report)
        changed = [name for name, value in after.items() if value != before[name]]
        if not changed:
            raise Refused("invalid", "内容没有改动，不需要更正。")
        kept = Correction(
            reason=reason,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
            after_lock=is_locked(duty, now),
            corrected_at=now,
            corrected_by_id=actor.person_id,
        )
        report.corrections.append(kept)
        _follow(s, actor, duty, spoken, word_of(report), now)
        detail = {"reason": reason, "before": kept.before, "after": kept.after, "after_lock": kept.after_lock}
        record(s, "report.correct", actor, duty, now, detail)


def _standing(duty: Duty, seen_version: int) -> Report:
    report = duty.report
    if report is None or report.state not in STANDING_REPORTS:
        raise Refused("illegal-step", "这份月报还没有报送或已被退回，请在月报页直接修改后报送。")
    if duty.state is DutyState.CANCELLED:
        raise Refused("illegal-step", "这份月报已不再要求，不需要更正。")
    if report.version != seen_version:
        raise Refused("stale", STALE)
    return report


def _rewrite(s: Session, duty: Duty, report: Report, entry: Entry) -> None:
    refuse_unusable(s, duty, entry)
    background = backgrounds([duty])[duty.id]
    if lacking := entry.lacks(background):
        raise Refused("invalid", f"更正后的内容还缺：{'、'.join(lacking)}。请补齐后再提交。")
    write(s, report, entry)
    report.percent = entry.figure(background)


def _follow(s: Session, actor: Actor, duty: Duty, spoken: Word, corrected: Word, now: datetime) -> None:
    """Where the task still runs and the unit has said nothing newer, what it corrected is its present word."""
    taking_part = (Assignment.task_id == duty.task_id, Assignment.unit_id == duty.unit_id)
    part = s.scalar(sa.select(Assignment).where(*taking_part))
    if part is None or corrected == spoken or part.task.state in {TaskState.CLOSED, TaskState.WITHDRAWN}:
        return
    if Word(part.percent or 0, part.done, part.problems, part.next_step) == spoken:
        speak(s, actor, part, corrected, now)

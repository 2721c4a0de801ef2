"""The month's reports (月报): saved, submitted, accepted, returned; and what the office itself owes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import STALE, transaction
from app.models import Assignment, Duty, Report
from app.queries import rules
from app.services.gathering import hold_with_review, settle_review
from app.services.progress import LONGEST, Word, speak
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import REPORT, TASK, DutyEvent, OnTime, ReportEvent, TaskEvent, TaskState
from workflows.policy import Act, Actor, require

EMPTY_VERSION = 0
"""The version a page has seen of a report nobody has begun."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One task's row on the month's page. `percent` None means not filled in yet.

    `on_time` answers 能否按期, where it was answered; `waiting` says that no progress is what the plan wants (按计划等待).
    """

    duty_id: int
    percent: int | None
    done: str
    problems: str
    next_step: str
    seen_version: int
    on_time: OnTime | None = None
    waiting: bool = False

    @property
    def is_complete(self) -> bool:
        return self.percent is not None and bool(self.done.strip())

    @property
    def is_blank(self) -> bool:
        said = self.on_time or self.waiting or (self.done + self.problems + self.next_step).strip()
        return self.percent is None and not said


@dataclass(frozen=True, slots=True)
class Filed:
    """How many rows were submitted, and how many stay drafts because they are not complete."""

    submitted: int
    incomplete: int


def save_month(actor: Actor, entries: Sequence[Entry], *, submit: bool, now: datetime) -> Filed:
    """Save the page's rows; with `submit`, send those that are complete to the office.

    All or nothing: raises Refused missing, forbidden, stale (a colleague saved a row meanwhile), illegal-step, invalid.
    """
    submitted = incomplete = 0
    spoken: set[tuple[int | None, int]] = set()
    with transaction() as s:
        duties.hold_tasks(s, sa.select(Duty.task_id).where(Duty.id.in_([entry.duty_id for entry in entries])))
        for entry in sorted(entries, key=lambda entry: entry.duty_id):
            duty = duties.locked(s, entry.duty_id)
            require(actor, Act.FILE_REPORT, actor.owns(duty.unit_id))
            _refuse_unusable(duty, entry)
            report = _report(s, duty, entry)
            if report is None:
                incomplete += 1
                continue
            sending = submit and entry.is_complete
            _write(report, entry, ReportEvent.SUBMIT if sending else ReportEvent.SAVE)
            if sending:
                _submit(s, actor, duty, report, entry, now)
            submitted += sending
            incomplete += not entry.is_complete
            spoken.add((duty.task_id, duty.unit_id))
        heard = duties.hear(s, spoken, now)
        if heard and submitted < len(spoken):  # a draft leaves no other trace of what let a ladder climb on
            about, detail = ledger.Subject(), {"duties": heard}
            ledger.append(s, "receipt.shown", at=now, actor_id=actor.person_id, about=about, detail=detail)
    return Filed(submitted, incomplete)


def _refuse_unusable(duty: Duty, entry: Entry) -> None:
    if duty.kind is not DutyKind.MONTHLY_REPORT:
        raise Refused("illegal-step", "这件事项不是月报，请从“我的待办”进入。")
    if entry.percent is not None and not 0 <= entry.percent <= 100:
        raise Refused("invalid", "完成进度请填0到100之间的整数。")
    if max(len(entry.done), len(entry.problems), len(entry.next_step)) > LONGEST:
        raise Refused("invalid", f"每一栏最多{LONGEST}字，请精简后再保存。")


def _report(s: Session, duty: Duty, entry: Entry) -> Report | None:
    report = s.scalar(sa.select(Report).where(Report.duty_id == duty.id).with_for_update())
    if (report.version if report else EMPTY_VERSION) != entry.seen_version:
        raise Refused("stale", STALE)
    if report is None and not entry.is_blank:
        report = Report(duty_id=duty.id)
        s.add(report)
        s.flush()
    return report


def _write(report: Report, entry: Entry, event: ReportEvent) -> None:
    report.state = REPORT.advance(report.state, event)
    report.percent, report.done = entry.percent, entry.done
    report.problems, report.next_step = entry.problems, entry.next_step
    report.on_time, report.waiting = entry.on_time, entry.waiting


def _submit(s: Session, actor: Actor, duty: Duty, report: Report, entry: Entry, now: datetime) -> None:
    assert entry.percent is not None
    report.submitted_at, report.submitted_by_id = now, actor.person_id
    duties.move(duty, DutyEvent.FILE, now)
    part = s.scalars(
        sa.select(Assignment).where(Assignment.task_id == duty.task_id, Assignment.unit_id == duty.unit_id)
    ).one()
    part.task.state = TASK.advance(part.task.state, TaskEvent.UPDATE)
    speak(s, actor, part, Word(entry.percent, entry.done, entry.problems, entry.next_step), now)
    _record(s, "report.submit", actor, duty, now, {"percent": entry.percent})


def accept(actor: Actor, duty_id: int, now: datetime) -> None:
    """Accept a report (审核通过); raises Refused forbidden, missing, illegal-step."""
    require(actor, Act.REVIEW_REPORT)
    with transaction() as s:
        duty = hold_with_review(s, duty_id)
        report = _submitted(duty)
        report.state = REPORT.advance(report.state, ReportEvent.ACCEPT)
        report.reviewed_at = now
        duties.move(duty, DutyEvent.ACCEPT, now)
        _record(s, "report.accept", actor, duty, now, {})
        settle_review(s, actor, duty, now)


def return_(actor: Actor, duty_id: int, words: str, now: datetime) -> None:
    """Return a report (退回) with the reason; the unit has the correction days, and the ladder is armed anew.

    Raises Refused forbidden, missing, illegal-step, invalid.
    """
    require(actor, Act.REVIEW_REPORT)
    if not words.strip():
        raise Refused("invalid", "请写明退回理由，让单位知道怎样改。")
    with transaction() as s:
        duty = hold_with_review(s, duty_id)
        report = _submitted(duty)
        _refuse_parted(s, duty)
        report.state = REPORT.advance(report.state, ReportEvent.RETURN)
        report.reviewed_at, report.review_words = now, words
        report.returns += 1
        duties.move(duty, DutyEvent.RETURN, now)
        assert duty.plan.cadence_version_id is not None
        days = rules.cadence(duty.plan.cadence_version_id).correction_workdays
        duties.rearm(duty, max(duty.due_on, rules.calendar(duty.unit_id).shift(local_date(now), days)), now)
        _record(s, "report.return", actor, duty, now, {"words": words})
        settle_review(s, actor, duty, now)


def _refuse_parted(s: Session, duty: Duty) -> None:
    """A report whose unit has nothing to do with the task any more cannot be asked for again."""
    part = sa.select(Assignment.id).where(
        Assignment.task_id == duty.task_id, Assignment.unit_id == duty.unit_id
    )
    withdrawn = duty.task is not None and duty.task.state is TaskState.WITHDRAWN
    if withdrawn or s.scalar(part) is None:
        raise Refused("illegal-step", "新版文件已不再要求这个单位办这项任务，月报不能退回，请直接审核通过。")


def _submitted(duty: Duty) -> Report:
    if duty.report is None:
        raise Refused("illegal-step", "这份月报还没有报送。")
    return duty.report


def record_issue(actor: Actor, duty_id: int, outcome: str, now: datetime) -> None:
    """Record that a bulletin or assessment of the office was issued, with its document number.

    Raises Refused forbidden, missing, illegal-step, invalid.
    """
    require(actor, Act.RECORD_ISSUE)
    if not outcome.strip():
        raise Refused("invalid", "请填写印发的文号或期号。")
    with transaction() as s:
        duty = duties.locked(s, duty_id)
        if duty.kind not in {DutyKind.BULLETIN, DutyKind.ASSESSMENT}:
            raise Refused("illegal-step", "只有季通报和年度考核可以登记印发。")
        duties.move(duty, DutyEvent.FULFIL, now)
        duty.outcome = outcome[:400]
        _record(s, "office.issue", actor, duty, now, {"outcome": outcome})


def _record(s: Session, act: str, actor: Actor, duty: Duty, now: datetime, detail: dict[str, object]) -> None:
    about = ledger.Subject(duty.plan_id, duty.task_id, duty.unit_id, duty.id)
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=detail)

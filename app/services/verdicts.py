"""The office's verdicts on a month's report: 通过, 退回 with a reason, 存疑待核查, 面谈 once it was returned too often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import STALE, transaction
from app.models import Assignment, Correction, Duty, Report
from app.queries import evidence, rules
from app.services.gathering import hold_with_review, settle_review
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import (
    MOST_RETURNS,
    REPORT,
    RETURN_REASON_LABELS,
    DutyEvent,
    ReportEvent,
    ReportState,
    ReturnReason,
    TaskState,
)
from workflows.policy import Act, Actor, require
from workflows.wording import chinese_date

LONGEST_VERDICT = 2000
"""Characters of a reason, a finding or an agreement."""


def accept(
    actor: Actor, duty_id: int, now: datetime, *, words: str = "", seen_version: int | None = None
) -> None:
    """Accept a report (审核通过); one that was being checked needs in `words` what the check found (核查结果).

    An indicator that has reached its target needs a file that proves it, or the office's word on what it looked at.

    `seen_version` is the report's version on the page, where it came from one. Raises Refused forbidden, missing,
    illegal-step, stale, invalid.
    """
    require(actor, Act.REVIEW_REPORT)
    with transaction() as s:
        duty = hold_with_review(s, duty_id)
        report = _submitted(duty, seen_version)
        found = _found(report, words)
        if not found:
            _refuse_unproven(duty)
        _accept(actor, duty, report, found, now)
        _record(s, "report.accept", actor, duty, now, {"words": found} if found else {})
        settle_review(s, actor, duty, now)


def return_(
    actor: Actor,
    duty_id: int,
    reason: ReturnReason,
    words: str,
    now: datetime,
    *,
    seen_version: int | None = None,
) -> None:
    """Return a report (退回) for a reason of the list, with what exactly is lacking; the ladder is armed anew.

    At most MOST_RETURNS times (reference a.3). Raises Refused forbidden, missing, illegal-step, stale, invalid.
    """
    require(actor, Act.REVIEW_REPORT)
    words = _said(words, "请写明退回理由，让单位知道怎样改。")
    with transaction() as s:
        duty = hold_with_review(s, duty_id)
        report = _submitted(duty, seen_version)
        _refuse_parted(s, duty)
        report.state = REPORT.advance(report.state, ReportEvent.RETURN)
        _refuse_worn(report)
        report.reviewed_at, report.review_words, report.return_reason = now, words, reason
        report.returns += 1
        duties.move(duty, DutyEvent.RETURN, now)
        assert duty.plan.cadence_version_id is not None
        days = rules.cadence(duty.plan.cadence_version_id).correction_workdays
        duties.rearm(duty, max(duty.due_on, rules.calendar(duty.unit_id).shift(local_date(now), days)), now)
        detail = {"words": words, "reason": reason.value, "label": RETURN_REASON_LABELS[reason]}
        _record(s, "report.return", actor, duty, now, detail)
        settle_review(s, actor, duty, now)


def check(actor: Actor, duty_id: int, words: str, now: datetime, *, seen_version: int | None = None) -> None:
    """Set a report apart as doubtful (存疑待核查): `words` says what is to be checked, on the spot or in the files.

    It is not reviewed until it is accepted or returned. Raises Refused forbidden, missing, illegal-step, stale, invalid.
    """
    require(actor, Act.REVIEW_REPORT)
    words = _said(words, "请写明要核查什么，例如：现场核对已建成的数量。")
    with transaction() as s:
        duty = hold_with_review(s, duty_id)
        report = _submitted(duty, seen_version)
        report.state = REPORT.advance(report.state, ReportEvent.CHECK)
        report.reviewed_at, report.review_words = now, words
        _record(s, "report.check", actor, duty, now, {"words": words})


@dataclass(frozen=True, slots=True)
class Talk:
    """面谈记录: on which day the office talked with whom, what was agreed, and whether the report is accepted so."""

    on: date
    people: str
    words: str
    accepted: bool

    def check(self, today: date) -> None:
        """Return when it can stand in the record; raises Refused invalid."""
        if not 0 < len(self.people.strip()) <= 60:
            raise Refused("invalid", "请写明和谁面谈，最多60字，例如：县教育局分管领导。")
        if self.on > today:
            raise Refused("invalid", "面谈日期不能晚于今天，请核对。")
        _said(self.words, "请写明面谈商定了什么。")

    @property
    def note(self) -> str:
        """The sentence that stands with the report."""
        return f"{chinese_date(self.on)}与{self.people.strip()}面谈：{self.words.strip()}"


def talk(actor: Actor, duty_id: int, said: Talk, now: datetime, *, seen_version: int | None = None) -> None:
    """Record that the office talked with the unit about a report it may not return again (面谈记录).

    The report is accepted with that note, or waits for the unit to correct it (更正) as was agreed.
    Raises Refused forbidden, missing, illegal-step, stale, invalid.
    """
    require(actor, Act.REVIEW_REPORT)
    said.check(local_date(now))
    with transaction() as s:
        duty = hold_with_review(s, duty_id)
        report = _submitted(duty, seen_version)
        if report.returns < MOST_RETURNS:
            raise Refused("illegal-step", f"退回满{MOST_RETURNS}次才转为面谈；现在请直接通过或退回。")
        if said.accepted:
            _accept(actor, duty, report, said.note, now)
        else:
            _refuse_settled(report)
            report.review_words = said.note
        detail = {"on": said.on.isoformat(), "people": said.people.strip(), "words": said.words.strip()}
        _record(s, "report.talk", actor, duty, now, {**detail, "accepted": said.accepted})
        settle_review(s, actor, duty, now)


def note_corrections(actor: Actor, duty_id: int, through_id: int, now: datetime) -> int:
    """The office takes note of a report's corrections (更正已阅), as far as it was shown them; returns how many.

    Raises Refused forbidden, missing.
    """
    require(actor, Act.REVIEW_REPORT)
    with transaction() as s:
        duty = duties.locked(s, duty_id)
        noted = _note(duty.report, actor, now, through_id) if duty.report else []
        if noted:
            _record(s, "report.note", actor, duty, now, {"corrections": noted})
    return len(noted)


def _accept(actor: Actor, duty: Duty, report: Report, words: str, now: datetime) -> None:
    report.state = REPORT.advance(report.state, ReportEvent.ACCEPT)
    report.reviewed_at = now
    report.review_words = words or report.review_words
    _note(report, actor, now)
    duties.move(duty, DutyEvent.ACCEPT, now)


def _note(report: Report, actor: Actor, now: datetime, through_id: int | None = None) -> list[int]:
    unseen: list[Correction] = [
        one
        for one in report.corrections
        if one.seen_at is None and (through_id is None or one.id <= through_id)
    ]
    for one in unseen:
        one.seen_at, one.seen_by_id = now, actor.person_id
    return [one.id for one in unseen]


def _said(words: str, wanted: str) -> str:
    words = words.strip()
    if not words:
        raise Refused("invalid", wanted)
    if len(words) > LONGEST_VERDICT:
        raise Refused("invalid", f"最多{LONGEST_VERDICT}字，请精简。")
    return words


def _found(report: Report, words: str) -> str:
    if report.state is ReportState.CHECKING:
        return _said(words, "这份月报正在核查，请写明核查结果再通过。")
    return words.strip()[:LONGEST_VERDICT]


def _refuse_unproven(duty: Duty) -> None:
    if lacking := evidence.unproven([duty]).get(duty.id):
        raise Refused(
            "invalid",
            f"指标“{'、'.join(lacking)}”已达目标，还没有佐证。请单位上传，或者写明您核对了什么材料再通过。",
        )


def _submitted(duty: Duty, seen_version: int | None) -> Report:
    if duty.report is None:
        raise Refused("illegal-step", "这份月报还没有报送。")
    if seen_version is not None and duty.report.version != seen_version:
        raise Refused("stale", STALE)
    return duty.report


def _refuse_settled(report: Report) -> None:
    if not REPORT.allows(report.state, ReportEvent.ACCEPT):
        raise Refused(
            "illegal-step",
            f"这份月报现在是“{REPORT.states[report.state]}”，不需要面谈。请刷新页面看最新情况。",
        )


def _refuse_worn(report: Report) -> None:
    """What was returned twice and still falls short is not a matter of writing any more (reference a.3)."""
    if report.returns >= MOST_RETURNS:
        raise Refused(
            "illegal-step",
            f"这份月报已经退回{report.returns}次，不能再退回。请与单位面谈，把结果填进“面谈记录”。",
        )


def _refuse_parted(s: Session, duty: Duty) -> None:
    """A report whose unit has nothing to do with the task any more cannot be asked for again."""
    part = sa.select(Assignment.id).where(
        Assignment.task_id == duty.task_id, Assignment.unit_id == duty.unit_id
    )
    withdrawn = duty.task is not None and duty.task.state is TaskState.WITHDRAWN
    if withdrawn or s.scalar(part) is None:
        raise Refused("illegal-step", "新版文件已不再要求这个单位办这项任务，月报不能退回，请直接审核通过。")


def _record(
    s: Session, act: str, actor: Actor, duty: Duty, now: datetime, detail: Mapping[str, object]
) -> None:
    about = ledger.Subject(duty.plan_id, duty.task_id, duty.unit_id, duty.id)
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=detail)

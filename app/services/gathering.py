"""What is asked after the reports: the lead gathers them (牵头汇总), the office has looked through them all (月报审核)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import STALE, transaction
from app.models import Consolidation, Duty
from app.queries import gathering as facts
from workflows.cadence import DutyKind
from workflows.calendar import is_late, local_date
from workflows.errors import Refused
from workflows.gathering import Gathered
from workflows.lifecycle import DutyEvent, DutyState
from workflows.policy import Act, Actor, require

UNWRITTEN = 0
"""The version a page has seen of a consolidation nobody has begun."""


def save(actor: Actor, duty_id: int, words: Gathered, *, seen_version: int) -> None:
    """Keep what the lead has written so far as a draft. Raises Refused missing, forbidden, illegal-step, stale."""
    with transaction() as s:
        duty = _held(s, actor, duty_id)
        if duty.state is not DutyState.OPEN:
            raise Refused("illegal-step", "这项任务的牵头汇总已经报送，不能再改。")
        _write(_row(s, duty, seen_version), words)


def consolidate(
    actor: Actor,
    duty_id: int,
    now: datetime,
    words: Gathered | None = None,
    *,
    seen_version: int | None = None,
) -> tuple[str, ...]:
    """The lead sends in what it gathered of a task (汇总报送); returns the units whose report is lacking (缺报单位).

    Without `words` what it saved is sent, or else the parts as they came. Raises Refused missing, forbidden, stale,
    invalid; illegal-step while its own report is not filed, or somebody still has time.
    """
    with transaction() as s:
        duty = _held(s, actor, duty_id)
        reports = facts.reports_of(duty.plan_id, duty.period_key, duty.task_id)
        if duty.state is DutyState.OPEN and (reason := facts.waits(duty, reports, now)):
            raise Refused("illegal-step", reason)
        lacking = facts.lacking(reports, now)
        duties.move(duty, DutyEvent.FULFIL, now)
        row = _row(s, duty, seen_version)
        said = words or facts.written(row) or facts.prefilled(duty, reports)
        said.check()
        _write(row, said)
        row.lacking, row.filed_at, row.filed_by_id = list(lacking), now, actor.person_id
        duty.outcome = _summary("各单位均已报送", lacking)
        _record(
            s, "report.consolidate", actor, duty, now, lacking, {"percent": said.percent, "done": said.done}
        )
    return lacking


def _held(s: Session, actor: Actor, duty_id: int) -> Duty:
    duties.hold_tasks(s, sa.select(Duty.task_id).where(Duty.id == duty_id))
    duty = duties.locked(s, duty_id)
    require(actor, Act.FILE_REPORT, actor.owns(duty.unit_id))
    if duty.kind is not DutyKind.CONSOLIDATION:
        raise Refused("illegal-step", "这件事项不是牵头汇总，请从“我的待办”进入。")
    return duty


def _row(s: Session, duty: Duty, seen_version: int | None) -> Consolidation:
    row = s.scalar(sa.select(Consolidation).where(Consolidation.duty_id == duty.id).with_for_update())
    if seen_version is not None and (row.version if row else UNWRITTEN) != seen_version:
        raise Refused("stale", STALE)
    if row is None:
        row = Consolidation(duty_id=duty.id, done="", problems="", next_step="")
        s.add(row)
    return row


def _write(row: Consolidation, words: Gathered) -> None:
    row.percent, row.done = words.percent, words.done
    row.problems, row.next_step = words.problems, words.next_step


def finish_review(actor: Actor, duty_id: int, now: datetime) -> None:
    """The office declares that it has looked through the period's reports (审核完毕).

    Raises Refused missing, forbidden; illegal-step while reports wait for it, or somebody still has time to file.
    """
    require(actor, Act.REVIEW_REPORT)
    with transaction() as s:
        duty = duties.locked(s, duty_id)
        if duty.kind is not DutyKind.REVIEW:
            raise Refused("illegal-step", "这件事项不是月报审核，请从“督办台”进入。")
        reports = facts.reports_of(duty.plan_id, duty.period_key)
        waiting = sum(report.state is DutyState.FILED for report in reports)
        if waiting:
            raise Refused("illegal-step", f"还有{waiting}份报告等待审核，请先到“待审核”页处理。")
        early = [r for r in facts.unfiled(reports) if not is_late(r.original_due_on, r.cutoff_hour, now)]
        if early and local_date(now) < duty.due_on:
            raise Refused("illegal-step", f"还有{len(early)}份报告没有到截止时间，请到期以后再审核完毕。")
        _finish(s, actor, duty, reports, now)


def hold_with_review(s: Session, duty_id: int) -> Duty:
    """The report, held together with the review of its period, in the order in which duties are held everywhere.

    Raises Refused missing.
    """
    report = sa.select(Duty.plan_id, Duty.period_key).where(Duty.id == duty_id).subquery()
    review = sa.and_(
        Duty.kind == DutyKind.REVIEW,
        Duty.plan_id == sa.select(report.c.plan_id).scalar_subquery(),
        Duty.period_key == sa.select(report.c.period_key).scalar_subquery(),
    )
    s.execute(
        sa.select(Duty.id).where(sa.or_(Duty.id == duty_id, review)).order_by(Duty.id).with_for_update()
    )
    return duties.locked(s, duty_id)


def settle_review(s: Session, actor: Actor, report: Duty, now: datetime) -> None:
    """Once a verdict is given: the period's review is done when no report waits, and all came or its day has come."""
    wanted = sa.select(Duty).where(
        Duty.kind == DutyKind.REVIEW,
        Duty.plan_id == report.plan_id,
        Duty.period_key == report.period_key,
        Duty.state == DutyState.OPEN,
    )
    s.flush()
    duty = s.scalar(wanted)
    if duty is None:
        return
    reports = facts.reports_of(report.plan_id, report.period_key)
    if any(one.state is DutyState.FILED for one in reports):
        return
    if not facts.unfiled(reports) or local_date(now) >= duty.due_on:
        _finish(s, actor, duty, reports, now)


def _finish(s: Session, actor: Actor, duty: Duty, reports: Sequence[Duty], now: datetime) -> None:
    lacking = facts.lacking(reports, now)
    duties.move(duty, DutyEvent.FULFIL, now)
    duty.outcome = _summary(f"{len(reports)}份报告都已审核", lacking)
    _record(s, "review.finish", actor, duty, now, lacking)


def _summary(whole: str, lacking: Sequence[str]) -> str:
    return (f"缺报：{'、'.join(lacking)}" if lacking else whole)[:400]


def _record(
    s: Session,
    act: str,
    actor: Actor,
    duty: Duty,
    now: datetime,
    lacking: Sequence[str],
    said: Mapping[str, object] | None = None,
) -> None:
    about = ledger.Subject(duty.plan_id, duty.task_id, duty.unit_id, duty.id)
    detail = {"period": duty.period_key, "missing": list(lacking), **(said or {})}
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=detail)

"""申诉与复核: a unit appeals against its shown score within five working days; the office decides, never on its own unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties
from app.db import STALE, get, transaction
from app.models import Appeal, Assessment, AssessmentScore
from app.queries import rules
from app.services import score_letters
from app.services.assessments import APPEAL_WORKDAYS, locked, office_of, record, require_other_unit
from app.services.score_letters import Told
from workflows.appraisal import Score, read_back, said
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import (
    APPEAL,
    AppealEvent,
    AppealState,
    AssessmentState,
    DutyEvent,
    DutyState,
    ScoreStage,
)
from workflows.policy import Act, Actor, require
from workflows.wording import chinese_date

LONGEST = 2000
MOST_CHANGE = 100_00


@dataclass(frozen=True, slots=True)
class Raised:
    """An appeal as it is typed: the item it is about (empty: the whole score), why, and who of the unit signed it."""

    unit_id: int
    item: str
    words: str
    signed_by: str


def appeal(actor: Actor, assessment_id: int, typed: Raised, now: datetime) -> int:
    """Appeal in the unit's name (申诉); returns its id. The office owes the decision within five working days.

    Raises Refused missing, forbidden, illegal-step, invalid.
    """
    require(actor, Act.APPEAL, actor.owns(typed.unit_id))
    words, signed_by, item = typed.words.strip(), typed.signed_by.strip(), typed.item.strip()
    if not 0 < len(words) <= LONGEST:
        raise Refused("invalid", f"请写明申诉的事实和理由，最多{LONGEST}字。")
    if not 0 < len(signed_by) <= 60:
        raise Refused("invalid", "申诉以单位名义提出，请填写签字的主要负责人姓名职务，最多60字。")
    with transaction() as s:
        found = locked(s, assessment_id)
        _open_for_appeals(found, now)
        _appealable(s, found, typed.unit_id, item)
        raised = Appeal(
            assessment_id=found.id,
            unit_id=typed.unit_id,
            item=item,
            words=words,
            signed_by=signed_by,
            raised_at=now,
            raised_by_id=actor.person_id,
        )
        s.add(raised)
        s.flush()
        raised.duty_id = _ask_office(s, found, raised.id, now)
        detail = {"appeal": raised.id, "item": item, "words": words, "signed_by": signed_by}
        record(s, "appeal.raise", actor, found, now, detail, unit_id=typed.unit_id)
        return raised.id


def _open_for_appeals(assessment: Assessment, now: datetime) -> None:
    if assessment.state is not AssessmentState.PREPUBLISHED:
        raise Refused("illegal-step", "只有在预公示期间可以申诉。")
    until = assessment.appeals_until_on
    if until is None or local_date(now) > until:
        day = chinese_date(until) if until else "预公示"
        raise Refused("illegal-step", f"申诉期到{day}为止，现在不能再申诉。如确有错漏，请与督查室联系。")


def _appealable(s: Session, assessment: Assessment, unit_id: int, item: str) -> None:
    """Return when the unit was scored, the item is one of its own, and no appeal on it waits; raises Refused."""
    shown = sa.select(AssessmentScore.breakdown).where(
        AssessmentScore.assessment_id == assessment.id,
        AssessmentScore.unit_id == unit_id,
        AssessmentScore.stage == ScoreStage.PREVIEW,
    )
    body = s.scalar(shown)
    if body is None:
        raise Refused("illegal-step", "您的单位没有参加这次考核，不能申诉。")
    if item and item not in items_of(body):
        raise Refused("invalid", "请从列表里选择对哪一项有意见，或者选“总分”。")
    waiting = sa.select(Appeal.id).where(
        Appeal.assessment_id == assessment.id,
        Appeal.unit_id == unit_id,
        Appeal.item == item,
        Appeal.state == AppealState.PENDING,
    )
    if s.scalar(waiting.limit(1)) is not None:
        raise Refused("illegal-step", "对这一项的申诉正在复核，请等复核决定。要改写的，请先撤回再提。")


def items_of(body: dict[str, object]) -> tuple[str, ...]:
    """What of a kept score an appeal may be about."""
    return items_in(read_back(body))


def items_in(score: Score) -> tuple[str, ...]:
    """What an appeal may be about: its items, its additions and deductions, its vetoes."""
    tally = score.tally
    labels = [one.item.label for one in tally.item_scores]
    labels += [one.label for one in (*tally.adjustments, *tally.vetoes)]
    return tuple(dict.fromkeys(labels))


def _ask_office(s: Session, assessment: Assessment, appeal_id: int, now: datetime) -> int:
    plan, today = assessment.plan, local_date(now)
    office_id = office_of(plan)
    due_on = rules.calendar(office_id).shift(today, APPEAL_WORKDAYS)
    owed = duties.Owed(None, office_id, DutyKind.APPEAL, f"p{appeal_id}", today, due_on)
    [duty_id] = duties.open_all(s, plan, [owed], now)
    return duty_id


def _taken_up(s: Session, appeal_id: int, seen_version: int) -> tuple[Assessment, Appeal]:
    assessment_id = get(Appeal, appeal_id).assessment_id
    assessment = locked(s, assessment_id)
    found = s.get(Appeal, appeal_id, populate_existing=True)
    assert found is not None
    if found.version != seen_version:
        raise Refused("stale", STALE)
    return assessment, found


def _end_asking(s: Session, found: Appeal, event: DutyEvent, now: datetime) -> None:
    if found.duty_id is not None:
        duty = duties.locked(s, found.duty_id)
        if duty.state is DutyState.OPEN:
            duties.move(duty, event, now)


def withdraw(actor: Actor, appeal_id: int, *, seen_version: int, now: datetime) -> None:
    """Take an undecided appeal back in the unit's name. Raises Refused missing, forbidden, stale, illegal-step."""
    with transaction() as s:
        assessment, found = _taken_up(s, appeal_id, seen_version)
        require(actor, Act.APPEAL, actor.owns(found.unit_id))
        found.state = APPEAL.advance(found.state, AppealEvent.WITHDRAW)
        _end_asking(s, found, DutyEvent.CANCEL, now)
        record(s, "appeal.withdraw", actor, assessment, now, {"appeal": found.id}, unit_id=found.unit_id)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the office decides: 采纳 with the change in hundredths of a point, or 不予采纳; and why."""

    upheld: bool
    change: int
    reason: str


def decide(actor: Actor, appeal_id: int, decision: Decision, *, seen_version: int, now: datetime) -> None:
    """复核决定: by somebody of another unit; the unit is told. Raises Refused forbidden, missing, stale, illegal-step,
    invalid.
    """
    require(actor, Act.ASSESS)
    reason = decision.reason.strip()
    if not 0 < len(reason) <= LONGEST:
        raise Refused("invalid", f"请写明复核的事实和理由，最多{LONGEST}字。")
    change = decision.change if decision.upheld else 0
    if abs(change) > MOST_CHANGE:
        raise Refused("invalid", "改动的分数请填-100到100之间的数；只撤销登记、不另改分的填0。")
    with transaction() as s:
        assessment, found = _taken_up(s, appeal_id, seen_version)
        require_other_unit(actor, found.unit_id, "复核它的申诉")
        event = AppealEvent.UPHOLD if decision.upheld else AppealEvent.REJECT
        found.state = APPEAL.advance(found.state, event)
        found.decision, found.change = reason, change
        found.decided_at, found.decided_by_id = now, actor.person_id
        _end_asking(s, found, DutyEvent.FULFIL, now)
        _tell(s, assessment, found, now)
        detail = {"appeal": found.id, "upheld": decision.upheld, "change": change, "reason": reason}
        record(s, "appeal.decide", actor, assessment, now, detail, unit_id=found.unit_id)


def _tell(s: Session, assessment: Assessment, found: Appeal, now: datetime) -> None:
    if found.duty_id is None:
        return
    duty = duties.locked(s, found.duty_id)
    changed = f"，{'加' if found.change > 0 else '减'}{said(abs(found.change))}分" if found.change else ""
    sentence = f"{assessment.year}年度考核申诉复核决定：{APPEAL.states[found.state]}{changed}"
    score_letters.tell(s, duty, Told({found.unit_id: sentence}, lambda _unit: f"/appeals/{found.id}"), now)

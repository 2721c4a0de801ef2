"""What people enter into an assessment (加分、扣分、否决、专项评估、检查结果、年度核查), each resting on a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import get, transaction
from app.models import Appeal, Assessment, AssessmentEntry, EvidencePlace, Unit
from app.queries import schemes
from app.services import evidence
from app.services.assessments import locked, record, require_other_unit
from app.services.evidence import Spot, Upload
from workflows.appraisal import Scheme, said
from workflows.appraisal.facts import refuse_banned
from workflows.errors import Refused
from workflows.lifecycle import (
    ASSESSMENT,
    ENTRY_KIND_LABELS,
    AppealState,
    AssessmentState,
    EntryKind,
)
from workflows.policy import Act, Actor, require

RESULTS = frozenset({EntryKind.EVALUATION, EntryKind.INSPECTION, EntryKind.YEAR_CHECK})
"""Kinds that give a result out of 100 points."""

LONGEST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry as it is typed: for whom, what kind, the case it is, hundredths of a point, its document, and why."""

    unit_id: int
    kind: EntryKind
    item: str
    points: int
    document_number: str
    words: str


def enter(actor: Actor, assessment_id: int, typed: Entered, upload: Upload | None, now: datetime) -> int:
    """Enter it (登记); returns its id. A veto needs the finding (认定文书) as a file; for others a file may be given.

    Raises Refused forbidden, missing, illegal-step, invalid, unreadable, too-large.
    """
    require(actor, Act.ASSESS)
    require_other_unit(actor, typed.unit_id, "登记它的考核事项")
    get(Unit, typed.unit_id)
    if typed.kind is EntryKind.VETO and upload is None:
        raise Refused("invalid", "否决须附认定文书。请上传文书后再登记；系统不会自动否决。")
    found = get(Assessment, assessment_id)
    _check(typed, schemes.of(found.scheme_id))
    _refuse_past(found)
    stored = evidence.take_in(upload) if upload else None
    with transaction() as s:
        found = locked(s, assessment_id)
        _refuse_past(found)
        kept = evidence.keep(s, actor, typed.unit_id, stored, now) if stored else None
        entry = _row(typed, assessment_id, actor, kept, now)
        s.add(entry)
        s.flush()
        if kept:
            evidence.attach(s, actor, [kept], Spot(EvidencePlace.ASSESSMENT), now)
        detail = {
            "entry": entry.id,
            "kind": typed.kind.value,
            "item": entry.item,
            "points": entry.points,
            "document": entry.document_number,
            "words": entry.words,
            "evidence": kept,
        }
        record(s, "assessment.enter", actor, found, now, detail, unit_id=typed.unit_id)
        return entry.id


def _row(
    typed: Entered, assessment_id: int, actor: Actor, evidence_id: int | None, now: datetime
) -> AssessmentEntry:
    return AssessmentEntry(
        assessment_id=assessment_id,
        unit_id=typed.unit_id,
        kind=typed.kind,
        item=typed.item.strip(),
        points=typed.points if typed.kind is not EntryKind.VETO else 0,
        document_number=typed.document_number.strip(),
        words=typed.words.strip(),
        evidence_id=evidence_id,
        entered_at=now,
        entered_by_id=actor.person_id,
    )


def _refuse_past(assessment: Assessment) -> None:
    if assessment.state is not AssessmentState.RUNNING:
        state = ASSESSMENT.states[assessment.state]
        raise Refused("illegal-step", f"这次考核{state}，不能再登记。预公示以后只能通过申诉复核改分。")


def _check(typed: Entered, scheme: Scheme) -> None:
    """Return when the entry can stand; raises Refused invalid."""
    label = ENTRY_KIND_LABELS[typed.kind]
    if not 0 < len(typed.document_number.strip()) <= 120:
        raise Refused("invalid", f"{label}须有文号：请填写所依据文件的文号，例如 ×政督〔2025〕12号。")
    if not 0 < len(typed.words.strip()) <= LONGEST_WORDS:
        raise Refused("invalid", f"请写明{label}的事由，最多{LONGEST_WORDS}字。")
    if len(typed.item.strip()) > 60:
        raise Refused("invalid", "情形最多60字，详细的写在事由里。")
    refuse_banned(typed.item.strip() or label)
    most = _most(typed.kind, scheme)
    least = 0 if typed.kind in RESULTS or typed.kind is EntryKind.VETO else 1
    if not least <= typed.points <= most:
        raise Refused("invalid", f"{label}的分数请填{'0' if not least else '0.01'}到{said(most)}之间的数。")
    if typed.kind is EntryKind.VETO and not typed.item.strip():
        raise Refused("invalid", "请选择是哪一种否决情形。")
    if typed.kind is EntryKind.YEAR_CHECK and not scheme.by_quarters:
        raise Refused("invalid", "现行方案按全年计分，没有年度核查分。要用核查分，请先修改考核方案。")


def _most(kind: EntryKind, scheme: Scheme) -> int:
    if kind in RESULTS:
        return 100_00
    return {EntryKind.ADDITION: scheme.additions_cap, EntryKind.DEDUCTION: scheme.deductions_cap}.get(
        kind, 100_00
    )


def withdraw(actor: Actor, entry_id: int, words: str, now: datetime) -> None:
    """Take an entry back, with the reason; it stays on record. Once shown for appeal, only after an upheld appeal.

    Raises Refused forbidden, missing, illegal-step, invalid.
    """
    require(actor, Act.ASSESS)
    words = words.strip()
    if not 0 < len(words) <= LONGEST_WORDS:
        raise Refused("invalid", f"请写明撤回的理由，最多{LONGEST_WORDS}字。")
    with transaction() as s:
        entry = get(AssessmentEntry, entry_id)
        found = locked(s, entry.assessment_id)
        require_other_unit(actor, entry.unit_id, "撤回它的考核登记")
        if entry.withdrawn_at is not None:
            raise Refused("illegal-step", "这条登记已经撤回。请刷新页面。")
        _refuse_unappealed(s, found, entry.unit_id)
        entry.withdrawn_at, entry.withdrawn_words = now, words
        detail = {"entry": entry.id, "words": words}
        record(s, "assessment.withdraw", actor, found, now, detail, unit_id=entry.unit_id)


def _refuse_unappealed(s: Session, assessment: Assessment, unit_id: int) -> None:
    """Return while the assessment runs, or when an appeal of the unit was upheld and nothing is settled yet."""
    if assessment.state is AssessmentState.RUNNING:
        return
    upheld = sa.select(Appeal.id).where(
        Appeal.assessment_id == assessment.id, Appeal.unit_id == unit_id, Appeal.state == AppealState.UPHELD
    )
    if assessment.state is not AssessmentState.PREPUBLISHED or s.scalar(upheld.limit(1)) is None:
        raise Refused("illegal-step", "预公示以后，只有采纳了该单位的申诉，才能在定分前撤回登记。")

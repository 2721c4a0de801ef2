"""Evidence (佐证) as pages need it: what serves where, what a unit has, who may take a file along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import storage
from app.db import session
from app.models import (
    AssessmentEntry,
    Assignment,
    Duty,
    Evidence,
    EvidencePlace,
    EvidenceUse,
    Measure,
    Report,
    Task,
)
from app.queries.background import Indicator, backgrounds
from workflows.errors import Refused
from workflows.lifecycle import ReportState

MOST_EARLIER = 30
"""Earlier files a page offers, the latest first."""

PLACES: Mapping[EvidencePlace, str] = {
    EvidencePlace.REPORT: "月报",
    EvidencePlace.CLOSING: "申请办结",
    EvidencePlace.CHECK: "核查",
    EvidencePlace.INDICATOR: "指标",
    EvidencePlace.ASSESSMENT: "考核",
}


def of_duties(duty_ids: Collection[int]) -> Mapping[int, Sequence[EvidenceUse]]:
    """What proves each of these months' rows, their indicators included: one statement, file and indicator loaded."""
    found: dict[int, list[EvidenceUse]] = defaultdict(list)
    for use in session().scalars(_uses().where(EvidenceUse.duty_id.in_(duty_ids))):
        assert use.duty_id is not None
        found[use.duty_id].append(use)
    return found


def of_tasks(task_ids: Collection[int]) -> Mapping[int, Sequence[EvidenceUse]]:
    """Everything that proves something of each task, in the order in which it was laid."""
    found: dict[int, list[EvidenceUse]] = defaultdict(list)
    for use in session().scalars(_uses().where(EvidenceUse.task_id.in_(task_ids))):
        assert use.task_id is not None
        found[use.task_id].append(use)
    return found


def _uses() -> sa.Select[EvidenceUse]:
    return (
        sa.select(EvidenceUse)
        .where(EvidenceUse.removed_at.is_(None))
        .options(
            selectinload(EvidenceUse.evidence).selectinload(Evidence.unit),
            selectinload(EvidenceUse.commitment),
            selectinload(EvidenceUse.duty),
        )
        .order_by(EvidenceUse.id)
    )


def earlier(unit_ids: Collection[int]) -> list[Evidence]:
    """The latest files of these units, to be used once more (一次上传多处使用)."""
    latest = (
        sa.select(Evidence)
        .where(Evidence.unit_id.in_(unit_ids))
        .order_by(Evidence.uploaded_at.desc(), Evidence.id.desc())
        .limit(MOST_EARLIER)
    )
    return list(session().scalars(latest))


def readable(evidence_id: int, unit_ids: Collection[int] | None) -> tuple[Evidence, Path]:
    """A file and where it lies, for people of these units; for all who supervise where it is None.

    A unit reads its own files, those of tasks in which it takes part, and the findings entered against it. Raises
    Refused missing for everybody else.
    """
    file = session().get(Evidence, evidence_id)
    if file is None or not (unit_ids is None or file.unit_id in unit_ids or _concerns(evidence_id, unit_ids)):
        raise Refused("missing", "没有找到这份佐证，可能不属于您的单位。请从任务页进入。")
    place = storage.path_of(file.sha256)
    if place is None:
        raise Refused("missing", "这份佐证的文件不在存放处，可能没有随数据库一起恢复。请联系系统管理员。")
    return file, place


def _concerns(evidence_id: int, unit_ids: Collection[int]) -> bool:
    serving = (
        sa.select(EvidenceUse.id)
        .join(Assignment, Assignment.task_id == EvidenceUse.task_id)
        .where(
            EvidenceUse.evidence_id == evidence_id,
            EvidenceUse.removed_at.is_(None),
            Assignment.unit_id.in_(unit_ids),
        )
    )
    finding = sa.select(AssessmentEntry.id).where(
        AssessmentEntry.evidence_id == evidence_id,
        AssessmentEntry.withdrawn_at.is_(None),
        AssessmentEntry.unit_id.in_(unit_ids),
    )
    s = session()
    return s.scalar(serving.limit(1)) is not None or s.scalar(finding.limit(1)) is not None


def row(duty_id: int) -> Duty:
    """A month's row with its task, unit, report and indicators; raises Refused missing."""
    wanted = (
        sa.select(Duty)
        .where(Duty.id == duty_id)
        .options(
            selectinload(Duty.task).selectinload(Task.commitments),
            selectinload(Duty.unit),
            selectinload(Duty.report),
        )
    )
    duty = session().scalar(wanted)
    if duty is None or duty.task is None:
        raise Refused("missing", "没有找到这项内容，可能不属于您的单位。请从“月报”进入。")
    return duty


def unproven(duties: Sequence[Duty]) -> Mapping[int, tuple[str, ...]]:
    """By duty, the names of the indicators its report says have reached their target while nothing proves it.

    A file that serves the indicator proves it for good, and so does an earlier report that the office accepted at the
    target: what was proven once is not asked for again. What is held against no target of its own (只增不减) is not
    asked for. A constant number of statements.
    """
    measured = [duty for duty in duties if duty.report and duty.report.measures]
    if not measured:
        return {}
    known = {one.commitment_id: one for found in backgrounds(measured).values() for one in found.indicators}
    reached = {
        duty.id: [
            m.commitment_id for m in duty.report.measures if _reaches(known.get(m.commitment_id), m.value)
        ]
        for duty in measured
        if duty.report
    }
    asked = {commitment_id for ids in reached.values() for commitment_id in ids}
    settled = _proven(asked) | _accepted(asked, known)
    return {
        duty_id: tuple(known[commitment_id].name for commitment_id in ids if commitment_id not in settled)
        for duty_id, ids in reached.items()
        if set(ids) - settled
    }


def _reaches(indicator: Indicator | None, value: str) -> bool:
    return indicator is not None and bool(indicator.target) and indicator.reading(value).percent == 100


def _proven(commitment_ids: Collection[int]) -> set[int]:
    serving = sa.select(EvidenceUse.commitment_id).where(
        EvidenceUse.commitment_id.in_(commitment_ids), EvidenceUse.removed_at.is_(None)
    )
    return {commitment_id for commitment_id in session().scalars(serving) if commitment_id is not None}


def _accepted(commitment_ids: Collection[int], known: Mapping[int, Indicator]) -> set[int]:
    said = (
        sa.select(Measure.commitment_id, Measure.value)
        .join(Report)
        .where(Measure.commitment_id.in_(commitment_ids), Report.state == ReportState.ACCEPTED)
    )
    return {found_id for found_id, value in session().execute(said) if _reaches(known[found_id], value)}


def recorded() -> Iterator[str]:
    """The SHA-256 of every file a row speaks of, once each."""
    return iter(session().scalars(sa.select(Evidence.sha256).distinct().order_by(Evidence.sha256)))

"""Evidence (佐证): a file is kept once for a unit, and serves in many places.

Two steps, so that no transaction waits for a disk: `take_in` looks at the bytes and lays them down; `keep`, within the
caller's transaction, writes the row that speaks of them. `store` is both. `attach` says where a file serves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app import duties, intake, ledger, storage
from app.db import get, insert_new, transaction
from app.intake.proofs import FORMS, Proof, kind_of_proof, refuse_classified
from app.models import Duty, Evidence, EvidencePlace, EvidenceUse, Task
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.lifecycle import REPORT, DutyState, ReportEvent, TaskState
from workflows.policy import Act, Actor, allows, require

LONGEST_PAPER = 400
"""Characters of 纸质佐证存放处及文号."""

ALONE = "没有找到这份佐证，可能不属于您的单位。请重新上传或另选一份。"
_NO_WORDS = frozenset({Proof.JPEG, Proof.PNG, Proof.DOC, Proof.XLS, Proof.OFD})
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent. `unclassified`: the sender confirms that it holds nothing classified (密级自查)."""

    filename: str
    content: bytes
    unclassified: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A file whose bytes lie in the store; `size` in bytes."""

    filename: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a file serves: a task, and of it a month (by its duty) or an indicator; an assessment has neither."""

    place: EvidencePlace
    task: Task | None = None
    duty_id: int | None = None
    commitment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind a request to close or a check: kept files, or where the paper lies and its number."""

    files: tuple[int, ...] = ()
    paper: str = ""

    @property
    def note(self) -> str:
        return self.paper.strip()


NOTHING = Backing()


def take_in(upload: Upload) -> Stored:
    """Look a file over and lay its bytes down; writes no row.

    Raises Refused invalid (密级自查 not ticked, 涉密禁入, disk full), unreadable (a kind that is not kept), too-large.
    """
    if not upload.unclassified:
        raise Refused("invalid", "请先确认文件不涉密（勾选密级自查），再上传。")
    limit = current_app.config["EVIDENCE_MAX_MB"]
    if len(upload.content) > limit * 1024 * 1024:
        raise Refused("too-large", f"“{upload.filename}”超过{limit}MB。请压缩图片或分成几份后再上传。")
    name = plain_name(upload.filename)
    kind = kind_of_proof(name, upload.content)
    refuse_classified(name, upload.content, kind, _words(name, upload.content, kind))
    return Stored(name, FORMS[kind].media_type, len(upload.content), storage.put(upload.content))


def plain_name(filename: str) -> str:
    """The name without folders, control and direction marks, cut to what shows on a page; its ending stays."""
    last = re.split(r"[/\\]", filename)[-1]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{ending[:8]}" if dot else shown[:_LONGEST_NAME]


def _words(name: str, content: bytes, kind: Proof) -> str:
    """What a file says as far as it can be read: a scan says nothing."""
    if kind in _NO_WORDS:
        return ""
    try:
        return intake.read(name, content)
    except Refused:
        return ""


def keep(s: Session, actor: Actor, unit_id: int, stored: Stored, now: datetime) -> int:
    """The id of the unit's row for the file, made where there is none: the same bytes are one row of a unit.

    Within the caller's transaction. Raises Refused missing, forbidden.
    """
    _require_own(actor, unit_id)
    row = {
        "unit_id": unit_id,
        "sha256": stored.sha256,
        "filename": stored.filename,
        "media_type": stored.media_type,
        "size": stored.size,
        "uploaded_at": now,
        "uploaded_by_id": actor.person_id,
    }
    for new in insert_new(s, Evidence, [row]):
        detail = {"evidence": new, "file": stored.filename, "sha256": stored.sha256, "size": stored.size}
        about = ledger.Subject(unit_id=unit_id)
        ledger.append(s, "evidence.add", at=now, actor_id=actor.person_id, about=about, detail=detail)
        return new
    own = sa.select(Evidence.id).where(Evidence.unit_id == unit_id, Evidence.sha256 == stored.sha256)
    return s.scalars(own).one()


def store(actor: Actor, unit_id: int, upload: Upload, now: datetime) -> int:
    """Keep a file for a unit, in a transaction of its own; returns the id. Raises as `take_in` and `keep` do."""
    _require_own(actor, unit_id)
    stored = take_in(upload)
    with transaction() as s:
        return keep(s, actor, unit_id, stored, now)


def _require_own(actor: Actor, unit_id: int) -> None:
    """A unit's people keep its files; the office's may keep them for the unit they check."""
    if not allows(actor, Act.CLOSE_TASK):
        require(actor, Act.FILE_REPORT, actor.owns(unit_id))


def attach(s: Session, actor: Actor, evidence_ids: Iterable[int], spot: Spot, now: datetime) -> None:
    """Let kept files serve there, within the caller's transaction; what serves there already stays as it is.

    Whoever calls has asked whether the actor may act there. Raises Refused missing for a file of another unit.
    """
    for evidence_id in dict.fromkeys(evidence_ids):
        found = s.get(Evidence, evidence_id)
        if found is None or not (found.unit_id in actor.unit_ids or allows(actor, Act.CLOSE_TASK)):
            raise Refused("missing", ALONE)
        if not _serves(s, evidence_id, spot):
            use = EvidenceUse(
                evidence_id=evidence_id, place=spot.place, used_at=now, used_by_id=actor.person_id
            )
            use.task_id = spot.task.id if spot.task else None
            use.duty_id, use.commitment_id = spot.duty_id, spot.commitment_id
            s.add(use)
            _record(s, "evidence.use", actor, use, found, spot.task, now)


def _serves(s: Session, evidence_id: int, spot: Spot) -> bool:
    same = sa.select(EvidenceUse.id).where(
        EvidenceUse.evidence_id == evidence_id,
        EvidenceUse.place == spot.place,
        EvidenceUse.task_id == (spot.task.id if spot.task else None),
        EvidenceUse.duty_id == spot.duty_id,
        EvidenceUse.commitment_id == spot.commitment_id,
        EvidenceUse.removed_at.is_(None),
    )
    return s.scalar(same.limit(1)) is not None


def use_in_report(
    actor: Actor,
    duty_id: int,
    evidence_ids: Iterable[int],
    *,
    now: datetime,
    commitment_id: int | None = None,
) -> None:
    """Let files prove a month's row, or with `commitment_id` the value of that indicator, until the row is filed.

    Raises Refused missing, forbidden, illegal-step.
    """
    with transaction() as s:
        duties.hold_tasks(s, sa.select(Duty.task_id).where(Duty.id == duty_id))
        duty = duties.locked(s, duty_id)
        require(actor, Act.FILE_REPORT, actor.owns(duty.unit_id))
        refuse_filed(duty)
        assert duty.task is not None
        if commitment_id is not None and commitment_id not in {c.id for c in duty.task.commitments}:
            raise Refused("missing", "没有找到这个指标，任务可能刚刚调整过。请刷新页面后再选。")
        place = EvidencePlace.REPORT if commitment_id is None else EvidencePlace.INDICATOR
        attach(s, actor, evidence_ids, Spot(place, duty.task, duty_id, commitment_id), now)


def refuse_filed(duty: Duty) -> None:
    """Raises Refused illegal-step for what is no month's row that is still being written."""
    if duty.kind is not DutyKind.MONTHLY_REPORT:
        raise Refused("illegal-step", "这件事项不是月报，请从“我的待办”进入。")
    written = duty.report is None or REPORT.allows(duty.report.state, ReportEvent.SAVE)
    if duty.state is not DutyState.OPEN or not written:
        raise Refused("illegal-step", "这项月报已经送审或报送，佐证不能再改。退回修改后可以重新整理。")


def remove(actor: Actor, use_id: int, now: datetime) -> EvidenceUse:
    """Take a file from a place, as long as nothing was filed on it; the file stays with the unit. Returns the use.

    Raises Refused missing, forbidden, illegal-step.
    """
    with transaction() as s:
        use = get(EvidenceUse, use_id)
        duties.hold_tasks(s, [use.task_id] if use.task_id is not None else [])
        s.refresh(use, with_for_update=True)
        require(actor, Act.FILE_REPORT, actor.owns(use.evidence.unit_id))
        if use.removed_at is None:
            _refuse_relied_on(s, use)
            use.removed_at = now
            _record(s, "evidence.remove", actor, use, use.evidence, use.task, now)
        return use


def _refuse_relied_on(s: Session, use: EvidenceUse) -> None:
    if use.duty_id is not None:
        refuse_filed(duties.locked(s, use.duty_id))
    elif use.place is not EvidencePlace.CLOSING or use.task is None:
        raise Refused("illegal-step", "这份佐证已作为核查或考核的依据，不能移除。")
    elif use.task.state in {TaskState.CLOSING, TaskState.CLOSED}:
        raise Refused("illegal-step", "已经申请办结，佐证不能移除。退回重办后可以重新整理。")


def _record(
    s: Session, act: str, actor: Actor, use: EvidenceUse, file: Evidence, task: Task | None, now: datetime
) -> None:
    about = ledger.Subject(task.plan_id if task else None, use.task_id, file.unit_id, use.duty_id)
    detail = {"evidence": file.id, "file": file.filename, "sha256": file.sha256, "place": use.place.value}
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=detail)


def back(s: Session, actor: Actor, task: Task, backing: Backing, place: EvidencePlace, now: datetime) -> None:
    """Lay what stands behind a closing or a check; raises Refused invalid when nothing does, and missing."""
    if len(backing.note) > LONGEST_PAPER:
        raise Refused("invalid", f"纸质佐证存放处及文号最多{LONGEST_PAPER}字，请精简。")
    attach(s, actor, backing.files, Spot(place, task), now)
    s.flush()
    standing = sa.select(EvidenceUse.id).where(
        EvidenceUse.task_id == task.id, EvidenceUse.place == place, EvidenceUse.removed_at.is_(None)
    )
    if not backing.note and s.scalar(standing.limit(1)) is None:
        asked = "申请办结" if place is EvidencePlace.CLOSING else "没有办结申请的任务直接销号"
        raise Refused("invalid", f"{asked}要有佐证：请至少上传或选用一份文件，或写明纸质佐证存放处及文号。")

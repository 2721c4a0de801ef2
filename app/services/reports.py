"""The month's reports (月报): saved, sent to whoever signs, filed; and what the office itself owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import STALE, transaction
from app.models import Duty, Report
from app.queries import rules
from app.queries.background import Background, backgrounds
from app.queries.signers import Signer, signature_of, signers
from app.services.entries import EMPTY_VERSION, LONGEST_WORDS, Entry, refuse_unusable, write
from app.services.filing import Signature, leave, record
from workflows.cadence import DutyKind, Signoff
from workflows.errors import Refused
from workflows.lifecycle import REPORT, DutyEvent, ReportEvent
from workflows.policy import Act, Actor, require

__all__ = ["EMPTY_VERSION", "LONGEST_WORDS", "Entry", "Filed", "record_issue", "save_month"]

LONGEST_NAME = 60
UNSIGNED = "请填写审签人：本单位分管领导或主要领导的姓名。经审签后才能报送，填好的内容都在。"
NOBODY_SIGNS = "本单位还没有登记分管领导或主要领导，无法送审签。请联系督查室登记任职；内容可先保存草稿。"


@dataclass(frozen=True, slots=True)
class Filed:
    """How many rows were submitted, how many wait for the signature of the unit's leader (`to_sign`), and how many stay
    drafts because they are not complete; `lacking` names by duty what each of these still needs."""

    submitted: int
    incomplete: int
    to_sign: int = 0
    lacking: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class _Sending:
    """One press of 报送 or 保存草稿: what it is made with, and what became of its rows."""

    actor: Actor
    submit: bool
    signed_by: str
    now: datetime
    backgrounds: Mapping[int, Background]
    signers: Mapping[int, Sequence[Signer]]
    submitted: int = 0
    to_sign: int = 0
    incomplete: int = 0
    lacking: dict[int, tuple[str, ...]] = field(default_factory=dict)


def save_month(
    actor: Actor, entries: Sequence[Entry], *, submit: bool, now: datetime, signed_by: str = ""
) -> Filed:
    """Save the page's rows; with `submit`, send those that are complete to the office, or to be signed (送审签).

    `signed_by` names the leader of the unit who stands behind them, where the rules of the plan want it said (登记审签)
    and the actor is not one himself. All or nothing: raises Refused missing, forbidden, stale (a colleague saved a row
    meanwhile), illegal-step, invalid.
    """
    spoken: set[tuple[int | None, int]] = set()
    with transaction() as s:
        ids = [entry.duty_id for entry in entries]
        duties.hold_tasks(s, sa.select(Duty.task_id).where(Duty.id.in_(ids)))
        owed = {entry.duty_id: _owned(s, actor, entry.duty_id) for entry in sorted(entries, key=_by_duty)}
        sending = _Sending(actor, submit, signed_by.strip(), now, *_grounds(list(owed.values())))
        for entry in sorted(entries, key=_by_duty):
            duty = owed[entry.duty_id]
            if _take(s, sending, duty, entry):
                spoken.add((duty.task_id, duty.unit_id))
        heard = duties.hear(s, spoken, now)
        if heard and sending.submitted < len(
            spoken
        ):  # a draft leaves no other trace of what let a ladder climb on
            about, detail = ledger.Subject(), {"duties": heard}
            ledger.append(s, "receipt.shown", at=now, actor_id=actor.person_id, about=about, detail=detail)
    return Filed(sending.submitted, sending.incomplete, sending.to_sign, sending.lacking)


def _by_duty(entry: Entry) -> int:
    return entry.duty_id


def _owned(s: Session, actor: Actor, duty_id: int) -> Duty:
    duty = duties.locked(s, duty_id)
    require(actor, Act.FILE_REPORT, actor.owns(duty.unit_id))
    return duty


def _grounds(
    owed: Sequence[Duty],
) -> tuple[Mapping[int, Background], Mapping[int, Sequence[Signer]]]:
    return backgrounds(owed), signers({duty.unit_id for duty in owed})


def _take(s: Session, sending: _Sending, duty: Duty, entry: Entry) -> bool:
    """Write one row, and send it where it can be sent; returns whether anything was said in it."""
    refuse_unusable(s, duty, entry)
    report = _report(s, duty, entry)
    if report is None:
        sending.incomplete += 1
        return False
    report.state = REPORT.advance(report.state, ReportEvent.SAVE)
    write(s, report, entry)
    lacking = entry.lacks(sending.backgrounds[duty.id])
    if lacking:
        sending.incomplete += 1
        sending.lacking[duty.id] = lacking
    elif sending.submit:
        report.percent = entry.figure(sending.backgrounds[duty.id])
        _send(s, sending, duty, report)
    return True


def _report(s: Session, duty: Duty, entry: Entry) -> Report | None:
    report = s.scalar(sa.select(Report).where(Report.duty_id == duty.id).with_for_update())
    if (report.version if report else EMPTY_VERSION) != entry.seen_version:
        raise Refused("stale", STALE)
    if report is None and not entry.is_blank:
        report = Report(duty_id=duty.id)
        s.add(report)
        s.flush()
    return report


def _send(s: Session, sending: _Sending, duty: Duty, report: Report) -> None:
    """Out of the unit, or to its leader first, as the rules of the plan say (单位审签)."""
    asked, some = rules.cadence_of(duty.plan).signoff, sending.signers.get(duty.unit_id, ())
    own = signature_of(sending.actor, some)
    report.submitted_by_id = sending.actor.person_id
    if asked is Signoff.PERSONAL and not own:
        if not some:
            raise Refused("illegal-step", NOBODY_SIGNS)
        report.state = REPORT.advance(report.state, ReportEvent.ASK_SIGNOFF)
        record(s, "report.ask-signoff", sending.actor, duty, sending.now, {})
        sending.to_sign += 1
        return
    leave(s, sending.actor, duty, report, _signature(sending, asked, own), sending.now)
    sending.submitted += 1


def _signature(sending: _Sending, asked: Signoff, own: str) -> Signature | None:
    if own:
        return Signature(own, sending.actor.person_id)
    if asked is Signoff.NAMED and not 0 < len(sending.signed_by) <= LONGEST_NAME:
        raise Refused("invalid", UNSIGNED)
    return Signature(sending.signed_by[:LONGEST_NAME]) if sending.signed_by else None


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
        record(s, "office.issue", actor, duty, now, {"outcome": outcome})

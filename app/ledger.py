"""The record (台账留痕): every use case appends one entry in its own transaction; entries chain by hash.

With each entry is kept what the act left behind (`app.traces`): whoever reads the record to any instant knows what stood.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock, traces
from app.db import before_commit, is_writing, transaction, waiting
from app.models import LedgerEntry, LedgerHead, Plan, Trace
from workflows.lifecycle import PlanState

GENESIS = "0" * 64
TRACE = "trace"
"""The key, in an entry's detail, of the hash of what its act left behind."""

BEGUN = "record.begin"
"""The act that puts on record what stood before traces were kept."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about; any part may be absent."""

    plan_id: int | None = None
    task_id: int | None = None
    unit_id: int | None = None
    duty_id: int | None = None


def append(
    s: Session,
    act: str,
    *,
    at: datetime,
    actor_id: int | None,
    about: Subject,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry to the chain, as the last step of the running transaction.

    Appenders queue for one row, the head of the chain. Taken last, that lock cannot cross those on duties and tasks.
    """
    waiting(s, "entries").append(_values(act, at, actor_id, about, detail))
    before_commit(s, _write)


def opened(s: Session, duty_ids: Sequence[int]) -> None:
    """Have the opening of these duties, inserted together, leave its trace with the running transaction."""
    waiting(s, "opened").extend(duty_ids)
    before_commit(s, _write)


def begin_traces(at: datetime) -> int:
    """Put on record what stands of units and plans that were there before traces were kept; returns of how many plans."""
    traced = sa.select(LedgerEntry.plan_id).join(Trace, Trace.entry_id == LedgerEntry.id)
    known = traced.where(LedgerEntry.plan_id.is_not(None))
    begun = sa.select(Plan.id).where(Plan.state != PlanState.DRAFT, Plan.id.not_in(known))
    of_no_plan = sa.select(Trace.body).join(LedgerEntry, LedgerEntry.id == Trace.entry_id)
    with transaction() as s:
        told = [body.get("unit", {}) for body in s.scalars(of_no_plan.where(LedgerEntry.plan_id.is_(None)))]
        if traces.notice_units(s, {int(number) for units in told for number in units}):
            append(s, BEGUN, at=at, actor_id=None, about=Subject())
        plan_ids = list(s.scalars(begun.order_by(Plan.id)))
        for plan_id in plan_ids:
            traces.notice_all(s, plan_id)
            append(s, BEGUN, at=at, actor_id=None, about=Subject(plan_id))
    return len(plan_ids)


def _values(
    act: str, at: datetime, actor_id: int | None, about: Subject, detail: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        "recorded_at": at,
        "actor_id": actor_id,
        "act": act,
        "plan_id": about.plan_id,
        "task_id": about.task_id,
        "unit_id": about.unit_id,
        "duty_id": about.duty_id,
        "detail": dict(detail or {}),
    }


@sa.event.listens_for(Session, "before_flush")
def _watch(s: Session, _context: object, _instances: object) -> None:
    if is_writing(s) and traces.notice(s):
        before_commit(s, _write)


@sa.event.listens_for(Session, "persistent_to_deleted")
def _watch_removal(s: Session, row: object) -> None:
    if is_writing(s) and traces.notice_gone(s, row):
        before_commit(s, _write)


# ------------------------------------------------------------------------------------------- written at the end


def _write(s: Session) -> None:
    """Write the transaction's entries at the end of the chain, each with its traces."""
    laid = traces.lay(s)
    entries = waiting(s, "entries")
    placed = _placed(entries, laid)
    if not entries:
        return
    head = sa.select(LedgerHead.last_id, LedgerHead.last_hash).where(LedgerHead.id == 1).with_for_update()
    last_id, last_hash = s.execute(head).one()
    rows = []
    for number, values in enumerate(entries):
        if body := placed.get(number):
            values["detail"][TRACE] = _digest(body)
        values |= {"id": last_id + 1, "previous_hash": last_hash}
        values["hash"] = last_hash = _hash(values)
        last_id += 1
        rows += [{"entry_id": last_id, "body": body}] if body else []
    s.execute(sa.insert(LedgerEntry), entries)
    if rows:
        s.execute(sa.insert(Trace), rows)
    s.execute(
        sa.update(LedgerHead)
        .where(LedgerHead.id == 1)
        .values(last_id=last_id, last_hash=last_hash)
        .execution_options(synchronize_session=False)
    )


def _placed(entries: list[dict[str, Any]], laid: Sequence[traces.Trace]) -> Mapping[int, traces.Body]:
    """Each trace with the entry that comes nearest to what it is about; one no entry fits gets an entry of its own."""
    places: dict[tuple[str, int | None], int] = {}
    for number, values in enumerate(entries):
        for name in ("duty_id", "task_id", "plan_id"):
            places.setdefault((name, values[name]), number)
    placed: dict[int, traces.Body] = {}
    for trace in laid:
        wanted = [("duty_id", trace.duty_id), ("task_id", trace.task_id), ("plan_id", trace.plan_id)]
        near = [places[key] for key in wanted if key[1] is not None and key in places]
        place = near[0] if near else places.setdefault(("plan_id", None), len(entries))
        if place == len(entries):
            at = entries[0]["recorded_at"] if entries else clock.now()
            entries.append(_values("record.state", at, None, Subject(), None))
        _add(placed.setdefault(place, {}), trace.body)
    return placed


def _add(body: traces.Body, more: traces.Body) -> None:
    for table, images in more.items():
        if isinstance(images, list):
            body.setdefault(table, []).extend(images)
        else:
            body.setdefault(table, {}).update(images)


# ------------------------------------------------------------------------------------------------- looked through


def first_broken(s: Session) -> int | None:
    """The number of the first entry that was altered, removed or forged; None when the chain holds."""
    expected_id, expected_hash = 0, GENESIS
    entries = sa.select(LedgerEntry.__table__, Trace.body)
    joined = entries.outerjoin(Trace, Trace.entry_id == LedgerEntry.id).order_by(LedgerEntry.id)
    for row in s.execute(joined).mappings():
        expected_id += 1
        values = dict(row)
        body = values.pop("body")
        if values["id"] != expected_id or values["previous_hash"] != expected_hash:
            return expected_id
        if values["hash"] != _hash(values):
            return expected_id
        if values["detail"].get(TRACE) != (None if body is None else _digest(body)):
            return expected_id
        expected_hash = values["hash"]
    head = s.execute(sa.select(LedgerHead.last_id, LedgerHead.last_hash).where(LedgerHead.id == 1)).one()
    return None if tuple(head) == (expected_id, expected_hash) else expected_id + 1


def _hash(values: Mapping[str, Any]) -> str:
    facts = {key: value for key, value in values.items() if key != "hash"}
    # in UTC, as it is read back: an instant given in local time is the same instant
    facts["recorded_at"] = values["recorded_at"].astimezone(UTC).isoformat()
    return _digest(facts)


def _digest(facts: Mapping[str, Any]) -> str:
    line = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()

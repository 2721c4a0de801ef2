"""The record (台账留痕): every use case appends one entry in its own transaction; entries chain by hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import before_commit
from app.models import LedgerEntry, LedgerHead

GENESIS = "0" * 64


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
    values: dict[str, Any] = {
        "recorded_at": at,
        "actor_id": actor_id,
        "act": act,
        "plan_id": about.plan_id,
        "task_id": about.task_id,
        "unit_id": about.unit_id,
        "duty_id": about.duty_id,
        "detail": dict(detail or {}),
    }
    before_commit(s, lambda s: _chain(s, values))


def _chain(s: Session, values: dict[str, Any]) -> None:
    head = sa.select(LedgerHead.last_id, LedgerHead.last_hash).where(LedgerHead.id == 1).with_for_update()
    last_id, last_hash = s.execute(head).one()
    values |= {"id": last_id + 1, "previous_hash": last_hash}
    values["hash"] = _hash(values)
    s.execute(sa.insert(LedgerEntry).values(values))
    s.execute(
        sa.update(LedgerHead)
        .where(LedgerHead.id == 1)
        .values(last_id=values["id"], last_hash=values["hash"])
        .execution_options(synchronize_session=False)
    )


def first_broken(s: Session) -> int | None:
    """The number of the first entry that was altered, removed or forged; None when the chain holds."""
    expected_id, expected_hash = 0, GENESIS
    for row in s.execute(sa.select(LedgerEntry.__table__).order_by(LedgerEntry.id)).mappings():
        expected_id += 1
        values = dict(row)
        if values["id"] != expected_id or values["previous_hash"] != expected_hash:
            return expected_id
        if values["hash"] != _hash(values):
            return expected_id
        expected_hash = values["hash"]
    head = s.execute(sa.select(LedgerHead.last_id, LedgerHead.last_hash).where(LedgerHead.id == 1)).one()
    return None if tuple(head) == (expected_id, expected_hash) else expected_id + 1


def _hash(values: Mapping[str, Any]) -> str:
    facts = {key: value for key, value in values.items() if key != "hash"}
    # in UTC, as it is read back: an instant given in local time is the same instant
    facts["recorded_at"] = values["recorded_at"].astimezone(UTC).isoformat()
    line = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()

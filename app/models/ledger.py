"""The append-only, hash-chained record of who did what, and the engine's signs of life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class LedgerEntry(Base):
    """One act. `hash` covers the entry and the hash before it; a database trigger refuses change and removal."""

    __tablename__ = "ledger"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    act: Mapped[str] = mapped_column(sa.String(40))
    plan_id: Mapped[int | None] = mapped_column(index=True)
    task_id: Mapped[int | None] = mapped_column(index=True)
    unit_id: Mapped[int | None]
    duty_id: Mapped[int | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class Trace(Base):
    """What an entry's act left behind: the facts of every row it changed (`app.traces`).

    The entry's `detail` holds its hash, so that the chain covers it.
    """

    __tablename__ = "trace"

    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]]


class LedgerHead(Base):
    """The one row that writers lock to append: the last entry's number and hash."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int]
    last_hash: Mapped[str] = mapped_column(sa.String(64))


class Heartbeat(Base):
    """The engine's latest turn, and what it did."""

    __tablename__ = "heartbeat"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    beat_at: Mapped[datetime]
    worker: Mapped[str] = mapped_column(sa.String(80))
    counts: Mapped[dict[str, Any]]


class EngineGap(Base):
    """A stretch in which no engine ran: no unit is blamed for a notice it could not have had."""

    __tablename__ = "engine_gap"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_at: Mapped[datetime] = mapped_column(unique=True)
    to_at: Mapped[datetime]

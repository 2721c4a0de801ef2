"""The metronome: APScheduler beats, every "is it due?" is a row. Two of these by mistake do no harm."""

from __future__ import annotations

import logging
import os
import signal
import socket
from dataclasses import asdict
from datetime import datetime, timedelta
from types import FrameType

import sqlalchemy as sa
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask, current_app

from app import clock, ledger
from app.db import insert_new, transaction
from app.engine.outbox import deliver
from app.engine.tick import tick
from app.mail import Post
from app.models import EngineGap, Heartbeat

log = logging.getLogger(__name__)


def turn(post: Post, now: datetime) -> dict[str, int]:
    """One real turn: tick, deliver, leave a sign of life; returns the counts."""
    _note_gap(now)
    counts: dict[str, int] = {}
    try:
        counts |= asdict(tick(now))
    finally:  # what is owed already leaves even when a tick fails
        counts |= asdict(deliver(post, now))
    beat(now, counts)
    log.info("a turn of the engine", extra={"event": "engine.turn", **counts})
    return counts


def beat(now: datetime, counts: dict[str, int]) -> None:
    """Leave the heartbeat that pages, /healthz and `doctor` look at."""
    worker = f"{socket.gethostname()}:{os.getpid()}"[:80]
    life = {"beat_at": now, "worker": worker, "counts": counts}
    with transaction() as s:
        if not insert_new(s, Heartbeat, [{"id": 1, **life}]):
            s.execute(sa.update(Heartbeat).where(Heartbeat.id == 1).values(life))


def _note_gap(now: datetime) -> None:
    """Record a silence longer than ENGINE_SILENT_MINUTES, once, whichever engine notices it."""
    silent = timedelta(minutes=current_app.config["ENGINE_SILENT_MINUTES"])
    with transaction() as s:
        row = s.get(Heartbeat, 1, with_for_update=True, populate_existing=True)
        if row is None or now - row.beat_at <= silent:
            return
        if insert_new(s, EngineGap, [{"from_at": row.beat_at, "to_at": now}]):
            detail = {"from": row.beat_at.isoformat(), "to": now.isoformat()}
            ledger.append(s, "engine.gap", at=now, actor_id=None, about=ledger.Subject(), detail=detail)


def run(app: Flask, post: Post) -> None:
    """Turn every TICK_SECONDS until SIGTERM or Ctrl-C; a turn that fails is logged and the next one comes."""
    with app.app_context():
        started_at = clock.now()
    scheduler = BlockingScheduler(timezone="Asia/Shanghai")

    def job() -> None:
        with app.app_context():
            try:
                turn(post, clock.now())
            except Exception:
                log.exception("a turn failed", extra={"event": "engine.turn-failed"})

    scheduler.add_job(
        job,
        "interval",
        seconds=app.config["TICK_SECONDS"],
        next_run_time=started_at,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("the engine starts", extra={"event": "engine.start"})
    scheduler.start()

"""The metronome: APScheduler beats, every "is it due?" is a row. Two of these by mistake do no harm."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from types import FrameType

import sqlalchemy as sa
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask, current_app

from app import clock, ledger
from app.db import insert_new, transaction
from app.engine import watch
from app.engine.auditor import audit
from app.engine.outbox import deliver
from app.engine.tick import tick
from app.mail import Post
from app.models import EngineGap, Heartbeat

log = logging.getLogger(__name__)


def turn(post: Post, now: datetime) -> dict[str, int]:
    """One real turn: tick, deliver, leave a sign of life; returns the counts.

    Raises watch.Outdated, with nothing done, when the tables are not those this program was written for.
    """
    watch.refuse_other_schema()
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


class Metronome:
    """The engine's process: a turn every TICK_SECONDS, an audit every AUDIT_MINUTES, until it is told to stop."""

    def __init__(self, app: Flask, post: Post) -> None:
        self.app, self.post = app, post
        self.outdated = False
        self.clocks = watch.ClockWatch()
        self.workers = ThreadPoolExecutor(2)
        self.scheduler = BlockingScheduler(timezone="Asia/Shanghai", executors={"default": self.workers})
        with app.app_context():
            started_at = clock.now()
        beats = {
            self.turn: timedelta(seconds=app.config["TICK_SECONDS"]),
            self.audit: timedelta(minutes=app.config["AUDIT_MINUTES"]),
        }
        for job, every in beats.items():
            self.scheduler.add_job(
                job,
                "interval",
                seconds=every.total_seconds(),
                next_run_time=started_at,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    def turn(self) -> None:
        """One turn, unless the clock has just jumped: then the next reading has to confirm it first."""
        with self.app.app_context():
            reading = clock.pace()
            if self.clocks.believes(reading) and self._done(lambda: turn(self.post, reading.wall)):
                watch.ping(self.app.config["PING_URL"])

    def audit(self) -> None:
        with self.app.app_context():
            self._done(lambda: audit(clock.now()))

    def _done(self, work: Callable[[], object]) -> bool:
        """Whether the work went well; what fails is logged and comes again, an outdated engine stops for good."""
        try:
            work()
        except watch.Outdated as outdated:
            log.critical(str(outdated), extra={"event": "engine.outdated"})
            self.outdated = True
            self.scheduler.shutdown(wait=False)
        except Exception:
            log.exception("a turn failed", extra={"event": "engine.turn-failed"})
        else:
            return True
        return False


def run(app: Flask, post: Post) -> bool:
    """Turn until SIGTERM or Ctrl-C; False when it stopped because the database was upgraded under it."""
    metronome = Metronome(app, post)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        metronome.scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("the engine starts", extra={"event": "engine.start"})
    metronome.scheduler.start()
    metronome.workers.shutdown(wait=True)  # what was under way when it was told to stop goes to its end
    return not metronome.outdated

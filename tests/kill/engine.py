"""Engines that are there to be killed: `python -m tests.kill.engine URL SMTP STEPS`.

The program makes itself ready, then forks one engine for every line it reads, prints its process id, waits for its end
and prints how it ended. STEPS is a file of instants, one a line; an engine takes one turn at each. How far the clock has
come is kept beside it, for the next engine to go on from: time does not go back because an engine died.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from app import create_app
from app.clock import StoppedClock
from app.engine import outbox, tick
from app.mail import SmtpPost
from tests.conftest import config_for


def work(app: Flask, clock: StoppedClock, steps: Path) -> None:
    """Take a turn at every instant from where the clock stands."""
    instants = read(steps)
    reached = steps.with_suffix(".reached")
    begin = int(reached.read_text() or 0) if reached.exists() else 0
    for number, instant in enumerate(instants[begin:], begin):
        draft = steps.with_suffix(".draft")
        draft.write_text(str(number))
        draft.replace(reached)
        take_turn(app, clock, instant)


def read(steps: Path) -> list[datetime]:
    return [datetime.fromisoformat(line) for line in steps.read_text().split()]


def take_turn(app: Flask, clock: StoppedClock, instant: datetime) -> None:
    clock.instant = instant
    with app.app_context():
        tick.tick(instant)
        outbox.deliver(app.extensions["post"], instant)


def main(url: str, smtp: str, steps: Path) -> None:
    """Fork an engine for every line on standard input."""
    clock = StoppedClock(datetime.min.replace(tzinfo=UTC))
    post = SmtpPost(smtp, "落实系统 <luoshi@luoshi.example>", 20)
    app = create_app(replace(config_for(url), TICK_BATCH=20, LEASE_SECONDS=60), clock=clock, post=post)
    take_turn(app, clock, read(steps)[0])  # so that no engine spends its short life on warming up
    app.extensions["db"].kw["bind"].dispose()
    for _ in sys.stdin:
        engine = os.fork()
        if engine == 0:
            work(app, clock, steps)
            os._exit(0)
        print(engine, flush=True)  # noqa: T201 (the harness reads it)
        _, status = os.waitpid(engine, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))

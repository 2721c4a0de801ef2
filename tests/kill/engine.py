"""Engines that are there to be killed: `python -m tests.kill.engine URL SMTP LINE`.

The program makes itself ready, then forks an engine for every line it reads, so that no engine spends its short life on
warming up. An engine connects to the socket LINE and says who it is; then it answers every instant it is told with a
word, when turns at that instant find nothing more to do. Time is the harness's: it goes on when all engines have answered.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.clock import StoppedClock
from app.db import database
from app.engine import run
from app.mail import SmtpPost
from tests.conftest import config_for, dispose

DONE = "done\n"
COMMITS = "commits\n"
"""Said right before each commit, so that death can come at the moments that matter."""

WORK = frozenset({"opened", "judged", "notices", "written", "sent", "delayed"})
"""The counts of a turn that say there may be more to do at the same instant."""


def serve(app: Flask, clock: StoppedClock, line: str) -> None:
    """Take turns at every instant the harness names, until it hangs up."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(line)
        connection.sendall(f"{os.getpid()}\n".encode())
        with app.app_context():
            sa.event.listen(database(), "commit", lambda _: connection.sendall(COMMITS.encode()))
        for said in connection.makefile():
            clock.instant = datetime.fromisoformat(said.strip())
            while take_turn(app, clock.instant):
                pass
            connection.sendall(DONE.encode())


def take_turn(app: Flask, now: datetime) -> bool:
    """A whole turn, as the metronome has them; whether it found anything to do."""
    with app.app_context():
        counts = run.turn(app.extensions["post"], now)
    return any(counts[name] for name in WORK)


def main(url: str, smtp: str, line: str) -> None:
    """Fork an engine for every line on standard input."""
    clock = StoppedClock(datetime.min.replace(tzinfo=UTC))
    post = SmtpPost(smtp, "落实系统 <luoshi@luoshi.example>", 20)
    config = replace(config_for(url), TICK_BATCH=50, LEASE_SECONDS=60)
    app = create_app(config, clock=clock, post=post)
    logging.disable(logging.INFO)
    warm_up(app, clock)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever dies is gone: the harness hears it on the line
    for _ in sys.stdin:
        if os.fork() == 0:
            serve(app, clock, line)
            os._exit(0)


def warm_up(app: Flask, clock: StoppedClock) -> None:
    """A turn on a day long before there is anything to do: what is loaded late is loaded now."""
    clock.instant = datetime(2025, 1, 6, 2, tzinfo=UTC)
    take_turn(app, clock.instant)
    dispose(app)


if __name__ == "__main__":
    main(*sys.argv[1:])

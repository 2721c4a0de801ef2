"""The engine watches itself: is the database still the shape it knows, does the clock run evenly, is anybody told?"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from urllib.request import Request, urlopen

from app import schema
from app.clock import Pace
from app.db import session

log = logging.getLogger(__name__)

CLOCK_JUMP = timedelta(minutes=5)
"""How far the clock on the wall may run from the steady one between two turns before it is disbelieved."""

PING_SECONDS = 5


class Outdated(Exception):
    """The database has another shape than this program knows: an upgrade is under way, or was forgotten."""


def refuse_other_schema() -> None:
    """Return when the tables are those this program was written for; raises Outdated."""
    here = schema.present(session().connection())
    if here != schema.newest():
        raise Outdated(
            f"the database is at {here or 'nothing'}, this engine was written for {schema.newest()}"
        )


@dataclass(slots=True)
class ClockWatch:
    """Compares the clock on the wall with the steady one, reading by reading.

    A jump is disbelieved once: letters wait for a second reading that confirms it.
    """

    last: Pace | None = None

    def believes(self, reading: Pace) -> bool:
        """Whether the wall clock has moved as far as the steady one since the reading before."""
        before, self.last = self.last, reading
        if before is None:
            return True
        drift = (reading.wall - before.wall) - (reading.steady - before.steady)
        if abs(drift) <= CLOCK_JUMP:
            return True
        log.error("the clock jumped", extra={"event": "engine.clock-jump", "seconds": drift.total_seconds()})
        return False


def ping(address: str) -> bool:
    """Ask the watchdog's address, so that its silence is the alarm; True when it answered. Never raises."""
    if not address:
        return False
    try:
        with urlopen(Request(address, headers={"User-Agent": "luoshi"}), timeout=PING_SECONDS) as answer:  # noqa: S310
            return bool(answer.status < 400)
    except (OSError, ValueError, HTTPException) as lost:
        log.warning("the watchdog was not reached", extra={"event": "engine.ping", "error": str(lost)})
        return False

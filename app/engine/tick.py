"""One turn of the engine. Safe to run twice, late, or on several machines at once: the rows come out the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.engine.climb import climb
from app.engine.clocks import start_clocks
from app.engine.opening import open_periods


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn did: duties opened and judged, notices written, plans and duties set aside."""

    opened: int = 0
    judged: int = 0
    notices: int = 0
    faults: int = 0


def tick(now: datetime) -> Turn:
    """Start the clocks whose stop is over, open every period whose day has come, then climb every ladder."""
    started = start_clocks(now)
    opened = open_periods(now)
    climbed = climb(now)
    faults = started.faults + opened.faults + climbed.faults
    return Turn(opened.duties, climbed.judged, climbed.notices, faults)

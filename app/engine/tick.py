"""One turn of the engine. Safe to run twice, late, or on several machines at once: the rows come out the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.engine.climb import climb
from app.engine.opening import open_periods


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn did: duties opened and judged, notices written, plans and duties set aside."""

    opened: int = 0
    judged: int = 0
    notices: int = 0
    faults: int = 0


def tick(now: datetime) -> Turn:
    """Open every period whose day has come, then climb every ladder whose moment has come."""
    opened = open_periods(now)
    climbed = climb(now)
    return Turn(opened.duties, climbed.judged, climbed.notices, opened.faults + climbed.faults)

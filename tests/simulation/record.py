"""What the oracle reads and keeps: entries of the ledger, notices as they should stand, plans as they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from tests.simulation.county import PlanFacts
from tests.simulation.days import Cadence
from tests.simulation.ladders import Rung
from tests.simulation.owed import Key

SHIPPED_DAYS: Mapping[str, Any] = {
    "monthly_opens_day": 20,
    "monthly_due_day": 25,
    "bulletin_due_day": 10,
    "assessment_opens": [12, 20],
    "assessment_due": [1, 10],
    "least_workdays_open": 3,
    "sign_workdays": 1,
    "correction_workdays": 2,
    "consolidation_day": 28,
    "review_day": 3,
    "roll": "forward",
    "rhythm": {},
}
"""The days of reference b.2, where a plan has none of its own."""


class Entry(NamedTuple):
    """One entry of the ledger."""

    id: int
    at: datetime
    act: str
    plan: int
    task: int
    unit: int
    duty: int
    detail: Mapping[str, Any]


class Told(NamedTuple):
    """One notice as the rows should hold it. `place` is the rung (3), its repeat (3r1), a draft (3d), what the office is
    asked (3v1), a slip (3s) or an answer (a7)."""

    key: Key
    epoch: int
    place: str
    letter: str
    person: int


@dataclass
class Plan:
    """An issued plan as it runs."""

    facts: PlanFacts
    issued_at: datetime
    cadence: Cadence
    ladders: int
    parts: dict[int, dict[int, tuple[str, int | None]]]
    through: date
    again: set[tuple[str, str]] = field(default_factory=set)
    """Periods that new days ask for although their opening day is past."""


@dataclass
class Draft:
    """A slip the engine has drafted."""

    epoch: int
    index: int
    rung: Rung

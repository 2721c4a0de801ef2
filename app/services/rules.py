"""The rules a county may change: laid down as shipped, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.db import insert_new, transaction
from app.models import CalendarDay, CalendarYear, PolicyVersion
from app.models.rules import PolicySubject
from workflows.cadence import CadenceRules
from workflows.escalation import DEFAULT_LADDERS
from workflows.holidays import PUBLISHED
from workflows.light import LightRules


def lay_defaults(now: datetime) -> None:
    """Write version 1 of each policy and the published holidays where they are missing; changes nothing else."""
    with transaction() as s:
        insert_new(s, PolicyVersion, [_first(subject, body, now) for subject, body in _shipped().items()])
        years = [{"year": n.year, "document_number": n.document_number} for n in PUBLISHED.values()]
        new_years = insert_new(s, CalendarYear, years)
        days = [{"day": day, "works": works} for year in new_years for day, works in PUBLISHED[year].days()]
        insert_new(s, CalendarDay, days)


def _shipped() -> Mapping[PolicySubject, dict[str, Any]]:
    return {
        PolicySubject.CADENCE: CadenceRules().as_json(),
        PolicySubject.LADDERS: {kind.value: ladder.as_json() for kind, ladder in DEFAULT_LADDERS.items()},
        PolicySubject.LIGHT: LightRules().as_json(),
    }


def _first(subject: PolicySubject, body: dict[str, Any], now: datetime) -> dict[str, object]:
    return {"subject": subject, "version": 1, "body": body, "note": "系统默认规则", "created_at": now}

"""更正 in words: what a correction of a report changed, field by field, before beside after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models import Commitment, Correction, Duty, Report, Unit
from workflows.lifecycle import CAUSE_LABELS, ON_TIME_LABELS, Cause, DutyState, OnTime
from workflows.light import PACE_LABELS, Pace
from workflows.wording import chinese_date

MEASURES, HELP_UNIT = "measures", "help_unit_id"
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "percent": "累计完成",
        "occurred": "本期开展",
        "schedule": "是否达序时",
        "done": "本月进展",
        "problems": "存在问题",
        "cause": "问题的原因",
        "help_words": "需协调事项",
        HELP_UNIT: "需协调对象",
        "next_step": "下步打算",
        "next_on": "下步日期",
        "on_time": "能否按期",
        "waiting": "按计划等待",
        "unchanged": "本月无变化",
        "unchanged_reason": "无变化的原因",
    }
)
"""What each field of a report is called."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One field a correction changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """One correction: the row itself, and what it changed."""

    row: Correction
    changes: tuple[Changed, ...]


def by_report(corrections: Sequence[Correction]) -> Mapping[int, tuple[Corrected, ...]]:
    """Report → its corrections in words, the first first."""
    found: dict[int, tuple[Corrected, ...]] = {}
    for one in in_words(sorted(corrections, key=lambda correction: correction.id)):
        found[one.row.report_id] = (*found.get(one.row.report_id, ()), one)
    return found


def unseen(limit: int) -> list[Corrected]:
    """Corrections of reports that wait for no verdict, which the office has not taken note of; the latest first."""
    wanted = (
        sa.select(Correction)
        .join(Report)
        .join(Duty)
        .where(Correction.seen_at.is_(None), Duty.state == DutyState.DONE)
        .options(
            joinedload(Correction.corrected_by),
            selectinload(Correction.report).selectinload(Report.duty).selectinload(Duty.unit),
            selectinload(Correction.report).selectinload(Report.duty).selectinload(Duty.task),
        )
        .order_by(Correction.id.desc())
        .limit(limit)
    )
    return in_words(list(session().scalars(wanted)))


def in_words(corrections: Sequence[Correction]) -> list[Corrected]:
    """These corrections with what each changed."""
    units, indicators = _units(corrections), _indicators(corrections)
    return [Corrected(one, tuple(_changes(one, units, indicators))) for one in corrections]


def _units(corrections: Sequence[Correction]) -> Mapping[int, str]:
    ids = {side.get(HELP_UNIT) for one in corrections for side in (one.before, one.after)} - {None}
    if not ids:
        return {}
    named = session().execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(ids)))
    return {unit_id: name for unit_id, name in named}  # noqa: C416


def _indicators(corrections: Sequence[Correction]) -> Mapping[str, tuple[str, str]]:
    """Commitment, as the key of a stored value → its name and the unit it counts in."""
    sides = [side for one in corrections for side in (one.before, one.after)]
    ids = {int(key) for side in sides for key in side.get(MEASURES) or {}}
    if not ids:
        return {}
    named = sa.select(Commitment.id, Commitment.name, Commitment.unit).where(Commitment.id.in_(ids))
    return {str(row.id): (row.name or "指标值", row.unit) for row in session().execute(named)}


def _changes(
    one: Correction, units: Mapping[int, str], indicators: Mapping[str, tuple[str, str]]
) -> list[Changed]:
    plain = [
        Changed(label, _words(name, one.before.get(name), units), _words(name, one.after.get(name), units))
        for name, label in LABELS.items()
        if name in one.before or name in one.after
    ]
    before, after = one.before.get(MEASURES) or {}, one.after.get(MEASURES) or {}
    measured = [
        Changed(
            indicators.get(key, ("指标值", ""))[0],
            _figure(key, before, indicators),
            _figure(key, after, indicators),
        )
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    ]
    return plain + measured


def _figure(key: str, values: Mapping[str, str], indicators: Mapping[str, tuple[str, str]]) -> str:
    return f"{values[key]}{indicators.get(key, ('', ''))[1]}" if key in values else "（空）"


def _words(name: str, value: Any, units: Mapping[int, str]) -> str:
    """A stored value as a person reads it."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == HELP_UNIT:
        return units.get(value, "（已删除的单位）")
    if name == "percent":
        return f"{value}%"
    if name == "next_on":
        return chinese_date(date.fromisoformat(value))
    return _LABELLED[name](value) if name in _LABELLED else str(value)


_LABELLED: Mapping[str, Any] = MappingProxyType(
    {
        "schedule": lambda value: PACE_LABELS[Pace(value)],
        "cause": lambda value: CAUSE_LABELS[Cause(value)],
        "on_time": lambda value: ON_TIME_LABELS[OnTime(value)],
    }
)

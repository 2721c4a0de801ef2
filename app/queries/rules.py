"""The rules in force, and the calendar, as values the pure core understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import g

from app.db import session
from app.models import CalendarDay, CalendarYear, Plan, PolicyVersion
from app.models.rules import PolicySubject
from workflows.cadence import CadenceRules, DutyKind
from workflows.calendar import WorkCalendar
from workflows.errors import Refused
from workflows.escalation import Ladder
from workflows.light import LightRules


@lru_cache(maxsize=4)
def _built(days: tuple[tuple[date, bool], ...], years: tuple[int, ...]) -> WorkCalendar:
    return WorkCalendar(dict(days), years)


T = TypeVar("T")
OWN_PLAN = "own_plan"
"""The key, in the body of a version that one plan alone has, of that plan's id."""


def _once(name: str, read: Callable[[], T]) -> T:
    """Read a rule once in a request, a command or a turn of the engine: rows by the hundred ask for the same one."""
    found: T | None = g.get(name)
    if found is None:
        found = read()
        setattr(g, name, found)
    return found


def calendar() -> WorkCalendar:
    """The working calendar as it stands in the database."""
    return _once("rules_calendar", _read_calendar)


def _read_calendar() -> WorkCalendar:
    days = session().execute(sa.select(CalendarDay.day, CalendarDay.works).order_by(CalendarDay.day))
    years = session().scalars(sa.select(CalendarYear.year).order_by(CalendarYear.year))
    return _built(tuple((day, works) for day, works in days), tuple(years))


def latest(subject: PolicySubject) -> PolicyVersion:
    """The newest version of a policy that holds for every plan, not one that a single plan has for itself.

    Raises Refused missing before `flask db upgrade` has laid the defaults.
    """
    newest = (
        sa.select(PolicyVersion)
        .where(PolicyVersion.subject == subject, PolicyVersion.body[OWN_PLAN].as_integer().is_(None))
        .order_by(PolicyVersion.version.desc())
        .limit(1)
    )
    found = session().scalar(newest)
    if found is None:
        raise Refused("missing", "规则尚未初始化，请管理员先运行 flask db upgrade。")
    return found


def cadence(version_id: int) -> CadenceRules:
    """The report days of one version."""

    def read() -> CadenceRules:
        body = _body(version_id)
        return CadenceRules.from_json({name: value for name, value in body.items() if name != OWN_PLAN})

    return _once(f"rules_cadence_{version_id}", read)


def cadence_of(plan: Plan) -> CadenceRules:
    """The report days the plan goes by: its own, else those a plan issued today would get."""
    return cadence(plan.cadence_version_id or latest(PolicySubject.CADENCE).id)


def ladders(version_id: int) -> Mapping[DutyKind, Ladder]:
    """The ladders of one version, by kind of duty."""

    def read() -> Mapping[DutyKind, Ladder]:
        return {DutyKind(kind): Ladder.from_json(body) for kind, body in _body(version_id).items()}

    return _once(f"rules_ladders_{version_id}", read)


def light_rules() -> LightRules:
    """The thresholds in force, with their version."""

    def read() -> LightRules:
        policy = latest(PolicySubject.LIGHT)
        return LightRules(version=policy.version, **policy.body)

    return _once("rules_light", read)


def _body(version_id: int) -> Mapping[str, Any]:
    body: Mapping[str, Any] = (
        session().execute(sa.select(PolicyVersion.body).where(PolicyVersion.id == version_id)).scalar_one()
    )
    return body

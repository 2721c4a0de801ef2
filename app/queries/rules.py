"""The rules in force, and the calendar, as values the pure core understands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import g

from app.db import session
from app.models import CalendarDay, CalendarYear, OwnDay, Plan, PolicyVersion, Unit
from app.models import WorkCalendar as OwnWorkCalendar
from app.models.rules import PolicySubject
from workflows.cadence import CadenceRules, DutyKind
from workflows.calendar import WorkCalendar
from workflows.errors import Refused
from workflows.escalation import Ladder, LadderBook
from workflows.light import LightRules
from workflows.requests import RequestRules

Days = tuple[tuple[date, bool], ...]


@lru_cache(maxsize=4)
def _national(days: Days, editions: tuple[tuple[int, int], ...]) -> WorkCalendar:
    """Built once for the same rows: its version is how often a notice was taken in."""
    version = sum(edition for _, edition in editions)
    return WorkCalendar(dict(days), [year for year, _ in editions], version)


@lru_cache(maxsize=64)
def _resting_on(parent: WorkCalendar, days: Days, version: int) -> WorkCalendar:
    return parent.with_own(dict(days), version)


@dataclass(frozen=True, slots=True)
class OwnCalendar:
    """A calendar of the county's own as it is stored, or as it would be: what it rests on, and its own days."""

    parent_id: int | None
    version: int
    days: Days


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """What decides by which calendar a unit works: its own, else that of the unit above it."""

    parent_id: int | None
    calendar_id: int | None


@dataclass(frozen=True)
class Calendars:
    """Every working calendar, read or supposed at one moment: the national one, the county's own, and who uses which."""

    days: Days
    editions: tuple[tuple[int, int], ...]
    own: Mapping[int, OwnCalendar]
    units: Mapping[int, UnitPlace]

    @cached_property
    def national(self) -> WorkCalendar:
        return _national(self.days, self.editions)

    def of(self, unit_id: int | None) -> WorkCalendar:
        """The unit's own calendar, else the nearest one of the units above it, else the national one."""
        if not self.own or unit_id is None:
            return self.national
        return self.own_of_units.get(unit_id, self.national)

    @cached_property
    def own_of_units(self) -> Mapping[int, WorkCalendar]:
        """Unit → its calendar, for the units that do not go by the national one."""
        chosen = {unit_id: self.chosen(unit_id) for unit_id in self.units}
        return {unit_id: self.built(found) for unit_id, found in chosen.items() if found is not None}

    def chosen(self, unit_id: int) -> int | None:
        """The id of the calendar the unit goes by; None for the national one. A ring of units ends the search."""
        seen: set[int] = set()
        at: int | None = unit_id
        while at is not None and at not in seen and (place := self.units.get(at)):
            if place.calendar_id is not None:
                return place.calendar_id
            seen.add(at)
            at = place.parent_id
        return None

    def built(self, calendar_id: int) -> WorkCalendar:
        """One of the county's calendars, on top of those it rests on; a ring of calendars ends at the national one."""
        chain: list[OwnCalendar] = []
        at: int | None = calendar_id
        while at is not None and (found := self.own.get(at)) and found not in chain:
            chain.append(found)
            at = found.parent_id
        calendar = self.national
        for found in reversed(chain):
            calendar = _resting_on(calendar, found.days, found.version)
        return calendar


T = TypeVar("T")
OWN_PLAN = "own_plan"
"""The key, in the body of a version that one plan alone has, of that plan's id."""


REQUESTS = "requests"
"""The key, in the body of a version of the cadence, of the limits of requests."""


def _once(name: str, read: Callable[[], T]) -> T:
    """Read a rule once in a request, a command or a turn of the engine: rows by the hundred ask for the same one."""
    found: T | None = g.get(name)
    if found is None:
        found = read()
        setattr(g, name, found)
    return found


def calendar(unit_id: int | None = None) -> WorkCalendar:
    """The working calendar a unit goes by; without a unit, the national one."""
    return calendars().of(unit_id)


def calendars() -> Calendars:
    """All working calendars as they stand in the database."""
    return _once("rules_calendars", _read_calendars)


def forget_calendars() -> None:
    """Have the calendars read anew: they have just been changed."""
    g.pop("rules_calendars", None)


def _read_calendars() -> Calendars:
    s = session()
    days = s.execute(sa.select(CalendarDay.day, CalendarDay.works).order_by(CalendarDay.day))
    editions = s.execute(sa.select(CalendarYear.year, CalendarYear.edition).order_by(CalendarYear.year))
    national = tuple((day, works) for day, works in days), tuple((year, times) for year, times in editions)
    own = _read_own()
    if not own:
        return Calendars(*national, {}, {})
    places = s.execute(sa.select(Unit.id, Unit.parent_id, Unit.calendar_id))
    return Calendars(*national, own, {unit_id: UnitPlace(above, used) for unit_id, above, used in places})


def _read_own() -> Mapping[int, OwnCalendar]:
    s = session()
    stored = s.execute(
        sa.select(OwnWorkCalendar.id, OwnWorkCalendar.parent_id, OwnWorkCalendar.version)
    ).all()
    if not stored:
        return {}
    named: dict[int, list[tuple[date, bool]]] = defaultdict(list)
    for calendar_id, day, works in s.execute(
        sa.select(OwnDay.calendar_id, OwnDay.day, OwnDay.works).order_by(OwnDay.calendar_id, OwnDay.day)
    ):
        named[calendar_id].append((day, works))
    return {row.id: OwnCalendar(row.parent_id, row.version, tuple(named[row.id])) for row in stored}


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
        own = {name: value for name, value in body.items() if name not in {OWN_PLAN, REQUESTS}}
        return CadenceRules.from_json(own)

    return _once(f"rules_cadence_{version_id}", read)


def cadence_of(plan: Plan) -> CadenceRules:
    """The report days the plan goes by: its own, else those a plan issued today would get."""
    return cadence(plan.cadence_version_id or latest(PolicySubject.CADENCE).id)


def request_rules(version_id: int) -> RequestRules:
    """The limits of requests of one version of the cadence; the shipped ones where it names none."""
    return _once(
        f"rules_requests_{version_id}", lambda: RequestRules.from_json(_body(version_id).get(REQUESTS, {}))
    )


def request_rules_of(plan: Plan) -> RequestRules:
    """The limits of requests the plan goes by."""
    return request_rules(plan.cadence_version_id or latest(PolicySubject.CADENCE).id)


def ladders(version_id: int) -> Mapping[DutyKind, Ladder]:
    """The ladders of one version, by kind of duty; a kind that version did not know yet has the shipped one."""

    return ladder_book(version_id).ladders


def ladder_book(version_id: int) -> LadderBook:
    """Everything one version of the ladders says, the days for answers to slips included."""
    return _once(f"rules_ladders_{version_id}", lambda: LadderBook.from_json(_body(version_id)))


def light_rules() -> LightRules:
    """The thresholds in force, with their version."""

    def read() -> LightRules:
        policy = latest(PolicySubject.LIGHT)
        return LightRules.from_json(policy.body, policy.version)

    return _once("rules_light", read)


def _body(version_id: int) -> Mapping[str, Any]:
    body: Mapping[str, Any] = (
        session().execute(sa.select(PolicyVersion.body).where(PolicyVersion.id == version_id)).scalar_one()
    )
    return body

"""下达: who would act, what will happen when a plan is issued, and afterwards who has signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.db import session
from app.models import Duty, Plan, Task, Unit
from app.queries import rules, units
from app.queries.directory import Directory
from workflows.assignment import Named, Part, expand
from workflows.cadence import CadenceRules, DutyKind, Period, openings
from workflows.calendar import local_date, office_moment
from workflows.escalation import Audience, reach
from workflows.lifecycle import DutyState
from workflows.units import OWING


def parts_of(task: Task, through: Mapping[int, int], members: Mapping[int, tuple[int, ...]]) -> list[Part]:
    """Which units act in a task whose names are all bound, collective names and 归口 resolved."""
    named = [
        Named(m.share, members[m.group_id], m.group_id) if m.group_id else Named(m.share, (m.unit_id or 0,))
        for m in task.mentions
    ]
    return expand(named, through)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What issuing a plan now sets going.

    `signatures` over all tasks; `unreached` are units nobody of which a letter can reach; `letters` go out from
    `letters_at` on; `past` counts tasks whose date is already behind us.
    """

    tasks: int
    units: int
    signatures: int
    sign_by: date
    month: Period | None
    quarter: Period | None
    year: Period | None
    rules: CadenceRules
    letters: int
    letters_at: datetime
    unreached: tuple[str, ...]
    dated: int
    past: int


def forecast(plan: Plan, now: datetime) -> Forecast:
    """The forecast for a draft whose names are all bound."""
    through, members = units.files_through(), units.group_members()
    signers = [p.unit_id for t in plan.tasks for p in parts_of(t, through, members) if p.share in OWING]
    today, calendar = local_date(now), rules.calendar()
    cadence = rules.cadence_of(plan)
    coming: dict[DutyKind, Period] = {}
    kept = {cadence.rhythm_of(task.kind) for task in plan.tasks}
    for period in openings(today - timedelta(days=1), today + timedelta(days=400), cadence, calendar):
        if period.rhythm is None or period.rhythm in kept:
            coming.setdefault(period.kind, period)
    reached, unreached = _reached(set(signers), today)
    dates = [task.deadline_on for task in plan.tasks if task.deadline_on]
    return Forecast(
        len(plan.tasks),
        len(set(signers)),
        len(signers),
        calendar.shift(today, cadence.sign_workdays),
        coming.get(DutyKind.MONTHLY_REPORT),
        coming.get(DutyKind.BULLETIN),
        coming.get(DutyKind.ASSESSMENT),
        cadence,
        reached,
        office_moment(now, calendar, 9),
        unreached,
        len(dates),
        sum(day < today for day in dates),
    )


def _reached(unit_ids: set[int], on: date) -> tuple[int, tuple[str, ...]]:
    """How many people the notice of the issue reaches, and the names of the units in which it reaches nobody."""
    directory = Directory(unit_ids, on, office_ids=[None])
    told: set[int] = set()
    for unit_id in unit_ids:
        told |= set(reach((Audience.LIAISON,), directory.contacts(unit_id, on)))
    mute = {unit_id for unit_id in unit_ids if not directory.contacts(unit_id, on).in_unit}
    return len(told), tuple(name for unit_id, name in units.choices() if unit_id in mute)


@dataclass(frozen=True, slots=True)
class Signature:
    """How many of a unit's tasks are signed for."""

    unit_id: int
    unit_name: str
    owed: int
    signed: int
    last_signed_at: datetime | None
    due_on: date


def signatures(plan_id: int) -> list[Signature]:
    """Each unit's signatures for an issued plan, those still missing first."""
    signed = sa.func.sum(sa.case((Duty.state == DutyState.DONE, 1), else_=0))
    counted = (
        sa.select(
            Unit.id,
            Unit.name,
            sa.func.count(),
            signed,
            sa.func.max(Duty.settled_at, type_=Duty.settled_at.type),
            sa.func.max(Duty.due_on),
        )
        .join(Duty, Duty.unit_id == Unit.id)
        .where(Duty.plan_id == plan_id, Duty.kind == DutyKind.SIGN, Duty.state != DutyState.CANCELLED)
        .group_by(Unit.id, Unit.name, Unit.position)
        .order_by(sa.func.count() == signed, Unit.position, Unit.id)
    )
    return [Signature(*row) for row in session().execute(counted)]

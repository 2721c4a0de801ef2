"""工作交接: the posts leavers held, and what was in their hands."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models import Duty, Handover, Person, Plan, PostHeld, Report, Request, Unit
from app.queries.directory import Directory
from workflows.lifecycle import DutyState, PlanState, ReportState, RequestState

SHOWN = 5
"""Open duties named for one unit; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Left:
    """One post waiting for a successor. `alone`: nobody else in the unit gets letters, all its open duties wait for him.

    `duties` are the earliest of its `open` duties; `drafts` counts reports begun and not filed; `requests` are the
    leaver's that still wait for an answer; `answers_for` names what he was the 责任领导 of.
    """

    handover: Handover
    alone: bool
    open: int
    duties: tuple[Duty, ...]
    drafts: int
    requests: tuple[Request, ...]
    answers_for: tuple[str, ...]


def waiting(today: date) -> list[Left]:
    """Every post that waits for a successor, the longest first."""
    rows = list(
        session().scalars(
            sa.select(Handover)
            .where(Handover.taken_at.is_(None))
            .options(
                joinedload(Handover.person).selectinload(Person.roles),
                joinedload(Handover.unit),
            )
            .order_by(Handover.left_at, Handover.id)
        )
    )
    units, people = {row.unit_id for row in rows}, {row.person_id for row in rows}
    directory, counts, drafts = Directory(units, today), _open_counts(units), _drafts(units)
    requests, led, first = _requests(people), _led(people), _first_duties(units)
    return [
        Left(
            row,
            not directory.contacts(row.unit_id, today).in_unit,
            counts[row.unit_id],
            tuple(first.get(row.unit_id, ())),
            drafts[row.unit_id],
            tuple(requests.get(row.person_id, ())),
            tuple(led.get(row.person_id, ())),
        )
        for row in rows
    ]


def count() -> int:
    """How many posts wait for a successor."""
    return session().scalar(sa.select(sa.func.count(Handover.id)).where(Handover.taken_at.is_(None))) or 0


def _open_counts(unit_ids: Collection[int]) -> Counter[int]:
    counted = (
        sa.select(Duty.unit_id, sa.func.count())
        .where(Duty.unit_id.in_(unit_ids), Duty.state == DutyState.OPEN)
        .group_by(Duty.unit_id)
    )
    return Counter({unit_id: found for unit_id, found in session().execute(counted)})  # noqa: C416


def _first_duties(unit_ids: Collection[int]) -> Mapping[int, list[Duty]]:
    """The earliest open duties of each unit."""
    place = sa.func.row_number().over(partition_by=Duty.unit_id, order_by=(Duty.due_on, Duty.id))
    ranked = (
        sa.select(Duty.id, place.label("place"))
        .where(Duty.unit_id.in_(unit_ids), Duty.state == DutyState.OPEN)
        .subquery()
    )
    first = (
        sa.select(Duty)
        .join(ranked, ranked.c.id == Duty.id)
        .where(ranked.c.place <= SHOWN)
        .options(selectinload(Duty.task))
        .order_by(Duty.due_on, Duty.id)
    )
    found: dict[int, list[Duty]] = defaultdict(list)
    for duty in session().scalars(first):
        found[duty.unit_id].append(duty)
    return found


def _drafts(unit_ids: Collection[int]) -> Counter[int]:
    begun = (
        sa.select(Duty.unit_id, sa.func.count())
        .join(Report, Report.duty_id == Duty.id)
        .where(
            Duty.unit_id.in_(unit_ids),
            Duty.state == DutyState.OPEN,
            Report.state.in_([ReportState.DRAFT, ReportState.RETURNED]),
        )
        .group_by(Duty.unit_id)
    )
    return Counter({unit_id: found for unit_id, found in session().execute(begun)})  # noqa: C416


def _requests(person_ids: Collection[int]) -> Mapping[int, list[Request]]:
    raised = (
        sa.select(Request)
        .where(Request.raised_by_id.in_(person_ids), Request.state == RequestState.PENDING)
        .options(selectinload(Request.task), selectinload(Request.unit))
        .order_by(Request.id)
    )
    found: dict[int, list[Request]] = defaultdict(list)
    for request in session().scalars(raised):
        found[request.raised_by_id].append(request)
    return found


def _led(person_ids: Collection[int]) -> Mapping[int, list[str]]:
    """What each of these people is the 责任领导 of: units, and plans that run."""
    s = session()
    found: dict[int, list[str]] = defaultdict(list)
    units = sa.select(Unit.answerable_id, Unit.name).where(Unit.answerable_id.in_(person_ids), Unit.active)
    plans = sa.select(Plan.leader_id, Plan.title).where(
        Plan.leader_id.in_(person_ids), Plan.state == PlanState.ISSUED
    )
    for leader_id, name in s.execute(units.order_by(Unit.position)):
        found[leader_id or 0].append(name)
    for leader_id, title in s.execute(plans.order_by(Plan.id)):
        found[leader_id or 0].append(f"《{title}》")
    return found


def successors() -> list[tuple[int, str]]:
    """Everybody who might follow: id and name with units."""
    active = (
        sa.select(Person)
        .where(Person.active)
        .options(selectinload(Person.posts).selectinload(PostHeld.unit))
        .order_by(Person.id)
    )
    return [
        (p.id, f"{p.name}（{'、'.join(dict.fromkeys(h.unit.name for h in p.posts)) or '未任职'}）")
        for p in session().scalars(active)
    ]

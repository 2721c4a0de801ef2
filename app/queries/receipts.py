"""待核实送达: duties whose ladder waits until somebody has found out whether the unit has heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import ContactPoint, Duty, LedgerEntry, Letter, Notice, Person, PostHeld
from app.queries.directory import UNIT_POSTS
from workflows.lifecycle import DutyState, Hold
from workflows.units import Post

ORDER = list(Post)
"""Whom to call first: the 联络员, then upwards."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A unit that has not answered: since when, about which duties, whom to call, to whom letters went and when."""

    duties: tuple[Duty, ...]
    people: tuple[tuple[str, Post, str], ...]
    written: tuple[tuple[str, datetime], ...]

    @property
    def unit_name(self) -> str:
        return self.duties[0].unit.name


def _unheard() -> tuple[sa.ColumnElement[bool], ...]:
    return (Duty.hold == Hold.RECEIPT, Duty.state == DutyState.OPEN)


def count() -> int:
    """How many duties wait for the office to find out."""
    return session().scalar(sa.select(sa.func.count()).select_from(Duty).where(*_unheard())) or 0


def waiting() -> list[Unheard]:
    """Unit by unit, one call for all its duties; the longest silent first."""
    silent = (
        sa.select(Duty)
        .where(*_unheard())
        .options(selectinload(Duty.unit), selectinload(Duty.task))
        .order_by(Duty.held_at, Duty.due_on, Duty.id)
    )
    units: dict[int, list[Duty]] = {}
    for duty in session().scalars(silent):
        units.setdefault(duty.unit_id, []).append(duty)
    people = _people(list(units))
    written = _written([duty.id for duties in units.values() for duty in duties])
    return [
        Unheard(
            tuple(duties),
            tuple(people.get(unit_id, ())),
            _latest(line for duty in duties for line in written.get(duty.id, ())),
        )
        for unit_id, duties in units.items()
    ]


def _latest(written: Iterable[tuple[str, datetime]]) -> tuple[tuple[str, datetime], ...]:
    """Each person once, with the last letter."""
    found: dict[str, datetime] = {}
    for name, at in written:
        found[name] = max(at, found.get(name, at))
    return tuple(found.items())


def _people(unit_ids: Sequence[int]) -> Mapping[int, list[tuple[str, Post, str]]]:
    """Who holds a post, with the other addresses (telephone) the register knows."""
    held = (
        sa.select(PostHeld.unit_id, Person.id, Person.name, PostHeld.post)
        .join(Person)
        .where(PostHeld.unit_id.in_(unit_ids), Person.active)
        .order_by(Person.id)
    )
    rows = session().execute(held).all()
    points: dict[int, list[str]] = {}
    known = sa.select(ContactPoint.person_id, ContactPoint.address).where(
        ContactPoint.person_id.in_({row[1] for row in rows}), ContactPoint.bounced_at.is_(None)
    )
    for person_id, address in session().execute(known.order_by(ContactPoint.id)):
        points.setdefault(person_id, []).append(address)
    found: dict[int, list[tuple[str, Post, str]]] = {}
    for unit_id, person_id, name, post in sorted(rows, key=lambda row: ORDER.index(row[3])):
        found.setdefault(unit_id, []).append((name, post, "、".join(points.get(person_id, ()))))
    return found


def _written(duty_ids: Sequence[int]) -> Mapping[int, list[tuple[str, datetime]]]:
    sent = (
        sa.select(Notice.duty_id, Person.name, sa.func.max(Letter.sent_at, type_=Letter.sent_at.type))
        .join(Letter, Letter.id == Notice.letter_id)
        .join(Person, Person.id == Letter.person_id)
        .where(Notice.duty_id.in_(duty_ids), Notice.audience.in_(UNIT_POSTS), Letter.sent_at.is_not(None))
        .group_by(Notice.duty_id, Person.id, Person.name)
        .order_by(Notice.duty_id, Person.id)
    )
    found: dict[int, list[tuple[str, datetime]]] = {}
    for duty_id, name, sent_at in session().execute(sent):
        if sent_at:
            found.setdefault(duty_id, []).append((name, sent_at))
    return found


@dataclass(frozen=True, slots=True)
class Heard:
    """How one duty's receipt came about by telephone: who noted it, when, and in what words."""

    name: str
    at: datetime
    words: str


def by_phone(duty_id: int) -> tuple[Heard, ...]:
    """What the office noted of its calls about one duty."""
    noted = (
        sa.select(Person.name, LedgerEntry.recorded_at, LedgerEntry.detail)
        .join(Person, Person.id == LedgerEntry.actor_id)
        .where(LedgerEntry.duty_id == duty_id, LedgerEntry.act == "receipt.phone")
        .order_by(LedgerEntry.id)
    )
    return tuple(Heard(name, at, detail["words"]) for name, at, detail in session().execute(noted))

"""A newly published holiday notice is taken in (节假日安排): the year is known, and what lies ahead is counted anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import transaction
from app.models import CalendarDay, CalendarYear, Plan
from app.queries import calendars
from app.queries.calendars import Move, PlanMove
from workflows.calendar import FIRST_YEAR, LAST_YEAR
from workflows.errors import Refused
from workflows.holidays import HolidayNotice
from workflows.policy import Act, Actor, require


@dataclass(frozen=True, slots=True)
class Moved:
    """What taking a notice in moves: duties, and openings of plans."""

    duties: tuple[Move, ...]
    plans: tuple[PlanMove, ...]


def preview(actor: Actor | None, notice: HolidayNotice, now: datetime) -> Moved:
    """What `publish` would move, without a write; raises Refused forbidden, invalid."""
    _require(actor, notice)
    calendar = calendars.with_notice(notice)
    return Moved(tuple(calendars.moves(calendar, now)), tuple(calendars.plan_moves(calendar)))


def publish(actor: Actor | None, notice: HolidayNotice, now: datetime) -> Moved:
    """Take the notice in, in place of the year's former one; returns what moved. Actor None is the command line.

    Only what lies ahead moves: nothing that was sent is sent again, no report that was filed changes.

    Raises Refused forbidden, invalid.
    """
    _require(actor, notice)
    with transaction() as s:
        for move in preview(actor, notice, now).duties:
            duties.locked(s, move.duty_id)
        s.expire_all()  # held now: what the engine did meanwhile is read anew
        moved = preview(actor, notice, now)
        for move in moved.duties:
            duty = duties.locked(s, move.duty_id)
            duty.due_on = duty.original_due_on = move.due_to
            duty.next_action_at = move.next_to
        for shifted in moved.plans:
            _plan(s, shifted.plan_id).next_opening_on = shifted.opens_to
        _write(s, notice)
        detail = {
            "year": notice.year,
            "document": notice.document_number,
            "days": [[day.isoformat(), works] for day, works in notice.days()],
            "moved": [
                [move.duty_id, move.due_from.isoformat(), move.due_to.isoformat()] for move in moved.duties
            ],
        }
        actor_id = actor.person_id if actor else None
        ledger.append(s, "calendar.publish", at=now, actor_id=actor_id, about=ledger.Subject(), detail=detail)
    g.pop("rules_calendar", None)
    return moved


def _require(actor: Actor | None, notice: HolidayNotice) -> None:
    if actor:
        require(actor, Act.EDIT_CALENDAR)
    if not FIRST_YEAR < notice.year < LAST_YEAR:
        raise Refused("invalid", f"年份要在{FIRST_YEAR + 1}年至{LAST_YEAR - 1}年之间，请核对通知的标题。")


def _plan(s: Session, plan_id: int) -> Plan:
    found = s.get(Plan, plan_id, with_for_update=True)
    assert found
    return found


def _write(s: Session, notice: HolidayNotice) -> None:
    first, last = date(notice.year, 1, 1), date(notice.year, 12, 31)
    s.execute(sa.delete(CalendarDay).where(CalendarDay.day.between(first, last)))
    for day, works in notice.days():
        s.merge(CalendarDay(day=day, works=works))
    s.merge(CalendarYear(year=notice.year, document_number=notice.document_number))

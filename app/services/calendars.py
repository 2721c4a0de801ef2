"""Working calendars change: a newly published holiday notice (节假日安排), or a calendar of the county's own (单位日历).

Both go one way: what would move is shown first, and what lies ahead is counted anew when the change is taken in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app import duties, ledger
from app.db import STALE, get, session, transaction
from app.models import CalendarDay, CalendarYear, OwnDay, Plan, Unit, WorkCalendar
from app.queries import calendars, rules
from app.queries.calendars import Change, Move, OwnChange, PlanMove
from workflows.calendar import FIRST_YEAR, LAST_YEAR
from workflows.errors import Refused
from workflows.holidays import HolidayNotice
from workflows.policy import Act, Actor, require


@dataclass(frozen=True, slots=True)
class Moved:
    """What taking a change in moves: duties, and openings of plans."""

    duties: tuple[Move, ...]
    plans: tuple[PlanMove, ...]


def preview(actor: Actor | None, change: Change, now: datetime) -> Moved:
    """What `publish` would move, without a write; raises Refused forbidden, missing, invalid, stale."""
    _require(actor, change)
    supposed = calendars.after(change)
    return Moved(tuple(calendars.moves(supposed, now)), tuple(calendars.plan_moves(supposed)))


def publish(actor: Actor | None, change: Change, now: datetime) -> Moved:
    """Take the change in, in place of what there was; returns what moved. Actor None is the command line.

    Only what lies ahead moves: nothing that was sent is sent again, no report that was filed changes.

    Raises Refused forbidden, missing, invalid, stale.
    """
    _require(actor, change)
    with transaction() as s:
        for move in preview(actor, change, now).duties:
            duties.locked(s, move.duty_id)
        s.expire_all()  # held now: what the engine did meanwhile is read anew
        rules.forget_calendars()
        moved = preview(actor, change, now)
        for move in moved.duties:
            duty = duties.locked(s, move.duty_id)
            duty.due_on = duty.original_due_on = move.due_to
            duty.next_action_at = move.next_to
        for shifted in moved.plans:
            _plan(s, shifted.plan_id).next_opening_on = shifted.opens_to
        act, detail = _take_in(s, change)
        listed = [[move.duty_id, move.due_from.isoformat(), move.due_to.isoformat()] for move in moved.duties]
        actor_id = actor.person_id if actor else None
        about = ledger.Subject()
        ledger.append(s, act, at=now, actor_id=actor_id, about=about, detail={**detail, "moved": listed})
    rules.forget_calendars()
    return moved


def _require(actor: Actor | None, change: Change) -> None:
    if actor:
        require(actor, Act.EDIT_CALENDAR)
    if isinstance(change, OwnChange):
        _refuse_unfit(change)
    elif not FIRST_YEAR < change.year < LAST_YEAR:
        raise Refused("invalid", f"年份要在{FIRST_YEAR + 1}年至{LAST_YEAR - 1}年之间，请核对通知的标题。")


def _refuse_unfit(change: OwnChange) -> None:
    present = rules.calendars().own
    if change.calendar_id is not None and change.calendar_id not in present:
        raise Refused("missing", "没有找到这个日历，请从“工作日历”进入。")
    if change.calendar_id is not None and present[change.calendar_id].version != change.seen_version:
        raise Refused("stale", STALE)
    if not change.name.strip():
        raise Refused("invalid", "请填写日历的名称。")
    at = change.parent_id
    seen: set[int] = set()
    while at is not None and at not in seen:
        if at == change.calendar_id:
            raise Refused("invalid", "日历不能以自己或以自己为基础的日历为基础，请另选一个。")
        if at not in present:
            raise Refused("invalid", "作为基础的日历已不存在，请重新选择。")
        seen.add(at)
        at = present[at].parent_id
    same = sa.select(WorkCalendar.id).where(WorkCalendar.name == change.name.strip())
    if session().scalar(same) not in {None, change.calendar_id}:
        raise Refused("invalid", f"已有名为“{change.name.strip()}”的日历，请换一个名称。")


def _plan(s: Session, plan_id: int) -> Plan:
    found = s.get(Plan, plan_id, with_for_update=True)
    assert found
    return found


def _take_in(s: Session, change: Change) -> tuple[str, Mapping[str, object]]:
    """Write the change; returns the act of the record and what it says."""
    if isinstance(change, OwnChange):
        return "calendar.own", _write_own(s, change)
    return "calendar.publish", _write_notice(s, change)


def _write_notice(s: Session, notice: HolidayNotice) -> Mapping[str, object]:
    first, last = date(notice.year, 1, 1), date(notice.year, 12, 31)
    s.execute(sa.delete(CalendarDay).where(CalendarDay.day.between(first, last)))
    for day, works in notice.days():
        s.merge(CalendarDay(day=day, works=works))
    year = s.get(CalendarYear, notice.year)
    edition = year.edition + 1 if year else 1
    s.merge(CalendarYear(year=notice.year, document_number=notice.document_number, edition=edition))
    return {
        "year": notice.year,
        "edition": edition,
        "document": notice.document_number,
        "days": [[day.isoformat(), works] for day, works in notice.days()],
    }


def _write_own(s: Session, change: OwnChange) -> Mapping[str, object]:
    name = change.name.strip()[:120]
    row = get(WorkCalendar, change.calendar_id) if change.calendar_id else WorkCalendar(name=name)
    s.add(row)
    row.name, row.parent_id = name, change.parent_id
    present = {day.day: day for day in row.days}
    row.days = [_own_day(present.get(own.day), own.day, own.works, own.note) for own in change.days]
    if change.calendar_id:
        flag_modified(row, "name")  # the version rises with its days too
    s.flush()
    _attach(s, row.id, change.unit_ids)
    return {
        "calendar": row.id,
        "name": name,
        "version": row.version,
        "parent": row.parent_id,
        "days": [[own.day.isoformat(), own.works] for own in change.days],
        "units": sorted(change.unit_ids),
    }


def _own_day(present: OwnDay | None, day: date, works: bool, note: str) -> OwnDay:
    kept = present or OwnDay(day=day)
    kept.works, kept.note = works, note
    return kept


def _attach(s: Session, calendar_id: int, unit_ids: frozenset[int]) -> None:
    using = sa.select(Unit).where(sa.or_(Unit.calendar_id == calendar_id, Unit.id.in_(unit_ids)))
    for unit in s.scalars(using.order_by(Unit.id)):
        unit.calendar_id = calendar_id if unit.id in unit_ids else None

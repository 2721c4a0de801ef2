"""Whether a duty is late: one definition for every page, list and count (`workflows.calendar.is_late`)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from app.models import Duty
from app.queries import rules
from workflows.cadence import in_calendar, period_of
from workflows.calendar import SHANGHAI, is_late, local_date
from workflows.wording import overdue_workdays, urgency


def ended(now: datetime) -> sa.ColumnElement[bool]:
    """The condition that a duty's due day has ended by `now`, for the rows of a query."""
    local = now.astimezone(SHANGHAI)
    earlier_hour = sa.and_(Duty.due_on == local.date(), Duty.cutoff_hour <= local.hour)
    return sa.and_(Duty.due_on <= local.date(), sa.or_(Duty.due_on < local.date(), earlier_hour))


def has_ended(duty: Duty, now: datetime) -> bool:
    """Whether the duty's due day has ended by `now`."""
    return is_late(duty.due_on, duty.cutoff_hour, now)


def was_late(duty: Duty, filed_at: datetime) -> bool:
    """Whether what was filed then was late against the first date (迟报)."""
    return is_late(duty.original_due_on, duty.cutoff_hour, filed_at)


def late_workdays(duty: Duty, filed_at: datetime) -> int:
    """How many of the unit's working days it was filed late; 0 for one filed on a rest day behind, or the same evening."""
    return overdue_workdays(duty.original_due_on, local_date(filed_at), rules.calendar(duty.unit_id))


def urgency_of(duty: Duty, today: date, due_on: date | None = None) -> str:
    """逾期3个工作日, 今日18:00截止, 还有2个工作日: by the calendar of the unit that owes it."""
    calendar = rules.calendar(duty.unit_id)
    return urgency(due_on or duty.due_on, today, calendar, duty.cutoff_hour)


def locked_on(duty: Duty) -> date:
    """The last day on which a report is in time to be counted with its period (锁定日); what comes later is 补报.

    In the calendar of the unit that owes it; where its own date was put off beyond that day, its own date.
    """
    cadence, calendar = rules.cadence_of(duty.plan), rules.calendar(duty.unit_id)
    period = in_calendar(period_of(duty.kind, duty.period_key, cadence, calendar), cadence, calendar)
    assert period.locked_on is not None
    return max(period.locked_on, duty.due_on)


def is_locked(duty: Duty, now: datetime) -> bool:
    """Whether the period of a report is closed to the unit that owes it."""
    return local_date(now) > locked_on(duty)

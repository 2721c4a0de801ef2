"""Open every period whose day has come: month's reports, bulletins, assessments. None twice, none dropped."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import transaction
from app.models import Plan
from app.queries import engine as facts
from app.queries import rules
from app.queries.owing import reporting_parts, who_owes
from workflows.cadence import Period, next_opening, openings
from workflows.calendar import local_date

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """Duties opened, and plans whose periods could not be."""

    duties: int
    faults: int


def open_periods(now: datetime) -> Opened:
    """Open what has come in every plan; a plan that fails is logged and does not keep the others waiting."""
    opened = faults = 0
    for plan_id in facts.plans_to_open(local_date(now)):
        try:
            opened += _open_plan(plan_id, now)
        except sa.exc.OperationalError:
            raise  # the database's trouble, not the plan's
        except Exception:
            log.exception(
                "a plan's periods stay closed", extra={"event": "tick.plan-failed", "plan_id": plan_id}
            )
            faults += 1
    return Opened(opened, faults)


def _open_plan(plan_id: int, now: datetime) -> int:
    """Open the plan's periods that have come since last time: none twice, none dropped."""
    today = local_date(now)
    with transaction() as s:
        s.execute(sa.select(Plan.id).where(Plan.id == plan_id).with_for_update())
        plan = s.get(Plan, plan_id)
        if plan is None or plan.next_opening_on is None or plan.next_opening_on > today:
            return 0
        assert plan.opened_through_on is not None
        assert plan.cadence_version_id is not None
        cadence, calendar = rules.cadence(plan.cadence_version_id), rules.calendar()
        periods = openings(plan.opened_through_on, today, cadence, calendar)
        owed = _owed(s, plan, periods)
        new = duties.open_all(s, plan, owed, now)
        plan.opened_through_on = today
        plan.next_opening_on = next_opening(today, cadence, calendar)
        if owed:  # a rhythm that only tasks of other plans have opens nothing here
            detail = {"periods": list(dict.fromkeys(one.period_key for one in owed)), "duties": len(new)}
            about = ledger.Subject(plan_id=plan_id)
            ledger.append(s, "period.open", at=now, actor_id=None, about=about, detail=detail)
    return len(new)


def _owed(s: Session, plan: Plan, periods: Sequence[Period]) -> list[duties.Owed]:
    parts = reporting_parts(s, plan)
    return [
        duties.Owed(asked.task_id, asked.unit_id, asked.kind, period.key, period.opens_on, asked.due_on)
        for period in periods
        for asked in who_owes(period, plan, parts)
    ]

"""月汇总表: which periods a plan has, and the summary of one, read from the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.db import session
from app.models import Duty, Plan
from app.queries import rules
from app.queries.accounts import Span, accounts
from workflows.cadence import DutyKind, period_of
from workflows.calendar import MIDNIGHT, closing
from workflows.errors import Refused
from workflows.lifecycle import PlanState
from workflows.monthly import MonthSummary, summarise


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """The summary, the plan's other periods (newest first), and the day after which what comes is 补报."""

    summary: MonthSummary
    periods: tuple[str, ...]
    due_on: date
    locked_on: date


def summary(plan_id: int, period_key: str, now: datetime) -> MonthSummary:
    """The monthly summary as known at `now`; a constant number of queries. Raises Refused missing."""
    return page(plan_id, period_key, now).summary


def page(plan_id: int, period_key: str, now: datetime) -> SummaryPage:
    """The summary with what its page shows around it; raises Refused missing."""
    periods = _periods(plan_id)
    plan = session().get(Plan, plan_id)
    if plan is None or plan.cadence_version_id is None or period_key not in periods:
        raise Refused("missing", "没有找到这一期的汇总，可能还没有开放报送。请从“督办台”进入。")
    opened_on, from_on, to_on = _days(plan_id, period_key)
    cadence = rules.cadence(plan.cadence_version_id)
    period = period_of(DutyKind.MONTHLY_REPORT, period_key, cadence, rules.calendar())
    locked_on = period.locked_on or period.due_on
    closed_at = min(now, closing(locked_on, MIDNIGHT) - timedelta(microseconds=1))
    known, closed = accounts(plan_id, [Span(from_on, to_on, at) for at in (now, closed_at)])
    found = summarise(period_key, opened_on, known, closed)
    return SummaryPage(found, periods, period.due_on, locked_on)


def _periods(plan_id: int) -> tuple[str, ...]:
    asked = (
        sa.select(Duty.period_key)
        .where(Duty.plan_id == plan_id, Duty.kind == DutyKind.MONTHLY_REPORT)
        .group_by(Duty.period_key)
        .order_by(sa.func.max(Duty.opens_on).desc(), Duty.period_key.desc())
    )
    return tuple(session().scalars(asked))


def _days(plan_id: int, period_key: str) -> tuple[date, date, date]:
    """When the period opened, and the first and the last day on which a report of it was first due."""
    asked = sa.select(
        sa.func.min(Duty.opens_on), sa.func.min(Duty.original_due_on), sa.func.max(Duty.original_due_on)
    ).where(Duty.plan_id == plan_id, Duty.kind == DutyKind.MONTHLY_REPORT, Duty.period_key == period_key)
    opened_on, from_on, to_on = session().execute(asked).one()
    return opened_on, from_on, to_on


def latest() -> list[tuple[int, str, str]]:
    """(plan, title, period) of every running plan with its newest period, for the ways into the summaries."""
    newest = sa.func.max(Duty.opens_on).over(partition_by=Duty.plan_id)
    asked = (
        sa.select(Duty.plan_id, Plan.title, Duty.period_key, Duty.opens_on, newest.label("newest"))
        .join(Plan)
        .where(Duty.kind == DutyKind.MONTHLY_REPORT, Plan.state == PlanState.ISSUED)
        .group_by(Duty.plan_id, Plan.title, Duty.period_key, Duty.opens_on)
        .subquery()
    )
    found = sa.select(asked.c.plan_id, asked.c.title, sa.func.max(asked.c.period_key)).where(
        asked.c.opens_on == asked.c.newest
    )
    return [
        (plan_id, title, key)
        for plan_id, title, key in session().execute(
            found.group_by(asked.c.plan_id, asked.c.title).order_by(asked.c.plan_id.desc())
        )
    ]

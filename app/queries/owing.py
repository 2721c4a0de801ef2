"""Who owes what for a period: the one answer for the engine, which opens it, and for whoever foretells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Assignment, Plan, Task
from app.queries import rules
from workflows.assignment import gatherer
from workflows.cadence import CadenceRules, DutyKind, Period, Rhythm, in_calendar
from workflows.lifecycle import TaskState
from workflows.units import OWING, Share


@dataclass(frozen=True, slots=True)
class Reporter:
    """A unit's part in a task that is still open, and how often that task is reported on."""

    task_id: int
    unit_id: int
    share: Share
    rhythm: Rhythm


def reporting_parts(s: Session, plan: Plan, cadence: CadenceRules | None = None) -> list[Reporter]:
    """Every lead and responsible part of the plan's tasks that are still open, in document order.

    `cadence` are days to be tried in place of those the plan goes by.
    """
    parts = (
        sa.select(Assignment.task_id, Assignment.unit_id, Assignment.share, Task.kind)
        .join(Task)
        .where(
            Task.plan_id == plan.id,
            Task.state.in_([TaskState.ISSUED, TaskState.UNDERWAY, TaskState.CLOSING]),
            Assignment.share.in_(OWING),
        )
        .order_by(Task.position, Assignment.id)
    )
    cadence = cadence or rules.cadence_of(plan)
    return [
        Reporter(task_id, unit_id, share, cadence.rhythm_of(kind))
        for task_id, unit_id, share, kind in s.execute(parts)
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody owes for a period; without a task it is the plan as a whole."""

    task_id: int | None
    unit_id: int
    kind: DutyKind
    due_on: date


def who_owes(
    period: Period, plan: Plan, parts: Sequence[Reporter], cadence: CadenceRules | None = None
) -> list[Asked]:
    """Who owes what for a period: every part whose task is reported on in that rhythm its report, the lead of a task with
    others beside it what it gathers of them (牵头汇总), the plan's office the review of it all and what it issues itself.

    Each is owed by the working calendar of the unit that owes it.
    """
    if period.kind is not DutyKind.MONTHLY_REPORT:
        asked = [Asked(None, plan.office_id, period.kind, period.due_on)] if plan.office_id else []
    else:
        asked = list(_reports(period, plan, [part for part in parts if part.rhythm is period.rhythm]))
    return _in_own_calendars(period, cadence or rules.cadence_of(plan), asked)


def _reports(period: Period, plan: Plan, parts: Sequence[Reporter]) -> Iterator[Asked]:
    for part in parts:
        yield Asked(part.task_id, part.unit_id, DutyKind.MONTHLY_REPORT, period.due_on)
    for task_id, group in groupby(parts, key=lambda part: part.task_id):
        lead = gatherer({part.unit_id: part.share for part in group})
        if lead is not None:
            yield Asked(task_id, lead, DutyKind.CONSOLIDATION, period.due(DutyKind.CONSOLIDATION))
    if parts and plan.office_id:
        yield Asked(None, plan.office_id, DutyKind.REVIEW, period.due(DutyKind.REVIEW))


def _in_own_calendars(period: Period, cadence: CadenceRules, asked: Sequence[Asked]) -> list[Asked]:
    """The same, with the dates of units that have a calendar of their own rolled over its rest days."""
    calendars = rules.calendars()
    own = {
        calendar: in_calendar(period, cadence, calendar)
        for calendar in {calendars.of(a.unit_id) for a in asked} - {calendars.national}
    }
    return [
        replace(a, due_on=own[calendar].due(a.kind)) if (calendar := calendars.of(a.unit_id)) in own else a
        for a in asked
    ]

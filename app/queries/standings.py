"""What lights and paces are judged by, gathered for a whole page of tasks in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.db import session
from app.models import Assignment, Commitment, Duty, Report, Task
from app.queries import rules
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.commitments import CommitmentKind, TaskKind
from workflows.lifecycle import HOLD_LABELS, STANDING_REPORTS, DutyState, Hold, OnTime, TaskState
from workflows.light import Filed, Milestone, Standing, unchanged_periods
from workflows.units import Share

PAUSES = frozenset({Hold.EXTENSION, Hold.OBJECTION, Hold.COORDINATION})
"""Holds that stop the clock because somebody has to decide; the others say nothing about the task itself."""

OWED_BY_UNITS = frozenset(
    {DutyKind.SIGN, DutyKind.MONTHLY_REPORT, DutyKind.COMPLETION, DutyKind.CONSOLIDATION, DutyKind.SLIP_REPLY}
)
"""What can be held against the units of a task; what the office owes about it cannot."""


def standings(tasks: Sequence[Task], today: date) -> Mapping[int, Standing]:
    """The facts of each task today, by task id: three queries, however many tasks. `task.plan` must be loaded."""
    task_ids = [task.id for task in tasks]
    owed, stones, words = _owed(task_ids, today), _milestones(task_ids), _lead_words(task_ids)
    return {
        task.id: _standing(task, owed.get(task.id, _NOTHING), stones.get(task.id, ()), words.get(task.id, ()))
        for task in tasks
    }


@dataclass(frozen=True, slots=True)
class _Owed:
    """What the task's duties say: how many are late, when reports close, who decides about its date, when it moved."""

    late: int = 0
    reports_due_on: date | None = None
    hold: Hold | None = None
    moved_at: datetime | None = None


_NOTHING = _Owed()


def _owed(task_ids: Sequence[int], today: date) -> Mapping[int, _Owed]:
    pending, completion = Duty.state == DutyState.OPEN, Duty.kind == DutyKind.COMPLETION
    report_to_come = sa.and_(pending, Duty.kind == DutyKind.MONTHLY_REPORT, Duty.due_on >= today)
    late = sa.and_(pending, Duty.kind.in_(OWED_BY_UNITS), Duty.due_on < today)
    paused = sa.and_(pending, completion, Duty.hold.in_(PAUSES))
    moved = sa.and_(completion, Duty.due_on != Duty.original_due_on)
    facts = (
        sa.select(
            Duty.task_id,
            sa.func.sum(sa.case((late, 1), else_=0)),
            sa.func.min(sa.case((report_to_come, Duty.due_on))),
            sa.func.min(sa.case((paused, Duty.hold))),
            sa.func.max(sa.case((moved, Duty.armed_at))),
        )
        .where(Duty.task_id.in_(task_ids), Duty.state.in_({DutyState.OPEN, DutyState.FILED}))
        .group_by(Duty.task_id)
    )
    return {task_id: _Owed(*rest) for task_id, *rest in session().execute(facts) if task_id is not None}


WHOLE = frozenset({"完成", "累计完成"})
"""What an indicator measures when its percentage is the share of the task itself: 2024年完成60%，2025年全部完成."""


def _milestones(task_ids: Sequence[int]) -> Mapping[int, Sequence[Milestone]]:
    """The dated stages of each task, with the shares that the document names for them."""
    share_of_task = sa.and_(
        Commitment.kind == CommitmentKind.INDICATOR, Commitment.name.in_(WHOLE), Commitment.unit == "%"
    )
    dated = sa.select(Commitment.task_id, Commitment.due_on, Commitment.target, Commitment.unit).where(
        Commitment.task_id.in_(task_ids),
        sa.or_(Commitment.kind == CommitmentKind.MILESTONE, share_of_task),
        Commitment.due_on.is_not(None),
    )
    found: dict[int, list[Milestone]] = defaultdict(list)
    for task_id, due_on, target, unit in session().execute(dated):
        if due_on is not None:
            found[task_id].append(Milestone(due_on, share(target, unit)))
    return found


def share(target: str, unit: str) -> float | None:
    """The part of the whole a milestone names (60 %), where it names one."""
    try:
        return float(target) if unit == "%" else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _LeadWord:
    """One report of a leading unit, and how far it says to be now."""

    unit_id: int
    now_percent: int | None
    filed: Filed
    on_time: OnTime | None
    submitted_at: datetime


def _lead_words(task_ids: Sequence[int]) -> Mapping[int, Sequence[_LeadWord]]:
    """For each task, the latest submitted reports of its leading units, from the latest back.

    As many as the rule about unchanged periods looks at, and one more to hold the last of them against.
    """
    latest = _latest_reports(task_ids)
    looked_at = (
        sa.select(latest.c.task_id, latest.c.unit_id, latest.c.now_percent, Report)
        .join(Report, Report.id == latest.c.report_id)
        .where(latest.c.age <= rules.light_rules().unchanged_periods + 1)
        .order_by(latest.c.task_id, latest.c.unit_id, latest.c.age)
    )
    found: dict[int, list[_LeadWord]] = defaultdict(list)
    for task_id, unit_id, now_percent, report in session().execute(looked_at):
        filed = Filed(report.percent or 0, report.done, report.waiting)
        word = _LeadWord(unit_id, now_percent, filed, report.on_time, report.submitted_at)
        found[task_id].append(word)
    return found


def _latest_reports(task_ids: Sequence[int]) -> sa.Subquery:
    """The reports that stand, numbered by age within each task and leading unit."""
    age = sa.func.row_number().over(
        partition_by=(Duty.task_id, Duty.unit_id), order_by=(Duty.original_due_on.desc(), Duty.id.desc())
    )
    return (
        sa.select(
            Duty.task_id,
            Duty.unit_id,
            Assignment.percent.label("now_percent"),
            Report.id.label("report_id"),
            age.label("age"),
        )
        .join(Report, Report.duty_id == Duty.id)
        .join(Assignment, sa.and_(Assignment.task_id == Duty.task_id, Assignment.unit_id == Duty.unit_id))
        .where(
            Duty.task_id.in_(task_ids),
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Assignment.share == Share.LEAD,
            Report.state.in_(STANDING_REPORTS),
        )
        .subquery()
    )


def _standing(task: Task, owed: _Owed, stones: Sequence[Milestone], words: Sequence[_LeadWord]) -> Standing:
    return Standing(
        starts_on=_starts_on(task),
        deadline_on=task.deadline_on,
        percent=task.percent,
        closed=task.state is TaskState.CLOSED,
        issued=task.state is not TaskState.DRAFT,
        overdue_duties=owed.late,
        withdrawn=task.state is TaskState.WITHDRAWN,
        suspended=task.state is TaskState.SUSPENDED,
        advocacy=task.kind is TaskKind.ADVOCACY,
        milestones=tuple(stones),
        unchanged_periods=_unchanged(words, scheduled=task.deadline_on is not None),
        on_time=_on_time(words, owed.moved_at),
        reports_due_on=owed.reports_due_on,
        held_reason=HOLD_LABELS[owed.hold] if owed.hold else "",
    )


def _starts_on(task: Task) -> date | None:
    """The day the plan was issued, or the first of the period it is made for, whichever is later."""
    issued_at, period_from_on = task.plan.issued_at, task.plan.period_from_on
    if issued_at is None:
        return None
    return max(local_date(issued_at), period_from_on or date.min)


def _unchanged(words: Sequence[_LeadWord], *, scheduled: bool) -> int:
    """Of several leading units that report, the one with the freshest news counts."""
    by_unit: dict[int, list[_LeadWord]] = defaultdict(list)
    for word in words:
        by_unit[word.unit_id].append(word)
    counts = (
        unchanged_periods([w.filed for w in own], scheduled=scheduled, percent=own[0].now_percent)
        for own in by_unit.values()
    )
    return min(counts, default=0)


def _on_time(words: Sequence[_LeadWord], moved_at: datetime | None) -> OnTime | None:
    """The gravest of the leading units' latest words; what was said of a date that has moved since is past."""
    latest = {word.unit_id: word for word in reversed(words)}.values()
    said = {w.on_time for w in latest if moved_at is None or w.submitted_at > moved_at}
    return next((answer for answer in (OnTime.UNABLE, OnTime.RISKY, OnTime.ABLE) if answer in said), None)

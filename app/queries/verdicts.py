"""What waits for the office's verdict: reports with what the unit said the period before, and their marks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import aliased, selectinload

from app.db import session
from app.models import Correction, Duty, LedgerEntry, Measure, Report, Unit
from app.queries import corrections, evidence, rules
from app.queries.corrections import Corrected
from app.queries.lateness import late_workdays, was_late
from app.queries.marks import Mark, marks
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.hints import Earlier, Figure, Hint, Written, hints
from workflows.lifecycle import MOST_RETURNS, DutyState, ReportState, TaskState
from workflows.wording import urgency

QUEUE_PAGE = 40
"""Reports on one page of the queue."""


@dataclass(frozen=True, slots=True)
class ToReview:
    """A submitted report, and what the unit said the period before; `late` and `late_workdays` against the first date.

    `review_due_on` is when the office has to have reviewed its period, `corrections` what the unit changed after filing,
    `talked` says that the office has talked with the unit about it and waits for a correction; `hints` what the unit was
    shown while it wrote (填报提示): they help to read, and decide nothing. `unproven` names indicators at their target that
    nothing proves yet.
    """

    duty: Duty
    report: Report
    before: Report | None
    late: bool
    late_workdays: int
    marks: tuple[Mark, ...]
    review_due_on: date | None
    corrections: tuple[Corrected, ...]
    talked: bool
    hints: tuple[Hint, ...]
    unproven: tuple[str, ...]

    @property
    def unseen(self) -> tuple[Corrected, ...]:
        """The corrections the office has not taken note of."""
        return tuple(one for one in self.corrections if one.row.seen_at is None)

    @property
    def checking(self) -> bool:
        return self.report.state is ReportState.CHECKING

    @property
    def plain(self) -> bool:
        """Whether it may be accepted together with others, without a word: nothing is checked, nothing unproven."""
        return not (self.checking or self.unproven)

    @property
    def worn(self) -> bool:
        """Whether it may not be returned any more: the office has to talk (面谈)."""
        return self.report.returns >= MOST_RETURNS

    @property
    def parted(self) -> bool:
        """Whether nothing can be asked of the unit again, the task being withdrawn."""
        return self.duty.task is not None and self.duty.task.state is TaskState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The reports of one unit that have to be reviewed by the same day."""

    unit: Unit
    review_due_on: date | None
    urgency: str
    late: bool
    rows: tuple[ToReview, ...]


def review_queue(now: datetime, *, limit: int = QUEUE_PAGE, offset: int = 0) -> list[ToReview]:
    """Reports that wait, by the day the office has to have reviewed them; then unit by unit, the newest first.

    A constant number of queries, however many there are.
    """
    due_on = _review_due()
    filed = (
        sa.select(Duty, due_on.label("review_due_on"))
        .join(Report)
        .where(Duty.state == DutyState.FILED, Duty.kind == DutyKind.MONTHLY_REPORT)
        .options(
            selectinload(Duty.task),
            selectinload(Duty.unit),
            selectinload(Duty.report).selectinload(Report.help_unit),
            selectinload(Duty.report).selectinload(Report.measures).selectinload(Measure.commitment),
            selectinload(Duty.report).selectinload(Report.corrections).selectinload(Correction.corrected_by),
        )
        .order_by(
            due_on.is_(None),
            due_on,
            sa.func.max(Report.submitted_at).over(partition_by=(due_on, Duty.unit_id)).desc(),
            Duty.unit_id,
            Report.submitted_at.desc(),
            Duty.id.desc(),
        )
        .limit(limit)
        .offset(offset)
    )
    return _rows([(duty, due) for duty, due in session().execute(filed)], now)


def _review_due() -> sa.ScalarSelect[date]:
    review = aliased(Duty)
    whole_plan = sa.func.coalesce(review.task_id, sa.text("0")) == 0  # as the index has it
    return (
        sa.select(sa.func.min(review.due_on))
        .where(
            review.kind == DutyKind.REVIEW,
            review.plan_id == Duty.plan_id,
            whole_plan,
            review.period_key == Duty.period_key,
        )
        .correlate(Duty)
        .scalar_subquery()
    )


def _rows(found: Sequence[tuple[Duty, date | None]], now: datetime) -> list[ToReview]:
    ids = [duty.id for duty, _ in found]
    unproven = evidence.unproven([duty for duty, _ in found])
    before = _reports_before(ids)
    changed = corrections.by_report(
        [one for duty, _ in found if duty.report for one in duty.report.corrections]
    )
    talked = _talked([duty.id for duty, _ in found if duty.report and duty.report.returns >= MOST_RETURNS])
    return [
        ToReview(
            duty,
            duty.report,
            before.get(duty.id),
            was_late(duty, duty.filed_at),
            late_workdays(duty, duty.filed_at),
            marks(duty, now),
            review_due_on,
            changed.get(duty.report.id, ()),
            duty.id in talked,
            _hints(duty.report, before.get(duty.id)),
            unproven.get(duty.id, ()),
        )
        for duty, review_due_on in found
        if duty.report and duty.filed_at
    ]


def _hints(report: Report, before: Report | None) -> tuple[Hint, ...]:
    earlier = {one.commitment_id: one.value for one in before.measures} if before else {}
    figures = tuple(
        Figure(
            one.commitment.name or "指标值",
            one.commitment.unit,
            one.value,
            earlier.get(one.commitment_id, ""),
            one.commitment.target,
        )
        for one in report.measures
    )
    written = Written(report.done, report.percent, figures, report.unchanged or report.waiting)
    return hints(written, Earlier(before.done, before.percent) if before else None)


def grouped(rows: Sequence[ToReview], now: datetime) -> list[UnitGroup]:
    """The rows of a page, unit by unit, with how far off the day of review is."""
    groups = groupby(rows, key=lambda row: (row.review_due_on, row.duty.unit_id))
    return [_group(due_on, tuple(found), local_date(now)) for (due_on, _), found in groups]


def _group(due_on: date | None, rows: tuple[ToReview, ...], today: date) -> UnitGroup:
    words = f"审核期限：{urgency(due_on, today, rules.calendar())}" if due_on else ""
    return UnitGroup(rows[0].duty.unit, due_on, words, due_on is not None and due_on < today, rows)


def _talked(duty_ids: Collection[int]) -> frozenset[int]:
    """Those about which the office has talked with the unit and did not accept them."""
    held = sa.select(LedgerEntry.duty_id).where(
        LedgerEntry.duty_id.in_(duty_ids), LedgerEntry.act == "report.talk"
    )
    return frozenset(duty_id for duty_id in session().scalars(held) if duty_id)


def _reports_before(duty_ids: Collection[int]) -> Mapping[int, Report]:
    """For each report duty, the latest report the same unit submitted on the same task for an earlier period."""
    earlier = aliased(Duty)
    last_opened = (
        sa.select(sa.func.max(earlier.opens_on))
        .select_from(earlier)
        .join(Report, Report.duty_id == earlier.id)
        .where(_same_part(earlier), earlier.opens_on < Duty.opens_on, Report.submitted_at.is_not(None))
        .correlate(Duty)
        .scalar_subquery()
    )
    then = aliased(Duty)
    found = (
        sa.select(Duty.id, Report)
        .select_from(Duty)
        .join(then, sa.and_(_same_part(then), then.opens_on == last_opened))
        .join(Report, Report.duty_id == then.id)
        .where(Duty.id.in_(duty_ids))
        .options(
            selectinload(Report.help_unit), selectinload(Report.measures).selectinload(Measure.commitment)
        )
    )
    return {duty_id: report for duty_id, report in session().execute(found)}  # noqa: C416


def _same_part(other: type[Duty]) -> sa.ColumnElement[bool]:
    return sa.and_(
        other.task_id == Duty.task_id, other.unit_id == Duty.unit_id, other.kind == DutyKind.MONTHLY_REPORT
    )

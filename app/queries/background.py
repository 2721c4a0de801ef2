"""What a month's report builds on: the report before it, the indicators of its task, and how often what recurs was held.

The page shows it beside empty fields, and the figure of a report is derived from it: the same facts for both, read in
a constant number of statements however many tasks there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Commitment, Duty, Measure, Report
from app.queries import rules
from workflows.cadence import DutyKind, openings, rhythm_of
from workflows.commitments import COMPARISON_LABELS, CommitmentKind, Comparison, TaskKind
from workflows.lifecycle import DutyState
from workflows.measures import Reading, derived_percent, held_percent

Key = tuple[int | None, int]
"""A task and a unit."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of a task (指标) and what the unit said of it before: `first` and `before` are values, or empty."""

    commitment_id: int
    name: str
    comparison: Comparison | None
    target: str
    unit: str
    due_on: date | None
    first: str = ""
    before: str = ""

    @property
    def aim(self) -> str:
        """目标 in words: 不低于85%; empty where the document leaves it blank."""
        if self.comparison in {Comparison.NOT_FALL, Comparison.NOT_RISE}:
            return COMPARISON_LABELS[self.comparison]
        compared = COMPARISON_LABELS[self.comparison] if self.comparison else ""
        return f"{compared}{self.target}{self.unit}" if self.target else ""

    def reading(self, value: str) -> Reading:
        """It, at a new value."""
        return Reading(self.comparison, self.target, self.unit, value, self.before, self.first)


@dataclass(frozen=True, slots=True)
class Background:
    """What one report builds on.

    `before` is the report before, `held` and `periods` count for a recurring task how often it was held before this
    period and how many periods there are through its deadline, or through this period where it has none.
    """

    kind: TaskKind
    before: Report | None = None
    indicators: tuple[Indicator, ...] = ()
    held: int = 0
    periods: int = 1

    @property
    def recurs(self) -> bool:
        return self.kind is TaskKind.RECURRING

    @property
    def is_measured(self) -> bool:
        """Whether values take the place of a percentage: a task of indicators of which some can be held against something."""
        return (
            self.kind is TaskKind.INDICATOR
            and derived_percent(one.reading(one.before or "0") for one in self.indicators) is not None
        )

    @property
    def was_unchanged(self) -> bool:
        """Whether the report before said 本月无变化: the next one that does has to say why."""
        return self.before is not None and self.before.unchanged

    def percent(self, measures: Mapping[int, str], occurred: bool | None) -> int | None:
        """累计完成 where the unit gives no figure of its own: by its indicators, each with its latest value, or by what
        was held. None where neither tells."""
        if measures and self.indicators:
            values = {
                one.commitment_id: measures.get(one.commitment_id) or one.before for one in self.indicators
            }
            return derived_percent(one.reading(values[one.commitment_id]) for one in self.indicators)
        if self.recurs and occurred is not None:
            return held_percent(self.held + occurred, self.periods)
        return None


def backgrounds(duties: Sequence[Duty]) -> Mapping[int, Background]:
    """What the reports of one period build on, by id of their duties; these have their tasks loaded."""
    if not duties:
        return {}
    before, measured, held = _reports_before(duties), _values_before(duties), _held_before(duties)
    indicators = _indicators({duty.task_id for duty in duties})
    return {
        duty.id: _Builder(duty, before, measured, held, indicators.get(duty.task_id, ())).background()
        for duty in duties
        if duty.task is not None
    }


@dataclass(slots=True)
class _Values:
    """The first and the latest value of an indicator."""

    first: str
    latest: str


@dataclass(frozen=True, slots=True)
class _Held:
    """How often a recurring task was asked about and held before, and when it was first asked about."""

    held: int = 0
    asked: int = 0
    since: date | None = None


@dataclass(frozen=True, slots=True)
class _Builder:
    duty: Duty
    before: Mapping[Key, Report]
    measured: Mapping[tuple[int, int], _Values]
    held: Mapping[Key, _Held]
    indicators: Sequence[Indicator] = field(default=())

    def background(self) -> Background:
        task, key = self.duty.task, (self.duty.task_id, self.duty.unit_id)
        assert task is not None
        held = self.held.get(key, _Held())
        return Background(
            task.kind,
            self.before.get(key),
            tuple(self._valued(one) for one in self.indicators),
            held.held,
            self._periods(held) if task.kind is TaskKind.RECURRING else 1,
        )

    def _valued(self, indicator: Indicator) -> Indicator:
        values = self.measured.get((indicator.commitment_id, self.duty.unit_id))
        return replace(indicator, first=values.first, before=values.latest) if values else indicator

    def _periods(self, held: _Held) -> int:
        """All periods of the report's rhythm from the first that was asked for through the deadline."""
        duty = self.duty
        assert duty.task is not None
        deadline, so_far = duty.task.deadline_on, held.asked + 1
        if deadline is None:
            return so_far
        since = (held.since or duty.opens_on) - timedelta(days=1)
        coming = openings(since, deadline, rules.cadence_of(duty.plan), rules.calendar(duty.unit_id))
        rhythm = rhythm_of(duty.period_key)
        return max(so_far, sum(period.rhythm is rhythm for period in coming))


def _earlier(duties: Sequence[Duty]) -> tuple[sa.ColumnElement[bool], ...]:
    """Reports of the same units on the same tasks for periods of any rhythm that opened before."""
    return (
        Duty.unit_id.in_({duty.unit_id for duty in duties}),
        Duty.task_id.in_({duty.task_id for duty in duties}),
        Duty.kind == DutyKind.MONTHLY_REPORT,
        Duty.opens_on < min(duty.opens_on for duty in duties),
    )


def _reports_before(duties: Sequence[Duty]) -> Mapping[Key, Report]:
    """The latest report that was submitted, of each."""
    submitted = (*_earlier(duties), Report.submitted_at.is_not(None))
    latest = (
        sa.select(Duty.task_id, Duty.unit_id, sa.func.max(Duty.opens_on).label("opens_on"))
        .join(Report)
        .where(*submitted)
        .group_by(Duty.task_id, Duty.unit_id)
        .subquery()
    )
    wanted = (
        sa.select(Duty.task_id, Duty.unit_id, Report)
        .join(Report)
        .join(
            latest,
            sa.and_(
                latest.c.task_id == Duty.task_id,
                latest.c.unit_id == Duty.unit_id,
                latest.c.opens_on == Duty.opens_on,
            ),
        )
        .where(*submitted)
        .options(selectinload(Report.measures), selectinload(Report.help_unit))
        .order_by(Duty.due_on)
    )
    return {(task_id, unit_id): report for task_id, unit_id, report in session().execute(wanted)}


def _values_before(duties: Sequence[Duty]) -> Mapping[tuple[int, int], _Values]:
    given = (
        sa.select(Measure.commitment_id, Duty.unit_id, Measure.value)
        .join(Report, Report.id == Measure.report_id)
        .join(Duty, Duty.id == Report.duty_id)
        .where(*_earlier(duties), Report.submitted_at.is_not(None))
        .order_by(Duty.opens_on, Duty.due_on)
    )
    found: dict[tuple[int, int], _Values] = {}
    for commitment_id, unit_id, value in session().execute(given):
        values = found.setdefault((commitment_id, unit_id), _Values(value, value))
        values.latest = value
    return found


def _held_before(duties: Sequence[Duty]) -> Mapping[Key, _Held]:
    recurring = [duty for duty in duties if duty.task is not None and duty.task.kind is TaskKind.RECURRING]
    if not recurring:
        return {}
    asked = (
        sa.select(
            Duty.task_id,
            Duty.unit_id,
            sa.func.sum(sa.case((Report.occurred.is_(True), 1), else_=0)),
            sa.func.count(),
            sa.func.min(Duty.opens_on),
        )
        .outerjoin(Report, sa.and_(Report.duty_id == Duty.id, Report.submitted_at.is_not(None)))
        .where(*_earlier(recurring), Duty.state != DutyState.CANCELLED)
        .group_by(Duty.task_id, Duty.unit_id)
    )
    return {(task, unit): _Held(*counted) for task, unit, *counted in session().execute(asked)}


def _indicators(task_ids: set[int | None]) -> Mapping[int | None, Sequence[Indicator]]:
    promised = (
        sa.select(Commitment)
        .where(Commitment.task_id.in_(task_ids), Commitment.kind == CommitmentKind.INDICATOR)
        .order_by(Commitment.task_id, Commitment.position, Commitment.id)
    )
    found: dict[int | None, list[Indicator]] = defaultdict(list)
    for one in session().scalars(promised):
        name = one.name or one.text or "指标值"
        found[one.task_id].append(Indicator(one.id, name, one.comparison, one.target, one.unit, one.due_on))
    return found

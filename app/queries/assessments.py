"""考核 as people see it: the years there are, one assessment with its groups, one unit's score, what was entered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Appeal, Assessment, AssessmentEntry, Assignment, Duty, Plan, Task, Unit
from app.queries import schemes, scoring
from workflows.appraisal import AppraisalGroup, Mend, Scheme, Score, in_order
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import AppealState, AssessmentState, DutyState, PlanState, ScoreStage

NO_ASSESSMENT = "没有找到这次考核。请从“考核”页进入。"


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """One assessment of the list."""

    assessment: Assessment
    pending: int


@dataclass(frozen=True, slots=True)
class Beginnable:
    """A plan's year that can be assessed and is not yet; `duty` is what the engine opened for it."""

    plan_id: int
    title: str
    year: int
    duty: Duty | None


@dataclass(frozen=True, slots=True)
class Index:
    rows: tuple[AssessmentRow, ...]
    beginnable: tuple[Beginnable, ...]


def index(now: datetime) -> Index:
    """All assessments, the newest first, and what could be begun; five queries."""
    wanted = sa.select(Assessment).options(selectinload(Assessment.plan), selectinload(Assessment.scheme))
    begun = session().scalars(wanted.order_by(Assessment.year.desc(), Assessment.id.desc())).all()
    waiting = (
        sa.select(Appeal.assessment_id, sa.func.count())
        .where(Appeal.state == AppealState.PENDING)
        .group_by(Appeal.assessment_id)
    )
    pending: Mapping[int, int] = {key: count for key, count in session().execute(waiting)}  # noqa: C416
    rows = tuple(AssessmentRow(one, pending.get(one.id, 0)) for one in begun)
    return Index(rows, _beginnable({(one.plan_id, one.year) for one in begun}, now))


def _beginnable(begun: Collection[tuple[int, int]], now: datetime) -> tuple[Beginnable, ...]:
    issued = sa.select(Plan).where(Plan.state == PlanState.ISSUED, Plan.issued_at.is_not(None))
    asked = sa.select(Duty).where(Duty.kind == DutyKind.ASSESSMENT, Duty.state == DutyState.OPEN)
    duties = {(duty.plan_id, int(duty.period_key)): duty for duty in session().scalars(asked)}
    found = [
        Beginnable(plan.id, plan.title, year, duties.get((plan.id, year)))
        for plan in session().scalars(issued.order_by(Plan.id.desc()))
        for year in _years(plan, now)
        if (plan.id, year) not in begun
    ]
    return tuple(sorted(found, key=lambda one: (one.duty is None, -one.year)))


def _years(plan: Plan, now: datetime) -> range:
    assert plan.issued_at is not None
    return range(local_date(plan.issued_at).year, local_date(now).year + 1)


def pending_appeals() -> int:
    """Appeals that wait for a decision."""
    waiting = sa.select(sa.func.count()).select_from(Appeal).where(Appeal.state == AppealState.PENDING)
    return session().scalar(waiting) or 0


def one(assessment_id: int) -> Assessment:
    """One assessment with its plan; raises Refused missing."""
    wanted = (
        sa.select(Assessment)
        .where(Assessment.id == assessment_id)
        .options(
            selectinload(Assessment.plan), selectinload(Assessment.scheme), selectinload(Assessment.duty)
        )
    )
    found = session().scalar(wanted)
    if found is None:
        raise Refused("missing", NO_ASSESSMENT)
    return found


# ------------------------------------------------------------------------------------------- one assessment


@dataclass(frozen=True, slots=True)
class GroupScores:
    """One group with its scores, the best first."""

    group: AppraisalGroup
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """One assessment: the scores of its last stage (running ones as of now), what was entered, the appeals."""

    assessment: Assessment
    scheme: Scheme
    newer_scheme: bool
    stage: ScoreStage | None
    groups: tuple[GroupScores, ...]
    entries: tuple[AssessmentEntry, ...]
    appeals: tuple[Appeal, ...]

    @property
    def pending(self) -> int:
        return sum(appeal.state is AppealState.PENDING for appeal in self.appeals)

    @property
    def cutoff_on(self) -> date | None:
        return cutoff_day(self.assessment)


def cutoff_day(assessment: Assessment | None) -> date | None:
    """The last day whose data counted; None while nothing is frozen."""
    if assessment is None or assessment.cutoff_at is None:
        return None
    return local_date(assessment.cutoff_at) - timedelta(days=1)


def last_stage(assessment: Assessment) -> ScoreStage | None:
    """The stage whose scores hold: none while the assessment runs."""
    if assessment.state is AssessmentState.RUNNING:
        return None
    shown = assessment.state is AssessmentState.PREPUBLISHED
    return ScoreStage.PREVIEW if shown else ScoreStage.FINAL


def page(assessment_id: int, now: datetime) -> AssessmentPage:
    """One assessment; the number of queries does not grow. Raises Refused missing."""
    found = one(assessment_id)
    stage = last_stage(found)
    scores = (
        scoring.stored(assessment_id, stage)
        if stage
        else scoring.running(found.plan_id, found.year, now).scores
    )
    scheme, (newest, _) = schemes.of(found.scheme_id), schemes.in_force()
    groups = (GroupScores(rule.group, tuple(in_order(scores, rule.group))) for rule in scheme.memberships)
    return AssessmentPage(
        found,
        scheme,
        newest != found.scheme_id and stage is None,
        stage,
        tuple(group for group in groups if group.scores),
        tuple(entries(assessment_id)),
        tuple(appeals_of(assessment_id)),
    )


def entries(assessment_id: int, unit_id: int | None = None) -> Sequence[AssessmentEntry]:
    """What was entered, withdrawn entries too, the newest first."""
    wanted = (
        sa.select(AssessmentEntry)
        .where(AssessmentEntry.assessment_id == assessment_id)
        .options(
            selectinload(AssessmentEntry.unit),
            selectinload(AssessmentEntry.entered_by),
            selectinload(AssessmentEntry.evidence),
        )
        .order_by(AssessmentEntry.id.desc())
    )
    return (
        session()
        .scalars(wanted if unit_id is None else wanted.where(AssessmentEntry.unit_id == unit_id))
        .all()
    )


def appeals_of(assessment_id: int, unit_id: int | None = None) -> Sequence[Appeal]:
    """The appeals, those that wait first."""
    wanted = (
        sa.select(Appeal)
        .where(Appeal.assessment_id == assessment_id)
        .options(selectinload(Appeal.unit), selectinload(Appeal.decided_by), selectinload(Appeal.duty))
        .order_by(Appeal.decided_at.is_not(None), Appeal.id)
    )
    return session().scalars(wanted if unit_id is None else wanted.where(Appeal.unit_id == unit_id)).all()


def appeal(appeal_id: int) -> Appeal:
    """One appeal with its assessment; raises Refused missing."""
    wanted = (
        sa.select(Appeal)
        .where(Appeal.id == appeal_id)
        .options(
            selectinload(Appeal.assessment).selectinload(Assessment.plan),
            selectinload(Appeal.unit),
            selectinload(Appeal.decided_by),
            selectinload(Appeal.raised_by),
            selectinload(Appeal.duty),
        )
    )
    found = session().scalar(wanted)
    if found is None:
        raise Refused("missing", "没有找到这件申诉。请从“考核”页进入。")
    return found


# ------------------------------------------------------------------------------------------- one unit


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit's score, with what would mend it while it still runs; `at` is the instant it was worked out for."""

    plan_id: int
    plan_title: str
    year: int
    unit: Unit
    assessment: Assessment | None
    stage: ScoreStage | None
    score: Score | None
    scheme: Scheme
    mends: tuple[Mend, ...]
    entries: tuple[AssessmentEntry, ...]
    appeals: tuple[Appeal, ...]
    at: datetime

    @property
    def cutoff_on(self) -> date | None:
        return cutoff_day(self.assessment)

    def may_appeal(self, now: datetime) -> bool:
        """Whether the days for appeals run."""
        found = self.assessment
        return (
            found is not None
            and found.state is AssessmentState.PREPUBLISHED
            and found.appeals_until_on is not None
            and local_date(now) <= found.appeals_until_on
        )


def unit_page(assessment_id: int, unit_id: int, now: datetime, stage: ScoreStage | None = None) -> UnitPage:
    """One unit in one assessment: at the stage asked for, else the last; raises Refused missing."""
    found = one(assessment_id)
    last = last_stage(found)
    if stage is None or last is None or (stage is ScoreStage.FINAL and last is ScoreStage.PREVIEW):
        stage = last
    return _unit_page(found.plan, found.year, unit_id, found, stage, now)


def running_page(plan_id: int, year: int, unit_id: int, now: datetime) -> UnitPage:
    """One unit's score of a plan's year as it stands now, or as it was shown; raises Refused missing."""
    plan = session().get(Plan, plan_id)
    if plan is None or plan.issued_at is None:
        raise Refused("missing", "没有找到这个计划。请从“我的考核”进入。")
    begun = scoring.of_year(plan_id, year)
    return _unit_page(plan, year, unit_id, begun, last_stage(begun) if begun else None, now)


def _unit_page(
    plan: Plan, year: int, unit_id: int, begun: Assessment | None, stage: ScoreStage | None, now: datetime
) -> UnitPage:
    unit = session().get(Unit, unit_id)
    if unit is None:
        raise Refused("missing", "没有找到这个单位。请从“考核”页进入。")
    mends: tuple[Mend, ...] = ()
    if stage is None or begun is None:
        running = scoring.running(plan.id, year, now)
        score, scheme, at = running.scores.get(unit_id), running.scheme, now
        mends = tuple(running.mends(unit_id))
    else:
        score = scoring.stored(begun.id, stage, [unit_id]).get(unit_id)
        scheme, at = schemes.of(begun.scheme_id), begun.cutoff_at or now
    own = tuple(entries(begun.id, unit_id)) if begun else ()
    raised = tuple(appeals_of(begun.id, unit_id)) if begun else ()
    return UnitPage(plan.id, plan.title, year, unit, begun, stage, score, scheme, mends, own, raised, at)


@dataclass(frozen=True, slots=True)
class OwnYear:
    """A unit's score somebody may look at: of which unit, plan and year."""

    unit_id: int
    unit_name: str
    plan_id: int
    title: str
    year: int


def own_years(unit_ids: Collection[int], now: datetime) -> list[OwnYear]:
    """The plans these units take part in, this year's first, and every year that is assessed; two queries."""
    taking_part = (
        sa.select(Unit.id, Unit.name, Plan.id, Plan.title, Plan.issued_at)
        .join(Assignment, Assignment.unit_id == Unit.id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Unit.id.in_(unit_ids), Plan.state != PlanState.DRAFT, Plan.issued_at.is_not(None))
        .distinct()
        .order_by(Plan.id.desc(), Unit.id)
    )
    begun = session().execute(sa.select(Assessment.plan_id, Assessment.year))
    assessed = {(plan_id, year) for plan_id, year in begun}
    this_year = local_date(now).year
    found = [
        OwnYear(unit_id, name, plan_id, title, year)
        for unit_id, name, plan_id, title, issued_at in session().execute(taking_part)
        if issued_at is not None
        for year in range(local_date(issued_at).year, this_year + 1)
        if year == this_year or (plan_id, year) in assessed
    ]
    return sorted(found, key=lambda own: -own.year)


# ------------------------------------------------------------------------------------------- weights


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One task with its own weight in per cent."""

    task: Task
    weight: int


def weight_rows(assessment: Assessment) -> list[WeightRow]:
    """The plan's tasks in their order, each with its weight."""
    own = scoring.weights_of(assessment)
    wanted = sa.select(Task).where(Task.plan_id == assessment.plan_id).order_by(Task.position, Task.id)
    return [WeightRow(task, own.get(task.id, 100)) for task in session().scalars(wanted)]


def scored_units(assessment: Assessment) -> list[tuple[int, str]]:
    """The units that take part in the plan, by name: those an entry may be for."""
    wanted = (
        sa.select(Unit.id, Unit.name)
        .join(Assignment, Assignment.unit_id == Unit.id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Task.plan_id == assessment.plan_id)
        .distinct()
        .order_by(Unit.name)
    )
    return [(unit_id, name) for unit_id, name in session().execute(wanted)]


def assessment_of_entry(entry_id: int) -> int:
    """The assessment an entry belongs to; raises Refused missing."""
    found = session().get(AssessmentEntry, entry_id)
    if found is None:
        raise Refused("missing", "没有找到这条登记。请从“考核”页进入。")
    return found.assessment_id

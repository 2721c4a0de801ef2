"""The year's scores worked out from the record: running at any instant, or as of an assessment's cut-off.

One account of the plan (and of its quarters, where the scheme goes by quarters), all units scored in one pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.db import session
from app.models import Assessment, AssessmentEntry, AssessmentScore
from app.queries import schemes
from app.queries.accounts import Span, accounts, known_since
from workflows.appraisal import (
    Adjustment,
    Entry,
    Material,
    Mend,
    Scheme,
    Score,
    appealed,
    mends,
    parts,
    read_back,
    scores,
    tallies,
)
from workflows.calendar import instant, local_date
from workflows.lifecycle import AppealState, ScoreStage

SETTLING = timedelta(days=10)
"""After a quarter's end its figures stand still: what came later counts in the year's check, not in the quarter."""


@dataclass(frozen=True, slots=True)
class Running:
    """The scores of one plan and year at one instant, with all they were made of."""

    plan_id: int
    year: int
    at: datetime
    scheme_id: int
    scheme: Scheme
    material: Material
    scores: Mapping[int, Score]

    def mends(self, unit_id: int) -> list[Mend]:
        """What would bring the unit points back, most first."""
        part = parts(self.material).get(unit_id)
        return mends(part, self.scheme, self.material.weights) if part else []


def of_year(plan_id: int, year: int) -> Assessment | None:
    """The plan's assessment of that year, when one is begun."""
    wanted = sa.select(Assessment).where(Assessment.plan_id == plan_id, Assessment.year == year)
    return session().scalar(wanted)


def running(plan_id: int, year: int, at: datetime) -> Running:
    """The scores as they stand: by the scheme of the year's assessment, before one is begun by that in force.

    Raises Refused missing for a plan that was not issued by then.
    """
    begun = of_year(plan_id, year)
    version_id, scheme = (begun.scheme_id, schemes.of(begun.scheme_id)) if begun else schemes.in_force()
    gathered = material(plan_id, year, at, scheme, begun)
    return Running(plan_id, year, at, version_id, scheme, gathered, scores(tallies(gathered, scheme), scheme))


def supposed(plan_id: int, year: int, at: datetime, scheme: Scheme) -> Mapping[int, Score]:
    """What the scores would be by that scheme."""
    gathered = material(plan_id, year, at, scheme, of_year(plan_id, year))
    return scores(tallies(gathered, scheme), scheme)


def material(
    plan_id: int,
    year: int,
    at: datetime,
    scheme: Scheme,
    begun: Assessment | None,
    standing_at: datetime | None = None,
) -> Material:
    """What a plan's scores of one year are made of, as known at `at`; with the entries that stood at `standing_at`."""
    quarters = dict(_quarters(plan_id, year, at)) if scheme.by_quarters else {}
    whole = Span(date(year, 1, 1), date(year, 12, 31), at)
    known, *by_quarter = accounts(plan_id, [whole, *quarters.values()])
    return Material(
        known,
        entries_of(begun.id, standing_at) if begun else (),
        weights_of(begun) if begun else {},
        dict(zip(quarters, by_quarter, strict=True)),
    )


def weights_of(assessment: Assessment) -> Mapping[int, int]:
    """Task → its own weight in per cent, for the tasks that have one."""
    return {int(task_id): weight for task_id, weight in assessment.weights.items()}


def _quarters(plan_id: int, year: int, at: datetime) -> Iterator[tuple[str, Span]]:
    """The spans of the quarters that have begun by then, of a plan that was on record before they were frozen."""
    since = known_since(plan_id)
    for quarter in range(1, 5):
        first = date(year, quarter * 3 - 2, 1)
        last = date(year + quarter // 4, quarter % 4 * 3 + 1, 1) - timedelta(days=1)
        still = instant(last + SETTLING, 0)
        if first <= local_date(at) and since is not None and since <= min(at, still):
            yield f"{year}-Q{quarter}", Span(first, last, min(at, still))


def entries_of(assessment_id: int, standing_at: datetime | None = None) -> tuple[Entry, ...]:
    """What was entered and not withdrawn, now or by `standing_at`, in its order."""
    still = AssessmentEntry.withdrawn_at.is_(None)
    then = AssessmentEntry.withdrawn_at > standing_at if standing_at is not None else sa.false()
    wanted = sa.select(AssessmentEntry).where(
        AssessmentEntry.assessment_id == assessment_id, sa.or_(still, then)
    )
    return tuple(
        Entry(
            row.id,
            row.unit_id,
            row.kind,
            row.item,
            row.points,
            row.document_number,
            row.words,
            has_finding=row.evidence_id is not None,
        )
        for row in session().scalars(wanted.order_by(AssessmentEntry.id))
    )


# ------------------------------------------------------------------------------------------- frozen


def frozen(assessment: Assessment, at: datetime) -> Mapping[int, Score]:
    """The scores of an assessment as known at `at`, worked out anew from the record: the preview's, without appeals."""
    scheme = schemes.of(assessment.scheme_id)
    standing_at = assessment.prepublished_at
    gathered = material(assessment.plan_id, assessment.year, at, scheme, assessment, standing_at)
    return scores(tallies(gathered, scheme), scheme)


def final(assessment: Assessment, at: datetime) -> Mapping[int, Score]:
    """The same with what the decisions on appeals changed; places and grades are given anew."""
    scheme = schemes.of(assessment.scheme_id)
    gathered = material(assessment.plan_id, assessment.year, at, scheme, assessment)
    changed: dict[int, list[Adjustment]] = {}
    for appeal in assessment.appeals:
        if appeal.state is AppealState.UPHELD:
            one = Adjustment("appeal", appeal.item or "总分", appeal.change, (), words=appeal.decision)
            changed.setdefault(appeal.unit_id, []).append(one)
    found = {
        unit_id: appealed(tally, changed.get(unit_id, []))
        for unit_id, tally in tallies(gathered, scheme).items()
    }
    return scores(found, scheme)


def stored(
    assessment_id: int, stage: ScoreStage, unit_ids: Collection[int] | None = None
) -> dict[int, Score]:
    """The scores that were kept at a stage, by unit."""
    wanted = sa.select(AssessmentScore.unit_id, AssessmentScore.breakdown).where(
        AssessmentScore.assessment_id == assessment_id, AssessmentScore.stage == stage
    )
    if unit_ids is not None:
        wanted = wanted.where(AssessmentScore.unit_id.in_(unit_ids))
    return {unit_id: read_back(body) for unit_id, body in session().execute(wanted)}


def departures(assessment: Assessment) -> list[int]:
    """Units whose kept scores differ from what the record gives today for the same cut-off; empty when all recompute."""
    if assessment.cutoff_at is None:
        return []
    wrong: set[int] = set()
    for stage, work_out in ((ScoreStage.PREVIEW, frozen), (ScoreStage.FINAL, final)):
        was = stored(assessment.id, stage)
        if was:
            now = work_out(assessment, assessment.cutoff_at)
            wrong |= {unit for unit in was.keys() | now.keys() if was.get(unit) != now.get(unit)}
    return sorted(wrong)

"""A new scheme of the year's assessment: what it changes, what it never changes, and what cannot be one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from app.db import session
from app.models import (
    Assessment,
    AssessmentScore,
    LedgerEntry,
)
from app.models.rules import PolicySubject
from app.queries import rulebook, schemes, scoring
from app.services import assessments, rules
from app.services.rules import Use
from tests.assessing import (
    a_year,
    begun,
    entered,
    running,
    settled,
    shown,
    the_only,
    version,
)
from tests.world import LEAD, SHARER, World
from workflows.appraisal import Grade, Scheme
from workflows.errors import Refused
from workflows.lifecycle import EntryKind, ScoreStage

APPEALS_END = date(2025, 6, 10)


@pytest.fixture
def plan_id(world: World) -> int:
    return a_year(world)


@pytest.fixture
def assessment_id(world: World, plan_id: int) -> int:
    return begun(world, plan_id)


def scores(world: World, stage: ScoreStage) -> dict[str, AssessmentScore]:
    found = world.all(sa.select(AssessmentScore).where(AssessmentScore.stage == stage))
    names = {world.unit_id(name): name for name in (LEAD, SHARER)}
    return {names[score.unit_id]: score for score in found}


def refused(code: str, said: str, doing: Callable[[], object]) -> None:
    """It is refused with that code, in a sentence that holds these words."""
    with pytest.raises(Refused) as refusal:
        doing()
    assert refusal.value.code == code
    assert said in str(refusal.value)


# ------------------------------------------------------------------------------------------- schemes


def new_scheme(world: World, **change: object) -> int:
    """Draft a scheme with these changes and take it into use; returns the version's id."""
    with world.app.app_context():
        draft_id = rules.begin(world.office, PolicySubject.APPRAISAL, None, world.now)
        body = replace(Scheme(), **change).as_json()  # type: ignore[arg-type]
        rules.save(world.office, draft_id, body, seen_version=1, now=world.now)
        in_force, _ = schemes.in_force()
        use = Use("试行一年后调整", (), rulebook.draft(draft_id).version, in_force)
        return rules.take(world.office, draft_id, use, world.now)


def test_a_new_scheme_never_changes_a_frozen_assessment(
    world: World, plan_id: int, assessment_id: int
) -> None:
    shown(world, assessment_id)
    before = scores(world, ScoreStage.PREVIEW)[LEAD].breakdown
    world.clock.forward(minutes=5)
    lines = {Grade.EXCELLENT: 30_00, Grade.GOOD: 20_00, Grade.PASS: 10_00}
    new_scheme(world, lines=lines, best_percent=100)
    seen = version(world, assessment_id)
    with world.app.app_context():
        refused(
            "illegal-step",
            "不能再改用",
            lambda: assessments.adopt_scheme(world.office, assessment_id, seen_version=seen, now=world.now),
        )
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    settled(world, assessment_id)
    assert scores(world, ScoreStage.FINAL)[LEAD].breakdown == before


def test_an_assessment_that_runs_keeps_its_scheme_until_the_office_adopts_the_new_one(
    world: World, plan_id: int, assessment_id: int
) -> None:
    before = running(world, plan_id)[LEAD].tally
    scheme_id = new_scheme(world, items=(replace(Scheme().items[0], full=100_00, formula="办结率"),))
    assert running(world, plan_id)[LEAD].tally == before
    with world.app.app_context():
        assessments.adopt_scheme(
            world.office, assessment_id, seen_version=version(world, assessment_id), now=world.now
        )
    after = running(world, plan_id)[LEAD].tally
    assert (after.base, after.version, the_only(world).scheme_id) == (100_00, 2, scheme_id)


@pytest.mark.parametrize("formula", ["登录次数", "填报字数/300", "附件数", "办结率*0.5+在线时长*0.5"])
def test_a_scheme_that_counts_what_must_not_count_cannot_be_saved(world: World, formula: str) -> None:
    with world.app.app_context():
        draft_id = rules.begin(world.office, PolicySubject.APPRAISAL, None, world.now)
        bad = replace(Scheme(), items=(replace(Scheme().items[0], full=100_00, formula=formula),)).as_json()
        refused(
            "invalid", "12号", lambda: rules.save(world.office, draft_id, bad, seen_version=1, now=world.now)
        )
        assert rulebook.draft(draft_id).body == Scheme().as_json()


def test_what_a_draft_would_change_is_worked_out_without_a_write(world: World, plan_id: int) -> None:
    own = replace(Scheme(), items=(replace(Scheme().items[0], full=100_00, formula="办结率"),))
    with world.app.app_context():
        entries = session().scalar(sa.select(sa.func.count()).select_from(LedgerEntry))
        found = scoring.supposed(plan_id, 2025, world.now, own)
        assert {score.tally.points for score in found.values()} >= {
            100_00 - found[world.unit_id(LEAD)].tally.deductions
        }
        assert session().scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == entries


def test_a_year_by_quarters_takes_the_checks_that_were_entered(world: World, plan_id: int) -> None:
    new_scheme(world, weight_of_quarters=70)
    assessment_id = begun(world, plan_id)
    entered(world, assessment_id, EntryKind.YEAR_CHECK, 90_00)
    found = running(world, plan_id)[LEAD].tally
    assert [quarter.key for quarter in found.quarters] == ["2025-Q1", "2025-Q2"]
    mean = Fraction(sum(quarter.points for quarter in found.quarters), 2)
    assert abs(found.base - (mean * 70 / 100 + 90_00 * Fraction(30, 100))) <= Fraction(1, 2)
    shown(world, assessment_id)
    with world.app.app_context():
        assert scoring.departures(session().get_one(Assessment, assessment_id)) == []

"""A year to be scored: a plan in its third month, with a report in time, one late and one missed, and a task closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from io import BytesIO

import sqlalchemy as sa

from app.models import Appeal, Assessment
from app.queries import scoring
from app.services import appeals, assessment_entries, assessments
from app.services.appeals import Decision, Raised
from app.services.assessment_entries import Entered
from app.services.evidence import Upload
from tests.world import LEAD, SHARER, Asked, World
from workflows.appraisal import Fact, Score
from workflows.lifecycle import EntryKind

FINDING = Upload("认定书.txt", "经核查，情况属实。".encode(), unclassified=True)
CUTOFF = date(2025, 5, 31)
SHOWN_ON = date(2025, 6, 3)
"""A Tuesday; the fifth working day after it is 2025年6月10日."""


def a_year(world: World) -> int:
    """Two tasks led by 县教育局, shared by 县财政局. March is filed in time by both, April late by the lead and never by
    the other; the first task is closed in May. Returns the plan's id."""
    plan_id = world.issue(
        Asked("扩建公办幼儿园", due=date(2025, 5, 20)), Asked("培训幼儿教师", due=date(2025, 12, 20))
    )
    for unit in (LEAD, SHARER):
        world.sign(unit)
    come(world, date(2025, 3, 21))
    for unit in (LEAD, SHARER):
        world.file(unit, "2025-03", percent=20)
    come(world, date(2025, 4, 29))
    world.file(LEAD, "2025-04", percent=60)
    come(world, date(2025, 5, 15))
    world.close(world.tasks(plan_id)[0].id)
    come(world, SHOWN_ON)
    return plan_id


def come(world: World, day: date) -> None:
    """Let that day come, with one turn of the engine: what opened by then is open."""
    world.clock.go_to(day)
    world.tick()


def begun(world: World, plan_id: int, year: int = 2025) -> int:
    with world.app.app_context():
        return assessments.begin(world.office, plan_id, year, world.now)


def version(world: World, assessment_id: int) -> int:
    return world.get(Assessment, assessment_id).version


def shown(world: World, assessment_id: int, cutoff: date = CUTOFF) -> int:
    """Show it for appeal; returns how many units are scored."""
    seen = version(world, assessment_id)
    with world.app.app_context():
        return assessments.prepublish(world.office, assessment_id, cutoff, seen_version=seen, now=world.now)


def entered(
    world: World,
    assessment_id: int,
    kind: EntryKind,
    points: int = 0,
    *,
    unit: str = LEAD,
    item: str = "",
    number: str = "督发〔2025〕5号",
    upload: Upload | None = None,
) -> int:
    typed = Entered(world.unit_id(unit), kind, item, points, number, "按文件登记")
    with world.app.app_context():
        return assessment_entries.enter(world.office, assessment_id, typed, upload, world.now)


def appealed(
    world: World,
    assessment_id: int,
    unit: str = LEAD,
    item: str = "时效",
    words: str = "四月月报因系统停运迟报。",
) -> int:
    typed = Raised(world.unit_id(unit), item, words, "局长某某")
    with world.app.app_context():
        return appeals.appeal(world.actor(unit), assessment_id, typed, world.now)


def decided(world: World, appeal_id: int, *, upheld: bool = True, change: int = 1_50) -> None:
    seen = world.get(Appeal, appeal_id).version
    with world.app.app_context():
        decision = Decision(upheld, change, "经核对日志，情况属实。" if upheld else "与记录不符。")
        appeals.decide(world.office, appeal_id, decision, seen_version=seen, now=world.now)


def settled(world: World, assessment_id: int) -> None:
    seen = version(world, assessment_id)
    with world.app.app_context():
        assessments.settle(world.office, assessment_id, seen_version=seen, now=world.now)


def archived(world: World, assessment_id: int, number: str = "×政督〔2026〕3号") -> None:
    seen = version(world, assessment_id)
    with world.app.app_context():
        assessments.archive(world.office, assessment_id, number, seen_version=seen, now=world.now)


def running(world: World, plan_id: int, year: int = 2025) -> Mapping[str, Score]:
    """The running scores, by unit name."""
    with world.app.app_context():
        return {
            score.tally.name: score for score in scoring.running(plan_id, year, world.now).scores.values()
        }


def figure(score: Score, fact: Fact) -> Fraction | None:
    """One fact of a score."""
    return next(f.value for item in score.tally.items for f in item.figures if f.fact is fact)


def the_only(world: World) -> Assessment:
    return world.one(sa.select(Assessment))


def proof() -> tuple[BytesIO, str]:
    """The finding as a browser sends it."""
    return BytesIO(FINDING.content), FINDING.filename

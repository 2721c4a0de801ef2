"""The whole year through the forms, by the test client: what came of it, counted by hand beside what the pages say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import (
    Appeal,
    Assessment,
    AssessmentScore,
    Bulletin,
    Correction,
    Letter,
    Notice,
    Report,
    Task,
)
from tests.conftest import build_template, dispose, make_app
from tests.world import FakePost, FrozenClock, World, at
from tests.year import county
from tests.year.hands import Client
from tests.year.story import BEFORE, CLOSED_TITLE, EXTENDED_TO, MENDED, Year, reports_of
from workflows.appraisal import Grade
from workflows.bulletins import Figures
from workflows.cadence import DutyKind
from workflows.escalation import LetterKind
from workflows.lifecycle import (
    AppealState,
    AssessmentState,
    BulletinState,
    ClosingGrade,
    DutyState,
    ReportState,
    ScoreStage,
)

KINDERGARTEN_TASKS, RENSHE_TASKS, MINZHENG_TASKS = 6, 7, 2
SILENT_A_MONTH = 2 + 1 + 1 + 1 + 1
"""Reports a month that nobody ever files: 县委编办 has two tasks, three others and the township one each."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The county when its year is over."""
    url = f"sqlite:///{tmp_path_factory.mktemp('year') / 'luoshi.db'}"
    build_template(url, BEFORE)
    clock, post = FrozenClock(at(BEFORE)), FakePost()
    app = make_app(url, clock, post)
    lived = World(app, clock, post)
    Year(lived, lambda username: Client(app, username)).live()
    yield lived
    dispose(app)


def figures(world: World, key: str) -> Figures:
    bulletin = world.one(sa.select(Bulletin).where(Bulletin.period_key == key))
    return Figures.from_json(bulletin.figures)


def test_twelve_months_were_reported_each_in_its_manner(world: World) -> None:
    filed = Counter(duty.period_key for duty in world.duties(kind=DutyKind.MONTHLY_REPORT) if duty.filed_at)
    assert set(filed) == {f"2024-{month:02}" for month in range(1, 13)}
    fulian = {duty.period_key: duty for duty in world.duties(unit="县妇联", kind=DutyKind.MONTHLY_REPORT)}
    assert [key for key, duty in fulian.items() if duty.filed_at] == [f"2024-{m:02}" for m in range(1, 11)]
    assert {report.returns for report in reports_of(world, "县妇联")} == {0, 1}
    missing = world.duties(unit="县人社局", kind=DutyKind.MONTHLY_REPORT, period="2024-05")
    assert {duty.state for duty in missing} == {DutyState.OPEN}
    after_lock = [report for report in reports_of(world, "城关镇中心幼儿园") if report.after_lock]
    assert len(after_lock) == KINDERGARTEN_TASKS
    [correction] = world.all(sa.select(Correction))
    assert "120万元" in correction.after["done"]
    assert "8月份" in correction.before["done"]


def test_one_task_was_closed_with_a_grade_and_one_date_was_moved(world: World) -> None:
    closed = world.one(sa.select(Task).where(Task.title.startswith(CLOSED_TITLE)))
    assert (closed.closing_grade, closed.state) == (ClosingGrade.EXCELLENT, "closed")
    moved = [duty for duty in world.duties(kind=DutyKind.COMPLETION) if duty.due_on != duty.original_due_on]
    assert {(duty.original_due_on, duty.due_on) for duty in moved} == {(date(2024, 12, 31), EXTENDED_TO)}


@pytest.mark.parametrize(
    ("key", "late", "missing"),
    [
        ("2024-Q1", 1 + MINZHENG_TASKS, 3 * SILENT_A_MONTH),
        ("2024-Q2", 0, 3 * SILENT_A_MONTH + KINDERGARTEN_TASKS + RENSHE_TASKS),
        ("2024-Q3", 0, 3 * SILENT_A_MONTH + KINDERGARTEN_TASKS),  # filed after the cut-off: missing then
        ("2024-Q4", 0, 3 * SILENT_A_MONTH),
    ],
)
def test_each_bulletin_counts_what_came_late_and_what_never_came(
    world: World, key: str, late: int, missing: int
) -> None:
    counted = figures(world, key)
    assert (counted.count("reports-late"), counted.count("reports-missing")) == (late, missing)
    paces = [counted[f"pace-{pace}"] for pace in ("on", "behind", "ahead", "done", "other")]
    assert sum(figure.value for figure in paces) == counted.count("tasks") == 17
    assert sum(figure.share or 0 for figure in paces) == 1000
    assert [len(figure.rows) for figure in paces] == [figure.value for figure in paces]


def test_four_bulletins_are_printed_and_reached_their_units(world: World) -> None:
    printed = world.all(sa.select(Bulletin).order_by(Bulletin.id))
    assert [b.number for b in printed] == [
        "清政督〔2024〕1号",
        "清政督〔2024〕2号",
        "清政督〔2024〕3号",
        "清政督〔2025〕4号",
    ]
    assert {b.state for b in printed} == {BulletinState.PUBLISHED}
    owed = world.duties(kind=DutyKind.BULLETIN)
    assert {duty.state for duty in owed if duty.period_key.startswith("2024")} == {DutyState.DONE}
    issued = sa.select(Letter).join(Notice).where(Notice.kind == LetterKind.ISSUED).distinct()
    assert {letter.state.value for letter in world.all(issued)} == {"sent"}


def test_the_year_s_score_of_one_unit_is_what_the_rules_give_by_hand(world: World) -> None:
    """县妇联 shares one task, closed with 优秀 ten months in; of its ten reports March's was late, June's returned and
    mended the same day. Nothing was asked of it by slip or by another unit.

    任务完成 50, 办结质量 20, 指标达标 15, 时效 10 carry the five points of 协同 that nothing measures: they weigh
    52.63, 21.05, 15.79 and 10.53. All are full but 时效, of which nine reports in ten were in time: 10.53 × 0.9 = 9.48.
    With 1.5 for the commendation and 0.1 taken for one late report: 98.95 + 1.5 − 0.1 = 100.35; the appeal gives 0.2.
    """
    kept = world.all(sa.select(AssessmentScore).where(AssessmentScore.unit_id == world.unit_id("县妇联")))
    points = {score.stage: score.points for score in kept}
    items = 52_63 + 21_05 + 15_79 + 9_48
    assert points == {ScoreStage.PREVIEW: items + 1_50 - 10, ScoreStage.FINAL: items + 1_50 - 10 + 20}
    assert points[ScoreStage.FINAL] == county.FULIAN_POINTS
    assert {score.grade for score in kept} == {Grade.EXCELLENT}


def test_the_assessment_went_its_way_to_the_archive(world: World) -> None:
    found = world.one(sa.select(Assessment))
    assert (found.state, found.number) == (AssessmentState.ARCHIVED, "清政督〔2025〕9号")
    [appeal] = world.all(sa.select(Appeal))
    assert (appeal.state, appeal.change) == (AppealState.UPHELD, 20)
    owed = world.duties(kind=DutyKind.ASSESSMENT, period=str(county.YEAR))
    assert [duty.state for duty in owed] == [DutyState.DONE]
    assert {duty.state for duty in world.duties(kind=DutyKind.APPEAL)} == {DutyState.DONE}


def test_everything_printed_and_settled_follows_from_the_record(world: World) -> None:
    verified = world.app.test_cli_runner().invoke(args=["record", "verify"])
    assert verified.exit_code == 0, verified.output
    assert verified.output.count("ok ") == 1 + 4 + 1


def test_what_was_returned_was_mended_and_nothing_else_was_asked_for_again(world: World) -> None:
    returned = world.all(sa.select(Report).where(Report.returns > 0))
    assert [(report.returns, report.state) for report in returned] == [(1, ReportState.ACCEPTED)] * 2
    assert {report.done for report in returned} == {MENDED}

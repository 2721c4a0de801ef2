"""The demo county: loaded once, whole or not at all, plausible, and never a flood of letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import create_app, ledger
from app.db import in_one_piece, session
from app.demo import county, document, story
from app.models import (
    Appeal,
    Assessment,
    AssessmentEntry,
    AssessmentScore,
    Bulletin,
    BulletinNaming,
    BulletinSection,
    Consolidation,
    Correction,
    Duty,
    EvidencePlace,
    EvidenceUse,
    LedgerEntry,
    Letter,
    Mention,
    Notice,
    Person,
    Report,
    Task,
    Unit,
)
from app.queries import tasks
from app.queries.bulletins import receipts
from app.queries.nudges import nudgeable
from app.services import reading
from tests.conftest import config_for, dispose, make_app
from tests.world import FakePost, FrozenClock, World, at
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.lifecycle import (
    AppealState,
    AssessmentState,
    BulletinKind,
    BulletinState,
    ClosingGrade,
    DutyState,
    EntryKind,
    LetterState,
    NoticeState,
    ReportState,
    ScoreStage,
    TaskState,
)
from workflows.light import Colour

TODAY, LAST_WORKDAY = date(2025, 11, 28), date(2025, 11, 27)
"""A Friday, three working days after the month's reports were due."""

NEW_YEAR = date(2026, 1, 20)
"""A day on which the year before is scored, heard and filed."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo as `make run` loads it, at eight in the morning, before the engine's first turn of that day."""
    folder = tmp_path_factory.mktemp("demo")
    clock, post = FrozenClock(at(TODAY, 8)), FakePost()
    app = make_app(f"sqlite:///{folder / 'luoshi.db'}", clock, post)
    for command in (["db", "upgrade"], ["demo", "load"]):
        done = app.test_cli_runner().invoke(args=command)
        assert done.exit_code == 0, done.output
    yield World(app, clock, post)
    dispose(app)


def _rows_everywhere(world: World) -> dict[str, int]:
    return {model.__name__: world.count(model) for model in (Unit, Person, Task, Notice, Letter, LedgerEntry)}


def _sign_in(client: FlaskClient, username: str) -> int:
    form = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token
    typed = {"csrf_token": token.group(1), "username": username, "password": county.PASSWORD}
    return client.post("/sign-in", data=typed).status_code


def test_a_second_load_changes_nothing_and_says_so(demo: World) -> None:
    before = _rows_everywhere(demo)
    again = demo.app.test_cli_runner().invoke(args=["demo", "load"])
    assert again.exit_code == 0
    assert "未作任何改动" in again.output
    assert _rows_everywhere(demo) == before


def test_a_sample_document_that_was_thrown_away_comes_back_as_it_was(demo: World) -> None:
    file = _sample(demo)
    content = file.read_bytes()
    file.unlink()
    assert str(file) in demo.app.test_cli_runner().invoke(args=["demo", "load"]).output
    assert file.read_bytes() == content


def _sample(world: World) -> Path:
    return Path(world.app.extensions["db"].kw["bind"].url.database).with_name(document.FILENAME)


def test_every_sign_in_it_prints_leads_to_a_page(demo: World) -> None:
    said = demo.app.test_cli_runner().invoke(args=["demo", "load"]).output
    for username in county.SHOWN:
        assert re.search(rf"^  {username} +{county.PASSWORD} ", said, re.MULTILINE)
        client = demo.app.test_client()
        assert _sign_in(client, username) == 303
        page = client.get("/", follow_redirects=True)
        assert page.status_code == 200
        assert page.request.path not in {"/sign-in", "/password"}


def test_what_was_owed_and_done_is_counted_by_kind(demo: World) -> None:
    counted = Counter((duty.kind, duty.state) for duty in demo.duties())
    assert counted == {
        (DutyKind.SIGN, DutyState.DONE): 70,
        (DutyKind.COMPLETION, DutyState.OPEN): 9,
        (DutyKind.COMPLETION, DutyState.FILED): 1,
        (DutyKind.COMPLETION, DutyState.DONE): 1,
        (DutyKind.MONTHLY_REPORT, DutyState.OPEN): 13,
        (DutyKind.MONTHLY_REPORT, DutyState.FILED): 9,
        (DutyKind.MONTHLY_REPORT, DutyState.DONE): 319,
        (DutyKind.CONSOLIDATION, DutyState.DONE): 54,
        (DutyKind.CONSOLIDATION, DutyState.OPEN): 13,
        (DutyKind.REVIEW, DutyState.DONE): 4,
        (DutyKind.REVIEW, DutyState.OPEN): 1,
        (DutyKind.BULLETIN, DutyState.DONE): 2,
        (DutyKind.BULLETIN, DutyState.OPEN): 1,
        (DutyKind.EXPLANATION, DutyState.DONE): 1,
        (DutyKind.EXPLANATION, DutyState.CANCELLED): 1,
        (DutyKind.EXPLANATION, DutyState.OPEN): 1,
    }


def test_its_reports_came_in_time_late_never_and_twice(demo: World) -> None:
    monthly = demo.duties(kind=DutyKind.MONTHLY_REPORT)
    late = [d for d in monthly if d.filed_at and local_date(d.filed_at) > d.original_due_on]
    in_time = [d for d in monthly if d.filed_at and d not in late]
    reports = demo.all(sa.select(Report))
    assert len(in_time) > 5 * len(late) > 0
    assert sum(report.returns for report in reports) >= 5
    assert [r.state for r in reports].count(ReportState.RETURNED) == 1
    assert {d.state for d in demo.duties(unit=story.NEVER, kind=DutyKind.MONTHLY_REPORT)} == {DutyState.OPEN}


def test_what_is_overdue_today_is_a_handful_and_known_by_unit(demo: World) -> None:
    names = {unit.id: unit.name for unit in demo.all(sa.select(Unit))}
    owed = [duty for duty in demo.duties(state=DutyState.OPEN) if duty.due_on < TODAY]
    late = Counter(names[duty.unit_id] for duty in owed)
    months = len({d.period_key for d in demo.duties(kind=DutyKind.MONTHLY_REPORT)})
    assert late[story.NEVER] == months
    assert late[story.FADED] == 6
    assert late["县市场监管局"] >= 1
    assert 10 <= sum(late.values()) <= 25


def test_a_task_is_closed_and_another_waits_to_be(demo: World) -> None:
    states = {task.number: task.state for task in demo.tasks()}
    assert states.pop(story.CLOSED_TASK) is TaskState.CLOSED
    assert states.pop(story.ASKED_TASK) is TaskState.CLOSING
    assert set(states.values()) == {TaskState.UNDERWAY}
    assert len(states) == 12


def test_its_closings_rest_on_files_and_one_is_excellent(demo: World) -> None:
    closed = demo.one(sa.select(Task).where(Task.state == TaskState.CLOSED))
    assert (closed.number, closed.closing_grade) == (story.CLOSED_TASK, ClosingGrade.EXCELLENT)
    uses = demo.all(sa.select(EvidenceUse).options(sa.orm.joinedload(EvidenceUse.evidence)))
    served = {(use.place, use.evidence.filename) for use in uses}
    closings = {(EvidencePlace.CLOSING, name) for name, _ in story.CLOSE_FILES.values()}
    assert served == closings | {(EvidencePlace.REPORT, story.PROOF_NAME)}
    [proof] = [use.evidence for use in uses if use.place is EvidencePlace.REPORT]
    client = demo.app.test_client()
    _sign_in(client, "chengguan")
    with client.get(f"/evidence/{proof.id}") as file:
        assert file.get_data(as_text=True) == story.PROOF


def test_a_report_is_being_checked_and_another_corrected_unseen(demo: World) -> None:
    doubted = demo.one(sa.select(Report).where(Report.state == ReportState.CHECKING))
    assert (_unit_of(demo, doubted), doubted.review_words) == (story.DOUBTED, story.DOUBT)
    correction = demo.one(sa.select(Correction))
    assert (correction.after["done"], correction.reason) == story.CORRECTION
    assert correction.before["done"] != correction.after["done"]
    assert correction.seen_at is None
    client = demo.app.test_client()
    _sign_in(client, "duchashi")
    queue = client.get("/supervision/review").get_data(as_text=True)
    assert story.DOUBT in queue
    assert "132户" in queue


def test_one_report_came_after_its_month_was_closed(demo: World) -> None:
    late = demo.one(sa.select(Report).where(Report.after_lock))
    assert _unit_of(demo, late) == story.AFTER_LOCK
    assert [report.after_lock for report in demo.all(sa.select(Report))].count(True) == 1


def test_a_lead_has_written_its_account_and_sees_who_can_be_nudged(demo: World) -> None:
    row = demo.one(sa.select(Consolidation).where(Consolidation.filed_at.is_(None)))
    assert (row.done, row.problems) == (story.GATHERED_DONE, story.GATHERED_PROBLEMS)
    assert row.percent is not None
    with demo.app.app_context():
        asked = demo.duties(unit=story.FADED, kind=DutyKind.MONTHLY_REPORT, state=DutyState.OPEN)
        assert len([duty for duty in asked if nudgeable(duty)]) == 6


def _unit_of(world: World, report: Report) -> str:
    return world.one(sa.select(Unit).join(Duty).where(Duty.id == report.duty_id)).name


def test_the_past_quarters_are_printed_and_say_what_a_named_unit_explained(demo: World) -> None:
    printed = demo.all(sa.select(Bulletin).where(Bulletin.state == BulletinState.PUBLISHED))
    assert [(b.period_key, b.number, b.issue) for b in printed] == [
        ("2025-Q2", "云政督〔2025〕6号", 1),
        ("2025-Q3", "云政督〔2025〕7号", 2),
    ]
    named = demo.all(sa.select(BulletinNaming).where(BulletinNaming.bulletin_id == printed[1].id))
    explanation = story.explanation("5")
    assert [n.explanation for n in named] == [explanation, ""]
    for username in ("duchashi", "zhujian"):
        client = demo.app.test_client()
        _sign_in(client, username)
        page = client.get(f"/bulletins/{printed[1].id}").get_data(as_text=True)
        assert explanation in page
        assert story.DEMAND in page
        assert printed[1].number in page
    with demo.app.app_context():
        heard = {one.unit_name: one.received_at is not None for one in receipts(printed[1])}
    assert [name for name, received in heard.items() if not received] == [story.NEVER, story.FADED]


def test_a_bulletin_is_being_edited_and_a_unit_told_has_not_answered(demo: World) -> None:
    draft = demo.one(sa.select(Bulletin).where(Bulletin.state == BulletinState.DRAFT))
    assert (draft.kind, draft.period_key) == (BulletinKind.PROJECT, "2025-11")
    parts = demo.all(sa.select(BulletinSection).where(BulletinSection.bulletin_id == draft.id))
    assert [part.key for part in parts if part.text != part.generated] == ["demands"]
    [waiting] = demo.all(sa.select(BulletinNaming).where(BulletinNaming.bulletin_id == draft.id))
    assert waiting.told_at
    assert waiting.explained_at is None
    assert waiting.answer_by_on
    assert waiting.answer_by_on >= TODAY


def test_the_year_s_assessment_runs_with_points_added_on_a_document(demo: World) -> None:
    running = demo.one(sa.select(Assessment))
    assert (running.year, running.state) == (TODAY.year, AssessmentState.RUNNING)
    entry = demo.one(sa.select(AssessmentEntry))
    assert (entry.kind, entry.points) == (EntryKind.ADDITION, 1_00)
    assert str(TODAY.year) in entry.document_number
    client = demo.app.test_client()
    _sign_in(client, "chengguan")
    score = client.get(f"/assessments/{running.id}/units/{entry.unit_id}").get_data(as_text=True)
    assert entry.document_number in score


def test_what_it_printed_and_scored_recounts_to_the_same(demo: World) -> None:
    verified = demo.app.test_cli_runner().invoke(args=["record", "verify"])
    assert verified.exit_code == 0, verified.output
    assert verified.output.count("ok     ") == 3


def test_its_lights_show_every_colour_that_means_something(demo: World) -> None:
    with demo.app.app_context():
        colours = {row.light.colour for row in tasks.rows(TODAY)}
    assert colours == {Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.GREEN}


def test_letters_of_the_past_are_on_record_and_reached_nobody(demo: World) -> None:
    letters = demo.all(sa.select(Letter).where(Letter.created_at < at(TODAY, 8)))
    assert len(letters) > 300
    assert {letter.state for letter in letters} == {LetterState.SENT}
    assert all(letter.sent_at and letter.sent_at < at(TODAY, 0) for letter in letters)
    assert all(letter.address.endswith("@yunling.example") for letter in letters)
    assert all(letter.person.name.startswith("演示·") for letter in _with_people(demo))
    notices = demo.all(sa.select(Notice).where(Notice.created_at < at(TODAY, 8)))
    past = [notice for notice in notices if local_date(notice.created_at) < LAST_WORKDAY]
    assert {notice.state for notice in past} <= {NoticeState.SENT, NoticeState.SUPPRESSED}
    assert {notice.skipped for notice in notices} == {0}


def test_letters_of_the_last_working_day_are_left_to_the_real_engine(demo: World) -> None:
    fresh = sa.select(Notice).where(
        Notice.created_at >= at(LAST_WORKDAY, 0), Notice.created_at < at(TODAY, 8)
    )
    assert {notice.state for notice in demo.all(fresh)} == {NoticeState.PENDING}


def _with_people(world: World) -> list[Letter]:
    return world.all(sa.select(Letter).options(sa.orm.joinedload(Letter.person)))


def test_its_record_is_in_order_and_the_chain_holds(demo: World) -> None:
    told = sa.select(LedgerEntry).where(LedgerEntry.recorded_at < at(TODAY, 8)).order_by(LedgerEntry.id)
    moments = [entry.recorded_at for entry in demo.all(told)]
    assert len(moments) > 800
    assert moments == sorted(moments)
    assert moments[-1] < at(TODAY, 0)
    with demo.app.app_context():
        assert ledger.first_broken(session()) is None


def test_the_sample_document_can_be_uploaded_and_needs_no_correction(demo: World) -> None:
    file = _sample(demo)
    with demo.app.app_context():
        plan_id = reading.read_in(None, file.name, file.read_bytes(), demo.now)
    read = demo.tasks(plan_id)
    assert [task.number for task in read] == [str(n) for n in range(1, 15)]
    assert [task.doubts for task in read] == [[]] * 14
    assert sum(task.deadline_on is not None for task in read) == 11
    named = demo.all(sa.select(Mention).join(Task).where(Task.plan_id == plan_id))
    assert [m.printed for m in named if m.unit_id is None and m.group_id is None] == []


def test_todays_letters_go_out_for_real(demo: World) -> None:
    demo.clock.go_to(TODAY, 9)
    demo.tick()
    demo.deliver()
    subjects = {envelope.address: envelope.words.subject for envelope in demo.post.sent}
    assert "核实送达" in subjects["duchashi@yunling.example"]
    assert "牵头汇总，今日到期" in subjects["jiaoyu@yunling.example"]
    assert len(demo.post.sent) == len(set(demo.post.addresses)) < 30


def test_a_demo_that_saw_the_new_year_has_settled_one_after_an_appeal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "AGE_DAYS", 75)
    app = make_app(f"sqlite:///{tmp_path / 'luoshi.db'}", FrozenClock(at(NEW_YEAR, 8)), FakePost())
    for command in (["db", "upgrade"], ["demo", "load"], ["record", "verify"]):
        done = app.test_cli_runner().invoke(args=command)
        assert done.exit_code == 0, done.output
    world = World(app, FrozenClock(at(NEW_YEAR, 8)), FakePost())
    settled, running = world.all(sa.select(Assessment).order_by(Assessment.year))
    assert (settled.year, settled.state) == (NEW_YEAR.year - 1, AssessmentState.ARCHIVED)
    assert settled.number == story.result_number(NEW_YEAR.year)
    assert (running.year, running.state) == (NEW_YEAR.year, AssessmentState.RUNNING)
    appeal = world.one(sa.select(Appeal))
    assert (appeal.state, appeal.change) == (AppealState.UPHELD, story.GRANTED)
    points = {
        score.stage: score.points
        for score in world.all(sa.select(AssessmentScore).where(AssessmentScore.unit_id == appeal.unit_id))
    }
    assert points[ScoreStage.FINAL] == points[ScoreStage.PREVIEW] + story.GRANTED
    dispose(app)


def test_it_is_refused_in_production(tmp_path: Path) -> None:
    settings = replace(config_for(f"sqlite:///{tmp_path / 'real.db'}"), ENV="production")
    app = create_app(settings, clock=FrozenClock(at(TODAY)), post=FakePost())
    runner = app.test_cli_runner()
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    refused = runner.invoke(args=["demo", "load"])
    assert refused.exit_code == 1
    assert "refused in production" in refused.output
    assert World(app, FrozenClock(at(TODAY)), FakePost()).count(Unit) == 0
    dispose(app)


def test_a_house_with_people_of_its_own_is_left_alone(sqlite_world: World) -> None:
    before = _rows_everywhere(sqlite_world)
    done = sqlite_world.app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 0
    assert "没有装入演示数据" in done.output
    assert county.PASSWORD not in done.output
    assert _rows_everywhere(sqlite_world) == before


def test_a_load_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'luoshi.db'}", FrozenClock(at(TODAY)), FakePost())
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    with app.app_context(), pytest.raises(KeyboardInterrupt):
        _enter_and_break_off()
    world = World(app, FrozenClock(at(TODAY)), FakePost())
    assert (world.count(Unit), world.count(Person), world.count(LedgerEntry)) == (0, 0, 0)
    dispose(app)


def _enter_and_break_off() -> None:
    with in_one_piece():
        county.enter(at(TODAY))
        assert session().scalar(sa.select(sa.func.count()).select_from(Unit)) == len(county.SAMPLES)
        raise KeyboardInterrupt

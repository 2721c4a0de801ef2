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
from app.models import LedgerEntry, Letter, Mention, Notice, Person, Report, Task, Unit
from app.queries import tasks
from app.services import reading
from tests.conftest import config_for, dispose, make_app
from tests.world import FakePost, FrozenClock, World, at
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.lifecycle import DutyState, LetterState, NoticeState, ReportState, TaskState
from workflows.light import Colour

TODAY, LAST_WORKDAY = date(2025, 11, 28), date(2025, 11, 27)
"""A Friday, three working days after the month's reports were due."""


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
        (DutyKind.MONTHLY_REPORT, DutyState.FILED): 8,
        (DutyKind.MONTHLY_REPORT, DutyState.DONE): 320,
        (DutyKind.CONSOLIDATION, DutyState.DONE): 54,
        (DutyKind.CONSOLIDATION, DutyState.OPEN): 13,
        (DutyKind.REVIEW, DutyState.DONE): 4,
        (DutyKind.REVIEW, DutyState.OPEN): 1,
        (DutyKind.BULLETIN, DutyState.DONE): 2,
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

"""Who watches the watcher: the auditor, the storm brake, the schema guard, the clock, the outside watchdog, the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa

from app.clock import Pace
from app.db import database, session, transaction
from app.engine import auditor, run, watch
from app.engine.auditor import Audit
from app.models import Duty, LedgerEntry, Letter, MailHold
from tests.pages import Reader, signed_in
from tests.world import LEAD, OFFICE, SHARER, Asked, World
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyState, Hold


@pytest.fixture
def office(world: World) -> Reader:
    return signed_in(world.app, "zhuanban")


def audited(world: World) -> Audit:
    with world.app.app_context():
        return auditor.audit(world.now)


def lose(world: World, *, kind: DutyKind = DutyKind.MONTHLY_REPORT) -> list[int]:
    """Take the next moment from open duties, as no code of ours ever should."""
    with world.app.app_context(), transaction() as s:
        ids = list(s.scalars(sa.select(Duty.id).where(Duty.kind == kind, Duty.state == DutyState.OPEN)))
        s.execute(sa.update(Duty).where(Duty.id.in_(ids)).values(next_action_at=None))
    return ids


# ------------------------------------------------------------------------------------------ the auditor


def test_duties_without_a_next_moment_are_found_and_climb_on(world: World) -> None:
    world.issue()
    world.run_to(date(2025, 3, 21))
    lost = lose(world)
    assert len(lost) == 2
    world.run_to(date(2025, 3, 26))
    assert not [n for n in world.notices(lost[0]) if n.rung > 0]  # nothing looks at them
    assert audited(world) == Audit(repaired=2, late=0)
    world.tick()
    assert max(notice.rung for notice in world.notices(lost[0])) == 3  # 逾期1个工作日, at once and only that
    assert audited(world) == Audit(repaired=0, late=0)


def test_what_stands_at_the_top_or_waits_for_a_reason_is_left_alone(world: World) -> None:
    world.issue()
    world.run_to(date(2025, 5, 30))
    tops = [duty for duty in world.duties() if duty.state is DutyState.OPEN and duty.next_action_at is None]
    assert tops
    with world.app.app_context(), transaction() as s:
        held = s.scalars(sa.select(Duty).where(Duty.next_action_at.is_not(None))).first()
        assert held
        held.next_action_at, held.hold, held.hold_reason = None, Hold.COORDINATION, "等待协调"
    before = [(duty.id, duty.next_action_at) for duty in world.duties()]
    assert audited(world).repaired == 0
    assert [(duty.id, duty.next_action_at) for duty in world.duties()] == before


def test_a_repair_is_on_record(world: World) -> None:
    world.issue()
    world.run_to(date(2025, 3, 21))
    lost = lose(world)
    audited(world)
    entries = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "duty.repair"))
    assert [entry.duty_id for entry in entries] == lost


def test_moments_the_engine_missed_are_counted(world: World) -> None:
    world.issue()
    world.tick()
    world.clock.forward(days=3)
    assert audited(world).late > 0
    world.tick()
    assert audited(world).late == 0


def test_the_auditor_reads_a_range_of_its_own_index(world: World) -> None:
    world.issue()
    with asked(world) as heard, world.app.app_context():
        auditor.audit(world.now)
    [statement, parameters] = next(pair for pair in heard if "duty.rung <" in pair[0])
    with world.app.app_context():
        sqlite = database().dialect.name == "sqlite"
        connection = session().connection()
        if not sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")  # a handful of rows is read in one go
        plan = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN' if sqlite else ''} {statement}", parameters)
        assert "ix_duty_lost" in " ".join(str(row) for row in plan)


@contextmanager
def asked(world: World) -> Iterator[list[tuple[str, Any]]]:
    """The statements the database hears meanwhile, with their parameters."""
    heard: list[tuple[str, Any]] = []
    with world.app.app_context():
        engine = database()

    def hear(_conn: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        heard.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", hear)
    yield heard
    sa.event.remove(engine, "before_cursor_execute", hear)


# -------------------------------------------------------------------------------------- the storm brake


def stormy(world: World, limit: int = 2) -> None:
    world.app.config["STORM_LETTERS"] = limit
    world.issue(Asked("新建一所幼儿园", LEAD, (SHARER, OFFICE)))
    world.tick()


def test_more_letters_than_the_limit_wait_for_a_person_and_none_is_lost(world: World) -> None:
    stormy(world)
    assert (world.deliver().written, world.post.sent) == (0, [])
    assert world.deliver().written == 0
    [hold] = world.all(sa.select(MailHold))
    assert (hold.letters, hold.released_at) == (3, None)
    assert {notice.state for notice in world.notices()} == {"pending"}


def test_once_released_they_go_and_the_next_storm_is_held_again(world: World, office: Reader) -> None:
    stormy(world)
    with world.app.app_context():
        run.turn(world.post, world.now)
    page = office.get("/engine")
    assert "2025年3月3日 10:00有 3 封信同时要发出" in page.text
    assert "一次有3封信要发出，超过上限，已暂停。" in page.text
    after = office.press(page, "放行3封信")
    assert "已放行" in after.text
    world.deliver()
    assert len(world.post.sent) == 3
    world.clock.forward(days=2)
    world.tick()
    assert world.deliver().written == 0
    assert world.count(MailHold) == 2


def test_a_storm_is_released_once(world: World, office: Reader) -> None:
    stormy(world)
    world.deliver()
    page = office.get("/engine")
    office.press(page, "放行3封信")
    assert "这批信已经放行" in office.press(page, "放行3封信", status=409).text


def test_letters_up_to_the_limit_are_not_held(world: World) -> None:
    stormy(world, limit=3)
    assert world.deliver().sent == 3
    assert world.count(MailHold) == 0


def test_letters_already_written_go_on_while_others_are_held(world: World) -> None:
    world.issue(Asked("新建一所幼儿园", LEAD, ()))
    world.tick()
    world.post.away = True
    world.deliver()
    world.post.away = False
    stormy(world, limit=1)
    world.clock.forward(minutes=2)
    assert world.deliver().sent == 1
    assert world.count(Letter) == 1


# ------------------------------------------------------------------------------------- the schema guard


def test_an_engine_of_another_version_does_nothing(world: World) -> None:
    world.issue()
    with world.app.app_context(), transaction() as s:
        s.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with world.app.app_context(), pytest.raises(watch.Outdated, match="9999"):
        run.turn(world.post, world.now)
    assert world.notices() == []


def test_an_engine_stops_itself_when_the_database_is_upgraded_under_it(world: World) -> None:
    with world.app.app_context(), transaction() as s:
        s.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    stopped = world.app.test_cli_runner().invoke(args=["engine", "run"])
    assert stopped.exit_code == 3


# -------------------------------------------------------------------------------------------- the clock

NOON = datetime(2025, 3, 3, 4, tzinfo=UTC)


def reading(wall: float, steady: float) -> Pace:
    return Pace(NOON + timedelta(minutes=wall), timedelta(minutes=steady))


def test_a_jump_of_the_clock_is_believed_only_when_a_second_reading_confirms_it() -> None:
    clocks = watch.ClockWatch()
    assert clocks.believes(reading(0, 0))
    assert clocks.believes(reading(1, 1))
    assert not clocks.believes(reading(60 * 24 * 90, 2))
    assert clocks.believes(reading(60 * 24 * 90 + 1, 3))


@pytest.mark.parametrize("there", [60 * 24, -60 * 24])
def test_a_clock_that_jumps_and_comes_back_is_never_believed_away(there: float) -> None:
    clocks = watch.ClockWatch()
    clocks.believes(reading(0, 0))
    assert not clocks.believes(reading(there, 1))
    assert not clocks.believes(reading(2, 2))
    assert clocks.believes(reading(3, 3))


def test_a_machine_that_slept_is_no_jump() -> None:
    clocks = watch.ClockWatch()
    clocks.believes(reading(0, 0))
    assert clocks.believes(reading(600, 600))


# ----------------------------------------------------------------------------------------- the watchdog


@contextmanager
def watchdog(status: int) -> Iterator[tuple[str, list[str]]]:
    """A server that answers with `status`, and what it was asked."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/luoshi", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_watchdog_is_asked() -> None:
    with watchdog(200) as (address, asked):
        assert watch.ping(address)
    assert asked == ["/luoshi"]


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9/", "no address"])
def test_a_watchdog_that_is_not_there_stops_nothing(address: str) -> None:
    assert not watch.ping(address)


def test_a_watchdog_that_complains_stops_nothing() -> None:
    with watchdog(500) as (address, _):
        assert not watch.ping(address)


# --------------------------------------------------------------------------------------------- the page


def test_after_an_outage_the_page_tells_what_happened(world: World, office: Reader) -> None:
    world.issue()
    with world.app.app_context():
        run.turn(world.post, world.now)
        world.clock.forward(days=5)
        run.turn(world.post, world.now)
        auditor.audit(world.now)
    page = office.get("/engine")
    assert "2025年3月3日" in page.text
    assert "停运记录" in page.text
    assert "0件失去下次提醒时间的事项已重新排上" in page.text


def test_departments_and_leaders_are_not_shown_the_engine(world: World) -> None:
    for name in ("jiaoyu", "fuxianzhang"):
        signed_in(world.app, name).get("/engine", 403)

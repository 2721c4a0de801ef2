"""The plan of seed 001 from its issue to its last month, judged against an oracle that shares no line with it."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from chinese_calendar import is_workday

from app import ledger
from app.db import session
from app.models import Duty, Letter, Notice, Person
from tests.integration.story import county
from tests.integration.story.driver import AFTERNOON, MORNING, Driver
from tests.integration.story.oracle import Happening, Key, Oracle, Told
from tests.reckoning import local
from tests.world import World
from workflows.lifecycle import LetterState, NoticeState

ISSUED_ON = date(2023, 9, 1)
SEED = 20230901


def tell(world: World, last: date) -> tuple[Driver, Oracle]:
    """Issue the plan, live every day up to `last`, and let the oracle follow the log."""
    world.clock.go_to(ISSUED_ON, 10)
    driver = Driver(world, SEED)
    driver.issue()
    driver.on(date(2023, 11, 16), AFTERNOON, lambda: driver.close(10))
    driver.on(date(2024, 5, 16), AFTERNOON, lambda: driver.close(4))
    driver.on(date(2024, 12, 25), AFTERNOON, lambda: driver.request_close(16))
    driver.on(date(2024, 12, 30), AFTERNOON, lambda: driver.send_back(16))
    driver.on(date(2025, 1, 14), MORNING, lambda: driver.request_close(16))
    driver.on(date(2025, 1, 20), AFTERNOON, lambda: driver.close(16))
    driver.on(date(2025, 12, 25), MORNING, lambda: driver.request_close(7))
    driver.on(date(2025, 12, 31), AFTERNOON, lambda: driver.close(12))
    oracle = Oracle(world.now)
    driver.run_to(last)
    oracle.follow(driver.log)
    return driver, oracle


def told(world: World, keys: dict[int, Key]) -> Counter[Told]:
    """The notices of the ladders as they stand in the rows; that a post is vacant is no rung's to say."""
    with world.app.app_context():
        rows = session().execute(
            sa.select(Notice.duty_id, Notice.epoch, Notice.rung, Notice.kind, Person.name, Notice.state)
            .join(Person)
            .where(Notice.rung >= 0)
        )
        return Counter(Told(keys[row[0]], *row[1:]) for row in rows)


def judge(world: World, driver: Driver, oracle: Oracle) -> None:
    rows = told(world, driver.keys)
    assert rows - oracle.told == Counter(), "told, and should not have been"
    assert oracle.told - rows == Counter(), "should have been told, and was not"
    duties = world.duties()
    assert Counter((duty.kind.value, duty.state.value) for duty in duties) == oracle.counts
    dates = {(driver.keys[d.id], d.due_on, d.epoch) for d in duties}
    assert dates ^ {(key, owed.due, owed.epoch) for key, owed in oracle.owed.items()} == set()
    each_once(world, duties)
    nothing_after_it_was_done(world, driver)
    only_on_working_days(world)
    assert county.BYSTANDER not in {key.unit for key in driver.keys.values()}
    with world.app.app_context():
        assert ledger.first_broken(session()) is None


def each_once(world: World, duties: list[Duty]) -> None:
    opened = Counter((d.plan_id, d.task_id, d.unit_id, d.kind, d.period_key) for d in duties)
    assert set(opened.values()) == {1}
    given = Counter((n.duty_id, n.epoch, n.rung, n.person_id, n.reason) for n in world.notices())
    assert set(given.values()) == {1}
    message_ids = Counter(letter.message_id for letter in world.post.sent)
    assert set(message_ids.values()) == {1}
    assert set(message_ids) == {x.message_id for x in world.letters() if x.state is LetterState.SENT}


def nothing_after_it_was_done(world: World, driver: Driver) -> None:
    """No notice left in a letter after the thing it asks for had been done."""
    done: dict[Key, list[Happening]] = {}
    for happening in driver.log:
        if happening.key and happening.what in {"sign", "file", "record"}:
            done.setdefault(happening.key, []).append(happening)
    sent = {letter.id: letter.sent_at for letter in world.letters()}
    checked = 0
    for notice in world.notices():
        acts = done.get(driver.keys[notice.duty_id], [])
        if notice.state is NoticeState.SENT and len(acts) >= notice.epoch:
            assert notice.letter_id is not None
            left_at = sent[notice.letter_id]
            assert left_at is not None
            assert left_at <= acts[notice.epoch - 1].at
            checked += 1
    assert checked > 100


def only_on_working_days(world: World) -> None:
    letters = world.all(sa.select(Letter).where(Letter.state == LetterState.SENT))
    days = {local(letter.sent_at) for letter in letters if letter.sent_at}
    assert days
    assert [day for day in days if not is_workday(day.date()) or not 8 <= day.hour < 20] == []


def test_the_plan_of_2023_is_chased_to_its_end_exactly_as_the_oracle_says(sqlite_world: World) -> None:
    driver, oracle = tell(sqlite_world, date(2026, 1, 31))
    judge(sqlite_world, driver, oracle)
    kinds = Counter(key.kind for key in oracle.owed)
    assert kinds["completion"] == 6
    assert kinds["bulletin"] == 10
    assert kinds["assessment"] == 3
    assert kinds["review"] == 29
    states = Counter(notice.state for notice in oracle.notices)
    assert min(states["sent"], states["suppressed"]) > 10  # the story has both, else it proves little
    assert {owed.epoch for owed in oracle.owed.values()} >= {1, 2, 3}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_its_first_months_are_the_same_on_postgresql(world: World) -> None:
    driver, oracle = tell(world, date(2023, 12, 10))
    judge(world, driver, oracle)

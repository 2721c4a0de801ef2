"""A simulated county, judged at its end: everything that stands in the rows is what the oracle recomputes.

LUOSHI_SIMULATION_SEED chooses another life for it; the seed is printed, and stands in every message of a failure.
"""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from random import Random

import pytest
import sqlalchemy as sa

from app.db import database
from app.models import Duty, LedgerEntry, Letter, Notice
from tests.simulation import county as counties
from tests.simulation import decisions, judge
from tests.simulation.asking import Asking
from tests.simulation.county import Size
from tests.simulation.decisions import Decisions
from tests.simulation.driver import Driver
from tests.simulation.handed import WholeOracle
from tests.world import World, at
from workflows.lifecycle import NoticeState

SEED = int(os.environ.get("LUOSHI_SIMULATION_SEED", "20240102"))
TASKS = int(os.environ.get("LUOSHI_SIMULATION_TASKS", "200"))
"""As many as an ordinary run of the tests bears; a county of 1,000 takes some ten minutes."""

TWO_YEARS = Size(units=max(TASKS // 10, 40), tasks=TASKS, until=date(2025, 12, 31))
EIGHT_MONTHS = Size(units=16, tasks=80, until=date(2024, 8, 31))


@dataclass(frozen=True)
class Life:
    """What was lived, and what the oracle says of it."""

    driver: Driver
    oracle: WholeOracle
    seed: int


def live(world: World, size: Size, seed: int) -> Life:
    """Let the years pass, and let the oracle read the ledger."""
    sys.stdout.write(f"\nLUOSHI_SIMULATION_SEED={seed}\n")
    world.clock.instant = at(counties.FROM, 7)
    random = Random(seed)
    with only_forward(world), without_chatter():
        county = counties.found(world, size, random)
        decisions.forget_later_years(world)
        driver = Driver(world, county, random, size.until)
        Decisions(driver).plan()
        Asking(driver, max(2, size.tasks // 200)).plan()
        driver.run()
    oracle = WholeOracle(
        county, judge.keys(world), judge.versions(world), judge.first_ladders(world), decisions.KNOWN
    )
    oracle.follow(judge.entries(world), driver.clockwork.turns)
    return Life(driver, oracle, seed)


@contextmanager
def without_chatter() -> Iterator[None]:
    """The engine says something at every turn: what is no trouble need not stand in the message of a failure."""
    logging.disable(logging.INFO)
    yield
    logging.disable(logging.NOTSET)


@contextmanager
def only_forward(world: World) -> Iterator[None]:
    """While the years pass, the database itself refuses an epoch that falls and a sent notice that changes."""
    watches = {
        "epoch_falls": "BEFORE UPDATE OF epoch ON duty WHEN NEW.epoch < OLD.epoch",
        "sent_changes": "BEFORE UPDATE OF state ON notice WHEN OLD.state = 'sent' AND NEW.state NOT IN ('sent', 'failed')",
    }
    with world.app.app_context():
        engine = database()
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            for name, when in watches.items():
                body = f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
                connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} {body}")
            connection.commit()
    yield
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            for name in watches:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.commit()


def verdict(world: World, life: Life) -> None:
    """Equal in both directions; nothing lost, doubled, or left of what was settled."""
    differs = [
        judge.duties(world, life.oracle),
        judge.notices(world, life.oracle),
        judge.contacts(world, life.oracle),
        judge.outcomes(world, life.oracle),
        judge.handed_on(world, life.oracle),
        judge.told_once(world),
    ]
    found = "\n".join(part for part in differs if part)
    assert not found, f"LUOSHI_SIMULATION_SEED={life.seed}\n{found}"
    judge.sound(world)
    repaired, _ = life.driver.clockwork.audit()
    assert repaired == 0, f"LUOSHI_SIMULATION_SEED={life.seed}: the auditor found duties nobody would look at"


def figures(world: World, life: Life) -> dict[str, int]:
    """How much was lived."""
    models = {"duties": Duty, "notices": Notice, "letters": Letter, "entries": LedgerEntry}
    counts = {name: world.count(model) for name, model in models.items()}
    return counts | {"turns": len(life.driver.clockwork.turns), "seed": life.seed}


def test_two_years_stand_as_the_ledger_says(sqlite_world: World) -> None:
    quick(sqlite_world)
    life = live(sqlite_world, TWO_YEARS, SEED)
    sys.stdout.write(f"{figures(sqlite_world, life)}\n{sorted(life.driver.done.items())}\n")
    verdict(sqlite_world, life)
    assert_that_much_happened(sqlite_world, life)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_eight_months_of_another_county_do_so_on_postgresql(world: World) -> None:
    life = live(world, EIGHT_MONTHS, SEED + 1)
    sys.stdout.write(f"{figures(world, life)}\n")
    verdict(world, life)


def quick(world: World) -> None:
    """Nobody pulls the plug in this test: SQLite need not wait for the disk."""
    with world.app.app_context():
        sa.event.listen(database(), "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
        database().dispose()


def assert_that_much_happened(world: World, life: Life) -> None:
    """A quiet life proves little: all that is hard has come about, more than once."""
    oracle, done, turns = life.oracle, life.driver.done, life.driver.clockwork.turns
    kinds = Counter(key.kind for key in oracle.owed)
    assert min(kinds.values()) >= 8, kinds  # four plans are assessed twice
    assert set(kinds) >= {
        "sign",
        "monthly_report",
        "completion",
        "consolidation",
        "review",
        "answer",
        "slip_reply",
    }
    assert {owed.hold for owed in oracle.owed.values()} >= {"", "receipt"}
    assert max(owed.epoch for owed in oracle.owed.values()) >= 4
    states = Counter(notice.state for notice in world.notices())
    assert min(states[NoticeState.SENT], states[NoticeState.SUPPRESSED]) > 10, states
    assert sum(not turn.believed for turn in turns) > 10
    assert done["publish"] == 3
    assert done["new ladders"] == 2
    assert done["new days"] == 1
    for act in ("ask extension", "ask coordination", "ask suspension", "answer yes", "answer no", "resume"):
        assert done[act] > 2, act
    assert len(oracle.people.lost) > 5
    assert oracle.caught_up["outage"] > 10

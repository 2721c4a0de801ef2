"""Real ticks on a real database: whatever the engine's hours, the same rows come out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import Duty, Notice
from tests.conftest import dispose, make_app
from tests.world import FIRST_DAY, Asked, FakePost, FrozenClock, World, at

EXAMPLES = 25
hours = st.integers(0, 24 * 70)
"""Hours since the county's first day: over two months, with two reports, 清明 and a date to complete by."""

turns = st.lists(hours, min_size=1, max_size=8)


@pytest.fixture(scope="module")
def issued(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county with a plan just issued, and nothing done about it yet."""
    file = tmp_path_factory.mktemp("issued") / "issued.db"
    shutil.copy(sqlite_template, file)
    with county(file) as world:
        world.issue(Asked("第一件", due=date(2025, 4, 10)), Asked("第二件", responsible=()))
    return file


@contextmanager
def county(file: Path) -> Iterator[World]:
    clock, post = FrozenClock(at(FIRST_DAY)), FakePost()
    app = make_app(f"sqlite:///{file}", clock, post)
    yield World(app, clock, post)
    dispose(app)


def rows_after(issued: Path, ticks: Sequence[int], batch: int) -> list[tuple[object, ...]]:
    """Everything the ticks at these hours leave in the tables, ids and all."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "county.db"
        shutil.copy(issued, file)
        with county(file) as world:
            world.app.config["TICK_BATCH"] = batch
            for hour in ticks:
                world.clock.instant = moment(hour)
                assert world.tick().faults == 0
            return [*map(notice_row, world.notices()), *map(duty_row, world.duties())]


def notice_row(notice: Notice) -> tuple[object, ...]:
    return (
        notice.dedup_key,
        notice.kind,
        notice.audience,
        notice.reason,
        notice.skipped,
        notice.not_before_at,
        notice.created_at,
    )


def duty_row(duty: Duty) -> tuple[object, ...]:
    stands = (duty.rung, duty.loop, duty.checks, duty.hold, duty.next_action_at)
    return (duty.id, duty.kind, duty.unit_id, duty.period_key, *stands)


def moment(hour: int) -> datetime:
    return at(FIRST_DAY) + timedelta(hours=hour)


@settings(max_examples=EXAMPLES)
@given(turns, st.integers(1, 5))
def test_ticks_in_any_order_and_however_often_leave_the_rows_of_those_that_went_forward(
    issued: Path, ticks: list[int], batch: int
) -> None:
    """A clock that went back changes nothing, nor does a second turn, nor how many duties are taken at once."""
    forward = [hour for hour, _ in groupby(accumulate(ticks, max))]
    restless = [hour for hour in ticks for _ in range(2)]
    assert rows_after(issued, restless, batch) == rows_after(issued, forward, 200)


@settings(max_examples=EXAMPLES)
@given(turns, hours)
def test_after_any_outage_every_report_is_open_and_nothing_is_told_twice(
    issued: Path, ticks: list[int], last: int
) -> None:
    """What is told may differ with the engine's hours; what is owed may not."""

    end = max(*ticks, last)
    broken, once = rows_after(issued, [*sorted(ticks), end], 200), rows_after(issued, [end], 200)
    assert owed(broken) == owed(once)
    told = [row[0] for row in broken if isinstance(row[0], str)]
    assert len(told) == len(set(told))


def owed(rows: list[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """(kind, unit, period) of every duty."""
    return {row[1:4] for row in rows if isinstance(row[0], int)}

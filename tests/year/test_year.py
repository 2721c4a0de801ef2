"""The whole year through the forms, by the test client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import build_template, dispose, make_app
from tests.world import FakePost, FrozenClock, World, at
from tests.year.hands import Client
from tests.year.story import Year

BEFORE = date(2023, 12, 28)
"""The county is there before its plan: what stood when is told by when it was entered."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'luoshi.db'}"
    build_template(url, BEFORE)
    clock, post = FrozenClock(at(BEFORE)), FakePost()
    app = make_app(url, clock, post)
    yield World(app, clock, post)
    dispose(app)


def test_a_year(world: World) -> None:
    year = Year(world, lambda username: Client(world.app, username))
    year.live()

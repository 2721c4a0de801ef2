"""What every test stands on: a real database of each kind, migrated and peopled once, copied for every test."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import URL

from app import create_app
from config import Config
from tests.infra.postgres import Postgres, postgres_server
from tests.world import FIRST_DAY, FakePost, FrozenClock, World, at, people_the_county

DATABASES = ("sqlite", "postgresql")
_EVIDENCE = Path(tempfile.mkdtemp(prefix="luoshi-evidence-"))
atexit.register(shutil.rmtree, _EVIDENCE, ignore_errors=True)


def config_for(url: str) -> Config:
    """The settings of every test app: links have a host of their own, so that a wrong one shows; each database has its
    own folder of evidence."""
    return Config(
        DATABASE_URL=url,
        BASE_URL="http://luoshi.example",
        SECRET_KEY="for tests only, and never anywhere else",
        SMTP_URL="smtp://127.0.0.1:9",
        EVIDENCE_DIR=str(_EVIDENCE / hashlib.sha256(url.encode()).hexdigest()[:16]),
    )


def make_app(url: str | URL, clock: FrozenClock, post: FakePost) -> Flask:
    """An app on that database with a clock and a post of the test's."""
    address = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    app = create_app(config_for(address), clock=clock, post=post)
    app.testing = True
    return app


def dispose(app: Flask) -> None:
    """Let go of every connection."""
    app.extensions["db"].kw["bind"].dispose()


def build_template(url: str | URL, first_day: date = FIRST_DAY) -> None:
    """Migrate an empty database as an operator does, and enter the standing cast."""
    clock = FrozenClock(at(first_day))
    app = make_app(url, clock, FakePost())
    migrated = app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert migrated.exit_code == 0, migrated.output
    people_the_county(World(app, clock, FakePost()))
    dispose(app)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.db"
    build_template(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server; it starts when the first test asks for it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    url = postgres.create_database()
    build_template(url)
    assert url.database
    return url.database


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    """sqlite, then postgresql: what asks for it runs on both."""
    kind: str = request.param
    return kind


@pytest.fixture
def new_database(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[bool], str]]:
    """Makes databases of the test's own and says their addresses: peopled, or (False) without a single table."""
    if database_kind == "sqlite":
        numbers = count()

        def new_file(peopled: bool) -> str:
            file = tmp_path / f"luoshi-{next(numbers)}.db"
            if peopled:
                shutil.copy(request.getfixturevalue("sqlite_template"), file)
            return f"sqlite:///{file}"

        yield new_file
        return
    server: Postgres = request.getfixturevalue("postgres")
    made: list[URL] = []

    def new_copy(peopled: bool) -> str:
        made.append(server.create_database(request.getfixturevalue("postgres_template") if peopled else None))
        return made[-1].render_as_string(hide_password=False)

    yield new_copy
    for url in made:
        server.drop_database(url)


@pytest.fixture
def database_url(new_database: Callable[[bool], str]) -> str:
    """A database of the test's own: newest tables, shipped rules, standing cast, nothing else."""
    return new_database(True)


@pytest.fixture
def blank_url(new_database: Callable[[bool], str]) -> str:
    """An empty database: no table at all."""
    return new_database(False)


@pytest.fixture
def clock() -> FrozenClock:
    """It stands at ten o'clock on a Monday, 2025年3月3日."""
    return FrozenClock(at(FIRST_DAY))


@pytest.fixture
def post() -> FakePost:
    return FakePost()


@pytest.fixture
def flask_app(database_url: str, clock: FrozenClock, post: FakePost) -> Iterator[Flask]:
    """The whole application on each database in turn."""
    app = make_app(database_url, clock, post)
    yield app
    dispose(app)


@pytest.fixture
def world(flask_app: Flask, clock: FrozenClock, post: FakePost) -> World:
    """The county and its cast; see tests/world.py."""
    return World(flask_app, clock, post)


@pytest.fixture
def sqlite_world(
    sqlite_template: Path, tmp_path: Path, clock: FrozenClock, post: FakePost
) -> Iterator[World]:
    """The county on SQLite alone, for what no database can change."""
    file = tmp_path / "luoshi.db"
    shutil.copy(sqlite_template, file)
    app = make_app(f"sqlite:///{file}", clock, post)
    yield World(app, clock, post)
    dispose(app)

"""Where is measured: an app on a database of its own, SQLite and PostgreSQL in turn."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy.engine import make_url

from app import create_app
from app.clock import StoppedClock
from app.mail import Carry, Post
from config import Config
from tests.infra import crowd
from tests.infra.postgres import Postgres, postgres_server


class NoPost:
    """A post nothing is given to."""

    @contextmanager
    def open(self) -> Iterator[Carry]:
        yield lambda _envelope: None


def databases() -> Iterator[tuple[str, str]]:
    """(kind, address) of an empty SQLite file, then of an empty PostgreSQL database; each is removed afterwards.

    PostgreSQL is left out, with a word on standard error, where the machine has none.
    """
    with TemporaryDirectory(prefix="luoshi-bench-") as folder:
        yield "sqlite", f"sqlite:///{Path(folder) / 'bench.db'}"
    try:
        with _server() as server:
            url = server.create_database()
            try:
                yield "postgresql", url.render_as_string(hide_password=False)
            finally:
                server.drop_database(url)
    except (OSError, RuntimeError) as lacking:
        print(f"PostgreSQL was not measured: {lacking}", file=sys.stderr)


@contextmanager
def _server() -> Iterator[Postgres]:
    """The server LUOSHI_BENCH_DATABASE_URL names, else one of our own."""
    given = os.environ.get("LUOSHI_BENCH_DATABASE_URL")
    if given:
        yield Postgres(make_url(given).set(drivername="postgresql+psycopg"))
        return
    with postgres_server() as server:
        yield server


def open_app(url: str, post: Post | None = None) -> Flask:
    """The app on that database; its clock stands at the crowd's NOW, and no storm of letters is held."""
    config = Config(
        DATABASE_URL=url,
        SECRET_KEY="for measuring only, and never anywhere else",
        STORM_LETTERS=1_000_000,
        RELAY_BATCH=1_000_000,
    )
    app = create_app(config, clock=StoppedClock(crowd.NOW), post=post or NoPost())
    app.testing = True
    return app


def migrated(url: str, post: Post | None = None) -> Flask:
    """The app on that database, which the real command has given its tables."""
    app = open_app(url, post)
    done = app.test_cli_runner().invoke(args=["db", "upgrade"])
    if done.exit_code:
        raise RuntimeError(done.output)
    return app


def close(app: Flask) -> None:
    """Let go of every connection."""
    app.extensions["db"].kw["bind"].dispose()

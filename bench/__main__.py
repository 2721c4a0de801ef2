"""`python -m bench`: read documents of every length, build the house on each database, measure, print."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy.engine import make_url

from bench import cases, house, intake
from config import Config
from tests.infra.postgres import Postgres, postgres_server


def main() -> None:
    """Print one JSON object a line; what could not be measured is said on standard error."""
    logging.disable(logging.INFO)  # the lines of 30 requests would drown the figures
    app = Flask("bench")
    app.config.from_mapping(asdict(Config()))
    for figures in intake.run(app):
        print(json.dumps(figures, ensure_ascii=False), flush=True)
    with TemporaryDirectory(prefix="luoshi-bench-") as folder:
        _measure(f"sqlite:///{Path(folder) / 'bench.db'}", "sqlite")
    try:
        with _server() as server:
            url = server.create_database()
            try:
                _measure(url.render_as_string(hide_password=False), "postgresql")
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


def _measure(url: str, database: str) -> None:
    app = house.build(url)
    try:
        for figures in cases.run(app, database):
            print(json.dumps(figures, ensure_ascii=False), flush=True)
    finally:
        app.extensions["db"].kw["bind"].dispose()


if __name__ == "__main__":
    main()

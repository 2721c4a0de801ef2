"""Which shape the tables have, and which shape this program was written for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

PROJECT = Path(__file__).parents[1]


def alembic_config(url: str) -> Config:
    """Alembic's settings, for this project and that database."""
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["database_url"] = url
    return config


@cache
def newest() -> str:
    """The revision this program was written for; read once, so that new files on the disk do not change it."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head() or ""


def present(connection: sa.Connection) -> str:
    """The revision of the tables; empty before the first migration."""
    return MigrationContext.configure(connection).get_current_revision() or ""

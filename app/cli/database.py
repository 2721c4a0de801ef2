"""`flask db …`: bring the database to the newest shape and lay down the shipped rules."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.services import rules

group = AppGroup("db", help="The database: upgrade, downgrade, revision.")

PROJECT = Path(__file__).parents[2]


def alembic_config(url: str) -> Config:
    """Alembic's settings, for this project and that database."""
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["database_url"] = url
    return config


@group.command()
def upgrade() -> None:
    """Bring the tables to the newest version, and lay down rules and holidays that are missing."""
    command.upgrade(alembic_config(current_app.config["DATABASE_URL"]), "head")
    rules.lay_defaults(clock.now())
    click.echo("database is up to date")


@group.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to an older version."""
    command.downgrade(alembic_config(current_app.config["DATABASE_URL"]), revision)
    click.echo(f"database is at {revision}")

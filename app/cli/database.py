"""`flask db …`: bring the database to the newest shape and lay down the shipped rules."""

from __future__ import annotations

import click
from alembic import command
from flask import current_app
from flask.cli import AppGroup

from app import clock, ledger
from app.schema import alembic_config
from app.services import rules

group = AppGroup("db", help="The database: upgrade, downgrade, revision.")


@group.command()
def upgrade() -> None:
    """Bring the tables to the newest version, and lay down rules and holidays that are missing."""
    command.upgrade(alembic_config(current_app.config["DATABASE_URL"]), "head")
    rules.lay_defaults(clock.now())
    ledger.begin_traces(clock.now())
    click.echo("database is up to date")


@group.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to an older version."""
    command.downgrade(alembic_config(current_app.config["DATABASE_URL"]), revision)
    click.echo(f"database is at {revision}")

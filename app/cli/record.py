"""`flask record …`: is the record whole, and does everything that was printed or settled still follow from it?"""

from __future__ import annotations

from itertools import chain

import click
from flask.cli import AppGroup

from app.services import recount

group = AppGroup("record", help="The record (台账): verify.")
MOST_NAMED = 20
"""Differences named of one thing; the rest are counted."""


@group.command()
def verify() -> None:
    """Check the chain, and count printed bulletins and the year's scores again; exit 1 when anything differs."""
    unequal = 0
    for found in chain([recount.chain()], recount.printed(), recount.settled()):
        unequal += not found.is_equal
        click.echo(f"{'ok     ' if found.is_equal else 'DIFFERS'} {found.what}")
        for difference in found.differences[:MOST_NAMED]:
            click.echo(f"        {difference}")
        if len(found.differences) > MOST_NAMED:
            click.echo(f"        and {len(found.differences) - MOST_NAMED} more")
    raise SystemExit(1 if unequal else 0)

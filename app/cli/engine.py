"""`flask engine …`: run the metronome, take one turn, deliver the outbox."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.engine import outbox, run, tick
from workflows.calendar import SHANGHAI

group = AppGroup("engine", help="The engine: run, tick, deliver.")


@group.command("run")
def run_() -> None:
    """Turn every LUOSHI_TICK_SECONDS until stopped."""
    run.run(current_app._get_current_object(), current_app.extensions["post"])  # type: ignore[attr-defined]


@group.command("tick")
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]), help="A local time; not in production."
)
def tick_(at: datetime | None) -> None:
    """Take one turn without sending: open periods, climb ladders. Prints the counts."""
    if at is None:
        counts = asdict(tick.tick(clock.now()))
        run.beat(clock.now(), counts)
    elif current_app.config["ENV"] == "production":
        raise click.UsageError(
            "--at is refused in production: it would write notices for a time that is not now."
        )
    else:
        current_app.extensions["clock"] = clock.StoppedClock(at.replace(tzinfo=SHANGHAI))
        counts = asdict(tick.tick(clock.now()))
    click.echo(json.dumps(counts))


@group.command("deliver")
def deliver_() -> None:
    """Send what waits in the outbox. Prints the counts."""
    click.echo(json.dumps(asdict(outbox.deliver(current_app.extensions["post"], clock.now()))))

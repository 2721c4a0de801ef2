"""`flask calendar …`: take in a newly published holiday notice."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app import clock
from app.services import calendars
from workflows.errors import Refused
from workflows.holidaynotice import odd_days, read_notice

group = AppGroup("calendar", help="The working calendar: publish a holiday notice.")


@group.command("publish")
@click.option("--dry-run", is_flag=True, help="Print what would move; write nothing.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def publish(dry_run: bool, file: Path) -> None:
    """Take in the notice whose text is in FILE (UTF-8), and print every date it moves."""
    take = calendars.preview if dry_run else calendars.publish
    try:
        notice = read_notice(file.read_text("utf-8"))
        moved = take(None, notice, clock.now())
    except (Refused, UnicodeDecodeError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for sentence in odd_days(notice):
        click.echo(f"look: {sentence}")
    for move in moved.duties:
        what = f"{move.kind} {move.period_key}".rstrip()
        click.echo(f"duty {move.duty_id} {move.unit} {what}: due {move.due_from} -> {move.due_to}")
    for plan in moved.plans:
        click.echo(f"plan {plan.plan_id}: opens {plan.opens_from} -> {plan.opens_to}")
    click.echo(f"{notice.year}: {len(moved.duties)} duties and {len(moved.plans)} plans move")

"""`flask unit …`: the county's units from the usual ones, from a sheet, and into a sheet."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app import clock
from app.documents.units_sheet import units_workbook
from app.queries import registry as registry_rows
from app.services import registry
from workflows.errors import Refused
from workflows.registry import level_of, starting_set
from workflows.unitlist import Comparison, Outcome

group = AppGroup("unit", help="Units: start, import, export.")


@group.command("start")
@click.option("--place", required=True, help="The county's name to its last character, such as 云岭县.")
@click.option("--all", "every", is_flag=True, help="Also units that most counties have merged by now.")
def start(place: str, every: bool) -> None:
    """Enter the usual county units and collective names; what is there under any of its names stays as it is."""
    try:
        usual = starting_set(place, level_of(place))
        units, groups = registry_rows.offered(usual)
        chosen = {unit.usual.name for unit in units if not unit.present and (every or unit.chosen)}
        chosen |= {called.usual.name for called in groups if called.chosen}
        added = registry.start(None, usual, chosen, clock.now()) if chosen else registry.Added(0, 0)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"added {added.units} units, {added.groups} collective names")
    for offered in units:
        if offered.usual.name not in chosen and not offered.present:
            click.echo(f"left out: {offered.usual.name} ({offered.usual.note}); --all adds it")


@group.command("import")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(dry_run: bool, file: Path) -> None:
    """Take in an .xlsx or .csv of units, all of it or nothing; a row that cannot be taken is named, with exit 1."""
    try:
        rows = registry.rows_of(file.name, file.read_bytes())
        comparison = registry.compared(rows)
        _say(comparison)
        if comparison.to_take and not dry_run:
            registry.take_in(None, rows, clock.now(), seen=registry.seal(comparison))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if comparison.counted()[Outcome.FAULTY]:
        raise click.ClickException(registry.FAULTY)


def _say(comparison: Comparison) -> None:
    """Every row that is not the same as before, then how many there are of each."""
    for change in comparison.changes:
        told = "; ".join(change.faults) or "; ".join(
            f"{it.heading.value} {it.before or '-'} → {it.after or '-'}" for it in change.differences
        )
        if change.outcome is not Outcome.SAME:
            click.echo(f"row {change.row}: {change.outcome.value} {change.listed.name} {told}".rstrip())
    click.echo(", ".join(f"{count} {outcome.value}" for outcome, count in comparison.counted().items()))


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(file: Path) -> None:
    """Write all units to FILE, an .xlsx that `unit import` takes back."""
    units = registry_rows.known()
    file.write_bytes(units_workbook(units))
    click.echo(f"{len(units)} units written to {file}")

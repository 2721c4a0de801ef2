"""`flask plan …`: parse a document and print what it assigns; import it; issue it."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from app import clock, intake
from app.queries import units
from app.services import plans, reading
from workflows import document
from workflows.errors import Refused

group = AppGroup("plan", help="Plans: parse, import.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("parse")
@click.option("--issued-year", type=int, help="The year of publication, where the text leaves it out.")
@click.argument("files", nargs=-1, required=True, type=FILE)
def parse(issued_year: int | None, files: tuple[Path, ...]) -> None:
    """Print one JSON object a line, one line a FILE; a file that cannot be read gives {"error": …} and exit 1."""
    failed = False
    for file in files:
        try:
            parsed = document.parse(intake.read(file.name, file.read_bytes()), issued_year=issued_year)
            answer: dict[str, object] = document.as_json(parsed)
        except Refused as refusal:
            failed, answer = True, {"error": str(refusal), "file": file.name}
        click.echo(json.dumps(answer, ensure_ascii=False))
    if failed:
        raise SystemExit(1)


@group.command("import")
@click.option("--issue", is_flag=True, help="Issue it at once; every unit name must be known.")
@click.option(
    "--office", help="The unit that runs the plan (专班办公室); the office people's own unit if left out."
)
@click.argument("file", type=FILE)
def import_(issue: bool, office: str | None, file: Path) -> None:
    """Read FILE into a draft plan, as the upload page does."""
    try:
        plan_id = reading.read_in(None, file.name, file.read_bytes(), clock.now())
        click.echo(f"plan {plan_id} read")
        if issue:
            office_id = units.by_name(office).id if office else units.of_the_office()
            plans.issue(None, plan_id, office_id=office_id, leader_id=None, now=clock.now())
            click.echo(f"plan {plan_id} issued")
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal

"""`flask plan …`: parse a document and print what it assigns; import it; issue it."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from app import clock, intake
from app.queries import checkup as checkup_rows
from app.queries import units
from app.services import papers, plans, reading, review
from workflows import document
from workflows.calendar import local_date
from workflows.checkup import CHECK_LABELS, SEVERITY_LABELS, Finding
from workflows.errors import Refused

group = AppGroup("plan", help="Plans: parse, import, export, check up.")
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
@click.option(
    "--accept-doubts", is_flag=True, help="A person has looked at every doubt: count them as settled."
)
@click.argument("file", type=FILE)
def import_(issue: bool, office: str | None, accept_doubts: bool, file: Path) -> None:
    """Read FILE into a draft plan, as the upload page does. Open doubts about units keep it from being issued."""
    try:
        plan_id = reading.read_in(None, file.name, file.read_bytes(), clock.now())
        click.echo(f"plan {plan_id} read")
        if accept_doubts:
            settled = review.accept_doubts(None, plan_id, clock.now())
            click.echo(f"plan {plan_id}: doubts of {settled} tasks settled")
        if issue:
            office_id = units.by_name(office).id if office else units.of_the_office()
            plans.issue(None, plan_id, office_id=office_id, leader_id=None, now=clock.now())
            click.echo(f"plan {plan_id} issued")
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal


@group.command("export")
@click.argument("plan_id", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(plan_id: int, file: Path) -> None:
    """Write the tasks of plan PLAN_ID to FILE, as the .xlsx that people edit and send back (任务分解表)."""
    try:
        _, content = papers.task_list(plan_id, clock.now())
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    file.write_bytes(content)
    click.echo(f"plan {plan_id} written to {file}")


@group.command("checkup")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one line a finding.")
@click.argument("plan_id", type=int)
def checkup(plan_id: int, as_json: bool) -> None:
    """Print what the division of work of plan PLAN_ID leaves open (责任体系体检), the gravest first."""
    try:
        found = checkup_rows.checkup(plan_id, local_date(clock.now()))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for finding in found.findings:
        click.echo(json.dumps(_plain(finding), ensure_ascii=False) if as_json else _line(finding))
    if not as_json:
        counts = "，".join(f"{words}{count}项" for words, count in found.counts.items())
        click.echo(counts if found.findings else "没有发现问题。")


def _line(finding: Finding) -> str:
    return f"{SEVERITY_LABELS[finding.severity]} {CHECK_LABELS[finding.check]}：{finding.sentence}"


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.check.value,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "tasks": list(finding.task_ids),
        "units": list(finding.units),
        "place": list(finding.place) if finding.place else None,
        "mend": finding.mend.value,
    }

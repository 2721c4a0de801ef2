"""`flask engine …`: run the metronome, take one turn, deliver the outbox; foretell and explain what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

import click
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.channels import EMAIL, switched_on
from app.engine import auditor, outbox, run, tick
from app.mail import Delay, Envelope, Post, Refusal, trial
from app.queries import burden, climb, foresight, letters
from app.queries.foresight import Foresight
from workflows.cadence import duty_words
from workflows.calendar import SHANGHAI, local_date
from workflows.errors import Refused
from workflows.escalation import AUDIENCE_LABELS, LETTER_LABELS
from workflows.lifecycle import DUTY

group = AppGroup("engine", help="The engine: run, tick, deliver, simulate, explain.")
DAY = click.DateTime(["%Y-%m-%d"])


@group.command("run")
def run_() -> None:
    """Turn every LUOSHI_TICK_SECONDS until stopped; exit 3 when the database was upgraded under it."""
    whole = run.run(current_app._get_current_object(), current_app.extensions["post"])  # type: ignore[attr-defined]
    if not whole:
        raise SystemExit(3)


@group.command("audit")
def audit_() -> None:
    """Find open duties without a next moment, and repair them. Prints the counts."""
    click.echo(json.dumps(asdict(auditor.audit(clock.now()))))


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


@group.command("test-letter")
@click.option("--to", "address", required=True, help="An e-mail address, or a contact point of the channel.")
@click.option("--channel", default=EMAIL, show_default=True, help="A channel of LUOSHI_CHANNELS.")
def test_letter(address: str, channel: str) -> None:
    """Send one letter that asks nothing of anybody, and print what the server answered; exit 1 when it said no."""
    ways: dict[str, Post] = {EMAIL: current_app.extensions["post"], **switched_on()}
    if channel not in ways:
        raise click.UsageError(f"{channel} is not on; there is {', '.join(ways)} (LUOSHI_CHANNELS).")
    message_id = f"<test-{uuid4().hex}@{urlsplit(current_app.config['BASE_URL']).hostname or 'localhost'}>"
    envelope = Envelope(message_id, address, "测试收件人", trial(), clock.now(), channel)
    try:
        with ways[channel].open() as carry:
            answer = carry(envelope)
    except Refusal as refusal:
        fault = "the address is wrong" if refusal.bad_address else "refused"
        raise click.ClickException(f"{fault}: {refusal}") from refusal
    except Delay as delay:
        raise click.ClickException(f"not now: {delay}") from delay
    click.echo(answer or "taken")


@group.command("simulate")
@click.option("--plan", "plan_id", type=int, required=True)
@click.option("--from", "since", type=DAY, required=True, help="The first day.")
@click.option("--to", "until", type=DAY, required=True, help="The last day.")
@click.option("--draft", "draft_id", type=int, help="By the rules of this draft, open duties moved to them.")
@click.option(
    "--heard", is_flag=True, help="Suppose that every letter is confirmed (已收到), and still nothing done."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one line a notice.")
def simulate(
    plan_id: int, since: datetime, until: datetime, draft_id: int | None, heard: bool, as_json: bool
) -> None:
    """Print who would be told what, when and why, if from now on nothing is done. Writes nothing."""
    try:
        trial = burden.trial_of(draft_id, moves=True) if draft_id else None
        seen = foresight.foresee(plan_id, since.date(), until.date(), clock.now(), trial, heard=heard)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    rows = list(_told(seen))
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else "\t".join(row.values()))
    if not as_json:
        written = sum(seen.letters_by_week().values())
        click.echo(f"{len(rows)} notices, {written} letters to {len(seen.people)} people")


def _told(seen: Foresight) -> Iterator[dict[str, str]]:
    for notice in seen.notices:
        subject = notice.subject
        yield {
            "at": notice.at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
            "leaves_at": notice.leaves_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
            "person": seen.people[notice.person_id],
            "audience": AUDIENCE_LABELS[notice.audience],
            "letter": LETTER_LABELS[notice.letter],
            "unit": seen.units[subject.unit_id],
            "duty": duty_words(subject.kind, subject.period_key),
            "due_on": subject.due_on.isoformat(),
            "task": seen.tasks[subject.task_id] if subject.task_id else "",
            "why": notice.reason,
        }


@group.command("explain")
@click.argument("duty_id", type=int)
def explain(duty_id: int) -> None:
    """Print why a duty stands where it does, and what happens next and when."""
    now = clock.now()
    try:
        page = letters.duty_page(duty_id, now)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    duty = page.duty
    kind = duty_words(duty.kind, duty.period_key)
    click.echo(f"duty {duty.id}: {duty.unit.name}, {kind}, {DUTY.states[duty.state]}, epoch {duty.epoch}")
    moved = f" (at first {duty.original_due_on})" if duty.due_on != duty.original_due_on else ""
    click.echo(f"opens {duty.opens_on}, due {duty.due_on}{moved}, {page.urgency}")
    for rung in page.rungs:
        day = local_date(rung.at).isoformat() if rung.at else "----------"
        told = f" -> {'、'.join(one.person for one in rung.told)}" if rung.told else ""
        click.echo(f"{rung.state:6} {day} {rung.when} {LETTER_LABELS[rung.letter]}: {rung.audience}{told}")
    coming = (
        duty.next_action_at.astimezone(SHANGHAI).isoformat(" ", "minutes") if duty.next_action_at else "-"
    )
    click.echo(f"next: {coming} {climb.next_words(duty)}".rstrip())

"""`flask doctor`: is this installation able to do its work? Exit 1 when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from app import channels, clock, ledger, schema, storage
from app.db import database, session
from app.documents.official import fonts
from app.mail import Delay
from app.queries import engine, handovers, people, rules
from config import ConfigError
from workflows.calendar import local_date
from workflows.errors import Refused


class Unwell(Exception):
    """A finding; its sentence says what to do."""


@click.command()
@with_appcontext
def doctor() -> None:
    """Check database, migrations, mail, evidence, engine, calendar, contacts and ledger; exit 1 when one is unwell."""
    unwell = 0
    for name, check in CHECKS.items():
        try:
            click.echo(f"ok      {name}: {check()}")
        except Unwell as finding:
            unwell += 1
            click.echo(f"UNWELL  {name}: {finding}")
    raise SystemExit(1 if unwell else 0)


def _database() -> str:
    try:
        session().execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError as error:
        raise Unwell(f"cannot be reached ({type(error).__name__}); check LUOSHI_DATABASE_URL") from error
    return database().dialect.name


def _migrations() -> str:
    with database().connect() as connection:
        here = schema.present(connection)
    if here != schema.newest():
        raise Unwell(f"at {here or 'nothing'}, newest is {schema.newest()}; run `flask db upgrade`")
    return here


def _mail() -> str:
    try:
        with current_app.extensions["post"].open():
            return "the server answers"
    except Delay as delay:
        raise Unwell(f"the server does not answer ({delay}); check LUOSHI_SMTP_URL") from delay


def _channels() -> str:
    on = channels.switched_on()
    if not on:
        return "none but e-mail"
    said, ill = [], []
    for name, channel in on.items():
        try:
            said.append(f"{name}: {channels.knock(channel)}")
        except (Delay, ConfigError) as finding:
            ill.append(f"{name}: {finding}")
    if ill:
        raise Unwell(f"{'; '.join(ill)}; check LUOSHI_CHANNELS")
    return "; ".join(said)


def _evidence() -> str:
    try:
        storage.try_out()
    except OSError as error:
        raise Unwell(f"no file can be kept ({error.strerror}); check LUOSHI_EVIDENCE_DIR") from error
    return str(storage.folder())


def _engine() -> str:
    pulse = engine.pulse()
    silent = timedelta(minutes=current_app.config["ENGINE_SILENT_MINUTES"])
    if pulse.beat_at is None or clock.now() - pulse.beat_at > silent:
        raise Unwell(f"silent since {pulse.beat_at}; start `flask engine run`")
    if pulse.faults or pulse.failed:
        raise Unwell(
            f"{pulse.faults} duties set aside, {pulse.failed} notices refused; see the page 发信记录"
        )
    return f"last turn {pulse.beat_at.isoformat()}, {pulse.waiting} notices waiting"


def _calendar() -> str:
    today, calendar = local_date(clock.now()), rules.calendar()
    if calendar.is_provisional(today):
        raise Unwell(f"{today.year} is provisional: take in the holiday notice of that year")
    if today.month >= 11 and calendar.is_provisional(today.replace(year=today.year + 1, day=1)):
        return f"{today.year} known; {today.year + 1} is provisional until its notice is taken in"
    return f"{today.year} known"


def _contacts() -> str:
    alone, bounced, left = people.units_without_contact(), people.bounced(), handovers.count()
    ill = []
    if alone:
        ill.append(f"no e-mail address in {len(alone)} units: {'、'.join(alone[:10])}")
    if bounced:
        ill.append(f"letters to {len(bounced)} people come back: {'、'.join(bounced[:10])}")
    if left:
        ill.append(f"{left} posts of leavers wait for a successor; see the page 离任交接")
    if ill:
        raise Unwell("; ".join(ill))
    return "every unit that takes part can be reached"


def _fonts() -> str:
    try:
        families = fonts.found(current_app.config["FONT_DIR"]).families
    except Refused as finding:
        raise Unwell(
            "no Chinese fonts for PDF documents; install fonts-noto-cjk or set LUOSHI_FONT_DIR"
        ) from finding
    return "、".join(dict.fromkeys(families.values()))


def _ledger() -> str:
    broken = ledger.first_broken(session())
    if broken is not None:
        raise Unwell(f"the chain breaks at entry {broken}: it was changed from outside")
    return "the chain holds"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "mail": _mail,
    "channels": _channels,
    "evidence": _evidence,
    "engine": _engine,
    "calendar": _calendar,
    "contacts": _contacts,
    "fonts": _fonts,
    "ledger": _ledger,
}

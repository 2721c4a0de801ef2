"""`flask mail …`: letters that came back to the county's mailbox after they had been sent."""

from __future__ import annotations

from typing import BinaryIO

import click
from flask.cli import AppGroup

from app import clock
from app.engine import bounces
from app.mail.bounces import Bounce, read

group = AppGroup("mail", help="Letters that came back: bounced, bounce.")


@group.command("bounced")
@click.argument("address")
@click.option("--said", default="退信", show_default=True, help="What the mail server said.")
def bounced(address: str, said: str) -> None:
    """Mark an address nobody is reached at; what it was sent lately and is still owed goes to the next contact."""
    _report(Bounce(address, "", said, bad_address=True))


@group.command("bounce")
@click.argument("file", type=click.File("rb"), default="-")
def bounce(file: BinaryIO) -> None:
    """Read one delivery report (RFC 3464) from FILE, or from standard input, as a mail server's pipe gives it."""
    found = read(file.read())
    if not found:
        raise click.ClickException("no failed delivery is reported there")
    for one in found:
        _report(one)


def _report(bounce: Bounce) -> None:
    names = bounces.came_back(bounce, clock.now())
    if names:
        click.echo(f"{bounce.address}: marked, {'、'.join(names)}")
    elif bounce.bad_address:
        click.echo(f"{bounce.address}: nobody has it now, or it was marked before")
    else:
        click.echo(f"{bounce.address}: not the address's fault ({bounce.said}), not marked")

"""`flask user …`: enter people from the command line, the first administrator among them."""

from __future__ import annotations

import secrets

import click
from flask.cli import AppGroup

from app import clock
from app.queries import units
from app.services import people
from app.services.people import NewPerson
from workflows.errors import Refused
from workflows.policy import Role
from workflows.units import Post

group = AppGroup("user", help="People: add.")


@group.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The person's name.")
@click.option("--email", default="", help="Where letters go.")
@click.option("--role", "roles", type=click.Choice([r.value for r in Role]), multiple=True, required=True)
@click.option("--unit", help="A unit's name.")
@click.option(
    "--post", type=click.Choice([p.value for p in Post]), default=Post.LIAISON.value, show_default=True
)
@click.option("--password", help="First password; one is made and printed when left out.")
def add(
    username: str,
    name: str,
    email: str,
    roles: tuple[str, ...],
    unit: str | None,
    post: str,
    password: str | None,
) -> None:
    """Add a person who may sign in; the password must be changed at the first sign-in."""
    first = password or f"Ls-{secrets.token_urlsafe(9)}1"
    try:
        posts = ((units.by_name(unit).id, Post(post)),) if unit else ()
        new = NewPerson(name, email, username, first, posts, tuple(Role(role) for role in roles))
        people.add(None, new, clock.now())
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"added {username}" + ("" if password else f", first password: {first}"))

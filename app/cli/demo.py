"""`flask demo …`: a fictitious county to try everything on."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.demo import loading
from app.demo.county import PASSWORD, SHOWN
from app.demo.loading import Outcome

group = AppGroup("demo", help="The demo county: load.")

SENTENCES = {
    Outcome.LOADED: "演示数据已装入：云岭县的单位、人员、一份行动计划和下达以来几个月的办理情况，均为虚构。",
    Outcome.PRESENT: "演示数据已在数据库中，未作任何改动。",
    Outcome.FOREIGN: "数据库里已有其他单位或人员，没有装入演示数据，未作任何改动。",
}


@group.command()
def load() -> None:
    """Load the demo county into an empty database; done once, refused in production."""
    if current_app.config["ENV"] == "production":
        raise click.ClickException("demo load is refused in production: its people and passwords are public.")
    loaded = loading.load()
    click.echo(SENTENCES[loaded.outcome])
    if loaded.file:
        click.echo(f"样例文件     {loaded.file}（可在“计划”页上传试用）")
        click.echo(sign_ins())


def sign_ins() -> str:
    """The accounts worth trying, as a table of username, password, who."""
    rows = [f"  {username:<17}{PASSWORD:<16}{who}" for username, who in SHOWN.items()]
    head = f"  {'用户名':<14}{'密码':<14}身份"
    return "\n".join(
        (head, *rows, "  其他人也可以登录：密码相同，用户名是其邮箱 @ 之前的部分（见“人员”页或演示收件箱）。")
    )

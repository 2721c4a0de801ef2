"""The command line: db, engine, evidence, mail, plan, calendar, unit, user, record, doctor, demo. Each command is a thin door to a service or query."""

from __future__ import annotations

from flask import Flask

from app.cli import calendar, database, demo, doctor, engine, evidence, mail, plan, record, unit, user


def init_app(app: Flask) -> None:
    for module in (database, engine, evidence, mail, plan, calendar, unit, user, record, demo):
        app.cli.add_command(module.group)
    app.cli.add_command(doctor.doctor)

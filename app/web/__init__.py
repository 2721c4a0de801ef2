"""Pages: one blueprint a place people go. Deny by default: only what `auth.PUBLIC` names is open to strangers."""

from __future__ import annotations

from flask import Flask

from app.web import (
    admin,
    auth,
    calendars,
    checkup,
    deputies,
    desk,
    engine,
    errors,
    frame,
    handovers,
    health,
    letters,
    names,
    plans,
    proposals,
    receipts,
    registry,
    reports,
    requests,
    review,
    rules,
    security,
    simulation,
    slips,
    supervision,
    tasklist,
    tasks,
    versions,
)


def init_app(app: Flask) -> None:
    """Register every page, the guard in front of them, and the error pages behind."""
    auth.init_app(app)  # the guard stands before the token: a session that ended is said to have ended
    security.init_app(app)
    frame.init_app(app)
    errors.init_app(app)
    modules = (
        health,
        auth,
        desk,
        tasks,
        reports,
        requests,
        plans,
        names,
        review,
        proposals,
        checkup,
        tasklist,
        versions,
        supervision,
        slips,
        engine,
        calendars,
        rules,
        simulation,
        admin,
        registry,
        deputies,
        handovers,
        letters,
        receipts,
    )
    for blueprint in dict.fromkeys(module.bp for module in modules):  # some modules share one
        app.register_blueprint(blueprint)

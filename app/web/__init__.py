"""Pages: one blueprint a place people go. Deny by default: only what `auth.PUBLIC` names is open to strangers."""

from __future__ import annotations

from flask import Flask

from app.web import admin, auth, desk, errors, frame, health, plans, reports, security, supervision, tasks


def init_app(app: Flask) -> None:
    """Register every page, the guard in front of them, and the error pages behind."""
    auth.init_app(app)  # the guard stands before the token: a session that ended is said to have ended
    security.init_app(app)
    frame.init_app(app)
    errors.init_app(app)
    for module in (health, auth, desk, tasks, reports, plans, supervision, admin):
        app.register_blueprint(module.bp)

"""/healthz: are database and engine alive? For monitors and load balancers; tells nothing else."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, jsonify
from werkzeug.wrappers import Response

from app import clock
from app.queries import engine
from app.queries.faults import DATABASE_FAULTS

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 when both are alive, 503 otherwise; the body says which."""
    try:
        pulse = engine.pulse()
    except DATABASE_FAULTS:
        return jsonify(database="down", engine="unknown"), 503
    silent = timedelta(minutes=current_app.config["ENGINE_SILENT_MINUTES"])
    alive = pulse.beat_at is not None and clock.now() - pulse.beat_at <= silent
    return jsonify(database="ok", engine="ok" if alive else "silent"), 200 if alive else 503

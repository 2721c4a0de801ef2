"""提醒引擎: does it run, what did it find, what waits for a person."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import postbox, watch
from app.services import mailing
from app.web.auth import actor
from workflows.policy import Act, require

bp = Blueprint("engine", __name__)


@bp.get("/engine")
def index() -> str:
    require(actor(), Act.WATCH_ENGINE)
    silent = timedelta(minutes=current_app.config["ENGINE_SILENT_MINUTES"])
    page = watch.page()
    return render_template(
        "engine/index.html",
        page=page,
        alive=page.pulse.beat_at is not None and clock.now() - page.pulse.beat_at <= silent,
        limit=current_app.config["STORM_LETTERS"],
        unreached=postbox.unreached(clock.now()),
        measure=current_app.config["PERSON_LETTERS_A_DAY"],
    )


@bp.post("/engine/holds/<int:hold_id>/release")
def release(hold_id: int) -> Response:
    """Let a held storm of letters go (放行)."""
    mailing.release(actor(), hold_id, clock.now())
    flash("已放行，信件将在引擎下一轮发出。")
    return redirect(url_for("engine.index"), 303)

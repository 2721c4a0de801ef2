"""我的待办: what the viewer's units owe, most urgent first."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import desk, month, tasks
from app.queries.signers import signature_of, signers
from app.services import progress
from app.web.auth import actor
from workflows.calendar import local_date
from workflows.policy import Act, Actor, Relation, allows, require

bp = Blueprint("desk", __name__)

SHOWN = 20
"""Tasks the desk shows below what is owed; the rest stand in the list."""


@bp.get("/")
def home() -> Response:
    """Each to the place where his work is."""
    viewer = actor()
    places = ((Act.SUPERVISE, "supervision.index"), (Act.VIEW_UNITS, "admin.units"))
    elsewhere = (endpoint for act, endpoint in places if allows(viewer, act))
    endpoint = "desk.index" if viewer.unit_ids else next(elsewhere, "desk.index")
    return redirect(url_for(endpoint), 303)


@bp.get("/desk")
def index() -> str | Response:
    viewer = actor()
    require(viewer, Act.USE_DESK)
    if not viewer.unit_ids and allows(viewer, Act.VIEW_UNITS):
        return redirect(
            url_for("desk.home"), 303
        )  # a letter's link, read by somebody who owes nothing himself
    today = local_date(clock.now())
    rows = tasks.rows(today, unit_ids=viewer.unit_ids)
    urgent_first = sorted(rows, key=lambda row: tasks.GRAVITY[row.light.colour])
    return render_template(
        "desk/index.html",
        desk=desk.desk(viewer.unit_ids, clock.now()),
        rows=rows if len(rows) <= SHOWN else urgent_first[:SHOWN],
        total=len(rows),
        colours=Counter(row.light.colour for row in rows),
        months=month.latest_month(viewer.unit_ids),
        to_sign=month.to_sign(_signed_by(viewer)),
    )


def _signed_by(viewer: Actor) -> list[int]:
    """The units whose reports the viewer may sign (审签)."""
    held = signers(viewer.unit_ids) if allows(viewer, Act.SIGN_OFF, Relation.OWNER) else {}
    return [unit_id for unit_id, some in held.items() if signature_of(viewer, some)]


@bp.post("/desk/signatures")
def sign() -> Response:
    """Sign for the tasks whose duties the form names; what a colleague signed meanwhile is left as it is."""
    seen = request.form.getlist("duty", type=int)
    signed = progress.sign_all(actor(), clock.now(), only=seen)
    flash(f"已签收{signed}项任务。" if signed else "这些任务已经签收过了。")
    return redirect(url_for("desk.index"), 303)

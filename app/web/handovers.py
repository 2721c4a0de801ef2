"""交接: the posts leavers held, each given to a successor in one click."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import handovers
from app.services import handover, people
from app.web.auth import actor
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.policy import Act, require

bp = Blueprint("handovers", __name__)
Page = str | tuple[str, int] | Response


@bp.get("/handovers")
def index() -> Page:
    require(actor(), Act.EDIT_PEOPLE)
    return _list()


def _list(trouble: str = "", status: int = 200) -> Page:
    rows = handovers.waiting(local_date(clock.now()))
    settleable = {
        row.handover.id
        for row in rows
        if people.may_edit(actor(), [held.role for held in row.handover.person.roles])
    }
    page = render_template(
        "handovers/index.html",
        rows=rows,
        settleable=settleable,
        successors=handovers.successors(),
        trouble=trouble,
    )
    return page, status


@bp.post("/handovers/<int:handover_id>/take")
def take(handover_id: int) -> Page:
    require(actor(), Act.EDIT_PEOPLE)
    successor = request.form.get("successor", 0, type=int)
    if not successor:
        return _list("请先选接手的人。", 400)
    try:
        name = handover.take(actor(), handover_id, successor, clock.now())
    except Refused as refusal:
        if refusal.code not in {"invalid", "illegal-step"}:
            raise
        return _list(str(refusal), 400 if refusal.code == "invalid" else 409)
    flash(f"已交给{name}，今后的提醒发给他。")
    return redirect(url_for("handovers.index"), 303)


@bp.post("/handovers/<int:handover_id>/waive")
def waive(handover_id: int) -> Response:
    handover.waive(actor(), handover_id, clock.now())
    flash("已注明不再设这个岗位。")
    return redirect(url_for("handovers.index"), 303)

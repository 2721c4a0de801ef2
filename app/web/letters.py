"""A letter's own page (已收到): what its link opens. Reading it changes nothing; only a signed-in click confirms."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import letters
from app.services import receipt
from app.web.auth import actor
from workflows.calendar import local_date
from workflows.policy import Act, require
from workflows.wording import chinese_time

bp = Blueprint("letters", __name__)


@bp.get("/letters/<int:letter_id>")
def show(letter_id: int) -> str:
    letter = letters.letter(letter_id)
    require(actor(), Act.RECORD_RECEIPT, receipt.relation_to(actor(), letter))
    return render_template(
        "letters/show.html",
        letter=letter,
        confirmable=receipt.may_confirm(actor(), letter),
        matters=letters.matters(letter, local_date(clock.now())),
    )


@bp.post("/letters/<int:letter_id>/received")
def received(letter_id: int) -> Response:
    """已收到; a second click only says since when."""
    at, new = receipt.confirm(actor(), letter_id, clock.now())
    flash("已确认收到。" if new else f"这封信已于{chinese_time(at)}确认收到，不用再点。")
    return redirect(url_for("letters.show", letter_id=letter_id), 303)

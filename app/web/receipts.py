"""待核实送达: units that have not answered; the office calls them and notes who picked up."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import receipts
from app.services import receipt
from app.web.auth import actor
from app.web.forms import receipts as forms
from workflows.errors import Refused
from workflows.policy import Act, require

bp = Blueprint("receipts", __name__)
Page = str | tuple[str, int] | Response


@bp.get("/supervision/receipts")
def index() -> Page:
    require(actor(), Act.SUPERVISE)
    return _list()


def _list(trouble: str = "", typed: str = "", ticked: tuple[int, ...] = (), status: int = 200) -> Page:
    page = render_template(
        "receipts/index.html",
        units=receipts.waiting(),
        trouble=trouble,
        typed=typed,
        ticked=ticked,
    )
    return page, status


@bp.post("/supervision/receipts")
def record() -> Page:
    """One call settles every duty of the unit that is ticked."""
    require(actor(), Act.REVIEW_REPORT)
    form, ticked = forms.Call(), tuple(request.form.getlist("duty", type=int))
    if not ticked or not form.validate_on_submit():
        said = "请勾选核实了的事项。" if not ticked else "；".join(form.words.errors)
        return _list(said, form.words.data or "", ticked, 400)
    known = 0
    for duty_id in ticked:
        try:
            receipt.record_by_phone(actor(), duty_id, form.words.data or "", clock.now())
        except Refused as refusal:
            if refusal.code != "illegal-step":
                raise
            known += 1  # done meanwhile
    flash(f"已登记{len(ticked) - known}件电话核实。" + (f"{known}件已经办好，不用登记。" if known else ""))
    return redirect(url_for("receipts.index"), 303)


@bp.post("/duties/<int:duty_id>/receipt")
def record_one(duty_id: int) -> Response:
    """From the page of one duty."""
    receipt.record_by_phone(actor(), duty_id, request.form.get("words", ""), clock.now())
    flash("已登记电话核实，提醒按阶梯继续。")
    return redirect(url_for("supervision.duty", duty_id=duty_id), 303)

"""审签: the leader of a unit reads what was filled in, signs it, and it leaves; or gives it back with words."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import gathering
from app.queries.month import MonthPage
from app.queries.signers import signature_of
from app.services import signoff
from app.web.auth import actor
from app.web.forms.reports import RefusalForm, SignForm, VersionForm
from app.web.reports import page_of
from workflows.cadence import report_words
from workflows.errors import Refused
from workflows.policy import Act, require

bp = Blueprint("signoff", __name__)
Page = str | tuple[str, int] | Response
MENDABLE = {"invalid": 400, "stale": 409, "illegal-step": 409}


@bp.get("/reports/<int:unit_id>/<period_key>/signature")
def show(unit_id: int, period_key: str) -> Page:
    return _shown(_page(unit_id, period_key))


@bp.post("/reports/<int:unit_id>/<period_key>/signature")
def sign(unit_id: int, period_key: str) -> Page:
    """审签报送 of all that stood on the page, each in the version that was read."""
    page, form = _page(unit_id, period_key), SignForm()
    versions = {row.duty.id: request.form.get(f"version-{row.duty.id}", -1, type=int) for row in page.rows}
    read = request.form.getlist("duty", type=int)
    if not form.validate_on_submit():
        return _shown(page, "没有审签，请再点一次。"), 400
    try:
        signed = signoff.sign_off(actor(), {duty: versions.get(duty, -1) for duty in read}, clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _shown(_page(unit_id, period_key), str(refusal)), MENDABLE[refusal.code]
    flash(f"已审签并报送{signed}项，等待督查室审核。")
    return redirect(_next(unit_id, period_key), 303)


@bp.post("/reports/signatures/<int:duty_id>/refusal")
def refuse(duty_id: int) -> Page:
    """退回修改 of one report, with words."""
    unit_id, period_key = gathering.place_of(duty_id)
    page = _page(unit_id, period_key)
    form = RefusalForm()
    if not form.validate_on_submit():
        return _shown(page, "没有退回，请写明要改什么。", form, duty_id), 400
    try:
        signoff.refuse(actor(), duty_id, form.words.data or "", form.version.seen, clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _shown(_page(unit_id, period_key), str(refusal), form, duty_id), MENDABLE[refusal.code]
    flash("已退回修改。")
    return redirect(_next(unit_id, period_key), 303)


@bp.post("/reports/signatures/<int:duty_id>/return")
def take_back(duty_id: int) -> Response:
    """撤回修改, by whoever fills in."""
    form = VersionForm()
    if not form.validate_on_submit():
        raise Refused("invalid", "没有撤回，请回到月报页再点一次。")
    signoff.take_back(actor(), duty_id, form.version.seen, clock.now())
    flash("已撤回，可以修改后重新送审签。")
    unit_id, period_key = gathering.place_of(duty_id)
    return redirect(url_for("reports.month", unit_id=unit_id, period_key=period_key), 303)


def _page(unit_id: int, period_key: str) -> MonthPage:
    """The unit's month, for those who sign for the unit; raises Refused missing, forbidden."""
    require(actor(), Act.SIGN_OFF, actor().owns(unit_id))
    page = page_of(unit_id, period_key)
    if not signature_of(actor(), page.signers):
        raise Refused("forbidden", "只有本单位分管领导、主要领导或其AB角可以审签。如任职有误，请联系督查室。")
    return page


def _next(unit_id: int, period_key: str) -> str:
    if _page(unit_id, period_key).waiting:
        return url_for("signoff.show", unit_id=unit_id, period_key=period_key)
    return url_for("desk.index")


def _shown(page: MonthPage, trouble: str = "", typed: RefusalForm | None = None, duty_id: int = 0) -> str:
    """The page; words typed to give a report back stand where they were typed."""
    refusals = {row.duty.id: RefusalForm(formdata=None, prefix="") for row in page.waiting}
    if typed and duty_id in refusals:
        refusals[duty_id] = typed
    return render_template(
        "reports/sign.html",
        page=page,
        form=SignForm(formdata=None),
        refusals=refusals,
        trouble=trouble,
        name=report_words(page.period_key),
    )

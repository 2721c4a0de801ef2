"""申诉: raised by a unit against its shown score, decided by the office."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import assessments as rows
from app.services import appeals
from app.services.appeals import Decision, Raised
from app.web.assessments import MENDABLE
from app.web.auth import actor
from app.web.forms import Form
from app.web.forms import assessments as forms
from workflows.errors import Refused
from workflows.lifecycle import AppealState
from workflows.policy import Act, allows, require

bp = Blueprint("appeals", __name__)
Page = str | tuple[str, int] | Response


def _said(form: Form) -> str:
    return "；".join(str(sentence) for sentences in form.errors.values() for sentence in sentences)


@bp.route("/assessments/<int:assessment_id>/units/<int:unit_id>/appeal", methods=["GET", "POST"])
def new(assessment_id: int, unit_id: int) -> Page:
    """提出申诉 in the unit's name."""
    require(actor(), Act.APPEAL, actor().owns(unit_id))
    found, form = rows.unit_page(assessment_id, unit_id, clock.now()), forms.AppealForm()
    form.offer(appeals.items_in(found.score) if found.score else ())
    trouble, status = "", 200
    if form.is_submitted() and not form.validate_on_submit():
        trouble, status = _said(form) or "没有提交，请核对后再试一次。", 400
    elif form.is_submitted():
        try:
            typed = Raised(unit_id, form.item.data or "", form.words.data or "", form.signed_by.data or "")
            appeal_id = appeals.appeal(actor(), assessment_id, typed, clock.now())
        except Refused as refusal:
            if refusal.code not in MENDABLE:
                raise
            trouble, status = str(refusal), MENDABLE[refusal.code]
        else:
            flash("申诉已提交，督查室应在5个工作日内作出复核决定。")
            return redirect(url_for("appeals.show", appeal_id=appeal_id), 303)
    return render_template("assessments/appeal_new.html", found=found, form=form, trouble=trouble), status


@bp.get("/appeals/<int:appeal_id>")
def show(appeal_id: int) -> Page:
    """One appeal: what the unit says, and the decision, or the form for it."""
    found = rows.appeal(appeal_id)
    require(actor(), Act.VIEW_SCORE, actor().owns(found.unit_id))
    return _show(appeal_id, forms.DecisionForm(formdata=None))


def _show(appeal_id: int, form: forms.DecisionForm, trouble: str = "", status: int = 200) -> Page:
    found = rows.appeal(appeal_id)
    form.seen_version.data = found.version
    waits = found.state is AppealState.PENDING
    score = rows.unit_page(found.assessment_id, found.unit_id, clock.now()).score
    page = render_template(
        "assessments/appeal.html",
        found=found,
        score=score,
        form=form,
        trouble=trouble,
        decides=waits and allows(actor(), Act.ASSESS) and found.unit_id not in actor().unit_ids,
        own=waits and found.unit_id in actor().unit_ids,
    )
    return page, status


@bp.post("/appeals/<int:appeal_id>")
def decide(appeal_id: int) -> Page:
    """复核决定."""
    require(actor(), Act.ASSESS)
    form = forms.DecisionForm()
    if not form.validate_on_submit():
        return _show(appeal_id, form, _said(form) or "没有提交，请核对后再试一次。", 400)
    upheld = form.verdict.data == "uphold"
    if upheld and form.change.points is None:
        return _show(appeal_id, form, "采纳申诉请填写改动的分数；只撤回登记、不另改分的填0。", 400)
    decision = Decision(upheld, form.change.points or 0, form.reason.data or "")
    try:
        appeals.decide(actor(), appeal_id, decision, seen_version=form.seen_version.seen, now=clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _show(appeal_id, form, str(refusal), MENDABLE[refusal.code])
    flash("复核决定已作出，单位已收到通知。")
    return redirect(url_for("appeals.show", appeal_id=appeal_id), 303)


@bp.post("/appeals/<int:appeal_id>/withdraw")
def withdraw(appeal_id: int) -> Page:
    """撤回 by the unit."""
    found = rows.appeal(appeal_id)
    require(actor(), Act.APPEAL, actor().owns(found.unit_id))
    form = forms.StepForm()
    appeals.withdraw(actor(), appeal_id, seen_version=form.seen_version.seen, now=clock.now())
    flash("申诉已撤回。申诉期内可以再提。")
    return redirect(url_for("appeals.show", appeal_id=appeal_id), 303)

"""办结: the lead asks, with what proves it; the office closes with a grade, or sends back."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import evidence as evidence_rows
from app.queries.tasks import TaskPage
from app.services import progress
from app.services.evidence import Backing
from app.web.auth import actor
from app.web.evidence import SHOWN_AGAIN, Answer, chosen, offer_earlier
from app.web.forms.tasks import ClosingForm, ClosingRequestForm
from app.web.tasks import bp, seen_page, steps_of
from workflows.errors import Refused
from workflows.lifecycle import TASK, ClosingGrade, TaskEvent
from workflows.policy import Act, require
from workflows.units import Share


@bp.route("/tasks/<int:task_id>/closing-request", methods=["GET", "POST"])
def request_close(task_id: int) -> Answer:
    """申请办结, by the lead."""
    page = seen_page(task_id)
    require(actor(), Act.REQUEST_CLOSE, progress.lead_relation(actor(), page.task))
    TASK.advance(page.task.state, TaskEvent.REQUEST_CLOSE)
    task = page.task
    form = ClosingRequestForm(version=task.version, words=task.close_request, paper=task.close_paper)
    unit_id = next(p.unit_id for p in page.parts if p.share is Share.LEAD and p.unit_id in actor().unit_ids)
    offer_earlier(form, [unit_id])
    if not form.validate_on_submit():
        return _shown("tasks/closing_request.html", page, form)
    try:
        backing = Backing(chosen(form, unit_id), form.paper.data or "")
        words, seen = form.words.data or "", form.version.seen
        progress.request_close(actor(), task_id, words, backing=backing, seen_version=seen, now=clock.now())
    except Refused as refusal:
        offer_earlier(form, [unit_id])
        return _again("tasks/closing_request.html", task_id, form, refusal)
    flash("已申请办结，等待督查室核查。")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@bp.route("/tasks/<int:task_id>/closing", methods=["GET", "POST"])
def close(task_id: int) -> Answer:
    """销号 with its grade, or 退回重办, by the office."""
    require(actor(), Act.CLOSE_TASK)
    page = seen_page(task_id)
    TASK.advance(page.task.state, TaskEvent.CLOSE)
    form = ClosingForm(version=page.task.version)
    office_id = page.task.plan.office_id
    assert office_id is not None  # every issued plan has one
    offer_earlier(form, [office_id])
    if not form.validate_on_submit():
        return _shown("tasks/closing.html", page, form)
    try:
        _decide(task_id, office_id, form, clock.now())
    except Refused as refusal:
        offer_earlier(form, [office_id])
        return _again("tasks/closing.html", task_id, form, refusal)
    flash("已退回重办，并通知单位。" if form.send_back.data else "已销号，不再催办。")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def _decide(task_id: int, office_id: int, form: ClosingForm, now: datetime) -> None:
    words, seen = form.words.data or "", form.version.seen
    if form.send_back.data:
        progress.send_back(actor(), task_id, words, seen_version=seen, now=now)
        return
    grade = ClosingGrade(form.grade.data)
    backing = Backing(chosen(form, office_id), form.paper.data or "")
    progress.close(actor(), task_id, words, grade=grade, backing=backing, seen_version=seen, now=now)


def _again(
    template: str, task_id: int, form: ClosingForm | ClosingRequestForm, refusal: Refused
) -> Answer | Response:
    """The form with what was typed, and why it was not taken; refusals it has no answer to are raised again."""
    if refusal.code not in SHOWN_AGAIN:
        raise refusal
    status = {"stale": 409, "too-large": 413}.get(refusal.code, 400)
    return _shown(template, seen_page(task_id), form, str(refusal), status)


def _shown(
    template: str,
    page: TaskPage,
    form: ClosingForm | ClosingRequestForm,
    trouble: str = "",
    status: int | None = None,
) -> Answer:
    """The form: first shown, not complete (400), or not taken for what `trouble` says."""
    if trouble:
        form.version.data = page.task.version
    return render_template(
        template,
        page=page,
        form=form,
        steps=steps_of(page),
        trouble=trouble,
        uses=evidence_rows.of_tasks([page.task.id]).get(page.task.id, ()),
        megabytes=current_app.config["EVIDENCE_MAX_MB"],
    ), status or (400 if form.is_submitted() else 200)

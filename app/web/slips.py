"""督办单: what waits for a person to send it, each slip by itself, and the unit's answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import slips as rows
from app.services import slips
from app.services.slips import Approval, Chosen
from app.web.auth import actor
from app.web.forms import slips as forms
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import DutyState, SlipState
from workflows.policy import Act, Role, allows, require

bp = Blueprint("slips", __name__)
Page = str | tuple[str, int] | Response
MENDABLE = {"invalid": 400, "illegal-step": 409, "stale": 409}
"""The refusals after which the page is shown again with what was typed."""


@bp.get("/supervision/slips")
def queue() -> Page:
    """待签发督办单, unit by unit."""
    require(actor(), Act.DECIDE_SLIP)
    return _queue()


def _queue(trouble: str = "", unit_id: int | None = None, status: int = 200) -> Page:
    """The queue; the form of `unit_id` was refused and keeps what was typed in it."""
    page = render_template(
        "slips/queue.html",
        units=rows.waiting(rows.decidable(actor()), local_date(clock.now())),
        signs_as_leader=Role.LEADER in actor().roles,
        trouble=trouble,
        refused=unit_id,
        typed=request.form,
        ticked=request.form.getlist("slips", type=int),
    )
    return page, status


@bp.post("/supervision/slips")
def decide() -> Page:
    """签发 or 不予发出 what is ticked in one unit's form."""
    require(actor(), Act.DECIDE_SLIP)
    form = forms.Decision()
    unit_id = request.form.get("unit", 0, type=int)
    if not form.validate_on_submit():
        said = [sentence for sentences in form.errors.values() for sentence in sentences]
        return _queue("；".join(map(str, said)) or "请重新点“签发”或“不予发出”。", unit_id, 400)
    chosen = [_chosen(slip_id) for slip_id in form.slips.data or []]
    try:
        if form.verdict.data == "dismiss":
            slips.dismiss(actor(), chosen, form.reason.data or "", clock.now())
            flash(f"{len(chosen)}张督办单不予发出，理由已记入台账。")
        else:
            people = slips.send(actor(), chosen, _approval(form), clock.now())
            flash(f"{len(chosen)}张督办单已签发，发给{people}人。单位回复会出现在督办单页面。")
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _queue(str(refusal), unit_id, MENDABLE[refusal.code])
    return redirect(url_for("slips.queue"), 303)


def _chosen(slip_id: int) -> Chosen:
    words = request.form.get(f"words-{slip_id}", "").replace("\r\n", "\n")
    return Chosen(slip_id, request.form.get(f"version-{slip_id}", -1, type=int), words)


def _approval(form: forms.Decision) -> Approval | None:
    by = (form.by.data or "").strip()
    return Approval(by, form.on.data) if by and form.on.data else None


@bp.get("/slips/<int:slip_id>")
def show(slip_id: int) -> Page:
    """One slip; the unit sees it once it is sent."""
    return _show(slip_id, forms.Reply())


def _show(slip_id: int, form: forms.Reply, trouble: str = "", status: int = 200) -> Page:
    found = rows.page(slip_id, local_date(clock.now()))
    require(actor(), Act.VIEW_TASK, actor().owns(found.duty.unit_id))
    readable = allows(actor(), Act.SUPERVISE)
    if not readable and found.slip.state not in {SlipState.SENT, SlipState.ANSWERED}:
        raise Refused("missing", "没有找到这张督办单。请从“我的待办”进入。")
    reply = found.slip.reply_duty
    owed = found.slip.state is SlipState.SENT and reply is not None and reply.state is DutyState.OPEN
    if not form.is_submitted() or status == 409:
        form.seen_version.data = found.slip.version
    page = render_template(
        "slips/show.html",
        found=found,
        form=form,
        trouble=trouble,
        readable=readable,
        answerable=owed and allows(actor(), Act.ANSWER_SLIP, actor().owns(found.duty.unit_id)),
    )
    return page, status


@bp.post("/slips/<int:slip_id>/answer")
def answer(slip_id: int) -> Page:
    """回复, in the unit's name."""
    require(actor(), Act.ANSWER_SLIP, actor().owns(rows.one(slip_id).duty.unit_id))
    form = forms.Reply()
    if not form.validate_on_submit():
        return _show(slip_id, form, "没有报出，请改正下面红字提示的内容。", 400)
    try:
        slips.answer(
            actor(),
            slip_id,
            form.words.data or "",
            seen_version=form.seen_version.seen,
            now=clock.now(),
        )
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _show(slip_id, form, str(refusal), MENDABLE[refusal.code])
    flash("督办单已回复。事项本身还没有办完的，请继续办理。")
    return redirect(url_for("slips.show", slip_id=slip_id), 303)

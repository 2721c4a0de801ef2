"""What a document offers beside its tasks: candidates taken or set aside, rhythms adopted, the task force bound."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request

from app import clock
from app.queries import plans as plan_rows
from app.queries import proposals as rows
from app.services import proposals
from app.web.auth import actor
from app.web.forms import plans as forms
from app.web.plans import Page, desk_again, seen_version, to_desk
from app.web.review import facts_of, wants_a_line
from workflows.errors import Refused
from workflows.policy import Act, require

bp = Blueprint("proposals", __name__)


@bp.route("/plans/<int:plan_id>/candidates/<int:candidate_id>/take", methods=["GET", "POST"])
def take(plan_id: int, candidate_id: int) -> Page:
    """列为任务: the candidate in the form of a task, to be completed and saved."""
    require(actor(), Act.EDIT_PLAN)
    plan = plan_rows.draft(plan_id)
    found = rows.candidate(plan_id, candidate_id)
    if not rows.is_open(found):
        return desk_again(plan_id, f"“{found.title}”已经处理过了，请看最新内容。")
    form, trouble, stale = forms.TaskEdit(data=rows.as_typed(found)), "", False
    if not wants_a_line() and form.validate_on_submit():
        facts = facts_of(form, rows.promises(found))
        try:
            task_id = proposals.take(
                actor(), plan_id, candidate_id, facts, seen_version=seen_version(), now=clock.now()
            )
        except Refused as refusal:
            if refusal.code not in {"stale", "invalid"}:
                raise
            trouble, stale = str(refusal), refusal.code == "stale"
        else:
            flash(f"“{facts.title}”已列为任务。")
            return to_desk(plan_id, f"t-{task_id}")
    form.offer_a_line()
    page = render_template(
        "plans/task.html", form=form, plan=plan, task=None, candidate=found, latest=None, trouble=trouble
    )
    return page, 409 if stale else 400 if trouble or form.errors else 200


@bp.post("/plans/<int:plan_id>/candidates/<int:candidate_id>/dismiss")
def dismiss(plan_id: int, candidate_id: int) -> Page:
    """不列: the candidate is no task; it can be taken back."""

    def step() -> str:
        proposals.dismiss(actor(), plan_id, candidate_id, seen_version=seen_version(), now=clock.now())
        return _next(plan_id, candidate_id)

    return _pressed(plan_id, step)


@bp.post("/plans/<int:plan_id>/candidates/<int:candidate_id>/reopen")
def reopen(plan_id: int, candidate_id: int) -> Page:
    """恢复: a candidate that was set aside waits for a decision again."""

    def step() -> str:
        proposals.reopen(actor(), plan_id, candidate_id, seen_version=seen_version(), now=clock.now())
        return f"k-{candidate_id}"

    return _pressed(plan_id, step)


@bp.post("/plans/<int:plan_id>/rhythms/<int:place>/adopt")
def adopt(plan_id: int, place: int) -> Page:
    """采用: the plan goes by the day its document names."""
    return _pressed(plan_id, lambda: _answer(plan_id, place, adopt=True))


@bp.post("/plans/<int:plan_id>/rhythms/<int:place>/decline")
def decline(plan_id: int, place: int) -> Page:
    """不采用: the plan goes by the county's days."""
    return _pressed(plan_id, lambda: _answer(plan_id, place, adopt=False))


def _answer(plan_id: int, place: int, *, adopt: bool) -> str:
    proposals.answer(actor(), plan_id, place, adopt=adopt, now=clock.now())
    flash("已采用，只用于这个计划。" if adopt else "不采用，按县里统一的日期执行。")
    return f"r-{place}"


@bp.post("/plans/<int:plan_id>/force/<int:member_id>")
def seat(plan_id: int, member_id: int) -> Page:
    """Bind a place in the task force to a person or a unit."""

    def step() -> str:
        chosen = request.form.get("bound", 0, type=int) or None
        proposals.seat(actor(), plan_id, member_id, chosen, clock.now())
        return f"seat-row-{member_id}"

    return _pressed(plan_id, step)


def _pressed(plan_id: int, step: Callable[[], str]) -> Page:
    """Take the step, which says where to go on; a press that came too late shows the desk as it is now."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    try:
        anchor = step()
    except Refused as refusal:
        if refusal.code not in {"stale", "missing", "invalid"}:
            raise
        return desk_again(plan_id, str(refusal))
    return to_desk(plan_id, anchor)


def _next(plan_id: int, candidate_id: int) -> str:
    """The anchor of the candidate that waits next, from the top again behind the last."""
    waiting = rows.waiting(plan_id)
    later = next((found for found in waiting if found > candidate_id), None)
    found = later or next(iter(waiting), None)
    return f"k-{found}" if found else "candidates"

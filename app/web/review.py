"""The review of a draft, task by task: correct, add, 确认无误, 拆分, 合并, 删去, 撤销."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, render_template, request

from app import clock
from app.queries import drafts as draft_rows
from app.queries import plans as plan_rows
from app.services import plans, review
from app.services.plans import TaskFacts
from app.web.auth import actor
from app.web.forms import plans as forms
from app.web.plans import Page, bp, desk_again, only_doubtful, seen_version, to_desk
from workflows import redraft
from workflows.commitments import TaskKind
from workflows.errors import Refused
from workflows.policy import Act, require
from workflows.redraft import Promise
from workflows.unitlist import split_names


@bp.route("/plans/<int:plan_id>/tasks/new", methods=["GET", "POST"])
def new_task(plan_id: int) -> Page:
    require(actor(), Act.EDIT_PLAN)
    plan = plan_rows.draft(plan_id)
    form, trouble = forms.TaskEdit(), ""
    if not wants_a_line() and form.validate_on_submit():
        try:
            task_id = plans.add_task(actor(), plan_id, facts_of(form, {}), clock.now())
        except Refused as refusal:
            trouble = _sentence(refusal)
        else:
            flash("任务已加入计划。")
            return to_desk(plan_id, f"t-{task_id}")
    form.offer_a_line()
    page = render_template("plans/task.html", form=form, plan=plan, task=None, latest=None, trouble=trouble)
    return page, 400 if trouble or form.errors else 200


@bp.route("/plans/<int:plan_id>/tasks/<int:task_id>", methods=["GET", "POST"])
def task(plan_id: int, task_id: int) -> Page:
    """Correct a task beside its source words; when a colleague was quicker, show both."""
    require(actor(), Act.EDIT_PLAN)
    plan = plan_rows.draft(plan_id)
    found = plan_rows.draft_task(plan_id, task_id)
    form = forms.TaskEdit(data=plan_rows.as_typed(found))
    trouble, stale = "", False
    if not wants_a_line() and form.validate_on_submit():
        known = {str(made.id): draft_rows.promise_of(made) for made in found.commitments}
        facts, position = facts_of(form, known), found.position
        try:
            plans.edit_task(actor(), task_id, facts, seen_version=seen_version(), now=clock.now())
        except Refused as refusal:
            trouble, stale = _sentence(refusal), refusal.code == "stale"
        else:
            flash(f"任务“{facts.title}”已保存。")
            return to_desk(plan_id, _next(plan_id, position, f"t-{task_id}"))
    found = plan_rows.draft_task(plan_id, task_id)
    form.offer_a_line()
    page = render_template(
        "plans/task.html",
        form=form,
        plan=plan,
        task=found,
        latest=plan_rows.as_typed(found) if stale else None,
        version=seen_version() if form.is_submitted() and not stale else found.version,
        trouble=trouble,
    )
    return page, 409 if stale else 400 if trouble or form.errors else 200


def wants_a_line() -> bool:
    """Whether the person asks for one more line of 分解要点 rather than to save."""
    return "more" in request.form


def _sentence(refusal: Refused) -> str:
    """The words for a refusal the form can be shown with again; raises the others."""
    if refusal.code not in {"stale", "invalid"}:
        raise refusal
    return str(refusal)


def facts_of(form: forms.TaskEdit, known: Mapping[str, Promise]) -> TaskFacts:
    """The task as typed; commitments that were `known` keep their words and their place in the source."""
    return TaskFacts(
        (form.number.data or "").strip(),
        (form.title.data or "").strip(),
        (form.section.data or "").strip(),
        (form.text.data or "").replace("\r\n", "\n").strip(),
        split_names(form.lead.data or ""),
        split_names(form.responsible.data or ""),
        split_names(form.support.data or ""),
        form.deadline_on.data,
        (form.deadline_text.data or "").strip(),
        kind=TaskKind(form.kind.data),
        recurrence=form.recurrence.data or "",
        commitments=form.promises(known),
    )


# ------------------------------------------------------------------------------------- one press each


def _next(plan_id: int, position: int, otherwise: str) -> str:
    """The anchor of the task a reviewer has to look at next."""
    waiting = plan_rows.next_in_need(plan_id, position, only_doubtful=only_doubtful())
    return f"t-{waiting}" if waiting else otherwise


def _pressed(plan_id: int, step: Callable[[], str]) -> Page:
    """Take the step, which says where to go on; a press that came too late shows the desk as it is now."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    try:
        anchor = step()
    except Refused as refusal:
        if refusal.code not in {"stale", "missing"}:
            raise
        return desk_again(plan_id, str(refusal))
    return to_desk(plan_id, anchor)


@bp.post("/plans/<int:plan_id>/tasks/<int:task_id>/accept")
def accept(plan_id: int, task_id: int) -> Page:
    """确认无误: the task is right as it stands, its doubts are settled."""

    def step() -> str:
        position = plan_rows.position_of(plan_id, task_id)
        review.accept(actor(), task_id, seen_version=seen_version(), now=clock.now())
        return _next(plan_id, position, f"t-{task_id}")

    return _pressed(plan_id, step)


@bp.post("/plans/<int:plan_id>/tasks/<int:task_id>/remove")
def remove_task(plan_id: int, task_id: int) -> Page:
    def step() -> str:
        position = plan_rows.position_of(plan_id, task_id)
        title = plans.remove_task(actor(), task_id, clock.now(), seen_version=seen_version())
        flash(f"已从计划中删去“{title}”。删错了可以撤销。")
        return _next(plan_id, position, "tasks")

    return _pressed(plan_id, step)


@bp.post("/plans/<int:plan_id>/tasks/<int:task_id>/merge")
def merge(plan_id: int, task_id: int) -> Page:
    """合并: the task that follows is joined to this one."""

    def step() -> str:
        next_id = request.form.get("next_id", 0, type=int)
        versions = seen_version(), request.form.get("next_version", -1, type=int)
        review.merge(actor(), task_id, next_id, seen_versions=versions, now=clock.now())
        flash("两条已合并，请核对单位、时限和分解要点。")
        return f"t-{task_id}"

    return _pressed(plan_id, step)


@bp.post("/plans/<int:plan_id>/undo")
def undo(plan_id: int) -> Page:
    """撤销: take back one's own last step."""

    def step() -> str:
        revision_id = request.form.get("revision_id", 0, type=int)
        standing = review.undo(actor(), plan_id, revision_id, clock.now())
        flash("已撤销，任务恢复成操作之前的样子。")
        return f"t-{standing[0]}" if standing else "tasks"

    return _pressed(plan_id, step)


@bp.route("/plans/<int:plan_id>/tasks/<int:task_id>/split", methods=["GET", "POST"])
def split(plan_id: int, task_id: int) -> Page:
    """拆分: choose the sentence behind which the task is parted, and see both halves before."""
    require(actor(), Act.EDIT_PLAN)
    plan = plan_rows.draft(plan_id)
    form, trouble, stale = forms.Split(), "", False
    if form.validate_on_submit():
        try:
            review.split(actor(), task_id, form.at.data or 0, seen_version=seen_version(), now=clock.now())
        except Refused as refusal:
            trouble, stale = _sentence(refusal), refusal.code == "stale"
        else:
            flash("任务已拆成两条，请分别核对。")
            return to_desk(plan_id, f"t-{task_id}")
    found = plan_rows.draft_task(plan_id, task_id)
    value, source = draft_rows.value_of(found), found.plan.source.text
    offers = [(at, *redraft.split(value, at, source)) for at in redraft.places(value.text)]
    trouble = trouble or ("请选择从哪一句后面分开。" if form.at.errors else "")
    page = render_template(
        "plans/split.html", form=form, plan=plan, task=found, offers=offers, trouble=trouble
    )
    return page, 409 if stale else 400 if trouble else 200

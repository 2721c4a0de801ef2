"""New versions of a document: upload, the comparison (新旧对照), taking it, and the files there were."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import versions as rows
from app.queries.versions import Change, Succession
from app.services import versions
from app.web.auth import actor
from app.web.forms import offered
from app.web.forms import plans as plan_forms
from app.web.forms import versions as forms
from app.web.plans import given, uploaded
from workflows.commitments import TASK_KIND_LABELS
from workflows.document.model import RECURRENCE_LABELS, Recurrence
from workflows.errors import Refused
from workflows.policy import Act, require
from workflows.succession import MOVE_LABELS
from workflows.versions import ASPECT_LABELS

bp = Blueprint("versions", __name__)
Page = str | tuple[str, int] | Response


@bp.route("/plans/<int:plan_id>/new-version", methods=["GET", "POST"])
def new(plan_id: int) -> Page:
    """上传新版本: the file is read into a draft beside the plan, which stays as it is."""
    require(actor(), Act.EDIT_PLAN)
    plan = rows.plan_to_renew(plan_id)
    form = plan_forms.NewPlan()
    if form.validate_on_submit():
        try:
            name, content = given(form)
            title = (form.title.data or "").strip()
            draft_id = versions.read_version(actor(), plan_id, name, content, clock.now(), title=title)
        except Refused as refusal:
            wrong = form.file if uploaded(form) else form.text
            wrong.errors = [str(refusal)]
        else:
            flash("新版本已读入，原计划没有变。请先看对照；有疑点的，回核对页处理。")
            return _to_changes(draft_id)
    page = render_template("plans/new_version.html", form=form, plan=plan)
    return page, 400 if form.errors else 200


def _to_changes(plan_id: int, anchor: str | None = None) -> Response:
    return redirect(url_for("versions.changes", plan_id=plan_id, _anchor=anchor), 303)


@bp.get("/plans/<int:plan_id>/changes")
def changes(plan_id: int) -> Page:
    """新旧对照 of a draft that is a new version: the diff by task, and what taking it does."""
    require(actor(), Act.VIEW_PLANS)
    return _changes(plan_id)


def _changes(plan_id: int, trouble: str = "") -> Page:
    found = versions.preview(plan_id, clock.now())
    form = forms.Take(data={"seen": found.seal}, formdata=None)
    page = render_template(
        "plans/changes.html",
        found=found,
        form=form,
        trouble=trouble,
        chosen=rows.chosen_pairs(found.draft),
        moves=MOVE_LABELS,
        aspects=ASPECT_LABELS,
        kinds=TASK_KIND_LABELS,
        rhythms={rhythm.value: RECURRENCE_LABELS[rhythm] for rhythm in Recurrence},
    )
    return (page, 409) if trouble else page


@bp.post("/plans/<int:plan_id>/changes")
def take(plan_id: int) -> Page:
    """采用新版本: what the page showed is done, or the page is shown anew with what is different now."""
    require(actor(), Act.ISSUE_PLAN)
    form = forms.Take()
    if not form.validate_on_submit():
        return _changes(plan_id, "页面不完整，还没有采用。请核对下面的对照后再点一次。")
    try:
        taken = versions.take(actor(), plan_id, seen=form.seen.data or "", now=clock.now())
    except Refused as refusal:
        if refusal.code not in {"stale", "unbound"}:
            raise
        return _changes(plan_id, str(refusal))
    flash("新版本已采用。")
    return redirect(url_for("plans.review", plan_id=taken), 303)


@bp.route("/plans/<int:plan_id>/changes/<int:task_id>", methods=["GET", "POST"])
def pairing(plan_id: int, task_id: int) -> Page:
    """Say which task of the plan a task of the new version is."""
    require(actor(), Act.EDIT_PLAN)
    found = versions.preview(plan_id, clock.now())
    change = next((c for c in found.changes if c.new and c.new.id == task_id), None)
    if change is None:
        raise Refused("missing", "新版本里没有这项任务，它可能已被删去。请返回对照页。")
    form = _pairing_form(found, change)
    if form.validate_on_submit():
        if form.is_automatic:
            versions.let_pair(actor(), plan_id, task_id, clock.now())
        else:
            versions.choose_pair(actor(), plan_id, task_id, form.old_id, clock.now())
        flash("对应关系已保存，对照已重新计算。")
        return _to_changes(plan_id, f"c-{task_id}")
    page = render_template("plans/pairing.html", form=form, found=found, change=change)
    return page, 400 if form.errors else 200


def _pairing_form(found: Succession, change: Change) -> forms.Pairing:
    form = forms.Pairing()
    listed = [(str(task.id), rows.words_for(task)) for task in found.plan.tasks]
    form.old.choices = offered([(forms.AUTOMATIC, "由系统判断"), (forms.NONE, "新增，不对应原任务"), *listed])
    if not form.is_submitted():
        form.old.data = str(change.old.id) if change.old else forms.NONE
    return form


@bp.get("/plans/<int:plan_id>/source")
def source(plan_id: int) -> Response:
    """The file the plan was read from."""
    require(actor(), Act.VIEW_PLANS)
    return _download(*rows.file_of(plan_id))


@bp.get("/plans/<int:plan_id>/former/<int:former_id>")
def former(plan_id: int, former_id: int) -> Response:
    """A file the plan was read from before (历史版本)."""
    require(actor(), Act.VIEW_PLANS)
    return _download(*rows.file_of(plan_id, former_id))


def _download(filename: str, content: bytes) -> Response:
    """The bytes as they came in, to be saved and never shown in the page's place."""
    return send_file(
        BytesIO(content), "application/octet-stream", as_attachment=True, download_name=filename, etag=False
    )

"""Plans: upload, the review desk, issue (下达), and the plan afterwards.

`names` and `review`, beside it, hold what is done at the desk; they are of the same blueprint.
"""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app import clock
from app.queries import checkup as checkup_rows
from app.queries import drafts as draft_rows
from app.queries import issue as issue_rows
from app.queries import people as people_rows
from app.queries import plans as plan_rows
from app.queries import proposals as proposal_rows
from app.queries import tasks as task_rows
from app.queries import units as unit_rows
from app.queries import versions as version_rows
from app.services import plans, reading
from app.web.auth import actor
from app.web.forms import offered
from app.web.forms import plans as forms
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import PlanState
from workflows.policy import Act, require

bp = Blueprint("plans", __name__)
Page = str | tuple[str, int] | Response
PASTED = "粘贴的文字.txt"
DOUBTS = "doubts"
"""`?show=doubts`: the desk shows only tasks in doubt (只看存疑)."""


@bp.get("/plans")
def index() -> str:
    require(actor(), Act.VIEW_PLANS)
    return render_template("plans/index.html", rows=plan_rows.rows())


@bp.route("/plans/new", methods=["GET", "POST"])
def new() -> Page:
    require(actor(), Act.EDIT_PLAN)
    form = forms.NewPlan()
    if form.validate_on_submit():
        try:
            return to_desk(_read_in(form))
        except Refused as refusal:
            form.file.errors = [str(refusal)] if uploaded(form) else []
            form.text.errors = [] if uploaded(form) else [str(refusal)]
            return render_template("plans/new.html", form=form), 400
    return render_template("plans/new.html", form=form), 400 if form.errors else 200


def uploaded(form: forms.NewPlan) -> FileStorage | None:
    """The file that was chosen; None where words were pasted, or nothing."""
    file = form.file.data
    return file if isinstance(file, FileStorage) and file.filename else None


def given(form: forms.NewPlan) -> tuple[str, bytes]:
    """Name and bytes of the file, or of the words pasted in its place; raises Refused invalid for neither."""
    file, typed = uploaded(form), (form.text.data or "").strip()
    if file is None and not typed:
        raise Refused("invalid", "请选择文件，或者粘贴文字。")
    return _unpacked(file) if file else (PASTED, typed.encode())


def _read_in(form: forms.NewPlan) -> int:
    name, content = given(form)
    title = (form.title.data or "").strip()
    plan_id = reading.read_in(actor(), name, content, clock.now(), title=title)
    flash("文件已读入。请逐条核对，解决阻碍后下达。")
    return plan_id


def _unpacked(file: FileStorage) -> tuple[str, bytes]:
    with closing(file):
        return file.filename or "", file.read()


def to_desk(plan_id: int, anchor: str | None = None) -> Response:
    """Back to the review desk, at that place of it, and to the same choice of tasks."""
    show = DOUBTS if only_doubtful() else None
    return redirect(url_for("plans.review", plan_id=plan_id, show=show, _anchor=anchor), 303)


def only_doubtful() -> bool:
    """Whether the person has chosen 只看存疑."""
    return request.args.get("show") == DOUBTS


@bp.get("/plans/<int:plan_id>")
def review(plan_id: int) -> Page:
    require(actor(), Act.VIEW_PLANS)
    desk = plan_rows.review(plan_id, only_doubtful=only_doubtful())
    if desk.plan.state is not PlanState.DRAFT:
        return _issued(desk)
    return _desk(desk)


def desk_again(plan_id: int, trouble: str) -> Page:
    """The desk once more, with the sentence that says why nothing was done."""
    return _desk(plan_rows.review(plan_id, only_doubtful=only_doubtful()), trouble)


def _desk(desk: plan_rows.Review, trouble: str = "") -> Page:
    page = render_template(
        "plans/review.html",
        desk=desk,
        trouble=trouble,
        waiting=version_rows.waiting_for(desk.plan.id),
        undoable=draft_rows.undoable(desk.plan.id, actor().person_id),
        show=DOUBTS if desk.only_doubtful else None,
        unit_choices=unit_rows.choices(),
        group_choices=unit_rows.groups(),
        offices=plan_rows.offices(),
        unit_kinds=forms.UNIT_KINDS,
        proposed=proposal_rows.of(desk.plan),
        leaders=people_rows.leaders(),
        health=checkup_rows.checkup(desk.plan.id, local_date(clock.now())).counts,
    )
    return (page, 409) if trouble else page


def _issued(desk: plan_rows.Review) -> str:
    return render_template(
        "plans/issued.html",
        desk=desk,
        office_name=desk.plan.office.name if desk.plan.office else "",
        leader_name=desk.plan.leader.name if desk.plan.leader else "",
        tasks=task_rows.rows(local_date(clock.now()), plan_id=desk.plan.id, withdrawn=True),
        signatures=issue_rows.signatures(desk.plan.id),
        kinds={task.id: task.kind for task in desk.tasks},
        promises={task.id: [(made, None) for made in task.commitments] for task in desk.tasks},
        waiting=version_rows.waiting_for(desk.plan.id),
        former=version_rows.former(desk.plan.id),
    )


@bp.route("/plans/<int:plan_id>/edit", methods=["GET", "POST"])
def edit(plan_id: int) -> Page:
    require(actor(), Act.EDIT_PLAN)
    plan = plan_rows.draft(plan_id)
    form = forms.PlanHead(data={"title": plan.title, "document_number": plan.document_number})
    trouble, latest = "", None
    if form.validate_on_submit():
        try:
            plans.edit_plan(
                actor(),
                plan_id,
                title=form.title.data or "",
                document_number=form.document_number.data or "",
                seen_version=seen_version(),
                now=clock.now(),
            )
        except Refused as refusal:
            if refusal.code != "stale":
                raise
            trouble, latest = str(refusal), plan_rows.draft(plan_id)
        else:
            flash("计划名称和文号已保存。")
            return to_desk(plan_id)
    version = seen_version() if form.is_submitted() and not latest else (latest or plan).version
    page = render_template(
        "plans/head.html", form=form, plan=latest or plan, latest=latest, version=version, trouble=trouble
    )
    return page, 409 if trouble else 400 if form.errors else 200


@bp.route("/plans/<int:plan_id>/discard", methods=["GET", "POST"])
def discard(plan_id: int) -> Page:
    """删除草稿: say what goes with it first."""
    require(actor(), Act.EDIT_PLAN)
    plan = plan_rows.draft(plan_id)
    if request.method != "POST":
        return render_template("plans/discard.html", plan=plan, tasks=len(plan.tasks))
    title = plan.title
    plans.discard(actor(), plan_id, clock.now())
    flash(f"草稿《{title}》已删除。")
    return redirect(url_for("plans.index"), 303)


def seen_version() -> int:
    """The version of the row the person saw when the form was opened."""
    return request.form.get("seen_version", -1, type=int)


# ------------------------------------------------------------------------------------------- issue


@bp.route("/plans/<int:plan_id>/issue", methods=["GET", "POST"])
def issue(plan_id: int) -> Page:
    """下达: what will happen, who runs the plan, one button."""
    require(actor(), Act.ISSUE_PLAN)
    desk = plan_rows.review(plan_id)
    if desk.plan.replaces_id is not None:
        return redirect(url_for("versions.changes", plan_id=plan_id), 303)
    if desk.plan.state is not PlanState.DRAFT:
        return to_desk(plan_id)
    form = _issue_form(plan_id)
    trouble = ""
    if form.validate_on_submit():
        leader_id = form.leader.data or None
        try:
            plans.issue(actor(), plan_id, office_id=form.office.data, leader_id=leader_id, now=clock.now())
        except Refused as refusal:
            if refusal.code != "unbound":
                raise
            trouble = str(refusal)
        else:
            flash("计划已下达，签收通知将由提醒引擎发出。")
            return to_desk(plan_id)
    foreseen = issue_rows.forecast(desk.plan, clock.now()) if desk.ready else None
    page = render_template(
        "plans/issue.html",
        form=form,
        desk=desk,
        foreseen=foreseen,
        trouble=trouble,
        unit_doubts=draft_rows.doubts_about_units,
        health=checkup_rows.checkup(plan_id, local_date(clock.now())).counts,
    )
    return page, 409 if trouble else 400 if form.errors else 200


def _issue_form(plan_id: int) -> forms.Issue:
    """The choice of who runs the plan: first what its task force says, else the person's own office."""
    form = forms.Issue()
    offices = [(unit.id, unit.name) for unit in plan_rows.offices()]
    leaders = [(person.id, person.name) for person in people_rows.leaders()]
    form.office.choices, form.leader.choices = offered(offices), offered([*leaders, (0, "暂不指定")])
    if not form.is_submitted():
        office_id, leader_id = proposal_rows.preset(plan_id)
        own = next((unit_id for unit_id, _ in offices if unit_id in actor().unit_ids), None)
        form.office.data = office_id if office_id in dict(offices) else own
        form.leader.data = leader_id if leader_id in dict(leaders) else form.leader.data
    return form

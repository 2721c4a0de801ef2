"""Plans: upload, the review desk, issue (下达), and the plan afterwards."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app import clock
from app.queries import issue as issue_rows
from app.queries import people as people_rows
from app.queries import plans as plan_rows
from app.queries import tasks as task_rows
from app.queries import units as unit_rows
from app.services import plans, reading, units
from app.services.plans import TaskFacts
from app.services.units import UnitFacts
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
            return _to(_read_in(form))
        except Refused as refusal:
            form.file.errors = [str(refusal)] if _uploaded(form) else []
            form.text.errors = [] if _uploaded(form) else [str(refusal)]
            return render_template("plans/new.html", form=form), 400
    return render_template("plans/new.html", form=form), 400 if form.errors else 200


def _uploaded(form: forms.NewPlan) -> FileStorage | None:
    file = form.file.data
    return file if isinstance(file, FileStorage) and file.filename else None


def _read_in(form: forms.NewPlan) -> int:
    file, typed = _uploaded(form), (form.text.data or "").strip()
    if file is None and not typed:
        raise Refused("invalid", "请选择文件，或者粘贴文字。")
    name, content = _unpacked(file) if file else (PASTED, typed.encode())
    title = (form.title.data or "").strip()
    plan_id = reading.read_in(actor(), name, content, clock.now(), title=title)
    flash("文件已读入。请逐条核对，解决阻碍后下达。")
    return plan_id


def _unpacked(file: FileStorage) -> tuple[str, bytes]:
    with closing(file):
        return file.filename or "", file.read()


def _to(plan_id: int, anchor: str | None = None) -> Response:
    return redirect(url_for("plans.review", plan_id=plan_id, _anchor=anchor), 303)


@bp.get("/plans/<int:plan_id>")
def review(plan_id: int) -> Page:
    require(actor(), Act.VIEW_PLANS)
    desk = plan_rows.review(plan_id)
    if desk.plan.state is not PlanState.DRAFT:
        return _issued(desk)
    return _review(desk)


def _review(desk: plan_rows.Review, trouble: str = "") -> Page:
    page = render_template(
        "plans/review.html",
        desk=desk,
        trouble=trouble,
        unit_choices=unit_rows.choices(),
        group_choices=unit_rows.groups(),
        offices=plan_rows.offices(),
        unit_kinds=forms.UNIT_KINDS,
    )
    return (page, 409) if trouble else page


def _issued(desk: plan_rows.Review) -> str:
    return render_template(
        "plans/issued.html",
        desk=desk,
        office_name=desk.plan.office.name if desk.plan.office else "",
        leader_name=desk.plan.leader.name if desk.plan.leader else "",
        tasks=task_rows.rows(local_date(clock.now()), plan_id=desk.plan.id),
        signatures=issue_rows.signatures(desk.plan.id),
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
                seen_version=_seen_version(),
                now=clock.now(),
            )
        except Refused as refusal:
            if refusal.code != "stale":
                raise
            trouble, latest = str(refusal), plan_rows.draft(plan_id)
        else:
            flash("计划名称和文号已保存。")
            return _to(plan_id)
    page = render_template("plans/head.html", form=form, plan=latest or plan, latest=latest, trouble=trouble)
    return page, 409 if trouble else 400 if form.errors else 200


def _seen_version() -> int:
    """The version of the row the person saw when the form was opened."""
    return request.form.get("seen_version", -1, type=int)


# ------------------------------------------------------------------------------------------- names


@bp.post("/plans/<int:plan_id>/bind")
def bind(plan_id: int) -> Page:
    """Bind a printed name to a unit or a group that exists."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    form = forms.Bind()
    bound = _bound(form.bound.data or "")
    if not form.validate_on_submit() or bound is None:
        return _review(plan_rows.review(plan_id), "请先在下拉框里选一个单位或集体，再点“对应”。")
    plans.bind(actor(), plan_id, form.printed.data or "", bound, clock.now())
    flash(f"“{form.printed.data}”已对应，以后会自动认出。")
    return _to(plan_id, "obstacles")


def _bound(chosen: str) -> unit_rows.Bound | None:
    """What `unit:3` or `group:1` names, when there is such a unit or group."""
    if chosen in {f"unit:{unit_id}" for unit_id, _ in unit_rows.choices()}:
        return unit_rows.Bound(unit_id=int(chosen.removeprefix("unit:")))
    if chosen in {f"group:{group.id}" for group in unit_rows.groups()}:
        return unit_rows.Bound(group_id=int(chosen.removeprefix("group:")))
    return None


@bp.post("/plans/<int:plan_id>/names")
def add_name(plan_id: int) -> Page:
    """Enter a printed name as a new unit, or as the name of all units of a kind, and bind it."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    form = forms.NewName()
    if not form.validate_on_submit():
        return _review(plan_rows.review(plan_id), "请选择类别后再添加。")
    printed, now = form.printed.data or "", clock.now()
    try:
        if form.many.data:
            group_id = units.add_group(actor(), printed, form.unit_kind, (), now)
            bound = unit_rows.Bound(group_id=group_id)
        else:
            unit_id = units.add(actor(), UnitFacts(printed, form.unit_kind), now)
            bound = unit_rows.Bound(unit_id=unit_id)
    except Refused as refusal:
        if refusal.code != "invalid":
            raise
        return _review(plan_rows.review(plan_id), str(refusal))
    plans.bind(actor(), plan_id, printed, bound, now)
    words = "已作为集体名称添加" if form.many.data else "已添加为新单位，请到“单位”“人员”页补上联络员"
    flash(f"“{printed}”{words}。")
    return _to(plan_id, "obstacles")


@bp.post("/plans/<int:plan_id>/units/<int:unit_id>/files-through")
def files_through(plan_id: int, unit_id: int) -> Page:
    """Say in place who files for a unit that does not sign in (县政府)."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    form = forms.FilesThrough()
    offices = {unit.id: unit.name for unit in plan_rows.offices()}
    form.through.choices = offered(offices.items())
    if not form.validate_on_submit():
        return _review(plan_rows.review(plan_id), "请先选择由哪个单位归口填报。")
    unit = unit_rows.one(unit_id)
    facts = replace(units.facts_of(unit), files_through_id=form.through.data)
    units.edit(actor(), unit_id, facts, seen_version=unit.version, now=clock.now())
    flash(f"{unit.name}的任务由{offices[form.through.data]}归口填报。")
    return _to(plan_id, "obstacles")


# ------------------------------------------------------------------------------------------- tasks


@bp.route("/plans/<int:plan_id>/tasks/new", methods=["GET", "POST"])
def new_task(plan_id: int) -> Page:
    require(actor(), Act.EDIT_PLAN)
    plan = plan_rows.draft(plan_id)
    form, trouble = forms.TaskEdit(), ""
    if form.validate_on_submit():
        try:
            task_id = plans.add_task(actor(), plan_id, _facts(form), clock.now())
        except Refused as refusal:
            trouble = _sentence(refusal)
        else:
            flash("任务已加入计划。")
            return _to(plan_id, f"t-{task_id}")
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
    if form.validate_on_submit():
        try:
            plans.edit_task(actor(), task_id, _facts(form), seen_version=_seen_version(), now=clock.now())
        except Refused as refusal:
            trouble, stale = _sentence(refusal), refusal.code == "stale"
        else:
            flash("任务已保存。")
            return _to(plan_id, f"t-{task_id}")
    found = plan_rows.draft_task(plan_id, task_id)
    latest = plan_rows.as_typed(found) if stale else None
    page = render_template(
        "plans/task.html", form=form, plan=plan, task=found, latest=latest, trouble=trouble
    )
    return page, 409 if stale else 400 if trouble or form.errors else 200


@bp.post("/plans/<int:plan_id>/tasks/<int:task_id>/remove")
def remove_task(plan_id: int, task_id: int) -> Page:
    require(actor(), Act.EDIT_PLAN)
    title = plan_rows.draft_task(plan_id, task_id).title
    plans.remove_task(actor(), task_id, clock.now())
    flash(f"已从计划中删去“{title}”。")
    return _to(plan_id)


def _sentence(refusal: Refused) -> str:
    """The words for a refusal the form can be shown with again; raises the others."""
    if refusal.code not in {"stale", "invalid"}:
        raise refusal
    return str(refusal)


def _facts(form: forms.TaskEdit) -> TaskFacts:
    return TaskFacts(
        (form.number.data or "").strip(),
        (form.title.data or "").strip(),
        (form.section.data or "").strip(),
        form.text.data or "",
        forms.split_names(form.lead.data),
        forms.split_names(form.responsible.data),
        forms.split_names(form.support.data),
        form.deadline_on.data,
        (form.deadline_text.data or "").strip(),
    )


# ------------------------------------------------------------------------------------------- issue


@bp.route("/plans/<int:plan_id>/issue", methods=["GET", "POST"])
def issue(plan_id: int) -> Page:
    """下达: what will happen, who runs the plan, one button."""
    require(actor(), Act.ISSUE_PLAN)
    desk = plan_rows.review(plan_id)
    if desk.plan.state is not PlanState.DRAFT:
        return _to(plan_id)
    form = _issue_form()
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
            return _to(plan_id)
    ready = not desk.problems and not desk.unassigned and desk.tasks
    foreseen = issue_rows.forecast(desk.plan, clock.now()) if ready else None
    page = render_template("plans/issue.html", form=form, desk=desk, foreseen=foreseen, trouble=trouble)
    return page, 409 if trouble else 400 if form.errors else 200


def _issue_form() -> forms.Issue:
    form = forms.Issue()
    offices = [(unit.id, unit.name) for unit in plan_rows.offices()]
    leaders = [(person.id, person.name) for person in people_rows.leaders()]
    form.office.choices, form.leader.choices = offered(offices), offered([*leaders, (0, "暂不指定")])
    if not form.is_submitted():
        form.office.data = next((unit_id for unit_id, _ in offices if unit_id in actor().unit_ids), None)
    return form

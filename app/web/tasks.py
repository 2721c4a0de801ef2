"""任务: the lists, the page of one task, and what its units and the office do there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import evidence, plans, request_pages, slips, story, tasks, units
from app.queries import requests as request_rows
from app.queries.tasks import TaskPage, TaskRow
from app.services import progress
from app.services.progress import Word
from app.web.auth import actor
from app.web.forms.tasks import FilterForm, ProgressForm
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import TASK, PlanState, TaskEvent
from workflows.policy import Act, Relation, allows, require

bp = Blueprint("tasks", __name__)

ROWS_A_PAGE = 100

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a long list. `number` counts from 1."""

    rows: Sequence[TaskRow]
    total: int
    number: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // ROWS_A_PAGE))


def _sheet(rows: Sequence[TaskRow]) -> Sheet:
    number = max(1, request.args.get("page", 1, type=int))
    start = (number - 1) * ROWS_A_PAGE
    return Sheet(rows[start : start + ROWS_A_PAGE], len(rows), number)


@bp.get("/tasks")
def index() -> str:
    require(actor(), Act.USE_DESK)
    rows = tasks.rows(local_date(clock.now()), unit_ids=actor().unit_ids)
    return render_template("tasks/index.html", sheet=_sheet(rows))


@bp.get("/ledger")
def everything() -> str:
    """台账: every task, for the office and county leaders."""
    require(actor(), Act.SUPERVISE)
    form = FilterForm(request.args)
    issued = [(row.plan.id, row.plan.title) for row in plans.rows() if row.plan.state is not PlanState.DRAFT]
    form.offer(issued, units.choices())
    found = tasks.rows(
        local_date(clock.now()),
        unit_ids=[form.unit.data] if form.unit.data else None,
        plan_id=form.plan.data or None,
    )
    rows = [row for row in found if form.takes(row.light.colour, row.pace.pace)]
    return render_template("tasks/everything.html", form=form, sheet=_sheet(rows), plans=len(issued))


@bp.get("/search")
def search() -> str:
    """Tasks by words in title, text or unit names; departments find their own."""
    require(actor(), Act.USE_DESK)
    words = request.args.get("words", "").strip()
    own = None if allows(actor(), Act.VIEW_TASK) else actor().unit_ids
    today = local_date(clock.now())
    rows = tasks.rows(today, unit_ids=own, words=words, withdrawn=True) if words else []
    return render_template("tasks/search.html", words=words, sheet=_sheet(rows))


@dataclass(frozen=True, slots=True)
class Steps:
    """What the viewer may do on a task now: what its life allows and the policy grants."""

    sign: bool
    update: tuple[int, ...]
    request_close: bool
    close: bool
    send_back: bool
    resume: bool


def steps_of(page: TaskPage) -> Steps:
    viewer, state = actor(), page.task.state
    signs = page.owed_by(viewer.unit_ids, DutyKind.SIGN)
    parts = page.parts_of(viewer.unit_ids) if TASK.allows(state, TaskEvent.UPDATE) else ()
    lead = progress.lead_relation(viewer, page.task)
    return Steps(
        bool(signs) and TASK.allows(state, TaskEvent.SIGN) and allows(viewer, Act.SIGN, Relation.OWNER),
        tuple(p.id for p in parts if allows(viewer, Act.UPDATE_PROGRESS, viewer.owns(p.unit_id))),
        TASK.allows(state, TaskEvent.REQUEST_CLOSE) and allows(viewer, Act.REQUEST_CLOSE, lead),
        TASK.allows(state, TaskEvent.CLOSE) and allows(viewer, Act.CLOSE_TASK),
        TASK.allows(state, TaskEvent.SEND_BACK) and allows(viewer, Act.CLOSE_TASK),
        TASK.allows(state, TaskEvent.RESUME) and allows(viewer, Act.ANSWER_REQUEST),
    )


def seen_page(task_id: int) -> TaskPage:
    """The page of a task, for those who may see it; raises Refused missing, forbidden."""
    page = tasks.page(task_id, clock.now())
    require(actor(), Act.VIEW_TASK, progress.relation_to(actor(), page.task))
    return page


@bp.get("/tasks/<int:task_id>")
def show(task_id: int) -> str:
    page, today = seen_page(task_id), local_date(clock.now())
    letters_of = None if allows(actor(), Act.SUPERVISE) else actor().unit_ids
    lines, more = story.story(page.task, letters_of=letters_of, whole="whole" in request.args)
    return render_template(
        "tasks/show.html",
        page=page,
        steps=steps_of(page),
        lines=lines,
        more=more,
        slips=slips.about(task_id=task_id, unit_ids=letters_of),
        offers=request_pages.offers(page.task, actor().unit_ids, today),
        asked=request_pages.of_task(task_id, today, unit_ids=letters_of),
        original_on=request_rows.original_deadline(task_id),
        extended=request_rows.extensions(task_id),
        suspension=request_rows.suspension_of(task_id),
        proofs=evidence.of_tasks([task_id]).get(task_id, ()),
    )


@bp.post("/tasks/<int:task_id>/signature")
def sign(task_id: int) -> Response:
    """Sign for the task, in the name of each of the viewer's units that still owes it."""
    page = seen_page(task_id)
    owed = page.owed_by(actor().unit_ids, DutyKind.SIGN)
    ours = owed or page.parts_of(actor().unit_ids)
    require(actor(), Act.SIGN, Relation.OWNER if ours else Relation.STRANGER)
    if not owed:
        raise Refused("illegal-step", "这项任务没有待您签收的内容，可能同事已经签收。请回到“我的待办”查看。")
    progress.sign_all(actor(), clock.now(), only=[duty.id for duty in owed])
    flash("已签收。")
    back = (
        url_for("desk.index")
        if request.form.get("from") == "desk"
        else url_for("tasks.show", task_id=task_id)
    )
    return redirect(back, 303)


@bp.route("/tasks/<int:task_id>/progress/<int:part_id>", methods=["GET", "POST"])
def update(task_id: int, part_id: int) -> Answer:
    """更新进展, the word of one unit."""
    page = seen_page(task_id)
    part = next((p for p in page.parts if p.id == part_id), None)
    if part is None:
        raise Refused("missing", "没有找到这项内容，可能不属于您的单位。请从“我的待办”进入。")
    require(actor(), Act.UPDATE_PROGRESS, actor().owns(part.unit_id))
    form = ProgressForm(obj=part)
    if not form.validate_on_submit():
        status = 400 if form.is_submitted() else 200
        return render_template("tasks/progress.html", page=page, part=part, form=form), status
    assert form.percent.data is not None
    word = Word(form.percent.data, form.done.data or "", form.problems.data or "", form.next_step.data or "")
    try:
        progress.update(actor(), part_id, word, seen_version=form.version.seen, now=clock.now())
    except Refused as refusal:
        now_there = newer(refusal, task_id)
        part = next(p for p in now_there.parts if p.id == part_id)
        form.version.data = part.version
        told = {"page": now_there, "part": part, "form": form, "stale": str(refusal)}
        return render_template("tasks/progress.html", **told), 409
    flash("进展已更新。")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def newer(refusal: Refused, task_id: int) -> TaskPage:
    """The task as it stands now, when what was typed came too late; any other refusal is raised again."""
    if refusal.code != "stale":
        raise refusal
    return seen_page(task_id)

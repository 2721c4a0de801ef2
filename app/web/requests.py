"""请求: raised from the page of a task, listed, answered by whoever owes the answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import request_pages as pages
from app.queries import requests as rows
from app.queries import rules, tasks, units
from app.queries.request_pages import RequestPage
from app.services import requests
from app.services.grants import Answer
from app.services.progress import relation_to
from app.web.auth import actor
from app.web.forms.requests import FORMS, AnswerForm, PlainForm, RaiseForm
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import REQUEST, RequestEvent, RequestState
from workflows.policy import Act, Relation, allows, require
from workflows.requests import REQUEST_LABELS, RequestKind, Stage, outlook
from workflows.wording import chinese_date

bp = Blueprint("requests", __name__)
Page = str | tuple[str, int] | Response
MENDABLE = {"invalid": 400, "illegal-step": 409, "stale": 409}
"""The refusals after which the page is shown again with what was typed."""


@bp.get("/requests")
def index() -> str:
    """All requests for those who supervise, else those of the viewer's units; those that wait first."""
    if not allows(actor(), Act.SUPERVISE):
        require(actor(), Act.RAISE_REQUEST, Relation.OWNER)
    own = None if allows(actor(), Act.SUPERVISE) else actor().unit_ids
    listed = pages.rows(local_date(clock.now()), unit_ids=own)
    waiting = [row for row in listed if row.request.state is RequestState.PENDING]
    done = [row for row in listed if row.request.state is not RequestState.PENDING]
    return render_template("requests/index.html", waiting=waiting, done=done)


# --------------------------------------------------------------------------------------------- raised


@bp.route("/tasks/<int:task_id>/requests/<kind>/<int:unit_id>", methods=["GET", "POST"])
def new(task_id: int, kind: str, unit_id: int) -> Page:
    """申请, of one kind, for one of the viewer's units."""
    asked_kind = next((known for known in RequestKind if known == kind), None)
    page = tasks.page(task_id, clock.now())
    require(actor(), Act.VIEW_TASK, relation_to(actor(), page.task))
    require(actor(), Act.RAISE_REQUEST, actor().owns(unit_id))
    if asked_kind is None:
        raise Refused("missing", "没有这种申请。请回到任务页面选择。")
    form = FORMS[asked_kind](data=_prefilled())
    if not form.validate_on_submit():
        return _new(
            page, form, unit_id, "没有提交，请改正下面红字提示的内容。" if form.is_submitted() else ""
        )
    try:
        request_id = requests.raise_(actor(), task_id, unit_id, form.asked(), clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _new(page, form, unit_id, str(refusal), MENDABLE[refusal.code])
    flash(f"{REQUEST_LABELS[asked_kind]}申请已提交，答复后会发邮件告诉您。")
    return redirect(url_for("requests.show", request_id=request_id), 303)


def _prefilled() -> dict[str, object]:
    """What a link fills the form in with: the words and the unit a month's report has named already."""
    return {
        "reason": request.args.get("reason", ""),
        "other_unit": request.args.get("other_unit", 0, type=int),
    }


def _new(page: tasks.TaskPage, form: RaiseForm, unit_id: int, trouble: str, status: int = 400) -> Page:
    """The form with its limits; a kind that is not open to the unit now says why, and has no form."""
    today, task = local_date(clock.now()), page.task
    limits, facts = rules.request_rules_of(task.plan), rows.facts_of(task, unit_id)
    verdict = outlook(form.kind, facts, limits, rules.calendar(unit_id), today)
    form.limits(
        chinese_date(verdict.latest_on) if verdict.latest_on else "",
        [(other, name) for other, name in units.choices() if other != unit_id],
    )
    html = render_template(
        "requests/new.html",
        page=page,
        form=form,
        kind=form.kind,
        unit=next(part.unit for part in page.parts if part.unit_id == unit_id),
        verdict=verdict,
        facts=facts,
        limits=limits,
        trouble=trouble,
    )
    return html, status if trouble else 200


# ------------------------------------------------------------------------------------------- answered


@bp.get("/requests/<int:request_id>")
def show(request_id: int) -> Page:
    return _show(_seen(request_id), AnswerForm())


def _seen(request_id: int) -> RequestPage:
    """The page of a request, for those it concerns and those who supervise; raises Refused missing."""
    found = pages.page(request_id, local_date(clock.now()))
    concerned = {found.request.unit_id, *([found.blocker.unit_id] if found.blocker else [])}
    if not allows(actor(), Act.SUPERVISE) and not concerned & actor().unit_ids:
        raise Refused("missing", "没有找到这件请求，可能不属于您的单位。请从“请求”列表进入。")
    return found


def _show(found: RequestPage, form: AnswerForm, trouble: str = "", status: int = 200) -> Page:
    request, detail = found.request, found.request.detail
    form.offer([(other, name) for other, name in units.choices() if other != request.unit_id])
    if not form.is_submitted():
        requirement = detail.get(rows.REQUIREMENT, "") if request.state is RequestState.PENDING else ""
        form.prefill(request.version, request.wanted_on, requirement, request.other_unit_id)
    elif status == 409:
        form.version.data = request.version
    _word(form, found)
    pending = REQUEST.allows(request.state, RequestEvent.GRANT)
    as_office = allows(actor(), Act.ANSWER_REQUEST)
    mine = request.unit_id in actor().unit_ids
    relation = requests.answer_relation(actor(), request)
    html = render_template(
        "requests/show.html",
        found=found,
        request_=request,
        form=form,
        fields=form.shown(request.kind, document=found.verdict.document or found.verdict.meeting),
        trouble=trouble,
        answerable=pending and not mine and allows(actor(), Act.ANSWER_REQUEST, relation),
        forwardable=pending and as_office and not mine and request.stage is Stage.OFFICE,
        blocking=pending and relation is Relation.OWNER,
        withdrawable=pending and allows(actor(), Act.RAISE_REQUEST, actor().owns(request.unit_id)),
        task_visible=allows(actor(), Act.VIEW_TASK, relation_to(actor(), request.task)),
        cause=detail.get(rows.CAUSE),
        document=detail.get(rows.DOCUMENT, ""),
        former=detail.get(rows.FORMER, ""),
        requirement=detail.get(rows.REQUIREMENT, ""),
        unit_said=detail.get(rows.UNIT_SAID),
        stops=bool(detail.get(rows.STOPS)),
    )
    return html, status


def _word(form: AnswerForm, found: RequestPage) -> None:
    """Say beside the fields what the kind asks of them."""
    kind = found.request.kind
    if kind is RequestKind.EXTENSION:
        form.granted_on.label.text = "批准延至"
        form.granted_on.description = "可以早于申请的日期，不能晚于它。"
        form.document.label.text = "专班会议文号"
        form.document.description = f"已延期{found.extended}次，再延须经专班会议同意。"
    elif kind is RequestKind.SUSPENSION:
        form.granted_on.label.text = "恢复办理的日期"
        form.granted_on.description = "留空则由督查室通知恢复。"
    elif kind is RequestKind.ADJUSTMENT:
        form.granted_on.label.text = "新的完成时限"
        form.granted_on.description = "留空则时限不变。"


@bp.post("/requests/<int:request_id>/answer")
def answer(request_id: int) -> Page:
    """同意, 不同意 or 报责任领导; for the unit that blocks, 已解决 or 不能解决."""
    found = _seen(request_id)
    require(actor(), Act.ANSWER_REQUEST, requests.answer_relation(actor(), found.request))
    form = AnswerForm()
    if not form.validate_on_submit() or not (form.grant.data or form.refuse.data or form.forward.data):
        return _show(found, form, "没有提交，请改正下面红字提示的内容，再点一次按钮。", 400)
    try:
        _give(request_id, form)
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _show(_seen(request_id), form, str(refusal), MENDABLE[refusal.code])
    flash("已报责任领导答复。" if form.forward.data else "已答复，并通知提出单位。")
    return redirect(url_for("requests.show", request_id=request_id), 303)


def _give(request_id: int, form: AnswerForm) -> None:
    seen, now, words = form.version.seen, clock.now(), form.words.data or ""
    if form.forward.data:
        requests.forward(actor(), request_id, words, seen_version=seen, now=now)
        return
    given = Answer(
        bool(form.grant.data),
        words,
        form.granted_on.data,
        form.document.data or "",
        form.other_unit.data or None,
        form.requirement.data or "",
    )
    requests.answer(actor(), request_id, given, seen_version=seen, now=now)


@bp.post("/requests/<int:request_id>/withdrawal")
def withdraw(request_id: int) -> Page:
    """撤回, by the unit that raised it."""
    found = _seen(request_id)
    require(actor(), Act.RAISE_REQUEST, actor().owns(found.request.unit_id))
    form = PlainForm()
    if not form.validate_on_submit():
        return _show(found, AnswerForm(formdata=None), "没有撤回，请再点一次。", 400)
    try:
        requests.withdraw(actor(), request_id, seen_version=form.version.seen, now=clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _show(_seen(request_id), AnswerForm(formdata=None), str(refusal), MENDABLE[refusal.code])
    flash("已撤回，原来的要求和期限不变。")
    return redirect(url_for("requests.show", request_id=request_id), 303)


@bp.post("/tasks/<int:task_id>/resumption")
def resume(task_id: int) -> Response:
    """恢复办理 of a suspended task, by the office."""
    require(actor(), Act.ANSWER_REQUEST)
    form = PlainForm()
    if not form.validate_on_submit():
        raise Refused("invalid", "没有恢复办理，请回到任务页面再点一次。")
    requests.resume(actor(), task_id, seen_version=form.version.seen, now=clock.now())
    flash("任务已恢复办理，停表的工作日已顺延到各项期限。")
    return redirect(url_for("tasks.show", task_id=task_id), 303)

"""考核: the years, one assessment with its groups, one unit's score with its reasons and what would mend it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import assessments as rows
from app.services import assessment_entries, assessments
from app.services.assessment_entries import Entered
from app.services.evidence import Upload
from app.web.auth import actor
from app.web.forms import Form
from app.web.forms import assessments as forms
from workflows.appraisal import (
    CHARGE_LABELS,
    FACT_LABELS,
    FACT_WORDS,
    GRADE_LABELS,
    GROUP_LABELS,
    STATED,
    RowKind,
    said,
)
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import APPEAL, ASSESSMENT, ENTRY_KIND_LABELS, EntryKind, ScoreStage
from workflows.policy import Act, require

bp = Blueprint("assessments", __name__)
Page = str | tuple[str, int] | Response
MENDABLE = {"invalid": 400, "illegal-step": 409, "stale": 409, "unreadable": 400, "too-large": 400}
"""The refusals after which the page is shown again with what was typed."""

bp.app_template_filter("points")(said)


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {
        "APPEALS": APPEAL,
        "ASSESSMENTS": ASSESSMENT,
        "CHARGES": CHARGE_LABELS,
        "ENTRY_KINDS": ENTRY_KIND_LABELS,
        "FACTS": FACT_LABELS,
        "FACT_WORDS": FACT_WORDS,
        "GRADES": GRADE_LABELS,
        "GROUPS": GROUP_LABELS,
        "SCORING_STATED": STATED,
        "row_page": row_page,
    }


def row_page(kind: RowKind, row_id: int) -> str:
    """The page of one thing that was counted; empty for an entry, which stands on the same page."""
    if kind is RowKind.TASK:
        return url_for("tasks.show", task_id=row_id)
    if kind is RowKind.DUTY:
        return url_for("supervision.duty", duty_id=row_id)
    if kind is RowKind.SLIP:
        return url_for("slips.show", slip_id=row_id)
    return url_for("requests.show", request_id=row_id) if kind is RowKind.COORDINATION else ""


@bp.get("/assessments")
def index() -> Page:
    """The assessments, and the plan years that can be assessed."""
    require(actor(), Act.VIEW_SCORE)
    return _index()


def _index(trouble: str = "", status: int = 200) -> Page:
    page = render_template("assessments/index.html", found=rows.index(clock.now()), trouble=trouble)
    return page, status


@bp.post("/assessments")
def begin() -> Page:
    """开始考核."""
    require(actor(), Act.ASSESS)
    plan_id, year = request.form.get("plan_id", 0, type=int), request.form.get("year", 0, type=int)
    if not plan_id or not year:
        return _index("请在下面选择要考核的计划和年度。", 400)
    try:
        assessment_id = assessments.begin(actor(), plan_id, year, clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _index(str(refusal), MENDABLE[refusal.code])
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


@bp.get("/assessments/<int:assessment_id>")
def show(assessment_id: int) -> Page:
    """One assessment: groups with their scores, and the step that comes next."""
    require(actor(), Act.VIEW_SCORE)
    return _show(assessment_id)


def _show(assessment_id: int, form: Form | None = None, trouble: str = "", status: int = 200) -> Page:
    found = rows.page(assessment_id, clock.now())
    version, yesterday = found.assessment.version, local_date(clock.now()) - timedelta(days=1)
    cutoff = forms.CutoffForm(
        formdata=None,
        data={"cutoff_on": forms.yesterday_or(found.assessment.year, yesterday), "seen_version": version},
    )
    archive = forms.ArchiveForm(formdata=None, data={"seen_version": version})
    page = render_template(
        "assessments/show.html",
        found=found,
        cutoff=form if isinstance(form, forms.CutoffForm) else cutoff,
        archive=form if isinstance(form, forms.ArchiveForm) else archive,
        trouble=trouble,
        over=_appeals_over(found),
    )
    return page, status


def _appeals_over(found: rows.AssessmentPage) -> bool:
    until = found.assessment.appeals_until_on
    return until is not None and local_date(clock.now()) > until


def _said(form: Form) -> str:
    said_ = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
    return "；".join(said_) or "没有保存，请核对后再试一次。"


@bp.post("/assessments/<int:assessment_id>/scheme")
def adopt(assessment_id: int) -> Page:
    """改用现行方案, while it runs."""
    require(actor(), Act.ASSESS)
    form = forms.StepForm()
    assessments.adopt_scheme(actor(), assessment_id, seen_version=form.seen_version.seen, now=clock.now())
    flash("已改用现行方案，得分按新方案计算。")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


@bp.post("/assessments/<int:assessment_id>/preview")
def prepublish(assessment_id: int) -> Page:
    """预公示."""
    require(actor(), Act.ASSESS)
    form = forms.CutoffForm()
    if not form.validate_on_submit() or form.cutoff_on.data is None:
        return _show(assessment_id, form, _said(form), 400)
    try:
        seen = form.seen_version.seen
        count = assessments.prepublish(
            actor(), assessment_id, form.cutoff_on.data, seen_version=seen, now=clock.now()
        )
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        form.seen_version.data = rows.one(assessment_id).version
        return _show(assessment_id, form, str(refusal), MENDABLE[refusal.code])
    flash(f"已预公示，{count}个单位收到得分和申诉期限。")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


@bp.post("/assessments/<int:assessment_id>/settle")
def settle(assessment_id: int) -> Page:
    """定分."""
    require(actor(), Act.ASSESS)
    form = forms.StepForm()
    try:
        assessments.settle(actor(), assessment_id, seen_version=form.seen_version.seen, now=clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _show(assessment_id, None, str(refusal), MENDABLE[refusal.code])
    flash("已定分。印发结果通报后，请登记文号归档。")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


@bp.post("/assessments/<int:assessment_id>/archive")
def archive(assessment_id: int) -> Page:
    """归档 under the number of the result."""
    require(actor(), Act.ASSESS)
    form = forms.ArchiveForm()
    if not form.validate_on_submit():
        return _show(assessment_id, form, _said(form), 400)
    try:
        number, seen = form.number.data or "", form.seen_version.seen
        assessments.archive(actor(), assessment_id, number, seen_version=seen, now=clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        form.seen_version.data = rows.one(assessment_id).version
        return _show(assessment_id, form, str(refusal), MENDABLE[refusal.code])
    flash("已归档，各单位收到最终结果。")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


# ------------------------------------------------------------------------------------------- weights, entries


@bp.route("/assessments/<int:assessment_id>/weights", methods=["GET", "POST"])
def weights(assessment_id: int) -> Page:
    """任务权重: a weight of its own for single tasks."""
    require(actor(), Act.ASSESS)
    found = rows.one(assessment_id)
    tasks, form = rows.weight_rows(found), forms.WeightsForm()
    trouble, status = "", 200
    if request.method == "POST":
        try:
            typed = forms.weights(request.form, [row.task.id for row in tasks])
            seen = form.seen_version.seen
            assessments.weigh(actor(), assessment_id, typed, seen_version=seen, now=clock.now())
        except Refused as refusal:
            if refusal.code not in MENDABLE:
                raise
            trouble, status = str(refusal), MENDABLE[refusal.code]
        else:
            flash("任务权重已保存，得分按新的权重计算。")
            return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)
    form.seen_version.data = rows.one(assessment_id).version
    page = render_template(
        "assessments/weights.html", found=found, tasks=tasks, form=form, typed=request.form, trouble=trouble
    )
    return page, status


@bp.route("/assessments/<int:assessment_id>/entries", methods=["GET", "POST"])
def entries(assessment_id: int) -> Page:
    """加分、扣分、否决、评估、检查: what was entered, and a form for the next."""
    require(actor(), Act.ASSESS)
    found, form = rows.one(assessment_id), forms.EntryForm()
    form.offer(rows.scored_units(found))
    if not form.is_submitted():
        return _entries(found.id, form)
    if not form.validate_on_submit():
        return _entries(found.id, form, _said(form), 400)
    if form.points.points is None and form.entry_kind is not EntryKind.VETO:
        return _entries(found.id, form, "请填写分数。", 400)
    try:
        assessment_entries.enter(actor(), assessment_id, _entered(form), _upload(form), clock.now())
    except Refused as refusal:
        if refusal.code not in {*MENDABLE, "forbidden"}:
            raise
        return _entries(found.id, form, str(refusal), MENDABLE.get(refusal.code, 403))
    flash("已登记，得分随即改变；登记有误可以撤回。")
    return redirect(url_for("assessments.entries", assessment_id=assessment_id), 303)


def _entries(assessment_id: int, form: forms.EntryForm, trouble: str = "", status: int = 200) -> Page:
    page = render_template(
        "assessments/entries.html",
        found=rows.one(assessment_id),
        entries=rows.entries(assessment_id),
        form=form,
        trouble=trouble,
    )
    return page, status


def _entered(form: forms.EntryForm) -> Entered:
    return Entered(
        form.unit_id.data,
        form.entry_kind,
        form.item.data or "",
        form.points.points or 0,
        form.document_number.data or "",
        form.words.data or "",
    )


def _upload(form: forms.EntryForm) -> Upload | None:
    sent = form.finding.data
    if not sent or not sent.filename:
        return None
    return Upload(sent.filename, sent.read(), bool(form.unclassified.data))


@bp.post("/assessments/entries/<int:entry_id>/withdraw")
def withdraw_entry(entry_id: int) -> Page:
    """撤回 an entry, with the reason."""
    require(actor(), Act.ASSESS)
    assessment_id = rows.assessment_of_entry(entry_id)
    assessment_entries.withdraw(actor(), entry_id, request.form.get("words", ""), clock.now())
    flash("已撤回，理由已记入台账。")
    return redirect(url_for("assessments.entries", assessment_id=assessment_id), 303)


# ------------------------------------------------------------------------------------------- one unit


@bp.get("/assessments/<int:assessment_id>/units/<int:unit_id>")
def unit(assessment_id: int, unit_id: int) -> Page:
    """One unit's score with its reasons; a unit sees its own only."""
    require(actor(), Act.VIEW_SCORE, actor().owns(unit_id))
    asked = request.args.get("stage", "")
    stage = ScoreStage(asked) if asked in set(ScoreStage) else None
    found = rows.unit_page(assessment_id, unit_id, clock.now(), stage)
    own = actor().unit_ids
    return render_template(
        "assessments/unit.html", found=found, may_appeal=found.may_appeal(clock.now()), own_units=own
    )


@bp.get("/my-score")
def mine() -> Page:
    """我的考核: the running score of the viewer's own unit, all year long."""
    viewer = actor()
    own = rows.own_years(viewer.unit_ids, clock.now())
    require(viewer, Act.VIEW_SCORE, viewer.owns(next(iter(viewer.unit_ids), None)))
    asked = tuple(request.args.get(name, 0, type=int) for name in ("unit", "plan", "year"))
    chosen = next((y for y in own if (y.unit_id, y.plan_id, y.year) == asked), own[0] if own else None)
    found = rows.running_page(chosen.plan_id, chosen.year, chosen.unit_id, clock.now()) if chosen else None
    may = found.may_appeal(clock.now()) if found else False
    return render_template("assessments/mine.html", own=own, chosen=chosen, found=found, may_appeal=may)

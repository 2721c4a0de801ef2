"""考核方案: the version in force, a draft with its rows of items, what it would change, and taking it into use."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import schemes as rows
from app.queries.simulated import changed_scores
from app.services import rules
from app.services.rules import Use
from app.web.assessments import MENDABLE
from app.web.auth import actor
from app.web.forms import assessments as forms
from app.web.forms.rules import TakeForm
from workflows.errors import Refused
from workflows.policy import Act, require

bp = Blueprint("schemes", __name__)
Page = str | tuple[str, int] | Response


@bp.get("/assessments/scheme")
def index() -> Page:
    """The scheme in force, its versions, and the draft."""
    require(actor(), Act.VIEW_SCORE)
    return render_template("assessments/scheme.html", found=rows.page())


@bp.post("/assessments/scheme/drafts")
def begin() -> Page:
    """修改: a draft from what is in force."""
    require(actor(), Act.ASSESS)
    draft_id = rules.begin(actor(), rows.SUBJECT, None, clock.now())
    return redirect(url_for("schemes.draft", draft_id=draft_id), 303)


@bp.route("/assessments/scheme/drafts/<int:draft_id>", methods=["GET", "POST"])
def draft(draft_id: int) -> Page:
    """The draft as rows and fields; rows come and go without saving."""
    require(actor(), Act.ASSESS)
    found = rows.draft_page(draft_id)
    if request.method != "POST":
        data = {**forms.typed_scheme(found.scheme), "seen_version": found.draft.version}
        return _draft(draft_id, forms.SchemeForm(formdata=None, data=data))
    form, press = forms.SchemeForm(), request.form.get("press", "save")
    if press != "save":
        return _draft(draft_id, _rearranged(form, press))
    if not form.validate_on_submit():
        return _draft(draft_id, form, "没有保存，请核对各栏后再保存。", 400)
    try:
        rules.save(actor(), draft_id, form.body(), seen_version=form.seen_version.seen, now=clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        form.seen_version.data = rows.draft_page(draft_id).draft.version
        return _draft(draft_id, form, str(refusal), MENDABLE[refusal.code])
    flash("草稿已保存，还没有采用。")
    return redirect(url_for("schemes.draft", draft_id=draft_id), 303)


def _rearranged(form: forms.SchemeFields, press: str) -> forms.SchemeFields:
    """The form as typed, with an item more or one fewer; nothing is saved."""
    typed = form.data
    typed.pop("csrf_token", None)
    number = press.removeprefix("remove-")
    if press == "add":
        taken = {row["key"] for row in typed["items"]}
        key = next(f"item-{n}" for n in range(1, 99) if f"item-{n}" not in taken)
        typed["items"].append({"key": key, "label": "", "full": "", "formula": "", "groups": []})
    elif number.isdecimal() and int(number) < len(typed["items"]):
        del typed["items"][int(number)]
    return forms.SchemeForm(formdata=None, data=typed)


def _draft(draft_id: int, form: forms.SchemeFields, trouble: str = "", status: int = 200) -> Page:
    page = render_template(
        "assessments/scheme_draft.html", found=rows.draft_page(draft_id), form=form, trouble=trouble
    )
    return page, status


@bp.get("/assessments/scheme/drafts/<int:draft_id>/simulation")
def simulate(draft_id: int) -> Page:
    """推演: every running score before and after, nothing written."""
    require(actor(), Act.ASSESS)
    found = rows.draft_page(draft_id)
    changed = changed_scores(found.scheme, clock.now())
    return render_template("assessments/scheme_simulation.html", found=found, plans=changed)


@bp.route("/assessments/scheme/drafts/<int:draft_id>/take", methods=["GET", "POST"])
def take(draft_id: int) -> Page:
    """采用 as the next version."""
    require(actor(), Act.ASSESS)
    found, form = rows.draft_page(draft_id), TakeForm()
    form.offer([])
    if not form.is_submitted() or not form.validate_on_submit():
        trouble = "请写明为什么这样改。" if form.is_submitted() else ""
        return _take(found, form, trouble, 400 if trouble else 200)
    use = Use(form.note.data or "", (), form.seen_version.seen, form.seen_in_force.seen)
    try:
        rules.take(actor(), draft_id, use, clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _take(rows.draft_page(draft_id), form, str(refusal), MENDABLE[refusal.code])
    flash("已采用为新的一版。正在进行的考核仍按原版，可以在考核页改用。")
    return redirect(url_for("schemes.index"), 303)


def _take(found: rows.DraftPage, form: TakeForm, trouble: str, status: int) -> Page:
    form.seen_version.data, form.seen_in_force.data = found.draft.version, found.in_force.id
    return render_template("assessments/scheme_take.html", found=found, form=form, trouble=trouble), status


@bp.post("/assessments/scheme/drafts/<int:draft_id>/discard")
def discard(draft_id: int) -> Page:
    """删除草稿."""
    require(actor(), Act.ASSESS)
    rules.discard(actor(), draft_id, seen_version=request.form.get("seen_version", -1, type=int))
    flash("草稿已删除，现行方案不变。")
    return redirect(url_for("schemes.index"), 303)

"""规则: what is in force and what was; a draft is written, looked at, and taken into use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import rulebook as rows
from app.queries.rulebook import CadenceBook, DraftPage
from app.services import rules
from app.services.rules import Use
from app.web.auth import actor
from app.web.forms import Form
from app.web.forms import rules as forms
from workflows.cadence import KIND_LABELS, DutyKind
from workflows.errors import Refused
from workflows.escalation import DRAFTED, LadderBook, LetterKind
from workflows.escalation.book import REPLIES
from workflows.light import LightRules
from workflows.policy import Act, require

bp = Blueprint("rules", __name__)
Page = str | tuple[str, int] | Response
MENDABLE = {"invalid": 400, "stale": 409}
"""The refusals after which the form is shown again with what was typed."""

SUBJECT = "any(ladders, cadence, light):subject"
KIND = f"any({', '.join(kind.value for kind in DutyKind)}):kind"
SHOWN = 300
"""Duties a list of moves shows; the count says how many there are."""


@bp.get("/rules")
def index() -> Page:
    require(actor(), Act.EDIT_RULES)
    return render_template("rules/index.html", shelves=rows.shelves())


@bp.get("/rules/versions/<int:version_id>")
def version(version_id: int) -> Page:
    """One version: what it says, and what is different from another."""
    require(actor(), Act.EDIT_RULES)
    found = rows.version_page(version_id, request.args.get("against", type=int))
    movable = len(rows.movable_duties(version_id)) if found.subject.value == "ladders" else 0
    return render_template("rules/version.html", found=found, movable=movable)


@bp.post(f"/rules/<{SUBJECT}>/drafts")
def begin(subject: str) -> Page:
    """修改: a draft from what is in force, for every plan or for one."""
    require(actor(), Act.EDIT_RULES)
    plan_id = request.form.get("plan", 0, type=int) or None
    draft_id = rules.begin(actor(), rows.subject(subject), plan_id, clock.now())
    return redirect(url_for("rules.draft", draft_id=draft_id), 303)


# ------------------------------------------------------------------------------------------- writing


@bp.get("/rules/drafts/<int:draft_id>")
def draft(draft_id: int) -> Page:
    """The draft: for ladders an overview with the days for answers, else its fields."""
    require(actor(), Act.EDIT_RULES)
    found = rows.draft_page(draft_id)
    return _draft(found, _form_of(found))


def _form_of(found: DraftPage) -> Form:
    """The form that belongs to the draft's subject, filled with what it says."""
    book, seen = found.book, {"seen_version": found.draft.version}
    if isinstance(book, LadderBook):
        days = {kind.value: str(days) for kind, days in book.reply_workdays.items()}
        return forms.RepliesForm(data={**days, **seen})
    if isinstance(book, CadenceBook):
        return forms.CadenceForm(data={**forms.typed_cadence(book.days, book.limits), **seen})
    assert isinstance(book, LightRules)
    return forms.LightForm(data={**forms.typed_light(book), **seen})


def _draft(found: DraftPage, form: Form, trouble: str = "", status: int = 200) -> Page:
    template = "ladders" if isinstance(found.book, LadderBook) else "fields"
    page = render_template(
        f"rules/{template}.html",
        found=found,
        form=form,
        trouble=trouble,
        kinds=KIND_LABELS,
        slips=[kind.value for kind in LetterKind if kind in DRAFTED],
        groups=_groups(form),
    )
    return page, status


def _groups(form: Form) -> list[tuple[str, list[Any]]]:
    """The fields of the draft under their headings."""
    headings = {"requests": "延期、异议、协调等请求的限度", "rhythm": "各类任务多久报告一次"}
    found: dict[str, list[Any]] = {"日期、期限和界线": [], headings["rhythm"]: [], headings["requests"]: []}
    for field in form:
        if field.name not in {"csrf_token", "seen_version"}:
            found[headings.get(field.name.partition("-")[0], "日期、期限和界线")].append(field)
    return [(title, fields) for title, fields in found.items() if fields]


@bp.post("/rules/drafts/<int:draft_id>")
def save(draft_id: int) -> Page:
    """Save the fields of the draft."""
    require(actor(), Act.EDIT_RULES)
    found = rows.draft_page(draft_id)
    form = _form_of(found)
    if not form.validate_on_submit():
        return _draft(found, form, _said(form), 400)

    def again(trouble: str, status: int) -> Page:
        present = rows.draft_page(draft_id)
        form.seen_version.data = present.draft.version
        return _draft(present, form, trouble, status)

    return _saved(draft_id, form, lambda: _part(found), again, url_for("rules.draft", draft_id=draft_id))


def _part(found: DraftPage) -> Mapping[str, Any]:
    """The body the typed fields make; raises Refused invalid."""
    typed = request.form
    if isinstance(found.book, LadderBook):
        return {REPLIES: forms.read_replies(typed)}
    if isinstance(found.book, LightRules):
        return forms.read_light(typed).as_json()
    return CadenceBook(*forms.read_cadence(typed)).as_json()


def _saved(
    draft_id: int,
    form: Form,
    part: Callable[[], Mapping[str, Any]],
    again: Callable[[str, int], Page],
    then: str,
) -> Page:
    """Save what the form holds and go on; what cannot be taken comes back with the sentence and the typed words."""
    try:
        rules.save(actor(), draft_id, part(), seen_version=form.seen_version.seen, now=clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return again(str(refusal), MENDABLE[refusal.code])
    flash("草稿已保存，还没有采用。")
    return redirect(then, 303)


def _said(form: Form) -> str:
    said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
    return "；".join(said) or "没有保存，请核对后再保存一次。"


@bp.route(f"/rules/drafts/<int:draft_id>/ladders/<{KIND}>", methods=["GET", "POST"])
def ladder(draft_id: int, kind: str) -> Page:
    """The ladder of one kind of duty, a row a rung; rows come and go without saving."""
    require(actor(), Act.EDIT_RULES)
    book = rows.draft_page(draft_id).book
    if not isinstance(book, LadderBook):
        raise Refused("missing", "这份草稿不是升级阶梯。请从“规则”页进入。")
    typed = forms.typed_ladder(book.ladders[DutyKind(kind)])
    if request.method != "POST":
        return _ladder(draft_id, kind, forms.LadderForm(data={**typed, "seen_version": _version(draft_id)}))
    form, press = forms.LadderForm(), request.form.get("press", "save")
    if press != "save":
        return _ladder(draft_id, kind, _rearranged(form, press))
    if not form.validate_on_submit():
        return _ladder(draft_id, kind, form, "没有保存，请核对每一级的选项后再保存。", 400)

    def again(trouble: str, status: int) -> Page:
        form.seen_version.data = _version(draft_id)
        return _ladder(draft_id, kind, form, trouble, status)

    here = url_for("rules.ladder", draft_id=draft_id, kind=kind)
    return _saved(draft_id, form, lambda: {kind: form.ladder().as_json()}, again, here)


def _version(draft_id: int) -> int:
    return rows.draft(draft_id).version


def _rearranged(form: forms.LadderForm, press: str) -> forms.LadderForm:
    """The form as typed, with a rung more or one fewer; nothing is saved."""
    typed = form.data
    typed.pop("csrf_token", None)
    number = press.removeprefix("remove-")
    if press == "add":
        typed["rungs"].append({"side": forms.AFTER, "letter": "urge", "audience": ["liaison"]})
    elif number.isdecimal() and int(number) < len(typed["rungs"]):
        del typed["rungs"][int(number)]
    return forms.LadderForm(formdata=None, data=typed)


def _ladder(draft_id: int, kind: str, form: forms.LadderForm, trouble: str = "", status: int = 200) -> Page:
    page = render_template(
        "rules/ladder.html",
        found=rows.draft_page(draft_id),
        kind=DutyKind(kind),
        kinds=KIND_LABELS,
        form=form,
        trouble=trouble,
    )
    return page, status


@bp.post("/rules/drafts/<int:draft_id>/discard")
def discard(draft_id: int) -> Page:
    require(actor(), Act.EDIT_RULES)
    rules.discard(actor(), draft_id, seen_version=request.form.get("seen_version", -1, type=int))
    flash("草稿已删除，现行规则不变。")
    return redirect(url_for("rules.index"), 303)


# ------------------------------------------------------------------------------------------- taking into use


@bp.route("/rules/drafts/<int:draft_id>/take", methods=["GET", "POST"])
def take(draft_id: int) -> Page:
    """采用: what would change, for which plans, and why."""
    require(actor(), Act.EDIT_RULES)
    found, form = rows.draft_page(draft_id), forms.TakeForm()
    plans = rows.plans_for(found.draft)
    form.offer([(plan.id, plan.title) for plan, _ in plans])
    if not form.is_submitted():
        form.plans.data = [plan.id for plan, follows in plans if follows]
    if not form.is_submitted() or not form.validate_on_submit():
        trouble = _said(form) if form.is_submitted() else ""
        return _take(found, form, trouble, 400 if trouble else 200)
    use = Use(
        form.note.data or "",
        form.plans.data or [],
        form.seen_version.seen,
        form.seen_in_force.seen,
    )
    try:
        version_id = rules.take(actor(), draft_id, use, clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _take(rows.draft_page(draft_id), form, str(refusal), MENDABLE[refusal.code])
    flash("已采用。新开的事项按新版执行。")
    then = "rules.move" if rows.version(version_id).subject.value == "ladders" else "rules.version"
    return redirect(url_for(then, version_id=version_id), 303)


def _take(found: DraftPage, form: forms.TakeForm, trouble: str, status: int) -> Page:
    form.seen_version.data, form.seen_in_force.data = found.draft.version, found.in_force.id
    return render_template("rules/take.html", found=found, form=form, trouble=trouble), status


@bp.route("/rules/versions/<int:version_id>/move", methods=["GET", "POST"])
def move(version_id: int) -> Page:
    """移到新版: every open duty with its next moment before and after; moved only when a person says so."""
    require(actor(), Act.EDIT_RULES)
    if request.method == "POST":
        count = rules.move(actor(), version_id, clock.now())
        flash(f"{count}件未办事项已移到新版。" if count else "没有要移的事项，可能同事已经移过。")
        return redirect(url_for("rules.move", version_id=version_id), 303)
    waiting = rules.moves(version_id, clock.now())
    moved = rows.moved_lines(version_id)
    return render_template(
        "rules/move.html",
        version=rows.version(version_id),
        waiting=waiting,
        moved=moved,
        shown=SHOWN,
    )

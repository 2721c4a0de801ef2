"""任务分解表 out, and back in: what the edited list would change is shown first, and taken over in one step."""

from __future__ import annotations

import json

from flask import flash, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app import clock
from app.queries import plans as plan_rows
from app.services import papers, tasklist
from app.services.tasklist import Choice
from app.web.auth import actor
from app.web.download import workbook
from app.web.forms import tasklist as forms
from app.web.plans import Page, bp, to_desk
from workflows.errors import Refused
from workflows.policy import Act, require
from workflows.tasklist import Field, Row


@bp.get("/plans/<int:plan_id>/tasks.xlsx")
def task_list(plan_id: int) -> Response:
    require(actor(), Act.VIEW_PLANS)
    name, content = papers.task_list(plan_id, clock.now())
    return workbook(content, name)


@bp.route("/plans/<int:plan_id>/tasks/import", methods=["GET", "POST"])
def import_tasks(plan_id: int) -> Page:
    """Take the edited list and show what it would change; nothing is written yet."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    form = forms.Upload()
    if not form.is_submitted():
        return _asking(plan_id, form)
    try:
        return _preview(plan_id, _uploaded(form.file.data))
    except Refused as refusal:
        return _asking(plan_id, form, refusal)


def _asking(plan_id: int, form: forms.Upload, refusal: Refused | None = None) -> Page:
    """The page that asks for the list; raises the refusals it has no answer to."""
    if refusal and refusal.code not in {"invalid", "unreadable", "too-large"}:
        raise refusal
    plan = plan_rows.draft(plan_id)
    page = render_template("plans/tasks_import.html", form=form, plan=plan, trouble=str(refusal or ""))
    return page, (413 if refusal.code == "too-large" else 400) if refusal else 200


def _uploaded(file: object) -> list[Row]:
    if not isinstance(file, FileStorage) or not file.filename:
        raise Refused("invalid", "请先选择改好的任务表。")
    return tasklist.read_list(file.filename, file.read())


@bp.post("/plans/<int:plan_id>/tasks/import/apply")
def apply_tasks(plan_id: int) -> Page:
    """Take over what was shown; the rows and the seal of what was shown travel in the form."""
    require(actor(), Act.EDIT_PLAN)
    plan_rows.draft(plan_id)
    try:
        rows = _travelled(request.form.get("rows", ""))
    except Refused as refusal:
        return _asking(plan_id, forms.Upload(formdata=None), refusal)
    seen = request.form.get("seal", "")
    try:
        done = tasklist.take(actor(), plan_id, rows, _choice(), seen=seen, now=clock.now())
    except Refused as refusal:
        if refusal.code not in {"stale", "invalid"}:
            raise
        return _preview(plan_id, rows, str(refusal)), 409
    flash(f"任务表已采用：修改{done.changed}项，新增{done.added}项，删去{done.removed}项。")
    return to_desk(plan_id)


def _preview(plan_id: int, rows: list[Row], trouble: str = "") -> str:
    changes = tasklist.preview(plan_id, rows)
    return render_template(
        "plans/tasks_preview.html",
        plan=plan_rows.draft(plan_id),
        changes=changes,
        form=forms.Apply(formdata=None, data={"rows": _packed(rows), "seal": changes.fingerprint}),
        chosen=_choice(),
        trouble=trouble,
    )


def _packed(rows: list[Row]) -> str:
    return json.dumps([[row.at, row.cells] for row in rows], ensure_ascii=False)


def _travelled(words: str) -> list[Row]:
    """The rows as they were sent along; raises Refused invalid when they are not whole."""
    try:
        rows = [
            Row(int(at), {Field(field): str(cell) for field, cell in cells.items()})
            for at, cells in json.loads(words)
        ]
    except (ValueError, TypeError, AttributeError):
        raise Refused("invalid", "页面里的表格内容不完整，没有采用。请返回重新上传任务表。") from None
    if any(not {Field.TITLE, Field.STAMP} <= row.cells.keys() for row in rows):
        raise Refused("invalid", "页面里的表格内容不完整，没有采用。请返回重新上传任务表。")
    return rows


def _choice() -> Choice:
    """What was ticked: `mine` boxes say 12-title, `remove` boxes say 12."""
    pairs = (words.partition("-") for words in request.form.getlist("mine"))
    return Choice(
        frozenset(
            (int(task), Field(field)) for task, _, field in pairs if task.isdecimal() and field in set(Field)
        ),
        frozenset(int(task) for task in request.form.getlist("remove") if task.isdecimal()),
    )

"""月报填报表 out, and back in: what would be taken and what not is shown first, and taken in one step."""

from __future__ import annotations

import json

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app import clock
from app.queries.month import MonthPage
from app.services import month_excel
from app.web.auth import actor
from app.web.download import workbook
from app.web.forms import monthform as forms
from app.web.reports import bp, page_of
from workflows.errors import Refused
from workflows.monthform import Field, Row
from workflows.policy import Act, require

Page = Response | str | tuple[str, int]

BROKEN = "页面里的表格内容不完整，没有采用。请重新上传填报表。"


@bp.get("/reports/<int:unit_id>/<period_key>/form.xlsx")
def form_sheet(unit_id: int, period_key: str) -> Response:
    """The month's form as a workbook."""
    name, content = month_excel.export(page_of(unit_id, period_key), clock.now())
    return workbook(content, name)


@bp.route("/reports/<int:unit_id>/<period_key>/upload", methods=["GET", "POST"])
def upload_form(unit_id: int, period_key: str) -> Page:
    """Take the filled form and show what would become of it; nothing is written yet."""
    page = _own(unit_id, period_key)
    form = forms.Upload()
    if not form.is_submitted():
        return _asking(page, form)
    try:
        return _preview(page, _uploaded(form.file.data))
    except Refused as refusal:
        return _asking(page, form, refusal)


@bp.post("/reports/<int:unit_id>/<period_key>/upload/take")
def take_form(unit_id: int, period_key: str) -> Page:
    """Take what was shown; its rows and the seal of what was shown travel in the page."""
    page = _own(unit_id, period_key)
    try:
        rows = _travelled(request.form.get("rows", ""))
    except Refused as refusal:
        return _asking(page, forms.Upload(formdata=None), refusal)
    seen = request.form.get("seal", "")
    try:
        taking = month_excel.take(actor(), unit_id, period_key, rows, seen=seen, now=clock.now())
    except Refused as refusal:
        if refusal.code not in {"stale", "invalid", "illegal-step"}:
            raise
        return _preview(_own(unit_id, period_key), rows, str(refusal)), 409
    cells = sum(len(one.changes) for one in taking.taken)
    left = sum(len(one.left) for one in taking.left)
    flash(
        f"已采用{len(taking.taken)}项任务的{cells}格，存为草稿，还没有报送。"
        + (f"另有{left}处没有采用。" if left else "")
    )
    return redirect(url_for("reports.month", unit_id=unit_id, period_key=period_key), 303)


def _own(unit_id: int, period_key: str) -> MonthPage:
    """The month, for those who file it; raises Refused missing, forbidden."""
    page = page_of(unit_id, period_key)
    require(actor(), Act.FILE_REPORT, actor().owns(unit_id))
    return page


def _uploaded(file: object) -> list[Row]:
    if not isinstance(file, FileStorage) or not file.filename:
        raise Refused("invalid", "请先选择填好的表。")
    return month_excel.read_form(file.filename, file.read())


def _asking(page: MonthPage, form: forms.Upload, refusal: Refused | None = None) -> Page:
    """The page that asks for the form; raises the refusals it has no answer to."""
    if refusal and refusal.code not in {"invalid", "unreadable", "too-large"}:
        raise refusal
    shown = render_template("reports/form_upload.html", form=form, page=page, trouble=str(refusal or ""))
    return shown, (413 if refusal.code == "too-large" else 400) if refusal else 200


def _preview(page: MonthPage, rows: list[Row], trouble: str = "") -> str:
    taking = month_excel.preview(page, rows)
    packed = json.dumps([[row.at, row.cells] for row in rows], ensure_ascii=False)
    form = forms.Take(formdata=None, data={"rows": packed, "seal": taking.fingerprint})
    return render_template("reports/form_preview.html", page=page, taking=taking, form=form, trouble=trouble)


def _travelled(words: str) -> list[Row]:
    """The rows as they were sent along; raises Refused invalid when they are not whole."""
    try:
        rows = [
            Row(int(at), {Field(field): str(cell) for field, cell in cells.items()})
            for at, cells in json.loads(words)
        ]
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Refused("invalid", BROKEN) from None
    if not 0 < len(rows) <= month_excel.MOST_ROWS or any(
        not {Field.TITLE, Field.STAMP} <= row.cells.keys() for row in rows
    ):
        raise Refused("invalid", BROKEN)
    return rows

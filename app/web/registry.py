"""The list of units as a whole: the usual ones to start from, and the sheet that goes out and comes back."""

from __future__ import annotations

import json
from itertools import groupby
from urllib.parse import quote

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.documents.units_sheet import FILENAME, units_workbook
from app.queries import registry as registry_rows
from app.services import registry
from app.web.auth import actor
from app.web.forms import registry as forms
from workflows.errors import Refused
from workflows.policy import Act, require
from workflows.registry import level_of, starting_set
from workflows.unitlist import OUTCOME_LABELS, Outcome

bp = Blueprint("registry", __name__)
Page = str | tuple[str, int] | Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/units/starting-set", methods=["GET", "POST"], endpoint="starting_set")
def choose() -> Page:
    """The usual units by group, those the county has already marked; what is ticked is entered."""
    require(actor(), Act.EDIT_UNITS)
    place = (request.values.get("place") or current_app.config["COUNTY_NAME"].partition("（")[0]).strip()
    try:
        usual = starting_set(place, level_of(place))
        if request.method == "POST":
            added = registry.start(actor(), usual, request.form.getlist("chosen"), clock.now())
            flash(f"已添加{added.units}个单位、{added.groups}个集体名称。请到“人员”页添加联络员。")
            return redirect(url_for("admin.units"), 303)
    except Refused as refusal:
        if refusal.code not in {"invalid", "stale"}:
            raise
        return _choosing(place, trouble=str(refusal)), 409 if refusal.code == "stale" else 400
    return _choosing(place)


def _choosing(place: str, trouble: str = "") -> str:
    try:
        units, groups = registry_rows.offered(starting_set(place, level_of(place)))
    except Refused:
        units, groups = (), ()
    chosen = set(request.form.getlist("chosen")) if request.method == "POST" else None
    return render_template(
        "admin/starting_set.html",
        form=forms.Start(data={"place": place}),
        place=place,
        sections={
            name: tuple(rows) for name, rows in groupby(units, key=lambda offered: offered.usual.section)
        },
        groups=groups,
        chosen=chosen,
        trouble=trouble,
    )


@bp.get("/units/export.xlsx")
def export() -> Response:
    """All units as a workbook."""
    require(actor(), Act.VIEW_UNITS)
    answer = Response(units_workbook(registry_rows.known()), mimetype=XLSX)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(FILENAME)}"
    return answer


@bp.route("/units/import", methods=["GET", "POST"], endpoint="upload")
def upload() -> Page:
    """Take a sheet and show what it would change; nothing is written yet."""
    require(actor(), Act.EDIT_UNITS)
    form = forms.Upload()
    if not form.is_submitted():
        return render_template("admin/units_upload.html", form=form, trouble="")
    try:
        file = form.file.data
        if not file or not file.filename:
            raise Refused("invalid", "请先选择要上传的表格文件。")
        return _preview(registry.rows_of(file.filename, file.read()))
    except Refused as refusal:
        page = render_template("admin/units_upload.html", form=form, trouble=str(refusal))
        return page, 413 if refusal.code == "too-large" else 400


@bp.post("/units/import/apply")
def apply() -> Page:
    """Do what the sheet just shown says; the rows and the seal of what was shown travel in the form."""
    require(actor(), Act.EDIT_UNITS)
    rows = _travelled(request.form.get("rows", ""))
    try:
        done = registry.take_in(actor(), rows, clock.now(), seen=request.form.get("seal", "")).counted()
    except Refused as refusal:
        if refusal.code not in {"stale", "invalid"}:
            raise
        return _preview(rows, str(refusal)), 409 if refusal.code == "stale" else 400
    flash(f"已导入：新增{done[Outcome.NEW]}个，修改{done[Outcome.CHANGED]}个。")
    return redirect(url_for("admin.units"), 303)


def _preview(rows: list[list[str]], trouble: str = "") -> str:
    comparison = registry.compared(rows)
    counted = comparison.counted()
    return render_template(
        "admin/units_preview.html",
        comparison=comparison,
        counted=counted,
        counts="，".join(
            f"{OUTCOME_LABELS[outcome]}{count}个" for outcome, count in counted.items() if count
        ),
        OUTCOMES=OUTCOME_LABELS,
        names={unit.id: unit.listed.name for unit in registry_rows.known()}
        | {change.key: change.listed.name for change in comparison.changes},
        form=forms.Apply(formdata=None, data={"rows": json.dumps(rows, ensure_ascii=False)}),
        seal=registry.seal(comparison),
        trouble=trouble,
    )


def _travelled(words: str) -> list[list[str]]:
    """The rows as they were sent along; raises Refused invalid when they are not whole."""
    try:
        rows = json.loads(words)
    except ValueError:
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refused("invalid", "页面里的表格内容不完整，没有导入。请返回重新上传表格。")
    return [[str(cell) for cell in row] for row in rows]

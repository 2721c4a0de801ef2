"""更正 of a report that was filed: the row once more with what stands in it, and why it is changed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import request as posted
from werkzeug.wrappers import Response

from app import clock
from app.queries import gathering, units
from app.queries.month import MonthPage, MonthRow
from app.services import corrections
from app.web.auth import actor
from app.web.forms.reports import CorrectionForm, row_form
from app.web.monthrows import Line, known_units, prefix_of, read
from app.web.reports import page_of
from workflows.cadence import report_words
from workflows.errors import Refused
from workflows.policy import Act, require

bp = Blueprint("corrections", __name__)
Page = str | tuple[str, int] | Response
MENDABLE = {"invalid": 400, "stale": 409}
WRONG = "没有更正，请按标出的提示修改。您填写的内容都在。"


@bp.route("/reports/corrections/<int:duty_id>", methods=["GET", "POST"])
def new(duty_id: int) -> Page:
    unit_id, period_key = gathering.place_of(duty_id)
    require(actor(), Act.FILE_REPORT, actor().owns(unit_id))
    page = page_of(unit_id, period_key)
    row = _row(page, duty_id)
    line, form = _line(row, monthly=page.is_monthly), CorrectionForm()
    if not form.is_submitted():
        return _shown(page, line, form)
    assert line.form is not None
    if not form.validate_on_submit() or line.form.errors:
        return _shown(page, line, form, WRONG), 400
    try:
        seen = line.form.version.seen
        corrections.correct(actor(), duty_id, line.entry, form.reason.data or "", seen, clock.now())
    except Refused as refusal:
        if refusal.code not in MENDABLE:
            raise
        return _again(page, duty_id, line, form, refusal)
    flash("已更正，原来的内容和更正的原因都已保留。")
    where = url_for(
        "reports.month", unit_id=unit_id, period_key=period_key, _anchor=f"task-{row.duty.task_id}"
    )
    return redirect(where, 303)


def _row(page: MonthPage, duty_id: int) -> MonthRow:
    """The row; raises Refused missing, or illegal-step where nothing was filed that could be corrected."""
    row = next((one for one in page.rows if one.duty.id == duty_id), None)
    if row is None:
        raise Refused("missing", "没有找到这份月报，它可能已不再要求。请从“月报”进入。")
    if not row.correctable:
        raise Refused("illegal-step", "这份月报还没有报送或已被退回，请在月报页直接修改后报送。")
    return row


def _line(row: MonthRow, *, monthly: bool) -> Line:
    prefix, typed = prefix_of(row.duty.id), posted.method == "POST"
    form = row_form(row.background, posted.form if typed else None, prefix=prefix, monthly=monthly)
    line = Line(row, form, typed)
    if typed:
        read(form, row, known_units(), monthly=monthly)
    else:
        line.refill()
    return line


def _again(
    page: MonthPage, duty_id: int, line: Line, form: CorrectionForm, refusal: Refused
) -> tuple[str, int]:
    """The page once more; after a colleague's change with that beside what was typed, and its version."""
    if refusal.code == "stale":
        page = page_of(page.unit_id, page.period_key)
        line.row = _row(page, duty_id)
        assert line.form is not None
        line.form.show(line.version)
    return _shown(page, line, form, str(refusal)), MENDABLE[refusal.code]


def _shown(page: MonthPage, line: Line, form: CorrectionForm, trouble: str = "") -> str:
    return render_template(
        "reports/correct.html",
        page=page,
        line=line,
        form=form,
        trouble=trouble,
        units=units.choices(),
        name=report_words(page.period_key),
    )

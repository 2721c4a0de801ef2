"""工作日历: the years that are known, and a new holiday notice pasted, looked at, taken in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import calendars as rows
from app.services import calendars
from app.web.auth import actor
from app.web.forms import calendars as forms
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.holidaynotice import odd_days, read_notice
from workflows.policy import Act, require

bp = Blueprint("calendars", __name__)
Page = str | tuple[str, int] | Response


@bp.get("/calendar")
def index() -> Page:
    require(actor(), Act.EDIT_CALENDAR)
    return _page(forms.Notice())


@bp.post("/calendar/preview")
def preview() -> Page:
    """Show day by day what was read, and what would move."""
    require(actor(), Act.EDIT_CALENDAR)
    form = forms.Notice()
    if not form.validate_on_submit():
        return _page(form), 400
    try:
        notice = read_notice(form.text.data or "")
        moved = calendars.preview(actor(), notice, clock.now())
    except Refused as refusal:
        return _refused(form, refusal)
    return render_template(
        "calendars/preview.html", form=form, notice=notice, moved=moved, odd=odd_days(notice)
    )


@bp.post("/calendar/publish")
def publish() -> Page:
    require(actor(), Act.EDIT_CALENDAR)
    form = forms.Notice()
    if not form.validate_on_submit():
        return _page(form), 400
    try:
        notice = read_notice(form.text.data or "")
        moved = calendars.publish(actor(), notice, clock.now())
    except Refused as refusal:
        return _refused(form, refusal)
    flash(f"{notice.year}年节假日安排已采用，{len(moved.duties)}件事项的时间随之调整。")
    return redirect(url_for("calendars.index"), 303)


def _refused(form: forms.Notice, refusal: Refused) -> Page:
    if refusal.code != "invalid":
        raise refusal
    form.text.errors = [str(refusal)]
    return _page(form), 400


def _page(form: forms.Notice) -> str:
    today = local_date(clock.now())
    return render_template(
        "calendars/index.html", form=form, years=rows.years(), missing=rows.first_provisional(today)
    )

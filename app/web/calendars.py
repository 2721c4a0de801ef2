"""工作日历: the years that are known, and a new holiday notice pasted, looked at, taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import calendars as rows
from app.services import calendars
from app.services.calendars import Moved
from app.web.auth import actor
from app.web.forms import calendars as forms
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.holidaynotice import odd_days, read_notice
from workflows.holidays import HolidayNotice
from workflows.policy import Act, Actor, require

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
    return _with_notice(calendars.preview, _shown)


def _shown(form: forms.Notice, notice: HolidayNotice, moved: Moved) -> Page:
    return render_template(
        "calendars/preview.html", form=form, notice=notice, moved=moved, odd=odd_days(notice)
    )


@bp.post("/calendar/publish")
def publish() -> Page:
    require(actor(), Act.EDIT_CALENDAR)
    return _with_notice(calendars.publish, _taken_in)


def _taken_in(_form: forms.Notice, notice: HolidayNotice, moved: Moved) -> Page:
    flash(f"{notice.year}年节假日安排已采用，{len(moved.duties)}件事项的时间随之调整。")
    return redirect(url_for("calendars.index"), 303)


def _with_notice(
    take: Callable[[Actor, HolidayNotice, datetime], Moved],
    answer: Callable[[forms.Notice, HolidayNotice, Moved], Page],
) -> Page:
    """Read the pasted notice and take that step with it; what cannot be read comes back with the sentence."""
    form = forms.Notice()
    if not form.validate_on_submit():
        return _page(form), 400
    try:
        notice = read_notice(form.text.data or "")
        moved = take(actor(), notice, clock.now())
    except Refused as refusal:
        if refusal.code != "invalid":
            raise
        form.text.errors = [str(refusal)]
        return _page(form), 400
    return answer(form, notice, moved)


def _page(form: forms.Notice) -> str:
    today = local_date(clock.now())
    return render_template(
        "calendars/index.html", form=form, years=rows.years(), missing=rows.first_provisional(today)
    )

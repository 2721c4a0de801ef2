"""工作日历: the years that are known and a new holiday notice; the county's own calendars. Looked at, then taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import calendars as rows
from app.queries.calendars import Change, OwnChange, OwnRow
from app.queries.units import units_named
from app.services import calendars
from app.services.calendars import Moved
from app.web.auth import actor
from app.web.forms import calendars as forms
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.holidaynotice import odd_days, read_notice
from workflows.holidays import HolidayNotice
from workflows.owndays import read_days, spans
from workflows.policy import Act, Actor, require
from workflows.unitlist import join_names, split_names

bp = Blueprint("calendars", __name__)
Page = str | tuple[str, int] | Response
Take = Callable[[Actor, Change, datetime], Moved]


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


def _with_notice(take: Take, answer: Callable[[forms.Notice, HolidayNotice, Moved], Page]) -> Page:
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
        "calendars/index.html",
        form=form,
        years=rows.years(),
        missing=rows.first_provisional(today),
        own=rows.own(),
    )


# ------------------------------------------------------------------------------------------- the county's own


@bp.get("/calendars/new")
def new() -> Page:
    """A calendar of the county's own (单位日历), empty."""
    require(actor(), Act.EDIT_CALENDAR)
    return _own_page(forms.Own())


@bp.get("/calendars/<int:calendar_id>")
def show(calendar_id: int) -> Page:
    require(actor(), Act.EDIT_CALENDAR)
    row = rows.one(calendar_id)
    return _own_page(
        forms.Own(
            calendar_id=row.id,
            seen_version=row.version,
            name=row.name,
            parent=str(row.parent_id or ""),
            days=row.lines,
            units=join_names(row.units),
        )
    )


@bp.post("/calendars/preview")
def preview_own() -> Page:
    """Show which units it is for, day by day what was read, and what would move."""
    require(actor(), Act.EDIT_CALENDAR)
    return _with_own(calendars.preview, _own_shown)


def _own_shown(form: forms.Own, change: OwnChange, moved: Moved) -> Page:
    return render_template(
        "calendars/own_preview.html", form=form, change=change, moved=moved, spans=list(spans(change.days))
    )


@bp.post("/calendars/publish")
def publish_own() -> Page:
    require(actor(), Act.EDIT_CALENDAR)
    return _with_own(calendars.publish, _own_taken_in)


def _own_taken_in(_form: forms.Own, change: OwnChange, moved: Moved) -> Page:
    flash(f"日历“{change.name.strip()}”已采用，{len(moved.duties)}件事项的时间随之调整。")
    return redirect(url_for("calendars.index"), 303)


def _with_own(take: Take, answer: Callable[[forms.Own, OwnChange, Moved], Page]) -> Page:
    """Read what was typed and take that step with it; what cannot be taken comes back as it was typed."""
    form = forms.Own()
    form.offer(_parents(form))
    if not form.validate_on_submit():
        return _own_page(form), 400
    try:
        change = _change(form)
        moved = take(actor(), change, clock.now())
    except Refused as refusal:
        status = {"invalid": 400, "stale": 409}.get(refusal.code)
        if status is None:
            raise
        return _own_page(form, str(refusal)), status
    return answer(form, change, moved)


def _change(form: forms.Own) -> OwnChange:
    return OwnChange(
        form.kept_id,
        form.name.data or "",
        int(form.parent.data) if form.parent.data else None,
        read_days(form.days.data or ""),
        units_named(split_names(form.units.data or "")),
        form.seen_version.seen,
    )


def _parents(form: forms.Own) -> list[tuple[int, str]]:
    """The calendars it may rest on: every other one; a ring is refused when it is read."""
    return [(row.id, row.name) for row in rows.own() if row.id != form.kept_id]


def _own_page(form: forms.Own, trouble: str = "") -> str:
    form.offer(_parents(form))
    shown: OwnRow | None = rows.one(form.kept_id) if form.kept_id else None
    return render_template("calendars/own.html", form=form, row=shown, trouble=trouble)

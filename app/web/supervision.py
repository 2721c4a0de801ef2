"""The supervision desk (督办台): what is overdue, what waits for review, who filed, what was sent."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import (
    engine,
    letters,
    matrix,
    monthly,
    receipts,
    request_pages,
    slips,
    supervision,
    tasks,
    verdicts,
)
from app.services import gathering, reports
from app.web.auth import actor
from app.web.forms import supervision as forms
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.lifecycle import LETTER_STATE_LABELS, DutyState, LetterState
from workflows.policy import Act, allows, require

bp = Blueprint("supervision", __name__)
Page = str | tuple[str, int] | Response
OVERDUE_PAGE = 100
"""Overdue matters on one page."""


@bp.get("/supervision")
def index() -> str:
    require(actor(), Act.SUPERVISE)
    return render_template(
        "supervision/index.html",
        pulse=engine.pulse(),
        figures=supervision.figures(clock.now()),
        overdue=supervision.overdue(clock.now()),
        queue=verdicts.review_queue(clock.now(), limit=6),
        matrix=matrix.matrix(clock.now()),
        summaries=monthly.latest(),
        drafts=slips.count(slips.decidable(actor())),
        unheard=receipts.count(),
        requests=request_pages.pending_count(),
    )


@bp.get("/supervision/overdue")
def overdue() -> str:
    """The full list, by unit and kind."""
    require(actor(), Act.SUPERVISE)
    unit_id = request.args.get("unit", type=int)
    kind = request.args.get("kind", type=DutyKind)
    found = supervision.overdue(clock.now(), unit_id=unit_id, kind=kind)
    page = max(request.args.get("page", 1, type=int), 1)
    start = (page - 1) * OVERDUE_PAGE
    return render_template(
        "supervision/overdue.html",
        found=found,
        shown=found[start : start + OVERDUE_PAGE],
        page=page,
        more=len(found) > start + OVERDUE_PAGE,
        units=supervision.overdue_units(clock.now()),
        unit_id=unit_id,
        kind=kind,
    )


@bp.get("/supervision/matrix", endpoint="matrix")
def months() -> str:
    """月报齐套 of the last year, or of the members of one group."""
    require(actor(), Act.SUPERVISE)
    group_id = request.args.get("group", type=int)
    return render_template(
        "supervision/matrix.html",
        matrix=matrix.matrix(clock.now(), months=12, group_id=group_id),
        folded=group_id is None,
    )


# ------------------------------------------------------------------------------------------- letters


@bp.get("/supervision/letters", endpoint="letters")
def record() -> str:
    """发信记录, newest first."""
    require(actor(), Act.SUPERVISE)
    state = request.args.get("state", type=LetterState)
    return render_template(
        "supervision/letters.html",
        page=letters.letters(state=state, before_id=request.args.get("before", type=int)),
        backlog=engine.pulse().waiting,
        state=state,
        states=LETTER_STATE_LABELS,
    )


@bp.get("/supervision/letters/<int:letter_id>")
def letter(letter_id: int) -> str:
    """One letter, verbatim."""
    require(actor(), Act.SUPERVISE)
    return render_template(
        "supervision/letter.html", letter=letters.letter(letter_id), states=LETTER_STATE_LABELS
    )


# ------------------------------------------------------------------------------------------- one duty


@bp.get("/duties/<int:duty_id>")
def duty(duty_id: int) -> Page:
    """Why a duty is where it is; open to the unit that owes it too."""
    return _duty(duty_id, forms.OfficeIssue())


def _duty(duty_id: int, form: forms.OfficeIssue, status: int = 200) -> Page:
    shown = letters.duty_page(duty_id, clock.now())
    require(actor(), Act.VIEW_TASK, actor().owns(shown.duty.unit_id))
    office = shown.duty.kind in {DutyKind.BULLETIN, DutyKind.ASSESSMENT}
    page = render_template(
        "supervision/duty.html",
        shown=shown,
        duty=shown.duty,
        form=form,
        slips=slips.about(duty_id=duty_id, unit_ids=_own_units()),
        recordable=office and shown.duty.state is DutyState.OPEN,
        calls=receipts.by_phone(duty_id),
        offers=_offers(shown.duty.task_id),
    )
    return page, status


def _offers(task_id: int | None) -> list[request_pages.Offer]:
    """What the viewer's units may ask for about the duty's task."""
    if task_id is None or not actor().unit_ids:
        return []
    return request_pages.offers(tasks.issued(task_id), actor().unit_ids, local_date(clock.now()))


@bp.post("/duties/<int:duty_id>/reviewed")
def finish_review(duty_id: int) -> Page:
    """审核完毕 of one period of a plan."""
    require(actor(), Act.REVIEW_REPORT)
    gathering.finish_review(actor(), duty_id, clock.now())
    flash("本期报告审核完毕。")
    return redirect(url_for("supervision.duty", duty_id=duty_id), 303)


def _own_units() -> Collection[int] | None:
    """The units whose slips the viewer may see; None for all."""
    return None if allows(actor(), Act.SUPERVISE) else actor().unit_ids


@bp.post("/duties/<int:duty_id>/issued")
def record_issue(duty_id: int) -> Page:
    """登记印发 of the office's own bulletin or assessment."""
    require(actor(), Act.RECORD_ISSUE)
    form = forms.OfficeIssue()
    if not form.validate_on_submit():
        return _duty(duty_id, form, 400)
    reports.record_issue(actor(), duty_id, (form.outcome.data or "").strip(), clock.now())
    flash("已登记印发。")
    return redirect(url_for("supervision.duty", duty_id=duty_id), 303)

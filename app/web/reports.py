"""月报: all of one unit's tasks for one period on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from app import clock
from app.queries import evidence, gathering, month, units
from app.queries.month import MonthPage, MonthRow
from app.queries.signers import signature_of
from app.services import reports
from app.services.reports import Filed
from app.web import monthrows
from app.web.auth import actor
from app.web.forms.reports import MonthForm
from app.web.monthrows import Line
from workflows.cadence import report_words
from workflows.errors import Refused
from workflows.policy import Act, allows, require
from workflows.units import UnitKind

bp = Blueprint("reports", __name__)

OVERTAKEN = (
    "保存之前，同事更新了标出的任务，这次没有保存。您填写的文字都在，请对照旁边的最新内容核对后再保存一次。"
)
WRONG = "有的内容还不能保存，请按标出的提示修改。其他内容都在，没有丢失。"
MENDABLE = {"invalid": 400, "illegal-step": 409}
"""The refusals after which the page is shown again with what was typed."""

OWN: Mapping[UnitKind, str] = {UnitKind.KINDERGARTEN: "本园的事", UnitKind.SCHOOL: "本校的事"}
"""Collective units see a page of their own: few rows, short labels, one column."""


@bp.get("/reports")
def index() -> Response | str:
    require(actor(), Act.USE_DESK)
    latest = month.latest_month(actor().unit_ids)
    if latest is None:
        return render_template("reports/none.html")
    return redirect(url_for("reports.month", unit_id=latest[0], period_key=latest[1]), 303)


@bp.get("/reports/<int:unit_id>/<period_key>", endpoint="month")
def show(unit_id: int, period_key: str) -> str:
    page = page_of(unit_id, period_key)
    return _shown(page, monthrows.lines_of(page))


@bp.post("/reports/<int:unit_id>/<period_key>")
def save(unit_id: int, period_key: str) -> Response | tuple[str, int]:
    """Save as drafts, or file what is complete; a page that cannot be taken comes back as it was typed."""
    page = page_of(unit_id, period_key)
    require(actor(), Act.FILE_REPORT, actor().owns(unit_id))
    lines, form = monthrows.lines_of(page), MonthForm()
    if not form.validate_on_submit() or not monthrows.readable(lines):
        return _shown(page, lines, WRONG), 400
    vanished = monthrows.vanished(lines)
    if monthrows.settled_meanwhile(lines) or vanished:
        return _shown(page, lines, OVERTAKEN, vanished), 409
    submit = request.form.get("act") == "submit"
    sent = [line for line in lines if line.form and line.posted and (submit or line.form.touched)]
    try:
        filed = reports.save_month(
            actor(),
            [line.entry for line in sent],
            submit=submit,
            now=clock.now(),
            signed_by=form.signed_by.data or "",
        )
    except Refused as refusal:
        return _refused(unit_id, period_key, refusal)
    after = page_of(unit_id, period_key)
    _tell(after, filed, submit=submit)
    return redirect(_next_place(after), 303)


@bp.post("/reports/<int:unit_id>/<period_key>/draft")
def autosave(unit_id: int, period_key: str) -> str:
    """Keep as drafts what was typed so far and can be kept; answers when that was, and the new versions of the rows.

    A row that a colleague saved meanwhile is left as it is: the next press of a button shows both.
    """
    page = page_of(unit_id, period_key)
    require(actor(), Act.FILE_REPORT, actor().owns(unit_id))
    lines = [line for line in monthrows.lines_of(page) if line.form and line.posted and line.form.touched]
    fresh = [line for line in lines if line.row.open and line.form and line.form.version.seen == line.version]
    good = [line for line in fresh if line.form and not line.form.errors]
    now, trouble = clock.now(), ""
    try:
        reports.save_month(actor(), [line.entry for line in good], submit=False, now=now)
    except Refused as refusal:
        good, trouble = [], str(refusal)
    kept = {line.row.duty.id for line in good}
    rows = [line for line in monthrows.lines_of(page_of(unit_id, period_key)) if line.row.duty.id in kept]
    return render_template(
        "reports/_saved.html",
        now=now,
        rows=rows,
        trouble=trouble,
        overtaken=len(lines) - len(fresh),
        wrong=len(fresh) - len(good) if not trouble else 0,
    )


def page_of(unit_id: int, period_key: str) -> MonthPage:
    """The month, for the unit that owes it and for those who supervise; raises Refused missing, forbidden."""
    if not allows(actor(), Act.SUPERVISE):
        require(actor(), Act.FILE_REPORT, actor().owns(unit_id))
    page = month.month_page(unit_id, period_key, clock.now())
    if page is None:
        raise Refused("missing", "没有找到这个月的月报，可能还没有开放填报。请从“月报”进入。")
    return page


def _refused(unit_id: int, period_key: str, refusal: Refused) -> tuple[str, int]:
    """The page once more, with everything that was typed and what is wrong with it."""
    if refusal.code == "stale":
        return _overtaken(unit_id, period_key)
    if refusal.code not in MENDABLE:
        raise refusal
    page = page_of(unit_id, period_key)
    return _shown(page, monthrows.lines_of(page), str(refusal)), MENDABLE[refusal.code]


def _overtaken(unit_id: int, period_key: str) -> tuple[str, int]:
    """The page once more: the colleague's words beside what was typed, or in its place where nothing was."""
    page = page_of(unit_id, period_key)
    lines = monthrows.lines_of(page)
    monthrows.settled_meanwhile(lines)
    for line in lines:
        if line.form and line.posted and line.form.version.seen != line.version:
            line.conflict = True
            if line.form.touched:
                line.form.show(line.version)
            else:
                line.refill()
    return _shown(page, lines, OVERTAKEN), 409


def _tell(page: MonthPage, filed: Filed, *, submit: bool) -> None:
    if not submit:
        flash("草稿已保存。")
        return
    if filed.submitted:
        flash(f"已报送{filed.submitted}项，等待督查室审核。")
    if filed.to_sign:
        flash(
            f"已送审签{filed.to_sign}项，经单位分管领导或主要领导审签后报送。审签前仍算未报，请提醒及时审签。"
        )
    tasks = {row.duty.id: row.duty.task for row in page.rows}
    names = [
        f"{task.number}. {task.title}（缺{'、'.join(lacking)}）"
        for duty_id, lacking in filed.lacking.items()
        if (task := tasks.get(duty_id))
    ]
    if names:
        flash(f"还有{len(names)}项没有填完，没有报送，已填内容存为草稿：{'；'.join(names)}。", "error")
    _offer_help(page)


def _offer_help(page: MonthPage) -> None:
    """What was written as 需协调事项 can be raised as a request with one press, nothing of it written again."""
    offer = Markup('{}已写明需{}协调。<a href="{}">现在提出协调请求</a>')
    for row in page.rows:
        task, report = row.duty.task, row.report
        if row.needs_help and task and report and report.help_unit:
            words = f"第{task.number}项" if task.number else task.title
            flash(offer.format(words, report.help_unit.name, help_address(row)))


def help_address(row: MonthRow) -> str:
    """The page on which help is asked for, filled in with what the report says."""
    assert row.report is not None
    return url_for(
        "requests.new",
        task_id=row.duty.task_id,
        kind="coordination",
        unit_id=row.duty.unit_id,
        other_unit=row.report.help_unit_id,
        reason=row.report.help_words,
    )


def _next_place(page: MonthPage) -> str:
    """The desk when nothing of the month is left to file, else the page again."""
    if any(row.open for row in page.rows):
        return url_for("reports.month", unit_id=page.unit_id, period_key=page.period_key)
    return url_for("desk.index")


def _shown(page: MonthPage, lines: Sequence[Line], trouble: str = "", typed: Sequence[str] = ()) -> str:
    form, writable = MonthForm(), any(line.form for line in lines)
    if not form.is_submitted():
        form.signed_by.data = page.last_signer
    own_signature = signature_of(actor(), page.signers)
    return render_template(
        "reports/own.html" if page.unit_kind in OWN else "reports/month.html",
        page=page,
        lines=lines,
        form=form,
        trouble=trouble,
        typed=typed,
        name=report_words(page.period_key),
        own_name=OWN.get(page.unit_kind, ""),
        units=units.choices() if writable else (),
        proofs=evidence.of_duties([line.row.duty.id for line in lines]),
        help_address=help_address,
        asks_signer=page.names_signer and not own_signature,
        sent_to_sign=page.is_signed_in_person and not own_signature,
        signs=bool(own_signature and page.waiting),
        owner=allows(actor(), Act.FILE_REPORT, actor().owns(page.unit_id)),
        gatherings=gathering.gatherings(page.unit_id, page.period_key, clock.now()),
        writable=writable,
    )

"""月报: all of one unit's tasks for one month on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries import desk, gathering
from app.queries.desk import MonthPage, MonthRow
from app.services import gathering as gathered
from app.services import reports
from app.services.reports import EMPTY_VERSION, Entry
from app.web.auth import actor
from app.web.forms.reports import MonthForm, RowForm
from workflows.cadence import report_words
from workflows.errors import Refused
from workflows.policy import Act, allows, require

bp = Blueprint("reports", __name__)

OVERTAKEN = (
    "保存之前，同事更新了标出的任务，这次没有保存。您填写的文字都在，请对照旁边的最新内容核对后再保存一次。"
)
WRONG = "有的内容还不能保存，请按标出的提示修改。其他内容都在，没有丢失。"


@dataclass(slots=True)
class Line:
    """One task of the page: its row, the form over it (None when it can only be read), what became of the typing.

    `conflict`: a colleague saved this row since the page was shown. `typed`: words that no longer have a field.
    """

    row: MonthRow
    form: RowForm | None
    posted: bool
    conflict: bool = False
    typed: tuple[str, ...] = ()

    @property
    def version(self) -> int:
        return self.row.report.version if self.row.report else EMPTY_VERSION

    def entry(self) -> Entry:
        assert self.form is not None
        done, problems, following = self.form.words
        return Entry(
            self.row.duty.id,
            self.form.percent.data,
            done,
            problems,
            following,
            self.form.version.seen,
            self.form.answer,
            self.form.waiting.data,
        )


@bp.get("/reports")
def index() -> Response | str:
    require(actor(), Act.USE_DESK)
    latest = desk.latest_month(actor().unit_ids)
    if latest is None:
        return render_template("reports/none.html")
    return redirect(url_for("reports.month", unit_id=latest[0], period_key=latest[1]), 303)


@bp.get("/reports/typing")
def typing() -> tuple[str, int]:
    """Somebody is typing: the answer carries a fresh session, so that an hour's page outlives twenty minutes."""
    return "", 204


@bp.get("/reports/<int:unit_id>/<period_key>")
def month(unit_id: int, period_key: str) -> str:
    page = _page(unit_id, period_key)
    return _shown(page, _lines(page))


@bp.post("/reports/<int:unit_id>/<period_key>")
def save(unit_id: int, period_key: str) -> Response | tuple[str, int]:
    """Save as drafts, or file what is complete; a page that cannot be taken comes back as it was typed."""
    page = _page(unit_id, period_key)
    require(actor(), Act.FILE_REPORT, actor().owns(unit_id))
    lines = _lines(page)
    if not _readable(lines):
        return _shown(page, lines, WRONG), 400
    vanished = _vanished(lines)
    if _settled_meanwhile(lines) or vanished:
        return _shown(page, lines, OVERTAKEN, vanished), 409
    submit = request.form.get("act") == "submit"
    entries = [line.entry() for line in lines if line.form and line.posted and (submit or line.form.touched)]
    try:
        filed = reports.save_month(actor(), entries, submit=submit, now=clock.now())
    except Refused as refusal:
        if refusal.code != "stale":
            raise
        return _overtaken(unit_id, period_key)
    _tell(page, entries, submit=submit, submitted=filed.submitted)
    return redirect(_next_place(unit_id, period_key), 303)


@bp.post("/reports/consolidations/<int:duty_id>")
def consolidate(duty_id: int) -> Response:
    """汇总报送 of one task the unit leads, naming whose report is lacking."""
    lacking = gathered.consolidate(actor(), duty_id, clock.now())
    flash(f"已汇总报送。缺报单位：{'、'.join(lacking)}。" if lacking else "已汇总报送，各单位均已报送。")
    unit_id, period_key = gathering.place_of(duty_id)
    return redirect(url_for("reports.month", unit_id=unit_id, period_key=period_key), 303)


def _page(unit_id: int, period_key: str) -> MonthPage:
    """The month, for the unit that owes it and for those who supervise; raises Refused missing, forbidden."""
    if not allows(actor(), Act.SUPERVISE):
        require(actor(), Act.FILE_REPORT, actor().owns(unit_id))
    page = desk.month_page(unit_id, period_key, clock.now())
    if page is None:
        raise Refused("missing", "没有找到这个月的月报，可能还没有开放填报。请从“月报”进入。")
    return page


def _lines(page: MonthPage) -> list[Line]:
    """Every row with its form, filled from what was posted, or else from what stands in the report."""
    writable = allows(actor(), Act.FILE_REPORT, actor().owns(page.unit_id))
    return [_line(row, writable) for row in page.rows]


def _line(row: MonthRow, writable: bool) -> Line:
    prefix = f"row-{row.duty.id}-"
    posted = f"{prefix}version" in request.form
    form = RowForm(request.form if posted else None, prefix=prefix)
    line = Line(row, form if posted or (writable and row.open) else None, posted)
    if not posted:
        _refill(line)
    elif form.validate() and form.unchanged.data:
        form.take(row.before.percent if row.before else None)
    return line


def _refill(line: Line) -> None:
    if line.form is None:
        return
    report = line.row.report
    facts = ("percent", "done", "problems", "next_step", "on_time", "waiting")
    line.form.show(line.version, **{name: getattr(report, name, None) for name in facts})


def _readable(lines: Sequence[Line]) -> bool:
    return not any(line.form.errors for line in lines if line.form and line.posted)


def _settled_meanwhile(lines: Sequence[Line]) -> bool:
    """Whether somebody filed a row that was being typed in; its words are given back, for it has no field now."""
    settled = [line for line in lines if line.form and line.posted and not line.row.open]
    for line in settled:
        assert line.form is not None
        line.conflict = line.form.touched
        if line.conflict:
            line.typed = line.form.typed
        line.form = None
    return any(line.conflict for line in settled)


def _vanished(lines: Sequence[Line]) -> tuple[str, ...]:
    """Words typed into rows that are no longer asked for, their task having been closed meanwhile."""
    posted = {name.removesuffix("version") for name in request.form if name.endswith("-version")}
    gone = posted - {f"row-{line.row.duty.id}-" for line in lines}
    forms = [RowForm(request.form, prefix=prefix) for prefix in sorted(gone)]
    return tuple(words for form in forms if form.touched for words in form.typed)


def _overtaken(unit_id: int, period_key: str) -> tuple[str, int]:
    """The page once more: the colleague's words beside what was typed, or in its place where nothing was."""
    page = _page(unit_id, period_key)
    lines = _lines(page)
    _settled_meanwhile(lines)
    for line in lines:
        if line.form and line.posted and line.form.version.seen != line.version:
            line.conflict = True
            if line.form.touched:
                line.form.show(line.version)
            else:
                _refill(line)
    return _shown(page, lines, OVERTAKEN), 409


def _tell(page: MonthPage, entries: Sequence[Entry], *, submit: bool, submitted: int) -> None:
    if not submit:
        flash("草稿已保存。")
        return
    if submitted:
        flash(f"已报送{submitted}项，等待督查室审核。")
    numbers = {row.duty.id: row.duty.task for row in page.rows}
    names = [
        f"{task.number}. {task.title}"
        for entry in entries
        if not entry.is_complete and (task := numbers[entry.duty_id])
    ]
    if names:
        flash(f"还有{len(names)}项没有填完，没有报送，已填内容存为草稿：{'；'.join(names)}。", "error")


def _next_place(unit_id: int, period_key: str) -> str:
    """The desk when nothing of the month is left to file, else the page again."""
    page = _page(unit_id, period_key)
    if any(row.open for row in page.rows):
        return url_for("reports.month", unit_id=unit_id, period_key=period_key)
    return url_for("desk.index")


def _shown(page: MonthPage, lines: Sequence[Line], trouble: str = "", typed: Sequence[str] = ()) -> str:
    return render_template(
        "reports/month.html",
        page=page,
        lines=lines,
        form=MonthForm(),
        trouble=trouble,
        typed=typed,
        name=report_words(page.period_key),
        gatherings=gathering.gatherings(page.unit_id, page.period_key, clock.now()),
        gathering=allows(actor(), Act.FILE_REPORT, actor().owns(page.unit_id)),
        writable=any(line.form for line in lines),
    )

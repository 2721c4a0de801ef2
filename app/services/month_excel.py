"""月报填报表 out, and back in: what a form that came back says new goes into the drafts; what does not is told with why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app import intake
from app.documents.month_sheet import Row as SheetRow
from app.documents.month_sheet import month_sheet
from app.models import Report
from app.queries import month, units
from app.queries.month import MonthPage, MonthRow
from app.services import reports
from app.services.entries import EMPTY_VERSION, SAID, Entry, values_of
from workflows import monthform
from workflows.cadence import report_words
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.light import NO_CHANGE, NO_CHANGE_PERIOD
from workflows.monthform import Field, FormRow, Goal, Outcome, Row, Taking
from workflows.policy import Act, Actor, require
from workflows.wording import chinese_date

MOST_ROWS = 1000
"""Rows a form may have."""

_CLOSED = "这项月报已经送审或报送，导出的表不能再改它。退回修改后，或在月报页面上更正。"
_ANSWERS = frozenset({*SAID} - {"help_unit_id", "percent"})


def export(page: MonthPage, now: datetime) -> tuple[str, bytes]:
    """A file's name and content: every row of the month that can still be written."""
    rows = [row for row in form_rows(page).values() if not row.closed]
    name = f"{page.unit_name}{report_words(page.period_key)}"
    note = f"灰色的列只供查看；填好后在月报页面“上传填好的表”。共{len(rows)}项，{chinese_date(local_date(now))}导出"
    return f"{name}填报表.xlsx", month_sheet(f"{name}填报表", note, [_sheet_row(row) for row in rows])


def _sheet_row(row: FormRow) -> SheetRow:
    shown = monthform.cells(row)
    return {**shown, Field.STAMP: monthform.stamp(row.duty_id, row.version, shown)}, row.percent, row.next_on


def form_rows(page: MonthPage) -> Mapping[int, FormRow]:
    """The month's rows as they stand, by duty."""
    return {row.duty.id: _form_row(page, row) for row in page.rows}


def _form_row(page: MonthPage, row: MonthRow) -> FormRow:
    task, report, ground = row.duty.task, row.report, row.background
    assert task is not None
    values = values_of(report) if report else {}
    said = {name: getattr(report, name) for name in _ANSWERS} if report else {}
    return FormRow(
        row.duty.id,
        report.version if report else EMPTY_VERSION,
        page.unit_id,
        task.number,
        task.title,
        _before(ground.before),
        asks_percent=not (ground.recurs or ground.is_measured),
        recurs=ground.recurs,
        goals=tuple(
            Goal(one.commitment_id, one.name, one.unit, values.get(one.commitment_id, ""))
            for one in ground.indicators
        ),
        percent=report.percent if report else None,
        help_unit=report.help_unit.name if report and report.help_unit else "",
        closed="" if row.open else _CLOSED,
        **said,
    )


def _before(report: Report | None) -> str:
    if report is None:
        return ""
    percent = f"完成{report.percent}%。" if report.percent is not None else ""
    problems = f"存在问题：{report.problems}" if report.problems else ""
    following = f"下步打算：{report.next_step}" if report.next_step else ""
    return f"{percent}{report.done}{problems}{following}"


def read_form(filename: str, content: bytes) -> list[Row]:
    """The rows of a form that came back; raises Refused unreadable or too-large."""
    sheets = intake.read_rows(filename, content)
    rows = monthform.find_rows([lines for _, lines in sheets])
    if rows is None:
        raise Refused(
            "unreadable",
            "没有在表里找到“任务”和“识别码”两列。请先在月报页面导出填报表，在导出的表上填写后再上传。",
        )
    if len(rows) > MOST_ROWS:
        raise Refused("too-large", f"表里有{len(rows)}行，一次最多{MOST_ROWS}行。请删去无关的行后再上传。")
    return rows


def preview(page: MonthPage, rows: Sequence[Row]) -> Taking:
    """What the rows would put into the drafts, nothing being written."""
    known = {name: bound.unit_id for name, bound in units.name_index().items() if bound.unit_id}
    return monthform.compare(rows, form_rows(page), known)


def take(
    actor: Actor, unit_id: int, period_key: str, rows: Sequence[Row], *, seen: str, now: datetime
) -> Taking:
    """Put a form into the drafts exactly as it was shown: `seen` is the fingerprint of that.

    Raises Refused forbidden, missing, illegal-step, invalid; stale when a colleague wrote since it was shown.
    """
    require(actor, Act.FILE_REPORT, actor.owns(unit_id))
    page = month.month_page(unit_id, period_key, now)
    if page is None:
        raise Refused("missing", "没有找到这个月的月报，可能还没有开放填报。请从“月报”进入。")
    taking = preview(page, rows)
    if taking.fingerprint != seen:
        raise Refused("stale", "您核对期间又有改动，还没有采用。请看过下面最新的对比后再确认一次。")
    there = {row.duty.id: row for row in page.rows}
    entries = [_entry(page, there[one.duty_id], one) for one in taking.taken if one.duty_id is not None]
    reports.save_month(actor, entries, submit=False, now=now)
    return taking


def _entry(page: MonthPage, row: MonthRow, outcome: Outcome) -> Entry:
    """The row as it stands, with what the sheet says new; 本月无变化 fills what is empty, as the page's tick does."""
    entry = replace(_standing(row), **outcome.values)
    if not entry.unchanged or "unchanged" not in outcome.values:
        return entry
    ground, phrase = row.background, NO_CHANGE if page.is_monthly else NO_CHANGE_PERIOD
    measures = {one.commitment_id: one.before for one in ground.indicators} | dict(entry.measures)
    asked = not (ground.recurs or ground.is_measured)
    before = ground.before.percent if ground.before and asked else None
    percent = before if entry.percent is None else entry.percent
    return replace(entry, done=entry.done or phrase, percent=percent, measures=measures)


def _standing(row: MonthRow) -> Entry:
    report = row.report
    if report is None:
        return Entry(row.duty.id, None, "", "", "", EMPTY_VERSION)
    said = {name: getattr(report, name) for name in SAID}
    return Entry(row.duty.id, seen_version=report.version, measures=values_of(report), **said)

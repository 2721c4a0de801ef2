"""The formal documents of a plan, and of a unit's month, as files (documents 4, 6, 7 and 27, reference e)."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app

from app.documents.completion import completion as completion_paper
from app.documents.ledger import ledger as ledger_sheet
from app.documents.ledger import ledger_paper
from app.documents.month_report import month_report as report_paper
from app.documents.month_summary import month_summary as summary_sheet
from app.documents.month_summary import month_summary_paper, title_of
from app.documents.official import Paper
from app.queries import monthly
from app.queries import papers as rows
from app.services.printing import in_print, in_word
from workflows.calendar import local_date
from workflows.wording import chinese_date

File = tuple[str, bytes]
"""A file's name and content."""


def ledger(plan_id: int, now: datetime, form: str) -> File:
    """工作台账 as xlsx or docx; raises Refused missing."""
    today = local_date(now)
    book = rows.ledger(plan_id, today)
    told = (book.document_number, f"共{len(book.lines)}项任务", f"{chinese_date(today)}导出")
    note = "　".join(filter(None, told))
    if form == "xlsx":
        return f"{book.title}工作台账.xlsx", ledger_sheet(book.title, note, book.lines)
    return f"{book.title}工作台账.docx", in_word(ledger_paper(book.title, note, book.lines))


def month_report(unit_id: int, period_key: str, now: datetime, form: str) -> File:
    """月进展报告 as docx or pdf; raises Refused missing, illegal-step before anything was filed."""
    paper = report_paper(rows.month_report(unit_id, period_key, now))
    return f"{paper.title}.{form}", _file(paper, form)


def month_summary(plan_id: int, period_key: str, now: datetime, form: str) -> File:
    """月汇总表 as xlsx or docx; raises Refused missing."""
    found = monthly.summary(plan_id, period_key, now)
    if form == "xlsx":
        return f"{title_of(found)}.xlsx", summary_sheet(found)
    office = rows.running(plan_id).office
    return f"{title_of(found)}.docx", in_word(month_summary_paper(found, office.name if office else ""))


def completion(plan_id: int, from_on: date | None, to_on: date | None, now: datetime, form: str) -> File:
    """计划完成情况报告 as docx or pdf, from the plan's issue through today unless days are given; raises Refused missing."""
    today = local_date(now)
    plan, figures = rows.completion(plan_id, from_on, min(to_on or today, today), now)
    county = current_app.config["COUNTY_NAME"].partition("（")[0]
    office = plan.office.name if plan.office else ""
    paper = completion_paper(figures, (f"{county}人民政府",), office, today)
    return f"{paper.title}.{form}", _file(paper, form)


def _file(paper: Paper, form: str) -> bytes:
    return in_print(paper) if form == "pdf" else in_word(paper)

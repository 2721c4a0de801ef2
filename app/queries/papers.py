"""What the formal documents of a plan and of a unit's month are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.documents.ledger import LedgerLine
from app.documents.month_report import MonthReport, ReportLine
from app.models import Assignment, EvidenceUse, Plan, Report, Task
from app.queries import accounts, evidence, month, tasks
from app.queries.month import MonthPage, MonthRow
from app.queries.tasks import TaskRow
from workflows.bulletins import figures_of
from workflows.bulletins.frozen import Figures
from workflows.cadence import period_words
from workflows.calendar import local_date
from workflows.commitments import CommitmentKind
from workflows.errors import Refused
from workflows.lifecycle import CAUSE_LABELS, ON_TIME_LABELS, STANDING_REPORTS, BulletinKind, PlanState
from workflows.light import COLOUR_LABELS
from workflows.units import SHARE_LABELS, Share
from workflows.wording import chinese_date


@dataclass(frozen=True, slots=True)
class LedgerBook:
    """The ledger of one plan: every task, also those closed or withdrawn."""

    title: str
    document_number: str
    lines: tuple[LedgerLine, ...]


def running(plan_id: int) -> Plan:
    """An issued plan with its office; raises Refused missing."""
    plan = session().scalar(sa.select(Plan).where(Plan.id == plan_id).options(selectinload(Plan.office)))
    if plan is None or plan.state is PlanState.DRAFT:
        raise Refused("missing", "没有找到这个计划，它可能还没有下达。请从“计划”列表进入。")
    return plan


def ledger(plan_id: int, today: date) -> LedgerBook:
    """工作台账; raises Refused missing."""
    plan = running(plan_id)
    rows = tasks.rows(today, plan_id=plan_id, withdrawn=True)
    ids = [row.id for row in rows]
    found = {task.id: task for task in session().scalars(_told(ids))}
    leads, proofs = _lead_words(ids), evidence.of_tasks(ids)
    lines = tuple(_line(row, found[row.id], leads.get(row.id), proofs.get(row.id, ())) for row in rows)
    return LedgerBook(plan.title, plan.document_number, lines)


def _told(task_ids: Sequence[int]) -> sa.Select[Task]:
    return (
        sa.select(Task)
        .where(Task.id.in_(task_ids))
        .options(selectinload(Task.mentions), selectinload(Task.commitments), selectinload(Task.plan))
    )


def _lead_words(task_ids: Sequence[int]) -> dict[int, Assignment]:
    """For each task the present word of the first unit that leads it."""
    parts = (
        sa.select(Assignment)
        .where(Assignment.task_id.in_(task_ids), Assignment.share == Share.LEAD)
        .order_by(Assignment.id.desc())
    )
    return {part.task_id: part for part in session().scalars(parts)}


def _line(row: TaskRow, task: Task, lead: Assignment | None, proofs: Sequence[EvidenceUse]) -> LedgerLine:
    return LedgerLine(
        row.number,
        row.title,
        "、".join(row.leads),
        "、".join(mention.printed for mention in task.mentions if mention.share is Share.RESPONSIBLE),
        local_date(task.plan.issued_at) if task.plan.issued_at else None,
        row.deadline_on,
        task.deadline_text or task.recurrence_text,
        tuple(
            f"{made.name or made.text}{f'（{chinese_date(made.due_on)}）' if made.due_on else ''}"
            for made in task.commitments
            if made.kind is CommitmentKind.MILESTONE
        ),
        row.percent,
        f"{COLOUR_LABELS[row.light.colour]}（{row.light.word}）",
        lead.done if lead else "",
        lead.problems if lead else "",
        lead.next_step if lead else "",
        local_date(task.closed_at) if task.closed_at else None,
        "、".join(dict.fromkeys(f"佐证{use.evidence_id}" for use in proofs)),
    )


def month_report(unit_id: int, period_key: str, now: datetime) -> MonthReport:
    """月进展报告 of what the unit filed; raises Refused missing where it owes nothing, illegal-step before it files."""
    page = month.month_page(unit_id, period_key, now)
    if page is None:
        raise Refused("missing", "没有找到这个月的月报，可能还没有开放填报。请从“月报”进入。")
    standing = [(row, row.report) for row in page.rows if row.report and row.report.state in STANDING_REPORTS]
    if not standing:
        raise Refused("illegal-step", "本期月报还没有报送，报送以后才能生成月进展报告。")
    return _report(page, standing)


def _report(page: MonthPage, standing: Sequence[tuple[MonthRow, Report]]) -> MonthReport:
    plans = {row.duty.plan_id: row.duty.plan for row in page.rows}
    offices = (session().get_one(Plan, plan_id).office for plan_id in plans)
    filed = [report.submitted_at for _, report in standing if report.submitted_at]
    reported = {row.duty.id for row, _ in standing}
    return MonthReport(
        page.unit_name,
        "》《".join(plan.title for plan in plans.values()),
        period_words(page.period_key),
        "、".join(dict.fromkeys(office.name for office in offices if office)),
        tuple(_reported(row, report) for row, report in standing),
        tuple(row.duty.task.title for row in page.rows if row.duty.id not in reported and row.duty.task),
        "、".join(dict.fromkeys(report.signed_by for _, report in standing if report.signed_by)),
        local_date(max(filed)) if filed else None,
    )


def _reported(row: MonthRow, report: Report) -> ReportLine:
    task = row.duty.task
    assert task is not None  # a month's report is on a task
    return ReportLine(
        task.number,
        task.title,
        row.role.partition("：")[0].partition("（")[0] or SHARE_LABELS[Share.RESPONSIBLE],
        report.percent,
        report.schedule,
        report.done,
        report.problems,
        CAUSE_LABELS[report.cause] if report.cause else "",
        report.help_words,
        report.help_unit.name if report.help_unit else "",
        report.next_step,
        report.next_on,
        ON_TIME_LABELS[report.on_time] if report.on_time else "",
        tuple(mark.word for mark in row.marks),
    )


def completion(plan_id: int, from_on: date | None, to_on: date, at: datetime) -> tuple[Plan, Figures]:
    """The plan and its figures over these days, from its issue on where no first day is given; raises Refused missing."""
    plan = running(plan_id)
    since = from_on or (local_date(plan.issued_at) if plan.issued_at else to_on)
    return plan, figures_of(accounts.account(plan_id, since, to_on, at), None, BulletinKind.QUARTERLY)

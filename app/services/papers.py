"""The papers of a plan, as files: 任务分解表 and 任务分工核对表 (documents 1 and 2, reference e)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.documents import checklist as checklist_paper
from app.documents import tasklist as tasklist_paper
from app.documents.checklist import TaskLine
from app.models import Task
from app.queries import checkup, drafts
from app.queries.tasklist import Listed, listed
from app.services.printing import in_word
from workflows.calendar import local_date
from workflows.checkup import CHECK_LABELS, Check, Finding, task_label
from workflows.commitments import CommitmentKind
from workflows.redraft import Draft
from workflows.tasklist import Field, cells, promised, stamp
from workflows.wording import chinese_date

Paper = tuple[str, bytes]
"""A file's name and content."""


def task_list(plan_id: int, now: datetime) -> Paper:
    """任务分解表; raises Refused missing."""
    found = listed(plan_id)
    note = _note(found.plan.document_number, f"共{len(found.tasks)}项任务", now)
    content = tasklist_paper.task_list(found.plan.title, note, _rows(found))
    return f"{found.plan.title}任务分解表.xlsx", content


def task_list_word(plan_id: int, now: datetime) -> Paper:
    """任务分解表 as a formal document in Word; raises Refused missing."""
    found = listed(plan_id)
    note = _note(found.plan.document_number, f"共{len(found.tasks)}项任务", now)
    paper = tasklist_paper.task_list_paper(found.plan.title, note, _rows(found))
    return f"{found.plan.title}任务分解表.docx", in_word(paper)


def _rows(found: Listed) -> Iterator[tasklist_paper.Row]:
    for task_id, draft in found.tasks.items():
        shown = cells(draft)
        yield {**shown, Field.STAMP: stamp(found.plan.id, task_id, shown)}, draft.deadline_on


def checklist(plan_id: int, now: datetime) -> Paper:
    """任务分工核对表; raises Refused missing."""
    found = checkup.checkup(plan_id, local_date(now))
    counts = "、".join(f"{words}{count}项" for words, count in found.counts.items())
    note = _note(found.plan.document_number, f"共{len(found.tasks)}项任务，体检发现{counts}", now)
    lines = (_line(found, task) for task in found.tasks)
    content = checklist_paper.checklist(found.plan.title, note, lines, found.findings, found.loads)
    return f"{found.plan.title}任务分工核对表.xlsx", content


def _line(found: checkup.Checkup, task: Task) -> TaskLine:
    draft = drafts.value_of(task)
    shown = cells(draft)
    support = f"（配合：{shown[Field.SUPPORT]}）" if shown[Field.SUPPORT] else ""
    standard = promised(made for made in draft.promises if made.kind is not CommitmentKind.MILESTONE)
    return TaskLine(
        draft.number,
        draft.title,
        shown[Field.LEAD],
        shown[Field.RESPONSIBLE] + support,
        draft.deadline_on,
        draft.deadline_text,
        standard,
        tuple(
            _problem(finding, draft)
            for finding in found.of_task(task.id)
            if finding.check is not Check.OVERLOADED
        ),
    )


_OF_UNITS = frozenset(
    {
        Check.UNBOUND,
        Check.EMPTY_GROUP,
        Check.FILES_NOWHERE,
        Check.FILES_THROUGH,
        Check.OUTSIDE_FORCE,
        Check.VAGUE,
    }
)


def _problem(finding: Finding, draft: Draft) -> str:
    """A finding in the row of its task: what is of a unit in a word, for its sentence stands on the second sheet."""
    if finding.check in _OF_UNITS:
        return f"{'、'.join(finding.units)}：{CHECK_LABELS[finding.check]}"
    return finding.sentence.removeprefix(task_label(draft.number, draft.title)).removeprefix("的")


def _note(document_number: str, counted: str, now: datetime) -> str:
    day = chinese_date(local_date(now))
    return "　".join(part for part in (document_number, counted, f"{day}导出") if part)

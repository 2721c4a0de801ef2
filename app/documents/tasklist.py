"""任务分解表 (document no. 1, reference e): every task of a plan, to be read, printed, edited and sent back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from app.documents.official import Note, Paper, PaperKind, Table
from app.documents.official.wording import formal_date
from app.documents.sheet import Column, Sheet, Value, workbook
from workflows.commitments import TASK_KIND_LABELS
from workflows.document.model import RECURRENCE_LABELS
from workflows.tasklist import HEADS, Field

_NAMES = "几个单位之间用顿号隔开"
_COLUMNS: Mapping[Field, Column] = {
    Field.NUMBER: Column(HEADS[Field.NUMBER], 6, centred=True),
    Field.SECTION: Column(HEADS[Field.SECTION], 11),
    Field.TITLE: Column(HEADS[Field.TITLE], 16),
    Field.TEXT: Column(HEADS[Field.TEXT], 46),
    Field.LEAD: Column(HEADS[Field.LEAD], 11, hint=_NAMES),
    Field.RESPONSIBLE: Column(HEADS[Field.RESPONSIBLE], 15, hint=_NAMES),
    Field.SUPPORT: Column(HEADS[Field.SUPPORT], 11, hint=f"{_NAMES}；配合单位只知会"),
    Field.DEADLINE: Column(
        HEADS[Field.DEADLINE], 16, hint="写成 2025-12-31 的样子；没有明确时限的留空", centred=True
    ),
    Field.DEADLINE_TEXT: Column(HEADS[Field.DEADLINE_TEXT], 11),
    Field.KIND: Column(HEADS[Field.KIND], 10, tuple(TASK_KIND_LABELS.values()), centred=True),
    Field.RECURRENCE: Column(
        HEADS[Field.RECURRENCE], 10, tuple(RECURRENCE_LABELS.values()), "不定期的留空", centred=True
    ),
    Field.PROMISES: Column(HEADS[Field.PROMISES], 24, hint="只供查看，请在核对页修改"),
    Field.STAMP: Column(HEADS[Field.STAMP], 12, hidden=True),
}

Row = tuple[Mapping[Field, str], date | None]
"""The cells of a task, its stamp among them, and its deadline as a date."""


def task_list(title: str, note: str, rows: Iterable[Row]) -> bytes:
    """The .xlsx of a plan's tasks; `note` stands under the heading."""
    lines = ([_value(each, *row) for each in _COLUMNS] for row in rows)
    return workbook(Sheet("任务分解表", tuple(_COLUMNS.values()), lines, f"{title}任务分解表", note))


_PRINTED: Mapping[Field, int] = {
    Field.NUMBER: 2,
    Field.SECTION: 4,
    Field.TITLE: 6,
    Field.TEXT: 18,
    Field.LEAD: 5,
    Field.RESPONSIBLE: 7,
    Field.DEADLINE: 5,
    Field.PROMISES: 9,
}
"""The columns that are printed, with their shares of the line."""


def task_list_paper(title: str, note: str, rows: Iterable[Row]) -> Paper:
    """The same as a formal document on pages laid across."""
    heads = tuple(HEADS[field] for field in _PRINTED)
    lines = tuple(tuple(_words(field, *row) for field in _PRINTED) for row in rows)
    table = Table(heads, lines, tuple(_PRINTED.values()), frozenset({0, 6}))
    return Paper(PaperKind.TASK_LIST, f"{title}任务分解表", (Note(note), table))


def _words(field: Field, cells: Mapping[Field, str], deadline_on: date | None) -> str:
    if field is not Field.DEADLINE:
        return cells[field]
    return formal_date(deadline_on) if deadline_on else cells[Field.DEADLINE_TEXT]


def _value(field: Field, cells: Mapping[Field, str], deadline_on: date | None) -> Value:
    return deadline_on if field is Field.DEADLINE else cells[field]

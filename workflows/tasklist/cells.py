"""The columns of the task list, and what a task says in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from workflows.commitments import COMMITMENT_LABELS, COMPARISON_LABELS, TASK_KIND_LABELS, CommitmentKind
from workflows.document.model import RECURRENCE_LABELS, Recurrence
from workflows.redraft import Draft, Promise
from workflows.unitlist import join_names
from workflows.units import Share


class Field(StrEnum):
    """The columns, in their order."""

    NUMBER = "number"
    SECTION = "section"
    TITLE = "title"
    TEXT = "text"
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    SUPPORT = "support"
    DEADLINE = "deadline"
    DEADLINE_TEXT = "deadline_text"
    KIND = "kind"
    RECURRENCE = "recurrence"
    PROMISES = "promises"
    STAMP = "stamp"


HEADS: Mapping[Field, str] = MappingProxyType(
    {
        Field.NUMBER: "序号",
        Field.SECTION: "类别",
        Field.TITLE: "任务名称",
        Field.TEXT: "任务内容",
        Field.LEAD: "牵头单位",
        Field.RESPONSIBLE: "责任单位",
        Field.SUPPORT: "配合单位",
        Field.DEADLINE: "完成时限",
        Field.DEADLINE_TEXT: "时限原文",
        Field.KIND: "类型",
        Field.RECURRENCE: "周期",
        Field.PROMISES: "指标和交付物",
        Field.STAMP: "识别码",
    }
)
"""What the columns are called: words the parser's tables know for what it reads, and pass over for the others."""

EDITABLE = tuple(field for field in Field if field not in {Field.PROMISES, Field.STAMP})
"""The columns that are taken back; the commitments are for reading, the stamp is for us."""

UNIT_FIELDS: Mapping[Field, Share] = MappingProxyType(
    {Field.LEAD: Share.LEAD, Field.RESPONSIBLE: Share.RESPONSIBLE, Field.SUPPORT: Share.SUPPORT}
)

Cells = Mapping[Field, str]


def cells(draft: Draft) -> dict[Field, str]:
    """What a task's row shows, but for the stamp."""
    named = {
        field: join_names([bearer.printed for bearer in draft.bearers if bearer.share is share])
        for field, share in UNIT_FIELDS.items()
    }
    return {
        Field.NUMBER: draft.number,
        Field.SECTION: draft.section,
        Field.TITLE: draft.title,
        Field.TEXT: draft.text,
        **named,
        Field.DEADLINE: day_words(draft.deadline_on),
        Field.DEADLINE_TEXT: draft.deadline_text,
        Field.KIND: TASK_KIND_LABELS[draft.kind],
        Field.RECURRENCE: _rhythm(draft.recurrence),
        Field.PROMISES: promised(draft.promises),
    }


def _rhythm(recurrence: str | None) -> str:
    return RECURRENCE_LABELS[Recurrence(recurrence)] if recurrence else ""


def day_words(day: date | None) -> str:
    """2025年12月31日, or nothing."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def promised(promises: Iterable[Promise]) -> str:
    """The commitments as one reads them: 指标：示范园达到2所（2025年12月31日）；交付物：实施意见."""
    return "；".join(f"{COMMITMENT_LABELS[made.kind]}：{_words(made)}" for made in promises)


def _words(made: Promise) -> str:
    by = f"（{day_words(made.due_on)}）" if made.due_on else ""
    if made.kind is CommitmentKind.MILESTONE:
        return f"{made.text or made.name}{by}"
    if made.kind is CommitmentKind.DELIVERABLE:
        return f"{made.name or made.text}{by}"
    compared = COMPARISON_LABELS[made.comparison] if made.comparison else ""
    return f"{made.name}{compared}{made.target or '（待填）'}{made.unit}{by}"

"""任务分工核对表 (document no. 2, reference e): the check-up of a plan, to be put on the table before it is issued."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.documents.sheet import Column, Sheet, workbook
from workflows.checkup import CHECK_LABELS, SEVERITY_LABELS, Finding, Load


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task with what it is to reach and what was found about it, in words."""

    number: str
    title: str
    lead: str
    responsible: str
    deadline: date | None
    deadline_text: str
    standard: str
    problems: tuple[str, ...]


def checklist(
    title: str, note: str, tasks: Iterable[TaskLine], findings: Iterable[Finding], loads: Iterable[Load]
) -> bytes:
    """The .xlsx: every task with its problems, every finding by kind, every unit with its load."""
    return workbook(_tasks(title, note, tasks), _findings(title, note, findings), _loads(title, note, loads))


def _tasks(title: str, note: str, tasks: Iterable[TaskLine]) -> Sheet:
    columns = (
        Column("序号", 6, centred=True),
        Column("任务", 18),
        Column("牵头单位", 12),
        Column("责任单位", 18),
        Column("完成时限", 17, centred=True),
        Column("完成标准和指标", 28),
        Column("问题", 42),
        Column("核对意见", 14),
    )
    rows = (
        (
            task.number,
            task.title,
            task.lead or "（未写明）",
            task.responsible,
            task.deadline or task.deadline_text or "（无）",
            task.standard,
            "\n".join(f"{at}．{problem}" for at, problem in enumerate(task.problems, 1)),
            "",
        )
        for task in tasks
    )
    return Sheet("任务分工", columns, rows, f"{title}任务分工核对表", note)


def _findings(title: str, note: str, findings: Iterable[Finding]) -> Sheet:
    columns = (
        Column("序号", 6, centred=True),
        Column("程度", 8, centred=True),
        Column("问题类别", 24),
        Column("具体情况", 80),
        Column("涉及单位", 24),
        Column("处理意见", 24),
    )
    rows = (
        (
            at,
            SEVERITY_LABELS[finding.severity],
            CHECK_LABELS[finding.check],
            finding.sentence,
            "、".join(finding.units),
            "",
        )
        for at, finding in enumerate(findings, 1)
    )
    return Sheet("问题清单", columns, rows, f"{title}体检问题清单", note)


def _loads(title: str, note: str, loads: Iterable[Load]) -> Sheet:
    columns = (
        Column("序号", 6, centred=True),
        Column("单位", 28),
        Column("牵头（项）", 12, centred=True),
        Column("责任（项）", 12, centred=True),
        Column("配合（项）", 12, centred=True),
        Column("代为填报（项）", 16, centred=True),
        Column("合计承担（项）", 16, centred=True),
        Column("专班成员", 12, centred=True),
        Column("备注", 30),
    )
    rows = (
        (
            at,
            load.name,
            load.lead,
            load.responsible,
            load.support,
            load.filed,
            len(load.owed),
            "是" if load.in_force else "",
            "",
        )
        for at, load in enumerate(loads, 1)
    )
    return Sheet("单位任务量", columns, rows, f"{title}各单位任务量", note)

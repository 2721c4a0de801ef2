"""工作台账 (document no. 4, reference e): every task of a plan with where it stands, as a workbook and as a Word table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.documents.official import Note, Paper, PaperKind, Table
from app.documents.official.wording import formal_date
from app.documents.sheet import Column, Sheet, Value, workbook

_COLUMNS = (
    Column("序号", 6, centred=True),
    Column("任务", 24),
    Column("牵头单位", 12),
    Column("责任单位", 20),
    Column("开始时间", 15, centred=True),
    Column("完成时限", 15, centred=True),
    Column("时间节点", 26),
    Column("完成进度", 9, centred=True),
    Column("灯色", 13, centred=True),
    Column("本期进展", 40),
    Column("存在问题", 24),
    Column("下步措施", 24),
    Column("销号时间", 15, centred=True),
    Column("佐证编号", 13),
)
_HEADS = (
    "序号",
    "任务",
    "牵头单位",
    "责任单位",
    "起止时间",
    "时间节点",
    "完成进度",
    "灯色",
    "本期进展",
    "存在问题",
    "下步措施",
    "销号时间",
    "佐证编号",
)
_ON_PAPER = (3, 9, 6, 7, 7, 9, 4, 6, 14, 8, 8, 7, 5)
"""Shares of the line of the printed table, where both dates stand in one column."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One task of the ledger; `percent` is 累计完成 (0–100), `light` says colour and reason in words."""

    number: str
    title: str
    lead: str
    responsible: str
    starts_on: date | None
    deadline_on: date | None
    deadline_words: str
    milestones: tuple[str, ...]
    percent: int | None
    light: str
    done: str
    problems: str
    measures: str
    closed_on: date | None
    evidence: str


def ledger(title: str, note: str, lines: Sequence[LedgerLine]) -> bytes:
    """The .xlsx."""
    rows = [_row(line) for line in lines]
    return workbook(Sheet("工作台账", _COLUMNS, rows, f"{title}工作台账", note))


def _row(line: LedgerLine) -> tuple[Value, ...]:
    return (
        line.number,
        line.title,
        line.lead,
        line.responsible,
        line.starts_on,
        line.deadline_on or line.deadline_words,
        "\n".join(line.milestones),
        _percent(line),
        line.light,
        line.done,
        line.problems,
        line.measures,
        line.closed_on,
        line.evidence,
    )


def _percent(line: LedgerLine) -> str:
    return "未报" if line.percent is None else f"{line.percent}%"


def ledger_paper(title: str, note: str, lines: Sequence[LedgerLine]) -> Paper:
    """The same as a formal document on pages laid across."""
    table = Table(_HEADS, tuple(_printed(line) for line in lines), _ON_PAPER, frozenset({0, 4, 6, 7, 11}))
    return Paper(PaperKind.LEDGER, f"{title}工作台账", (Note(note), table))


def _printed(line: LedgerLine) -> tuple[str, ...]:
    starts = f"{formal_date(line.starts_on)}至" if line.starts_on else ""
    ends = formal_date(line.deadline_on) if line.deadline_on else line.deadline_words or "未定"
    closed = formal_date(line.closed_on) if line.closed_on else ""
    return (
        line.number,
        line.title,
        line.lead,
        line.responsible,
        starts + ends,
        "\n".join(line.milestones),
        _percent(line),
        line.light,
        line.done,
        line.problems,
        line.measures,
        closed,
        line.evidence,
    )

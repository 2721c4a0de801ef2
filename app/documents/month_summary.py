"""月汇总表 (document no. 7, reference e): who reported, where the tasks stand, what is in the way."""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.official import Block, Heading, Note, Paper, PaperKind, Paragraph, Table
from app.documents.sheet import Column, Sheet, Value, workbook
from workflows.cadence import period_words
from workflows.calendar import local_date
from workflows.lifecycle import CAUSE_LABELS
from workflows.monthly import MonthSummary, Obstacle, UnitLine
from workflows.wording import chinese_date, chinese_time

_FILED = (
    Column("序号", 6, centred=True),
    Column("单位", 28),
    *(Column(head, 9, centred=True) for head in ("应报", "已报", "迟报", "漏报", "补报", "更正", "退回")),
)
_PACES = (
    Column("类别", 10, centred=True),
    Column("项数", 8, centred=True),
    Column("占比", 10, centred=True),
    Column("任务", 90),
)
_OBSTACLES = (
    Column("序号", 6, centred=True),
    Column("任务", 26),
    Column("反映单位", 14),
    Column("存在问题", 44),
    Column("原因类别", 10, centred=True),
    Column("需协调事项", 36),
    Column("提请协调单位", 16),
)


def month_summary(found: MonthSummary) -> bytes:
    """The .xlsx: reports by unit, tasks by class, and what is in the way."""
    title, note = title_of(found), _note(found)
    return workbook(
        Sheet("报送情况", _FILED, _filed(found.units), f"{title}——报送情况", note),
        Sheet("任务分类", _PACES, _paces(found), f"{title}——任务分类", note),
        Sheet("堵点清单", _OBSTACLES, _obstacles(found.obstacles), f"{title}——堵点清单", note),
    )


def month_summary_paper(found: MonthSummary, office: str) -> Paper:
    """The same as a formal document of the office."""
    counts = "，".join(
        f"{one.label}{one.count}份" for one in found.reports if one.count or one.key == "asked"
    )
    blocks: tuple[Block, ...] = (
        Note(_note(found)),
        Heading("一、报送情况"),
        Paragraph(f"{period_words(found.period_key)}月报{counts}。"),
        _table(_FILED, _filed(found.units), (4, 16, 4, 4, 4, 4, 4, 4, 4)),
        Heading("二、任务分类"),
        Paragraph(f"{'，'.join(f'{p.label}{len(p.tasks)}项（{p.percent}）' for p in found.paces)}。"),
        _table(_PACES, _paces(found), (4, 3, 4, 24)),
        Heading("三、堵点清单"),
        *_in_the_way(found.obstacles),
    )
    return Paper(
        PaperKind.MONTH_SUMMARY,
        title_of(found),
        blocks,
        issuers=(office,) if office else (),
        stands_in=True,
        dated=local_date(found.at),
    )


def title_of(found: MonthSummary) -> str:
    return f"《{found.title}》{period_words(found.period_key)}月报汇总表"


def _note(found: MonthSummary) -> str:
    closed = chinese_date(local_date(found.closed_at))
    return f"报送情况统计至{chinese_time(found.at)}，任务分类和堵点统计至{closed}。"


def _filed(units: Sequence[UnitLine]) -> list[tuple[Value, ...]]:
    return [
        (at, u.unit.name, u.asked, u.filed, u.late, u.missing, u.after_lock, u.corrected, u.returned)
        for at, u in enumerate(units, 1)
    ]


def _paces(found: MonthSummary) -> list[tuple[Value, ...]]:
    return [
        (pace.label, len(pace.tasks), pace.percent, "、".join(f"{t.number}．{t.title}" for t in pace.tasks))
        for pace in found.paces
    ]


def _obstacles(obstacles: Sequence[Obstacle]) -> list[tuple[Value, ...]]:
    return [
        (
            at,
            f"{each.task.number}．{each.task.title}",
            each.unit.name,
            each.said.problems,
            CAUSE_LABELS[each.said.cause] if each.said.cause else "",
            each.said.help_words,
            each.asked.name if each.asked else "",
        )
        for at, each in enumerate(obstacles, 1)
    ]


def _in_the_way(obstacles: Sequence[Obstacle]) -> tuple[Block, ...]:
    if not obstacles:
        return (Paragraph("各单位没有反映堵点。"),)
    return (_table(_OBSTACLES, _obstacles(obstacles), (3, 8, 5, 10, 4, 9, 5)),)


def _table(columns: Sequence[Column], rows: Sequence[Sequence[Value]], shares: tuple[int, ...]) -> Table:
    words = tuple(tuple("" if value is None else str(value) for value in row) for row in rows)
    centred = frozenset(at for at, column in enumerate(columns) if column.centred)
    return Table(tuple(column.head for column in columns), words, shares, centred)

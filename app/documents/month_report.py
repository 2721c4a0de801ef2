"""月进展报告 (document no. 6, reference e): one unit's month as a formal report to the office that runs the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.documents.official import Attachment, Block, Heading, Paper, PaperKind, Paragraph, Table
from app.documents.official.wording import formal_date
from workflows.bulletins.phrases import numeral
from workflows.light import PACE_LABELS, Pace

_HEADS = (
    "序号",
    "任务",
    "承担",
    "累计完成",
    "序时",
    "本月进展",
    "存在问题",
    "需协调事项",
    "下步打算",
    "能否按期",
)
_SHARES = (3, 8, 4, 4, 4, 12, 7, 7, 9, 4)
_CENTRED = frozenset({0, 2, 3, 4, 9})


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One task as the unit reported it; words are empty where nothing was said. `marks` are 迟报, 补报, 更正 …"""

    number: str
    title: str
    role: str
    percent: int | None
    schedule: Pace | None
    done: str
    problems: str
    cause: str
    help_words: str
    help_unit: str
    next_step: str
    next_on: date | None
    on_time: str
    marks: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        number = f"第{self.number}项" if self.number.isdigit() else self.number
        return f"{number}“{self.title.rstrip('。；;')}”"


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A unit's filed reports of one period; `lacking` names tasks not reported (yet), `signed_by` who signed (审签)."""

    unit: str
    plan: str
    period: str
    office: str
    lines: tuple[ReportLine, ...]
    lacking: tuple[str, ...]
    signed_by: str
    filed_on: date | None


def month_report(said: MonthReport) -> Paper:
    """The report as a document: what was done, what is in the way, whose help is needed, what comes next."""
    parts = (
        ("完成情况", _done(said)),
        ("存在问题", _problems(said.lines)),
        ("需协调事项", _help(said.lines)),
        ("下步打算", _next(said.lines)),
    )
    blocks: list[Block] = [Paragraph(f"现将我单位{said.period}承担《{said.plan}》任务的进展情况报告如下。")]
    for at, (heading, words) in enumerate(parts, 1):
        blocks.append(Heading(f"{numeral(at)}、{heading}"))
        blocks += [Paragraph(each) for each in words]
    return Paper(
        PaperKind.MONTH_REPORT,
        f"{said.unit}关于{said.period}工作进展情况的报告",
        tuple(blocks),
        recipients=(said.office,) if said.office else (),
        attachments=(Attachment(f"{said.period}任务进展明细表", (_table(said.lines),), across=True),)
        if said.lines
        else (),
        issuers=(said.unit,),
        dated=said.filed_on,
    )


def _done(said: MonthReport) -> Iterator[str]:
    total = len(said.lines) + len(said.lacking)
    paces = Counter(line.schedule for line in said.lines if line.schedule)
    counted = "，".join(f"{PACE_LABELS[pace]}{paces[pace]}项" for pace in Pace if paces[pace])
    signed = f"本报告经{said.signed_by}审签。" if said.signed_by else ""
    yield (
        f"{said.period}应报告任务{total}项，已报送{len(said.lines)}项"
        + (f"，其中{counted}" if counted else "")
        + f"。{signed}"
    )
    for at, line in enumerate(said.lines, 1):
        stands = f"累计完成{line.percent}%。" if line.percent is not None else ""
        yield f"{at}．{line.called}：{_closed(line.done or '本月无变化')}{stands}"
    if said.lacking:
        yield f"以下任务尚未报送：{'、'.join(said.lacking)}。"


def _problems(lines: Sequence[ReportLine]) -> list[str]:
    found = [
        f"{line.called}：{_closed(line.problems)}{f'原因类别：{line.cause}。' if line.cause else ''}"
        for line in lines
        if line.problems
    ]
    return found or ["无。"]


def _help(lines: Sequence[ReportLine]) -> list[str]:
    found = [
        f"{line.called}：{f'请{line.help_unit}协调：' if line.help_unit else ''}{_closed(line.help_words)}"
        for line in lines
        if line.help_words
    ]
    return found or ["无。"]


def _next(lines: Sequence[ReportLine]) -> list[str]:
    found = [
        f"{line.called}：{_closed(line.next_step)}{f'时间：{formal_date(line.next_on)}前。' if line.next_on else ''}"
        for line in lines
        if line.next_step
    ]
    return found or ["无。"]


def _closed(words: str) -> str:
    """The words with a full stop at their end."""
    tidy = " ".join(words.split())
    return tidy if tidy.endswith(("。", "！", "？", "…")) else f"{tidy}。"


def _table(lines: Sequence[ReportLine]) -> Table:
    return Table(_HEADS, tuple(_row(line) for line in lines), _SHARES, _CENTRED)


def _row(line: ReportLine) -> tuple[str, ...]:
    marks = f"\n（{'、'.join(line.marks)}）" if line.marks else ""
    return (
        line.number,
        line.title,
        line.role,
        "" if line.percent is None else f"{line.percent}%",
        PACE_LABELS[line.schedule] if line.schedule else "",
        line.done + marks,
        line.problems + (f"（{line.cause}）" if line.problems and line.cause else ""),
        (f"{line.help_unit}：" if line.help_unit else "") + line.help_words if line.help_words else "",
        line.next_step + (f"（{formal_date(line.next_on)}）" if line.next_on else ""),
        line.on_time,
    )

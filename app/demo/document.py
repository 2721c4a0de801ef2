"""The sample plan: its text with the years of today, and the .docx a person may try to upload."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from workflows.calendar import WorkCalendar

FILENAME = "云岭县城乡环境卫生和便民服务三年行动计划（演示）.docx"
TITLE = "云岭县城乡环境卫生和便民服务三年行动计划"
_TEXT = Path(__file__).with_name("plan.txt")
AGE_DAYS = 160
"""How long ago the plan was issued: five full months lie between."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The days the sample plan turns on, all counted from today."""

    today: date
    issued_on: date
    closed_on: date
    passed_on: date
    near_on: date
    asked_on: date
    mid_on: date

    @property
    def last_on(self) -> date:
        """The last day of the past: today itself belongs to the visitor."""
        return self.today - timedelta(days=1)


def dates(today: date, calendar: WorkCalendar) -> Dates:
    """A closed task's date two months after the issue, one passed, one near, one asked to be closed, one far enough."""
    issued_on = calendar.on_or_after(today - timedelta(days=AGE_DAYS))
    return Dates(
        today,
        issued_on,
        closed_on=_month_end(issued_on + timedelta(days=60)),
        passed_on=_month_end_before(today - timedelta(days=7)),
        near_on=calendar.on_or_after(today + timedelta(days=9)),
        asked_on=_month_end(today + timedelta(days=20)),
        mid_on=_month_end(today + timedelta(days=75)),
    )


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _month_end_before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def text(days: Dates) -> str:
    """The plan as issued on that day, one paragraph a line."""
    year = days.issued_on.year
    return _TEXT.read_text(encoding="utf-8").format(
        y0=year,
        y1=year + 1,
        y2=year + 2,
        issued=_day(days.issued_on),
        closed=_month(days.closed_on),
        passed=_month(days.passed_on),
        near=_day(days.near_on),
        asked=_month(days.asked_on),
        mid=_month(days.mid_on),
    )


def _month(end: date) -> str:
    return f"{end.year}年{end.month}月底"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class _Look:
    """How a line of an official document is set: font, size in points, centred, bold."""

    font: str
    points: float
    centred: bool = False
    right: bool = False
    bold: bool = False


_BODY = _Look("仿宋", 16)
_LOOKS: tuple[tuple[re.Pattern[str], _Look], ...] = (
    (re.compile(r"^云政发〔"), _Look("仿宋", 16, centred=True)),
    (re.compile(r"^（\d{4}—"), _Look("楷体", 16, centred=True)),
    (re.compile(r"^(云岭县人民政府$|关于印发|云岭县城乡)"), _Look("宋体", 22, centred=True, bold=True)),
    (re.compile(r"^\d{4}年\d+月\d+日$"), _Look("仿宋", 16, right=True)),
    (re.compile(r"^[一二三四]、"), _Look("黑体", 16)),
    (re.compile(r"^（[一二三四]）[^。]*$"), _Look("楷体", 16, bold=True)),
)
"""After the layout of official documents (GB/T 9704): 二号 22 pt titles, 三号 16 pt text."""


def as_docx(words: str) -> bytes:
    """The text as a Word document laid out like an official one."""
    paper = docx.Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    paper.core_properties.title, paper.core_properties.author = TITLE, "落实·演示"
    for line in words.splitlines():
        _set(paper.add_paragraph(), line)
    file = BytesIO()
    paper.save(file)
    return file.getvalue()


def _set(paragraph: Paragraph, line: str) -> None:
    look = next((look for pattern, look in _LOOKS if pattern.search(line)), _BODY)
    run = paragraph.add_run(line)
    run.bold, run.font.size, run.font.name = look.bold, Pt(look.points), look.font
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), look.font)
    layout = paragraph.paragraph_format
    layout.line_spacing, layout.space_after = Pt(28), Pt(0)
    if look.centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif look.right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif not line.startswith("各乡镇人民政府"):
        layout.first_line_indent = Pt(2 * look.points)

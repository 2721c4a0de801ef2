"""The head of an official document: its title, number (文号), issuing body, date, and the period it plans for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from workflows.document.script import HAN, fold

_REACH = 4000
_TAIL = 1500
_KINDS = "计划|方案|意见|通知|措施|要点|分工|清单|规划|办法|决定|安排|行动|任务|细则|规定|政策|目标|台账|报告|讲话|汇报"
_FORWARDED = re.compile(
    r"(?:印发|转发|下发|发布|实施)\s{0,3}《([^《》]{4,160}(?:《[^《》]{1,60}》[^《》]{0,60})?)》"
)
_TITLE_LINE = re.compile(
    rf"^[ \t]*(?:\[[^\[\]\n]{{1,12}}\])?((?![(\[])[^\n。;,:]{{4,80}}(?:{_KINDS})(?:\([^()\n]{{1,40}}\)){{0,2}})[ \t]*$",
    re.MULTILINE,
)
_SPEECH_LINE = re.compile(
    r"^[ \t]*(在[^\n。;,:]{4,60}上的(?:讲话|发言|致辞|汇报|报告|主持词)(?::[^\n。;]{2,40})?)[ \t]*$",
    re.MULTILINE,
)
"""在…会议上的讲话: may stand behind an outline of the speech, where numbered headings come first."""
_NUMBER = re.compile(
    rf"^[ \t]*([{HAN}]{{2,14}}[ \t]?[\[(](?:19|20)\d\d[\])][ \t]?第?\d{{1,4}}号)[ \t]*$", re.MULTILINE
)
_BODY_LINE = re.compile(
    rf"^[ \t]*([{HAN}]{{2,24}}?(?:人民政府办公[厅室]|人民政府|委员会办公室|办公[厅室]|委员会|政府|领导小组|厅|局|委|部))[ \t]*(?:文件)?[ \t]*$",
    re.MULTILINE,
)
_SIGNED = re.compile(
    r"^[ \t]*((?:19|20)\d\d|[二〇零○一三四五六七八九]{4})年([\d一二三四五六七八九十]{1,2})月([\d一二三四五六七八九十]{1,3})日[ \t]*$",
    re.MULTILINE,
)
_PERIOD = re.compile(r"((?:19|20)\d\d)\s?年?\s?(?:-{1,2}|~|至|到)\s?((?:19|20)\d\d)\s?年?")
_ONE_YEAR = re.compile(r"(?<![\d-])((?:19|20)\d\d)\s?年度?")
_YEAR_IN_NUMBER = re.compile(r"[\[(]((?:19|20)\d\d)[\])]")
_HAN_YEAR = str.maketrans("〇零○一二三四五六七八九", "000123456789")


@dataclass(frozen=True, slots=True)
class Head:
    """What the document says about itself; each field is None where it does not."""

    title: str | None
    document_number: str | None
    issuing_body: str | None
    issued_on: date | None
    period: tuple[date, date] | None

    def year(self, issued_year: int | None) -> int | None:
        """The year that dates without one mean: the plan's single year, else the year of issue."""
        if self.period and self.period[0].year == self.period[1].year:
            return self.period[0].year
        if issued_year is not None:
            return issued_year
        if self.issued_on:
            return self.issued_on.year
        numbered = (
            _YEAR_IN_NUMBER.search(self.document_number.translate(_ASCII)) if self.document_number else None
        )
        return int(numbered.group(1)) if numbered else None


_ASCII = str.maketrans("〔〕（）", "[]()")


def read_head(text: str, folded: str, first_item: int) -> Head:
    """The head of the document, read from the text before `first_item` and from its last lines."""
    reach = min(first_item, _REACH)
    title = _title(text, folded, reach)
    number = _NUMBER.search(folded, 0, reach)
    body = _issuing_body(text, folded, reach)
    return Head(
        title=title,
        document_number=_printed(text, number.span(1)) if number else None,
        issuing_body=body,
        issued_on=_issued_on(folded, reach),
        period=_period(title),
    )


def _printed(text: str, place: tuple[int, int]) -> str:
    return re.sub(r"\s+", "", text[slice(*place)])


def _title(text: str, folded: str, reach: int) -> str | None:
    forwarded = _FORWARDED.search(folded, 0, reach)
    if forwarded:
        return _printed(text, forwarded.span(1))
    line = _TITLE_LINE.search(folded, 0, reach) or _SPEECH_LINE.search(folded, 0, _REACH)
    return _printed(text, line.span(1)) if line else None


def _issuing_body(text: str, folded: str, reach: int) -> str | None:
    line = _BODY_LINE.search(folded, 0, reach)
    return _printed(text, line.span(1)) if line else None


def _issued_on(folded: str, reach: int) -> date | None:
    signed = _SIGNED.search(folded, 0, reach) or _SIGNED.search(folded, max(0, len(folded) - _TAIL))
    if not signed:
        return None
    year, month, day = (_number(part) for part in signed.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(words: str) -> int:
    if words.isdecimal():
        return int(words)
    if len(words) == 4:
        return int(words.translate(_HAN_YEAR))
    tens, ten, ones = words.partition("十")
    digits = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
    return (digits.get(tens, 1) * 10 + digits.get(ones, 0)) if ten else digits.get(words, 0)


def _period(title: str | None) -> tuple[date, date] | None:
    """The years in the title, 2023—2025年 or a single one."""
    if title is None:
        return None
    years = folded_years(title)
    return (date(years[0], 1, 1), date(years[1], 12, 31)) if years else None


def folded_years(title: str) -> tuple[int, int] | None:
    """First and last year named in a title; None if it names none or they run backwards."""
    plain = fold(title)
    span = _PERIOD.search(plain)
    if span:
        first, last = int(span.group(1)), int(span.group(2))
        return (first, last) if first <= last else None
    one = _ONE_YEAR.search(plain)
    return (int(one.group(1)), int(one.group(1))) if one else None

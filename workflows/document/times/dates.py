"""How official Chinese writes points in time: 2025年底、6月底前、第三季度、上半年、“十四五”末、三年内, and ranges of them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from workflows.document.script import han_number

_HAN_YEAR = "二[〇○零][〇○零一二三四五六七八九]{2}"
_NOT_THIS_YEAR = r"(?<![\d*＊×□_xX一二三四五六七八九十两几多半每全青学近同逐上去前往隔跨])"
_HAN_MONTH = r"(?<![一二三四五六七八九十第])(?:十[一二]?|[一二三四五六七八九])"
_SHORT_YEAR = r"(?<![\d第近用过])2\d年(?=\s?(?:1[0-2]|0?[1-9])月|底)"
_BEGINS = (
    rf"(?=[0-9今本当明次同年第一二三四五六七八九十上下“\"])(?<![*＊×□_xX]年)(?=(?:19|20)\d\d\s?年|{_SHORT_YEAR}|{_HAN_YEAR}年|今年|本年|当年|明年|次年|同年|{_NOT_THIS_YEAR}年[底末内]|\d{{1,2}}\s?月|{_HAN_MONTH}月|第?[一二三四1-4]季度|[上下]半年"
    r"|[“\"]?十[三四五六]五|20\d\d[./-]\d)"
)
_BARE_YEAR = rf"{_NOT_THIS_YEAR}年(?=[底末内])"
_YEAR = rf"(?:(?P<year>(?:19|20)\d\d|{_HAN_YEAR}|(?={_SHORT_YEAR})2\d)\s?年(?P<annual>度)?|(?P<relative>今年|本年度?|当年|明年|次年|同年|{_BARE_YEAR}))\s?"
_HAN_DAY = "三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]"
_MONTH = rf"(?P<month>1[0-2]|0?[1-9]|{_HAN_MONTH})\s?月份?(?:\s?(?P<day>3[01]|[12]\d|0?[1-9]|{_HAN_DAY})\s?[日号])?"
_QUARTER = r"第?(?P<quarter>[一二三四1-4])季度"
_HALF = r"(?P<half>上半年|下半年)"
_PLAN = r"[“\"]?(?P<plan>十[三四五六]五)[”\"]?(?:规划)?(?=(?:时期|规划期|期)?末|期间|收官)"
_NUMERIC = r"(?P<n_year>20\d\d)[./-](?P<n_month>1[0-2]|0?[1-9])(?:[./-](?P<n_day>3[01]|[12]\d|0?[1-9]))?(?![\d./-]\d)"
_EDGE = r"\s?(?P<edge>年?[底末]|(?:时期|规划期|期)末|[上中下]旬|年?初(?![步级中一二三期心始审评验])|年?中(?=前|完成|建成|投))?\s?"
_BOUND = (
    r"(?P<bound>之前|(?:开学|放假|入学)前|以前|前夕|前(?!景|期|沿|述|列|来|往|提|后|置|端|瞻)|之内|以内|内)?"
)
_MOMENT = re.compile(
    rf"{_BEGINS}(?<!\d)(?:{_PLAN}|{_NUMERIC}|(?:{_YEAR})?(?:{_MONTH}|{_QUARTER}|{_HALF})?){_EDGE}{_BOUND}"
)
_RANGE = re.compile(r"\s?(?:至|到|-{1,2}|~)\s?")
_FIRST_YEAR = re.compile(r"(?:20|19)\d\d\s?(?:至|到|-{1,2}|~)\s?$")
_COUNTED = re.compile(
    r"(?:用(?P<used>\d{1,2}|[一二三四五六七八九十两]{1,2})年(?:左右)?(?:的)?时间"
    r"|(?<![\d第])(?P<count>\d{1,3}|[一二三四五六七八九十两]{1,3})个?(?P<unit>年|月|工作日|日|天|周|星期|小时)(?:之内|以内|内))"
)
_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_PLAN_ENDS = {"十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_YEAR_MONTHS = {"初": 1, "中": 6}
_MONTH_DAYS = {"上旬": 10, "初": 10, "中旬": 20, "中": 20}


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as printed; `year` is None where the document leaves it out (6月底前)."""

    start: int
    end: int
    year: int | None
    years_ahead: int | None
    month: int | None
    day: int | None
    edge: str
    bound: str
    annual: bool
    ranged: str = ""
    """`first` or `last` in a range such as 2023年1月至3月; empty otherwise."""

    @property
    def is_bare_year(self) -> bool:
        """Whether only a year is named: 2025年."""
        return self.month is None and not self.edge

    def last_day(self, base_year: int | None) -> date | None:
        """The last day of the time named; None if its year is neither printed nor given as `base_year`."""
        year = self.year
        if year is None:
            if base_year is None:
                return None
            year = base_year + (self.years_ahead or 0)
        month = self.month or _YEAR_MONTHS.get(self.edge, 12)
        days = calendar.monthrange(year, month)[1]
        return date(year, month, min(self.day or self._edge_day(days), days))

    def _edge_day(self, days: int) -> int:
        """The day that 上旬, 中旬, 初 of a month end with; the month's last where none is named."""
        return _MONTH_DAYS.get(self.edge, days) if self.month else days


@dataclass(frozen=True, slots=True)
class Counted:
    """A time counted from another: 三年内, 30日内, 用三年时间; `years` is set where it counts years."""

    start: int
    end: int
    years: int | None


def moments(folded: str, start: int, end: int) -> tuple[Moment, ...]:
    """The points in time printed between `start` and `end`, in order, with ranges marked."""
    found = [_moment(match) for match in _MOMENT.finditer(folded, start, end) if match.group().strip()]
    return tuple(_with_ranges(folded, start, found))


def _moment(match: re.Match[str]) -> Moment:
    part = match.groupdict()
    start, end = match.span()
    while folded_blank(match.string, end - 1) and end > start:
        end -= 1
    year = part["year"] or part["n_year"]
    known_year = int(year.translate(_HAN_DIGITS)) if year else _PLAN_ENDS.get(part["plan"] or "")
    if known_year and known_year < 100:  # 25年6月
        known_year += 2000
    return Moment(
        start=start,
        end=end,
        year=known_year,
        years_ahead=1 if part["relative"] in {"明年", "次年"} else 0,
        month=_month(part),
        day=han_number(part["day"] or part["n_day"] or "0") or None,
        edge=(part["edge"] or "").removeprefix("年"),
        bound=part["bound"] or "",
        annual=bool(part["annual"]),
    )


def folded_blank(text: str, position: int) -> bool:
    """Whether a blank stands at `position`."""
    return text[position] in " \t\n"


def _month(part: dict[str, str | None]) -> int | None:
    if part["quarter"]:
        return han_number(part["quarter"]) * 3
    if part["half"]:
        return 6 if part["half"] == "上半年" else 12
    month = part["month"] or part["n_month"]
    return han_number(month) if month else None


def _with_ranges(folded: str, start: int, found: list[Moment]) -> Iterator[Moment]:
    last_of: Moment | None = None
    for index, moment in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        role = ""
        if last_of is moment or _FIRST_YEAR.search(folded, max(start, moment.start - 9), moment.start):
            role = "last"
        if following and not moment.bound and _RANGE.fullmatch(folded, moment.end, following.start):
            role, last_of = "first", following
        yield _ranged(moment, role)


def _ranged(moment: Moment, role: str) -> Moment:
    if not role:
        return moment
    return Moment(
        moment.start, moment.end, moment.year, moment.years_ahead, moment.month, moment.day,
        moment.edge, moment.bound, moment.annual, role,
    )  # fmt: skip


def counted_times(folded: str, start: int, end: int) -> Iterator[Counted]:
    """The times between `start` and `end` that are counted from another point in time."""
    for match in _COUNTED.finditer(folded, start, end):
        number = match.group("used") or (match.group("count") if match.group("unit") == "年" else None)
        yield Counted(*match.span(), years=han_number(number) if number else None)

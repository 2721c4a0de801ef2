"""The yearly holiday notice (国务院办公厅关于…年部分节假日安排的通知), read from its own words.

A clerk pastes the published text; what comes out is shown day by day before it is taken in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from workflows.errors import Refused
from workflows.holidays import HolidayNotice

_YEAR = re.compile(r"(20\d\d)年[^。\n]{0,12}节假日安排")
_NUMBER = re.compile(r"国办发明电\s?[〔\[［(（](20\d\d)[〕\]］)）]\s?(\d{1,3})\s?号")
_WEEKDAY = r"\s?(?:[（(][^（()）]{1,16}[）)])?\s?"


def _day(name: str = "") -> str:
    """The pattern of a day whose year and month may be left out; its parts bear `name`."""

    def part(what: str) -> str:
        return f"(?P<{name}{what}>" if name else "(?:"

    return f"(?:{part('year')}20\\d\\d)年)?(?:{part('month')}1[0-2]|0?[1-9])月)?{part('day')}3[01]|[12]\\d|0?[1-9])日"


_REST = re.compile(f"{_day('a')}{_WEEKDAY}(?:[至到—~-]{_WEEKDAY}{_day('b')}{_WEEKDAY})?(?=放假)")
_WORK = re.compile(f"(?P<days>(?:{_day()}{_WEEKDAY}[、，,和]?\\s?){{1,6}})(?:均?正常)?上班")
_ONE = re.compile(_day("a"))
LONGEST = 15
"""Days no holiday exceeds: a longer one was misread."""


def read_notice(text: str) -> HolidayNotice:
    """The notice in `text`; raises Refused invalid with the sentence that says what is missing or odd."""
    named = _YEAR.search(text)
    if not named:
        raise Refused("invalid", "没有找到“××××年部分节假日安排”。请粘贴通知的全文，包括标题。")
    year = int(named.group(1))
    rest = tuple(_rests(text, year))
    if not rest:
        raise Refused("invalid", "没有找到“×月×日至×日放假”。请粘贴通知的全文。")
    for first, last in rest:
        if last < first or (last - first).days >= LONGEST:
            raise Refused("invalid", f"{first:%m月%d日}至{last:%m月%d日}的放假时间不对，请核对粘贴的文字。")
    number = _NUMBER.search(text)
    return HolidayNotice(
        year,
        f"国办发明电〔{number.group(1)}〕{number.group(2)}号" if number else "",
        rest,
        tuple(_works(text, year)),
    )


def _rests(text: str, year: int) -> Iterator[tuple[date, date]]:
    for found in _REST.finditer(text):
        if not found["amonth"]:
            continue
        first = _date(found["ayear"], found["amonth"], found["aday"], year)
        if not found["bday"]:
            yield first, first
            continue
        yield first, _date(found["byear"], found["bmonth"] or str(first.month), found["bday"], first.year)


def _works(text: str, year: int) -> Iterator[date]:
    """The days worked in exchange; a day without its month has that of the day before it."""
    for run in _WORK.finditer(text):
        month = None
        for found in _ONE.finditer(run["days"]):
            month = found["amonth"] or month
            if month:
                yield _date(found["ayear"], month, found["aday"], year)


def _date(named_year: str | None, month: str, day: str, year: int) -> date:
    try:
        return date(int(named_year or year), int(month), int(day))
    except ValueError:
        raise Refused("invalid", f"没有{month}月{day}日这一天，请核对粘贴的文字。") from None


def odd_days(notice: HolidayNotice) -> list[str]:
    """What a clerk should look at: make-up days that are no weekend days, days both rested and worked."""
    rested = {
        first + timedelta(days=n) for first, last in notice.rest for n in range((last - first).days + 1)
    }
    found = [f"{day:%m月%d日}不是周末，却写为上班日。" for day in notice.work if day.weekday() < 5]
    found += [f"{day:%m月%d日}既写为放假，又写为上班。" for day in notice.work if day in rested]
    if len(rested) < 11:
        found.append(f"放假合计{len(rested)}天，少于法定的节日天数，请核对是否粘贴完整。")
    return found

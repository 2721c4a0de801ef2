"""What a bulletin is called and numbered: its title, its 文号, its periods and the days they span."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from workflows.cadence import period_words
from workflows.errors import Refused
from workflows.lifecycle import BulletinKind

LONGEST_TITLE = 300

_NUMBER = re.compile(r"[\u4e00-\u9fff（）]{1,20}〔(?P<year>\d{4})〕(?P<serial>[1-9]\d{0,3})号")
_BRACKETS = re.compile(r"[\[［【(（{〈《「『]\s*(\d{4})\s*[\]］】)）}〉》」』]")
_KEYS = {
    BulletinKind.QUARTERLY: re.compile(r"(?P<year>20\d\d)-Q(?P<part>[1-4])"),
    BulletinKind.PROJECT: re.compile(r"(?P<year>20\d\d)-(?P<part>0[1-9]|1[0-2])"),
}


def span(kind: BulletinKind, period_key: str) -> tuple[date, date]:
    """First and last day of the period a bulletin of that kind speaks of; raises Refused invalid for another's key."""
    found = _KEYS[kind].fullmatch(period_key)
    if not found:
        period = "季度" if kind is BulletinKind.QUARTERLY else "月份"
        raise Refused("invalid", f"请选择通报的{period}。")
    year, part = int(found["year"]), int(found["part"])
    months = 3 if kind is BulletinKind.QUARTERLY else 1
    last = part * months
    return date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1])


def span_before(kind: BulletinKind, period_key: str) -> tuple[date, date]:
    """The period it is compared with: the quarter, or month, before."""
    last = span(kind, period_key)[0] - timedelta(days=1)
    return span(kind, key_of(kind, last))


def key_of(kind: BulletinKind, on: date) -> str:
    """The period of that kind in which a day lies: 2025-Q1, 2025-03."""
    if kind is BulletinKind.QUARTERLY:
        return f"{on.year}-Q{(on.month + 2) // 3}"
    return f"{on.year}-{on.month:02}"


def title_of(kind: BulletinKind, plan_title: str, period_key: str) -> str:
    """关于2025年第一季度《…行动计划》推进落实情况的通报."""
    plan = plan_title.translate(str.maketrans("《》", "〈〉"))
    what = "推进落实情况" if kind is BulletinKind.QUARTERLY else "建设项目进度"
    room = LONGEST_TITLE - 40
    return f"关于{period_words(period_key)}《{plan[:room]}》{what}的通报"


def corrected(title: str) -> str:
    """The title of the bulletin that corrects one of that title."""
    return title if title.endswith("（更正）") else f"{title}（更正）"


def numbered(number: str) -> str:
    """The 文号 as it is printed (清政督〔2025〕3号); raises Refused invalid with what has to be mended."""
    tidy = "".join(number.split())
    if _NUMBER.fullmatch(tidy):
        return tidy
    mended = _BRACKETS.sub(r"〔\1〕", tidy)
    if _NUMBER.fullmatch(mended):
        raise Refused("invalid", f"文号的年份要用六角括号〔〕，请改为：{mended}")
    raise Refused("invalid", "请按“机关代字〔年份〕顺序号”填写文号，例如：清政督〔2025〕3号。")


def following(number: str, year: int) -> str:
    """The number after `number` in `year`: the next serial, or the first of a new year; empty without a former one."""
    found = _NUMBER.fullmatch(number)
    if not found:
        return ""
    serial = int(found["serial"]) + 1 if int(found["year"]) == year else 1
    return f"{number.partition('〔')[0]}〔{year}〕{serial}号"

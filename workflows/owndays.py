"""The days of a calendar of one's own (单位日历), typed as lines: 2025-07-10 至 2025-08-25 休息 暑假."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.calendar import FIRST_YEAR, LAST_YEAR
from workflows.errors import Refused

_DATE = r"(\d{4})\s*[-/年.]\s*(\d{1,2})\s*[-/月.]\s*(\d{1,2})\s*日?"
_LINE = re.compile(rf"\s*{_DATE}(?:\s*[至到~～—–]+\s*{_DATE})?\s*(休息|放假|停课|上班|工作|调休)\s*(\S.*)?")
_WORKED = frozenset({"上班", "工作", "调休"})
LONGEST = 200
"""Days one line may span: a longer one was misread."""
NOTE = 120


@dataclass(frozen=True, slots=True)
class OwnDay:
    """One day on which a calendar departs from what it rests on: worked or not, and why."""

    day: date
    works: bool
    note: str = ""


def read_days(text: str) -> tuple[OwnDay, ...]:
    """The days the lines name, in order; raises Refused invalid with the line and what is wrong with it."""
    found: dict[date, OwnDay] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        for own in _read(number, line):
            if own.day in found:
                raise Refused("invalid", f"第{number}行：{own.day:%Y年%m月%d日}前面已经写过，请只保留一处。")
            found[own.day] = own
    return tuple(found[day] for day in sorted(found))


def _read(number: int, line: str) -> Iterator[OwnDay]:
    parts = _LINE.fullmatch(line)
    if not parts:
        raise Refused("invalid", f"第{number}行没有看懂，请写成“2025-07-10 至 2025-08-25 休息 暑假”这样。")
    first = _date(number, parts.groups()[:3])
    last = _date(number, parts.groups()[3:6]) if parts[4] else first
    if not 0 <= (last - first).days < LONGEST:
        raise Refused("invalid", f"第{number}行：止日要在起日之后，并且不超过{LONGEST}天，请核对年份。")
    note = (parts[8] or "").strip()
    if len(note) > NOTE:
        raise Refused("invalid", f"第{number}行：说明最多{NOTE}字。")
    for offset in range((last - first).days + 1):
        yield OwnDay(first + timedelta(days=offset), parts[7] in _WORKED, note)


def _date(number: int, parts: Iterable[str]) -> date:
    year, month, day = (int(part) for part in parts)
    if not FIRST_YEAR < year < LAST_YEAR:
        raise Refused("invalid", f"第{number}行：年份要在{FIRST_YEAR + 1}年至{LAST_YEAR - 1}年之间。")
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused("invalid", f"第{number}行：没有{year}年{month}月{day}日这一天。") from None


def as_lines(days: Iterable[OwnDay]) -> str:
    """The days as a person types them: alike neighbours on one line."""
    return "\n".join(_line(first, last) for first, last in spans(days))


def spans(days: Iterable[OwnDay]) -> Iterator[tuple[OwnDay, OwnDay]]:
    """First and last day of every run of neighbours that are alike."""
    run: list[OwnDay] = []
    for own in sorted(days, key=lambda own: own.day):
        follows = run and own.day - run[-1].day == timedelta(days=1)
        if run and not (follows and (own.works, own.note) == (run[-1].works, run[-1].note)):
            yield run[0], run[-1]
            run = []
        run.append(own)
    if run:
        yield run[0], run[-1]


def _line(first: OwnDay, last: OwnDay) -> str:
    until = f" 至 {last.day.isoformat()}" if last.day > first.day else ""
    return f"{first.day.isoformat()}{until} {'上班' if first.works else '休息'} {first.note}".rstrip()

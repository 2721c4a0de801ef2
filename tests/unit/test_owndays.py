"""The days of a calendar of one's own, as a person types them and reads them again."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.errors import Refused
from workflows.owndays import OwnDay, as_lines, read_days


@pytest.mark.parametrize(
    ("line", "first", "last", "works", "note"),
    [
        ("2025-07-10 至 2025-08-25 休息 暑假", date(2025, 7, 10), date(2025, 8, 25), False, "暑假"),
        ("2025年7月10日至2025年8月25日放假", date(2025, 7, 10), date(2025, 8, 25), False, ""),
        ("2025/7/10～2025/8/25 停课 暑假 高温", date(2025, 7, 10), date(2025, 8, 25), False, "暑假 高温"),
        ("2025-09-06 上班 运动会调休", date(2025, 9, 6), date(2025, 9, 6), True, "运动会调休"),
        ("  2025.9.6   调休  ", date(2025, 9, 6), date(2025, 9, 6), True, ""),
    ],
)
def test_a_line_is_read_as_it_is_meant(line: str, first: date, last: date, works: bool, note: str) -> None:
    found = read_days(line)
    assert (found[0].day, found[-1].day, len(found)) == (first, last, (last - first).days + 1)
    assert {(own.works, own.note) for own in found} == {(works, note)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("暑假放假", "第1行没有看懂"),
        ("2025-07-10 休息\n\n2025-07 休息", "第3行没有看懂"),
        ("2025-02-30 休息", "第1行：没有2025年2月30日这一天"),
        ("2025-08-25 至 2025-07-10 休息", "第1行：止日要在起日之后"),
        ("2025-07-10 至 2026-08-25 休息", "不超过200天，请核对年份"),
        ("1999-07-10 休息", "年份要在2001年至2059年之间"),
        ("2025-07-10 至 2025-07-12 休息\n2025-07-12 上班", "第2行：2025年07月12日前面已经写过"),
        ("2025-07-10 休息 " + "假" * 121, "第1行：说明最多120字"),
    ],
)
def test_what_cannot_be_read_is_refused_by_line(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_days(text)
    assert refusal.value.code == "invalid"
    assert sentence in str(refusal.value)


def test_days_are_given_back_as_they_are_typed() -> None:
    text = "2025-07-10 至 2025-08-25 休息 暑假\n2025-08-26 休息 报到\n2025-09-06 上班"
    assert as_lines(read_days(text)) == text
    assert as_lines([]) == ""
    assert read_days("") == ()
    apart = [OwnDay(date(2025, 7, 1), False), OwnDay(date(2025, 7, 3), False)]
    assert as_lines(apart) == "2025-07-01 休息\n2025-07-03 休息"

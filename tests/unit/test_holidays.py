"""The shipped holiday notices, one by one."""

from __future__ import annotations

import re
from datetime import date

import pytest

from workflows.holidays import FIXED_STATUTORY_DAYS, PUBLISHED, HolidayNotice

NOTICES = list(PUBLISHED.values())


def test_the_notices_of_2023_to_2026_are_shipped() -> None:
    assert {year: notice.document_number for year, notice in PUBLISHED.items()} == {
        2023: "国办发明电〔2022〕16号",
        2024: "国办发明电〔2023〕7号",
        2025: "国办发明电〔2024〕12号",
        2026: "国办发明电〔2025〕7号",
    }


@pytest.mark.parametrize("notice", NOTICES, ids=lambda n: str(n.year))
def test_a_notice_is_issued_the_year_before_and_names_days_of_its_year(notice: HolidayNotice) -> None:
    issued = re.search(r"〔(\d{4})〕", notice.document_number)
    assert issued
    assert int(issued[1]) == notice.year - 1
    assert {day.year for day, _ in notice.days()} == {notice.year}


@pytest.mark.parametrize("notice", NOTICES, ids=lambda n: str(n.year))
def test_no_day_is_named_twice_and_spans_run_forward(notice: HolidayNotice) -> None:
    named = [day for day, _ in notice.days()]
    assert len(named) == len(set(named))
    assert all(first <= last for first, last in notice.rest)
    assert list(notice.rest) == sorted(notice.rest)


@pytest.mark.parametrize("notice", NOTICES, ids=lambda n: str(n.year))
def test_only_weekend_days_are_made_working_days(notice: HolidayNotice) -> None:
    assert notice.work
    assert [day for day in notice.work if day.weekday() < 5] == []


@pytest.mark.parametrize("notice", NOTICES, ids=lambda n: str(n.year))
def test_every_fixed_statutory_day_that_the_law_then_knew_rests(notice: HolidayNotice) -> None:
    rests = {day for day, works in notice.days() if not works}
    assert {date(notice.year, month, day) for month, day in FIXED_STATUTORY_DAYS} <= rests


@pytest.mark.parametrize(
    ("year", "statutory", "longest"),
    [
        (2023, 11, 8),  # 中秋、国庆 in one
        (2024, 11, 8),  # 春节
        (2025, 13, 8),  # two more days by law: 除夕 and 5月2日
        (2026, 13, 9),  # 春节
    ],
)
def test_a_year_gives_as_many_days_off_as_the_law(year: int, statutory: int, longest: int) -> None:
    """全国年节及纪念日放假办法: weekdays at rest, less weekend days worked in exchange, are the statutory days."""
    notice = PUBLISHED[year]
    weekdays_off = [day for day, works in notice.days() if not works and day.weekday() < 5]
    assert len(weekdays_off) - len(notice.work) == statutory
    assert max((last - first).days + 1 for first, last in notice.rest) == longest

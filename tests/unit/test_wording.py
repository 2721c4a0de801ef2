"""Dates and distances in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.shipped import CALENDAR
from workflows.errors import Refused
from workflows.units import KIND_LABELS, POST_LABELS, SHARE_LABELS, Post, Share, UnitKind
from workflows.wording import chinese_date, chinese_time, overdue_workdays, short_date, urgency


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        (date(2025, 3, 25), "2025年3月25日（周二）", "3月25日（周二）"),
        (date(2025, 12, 1), "2025年12月1日（周一）", "12月1日（周一）"),
        (date(2025, 9, 28), "2025年9月28日（周日）", "9月28日（周日）"),
    ],
)
def test_a_date_carries_its_weekday(day: date, long: str, short: str) -> None:
    assert chinese_date(day) == long
    assert short_date(day) == short


def test_a_time_is_said_as_the_clock_on_the_wall_shows_it() -> None:
    assert chinese_time(datetime(2025, 3, 25, 1, 5, tzinfo=UTC)) == "2025年3月25日 09:05"
    assert chinese_time(datetime(2025, 12, 31, 16, 0, tzinfo=UTC)) == "2026年1月1日 00:00"


@pytest.mark.parametrize(
    ("due_on", "today", "words", "late"),
    [
        (date(2025, 9, 30), date(2025, 9, 25), "还有4个工作日", 0),  # the make-up Sunday counts
        (date(2025, 9, 30), date(2025, 9, 29), "还有1个工作日", 0),
        (date(2025, 9, 30), date(2025, 9, 30), "今日到期", 0),
        (date(2025, 10, 4), date(2025, 10, 2), "休息日到期", 0),
        (date(2025, 10, 4), date(2025, 10, 4), "今日到期", 0),
        (date(2025, 9, 30), date(2025, 10, 1), "刚过期限", 0),
        (date(2025, 9, 30), date(2025, 10, 8), "刚过期限", 0),
        (date(2025, 9, 30), date(2025, 10, 9), "逾期1个工作日", 1),
        (date(2025, 9, 30), date(2025, 10, 12), "逾期3个工作日", 3),
    ],
)
def test_urgency_counts_working_days(due_on: date, today: date, words: str, late: int) -> None:
    assert urgency(due_on, today, CALENDAR) == words
    assert overdue_workdays(due_on, today, CALENDAR) == late


def test_kinds_of_unit_posts_and_shares_each_have_their_own_name() -> None:
    assert set(KIND_LABELS) == set(UnitKind)
    assert set(POST_LABELS) == set(Post)
    assert set(SHARE_LABELS) == set(Share)
    assert len(set(KIND_LABELS.values())) == len(UnitKind)
    assert len(set(POST_LABELS.values())) == len(Post)
    assert len(set(SHARE_LABELS.values())) == len(Share)


def test_a_refusal_carries_a_code_for_machines_and_a_sentence_for_people() -> None:
    refusal = Refused("invalid", "完成进度请填0到100之间的整数。")
    assert (refusal.code, str(refusal)) == ("invalid", "完成进度请填0到100之间的整数。")

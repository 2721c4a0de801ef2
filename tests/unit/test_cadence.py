"""What each period owes and by when: the known periods of 2023 to 2026."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.shipped import CALENDAR
from workflows.cadence import (
    KIND_LABELS,
    CadenceRules,
    DutyKind,
    Period,
    month_of,
    next_opening,
    openings,
    period_words,
    quarter_of,
    year_of,
)

RULES = CadenceRules()


def test_the_shipped_days_are_those_of_the_reference() -> None:
    assert RULES.as_json() == {
        "monthly_opens_day": 20,
        "monthly_due_day": 25,
        "bulletin_due_day": 10,
        "assessment_opens": (12, 20),
        "assessment_due": (1, 10),
        "least_workdays_open": 3,
        "sign_workdays": 1,
        "correction_workdays": 2,
        "consolidation_day": 28,
        "review_day": 3,
        "lock_day": 5,
        "signoff": "named",
        "roll": "forward",
        "cutoff_hour": 24,
        "rhythm": {},
        "half_days": (8, 23),
        "term_ends": ((1, 15), (6, 30)),
        "custom_days": (),
        "open_days": 5,
    }


@pytest.mark.parametrize(
    ("year", "month", "opens_on", "due_on"),
    [
        (2023, 1, date(2023, 1, 18), date(2023, 1, 28)),  # 春节: opens early, due on the make-up Saturday
        (2023, 4, date(2023, 4, 20), date(2023, 4, 25)),
        (2024, 2, date(2024, 2, 20), date(2024, 2, 26)),  # a Sunday rolls to Monday
        (2024, 5, date(2024, 5, 20), date(2024, 5, 27)),  # a Saturday rolls to Monday
        (2025, 1, date(2025, 1, 20), date(2025, 1, 26)),  # a Saturday rolls to the make-up Sunday
        (2025, 3, date(2025, 3, 20), date(2025, 3, 25)),
        (2025, 10, date(2025, 10, 20), date(2025, 10, 27)),  # a Saturday rolls to Monday
        (2026, 2, date(2026, 2, 13), date(2026, 2, 25)),  # nine days of 春节 leave 13, 14 (调休), 24
    ],
)
def test_the_monthly_report_of_a_known_month(year: int, month: int, opens_on: date, due_on: date) -> None:
    period = month_of(year, month, RULES, CALENDAR)
    expected = (DutyKind.MONTHLY_REPORT, f"{year}-{month:02}", opens_on, due_on)
    assert (period.kind, period.key, period.opens_on, period.due_on) == expected


@pytest.mark.parametrize(
    ("year", "quarter", "opens_on", "due_on"),
    [
        (2023, 4, date(2024, 1, 1), date(2024, 1, 10)),
        (2024, 3, date(2024, 10, 1), date(2024, 10, 10)),
        (2025, 1, date(2025, 4, 1), date(2025, 4, 10)),
        (2025, 2, date(2025, 7, 1), date(2025, 7, 10)),
        (2025, 3, date(2025, 10, 1), date(2025, 10, 11)),  # the holiday leaves only 9 and 10: one day more
        (2025, 4, date(2026, 1, 1), date(2026, 1, 12)),  # a Saturday rolls to Monday
    ],
)
def test_the_bulletin_of_a_known_quarter(year: int, quarter: int, opens_on: date, due_on: date) -> None:
    period = quarter_of(year, quarter, RULES, CALENDAR)
    assert period == Period(DutyKind.BULLETIN, f"{year}-Q{quarter}", opens_on, due_on)


@pytest.mark.parametrize(
    ("year", "due_on"), [(2023, date(2024, 1, 10)), (2024, date(2025, 1, 10)), (2025, date(2026, 1, 12))]
)
def test_the_assessment_of_a_known_year(year: int, due_on: date) -> None:
    expected = Period(DutyKind.ASSESSMENT, str(year), date(year, 12, 20), due_on)
    assert year_of(year, RULES, CALENDAR) == expected


def test_openings_come_in_order_and_leave_out_the_first_day_and_keep_the_last() -> None:
    found = openings(date(2025, 9, 20), date(2026, 1, 1), RULES, CALENDAR)
    assert [(p.key, p.opens_on) for p in found] == [
        ("2025-Q3", date(2025, 10, 1)),
        ("2025-10", date(2025, 10, 20)),
        ("2025-11", date(2025, 11, 20)),
        ("2025", date(2025, 12, 20)),
        ("2025-12", date(2025, 12, 20)),
        ("2025-Q4", date(2026, 1, 1)),
    ]


def test_nothing_opens_in_an_empty_span() -> None:
    assert openings(date(2025, 3, 20), date(2025, 3, 20), RULES, CALENDAR) == []
    assert openings(date(2025, 3, 20), date(2025, 3, 31), RULES, CALENDAR) == []


@pytest.mark.parametrize(
    ("after", "opens_on"),
    [
        (date(2025, 3, 19), date(2025, 3, 20)),
        (date(2025, 3, 20), date(2025, 4, 1)),
        (date(2025, 4, 1), date(2025, 4, 20)),
        (date(2023, 1, 1), date(2023, 1, 18)),
    ],
)
def test_the_next_opening_lies_after_the_day(after: date, opens_on: date) -> None:
    assert next_opening(after, RULES, CALENDAR) == opens_on


def test_a_report_due_at_the_end_of_the_month_is_due_on_its_last_day() -> None:
    rules = CadenceRules(monthly_opens_day=30, monthly_due_day=31)
    assert month_of(2025, 2, rules, CALENDAR).due_on == date(2025, 2, 28)
    assert month_of(2025, 4, rules, CALENDAR).due_on == date(2025, 4, 30)
    assert quarter_of(2025, 1, CadenceRules(bulletin_due_day=31), CALENDAR).due_on == date(2025, 4, 30)


@pytest.mark.parametrize("opens", [(1, 5), (6, 30), (10, 20), (11, 1)])
def test_an_assessment_may_open_in_any_month(opens: tuple[int, int]) -> None:
    rules = CadenceRules(assessment_opens=opens)
    day = date(2025, *opens)
    assert "2025" in [p.key for p in openings(day - timedelta(days=1), day, rules, CALENDAR)]


def test_rules_survive_the_database() -> None:
    rules = CadenceRules(8, 23, 15, (11, 30), (2, 5), 4, 2, 3)
    assert CadenceRules.from_json(json.loads(json.dumps(rules.as_json()))) == rules


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2025-03", "2025年3月"),
        ("2025-12", "2025年12月"),
        ("2025-Q1", "2025年第一季度"),
        ("2025-Q2", "2025年第二季度"),
        ("2025-Q3", "2025年第三季度"),
        ("2025-Q4", "2025年第四季度"),
        ("2025", "2025年度"),
        ("", ""),
    ],
)
def test_periods_are_said_as_officials_say_them(key: str, words: str) -> None:
    assert period_words(key) == words


def test_every_kind_of_duty_has_a_name() -> None:
    assert KIND_LABELS == {
        DutyKind.SIGN: "签收",
        DutyKind.MONTHLY_REPORT: "月报",
        DutyKind.COMPLETION: "完成",
        DutyKind.BULLETIN: "季通报",
        DutyKind.ASSESSMENT: "年度考核",
        DutyKind.CONSOLIDATION: "牵头汇总",
        DutyKind.REVIEW: "月报审核",
        DutyKind.SLIP_REPLY: "督办单回复",
        DutyKind.ANSWER: "请求答复",
        DutyKind.EXPLANATION: "通报前说明",
        DutyKind.APPEAL: "申诉复核",
    }
    assert set(KIND_LABELS) == set(DutyKind)

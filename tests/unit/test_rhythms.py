"""报告周期: the reports of every rhythm on the calendar of 2025, what is gathered and reviewed after them, and their words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.shipped import CALENDAR
from workflows.cadence import (
    CadenceRules,
    DutyKind,
    Period,
    Rhythm,
    Roll,
    Signoff,
    due_of,
    duty_words,
    following_days,
    in_calendar,
    openings,
    period_of,
    period_words,
    report_words,
    rhythm_of,
    short_period,
)
from workflows.commitments import TaskKind
from workflows.errors import Refused

REPORT = DutyKind.MONTHLY_REPORT
RULES = CadenceRules(custom_days=((3, 8), (11, 20)))


def in_rhythm(rhythm: Rhythm, **others: Any) -> CadenceRules:
    """The shipped rules, except that every type of task reports in that rhythm."""
    return replace(RULES, rhythm=dict.fromkeys(TaskKind, rhythm), **others)


def reports(rhythm: Rhythm, since: date, until: date, **others: Any) -> list[Period]:
    found = openings(since - timedelta(days=1), until, in_rhythm(rhythm, **others), CALENDAR)
    return [period for period in found if period.kind is REPORT]


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        (
            Rhythm.HALF_MONTHLY,
            [
                ("2025-03-A", date(2025, 3, 3), date(2025, 3, 10)),
                ("2025-03-B", date(2025, 3, 18), date(2025, 3, 24)),
            ],
        ),
        (Rhythm.MONTH_END, [("2025-03-E", date(2025, 3, 26), date(2025, 3, 31))]),
        (Rhythm.QUARTERLY, [("2025-Q1", date(2025, 3, 20), date(2025, 3, 25))]),
        (Rhythm.CUSTOM, [("2025-03-08", date(2025, 3, 3), date(2025, 3, 10))]),
    ],
)
def test_the_reports_that_open_in_march(rhythm: Rhythm, expected: list[tuple[str, date, date]]) -> None:
    found = reports(rhythm, date(2025, 3, 1), date(2025, 3, 31))
    assert [(p.key, p.opens_on, p.due_on) for p in found] == expected
    assert {p.rhythm for p in found} == {rhythm}


@pytest.mark.parametrize(
    ("rhythm", "keys"),
    [
        (Rhythm.QUARTERLY, ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]),
        (Rhythm.HALF_YEARLY, ["2025-H1", "2025-H2"]),
        (Rhythm.PER_TERM, ["2024-T2", "2025-T1"]),
        (Rhythm.CUSTOM, ["2025-03-08", "2025-11-20"]),
    ],
)
def test_the_reports_that_open_in_a_year(rhythm: Rhythm, keys: list[str]) -> None:
    assert [p.key for p in reports(rhythm, date(2025, 1, 1), date(2025, 12, 31))] == keys


def test_a_term_ends_in_june_or_in_the_january_after() -> None:
    autumn, spring = reports(Rhythm.PER_TERM, date(2025, 1, 1), date(2025, 12, 31))
    assert (autumn.due_on, spring.due_on) == (date(2025, 1, 15), date(2025, 6, 30))
    early = reports(Rhythm.PER_TERM, date(2025, 9, 1), date(2025, 12, 31), term_ends=((12, 26), (7, 4)))
    assert [(p.key, p.due_on) for p in early] == [("2025-T2", date(2025, 12, 26))]


@pytest.mark.parametrize(
    ("key", "due_on", "gathered_on", "reviewed_on", "locked_on"),
    [
        ("2025-03", date(2025, 3, 25), date(2025, 3, 28), date(2025, 4, 3), date(2025, 4, 7)),
        (
            "2025-04",
            date(2025, 4, 25),
            date(2025, 4, 28),
            date(2025, 5, 6),
            date(2025, 5, 7),
        ),  # the 3rd falls into the May holiday
        (  # a make-up Sunday is worked
            "2025-09",
            date(2025, 9, 25),
            date(2025, 9, 28),
            date(2025, 10, 9),
            date(2025, 10, 10),
        ),
        (  # never before what it waits for
            "2025-01",
            date(2025, 1, 26),
            date(2025, 2, 5),
            date(2025, 2, 6),
            date(2025, 2, 7),
        ),
        ("2025-03-A", date(2025, 3, 10), date(2025, 3, 11), date(2025, 3, 17), date(2025, 3, 18)),
        ("2025-03-E", date(2025, 3, 31), date(2025, 4, 3), date(2025, 4, 8), date(2025, 4, 10)),
        ("2025-Q4", date(2025, 12, 25), date(2025, 12, 29), date(2026, 1, 4), date(2026, 1, 5)),
    ],
)
def test_the_lead_gathers_the_office_reviews_and_the_period_is_closed(
    key: str, due_on: date, gathered_on: date, reviewed_on: date, locked_on: date
) -> None:
    period = period_of(REPORT, key, RULES, CALENDAR)
    assert (period.due_on, period.gathered_on) == (due_on, gathered_on)
    assert (period.reviewed_on, period.locked_on) == (reviewed_on, locked_on)
    assert [period.due(kind) for kind in (REPORT, DutyKind.CONSOLIDATION, DutyKind.REVIEW)] == [
        due_on,
        gathered_on,
        reviewed_on,
    ]


def test_a_due_day_may_roll_back_to_the_last_working_day_before() -> None:
    back = CadenceRules(roll=Roll.BACK)
    may = period_of(REPORT, "2025-05", back, CALENDAR)
    assert (may.due_on, may.opens_on) == (date(2025, 5, 23), date(2025, 5, 20))
    assert period_of(REPORT, "2026-02", back, CALENDAR).due_on == date(2026, 2, 25)
    september = period_of(DutyKind.BULLETIN, "2025-Q3", back, CALENDAR)
    assert september.due_on == date(2025, 10, 11)  # the holiday leaves too few days: no rolling back into it


def test_only_a_type_that_keeps_another_rhythm_is_stored() -> None:
    body = {**RULES.as_json(), "rhythm": {"continuing": "quarterly", "dated": "monthly"}}
    read = CadenceRules.from_json(json.loads(json.dumps(body)))
    assert read.rhythm == {TaskKind.CONTINUING: Rhythm.QUARTERLY}
    assert read.rhythms == {Rhythm.MONTHLY, Rhythm.QUARTERLY}
    assert read.rhythm_of(TaskKind.CONTINUING) is Rhythm.QUARTERLY
    assert read.rhythm_of(TaskKind.DATED) is Rhythm.MONTHLY


def test_a_body_stored_before_these_rules_still_loads_and_keeps_its_distances() -> None:
    old = {
        "monthly_opens_day": 23,
        "monthly_due_day": 28,
        "bulletin_due_day": 10,
        "assessment_opens": [12, 20],
        "assessment_due": [1, 10],
        "least_workdays_open": 3,
        "sign_workdays": 1,
        "correction_workdays": 2,
    }
    read = CadenceRules.from_json(old)
    assert (read.consolidation_day, read.review_day, read.cutoff_hour) == (31, 6, 24)
    assert (read.lock_day, read.signoff) == (8, Signoff.NONE)
    shipped = CadenceRules(signoff=Signoff.NONE)
    assert CadenceRules.from_json({**old, "monthly_due_day": 25, "monthly_opens_day": 20}) == shipped
    assert following_days(30) == (3, 8, 10)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"monthly_due_day": 0}, "月报截止日要填1到31之间的日子"),
        ({"review_day": 32}, "审核完成日要填1到31之间的日子"),
        ({"cutoff_hour": 25}, "截止时刻（点）要填1到24之间的整数"),
        ({"least_workdays_open": 0}, "从开放到截止的最少工作日要填1到15之间的整数"),
        ({"consolidation_day": 24}, "牵头汇总日要在月报截止之后15天以内"),
        ({"review_day": 27}, "审核完成日要在牵头汇总之后15天以内"),
        ({"lock_day": 2}, "锁定日要在审核完成之后15天以内"),
        ({"half_days": (23, 8)}, "半月报的两个截止日"),
        ({"custom_days": ((2, 30),)}, "没有2月30日这一天"),
        ({"custom_days": ((3, 8), (3, 8))}, "重复的日期"),
        ({"rhythm": {TaskKind.PROJECT: Rhythm.CUSTOM}}, "“项目建设”按自定日期报告，请至少填写一个日期"),
        ({"term_ends": ((5, 1), (6, 30))}, "秋季学期报告的截止日要在9月到次年3月之间"),
        ({"term_ends": ((1, 15), (2, 28))}, "春季学期报告的截止日要在4月到8月之间"),
        ({"assessment_due": (7, 1)}, "年度考核要在次年上半年完成"),
        ({"assessment_opens": (13, 1)}, "没有13月1日这一天"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused_with_the_sentence(
    wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        replace(CadenceRules(), **wrong).check()
    assert refusal.value.code == "invalid"
    assert sentence in str(refusal.value)


def test_the_shipped_rules_can_be_kept() -> None:
    CadenceRules().check()
    in_rhythm(Rhythm.CUSTOM).check()


@pytest.mark.parametrize(
    ("key", "period", "report", "short", "rhythm"),
    [
        ("2025-03", "2025年3月", "2025年3月月报", "3月", Rhythm.MONTHLY),
        ("2025-03-A", "2025年3月上半月", "2025年3月上半月报告", "3月上半月", Rhythm.HALF_MONTHLY),
        ("2025-12-B", "2025年12月下半月", "2025年12月下半月报告", "12月下半月", Rhythm.HALF_MONTHLY),
        ("2025-03-E", "2025年3月末", "2025年3月末报告", "3月末", Rhythm.MONTH_END),
        ("2025-Q1", "2025年第一季度", "2025年第一季度报告", "第一季度", Rhythm.QUARTERLY),
        ("2025-H2", "2025年下半年", "2025年下半年报告", "下半年", Rhythm.HALF_YEARLY),
        ("2025-T1", "2025年春季学期", "2025年春季学期报告", "春季学期", Rhythm.PER_TERM),
        ("2025-T2", "2025年秋季学期", "2025年秋季学期报告", "秋季学期", Rhythm.PER_TERM),
        ("2025-03-08", "2025年3月8日", "2025年3月8日报告", "3月8日", Rhythm.CUSTOM),
    ],
)
def test_reports_are_called_by_their_period(
    key: str, period: str, report: str, short: str, rhythm: Rhythm
) -> None:
    assert (period_words(key), report_words(key), short_period(key)) == (period, report, short)
    assert rhythm_of(key) is rhythm
    assert len(key) <= 16


@pytest.mark.parametrize("key", ["2025-xx", "2025-13", "2025-03-C", "2025-Q5", "25-03", "2025-03-"])
def test_what_is_no_key_is_not_worded(key: str) -> None:
    with pytest.raises(ValueError, match="no period has the key"):
        period_words(key)


@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [
        (DutyKind.MONTHLY_REPORT, "2025-Q1", "2025年第一季度报告"),
        (DutyKind.REVIEW, "2025-03", "2025年3月月报审核"),
        (DutyKind.CONSOLIDATION, "2025-03", "2025年3月牵头汇总"),
        (DutyKind.BULLETIN, "2025-Q1", "2025年第一季度季通报"),
        (DutyKind.ASSESSMENT, "2025", "2025年度考核"),
        (DutyKind.SIGN, "", "签收"),
        (DutyKind.ANSWER, "r12", "请求答复"),
        (DutyKind.SLIP_REPLY, "s3", "督办单回复"),
    ],
)
def test_what_is_owed_is_said_with_its_period(kind: DutyKind, key: str, words: str) -> None:
    assert duty_words(kind, key) == words


SUMMER = CALENDAR.with_own({date(2025, 7, 10) + timedelta(days=n): False for n in range(47)})
"""A kindergarten's year: from 10 July to 25 August nobody is there."""


def test_a_unit_in_its_summer_holidays_owes_the_report_when_it_is_back() -> None:
    july = period_of(REPORT, "2025-07", RULES, CALENDAR)
    assert (july.opens_on, july.due_on) == (date(2025, 7, 20), date(2025, 7, 25))
    own = in_calendar(july, RULES, SUMMER)
    assert own.opens_on == july.opens_on
    assert own.due_on == date(2025, 8, 28)  # three of its own working days after it is back
    assert own.gathered_on == date(2025, 8, 29)
    assert due_of(REPORT, "2025-07", july.opens_on, RULES, SUMMER) == own.due_on
    june = period_of(REPORT, "2025-06", RULES, CALENDAR)
    assert in_calendar(june, RULES, SUMMER) == june


def test_a_due_day_is_not_rolled_back_to_before_the_opening() -> None:
    back = replace(RULES, roll=Roll.BACK)
    july = period_of(REPORT, "2025-07", back, CALENDAR)
    assert in_calendar(july, back, SUMMER).due_on == date(2025, 8, 28)

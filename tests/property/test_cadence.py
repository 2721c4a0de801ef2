"""Laws of the periods: each opens once, however the engine's days are cut, and leaves time to answer."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.property.strategies import cadences, days, more_holidays
from tests.shipped import CALENDAR
from workflows.cadence import CadenceRules, DutyKind, month_of, next_opening, openings, quarter_of, year_of
from workflows.calendar import WorkCalendar

FIRST, LAST = date(2022, 12, 31), date(2025, 12, 31)

YEARS = [2023, 2024, 2025]
MONTHS = [f"{year}-{month:02}" for year in YEARS for month in range(1, 13)]

within = st.dates(FIRST, LAST)


@given(cadences, st.lists(within, max_size=20))
def test_however_the_days_are_cut_every_period_opens_exactly_once(
    rules: CadenceRules, cuts: list[date]
) -> None:
    edges = sorted([FIRST, *cuts, LAST])
    cut = [p for since, until in pairwise(edges) for p in openings(since, until, rules, CALENDAR)]
    assert cut == openings(FIRST, LAST, rules, CALENDAR)
    assert len({(p.kind, p.key) for p in cut}) == len(cut)


@given(st.lists(within, max_size=20))
def test_by_the_shipped_rules_three_years_open_three_years_of_periods(cuts: list[date]) -> None:
    rules, edges = CadenceRules(), sorted([FIRST, *cuts, LAST])
    opened = [p for since, until in pairwise(edges) for p in openings(since, until, rules, CALENDAR)]
    keys = {kind: sorted(p.key for p in opened if p.kind is kind) for kind in DutyKind}
    assert keys == {
        DutyKind.SIGN: [],
        DutyKind.COMPLETION: [],
        DutyKind.MONTHLY_REPORT: MONTHS,
        DutyKind.BULLETIN: ["2022-Q4", *(f"{y}-Q{q}" for y in YEARS for q in range(1, 5))][:-1],
        DutyKind.ASSESSMENT: [str(year) for year in YEARS],
    }


@given(cadences, more_holidays())
def test_no_period_a_rule_can_name_is_dropped(rules: CadenceRules, calendar: WorkCalendar) -> None:
    """Every period, made one by one, is among the openings of the day it opens."""
    for year in (2024, 2025):
        periods = [month_of(year, month, rules, calendar) for month in range(1, 13)]
        periods += [quarter_of(year, quarter, rules, calendar) for quarter in range(1, 5)]
        periods.append(year_of(year, rules, calendar))
        for period in periods:
            eve = period.opens_on - timedelta(days=1)
            assert period in openings(eve, period.opens_on, rules, calendar)


@given(cadences, more_holidays(), st.integers(2023, 2026))
def test_every_period_leaves_the_promised_working_days_and_is_due_on_one(
    rules: CadenceRules, calendar: WorkCalendar, year: int
) -> None:
    periods = [month_of(year, month, rules, calendar) for month in range(1, 13)]
    periods += [quarter_of(year, quarter, rules, calendar) for quarter in range(1, 5)]
    periods.append(year_of(year, rules, calendar))
    for period in periods:
        assert calendar.is_workday(period.due_on)
        assert calendar.between(period.opens_on, period.due_on) >= rules.least_workdays_open


@given(more_holidays(), st.integers(2023, 2026), st.integers(1, 12))
def test_more_holidays_never_make_a_report_due_sooner(fewer: WorkCalendar, year: int, month: int) -> None:
    rules, quarter = CadenceRules(), (month + 2) // 3
    assert month_of(year, month, rules, fewer).due_on >= month_of(year, month, rules, CALENDAR).due_on
    assert quarter_of(year, quarter, rules, fewer).due_on >= quarter_of(year, quarter, rules, CALENDAR).due_on
    assert year_of(year, rules, fewer).due_on >= year_of(year, rules, CALENDAR).due_on


@given(days, cadences)
def test_nothing_opens_before_the_next_opening_and_something_on_it(after: date, rules: CadenceRules) -> None:
    following = next_opening(after, rules, CALENDAR)
    assert following > after
    assert openings(after, following - timedelta(days=1), rules, CALENDAR) == []
    assert openings(after, following, rules, CALENDAR)


@given(cadences)
def test_any_rules_survive_the_database(rules: CadenceRules) -> None:
    assert CadenceRules.from_json(json.loads(json.dumps(rules.as_json()))) == rules

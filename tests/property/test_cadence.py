"""Laws of the periods: each opens once, however the engine's days are cut, and leaves time to answer."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.property.strategies import cadences, calendars, days, more_holidays, own_calendars
from tests.shipped import CALENDAR
from workflows.cadence import (
    CadenceRules,
    DutyKind,
    Rhythm,
    Roll,
    due_of,
    in_calendar,
    next_opening,
    openings,
    period_of,
)
from workflows.calendar import WorkCalendar
from workflows.commitments import TaskKind

FIRST, LAST = date(2022, 12, 31), date(2025, 12, 31)

YEARS = [2023, 2024, 2025]
MONTHS = [f"{year}-{month:02}" for year in YEARS for month in range(1, 13)]

within = st.dates(FIRST, LAST)

ENDS_OF_YEAR = {Rhythm.QUARTERLY: "Q1 Q2 Q3 Q4", Rhythm.HALF_YEARLY: "H1 H2", Rhythm.PER_TERM: "T1 T2"}
ENDS_OF_MONTH = {Rhythm.MONTHLY: [""], Rhythm.HALF_MONTHLY: ["-A", "-B"], Rhythm.MONTH_END: ["-E"]}


def keys_of(year: int, rules: CadenceRules) -> list[tuple[DutyKind, str]]:
    """Kind and key of everything that is owed for a year, written down one by one."""
    keys = [(DutyKind.BULLETIN, f"{year}-Q{quarter}") for quarter in range(1, 5)]
    keys.append((DutyKind.ASSESSMENT, str(year)))
    for rhythm in {rules.rhythm_of(kind) for kind in TaskKind}:
        ends = [f"-{end}" for end in ENDS_OF_YEAR.get(rhythm, "").split()]
        ends += [f"-{m:02}{end}" for m in range(1, 13) for end in ENDS_OF_MONTH.get(rhythm, ())]
        if rhythm is Rhythm.CUSTOM:
            ends = [f"-{m:02}-{min(d, monthrange(year, m)[1]):02}" for m, d in rules.custom_days]
        keys += [(DutyKind.MONTHLY_REPORT, f"{year}{end}") for end in ends]
    return keys


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
        **{kind: [] for kind in DutyKind},
        DutyKind.MONTHLY_REPORT: MONTHS,
        DutyKind.BULLETIN: ["2022-Q4", *(f"{y}-Q{q}" for y in YEARS for q in range(1, 5))][:-1],
        DutyKind.ASSESSMENT: [str(year) for year in YEARS],
    }


@given(cadences, more_holidays())
def test_no_period_a_rule_can_name_is_dropped(rules: CadenceRules, calendar: WorkCalendar) -> None:
    """Every period, made one by one, is among the openings."""
    opened = openings(date(2023, 1, 1), date(2027, 6, 30), rules, calendar)
    for kind, key in [*keys_of(2024, rules), *keys_of(2025, rules)]:
        assert period_of(kind, key, rules, calendar) in opened


@given(cadences, calendars, st.integers(2023, 2025))
def test_every_period_leaves_the_promised_working_days_and_is_due_on_one(
    rules: CadenceRules, calendar: WorkCalendar, year: int
) -> None:
    for kind, key in keys_of(year, rules):
        period = period_of(kind, key, rules, calendar)
        assert calendar.is_workday(period.due_on)
        assert calendar.between(period.opens_on, period.due_on) >= rules.least_workdays_open
        if period.gathered_on and period.reviewed_on and period.locked_on:
            assert period.due_on < period.gathered_on < period.reviewed_on < period.locked_on
            assert calendar.is_workday(period.gathered_on)
            assert calendar.is_workday(period.reviewed_on)


@given(cadences, own_calendars(), st.integers(2023, 2025))
def test_a_unit_with_a_calendar_of_its_own_has_the_promised_days_too(
    rules: CadenceRules, own: WorkCalendar, year: int
) -> None:
    for kind, key in keys_of(year, rules):
        opened = period_of(kind, key, rules, CALENDAR)
        period = in_calendar(opened, rules, own)
        assert (period.key, period.opens_on) == (opened.key, opened.opens_on)
        assert own.between(period.opens_on, period.due_on) >= rules.least_workdays_open
        assert due_of(kind, key, opened.opens_on, rules, own) == period.due_on
        assert own.is_workday(period.due_on)


@given(cadences, st.integers(2023, 2025))
def test_a_unit_that_goes_by_the_national_calendar_owes_what_everybody_owes(
    rules: CadenceRules, year: int
) -> None:
    for kind, key in keys_of(year, rules):
        period = period_of(kind, key, rules, CALENDAR)
        assert in_calendar(period, rules, CALENDAR) == period


@given(more_holidays(), cadences, st.integers(2023, 2025))
def test_more_holidays_never_make_anything_due_sooner(
    fewer: WorkCalendar, rules: CadenceRules, year: int
) -> None:
    rules = replace(rules, roll=Roll.FORWARD)
    for kind, key in keys_of(year, rules):
        less, more = period_of(kind, key, rules, fewer), period_of(kind, key, rules, CALENDAR)
        for owed in (kind, DutyKind.CONSOLIDATION, DutyKind.REVIEW):
            assert less.due(owed) >= more.due(owed)


@given(days, cadences)
def test_nothing_opens_before_the_next_opening_and_something_on_it(after: date, rules: CadenceRules) -> None:
    following = next_opening(after, rules, CALENDAR)
    assert following > after
    assert openings(after, following - timedelta(days=1), rules, CALENDAR) == []
    assert openings(after, following, rules, CALENDAR)


@given(cadences)
def test_any_rules_survive_the_database(rules: CadenceRules) -> None:
    assert CadenceRules.from_json(json.loads(json.dumps(rules.as_json()))) == rules

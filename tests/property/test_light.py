"""Laws of the light: it always says why, and its mend is true."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.property.strategies import days
from tests.shipped import CALENDAR
from workflows.light import Colour, LightRules, Standing, expected_percent, light

SEVERITY = {Colour.GREEN: 0, Colour.YELLOW: 1, Colour.RED: 2}

percents = st.none() | st.integers(0, 100)
spans = st.none() | st.integers(0, 700)

rules_of_some_version = st.builds(
    LightRules,
    version=st.integers(1, 99),
    yellow_points=st.integers(1, 30),
    red_points=st.integers(30, 60),
    near_days=st.integers(0, 40),
)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    start, span = draw(days), draw(spans)
    return Standing(
        starts_on=draw(st.sampled_from([start, None])),
        deadline_on=None if span is None else start + timedelta(days=span),
        percent=draw(percents),
        closed=draw(st.integers(0, 5)) == 0,
        issued=draw(st.integers(0, 5)) > 0,
        overdue_duties=draw(st.integers(0, 2)),
    )


@given(standings(), rules_of_some_version, days)
def test_every_light_says_why_by_which_rules_and_what_mends_it(
    standing: Standing, rules: LightRules, today: date
) -> None:
    shown = light(standing, rules, today, CALENDAR)
    assert shown.word
    assert shown.reason.endswith("。")
    assert shown.version == rules.version
    assert bool(shown.mend) is (shown.colour is not Colour.GREEN)
    assert "逾期0个" not in shown.word


@given(standings(), rules_of_some_version, days)
def test_doing_what_the_light_asks_turns_it_green(standing: Standing, rules: LightRules, today: date) -> None:
    shown = light(standing, rules, today, CALENDAR)
    named = re.search(r"进度达到(\d+)%以上", shown.mend)
    if named:
        need = int(named[1])
        assert light(replace(standing, percent=need), rules, today, CALENDAR).colour is Colour.GREEN
        assert light(replace(standing, percent=need - 1), rules, today, CALENDAR).colour is not Colour.GREEN
    elif "申请办结" in shown.mend:
        assert light(replace(standing, closed=True), rules, today, CALENDAR).colour is Colour.GREEN
    elif "补齐" in shown.mend:
        assert light(replace(standing, overdue_duties=0), rules, today, CALENDAR).colour is Colour.GREEN
    else:
        assert shown.colour in {Colour.GREEN, Colour.GREY}


@given(standings(), rules_of_some_version, days, st.integers(0, 100), st.integers(0, 100))
def test_more_done_is_never_a_worse_light(
    standing: Standing, rules: LightRules, today: date, a: int, b: int
) -> None:
    issued = replace(standing, issued=True)
    less, more = (light(replace(issued, percent=p), rules, today, CALENDAR) for p in sorted((a, b)))
    assert SEVERITY[more.colour] <= SEVERITY[less.colour]


@given(standings(), rules_of_some_version, days, st.integers(0, 200))
def test_waiting_never_betters_the_light(
    standing: Standing, rules: LightRules, today: date, wait: int
) -> None:
    issued = replace(standing, issued=True)
    now, later = (light(issued, rules, today + timedelta(days=n), CALENDAR) for n in (0, wait))
    assert SEVERITY[later.colour] >= SEVERITY[now.colour]


@given(standings(), days, days)
def test_the_schedule_runs_from_nothing_to_all_and_never_back(standing: Standing, a: date, b: date) -> None:
    earlier, later = (expected_percent(standing, day, CALENDAR) for day in sorted((a, b)))
    if earlier is None or later is None:
        assert earlier is later is None
        return
    assert 0 <= earlier <= later <= 100

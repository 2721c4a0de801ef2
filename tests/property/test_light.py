"""Laws of lights and paces: they always say why, their mend is true, and more done or more rest never harms."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from tests.property.strategies import days
from tests.shipped import CALENDAR
from workflows.calendar import WorkCalendar
from workflows.holidays import PUBLISHED
from workflows.lifecycle import OnTime
from workflows.light import (
    Colour,
    Filed,
    LightRules,
    Milestone,
    Pace,
    Rule,
    Standing,
    expected_percent,
    light,
    pace,
    unchanged_periods,
)

SEVERITY = {Colour.GREEN: 0, Colour.BLUE: 0, Colour.GREY: 0, Colour.YELLOW: 1, Colour.RED: 2}
"""Blue is a hint and grey no light: neither counts."""

WITHOUT_MEND = {Rule.WITHDRAWN, Rule.ADVOCACY, Rule.CLOSED, Rule.HEALTHY}

percents = st.none() | st.integers(0, 100)
spans = st.none() | st.integers(0, 700)

rules_of_some_version = st.builds(
    LightRules,
    version=st.integers(1, 99),
    yellow_points=st.integers(1, 30),
    red_points=st.integers(30, 60),
    near_days=st.integers(0, 40),
    unchanged_periods=st.integers(1, 4),
    blue_workdays=st.integers(0, 8),
    ahead_points=st.integers(1, 40),
)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Tasks of every kind; most of them are under way, or the laws would be about nothing."""
    start, span = draw(days), draw(spans)
    rarely = st.integers(0, 9).map(lambda n: n == 0)
    stones = st.builds(
        Milestone,
        st.integers(-30, 730).map(lambda n: start + timedelta(days=n)),
        st.none() | st.floats(-5, 120).map(lambda share: round(share, 1)),
    )
    return Standing(
        starts_on=draw(st.sampled_from([start, start, start, None])),
        deadline_on=None if span is None else start + timedelta(days=span),
        percent=draw(percents),
        closed=draw(rarely),
        issued=not draw(rarely),
        overdue_duties=draw(st.integers(0, 2)),
        withdrawn=draw(rarely),
        suspended=draw(rarely),
        advocacy=draw(rarely),
        milestones=tuple(draw(st.lists(stones, max_size=4))),
        unchanged_periods=draw(st.integers(0, 4)),
        on_time=draw(st.sampled_from([None, *OnTime])),
        reports_due_on=draw(st.none() | days),
        held_reason=draw(st.sampled_from(["", "延期申请审批中"])),
    )


@given(standings(), rules_of_some_version, days)
def test_every_light_says_why_by_which_rules_and_what_mends_it(
    standing: Standing, rules: LightRules, today: date
) -> None:
    shown = light(standing, rules, today, CALENDAR)
    assert shown.word
    assert shown.reason.endswith("。")
    assert shown.version == rules.version
    assert f"第{rules.version}版" in shown.source
    assert bool(shown.mend) is (shown.rule not in WITHOUT_MEND)
    assert "逾期0个" not in shown.word


def mended(standing: Standing, mend: str) -> Standing:
    """The task once everything that was asked for has been done."""
    if "申请办结" in mend:
        return replace(standing, closed=True)
    if named := re.search(r"进度达到(\d+)%以上", mend):
        standing = replace(standing, percent=int(named[1]))
    if "报送新的进展" in mend:
        standing = replace(standing, unchanged_periods=0)
    if "改报能够按期" in mend:
        standing = replace(standing, on_time=OnTime.ABLE)
    if "补齐" in mend:
        standing = replace(standing, overdue_duties=0)
    if "按时报齐" in mend:
        standing = replace(standing, reports_due_on=None)
    return standing


@given(standings(), rules_of_some_version, days)
def test_doing_all_the_light_asks_turns_it_green(standing: Standing, rules: LightRules, today: date) -> None:
    shown = light(standing, rules, today, CALENDAR)
    if shown.colour is Colour.GREY:
        return
    assert light(mended(standing, shown.mend), rules, today, CALENDAR).colour is Colour.GREEN


@given(standings(), rules_of_some_version, days)
def test_one_percent_less_than_the_light_asks_is_not_enough(
    standing: Standing, rules: LightRules, today: date
) -> None:
    shown = light(standing, rules, today, CALENDAR)
    if named := re.search(r"进度达到(\d+)%以上", shown.mend):
        nearly = replace(mended(standing, shown.mend), percent=int(named[1]) - 1)
        assert light(nearly, rules, today, CALENDAR).colour is not Colour.GREEN


@given(standings(), rules_of_some_version, days, st.integers(0, 100), st.integers(0, 100))
def test_more_done_is_never_a_worse_light(
    standing: Standing, rules: LightRules, today: date, a: int, b: int
) -> None:
    less, more = (light(replace(standing, percent=p), rules, today, CALENDAR) for p in sorted((a, b)))
    assert SEVERITY[more.colour] <= SEVERITY[less.colour]


@given(standings(), rules_of_some_version, days, st.integers(0, 200))
def test_waiting_never_betters_the_light(
    standing: Standing, rules: LightRules, today: date, wait: int
) -> None:
    now, later = (light(standing, rules, today + timedelta(days=n), CALENDAR) for n in (0, wait))
    assert SEVERITY[later.colour] >= SEVERITY[now.colour]


@given(standings(), rules_of_some_version, days)
def test_asking_for_more_time_changes_neither_colour_nor_mend(
    standing: Standing, rules: LightRules, today: date
) -> None:
    running, stopped = (
        light(replace(standing, held_reason=held), rules, today, CALENDAR) for held in ("", "延期申请审批中")
    )
    assert (stopped.colour, stopped.mend) == (running.colour, running.mend)
    assert stopped.reason.startswith(running.reason)


# ---------------------------------------------------------------------------------------------- the schedule


@given(standings(), days, days)
def test_the_schedule_runs_from_nothing_to_all_and_never_back(standing: Standing, a: date, b: date) -> None:
    earlier, later = (expected_percent(standing, day, CALENDAR) for day in sorted((a, b)))
    if earlier is None or later is None:
        assert earlier is later is None
        return
    assert 0 <= earlier <= later <= 100


NAMED = {day: works for notice in PUBLISHED.values() for day, works in notice.days()}


def with_rest(first: date, length: int) -> WorkCalendar:
    """The shipped calendar with a spell of further rest days."""
    spell = (first + timedelta(days=offset) for offset in range(length))
    return WorkCalendar({**NAMED, **dict.fromkeys(spell, False)}, PUBLISHED)


TEN_DAYS = Standing(date(2025, 3, 3), date(2025, 3, 17), percent=0, closed=False, issued=True)


@given(standings(), days, st.integers(0, 40), st.integers(1, 9))
@example(TEN_DAYS, date(2025, 3, 10), 3, 2)
def test_rest_days_gone_by_never_raise_what_is_expected(
    standing: Standing, today: date, ago: int, length: int
) -> None:
    rested = with_rest(today - timedelta(days=ago), min(length, ago + 1))
    before, after = (expected_percent(standing, today, calendar) for calendar in (CALENDAR, rested))
    if before is None or after is None:
        assert before is after is None
        return
    assert after <= before + 1e-9


@given(standings(), days, st.integers(1, 40), st.integers(1, 9))
@example(TEN_DAYS, date(2025, 3, 10), 2, 2)
def test_rest_days_to_come_never_lower_what_is_expected(
    standing: Standing, today: date, ahead: int, length: int
) -> None:
    rested = with_rest(today + timedelta(days=ahead), length)
    before, after = (expected_percent(standing, today, calendar) for calendar in (CALENDAR, rested))
    if before is None or after is None:
        assert before is after is None
        return
    assert after >= before - 1e-9


@given(standings(), st.sampled_from(range(4)))
def test_on_its_date_a_milestone_expects_its_own_share(standing: Standing, which: int) -> None:
    start, end = standing.starts_on, standing.deadline_on
    if start is None or end is None or which >= len(standing.milestones):
        return
    stone = standing.milestones[which]
    alone = replace(standing, milestones=(stone,))
    if not start < stone.due_on < end:
        return
    planned = stone.planned if stone.planned is not None and 0 <= stone.planned <= 100 else 50
    expected = expected_percent(alone, stone.due_on, CALENDAR)
    assert expected is not None
    assert abs(expected - planned) < 1e-9


reports = st.lists(
    st.builds(Filed, st.integers(0, 3), st.sampled_from(["开展巡查。", "本月无变化。", ""]), st.booleans()),
    max_size=8,
)


@given(reports, st.booleans())
def test_news_ends_a_standstill_and_silence_adds_one_period(filed: list[Filed], scheduled: bool) -> None:
    stood = unchanged_periods(filed, scheduled=scheduled)
    assert 0 <= stood <= len(filed)
    last = filed[0].percent if filed else 0
    silence, news = Filed(last, "本月无变化。"), Filed(last + 1, "开展巡查。")
    assert unchanged_periods([silence, *filed], scheduled=scheduled) == stood + 1
    assert unchanged_periods([news, *filed], scheduled=scheduled) == 0


# ---------------------------------------------------------------------------------------------------- 五分法


@given(standings(), rules_of_some_version, days)
def test_whatever_is_behind_has_a_yellow_or_red_light_and_whatever_is_ahead_is_not_behind(
    standing: Standing, rules: LightRules, today: date
) -> None:
    shown, paced = light(standing, rules, today, CALENDAR), pace(standing, rules, today, CALENDAR)
    assert paced.reason.endswith("。")
    if paced.pace is Pace.BEHIND:
        assert shown.colour in {Colour.YELLOW, Colour.RED}
    if shown.rule in {Rule.OVERDUE, Rule.BEHIND}:
        assert paced.pace is Pace.BEHIND
    assert (paced.pace is Pace.DONE) is standing.closed
    assert paced.pace is Pace.OTHER or shown.colour is not Colour.GREY


PACES = {Pace.BEHIND: 0, Pace.ON: 1, Pace.AHEAD: 2}


@given(standings(), rules_of_some_version, days, st.integers(0, 100), st.integers(0, 100))
def test_more_done_never_falls_back_a_class(
    standing: Standing, rules: LightRules, today: date, a: int, b: int
) -> None:
    less, more = (pace(replace(standing, percent=p), rules, today, CALENDAR).pace for p in sorted((a, b)))
    assert PACES.get(more, 0) >= PACES.get(less, 0)

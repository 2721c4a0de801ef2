"""Nothing climbs past a rung that waits for receipt (未送达不升级, reference b.4): who is asked, how often, what then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.shipped import CALENDAR
from tests.unit.climbing import OCTOBER, Chase
from workflows.cadence import DutyKind
from workflows.calendar import instant
from workflows.escalation import DEFAULT_LADDERS, Audience, Ladder, LetterKind, Rung, decide

MONTHLY = DEFAULT_LADDERS[DutyKind.MONTHLY_REPORT]
BLUE, YELLOW, RED, TALK = 4, 5, 6, 7
"""The rungs of a report that wait for receipt: 3, 7, 15 and 30 working days late."""

URGED = replace(OCTOBER, rung=BLUE)
"""催报 went out on the 28th; the next step is due on Thursday the 30th at nine."""

THURSDAY = instant(date(2025, 10, 30), 9)


def silent(until: date, ladder: Ladder = MONTHLY) -> Chase:
    """A unit that confirms nothing, chased until that day."""
    chase = Chase(OCTOBER, ladder)
    for _ in chase.run(until, answering=False):
        pass
    return chase


def test_without_receipt_the_chase_ends_with_the_last_step_that_needs_none() -> None:
    assert [answer.step.index for answer in silent(date(2026, 12, 31)).acts] == [0, 1, 2, 3]


def test_the_office_is_asked_three_times_two_working_days_apart_and_then_no_more() -> None:
    chase = silent(date(2026, 12, 31))
    assert chase.asked == [date(2025, 10, 30), date(2025, 11, 3), date(2025, 11, 5)]
    assert [answer.step.checks for answer in chase.answers if answer.step.asks] == [1, 2, 3]
    assert (chase.waits, chase.unheard, chase.climb.rung) == (None, True, BLUE)


def test_how_often_and_how_far_apart_the_office_is_asked_is_the_ladders_own() -> None:
    chase = silent(date(2026, 12, 31), replace(MONTHLY, checks=2, late_spacing=5))
    assert chase.asked == [date(2025, 10, 30), date(2025, 11, 6)]


def test_asked_again_after_its_silence_the_climb_stays_silent() -> None:
    chase = silent(date(2026, 12, 31))
    step = chase.ask(instant(date(2026, 1, 5), 9))
    assert (step.act, step.asks, step.unheard, step.checks, step.next_action_at) == (
        None,
        False,
        True,
        3,
        None,
    )


def test_a_clock_stopped_and_started_does_not_ask_the_office_all_over_again() -> None:
    chase = silent(date(2025, 11, 4))
    assert len(chase.asked) == 2
    chase.stop()
    chase.resume(instant(date(2025, 11, 12), 10))
    for _ in chase.run(date(2026, 12, 31), answering=False):
        pass
    assert chase.asked == [date(2025, 10, 30), date(2025, 11, 3), date(2025, 11, 14)]


def test_while_it_waits_nothing_is_said_and_the_rung_stands_where_it_stood() -> None:
    step = decide(URGED, MONTHLY, CALENDAR, THURSDAY)
    assert (step.act, step.skipped, step.rung) == (None, (), BLUE)
    assert (step.unheard, step.asks, step.checks) == (True, True, 1)
    assert step.next_action_at == instant(date(2025, 11, 3), 9)


@pytest.mark.parametrize("checks", [0, 3])
def test_while_it_waits_the_repeats_already_said_stay_counted(checks: int) -> None:
    step = decide(replace(URGED, loop=2, checks=checks), MONTHLY, CALENDAR, THURSDAY)
    assert (step.act, step.unheard, step.loop) == (None, True, 2)


def test_with_receipt_the_step_is_taken_at_its_own_moment() -> None:
    step = decide(replace(URGED, received=True), MONTHLY, CALENDAR, THURSDAY)
    assert (step.index, step.unheard, step.asks) == (BLUE, False, False)
    assert step.next_action_at == instant(date(2025, 11, 5), 9)


def test_each_receipt_opens_one_step_and_the_next_waits_again() -> None:
    chase = silent(date(2025, 11, 10))
    chase.hear(instant(date(2025, 11, 10), 15))
    chase.turn(instant(date(2025, 11, 12), 9))
    assert chase.acts[-1].step.index == BLUE
    before = len(chase.asked)
    for _ in chase.run(date(2026, 12, 31), answering=False):
        pass
    assert chase.acts[-1].step.index == BLUE
    assert chase.asked[before:] == [date(2025, 11, 14), date(2025, 11, 18), date(2025, 11, 20)]
    assert chase.climb.rung == YELLOW


def test_after_receipt_the_unit_has_two_working_days_before_its_superior_hears() -> None:
    chase = silent(date(2025, 11, 30))
    chase.hear(instant(date(2025, 12, 1), 15))
    assert chase.waits == instant(date(2025, 12, 3), 9)
    assert not chase.unheard


def test_a_receipt_before_the_step_is_due_changes_nothing_but_that_it_may_be_taken() -> None:
    chase = Chase(URGED, MONTHLY)
    chase.waits = THURSDAY
    chase.hear(instant(date(2025, 10, 29), 10))
    assert chase.waits == THURSDAY
    chase.turn(THURSDAY)
    assert [answer.step.index for answer in chase.acts] == [BLUE]
    assert not chase.climb.received


@pytest.mark.parametrize(
    "back", [date(2025, 10, 30), date(2025, 11, 6), date(2025, 11, 20), date(2026, 1, 5)]
)
def test_a_receipt_during_an_outage_opens_the_first_waiting_step_however_many_have_come(back: date) -> None:
    step = decide(replace(OCTOBER, received=True), MONTHLY, CALENDAR, instant(back, 10))
    assert (step.index, step.rung) == (BLUE, BLUE + 1)
    assert step.skipped == MONTHLY.rungs[:BLUE]


def test_after_an_outage_without_receipt_the_highest_open_step_acts_and_the_rest_waits() -> None:
    step = decide(OCTOBER, MONTHLY, CALENDAR, instant(date(2025, 11, 20), 10))
    assert (step.index, step.rung, step.unheard) == (3, BLUE, False)
    assert step.skipped == MONTHLY.rungs[:3]
    assert step.next_action_at == instant(date(2025, 11, 24), 9)


def test_a_step_that_needs_no_receipt_does_not_climb_over_one_that_does() -> None:
    mixed = Ladder(
        (
            Rung(1, LetterKind.URGE, (Audience.LIAISON,)),
            Rung(3, LetterKind.ESCALATE, (Audience.DEPUTY_HEAD,), receipt=True),
            Rung(7, LetterKind.ESCALATE, (Audience.HEAD,)),
        )
    )
    long_after = instant(date(2025, 12, 1), 9)
    assert decide(replace(OCTOBER, rung=1), mixed, CALENDAR, long_after).unheard
    heard = decide(replace(OCTOBER, rung=1, received=True), mixed, CALENDAR, long_after)
    assert (heard.index, heard.rung) == (1, 2)
    assert heard.next_action_at == instant(date(2025, 12, 3), 9)
    after = decide(replace(OCTOBER, rung=2), mixed, CALENDAR, instant(date(2025, 12, 3), 9))
    assert (after.index, after.unheard) == (2, False)


def test_a_step_due_at_the_same_moment_as_the_one_below_waits_for_receipt_of_that_one() -> None:
    together = Ladder(
        (
            Rung(None, LetterKind.OPENED, (Audience.LIAISON,)),
            Rung(0, LetterKind.DUE, (Audience.HEAD,), receipt=True),
        )
    )
    chase = Chase(
        replace(OCTOBER, opens_on=OCTOBER.due_on, armed_at=instant(date(2025, 10, 25), 12)), together
    )
    assert [index for _, index, _ in chase.spoken(date(2025, 10, 27))] == [0]
    assert chase.waits == instant(date(2025, 10, 29), 9)


def test_a_returned_report_is_opened_and_then_waits_before_the_step_that_has_long_come() -> None:
    """What was passed over before the arming is neither said nor waited for."""
    gated = replace(MONTHLY, rungs=(MONTHLY.rungs[0], *(replace(r, receipt=True) for r in MONTHLY.rungs[1:])))
    climb = replace(OCTOBER, due_on=date(2025, 9, 25), armed_at=instant(date(2025, 10, 27), 10))
    step = decide(climb, gated, CALENDAR, instant(date(2025, 10, 31), 10))
    assert (step.index, step.rung) == (0, 3)
    waiting = decide(replace(climb, rung=step.rung), gated, CALENDAR, instant(date(2025, 11, 4), 9))
    assert (waiting.rung, waiting.unheard, waiting.checks) == (3, True, 1)

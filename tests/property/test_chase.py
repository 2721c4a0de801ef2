"""Laws of the chase: receipts, repeats, stops, late turns and early ones, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.property.strategies import climbs, ladders, more_holidays, ungated, unrepeated
from tests.shipped import CALENDAR
from tests.unit.climbing import Chase, at, opened, owed
from workflows.calendar import WorkCalendar, instant, local_date, office_moment
from workflows.escalation import Climb, Ladder, decide, moment, moved, resumed_moment

Happenings = Sequence[tuple[int, str]]

minute = st.integers(-110_000, 160_000)
"""From weeks before the due date to after the top of most ladders."""


def happenings(*kinds: str) -> st.SearchStrategy[Happenings]:
    """What happens to a duty, in any order: (minute from the due date, what)."""
    return st.lists(st.tuples(minute, st.sampled_from(kinds)), max_size=40)


def happen(chase: Chase, what: str, now: datetime) -> None:
    if what == "turn":
        chase.turn(now)
    elif what == "ask":
        chase.ask(now)
    elif what == "hear":
        chase.hear(now)
    elif what == "stop":
        chase.stop()
    else:
        chase.resume(now)


def through(climb: Climb, ladder: Ladder, story: Happenings) -> Chase:
    chase = Chase(climb, ladder)
    for when, what in story:
        happen(chase, what, at(climb, when))
    return chase


def said(chase: Chase) -> list[tuple[int, int]]:
    return [(answer.step.index, answer.step.loop) for answer in chase.acts]


def repetition(
    climb: Climb, ladder: Ladder, index: int, loop: int, calendar: WorkCalendar = CALENDAR
) -> datetime:
    first = local_date(moment(climb, ladder.rungs[index], ladder, calendar))
    return instant(calendar.shift(first, ladder.rungs[index].every * loop), ladder.hour)


@given(climbs(), ladders, happenings("turn", "ask", "hear", "stop", "resume"))
def test_nothing_is_said_twice_whatever_happens_in_whatever_order(
    climb: Climb, ladder: Ladder, story: Happenings
) -> None:
    chase = through(climb, ladder, [*story, *story])
    assert said(chase) == sorted(set(said(chase)))
    for act in chase.acts:
        rung, loop = ladder.rungs[act.step.index], act.step.loop
        assert act.step.act == rung
        assert 0 <= loop <= rung.times
        due = (
            repetition(climb, ladder, act.step.index, loop) if loop else moment(climb, rung, ladder, CALENDAR)
        )
        assert due <= act.at


@given(climbs(), ladders, happenings("turn", "ask", "stop", "resume"))
def test_without_receipt_no_rung_that_waits_for_one_ever_speaks(
    climb: Climb, ladder: Ladder, story: Happenings
) -> None:
    chase = through(climb, ladder, story)
    assert not any(ladder.rungs[index].receipt for index, _ in said(chase))


@given(climbs(), ladders, happenings("turn", "ask", "hear", "stop", "resume"))
def test_between_two_rungs_that_wait_for_receipt_the_unit_is_heard_of(
    climb: Climb, ladder: Ladder, story: Happenings
) -> None:
    chase, heard, before = Chase(climb, ladder), False, 0
    for when, what in story:
        happen(chase, what, at(climb, when))
        heard = heard or what == "hear"
        for act in chase.acts[before:]:
            if ladder.rungs[act.step.index].receipt and not act.step.loop:
                assert heard
                heard = False
        before = len(chase.acts)


@given(climbs(), ladders, happenings("turn", "hear", "stop", "resume"))
def test_in_the_end_every_rung_that_waited_for_receipt_has_spoken_and_so_has_the_top(
    climb: Climb, ladder: Ladder, story: Happenings
) -> None:
    """However long the outage, nothing climbs over a rung that waits; each speaks once, when its receipt is shown."""
    chase = through(climb, ladder, sorted(story))
    chase.resume(at(climb, 200_000))
    for turn in range(1, 3 * len(ladder.rungs) + 3):
        chase.hear(at(climb, 200_000 + 30_000 * turn - 25_000))
        chase.turn(at(climb, 200_000 + 30_000 * turn))
    must = {index for index, _ in owed(climb, ladder) if ladder.rungs[index].receipt}
    must |= {index for index, _ in owed(climb, ladder)[-1:]}
    spoken = [index for index, loop in said(chase) if not loop]
    assert must <= set(spoken)
    assert chase.waits is None
    assert chase.climb.rung == len(ladder.rungs)


@given(climbs(), ladders, happenings("turn", "hear", "stop", "resume"))
def test_the_office_is_asked_no_oftener_than_the_ladder_says_and_at_its_spacing(
    climb: Climb, ladder: Ladder, story: Happenings
) -> None:
    chase, counted, before = Chase(climb, ladder), 0, 0
    asked_on = None
    for when, what in sorted(story):
        happen(chase, what, at(climb, when))
        for answer in chase.answers[before:]:
            counted = 0 if answer.step.act else counted + answer.step.asks
            assert answer.step.checks == counted
            assert counted <= ladder.checks
            if answer.step.asks:
                assert asked_on is None or CALENDAR.between(asked_on, local_date(answer.at)) >= 1
                assert answer.step.next_action_at is not None
                leaves_on = local_date(office_moment(answer.at, CALENDAR, ladder.hour))
                waits_on = local_date(answer.step.next_action_at)
                assert CALENDAR.between(leaves_on, waits_on) == ladder.late_spacing
                asked_on = local_date(answer.at)
        before = len(chase.answers)
        if what == "hear":
            counted = 0


@given(climbs(), ladders)
def test_an_office_that_never_sleeps_is_asked_exactly_so_often_before_the_first_rung_that_waits(
    climb: Climb, ladder: Ladder
) -> None:
    chase = Chase(climb, ladder)
    for _ in chase.run(local_date(at(climb, 600_000)), answering=False):
        pass
    waits = any(ladder.rungs[index].receipt for index, _ in owed(climb, ladder))
    assert len(chase.asked) == (ladder.checks if waits else 0)
    assert chase.unheard == waits


@given(climbs(), ladders, st.data())
def test_the_next_moment_lies_ahead_or_there_is_none_at_the_top_or_after_the_last_question(
    climb: Climb, ladder: Ladder, data: st.DataObject
) -> None:
    rung = data.draw(st.integers(0, len(ladder.rungs)), "rung")
    loop = data.draw(st.integers(0, ladder.rungs[rung - 1].times if rung else 0), "loop")
    checks = data.draw(st.integers(0, ladder.checks), "checks")
    stands = replace(
        climb, rung=rung, loop=loop, checks=checks, received=data.draw(st.booleans(), "received")
    )
    now = at(climb, data.draw(minute, "minute"))
    step = decide(stands, ladder, CALENDAR, now)
    assert rung <= step.rung <= len(ladder.rungs)
    if step.next_action_at is not None:
        assert step.next_action_at > now
    elif step.unheard:
        assert step.checks == ladder.checks
    else:
        assert step.rung == len(ladder.rungs)
        passed_over = moment(climb, ladder.rungs[-1], ladder, CALENDAR) < opened(climb, ladder)
        assert passed_over or step.loop == ladder.rungs[-1].times
    resumed = resumed_moment(stands, ladder, CALENDAR, now)
    assert resumed is None or resumed > now
    assert (resumed is None) == (rung == len(ladder.rungs) and loop == ladder.rungs[-1].times)


@given(climbs(), ladders.map(ungated))
def test_an_engine_that_never_sleeps_says_every_repeat_that_comes_before_the_next_rung(
    climb: Climb, ladder: Ladder
) -> None:
    due, expected = owed(climb, ladder), {}
    above = [*due[1:], (len(ladder.rungs), None)][: len(due)]
    for (index, first), (following, next_at) in zip(due, above, strict=True):
        if first == next_at:
            continue
        expected[index, 0] = first
        # rungs passed over before the arming lie between: the next rung's moment is behind
        loops = ladder.rungs[index].times if following == index + 1 else 0
        for loop in range(1, loops + 1):
            again = repetition(climb, ladder, index, loop)
            if next_at is None or again < next_at:
                expected[index, loop] = again
    chase = Chase(climb, ladder)
    for _ in chase.run(local_date(at(climb, 600_000)), answering=False):
        pass
    assert {(act.step.index, act.step.loop): act.at for act in chase.acts} == expected
    assert chase.waits is None


@given(climbs(), ladders, happenings("turn", "hear", "stop", "resume"))
def test_no_repeat_is_said_once_the_next_rungs_moment_has_come(
    climb: Climb, ladder: Ladder, story: Happenings
) -> None:
    for act in through(climb, ladder, story).acts:
        if act.step.loop and act.step.index + 1 < len(ladder.rungs):
            assert act.at < moment(climb, ladder.rungs[act.step.index + 1], ladder, CALENDAR)


@given(climbs(), ladders, more_holidays(), st.integers(1, 4))
def test_more_holidays_never_make_a_repeat_of_an_overdue_letter_come_sooner(
    climb: Climb, ladder: Ladder, fewer: WorkCalendar, loop: int
) -> None:
    long_before = at(climb, -200_000)
    for rung in ladder.rungs:
        if loop <= rung.times and (rung.offset is None or rung.offset > 0):
            alone, stands = replace(ladder, rungs=(rung,)), replace(climb, rung=1, loop=loop - 1)
            now = resumed_moment(stands, alone, CALENDAR, long_before)
            then = resumed_moment(stands, alone, fewer, long_before)
            assert now == repetition(climb, alone, 0, loop)
            assert then is not None
            assert now is not None
            assert then >= now


@given(climbs(), ladders.map(unrepeated), more_holidays(), minute, st.data())
def test_more_holidays_never_make_a_resumed_moment_come_sooner(
    climb: Climb, ladder: Ladder, fewer: WorkCalendar, when: int, data: st.DataObject
) -> None:
    """Unless they put the rung itself off past now: then it was never missed, and keeps its own moment."""
    place = data.draw(st.integers(0, len(ladder.rungs) - 1), "place")
    rung, now = ladder.rungs[place], at(climb, when)
    if rung.offset is not None and rung.offset <= 0:
        return
    stands = replace(climb, rung=place)
    resumed = resumed_moment(stands, ladder, CALENDAR, now)
    later = resumed_moment(stands, ladder, fewer, now)
    assert resumed is not None
    assert later is not None
    if moment(climb, rung, ladder, CALENDAR) <= now < moment(climb, rung, ladder, fewer):
        assert later == moment(climb, rung, ladder, fewer)
    else:
        assert later >= resumed


@given(climbs(), ladders.map(ungated), minute)
def test_moved_to_another_ladder_nothing_is_told_again_and_all_that_is_still_to_come_is_told(
    climb: Climb, ladder: Ladder, when: int
) -> None:
    now = at(climb, when)
    position, next_at = moved(climb, ladder, CALENDAR, now)
    assert (next_at is None) == (position == len(ladder.rungs))
    assert next_at is None or next_at > now
    behind = ladder.rungs[position - 1].times if position else 0
    chase = Chase(replace(climb, rung=position, loop=behind), ladder)
    chase.waits = next_at
    for _ in chase.run(local_date(at(climb, 600_000))):
        pass
    to_come = {m: index for index, m in owed(climb, ladder) if m > now}
    assert {act.at: act.step.index for act in chase.acts if not act.step.loop} == to_come

"""Laws of the ladder, for any ladder, any climb, and an engine that runs whenever it likes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.property.strategies import climbs, drawn_ladders, ladders, more_holidays, plain_ladders, unrepeated
from tests.shipped import CALENDAR
from tests.unit.climbing import Answer, Chase, at, owed
from workflows.calendar import SHANGHAI, WorkCalendar, instant, local_date, office_moment
from workflows.escalation import Audience, Climb, Ladder, decide, moment, reach

minutes = st.lists(st.integers(-110_000, 160_000), max_size=40)
"""When the engine runs, in minutes from the due date: from weeks before the ladder to after its top."""

AFTER_ALL = 160_000


def run(climb: Climb, ladder: Ladder, nows: Iterable[datetime], *, early: bool = False) -> list[Answer]:
    """What spoke when an engine ran at those instants; `early` asks even when the duty's moment has not come."""
    chase = Chase(climb, ladder)
    for now in nows:
        if early:
            chase.ask(now)
        else:
            chase.turn(now)
    return chase.acts


@given(climbs(), plain_ladders, minutes, st.booleans())
def test_every_rung_acts_at_most_once_whenever_and_however_often_the_engine_runs(
    climb: Climb, ladder: Ladder, ran: list[int], early: bool
) -> None:
    acts = run(climb, ladder, (at(climb, minute) for minute in [*ran, *ran]), early=early)
    indices = [act.step.index for act in acts]
    assert indices == sorted(set(indices))
    for act in acts:
        assert act.step.act == ladder.rungs[act.step.index]
        assert act.at >= moment(climb, ladder.rungs[act.step.index], ladder, CALENDAR)


@given(climbs(), plain_ladders, minutes)
def test_in_the_end_the_top_has_acted_and_nothing_is_left_to_do(
    climb: Climb, ladder: Ladder, ran: list[int]
) -> None:
    ends = [AFTER_ALL + 10_000 * n for n in range(len(ladder.rungs) + 1)]
    acts = run(climb, ladder, (at(climb, minute) for minute in [*sorted(ran), *ends]))
    due = owed(climb, ladder, at(climb, ends[-1]))
    assert [act.step.index for act in acts[-1:]] == [i for i, _ in due[-1:]]
    if acts:
        assert acts[-1].step.next_action_at is None
        assert acts[-1].step.rung == len(ladder.rungs)


@given(climbs(), plain_ladders, minutes)
def test_every_rung_owed_acts_or_is_recorded_as_overtaken_or_shares_the_moment_of_one_that_acts(
    climb: Climb, ladder: Ladder, ran: list[int]
) -> None:
    acts = run(climb, ladder, (at(climb, minute) for minute in [*sorted(ran), AFTER_ALL, AFTER_ALL + 50_000]))
    answered = {act.step.index for act in acts}
    overtaken = [ladder.rungs.index(rung) for act in acts for rung in act.step.skipped]
    together = {
        i
        for i, m in owed(climb, ladder, at(climb, AFTER_ALL))
        for j in answered
        if i < j and m == moment(climb, ladder.rungs[j], ladder, CALENDAR)
    }
    assert len(overtaken) == len(set(overtaken))
    assert not answered & set(overtaken)
    last = max(answered, default=-1)
    assert answered | set(overtaken) | together == {
        i for i, _ in owed(climb, ladder, at(climb, AFTER_ALL + 50_000)) if i <= last
    }


@given(climbs(), ladders, st.booleans(), st.integers(-110_000, AFTER_ALL))
def test_of_all_the_rungs_reached_only_the_highest_open_one_acts(
    climb: Climb, ladder: Ladder, received: bool, minute: int
) -> None:
    """Open is all below the first that waits for receipt, and that one too when receipt is shown."""
    now = at(climb, minute)
    step = decide(
        Climb(climb.opens_on, climb.due_on, climb.armed_at, received=received), ladder, CALENDAR, now
    )
    reached = owed(climb, ladder, now)
    waiting = [place for place, (index, _) in enumerate(reached) if ladder.rungs[index].receipt]
    open_now = reached[: waiting[0] + received] if waiting else reached
    if not open_now:
        assert (step.act, step.skipped, step.unheard) == (None, (), bool(reached))
        return
    index, acted = open_now[-1]
    assert (step.index, step.act, step.loop) == (index, ladder.rungs[index], 0)
    assert step.skipped == tuple(ladder.rungs[i] for i, m in open_now if m < acted)
    if len(open_now) < len(reached):
        assert step.rung == reached[len(open_now)][0]


@given(climbs(), ladders.map(unrepeated))
def test_an_engine_that_never_sleeps_and_a_unit_that_always_answers_meet_every_rung_at_its_moment(
    climb: Climb, ladder: Ladder
) -> None:
    """Of rungs that share a moment the highest speaks for all; one that waits for receipt would come late after it."""
    due = owed(climb, ladder)
    by_moment = {m: i for i, m in due}
    assume(len(by_moment) == len(due) or not any(rung.receipt for rung in ladder.rungs))
    chase = Chase(climb, ladder)
    acts = [answer for answer in chase.run(local_date(at(climb, 10 * AFTER_ALL))) if answer.step.act]
    assert all(act.step.skipped == () for act in acts)
    assert {act.at: act.step.index for act in acts} == by_moment
    assert chase.asked == []


@given(climbs(), plain_ladders, st.integers(-110_000, AFTER_ALL))
def test_after_a_late_letter_the_next_waits_the_promised_working_days(
    climb: Climb, ladder: Ladder, minute: int
) -> None:
    now = at(climb, minute)
    step = decide(climb, ladder, CALENDAR, now)
    if step.act is None or step.next_action_at is None:
        return
    was_to_act = moment(climb, step.act, ladder, CALENDAR)
    nominal = moment(climb, ladder.rungs[step.rung], ladder, CALENDAR)
    leaves_on = local_date(office_moment(now, CALENDAR, ladder.hour))
    if leaves_on > local_date(was_to_act):
        spaced = instant(CALENDAR.shift(leaves_on, ladder.late_spacing), ladder.hour)
        assert step.next_action_at == max(nominal, spaced)
    else:
        assert step.next_action_at == nominal


@given(climbs(), ladders, more_holidays())
def test_rungs_act_in_office_hours_of_working_days_and_in_order(
    climb: Climb, ladder: Ladder, calendar: WorkCalendar
) -> None:
    moments = [moment(climb, rung, ladder, calendar) for rung in ladder.rungs]
    for m in moments:
        assert calendar.is_workday(local_date(m))
        assert 8 <= m.astimezone(SHANGHAI).hour < 20
    dated = [m for m, rung in zip(moments, ladder.rungs, strict=True) if rung.offset is not None]
    assert dated == sorted(set(dated))


@given(climbs(), ladders)
def test_nobody_is_late_before_he_was_asked_and_the_date_had_passed(climb: Climb, ladder: Ladder) -> None:
    for rung in ladder.rungs:
        at_last = moment(climb, rung, ladder, CALENDAR)
        if rung.offset is not None and rung.offset > 0:
            counted_from = max(climb.due_on, local_date(climb.armed_at))
            assert CALENDAR.between(counted_from, local_date(at_last)) == rung.offset
        elif rung.offset is not None:
            assert local_date(at_last) <= climb.due_on


@given(climbs(), ladders, more_holidays())
def test_more_holidays_never_make_an_overdue_letter_come_sooner(
    climb: Climb, ladder: Ladder, fewer: WorkCalendar
) -> None:
    for rung in ladder.rungs:
        if rung.offset is None or rung.offset > 0:
            assert moment(climb, rung, ladder, fewer) >= moment(climb, rung, ladder, CALENDAR)


@given(drawn_ladders())
def test_any_ladder_drawn_can_be_used_and_survives_the_database(ladder: Ladder) -> None:
    ladder.check()
    assert Ladder.from_json(json.loads(json.dumps(ladder.as_json()))) == ladder


posts = st.lists(st.sampled_from(Audience), min_size=1, unique=True).map(tuple)
contacts = st.dictionaries(st.sampled_from(Audience), st.lists(st.integers(1, 9), max_size=3).map(tuple))


@given(posts, contacts, st.integers(1, 9))
def test_a_rung_always_reaches_somebody_while_there_is_an_office(
    audience: tuple[Audience, ...], held: Mapping[Audience, tuple[int, ...]], officer: int
) -> None:
    contacts = {**held, Audience.OFFICE: (officer,)}
    reached = reach(audience, contacts)
    assert reached
    assert all(person in contacts[post] for person, post in reached.items())


@given(posts, contacts)
def test_whoever_holds_an_addressed_post_is_reached(
    audience: tuple[Audience, ...], held: Mapping[Audience, tuple[int, ...]]
) -> None:
    reached = reach(audience, held)
    assert {person for post in audience for person in held.get(post, ())} <= set(reached)
    assert set(reached) <= {person for people in held.values() for person in people}

"""The shipped ladders, known climbs day by day, and whom a rung reaches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.shipped import CALENDAR
from workflows.cadence import DutyKind
from workflows.calendar import SHANGHAI, instant, local_date
from workflows.escalation import (
    AUDIENCE_LABELS,
    DEFAULT_LADDERS,
    FALLBACK,
    LETTER_LABELS,
    Audience,
    Climb,
    Ladder,
    LetterKind,
    Rung,
    decide,
    first_moment,
    moment,
    reach,
    rung_words,
)

SHIPPED = """
sign            open  opened    liaison
sign               0  due       liaison
sign               1  urge      liaison deputy_head
sign               3  escalate  deputy_head head office
sign               7  escalate  head county_leader office

monthly_report  open  opened    liaison
monthly_report    -1  advance   liaison
monthly_report     0  due       liaison
monthly_report     1  urge      liaison section_head
monthly_report     3  escalate  liaison deputy_head
monthly_report     7  escalate  deputy_head head office
monthly_report    15  escalate  head county_leader office

completion       -15  advance   liaison
completion        -7  advance   liaison
completion        -3  advance   liaison section_head
completion        -1  advance   liaison
completion         0  due       liaison deputy_head
completion         1  urge      liaison section_head
completion         3  escalate  liaison deputy_head
completion         7  escalate  deputy_head head office
completion        15  escalate  head county_leader office

bulletin        open  opened    office
bulletin          -3  advance   office
bulletin           0  due       office
bulletin           1  urge      office
bulletin           7  escalate  office county_leader

assessment      open  opened    office
assessment        -3  advance   office
assessment         0  due       office
assessment         1  urge      office
assessment         7  escalate  office county_leader
"""

MONTHLY = DEFAULT_LADDERS[DutyKind.MONTHLY_REPORT]

OCTOBER = Climb(date(2025, 10, 20), date(2025, 10, 27), instant(date(2025, 10, 20), 0))
"""The report of 2025年10月, armed as its period opens."""


def shipped_lines() -> list[list[str]]:
    return [line.split() for line in SHIPPED.splitlines() if line]


@pytest.mark.parametrize("kind", DutyKind)
def test_the_shipped_ladder_is_the_table(kind: DutyKind) -> None:
    table = tuple(
        Rung(
            None if offset == "open" else int(offset),
            LetterKind(letter),
            tuple(Audience(post) for post in audience),
        )
        for owed, offset, letter, *audience in shipped_lines()
        if owed == kind
    )
    assert DEFAULT_LADDERS[kind] == Ladder(table, hour=9, late_spacing=2)


@pytest.mark.parametrize("kind", DutyKind)
def test_a_ladder_survives_the_database(kind: DutyKind) -> None:
    ladder = Ladder(DEFAULT_LADDERS[kind].rungs, hour=14, late_spacing=5)
    assert Ladder.from_json(json.loads(json.dumps(ladder.as_json()))) == ladder


@pytest.mark.parametrize("kind", DutyKind)
def test_the_shipped_rungs_climb_and_act_in_office_hours(kind: DutyKind) -> None:
    ladder = DEFAULT_LADDERS[kind]
    offsets = [-1000 if rung.offset is None else rung.offset for rung in ladder.rungs]
    assert offsets == sorted(set(offsets))
    assert 8 <= ladder.hour < 20


def walk(climb: Climb, ladder: Ladder, until: date) -> list[tuple[date, int]]:
    """An engine that always runs: (day, index) of every rung that acts."""
    acts = []
    now = first_moment(climb, ladder, CALENDAR)
    while now is not None and local_date(now) <= until:
        step = decide(climb, ladder, CALENDAR, now)
        assert step.next_action_at != now, "it would be asked forever"
        if step.act:
            acts.append((local_date(now), step.index))
        climb = Climb(climb.opens_on, climb.due_on, climb.armed_at, step.rung)
        now = step.next_action_at
    return acts


def test_a_report_never_filed_climbs_to_the_county_leader() -> None:
    assert walk(OCTOBER, MONTHLY, date(2026, 12, 31)) == [
        (date(2025, 10, 20), 0),  # opened
        (date(2025, 10, 24), 1),  # the working day before
        (date(2025, 10, 27), 2),  # due
        (date(2025, 10, 28), 3),  # one working day late
        (date(2025, 10, 30), 4),  # three
        (date(2025, 11, 5), 5),  # seven
        (date(2025, 11, 17), 6),  # fifteen
    ]


def test_a_completion_due_on_a_rest_day_warns_on_the_working_day_before() -> None:
    climb = Climb(date(2025, 8, 1), date(2025, 10, 5), instant(date(2025, 8, 1), 10))
    acts = walk(climb, DEFAULT_LADDERS[DutyKind.COMPLETION], date(2025, 10, 31))
    assert acts == [
        (date(2025, 9, 10), 0),
        (date(2025, 9, 22), 1),  # the make-up Sunday, 9月28日, counts
        (date(2025, 9, 26), 2),
        (date(2025, 9, 29), 3),
        (date(2025, 9, 30), 4),  # the last working day before the date
        (date(2025, 10, 9), 5),  # the first working day after the date
        (date(2025, 10, 11), 6),
        (date(2025, 10, 16), 7),
        (date(2025, 10, 28), 8),
    ]


def test_before_its_first_moment_nothing_acts() -> None:
    before = instant(date(2025, 10, 19), 23)
    step = decide(OCTOBER, MONTHLY, CALENDAR, before)
    assert (step.act, step.rung) == (None, 0)
    assert step.next_action_at == first_moment(OCTOBER, MONTHLY, CALENDAR) == instant(date(2025, 10, 20), 9)


def test_after_an_outage_only_the_highest_rung_acts_and_the_others_are_recorded() -> None:
    back = instant(date(2025, 10, 30), 14)
    step = decide(OCTOBER, MONTHLY, CALENDAR, back)
    assert step.index == 4
    assert step.act == MONTHLY.rungs[4]
    assert step.skipped == MONTHLY.rungs[:4]
    assert step.rung == 5


@pytest.mark.parametrize(
    ("back", "following"),
    [
        (instant(date(2025, 10, 30), 14), date(2025, 11, 5)),  # on the very day: the ladder's own pace
        (instant(date(2025, 10, 31), 14), date(2025, 11, 5)),  # a day late: two working days hold anyway
        (instant(date(2025, 11, 4), 14), date(2025, 11, 6)),  # three days late: two more from now
    ],
)
def test_the_rung_after_a_late_one_leaves_two_working_days(back: datetime, following: date) -> None:
    step = decide(OCTOBER, MONTHLY, CALENDAR, back)
    assert step.index == 4
    assert step.next_action_at == instant(following, 9)


def test_the_spacing_after_a_late_rung_is_the_ladders_own() -> None:
    patient = Ladder(MONTHLY.rungs, late_spacing=5)
    step = decide(OCTOBER, patient, CALENDAR, instant(date(2025, 11, 4), 14))
    assert step.next_action_at == instant(date(2025, 11, 11), 9)


@pytest.mark.parametrize("back", [instant(date(2025, 10, 24), 21), instant(date(2025, 10, 26), 12)])
def test_a_letter_found_after_hours_is_as_late_as_the_day_it_leaves(back: datetime) -> None:
    """Friday's warning leaves on Monday the 27th, the due date; nobody's superior hears before Wednesday."""
    warned = Climb(OCTOBER.opens_on, OCTOBER.due_on, OCTOBER.armed_at, rung=1)
    step = decide(warned, MONTHLY, CALENDAR, back)
    assert step.index == 1
    assert step.next_action_at == instant(date(2025, 10, 29), 9)


def test_at_the_top_there_is_no_next_moment() -> None:
    at_the_last = Climb(OCTOBER.opens_on, OCTOBER.due_on, OCTOBER.armed_at, rung=6)
    step = decide(at_the_last, MONTHLY, CALENDAR, instant(date(2025, 12, 1), 9))
    assert (step.index, step.rung, step.next_action_at) == (6, 7, None)
    beyond = Climb(OCTOBER.opens_on, OCTOBER.due_on, OCTOBER.armed_at, step.rung)
    again = decide(beyond, MONTHLY, CALENDAR, instant(date(2026, 1, 1), 9))
    assert (again.act, again.rung, again.next_action_at, again.skipped) == (None, 7, None, ())


def test_rungs_before_the_arming_are_passed_over_in_silence() -> None:
    issued_late = Climb(date(2025, 10, 22), date(2025, 10, 27), instant(date(2025, 10, 22), 10))
    ladder = DEFAULT_LADDERS[DutyKind.COMPLETION]
    step = decide(issued_late, ladder, CALENDAR, issued_late.armed_at)
    assert (step.act, step.skipped, step.rung) == (None, (), 3)
    assert step.next_action_at == instant(date(2025, 10, 24), 9)


def test_overdue_rungs_count_from_the_arming_when_the_date_has_long_passed() -> None:
    returned = Climb(date(2025, 9, 1), date(2025, 9, 25), instant(date(2025, 10, 27), 10))
    acts = walk(returned, MONTHLY, date(2025, 11, 30))
    assert acts == [
        (date(2025, 10, 27), 0),  # opened again on the spot
        (date(2025, 10, 28), 3),
        (date(2025, 10, 30), 4),
        (date(2025, 11, 5), 5),
        (date(2025, 11, 17), 6),
    ]


def test_a_task_issued_on_a_rest_day_is_announced_and_due_together_without_an_outage() -> None:
    saturday = instant(date(2025, 10, 25), 12)
    climb = Climb(date(2025, 10, 25), date(2025, 10, 27), saturday)
    ladder = DEFAULT_LADDERS[DutyKind.SIGN]
    step = decide(climb, ladder, CALENDAR, instant(date(2025, 10, 27), 9))
    assert step.index == 1
    assert step.skipped == ()
    assert step.next_action_at == instant(date(2025, 10, 28), 9)


@pytest.mark.parametrize(
    ("armed_at", "opens_on", "opened_at"),
    [
        (instant(date(2025, 10, 9), 10, 30), date(2025, 10, 9), instant(date(2025, 10, 9), 10, 30)),
        (instant(date(2025, 10, 9), 10, 30), date(2025, 10, 20), instant(date(2025, 10, 20), 9)),
        (instant(date(2025, 10, 9), 10, 30), date(2025, 10, 1), instant(date(2025, 10, 9), 10, 30)),
        (instant(date(2025, 10, 2), 10, 30), date(2025, 10, 1), instant(date(2025, 10, 9), 9)),
    ],
)
def test_the_opening_letter_leaves_when_opened_and_armed_and_in_office(
    armed_at: datetime, opens_on: date, opened_at: datetime
) -> None:
    climb = Climb(opens_on, date(2025, 10, 31), armed_at)
    assert moment(climb, MONTHLY.rungs[0], MONTHLY, CALENDAR) == opened_at


def test_an_empty_ladder_asks_for_nothing() -> None:
    assert first_moment(OCTOBER, Ladder(()), CALENDAR) is None
    step = decide(OCTOBER, Ladder(()), CALENDAR, instant(date(2026, 1, 5), 9))
    assert (step.act, step.rung, step.next_action_at) == (None, 0, None)


def test_the_moment_itself_acts_and_a_second_before_does_not() -> None:
    at = datetime(2025, 10, 27, 9, tzinfo=SHANGHAI).astimezone(UTC)
    waiting = Climb(OCTOBER.opens_on, OCTOBER.due_on, OCTOBER.armed_at, rung=2)
    assert decide(waiting, MONTHLY, CALENDAR, at).index == 2
    assert decide(waiting, MONTHLY, CALENDAR, at - timedelta(seconds=1)).act is None


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (None, "开放时"),
        (-15, "到期前15个工作日"),
        (-1, "到期前1个工作日"),
        (0, "到期当日"),
        (7, "逾期7个工作日"),
    ],
)
def test_a_rung_is_said_in_words(offset: int | None, words: str) -> None:
    assert rung_words(Rung(offset, LetterKind.DUE, ())) == words


def test_every_audience_and_letter_has_its_own_name() -> None:
    assert set(AUDIENCE_LABELS) == set(Audience)
    assert set(LETTER_LABELS) == set(LetterKind)
    assert len(set(AUDIENCE_LABELS.values())) == len(Audience)
    assert len(set(LETTER_LABELS.values())) == len(LetterKind)


FULL: Mapping[Audience, tuple[int, ...]] = {
    Audience.LIAISON: (1, 2),
    Audience.SECTION_HEAD: (3,),
    Audience.DEPUTY_HEAD: (4,),
    Audience.HEAD: (5,),
    Audience.OFFICE: (6, 7),
    Audience.COUNTY_LEADER: (8,),
}


@pytest.mark.parametrize(
    ("post", "vacant", "reached"),
    [
        ("liaison", "", {1, 2}),
        ("liaison", "liaison", {3}),
        ("liaison", "liaison section_head", {4}),
        ("liaison", "liaison section_head deputy_head", {5}),
        ("liaison", "liaison section_head deputy_head head", {6, 7}),
        ("section_head", "section_head", {1, 2}),
        ("section_head", "section_head liaison", {4}),
        ("section_head", "section_head liaison deputy_head", {5}),
        ("section_head", "section_head liaison deputy_head head", {6, 7}),
        ("deputy_head", "deputy_head", {5}),
        ("deputy_head", "deputy_head head", {6, 7}),
        ("head", "head", {4}),
        ("head", "head deputy_head", {6, 7}),
        ("county_leader", "county_leader", {6, 7}),
        ("office", "", {6, 7}),
        ("office", "office", set()),
        ("county_leader", "county_leader office", set()),
    ],
)
def test_a_vacant_post_is_answered_for_by_the_next(post: str, vacant: str, reached: set[int]) -> None:
    contacts = {held: people for held, people in FULL.items() if held not in vacant.split()}
    own_post = {person: held for held, people in FULL.items() for person in people}
    assert reach((Audience(post),), contacts) == {person: own_post[person] for person in reached}


@pytest.mark.parametrize("post", Audience)
@pytest.mark.parametrize("empty", [{}, dict.fromkeys(Audience, ())])
def test_while_there_is_an_office_nobody_is_never_told(
    post: Audience, empty: Mapping[Audience, tuple[int, ...]]
) -> None:
    assert reach((post,), {**empty, Audience.OFFICE: (9,)}) == {9: Audience.OFFICE}
    assert post is Audience.OFFICE or FALLBACK[post][-1] is Audience.OFFICE


def test_whoever_holds_two_posts_is_told_once_by_the_first() -> None:
    contacts = {Audience.LIAISON: (1,), Audience.HEAD: (1, 2), Audience.OFFICE: (2, 3)}
    audience = (Audience.LIAISON, Audience.HEAD, Audience.OFFICE)
    assert reach(audience, contacts) == {1: Audience.LIAISON, 2: Audience.HEAD, 3: Audience.OFFICE}

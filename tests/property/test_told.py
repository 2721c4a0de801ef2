"""Laws of who is told: each person once for each thing, each thing under a place of its own."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.queries.directory import Contacts
from app.queries.engine import Due
from app.queries.told import Told, told
from tests.property.strategies import climbs, ladders
from tests.unit.climbing import Chase
from workflows.cadence import DutyKind
from workflows.calendar import instant
from workflows.escalation import DRAFTED, Audience, Climb, Ladder, LetterKind, Step

people = st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True).map(tuple)

contacts = st.builds(
    lambda posts, fewer: Contacts(posts, {}, fewer),
    st.dictionaries(st.sampled_from(Audience), people),
    st.frozensets(st.integers(1, 6), max_size=2),
)
"""Whom each audience reaches: vacant posts, people who hold several, people who asked for fewer letters."""

stories = st.lists(
    st.tuples(st.integers(-110_000, 160_000), st.sampled_from(["turn", "turn", "hear"])), max_size=60
)


def steps(climb: Climb, ladder: Ladder, story: list[tuple[int, str]]) -> list[Step]:
    """What one epoch of a duty comes to, in the order of time."""
    chase = Chase(climb, ladder)
    for minute, what in sorted(story):
        now = instant(climb.due_on, 0) + timedelta(minutes=minute)
        if what == "turn":
            chase.turn(now)
        else:
            chase.hear(now)
    return [answer.step for answer in chase.answers]


def due_of(climb: Climb) -> Due:
    return Due(1, DutyKind.MONTHLY_REPORT, 11, 12, 13, 21, 1, 1, climb)


@given(climbs(), ladders, stories, contacts)
def test_in_one_epoch_no_two_things_told_a_person_have_the_same_key(
    climb: Climb, ladder: Ladder, story: list[tuple[int, str]], held: Contacts
) -> None:
    found = [each for step in steps(climb, ladder, story) for each in told(due_of(climb), step, held, ladder)]
    keys = Counter((each.place, each.person_id) for each in found)
    assert all(count == 1 for count in keys.values())


@given(climbs(), ladders, stories)
def test_every_rung_repeat_draft_and_question_has_a_place_of_its_own(
    climb: Climb, ladder: Ladder, story: list[tuple[int, str]]
) -> None:
    everybody = Contacts({post: (n,) for n, post in enumerate(Audience, 1)}, {}, frozenset())
    things: dict[str, set[tuple[object, ...]]] = {}
    for number, step in enumerate(steps(climb, ladder, story)):
        for each in told(due_of(climb), step, everybody, ladder):
            things.setdefault(each.place, set()).add((number, each.letter, each.drafted))
    assert all(len(meant) == 1 for meant in things.values())


@given(climbs(), ladders, stories, contacts)
def test_drafts_and_questions_reach_the_office_and_nobody_else(
    climb: Climb, ladder: Ladder, story: list[tuple[int, str]], held: Contacts
) -> None:
    office = held.get(Audience.OFFICE, ())
    for step in steps(climb, ladder, story):
        found = list(told(due_of(climb), step, held, ladder))
        drafted = [each.person_id for each in found if each.drafted]
        asked = [each.person_id for each in found if each.letter is LetterKind.VERIFY]
        draws = step.act is not None and step.act.drafts is not None and not step.loop
        assert drafted == (list(office) if draws else [])
        verifies = step.act is not None and step.act.letter is LetterKind.VERIFY
        assert verifies or asked == (list(office) if step.asks else [])
        for each in found:
            assert each.drafted == (each.letter in DRAFTED)
            assert not (each.drafted or step.asks) or each.audience is Audience.OFFICE


def addressed(ladder: Ladder, index: int, climb: Climb, held: Contacts) -> list[Told]:
    step = Step(index + 1, None, ladder.rungs[index], index)
    return [each for each in told(due_of(climb), step, held, ladder) if not each.drafted]


@given(climbs(), ladders, contacts, st.data())
def test_a_letter_reaches_whoever_is_addressed_and_is_copied_to_nobody_who_is(
    climb: Climb, ladder: Ladder, held: Contacts, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(ladder.rungs) - 1), "index")
    rung = ladder.rungs[index]
    everybody = Contacts(dict(held), {}, frozenset())
    found = addressed(ladder, index, climb, everybody)
    if rung.letter in DRAFTED:
        assert found == []
        return
    main = {each.person_id for each in found if not each.copied}
    assert {person for post in rung.audience for person in held.get(post, ())} <= main
    posts = [post for post in rung.copies if not (rung.drafts and post is Audience.OFFICE)]
    assert {each.person_id for each in found if each.copied} == {
        person for post in posts for person in held.get(post, ())
    } - main


@given(climbs(), ladders, contacts, st.data())
def test_whoever_asked_for_fewer_letters_misses_copies_and_early_dates_only(
    climb: Climb, ladder: Ladder, held: Contacts, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(ladder.rungs) - 1), "index")
    advances = [n for n, rung in enumerate(ladder.rungs) if rung.letter is LetterKind.ADVANCE]
    early = index in advances[:-1]
    full = addressed(ladder, index, climb, Contacts(dict(held), {}, frozenset()))
    fewer = addressed(ladder, index, climb, held)
    assert fewer == [each for each in full if each.person_id not in held.fewer or not (early or each.copied)]

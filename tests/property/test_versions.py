"""Invariants of comparing two versions, and of what a new version does to duties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflows.cadence import DutyKind, Period
from workflows.difference import How, difference
from workflows.lifecycle import DutyState, TaskState
from workflows.succession import Asked, Move, Running, Terms, Wanted, steps
from workflows.units import OWING, Share
from workflows.versions import Aspect, Bearer, VersionTask, changed, pair_up

WORDS = (
    "建设",
    "幼儿园",
    "教师",
    "经费",
    "检查",
    "制定",
    "方案",
    "安全",
    "道路",
    "2025年",
    "十二所",
    "落实",
    "，",
    "。",
)
texts = st.lists(st.sampled_from(WORDS), min_size=0, max_size=24).map("".join)
bearers = st.lists(
    st.builds(Bearer, st.sampled_from("甲乙丙"), st.just("局"), st.sampled_from(Share)), max_size=3
)


@st.composite
def versions(draw: st.DrawFn, base: int = 0) -> list[VersionTask]:
    """Up to eight tasks, alike or not, with numbers and titles that may repeat."""
    count = draw(st.integers(0, 8))
    return [
        VersionTask(
            base + place,
            draw(st.sampled_from(["", "1", "2", "3"])),
            draw(st.sampled_from(["", "保障", "建设", "培训"])),
            draw(texts),
            bearers=tuple(draw(bearers)),
        )
        for place in range(count)
    ]


@given(versions(), versions(100))
def test_every_task_of_both_versions_stands_in_exactly_one_pair(
    old: list[VersionTask], new: list[VersionTask]
) -> None:
    pairs = pair_up(old, new)
    assert sorted(p.old.id for p in pairs if p.old) == [t.id for t in old]
    assert [p.new.id for p in pairs if p.new] == [t.id for t in new]
    assert all(p.old or p.new for p in pairs)


@given(versions(), versions(100))
def test_seen_from_the_other_side_as_many_tasks_came_as_went(
    old: list[VersionTask], new: list[VersionTask]
) -> None:
    there, back = pair_up(old, new), pair_up(new, old)
    assert sum(p.old is None for p in there) == sum(p.new is None for p in back)
    assert sum(p.new is None for p in there) == sum(p.old is None for p in back)


@given(versions())
def test_the_same_document_again_changes_nothing(tasks: list[VersionTask]) -> None:
    pairs = pair_up(tasks, [replace(task, id=task.id + 100) for task in tasks])
    assert all(p.old and p.new and changed(p.old, p.new) == frozenset() for p in pairs)


@given(versions(), st.randoms())
def test_tasks_in_another_order_change_nothing_but_their_numbers(
    tasks: list[VersionTask], chance: object
) -> None:
    shuffled = list(tasks)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    new = [replace(task, id=100 + place, number=str(50 + place)) for place, task in enumerate(shuffled)]
    assert all(p.old and p.new and changed(p.old, p.new) <= {Aspect.NUMBER} for p in pair_up(tasks, new))


@given(versions(), versions(100), st.dictionaries(st.integers(99, 108), st.none() | st.integers(0, 9)))
def test_whatever_a_person_chose_holds_and_nobody_is_lost(
    old: list[VersionTask], new: list[VersionTask], chosen: dict[int, int | None]
) -> None:
    once: dict[int, int | None] = {new_id: None for new_id, old_id in chosen.items() if old_id is None}
    taken: set[int] = set()
    for new_id, old_id in chosen.items():
        if old_id is not None and old_id not in taken:
            taken.add(old_id)
            once[new_id] = old_id
    pairs = pair_up(old, new, once)
    assert sorted(p.old.id for p in pairs if p.old) == [t.id for t in old]
    found = {p.new.id: p.old.id if p.old else None for p in pairs if p.new}
    known = {t.id for t in old} | {None}
    assert all(found[n] == o for n, o in once.items() if n in found and o in known)


@given(st.text(max_size=60) | texts, st.text(max_size=60) | texts)
def test_the_runs_of_a_difference_make_up_both_texts(old: str, new: str) -> None:
    runs = difference(old, new)
    assert "".join(run.text for run in runs if run.how is not How.NEW) == old
    assert "".join(run.text for run in runs if run.how is not How.GONE) == new
    assert all(run.text for run in runs)
    assert (old == new) == all(run.how is How.KEPT for run in runs)


# ------------------------------------------------------------------------------- what it does to duties

TODAY = date(2025, 3, 20)
MONTH = Period(DutyKind.MONTHLY_REPORT, "2025-03", TODAY, date(2025, 3, 25))
days = st.none() | st.sampled_from([TODAY - timedelta(9), TODAY + timedelta(9), TODAY + timedelta(99)])
parts = st.dictionaries(st.integers(1, 4), st.sampled_from(Share), max_size=4)
terms = st.builds(Terms, st.just(TODAY), st.just(TODAY + timedelta(1)), st.sampled_from([(), (MONTH,)]))
wanted = st.builds(Wanted, days, parts)


@st.composite
def running(draw: st.DrawFn) -> Running:
    """A task with any duties its present and former units may have."""
    asked = [
        Asked(place, unit, kind, "2025-03" if kind is DutyKind.MONTHLY_REPORT else "", state, due)
        for place, (unit, kind, state, due) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.integers(1, 4),
                        st.sampled_from([DutyKind.SIGN, DutyKind.MONTHLY_REPORT, DutyKind.COMPLETION]),
                        st.sampled_from(DutyState),
                        st.sampled_from([TODAY, TODAY + timedelta(9)]),
                    ),
                    unique_by=lambda line: line[:2],
                )
            )
        )
    ]
    state = draw(st.sampled_from([s for s in TaskState if s is not TaskState.DRAFT]))
    return Running(state, draw(days), draw(parts), tuple(asked))


@given(st.none() | running(), st.none() | wanted, terms)
def test_afterwards_nobody_is_asked_for_what_he_has_no_part_in(
    before: Running | None, after: Wanted | None, when: Terms
) -> None:
    if before and before.state is TaskState.CLOSED:
        assert steps(before, after, when) == ()
        return
    left = _after(before, steps(before, after, when))
    shares = after.parts if after else {}
    for (unit, kind, _), (state, _) in left.items():
        if state is DutyState.OPEN:
            assert shares.get(unit) in OWING
            assert kind is not DutyKind.COMPLETION or (
                shares[unit] is Share.LEAD and after and after.deadline_on
            )


@given(st.none() | running(), wanted, terms)
def test_afterwards_every_lead_is_asked_for_the_date_and_every_newcomer_to_sign(
    before: Running | None, after: Wanted, when: Terms
) -> None:
    if before and before.state is TaskState.CLOSED:
        return
    left = _after(before, steps(before, after, when))
    for unit, share in after.parts.items():
        if share is Share.LEAD and after.deadline_on:
            state, due = left[unit, DutyKind.COMPLETION, ""]
            assert state is not DutyState.CANCELLED
            moved = before is None or before.deadline_on != after.deadline_on
            assert not moved or state is DutyState.DONE or due == after.deadline_on
        if share in OWING and (before is None or before.parts.get(unit) not in OWING):
            assert left[unit, DutyKind.SIGN, ""][0] is not DutyState.CANCELLED
            assert (
                not when.months
                or left[unit, DutyKind.MONTHLY_REPORT, MONTH.key][0] is not DutyState.CANCELLED
            )


@given(running(), st.none() | wanted, terms)
def test_what_was_filed_or_done_stays_and_no_duty_is_touched_twice(
    before: Running, after: Wanted | None, when: Terms
) -> None:
    taken = [step.duty_id for step in steps(before, after, when) if step.duty_id is not None]
    assert len(taken) == len(set(taken))
    for duty in before.asked:
        if duty.state is DutyState.DONE or (
            duty.state is DutyState.FILED and duty.kind is not DutyKind.COMPLETION
        ):
            assert duty.id not in taken


@given(running(), terms)
def test_taking_the_same_demands_again_does_nothing_more(before: Running, when: Terms) -> None:
    """Once done, the same version asks for nothing: no duty is opened, moved or cancelled a second time."""
    after = Wanted(before.deadline_on, before.parts)
    first = steps(before, after, when)
    left = _after(before, first)
    asked = tuple(
        Asked(place, unit, kind, key, state, due)
        for place, ((unit, kind, key), (state, due)) in enumerate(left.items())
    )
    state = TaskState.UNDERWAY if before.state is TaskState.WITHDRAWN else before.state
    assert steps(Running(state, after.deadline_on, after.parts, asked), after, when) == ()


def _after(before: Running | None, taken: object) -> dict[tuple[int, DutyKind, str], tuple[DutyState, date]]:
    """The duties of the task when all steps are taken."""
    asked = before.asked if before else ()
    left = {(d.unit_id, d.kind, d.period_key): (d.state, d.due_on) for d in asked}
    for step in taken:  # type: ignore[attr-defined]
        key = (step.unit_id, step.kind, step.period_key)
        if step.move is Move.CANCEL:
            left[key] = (DutyState.CANCELLED, left[key][1])
        elif step.move is Move.REDATE:
            left[key] = (left[key][0], step.due_on)
        else:
            assert (key in left) == (step.move is Move.REOPEN)
            left[key] = (DutyState.OPEN, step.due_on)
    return left

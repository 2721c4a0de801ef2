"""Parting a task and joining the halves again gives back its words, units and date, wherever it is parted."""

from __future__ import annotations

from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from workflows.commitments import CommitmentKind, TaskKind
from workflows.redraft import Bearer, Draft, Mark, Promise, Question, merge, places, split
from workflows.units import Share

WORDS = st.text(alphabet="推进建设幼儿园2025年底前完成，（）“”\n ", min_size=1, max_size=20)
SENTENCES = st.lists(st.tuples(WORDS, st.sampled_from("。；！\n")), min_size=1, max_size=6)
DAYS = st.dates(date(2023, 1, 1), date(2030, 12, 31))
BEARERS = st.lists(
    st.builds(Bearer, st.sampled_from(Share), st.sampled_from(["县教育局", "县财政局", "各乡镇"])),
    max_size=4,
    unique=True,
)


@st.composite
def drafts(draw: st.DrawFn) -> tuple[Draft, str]:
    """A task as read, and its source; marks, promises and doubts stand somewhere between its first and last letter."""
    text = "".join(words + stop for words, stop in draw(SENTENCES))
    before, clause = draw(WORDS), draw(st.sampled_from(["", "（责任单位：县教育局）"]))
    source = f"{before}{text}{clause}结尾"
    start, end = len(before), len(before) + len(text) + len(clause)
    spots = st.integers(start, end - 1)

    def placed() -> tuple[int, int]:
        at = draw(spots)
        return at, draw(st.integers(at + 1, end))

    deadline_on = draw(st.none() | DAYS)
    dated = placed() if draw(st.booleans()) else None
    marks = {Mark(*placed(), draw(st.sampled_from(["unit", "number", "figure"]))) for _ in range(3)}
    stones = [
        Promise(CommitmentKind.MILESTONE, text=source[a:b], due_on=day, start=a, end=b)
        for day, (a, b) in ((draw(DAYS), placed()) for _ in range(draw(st.integers(0, 2))))
        if deadline_on and day < deadline_on
    ]
    task = Draft(
        number="1",
        part=None,
        level=1,
        title=draw(WORDS),
        section="",
        text=text,
        start=start,
        end=end,
        deadline_on=deadline_on,
        deadline_text=source[slice(*dated)] if dated and deadline_on else "",
        recurrence=draw(st.none() | st.just("yearly")),
        recurrence_text="",
        start_text="",
        kind=TaskKind.DATED,
        kind_reason="",
        noted={"text_units": draw(st.lists(st.sampled_from(["幼儿园", "建设", "县公安局"]), unique=True))},
        bearers=tuple(sorted(draw(BEARERS), key=lambda b: list(Share).index(b.share))),
        promises=tuple(stones),
        marks=tuple(sorted(marks | ({Mark(*dated, "date")} if dated else set()))),
        doubts=tuple(
            {Question(draw(st.sampled_from(["unit-unclear", "figure-blank"])), "请核对。", *placed())}
        ),
    )
    return task, source


@given(drafts(), st.data())
def test_joined_halves_say_what_the_task_said(drawn: tuple[Draft, str], data: st.DataObject) -> None:
    task, source = drawn
    cuts = places(task.text)
    assume(cuts)
    first, second = split(task, data.draw(st.sampled_from(cuts)), source)
    joined = merge(first, second, source)
    assert joined.text == task.text
    assert joined.bearers == task.bearers
    assert joined.deadline_on == task.deadline_on
    assert joined.recurrence == task.recurrence
    assert set(joined.marks) == set(task.marks)
    assert set(joined.doubts) == set(task.doubts)
    assert set(joined.noted["text_units"]) == set(task.noted["text_units"])
    assert {made.due_on for made in joined.promises} == {made.due_on for made in task.promises}


@given(drafts(), st.data())
def test_nothing_read_from_the_source_is_lost_in_between(
    drawn: tuple[Draft, str], data: st.DataObject
) -> None:
    task, source = drawn
    cuts = places(task.text)
    assume(cuts)
    first, second = split(task, data.draw(st.sampled_from(cuts)), source)
    assert first.text + second.text == task.text
    assert first.text.strip()
    assert second.text.strip()
    assert first.bearers == second.bearers == task.bearers
    assert set(first.marks) | set(second.marks) == set(task.marks)
    assert set(first.doubts) | set(second.doubts) == set(task.doubts)
    dates = {made.due_on for half in (first, second) for made in half.promises}
    dates |= {half.deadline_on for half in (first, second) if half.deadline_on}
    assert dates == {made.due_on for made in task.promises} | ({task.deadline_on} - {None})


@given(st.text(max_size=200))
def test_every_place_leaves_words_on_both_sides(text: str) -> None:
    for at in places(text):
        assert text[:at].strip()
        assert text[at:].strip()

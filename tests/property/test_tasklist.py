"""A list that goes out and comes back untouched changes nothing, and says to the parser what it said to us."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.tasklist import task_list
from app.intake.readers import rows_of, text_of
from workflows.commitments import TaskKind
from workflows.document import parse
from workflows.document.model import Recurrence
from workflows.redraft import Bearer, Draft
from workflows.tasklist import EDITABLE, Changes, Field, cells, compare, find_rows, read_stamp, stamp
from workflows.units import Share

PLAN = 7
NAMES = (
    "县教育局",
    "县财政局",
    "县委编办",
    "县人力资源和社会保障局",
    "县残联",
    "各幼儿园",
    "各乡镇政府",
    "县住建局",
)
ACTS = ("改善", "健全", "规范", "加强", "推进", "落实", "完善", "优化")
THINGS = (
    "办园条件",
    "资助政策",
    "教师培训",
    "安全监管",
    "家园共育指导",
    "幼儿园保教质量",
    "课程资源",
    "残疾幼儿入园需求",
)
WORDS = st.text(max_size=40) | st.sampled_from(
    ["=1+1", "+86", "-2", "@x", "_x000D_", "a\nb\tc", "\r", "  ", "1.0", "\u3000县"]
)
DAYS = st.dates(date(2001, 1, 1), date(2059, 12, 31))


def draft(number: str, title: str, text: str, **told: Any) -> Draft:
    plain: dict[str, Any] = {
        "part": None, "level": 1, "section": "", "start": None, "end": None, "deadline_on": None, "deadline_text": "",
        "recurrence": None, "recurrence_text": "", "start_text": "", "kind": TaskKind.DATED, "kind_reason": "",
    }  # fmt: skip
    return Draft(number=number, title=title, text=text, **{**plain, **told})


ANY_DRAFT = st.builds(
    draft,
    number=WORDS,
    title=WORDS,
    text=st.text(max_size=300) | WORDS,
    section=WORDS,
    deadline_on=st.none() | DAYS,
    deadline_text=WORDS,
    recurrence=st.none() | st.sampled_from(Recurrence),
    kind=st.sampled_from(TaskKind),
    bearers=st.lists(st.builds(Bearer, st.sampled_from(Share), WORDS), max_size=4).map(tuple),
)


def sent(drafts: list[Draft]) -> bytes:
    """The list as it goes out."""
    rows = []
    for task_id, each in enumerate(drafts, 1):
        shown = cells(each)
        rows.append(({**shown, Field.STAMP: stamp(PLAN, task_id, shown)}, each.deadline_on))
    return task_list("学前教育计划", "县政发〔2025〕3号", rows)


def returned(content: bytes, drafts: list[Draft]) -> Changes:
    """What the list changes when it comes back."""
    rows = find_rows([lines for _, lines in rows_of("任务表.xlsx", content)])
    assert rows is not None
    return compare(PLAN, dict(enumerate(drafts, 1)), rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_DRAFT, min_size=1, max_size=4))
def test_a_list_that_comes_back_untouched_changes_nothing(drafts: list[Draft]) -> None:
    changes = returned(sent(drafts), drafts)
    assert changes.is_empty
    assert changes.same == len(drafts)
    assert changes.notes == ()


@given(st.text(max_size=60), st.sampled_from(EDITABLE))
def test_a_stamp_tells_a_changed_cell_from_an_untouched_one(words: str, field: Field) -> None:
    shown = cells(draft("1", "改善办园条件", "改善办园条件。"))
    read = read_stamp(stamp(PLAN, 3, {**shown, field: words}))
    assert read is not None
    assert (read.plan_id, read.task_id) == (PLAN, 3)
    assert read.is_as_sent(field, words)
    assert not read.is_as_sent(field, f"{words}改")


@given(st.data())
def test_no_stamp_with_one_character_altered_passes(data: st.DataObject) -> None:
    whole = stamp(PLAN, 3, cells(draft("1", "改善办园条件", "改善办园条件。")))
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from("0123456789abcdefLS-").filter(lambda character: character != whole[at]))
    assert read_stamp(whole[:at] + other + whole[at + 1 :]) is None


@st.composite
def plausible(draw: st.DrawFn) -> list[Draft]:
    """Tasks as a county writes them, whose times stand in their own columns alone."""
    drafts = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        title = draw(st.sampled_from(ACTS)) + draw(st.sampled_from(THINGS))
        named = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
        shares = [Share.LEAD, *(draw(st.sampled_from([Share.RESPONSIBLE, Share.SUPPORT])) for _ in named[1:])]
        bearers = [Bearer(share, name) for share, name in zip(shares, named, strict=True)]
        drafts.append(
            draft(
                str(number),
                title,
                f"{draw(st.sampled_from([title, '摸清全县底数']))}。按照有关要求{draw(st.sampled_from(ACTS))}各项工作，做到件件有着落。",
                section=draw(st.sampled_from(["", "（一）改善办园条件"])),
                deadline_on=draw(st.none() | DAYS),
                recurrence=draw(st.none() | st.sampled_from(Recurrence)),
                kind=draw(st.sampled_from(TaskKind)),
                bearers=tuple(sorted(bearers, key=lambda bearer: list(Share).index(bearer.share))),
            )
        )
    return drafts


@settings(max_examples=60, deadline=None)
@given(plausible())
def test_what_we_export_is_read_as_the_same_tasks(drafts: list[Draft]) -> None:
    read = parse(text_of("任务表.xlsx", sent(drafts))).tasks
    assert [
        (t.number, t.title, [(u.share, u.printed) for u in t.units], t.deadline_on, t.recurrence)
        for t in read
    ] == [
        (d.number, d.title, [(b.share, b.printed) for b in d.bearers], d.deadline_on, d.recurrence)
        for d in drafts
    ]
    assert [task.text for task in read] == [each.text for each in drafts]

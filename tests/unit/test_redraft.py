"""拆分 and 合并: what goes with which half, and what becomes of two tasks that are made one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from workflows.commitments import CommitmentKind, Comparison, TaskKind
from workflows.errors import Refused
from workflows.redraft import Bearer, Draft, Mark, Promise, Question, merge, places, shortcoming, split
from workflows.units import Share

FIRST = "制定配备方案并组织实施，到2024年底完成采购。"
SECOND = "到2025年底，全县公办幼儿园\n玩教具配备达到100%。"
CLAUSE = "（牵头单位：县政府。责任单位：县教育局）"
SOURCE = f"前言。\n1.改善办园条件。{FIRST}{SECOND}{CLAUSE}\n2.后面一条。"
MID, END = date(2024, 12, 31), date(2025, 12, 31)
LEAD, SHARE = Bearer(Share.LEAD, "县政府", unit_id=1), Bearer(Share.RESPONSIBLE, "县教育局", unit_id=2)


def mark(words: str, what: str) -> Mark:
    start = SOURCE.index(words)
    return Mark(start, start + len(words), what)


def promise(kind: CommitmentKind, words: str, **more: object) -> Promise:
    place = mark(words, "")
    return replace(Promise(kind, text=words, start=place.start, end=place.end), **more)  # type: ignore[arg-type]


STONE = promise(CommitmentKind.MILESTONE, "到2024年底", due_on=MID)
THING = promise(CommitmentKind.DELIVERABLE, "制定配备方案", name="配备方案")
FIGURE = promise(CommitmentKind.INDICATOR, "达到100%", name="配备率", target="100", unit="%")
UNCLEAR = Question("unit-unclear", "请核对单位。", SOURCE.index("县政府"), SOURCE.index("县政府") + 3)
BLANK = Question("figure-blank", "请补全数字。", SOURCE.index("达到"), SOURCE.index("达到") + 2)

TASK = Draft(
    number="1",
    part=None,
    level=1,
    title="改善办园条件",
    section="重点任务",
    text=(FIRST + SECOND).replace("\n", ""),
    start=SOURCE.index("1.改善"),
    end=SOURCE.index("\n2."),
    deadline_on=END,
    deadline_text="到2025年底",
    recurrence=None,
    recurrence_text="",
    start_text="",
    kind=TaskKind.DATED,
    kind_reason="有完成时限。",
    noted={"text_units": ["县公安局"], "leader": None},
    bearers=(LEAD, SHARE),
    promises=(STONE, THING, FIGURE),
    marks=tuple(
        sorted(
            (
                mark("1", "number"),
                mark("到2024年底", "date"),
                mark("到2025年底", "date"),
                mark("县政府", "unit"),
                mark("县教育局", "unit"),
            )
        )
    ),
    doubts=(UNCLEAR, BLANK),
)
AT = len(FIRST)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一句话。", []),
        ("甲。乙。", [2]),
        ("甲；乙；丙", [2, 4]),
        ("甲（乙。丙）丁。戊", [8]),
        ("要做到“甲。乙。”然后丙。丁", [9, 13]),
        ("说“甲。”乙。", [5]),
        ("甲\n乙", [2]),
        ("（没有关上。甲\n乙。丙", [8, 10]),
        ("甲。\n  乙", [5]),
        ("。。甲", []),
        ("", []),
    ],
)
def test_a_task_may_be_parted_behind_sentences_outside_brackets(text: str, found: list[int]) -> None:
    assert list(places(text)) == found


def test_each_half_has_its_words_both_have_the_units() -> None:
    first, second = split(TASK, AT, SOURCE)
    assert (first.text, second.text) == (FIRST, SECOND.replace("\n", ""))
    assert first.bearers == second.bearers == (LEAD, SHARE)
    assert (first.part, second.part) == (1, 2)
    assert first.start == TASK.start
    assert second.start == SOURCE.index(SECOND)
    assert first.end == second.end == TASK.end


def test_the_heading_stays_in_front_of_what_each_half_is_about() -> None:
    first, second = split(TASK, AT, SOURCE)
    assert first.title == "改善办园条件：制定配备方案并组织实施"
    assert second.title == "改善办园条件：全县公办幼儿园玩教具配备达到100%"


def test_a_task_without_a_heading_is_named_after_its_words() -> None:
    task = replace(TASK, title="制定配备方案并组织实施")
    first, second = split(task, AT, SOURCE)
    assert first.title == "制定配备方案并组织实施"
    assert second.title == "全县公办幼儿园玩教具配备达到100%"


def test_a_heading_that_opens_the_words_stays_in_front_too() -> None:
    task = replace(TASK, text=f"改善办园条件。{TASK.text}")
    first, second = split(task, AT + 7, SOURCE)
    assert first.title == "改善办园条件：制定配备方案并组织实施"
    assert second.title == "改善办园条件：全县公办幼儿园玩教具配备达到100%"
    alone, rest = split(task, 7, SOURCE)
    assert alone.title == "改善办园条件"
    assert rest.title == "改善办园条件：制定配备方案并组织实施"


def test_times_and_reasons_are_no_title() -> None:
    task = replace(TASK, text="甲事。从2023年起，要根据县域实际，制定方案。")
    assert split(task, 3, SOURCE)[1].title == "改善办园条件：制定方案"


def test_the_deadline_goes_with_its_words_and_the_other_half_takes_its_milestone() -> None:
    first, second = split(TASK, AT, SOURCE)
    assert (second.deadline_on, second.deadline_text) == (END, "到2025年底")
    assert (first.deadline_on, first.deadline_text) == (MID, "到2024年底")
    assert first.promises == (THING,)
    assert second.promises == (FIGURE,)


def test_a_deadline_that_stands_in_the_clause_holds_for_both() -> None:
    source = SOURCE.replace("县教育局）", "县教育局。完成时限：2025年6月）")
    place = source.index("2025年6月")
    task = replace(
        TASK,
        deadline_on=date(2025, 6, 30),
        deadline_text="2025年6月",
        marks=(Mark(place, place + 7, "date"),),
        end=source.index("\n2."),
    )
    first, second = split(task, AT, source)
    assert first.deadline_on == second.deadline_on == date(2025, 6, 30)
    assert first.marks == second.marks == task.marks


def test_doubts_about_units_are_asked_of_both_halves_others_where_they_stand() -> None:
    first, second = split(TASK, AT, SOURCE)
    assert first.doubts == (UNCLEAR,)
    assert second.doubts == (UNCLEAR, BLANK)


def test_marks_follow_their_words_and_those_of_units_stay_with_both() -> None:
    first, second = split(TASK, AT, SOURCE)
    units = {m for m in TASK.marks if m.what == "unit"}
    assert set(first.marks) == units | {mark("1", "number"), mark("到2024年底", "date")}
    assert set(second.marks) == units | {mark("到2025年底", "date")}


def test_a_unit_that_only_acts_in_the_text_stays_with_the_half_that_names_it() -> None:
    task = replace(
        TASK, text="县公安局巡查。县教育局核查。", noted={"text_units": ["县公安局"], "leader": "王副县长"}
    )
    first, second = split(task, 7, SOURCE)
    assert first.noted == {"text_units": ["县公安局"], "leader": "王副县长"}
    assert second.noted == {"text_units": [], "leader": "王副县长"}


def test_words_a_clerk_rewrote_are_parted_all_the_same_and_nothing_is_lost() -> None:
    task = replace(TASK, text="改写的第一句。到2025年底改写的第二句。")
    first, second = split(task, 7, SOURCE)
    assert (first.deadline_text, second.deadline_text) == ("", "到2025年底")
    assert set(first.promises) | set(second.promises) | {STONE} == set(TASK.promises)
    assert set(first.marks) == set(TASK.marks)


def test_parts_count_on_behind_an_earlier_part() -> None:
    first, second = split(replace(TASK, part=3), AT, SOURCE)
    assert (first.part, second.part) == (3, 4)


@pytest.mark.parametrize("at", [0, 1, AT - 1, AT + 1, len(FIRST + SECOND), 9999])
def test_a_place_inside_a_sentence_is_refused(at: int) -> None:
    with pytest.raises(Refused, match="请选择从哪一句后面分开"):
        split(TASK, at, SOURCE)


def test_two_halves_made_one_again_say_what_the_task_said() -> None:
    joined = merge(*split(TASK, AT, SOURCE), SOURCE)
    assert replace(joined, part=None, promises=(), doubts=(), noted={}) == replace(
        TASK, promises=(), doubts=(), noted={}
    )
    assert set(joined.promises) == set(TASK.promises)
    assert set(joined.doubts) == set(TASK.doubts)
    assert joined.noted == TASK.noted


def test_the_lead_of_the_first_leads_and_the_other_lead_is_responsible() -> None:
    other = Bearer(Share.LEAD, "县公安局")
    joined = merge(TASK, replace(TASK, bearers=(other, SHARE)), SOURCE)
    assert joined.bearers == (LEAD, SHARE, replace(other, share=Share.RESPONSIBLE))
    unled = merge(replace(TASK, bearers=(SHARE,)), replace(TASK, bearers=(other,)), SOURCE)
    assert unled.bearers == (other, SHARE)


@pytest.mark.parametrize(
    ("one", "two", "kept"),
    [
        (MID, END, END),
        (END, MID, END),
        (None, END, END),
        (END, None, END),
        (END, END, END),
        (None, None, None),
    ],
)
def test_the_later_date_stands_and_the_earlier_becomes_a_milestone(
    one: date | None, two: date | None, kept: date | None
) -> None:
    first = replace(TASK, deadline_on=one, deadline_text="甲", promises=())
    joined = merge(first, replace(TASK, deadline_on=two, deadline_text="乙", promises=()), SOURCE)
    assert joined.deadline_on == kept
    stones = [made.due_on for made in joined.promises]
    assert stones == ([MID] if one and two and one != two else [])


def test_two_rhythms_cannot_both_stand_so_the_second_is_asked_about() -> None:
    first = replace(TASK, recurrence="yearly", recurrence_text="每年")
    joined = merge(first, replace(TASK, recurrence="monthly", recurrence_text="每月"), SOURCE)
    assert joined.recurrence == "yearly"
    assert "“每年”和“每月”" in joined.doubts[-1].sentence


def test_words_without_a_stop_get_one_where_they_are_joined() -> None:
    joined = merge(replace(TASK, text="甲"), replace(TASK, text="乙。"), SOURCE)
    assert joined.text == "甲。乙。"


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (Promise(CommitmentKind.MILESTONE), "要填日期"),
        (Promise(CommitmentKind.MILESTONE, due_on=MID), ""),
        (Promise(CommitmentKind.DELIVERABLE, name=" "), "请填写名称"),
        (Promise(CommitmentKind.DELIVERABLE, name="方案"), ""),
        (Promise(CommitmentKind.INDICATOR, name="覆盖率", target="很多"), "只填数字"),
        (Promise(CommitmentKind.INDICATOR, name="覆盖率", target="xx"), "不要填零"),
        (Promise(CommitmentKind.INDICATOR, name="覆盖率", comparison=Comparison.REACH), ""),
        (Promise(CommitmentKind.INDICATOR, name="师生比", target="1:15"), ""),
        (Promise(CommitmentKind.INDICATOR, name="覆盖率", target="98.5", unit="%"), ""),
    ],
)
def test_what_a_commitment_lacks_is_said(made: Promise, sentence: str) -> None:
    lacking = shortcoming(made)
    assert sentence in lacking
    assert bool(lacking) == bool(sentence)

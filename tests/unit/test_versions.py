"""Which task of a new version is which, what of it changed, and how the change reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from workflows.difference import How, difference, plain
from workflows.units import Share
from workflows.versions import Aspect, Bearer, UnitChange, VersionTask, changed, pair_up, unit_changes

ROADS = "对县城主干道破损路面进行修补，更换井盖三百个，年内完成八条背街小巷改造。"
PARKS = "新建口袋公园四处，补栽行道树一千二百株，完善步道和座椅等便民设施。"
LIGHTS = "排查城区路灯和景观照明，更换节能灯具，建立故障二十四小时修复机制。"
WASTE = "推行生活垃圾分类投放，新建中转站两座，配备分类运输车辆。"


def task(id_: int, number: str, title: str, text: str, **more: object) -> VersionTask:
    return VersionTask(id_, number, title, text, **more)  # type: ignore[arg-type]


def named(*bearers: tuple[str, Share]) -> tuple[Bearer, ...]:
    return tuple(Bearer(f"name:{printed}", printed, share) for printed, share in bearers)


OLD = [
    task(1, "1", "道路整治", ROADS),
    task(2, "2", "公园绿化", PARKS),
    task(3, "3", "亮化照明", LIGHTS),
    task(4, "4", "垃圾分类", WASTE),
]


def partners(old: list[VersionTask], new: list[VersionTask], **more: object) -> dict[int, int | None]:
    """New id → old id."""
    pairs = pair_up(old, new, **more)  # type: ignore[arg-type]
    return {pair.new.id: pair.old.id if pair.old else None for pair in pairs if pair.new}


def gone(old: list[VersionTask], new: list[VersionTask]) -> list[int]:
    return [pair.old.id for pair in pair_up(old, new) if pair.old and not pair.new]


def test_tasks_that_only_moved_keep_their_partner() -> None:
    new = [replace(old, id=old.id + 10, number=str(9 - old.id)) for old in reversed(OLD)]
    assert partners(OLD, new) == {14: 4, 13: 3, 12: 2, 11: 1}
    assert all(changed(p.old, p.new) == {Aspect.NUMBER} for p in pair_up(OLD, new) if p.old and p.new)


def test_a_task_that_is_put_in_between_takes_nobodys_place() -> None:
    between = task(15, "2", "停车治理", "施划停车泊位六百个，清理占道经营和乱停乱放。")
    new = [OLD[0], between, *(replace(old, number=str(old.id + 1)) for old in OLD[1:])]
    new = [replace(t, id=t.id + 10) if t.id < 10 else t for t in new]
    assert partners(OLD, new) == {11: 1, 15: None, 12: 2, 13: 3, 14: 4}


def test_number_and_title_outweigh_words_that_were_all_rewritten() -> None:
    rewritten = task(11, "2", "公园绿化", "由住建部门另行拟定方案报批后实施。")
    assert partners(OLD, [rewritten]) == {11: 2}


def test_words_outweigh_a_number_that_now_stands_before_another_task() -> None:
    new = [
        task(11, "1", "照明", LIGHTS.replace("节能", "智能")),
        task(12, "3", "道路", ROADS.replace("三百", "五百")),
    ]
    assert partners(OLD, new) == {11: 3, 12: 1}


def test_of_two_that_read_alike_the_one_under_the_same_number_is_meant() -> None:
    old = [task(1, "1", "", ROADS + "甲片区。"), task(2, "2", "", ROADS + "乙片区。")]
    assert partners(old, [task(11, "2", "", ROADS + "丙片区。")]) == {11: 2}


def test_of_a_task_that_was_split_the_larger_part_goes_on_and_the_other_says_whose_kin_it_is() -> None:
    both = task(1, "1", "市容提升", ROADS + PARKS + "以上工作纳入年度考核。")
    parts = [task(11, "1", "道路", ROADS), task(12, "2", "绿化", PARKS + "以上工作纳入年度考核。")]
    pairs = {pair.new.id: pair for pair in pair_up([both], parts) if pair.new}
    assert sum(pair.old is not None for pair in pairs.values()) == 1
    [alone] = [pair for pair in pairs.values() if pair.old is None]
    assert alone.kin == 1


def test_of_tasks_that_were_merged_one_goes_on_and_the_other_is_gone_into_it() -> None:
    both = task(11, "1", "市容提升", ROADS + PARKS)
    [lost] = [pair for pair in pair_up(OLD[:2], [both]) if pair.new is None]
    assert lost.kin == 11


def test_parts_of_one_number_are_told_apart() -> None:
    old = [replace(OLD[0], part=1), replace(OLD[1], number="1", title="道路整治", part=2)]
    new = [
        replace(old[1], id=12, text=PARKS.replace("四处", "六处")),
        replace(old[0], id=11, text=ROADS.replace("八条", "十条")),
    ]
    assert partners(old, new) == {12: 2, 11: 1}


def test_unlike_tasks_are_one_gone_and_one_new() -> None:
    assert partners(OLD[:1], [task(11, "5", "信访化解", "领导干部包案化解信访积案。")]) == {11: None}
    assert gone(OLD[:1], [task(11, "5", "信访化解", "领导干部包案化解信访积案。")]) == [1]


def test_what_a_person_chose_comes_before_any_likeness_and_frees_the_others() -> None:
    new = [replace(OLD[0], id=11), replace(OLD[1], id=12)]
    assert partners(OLD, new, chosen={11: 2}) == {11: 2, 12: None}
    assert partners(OLD, new, chosen={11: None}) == {11: None, 12: 2}


def test_a_choice_that_speaks_of_tasks_no_longer_there_is_passed_over() -> None:
    assert partners(OLD, [replace(OLD[0], id=11)], chosen={11: 99, 98: 1}) == {11: 1}


def test_a_withdrawn_task_is_taken_up_only_where_no_live_one_is_meant() -> None:
    live, withdrawn = OLD[0], replace(OLD[0], id=7)
    assert partners([live], [replace(live, id=11)], withdrawn=[withdrawn]) == {11: 1}
    assert partners([OLD[1]], [replace(live, id=11)], withdrawn=[withdrawn]) == {11: 7}
    assert partners([OLD[0]], [replace(live, id=11)], withdrawn=[withdrawn], chosen={11: 7}) == {11: 7}


def test_a_withdrawn_task_that_stays_away_is_not_gone_a_second_time() -> None:
    assert [p.old for p in pair_up([], [], withdrawn=OLD)] == []


ASPECTS = {
    Aspect.NUMBER: {"number": "9"},
    Aspect.SECTION: {"section": "二、其他"},
    Aspect.TITLE: {"title": "道路治理"},
    Aspect.WORDS: {"text": ROADS + "长期坚持。"},
    Aspect.UNITS: {"bearers": named(("县住建局", Share.LEAD))},
    Aspect.DEADLINE: {"deadline_on": date(2025, 6, 30)},
    Aspect.RECURRENCE: {"recurrence": "monthly"},
    Aspect.COMMITMENTS: {"commitments": ("交付物：方案",)},
}


@pytest.mark.parametrize("aspect", ASPECTS)
def test_each_aspect_is_told_when_it_alone_changes(aspect: Aspect) -> None:
    assert changed(OLD[0], replace(OLD[0], **ASPECTS[aspect])) == {aspect}  # type: ignore[arg-type]


def test_a_line_broken_elsewhere_or_a_known_unit_printed_otherwise_is_no_change() -> None:
    old = replace(OLD[0], bearers=(Bearer("unit:3", "县教育局", Share.LEAD),))
    new = replace(old, text=ROADS.replace("，", "，\n  "), bearers=(Bearer("unit:3", "教育局", Share.LEAD),))
    assert changed(old, new) == frozenset()


def test_units_that_went_came_or_changed_their_share() -> None:
    old = replace(
        OLD[0], bearers=named(("甲局", Share.LEAD), ("乙局", Share.RESPONSIBLE), ("丙局", Share.SUPPORT))
    )
    new = replace(
        OLD[0], bearers=named(("乙局", Share.LEAD), ("丁局", Share.SUPPORT), ("丙局", Share.SUPPORT))
    )
    assert unit_changes(old, new) == (
        UnitChange("甲局", Share.LEAD, None),
        UnitChange("乙局", Share.RESPONSIBLE, Share.LEAD),
        UnitChange("丁局", None, Share.SUPPORT),
    )


# ------------------------------------------------------------------------------------------ the words


def said(old: str, new: str) -> str:
    """The difference as marks: -gone-, +new+."""
    marks = {How.KEPT: "", How.GONE: "-", How.NEW: "+"}
    return "".join(f"{marks[run.how]}{run.text}{marks[run.how]}" for run in difference(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("更换井盖三百个。", "更换井盖三百个。", "更换井盖三百个。"),
        ("到2025年完成80%。", "到2026年完成85%。", "到-2025-+2026+年完成-80%-+85%+。"),
        ("改造幼儿园十二所。", "改造幼儿园十五所。", "改造幼儿园-十二-+十五+所。"),
        ("新建公园四处。", "新建公园四处，补栽树木。", "新建公园四处+，补栽树木+。"),
        ("新建公园四处，补栽树木。", "新建公园四处。", "新建公园四处-，补栽树木-。"),
        ("制定实施方案", "印发工作办法", "-制定实施方案-+印发工作办法+"),
        ("", "新", "+新+"),
        ("旧", "", "-旧-"),
        ("", "", ""),
    ],
)
def test_the_words_that_changed_are_marked(old: str, new: str, shown: str) -> None:
    assert said(old, new) == shown


def test_one_character_in_common_by_chance_does_not_cut_a_rewritten_clause_in_two() -> None:
    assert said("由县局牵头负责办理", "请各乡镇在月底前牵线") == "-由县局牵头负责办理-+请各乡镇在月底前牵线+"


def test_very_long_texts_are_compared_by_sentences() -> None:
    old = "".join(f"第{i}句话讲的是{i * 7}号事情。" for i in range(700))
    new = old.replace("第350句话讲的是2450号事情。", "换了一句。") + "末尾加一句。"
    runs = difference("甲" + old, "乙" + new)
    assert "换了一句。" in "".join(run.text for run in runs if run.how is How.NEW)
    assert sum(len(run.text) for run in runs if run.how is How.KEPT) > len(old) * 0.9


def test_line_breaks_inside_chinese_are_not_read() -> None:
    assert plain("第一行\n  第二行 ABC  DEF 号\n") == "第一行第二行ABC DEF号"

"""Who is named, and with which share: every shape of clause the documents use."""

from __future__ import annotations

import pytest

from tests.unit.document.reading import only_task, plan, task_with
from workflows.units import Share

LEAD, SHARED, SUPPORT = Share.LEAD, Share.RESPONSIBLE, Share.SUPPORT


@pytest.mark.parametrize(
    ("clause", "leads", "others"),
    [
        ("（牵头单位：县教育局；责任单位：县财政局、县人社局）", ["县教育局"], ["县财政局", "县人社局"]),
        ("(牵头单位:县政府。责任单位:县教育局、县财政局)", ["县政府"], ["县教育局", "县财政局"]),
        ("〔牵头部门：县教育局，配合部门：县财政局，各镇、街道〕", ["县教育局"], ["县财政局", "各镇、街道"]),
        ("【责任单位：县教育局】", [], ["县教育局"]),
        ("（责任部门：县教育局，各乡镇（街道））", [], ["县教育局", "各乡镇（街道）"]),
        ("[责任单位：县教育局，各县（市、区）政府]", [], ["县教育局", "各县（市、区）政府"]),
        ("（牵头考核单位：县审批局）", ["县审批局"], []),
        ("（责任科室：办公室、人事科）", [], ["办公室", "人事科"]),
        ("（主办单位：县教育局；协办单位：县财政局）", ["县教育局"], ["县财政局"]),
        ("（牵头责任单位：县教育局，协同责任单位：县财政局）", ["县教育局"], ["县财政局"]),
        ("（主要责任单位：县教育局；其他责任单位：县财政局）", ["县教育局"], ["县财政局"]),
        ("（牵头：县教育局；配合：县财政局）", ["县教育局"], ["县财政局"]),
        ("（牵头单位：县教育局）（责任单位：县财政局）", ["县教育局"], ["县财政局"]),
        ("（县教育局牵头，县财政局配合）", ["县教育局"], ["县财政局"]),
        ("（县教育局、县民政局分别牵头，县财政局参与）", ["县教育局", "县民政局"], ["县财政局"]),
        ("（县教育局牵头，县财政局、县人社局按职责分工负责）", ["县教育局"], ["县财政局", "县人社局"]),
        ("（县教育局牵头，县财政局，各乡镇配合）", ["县教育局"], ["县财政局", "各乡镇"]),
        ("（由县教育局牵头，会同县财政局负责）", ["县教育局"], ["县财政局"]),
        ("（县教育局会同县财政局负责）", ["县教育局"], ["县财政局"]),
        ("（县教育局会同有关部门负责）", ["县教育局"], ["有关部门"]),
        ("（县教育局、县财政局负责）", [], ["县教育局", "县财政局"]),
        ("（县教育局、县财政局）", [], ["县教育局", "县财政局"]),
        ("（县教育局（牵头）、县财政局）", ["县教育局"], ["县财政局"]),
        ("（责任单位 县教育局、县财政局）", [], ["县教育局", "县财政局"]),
        ("（责任单位：县教育局 县财政局）", [], ["县教育局", "县财政局"]),
        ("县教育局牵头，县财政局配合。", ["县教育局"], ["县财政局"]),
        ("责任单位：县教育局。配合单位：县财政局。", [], ["县教育局", "县财政局"]),
        ("（縣教育局牽頭，縣財政局及各鄉鎮按職責分工負責）", ["縣教育局"], ["縣財政局", "各鄉鎮"]),
        ("（县专班牵头单位牵头，县专班成员单位配合）", ["县专班牵头单位"], ["县专班成员单位"]),
    ],
)
def test_a_clause_gives_leads_and_others(clause: str, leads: list[str], others: list[str]) -> None:
    task = task_with(clause)
    assert list(task.lead_units) == leads
    assert list(task.responsible_units) == others


def test_supporting_units_are_told_from_responsible_ones() -> None:
    task = task_with("（牵头单位：县教育局；责任单位：县财政局；配合单位：县人社局）")
    assert [unit.share for unit in task.units] == [LEAD, SHARED, SUPPORT]


def test_a_guiding_unit_is_kept_apart() -> None:
    task = task_with("（县教育局指导，各乡镇负责落实）")
    assert task.guiding_units == ("县教育局",)
    assert task.responsible_units == ("各乡镇",)


def test_the_leader_who_answers_is_not_a_unit() -> None:
    task = task_with("（责任领导：甲；责任单位：县教育局）")
    assert task.leader == "甲"
    assert task.responsible_units == ("县教育局",)


def test_a_note_makes_the_first_unit_lead_from_then_on() -> None:
    found = plan(
        "1.甲项。（县教育局负责）\n"
        "2.乙项。（县财政局、县人社局负责。列第一位者为牵头单位，下同）\n"
        "3.丙项。（县民政局、县残联负责）\n"
        "4.丁项。（各乡镇、县残联负责）\n"
    )
    assert [task.lead_units for task in found.tasks] == [(), ("县财政局",), ("县民政局",), ()]
    assert [doubt.code for doubt in found.tasks[2].doubts] == ["lead-by-order"]


@pytest.mark.parametrize(
    "note",
    [
        "列首位的为牵头单位，下同",
        "排在第一位的部门为牵头部门，下同",
        "列第一位者为工作牵头单位或汇总单位，下同",
    ],
)
def test_the_note_is_known_in_its_usual_wordings(note: str) -> None:
    assert task_with(f"（责任单位：县教育局、县财政局；{note}）").lead_units == ("县教育局",)
    assert task_with(f"\n责任单位：县教育局、县财政局（{note}）").lead_units == ("县教育局",)


def test_a_note_outside_the_clauses_holds_for_the_whole_document() -> None:
    found = plan("1.甲项。（责任单位：县教育局、县财政局）\n注：列第一位的为牵头单位。")
    assert found.tasks[0].lead_units == ("县教育局",)


def test_units_declared_for_all_later_tasks_are_implied_there() -> None:
    found = plan(
        "1.甲项。（责任单位：县教育局，各乡镇；以下各项工作任务均涉及各乡镇，不再单独列出）\n2.乙项。（责任单位：县财政局）"
    )
    assert [task.implied_units for task in found.tasks] == [(), ("各乡镇",)]
    assert found.tasks[1].responsible_units == ("县财政局",)


def test_several_clauses_in_one_item_are_parts_of_one_number() -> None:
    found = plan("1.加强建设。建设一批校舍。（县教育局负责）完善一批道路。（县交通局牵头，县财政局配合）")
    assert [(task.number, task.part) for task in found.tasks] == [("1", 1), ("1", 2)]
    assert found.tasks[1].title == "完善一批道路"


def test_a_clause_may_stand_before_the_full_stop() -> None:
    task = only_task("1.做好登记工作（县教育局牵头，各乡镇配合）。")
    assert task.lead_units == ("县教育局",)
    assert task.title == "做好登记工作"


def test_a_clause_in_the_heading_covers_the_text_below() -> None:
    task = only_task("（一）加强治理（牵头单位：县教育局）\n全面排查，2024年6月底前完成整改。\n")
    assert task.title == "加强治理"
    assert str(task.deadline_on) == "2024-06-30"


def test_a_clause_without_its_last_bracket_ends_with_its_line() -> None:
    found = plan("1.甲项。（责任单位：县教育局、各幼儿园\n\n2.乙项。（责任单位：县财政局）")
    assert [task.responsible_units for task in found.tasks] == [("县教育局", "各幼儿园"), ("县财政局",)]
    assert [doubt.code for doubt in found.tasks[0].doubts] == ["bracket-missing"]


def test_a_clause_without_its_first_bracket_is_found() -> None:
    assert only_task("1.甲项。责任单位：县教育局、县财政局）").responsible_units == ("县教育局", "县财政局")


def test_labels_on_lines_of_their_own_are_one_clause() -> None:
    task = only_task(
        "1.甲项。\n牵头单位：县教育局\n责任单位：县财政局\n完成时限：2024年9月底\n责任领导：甲\n"
    )
    assert (task.lead_units, task.responsible_units) == (("县教育局",), ("县财政局",))
    assert (str(task.deadline_on), task.leader) == ("2024-09-30", "甲")


def test_a_label_with_its_value_on_the_next_line_is_read() -> None:
    task = only_task("重点工作\n完成校舍修缮\n牵头单位\n县教育局\n责任单位\n县财政局\n")
    assert (task.title, task.lead_units, task.responsible_units) == (
        "完成校舍修缮",
        ("县教育局",),
        ("县财政局",),
    )


@pytest.mark.parametrize(
    "text",
    [
        "1.经县“三委两局”（县发展改革委、县教育局）认定的项目优先安排。",
        "1.改善环境。由乡镇（街道）负责日常管理。",
        "1.落实政策（县教育局负责解释），按规定执行。",
        "1.按照《实施办法》（教育部）\n",
    ],
)
def test_units_in_a_definition_or_in_prose_assign_nothing(text: str) -> None:
    assert plan(text).tasks == ()


@pytest.mark.parametrize("stop", ["。", "："])
def test_bare_names_behind_a_heading_are_its_clause(stop: str) -> None:
    first, second = plan(
        f"（一）强化领导（县教育局）{stop}加强组织，定期研究，逐级落实责任。\n"
        f"（二）完善制度（县民政局、各乡镇）{stop}健全制度，强化监管，及时通报。\n"
    ).tasks
    assert (first.title, first.responsible_units) == ("强化领导", ("县教育局",))
    assert first.text.endswith("逐级落实责任。")
    assert (second.title, second.responsible_units) == ("完善制度", ("县民政局", "各乡镇"))


@pytest.mark.parametrize(
    "heading",
    [
        "支持国企（县属公司）。做大做强，提高效益，防范风险。",
        "建强基层组织（村、社区）。完善制度，充实力量，改善条件。",
        "压实属地责任（乡镇）。层层落实，定期督查，及时通报。",
        "划转职能到县教育局（县体育局）。办好交接，理顺关系，保持稳定。",
        "做好准备，完成各项工作。强化领导（县教育局）。层层落实，定期督查。",
    ],
)
def test_brackets_in_a_heading_that_explain_a_word_are_no_clause(heading: str) -> None:
    assert plan(f"1.{heading}\n2.加强监管。定期检查。\n").tasks == ()


def test_the_work_a_verb_takes_along_is_no_unit() -> None:
    task = task_with("（县教育局牵头，县财政局配合做好相关工作）")
    assert (task.lead_units, task.responsible_units) == (("县教育局",), ("县财政局",))

"""The rarer ways of writing who does what: verbs, labels, notes, times and leaders inside a clause."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.document.reading import only_task, plan, task_with


@pytest.mark.parametrize(
    ("clause", "leads", "others"),
    [
        ("（县教育局牵头，县财政局、各乡镇共同推进落实）", ["县教育局"], ["县财政局", "各乡镇"]),
        ("（县教育局、县财政局牵头，县人社局分工负责）", ["县教育局", "县财政局"], ["县人社局"]),
        ("（县教育局统筹协调，县财政局负责）", ["县教育局"], ["县财政局"]),
        ("（县教育局主责，县财政局配合）", ["县教育局"], ["县财政局"]),
        ("（县教育局为牵头单位，县财政局、县人社局等为责任单位）", ["县教育局"], ["县财政局", "县人社局"]),
        ("（牵头单位为县教育局，责任单位为县财政局、县人社局）", ["县教育局"], ["县财政局", "县人社局"]),
        ("（县教育局牵头负责，县财政局协同负责）", ["县教育局"], ["县财政局"]),
        ("（县教育局、县财政局根据各自职责分工抓好落实）", [], ["县教育局", "县财政局"]),
        ("（此项工作由县教育局牵头，县财政局配合）", ["县教育局"], ["县财政局"]),
        ("（以上任务由县教育局、县财政局负责）", [], ["县教育局", "县财政局"]),
        ("（责任分工：县教育局牵头，县财政局配合）", ["县教育局"], ["县财政局"]),
        ("（责任：县教育局、县财政局）", [], ["县教育局", "县财政局"]),
        ("（相关单位：县财政局；牵头单位：县教育局）", ["县教育局"], ["县财政局"]),
        ("（涉及单位：县教育局、县财政局）", [], ["县教育局", "县财政局"]),
        ("（责 任 单 位：县教育局、县财政局）", [], ["县教育局", "县财政局"]),
        ("（责任单位∶县教育局、县财政局）", [], ["县教育局", "县财政局"]),
        ("（责任单位；县教育局、县财政局）", [], ["县教育局", "县财政局"]),
        ("（县人社局负责招聘，县教育局负责培训）", [], ["县人社局", "县教育局"]),
        ("（责任单位：县教育局（负责统筹）、县财政局（负责资金））", [], ["县教育局", "县财政局"]),
        ("（牵头责任单位：县教育局；协同责任单位：县财政局）", ["县教育局"], ["县财政局"]),
        ("（支持单位：县财政局；主责单位：县教育局）", ["县教育局"], ["县财政局"]),
        ("责任单位：县人社局、县教育局分别牵头", ["县人社局", "县教育局"], []),
    ],
)
def test_a_rarer_clause_gives_leads_and_others(clause: str, leads: list[str], others: list[str]) -> None:
    task = task_with(clause)
    assert list(task.lead_units) == leads
    assert list(task.responsible_units) == others


@pytest.mark.parametrize(
    "clause",
    [
        "（县教育局负责指导，各乡镇负责实施）",
        "（县教育局监督指导，各乡镇负责落实）",
        "（县教育局督办，各乡镇落实）",
        "（县教育局负责统筹指导，各乡镇负责具体实施）",
    ],
)
def test_who_guides_or_supervises_has_no_share(clause: str) -> None:
    task = task_with(clause)
    assert (task.guiding_units, task.responsible_units) == (("县教育局",), ("各乡镇",))


@pytest.mark.parametrize("leader", ["甲副县长", "甲同志", "县委副书记甲某书记"])
def test_a_person_named_by_the_post_leads_without_being_a_unit(leader: str) -> None:
    task = task_with(f"（{leader}牵头，县教育局负责）")
    assert (task.leader, task.lead_units, task.responsible_units) == (leader, (), ("县教育局",))


@pytest.mark.parametrize(
    ("clause", "on"),
    [
        ("（县教育局牵头，县财政局配合；完成时限：6月30日前）", date(2024, 6, 30)),
        ("（县教育局负责，完成时限：2024年12月底前）", date(2024, 12, 31)),
        ("（县教育局、县财政局，2024年10月底前完成）", date(2024, 10, 31)),
        ("（县教育局、县财政局；2024年11月）", date(2024, 11, 30)),
        ("（责任单位：县教育局；起止时间：2024年3月至9月）", date(2024, 9, 30)),
        ("（责任单位：县教育局；完成时限：“十四五”末）", date(2025, 12, 31)),
    ],
)
def test_a_time_stands_beside_units_named_by_verb_or_bare(clause: str, on: date) -> None:
    task = task_with(clause)
    assert task.units
    assert task.deadline_on == on


def test_a_note_with_an_exception_is_heard_and_names_nobody() -> None:
    found = plan(
        "1.甲项。\n责任单位：县民政局\n"
        "2.乙项。\n责任单位：县财政局、县人社局（除标注“分别牵头”外，列第一位为牵头或汇总单位，下同）\n"
        "3.丙项。\n责任单位：县教育局、县残联\n"
        "4.丁项。\n责任单位：县水利局、县住建局分别牵头\n"
    )
    assert [task.lead_units for task in found.tasks] == [
        (),
        ("县财政局",),
        ("县教育局",),
        ("县水利局", "县住建局"),
    ]
    assert found.tasks[1].responsible_units == ("县人社局",)


@pytest.mark.parametrize(
    "prose",
    [
        "牵头单位：负责制定方案；责任单位：负责具体落实。",
        "教育部门负责统筹，财政部门负责资金保障。",
        "支持村（社区）\n建设。",
        "各责任单位要于2024年2月3日前报送方案。",
    ],
)
def test_words_that_explain_roles_assign_nothing(prose: str) -> None:
    assert plan(f"1.明确分工。{prose}\n2.加强管理。").tasks == ()


def test_units_in_a_clause_of_the_heading_are_no_part_of_the_section() -> None:
    found = plan(
        "一、校舍建设（牵头单位：县教育局）\n1.修缮校舍。（责任单位：县住建局）\n2.配备设备。（责任单位：县财政局）"
    )
    assert [task.section for task in found.tasks] == [None, "一、校舍建设", "一、校舍建设"]


def test_pieces_of_one_sentence_behind_a_heading_belong_to_its_item() -> None:
    task = only_task("（一）加强校舍建设。1.完成修缮；2.建设示范园；3.配齐设备。（责任单位：县教育局）")
    assert (task.number, task.title) == ("1", "加强校舍建设")


def test_the_printed_number_and_recurrence_can_be_shown() -> None:
    text = "（十一）校舍检查。每季度通报一次。（责任单位：县教育局）"
    task = only_task(text)
    assert task.number_span
    assert task.recurrence_span
    assert text[task.number_span.start : task.number_span.end] == "（十一）"
    assert text[task.recurrence_span.start : task.recurrence_span.end] == task.recurrence_text == "每季度"


@pytest.mark.parametrize(
    "clause",
    [
        "（责任\n单位：县教育局、县财政局）",
        "（责任单位：县教\n育局、县财政局）",
        "（责任单位：县教育局、县\n财政局）",
        "（县教育局、县财政局按职\n    责分工负责）",
    ],
)
def test_a_line_end_anywhere_in_a_bracket_changes_nothing(clause: str) -> None:
    task = task_with(clause)
    assert task.responsible_units == ("县教育局", "县财政局")


def test_a_line_end_before_a_label_still_ends_the_name() -> None:
    task = task_with("（牵头单位：县教育局\n责任单位：各乡镇、各县\n完成时限：6月底）")
    assert (task.lead_units, task.responsible_units) == (("县教育局",), ("各乡镇", "各县"))


def test_a_name_that_ends_like_a_label_is_not_cut_at_the_line_end() -> None:
    task = only_task("1.甲项。完善制度。\n牵头单位：县推进专班牵头单位\n责任单位：县推进专班成员单位\n")
    assert (task.lead_units, task.responsible_units) == (("县推进专班牵头单位",), ("县推进专班成员单位",))


def test_numbers_in_square_brackets_count_too() -> None:
    found = plan("〔一〕甲项。（责任单位：县教育局）\n〔二〕乙项。（责任单位：县财政局）")
    assert [task.number for task in found.tasks] == ["1", "2"]

"""Items begin at their numbers, in every style, with and without line breaks; nothing numbered is lost."""

from __future__ import annotations

import pytest

from tests.unit.document.reading import only_task, plan

CLAUSE = "（责任单位：县教育局）"


@pytest.mark.parametrize(
    "mark",
    [
        "1.",
        "1．",
        "1﹒",
        "1、",
        "１．",
        "一、",
        "（一）",
        "(一)",
        "（一）、",
        "第一条 ",
        "（1）",
        "1）",
        "①",
        "⒈",
        "任务一：",
    ],
)
def test_each_style_of_number_opens_an_item(mark: str) -> None:
    task = only_task(f"{mark}加强管理。完善制度。{CLAUSE}")
    assert (task.number, task.title) == ("1", "加强管理")


def test_large_numbers_are_normalised() -> None:
    found = plan(f"（二十一）加强管理。{CLAUSE}\n一百零二、加强建设。{CLAUSE}\n1.2 加强服务。{CLAUSE}")
    assert [task.number for task in found.tasks] == ["21", "102", "1.2"]


def test_items_on_one_line_are_cut_where_the_count_goes_on() -> None:
    text = f"一、教育方面 1.甲项。{CLAUSE} 2.乙项，加快一、二、三产业融合。{CLAUSE} 二、卫生方面 3.丙项。{CLAUSE}"
    assert [(task.number, task.section) for task in plan(text).tasks] == [
        ("1", "一、教育方面"),
        ("2", "一、教育方面"),
        ("3", "二、卫生方面"),
    ]


def test_a_heading_may_run_straight_into_its_first_item() -> None:
    text = f"二、放出活力（五）甲项。{CLAUSE}具体措施：1．乙项。{CLAUSE}2．丙项。{CLAUSE}（六）丁项。{CLAUSE}"
    found = plan(text).tasks
    assert [(task.number, task.level) for task in found] == [("5", 1), ("1", 2), ("2", 2), ("6", 1)]
    assert found[1].section == "（五）甲项"


def test_unnumbered_paragraphs_below_a_heading_are_tasks_without_number() -> None:
    found = plan(f"三、鼓励就业\n摸排岗位。引导就业。{CLAUSE}\n发放补贴。{CLAUSE}\n").tasks
    assert [(task.number, task.part, task.title) for task in found] == [
        (None, 1, "摸排岗位"),
        (None, 2, "发放补贴"),
    ]
    assert {task.section for task in found} == {"三、鼓励就业"}


def test_clauses_that_follow_a_heading_on_its_line_are_parts_of_its_number() -> None:
    found = plan(f"三、鼓励就业。摸排岗位{CLAUSE}。发放补贴{CLAUSE}。").tasks
    assert [(task.number, task.part, task.title) for task in found] == [
        ("3", 1, "鼓励就业"),
        ("3", 2, "发放补贴"),
    ]


def test_a_single_paragraph_with_a_clause_is_a_task() -> None:
    assert only_task(f"加强校舍管理，完善制度。{CLAUSE}").number is None


def test_sub_items_without_clauses_belong_to_their_item() -> None:
    task = only_task(f"1.加强管理。\n（1）做甲；\n（2）做乙。{CLAUSE}")
    assert "做甲" in task.text
    assert [doubt.code for doubt in task.doubts] == ["clause-shared"]


def test_sub_items_with_clauses_are_tasks() -> None:
    found = plan(f"1.加强管理：\n①做甲。{CLAUSE}\n②做乙。{CLAUSE}").tasks
    assert [(task.title, task.section) for task in found] == [("做甲", "1.加强管理"), ("做乙", "1.加强管理")]


def test_boxes_hold_no_tasks_and_no_dates() -> None:
    text = f"1.甲项。{CLAUSE}\n专栏1  重点工程\n每年建设10所。（责任单位：县财政局）\n\n2.乙项。{CLAUSE}"
    found = plan(text).tasks
    assert [(task.number, task.recurrence) for task in found] == [("1", None), ("2", None)]


def test_scores_do_not_belong_to_the_text() -> None:
    task = only_task("1．完成建设。（1.5分）（6月底完成，牵头考核单位：县工信局）")
    assert task.text == "完成建设。"


def test_numbered_items_without_units_are_listed() -> None:
    found = plan(f"一、总则\n（一）提高认识。统一思想。\n二、任务\n（一）甲项。{CLAUSE}")
    assert [(item.number, item.title) for item in found.unassigned] == [("1-1", "提高认识")]


def test_a_table_of_contents_is_left_out() -> None:
    text = f"目录\n一、教育方面\n二、卫生方面\n一、教育方面\n1.甲项。{CLAUSE}\n二、卫生方面\n2.乙项。{CLAUSE}"
    found = plan(text)
    assert [task.number for task in found.tasks] == ["1", "2"]
    assert found.unassigned == ()


def test_page_numbers_alone_on_a_line_open_nothing() -> None:
    task = only_task(f"1、加强管理，\n1\n完善制度。{CLAUSE}")
    assert task.title == "加强管理"


def test_a_title_ends_where_a_line_break_was_lost() -> None:
    assert only_task("七、加大帮扶力度 指导企业制定方案。（县人社局负责）").title == "加大帮扶力度"


def test_a_gap_and_a_repeat_in_the_count_are_doubted() -> None:
    found = plan(f"1.甲。{CLAUSE}\n3.乙。{CLAUSE}\n3.丙。{CLAUSE}")
    assert [doubt.code for doubt in found.doubts] == ["number-gap", "number-repeated"]


def test_the_pieces_of_one_sentence_are_one_task() -> None:
    task = only_task(f"（一）加强管理。主要任务：1.做甲；2.做乙；3.做丙。{CLAUSE}")
    assert (task.number, task.title) == ("1", "加强管理")
    assert "做甲；2.做乙" in task.text
    assert "做乙" in only_task(f"（一）加强管理。包括：\n1.做甲；\n2.做乙；\n3.做丙。{CLAUSE}").text


def test_a_clause_in_a_heading_covers_the_measures_below() -> None:
    task = only_task(f"（一）加强管理{CLAUSE}\n1.做甲。\n2.做乙，2024年9月底前完成。\n")
    assert (task.number, task.title, str(task.deadline_on)) == ("1", "加强管理", "2024-09-30")


def test_a_measure_alone_below_a_task_is_a_task_of_its_own() -> None:
    found = plan(f"（一）加强管理。完善制度。{CLAUSE}具体措施：1．做甲。{CLAUSE}").tasks
    assert [(task.title, task.level) for task in found] == [("加强管理", 1), ("做甲", 2)]


def test_labels_below_the_measures_of_a_record_speak_for_all_of_it() -> None:
    found = plan(
        "一、问题一：校舍老化。\n整改目标：完成修缮。\n整改措施：\n1．开展排查，建立台账。\n2．制定方案，限期完成。\n"
        "整改时限：2024年12月底前\n牵头单位：县教育局\n责任单位：各乡镇\n"
        "二、问题二：师资不足。\n整改措施：\n1．加大招聘力度。\n2．加强培训。\n整改时限：立行立改，长期坚持\n责任单位：县人社局\n"
    )
    assert [(task.number, task.title, task.lead_units, task.deadline_text) for task in found.tasks] == [
        ("1", "问题一：校舍老化", ("县教育局",), "2024年12月底前"),
        ("2", "问题二：师资不足", (), "立行立改，长期坚持"),
    ]
    assert found.unassigned == ()


def test_records_with_their_labels_in_the_first_cell_are_read() -> None:
    found = plan(
        "重点工作\t完成校舍修缮\n牵头单位\t县教育局\n责任单位\t县财政局、各乡镇\n进展情况\t\n"
        "重点工作\t招聘教师\n牵头单位\t县人社局\n责任单位\t县教育局\n进展情况\t\n"
    )
    assert [(task.title, task.lead_units, task.responsible_units) for task in found.tasks] == [
        ("完成校舍修缮", ("县教育局",), ("县财政局", "各乡镇")),
        ("招聘教师", ("县人社局",), ("县教育局",)),
    ]

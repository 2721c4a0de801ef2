"""Rows of tables as sites and files break them: rules, heads on two lines, broken cells, counts without a head."""

from __future__ import annotations

from tests.unit.document.reading import plan


def read(text: str) -> list[tuple[str | None, str, tuple[str, ...], tuple[str, ...]]]:
    return [(task.number, task.title, task.lead_units, task.responsible_units) for task in plan(text).tasks]


EXPECTED = [
    ("1", "完成校舍修缮", ("县教育局",), ("县财政局",)),
    ("2", "招聘教师", ("县人社局",), ("县教育局",)),
]


def test_the_rules_of_a_markdown_table_are_no_rows() -> None:
    text = (
        "| 序号 | 工作任务 | 牵头单位 | 责任单位 |\n|---|:--|---|---|\n"
        "| 1 | 完成校舍修缮 | 县教育局 | 县财政局 |\n| 2 | 招聘教师 | 县人社局 | 县教育局 |\n"
    )
    assert read(text) == EXPECTED


def test_a_table_drawn_with_lines_is_read() -> None:
    text = (
        "┌──┬──────┬────┬────┐\n│序号│工作任务│牵头单位│责任单位│\n├──┼──────┼────┼────┤\n"
        "│ 1 │完成校舍修缮│县教育局│县财政局│\n├──┼──────┼────┼────┤\n"
        "│ 2 │招聘教师│县人社局│县教育局│\n└──┴──────┴────┴────┘\n"
    )
    assert read(text) == EXPECTED


def test_heads_on_two_lines_are_put_together() -> None:
    text = (
        "序号\t工作任务\t责任分工\t\n\t\t牵头单位\t配合单位\n"
        "1\t完成校舍修缮\t县教育局\t县财政局\n2\t招聘教师\t县人社局\t县教育局\n"
    )
    assert read(text) == EXPECTED


def test_heads_printed_again_begin_a_new_table() -> None:
    heads = "序号\t工作任务\t牵头单位\t责任单位\n"
    text = heads + "1\t完成校舍修缮\t县教育局\t县财政局\n" + heads + "2\t招聘教师\t县人社局\t县教育局\n"
    assert read(text) == EXPECTED


def test_a_cell_broken_over_two_lines_is_put_together() -> None:
    text = "序号\t工作任务\t责任单位\t完成时限\n1\t完成校舍修缮\t县住建局、\n县教育局\t10月底\n2\t招聘教师\t县人社局\t9月底\n"
    assert [(task.responsible_units, task.deadline_text) for task in plan(text).tasks] == [
        (("县住建局", "县教育局"), "10月底"),
        (("县人社局",), "9月底"),
    ]


def test_heading_rows_give_the_section() -> None:
    text = "序号\t工作任务\t责任单位\n一、校舍建设\t\t\n1\t完成校舍修缮\t县教育局\n二、师资建设\n2\t招聘教师\t县人社局\n"
    assert [(task.section, task.title) for task in plan(text).tasks] == [
        ("一、校舍建设", "完成校舍修缮"),
        ("二、师资建设", "招聘教师"),
    ]


def test_a_row_without_units_is_shown_as_unassigned() -> None:
    found = plan("序号|任务|责任单位\n1|完成校舍修缮|县教育局\n2|开展检查|—\n")
    assert [task.number for task in found.tasks] == ["1"]
    assert [(item.number, item.title) for item in found.unassigned] == [("2", "开展检查")]


def test_a_heading_above_a_table_is_not_an_item_without_units() -> None:
    found = plan("一、主要任务\n序号\t任务\t责任单位\n1\t完成校舍修缮\t县教育局\n")
    assert found.unassigned == ()


def test_a_count_without_a_head_and_categories_between_the_rows() -> None:
    cells = [
        "工作任务", "具体要求", "责任科室", "时限要求",
        "强化规范公开", "1", "对文件进行全面清理，公布现行有效文件目录。", "办公室", "年底前",
        "深化政策解读", "2", "积极做好解读工作，丰富解读形式。", "各科室", "持续推进",
        "3", "及时回应群众关切，提升回应质量。", "办公室", "持续推进",
    ]  # fmt: skip
    for text in ("\n".join(cells), "\n|\n".join(cells) + "\n|"):
        assert [(task.number, task.responsible_units, task.deadline_text) for task in plan(text).tasks] == [
            ("1", ("办公室",), "年底前"),
            ("2", ("各科室",), "持续推进"),
            ("3", ("办公室",), "持续推进"),
        ]


def test_a_note_makes_the_first_unit_of_each_row_lead() -> None:
    text = "序号\t任务\t责任单位\n1\t完成校舍修缮\t县教育局、县财政局\n注：列第一位的为牵头单位。\n"
    assert read(text) == [("1", "完成校舍修缮", ("县教育局",), ("县财政局",))]

"""Task lists printed as tables are read by their column heads."""

from __future__ import annotations

from tests.unit.document.reading import plan

ROWS = [
    ("1", "完成校舍修缮。", ("县教育局",), ("县财政局", "县住建局"), "2024-09-30"),
    ("2", "建设卫生院，改善条件", ("县卫健委",), ("县财政局",), None),
]


def _rows(text: str) -> list[tuple[str | None, str, tuple[str, ...], tuple[str, ...], str | None]]:
    return [
        (
            task.number,
            task.text,
            task.lead_units,
            task.responsible_units,
            str(task.deadline_on) if task.deadline_on else None,
        )
        for task in plan(text).tasks
    ]


HEADS = ["序号", "重点任务", "牵头单位", "责任单位", "完成时限"]
CELLS = [
    ["1", "完成校舍修缮。", "县教育局", "县财政局、县住建局", "2024年9月底前"],
    ["2", "建设卫生院，改善条件", "县卫健委", "县财政局", "持续推进"],
]


def test_cells_between_tabs_are_read() -> None:
    assert _rows("\n".join("\t".join(row) for row in [HEADS, *CELLS])) == ROWS


def test_cells_between_bars_are_read() -> None:
    assert _rows("\n".join(f"| {' | '.join(row)} |" for row in [HEADS, *CELLS])) == ROWS


def test_one_cell_a_line_is_read() -> None:
    assert _rows("附件\n分工表\n" + "\n".join(cell for row in [HEADS, *CELLS] for cell in row)) == ROWS


def test_an_empty_cell_is_found_out_by_what_the_others_hold() -> None:
    text = "\n".join(
        [
            *HEADS,
            "1",
            "完成校舍修缮。",
            "县教育局",
            "年底前",
            "2",
            "建设卫生院",
            "县卫健委",
            "县财政局",
            "全年",
        ]
    )
    first, second = plan(text).tasks
    assert (first.lead_units, first.responsible_units, first.deadline_text) == (("县教育局",), (), "年底前")
    assert (second.lead_units, second.responsible_units) == (("县卫健委",), ("县财政局",))


def test_rows_without_a_count_are_read_by_the_number_of_columns() -> None:
    text = "类别\n任务内容\n牵头领导\n责任单位\n经济\n新增企业二十家\n甲\n县工信局、县发改委\n民生\n完成校舍修缮\n乙\n县教育局\n"
    assert [(task.title, task.leader, task.responsible_units) for task in plan(text).tasks] == [
        ("新增企业二十家", "甲", ("县工信局", "县发改委")),
        ("完成校舍修缮", "乙", ("县教育局",)),
    ]


def test_text_after_a_table_is_read_on() -> None:
    text = "\n".join("\t".join(row) for row in [HEADS, *CELLS]) + "\n3.丙项。（责任单位：县公安局）"
    assert [task.number for task in plan(text).tasks] == ["1", "2", "3"]


def test_headings_between_the_rows_and_gaps_in_the_count_do_not_matter() -> None:
    text = (
        "序号\n\n重点工作任务\n\n主要责任单位\n\n协同配合单位\n\n一、主要预期目标\n\n3\n\n投资增长一成。\n\n区发改委\n\n"
        "区工信局、区住建局，各乡镇人民政府、街道办事处。\n\n二、民生事业\n\n68\n\n完成校舍修缮。\n\n区教育局\n\n区投资促进中心。\n"
    )
    assert [(task.number, task.lead_units, task.responsible_units) for task in plan(text).tasks] == [
        ("3", ("区发改委",), ("区工信局", "区住建局", "各乡镇人民政府", "街道办事处")),
        ("68", ("区教育局",), ("区投资促进中心",)),
    ]


def test_a_column_of_figures_is_not_taken_for_the_count() -> None:
    text = (
        "序号\n考核内容\n分值\n负责考核部门\n1\n完成校舍修缮。\n5\n县教育局\n2\n建设卫生院。\n10\n县卫健委\n"
    )
    assert [(task.number, task.text, task.responsible_units) for task in plan(text).tasks] == [
        ("1", "完成校舍修缮。", ("县教育局",)),
        ("2", "建设卫生院。", ("县卫健委",)),
    ]

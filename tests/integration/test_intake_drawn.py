"""Tables drawn with characters: a row is one row, however many lines its cells take."""

from __future__ import annotations

import pytest

from app import intake
from workflows import document

ROWS = [
    ("1", "修缮全县中小学校舍，改善食堂条件", "县教育局", "县财政局、县住房城乡建设局"),
    ("2", "培训护理员", "县民政局", "县人力资源社会保障局"),
]
LIGHT = """云岭县任务分工表
┌──┬───────┬────┬──────┐
│序号│    任务      │牵头单位│  责任单位  │
├──┼───────┼────┼──────┤
│    │修缮全县中小学│县教育局│县财政局、县│
│ 1  │校舍，改善食堂│        │住房城乡建设│
│    │条件          │        │局          │
├──┼───────┼────┼──────┤
│ 2  │培训护理员    │县民政局│县人力资源社│
│    │              │        │会保障局    │
└──┴───────┴────┴──────┘
注：此表由县政府办公室解释。"""
ASCII = """+----+----------------+----------+------------+
| 序号 | 任务 | 牵头单位 | 责任单位 |
+====+================+==========+============+
| 1 | 修缮全县中小学校舍， | 县教育局 | 县财政局、 |
|   | 改善食堂条件 |  | 县住房城乡建设局 |
| 2 | 培训护理员 | 县民政局 | 县人力资源社会保障局 |
+----+----------------+----------+------------+"""
DASHED = """┃序┃任务┃牵头┃责任单位┃
┃号┃    ┃单位┃        ┃
┆1┆修缮全县中小学校舍，改善┆县教┆县财政局、县住房┆
┆ ┆食堂条件┆育局┆城乡建设局┆
┆2┆培训护理员┆县民政局┆县人力资源┆
┆ ┆          ┆        ┆社会保障局┆"""
UNNUMBERED = """| 任务 | 牵头单位 | 责任单位 |
|---|---|---|
| 修缮全县中小学校舍， | 县教育局 | 县财政局、|
| 改善食堂条件 | | 县住房城乡建设局 |
| 培训护理员 | 县民政局 | 县人力资源社会保障局 |"""


def rows_of(drawing: str) -> list[tuple[str, ...]]:
    plan = document.parse(intake.text_of("分工.txt", drawing.encode()), issued_year=2024)
    assert plan.unassigned == ()
    return [
        (task.number or "", task.title, "、".join(task.lead_units), "、".join(task.responsible_units))
        for task in plan.tasks
    ]


@pytest.mark.parametrize("drawing", [LIGHT, ASCII, DASHED], ids=["light", "ascii", "dashed"])
def test_a_row_over_several_lines_is_one_row(drawing: str) -> None:
    assert rows_of(drawing) == ROWS


def test_a_row_without_number_goes_on_where_a_cell_breaks_off() -> None:
    assert rows_of(UNNUMBERED) == [("", *row[1:]) for row in ROWS]


def test_a_section_across_the_table_stays_a_row_of_its_own() -> None:
    drawing = LIGHT.replace("│    │修缮", "│一、教育和民政│\n├──┴───────┴────┴──────┤\n│    │修缮")
    (first, second) = document.parse(intake.text_of("分工.txt", drawing.encode()), issued_year=2024).tasks
    assert (first.section, first.title, second.number) == ("一、教育和民政", ROWS[0][1], "2")


def test_what_stands_around_a_drawn_table_is_kept_and_positions_point_into_it() -> None:
    text = intake.text_of("分工.txt", LIGHT.encode())
    assert text.split("\n")[0] == "云岭县任务分工表"
    assert text.split("\n")[-1] == "注：此表由县政府办公室解释。"
    unit = document.parse(text, issued_year=2024).tasks[1].units[1]
    assert text[unit.span.start : unit.span.end] == "县人力资源社会保障局"


@pytest.mark.parametrize(
    "words",
    [
        "首页 | 政务公开 | 互动交流",
        "|首页|政务公开|\n|返回|目录|上页|",
        "- - -\n---\n一、总体要求",
        "│序号│任务│牵头单位│责任单位│\n│    │修缮校│县教育│县财政│\n│ 1  │舍    │局    │局    │",
    ],
)
def test_lines_that_cannot_be_told_apart_as_rows_stay(words: str) -> None:
    assert intake.text_of("分工.txt", words.encode()) == words

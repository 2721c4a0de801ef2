"""Ruled tables in PDFs, as Word, WPS and LibreOffice draw them: rows and cells come out as from the document itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from reportlab.pdfgen.canvas import Canvas

from app import intake
from tests.papers import Painted, pdf, typeset
from workflows import document

XS = (74.0, 114.0, 262.0, 352.0, 452.0, 522.0)
HEAD = ("序号", "重点任务", "牵头单位", "责任单位", "完成时限")
ROWS = (
    ("1", "新建改扩建公办幼儿园二/十所", "县教育局", "县财政局、县发展/改革局", "2025年12月"),
    ("2", "培训护理员", "县民政局", "县人力资源社会保/障局", "2025年9月/底前"),
)
SIZE, LEADING, TALL = 12.0, 18.0, 44.0

Edge = tuple[float, float, float, float]
Drawing = Callable[[Canvas, Sequence[Edge]], None]


def painted(rows: Sequence[Sequence[str]], top: float, xs: Sequence[float] = XS) -> list[Painted]:
    """The words of rows, each 44 points tall; / breaks a line within a cell."""
    return [
        (x + 5.4, top - TALL * row - 14 - LEADING * at, SIZE, line)
        for row, cells in enumerate(rows)
        for x, words in zip(xs, cells, strict=False)
        for at, line in enumerate(words.split("/"))
        if line
    ]


def edges(count: int, top: float, xs: Sequence[float] = XS) -> list[Edge]:
    """The four edges of every cell of so many rows."""
    found = []
    for row in range(count):
        high, low = top - TALL * row, top - TALL * (row + 1)
        for left, right in pairwise(xs):
            found += [(left, high, right, high), (left, low, right, low)]
            found += [(left, low, left, high), (right, low, right, high)]
    return found


def lines_of_half_a_point(canvas: Canvas, drawn: Sequence[Edge]) -> None:
    canvas.setLineWidth(0.5)
    for edge in drawn:
        canvas.line(*edge)


def thin_boxes(canvas: Canvas, drawn: Sequence[Edge]) -> None:
    """As Word prints: every edge a filled box of half a point, every corner a box of its own."""
    for left, low, right, high in drawn:
        if left == right:
            canvas.rect(left, low + 0.5, 0.48, high - low - 0.5, stroke=0, fill=1)
        else:
            canvas.rect(left + 0.5, low, right - left - 0.5, 0.48, stroke=0, fill=1)
        canvas.rect(left, low, 0.48, 0.48, stroke=0, fill=1)


def thin_outlines(canvas: Canvas, drawn: Sequence[Edge]) -> None:
    """Every edge a closed outline of four corners, filled."""
    for left, low, right, high in drawn:
        path = canvas.beginPath()
        path.moveTo(left, low)
        for x, y in ((right + 0.5, low), (right + 0.5, high + 0.5), (left, high + 0.5)):
            path.lineTo(x, y)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)


def scaled(canvas: Canvas, drawn: Sequence[Edge]) -> None:
    """Drawn in units of its own, as printer drivers do."""
    canvas.saveState()
    canvas.scale(0.24, 0.24)
    lines_of_half_a_point(canvas, [tuple(place / 0.24 for place in edge) for edge in drawn])  # type: ignore[misc]
    canvas.restoreState()


def open_at_the_sides(canvas: Canvas, drawn: Sequence[Edge]) -> None:
    lines_of_half_a_point(canvas, [edge for edge in drawn if edge[0] != edge[2] or 74 < edge[0] < 522])


def text(content: bytes) -> list[str]:
    return intake.text_of("计划.pdf", content).split("\n")


WHOLE = [
    "序号\t重点任务\t牵头单位\t责任单位\t完成时限",
    "1\t新建改扩建公办幼儿园二十所\t县教育局\t县财政局、县发展改革局\t2025年12月",
    "2\t培训护理员\t县民政局\t县人力资源社会保障局\t2025年9月底前",
]


@pytest.mark.parametrize(
    "drawing", [lines_of_half_a_point, thin_boxes, thin_outlines, scaled, open_at_the_sides]
)
def test_a_ruled_table_gives_a_line_a_row_however_its_lines_are_drawn(drawing: Drawing) -> None:
    page = painted([HEAD, *ROWS], 760)
    content = pdf([page], drawn=lambda canvas, _: drawing(canvas, edges(3, 760)))
    assert text(content) == WHOLE
    found = document.parse("\n".join(text(content)), issued_year=None).tasks
    assert [(task.number, task.lead_units, str(task.deadline_on)) for task in found] == [
        ("1", ("县教育局",), "2025-12-31"),
        ("2", ("县民政局",), "2025-09-30"),
    ]


def test_units_on_lines_of_their_own_stay_apart_and_wrapped_ones_are_joined() -> None:
    rows = [HEAD, ("1", "办学两所", "县教育局", "县财政局/县民政局", "2025年/6月")]
    content = pdf([painted(rows, 760)], drawn=lambda canvas, _: lines_of_half_a_point(canvas, edges(2, 760)))
    assert text(content)[1] == "1\t办学两所\t县教育局\t县财政局 县民政局\t2025年6月"


def test_a_row_cut_by_the_end_of_the_page_is_one_and_the_repeated_head_is_dropped() -> None:
    first = ("1", "新建改扩建公办幼儿园二", "县教育局", "县财政局", "2025年12月")
    rest = ("", "十所，配齐教师", "", "", "")
    pages = [
        [*painted([HEAD, first], 200), (280.0, 50.0, 14.0, "— 1 —")],
        [*painted([HEAD, rest, ROWS[1]], 760), (280.0, 50.0, 14.0, "— 2 —")],
    ]
    content = pdf(
        pages,
        drawn=lambda canvas, page: lines_of_half_a_point(canvas, edges(3, 760) if page else edges(2, 200)),
    )
    assert text(content) == [
        WHOLE[0],
        "1\t新建改扩建公办幼儿园二十所，配齐教师\t县教育局\t县财政局\t2025年12月",
        WHOLE[2],
    ]


def test_a_row_without_a_number_at_the_head_of_a_page_stands_alone_where_nothing_broke_off() -> None:
    first = ("1", "办学", "县教育局", "县财政局", "2025年12月")
    more = ("", "修路", "县交通运输局", "县财政局", "2025年12月")
    content = pdf(
        [painted([HEAD, first], 200), painted([more], 760)],
        drawn=lambda canvas, page: lines_of_half_a_point(canvas, edges(1, 760) if page else edges(2, 200)),
    )
    assert text(content)[1:] == [
        "1\t办学\t县教育局\t县财政局\t2025年12月",
        "\t修路\t县交通运输局\t县财政局\t2025年12月",
    ]


def without_line(drawn: Sequence[Edge], y: float, left: float) -> list[Edge]:
    """The edges but those at that height in the column that begins there."""
    return [edge for edge in drawn if not (edge[1] == edge[3] == y and edge[0] == left)]


def test_a_unit_merged_over_rows_holds_for_each_of_them_over_the_end_of_the_page_too() -> None:
    first = [HEAD, ("1", "办学", "县教育局", "县财政局", "2025年"), ("2", "修缮", "", "县财政局", "2025年")]
    second = [("3", "培训", "", "县财政局", "2025年"), ("4", "修路", "县交通运输局", "县财政局", "2025年")]
    merged = without_line(edges(3, 300), 300 - 2 * TALL, 262.0)
    content = pdf(
        [painted(first, 300), painted(second, 760)],
        drawn=lambda canvas, page: lines_of_half_a_point(canvas, edges(2, 760) if page else merged),
    )
    found = document.parse("\n".join(text(content)), issued_year=None).tasks
    assert [(task.number, task.lead_units) for task in found] == [
        ("1", ("县教育局",)),
        ("2", ("县教育局",)),
        ("3", ("县教育局",)),
        ("4", ("县交通运输局",)),
    ]


def test_an_empty_cell_at_the_head_of_a_page_takes_nothing_from_an_unmerged_one() -> None:
    first = [HEAD, ("1", "办学", "县教育局", "县财政局", "2025年")]
    second = [("2", "培训", "县民政局", "", "2025年")]
    content = pdf(
        [painted(first, 300), painted(second, 760)],
        drawn=lambda canvas, page: lines_of_half_a_point(canvas, edges(1, 760) if page else edges(2, 300)),
    )
    assert text(content)[-1] == "2\t培训\t县民政局\t\t2025年"


def test_two_tables_with_other_columns_and_the_words_between_them_stay_in_order() -> None:
    other = (74.0, 300.0, 522.0)
    page = [
        *painted([HEAD, ROWS[1]], 760),
        (74.0, 620.0, 16.0, "二、保障措施"),
        *painted([("事项", "责任单位"), ("经费保障", "县财政局")], 600, other),
    ]
    drawn = [*edges(2, 760), *edges(2, 600, other)]
    content = pdf([page], drawn=lambda canvas, _: lines_of_half_a_point(canvas, drawn))
    assert text(content) == [WHOLE[0], WHOLE[2], "二、保障措施", "事项\t责任单位", "经费保障\t县财政局"]


def test_frames_underlines_and_the_red_rule_of_the_head_make_no_table() -> None:
    def drawing(canvas: Canvas, _page: int) -> None:
        canvas.line(74, 790, 522, 790)
        canvas.line(106, 728, 300, 728)
        canvas.rect(70, 600, 460, 190)

    words = "一、健全工作机制，推动学前教育普及普惠安全优质发展，各项任务按期完成。（责任单位：县教育局）"
    assert text(pdf([typeset([words])], drawn=drawing)) == [words]


def test_a_path_that_only_clips_rules_nothing() -> None:
    def drawing(canvas: Canvas, _page: int) -> None:
        for left, low, right, high in edges(3, 760):
            path = canvas.beginPath()
            path.rect(left, low, right - left + 0.4, high - low + 0.4)
            canvas.saveState()
            canvas.clipPath(path, stroke=0, fill=0)
            canvas.restoreState()
            canvas.line(74, 790, 522, 790)  # were the path kept, this would paint it

    assert "\t" not in "".join(text(pdf([painted([HEAD, *ROWS], 760)], drawn=drawing)))


def test_a_page_of_ten_thousand_lines_still_gives_its_words() -> None:
    def drawing(canvas: Canvas, _page: int) -> None:
        for at in range(5000):
            canvas.line(at % 595, 100, at % 595 + 9, 100 + at % 700)
            canvas.line(at * 0.1, 100, at * 0.1, 800)

    assert text(pdf([typeset(["一、修路十里。"])], drawn=drawing)) == ["一、修路十里。"]

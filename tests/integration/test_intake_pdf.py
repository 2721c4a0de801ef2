"""PDF: lines become paragraphs again, running heads and page numbers go, and what cannot be read is said."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas

from app import intake
from tests.papers import Painted, pdf, typeset
from workflows import document
from workflows.errors import Refused

LONG = "（一）健全工作机制，推动学前教育普及普惠安全优质发展，到2025年底前新建改扩建公办幼儿园二十所。（牵头单位：县教育局；责任单位：县财政局）"
SECOND = "（二）加强师资队伍建设，每年培训教师一百人次以上，逐步提高教师待遇水平，落实各项保障措施，到位到人。（责任单位：县人力资源社会保障局）"


def lines(content: bytes) -> list[str]:
    return intake.text_of("计划.pdf", content).split("\n")


def test_lines_are_joined_into_paragraphs() -> None:
    assert lines(pdf([typeset(["一、总体要求", LONG, SECOND])])) == ["一、总体要求", LONG, SECOND]


def test_a_paragraph_that_ends_at_the_right_edge_is_not_joined_to_the_next() -> None:
    full = "健" * 25 + "。"
    assert len(full) == 26
    assert lines(pdf([typeset([LONG, full, SECOND])])) == [LONG, full, SECOND]


def test_without_indents_a_line_joins_where_no_sentence_ends() -> None:
    flat = [
        (74.0, 760 - 28.8 * at, 16.0, words)
        for at, words in enumerate(("健" * 28, "全" * 27 + "。", "二、保障"))
    ]
    assert lines(pdf([flat])) == ["健" * 28 + "全" * 27 + "。", "二、保障"]


@pytest.mark.parametrize("number", ["— {} —", "-{}-", "{}/4", "第{}页 共4页", "{}"])
def test_running_heads_and_page_numbers_are_dropped_and_a_paragraph_goes_on_over_the_page(
    number: str,
) -> None:
    first, rest = (
        typeset([LONG])[:2],
        [(x, y + 57.6, size, words) for x, y, size, words in typeset([LONG])[2:]],
    )
    bodies = [first, rest, typeset([SECOND]), typeset(["（三）其他事项另行通知。"])]
    pages: list[list[Painted]] = [
        [(74, 805, 9, "云岭县行动计划"), *body, (280, 50, 14, number.format(at))]
        for at, body in enumerate(bodies, 1)
    ]
    assert lines(pdf(pages)) == [LONG, SECOND, "（三）其他事项另行通知。"]


def test_a_title_of_two_lines_is_one() -> None:
    title = [(120.0, 790.0, 22.0, "云岭县学前教育普及普惠"), (180.0, 758.0, 22.0, "三年行动计划")]
    assert lines(pdf([[*title, *typeset([LONG], top=700)]]))[0] == "云岭县学前教育普及普惠三年行动计划"


def test_the_cells_of_a_printed_table_are_put_together_and_its_tasks_read() -> None:
    def row(top: float, *cells: tuple[float, str]) -> list[Painted]:
        return [
            (x, top - 18 * at, 12, line) for x, words in cells for at, line in enumerate(words.split("/"))
        ]

    page = [
        *row(760, (84, "序号"), (130, "重点任务"), (250, "牵头单位"), (350, "责任单位"), (460, "完成时限")),
        *row(730, (88, "1"), (130, "新建改扩建公办/幼儿园二十所"), (250, "县教育局"), (350, "县财政局、县/发展改革局"), (460, "2025年12月")),
        *row(680, (88, "2"), (130, "培训护理员"), (250, "县民政局"), (350, "县人力资源社/会保障局"), (460, "2025年9月底前")),
    ]  # fmt: skip
    found = document.parse("\n".join(lines(pdf([page]))), issued_year=None).tasks
    assert [
        (task.number, task.title, task.lead_units, task.responsible_units, task.deadline_on) for task in found
    ] == [
        ("1", "新建改扩建公办幼儿园二十所", ("县教育局",), ("县财政局", "县发展改革局"), date(2025, 12, 31)),
        ("2", "培训护理员", ("县民政局",), ("县人力资源社会保障局",), date(2025, 9, 30)),
    ]


def test_a_figure_in_the_last_row_of_a_page_is_no_page_number() -> None:
    page = [
        (84.0, 300.0, 12.0, "事项"),
        (300.0, 300.0, 12.0, "分值"),
        (84.0, 280.0, 12.0, "修路"),
        (300.0, 280.0, 12.0, "10"),
    ]
    assert lines(pdf([page])) == ["事项", "分值", "修路", "10"]


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        intake.text_of("计划.pdf", content)
    assert caught.value.code == "unreadable"
    return str(caught.value)


def test_a_scanned_pdf_is_told_from_an_empty_one_by_what_to_do() -> None:
    saved = BytesIO()
    canvas = Canvas(saved)
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.showPage()
    canvas.save()
    assert "扫描件" in refusal(saved.getvalue())
    assert "扫描件" in refusal(pdf([[(280, 50, 14, "— 1 —")]]))


def test_a_pdf_with_a_password_is_refused_with_the_way_out() -> None:
    assert "密码" in refusal(pdf([typeset([LONG])], password="secret"))


def test_a_pdf_protected_against_changes_only_is_read() -> None:
    assert lines(pdf([typeset([LONG])], owner="keeper")) == [LONG]

"""GB/T 9704-2012, measured in what comes out: the Word file's own XML, and the PDF's pages."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from itertools import pairwise

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from pypdf import PageObject, PdfReader

from app.documents.official import (
    Attachment,
    Heading,
    Imprint,
    Paper,
    PaperKind,
    Paragraph,
    Table,
    official,
    official_pdf,
)
from app.documents.official import standard as shipped_standard
from app.documents.official.fonts import chosen
from app.documents.official.sample import sample
from app.documents.official.wording import bracketed, formal_date, title_lines
from workflows.errors import Refused

TWIPS_A_MM = 1440 / 25.4
POINTS_A_MM = 72 / 25.4
LONG = "落实学前教育普及普惠各项任务" * 200
"""Enough for several full pages of characters that are all one square wide."""


def plain(*words: str, kind: PaperKind = PaperKind.MONTH_REPORT) -> Paper:
    return Paper(kind, "标题", tuple(Paragraph(each) for each in words))


def parts(content: bytes) -> Mapping[str, etree._Element]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {
            name: etree.fromstring(package.read(name))
            for name in package.namelist()
            if name.endswith((".xml", ".rels"))
        }


def attribute(element: etree._Element, path: str, name: str) -> str:
    found = element.find("/".join(qn(f"w:{step}") for step in path.split("/")))
    assert found is not None, path
    value = found.get(qn(f"w:{name}"))
    assert value is not None, (path, name)
    return value


def style(content: bytes, name: str) -> etree._Element:
    for each in parts(content)["word/styles.xml"].iter(qn("w:style")):
        if attribute(each, "name", "val") == name:
            return each
    raise AssertionError(f"no style {name}")


def sections(content: bytes) -> list[etree._Element]:
    return list(parts(content)["word/document.xml"].iter(qn("w:sectPr")))


def millimetres(section: etree._Element, path: str, *names: str) -> list[float]:
    return [round(int(attribute(section, path, name)) / TWIPS_A_MM, 1) for name in names]


@pytest.fixture(scope="module")
def bulletin() -> bytes:
    return official(sample(PaperKind.QUARTER_BULLETIN))


@pytest.fixture(scope="module")
def printed() -> Sequence[PageObject]:
    return PdfReader(BytesIO(official_pdf(plain(LONG)))).pages[:]


# ------------------------------------------------------------------------------------------- Word


def test_a_page_is_a4_with_37_mm_above_28_mm_at_the_binding_and_a_type_area_of_156_by_225(
    bulletin: bytes,
) -> None:
    body = sections(bulletin)[-1]
    width, height = millimetres(body, "pgSz", "w", "h")
    top, right, bottom, left = millimetres(body, "pgMar", "top", "right", "bottom", "left")
    assert (width, height) == (210.0, 297.0)
    assert (top, left) == (37.0, 28.0)
    assert width - left - right == pytest.approx(156, abs=0.2)
    assert height - top - bottom == pytest.approx(225, abs=0.2)


def test_an_annex_laid_across_lies_on_a_turned_page_bound_at_its_upper_edge(bulletin: bytes) -> None:
    upright, across, last = sections(bulletin)
    assert attribute(across, "pgSz", "orient") == "landscape"
    assert millimetres(across, "pgSz", "w", "h") == [297.0, 210.0]
    assert millimetres(across, "pgMar", "top") == [28.0]
    assert millimetres(upright, "pgSz", "w", "h") == millimetres(last, "pgSz", "w", "h") == [210.0, 297.0]
    for section in (upright, across, last):
        assert len(section.findall(qn("w:footerReference"))) == 2


def test_22_exact_lines_fill_the_page_and_a_23rd_has_no_room() -> None:
    body = style(official(plain("一")), "公文正文")
    assert attribute(body, "pPr/spacing", "lineRule") == "exact"
    assert attribute(body, "pPr/snapToGrid", "val") == "0"
    line = int(attribute(body, "pPr/spacing", "line"))
    height = 225 * TWIPS_A_MM
    assert int(height // line) == 22


def test_28_characters_of_16_points_fill_the_line_and_a_29th_has_no_room() -> None:
    body = style(official(plain("一")), "公文正文")
    assert attribute(body, "rPr/sz", "val") == "32"
    pitch = 16 * 20 + int(attribute(body, "rPr/spacing", "val"))
    assert int(156 * TWIPS_A_MM // pitch) == 28


def test_the_body_begins_two_characters_in_for_programs_that_count_them_and_for_those_that_do_not() -> None:
    body = style(official(plain("一")), "公文正文")
    assert attribute(body, "pPr/ind", "firstLineChars") == "200"
    pitch = 16 * 20 + int(attribute(body, "rPr/spacing", "val"))
    assert int(attribute(body, "pPr/ind", "firstLine")) == 2 * pitch


@pytest.mark.parametrize(
    ("name", "face", "half_points", "align"),
    [
        ("公文标题", "方正小标宋简体", 44, "center"),
        ("公文正文", "仿宋_GB2312", 32, "both"),
        ("公文主送机关", "仿宋_GB2312", 32, "both"),
        ("公文一级标题", "黑体", 32, "both"),
        ("公文二级标题", "楷体_GB2312", 32, "both"),
        ("公文附件序号", "黑体", 32, "left"),
        ("公文发文字号", "仿宋_GB2312", 32, "center"),
        ("公文版记（印发）", "仿宋_GB2312", 28, "left"),
        ("公文页码（单）", "宋体", 28, "right"),
        ("公文页码（双）", "宋体", 28, "left"),
    ],
)
def test_every_part_has_its_face_and_its_size(
    bulletin: bytes, name: str, face: str, half_points: int, align: str
) -> None:
    found = style(bulletin, name)
    assert attribute(found, "rPr/rFonts", "eastAsia") == face
    assert int(attribute(found, "rPr/sz", "val")) == half_points
    assert attribute(found, "pPr/jc", "val") == align


def test_every_face_has_other_names_by_which_machines_without_it_know_the_same(bulletin: bytes) -> None:
    fonts = {
        font.get(qn("w:name")): attribute(font, "altName", "val").split(",")
        for font in parts(bulletin)["word/fontTable.xml"].iter(qn("w:font"))
    }
    assert {"仿宋", "FangSong"} <= set(fonts["仿宋_GB2312"])
    assert {"华文中宋", "宋体"} <= set(fonts["方正小标宋简体"])
    assert set(fonts) == {each.name for each in shipped_standard.FONTS.values()}


def test_no_style_leaves_the_choice_of_font_to_a_theme(bulletin: bytes) -> None:
    used = {
        paragraph.style.style_id
        for paragraph in docx.Document(BytesIO(bulletin)).paragraphs
        if paragraph.style
    }
    ours = [
        each
        for each in parts(bulletin)["word/styles.xml"].iter(qn("w:style"))
        if each.get(qn("w:styleId")) in used
    ]
    assert len(ours) > 8
    for each in ours:
        fonts = each.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        assert fonts is not None
        assert not [name for name in fonts.attrib if "Theme" in str(name)]


def test_the_head_is_red_and_ruled_in_red_only_where_the_kind_has_one(bulletin: bytes) -> None:
    assert attribute(style(bulletin, "公文发文机关标志"), "rPr/color", "val") == "FF0000"
    assert attribute(style(bulletin, "公文发文字号"), "pPr/pBdr/bottom", "color") == "FF0000"
    assert words_of(bulletin).startswith("示例县督查室文件")
    assert "示例县督查室文件" not in words_of(official(sample(PaperKind.MONTH_REPORT)))


def test_page_numbers_stand_between_dashes_outside_on_odd_and_even_pages(bulletin: bytes) -> None:
    found = parts(bulletin)
    assert found["word/settings.xml"].find(qn("w:evenAndOddHeaders")) is not None
    feet = [tree for name, tree in found.items() if re.fullmatch(r"word/footer\d+\.xml", name)]
    assert len(feet) == 2
    for foot in feet:
        assert "".join(text.text or "" for text in foot.iter(qn("w:t"))) == "— 1 —"
        assert [each.text.strip() for each in foot.iter(qn("w:instrText")) if each.text] == ["PAGE"]


def test_the_imprint_stands_in_a_frame_at_the_foot_between_a_thick_a_thin_and_a_thick_rule(
    bulletin: bytes,
) -> None:
    framed = list(parts(bulletin)["word/document.xml"].iter(qn("w:framePr")))
    assert [frame.get(qn("w:yAlign")) for frame in framed] == ["bottom", "bottom"]
    above, below = style(bulletin, "公文版记（抄送）"), style(bulletin, "公文版记（印发）")
    thick, thin = (
        attribute(above, "pPr/pBdr/top", "sz"),
        attribute(above, "pPr/pBdr/bottom", "sz"),
    )
    assert (thick, thin) == ("8", "6")  # eighths of a point: 0.35 mm and 0.25 mm
    assert attribute(below, "pPr/pBdr/bottom", "sz") == thick


def test_the_date_stands_about_four_characters_from_the_right_under_its_issuer(bulletin: bytes) -> None:
    signed = style(bulletin, "公文落款")
    left = int(attribute(signed, "pPr/ind", "left"))
    middle = (156 * TWIPS_A_MM + left) / 2
    date_width = 7 * 16 * 20  # 2025年4月10日: four and two figures of half a square, and four characters
    free = (156 * TWIPS_A_MM - middle - date_width / 2) / (16 * 20)
    assert free == pytest.approx(4, abs=0.5)
    assert attribute(signed, "pPr/jc", "val") == "center"


def test_the_head_of_a_table_comes_again_on_every_page_and_no_row_is_torn(bulletin: bytes) -> None:
    for table in parts(bulletin)["word/document.xml"].iter(qn("w:tbl")):
        rows = table.findall(qn("w:tr"))
        assert [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows] == [
            True,
            *[False] * (len(rows) - 1),
        ]
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)


def words_of(content: bytes) -> str:
    return "".join(text.text or "" for text in parts(content)["word/document.xml"].iter(qn("w:t")))


# ------------------------------------------------------------------------------------------- PDF


def baselines(page: PageObject) -> list[float]:
    """The heights at which something of the body is printed, in points from the lower edge, from the top down."""
    found: set[float] = set()

    def note(words: str, page_matrix: list[float], own: list[float], *_: object) -> None:
        if words.strip() and "—" not in words:
            found.add(round(own[4] * page_matrix[1] + own[5] * page_matrix[3] + page_matrix[5], 2))

    page.extract_text(visitor_text=note)
    return sorted(found, reverse=True)


def test_the_pdf_has_a4_pages_with_22_lines_of_28_characters(printed: list[PageObject]) -> None:
    full = printed[1]
    assert [round(float(side) / POINTS_A_MM) for side in full.mediabox[2:]] == [210, 297]
    text = [line for line in full.extract_text().splitlines() if line.strip()]
    assert text[-1] == "— 2 —"
    assert len(text) - 1 == 22
    assert {len(line.strip()) for line in text[:-1]} == {28}


def test_the_lines_of_the_pdf_stand_in_the_type_area_at_an_even_pitch(printed: list[PageObject]) -> None:
    lines = baselines(printed[1])
    pitches = {round(above - below, 1) for above, below in pairwise(lines)}
    assert pitches == {29.0}
    assert lines[0] < (297 - 37) * POINTS_A_MM
    assert lines[-1] > 35 * POINTS_A_MM
    assert lines[0] - lines[-1] == pytest.approx(21 * 225 * POINTS_A_MM / 22, abs=0.5)


def test_a_bulletin_in_pdf_says_everything_and_lays_its_annex_across() -> None:
    pages = PdfReader(BytesIO(official_pdf(sample(PaperKind.QUARTER_BULLETIN)))).pages
    wide = [float(page.mediabox[2]) > float(page.mediabox[3]) for page in pages]
    assert wide.count(True) == 1
    text = "".join("".join(page.extract_text().split()) for page in pages)
    for words in (
        "示例县督查室文件",
        "示督〔2025〕1号",
        "各乡镇人民政府、县直各单位：",
        "附件：1．示例明细表",
        "2025年4月10日印发",
    ):
        assert words in text, words
    assert "抄送：县委办公室，县人大常委会办公室。" in "".join(pages[-1].extract_text().split())


def test_the_same_paper_gives_the_same_pdf() -> None:
    paper = sample(PaperKind.RESULTS)
    assert official_pdf(paper) == official_pdf(paper)


@pytest.mark.parametrize("kind", PaperKind)
def test_every_document_is_made_in_word_and_in_pdf(kind: PaperKind) -> None:
    paper = sample(kind)
    assert paper.title[:4] in words_of(official(paper))
    assert len(PdfReader(BytesIO(official_pdf(paper))).pages) >= 3


# ------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    "typed", ["云督[2025]3号", "云督（2025）3号", "云督【2025】3号", "云督(2025)3号", "云督〔2025〕3号"]
)
def test_the_year_of_a_number_stands_in_hexagonal_brackets_however_it_was_typed(typed: str) -> None:
    assert bracketed(typed) == "云督〔2025〕3号"
    paper = Paper(PaperKind.RESULTS, "标题", (), masthead="督查通报", number=typed)
    assert "云督〔2025〕3号" in words_of(official(paper))


def test_a_date_has_neither_leading_zeros_nor_the_day_of_the_week() -> None:
    assert formal_date(date(2025, 4, 1)) == "2025年4月1日"


HOSTILE = '{{ 7*7 }} {% for x in y %} {_{ }_} #let #read("/etc/passwd") $x^2$ <b>&amp;</b> *粗* _斜_ `码` \\u{1F600} @甲 ='


def test_what_looks_like_code_comes_out_as_words_in_word_and_pdf() -> None:
    paper = Paper(
        PaperKind.MONTH_REPORT,
        HOSTILE,
        (
            Heading(HOSTILE),
            Paragraph(f"{HOSTILE}\x00\x08\x1f\ufdd0\ufffe\ud800完"),
            Table((HOSTILE,), ((HOSTILE,),), (1,)),
        ),
        number=HOSTILE,
        recipients=(HOSTILE,),
        issuers=(HOSTILE,),
        attachments=(Attachment(HOSTILE, (Paragraph(HOSTILE),)),),
        imprint=Imprint(HOSTILE, date(2025, 4, 1), (HOSTILE,)),
    )
    in_word = words_of(official(paper))
    in_print = "".join(page.extract_text() for page in PdfReader(BytesIO(official_pdf(paper))).pages)
    tight = "".join(HOSTILE.split())
    assert "".join(in_word.split()).count(tight) == 13
    assert "".join(in_print.split()).count(tight) == 13
    assert "49" not in in_word + in_print
    assert f"{HOSTILE}完" in in_word


def test_an_annex_of_a_thousand_rows_keeps_every_row() -> None:
    rows = tuple((str(at), f"任务{at}", "单位") for at in range(1, 1001))
    table = Table(("序号", "任务", "单位"), rows, (1, 6, 3))
    paper = Paper(
        PaperKind.QUARTER_BULLETIN, "标题", (), attachments=(Attachment("明细表", (table,), across=True),)
    )
    laid = docx.Document(BytesIO(official(paper))).tables[0]
    assert len(laid.rows) == 1001
    pages = PdfReader(BytesIO(official_pdf(paper))).pages
    text = "".join(page.extract_text() for page in pages)
    assert "任务1000" in "".join(text.split())
    assert all("序号" in page.extract_text() for page in pages[1:])


def test_a_row_of_another_length_than_its_heads_is_no_table() -> None:
    with pytest.raises(ValueError, match="another length"):
        Table(("甲", "乙"), (("一",),), (1, 1))


def test_long_titles_are_broken_where_the_sense_allows_it_and_never_within_a_figure() -> None:
    assert title_lines("关于《学前教育提升行动计划》完成情况的报告", 20) == [
        "关于《学前教育提升行动计划》",
        "完成情况的报告",
    ]
    whole = "关于2026年第三季度《云岭县城乡环境卫生和便民服务三年行动计划（2026—2028年）》推进落实情况的通报"
    broken = title_lines(whole, 20)
    assert not [line for line in broken if re.search(r"\d$|^\d{1,3}年|（$|^[》）]", line)], broken
    for words in ("2025" * 15, "甲" * 45, "关于2025年" * 9, whole, "甲"):
        lines = title_lines(words, 20)
        assert "".join(lines) == words
        assert all(len(line) <= 20 for line in lines)


# ------------------------------------------------------------------------------------------- fonts


def test_an_office_s_own_fonts_come_before_those_that_stand_in_for_them() -> None:
    stand_in = ["Noto Serif CJK SC", "Noto Sans CJK SC"]
    assert set(chosen(stand_in).values()) == set(stand_in)
    best = chosen([*stand_in, "FangSong", "SimHei", "KaiTi"])
    assert {best[face] for face in ("fangsong", "hei", "kai")} == {"FangSong", "SimHei", "KaiTi"}  # type: ignore[index]


def test_a_machine_without_chinese_fonts_is_told_what_to_install() -> None:
    with pytest.raises(Refused, match="fonts-noto-cjk") as refused:
        chosen(["DejaVu Sans"])
    assert refused.value.code == "unready"


def pages_of(paper: Paper) -> Iterator[str]:
    for page in PdfReader(BytesIO(official_pdf(paper))).pages:
        yield page.extract_text()


def test_the_imprint_stands_on_the_last_page_also_where_the_annex_before_it_lies_across() -> None:
    table = Table(("甲",), (("一",),), (1,))
    paper = Paper(
        PaperKind.RESULTS,
        "标题",
        (Paragraph("正文。"),),
        attachments=(Attachment("表", (table,), across=True),),
        imprint=Imprint("督查室", date(2025, 4, 1)),
    )
    assert "督查室" in list(pages_of(paper))[-1]
    assert attribute(sections(official(paper))[-1], "pgSz", "w") == attribute(
        sections(official(paper))[0], "pgSz", "w"
    )

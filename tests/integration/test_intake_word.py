"""Word documents are read as a reader of the finished document sees them."""

from __future__ import annotations

from io import BytesIO

import docx

from app import intake
from tests.papers import cell, paragraph, repacked, run, table, word
from workflows import document


def text(content: bytes) -> str:
    return intake.text_of("计划.docx", content)


def lines(body: str, **parts: str) -> list[str]:
    return [line for line in text(word(body, parts)).split("\n") if line]


def listed(level: int, number: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def level(at: int, style: str, pattern: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{pattern}"/></w:lvl>'


OFFICIAL = (
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "chineseCounting", "%1、")
    + level(1, "chineseCountingThousand", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimal", "（%4）")
    + "</w:abstractNum>"
)
ONE_LIST = OFFICIAL + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


def test_a_document_of_python_docx_is_read_with_its_tables_in_place() -> None:
    paper = docx.Document()
    paper.add_heading("云岭县2025年行动计划", 1)
    rows = paper.add_table(2, 3).rows
    for at, row in enumerate((("序号", "任务", "责任单位"), ("1", "修路十里", "县交通运输局"))):
        for words, place in zip(row, rows[at].cells, strict=True):
            place.text = words
    paper.add_paragraph("此表由县政府办解释。")
    saved = BytesIO()
    paper.save(saved)
    assert text(saved.getvalue()).split("\n") == [
        "云岭县2025年行动计划",
        "序号\t任务\t责任单位",
        "1\t修路十里\t县交通运输局",
        "此表由县政府办解释。",
    ]


def test_automatic_numbers_of_four_levels_are_written_out_and_restart() -> None:
    body = "".join(
        paragraph(words, listed(at))
        for at, words in [
            (0, "总体"),
            (1, "甲"),
            (1, "乙"),
            (2, "子"),
            (3, "丑"),
            (2, "寅"),
            (0, "任务"),
            (1, "丙"),
            (2, "卯"),
        ]
    )
    assert lines(body, numbering=ONE_LIST) == [
        "一、总体", "（一）甲", "（二）乙", "1. 子", "（1）丑", "2. 寅", "二、任务", "（一）丙", "1. 卯",
    ]  # fmt: skip


def test_a_list_counts_beyond_ten_in_chinese() -> None:
    body = "".join(paragraph("事", listed(0)) for _ in range(21))
    numbers = [line[:-1] for line in lines(body, numbering=ONE_LIST)]
    assert (numbers[9], numbers[10], numbers[19], numbers[20]) == ("十、", "十一、", "二十、", "二十一、")


def test_patterns_of_several_levels_legal_numbers_and_starts_are_kept() -> None:
    shape = (
        '<w:abstractNum w:abstractNumId="5">'
        + level(0, "chineseCounting", "第%1章")
        + level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride></w:num>'
    )
    body = paragraph("总则", listed(0)) + paragraph("目标", listed(1)) + paragraph("附则", listed(0))
    assert lines(body, numbering=shape) == ["第三章 总则", "3.1 目标", "第四章 附则"]


def test_two_lists_of_one_shape_go_on_counting_unless_one_begins_anew() -> None:
    shape = (
        OFFICIAL
        + "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="0"/></w:num>' for number in (1, 2))
        + '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = "".join(paragraph("事", listed(0, number)) for number in (1, 2, 3, 3))
    assert lines(body, numbering=shape) == ["一、事", "二、事", "一、事", "二、事"]


def test_numbers_come_from_the_style_and_its_base_and_can_be_switched_off() -> None:
    styles = (
        f'<w:style w:type="paragraph" w:styleId="Base"><w:pPr>{listed(0)}</w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="Base"/></w:style>'
    )
    own = '<w:pStyle w:val="Own"/>'
    body = paragraph("甲", own) + paragraph("附注", own + listed(0, 0)) + paragraph("乙", own)
    assert lines(body, numbering=ONE_LIST, styles=styles) == ["一、甲", "附注", "二、乙"]


def test_bullets_print_no_number() -> None:
    shape = '<w:abstractNum w:abstractNumId="0">' + level(0, "bullet", "●") + "</w:abstractNum>"
    shape += '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    assert lines(paragraph("要点", listed(0)), numbering=shape) == ["要点"]


def test_tracked_changes_count_as_accepted() -> None:
    body = (
        f"<w:p><w:r><w:t>由</w:t></w:r><w:del><w:r><w:delText>县教体局</w:delText></w:r></w:del>"
        f"<w:ins>{run('县教育局')}</w:ins>{run('牵头')}</w:p>"
        f"<w:p><w:moveFrom>{run('搬走的话')}</w:moveFrom></w:p><w:p><w:moveTo>{run('搬来的话')}</w:moveTo></w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell('删去的行')}</w:tr><w:tr>{cell('留下的行')}</w:tr></w:tbl>"
    )
    assert lines(body) == ["由县教育局牵头", "搬来的话", "留下的行"]


def test_a_deleted_paragraph_end_joins_its_neighbours_and_a_deleted_list_entry_is_not_counted() -> None:
    gone = "<w:rPr><w:del/></w:rPr>"
    joined = paragraph("前半句", gone) + paragraph("后半句")
    entries = (
        paragraph("甲", listed(0))
        + f"<w:p><w:pPr>{listed(0)}{gone}</w:pPr><w:del><w:r><w:delText>乙</w:delText></w:r></w:del></w:p>"
        + paragraph("丙", listed(0))
    )
    assert lines(joined + entries, numbering=ONE_LIST)[:2] == ["前半句后半句", "一、甲"]
    assert lines(joined + entries, numbering=ONE_LIST)[-1].endswith("丙")
    assert "三、" not in "".join(lines(joined + entries, numbering=ONE_LIST))


def test_a_text_box_stands_once_though_the_file_holds_it_twice() -> None:
    box = f"<w:txbxContent>{paragraph('专栏1 重点工程')}</w:txbxContent>"
    drawn = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert lines(f"<w:p>{run('正文')}{drawn}</w:p>") == ["正文", "专栏1 重点工程"]


def test_a_box_of_an_old_program_alone_is_read() -> None:
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{paragraph('旧框')}</w:txbxContent></v:textbox></w:pict></w:r>"
    assert lines(f"<w:p>{run('正文')}{box}</w:p>") == ["正文", "旧框"]


def test_notes_stand_at_the_end_and_separators_nowhere() -> None:
    notes = (
        f'<w:footnote w:type="separator" w:id="0">{paragraph("——")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("指常住人口。")}</w:footnote>'
    )
    body = f'<w:p>{run("人口十万")}<w:r><w:footnoteReference w:id="2"/></w:r>{run("以上")}</w:p>' + paragraph(
        "下文"
    )
    assert lines(body, footnotes=notes) == ["人口十万以上", "下文", "注：指常住人口。"]


def test_a_page_head_is_dropped_but_read_where_it_holds_the_only_title() -> None:
    header = paragraph("云岭县学前教育行动计划")
    assert lines(paragraph("正文。"), header=header) == ["云岭县学前教育行动计划", "正文。"]
    assert lines(paragraph("云岭县养老服务实施方案") + paragraph("正文。"), header=header) == [
        "云岭县养老服务实施方案",
        "正文。",
    ]


def test_links_breaks_controls_hidden_words_and_field_codes() -> None:
    body = (
        f'<w:p><w:hyperlink r:id="x">{run("链接里的字")}</w:hyperlink><w:r><w:br/><w:t>换行后</w:t></w:r></w:p>'
        f"<w:sdt><w:sdtContent>{paragraph('控件里的段')}</w:sdtContent></w:sdt>"
        f"<w:p><w:sdt><w:sdtContent>{run('行内控件')}</w:sdtContent></w:sdt>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏起来的</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert lines(body) == ["链接里的字", "换行后", "控件里的段", "行内控件"]


def test_merged_cells_stand_once_in_an_ordinary_table() -> None:
    body = table(
        cell("表头横跨", '<w:gridSpan w:val="2"/>') + cell("丙"),
        cell("竖跨", '<w:vMerge w:val="restart"/>') + cell("一") + cell("二"),
        cell("", "<w:vMerge/>") + cell("三") + cell("四"),
    )
    assert text(word(body)).split("\n") == ["表头横跨\t\t丙", "竖跨\t一\t二", "\t三\t四"]


def test_in_a_task_list_a_merged_unit_holds_for_each_of_its_rows() -> None:
    restart, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = table(
        "".join(map(cell, ("序号", "重点任务", "牵头单位", "完成时限"))),
        cell("1") + cell("修路十里") + cell("县交通运输局", restart) + cell("2025年6月底前", restart),
        cell("二、民生", '<w:gridSpan w:val="4"/>'),
        cell("2") + cell("修桥两座") + cell("县交通运输局", restart) + cell("2025年6月底前", restart),
        cell("3") + cell("修渠三条") + cell("", on) + cell("", on),
    )
    tasks = document.parse(text(word(body)), issued_year=None).tasks
    assert [(task.number, task.title, task.lead_units, str(task.deadline_on)) for task in tasks] == [
        ("1", "修路十里", ("县交通运输局",), "2025-06-30"),
        ("2", "修桥两座", ("县交通运输局",), "2025-06-30"),
        ("3", "修渠三条", ("县交通运输局",), "2025-06-30"),
    ]


def test_units_in_paragraphs_of_one_cell_stay_apart_and_numbers_may_be_automatic() -> None:
    body = table(
        "".join(map(cell, ("序号", "任务", "责任单位"))),
        cell(paragraph("", listed(2)))
        + cell("办学两所")
        + cell(paragraph("县教育局") + paragraph("县财政局")),
    )
    (task,) = document.parse(text(word(body, {"numbering": ONE_LIST})), issued_year=None).tasks
    assert (task.number, task.responsible_units) == ("1", ("县教育局", "县财政局"))


def test_a_table_in_a_cell_and_a_frame_around_the_text_are_read() -> None:
    inner = table(cell("内一") + cell("内二"))
    framed = table(cell(paragraph("第一段。") + paragraph("第二段。")))
    body = table(cell("外一") + cell(paragraph("外二") + inner)) + framed
    assert text(word(body)).split("\n") == ["外一\t外二", "内一\t内二", "第一段。", "第二段。"]


def test_the_strict_namespace_reads_alike() -> None:
    body = f"<w:body>{paragraph('严格')}</w:body>"
    strict = f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main">{body}</w:document>'
    assert text(repacked(word(""), {"word/document.xml": strict.encode()})) == "严格"

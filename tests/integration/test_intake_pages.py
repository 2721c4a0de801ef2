"""Web pages, plain text and spreadsheets: the words of the document, and nothing of what stands around them."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from app import intake
from tests.papers import repacked, workbook
from workflows import document
from workflows.document import ParsedTask

SITE = """<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<meta name="ArticleTitle" content="云岭县养老服务实施方案"><title>云岭县养老服务实施方案_云岭县人民政府</title>
<script>var x = "脚本里的字";</script><style>.a{{content:"样式"}}</style></head><body>
<div class="nav"><a href="/">首页</a><a href="/zw">政务公开</a></div>
<div class="location">您现在的位置：首页 &gt; 文件</div>
<div class="main"><div class="TRS_Editor">
<p>　　为推进养老服务，县长朱镕基路段改造工程一并实施，制定本方案，请各单位认真贯彻落实。</p>
<p>一、建设养老
院五所。（牵头单位：县民政局；责任单位：县财政局）</p>
<div class="share-box">分享到微信</div><p style="display: none">内部校稿</p>
<ol><li>完善制度，加强对全县各养老机构的日常监督管理和服务质量评定工作。</li><li>加强监管</li></ol>
<table><tr><td>序号</td><td>任务</td><td>责任单位</td><td>完成时限</td></tr>
<tr><td>1</td><td>培训护理员</td><td rowspan="2">县民政局</td><td>2025年6月底前</td></tr>
<tr><td>2</td><td>修缮敬老院</td><td>2025年9月底前</td></tr></table>
</div></div>
<div style="display:none">看不见的字</div>
<div id="footer">主办单位：云岭县人民政府办公室　版权所有</div></body></html>"""


def html(name: str, content: bytes) -> list[str]:
    return [line for line in intake.text_of(name, content).split("\n") if line]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("gb2312", "gb18030"), ("utf-8", "utf-8"), ("utf-8", "gb18030"), ("gbk", "utf-8")],
)
def test_a_saved_page_gives_its_article_alone_whatever_its_encoding(declared: str, encoding: str) -> None:
    lines = html("方案.html", SITE.format(charset=declared).encode(encoding))
    assert lines[0] == "云岭县养老服务实施方案"
    assert "县长朱镕基路段改造工程" in lines[1]
    assert lines[2:5] == [
        "一、建设养老院五所。（牵头单位：县民政局；责任单位：县财政局）",
        "1. 完善制度，加强对全县各养老机构的日常监督管理和服务质量评定工作。",
        "2. 加强监管",
    ]
    assert lines[5:] == [
        "序号\t任务\t责任单位\t完成时限",
        "1\t培训护理员\t县民政局\t2025年6月底前",
        "2\t修缮敬老院\t县民政局\t2025年9月底前",
    ]


def test_a_page_named_doc_is_read_as_the_page_it_is() -> None:
    page = SITE.format(charset="gb2312").encode("gb18030")
    assert html("方案.doc", page) == html("方案.html", page)


def test_a_page_saved_with_its_pictures_is_read() -> None:
    page = SITE.format(charset="gb2312").encode("gb18030")
    head = b"MIME-Version: 1.0\r\nSubject: x\r\nContent-Type: multipart/related; boundary=B\r\n\r\n"
    part = b"--B\r\nContent-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    image = b"\r\n--B\r\nContent-Type: image/gif\r\n\r\nGIF89a\r\n--B--\r\n"
    assert html("方案.mht", head + part + page + image)[0] == "云岭县养老服务实施方案"


def test_a_page_laid_out_by_tables_gives_running_text_and_nested_tables_in_order() -> None:
    inner = "<table><tr><td>甲</td><td>乙</td></tr></table>"
    page = f"<html><body><table><tr><td><p>第一段。</p>{inner}<p>第二段。</p></td></tr></table></body></html>"
    assert html("a.html", page.encode()) == ["第一段。", "甲\t乙", "第二段。"]


def test_an_old_page_laid_out_by_tables_gives_its_article_without_the_columns_around() -> None:
    items = [
        f"{number}．加强校舍管理，完善各项制度，按期完成年度建设任务。（责任单位：县教育局）"
        for number in range(1, 12)
    ]
    column = "<table><tr><td>栏目导航</td></tr><tr><td><a>政策文件</a></td></tr></table>"
    article = (
        "<table><tr><td><b>云岭县行动计划</b></td></tr><tr><td>发布时间：2025-3-1　作者：管理员</td></tr>"
        f"<tr><td>{'<br>'.join(items)}</td></tr><tr><td align=right>【打印】【关闭】</td></tr></table>"
    )
    page = (
        "<html><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'><title>云岭县行动计划</title></head>"
        f"<body><table><tr><td><a>首页</a>|<a>新闻</a></td></tr></table><table><tr><td>{column}</td><td>{article}</td></tr>"
        "</table><table><tr><td>版权所有：云岭县人民政府</td></tr></table></body></html>"
    )
    assert html("a.htm", page.encode("gb18030")) == ["云岭县行动计划", *items]


def test_control_characters_behind_a_dropped_part_of_a_page_do_no_harm() -> None:
    page = "<html><body><p>正文<script>x</script>\x01接着</p></body></html>"
    assert html("a.html", page.encode()) == ["正文接着"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_plain_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert intake.text_of("计划.txt", "一、镕基路\r\n二、𠮷祥街".encode(encoding)) == "一、镕基路\n二、𠮷祥街"


def test_big_endian_text_and_characters_a_database_cannot_hold() -> None:
    assert intake.text_of("a.txt", b"\xfe\xff" + "一、修路".encode("utf-16-be")) == "一、修路"
    assert intake.text_of("a.txt", "一、\x07修⼯⼈⺠\x0c路".encode()) == "一、修工人民\n路"


def test_a_stray_byte_does_not_cost_the_rest_of_the_text() -> None:
    content = ("一、修路十里，建桥两座。" * 60).encode("gb18030") + b"\xff" + "完".encode("gb18030")
    read = intake.text_of("a.txt", content)
    assert (read[:6], read[-1]) == ("一、修路十里", "完")


def tasks(name: str, content: bytes) -> tuple[ParsedTask, ...]:
    return document.parse(intake.text_of(name, content), issued_year=None).tasks


LIST = [
    ("云岭县2025年重点任务清单",),
    (),
    ("填报单位：县政府办",),
    ("截止日期", "配合", "重点工作", "序号", "牵头部门（单位）"),
    (date(2025, 6, 30), "县财政局、县发展改革局", "修路十里", 1.0, "县交通运输局"),
    ("2025年9月底前", None, "办学\n两所", 2, "县教育局"),
]


def test_a_task_list_is_read_in_any_order_and_wording_of_its_columns() -> None:
    first, second = tasks("清单.xlsx", workbook({"清单": LIST}))
    assert (first.number, first.title, first.lead_units) == ("1", "修路十里", ("县交通运输局",))
    assert (first.responsible_units, first.deadline_on) == (("县财政局", "县发展改革局"), date(2025, 6, 30))
    assert (second.number, second.lead_units, second.deadline_on) == ("2", ("县教育局",), date(2025, 9, 30))
    assert (
        document.parse(intake.text_of("a.xlsx", workbook({"清单": LIST}))).title == "云岭县2025年重点任务清单"
    )


@pytest.mark.parametrize(
    ("unit", "task", "time"),
    [
        ("承办单位", "工作内容", "完成时间"),
        ("责任部门", "事项", "办结时限"),
        ("责任分工", "具体工作", "时间要求"),
        ("落实单位", "主要举措", "截止时间"),
        ("责任单位和责任人", "任务名称", "时间节点"),
    ],
)
def test_heads_in_other_words_are_understood(unit: str, task: str, time: str) -> None:
    rows = [("序号", task, unit, time), (1, "修路十里", "县交通运输局", "2025年6月底前")]
    (found,) = tasks("a.xlsx", workbook({"一": rows}))
    assert (found.title, found.responsible_units, found.deadline_on) == (
        "修路十里", ("县交通运输局",), date(2025, 6, 30),
    )  # fmt: skip


@pytest.mark.parametrize("head", [("A2:A3", "B2:B3", "E2:E3"), ()])
def test_merged_cells_are_filled_down_and_a_head_of_two_storeys_is_one(head: tuple[str, ...]) -> None:
    rows = [
        ("任务清单", None, None, None, None),
        ("序号", "任务", "责任分工", None, "完成时限"),
        (None, None, "牵头单位", "配合单位", None),
        (1, "修路十里", "县交通运输局", "县财政局", "2025年6月"),
        (2, "修桥两座", None, "县水利局", None),
    ]
    content = workbook({"一": rows}, ["A1:E1", "C2:D2", *head, "C4:C5", "E4:E5"])
    assert intake.text_of("a.xlsx", content).split("\n") == [
        "任务清单",
        "序号\t任务\t牵头单位\t配合单位\t完成时限",
        "1\t修路十里\t县交通运输局\t县财政局\t2025年6月",
        "2\t修桥两座\t县交通运输局\t县水利局\t2025年6月",
    ]


def test_lines_above_and_notes_below_a_list_are_no_tasks() -> None:
    rows = [
        ("云岭县任务清单",),
        ("制表单位：县政府办", None, None, "2025年3月1日"),
        ("序号", "任务", "责任单位", "完成时限"),
        (1, "修路十里", "县交通运输局", "2025年6月底前"),
        ("注：1.责任单位列第一位的牵头；2.按月报告。",),
        ("填表人：", None, "联系电话：0000", None),
    ]
    (task,) = tasks("a.xlsx", workbook({"一": rows}, ["A1:D1", "A5:D5"]))
    assert (task.number, task.title, task.responsible_units) == ("1", "修路十里", ("县交通运输局",))


@pytest.mark.parametrize("name", ["清单.xlsx", "清单.csv"])
def test_a_list_without_numbers_is_read(name: str) -> None:
    rows = [
        ("责任单位", "完成时限", "任务"),
        ("县交通运输局", "2025年6月", "修路十里"),
        ("县教育局", "2025年9月", "办学两所"),
    ]
    text = "\n".join(",".join(row) for row in rows).encode("gb18030")
    found = tasks(name, workbook({"一": rows}) if name.endswith("xlsx") else text)
    assert [(task.number, task.title, task.responsible_units, task.deadline_on) for task in found] == [
        (None, "修路十里", ("县交通运输局",), date(2025, 6, 30)),
        (None, "办学两所", ("县教育局",), date(2025, 9, 30)),
    ]


def test_sections_between_the_rows_and_columns_left_blank_do_no_harm() -> None:
    rows = [
        (None, "序号", "任务", None, "责任单位"),
        (None, "一、教育", None, None, None),
        (None, 1, "办学，\n两所", None, "县教育局"),
        (None, "二、交通", None, None, None),
        (None, 2, "修路", None, "县交通运输局\n县财政局"),
    ]
    found = tasks("a.xlsx", workbook({"一": rows}, ["B2:E2", "B4:E4", "C1:D1"]))
    assert [(task.number, task.title, task.responsible_units) for task in found] == [
        ("1", "办学，两所", ("县教育局",)),
        ("2", "修路", ("县交通运输局", "县财政局")),
    ]


def test_every_sheet_that_shows_is_read_under_its_name() -> None:
    rows = [("序号", "任务", "责任单位"), (1, "修路十里", "县交通运输局")]
    found = tasks(
        "a.xlsx", workbook({"交通": rows, "空表": [], "教育": [rows[0], (1, "办学两所", "县教育局")]})
    )
    assert [(task.title, task.responsible_units) for task in found] == [
        ("修路十里", ("县交通运输局",)),
        ("办学两所", ("县教育局",)),
    ]


def test_rows_beyond_the_size_a_sheet_claims_are_read() -> None:
    content = workbook({"一": [("序号", "任务", "责任单位"), (1, "修路十里", "县交通运输局")]})
    with zipfile.ZipFile(BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    claiming = sheet.replace(b'ref="A1:C2"', b'ref="A1"')
    assert claiming != sheet
    assert intake.text_of("a.xlsx", repacked(content, {"xl/worksheets/sheet1.xml": claiming})).endswith(
        "县交通运输局"
    )


def test_a_hidden_sheet_is_left_out() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook({"清单": [("修路十里",)], "码表": [("县交通运输局",)]})))
    book.worksheets[1].sheet_state = "hidden"
    saved = BytesIO()
    book.save(saved)
    assert intake.text_of("a.xlsx", saved.getvalue()) == "修路十里"


def test_dates_shares_and_figures_are_printed_as_the_sheet_shows_them() -> None:
    book = openpyxl.load_workbook(
        BytesIO(workbook({"一": [(date(2025, 6, 1), date(2025, 6, 1), 0.95, 20.0, 1.5)]}))
    )
    sheet = book.worksheets[0]
    sheet["B1"].number_format = 'yyyy"年"m"月"'
    sheet["C1"].number_format = "0%"
    saved = BytesIO()
    book.save(saved)
    assert intake.text_of("a.xlsx", saved.getvalue()) == "2025年6月1日\t2025年6月\t95%\t20\t1.5"


@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "gb18030"), (",", "utf-8-sig"), ("\t", "utf-16"), (";", "utf-8")]
)
def test_a_csv_list_is_read_whatever_separates_it(separator: str, encoding: str) -> None:
    rows = [("序号", "任务", "责任单位", "完成时限"), ("1", '"修路十里"', "县交通运输局", "2025-06-30")]
    (task,) = tasks("清单.csv", "\r\n".join(separator.join(row) for row in rows).encode(encoding))
    assert (task.title, task.responsible_units, task.deadline_on) == (
        "修路十里",
        ("县交通运输局",),
        date(2025, 6, 30),
    )

"""Formal documents to take along, and the templates a county puts in the place of the shipped ones."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import docx
import openpyxl
import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from werkzeug.test import TestResponse

from app import ledger
from app.documents.official import PAPER_LABELS, PaperKind
from app.documents.official.shipped import shipped
from app.models import LedgerEntry, PaperTemplate
from app.services import templates
from tests.pages import Reader, signed_in
from tests.world import LEAD, SHARER, Asked, World
from workflows.errors import Refused

HARMLESS = '=HYPERLINK("http://x") {{ 7*7 }} #let <b> & $'
MARCH = "2025-03"


@pytest.fixture
def county(sqlite_world: World) -> World:
    """A plan of two tasks; the lead has filed March, the sharer has not, and the month is over."""
    world = sqlite_world
    world.issue(
        Asked("改善幼儿园办园条件", due=date(2025, 6, 30)), Asked("=补足教职工", due=date(2025, 12, 31))
    )
    world.clock.go_to(date(2025, 3, 21))
    world.tick()
    world.sign(LEAD)
    world.clock.go_to(date(2025, 3, 24))
    assert world.file(LEAD, MARCH, percent=15, done=HARMLESS) == 2
    world.clock.go_to(date(2025, 4, 8))
    world.tick()
    return world


@pytest.fixture
def office(county: World) -> Reader:
    return signed_in(county.app, "zhuanban")


def fetched(reader: Reader, path: str) -> TestResponse:
    answer = reader.client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    return answer


def word(reader: Reader, path: str) -> str:
    """All that stands in a Word file, tables included, without blanks."""
    document = docx.Document(BytesIO(fetched(reader, path).data))
    return "".join("".join(str(text) for text in document.element.body.itertext()).split())


def print_of(reader: Reader, path: str) -> str:
    pages = PdfReader(BytesIO(fetched(reader, path).data)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def plan_id(world: World) -> int:
    return world.tasks()[0].plan_id


def month(world: World, unit: str, form: str) -> str:
    return f"/reports/{world.unit_id(unit)}/{MARCH}/report.{form}"


TIGHT = "".join(HARMLESS.split())


def test_the_task_list_and_the_ledger_say_every_task_in_word(county: World, office: Reader) -> None:
    for name, more in (("tasks", "完成时限"), ("ledger", TIGHT)):
        said = word(office, f"/plans/{plan_id(county)}/{name}.docx")
        assert "改善幼儿园办园条件" in said
        assert "=补足教职工" in said
        assert more in said


def test_the_ledger_as_a_workbook_shows_light_progress_and_dates_and_no_word_becomes_a_formula(
    county: World, office: Reader
) -> None:
    answer = fetched(office, f"/plans/{plan_id(county)}/ledger.xlsx")
    [page] = openpyxl.load_workbook(BytesIO(answer.data)).worksheets
    heads = [str(cell.value) for cell in page[3]]
    shown = [dict(zip(heads, row, strict=True)) for row in page.iter_rows(min_row=4)]
    assert [str(row["任务"].value) for row in shown] == ["改善幼儿园办园条件", "=补足教职工"]
    assert {row["任务"].data_type for row in shown} == {row["本期进展"].data_type for row in shown} == {"s"}
    assert [str(row["完成进度"].value) for row in shown] == ["15%", "15%"]
    assert all("灯（" in str(row["灯色"].value) for row in shown)
    assert {str(row["牵头单位"].value) for row in shown} == {LEAD}
    assert {str(row["责任单位"].value) for row in shown} == {SHARER}


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_unit_s_month_is_a_report_to_the_office(county: World, form: str) -> None:
    reader = signed_in(county.app, "jiaoyu")
    said = (word if form == "docx" else print_of)(reader, month(county, LEAD, form))
    assert "县教育局关于2025年3月工作进展情况的报告" in said
    assert "专班办公室：" in said
    assert TIGHT in said
    assert "2025年3月24日" in said
    assert "应报告任务2项，已报送2项" in said


def test_a_month_not_filed_has_no_report_yet_and_one_never_asked_for_none_at_all(
    county: World, office: Reader
) -> None:
    early = office.client.get(month(county, SHARER, "docx"))
    assert early.status_code == 409
    assert "报送以后才能生成" in early.get_data(as_text=True)
    assert office.client.get(f"/reports/{county.unit_id(LEAD)}/2024-01/report.docx").status_code == 404


def test_nobody_else_s_month_is_to_be_had(county: World) -> None:
    assert signed_in(county.app, "minzheng").client.get(month(county, LEAD, "docx")).status_code == 404


def test_the_month_s_summary_counts_what_was_asked_and_what_came(county: World, office: Reader) -> None:
    path = f"/plans/{plan_id(county)}/months/{MARCH}/summary"
    said = word(office, f"{path}.docx")
    assert "应报4份，已报2份，按时2份，漏报2份" in said
    assert "专班办公室（代章）" in said
    book = openpyxl.load_workbook(BytesIO(fetched(office, f"{path}.xlsx").data))
    assert book.sheetnames == ["报送情况", "任务分类", "堵点清单"]
    lines = {row[1]: row[2:6] for row in book["报送情况"].iter_rows(min_row=4, values_only=True)}
    assert lines == {LEAD: (2, 2, 0, 0), SHARER: (2, 0, 0, 2)}


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_report_on_the_whole_plan_counts_its_tasks_and_names_them(
    county: World, office: Reader, form: str
) -> None:
    said = (word if form == "docx" else print_of)(office, f"/plans/{plan_id(county)}/completion.{form}")
    assert "关于《学前教育提升行动计划》完成情况的报告" in said
    assert "云岭县人民政府：" in said
    assert "计划共有任务2项" in said
    assert "第1项“改善幼儿园办园条件”" in said
    assert "专班办公室（代章）" in said


def test_the_report_on_a_plan_over_days_that_are_no_days_says_how_to_write_them(
    county: World, office: Reader
) -> None:
    wrong = office.client.get(f"/plans/{plan_id(county)}/completion.docx?from=开年")
    assert wrong.status_code == 400
    assert "2025-12-31" in wrong.get_data(as_text=True)
    spring = word(office, f"/plans/{plan_id(county)}/completion.docx?from=2025-03-10&to=2025-03-31")
    assert "2025年3月10日至2025年3月31日" in spring


def test_a_plan_that_is_not_issued_has_no_ledger(county: World, office: Reader) -> None:
    draft = county.draft(Asked("还在核对"))
    for name in ("ledger.xlsx", "ledger.docx", "completion.docx"):
        assert office.client.get(f"/plans/{draft}/{name}").status_code == 404


# ------------------------------------------------------------------------------------------- templates


def own(words: str, kind: PaperKind = PaperKind.LEDGER) -> bytes:
    """The shipped template with a line of the county's."""
    document = docx.Document(BytesIO(shipped(kind)))
    document.add_paragraph(words)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def upload(reader: Reader, content: bytes, name: str = "台账模板.docx", kind: str = "ledger") -> TestResponse:
    page = reader.get(f"/papers/{kind}")
    token = next(e.get("value", "") for e in page.tree.iter("input") if e.get("name") == "csrf_token")
    return reader.client.post(f"/papers/{kind}", data={"csrf_token": token, "file": (BytesIO(content), name)})


def test_the_list_names_every_document_and_its_template(office: Reader) -> None:
    page = office.get("/papers")
    assert all(label in page.text for label in PAPER_LABELS.values())
    assert page.text.count("系统自带") == len(PAPER_LABELS)


def test_a_county_s_own_template_is_tried_taken_used_and_retired(county: World, office: Reader) -> None:
    first = own("清河县督查室制")
    assert upload(office, first).status_code == 303
    assert "台账模板.docx" in office.get("/papers").text
    path = f"/plans/{plan_id(county)}/ledger.docx"
    assert word(office, path).endswith("清河县督查室制")
    assert "清河县督查室制" in word(office, "/papers/ledger/sample.docx")
    assert fetched(office, "/papers/ledger/template.docx").data == first

    assert upload(office, own("第二版"), "第二版.docx").status_code == 303
    assert word(office, path).endswith("第二版")
    assert [
        t.retired_at is None for t in county.all(sa.select(PaperTemplate).order_by(PaperTemplate.id))
    ] == [
        False,
        True,
    ]

    page = office.get("/papers/ledger")
    assert "用过的模板" in page.text
    token = next(e.get("value", "") for e in page.tree.iter("input") if e.get("name") == "csrf_token")
    assert office.client.post("/papers/ledger/retire", data={"csrf_token": token}).status_code == 303
    assert not word(office, path).endswith("第二版")
    assert office.client.post("/papers/ledger/retire", data={"csrf_token": token}).status_code == 409


def test_taking_and_retiring_a_template_is_on_record(county: World) -> None:
    with county.app.app_context():
        templates.take(county.office, PaperKind.LEDGER, "a.docx", own("甲"), county.now)
        templates.retire(county.office, PaperKind.LEDGER, county.now)
    acts = [entry.act for entry in county.all(sa.select(LedgerEntry).order_by(LedgerEntry.id))]
    assert acts[-2:] == ["template.take", "template.retire"]
    with county.writing() as s:
        assert ledger.first_broken(s) is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("模板.docm", b"PK", ".docx 文件"),
        ("模板.doc", b"\xd0\xcf\x11\xe0", ".docx 文件"),
        ("模板.docx", b"no zip", "文件不完整或已损坏"),
        ("模板.docx", own("{{ 负责人 }}"), "“负责人”不是这里能用的字段"),
        ("模板.docx", own("{{ ''.__class__ }}"), "不允许的写法"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_with_a_sentence_and_the_old_one_stays(
    county: World, office: Reader, name: str, content: bytes, said: str
) -> None:
    answer = upload(office, content, name)
    assert answer.status_code == 400
    assert said in answer.get_data(as_text=True).replace("&#39;", "'")
    assert county.count(PaperTemplate) == 0


def test_a_template_of_more_than_two_megabytes_is_refused_unread(county: World) -> None:
    with county.app.app_context(), pytest.raises(Refused, match="超过2MB") as refused:
        templates.take(county.office, PaperKind.LEDGER, "a.docx", b"x" * (2 * 1024 * 1024 + 1), county.now)
    assert refused.value.code == "too-large"


def test_a_form_sent_without_a_file_asks_for_one(office: Reader) -> None:
    page = office.get("/papers/ledger")
    token = next(e.get("value", "") for e in page.tree.iter("input") if e.get("name") == "csrf_token")
    answer = office.client.post("/papers/ledger", data={"csrf_token": token})
    assert answer.status_code == 400
    assert "请先选择改好的模板文件" in answer.get_data(as_text=True)


def test_only_office_and_administrators_change_templates(county: World) -> None:
    with county.app.app_context():
        for stranger in (county.actor(LEAD), county.leader):
            with pytest.raises(Refused) as refused:
                templates.take(stranger, PaperKind.LEDGER, "a.docx", own("甲"), county.now)
            assert refused.value.code == "forbidden"
            with pytest.raises(Refused):
                templates.retire(stranger, PaperKind.LEDGER, county.now)
    assert county.count(PaperTemplate) == 0


def test_a_document_of_no_kind_has_no_page(office: Reader) -> None:
    assert office.client.get("/papers/love-letter").status_code == 404

"""The month's form as Excel: out, filled, back in through the pages; and files that are no form."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.documents.sheet import Column, Sheet, workbook
from app.services import month_excel
from tests.county import THREE, in_march, march_duties, month_path, report_of
from tests.pages import Page, Reader, signed_in
from tests.world import LEAD, World
from workflows.lifecycle import OnTime, ReportState
from workflows.monthform import HEADS, Field


@pytest.fixture
def county(world: World) -> World:
    world.issue(*THREE)
    return in_march(world)


@pytest.fixture
def reader(county: World) -> Reader:
    return signed_in(county.app, "jiaoyu")


def exported(county: World, reader: Reader) -> bytes:
    answer = reader.client.get(f"{month_path(county)}/form.xlsx")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    return answer.get_data()


def table(content: bytes) -> tuple[Worksheet, dict[str, int], int]:
    """The sheet, its columns by head, and the row of the head."""
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert isinstance(sheet, Worksheet)
    head = next(row for row in sheet.iter_rows() if HEADS[Field.STAMP] in [cell.value for cell in row])
    return sheet, {str(cell.value): at for at, cell in enumerate(head, 1)}, head[0].row or 0


def filled(
    content: bytes, typed: dict[int, dict[Field, int | str]], extra: tuple[int | str, ...] = ()
) -> bytes:
    """The form with words typed into rows counted from 0, and perhaps a row added by hand."""
    sheet, columns, head = table(content)
    for at, row in typed.items():
        for field, words in row.items():
            sheet.cell(head + 1 + at, columns[HEADS[field]]).value = words
    if extra:
        sheet.append(extra)
    out = BytesIO()
    book = sheet.parent
    assert book is not None
    book.save(out)
    return out.getvalue()


def upload(
    county: World, reader: Reader, content: bytes, name: str = "填报表.xlsx", status: int = 200
) -> Page:
    page = reader.get(f"{month_path(county)}/upload")
    return reader.press(page, "上传并比较", {"file": (BytesIO(content), name)}, status)


def test_the_form_holds_every_row_locks_what_is_read_only_and_offers_choices(
    county: World, reader: Reader
) -> None:
    sheet, columns, head = table(exported(county, reader))
    assert list(columns) == list(HEADS.values())
    assert sheet.max_row == head + 3
    assert sheet.protection.sheet
    first = {name: sheet.cell(head + 1, column) for name, column in columns.items()}
    assert first["任务"].value == "改善幼儿园办园条件"
    assert first["上次报送（只读）"].protection.locked
    assert not first["本月进展"].protection.locked
    assert sheet.column_dimensions[get_column_letter(columns["识别码"])].hidden
    offered = {str(rule.formula1) for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert '"能按期完成,有风险,不能按期"' in offered
    assert '"资金,用地,编制,手续,人员,天气,其他"' in offered


def test_a_filled_form_is_shown_first_and_then_put_into_the_drafts(county: World, reader: Reader) -> None:
    content = filled(
        exported(county, reader),
        {
            0: {
                Field.PERCENT: 35,
                Field.DONE: "完成6所园维修。",
                Field.ON_TIME: "有风险",
                Field.SCHEDULE: "说不好",
            },
            1: {Field.DONE: "长" * 301},
        },
        extra=(9, "手工加的任务", "", 50),
    )
    shown = upload(county, reader, content)
    assert "完成6所园维修。" in shown.text
    assert "没有“说不好”这个选项" in shown.text
    assert "这一格有301个字" in shown.text
    assert "手工加的任务" in shown.text
    one = march_duties(county)[0]
    taken = reader.press(shown, "采用，存为草稿")
    assert "已采用1项任务的3格，存为草稿，还没有报送。另有3处没有采用。" in taken.text
    report = report_of(county, one.id)
    assert (report.state, report.percent, report.done) == (ReportState.DRAFT, 35, "完成6所园维修。")
    assert report.on_time is OnTime.RISKY
    assert report.schedule is None
    again = table(exported(county, reader))
    assert again[0].cell(again[2] + 2, again[1]["本月进展"]).value is None


def test_an_exported_form_that_comes_back_untouched_changes_nothing(county: World, reader: Reader) -> None:
    shown = upload(county, reader, exported(county, reader))
    assert "完全一样" in shown.text
    assert "采用，存为草稿" not in shown.buttons()


def test_what_a_colleague_wrote_between_look_and_press_is_shown_again(county: World, reader: Reader) -> None:
    content = filled(exported(county, reader), {0: {Field.DONE: "表里写的。"}})
    shown = upload(county, reader, content)
    colleague = signed_in(county.app, "jiaoyu")
    name = f"row-{march_duties(county)[0].id}-done"
    colleague.press(colleague.get(month_path(county)), "保存草稿", {name: "同事写的。"})
    clash = reader.press(shown, "采用，存为草稿", status=409)
    assert "又有改动" in clash.text
    assert "系统里现在是“同事写的。”" in clash.text
    assert report_of(county, march_duties(county)[0].id).done == "同事写的。"


def test_what_was_filed_since_the_export_is_left_and_named(county: World, reader: Reader) -> None:
    content = filled(exported(county, reader), {0: {Field.DONE: "表里写的。"}})
    county.file(LEAD, "2025-03")
    shown = upload(county, reader, content)
    assert "已经送审或报送" in shown.text
    assert "表里写的。" in shown.text
    assert "采用，存为草稿" not in shown.buttons()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.xlsx", b"", "认不出|损坏|没有"),
        ("程序.xlsx", b"MZ\x90\0" + b"\0" * 80, "程序"),
        ("坏.xlsx", b"PK\x03\x04 nothing", "损坏"),
        ("别的.xlsx", workbook(Sheet("表", (Column("名称", 9),), [["甲"]])), "没有在表里找到"),
    ],
)
def test_a_file_that_is_no_form_is_refused_in_words(
    county: World, reader: Reader, name: str, content: bytes, words: str
) -> None:
    page = upload(county, reader, content, name, 400)
    [alert] = [e for e in page.main.iter() if e.get("role") == "alert"]
    assert any(word in "".join(alert.itertext()) for word in words.split("|"))


def test_rows_that_travelled_broken_are_refused(county: World, reader: Reader) -> None:
    shown = upload(county, reader, filled(exported(county, reader), {0: {Field.DONE: "甲。"}}))
    for rows in ("", "[[1]]", "{}", '[[1,{"nothing":"a"}]]', "[" * 5000):
        assert "内容不完整" in reader.press(shown, "采用，存为草稿", {"rows": rows}, 400).text


def test_a_form_of_too_many_rows_is_refused(
    county: World, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(month_excel, "MOST_ROWS", 2)
    assert "一次最多2行" in upload(county, reader, exported(county, reader), status=413).text


def test_another_unit_and_the_office_cannot_put_anything_into_the_drafts(county: World) -> None:
    path = month_path(county)
    assert "没有找到" in signed_in(county.app, "minzheng").get(f"{path}/upload", 404).text
    assert signed_in(county.app, "minzheng").client.get(f"{path}/form.xlsx").status_code == 404
    office = signed_in(county.app, "zhuanban")
    assert office.client.get(f"{path}/form.xlsx").status_code == 200
    office.get(f"{path}/upload", 404)

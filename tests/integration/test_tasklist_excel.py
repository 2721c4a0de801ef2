"""任务分解表 out and in: edited in a spreadsheet program, shown before it is taken, taken in one step, taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app import intake
from app.demo import document as sample
from app.models import LedgerEntry, Mention, Plan, Revision, Task
from app.queries.tasklist import listed
from app.services import papers, plans, reading, tasklist
from app.services.plans import TaskFacts
from app.services.tasklist import Choice
from tests.pages import Page, Reader, check, signed_in
from tests.shipped import CALENDAR
from tests.unit.document.reading import seed
from tests.world import LEAD, SHARER, Asked, World
from workflows.document import parse
from workflows.errors import Refused
from workflows.tasklist import EDITABLE, HEADS, Changes, Field, cells
from workflows.units import Share

COLUMN = {field: at for at, field in enumerate(HEADS, 1)}
FIRST = 4
"""The row of the first task, below heading, note and head."""
SAMPLE = sample.text(sample.dates(date(2025, 6, 2), CALENDAR))
THREE = (
    Asked("改善办园条件", due=date(2025, 12, 31)),
    Asked("强化安全监管"),
    Asked("完善测评制度", responsible=()),
)


@pytest.fixture
def county(sqlite_world: World) -> World:
    return sqlite_world


@pytest.fixture
def office(county: World) -> Reader:
    return signed_in(county.app, "zhuanban")


@pytest.fixture
def plan_id(county: World) -> int:
    return county.draft(*THREE)


def exported(world: World, plan_id: int) -> bytes:
    with world.app.app_context():
        return papers.task_list(plan_id, world.now)[1]


def edited(content: bytes, edit: Callable[[Worksheet], object]) -> bytes:
    """The workbook as a person saves it who did this to its sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book.worksheets[0])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def typing(row: int, field: Field, words: object) -> Callable[[Worksheet], object]:
    return lambda sheet: sheet.cell(row, COLUMN[field]).__setattr__("value", words)


def upload(
    reader: Reader, plan_id: int, content: bytes, status: int = 200, name: str = "任务表.xlsx"
) -> Page:
    """Send the form of the import page with a file, as a browser does."""
    path = f"/plans/{plan_id}/tasks/import"
    token = reader.get(path).form_with("上传并比较")[0].find(".//input[@name='csrf_token']")
    assert token is not None
    fields = {"csrf_token": token.get("value"), "file": FileStorage(io.BytesIO(content), name, "file")}
    boundary, body = encode_multipart(fields)
    answer = reader.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, html
    return Page(answer.status_code, path, check(html), html)


def changes(world: World, plan_id: int, content: bytes) -> Changes:
    with world.app.app_context():
        return tasklist.preview(plan_id, tasklist.read_list("任务表.xlsx", content))


def task(world: World, number: str) -> Task:
    return world.one(sa.select(Task).where(Task.number == number))


def names(world: World, task_id: int) -> list[tuple[Share, str, int | None]]:
    wanted = sa.select(Mention).where(Mention.task_id == task_id).order_by(Mention.position)
    return [(m.share, m.printed, m.unit_id) for m in world.all(wanted)]


# ------------------------------------------------------------------------------------- out


def test_the_list_is_taken_along_by_those_who_may_read_plans(
    county: World, office: Reader, plan_id: int
) -> None:
    answer = office.client.get(f"/plans/{plan_id}/tasks.xlsx")
    assert "UTF-8''%E5%AD%A6" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert [cell.value for cell in sheet[FIRST - 1]] == list(HEADS.values())
    assert sheet.cell(FIRST, COLUMN[Field.DEADLINE]).value.date() == date(2025, 12, 31)  # type: ignore[union-attr]
    hidden = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
    assert hidden == [get_column_letter(COLUMN[Field.STAMP])]
    assert signed_in(county.app, "fuxianzhang").client.get(f"/plans/{plan_id}/tasks.xlsx").status_code == 200


def test_an_issued_plan_goes_out_and_does_not_come_back(county: World, office: Reader) -> None:
    issued = county.issue(*THREE)
    content = office.client.get(f"/plans/{issued}/tasks.xlsx").data
    office.get(f"/plans/{issued}/tasks/import", 409)
    with county.app.app_context(), pytest.raises(Refused, match="已经下达"):
        tasklist.preview(issued, tasklist.read_list("任务表.xlsx", content))


def test_the_command_line_writes_the_same_list(county: World, plan_id: int, tmp_path: Path) -> None:
    file = tmp_path / "任务表.xlsx"
    answer = county.app.test_cli_runner().invoke(args=["plan", "export", str(plan_id), str(file)])
    assert answer.exit_code == 0, answer.output
    assert changes(county, plan_id, file.read_bytes()).is_empty


@pytest.mark.parametrize("text", [seed("001"), SAMPLE], ids=["seed 001", "the sample plan"])
def test_a_plan_goes_out_and_both_ways_back_give_the_same_tasks(county: World, text: str) -> None:
    with county.app.app_context():
        plan_id = reading.read_in(county.office, "计划.txt", text.encode(), county.now)
        content = papers.task_list(plan_id, county.now)[1]
        drafts = list(listed(plan_id).tasks.values())
        read = parse(intake.read("任务表.xlsx", content)).tasks
    assert changes(county, plan_id, content).is_empty
    assert len(drafts) >= 14
    assert [
        (t.number, t.title, [(u.share, u.printed) for u in t.units], t.deadline_on, t.recurrence)
        for t in read
    ] == [
        (d.number, d.title, [(b.share, b.printed) for b in d.bearers], d.deadline_on, d.recurrence)
        for d in drafts
    ]
    assert [t.text for t in read] == [cells(d)[Field.TEXT].replace("\n", " ") for d in drafts]


# ------------------------------------------------------------------------------------- in: seen first


def test_every_change_is_shown_and_nothing_is_done_until_it_is_taken(
    county: World, office: Reader, plan_id: int
) -> None:
    def edit(sheet: Worksheet) -> None:
        typing(FIRST, Field.TITLE, "改善全县办园条件")(sheet)
        typing(FIRST, Field.DEADLINE, "2026年6月底")(sheet)
        typing(FIRST + 1, Field.RESPONSIBLE, f"{SHARER}、县民政局")(sheet)
        sheet.delete_rows(FIRST + 2)
        sheet.append(["9", "", "新增工作", "新增工作，做到位。", LEAD])

    page = upload(office, plan_id, edited(exported(county, plan_id), edit))
    for words in (
        "改善全县办园条件",
        "按2026年6月30日采用",
        f"{SHARER}、县民政局",
        "9 新增工作",
        "3 完善测评制度",
    ):
        assert words in page.text
    assert [t.title for t in county.tasks(plan_id)] == [asked.title for asked in THREE]

    done = office.press(page, "采用这些改动")
    assert "修改2项，新增1项，删去0项" in done.text
    assert [t.title for t in county.tasks(plan_id)] == [
        "改善全县办园条件",
        "强化安全监管",
        "新增工作",
        "完善测评制度",
    ]
    assert task(county, "1").deadline_on == date(2026, 6, 30)
    assert names(county, task(county, "2").id) == [
        (Share.LEAD, LEAD, county.unit_id(LEAD)),
        (Share.RESPONSIBLE, SHARER, county.unit_id(SHARER)),
        (Share.RESPONSIBLE, "县民政局", county.unit_id("县民政局")),
    ]


def test_a_row_that_is_gone_removes_its_task_only_when_ticked(
    county: World, office: Reader, plan_id: int
) -> None:
    content = edited(exported(county, plan_id), lambda sheet: sheet.delete_rows(FIRST + 1))
    page = upload(office, plan_id, content)
    assert "修改0项，新增0项，删去0项" in office.press(page, "采用这些改动").text
    gone = task(county, "2").id
    done = office.press(upload(office, plan_id, content), "采用这些改动", {"remove": str(gone)})
    assert "删去1项" in done.text
    assert [t.number for t in county.tasks(plan_id)] == ["1", "3"]


def test_the_whole_list_is_one_step_and_is_taken_back_as_one(
    county: World, office: Reader, plan_id: int
) -> None:
    def edit(sheet: Worksheet) -> None:
        typing(FIRST, Field.TITLE, "改过的")(sheet)
        sheet.delete_rows(FIRST + 1)
        sheet.append(["4", "", "新增工作", "新增工作，做到位。", LEAD])

    before = [(t.id, t.title, t.deadline_on) for t in county.tasks(plan_id)]
    steps = county.count(Revision)
    page = upload(office, plan_id, edited(exported(county, plan_id), edit))
    desk = office.press(page, "采用这些改动", {"remove": str(task(county, "2").id)})
    assert county.count(Revision) == steps + 1
    entry = county.all(sa.select(LedgerEntry).order_by(LedgerEntry.id.desc()).limit(1))[0]
    assert (entry.act, entry.plan_id) == ("task.list", plan_id)
    office.press(desk, "撤销")
    assert [(t.id, t.title, t.deadline_on) for t in county.tasks(plan_id)] == before


def test_an_untouched_list_changes_nothing_and_offers_no_button(
    county: World, office: Reader, plan_id: int
) -> None:
    page = upload(office, plan_id, exported(county, plan_id))
    assert "完全一样" in page.text
    assert "采用这些改动" not in page.buttons()


# ------------------------------------------------------------------------------------- in: colleagues


def retitle(world: World, number: str, title: str) -> None:
    """A colleague changes a title at the desk."""
    found = task(world, number)
    with world.app.app_context():
        facts = TaskFacts(number, title, found.section, found.text, (LEAD,), (SHARER,), (), found.deadline_on)
        plans.edit_task(world.office, found.id, facts, seen_version=found.version, now=world.now)


def test_what_a_colleague_changed_meanwhile_is_not_overwritten_by_untouched_cells(
    county: World, office: Reader, plan_id: int
) -> None:
    content = edited(exported(county, plan_id), typing(FIRST, Field.DEADLINE, "2026-03-31"))
    retitle(county, "1", "同事改过的名称")
    office.press(upload(office, plan_id, content), "采用这些改动")
    assert (task(county, "1").title, task(county, "1").deadline_on) == ("同事改过的名称", date(2026, 3, 31))


@pytest.mark.parametrize(("ticked", "title"), [(False, "同事改过的名称"), (True, "表格里的名称")])
def test_a_cell_both_changed_is_flagged_and_the_person_decides(
    county: World, office: Reader, plan_id: int, ticked: bool, title: str
) -> None:
    content = edited(exported(county, plan_id), typing(FIRST, Field.TITLE, "表格里的名称"))
    retitle(county, "1", "同事改过的名称")
    page = upload(office, plan_id, content)
    assert "同事也改了这一格" in page.text
    chosen = {"mine": f"{task(county, '1').id}-title"} if ticked else {}
    office.press(page, "采用这些改动", chosen)
    assert task(county, "1").title == title


def test_a_plan_that_changed_while_the_list_was_shown_is_shown_anew_and_keeps_what_was_ticked(
    county: World, office: Reader, plan_id: int
) -> None:
    def edit(sheet: Worksheet) -> None:
        typing(FIRST, Field.TITLE, "表格里的名称")(sheet)
        sheet.delete_rows(FIRST + 2)

    page = upload(office, plan_id, edited(exported(county, plan_id), edit))
    retitle(county, "1", "同事改过的名称")
    gone = str(task(county, "3").id)
    again = office.press(page, "采用这些改动", {"remove": gone}, 409)
    assert "又有改动，还没有采用" in again.text
    assert "同事也改了这一格" in again.text
    assert [
        e.get("value") for e in again.all("input") if e.get("name") == "remove" and "checked" in e.attrib
    ] == [gone]
    assert len(county.tasks(plan_id)) == 3
    office.press(again, "采用这些改动")
    assert [t.number for t in county.tasks(plan_id)] == ["1", "2"]


def test_a_task_a_colleague_removed_is_not_brought_back(county: World, office: Reader, plan_id: int) -> None:
    content = edited(exported(county, plan_id), typing(FIRST, Field.TITLE, "表格里的名称"))
    with county.app.app_context():
        plans.remove_task(county.office, task(county, "1").id, county.now)
    page = upload(office, plan_id, content)
    assert "已被同事从计划中删去，没有恢复" in page.text
    assert "采用这些改动" not in page.buttons()


# ------------------------------------------------------------------------------------- in: what cannot be taken


def test_a_bad_cell_stops_the_whole_list_and_is_named(county: World, office: Reader, plan_id: int) -> None:
    def edit(sheet: Worksheet) -> None:
        typing(FIRST, Field.TITLE, "改过的")(sheet)
        typing(FIRST + 1, Field.DEADLINE, "明年底")(sheet)

    content = edited(exported(county, plan_id), edit)
    page = upload(office, plan_id, content)
    assert "第5行" in page.text
    assert "“明年底”看不出是哪一天" in page.text
    assert "改过的" in page.text  # what is right is still shown
    assert "采用这些改动" not in page.buttons()
    with county.app.app_context():
        rows = tasklist.read_list("任务表.xlsx", content)
        seen = tasklist.preview(plan_id, rows).fingerprint
        with pytest.raises(Refused) as refused:
            tasklist.take(county.office, plan_id, rows, Choice(), seen=seen, now=county.now)
    assert refused.value.code == "invalid"
    assert task(county, "1").title == "改善办园条件"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("说明.txt", "只是一段话。".encode(), "任务名称"),
        ("任务表.xlsx", b"not a workbook", "请"),
        ("", b"", "请先选择改好的任务表"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(
    county: World, office: Reader, plan_id: int, name: str, content: bytes, words: str
) -> None:
    assert words in upload(office, plan_id, content, 400, name).text


def test_a_list_of_another_plan_is_refused_row_by_row(county: World, plan_id: int) -> None:
    other = county.draft(Asked("别的计划的任务"))
    (trouble,) = changes(county, plan_id, exported(county, other)).troubles
    assert "另一个计划" in trouble.sentence


def test_a_page_sent_back_in_pieces_asks_for_the_list_again(
    county: World, office: Reader, plan_id: int
) -> None:
    content = edited(exported(county, plan_id), typing(FIRST, Field.TITLE, "改过的"))
    page = upload(office, plan_id, content)
    for broken in ("", "[[1]]", '[["x", {"title": "a"}]]', '[[1, {"title": "a"}]]', '[[1, {"what": "a"}]]'):
        again = office.press(page, "采用这些改动", {"rows": broken}, 400)
        assert "请返回重新上传任务表" in again.text
    assert task(county, "1").title == "改善办园条件"


def test_cells_that_look_like_formulas_stay_words_and_come_back(county: World, office: Reader) -> None:
    plan_id = county.draft(Asked('=HYPERLINK("x")'), Asked("+86工作"), Asked("@提醒"))
    content = exported(county, plan_id)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert {sheet.cell(row, COLUMN[Field.TITLE]).data_type for row in range(FIRST, FIRST + 3)} == {"s"}
    assert changes(county, plan_id, content).is_empty


def test_new_rows_stand_where_they_were_put_and_bind_known_names(
    county: World, office: Reader, plan_id: int
) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet.insert_rows(FIRST + 1, 2)
        for at, title in ((FIRST + 1, "新增甲"), (FIRST + 2, "新增乙")):
            for field, words in (
                (Field.TITLE, title),
                (Field.TEXT, "做到位。"),
                (Field.LEAD, LEAD),
                (Field.KIND, "整改"),
            ):
                typing(at, field, words)(sheet)

    office.press(upload(office, plan_id, edited(exported(county, plan_id), edit)), "采用这些改动")
    found = county.tasks(plan_id)
    assert [t.title for t in found] == ["改善办园条件", "新增甲", "新增乙", "强化安全监管", "完善测评制度"]
    assert names(county, found[1].id) == [(Share.LEAD, LEAD, county.unit_id(LEAD))]
    assert found[1].kind == "rectification"
    assert county.get(Plan, plan_id).state == "draft"


def test_every_editable_column_comes_back_into_the_task(county: World, office: Reader, plan_id: int) -> None:
    typed = {
        Field.NUMBER: "7", Field.SECTION: "（一）基础", Field.TITLE: "新名称", Field.TEXT: "新内容，写清楚。", Field.LEAD: SHARER,
        Field.RESPONSIBLE: LEAD, Field.SUPPORT: "县民政局", Field.DEADLINE: "2026-12-31", Field.DEADLINE_TEXT: "到2026年底",
        Field.KIND: "指标", Field.RECURRENCE: "每季度",
    }  # fmt: skip
    assert set(typed) == set(EDITABLE)

    def edit(sheet: Worksheet) -> None:
        for field, words in typed.items():
            typing(FIRST, field, words)(sheet)

    office.press(upload(office, plan_id, edited(exported(county, plan_id), edit)), "采用这些改动")
    with county.app.app_context():
        first = next(iter(listed(plan_id).tasks.values()))
    assert {field: cells(first)[field] for field in typed} == {**typed, Field.DEADLINE: "2026年12月31日"}

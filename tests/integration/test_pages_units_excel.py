"""The list of units from the usual ones, out as a workbook and back: seen before it is done, done in one piece."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from openpyxl.worksheet.worksheet import Worksheet

from app.db import session
from app.documents.sheet import Column, Sheet, workbook
from app.ledger import first_broken
from app.models import Group, LedgerEntry, Unit, UnitAlias
from app.queries import plans as plan_rows
from app.queries.plans import Obstacle
from tests.pages import Page, Reader, signed_in
from tests.world import Asked, World
from workflows.errors import Refused
from workflows.unitlist import Heading
from workflows.units import UnitKind

HEAD = [heading.value for heading in Heading]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(reader: Reader) -> Worksheet:
    """The sheet as it goes out."""
    answer = reader.client.get("/units/export.xlsx")
    assert (answer.status_code, answer.mimetype) == (200, XLSX)
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEAD
    return sheet


def rows_of(sheet: Worksheet) -> dict[str, list[object]]:
    """Name → the unit's row."""
    return {str(row[1]): list(row) for row in sheet.iter_rows(min_row=2, values_only=True)}


def sheet_with(*rows: Sequence[object]) -> bytes:
    """An .xlsx as a person saves it."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEAD)
    for row in rows:
        book.worksheets[0].append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def upload(reader: Reader, content: bytes, name: str = "名录.xlsx", status: int = 200) -> Page:
    file: Any = (BytesIO(content), name)
    return reader.press(reader.get("/units/import"), "上传并比较", {"file": file}, status)


def unit(world: World, name: str) -> Unit:
    return world.one(sa.select(Unit).where(Unit.name == name))


def aliases(world: World, unit_id: int) -> set[str]:
    return {row.alias for row in world.all(sa.select(UnitAlias).where(UnitAlias.unit_id == unit_id))}


def recorded(world: World, act: str) -> list[int | None]:
    entries = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == act).order_by(LedgerEntry.id))
    return [entry.unit_id for entry in entries]


@pytest.fixture
def keeper(world: World) -> Reader:
    return signed_in(world.app, "guanli")


# ------------------------------------------------------------------------------------ the usual ones


def test_the_usual_units_are_entered_with_aliases_and_those_already_there_left_alone(
    world: World, keeper: Reader
) -> None:
    before = unit(world, "县教育局")
    entries = len(recorded(world, "unit.add"))
    page = keeper.get("/units/starting-set?place=云岭县")
    assert "县教育局 已有" in page.text
    assert "县教育局" not in ticked(page)
    assert "县科技局" not in ticked(page)
    told = keeper.press(page, "添加勾选的单位")
    assert "请到“人员”页添加联络员" in told.text
    assert {"发改委", "县发改委", "县发展和改革局"} <= aliases(world, unit(world, "县发改局").id)
    assert unit(world, "县委").files_through_id == unit(world, "县委办").id
    assert unit(world, "县教育局").version == before.version
    assert not world.all(sa.select(Unit).where(Unit.name == "县科技局"))
    added = recorded(world, "unit.add")[entries:]
    assert len(added) == len(set(added)) > 80
    with world.app.app_context():
        assert first_broken(session()) is None


def ticked(page: Page) -> set[str]:
    boxes = [e for e in page.main.iter("input") if e.get("name") == "chosen"]
    return {box.get("value", "") for box in boxes if "checked" in box.attrib}


def test_a_second_time_there_is_nothing_left_to_tick_but_what_was_left_out(keeper: Reader) -> None:
    keeper.press(keeper.get("/units/starting-set?place=云岭县"), "添加勾选的单位")
    page = keeper.get("/units/starting-set?place=云岭县")
    assert ticked(page) == set()
    refused = keeper.press(page, "添加勾选的单位", status=400)
    assert "没有选中要添加的单位" in refused.text
    keeper.press(page, "添加勾选的单位", {"chosen": ["县科技局"]})
    assert "县科技局 已有" in keeper.get("/units/starting-set?place=云岭县").text


def test_the_units_stand_in_the_countys_order(world: World, keeper: Reader) -> None:
    keeper.press(keeper.get("/units/starting-set?place=云岭县"), "添加勾选的单位")
    names = [row.name for row in world.all(sa.select(Unit).where(Unit.position > 0).order_by(Unit.position))]
    order = ["县委", "县委办", "县政府办", "县发改局", "县人大常委会", "县总工会", "县教研中心", "县城投公司"]
    assert [name for name in names if name in order] == order


def test_a_name_that_is_no_countys_is_told_so_and_can_be_mended(keeper: Reader) -> None:
    page = keeper.get("/units/starting-set?place=云岭", status=400)
    assert "请填写县（区、市、旗）的名称" in page.text
    mended = keeper.press(page, "按这个名称显示", {"place": "海川区"})
    assert "区住建局" in mended.text


def test_a_vague_collective_name_keeps_a_plan_back_until_it_has_members(world: World, keeper: Reader) -> None:
    keeper.press(keeper.get("/units/starting-set?place=云岭县"), "添加勾选的单位")
    plan_id = world.draft(Asked("改善办园条件", responsible=("县直有关单位",)))
    with world.app.app_context():
        [problem] = plan_rows.review(plan_id).problems
        assert (problem.printed, problem.obstacle) == ("县直有关单位", Obstacle.EMPTY_GROUP)
    with pytest.raises(Refused, match="“县直有关单位”没有成员单位"):
        world.issue_draft(plan_id)


# ------------------------------------------------------------------------------------ out and back


def test_the_workbook_is_ready_to_be_edited(world: World, keeper: Reader) -> None:
    sheet = download(keeper)
    assert sheet.freeze_panes == "A2"
    [rule] = [rule for rule in sheet.data_validations.dataValidation if "政府部门" in (rule.formula1 or "")]
    assert rule.type == "list"
    assert "E2" in str(rule.sqref)
    row = rows_of(sheet)["县教育局"]
    assert row[0] == unit(world, "县教育局").id
    assert (row[4], row[8]) == ("政府部门", "是")


def test_a_name_that_begins_like_a_formula_stays_words(world: World, keeper: Reader) -> None:
    world.unit('=HYPERLINK("http://x")', staffed=False)
    world.unit("@甲+乙", staffed=False)
    sheet = download(keeper)
    cells = [
        cell for row in sheet.iter_rows(min_row=2) for cell in row if str(cell.value).startswith(("=", "@"))
    ]
    assert len(cells) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    answer = keeper.client.get("/units/export.xlsx")
    assert "不用导入" in upload(keeper, answer.data).text


def test_the_sheet_comes_back_and_is_seen_before_it_is_done(world: World, keeper: Reader) -> None:
    rows = rows_of(download(keeper))
    education = rows["县教育局"]
    education[2:4] = ["云岭县教育和体育局", "县教体局、教体局"]
    township = [None, "松坪乡", "松坪乡人民政府", "松坪乡政府", "乡镇街道", "县教育局", "", None, "是"]
    page = upload(keeper, sheet_with(*rows.values(), township))
    assert "新增1个，修改1个" in page.text
    assert "全称： （空） → 云岭县教育和体育局" in page.text
    assert world.all(sa.select(Unit).where(Unit.name == "松坪乡")) == []
    done = keeper.press(page, "确认导入")
    assert "已导入：新增1个，修改1个" in done.text
    new = unit(world, "松坪乡")
    assert (new.kind, new.files_through_id) == (UnitKind.TOWNSHIP, unit(world, "县教育局").id)
    assert aliases(world, unit(world, "县教育局").id) == {"县教体局", "教体局"}
    assert recorded(world, "unit.edit") == [unit(world, "县教育局").id]
    assert recorded(world, "unit.add")[-1] == new.id


def test_units_the_sheet_leaves_out_and_what_it_has_no_column_for_stay(world: World, keeper: Reader) -> None:
    leader = world.person_id("副县长")
    world.answer_for("县民政局", leader)
    count = world.count(Unit)
    page = upload(keeper, "名称,类别\n县民政局,党委部门\n".encode("gb18030"), "名录.csv")
    keeper.press(page, "确认导入")
    assert world.count(Unit) == count
    assert (unit(world, "县民政局").kind, unit(world, "县民政局").answerable_id) == (UnitKind.PARTY, leader)


def test_names_can_be_exchanged_in_one_go(world: World, keeper: Reader) -> None:
    rows = rows_of(download(keeper))
    first, second = rows["县教育局"], rows["县财政局"]
    first[1], second[1], first[3], second[3] = "县财政局", "县教育局", "甲", "乙"
    keeper.press(upload(keeper, sheet_with(first, second)), "确认导入")
    first[3], second[3] = "乙", "甲"
    keeper.press(upload(keeper, sheet_with(first, second)), "确认导入")
    assert unit(world, "县财政局").id == first[0]
    assert aliases(world, unit(world, "县财政局").id) == {"乙"}


def test_a_faulty_row_is_named_with_its_number_and_nothing_is_taken(world: World, keeper: Reader) -> None:
    page = upload(
        keeper,
        sheet_with(
            [None, "县审计局", "", "", "政府部门"],
            [None, "县甲局", "", "县教育局", "政府机关"],
            [999, "县乙局"],
        ),
    )
    assert "2行有误，没有导入任何一行" in page.text
    assert "第3行 有误 县甲局 没有“政府机关”这个类别" in page.text
    assert "第4行 有误 县乙局 没有编号为“999”的单位" in page.text
    assert "确认导入" not in page.buttons()
    assert not world.all(sa.select(Unit).where(Unit.name == "县审计局"))


def test_what_changed_between_seeing_and_confirming_is_told_and_shown_anew(
    world: World, keeper: Reader
) -> None:
    rows = rows_of(download(keeper))
    rows["县教育局"][2] = "云岭县教育和体育局"
    page = upload(keeper, sheet_with(rows["县教育局"]))
    with world.writing() as s:
        s.get_one(Unit, unit(world, "县教育局").id).full_name = "云岭县教育局"
    again = keeper.press(page, "确认导入", status=409)
    assert "别人改动了单位" in again.text
    assert "云岭县教育局 → 云岭县教育和体育局" in again.text
    keeper.press(again, "确认导入")
    assert unit(world, "县教育局").full_name == "云岭县教育和体育局"


def test_a_unit_that_somebody_entered_meanwhile_is_not_entered_twice(world: World, keeper: Reader) -> None:
    page = upload(keeper, sheet_with([None, "县审计局", "", "审计局", "政府部门"]))
    world.unit("审计局", staffed=False)
    again = keeper.press(page, "确认导入", status=409)
    assert "“审计局”已经是审计局的名称" in again.text
    assert "确认导入" not in again.buttons()


def test_another_units_change_does_not_stand_in_the_way(world: World, keeper: Reader) -> None:
    page = upload(keeper, sheet_with([None, "县审计局", "", "", "政府部门"]))
    world.unit("县统计局", staffed=False)
    # 顺序 of a new unit is the next one free, so the row is compared by what it says
    keeper.press(page, "确认导入")
    assert unit(world, "县审计局").active


@pytest.mark.parametrize(
    ("content", "name", "status", "sentence"),
    [
        (b"%PDF-1.7 nothing", "a.pdf", 400, "不是表格"),
        (b"PK\x03\x04 broken", "a.xlsx", 400, "另存一份再上传"),
        ("任务,时限\n甲,乙\n".encode(), "a.csv", 400, "没有找到表头"),
        (b"", "", 400, "请先选择要上传的表格文件"),
        (("名称\n" + "县甲局\n" * 5001).encode(), "a.csv", 413, "超过5000行"),
    ],
)
def test_a_file_that_is_no_list_of_units_is_refused_in_a_sentence(
    keeper: Reader, content: bytes, name: str, status: int, sentence: str
) -> None:
    page = upload(keeper, content, name, status)
    assert sentence in page.text
    assert "上传并比较" in page.buttons()


@pytest.mark.parametrize("rows", ["", "not json", "{}", '["甲"]'])
def test_rows_that_did_not_travel_whole_change_nothing(world: World, keeper: Reader, rows: str) -> None:
    page = upload(keeper, sheet_with([None, "县审计局"]))
    refused = keeper.press(page, "确认导入", {"rows": rows}, status=400)
    assert "请返回重新上传表格" in refused.text
    assert not world.all(sa.select(Unit).where(Unit.name == "县审计局"))


def test_leaders_may_take_the_list_away_but_not_change_it(world: World) -> None:
    reader = signed_in(world.app, "fuxianzhang")
    assert "县教育局" in rows_of(download(reader))
    reader.get("/units/import", status=403)
    links = reader.get("/units").links()
    assert "下载名录（.xlsx）" in links
    assert "用表格导入" not in links


def test_a_workbook_has_one_sheet_for_each_that_is_asked_for() -> None:
    made = workbook(
        Sheet("甲/乙", [Column("名称", 10)], [["x"]], heading="标题"), Sheet("空", [Column("a", 5)], [])
    )
    book = openpyxl.load_workbook(BytesIO(made))
    assert [sheet.title for sheet in book] == ["甲 乙", "空"]
    assert [book["甲 乙"]["A1"].value, book["甲 乙"]["A2"].value, book["甲 乙"]["A3"].value] == [
        "标题",
        "名称",
        "x",
    ]
    assert book["甲 乙"].freeze_panes == "A3"
    assert len(world_groups := list(book["空"].iter_rows(values_only=True))) == 1
    assert world_groups[0] == ("a",)


def test_groups_of_the_usual_set_are_recorded(world: World, keeper: Reader) -> None:
    keeper.press(keeper.get("/units/starting-set?place=云岭县"), "添加勾选的单位")
    groups = world.all(sa.select(Group))
    assert len(recorded(world, "group.add")) == len(groups) == 20

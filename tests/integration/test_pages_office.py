"""From a document to an issued plan: what the supervision office does at the review desk, and what it is told."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import docx
import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.models import Plan, Task, Unit, UnitAlias
from app.queries import units as unit_rows
from app.services import plans
from tests.pages import Page, Reader, check, signed_in, words_of
from tests.unit.document.reading import seed
from tests.world import LEAD, OFFICE, Asked, World
from workflows.cadence import DutyKind
from workflows.lifecycle import PlanState
from workflows.units import UnitKind


@pytest.fixture
def county(sqlite_world: World) -> World:
    """The units seed 001 names, but for two of them and the two collective names."""
    for name in ("县人社局", "县委编办", "县公安局", "县市场监管局"):
        sqlite_world.unit(name)
    for number in (1, 2, 3):
        sqlite_world.unit(f"第{number}幼儿园", UnitKind.KINDERGARTEN)
    sqlite_world.unit("青溪镇政府", UnitKind.TOWNSHIP)
    return sqlite_world


@pytest.fixture
def office(county: World) -> Reader:
    return signed_in(county.app, "zhuanban")


def upload(
    reader: Reader, filename: str, content: bytes, status: int = 200, *, text: str = "", title: str = ""
) -> Page:
    """Send the form of /plans/new with a file, as a browser does."""
    token = reader.get("/plans/new").form_with("读入并核对")[0].find(".//input[@name='csrf_token']")
    assert token is not None
    fields = {"csrf_token": token.get("value"), "text": text, "title": title}
    boundary, body = encode_multipart({**fields, "file": FileStorage(io.BytesIO(content), filename, "file")})
    kind = f"multipart/form-data; boundary={boundary}"
    answer = reader.client.post("/plans/new", data=body, content_type=kind, follow_redirects=True)
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, html
    return Page(answer.status_code, answer.request.path, check(html), html)


def paste(reader: Reader, text: str, status: int = 200) -> Page:
    return reader.press(reader.get("/plans/new"), "读入并核对", {"text": text}, status)


def as_docx(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def drafted(world: World, *tasks: Asked) -> tuple[int, int]:
    """A draft of these tasks, by plan id and the id of its first task."""
    plan_id = world.draft(*(tasks or (Asked("改善幼儿园办园条件"),)))
    return plan_id, world.tasks(plan_id)[0].id


# ----------------------------------------------------------------------------------------- reading in


@pytest.mark.parametrize("way", ["file", "pasted", "docx"])
def test_seed_001_gives_seventeen_tasks_beside_their_source(county: World, office: Reader, way: str) -> None:
    text = seed("001")
    if way == "pasted":
        page = paste(office, text)
    else:
        name, content = ("计划.txt", text.encode()) if way == "file" else ("计划.docx", as_docx(text))
        page = upload(office, name, content)
    assert page.title.startswith("核对：清水河县学前教育普及普惠发展三年行动计划")
    tasks = page.all("article", "card-row")
    assert [words_of(next(t.iter("span"))) for t in tasks] == [str(n) for n in range(1, 18)]
    assert "县残联" in page.text
    assert "没有对应的单位" in page.text


def test_every_word_used_is_marked_and_leads_to_its_task_and_back(county: World, office: Reader) -> None:
    page = paste(office, seed("001"))
    places = {e.get("id") for e in page.tree.iter() if e.get("id")}
    inside = [a.get("href", "") for a in page.tree.iter("a") if a.get("href", "").startswith(("#t-", "#s-"))]
    assert inside
    assert {link.removeprefix("#") for link in inside} <= places
    marks = [words_of(mark) for mark in page.tree.iter("mark")]
    assert marks.count("县政府") == 11
    assert "到2025年底" in marks
    assert {f"s-{task.id}" for task in county.tasks()} <= places


def test_the_source_on_the_desk_is_the_document_letter_by_letter(county: World, office: Reader) -> None:
    page = paste(office, seed("001"))
    [source] = page.all("div", "source")
    assert "".join(source.itertext()).strip() == seed("001").replace("\r\n", "\n").strip()


def test_words_that_two_tasks_use_are_printed_once_and_both_keep_their_place(
    county: World, office: Reader
) -> None:
    plan_id, _ = drafted(county, Asked("甲任务"), Asked("乙任务"))
    with county.writing() as s:
        for task in s.scalars(sa.select(Task)):
            task.start, task.marks = 1 - task.position, [[0, 3, "unit"], [1, 5, "date"]]
    page = office.get(f"/plans/{plan_id}")
    [source] = page.all("div", "source")
    assert "".join(source.itertext()) == "甲任务\n乙任务"
    assert {f"s-{task.id}" for task in county.tasks()} <= {e.get("id") for e in source.iter()}


def test_a_title_of_ones_own_wins_over_the_document_s(county: World, office: Reader) -> None:
    page = upload(office, "计划.txt", seed("001").encode(), title="学前教育三年行动")
    assert page.title == "核对：学前教育三年行动 · 落实"


@pytest.mark.parametrize(
    ("filename", "content", "sentence"),
    [
        ("空.txt", b"", "文件里没有文字"),
        ("程序.docx", b"MZ\x90\x00" + b"\0" * 400, "不是有效的 Word 文件"),
        ("旧.doc", b"\xd0\xcf\x11\xe0", "另存为 .docx"),
        ("图.png", b"\x89PNG\r\n\x1a\n", "没有文字"),
        ("讲话.txt", "同志们：\n今年的工作很好。".encode(), "没有在文件里找到写明牵头单位或责任单位的任务"),
        ("编号.txt", "一、要高度重视\n1.加强领导。\n2.狠抓落实。".encode(), "没有在文件里找到"),
    ],
)
def test_a_refused_file_says_what_to_do_and_keeps_the_pasted_words(
    county: World, office: Reader, filename: str, content: bytes, sentence: str
) -> None:
    page = upload(office, filename, content, 400, text="我已经粘贴的文字", title="我的计划")
    assert sentence in words_of(page.all("div", "wrong")[0])
    assert page.value("text") == "我已经粘贴的文字"
    assert page.value("title") == "我的计划"
    assert county.count(Plan) == 0


def test_a_refused_paste_keeps_its_words(county: World, office: Reader) -> None:
    page = paste(office, "没有任务的一段话。", 400)
    assert page.value("text") == "没有任务的一段话。"
    assert "没有在文件里找到" in words_of(page.all("div", "wrong")[0])


def test_neither_file_nor_words_is_asked_for(county: World, office: Reader) -> None:
    assert "请选择文件，或者粘贴文字。" in paste(office, "  ", 400).text


def test_a_file_of_60_megabytes_is_refused_with_a_sentence(county: World, office: Reader) -> None:
    page = upload(office, "大.docx", b"0" * 60 * 1024 * 1024, 413)
    assert "文件太大" in page.title
    assert "请删去图片后重新保存" in page.text


def test_a_file_a_little_too_large_is_refused_on_the_form(county: World, office: Reader) -> None:
    page = upload(office, "大.txt", b"0" * (20 * 1024 * 1024 + 1), 400, text="留着")
    assert "文件超过20MB" in page.text
    assert page.value("text") == "留着"


# ----------------------------------------------------------------------------------------- names


def test_seed_001_is_bound_name_by_name_and_issued(county: World, office: Reader) -> None:
    desk = paste(office, seed("001"))
    rows = [words_of(row) for row in desk.all("section", "sheet")[0].iter("tr")][1:]
    assert [row.split()[0] for row in rows] == [
        "县残联1项任务用到",
        "各幼儿园6项任务用到",
        "县妇联1项任务用到",
        "各乡镇政府1项任务用到",
    ]
    for _ in range(4):
        desk = office.press(desk, "新增并对应")
    assert "还有1项任务的单位存疑，核对确认后才能下达： 11 强化专业支持" in desk.text
    desk = office.press(desk, "确认无误：强化专业支持")
    assert "17项任务的单位都已对应，可以下达" in desk.text
    with county.app.app_context():
        assert unit_rows.by_name("县残联").kind is UnitKind.MASS
        assert {group.name: len(group.members) for group in unit_rows.groups()} == {
            "各幼儿园": 3,
            "各乡镇政府": 1,
        }
    foreseen = office.get(f"/plans/{county.tasks()[0].plan_id}/issue")
    assert "17项任务交给" in foreseen.text
    assert "2025年3月4日（周二）前" in foreseen.text
    assert "县残联、县妇联没有可送达的联系人，通知改发督查室" in foreseen.text
    issued = office.press(foreseen, "下达17项任务", {"leader": str(county.leader.person_id)})
    assert "已下达" in issued.text
    [plan] = county.all(sa.select(Plan))
    assert plan.state is PlanState.ISSUED
    assert plan.leader_id == county.leader.person_id
    signed_by = {duty.unit_id for duty in county.duties(kind=DutyKind.SIGN)}
    assert {county.unit_id(name) for name in (LEAD, "县残联", "第3幼儿园", "青溪镇政府")} <= signed_by
    assert county.unit_id("县政府") not in signed_by


def test_a_name_bound_once_is_known_ever_after(county: World, office: Reader) -> None:
    desk = paste(office, seed("001").replace("县财政局", "县财政金融局"))
    [form, _] = [f for f in desk.tree.iter("form") if "县财政金融局" in _hidden(f)]
    chosen = [o.get("value") for o in form.iter("option") if "selected" in o.attrib]
    assert chosen == [f"unit:{county.unit_id('县财政局')}"], "the likely unit is proposed"
    desk = office.press(desk, "对应", {"printed": "县财政金融局", "bound": chosen[0] or ""})
    assert "“县财政金融局”已对应" in desk.text
    assert county.one(sa.select(UnitAlias)).alias == "县财政金融局"
    again = paste(office, seed("001").replace("县财政局", "县财政金融局"))
    assert not [f for f in again.tree.iter("form") if "县财政金融局" in _hidden(f)]


def _hidden(form: ET.Element) -> set[str]:
    return {e.get("value", "") for e in form.iter("input")}


def test_a_choice_not_made_is_asked_for_again(county: World, office: Reader) -> None:
    desk = paste(office, seed("001"))
    assert "请先在下拉框里选一个单位或集体" in office.press(desk, "对应", {"bound": ""}, 409).text
    assert "请先在下拉框里选一个单位或集体" in office.press(desk, "对应", {"bound": "unit:9999"}, 409).text


def test_who_files_for_the_government_is_said_in_place(county: World, office: Reader) -> None:
    county.unit("县委", UnitKind.GOVERNMENT, staffed=False)
    plan_id, _ = drafted(county, Asked("加强党的领导", lead="县委"))
    desk = office.get(f"/plans/{plan_id}")
    assert "不登录填报，请为它指定归口填报单位" in desk.text
    desk = office.press(desk, "由它填报", {"through": str(county.unit_id(LEAD))})
    assert "县委的任务由县教育局归口填报" in desk.text
    assert county.get(Unit, county.unit_id("县委")).files_through_id == county.unit_id(LEAD)
    assert "可以下达" in desk.text


def test_a_plan_with_open_names_is_refused_with_every_one_of_them(county: World, office: Reader) -> None:
    plan_id, _ = drafted(county, Asked("办一件事", lead="县司法局", responsible=("县审计局",)))
    page = office.get(f"/plans/{plan_id}/issue")
    assert "“县司法局”没有对应的单位（1项任务用到）" in page.text
    assert "“县审计局”没有对应的单位（1项任务用到）" in page.text
    assert not [f for f in page.tree.iter("form") if f.get("method") == "post" and f.get("action") is None]


def test_the_refusal_at_the_issue_names_what_changed_since_the_page_was_opened(
    county: World, office: Reader
) -> None:
    plan_id, task_id = drafted(county)
    page = office.get(f"/plans/{plan_id}/issue")
    with county.app.app_context():
        facts = plans.TaskFacts("1", "新名称", "", "要求。", ("县司法局",), ("县审计局",), (), None)
        plans.edit_task(county.office, task_id, facts, seen_version=1, now=county.now)
    refused = office.press(page, "下达1项任务", status=409)
    assert "还不能下达：“县司法局”没有对应的单位；“县审计局”没有对应的单位。" in refused.text


# ----------------------------------------------------------------------------------------- tasks


def test_a_task_is_corrected_and_its_doubts_are_settled(county: World, office: Reader) -> None:
    plan_id, task_id = drafted(county)
    page = office.get(f"/plans/{plan_id}/tasks/{task_id}")
    typed = {"title": "新建两所幼儿园", "responsible": "县财政局，县民政局", "deadline_on": "2025-12-31"}
    desk = office.press(page, "保存", {**typed, "deadline_text": "到2025年底"})
    assert "新建两所幼儿园" in desk.text
    assert "2025年12月31日（周三） 原文：到2025年底" in desk.text
    [row] = desk.all("article", "card-row")
    assert "责任单位县财政局、县民政局" in words_of(row)


def test_a_name_with_brackets_is_not_cut_at_the_marks_inside(county: World, office: Reader) -> None:
    plan_id, task_id = drafted(county)
    page = office.get(f"/plans/{plan_id}/tasks/{task_id}")
    desk = office.press(page, "保存", {"lead": "县教育局（教育工委、督导室）"})
    assert desk.links()["没有对应的单位：县教育局（教育工委、督导室）"] == "#obstacles"


def test_two_people_on_one_task_the_second_keeps_his_words_and_sees_the_first_ones(
    county: World, office: Reader
) -> None:
    plan_id, task_id = drafted(county)
    mine = office.get(f"/plans/{plan_id}/tasks/{task_id}")
    office.press(mine, "保存", {"responsible": "县民政局"})  # a colleague, who changes nothing but a unit
    refused = office.press(mine, "保存", {"title": "我改的名称"}, 409)
    assert (
        "您自己（可能在另一个窗口）在2025年3月3日 10:00已经修改了第1项“改善幼儿园办园条件”。" in refused.text
    )
    assert refused.value("title") == "我改的名称"
    assert "责任单位 县民政局" in refused.text
    assert county.get(Task, task_id).title == "改善幼儿园办园条件"
    office.press(refused, "保存")
    assert county.get(Task, task_id).title == "我改的名称"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"deadline_on": "2025-02-30"}, "没有这一天。请按 2025-12-31 的样子填写。"),
        ({"deadline_on": "年底"}, "没有这一天。请按 2025-12-31 的样子填写。"),
        ({"deadline_on": "2925-12-31"}, "完成时限要在2000年至2060年之间，请核对年份。"),
        ({"title": " "}, "请填写任务名称。"),
        ({"text": ""}, "请填写任务要求。"),
        ({"lead": "", "responsible": "、"}, "请至少填写一个牵头单位或责任单位"),
        ({"number": "一" * 21}, "20"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_it_and_nothing_typed_is_lost(
    county: World, office: Reader, typed: dict[str, str], sentence: str
) -> None:
    plan_id, task_id = drafted(county)
    page = office.get(f"/plans/{plan_id}/tasks/{task_id}")
    refused = office.press(page, "保存", {"section": "第一章", **typed}, 400)
    assert sentence in refused.text
    assert refused.value("section") == "第一章"
    assert county.get(Task, task_id).section == "重点任务"


def test_a_task_is_added_at_the_end_and_one_is_taken_out(county: World, office: Reader) -> None:
    plan_id, _ = drafted(county)
    new = office.get(f"/plans/{plan_id}/tasks/new")
    typed = {"number": "2", "title": "补上的任务", "text": "补上。", "lead": LEAD}
    desk = office.press(new, "保存", typed)
    assert [task.title for task in county.tasks(plan_id)] == ["改善幼儿园办园条件", "补上的任务"]
    _, button = desk.form_with("删去")
    assert "确定从计划中删去" in button.get("data-confirm", "")
    after = office.press(desk, "删去")
    assert "已从计划中删去“改善幼儿园办园条件”。" in after.text
    assert [task.title for task in county.tasks(plan_id)] == ["补上的任务"]


def test_title_and_number_of_the_plan_are_mended_and_a_stale_form_is_refused(
    county: World, office: Reader
) -> None:
    plan_id, _ = drafted(county)
    page = office.get(f"/plans/{plan_id}/edit")
    office.press(page, "保存", {"title": "甲", "document_number": "云政发〔2025〕3号"})
    refused = office.press(page, "保存", {"title": "乙"}, 409)
    assert refused.value("title") == "乙"
    assert "现在保存的是：甲" in refused.text
    assert county.get(Plan, plan_id).document_number == "云政发〔2025〕3号"


# ----------------------------------------------------------------------------------------- afterwards


def test_an_issued_plan_shows_who_has_signed_and_takes_no_more_changes(county: World, office: Reader) -> None:
    plan_id, task_id = drafted(county)
    stale = office.get(f"/plans/{plan_id}/tasks/{task_id}")
    county.issue_draft(plan_id, office=OFFICE)
    county.sign(LEAD)
    page = office.get(f"/plans/{plan_id}")
    assert "签收 1/2件" in page.text
    assert [words_of(row) for row in page.all("section", "sheet")[-1].iter("tr")][1:] == [
        "县财政局应于3月4日（周二）签收 0/1",
        "县教育局2025年3月3日 10:00签收 1/1",
    ]
    assert page.buttons() == ["上传新版本"]
    assert "计划已经下达" in office.press(stale, "保存", status=409).text


def test_the_list_says_how_far_every_plan_is(county: World, office: Reader) -> None:
    county.issue(Asked("第一件"), Asked("第二件"))
    county.draft(Asked("还在核对"), title="后一个计划")
    county.sign(LEAD)
    county.sign("县财政局")
    county.close(county.tasks()[0].id)
    rows = [words_of(row) for row in office.get("/plans").tree.iter("tr")][1:]
    assert rows[0].startswith("后一个计划未填文号 草稿 1项 未下达")
    assert "已下达" in rows[1]
    assert "2项 50%已销号1项 2025年3月20日（周四）" in rows[1]

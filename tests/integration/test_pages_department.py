"""A department's desk and tasks, on pages that are checked as they are read."""

from __future__ import annotations

from datetime import date

import pytest

from app.models import Task
from app.services import progress
from tests.county import MARCH, THREE, in_march, march_duties, month_path
from tests.pages import signed_in, words_of
from tests.world import LEAD, SHARER, Asked, World, counted
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyState, TaskState
from workflows.units import UnitKind


@pytest.fixture
def county(sqlite_world: World) -> World:
    """Three tasks were issued on Monday."""
    sqlite_world.issue(*THREE)
    return sqlite_world


def test_the_desk_says_what_is_owed_since_when_and_what_comes_next(county: World) -> None:
    desk = signed_in(county.app, "jiaoyu").get("/desk")
    assert "县教育局 · 2025年3月3日（周一）" in desk.text
    assert "签收 · 1. 改善幼儿园办园条件" in desk.links()
    assert "3月3日（周一）下达，3月4日（周二）截止" in desk.text
    assert "3月3日（周一）未办将提醒联络员" in desk.text
    assert "完成 · 2. 建设2所家园共育示范园" in desk.links()
    assert "应于2025年12月31日（周三）前完成并销号" in desk.text


def test_the_most_urgent_stands_first_and_every_section_says_how_many(county: World) -> None:
    county.run_to(date(2025, 3, 21))
    desk = signed_in(county.app, "jiaoyu").get("/desk")
    heads = [
        (words_of(h), words_of(n)) for h, n in zip(desk.all("h2"), desk.all("span", "small"), strict=False)
    ]
    assert [head for head, _ in heads] == ["逾期", "今日和本周", "以后", "本单位任务"]
    assert "逾期 3件" in desk.text
    assert "今日和本周 3件" in desk.text
    assert "2025年3月月报（3项任务）" in desk.links()
    assert "以后 1件" in desk.text
    assert desk.text.index("逾期13个工作日") < desk.text.index("还有2个工作日")


def test_the_rail_counts_the_lines_of_the_desk_and_is_hot_when_one_is_late(county: World) -> None:
    county.run_to(date(2025, 3, 21))
    [count] = signed_in(county.app, "jiaoyu").get("/desk").all("span", "count")
    assert words_of(count) == "7"
    assert "hot" in count.get("class", "")


def test_a_clean_desk_says_so_and_lists_the_tasks(county: World) -> None:
    county.sign(SHARER)
    desk = signed_in(county.app, "caizheng").get("/desk")
    assert "今天没有待办事项。" in desk.text
    assert desk.links()["建设2所家园共育示范园"] == f"/tasks/{county.tasks()[1].id}"


def test_all_signatures_are_given_with_one_press(county: World) -> None:
    reader = signed_in(county.app, "jiaoyu")
    after = reader.press(reader.get("/desk"), "全部签收（3项）")
    assert "已签收3项任务。" in after.text
    assert not county.duties(unit=LEAD, kind=DutyKind.SIGN, state=DutyState.OPEN)
    assert {task.state for task in county.tasks()} == {TaskState.UNDERWAY}


def test_one_press_signs_only_for_what_was_on_the_page(county: World) -> None:
    reader = signed_in(county.app, "jiaoyu")
    before = reader.get("/desk")
    county.issue(Asked("后来下达的任务"))
    reader.press(before, "全部签收（3项）")
    [left] = county.duties(unit=LEAD, kind=DutyKind.SIGN, state=DutyState.OPEN)
    assert county.get(Task, left.task_id or 0).title == "后来下达的任务"


def test_one_task_is_signed_for_from_its_row(county: World) -> None:
    reader = signed_in(county.app, "jiaoyu")
    desk = reader.press(reader.get("/desk"), "签收：清理无证幼儿园")
    assert desk.path == "/desk"
    assert len(county.duties(unit=LEAD, kind=DutyKind.SIGN, state=DutyState.OPEN)) == 2


def test_who_files_for_another_reads_so_on_his_desk(sqlite_world: World) -> None:
    sqlite_world.issue(Asked("改善办园条件", lead="县政府"))
    assert "牵头单位：县政府（由县教育局归口填报）" in signed_in(sqlite_world.app, "jiaoyu").get("/desk").text


def test_the_office_s_words_on_a_returned_report_stand_on_the_desk(county: World) -> None:
    in_march(county).file(LEAD, MARCH)
    county.return_report(march_duties(county)[1].id, "请写明两所园的名称。")
    desk = signed_in(county.app, "jiaoyu").get("/desk")
    assert "退回意见：请写明两所园的名称。" in desk.text
    assert "修改后重报" in desk.buttons()


def test_a_desk_with_a_hundred_tasks_asks_the_database_no_more_than_one_with_three(world: World) -> None:
    world.issue(*(Asked(f"任务{n}", due=date(2025, 12, 31)) for n in range(3)))
    reader = signed_in(world.app, "jiaoyu")
    asked = []
    for path in ("/desk", "/tasks"):
        with counted(world) as few:
            reader.get(path)
        asked.append(len(few))
    world.issue(*(Asked(f"新任务{n}", due=date(2025, 12, 31)) for n in range(97)))
    for path, few_count in zip(("/desk", "/tasks"), asked, strict=True):
        with counted(world) as many:
            page = reader.get(path)
        assert "100项" in page.text
        assert len(many) == few_count


def test_a_department_lists_its_own_tasks_and_finds_them_by_words(county: World) -> None:
    reader = signed_in(county.app, "caizheng")
    assert {"改善幼儿园办园条件", "建设2所家园共育示范园"} <= set(reader.get("/tasks").links())
    assert "清理无证幼儿园" not in reader.get("/tasks").links()
    found = reader.press(reader.get("/search"), "检索", {"words": "示范园 财政"})
    assert "结果 1项" in found.text
    assert "没有找到" in reader.get("/search?words=无证").text


def test_a_percent_sign_in_a_search_finds_nothing_but_itself(county: World) -> None:
    assert "没有找到" in signed_in(county.app, "jiaoyu").get("/search?words=%25").text


def test_the_whole_ledger_is_for_the_office_and_leaders_and_can_be_filtered(county: World) -> None:
    signed_in(county.app, "jiaoyu").get("/ledger", 403)
    office = signed_in(county.app, "zhuanban")
    ledger = office.get("/ledger")
    assert "任务 3项" in ledger.text
    assert "任务 2项" in office.press(ledger, "筛选", {"unit": str(county.unit_id(SHARER))}).text
    assert "没有符合条件的任务" in office.press(ledger, "筛选", {"light": "red"}).text
    assert "任务 3项" in signed_in(county.app, "fuxianzhang").get("/ledger?plan=x&unit=&light=").text


def test_the_task_s_page_marks_in_the_document_what_was_used(sqlite_world: World) -> None:
    text = "1.改善条件。到2025年底，新建两所幼儿园。（牵头单位：县教育局。责任单位：县财政局）"
    sqlite_world.issue(Asked("改善条件"))
    [task] = sqlite_world.tasks()
    with sqlite_world.writing() as s:
        row = s.get_one(Task, task.id)
        row.plan.source.text, row.start, row.end = "引言。" + text, 3, 3 + len(text)
        at = ("引言。" + text).index("县教育局")
        row.marks = [[at, at + 4, "unit"], [at - 1000, at, "date"]]
    page = signed_in(sqlite_world.app, "jiaoyu").get(f"/tasks/{task.id}")
    [source] = page.all("div", "source")
    assert words_of(source) == text
    assert [words_of(mark) for mark in page.all("mark")] == ["县教育局"]


def test_the_task_s_page_tells_who_bears_it_and_who_files_for_whom(sqlite_world: World) -> None:
    for name in ("第一幼儿园", "第二幼儿园"):
        sqlite_world.unit(name, UnitKind.KINDERGARTEN)
    sqlite_world.group("各幼儿园", UnitKind.KINDERGARTEN)
    sqlite_world.issue(Asked("改善条件", lead="县政府", responsible=("各幼儿园",)))
    sqlite_world.run_to(date(2025, 3, 21))
    sqlite_world.file("第二幼儿园", MARCH)
    page = signed_in(sqlite_world.app, "jiaoyu").get(f"/tasks/{sqlite_world.tasks()[0].id}")
    assert "牵头单位 县政府 由县教育局归口填报 责任领导：副县长" in page.text
    assert "各幼儿园（2个单位）" in page.text
    assert "2025年3月月报：已报1，应报2 未报：第一幼儿园" in page.text


def test_the_task_s_page_says_why_its_light_is_so_and_what_would_mend_it(county: World) -> None:
    county.run_to(date(2025, 9, 1))
    page = signed_in(county.app, "jiaoyu").get(f"/tasks/{county.tasks()[1].id}")
    assert "为什么是红灯" in page.text
    assert "亮灯规则第1版" in page.text
    assert "怎样变绿：" in page.text


def test_a_department_that_takes_no_part_finds_nothing(county: World) -> None:
    task = county.tasks()[0]
    part = county.parts(task.id)[0]
    stranger = signed_in(county.app, "minzheng")
    for path in (
        f"/tasks/{task.id}",
        f"/tasks/{task.id}/progress/{part.id}",
        f"/tasks/{task.id}/closing-request",
        month_path(in_march(county)),
    ):
        assert "没有找到" in stranger.get(path, 404).text
    assert task.title not in stranger.get("/tasks").text


def test_a_department_cannot_speak_for_another(county: World) -> None:
    task = county.tasks()[0]
    lead_part = next(p for p in county.parts(task.id) if p.unit_id == county.unit_id(LEAD))
    signed_in(county.app, "caizheng").get(f"/tasks/{task.id}/progress/{lead_part.id}", 404)


def test_one_who_may_see_but_not_act_gets_no_buttons(county: World) -> None:
    path = f"/tasks/{county.tasks()[0].id}"
    assert signed_in(county.app, "fuxianzhang").get(path).buttons() == []
    assert signed_in(county.app, "caizheng").get(path).buttons() == ["更新进展", "申请", "签收"]
    assert signed_in(county.app, "jiaoyu").get(path).buttons() == ["更新进展", "申请", "签收"]
    in_march(county)
    assert signed_in(county.app, "jiaoyu").get(path).buttons() == ["更新进展", "申请办结", "申请"]
    assert signed_in(county.app, "caizheng").get(path).buttons() == ["更新进展", "申请"]
    assert signed_in(county.app, "zhuanban").get(path).buttons() == ["销号"]


def test_progress_is_said_and_stands_on_the_page_and_in_the_story(county: World) -> None:
    reader = signed_in(county.app, "jiaoyu")
    page = reader.get(f"/tasks/{county.tasks()[1].id}")
    form = reader.get(page.links()["更新进展"])
    typed = {
        "percent": "６０%",
        "done": "两所园完成主体。",
        "problems": "缺配套资金。",
        "next_step": "4月装修。",
    }
    after = reader.press(form, "保存进展", typed)
    assert after.path == page.path
    assert "县教育局更新进展，完成60%" in after.text
    assert "两所园完成主体。 存在问题：缺配套资金。" in after.text
    assert county.tasks()[1].percent == 60


@pytest.mark.parametrize("percent", ["六成", "101", "-1", "60.5", ""])
def test_a_wrong_figure_is_answered_in_words_and_everything_typed_is_kept(
    county: World, percent: str
) -> None:
    reader = signed_in(county.app, "jiaoyu")
    form = reader.get(reader.get(f"/tasks/{county.tasks()[1].id}").links()["更新进展"])
    again = reader.press(form, "保存进展", {"percent": percent, "done": "两所园完成主体。"}, 400)
    assert "完成进度请填0到100之间的整数" in again.text
    assert again.value("percent") == percent
    assert again.value("done") == "两所园完成主体。"
    assert county.tasks()[1].percent is None


def test_two_people_at_one_task_the_second_reads_the_newer_words_and_loses_none(county: World) -> None:
    first, second = signed_in(county.app, "jiaoyu"), signed_in(county.app, "jiaoyu")
    path = first.get(f"/tasks/{county.tasks()[1].id}").links()["更新进展"]
    opened = second.get(path)
    first.press(first.get(path), "保存进展", {"percent": "40", "done": "同事写的。"})
    clash = second.press(opened, "保存进展", {"percent": "50", "done": "我写的。"}, 409)
    assert "别人刚刚更新了这项内容" in clash.text
    assert "同事刚保存的内容" in clash.text
    assert "同事写的。" in clash.text
    assert clash.value("done") == "我写的。"
    assert county.tasks()[1].percent == 40
    second.press(clash, "保存进展")
    assert county.tasks()[1].percent == 50


def test_a_task_is_asked_to_be_closed_sent_back_asked_again_and_closed(county: World) -> None:
    in_march(county)
    path = f"/tasks/{county.tasks()[1].id}"
    lead, office = signed_in(county.app, "jiaoyu"), signed_in(county.app, "zhuanban")
    form = lead.get(lead.get(path).links()["申请办结"])
    assert "请写明完成情况" in lead.press(form, "申请办结", {"words": " "}, 400).text
    kept = lead.press(form, "申请办结", {"words": "两所园均已挂牌。"}, 400)
    assert "申请办结要有佐证" in kept.text
    assert kept.value("words") == "两所园均已挂牌。"
    lead.press(kept, "申请办结", {"paper": "局档案室，云教字〔2025〕3号"})
    assert "申请办结" not in lead.get(path).buttons()
    check = office.get(office.get(path).links()["核查：销号或退回"])
    assert "两所园均已挂牌。" in check.text
    assert "请写明退回理由" in office.press(check, "退回重办", {"words": ""}, 400).text
    office.press(check, "退回重办", {"words": "请附挂牌文件。"})
    story = lead.get(path).text
    assert "专班办公室联络员退回重办 请附挂牌文件。" in story
    assert "县教育局联络员申请办结 两所园均已挂牌。" in story
    lead.press(lead.get(f"{path}/closing-request"), "申请办结", {"words": "文件已附。"})
    closing = office.get(f"{path}/closing")
    assert "云教字〔2025〕3号" in closing.text
    assert "请选择办结评价" in office.press(closing, "销号", status=400).text
    closed = office.press(closing, "销号", {"grade": "excellent"})
    assert "已销号，办结评价：优秀。" in closed.text
    assert "核准销号，评价优秀" in closed.text
    assert "已销号，不再催办。" in closed.text
    assert "没有等待办理的事项。" in closed.text
    assert lead.get(path).buttons() == []


def test_a_closing_overtaken_by_new_progress_is_shown_again_with_its_words(county: World) -> None:
    in_march(county)
    task = county.tasks()[1]
    lead = signed_in(county.app, "jiaoyu")
    form = lead.get(f"/tasks/{task.id}/closing-request")
    part = next(p for p in county.parts(task.id) if p.unit_id == county.unit_id(LEAD))
    with county.app.app_context():
        word = progress.Word(70, "又有进展。")
        progress.update(county.actor(LEAD), part.id, word, seen_version=part.version, now=county.now)
    again = lead.press(form, "申请办结", {"words": "全部完成。", "paper": "局档案室"}, 409)
    assert again.value("words") == "全部完成。"
    assert "又有进展。" in again.text
    lead.press(again, "申请办结")
    assert county.tasks()[1].state is TaskState.CLOSING


def test_the_letters_are_told_to_those_they_concern_alone(county: World) -> None:
    county.run_to(date(2025, 3, 5))
    path = f"/tasks/{county.tasks()[0].id}"
    told = "催办单：县教育局签收，发县教育局联络员（联络员）、县教育局副局长（分管领导）"
    assert told in signed_in(county.app, "jiaoyu").get(path).text
    assert told in signed_in(county.app, "fuxianzhang").get(path).text
    theirs = signed_in(county.app, "caizheng").get(path).text
    assert told not in theirs
    assert "催办单：县财政局签收" in theirs


def test_a_long_story_is_cut_and_can_be_read_whole(county: World) -> None:
    task, actor = county.tasks()[0], county.actor(LEAD)
    with county.app.app_context():
        for percent in range(70):
            part = next(p for p in county.parts(task.id) if p.unit_id == county.unit_id(LEAD))
            word = progress.Word(percent, "推进中。")
            progress.update(actor, part.id, word, seen_version=part.version, now=county.now)
    reader = signed_in(county.app, "jiaoyu")
    cut = reader.get(f"/tasks/{task.id}")
    assert "计划下达" not in cut.text
    assert "计划下达" in reader.get(cut.links()["显示全部经过"]).text

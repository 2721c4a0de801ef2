"""新旧对照 as the office sees it: upload, comparison, pairing, taking, former versions, downloads."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.models import Plan, Task
from tests.editions import FIRST, FUNDS, KINDERGARTENS, SECOND, TEACHERS, edition, read, renew, running, take
from tests.pages import Page, Reader, check, signed_in, words_of
from tests.world import LEAD, SHARER, World
from workflows.lifecycle import TaskState


@pytest.fixture
def county(sqlite_world: World) -> World:
    running(sqlite_world, *FIRST)
    sqlite_world.run_to(date(2025, 3, 4))
    sqlite_world.sign(LEAD)
    sqlite_world.sign(SHARER)
    sqlite_world.run_to(date(2025, 3, 20))
    sqlite_world.file(LEAD, "2025-03")
    return sqlite_world


@pytest.fixture
def office(county: World) -> Reader:
    return signed_in(county.app, "zhuanban")


def upload(reader: Reader, plan_id: int, content: bytes, status: int = 200) -> Page:
    """Send the form of the new version with a file, as a browser does."""
    path = f"/plans/{plan_id}/new-version"
    token = reader.get(path).form_with("读入并对照")[0].find(".//input[@name='csrf_token']")
    assert token is not None
    fields = {"csrf_token": token.get("value"), "text": "", "title": ""}
    file = FileStorage(io.BytesIO(content), "计划（修订）.txt", "file")
    boundary, body = encode_multipart({**fields, "file": file})
    kind = f"multipart/form-data; boundary={boundary}"
    answer = reader.client.post(path, data=body, content_type=kind, follow_redirects=True)
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, html
    return Page(answer.status_code, answer.request.path, check(html), html)


def strip(page: Page) -> dict[str, str]:
    """The figures on top, by their words."""
    [found] = page.all("nav", "strip")
    said = [words_of(div) for div in found.iter("div")]
    return dict(zip(said[1::2], said[::2], strict=True))


def test_an_uploaded_new_version_leads_to_the_comparison_with_its_counts(
    county: World, office: Reader
) -> None:
    assert "上传新版本" in office.get("/plans/1").links()
    page = upload(office, 1, edition(*SECOND))
    assert re.fullmatch(r"/plans/\d+/changes", page.path)
    assert strip(page) == {"新增": "1", "不再列入": "1", "有改动": "3", "只改序号章节": "0", "没有变": "0"}
    assert "新开6件、改期1件、撤销4件，其余11件不动" in page.text


def test_the_comparison_marks_words_units_and_dates_and_says_what_follows(
    county: World, office: Reader
) -> None:
    page = office.get(f"/plans/{renew(county, 1, *SECOND)}/changes")
    assert {words_of(e) for e in page.all("del")} >= {"十二", "县民政局", "2025年6月30日（周一）"}
    assert {words_of(e) for e in page.all("ins")} >= {"十五", "、图书", "2025年12月31日（周三）"}
    effects = [words_of(li) for ul in page.all("ul", "effects") for li in ul.iter("li")]
    assert (
        "改期 县教育局：完成，2025年6月30日（周一）改为2025年12月31日（周三） 12月10日（周三）发首封预告"
        in effects
    )
    assert "撤销 县民政局：签收，原定2025年3月4日（周二），不再催办" in effects
    assert any(e.startswith("新开 县教育局、县民政局：签收，2025年3月21日（周五）前") for e in effects)


def test_taking_it_leads_to_the_plan_with_its_former_version_and_withdrawn_task(
    county: World, office: Reader
) -> None:
    page = office.get(f"/plans/{renew(county, 1, *SECOND)}/changes")
    plan = office.press(page, "采用新版本")
    assert plan.path == "/plans/1"
    assert "新版本已采用。" in plan.text
    assert "历史版本" in plan.text
    assert "已撤销的任务" in plan.text
    assert strip(plan)["任务"] == "4"
    former = office.client.get(plan.links()["计划.txt"])
    assert former.data == edition(*FIRST)
    current = office.client.get(plan.links()["下载原文件"])
    assert current.data == edition(*SECOND)
    for answer in (former, current):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_withdrawn_task_is_found_and_says_what_became_of_it(county: World, office: Reader) -> None:
    take(county, renew(county, 1, *SECOND))
    gone = county.one(sa.select(Task).where(Task.state == TaskState.WITHDRAWN))
    page = office.get(f"/tasks/{gone.id}")
    assert "任务已撤销。" in page.text
    assert "专班办公室联络员采用新版文件，不再列入本任务，任务撤销" in page.text
    assert not set(page.buttons()) & {"签收", "更新进展", "销号", "申请办结"}
    assert "落实经费保障" in office.get("/search?words=经费").text
    for everyday in ("/ledger", "/tasks", "/desk"):
        assert "落实经费保障" not in office.get(everyday).text
    lead = signed_in(county.app, "jiaoyu")
    assert "落实经费保障" not in lead.get("/tasks").text
    assert "已撤销" in lead.get(f"/tasks/{gone.id}").text


def test_the_lists_count_without_withdrawn_tasks(county: World, office: Reader) -> None:
    before = office.get("/plans").text
    take(county, renew(county, 1, *SECOND[:1]))
    after = office.get("/plans").text
    assert "4项" in before
    assert "1项" in after
    assert "4项" not in after


def test_when_something_changed_meanwhile_the_page_comes_again_with_what_is_new(
    county: World, office: Reader
) -> None:
    page = office.get(f"/plans/{renew(county, 1, *SECOND)}/changes")
    county.file(SHARER, "2025-03")
    again = office.press(page, "采用新版本", status=409)
    alerts = [words_of(p) for p in again.all("p", "note") if p.get("role") == "alert"]
    assert any("查看之后有变化" in alert for alert in alerts)
    assert "撤销3件" in again.text
    assert office.press(again, "采用新版本").path == "/plans/1"


def test_the_second_of_two_windows_reads_that_it_was_taken(county: World, office: Reader) -> None:
    page = office.get(f"/plans/{renew(county, 1, *SECOND)}/changes")
    office.press(page, "采用新版本")
    late = office.press(page, "采用新版本", status=409)
    assert "这个新版本已经采用或删除" in late.text


def test_a_wrong_pairing_is_put_right_on_its_page_and_survives_a_reload(
    county: World, office: Reader
) -> None:
    draft_id = renew(county, 1, *SECOND)
    page = office.get(f"/plans/{draft_id}/changes")
    link = page.links()["对应原任务：扩大普惠学位"]
    old = county.one(sa.select(Task).join(Plan).where(Task.title == FUNDS.title, Plan.replaces_id.is_(None)))
    saved = office.press(office.get(link), "保存对应", {"old": str(old.id)})
    assert strip(saved)["新增"] == "0"
    again = office.get(f"/plans/{draft_id}/changes")
    assert "（人工指定）" in again.text
    assert strip(again)["不再列入"] == "0"
    back = office.press(office.get(link), "保存对应", {"old": "auto"})
    assert strip(back)["新增"] == "1"


def test_a_choice_that_is_none_of_the_list_is_refused_beside_the_field(county: World, office: Reader) -> None:
    draft_id = renew(county, 1, *SECOND)
    link = office.get(f"/plans/{draft_id}/changes").links()["对应原任务：扩大普惠学位"]
    assert office.press(office.get(link), "保存对应", {"old": "9999"}, status=400).all("div", "wrong")


def test_names_nobody_knows_are_said_and_there_is_nothing_to_press(county: World, office: Reader) -> None:
    draft_id = renew(county, 1, KINDERGARTENS.but(responsible=("县数据局",)), TEACHERS)
    page = office.get(f"/plans/{draft_id}/changes")
    assert "“县数据局”没有对应的单位" in page.text
    assert "采用新版本" not in page.buttons()
    assert page.links()["到核对页解决"] == f"/plans/{draft_id}#obstacles"


def test_the_desk_of_a_new_version_leads_to_the_comparison_and_not_to_the_issue(
    county: World, office: Reader
) -> None:
    draft_id = renew(county, 1, *SECOND)
    desk = office.get(f"/plans/{draft_id}")
    assert "新旧对照" in desk.buttons()
    assert "下达" not in desk.buttons()
    assert office.goes_to(f"/plans/{draft_id}/issue") == f"/plans/{draft_id}/changes"
    assert office.get("/plans/1").links()["看新旧对照"] == f"/plans/{draft_id}/changes"


def test_a_draft_is_renewed_on_the_same_page(sqlite_world: World) -> None:
    plan_id = read(sqlite_world, *FIRST)
    office = signed_in(sqlite_world.app, "zhuanban")
    page = upload(office, plan_id, edition(*SECOND))
    assert "原计划还是草稿" in page.text
    assert office.press(page, "采用新版本").path == f"/plans/{plan_id}"


def test_a_file_without_tasks_is_refused_and_the_plan_is_as_it_was(county: World, office: Reader) -> None:
    page = upload(office, 1, "今天天气很好。".encode(), status=400)
    assert page.all("div", "wrong")
    assert county.count(Plan) == 1


def test_a_plan_that_is_no_new_version_has_no_comparison(county: World, office: Reader) -> None:
    assert "不是哪个计划的新版本" in office.get("/plans/1/changes", status=409).text
    assert "没有找到" in office.get("/plans/99/changes", status=404).text


def test_a_leader_reads_the_comparison_and_has_nothing_to_press(county: World) -> None:
    draft_id = renew(county, 1, *SECOND)
    page = signed_in(county.app, "fuxianzhang").get(f"/plans/{draft_id}/changes")
    assert "采用新版本" not in page.buttons()
    assert "换一个对应" not in page.text


def test_a_former_file_is_given_out_only_under_its_own_plan(county: World, office: Reader) -> None:
    take(county, renew(county, 1, *SECOND))
    other = read(county, *FIRST)
    assert office.client.get("/plans/1/former/1").status_code == 200
    assert office.client.get(f"/plans/{other}/former/1").status_code == 404


def test_a_thousand_unchanged_tasks_make_a_short_page(county: World, office: Reader) -> None:
    same = [
        KINDERGARTENS.but(title=f"第{n}类园舍改造", words=f"改造第{n}类园舍{n + 3}处。") for n in range(60)
    ]
    plan_id = read(county, *same)
    page = office.get(f"/plans/{renew(county, plan_id, *same)}/changes")
    assert strip(page)["没有变"] == "60"
    assert not page.all("ul", "effects")

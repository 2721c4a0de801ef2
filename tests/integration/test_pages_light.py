"""Lights and paces on pages, and the two answers of a month's report that they are judged by."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.models import Report, Task
from tests.county import GARDENS, MARCH, in_march, march_duties, month_path
from tests.pages import Page, signed_in, words_of
from tests.world import LEAD, SHARER, Asked, World
from workflows.lifecycle import OnTime


def _lamps(page: Page) -> list[str]:
    return [words_of(lamp) for lamp in page.all("details", "lamp")]


def test_a_list_opens_every_light_on_its_reason_its_rule_and_its_mend(sqlite_world: World) -> None:
    sqlite_world.issue(GARDENS, Asked("改善办园条件"))
    sqlite_world.clock.go_to(date(2026, 1, 5))
    office = signed_in(sqlite_world.app, "zhuanban")
    for path in ("/ledger", "/search?words=园", f"/plans/{sqlite_world.tasks()[0].plan_id}"):
        late, filed = _lamps(office.get(path))
        assert late.startswith("红灯：逾期")
        assert "已过，任务尚未销号，完成0%。（规则：逾期，亮灯规则第1版）" in late
        assert "怎样变绿：完成任务并申请办结，由督查室销号。" in late
        assert "（规则：逾期未报，亮灯规则第1版）" in filed
    opened = [lamp.get("open") is not None for lamp in office.get("/ledger").all("details", "lamp")]
    assert opened == [True, True]


def test_the_five_classes_stand_on_the_front_page_and_lead_to_their_tasks(sqlite_world: World) -> None:
    sqlite_world.issue(GARDENS, Asked("改善办园条件"), Asked("清理无证幼儿园", due=date(2025, 6, 30)))
    sqlite_world.close(_signed(sqlite_world)[2].id)
    sqlite_world.clock.go_to(date(2025, 3, 10))
    office = signed_in(sqlite_world.app, "zhuanban")
    [classes] = office.get("/supervision").all("nav", "paces")
    counted_classes = {words_of(a): a.get("href", "") for a in classes.iter("a")}
    assert list(counted_classes) == [
        "达序时133.3%",
        "欠序时00.0%",
        "超序时00.0%",
        "已完成133.3%",
        "其他133.3%",
    ]
    titles = {
        name: [words_of(a) for a in office.get(path).all("a", "t")] for name, path in counted_classes.items()
    }
    assert list(titles.values()) == [["建设2所家园共育示范园"], [], [], ["清理无证幼儿园"], ["改善办园条件"]]
    chosen = office.press(office.get("/ledger"), "筛选", {"pace": "done"})
    assert "任务 1项" in chosen.text


def _signed(world: World) -> list[Task]:
    world.sign(LEAD)
    world.sign(SHARER)
    return world.tasks()


def test_the_month_s_page_asks_whether_it_will_be_in_time_and_keeps_the_answer(sqlite_world: World) -> None:
    sqlite_world.issue(GARDENS)
    in_march(sqlite_world)
    [duty] = march_duties(sqlite_world)
    reader, path, row = signed_in(sqlite_world.app, "jiaoyu"), month_path(sqlite_world), f"row-{duty.id}-"
    saved = reader.press(reader.get(path), "保存草稿", {f"{row}on_time": "risky", f"{row}waiting": "y"})
    assert "草稿已保存。" in saved.text
    [draft] = sqlite_world.all(sa.select(Report))
    assert (draft.on_time, draft.waiting, draft.percent) == (OnTime.RISKY, True, None)
    untouched = reader.press(reader.get(path), "保存草稿")
    assert [r.version for r in sqlite_world.all(sa.select(Report))] == [draft.version], untouched.text
    typed = {f"{row}percent": "20", f"{row}done": "等待招标。", f"{row}on_time": "unable"}
    reader.press(reader.get(path), "报送", typed)
    [filed] = sqlite_world.all(sa.select(Report))
    assert (filed.on_time, filed.waiting) == (OnTime.UNABLE, True)
    review = signed_in(sqlite_world.app, "zhuanban").get("/supervision/review")
    assert "20% 不能按期 按计划等待" in review.text
    assert "不能按期 按计划等待" in reader.get(path).text
    assert "为什么是红灯" in reader.get(f"/tasks/{duty.task_id}").text


def test_an_answer_that_is_none_of_the_three_is_refused_and_the_words_stay(sqlite_world: World) -> None:
    sqlite_world.issue(GARDENS)
    in_march(sqlite_world)
    [duty] = march_duties(sqlite_world)
    reader, row = signed_in(sqlite_world.app, "jiaoyu"), f"row-{duty.id}-"
    typed = {f"{row}percent": "20", f"{row}done": "等待招标。", f"{row}on_time": "perhaps"}
    page = reader.press(reader.get(month_path(sqlite_world)), "报送", typed, status=400)
    assert page.value(f"{row}done") == "等待招标。"
    assert sqlite_world.count(Report) == 0


def test_an_answer_given_in_a_row_that_a_colleague_filed_meanwhile_is_given_back(
    sqlite_world: World,
) -> None:
    sqlite_world.issue(GARDENS)
    in_march(sqlite_world)
    [duty] = march_duties(sqlite_world)
    reader, row = signed_in(sqlite_world.app, "jiaoyu"), f"row-{duty.id}-"
    page = reader.get(month_path(sqlite_world))
    sqlite_world.file(LEAD, MARCH)
    late = reader.press(page, "报送", {f"{row}on_time": "risky", f"{row}waiting": "y"}, status=409)
    assert [words_of(typed) for typed in late.all("textarea")] == ["能否按期：有风险", "按计划等待"]

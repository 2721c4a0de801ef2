"""The pages of requests: a unit asks from its task, the office answers, everybody sees what concerns him."""

from __future__ import annotations

from datetime import date

import pytest

from app.models import Task
from tests.asking import answer, ask, completion, extend, the
from tests.pages import Page, Reader, signed_in
from tests.world import LEAD, SHARER, STRANGER, Asked, World
from workflows.lifecycle import RequestState, TaskState
from workflows.requests import RequestKind, Stage

DUE = date(2025, 5, 30)


@pytest.fixture
def task_id(world: World) -> int:
    world.issue(Asked("改善幼儿园办园条件", due=DUE))
    world.sign(LEAD)
    world.sign(SHARER)
    return world.tasks()[0].id


@pytest.fixture
def lead(world: World, task_id: int) -> Reader:
    return signed_in(world.app, "jiaoyu")


@pytest.fixture
def office(world: World, task_id: int) -> Reader:
    return signed_in(world.app, "zhuanban")


def form(world: World, reader: Reader, task_id: int, kind: str, unit: str = LEAD) -> Page:
    return reader.get(f"/tasks/{task_id}/requests/{kind}/{world.unit_id(unit)}")


def test_the_menu_offers_only_what_is_open_now(world: World, lead: Reader, task_id: int) -> None:
    page = lead.get(f"/tasks/{task_id}")
    assert {"延期", "异议（转办）", "协调", "调整", "暂缓", "撤销", "转常态"} <= set(page.links())
    sharer = signed_in(world.app, "caizheng").get(f"/tasks/{task_id}")
    assert {"异议（转办）", "协调"} <= set(sharer.links())
    assert "延期" not in sharer.links()
    world.clock.go_to(date(2025, 3, 7))
    assert "异议（转办）" not in signed_in(world.app, "caizheng").get(f"/tasks/{task_id}").links()
    duty = lead.get(f"/duties/{completion(world, task_id).id}")
    assert duty.links()["延期"].endswith(f"/tasks/{task_id}/requests/extension/{world.unit_id(LEAD)}")


def test_a_unit_asks_for_an_extension_and_the_office_grants_less(
    world: World, lead: Reader, office: Reader, task_id: int
) -> None:
    page = lead.get(f"/tasks/{task_id}")
    page = lead.get(page.links()["延期"])
    assert "最多可延至2025年6月28日（周六）" in page.text
    typed = {"wanted_on": "2025-06-20", "reason": "审图未完成。", "progress": "主体已完工。"}
    page = lead.press(page, "提交申请", typed)
    assert "延期申请已提交" in page.text
    assert "等待答复期间不催办、不升级" in page.text
    front = office.get("/supervision")
    assert "待答复请求" in front.text
    page = office.get(front.links()["1待答复请求"])
    page = office.get(page.links()["延期 · 1. 改善幼儿园办园条件"])
    assert page.value("granted_on") == "2025-06-20"
    page = office.press(page, "同意", {"granted_on": "2025-06-13", "words": "请抓紧。"})
    assert "已答复" in page.text
    shown = lead.get(f"/tasks/{task_id}")
    assert "原定2025年5月30日（周五），曾延期1次" in shown.text
    assert "2025年6月13日（周五）" in shown.text
    assert "专班办公室联络员答复县教育局的延期申请：同意，完成时限改为2025年6月13日（周五）" in shown.text


def test_what_was_typed_stays_when_it_cannot_be_taken(world: World, lead: Reader, task_id: int) -> None:
    typed = {"wanted_on": "2025-09-30", "reason": "审图未完成。", "progress": "主体已完工。"}
    page = lead.press(form(world, lead, task_id, "extension"), "提交申请", typed, 400)
    assert "这次最多可延至2025年6月28日" in page.text
    assert (page.value("wanted_on"), page.value("reason")) == ("2025-09-30", "审图未完成。")
    page = lead.press(page, "提交申请", {"wanted_on": "明年", "reason": ""}, 400)
    assert "没有这一天" in page.text
    assert "请写明理由" in page.text
    assert page.value("progress") == "主体已完工。"


def test_an_answer_that_came_second_shows_the_words_again(
    world: World, lead: Reader, office: Reader, task_id: int
) -> None:
    request_id = extend(world, task_id, date(2025, 6, 20))
    page = office.get(f"/requests/{request_id}")
    answer(world, request_id, by=world.leader)
    page = office.press(page, "不同意", {"words": "雨季前必须完工。"}, 409)
    assert "别人刚刚更新了这项内容" in page.text
    assert the(world, request_id).state is RequestState.GRANTED


def test_a_refusal_without_words_is_not_taken(world: World, office: Reader, task_id: int) -> None:
    request_id = extend(world, task_id, date(2025, 6, 20))
    page = office.press(office.get(f"/requests/{request_id}"), "不同意", {"granted_on": "2025-06-10"}, 400)
    assert "请写明理由" in page.text
    assert page.value("granted_on") == "2025-06-10"
    page = office.press(page, "不同意", {"words": "雨季前必须完工。"})
    assert the(world, request_id).state is RequestState.REFUSED
    assert "雨季前必须完工。" in page.text


def test_the_office_puts_it_before_the_leader_who_answers(world: World, office: Reader, task_id: int) -> None:
    request_id = extend(world, task_id, date(2025, 6, 20))
    page = office.press(office.get(f"/requests/{request_id}"), "报责任领导", {"words": "拟同意。"})
    assert "责任领导副县长" in page.text
    assert the(world, request_id).stage is Stage.LEADER
    leader = signed_in(world.app, "fuxianzhang")
    leader.press(leader.get(f"/requests/{request_id}"), "同意")
    assert the(world, request_id).state is RequestState.GRANTED


def test_the_unit_that_blocks_finds_it_on_its_desk_and_answers(
    world: World, lead: Reader, task_id: int
) -> None:
    page = form(world, lead, task_id, "coordination")
    stranger = str(world.unit_id(STRANGER))
    page = lead.press(page, "提交申请", {"other_unit": stranger, "reason": "用地手续卡在贵局。"})
    assert "等谁答复" in page.text
    blocker = signed_in(world.app, "minzheng")
    desk = blocker.get("/desk")
    page = blocker.get(desk.links()["请求答复 · 1. 改善幼儿园办园条件"])
    assert "看任务" not in page.links()
    page = blocker.press(page, "不能解决", {"words": "权限在市里。"})
    assert "转督查室协调" in page.text
    assert "请求答复" not in " ".join(blocker.get("/desk").links())


def test_an_objection_is_signed_and_the_part_goes_over(
    world: World, lead: Reader, office: Reader, task_id: int
) -> None:
    page = form(world, lead, task_id, "objection")
    page = lead.press(page, "提交申请", {"reason": "不属于本单位职责。"}, 400)
    assert "主要负责人签字" in page.text
    page = lead.press(page, "提交申请", {"signed_by": "孙局长"})
    [_, number] = page.path.rsplit("/", 1)
    page = office.press(office.get(page.path), "同意", status=400)
    assert "请选择改由哪个单位承担" in page.text
    office.press(page, "同意", {"other_unit": str(world.unit_id(STRANGER))})
    assert the(world, int(number)).state is RequestState.GRANTED
    assert lead.get(f"/tasks/{task_id}", 404).status == 404
    assert "改善幼儿园办园条件" in signed_in(world.app, "minzheng").get("/desk").text


@pytest.mark.parametrize(
    ("kind", "typed", "given", "said"),
    [
        (
            "adjustment",
            {"cause": "budget", "wanted_on": "2025-12-31", "reason": "资金核减。"},
            "云政办〔2025〕8号",
            "改时限",
        ),
        ("withdrawal", {"cause": "policy", "reason": "上级取消。"}, "云政办〔2025〕9号", "任务已撤销"),
        ("routine", {"reason": "已转日常工作。"}, "", "转为常态工作"),
    ],
)
def test_the_other_kinds_are_asked_for_and_granted(
    world: World,
    lead: Reader,
    office: Reader,
    task_id: int,
    kind: str,
    typed: dict[str, str],
    given: str,
    said: str,
) -> None:
    page = lead.press(form(world, lead, task_id, kind), "提交申请", typed)
    page = office.get(page.path)
    if given:
        page = office.press(page, "同意", status=400)
        assert "请填写文号" in page.text
    page = office.press(page, "同意", {"document": given} if given else {})
    assert said in page.text


def test_a_task_is_suspended_and_let_go_on_by_the_office(
    world: World, lead: Reader, office: Reader, task_id: int
) -> None:
    page = lead.press(form(world, lead, task_id, "suspension"), "提交申请", {"reason": "等上级批复。"})
    office.press(office.get(page.path), "同意")
    assert "任务暂缓。" in lead.get(f"/tasks/{task_id}").text
    assert "恢复办理" not in lead.get(f"/tasks/{task_id}").buttons()
    page = office.press(office.get(f"/tasks/{task_id}"), "恢复办理")
    assert "任务已恢复办理" in page.text
    assert world.get(Task, task_id).state is TaskState.UNDERWAY


def test_a_unit_withdraws_and_may_ask_again(world: World, lead: Reader, task_id: int) -> None:
    request_id = extend(world, task_id, date(2025, 6, 20))
    barred = form(world, lead, task_id, "extension")
    assert "已有一件延期申请在等待答复" in barred.text
    page = lead.press(lead.get(f"/requests/{request_id}"), "撤回")
    assert "已撤回" in page.text
    assert "延期" in lead.get(f"/tasks/{task_id}").links()


def test_strangers_find_nothing_and_units_only_their_own(world: World, lead: Reader, task_id: int) -> None:
    request_id = ask(world, task_id, RequestKind.COORDINATION, other_unit_id=world.unit_id(SHARER))
    stranger, sharer = signed_in(world.app, "minzheng"), signed_in(world.app, "caizheng")
    assert stranger.get(f"/requests/{request_id}", 404).status == 404
    assert "没有等待答复的请求" in stranger.get("/requests").text
    assert "协调 · 1. 改善幼儿园办园条件" in sharer.get("/requests").links()
    assert stranger.get(f"/tasks/{task_id}/requests/extension/{world.unit_id(LEAD)}", 404).status == 404
    assert sharer.get(f"/tasks/{task_id}/requests/extension/{world.unit_id(LEAD)}", 404).status == 404
    assert lead.get(f"/tasks/{task_id}/requests/nothing/{world.unit_id(LEAD)}", 404).status == 404

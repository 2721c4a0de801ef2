"""The chase as the office steers it: a ladder is changed, an outage is looked into."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.db import transaction
from app.engine import run
from app.engine.auditor import audit
from app.models import Duty
from tests.browser.conftest import House, fits, picture, sign_in
from tests.world import LEAD, SHARER, Asked, World
from workflows.cadence import DutyKind
from workflows.escalation import LetterKind
from workflows.lifecycle import DutyState

TASK = "新建县第三幼儿园"
DUE = date(2025, 5, 30)


def engine_turn(house: House) -> None:
    """A whole turn of the engine, heartbeat and all."""
    with house.app.app_context():
        run.turn(house.app.extensions["post"], house.world.now)


def months(world: World, state: DutyState = DutyState.OPEN) -> list[Duty]:
    return world.duties(kind=DutyKind.MONTHLY_REPORT, state=state)


def test_the_office_changes_a_ladder_sees_what_it_costs_and_takes_it_into_use(
    house: House, tab: Page
) -> None:
    world = house.world
    world.issue(Asked(TASK, LEAD, (SHARER,), due=DUE))
    world.clock.go_to(date(2025, 3, 20))
    engine_turn(house)
    before = {duty.id: duty.next_action_at for duty in months(world)}
    tab.goto("/rules")
    sign_in(tab, "zhuanban")
    tab.get_by_role("button", name="修改升级阶梯").click()
    tab.get_by_role("row").filter(has_text="开放时通知").get_by_role("link", name="月报", exact=True).click()
    advance = tab.locator("#rung-2")
    expect(advance.get_by_label("第2级发什么信")).to_have_value("advance")
    advance.get_by_label("第2级几个工作日").fill("2")
    tab.get_by_role("button", name="保存月报的阶梯").click()
    expect(tab.get_by_role("status")).to_contain_text("草稿已保存")

    tab.get_by_role("link", name="推演").click()
    expect(tab.get_by_role("heading", name="每人每周的信")).to_be_visible()
    expect(tab.get_by_role("group", name="合计")).to_contain_text("信（封）")
    assert fits(tab)
    picture(tab, "simulation")
    assert {duty.id: duty.next_action_at for duty in months(world)} == before  # nothing was written

    tab.get_by_role("link", name="去采用").click()
    expect(tab.locator("#changes")).to_contain_text("到期前2个工作日")
    tab.get_by_label("为什么这样改").fill("单位反映一天来不及，提前到两天。")
    tab.get_by_role("button", name="采用为新的一版").click()
    expect(tab.get_by_role("status")).to_contain_text("已采用")
    tab.get_by_role("button", name="移到新版").click()
    expect(tab.get_by_role("status")).to_contain_text("未办事项已移到新版")
    assert fits(tab)

    moved = months(world)
    assert {duty.id for duty in moved} == set(before)
    assert all(duty.epoch == 2 for duty in moved)
    house.world.clock.go_to(date(2025, 3, 21))
    house.turn()
    told = [notice for notice in world.notices(moved[0].id) if notice.epoch == 2]
    assert {notice.kind for notice in told} == {LetterKind.ADVANCE}  # two working days before the 25th
    assert "第2版" in told[0].reason


def test_after_an_outage_the_page_says_how_long_and_what_the_auditor_mended(house: House, tab: Page) -> None:
    world = house.world
    world.issue(Asked(TASK, LEAD, (SHARER,), due=DUE))
    engine_turn(house)
    with house.app.app_context(), transaction() as s:
        lost = sa.update(Duty).where(Duty.kind == DutyKind.COMPLETION).values(next_action_at=None)
        s.execute(lost)  # as no code of ours ever should
    world.clock.forward(days=9)
    engine_turn(house)
    with house.app.app_context():
        assert audit(world.now).repaired == 1
    world.clock.forward(minutes=1)
    tab.goto("/engine")
    sign_in(tab, "zhuanban")
    expect(tab.locator("#gaps")).to_contain_text("2025年3月3日 10:00")
    expect(tab.locator("#gaps")).to_contain_text("2025年3月12日 10:00")
    expect(tab.locator("#audit")).to_contain_text("1件失去下次提醒时间的事项已重新排上")
    expect(tab.locator("#repaired")).to_contain_text(TASK)
    assert fits(tab)
    picture(tab, "engine")
    tab.locator("#repaired").get_by_role("link", name=TASK).click()
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    [completion] = world.duties(kind=DutyKind.COMPLETION)
    assert completion.next_action_at is not None
    assert completion.next_action_at > world.now + timedelta(days=1)

"""The story of a county leader: one page says how things stand, and behind every number stand its rows."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, House, fits, sign_in
from tests.world import LEAD, SHARER, Asked


def test_the_leader_reads_one_page_and_finds_nothing_to_press(house: House, tab: Page) -> None:
    world = house.world
    world.issue(Asked("改善幼儿园办园条件", lead="县政府"), Asked("建设2所示范园", due=date(2025, 4, 30)))
    world.sign(LEAD)
    world.run_to(date(2025, 3, 25))
    world.file(LEAD, "2025-03", percent=10, done="完成选址。")
    world.run_to(date(2025, 3, 28))

    tab.goto("/")
    sign_in(tab, "fuxianzhang")
    expect(tab).to_have_url(f"{house.url}/supervision")
    expect(tab.get_by_role("heading", name="督办台")).to_be_visible()
    expect(tab.get_by_role("row").filter(has_text="签收（2项任务）")).to_contain_text("县财政局")
    expect(tab.get_by_role("link", name=f"{SHARER}2025年3月： 0/2 未齐")).to_be_visible()
    expect(tab.get_by_text("完成选址。").first).to_be_visible()
    assert tab.locator("main button").count() == 0

    tab.get_by_role("link", name="签收（2项任务）").click()
    expect(tab.get_by_text("副县长（责任领导）")).to_be_visible()
    assert tab.locator("main button").count() == 0
    tab.goto("/plans")
    expect(tab.get_by_role("link", name="导入计划")).to_have_count(0)


def test_the_page_of_the_leader_fits_a_phone(house: House, tab: Page) -> None:
    house.world.issue(Asked("改善幼儿园办园条件"))
    house.world.run_to(date(2025, 3, 26))
    tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
    tab.goto("/")
    sign_in(tab, "fuxianzhang")
    expect(tab.get_by_role("heading", name="月报齐套")).to_be_visible()
    assert fits(tab)

"""The story of an extension: a department asks, the office grants it, and light, ladder and letters follow."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, House, fits, sign_in
from tests.world import LEAD, SHARER, Asked
from workflows.cadence import DutyKind
from workflows.lifecycle import Hold


def enter(tab: Page, house: House, username: str, path: str) -> None:
    """Be that person, on that page."""
    tab.context.clear_cookies()
    tab.goto(path)
    sign_in(tab, username)
    expect(tab).to_have_url(f"{house.url}{path}")


def ask_for_it(tab: Page) -> None:
    """From the page of the task to the request, by clicks."""
    tab.locator("summary", has_text="申请").click()
    tab.get_by_role("link", name="延期").click()
    expect(tab.get_by_text("最多可延至2025年6月28日（周六）。")).to_be_visible()
    assert fits(tab)
    tab.get_by_label("预计完成日期").fill("2025-06-27")
    tab.get_by_label("理由").fill("施工图审查未完成。")
    tab.get_by_label("目前进展").fill("主体已完工，正在内部装修。")
    tab.get_by_role("button", name="提交申请").click()
    expect(tab.get_by_role("status")).to_contain_text("延期申请已提交")


def test_a_department_asks_for_more_time_and_light_and_ladder_follow(house: House, tab: Page) -> None:
    world = house.world
    world.issue(Asked("改善幼儿园办园条件", due=date(2025, 5, 30)))
    world.sign(LEAD)
    world.sign(SHARER)
    task_id = world.tasks()[0].id
    world.clock.go_to(date(2025, 5, 20))
    house.turn()

    enter(tab, house, "jiaoyu", f"/tasks/{task_id}")
    was_red = tab.locator("header .light").inner_text()
    ask_for_it(tab)
    path = tab.url.removeprefix(house.url)
    [duty] = world.duties(kind=DutyKind.COMPLETION)
    assert (duty.hold, duty.next_action_at) == (Hold.EXTENSION, None)
    house.turn()
    assert any(
        "答复县教育局的延期申请" in letter.subject for letter in house.letters_to("zhuanban@luoshi.example")
    )

    enter(tab, house, "zhuanban", path)
    tab.get_by_label("批准延至").fill("2025-06-20")
    tab.get_by_label("答复意见").fill("请抓紧，不得再延。")
    tab.get_by_role("button", name="同意", exact=True).click()
    expect(tab.get_by_role("status")).to_contain_text("已答复")
    house.turn()
    [duty] = world.duties(kind=DutyKind.COMPLETION)
    assert (duty.due_on, duty.original_due_on, duty.epoch) == (date(2025, 6, 20), date(2025, 5, 30), 2)
    letter = house.letters_to("jiaoyu@luoshi.example")[-1]
    assert "申请" in letter.subject
    assert f"{house.url}{path}" in letter.links

    tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
    enter(tab, house, "jiaoyu", f"/tasks/{task_id}")
    expect(tab.get_by_text("原定2025年5月30日（周五），曾延期1次")).to_be_visible()
    assert tab.locator("header .light").inner_text() != was_red
    assert fits(tab)
    tab.locator("summary", has_text="申请").click()
    expect(tab.get_by_role("link", name="协调")).to_be_visible()
    assert fits(tab)
    tab.goto(f"/duties/{duty.id}")
    expect(tab.get_by_text("第2轮")).to_be_visible()
    assert fits(tab)

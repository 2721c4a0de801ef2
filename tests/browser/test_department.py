"""The story of a department: a letter comes, its link opens the page, and the work is done there."""

from __future__ import annotations

import re
from datetime import date

from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import PHONE, House, fits, picture, sign_in
from tests.county import report_of
from tests.world import LEAD, SHARER, Asked, signer_of
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyState
from workflows.policy import Role
from workflows.units import Post, UnitKind

LIAISON, NURSERY = "jiaoyu@luoshi.example", "县第一幼儿园"
TASKS = (
    Asked("改善幼儿园办园条件", lead="县政府", due=date(2025, 12, 31)),
    Asked("建设2所家园共育示范园", due=date(2025, 12, 31)),
    Asked("清理无证幼儿园", due=date(2025, 4, 30)),
)


def link_in_the_latest_letter(house: House) -> str:
    letter = house.letters_to(LIAISON)[-1]
    [link] = {link for link in letter.links if "/letters/" not in link}
    assert link.startswith(house.url)
    return link


def test_a_liaison_reads_a_letter_signs_reports_and_leaves_a_clean_desk(house: House, tab: Page) -> None:
    world = house.world
    world.issue(*TASKS)
    house.turn()
    [letter] = house.letters_to(LIAISON)
    assert "签收任务" in letter.subject

    tab.goto(link_in_the_latest_letter(house))
    sign_in(tab, "jiaoyu")
    expect(tab).to_have_url(f"{house.url}/desk")
    expect(tab.get_by_text("牵头单位：县政府（由县教育局归口填报）").first).to_be_visible()
    tab.get_by_role("button", name="全部签收（3项）").click()
    expect(tab.get_by_role("status")).to_have_text("已签收3项任务。")
    assert not world.duties(unit=LEAD, kind=DutyKind.SIGN, state=DutyState.OPEN)

    tab.get_by_role("link", name="建设2所家园共育示范园").last.click()
    tab.get_by_role("link", name="更新进展").click()
    tab.get_by_label("完成进度（%）").fill("15")
    tab.get_by_label("本期做了什么").fill("两所园完成选址。")
    expect(tab.locator("#done-count")).to_have_text("8/300字")
    tab.get_by_role("button", name="保存进展").click()
    expect(tab.get_by_text("县教育局更新进展，完成15%")).to_be_visible()

    world.clock.go_to(date(2025, 3, 20))
    house.turn()
    letter = house.letters_to(LIAISON)[-1]
    assert "2025年3月月报（3项任务）" in letter.subject
    tab.goto(link_in_the_latest_letter(house))
    expect(tab).to_have_url(re.compile(r"/reports/\d+/2025-03$"))
    for number, (percent, done) in enumerate([("20", "完成可研。"), ("30", "开工。"), ("10", "摸底。")]):
        tab.get_by_label("完成进度（%）").nth(number).fill(percent)
        tab.get_by_label("本月进展").nth(number).fill(done)
    tab.get_by_role("button", name="报送").click()
    expect(tab.get_by_role("status")).to_have_text("已报送3项，等待督查室审核。")
    expect(tab).to_have_url(f"{house.url}/desk")
    expect(tab.get_by_role("heading", name="今日和本周")).to_have_count(0)
    reports = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)
    assert {duty.state for duty in reports} == {DutyState.FILED}

    before = len(house.letters_to(LIAISON))
    world.clock.go_to(date(2025, 3, 26))
    house.turn()
    assert len(house.letters_to(LIAISON)) == before, "no letter for what was done in time"


def test_last_month_s_words_are_carried_into_the_fields_with_one_click(house: House, tab: Page) -> None:
    world = house.world
    world.issue(TASKS[1])
    world.run_to(date(2025, 3, 21))
    world.file(LEAD, "2025-03", percent=30, done="两所园开工。")
    world.run_to(date(2025, 4, 21))
    tab.goto("/reports")
    sign_in(tab, "jiaoyu")
    tab.get_by_label("完成进度（%）").fill("45")
    tab.get_by_role("button", name="带入上次内容").click()
    expect(tab.get_by_label("本月进展")).to_have_value("两所园开工。")
    expect(tab.get_by_label("完成进度（%）")).to_have_value("45")
    tab.get_by_role("button", name="报送").click()
    expect(tab.get_by_role("status")).to_have_text("已报送1项，等待督查室审核。")
    [april] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period="2025-04")
    assert april.state is DutyState.FILED


def test_what_is_typed_keeps_itself_every_twenty_seconds_and_is_filed_without_asking_anew(
    house: House, tab: Page
) -> None:
    world = house.world
    world.issue(TASKS[1])
    world.run_to(date(2025, 3, 21))
    tab.clock.install()
    tab.goto("/reports")
    sign_in(tab, "jiaoyu")
    tab.get_by_label("本月进展").fill("两所园完成选址。")
    tab.clock.fast_forward(20_000)
    expect(tab.locator("[data-autosave]")).to_contain_text("已自动保存")
    [duty] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)
    assert report_of(world, duty.id).done == "两所园完成选址。"
    assert duty.state is DutyState.OPEN
    tab.get_by_label("完成进度（%）").fill("15")
    tab.clock.fast_forward(20_000)
    expect(tab.locator("[data-autosave]")).to_contain_text("已自动保存")
    tab.get_by_role("button", name="报送").click()
    expect(tab.get_by_role("status").first).to_have_text("已报送1项，等待督查室审核。")
    filed = report_of(world, duty.id)
    assert (filed.percent, filed.done, filed.signed_by) == (15, "两所园完成选址。", signer_of(LEAD))


def test_a_page_that_kept_itself_lets_its_reader_go_without_a_warning(house: House, tab: Page) -> None:
    world = house.world
    world.issue(TASKS[1])
    world.run_to(date(2025, 3, 21))
    asked: list[str] = []

    def go(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    tab.on("dialog", go)
    tab.clock.install()
    tab.goto("/reports")
    sign_in(tab, "jiaoyu")
    tab.get_by_label("本月进展").fill("写了一半")
    tab.clock.fast_forward(20_000)
    expect(tab.locator("[data-autosave]")).to_contain_text("已自动保存")
    tab.get_by_role("link", name="我的待办").click()
    expect(tab.get_by_role("heading", name="我的待办")).to_be_visible()
    assert asked == []
    tab.get_by_role("link", name="月报", exact=True).click()
    expect(tab.get_by_label("本月进展")).to_have_value("写了一半")


def test_a_kindergarten_s_head_files_on_a_phone(house: House, tab: Page) -> None:
    world = house.world
    world.unit(NURSERY, UnitKind.KINDERGARTEN, staffed=False)
    head = world.person(
        "一园园长", unit=NURSERY, post=Post.HEAD, username="yuanzhang", roles=(Role.DEPARTMENT,)
    )
    world.issue(
        Asked("评选家园共育示范班", responsible=(NURSERY,)),
        Asked("每学期开展安全演练", responsible=(NURSERY,)),
    )
    world.run_to(date(2025, 3, 21))
    tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
    tab.goto("/reports")
    sign_in(tab, "yuanzhang")
    expect(tab.get_by_role("heading", name="本园的事")).to_be_visible()
    assert fits(tab)
    for number, (percent, done) in enumerate([("40", "大班完成评选。"), ("50", "开展火灾演练一次。")]):
        tab.get_by_label("完成进度（%）").nth(number).fill(percent)
        tab.get_by_label("本月进展").nth(number).fill(done)
    button = tab.get_by_role("button", name="报送")
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44, "a thumb can hit it"
    button.click()
    expect(tab.get_by_role("status").first).to_have_text("已报送2项，等待督查室审核。")
    reports = world.duties(unit=NURSERY, kind=DutyKind.MONTHLY_REPORT)
    assert {duty.state for duty in reports} == {DutyState.FILED}
    assert {report_of(world, duty.id).signer_id for duty in reports} == {head}


def test_every_page_of_a_department_fits_a_phone(house: House, tab: Page) -> None:
    world = house.world
    world.issue(*TASKS)
    world.run_to(date(2025, 3, 26))
    tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
    tab.goto("/desk")
    sign_in(tab, "jiaoyu")
    task = world.tasks()[0].id
    for path in ("/desk", "/tasks", f"/tasks/{task}", "/reports", "/search?words=幼儿园", "/password"):
        tab.goto(path)
        assert fits(tab), path


def test_the_picture_of_the_desk_shows_a_day_of_work(house: House, tab: Page) -> None:
    world = house.world
    world.issue(*TASKS)
    world.sign(LEAD)
    world.sign(SHARER)
    world.run_to(date(2025, 3, 21))
    world.file(LEAD, "2025-03", percent=20, done="按月推进。")
    world.return_report(world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)[1].id, "请写明两所园的名称。")
    world.issue(Asked("评选家园共育示范班"), Asked("开展园长轮训"))
    world.run_to(date(2025, 3, 26))
    tab.goto("/desk")
    sign_in(tab, "jiaoyu")
    expect(tab.get_by_role("heading", name="逾期", exact=True)).to_be_visible()
    expect(tab.get_by_text("退回意见：请写明两所园的名称。")).to_be_visible()
    picture(tab, "desk")

"""The story of the supervision office: a document becomes a plan, the plan is issued, and what is late is seen."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from app.engine import run
from app.queries.verdicts import QUEUE_PAGE
from tests.browser.conftest import PHONE, House, fits, picture, sign_in
from tests.unit.document.reading import seed
from tests.world import LEAD, SHARER, World
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyState
from workflows.units import UnitKind

NEW = ("县人社局", "县委编办", "县公安局", "县市场监管局")
KINDERGARTENS = ("县第一幼儿园", "县第二幼儿园", "青溪镇中心幼儿园")


def settle(world: World) -> None:
    """Enter the units seed 001 names, but for 县残联, 县妇联 and the two collective names."""
    for name in NEW:
        world.unit(name)
    for name in KINDERGARTENS:
        world.unit(name, UnitKind.KINDERGARTEN)
    for name in ("青溪镇政府", "白石镇政府"):
        world.unit(name, UnitKind.TOWNSHIP)


def take_in(tab: Page) -> None:
    """From the file to an issued plan, by clicks."""
    tab.goto("/plans")
    tab.get_by_role("link", name="导入计划").click()
    plan = {"name": "三年行动计划.txt", "mimeType": "text/plain", "buffer": seed("001").encode()}
    tab.get_by_label("文件").set_input_files(plan)  # type: ignore[arg-type]
    tab.get_by_role("button", name="读入并核对").click()
    expect(tab.locator("article")).to_have_count(17)
    for name in ("县残联", "各幼儿园", "县妇联", "各乡镇政府"):
        row = tab.get_by_role("row").filter(has_text=f"新增“{name}”")
        row.get_by_role("button", name="新增并对应").click()
        expect(tab.get_by_role("status")).to_contain_text(f"“{name}”")
    doubtful = tab.locator("article", has_text="责任分工后面缺少右括号")
    doubtful.get_by_role("button", name="确认无误").click()
    expect(tab.get_by_text("17项任务的单位都已对应，可以下达。")).to_be_visible()


def test_the_office_takes_a_plan_from_file_to_issue(house: House, tab: Page) -> None:
    settle(house.world)
    tab.goto("/")
    sign_in(tab, "zhuanban")
    take_in(tab)

    tab.locator("mark", has_text="到2025年底").first.click()
    expect(tab.locator("#t-1 .value.lit")).to_have_text("2025年12月31日（周三）")
    expect(tab.locator("#t-1 .value.lit")).to_be_in_viewport()
    tab.locator("#t-16").get_by_role("link", name="修改").click()
    tab.get_by_label("完成时限").fill("2024-12-30")
    tab.get_by_role("button", name="保存", exact=True).click()
    expect(tab.locator("#t-16")).to_contain_text("2024年12月30日（周一）")

    tab.get_by_role("link", name="下达", exact=True).click()
    expect(tab.get_by_text("17项任务交给")).to_be_visible()
    tab.get_by_label("责任领导").select_option(label="副县长")
    tab.get_by_role("button", name="下达17项任务").click()
    expect(tab.get_by_role("status")).to_contain_text("计划已下达")
    expect(tab.get_by_role("table").first.get_by_role("row")).to_have_count(18)

    house.turn()
    [letter] = house.letters_to("jiaoyu@luoshi.example")
    assert "签收任务（17项任务）" in letter.subject
    assert not house.world.duties(kind=DutyKind.SIGN, state=DutyState.DONE)


def test_the_office_sees_what_is_late_with_its_letters_and_reviews(house: House, tab: Page) -> None:
    world = house.world
    settle(world)
    tab.goto("/")
    sign_in(tab, "zhuanban")
    take_in(tab)
    world.issue_draft(1)
    for unit in (LEAD, SHARER, *NEW, *KINDERGARTENS, "青溪镇政府", "县民政局"):
        world.sign(unit)
    for month, last in (("2025-03", date(2025, 3, 25)), ("2025-04", date(2025, 4, 25))):
        world.run_to(last)
        for unit in (LEAD, "县人社局", "县委编办", "县民政局", *KINDERGARTENS[:2]):
            world.file(unit, month, percent=20, done="按台账完成本月任务，园舍改造完成3所。")
    world.file(SHARER, "2025-03", percent=30)
    world.clock.go_to(date(2025, 4, 28))
    house.turn()
    with house.app.app_context():
        run.beat(world.now, {})

    tab.goto("/supervision")
    expect(tab.get_by_text("引擎最近一次运行 2025年4月28日 10:00")).to_be_visible()
    expect(tab.get_by_role("heading", name="月报齐套")).to_be_visible()
    picture(tab, "supervision")
    tab.get_by_role("navigation", name="数字").get_by_role("link", name="逾期事项").click()
    row = tab.get_by_role("row").filter(has_text="县公安局").filter(has_text="2025年3月月报")
    expect(row).to_contain_text("24个工作日")
    row.get_by_role("link", name="县公安局联络员（联络员）").first.click()
    expect(tab.locator("pre")).to_contain_text("县公安局")
    tab.go_back()
    row.get_by_role("link", name="强化安全监管").click()
    expect(tab.get_by_text("逾期15个工作日提级提醒")).to_be_visible()

    tab.get_by_role("link", name="待审核").click()
    first = tab.get_by_role("article").first
    first.get_by_text("退回、核查").click()
    first.get_by_label("退回理由").select_option("数字前后不一致")
    first.get_by_label("具体说明").fill("请写明是哪3所。")
    first.get_by_role("button", name="退回").click()
    expect(tab.get_by_role("status")).to_contain_text("月报已退回")
    waiting = len(world.duties(kind=DutyKind.MONTHLY_REPORT, state=DutyState.FILED))
    tab.get_by_label("全选").check()
    picture(tab, "queue")
    ticked = tab.locator("input[name=duties]:checked").count()
    assert 1 < ticked <= min(waiting, QUEUE_PAGE)
    tab.get_by_role("button", name="通过勾选的").click()
    expect(tab.get_by_role("status")).to_have_text(f"{ticked}份月报已通过。")


def test_a_file_too_large_is_refused_before_it_is_sent(house: House, tab: Page) -> None:
    tab.goto("/plans/new")
    sign_in(tab, "zhuanban")
    large = {"name": "大.txt", "mimeType": "text/plain", "buffer": b"0" * (21 * 1024 * 1024)}
    tab.get_by_label("文件").set_input_files(large)  # type: ignore[arg-type]
    tab.get_by_role("button", name="读入并核对").click()
    said = tab.get_by_label("文件").evaluate("field => field.validationMessage")
    assert said.startswith("文件超过20MB")
    expect(tab).to_have_url(f"{house.url}/plans/new")


def test_every_page_of_the_office_fits_a_phone(house: House, tab: Page) -> None:
    settle(house.world)
    tab.goto("/")
    sign_in(tab, "zhuanban")
    take_in(tab)
    tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for path in (
        "/plans",
        "/plans/1",
        "/plans/1/tasks/1",
        "/plans/1/issue",
        "/supervision",
        "/units",
        "/people/new",
    ):
        tab.goto(path)
        assert fits(tab), path

"""待审核 in the browser's forms: 转核查, 面谈, 更正已阅; what was typed is given back, and a phone needs no script."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Report
from app.services import corrections
from app.services.entries import SAID, Entry
from tests.pages import Page, Reader, signed_in, words_of
from tests.world import LEAD, SHARER, Asked, World, counted
from workflows.cadence import DutyKind
from workflows.lifecycle import ReportState, ReturnReason

MARCH = "2025-03"


@pytest.fixture
def county(sqlite_world: World) -> World:
    """One report of the lead waits."""
    sqlite_world.issue(Asked("改善办园条件"))
    sqlite_world.run_to(date(2025, 3, 21))
    sqlite_world.file(LEAD, MARCH, percent=30, done="高度重视，扎实推进。")
    return sqlite_world


@pytest.fixture
def office(county: World) -> Reader:
    return signed_in(county.app, "zhuanban")


def report(world: World) -> Report:
    [duty] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period=MARCH)
    [found] = world.all(sa.select(Report).where(Report.duty_id == duty.id))
    return found


def returned_twice(world: World) -> None:
    for _ in range(2):
        world.return_report(report(world).duty_id, "请写明数量。", ReturnReason.NO_FACTS)
        world.file(LEAD, MARCH, percent=30, done="完成3所。")


def correct(world: World) -> None:
    stands = report(world)
    said = {name: getattr(stands, name) for name in SAID}
    entry = replace(Entry(stands.duty_id, seen_version=stands.version, **said), percent=20)
    with world.app.app_context():
        corrections.correct(world.actor(LEAD), stands.duty_id, entry, "口径有误", stands.version, world.now)


def row(page: Page) -> str:
    return words_of(page.all("article", "card-row")[0])


def test_a_row_shows_its_hints_and_marks_and_who_signed(county: World, office: Reader) -> None:
    page = office.get("/supervision/review")
    assert "提示：这段话没有具体内容。" in row(page)
    assert "审签" in row(page)
    returned_twice(county)
    correct(county)
    shown = row(office.get("/supervision/review"))
    assert "退回2次" in shown
    assert "更正1次" in shown
    assert "上次退回理由（没有实际进展内容）：请写明数量。" in shown
    assert "累计完成：30% → 20%" in shown
    assert "口径有误" in shown


def test_a_report_is_checked_and_then_accepted_with_what_was_found(county: World, office: Reader) -> None:
    page = office.get("/supervision/review")
    assert "请写明要核查什么" in office.press(page, "转核查", status=400).text
    checking = office.press(page, "转核查", {"words": "现场看3所。"})
    assert "核查事项：现场看3所。" in row(checking)
    assert not [e for e in checking.tree.iter("input") if e.get("name") == "duties"]
    unfounded = office.press(checking, "通过", status=400)
    assert "请写明核查结果再通过" in unfounded.text
    office.press(checking, "通过", {"words": "属实。"})
    assert (report(county).state, report(county).review_words) == (ReportState.ACCEPTED, "属实。")


def test_after_two_returns_the_page_offers_the_talk_instead(county: World, office: Reader) -> None:
    returned_twice(county)
    page = office.get("/supervision/review")
    assert "退回" not in page.buttons()
    refused = office.press(page, "面谈后通过", {"words": "以3所为准。"}, status=400)
    assert "请写明和谁面谈" in refused.text
    assert refused.value("people") == ""
    assert "以3所为准。" in refused.html
    waiting = office.press(refused, "等单位更正", {"people": "分管领导", "words": "改为2所。"})
    assert "面谈已记录，等单位更正后再审核。" in waiting.text
    assert "面谈记录：2025年3月21日（周五）与分管领导面谈：改为2所。" in row(waiting)
    assert "已面谈，等更正" in row(waiting)
    office.press(waiting, "面谈后通过", {"people": "分管领导", "words": "已改。", "on": "2025-03-20"})
    assert report(county).state is ReportState.ACCEPTED
    assert report(county).review_words.startswith("2025年3月20日（周四）与分管领导面谈")


def test_what_was_corrected_since_the_page_was_opened_is_not_accepted_unread(
    county: World, office: Reader
) -> None:
    page = office.get("/supervision/review")
    correct(county)
    stale = office.press(page, "通过", status=409)
    assert "别人刚刚更新了这项内容" in stale.text
    assert "累计完成：30% → 20%" in row(stale)
    office.press(stale, "通过")
    assert report(county).state is ReportState.ACCEPTED


def test_a_correction_of_an_accepted_report_is_taken_note_of(county: World, office: Reader) -> None:
    county.accept_report(report(county).duty_id)
    correct(county)
    page = office.get("/supervision/review")
    assert "更正1份" in page.text
    after = office.press(page, "更正已阅")
    assert "更正0份" in after.text
    assert "口径有误" not in after.text


def test_marks_hints_and_corrections_cost_no_more_queries(county: World, office: Reader) -> None:
    county.issue(*(Asked(f"任务{number}") for number in range(6)))
    county.run_to(date(2025, 4, 21))
    returned_twice(county)
    correct(county)
    county.file(LEAD, "2025-04")
    for duty in county.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period="2025-04")[1:]:
        county.accept_report(duty.id)
    with counted(county) as few:
        office.get("/supervision/review")
    county.file(SHARER, "2025-04")
    with counted(county) as many:
        office.get("/supervision/review")
    assert len(few) == len(many)


def test_the_queue_says_on_which_page_one_is(county: World, office: Reader) -> None:
    county.issue(*(Asked(f"任务{number}") for number in range(41)))
    county.run_to(date(2025, 4, 21))
    county.file(LEAD, "2025-04")
    first = office.get("/supervision/review")
    second = office.get(first.links()["下一页"])
    shown = [len(page.all("article", "card-row")) for page in (first, second)]
    assert shown == [40, 43 - 40]
    assert "下一页" not in second.links()
    assert office.get(second.links()["上一页"]).path.endswith("page=1")

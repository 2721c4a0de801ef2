"""审签 and 更正 on their pages: the leader reads and signs, the liaison takes back, what was filed is corrected."""

from __future__ import annotations

from datetime import date

import pytest

from app.models import Duty, Person, RoleHeld
from tests.county import MARCH, THREE, in_march, march_duties, month_path, report_of
from tests.pages import Reader, signed_in
from tests.reporting import leader_of, sign_as
from tests.world import LEAD, World
from workflows.cadence import Signoff
from workflows.lifecycle import ReportState
from workflows.policy import Role

Typed = dict[str, str | list[str] | None]


def row(duty: Duty, **facts: str | None) -> Typed:
    return {f"row-{duty.id}-{name}": value for name, value in facts.items()}


@pytest.fixture
def county(sqlite_world: World) -> World:
    """Three tasks in the month in which March's reports are open."""
    sqlite_world.issue(*THREE)
    return in_march(sqlite_world)


@pytest.fixture
def reader(county: World) -> Reader:
    return signed_in(county.app, "jiaoyu")


# ------------------------------------------------------------------------------------------------ 审签


def at_the_desk_of_its_leader(world: World) -> Reader:
    """县教育局副局长 signs in."""
    leader = leader_of(world)
    with world.writing() as s:
        person = s.get_one(Person, leader.person_id)
        person.username, person.must_change_password = "fenguan", False
        liaison = s.get_one(Person, world.actor(LEAD).person_id)
        person.password_hash = liaison.password_hash
        s.add(RoleHeld(person_id=person.id, role=Role.DEPARTMENT))
    return signed_in(world.app, "fenguan")


def test_the_leader_finds_on_his_desk_what_waits_reads_it_and_signs(county: World, reader: Reader) -> None:
    sign_as(county, Signoff.PERSONAL)
    one, two, _ = march_duties(county)
    typed = row(one, percent="30", done="开工。") | row(two, percent="20", done="招标。")
    sent = reader.press(reader.get("/reports"), "送审签", typed)
    assert "已送审签2项" in sent.text
    assert "待审签" in sent.text
    leader = at_the_desk_of_its_leader(county)
    desk = leader.get("/desk")
    assert "待我审签" in desk.text
    page = leader.get(desk.links()["2025年3月月报（2项）"])
    assert "开工。" in page.text
    given_back = leader.press(page, "退回修改", {"words": "请写明标段。"})
    assert "已退回修改。" in given_back.text
    done = leader.press(given_back, "审签报送（1项）")
    assert done.path == "/desk"
    assert "待我审签" not in done.text
    states = {report_of(county, duty.id).state for duty in (one, two)}
    assert states == {ReportState.DRAFT, ReportState.SUBMITTED}
    assert "审签退回修改：请写明标段。" in reader.get(month_path(county)).text


def test_the_liaison_takes_back_what_waits(county: World, reader: Reader) -> None:
    sign_as(county, Signoff.PERSONAL)
    one = march_duties(county)[0]
    sent = reader.press(reader.get("/reports"), "送审签", row(one, percent="30", done="开工。"))
    back = reader.press(sent, "撤回修改")
    assert "已撤回" in back.text
    assert back.value(f"row-{one.id}-done") == "开工。"


def test_whoever_may_not_sign_has_no_page_for_it(county: World, reader: Reader) -> None:
    assert "只有本单位分管领导" in reader.get(f"{month_path(county)}/signature", 403).text
    signed_in(county.app, "minzheng").get(f"{month_path(county)}/signature", 404)


# ------------------------------------------------------------------------------------------------ 更正


def test_a_filed_report_is_corrected_on_a_page_of_its_own_and_shows_both(
    county: World, reader: Reader
) -> None:
    county.file(LEAD, MARCH, percent=53, done="完成选址5处。")
    one = march_duties(county)[0]
    month = reader.get(month_path(county))
    page = reader.get(month.links()["更正：改善幼儿园办园条件"])
    assert page.value(f"row-{one.id}-percent") == "53"
    without = reader.press(page, "提交更正", row(one, percent="35"), 400)
    assert "请写明为什么更正" in without.text
    assert without.value(f"row-{one.id}-percent") == "35"
    after = reader.press(without, "提交更正", {"reason": "看错一行。"})
    assert "已更正" in after.text
    assert "更正1次" in after.text
    assert "看错一行。" in after.text
    assert "完成进度（%）：53 → 35" in after.text
    story = reader.get(f"/tasks/{one.task_id}")
    assert "县教育局更正2025年3月月报，完成53%改为35%" in story.text
    assert "更正原因：看错一行。" in story.text


def test_a_correction_overtaken_by_a_colleague_s_is_shown_again(county: World, reader: Reader) -> None:
    county.file(LEAD, MARCH, percent=53, done="完成选址5处。")
    one = march_duties(county)[0]
    path, other = f"/reports/corrections/{one.id}", signed_in(county.app, "jiaoyu")
    opened = reader.get(path)
    other.press(other.get(path), "提交更正", row(one, percent="40") | {"reason": "甲改。"})
    clash = reader.press(opened, "提交更正", row(one, percent="35") | {"reason": "乙改。"}, 409)
    assert clash.value(f"row-{one.id}-percent") == "35"
    assert "完成 40 %" in clash.text
    reader.press(clash, "提交更正")
    assert report_of(county, one.id).percent == 35


def test_what_is_not_filed_has_no_correction_page(county: World, reader: Reader) -> None:
    one = march_duties(county)[0]
    reader.get(f"/reports/corrections/{one.id}", 409)
    reader.get("/reports/corrections/99999", 404)
    signed_in(county.app, "minzheng").get(f"/reports/corrections/{one.id}", 404)


def test_what_comes_late_and_after_the_lock_says_so_on_the_page_and_the_task(
    county: World, reader: Reader
) -> None:
    county.run_to(date(2025, 4, 9))
    page = reader.get(month_path(county))
    assert page.text.count("漏报") == 3
    assert "本期已经锁定，现在报送的记为补报。" in page.text
    one = march_duties(county)[0]
    after = reader.press(page, "报送", row(one, percent="30", done="补报。"))
    assert "迟报 补报" in after.text
    assert "（锁定后补报）" in reader.get(f"/tasks/{one.task_id}").text

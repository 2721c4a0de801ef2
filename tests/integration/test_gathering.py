"""牵头汇总 and 月报审核: what is asked after the reports, and how it is done."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Consolidation, Duty, LedgerEntry
from app.queries import gathering as rows
from app.queries.gathering import GatherPage
from app.queries.story import story
from app.services import gathering
from tests.pages import Reader, signed_in
from tests.world import LEAD, OFFICE, SHARER, STRANGER, Asked, World
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.gathering import Gathered
from workflows.lifecycle import DutyState

MARCH, DUE = "2025-03", date(2025, 3, 25)
GATHER, REVIEW, REPORT = DutyKind.CONSOLIDATION, DutyKind.REVIEW, DutyKind.MONTHLY_REPORT


@pytest.fixture
def county(world: World) -> World:
    return opened(world)


def opened(world: World) -> World:
    """March's reports are open: one task shared, one of the lead alone, one led by the sharer."""
    world.issue(
        Asked("改善办园条件"), Asked("自己的事", responsible=()), Asked("经费保障", SHARER, (LEAD, STRANGER))
    )
    world.run_to(date(2025, 3, 21))
    return world


def gathers(world: World, unit: str = LEAD) -> Duty:
    [duty] = world.duties(unit=unit, kind=GATHER, period=MARCH)
    return duty


def review(world: World) -> Duty:
    [duty] = world.duties(kind=REVIEW, period=MARCH)
    return duty


def consolidate(world: World, unit: str = LEAD) -> tuple[str, ...]:
    duty_id, actor = gathers(world, unit).id, world.actor(unit)
    with world.app.app_context():
        return gathering.consolidate(actor, duty_id, world.now)


def finish(world: World) -> None:
    duty_id, office = review(world).id, world.office
    with world.app.app_context():
        gathering.finish_review(office, duty_id, world.now)


def refused(world: World, unit: str = LEAD) -> str:
    with pytest.raises(Refused) as refusal:
        consolidate(world, unit)
    assert refusal.value.code == "illegal-step"
    return str(refusal.value)


def accept_all(world: World) -> None:
    for duty in world.duties(kind=REPORT, state=DutyState.FILED):
        world.accept_report(duty.id)


def test_the_lead_of_a_shared_task_gathers_and_the_office_reviews_each_once(county: World) -> None:
    owed = Counter(
        (duty.unit_id, duty.kind) for duty in county.duties(period=MARCH) if duty.kind is not REPORT
    )
    ids = {unit: county.unit_id(unit) for unit in (LEAD, SHARER, OFFICE)}
    assert owed == {(ids[LEAD], GATHER): 1, (ids[SHARER], GATHER): 1, (ids[OFFICE], REVIEW): 1}
    assert (gathers(county).due_on, review(county).due_on) == (date(2025, 3, 28), date(2025, 4, 3))
    assert gathers(county).opens_on == review(county).opens_on == date(2025, 3, 20)
    assert review(county).task_id is None


def test_the_lead_is_reminded_of_what_it_has_to_gather(county: World) -> None:
    county.run_to(date(2025, 3, 31))
    kinds = [notice.kind.value for notice in county.notices(gathers(county).id)]
    assert kinds == ["advance", "due", "urge", "urge"]  # 27, 28 and 31 March; the last to two posts


def test_the_lead_reports_first_and_passes_nobody_over_before_the_date(county: World) -> None:
    assert refused(county) == "请先报送本单位的这份报告，再汇总。"
    county.file(LEAD, MARCH)
    assert "3月25日（周二）截止以后才能带缺汇总" in refused(county)
    county.file(SHARER, MARCH)
    assert consolidate(county) == ()
    done = gathers(county)
    assert (done.state, done.outcome, done.filed_at) == (DutyState.DONE, "各单位均已报送", county.now)


def test_after_the_date_it_gathers_without_the_missing_and_names_them(county: World) -> None:
    county.file(LEAD, MARCH)
    county.file(SHARER, MARCH)
    county.clock.go_to(date(2025, 3, 26))
    with county.writing() as s:  # the sharer's own report on the first task was returned
        [mine] = s.scalars(
            sa.select(Duty).where(
                Duty.task_id == gathers(county).task_id,
                Duty.unit_id == county.unit_id(SHARER),
                Duty.kind == REPORT,
            )
        )
        mine_id = mine.id
    county.return_report(mine_id)
    assert consolidate(county) == (f"{SHARER}（退回待改）",)
    assert consolidate(county, SHARER) == (STRANGER,)
    assert gathers(county, SHARER).outcome == f"缺报：{STRANGER}"
    told = sa.select(LedgerEntry).where(LedgerEntry.act == "report.consolidate").order_by(LedgerEntry.id)
    entries = county.all(told)
    assert [entry.detail["missing"] for entry in entries] == [[f"{SHARER}（退回待改）"], [STRANGER]]
    task = next(task for task in county.tasks() if task.title == "经费保障")
    with county.app.app_context():
        lines, _ = story(task, letters_of=())
        assert f"{SHARER}汇总报送2025年3月牵头汇总（缺报：{STRANGER}）" in [line.sentence for line in lines]


def test_it_is_gathered_once_by_the_lead_alone(county: World) -> None:
    county.file(LEAD, MARCH)
    county.file(SHARER, MARCH)
    duty_id, other = gathers(county).id, county.actor(SHARER)
    with county.app.app_context(), pytest.raises(Refused) as refusal:
        gathering.consolidate(other, duty_id, county.now)
    assert refusal.value.code == "missing"
    consolidate(county)
    refused(county)


def test_nothing_is_gathered_of_a_task_that_is_closed(county: World) -> None:
    county.sign(LEAD)
    task_id = gathers(county).task_id
    assert task_id
    county.close(task_id)
    assert gathers(county).state is DutyState.CANCELLED
    assert gathers(county, SHARER).state is DutyState.OPEN


def test_the_review_is_done_with_the_last_verdict_once_all_have_filed(county: World) -> None:
    for unit in (LEAD, SHARER, STRANGER):
        county.file(unit, MARCH)
    *others, last = county.duties(kind=REPORT, state=DutyState.FILED)
    for duty in others:
        county.accept_report(duty.id)
    assert review(county).state is DutyState.OPEN
    county.return_report(last.id)  # looked at, and sent back: that is a verdict too
    assert review(county).state is DutyState.DONE
    [entry] = county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "review.finish"))
    assert len(entry.detail["missing"]) == 1


def test_while_somebody_has_not_filed_the_review_stays_open_until_its_day(county: World) -> None:
    county.file(LEAD, MARCH)
    accept_all(county)
    assert review(county).state is DutyState.OPEN
    county.clock.go_to(date(2025, 4, 3))
    county.file(SHARER, MARCH)
    accept_all(county)
    assert review(county).state is DutyState.DONE
    assert review(county).outcome == f"缺报：{STRANGER}"


def test_the_office_may_say_that_it_is_done_once_everybodys_time_is_over(county: World) -> None:
    county.file(LEAD, MARCH)
    with pytest.raises(Refused, match="还有3份报告等待审核"):
        finish(county)
    accept_all(county)
    with pytest.raises(Refused, match="还有3份报告没有到截止时间"):
        finish(county)
    county.clock.go_to(date(2025, 3, 26))
    finish(county)
    assert review(county).state is DutyState.DONE
    with pytest.raises(Refused):
        finish(county)


def test_two_reviewers_at_once_finish_the_review_once(county: World) -> None:
    for unit in (LEAD, SHARER, STRANGER):
        county.file(unit, MARCH)
    *others, first, second = county.duties(kind=REPORT, state=DutyState.FILED)
    for duty in others:
        county.accept_report(duty.id)
    county.at_once([lambda: county.accept_report(first.id), lambda: county.accept_report(second.id)])
    assert review(county).state is DutyState.DONE
    assert len(county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "review.finish"))) == 1


def test_the_page_of_reports_says_who_has_filed_and_until_when_the_others_may(county: World) -> None:
    with county.app.app_context():
        [mine] = rows.gatherings(county.unit_id(LEAD), MARCH, county.now)
        assert (mine.filed, mine.asked, mine.open) == (0, 1, True)
        assert mine.lacking == (f"{SHARER}（3月25日（周二）截止）",)
        assert rows.gatherings(county.unit_id(STRANGER), MARCH, county.now) == []


def test_on_the_pages_the_lead_gathers_and_the_office_finishes(sqlite_world: World) -> None:
    world = opened(sqlite_world)
    world.file(LEAD, MARCH)
    world.clock.go_to(date(2025, 3, 26))
    lead: Reader = signed_in(world.app, "jiaoyu")
    assert "2025年3月牵头汇总 · 1. 改善办园条件" in lead.get("/desk").text
    month = lead.get(f"/reports/{world.unit_id(LEAD)}/{MARCH}")
    assert "0/1已报" in month.text
    page = lead.get(f"/gatherings/{gathers(world).id}")
    assert f"会写明缺报：{SHARER}" in page.text
    after = lead.press(page, "带缺汇总报送")
    assert f"已汇总报送。缺报单位：{SHARER}。" in after.text
    assert "汇总报送" not in after.buttons()
    assert gathers(world).state is DutyState.DONE
    office = signed_in(world.app, "zhuanban")
    place = f"/duties/{review(world).id}"
    assert "2025年3月月报审核" in office.get(place).text
    office.press(office.get(place), "审核完毕", status=409)
    accept_all(world)
    done = office.press(office.get(place), "审核完毕")
    assert "本期报告审核完毕。" in done.text
    assert review(world).state is DutyState.DONE
    office.get(f"/duties/{gathers(world).id}")


# ------------------------------------------------------------------------------------------- what the lead makes of it


def words(world: World, unit: str = LEAD) -> GatherPage:
    duty_id = gathers(world, unit).id
    with world.app.app_context():
        return rows.gather_page(duty_id, world.now)


def kept(world: World) -> Consolidation:
    [row] = world.all(sa.select(Consolidation))
    return row


def test_it_is_filled_with_the_parts_and_filed_as_they_came(county: World) -> None:
    county.file(LEAD, MARCH, percent=30, done="完成3所。")
    assert words(county).prefilled == Gathered(30, f"{LEAD}：完成3所。")
    county.file(SHARER, MARCH, percent=80, done="拨付200万元。")
    page = words(county)
    assert (page.filed, page.share, page.lacking) == (1, 100, ())
    assert page.prefilled.done == f"{LEAD}：完成3所。\n{SHARER}：拨付200万元。"
    consolidate(county)
    row = kept(county)
    assert (row.percent, row.done, row.lacking, row.filed_at) == (30, page.prefilled.done, [], county.now)
    assert row.filed_by_id == county.actor(LEAD).person_id
    [entry] = county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "report.consolidate"))
    assert entry.detail["done"] == page.prefilled.done


def test_the_leads_own_words_are_kept_and_filed_instead(county: World) -> None:
    county.file(LEAD, MARCH, percent=30)
    county.file(SHARER, MARCH, percent=80)
    duty_id, lead = gathers(county).id, county.actor(LEAD)
    own = Gathered(35, "共完成3所，资金到位。", "用地未批。", "4月报批。")
    with county.app.app_context():
        gathering.save(lead, duty_id, own, seen_version=0)
    assert words(county).words == own
    consolidate(county)
    assert kept(county).done == own.done
    assert kept(county).percent == 35
    with county.app.app_context(), pytest.raises(Refused) as refusal:
        gathering.save(lead, duty_id, own, seen_version=kept(county).version)
    assert refusal.value.code == "illegal-step"


def test_two_colleagues_of_the_lead_do_not_overwrite_each_other(county: World) -> None:
    county.file(LEAD, MARCH)
    county.file(SHARER, MARCH)
    duty_id, lead = gathers(county).id, county.actor(LEAD)
    with county.app.app_context():
        gathering.save(lead, duty_id, Gathered(10, "第一稿。"), seen_version=0)
    for write in (
        lambda: gathering.save(lead, duty_id, Gathered(20, "第二稿。"), seen_version=0),
        lambda: gathering.consolidate(lead, duty_id, county.now, Gathered(20, "第二稿。"), seen_version=0),
    ):
        with county.app.app_context(), pytest.raises(Refused) as refusal:
            write()
        assert refusal.value.code == "stale"
    assert kept(county).done == "第一稿。"
    assert gathers(county).state is DutyState.OPEN


def test_an_account_that_says_nothing_is_not_filed(county: World) -> None:
    county.file(LEAD, MARCH)
    county.file(SHARER, MARCH)
    duty_id, lead = gathers(county).id, county.actor(LEAD)
    with county.app.app_context(), pytest.raises(Refused) as refusal:
        gathering.consolidate(lead, duty_id, county.now, Gathered(10, " "), seen_version=0)
    assert refusal.value.code == "invalid"
    assert gathers(county).state is DutyState.OPEN


def test_a_returned_part_falls_out_of_what_is_filled_in(county: World) -> None:
    county.file(LEAD, MARCH, percent=30, done="完成3所。")
    county.file(SHARER, MARCH, done="拨付200万元。")
    task_id = gathers(county).task_id
    [part] = [d for d in county.duties(unit=SHARER, kind=REPORT) if d.task_id == task_id]
    county.return_report(part.id)
    page = words(county)
    assert SHARER not in page.prefilled.done
    assert [(member.word, member.part) for member in page.missing] == [("退回待改", None)]


def test_on_the_page_the_lead_writes_saves_and_takes_the_parts_anew(sqlite_world: World) -> None:
    world = opened(sqlite_world)
    world.file(LEAD, MARCH, percent=30, done="完成3所。")
    lead, place = signed_in(world.app, "jiaoyu"), f"/gatherings/{gathers(world).id}"
    page = lead.get(place)
    assert page.value("done") == f"{LEAD}：完成3所。"
    saved = lead.press(page, "保存草稿", {"done": "共完成3所。", "percent": "31"})
    assert saved.value("done") == "共完成3所。"
    stale = lead.press(page, "保存草稿", {"done": "另一稿。"}, status=409)
    assert "别人刚刚更新了这项内容" in stale.text
    assert stale.value("done") == "另一稿。"
    wrong = lead.press(saved, "保存草稿", {"percent": "三成"}, status=400)
    assert "请填0到100之间的整数" in wrong.text
    world.file(SHARER, MARCH, done="拨付200万元。")
    anew = lead.press(saved, "重新带入")
    assert anew.value("done") == f"{LEAD}：完成3所。\n{SHARER}：拨付200万元。"
    assert kept(world).done == "共完成3所。"
    filed = lead.press(anew, "汇总报送")
    assert "已汇总报送，各单位均已报送。" in filed.text
    assert "拨付200万元。" in signed_in(world.app, "zhuanban").get(place).text

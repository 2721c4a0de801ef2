"""催报: the lead, or the office, nudges those whose report is lacking; once a day, and not after the report has come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.models import Duty, LedgerEntry, Notice, Nudge
from app.queries import gathering as rows
from app.queries.gathering import GatherPage
from app.services import nudges
from app.services.nudges import Nudges
from tests.pages import Page, signed_in
from tests.world import LEAD, SHARER, STRANGER, Asked, World, counted
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.escalation import LetterKind
from workflows.lifecycle import Hold, NoticeState
from workflows.policy import Actor
from workflows.units import UnitKind

MARCH = "2025-03"
REPORT, GATHER = DutyKind.MONTHLY_REPORT, DutyKind.CONSOLIDATION
FRIDAY, MONDAY = date(2025, 3, 21), date(2025, 3, 24)


@pytest.fixture
def county(world: World) -> World:
    """A task of the lead's with two others; nobody has filed March."""
    world.issue(Asked("改善办园条件", responsible=(SHARER, STRANGER)))
    world.run_to(FRIDAY)
    return world


def nudge(
    world: World, by: Actor | None = None, only: Collection[int] | None = None, period: str = MARCH
) -> Nudges:
    task_id, actor = world.tasks()[0].id, by or world.actor(LEAD)
    with world.app.app_context():
        return nudges.nudge(actor, task_id, period, world.now, only)


def refused(world: World, code: str, by: Actor | None = None, **asked: str) -> str:
    with pytest.raises(Refused) as refusal:
        nudge(world, by, **asked)  # type: ignore[arg-type]
    assert refusal.value.code == code
    return str(refusal.value)


def owed(world: World, unit: str) -> Duty:
    [duty] = world.duties(unit=unit, kind=REPORT, period=MARCH)
    return duty


def told(world: World) -> list[Notice]:
    return world.all(sa.select(Notice).where(Notice.kind == LetterKind.NUDGE).order_by(Notice.id))


def page(world: World, unit: str = LEAD) -> GatherPage:
    [duty] = world.duties(unit=unit, kind=GATHER, period=MARCH)
    with world.app.app_context():
        return rows.gather_page(duty.id, world.now)


def test_one_press_tells_the_liaison_of_every_unit_that_is_lacking(county: World) -> None:
    county.file(SHARER, MARCH)
    assert nudge(county) == Nudges((STRANGER,), (), ())
    county.deliver()
    [notice] = told(county)
    assert (notice.state, notice.duty_id) == (NoticeState.SENT, owed(county, STRANGER).id)
    assert notice.person_id == county.person_id(f"{STRANGER}联络员")
    assert notice.reason.startswith(f"牵头单位{LEAD}催报")
    letter = county.post.to("minzheng@luoshi.example")[-1]
    assert letter.words.subject.startswith("【落实·请速报】")
    assert "汇总正等这份报告" in letter.words.text
    assert f"/reports/{county.unit_id(STRANGER)}/{MARCH}" in letter.words.text
    [entry] = county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "report.nudge"))
    assert entry.unit_id == county.unit_id(STRANGER)
    assert entry.detail["told"] == [notice.person_id]


def test_a_report_is_nudged_once_a_day(county: World) -> None:
    assert nudge(county).told == (SHARER, STRANGER)
    assert "一天最多催一次" in refused(county, "illegal-step")
    assert nudge(county, county.office) == Nudges((LEAD,), (SHARER, STRANGER), ())
    assert "一天最多催一次" in refused(county, "illegal-step", by=county.office)
    assert not page(county).may_nudge
    assert page(county).again_on == MONDAY
    county.clock.go_to(MONDAY)
    assert page(county).may_nudge
    assert nudge(county).told == (SHARER, STRANGER)
    assert county.count(Nudge) == 5


def test_two_who_press_at_once_nudge_once(county: World) -> None:
    def press(by: Actor) -> int:
        try:
            return len(nudge(county, by).told)
        except Refused:
            return 0

    lead, office = county.actor(LEAD), county.office
    counts = county.at_once(
        [lambda: press(lead), lambda: press(office)]
    )  # the office nudges the lead as well
    assert sorted(counts) in ([0, 3], [1, 2])
    assert len({notice.duty_id for notice in told(county)}) == len(told(county)) == 3


def test_one_unit_alone_may_be_nudged_and_the_others_later(county: World) -> None:
    assert nudge(county, only=[owed(county, SHARER).id]).told == (SHARER,)
    assert nudge(county) == Nudges((STRANGER,), (SHARER,), ())


def test_a_nudge_is_dropped_when_the_report_comes_first(county: World) -> None:
    nudge(county)
    county.file(SHARER, MARCH)
    county.deliver()
    assert {n.duty_id: n.state for n in told(county)} == {
        owed(county, SHARER).id: NoticeState.SUPPRESSED,
        owed(county, STRANGER).id: NoticeState.SENT,
    }


def test_in_the_night_it_waits_for_the_morning(county: World) -> None:
    county.clock.go_to(FRIDAY, 22)
    nudge(county)
    county.deliver()
    assert {notice.state for notice in told(county)} == {NoticeState.PENDING}
    assert {notice.not_before_at.astimezone(county.now.tzinfo).date() for notice in told(county)} == {MONDAY}
    county.clock.go_to(MONDAY)
    county.deliver()
    assert {notice.state for notice in told(county)} == {NoticeState.SENT}


def test_who_does_not_lead_the_task_learns_nothing_of_it(county: World) -> None:
    refused(county, "missing", by=county.actor(SHARER))
    refused(county, "forbidden", by=county.leader)
    assert not told(county)


def test_the_office_nudges_in_its_own_name_the_lead_too(county: World) -> None:
    assert set(nudge(county, county.office).told) == {LEAD, SHARER, STRANGER}
    assert {notice.reason.partition("催报")[0] for notice in told(county)} == {"督查室"}


def test_nobody_is_nudged_who_has_filed_or_whose_clock_is_stopped(county: World) -> None:
    county.file(SHARER, MARCH)
    stopped = owed(county, STRANGER).id
    with county.writing() as s:
        s.execute(sa.update(Duty).where(Duty.id == stopped).values(hold=Hold.SUSPENSION))
    assert "没有需要催报的单位" in refused(county, "illegal-step")
    assert "没有需要催报的单位" in refused(county, "illegal-step", period="2025-02")
    [member] = [one for one in page(county).missing if one.duty.id == stopped]
    assert (member.word, member.nudgeable) == ("任务暂缓", False)


def test_a_returned_report_is_nudged_too(county: World) -> None:
    county.file(SHARER, MARCH)
    county.return_report(owed(county, SHARER).id)
    assert SHARER in nudge(county).told


def test_whoever_stands_in_for_the_liaison_is_told_for_him(county: World) -> None:
    unit = county.unit("县审计局")
    county.issue(Asked("审计", responsible=("县审计局",)))
    with county.writing() as s:  # nobody of that unit can be written to
        s.execute(sa.text("UPDATE person SET email = NULL WHERE name LIKE '县审计局%'"))
    county.run_to(date(2025, 4, 21))
    task_id = next(task.id for task in county.tasks() if task.title == "审计")
    with county.app.app_context():
        came = nudges.nudge(county.actor(LEAD), task_id, "2025-04", county.now)
    assert came == Nudges((), (), ("县审计局",))
    assert not [notice for notice in told(county) if notice.duty.unit_id == unit]


# ------------------------------------------------------------------------------------------- the page


def test_the_page_says_whom_a_nudge_reached_and_when_one_may_nudge_again(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue(Asked("改善办园条件", responsible=(SHARER, STRANGER)))
    world.run_to(FRIDAY)
    world.file(SHARER, MARCH)
    [gathers] = world.duties(unit=LEAD, kind=GATHER, period=MARCH)
    lead = signed_in(world.app, "jiaoyu")
    seen = lead.get(f"/gatherings/{gathers.id}")
    assert "50%" in seen.text
    assert "1/2已报，还差1个单位" in seen.text
    assert "没有催过" in seen.text
    after = lead.press(seen, "催报（1个单位）")
    assert f"已催报1个单位：{STRANGER}" in after.text
    assert f"发{STRANGER}联络员（待发）" in after.text
    assert "今天都已催过，3月24日（周一）起可以再催。" in after.text
    assert not [words for words in after.buttons() if "催" in words]
    world.deliver()
    assert f"发{STRANGER}联络员（" not in lead.get(f"/gatherings/{gathers.id}").text
    again = lead.client.post(
        f"/gatherings/{gathers.id}/nudge", data={"csrf_token": token(after)}, follow_redirects=True
    )
    assert "一天最多催一次" in again.get_data(as_text=True)
    signed_in(world.app, "minzheng").get(f"/gatherings/{gathers.id}", status=404)
    assert not signed_in(world.app, "fuxianzhang").get(f"/gatherings/{gathers.id}").all("textarea")


def token(seen: Page) -> str:
    return next(e.get("value", "") for e in seen.tree.iter("input") if e.get("name") == "csrf_token")


def test_forty_kindergartens_cost_no_more_queries_than_two(sqlite_world: World) -> None:
    world = sqlite_world
    counts = []
    for number in range(1, 41):
        world.unit(f"第{number}幼儿园", UnitKind.KINDERGARTEN)
    world.group("各幼儿园", UnitKind.KINDERGARTEN)
    world.issue(
        Asked("规范办园行为", responsible=("各幼儿园",)), Asked("小事", responsible=(SHARER, STRANGER))
    )
    world.run_to(FRIDAY)
    lead = signed_in(world.app, "jiaoyu")
    many, few = sorted(world.duties(unit=LEAD, kind=GATHER, period=MARCH), key=lambda duty: duty.task_id or 0)
    pressed = lead.press(lead.get(f"/gatherings/{many.id}"), "催报（40个单位）")
    assert "已催报40个单位" in pressed.text
    lead.press(lead.get(f"/gatherings/{few.id}"), "催报（2个单位）")
    for duty in (few, many):
        with counted(world) as heard:
            lead.get(f"/gatherings/{duty.id}")
        counts.append(len(heard))
    assert counts[0] == counts[1]
    world.clock.go_to(FRIDAY + timedelta(days=3))
    assert "催报（40个单位）" in lead.get(f"/gatherings/{many.id}").buttons()

"""Standing in (AB角): letters and work go to the deputy while the period runs, and to nobody else."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Deputy, LedgerEntry, Person
from app.queries import deputies as rows
from app.queries import directory, foresight, people
from app.services import deputies, progress
from tests.pages import signed_in
from tests.world import FIRST_DAY, LEAD, OFFICE, SHARER, STRANGER, Asked, World, address_of, counted
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.escalation import Audience
from workflows.policy import Actor, Role
from workflows.units import Post

JIAOYU, CAIZHENG = "jiaoyu@luoshi.example", "caizheng@luoshi.example"
TUESDAY, WEDNESDAY = date(2025, 3, 4), date(2025, 3, 5)


def stand_in(
    world: World,
    away: str,
    deputy: str,
    from_on: date = FIRST_DAY,
    until_on: date = date(2025, 3, 31),
    actor: Actor | None = None,
) -> int:
    with world.app.app_context():
        return deputies.appoint(
            actor or world.office,
            world.person_id(away),
            world.person_id(deputy),
            from_on=from_on,
            until_on=until_on,
            reason="出差",
            now=world.now,
        )


def acting(world: World, name: str) -> Actor:
    """The person as he acts when he signs in today."""
    with world.app.app_context():
        account = people.account(world.person_id(name), world.clock.today)
        assert account
        return account.actor


def test_the_deputy_gets_the_letters_instead_and_is_told_for_whom(world: World) -> None:
    stand_in(world, f"{LEAD}联络员", f"{SHARER}联络员")
    world.issue(Asked("一件任务", responsible=()))
    world.tick()
    world.deliver()
    assert world.post.addresses == [CAIZHENG]
    assert f"（代{LEAD}联络员）" in world.notices()[0].reason
    assert f"代{LEAD}联络员" in world.post.sent[0].words.text


def test_the_period_begins_and_ends_by_itself_both_days_included(world: World) -> None:
    stand_in(world, f"{LEAD}联络员", f"{SHARER}联络员", TUESDAY, WEDNESDAY)
    world.issue(Asked("一件任务", responsible=()))
    world.tick()
    assert [n.person_id for n in world.notices()] == [world.person_id(f"{LEAD}联络员")]
    for day, reached in ((TUESDAY, f"{SHARER}联络员"), (WEDNESDAY, f"{SHARER}联络员")):
        with world.app.app_context():
            found = directory.Directory([world.unit_id(LEAD)], day).contacts(world.unit_id(LEAD), day)
        assert [world.get(Person, p).name for p in found[Audience.LIAISON]] == [reached]
    after = date(2025, 3, 6)
    with world.app.app_context():
        found = directory.Directory([world.unit_id(LEAD)], after).contacts(world.unit_id(LEAD), after)
    assert found[Audience.LIAISON] == (world.person_id(f"{LEAD}联络员"),)


def test_the_foresight_names_the_deputy_on_his_days_and_the_person_after(world: World) -> None:
    plan_id = world.issue(Asked("一件任务", responsible=()))
    stand_in(world, f"{LEAD}联络员", f"{SHARER}联络员", TUESDAY, date(2025, 3, 20))
    with world.app.app_context():
        seen = foresight.foresee(plan_id, FIRST_DAY, date(2025, 4, 10), world.now)
    foreseen = [(n.person_id, n.letter, n.leaves_at, n.reason) for n in seen.notices]
    world.run_to(date(2025, 4, 10), hour=9)
    done = [(n.person_id, n.kind, n.not_before_at, n.reason) for n in world.notices()]
    assert sorted(map(str, foreseen)) == sorted(map(str, done))
    assert {p for p, *_ in done} >= {world.person_id(f"{LEAD}联络员"), world.person_id(f"{SHARER}联络员")}


def test_the_deputy_signs_and_files_for_the_unit_while_the_period_runs_and_not_after(world: World) -> None:
    world.issue()
    deputy = f"{STRANGER}联络员"
    assert world.unit_id(LEAD) not in acting(world, deputy).unit_ids
    arranged = stand_in(world, f"{LEAD}联络员", deputy)
    lent = acting(world, deputy)
    assert lent.unit_ids == {world.unit_id(LEAD), world.unit_id(STRANGER)}
    assert lent.roles == {Role.DEPARTMENT}
    with world.app.app_context():
        assert progress.sign_all(lent, world.now) == 1
        deputies.end(world.office, arranged, world.now)
    assert acting(world, deputy).unit_ids == {world.unit_id(STRANGER)}
    entry = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "task.sign"))[0]
    assert entry.actor_id == world.person_id(deputy)


def test_along_a_chain_the_last_gets_the_letters_and_may_act(world: World) -> None:
    stand_in(world, f"{LEAD}联络员", f"{SHARER}联络员")
    stand_in(world, f"{SHARER}联络员", f"{STRANGER}联络员")
    world.issue(Asked("一件任务", responsible=()))
    world.tick()
    assert [n.person_id for n in world.notices()] == [world.person_id(f"{STRANGER}联络员")]
    assert {world.unit_id(LEAD), world.unit_id(SHARER)} < acting(world, f"{STRANGER}联络员").unit_ids


def test_a_circle_loses_no_letter(world: World) -> None:
    stand_in(world, f"{LEAD}联络员", f"{SHARER}联络员")
    stand_in(world, f"{SHARER}联络员", f"{LEAD}联络员")
    world.issue()
    world.tick()
    world.deliver()
    assert sorted(world.post.addresses) == sorted([JIAOYU, CAIZHENG])


def test_a_deputy_of_somebody_without_an_address_keeps_the_post_from_being_vacant(world: World) -> None:
    stand_in(world, f"{LEAD}联络员", f"{SHARER}联络员")
    with world.writing() as s:
        s.execute(sa.update(Person).where(Person.email == JIAOYU).values(email=None))
    world.issue(Asked("一件任务", responsible=()))
    world.tick()
    assert [n.person_id for n in world.notices()] == [world.person_id(f"{SHARER}联络员")]


def test_whoever_holds_two_of_the_posts_now_is_told_once(world: World) -> None:
    stand_in(world, f"{LEAD}副局长", f"{LEAD}联络员")
    world.issue(Asked("一件任务", responsible=()))
    world.run_to(date(2025, 3, 5), heard=True)
    urged = [n for n in world.notices() if n.rung == 2]
    assert [n.person_id for n in urged] == [world.person_id(f"{LEAD}联络员")]


def test_of_the_office_only_the_office_stands_in(world: World) -> None:
    with pytest.raises(Refused, match="没有“督查室”角色") as refusal:
        stand_in(world, f"{OFFICE}联络员", f"{LEAD}联络员")
    assert refusal.value.code == "invalid"
    world.person("专班副手", unit=OFFICE, post=Post.HEAD, roles=(Role.OFFICE,), username="fushou")
    world.issue(Asked("一件任务", responsible=()))
    stand_in(world, f"{OFFICE}联络员", "专班副手")
    [duty] = world.duties(unit=LEAD, kind=DutyKind.SIGN)
    with world.app.app_context():
        found = directory.Directory([duty.unit_id], world.clock.today, office_ids=[world.unit_id(OFFICE)])
        contacts = found.contacts(duty.unit_id, world.clock.today, office_id=world.unit_id(OFFICE))
    assert contacts[Audience.OFFICE] == (world.person_id("专班副手"),)


def test_a_leader_stands_in_for_a_leader(world: World) -> None:
    world.person("县长", roles=(Role.LEADER,))
    stand_in(world, "副县长", "县长")
    leader = world.person_id("副县长")
    with world.app.app_context():
        found = directory.Directory([], world.clock.today, leader_ids=[leader])
        contacts = found.contacts(None, world.clock.today, leader_id=leader)
    assert contacts[Audience.COUNTY_LEADER] == (world.person_id("县长"),)
    assert contacts.behalf(Audience.COUNTY_LEADER, world.person_id("县长")) == "副县长"


@pytest.mark.parametrize(
    ("away", "deputy", "from_on", "until_on", "sentence"),
    [
        (LEAD, SHARER, WEDNESDAY, TUESDAY, "结束日期早于开始日期"),
        (LEAD, SHARER, date(2025, 2, 1), date(2025, 2, 28), "已经过去"),
        (LEAD, SHARER, FIRST_DAY, date(2026, 3, 31), "最长一年"),
        (LEAD, LEAD, FIRST_DAY, TUESDAY, "不能是本人"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    world: World, away: str, deputy: str, from_on: date, until_on: date, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        stand_in(world, f"{away}联络员", f"{deputy}联络员", from_on, until_on)
    assert refusal.value.code == "invalid"
    assert world.count(Deputy) == 0


def test_periods_that_overlap_are_refused_and_neighbours_are_not(world: World) -> None:
    stand_in(world, f"{LEAD}联络员", f"{SHARER}联络员", TUESDAY, WEDNESDAY)
    for from_on, until_on in ((FIRST_DAY, TUESDAY), (WEDNESDAY, date(2025, 3, 9)), (TUESDAY, TUESDAY)):
        with pytest.raises(Refused, match=f"已由{SHARER}联络员代理，日期重叠"):
            stand_in(world, f"{LEAD}联络员", f"{STRANGER}联络员", from_on, until_on)
    stand_in(world, f"{LEAD}联络员", f"{STRANGER}联络员", date(2025, 3, 6), date(2025, 3, 9))
    stand_in(world, f"{LEAD}联络员", f"{STRANGER}联络员", FIRST_DAY, FIRST_DAY)


def test_of_many_at_once_one_arranges_the_absence(world: World) -> None:
    away, deputy, office = world.person_id(f"{LEAD}联络员"), world.person_id(f"{SHARER}联络员"), world.office

    def arrange() -> str:
        try:
            deputies.appoint(
                office, away, deputy, from_on=FIRST_DAY, until_on=TUESDAY, reason="", now=world.now
            )
        except Refused as refusal:
            return refusal.code
        return "done"

    assert sorted(world.at_once([arrange] * 5)) == ["done", *["invalid"] * 4]
    assert world.count(Deputy) == 1


def test_everybody_for_himself_and_the_office_for_all(world: World) -> None:
    own = world.actor(LEAD)
    arranged = stand_in(world, f"{LEAD}联络员", f"{SHARER}联络员", actor=own)
    with pytest.raises(Refused) as refusal:
        stand_in(world, f"{SHARER}联络员", f"{LEAD}联络员", actor=own)
    assert refusal.value.code == "missing"
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        deputies.end(world.actor(SHARER), arranged, world.now)
    assert refusal.value.code == "missing"
    with world.app.app_context():
        deputies.end(own, arranged, world.now)
        with pytest.raises(Refused, match="已经结束"):
            deputies.end(own, arranged, world.now)
        assert rows.of(own.person_id, world.clock.today).away == ()


def test_one_question_for_all_deputies_of_a_turn(sqlite_world: World) -> None:
    world = sqlite_world
    stand_in(world, f"{LEAD}联络员", f"{SHARER}联络员")
    world.issue(*(Asked(f"任务{n}", responsible=()) for n in range(30)))
    with counted(world) as heard:
        world.tick()
    assert sum("FROM deputy" in statement for statement in heard) == 1


def test_one_sets_ones_own_deputy_and_hour_on_ones_own_page(sqlite_world: World) -> None:
    world = sqlite_world
    reader = signed_in(world.app, "jiaoyu")
    page = reader.get("/me")
    assert "没有设代理" in page.text
    typed = {
        "deputy": str(world.person_id(f"{SHARER}联络员")),
        "from_on": "2025-03-05",
        "until_on": "2025-03-04",
    }
    refused = reader.press(page, "设为代理", typed, 400)
    assert "结束日期早于开始日期" in refused.text
    assert refused.value("from_on") == "2025-03-05"
    missing = reader.press(page, "设为代理", {**typed, "until_on": ""}, 400)
    assert "请填写结束日期" in missing.text
    page = reader.press(refused, "设为代理", {"until_on": "2025-03-06"})
    assert page.path == "/me"
    assert "2025年3月5日（周三）至2025年3月6日（周四）" in page.text
    page = reader.press(page, "保存", {"hour": "15", "fewer": "y"})
    person = world.get(Person, world.person_id(f"{LEAD}联络员"))
    assert (person.digest_hour, person.fewer) == (15, True)
    page = reader.press(page, "提前结束")
    assert "没有设代理" in page.text


def test_the_office_sets_it_on_the_page_of_a_person_and_the_list_shows_it(sqlite_world: World) -> None:
    world = sqlite_world
    reader = signed_in(world.app, "zhuanban")
    person_id = world.person_id(f"{LEAD}联络员")
    page = reader.get(reader.get(f"/people/{person_id}").links()["提醒和代理"])
    deputy = str(world.person_id(f"{SHARER}联络员"))
    page = reader.press(
        page, "设为代理", {"deputy": deputy, "from_on": "2025-03-03", "until_on": "2025-03-04"}
    )
    assert "代理中" in page.text
    assert f"{OFFICE}联络员设置" in page.text
    assert "代理中" in reader.get("/people").text
    other = signed_in(world.app, "caizheng").get("/me")
    assert f"代{LEAD}联络员" in other.text
    signed_in(world.app, "minzheng").get(f"/people/{person_id}/reminders", status=404)


def test_a_deputy_sees_the_desk_of_the_unit_he_stands_in_for(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue(Asked("改善幼儿园办园条件", responsible=()))
    stand_in(world, f"{LEAD}联络员", f"{STRANGER}联络员")
    reader = signed_in(world.app, "minzheng")
    page = reader.get("/desk")
    assert "改善幼儿园办园条件" in page.text
    assert f"{STRANGER}联络员（{STRANGER}）" in page.text


def test_the_deputy_of_a_section_head_reads_what_speaks_of_him(world: World) -> None:
    stand_in(world, f"{LEAD}科长", f"{LEAD}副局长")
    world.issue(Asked("一件任务", responsible=()))
    world.run_to(date(2025, 3, 27), heard=True)
    urged = [e.address for e in world.post.sent if "科长" in e.words.text]
    assert set(urged) == {address_of(f"{LEAD}副局长")}

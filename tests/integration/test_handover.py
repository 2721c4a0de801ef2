"""Leaving: every post a leaver held is listed with what was in his hands, until somebody takes it over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Handover, LedgerEntry, Person, PostHeld, Report
from app.queries import handovers
from app.services import handover, people
from tests.pages import signed_in
from tests.world import LEAD, SHARER, Asked, World, counted
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.policy import Actor, Role
from workflows.units import Post

MARCH = "2025-03"


def admin(world: World) -> Actor:
    return Actor(world.person_id("系统管理员"), "系统管理员", frozenset({Role.ADMIN}), frozenset())


def edit(
    world: World, name: str, posts: Collection[tuple[int, Post]] | None = None, *, active: bool = True
) -> None:
    person = world.get(Person, world.person_id(name))
    held = world.all(sa.select(PostHeld).where(PostHeld.person_id == person.id))
    keep = [(h.unit_id, h.post) for h in held] if posts is None else posts
    with world.app.app_context():
        people.edit(
            admin(world), person.id, email=person.email or "", posts=keep, active=active, now=world.now
        )


def waiting(world: World) -> list[handovers.Left]:
    with world.app.app_context():
        return handovers.waiting(world.clock.today)


def test_a_leavers_posts_are_listed_with_what_was_in_his_hands(world: World) -> None:
    world.unit("县审计局", staffed=False)
    world.person("审计联络员", unit="县审计局", roles=(Role.DEPARTMENT,), username="shenji")
    world.issue(*(Asked(f"任务{n}", "县审计局", (SHARER,)) for n in range(7)))
    world.run_to(date(2025, 3, 20))
    duty = world.duties(unit="县审计局", kind=DutyKind.MONTHLY_REPORT, period=MARCH)[0]
    with world.writing() as s:
        s.add(Report(duty_id=duty.id, done="写了一半"))
    edit(world, "审计联络员", active=False)
    [left] = waiting(world)
    assert (left.handover.person.name, left.handover.unit.name, left.handover.post) == (
        "审计联络员",
        "县审计局",
        Post.LIAISON,
    )
    assert left.alone
    assert left.open == len(world.duties(unit="县审计局"))
    assert len(left.duties) == handovers.SHOWN
    assert left.drafts == 1
    with world.app.app_context():
        assert handovers.count() == 1


def test_where_others_are_reached_the_post_waits_all_the_same(world: World) -> None:
    edit(world, f"{LEAD}联络员", active=False)
    [left] = waiting(world)
    assert not left.alone


def test_a_leader_leaves_what_he_answers_for(world: World) -> None:
    world.issue()
    with world.writing() as s:
        s.add(
            PostHeld(
                person_id=world.person_id("副县长"),
                unit_id=world.unit_id("县政府"),
                post=Post.HEAD,
            )
        )
    edit(world, "副县长", active=False)
    [left] = waiting(world)
    assert left.answers_for == ("县政府", "《学前教育提升行动计划》")


def test_the_successor_gets_the_post_and_the_letters(world: World) -> None:
    world.issue(Asked("一件任务", responsible=()))
    edit(world, f"{LEAD}联络员", active=False)
    newcomer = world.person("新联络员")
    [left] = waiting(world)
    with world.app.app_context():
        assert handover.take(admin(world), left.handover.id, newcomer, world.now) == "新联络员"
    assert waiting(world) == []
    row = world.get(Handover, left.handover.id)
    assert (row.taken_by_id, row.taken_at) == (newcomer, world.now)
    held = world.all(
        sa.select(PostHeld).where(PostHeld.unit_id == world.unit_id(LEAD), PostHeld.post == Post.LIAISON)
    )
    assert [h.person_id for h in held] == [newcomer]
    world.tick()
    assert [n.person_id for n in world.notices()] == [newcomer]
    with world.app.app_context(), pytest.raises(Refused, match="已经办好"):
        handover.take(admin(world), left.handover.id, newcomer, world.now)


def test_giving_somebody_the_post_is_taking_it_over(world: World) -> None:
    edit(world, f"{LEAD}联络员", active=False)
    world.person("新联络员", unit=LEAD)
    assert waiting(world) == []
    edit(world, f"{SHARER}联络员", active=False)
    edit(
        world,
        f"{LEAD}科长",
        [(world.unit_id(LEAD), Post.SECTION_HEAD), (world.unit_id(SHARER), Post.LIAISON)],
    )
    assert waiting(world) == []


def test_who_comes_back_takes_up_his_own(world: World) -> None:
    edit(world, f"{LEAD}联络员", active=False)
    edit(world, f"{LEAD}联络员", active=False)
    assert len(waiting(world)) == 1
    edit(world, f"{LEAD}联络员")
    assert waiting(world) == []
    held = world.all(sa.select(PostHeld).where(PostHeld.person_id == world.person_id(f"{LEAD}联络员")))
    assert [h.post for h in held] == [Post.LIAISON]


def test_a_post_taken_away_waits_only_where_nobody_else_holds_it(world: World) -> None:
    edit(world, f"{LEAD}联络员", [])
    assert [left.handover.post for left in waiting(world)] == [Post.LIAISON]
    world.person("另一联络员", unit=SHARER)
    edit(world, f"{SHARER}联络员", [])
    assert [left.handover.unit_id for left in waiting(world)] == [world.unit_id(LEAD)]


def test_a_post_nobody_follows_in_is_closed(world: World) -> None:
    edit(world, f"{LEAD}科长", active=False)
    [left] = waiting(world)
    with world.app.app_context():
        handover.waive(admin(world), left.handover.id, world.now)
        with pytest.raises(Refused, match="已经办好"):
            handover.waive(admin(world), left.handover.id, world.now)
    assert waiting(world) == []
    entry = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "handover.waive"))[0]
    assert entry.detail == {"person": left.handover.person_id, "post": "section_head", "successor": None}


def test_the_office_hands_over_for_departments_only(world: World) -> None:
    with world.writing() as s:
        leader = world.person_id("副县长")
        s.add(Handover(person_id=leader, unit_id=world.unit_id("县政府"), post=Post.HEAD, left_at=world.now))
    [left] = waiting(world)
    with world.app.app_context():
        for settle in (
            lambda: handover.take(world.office, left.handover.id, world.person_id(f"{LEAD}局长"), world.now),
            lambda: handover.waive(world.office, left.handover.id, world.now),
        ):
            with pytest.raises(Refused) as refusal:
                settle()
            assert refusal.value.code == "forbidden"
        with pytest.raises(Refused) as refusal:
            handover.take(world.actor(LEAD), left.handover.id, leader, world.now)
        assert refusal.value.code == "forbidden"


def test_two_who_name_a_successor_at_once_name_one(world: World) -> None:
    edit(world, f"{LEAD}联络员", active=False)
    [left] = waiting(world)
    first, second = world.person("甲"), world.person("乙")
    keeper = admin(world)

    def give(successor: int) -> str:
        try:
            return handover.take(keeper, left.handover.id, successor, world.now)
        except Refused as refusal:
            return refusal.code

    said = world.at_once([lambda: give(first), lambda: give(second)])
    assert "illegal-step" in said
    held = world.all(
        sa.select(PostHeld).where(PostHeld.unit_id == world.unit_id(LEAD), PostHeld.post == Post.LIAISON)
    )
    assert len(held) == 1


def test_the_page_costs_the_same_for_one_leaver_and_for_many(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue()
    edit(world, f"{LEAD}联络员", active=False)
    with counted(world) as few:
        waiting(world)
    for name in (f"{LEAD}科长", f"{SHARER}联络员", f"{SHARER}局长"):
        edit(world, name, active=False)
    with counted(world) as many:
        assert len(waiting(world)) == 4
    assert len(many) == len(few)


def test_one_click_hands_a_post_over(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue()
    successor = world.person("新联络员")
    reader = signed_in(world.app, "zhuanban")
    page = reader.press(reader.get(f"/people/{world.person_id(f'{LEAD}联络员')}"), "保存", {"active": None})
    assert page.path == "/handovers"
    assert f"{LEAD}联络员" in page.text
    assert "未办" in page.text
    assert "离任交接（1）" in reader.get("/people").links()
    refused = reader.press(page, "交给他", status=400)
    assert "请先选接手的人" in refused.text
    done = reader.press(page, "交给他", {"successor": str(successor)})
    assert "已交给新联络员" in done.text
    assert "没有等待交接的岗位" in done.text
    again = reader.press(page, "交给他", {"successor": str(successor)}, 409)
    assert "已经办好" in again.text


def test_doctor_and_the_engine_page_count_the_posts_that_wait(sqlite_world: World) -> None:
    world = sqlite_world
    edit(world, f"{LEAD}联络员", active=False)
    said = world.app.test_cli_runner().invoke(args=["doctor"]).output
    assert "1 posts of leavers wait" in said
    assert "1个岗位" in signed_in(world.app, "guanli").get("/engine").text

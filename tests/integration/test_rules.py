"""The county changes its rules: drafts are written and refused, versions are taken into use, open duties move over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app import duties
from app.models import Duty, LedgerEntry, Plan, PolicyDraft, PolicyVersion
from app.models.rules import PolicySubject
from app.queries import rulebook
from app.queries import rules as rules_in_force
from app.services import rules
from app.services.rules import Use
from tests.world import LEAD, OFFICE, Asked, World
from workflows.cadence import CadenceRules, DutyKind
from workflows.errors import Refused
from workflows.escalation import DEFAULT_LADDERS, Audience, Ladder, LadderBook, LetterKind, Rung
from workflows.lifecycle import DutyState
from workflows.light import LightRules
from workflows.policy import Role

MONTHLY = DutyKind.MONTHLY_REPORT
GENTLE = Ladder(
    (
        Rung(-2, LetterKind.ADVANCE, (Audience.LIAISON,)),
        Rung(2, LetterKind.URGE, (Audience.LIAISON, Audience.DEPUTY_HEAD), urgent=True),
        Rung(5, LetterKind.ESCALATE, (Audience.HEAD,), slip=LetterKind.BLUE_SLIP, urgent=True),
    )
)


def begin(world: World, subject: PolicySubject = PolicySubject.LADDERS, plan_id: int | None = None) -> int:
    with world.app.app_context():
        return rules.begin(world.office, subject, plan_id, world.now)


def save(world: World, draft_id: int, part: dict[str, Any], seen: int | None = None) -> None:
    version = world.get(PolicyDraft, draft_id).version if seen is None else seen
    with world.app.app_context():
        rules.save(world.office, draft_id, part, seen_version=version, now=world.now)


def use(world: World, draft_id: int, *plan_ids: int, note: str = "专班会议决定") -> Use:
    with world.app.app_context():
        page = rulebook.draft_page(draft_id)
        return Use(note, plan_ids, page.draft.version, page.in_force.id)


def take(world: World, draft_id: int, *plan_ids: int, note: str = "专班会议决定") -> int:
    decided = use(world, draft_id, *plan_ids, note=note)
    with world.app.app_context():
        return rules.take(world.office, draft_id, decided, world.now)


def gentler(world: World, *plan_ids: int, ladder: Ladder = GENTLE, own: bool = False) -> int:
    """Take a version into use in which monthly reports climb another ladder; returns its id."""
    draft_id = begin(world, plan_id=plan_ids[0] if own else None)
    save(world, draft_id, {MONTHLY.value: ladder.as_json()})
    return take(world, draft_id, *plan_ids)


def move(world: World, version_id: int) -> int:
    with world.app.app_context():
        return rules.move(world.office, version_id, world.now)


def monthly(world: World, unit: str = LEAD) -> Duty:
    return world.duties(unit=unit, kind=MONTHLY)[-1]


def hear_everything(world: World) -> None:
    with world.writing() as s:
        for duty in s.scalars(sa.select(Duty).where(Duty.state == DutyState.OPEN).order_by(Duty.id)):
            duties.show_receipt(duty, world.now)


def records(world: World, act: str) -> list[LedgerEntry]:
    return world.all(sa.select(LedgerEntry).where(LedgerEntry.act == act).order_by(LedgerEntry.id))


# ------------------------------------------------------------------------------------------- drafts


def test_a_draft_begins_as_what_is_in_force_and_is_begun_once(world: World) -> None:
    first, second = begin(world), begin(world)
    assert first == second
    found = world.get(PolicyDraft, first)
    assert LadderBook.from_json(found.body).ladders == DEFAULT_LADDERS
    with world.app.app_context():
        assert rulebook.draft_page(first).changes == ()


def test_a_draft_that_makes_no_sense_is_refused_with_the_name_of_the_ladder(world: World) -> None:
    draft_id = begin(world)
    nobody = replace(GENTLE, rungs=(Rung(1, LetterKind.URGE, ()),))
    with pytest.raises(Refused) as refusal:
        save(world, draft_id, {MONTHLY.value: nobody.as_json()})
    assert refusal.value.code == "invalid"
    assert "“月报”：第1级没有选发给谁。" in str(refusal.value)
    assert LadderBook.from_json(world.get(PolicyDraft, draft_id).body).ladders == DEFAULT_LADDERS


def test_of_two_editors_the_second_is_told_who_was_quicker(world: World) -> None:
    draft_id = begin(world)
    seen = world.get(PolicyDraft, draft_id).version
    save(world, draft_id, {MONTHLY.value: GENTLE.as_json()}, seen)
    with pytest.raises(Refused) as refusal:
        save(world, draft_id, {MONTHLY.value: DEFAULT_LADDERS[DutyKind.SIGN].as_json()}, seen)
    assert refusal.value.code == "stale"
    assert f"{OFFICE}联络员刚刚修改了这份草稿" in str(refusal.value)
    assert LadderBook.from_json(world.get(PolicyDraft, draft_id).body).ladders[MONTHLY] == GENTLE


def test_two_who_save_at_the_same_moment_do_not_overwrite_each_other(world: World) -> None:
    draft_id, office = begin(world), world.office
    seen = world.get(PolicyDraft, draft_id).version

    def write() -> bool:
        try:
            part = {MONTHLY.value: GENTLE.as_json()}
            rules.save(office, draft_id, part, seen_version=seen, now=world.now)
        except Refused:
            return False
        return True

    assert sorted(world.at_once([write, write])) == [False, True]


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.LEADER])
def test_only_the_office_and_the_administrator_write_rules(world: World, role: Role) -> None:
    who = replace(world.office, roles=frozenset({role}))
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        rules.begin(who, PolicySubject.LADDERS, None, world.now)
    assert refusal.value.code == "forbidden"


# ------------------------------------------------------------------------------------------- taking into use


def test_a_taken_draft_is_a_new_version_and_the_old_one_stands_as_it_was(world: World) -> None:
    plan_id = world.issue()
    before = world.one(sa.select(PolicyVersion).where(PolicyVersion.subject == PolicySubject.LADDERS))
    version_id = gentler(world, plan_id)
    after = world.get(PolicyVersion, version_id)
    assert (after.version, after.note) == (2, "专班会议决定")
    assert world.get(PolicyVersion, before.id).body == before.body
    assert world.get(Plan, plan_id).ladders_version_id == version_id
    assert world.count(PolicyDraft) == 0
    [entry] = records(world, "rules.take")
    assert (entry.detail["version_id"], entry.detail["plans"]) == (version_id, [plan_id])
    with world.app.app_context():
        page = rulebook.version_page(version_id, None)
        assert page.taken.by == f"{OFFICE}联络员"
        assert {change.group for change in page.changes} == {"月报"}


def test_open_duties_keep_the_ladder_they_were_opened_with_and_new_ones_get_the_new(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 21))
    march = monthly(world)
    version_id = gentler(world, plan_id)
    world.run_to(date(2025, 4, 22))
    assert world.get(Duty, march.id).policy_version_id == march.policy_version_id
    assert monthly(world).policy_version_id == version_id


def test_a_plan_that_is_not_chosen_goes_on_as_before(world: World) -> None:
    one, other = world.issue(), world.issue(Asked("培训教师"))
    former = world.get(Plan, other).ladders_version_id
    gentler(world, one)
    assert world.get(Plan, other).ladders_version_id == former


def test_rules_for_one_plan_are_nobody_elses(world: World) -> None:
    one, other = world.issue(), world.issue(Asked("培训教师"))
    version_id = gentler(world, one, own=True)
    assert world.get(Plan, one).ladders_version_id == version_id
    assert world.get(Plan, other).ladders_version_id != version_id
    with world.app.app_context():
        assert rules_in_force.latest(PolicySubject.LADDERS).id != version_id
        assert rules_in_force.ladders(version_id)[MONTHLY] == GENTLE
    third = world.issue(Asked("安全检查"))
    assert world.get(Plan, third).ladders_version_id != version_id


@pytest.mark.parametrize("note", ["", "  ", "长" * 401])
def test_a_version_says_why_it_was_taken(world: World, note: str) -> None:
    draft_id = begin(world)
    with pytest.raises(Refused) as refusal:
        take(world, draft_id, note=note)
    assert refusal.value.code == "invalid"
    assert world.count(PolicyDraft) == 1


def test_a_plan_that_does_not_run_cannot_be_chosen(world: World) -> None:
    draft_id, plan_id = begin(world), world.draft(Asked("还在核对"))
    with pytest.raises(Refused) as refusal:
        take(world, draft_id, plan_id)
    assert refusal.value.code == "invalid"


def test_nobody_takes_a_draft_without_having_seen_what_came_into_force_meanwhile(world: World) -> None:
    plan_id = world.issue()
    first, second = begin(world), begin(world, plan_id=plan_id)
    decided = use(world, second, plan_id)
    take(world, first, plan_id)
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        rules.take(world.office, second, decided, world.now)
    assert refusal.value.code == "stale"


def test_two_drafts_taken_at_the_same_moment_get_two_numbers(world: World) -> None:
    one, other = world.issue(), world.issue(Asked("培训教师"))
    drafts = [begin(world, plan_id=one), begin(world, plan_id=other)]
    decided = [use(world, draft_id) for draft_id in drafts]
    office = world.office
    taken = world.at_once(
        [lambda d=d, u=u: rules.take(office, d, u, world.now) for d, u in zip(drafts, decided, strict=True)]  # type: ignore[misc]
    )
    assert sorted(world.get(PolicyVersion, version_id).version for version_id in taken) == [2, 3]


def test_lights_change_at_once(world: World) -> None:
    draft_id = begin(world, PolicySubject.LIGHT)
    save(world, draft_id, LightRules(near_days=30).as_json())
    with world.app.app_context():
        assert rules_in_force.light_rules().near_days == 15
    take(world, draft_id)
    with world.app.app_context():
        assert (rules_in_force.light_rules().near_days, rules_in_force.light_rules().version) == (30, 2)


def test_lights_are_the_same_for_every_plan(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        begin(world, PolicySubject.LIGHT, world.issue())
    assert refusal.value.code == "invalid"


# ------------------------------------------------------------------------------------------- report days


def new_days(world: World, plan_id: int, **days: int) -> None:
    draft_id = begin(world, PolicySubject.CADENCE)
    save(world, draft_id, replace(CadenceRules(), **days).as_json())  # type: ignore[arg-type]
    take(world, draft_id, plan_id)


def test_new_days_hold_from_the_next_opening_on(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 21))
    new_days(world, plan_id, monthly_opens_day=5, monthly_due_day=12, consolidation_day=15, review_day=20)
    world.run_to(date(2025, 4, 8))
    dues = [duty.due_on for duty in world.duties(unit=LEAD, kind=MONTHLY)]
    assert dues == [date(2025, 3, 25), date(2025, 4, 14)]  # 12 April is a Saturday


def test_a_month_that_would_have_opened_by_the_new_days_opens_at_the_next_turn(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 12))
    assert not world.duties(kind=MONTHLY)
    new_days(world, plan_id, monthly_opens_day=10, monthly_due_day=25)
    world.run_to(date(2025, 3, 13))
    assert [duty.period_key for duty in world.duties(unit=LEAD, kind=MONTHLY)] == ["2025-03"]


def test_a_month_too_short_by_the_new_days_is_not_asked_for(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 12))
    new_days(world, plan_id, monthly_opens_day=3, monthly_due_day=13, consolidation_day=16, review_day=20)
    world.run_to(date(2025, 4, 8))
    assert [duty.period_key for duty in world.duties(unit=LEAD, kind=MONTHLY)] == ["2025-04"]


def test_new_days_wait_for_the_engine_to_open_what_is_owed_by_the_old_ones(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.clock.go_to(date(2025, 3, 24))  # the engine has been off: March has not opened
    with pytest.raises(Refused) as refusal:
        new_days(world, plan_id, monthly_opens_day=5, monthly_due_day=12, consolidation_day=15, review_day=20)
    assert refusal.value.code == "stale"
    world.tick()
    with world.app.app_context():
        draft_id = rulebook.shelves()[1].drafts[0].id
    take(world, draft_id, plan_id)
    assert [duty.period_key for duty in world.duties(unit=LEAD, kind=MONTHLY)] == ["2025-03"]


def test_no_month_opens_twice_or_before_the_plan_was_issued(world: World) -> None:
    world.clock.go_to(date(2025, 3, 24))
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    new_days(
        world,
        plan_id,
        monthly_opens_day=18,
        monthly_due_day=28,
        consolidation_day=30,
        review_day=5,
        lock_day=8,
    )
    world.run_to(date(2025, 4, 21))
    assert [duty.period_key for duty in world.duties(unit=LEAD, kind=MONTHLY)] == ["2025-04"]

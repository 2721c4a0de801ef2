"""What the engine foretells is what it then does: the same duties, rungs, people and days, without a write before."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.models import Duty, Notice
from app.queries import foresight
from app.queries.foresight import Foresight
from tests.world import FIRST_DAY, LEAD, OFFICE, SHARER, Asked, World
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused

UNTIL = date(2025, 7, 31)
Told = tuple[DutyKind, str, int | None, int, int, int, str, date]


def foretold(world: World, plan_id: int, since: date, until: date) -> Foresight:
    with world.app.app_context():
        return foresight.foresee(plan_id, since, until, world.now)


def as_told(seen: Foresight) -> list[Told]:
    return sorted(
        (
            n.subject.kind,
            n.subject.period_key,
            n.subject.task_id or 0,
            n.subject.unit_id,
            n.rung,
            n.person_id,
            n.reason,
            local_date(n.at),
        )
        for n in seen.notices
    )


def as_done(world: World, after: int = 0) -> list[Told]:
    """What the ladders have said; that the administrator is told of a vacant post is nobody's rung, nor foretold."""
    duties = {duty.id: duty for duty in world.duties()}
    return sorted(
        (
            duties[n.duty_id].kind,
            duties[n.duty_id].period_key,
            duties[n.duty_id].task_id or 0,
            duties[n.duty_id].unit_id,
            n.rung,
            n.person_id,
            n.reason,
            local_date(n.created_at),
        )
        for n in world.notices()
        if n.id > after and n.rung >= 0
    )


def plan_of(world: World) -> int:
    return world.issue(
        Asked("新建一所幼儿园", due=date(2025, 6, 30)),
        Asked("培训教师", LEAD, (SHARER, OFFICE), due=date(2025, 4, 5)),
        Asked("安全检查", SHARER, ()),
    )


def test_what_is_foretold_at_the_issue_is_what_the_engine_does(world: World) -> None:
    plan_id = plan_of(world)
    told = as_told(foretold(world, plan_id, FIRST_DAY, UNTIL))
    world.run_to(UNTIL)
    done = as_done(world)
    assert len(done) > 100
    assert told == done


def test_it_begins_where_the_county_stands(world: World) -> None:
    plan_id = plan_of(world)
    world.run_to(date(2025, 3, 24))
    world.file(LEAD, "2025-03")
    before = world.notices()[-1].id
    told = as_told(foretold(world, plan_id, date(2025, 3, 25), UNTIL))
    world.clock.go_to(date(2025, 3, 25))
    world.run_to(UNTIL)
    assert told == as_done(world, after=before)


def test_nothing_is_written(world: World) -> None:
    plan_id = plan_of(world)
    world.tick()
    before = (world.count(Notice), world.count(Duty))
    assert foretold(world, plan_id, FIRST_DAY, UNTIL).notices
    assert (world.count(Notice), world.count(Duty)) == before


def test_an_earlier_stretch_is_left_out_and_a_later_one_cut(world: World) -> None:
    plan_id = plan_of(world)
    seen = foretold(world, plan_id, date(2025, 4, 1), date(2025, 4, 30))
    days = {local_date(notice.at) for notice in seen.notices}
    assert min(days) >= date(2025, 4, 1)
    assert max(days) <= date(2025, 4, 30)


def test_letters_are_counted_by_person_and_week(world: World) -> None:
    plan_id = plan_of(world)
    seen = foretold(world, plan_id, FIRST_DAY, date(2025, 3, 9))
    weeks = seen.letters_by_week()
    assert {monday for _, monday in weeks} == {FIRST_DAY}
    world.run_to(date(2025, 3, 9), hour=9)
    sent = [letter.person_id for letter in world.letters()]
    assert {person: count for (person, _), count in weeks.items()} == {
        p: sent.count(p) for p in sent if p != world.person_id("系统管理员")
    }


def test_a_draft_has_nothing_to_foretell(world: World) -> None:
    plan_id = world.draft(Asked("新建一所幼儿园"))
    with pytest.raises(Refused) as refusal:
        foretold(world, plan_id, FIRST_DAY, UNTIL)
    assert refusal.value.code == "illegal-step"


def test_the_command_prints_who_is_told_what_when_and_why(world: World) -> None:
    plan_id = plan_of(world)
    asked = ["engine", "simulate", "--plan", str(plan_id), "--from", "2025-03-03", "--to", "2025-04-30"]
    lines = world.app.test_cli_runner().invoke(args=[*asked, "--json"]).output.splitlines()
    rows = [json.loads(line) for line in lines]
    assert {"at", "person", "unit", "duty", "task", "letter", "why"} <= set(rows[0])
    assert rows == sorted(rows, key=lambda row: row["at"])
    assert any(row["task"] == "1. 新建一所幼儿园" for row in rows)
    table = world.app.test_cli_runner().invoke(args=asked).output
    assert "县教育局联络员" in table
    assert table.splitlines()[-1].startswith(f"{len(rows)} notices, ")


def test_a_duty_is_explained_rung_by_rung(world: World) -> None:
    plan_of(world)
    world.run_to(date(2025, 3, 26))
    [duty] = world.duties(unit=SHARER, kind=DutyKind.MONTHLY_REPORT, period="2025-03")[:1]
    said = world.app.test_cli_runner().invoke(args=["engine", "explain", str(duty.id)]).output
    assert "2025年3月月报" in said
    assert "到期当日" in said
    assert "next: 2025-03-28" in said

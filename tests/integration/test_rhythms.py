"""报告周期 by task type: what opens in every rhythm, what an outage missed, and by what hour it is owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.models import Duty, Plan, PolicyVersion, Task
from app.models.rules import PolicySubject
from app.queries import desk, foresight, matrix, rules, supervision, verdicts
from app.queries.lateness import was_late
from tests.pages import signed_in
from tests.world import LEAD, OFFICE, SHARER, Asked, World, at
from workflows.cadence import CadenceRules, DutyKind, Rhythm, Roll, next_opening
from workflows.calendar import local_date
from workflows.commitments import TaskKind

REPORT = DutyKind.MONTHLY_REPORT
PROJECT, ROUTINE = "新建一所幼儿园", "开展业务培训"


def ruled(world: World, rhythm: Mapping[TaskKind, Rhythm], **others: Any) -> CadenceRules:
    """A new version of the county's days."""
    wanted = replace(CadenceRules(), rhythm=rhythm, **others)
    wanted.check()
    with world.writing() as s:
        newest = s.scalars(
            sa.select(sa.func.max(PolicyVersion.version)).where(
                PolicyVersion.subject == PolicySubject.CADENCE
            )
        ).one()
        version = PolicyVersion(
            subject=PolicySubject.CADENCE,
            version=newest + 1,
            body=wanted.as_json(),
            note="试",
            created_at=world.now,
        )
        s.add(version)
    return wanted


def issued(world: World) -> int:
    """A plan with a project and something that goes on and on."""
    plan_id = world.draft(Asked(PROJECT), Asked(ROUTINE, SHARER, (LEAD,)))
    kinds = {PROJECT: TaskKind.PROJECT, ROUTINE: TaskKind.CONTINUING}
    with world.writing() as s:
        for task in s.scalars(sa.select(Task).where(Task.plan_id == plan_id)):
            task.kind = kinds[task.title]
    world.issue_draft(plan_id)
    return plan_id


def opened(world: World, unit: str = LEAD) -> dict[str, list[str]]:
    """Task → the periods the unit reports on, in order."""
    titles = {task.id: task.title for task in world.tasks()}
    found: dict[str, list[str]] = {}
    for duty in world.duties(unit=unit, kind=REPORT):
        assert duty.task_id
        found.setdefault(titles[duty.task_id], []).append(duty.period_key)
    return found


def test_a_continuing_task_may_report_by_the_quarter_beside_one_that_reports_every_month(
    world: World,
) -> None:
    ruled(world, {TaskKind.CONTINUING: Rhythm.QUARTERLY})
    issued(world)
    world.run_to(date(2025, 6, 21))
    assert opened(world) == {
        PROJECT: ["2025-03", "2025-04", "2025-05", "2025-06"],
        ROUTINE: ["2025-Q1", "2025-Q2"],
    }
    reviews = [duty.period_key for duty in world.duties(unit=OFFICE, kind=DutyKind.REVIEW)]
    assert sorted(reviews) == ["2025-03", "2025-04", "2025-05", "2025-06", "2025-Q1", "2025-Q2"]
    gathered = Counter(duty.period_key for duty in world.duties(kind=DutyKind.CONSOLIDATION, unit=SHARER))
    assert gathered == {"2025-Q1": 1, "2025-Q2": 1}


def test_after_an_outage_every_missed_half_month_is_open_once_and_late_ones_are_marked(world: World) -> None:
    ruled(world, {TaskKind.PROJECT: Rhythm.HALF_MONTHLY})
    issued(world)
    world.run_to(date(2025, 3, 4))
    world.clock.go_to(date(2025, 5, 12))  # the engine was off for ten weeks
    world.tick()
    world.tick()
    missed = ["2025-03-A", "2025-03-B", "2025-04-A", "2025-04-B", "2025-05-A"]
    assert opened(world)[PROJECT] == missed
    assert opened(world)[ROUTINE] == ["2025-03", "2025-04"]
    world.file(LEAD, "2025-03-A")
    world.file(LEAD, "2025-05-A")
    late = {
        duty.period_key: was_late(duty, duty.filed_at) for duty in world.duties(unit=LEAD) if duty.filed_at
    }
    assert late == {"2025-03-A": True, "2025-05-A": True}
    with world.app.app_context():
        queue = {row.duty.period_key: row.late for row in verdicts.review_queue(world.now)}
        assert queue == late
        table = matrix.matrix(world.now)
        assert table.months == (
            "2025-03-A",
            "2025-03-B",
            "2025-03",
            "2025-04-A",
            "2025-04-B",
            "2025-04",
            "2025-05-A",
        )


def test_a_plan_wakes_for_every_rhythm_its_rules_know(world: World) -> None:
    wanted = ruled(world, {TaskKind.PROJECT: Rhythm.HALF_MONTHLY, TaskKind.CONTINUING: Rhythm.PER_TERM})
    plan_id = issued(world)
    plan = world.get(Plan, plan_id)
    with world.app.app_context():
        expected = next_opening(date(2025, 3, 2), wanted, rules.calendar())
    assert plan.next_opening_on == expected == date(2025, 3, 3)
    world.run_to(date(2025, 6, 30))
    assert opened(world)[ROUTINE] == ["2025-T1"]
    assert len(opened(world)[PROJECT]) == 8  # 3月至6月, twice a month


def test_what_is_foretold_is_what_then_opens_in_every_rhythm(world: World) -> None:
    ruled(world, {TaskKind.PROJECT: Rhythm.HALF_MONTHLY, TaskKind.CONTINUING: Rhythm.MONTH_END})
    plan_id = issued(world)
    world.tick()
    with world.app.app_context():
        seen = foresight.foresee(plan_id, date(2025, 3, 4), date(2025, 4, 12), world.now)
    foretold = {
        (
            n.subject.kind,
            n.subject.period_key,
            n.subject.task_id,
            n.subject.unit_id,
            n.rung,
            n.person_id,
            n.at,
        )
        for n in seen.notices
    }
    world.clock.go_to(date(2025, 3, 4), 9)
    while world.clock.today <= date(2025, 4, 12):
        world.tick()
        world.clock.forward(days=1)
    duties = {duty.id: duty for duty in world.duties()}
    told = {
        (d.kind, d.period_key, d.task_id, d.unit_id, n.rung, n.person_id, n.created_at)
        for n in world.notices()
        for d in [duties[n.duty_id]]
        if local_date(n.created_at) >= date(2025, 3, 4)
    }
    assert {line[:6] for line in told} <= {line[:6] for line in foretold}
    assert {key for _, key, *_ in told} >= {"2025-03-A", "2025-03-B", "2025-03-E", "2025-04-A"}


def test_a_report_filed_after_the_hour_of_its_last_day_is_late(world: World) -> None:
    ruled(world, {}, cutoff_hour=18)
    issued(world)
    world.run_to(date(2025, 3, 24))
    due = world.duties(unit=LEAD, kind=REPORT, period="2025-03")[0]
    assert (due.due_on, due.cutoff_hour) == (date(2025, 3, 25), 18)
    assert {d.cutoff_hour for d in world.duties(kind=DutyKind.SIGN)} == {24}
    world.clock.go_to(date(2025, 3, 25), 17)
    with world.app.app_context():
        [item] = [i for i in desk.desk([due.unit_id], world.now).soon if i.kind is REPORT]
        assert (item.urgency, item.late) == ("今日18:00截止", False)
        assert not [row for row in supervision.overdue(world.now) if row.kind is REPORT]
        before = desk.pending_counts([due.unit_id], world.now)
    world.file(SHARER, "2025-03")
    world.clock.go_to(date(2025, 3, 25), 18)
    with world.app.app_context():
        assert [i.period_key for i in desk.desk([due.unit_id], world.now).overdue if i.kind is REPORT] == [
            "2025-03"
        ]
        assert {row.unit_name for row in supervision.overdue(world.now) if row.kind is REPORT} == {LEAD}
        after = desk.pending_counts([due.unit_id], world.now)
        assert (after[0], after[1]) == (before[0], before[1] + 1)
    world.file(LEAD, "2025-03")
    late = {
        duty.unit_id: was_late(duty, duty.filed_at) for duty in world.duties(kind=REPORT) if duty.filed_at
    }
    assert late == {world.unit_id(LEAD): True, world.unit_id(SHARER): False}
    with world.app.app_context():
        cells = {line.name: line.cells["2025-03"].word for line in matrix.matrix(world.now).lines}
        assert cells == {LEAD: "2/2 迟报", SHARER: "2/2"}


def test_a_due_day_on_a_rest_day_rolls_as_the_rules_say(world: World) -> None:
    ruled(world, {}, roll=Roll.BACK)
    issued(world)
    world.run_to(date(2025, 5, 20))
    [first, _] = world.duties(unit=LEAD, kind=REPORT, period="2025-05")
    assert first.due_on == date(2025, 5, 23)  # 25 May is a Sunday


@pytest.mark.parametrize("key", ["2025-03-A", "2025-Q1"])
def test_the_page_of_a_report_is_named_by_its_period(sqlite_world: World, key: str) -> None:
    world = sqlite_world
    ruled(world, {TaskKind.PROJECT: Rhythm.HALF_MONTHLY, TaskKind.CONTINUING: Rhythm.QUARTERLY})
    issued(world)
    world.run_to(date(2025, 3, 24))
    words = {"2025-03-A": "2025年3月上半月报告", "2025-Q1": "2025年第一季度报告"}[key]
    page = signed_in(world.app, "jiaoyu").get(f"/reports/{world.unit_id(LEAD)}/{key}")
    assert page.title.startswith(f"{words} · {LEAD}")
    assert words in signed_in(world.app, "jiaoyu").get("/desk").text
    office = signed_in(world.app, "zhuanban")
    assert words in office.get(f"/duties/{duty_of(world, key).id}").text
    office.get("/supervision/matrix")


def duty_of(world: World, key: str) -> Duty:
    return world.duties(unit=LEAD, kind=REPORT, period=key)[0]


def test_what_a_page_does_not_know_is_not_found(sqlite_world: World) -> None:
    issued(sqlite_world)
    reader = signed_in(sqlite_world.app, "jiaoyu")
    for key in ("2025-99", "nonsense", "2025-03-A"):
        reader.get(f"/reports/{sqlite_world.unit_id(LEAD)}/{key}", 404)


def test_noon_is_not_the_end_of_a_day_without_an_hour(world: World) -> None:
    issued(world)
    world.run_to(date(2025, 3, 25))
    world.clock.go_to(date(2025, 3, 25), 23)
    with world.app.app_context():
        assert not [row for row in supervision.overdue(at(date(2025, 3, 25), 23)) if row.kind is REPORT]
        assert [row for row in supervision.overdue(at(date(2025, 3, 26), 0)) if row.kind is REPORT]

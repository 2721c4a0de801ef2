"""The facts behind a light, as they stand in the rows, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import duties
from app.models import Assignment, Commitment, Duty, Plan, PolicyVersion, Report, Task
from app.models.rules import PolicySubject
from app.queries import tasks
from app.queries.tasks import TaskRow
from app.services import progress, reports
from app.services.progress import Word
from app.services.reports import Entry
from tests.county import MARCH, in_march
from tests.world import LEAD, SHARER, Asked, World, counted, signer_of
from workflows.cadence import DutyKind
from workflows.commitments import CommitmentKind, TaskKind
from workflows.lifecycle import DutyState, Hold, OnTime, TaskState
from workflows.light import Colour, Pace, Rule
from workflows.units import Share

APRIL = "2025-04"
YEAR_END = Asked("建设2所示范园", due=date(2025, 12, 31))


def seen(world: World) -> TaskRow:
    """The only task as lists show it today; its own page must say the same."""
    with world.app.app_context():
        [row] = tasks.rows(world.clock.today)
        page = tasks.page(row.id, world.now)
    assert (page.light, page.pace) == (row.light, row.pace)
    return row


def report(
    world: World,
    period: str,
    percent: int,
    *,
    done: str = "推进。",
    unit: str = LEAD,
    on_time: OnTime | None = None,
    waiting: bool = False,
) -> None:
    """The unit submits its only report of that month."""
    [duty] = world.duties(unit=unit, kind=DutyKind.MONTHLY_REPORT, period=period)
    with world.app.app_context():
        entry = Entry(duty.id, percent, done, "", "", 0, on_time, waiting)
        reports.save_month(world.actor(unit), [entry], submit=True, now=world.now, signed_by=signer_of(unit))


def change(world: World, **facts: object) -> None:
    """Set columns of the only task."""
    with world.writing() as s:
        task = s.scalars(sa.select(Task)).one()
        for name, value in facts.items():
            setattr(task, name, value)


def to_april(world: World) -> None:
    """Everybody has signed; it is a quiet day after March's reports, and April's are open."""
    world.clock.go_to(date(2025, 4, 20))
    world.tick()


def stage(world: World, due_on: date, target: str = "", unit: str = "", **facts: str) -> None:
    """Give the only task a dated stage, or another commitment with a date."""
    [task] = world.tasks()
    said = {"kind": CommitmentKind.MILESTONE, "text": "阶段", **facts}
    with world.writing() as s:
        s.add(Commitment(task_id=task.id, position=1, due_on=due_on, target=target, unit=unit, **said))


# ------------------------------------------------------------------------------------------ the schedule


@pytest.mark.parametrize(
    ("target", "unit", "expected"), [("", "", 50), ("60", "%", 60), ("60", "所", 50), ("待定", "%", 50)]
)
def test_milestones_of_the_document_are_the_plan_a_task_is_held_against(
    world: World, target: str, unit: str, expected: int
) -> None:
    world.issue(YEAR_END)
    stage(world, date(2025, 3, 31), target, unit)
    world.clock.go_to(date(2025, 3, 31))
    row = seen(world)
    assert row.light.expected == expected
    assert row.light.reason.startswith(f"按阶段节点应完成{expected}%，实际0%")
    assert row.pace.pace is Pace.BEHIND


@pytest.mark.parametrize(("name", "expected"), [("完成", 60), ("累计完成", 60), ("卫生厕所普及率", 50)])
def test_a_share_of_the_task_that_the_document_sets_beside_a_stage_is_the_stage_s_own(
    world: World, name: str, expected: int
) -> None:
    world.issue(YEAR_END)
    on = date(2025, 3, 31)
    stage(world, on)
    stage(world, on, "60", "%", kind=CommitmentKind.INDICATOR, name=name)
    world.clock.go_to(date(2025, 3, 31))
    assert seen(world).light.expected == expected


def test_a_plan_made_for_a_later_period_starts_with_it(world: World) -> None:
    plan_id = world.issue(YEAR_END)
    with world.writing() as s:
        plan = s.get_one(Plan, plan_id)
        plan.period_from_on, plan.period_to_on = date(2025, 7, 1), date(2026, 6, 30)
    world.clock.go_to(date(2025, 6, 30))
    assert seen(world).light.rule is Rule.NOT_STARTED
    world.clock.go_to(date(2025, 7, 1))
    assert (seen(world).light.colour, seen(world).light.expected) == (Colour.GREEN, 0)


@pytest.mark.parametrize(
    ("facts", "rule", "pace"),
    [
        ({"state": TaskState.SUSPENDED}, Rule.SUSPENDED, Pace.OTHER),
        ({"kind": TaskKind.ADVOCACY}, Rule.ADVOCACY, Pace.OTHER),
        ({"state": TaskState.CLOSED}, Rule.CLOSED, Pace.DONE),
        ({}, Rule.OVERDUE, Pace.BEHIND),
    ],
)
def test_what_is_suspended_encouraged_or_closed_is_not_held_to_its_date(
    world: World, facts: Mapping[str, object], rule: Rule, pace: Pace
) -> None:
    world.issue(YEAR_END)
    change(world, **facts)
    world.clock.go_to(date(2026, 1, 5))
    row = seen(world)
    assert (row.light.rule, row.pace.pace) == (rule, pace)


# -------------------------------------------------------------------------------------- what the lead reported


def test_two_reports_without_change_turn_the_light_yellow_and_news_turns_it_back(world: World) -> None:
    world.issue(YEAR_END)
    in_march(world)
    report(world, MARCH, 0)
    assert seen(world).light.rule is not Rule.UNCHANGED
    to_april(world)
    report(world, APRIL, 0)
    shown = seen(world).light
    assert (shown.colour, shown.rule) == (Colour.YELLOW, Rule.BEHIND)
    assert "并报送新的进展" in shown.mend
    change(world, deadline_on=date(2027, 12, 31))
    assert seen(world).light.rule is Rule.UNCHANGED
    [task] = world.tasks()
    lead = next(part for part in world.parts(task.id) if part.share is Share.LEAD)
    with world.app.app_context():
        word = Word(5, "开工。")
        progress.update(world.actor(LEAD), lead.id, word, seen_version=lead.version, now=world.now)
    assert seen(world).light.rule is Rule.HEALTHY


def test_a_lead_that_waits_as_planned_is_not_told_that_nothing_moves(world: World) -> None:
    world.issue(Asked("建设2所示范园", due=date(2027, 12, 31)))
    in_march(world)
    report(world, MARCH, 0)
    to_april(world)
    report(world, APRIL, 0, waiting=True)
    assert seen(world).light.rule is Rule.HEALTHY


def test_only_reports_of_the_lead_that_stand_are_judged(world: World) -> None:
    world.issue(Asked("建设2所示范园", due=date(2027, 12, 31)))
    in_march(world)
    report(world, MARCH, 0, on_time=OnTime.UNABLE, unit=SHARER)
    assert seen(world).light.rule is Rule.REPORT_DUE
    report(world, MARCH, 0, on_time=OnTime.UNABLE)
    assert (seen(world).light.colour, seen(world).light.rule) == (Colour.RED, Rule.UNABLE)
    [duty] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period=MARCH)
    world.return_report(duty.id)
    assert seen(world).light.rule is Rule.REPORT_DUE


def test_the_next_report_takes_back_what_the_last_one_feared(world: World) -> None:
    world.issue(Asked("建设2所示范园", due=date(2027, 12, 31)))
    in_march(world)
    report(world, MARCH, 1, on_time=OnTime.UNABLE)
    to_april(world)
    assert seen(world).light.rule is Rule.UNABLE
    report(world, APRIL, 2, on_time=OnTime.ABLE)
    report(world, APRIL, 2, unit=SHARER)
    report(world, MARCH, 2, unit=SHARER)
    assert seen(world).light.rule is Rule.HEALTHY


def test_what_was_said_of_a_date_that_has_moved_since_is_past(world: World) -> None:
    world.issue(YEAR_END)
    in_march(world)
    report(world, MARCH, 10, on_time=OnTime.UNABLE)
    assert seen(world).light.rule is Rule.UNABLE
    world.clock.forward(hours=1)
    with world.writing() as s:
        completion = s.scalars(sa.select(Duty).where(Duty.kind == DutyKind.COMPLETION)).one()
        duties.rearm(completion, date(2026, 3, 31), world.now)
        assert completion.task
        completion.task.deadline_on = date(2026, 3, 31)
    assert seen(world).light.rule is not Rule.UNABLE
    to_april(world)
    report(world, APRIL, 12, on_time=OnTime.UNABLE)
    assert seen(world).light.rule is Rule.UNABLE


def test_of_two_leads_the_one_with_news_counts_for_progress_and_the_graver_word_for_the_date(
    world: World,
) -> None:
    world.issue(Asked("建设2所示范园", due=date(2027, 12, 31)))
    with world.writing() as s:
        for part in s.scalars(sa.select(Assignment)):
            part.share = Share.LEAD
    in_march(world)
    for unit, percent in ((LEAD, 0), (SHARER, 4)):
        report(world, MARCH, percent, unit=unit)
    to_april(world)
    report(world, APRIL, 0)
    report(world, APRIL, 4, unit=SHARER)
    assert seen(world).light.rule is Rule.HEALTHY
    with world.writing() as s:
        [latest] = s.scalars(
            sa.select(Report)
            .join(Duty)
            .where(Duty.unit_id == world.unit_id(SHARER), Duty.period_key == APRIL)
        )
        latest.on_time = OnTime.UNABLE
    assert seen(world).light.rule is Rule.UNABLE


def test_a_task_without_a_date_counts_new_words_as_news(world: World) -> None:
    world.issue(Asked("改善办园条件", responsible=()))
    in_march(world)
    report(world, MARCH, 0, done="摸底12所园。")
    to_april(world)
    report(world, APRIL, 0, done="整改3所园。")
    assert seen(world).light.rule is Rule.HEALTHY
    with world.writing() as s:
        for said in s.scalars(sa.select(Report)):
            said.done = "本月无变化。"
    assert seen(world).light.rule is Rule.UNCHANGED


# --------------------------------------------------------------------------------- what is near, late, or stopped


def test_before_reports_close_the_light_is_blue_until_everybody_has_filed(world: World) -> None:
    world.issue(YEAR_END)
    in_march(world)
    assert (seen(world).light.colour, seen(world).light.word) == (Colour.BLUE, "月报待报")
    report(world, MARCH, 10)
    assert seen(world).light.rule is Rule.REPORT_DUE
    report(world, MARCH, 10, unit=SHARER)
    assert seen(world).light.colour is Colour.GREEN


def test_what_the_office_owes_about_a_task_is_not_held_against_its_units(world: World) -> None:
    world.issue(Asked("改善办园条件", responsible=()))
    in_march(world)
    report(world, MARCH, 0)
    with world.writing() as s:
        filed = s.scalars(sa.select(Duty).where(Duty.kind == DutyKind.MONTHLY_REPORT)).one()
        filed.kind, filed.state, filed.due_on = DutyKind.ANSWER, DutyState.OPEN, date(2025, 3, 10)
    assert seen(world).light.rule is Rule.HEALTHY
    with world.writing() as s:
        filed = s.scalars(sa.select(Duty).where(Duty.kind == DutyKind.ANSWER)).one()
        filed.kind = DutyKind.SLIP_REPLY
    assert (seen(world).light.rule, seen(world).light.word) == (Rule.UNFILED, "1件未报")


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Hold.EXTENSION, "延期申请审批中：期间不催办"),
        (Hold.COORDINATION, "待协调，已停表：期间不催办"),
        (Hold.OBJECTION, "异议裁定中：期间不催办"),
        (Hold.RECEIPT, ""),
        (Hold.FAULT, ""),
    ],
)
def test_an_overdue_task_whose_clock_is_stopped_stays_red_and_says_so(
    world: World, why: Hold, words: str
) -> None:
    world.issue(YEAR_END)
    world.clock.go_to(date(2026, 1, 5))
    running = seen(world).light
    with world.writing() as s:
        completion = s.scalars(sa.select(Duty).where(Duty.kind == DutyKind.COMPLETION)).one()
        duties.hold(completion, why, world.now)
    stopped = seen(world).light
    assert (stopped.colour, stopped.rule) == (Colour.RED, Rule.OVERDUE)
    assert words in stopped.reason
    assert (stopped.reason == running.reason) is (not words)


def test_thresholds_of_an_older_make_still_give_lights(world: World) -> None:
    world.issue(YEAR_END)
    with world.writing() as s:
        body = {"yellow_points": 5, "red_points": 8, "near_days": 5}
        s.add(
            PolicyVersion(
                subject=PolicySubject.LIGHT, version=2, body=body, note="老规则", created_at=world.now
            )
        )
    world.clock.go_to(date(2025, 4, 7))
    shown = seen(world).light
    assert (shown.colour, shown.version) == (Colour.RED, 2)
    assert "超过8的红线" in shown.reason


def test_a_page_of_many_tasks_costs_as_many_queries_as_a_page_of_one(world: World) -> None:
    world.issue(YEAR_END)
    in_march(world)
    report(world, MARCH, 10)
    with counted(world) as few, world.app.app_context():
        tasks.rows(world.clock.today)
    world.issue(*(Asked(f"任务{number}", due=date(2025, 12, 31)) for number in range(12)))
    with world.writing() as s:
        for task in s.scalars(sa.select(Task)):
            due_on = date(2025, 6, 30) + timedelta(days=task.id)
            task.commitments.append(Commitment(position=1, kind=CommitmentKind.MILESTONE, due_on=due_on))
    with counted(world) as many, world.app.app_context():
        assert len(tasks.rows(world.clock.today)) == 13
    assert len(many) == len(few), "\n".join(many)

"""What a row of the month's report may say, what it lacks, and what follows from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.models import Duty, Measure, Report, Task
from app.services import reports
from app.services.reports import Entry
from tests.county import MARCH
from tests.reporting import (
    file,
    make_recurring,
    measure,
    owed,
    part_in,
    recorded,
    report_on,
    said_by,
)
from tests.world import LEAD, SHARER, STRANGER, Asked, World
from workflows.errors import Refused
from workflows.lifecycle import Cause, DutyState, OnTime, ReportState
from workflows.light import Pace

APRIL, MAY = "2025-04", "2025-05"
GARDENS = Asked("建设2所家园共育示范园", due=date(2025, 12, 31), responsible=())


def in_march(world: World) -> Duty:
    world.issue(GARDENS)
    world.sign(LEAD)
    world.run_to(date(2025, 3, 21))
    return owed(world, MARCH)


def in_april(world: World, duty: Duty) -> Duty:
    world.run_to(date(2025, 4, 21))
    assert world.get(Duty, duty.id).state is not DutyState.OPEN
    return owed(world, APRIL)


def test_everything_said_in_a_row_is_kept_and_the_record_holds_all_of_it(world: World) -> None:
    duty = in_march(world)
    fills = file(
        world,
        duty,
        35,
        "完成2所园选址。",
        problems="用地手续未批。",
        cause=Cause.LAND,
        next_step="取得批复。",
        next_on=date(2025, 4, 10),
        on_time=OnTime.RISKY,
        schedule=Pace.BEHIND,
        help_words="请加快批复。",
        help_unit_id=world.unit_id(SHARER),
    )
    assert (fills.submitted, fills.incomplete) == (1, 0)
    report = report_on(world, duty)
    assert (report.cause, report.next_on, report.schedule) == (Cause.LAND, date(2025, 4, 10), Pace.BEHIND)
    assert (report.signed_by, report.signer_id, report.after_lock) == ("县教育局副局长", None, False)
    [told] = recorded(world, "report.submit")
    assert told == {
        "percent": 35,
        "occurred": None,
        "schedule": "behind",
        "done": "完成2所园选址。",
        "problems": "用地手续未批。",
        "cause": "land",
        "help_words": "请加快批复。",
        "help_unit_id": world.unit_id(SHARER),
        "next_step": "取得批复。",
        "next_on": "2025-04-10",
        "on_time": "risky",
        "waiting": False,
        "unchanged": False,
        "unchanged_reason": "",
        "measures": {},
        "after_lock": False,
        "signed_by": "县教育局副局长",
    }


def test_a_problem_without_its_cause_and_help_without_whom_stay_drafts_that_say_so(world: World) -> None:
    duty = in_march(world)
    filed = file(world, duty, problems="用地手续未批。", help_words="请加快批复。")
    assert (filed.submitted, filed.incomplete) == (0, 1)
    assert filed.lacking == {duty.id: ("问题的原因", "需协调的对象")}
    assert report_on(world, duty).state is ReportState.DRAFT
    filed = file(
        world,
        duty,
        problems="用地手续未批。",
        cause=Cause.LAND,
        help_words="请加快批复。",
        help_unit_id=world.unit_id(SHARER),
    )
    assert filed.submitted == 1


@pytest.mark.parametrize("field", ["done", "problems", "next_step", "help_words", "unchanged_reason"])
def test_no_field_holds_more_than_three_hundred_characters(world: World, field: str) -> None:
    duty = in_march(world)
    long: dict[str, Any] = {field: "长" * 301}
    with pytest.raises(Refused) as refusal:
        file(world, duty, **long)
    assert refusal.value.code == "invalid"
    assert "最多300字" in str(refusal.value)
    assert world.count(Report) == 0
    with world.app.app_context():
        long[field] = "长" * 300
        entry = said_by(world, duty, **long)
        reports.save_month(world.actor(LEAD), [entry], submit=False, now=world.now)
    assert len(getattr(report_on(world, duty), field)) == 300


def test_indicators_take_the_place_of_a_percentage_which_follows_from_them(world: World) -> None:
    duty = in_march(world)
    first, second = measure(world, ("普惠率", "90"), ("公办占比", "50"))
    filed = file(world, duty, None, measures={first: "45", second: "５０"})
    assert filed.submitted == 1
    report = report_on(world, duty)
    assert report.percent == 75
    values = world.all(sa.select(Measure).order_by(Measure.commitment_id))
    assert [(one.commitment_id, one.value) for one in values] == [(first, "45"), (second, "50")]
    assert recorded(world, "report.submit")[0]["measures"] == {str(first): "45", str(second): "50"}
    assert part_in(world, duty).percent == 75
    assert world.one(sa.select(Task)).percent == 75


def test_an_indicator_that_is_left_out_keeps_its_last_value(world: World) -> None:
    duty = in_march(world)
    first, second = measure(world, ("普惠率", "90"), ("公办占比", "50"))
    file(world, duty, None, measures={first: "45", second: "50"})
    april = in_april(world, duty)
    file(world, april, None, measures={first: "90"})
    assert report_on(world, april).percent == 100


def test_a_value_that_is_no_number_and_one_of_another_task_are_refused(world: World) -> None:
    duty = in_march(world)
    [known] = measure(world, ("普惠率", "90"))
    for measures in ({known: "八成"}, {known + 1000: "80"}):
        with pytest.raises(Refused) as refusal:
            file(world, duty, None, measures=measures)
        assert refusal.value.code == "invalid"
    assert world.count(Measure) == 0


def test_a_change_of_a_value_alone_is_a_new_version_that_a_second_writer_is_told_of(world: World) -> None:
    duty = in_march(world)
    [known] = measure(world, ("普惠率", "90"))
    with world.app.app_context():
        first = said_by(world, duty, None, measures={known: "80"})
        reports.save_month(world.actor(LEAD), [first], submit=False, now=world.now)
    mine, theirs = (said_by(world, duty, None, measures={known: value}) for value in ("81", "82"))
    with world.app.app_context():
        reports.save_month(world.actor(LEAD), [theirs], submit=False, now=world.now)
        with pytest.raises(Refused) as refusal:
            reports.save_month(world.actor(LEAD), [mine], submit=False, now=world.now)
    assert refusal.value.code == "stale"
    assert [one.value for one in world.all(sa.select(Measure))] == ["82"]


def test_what_recurs_is_ticked_and_counts_by_its_periods_through_the_deadline(world: World) -> None:
    duty = in_march(world)
    make_recurring(world)
    assert file(world, duty, None, "组织首期培训。", occurred=True).submitted == 1
    assert report_on(world, duty).percent == 10  # one of ten months from March through December
    april = in_april(world, duty)
    file(world, april, None, "本期没有组织。", occurred=False)
    assert report_on(world, april).percent == 10
    world.run_to(date(2025, 5, 21))
    may = owed(world, MAY)
    file(world, may, None, "组织第二期培训。", occurred=True)
    assert report_on(world, may).percent == 20


def test_a_recurring_task_nobody_answered_for_is_not_complete(world: World) -> None:
    duty = in_march(world)
    make_recurring(world)
    assert file(world, duty, None).lacking == {duty.id: ("本期是否开展",)}


def test_no_change_asks_why_from_the_second_time_in_a_row(world: World) -> None:
    duty = in_march(world)
    assert file(world, duty, 20, "本月无变化。", unchanged=True).submitted == 1
    april = in_april(world, duty)
    assert file(world, april, 20, "本月无变化。", unchanged=True).lacking == {april.id: ("连续无变化的原因",)}
    again = file(world, april, 20, "本月无变化。", unchanged=True, unchanged_reason="等待用地批复。")
    assert again.submitted == 1
    assert report_on(world, april).unchanged_reason == "等待用地批复。"


def test_the_unit_itself_cannot_be_asked_for_help_nor_one_that_is_not_there(world: World) -> None:
    duty = in_march(world)
    for unit_id in (world.unit_id(LEAD), 99_999):
        with pytest.raises(Refused) as refusal:
            file(world, duty, help_words="请协调。", help_unit_id=unit_id)
        assert refusal.value.code == "invalid"


def test_without_the_name_of_whoever_signed_nothing_leaves_and_nothing_is_lost(world: World) -> None:
    duty = in_march(world)
    entry = Entry(duty.id, 20, "完成选址。", "", "", 0)
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        reports.save_month(world.actor(LEAD), [entry], submit=True, now=world.now, signed_by="  ")
    assert refusal.value.code == "invalid"
    assert "审签人" in str(refusal.value)
    assert world.get(Duty, duty.id).state is DutyState.OPEN


def test_a_draft_needs_nobody_s_signature(world: World) -> None:
    duty = in_march(world)
    entry = Entry(duty.id, 20, "完成选址。", "", "", 0)
    with world.app.app_context():
        reports.save_month(world.actor(LEAD), [entry], submit=False, now=world.now)
    assert report_on(world, duty).state is ReportState.DRAFT


def test_a_stranger_cannot_fill_in_a_row(world: World) -> None:
    duty = in_march(world)
    entry = Entry(duty.id, 20, "完成选址。", "", "", 0)
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        reports.save_month(world.actor(STRANGER), [entry], submit=True, now=world.now, signed_by="某")
    assert refusal.value.code == "missing"

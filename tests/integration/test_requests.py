"""Requests through the services and the engine: who has to answer, what stands still, what a grant does."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app import ledger
from app.db import session
from app.models import LedgerEntry, Request, Task
from app.services import requests
from app.services.grants import Answer
from tests.asking import (
    answer,
    answers_owed,
    ask,
    completion,
    extend,
    forward,
    letters_of,
    the,
    withdraw,
)
from tests.world import LEAD, OFFICE, SHARER, STRANGER, Asked, World, at
from workflows.cadence import DutyKind
from workflows.commitments import TaskKind
from workflows.errors import Refused
from workflows.escalation import LetterKind
from workflows.lifecycle import DutyState, Hold, RequestState, TaskState
from workflows.requests import Cause, RequestKind, Stage

DUE = date(2025, 5, 30)
"""A Friday; the plan is issued on 2025-03-03, so that the term is 88 days and a third of it 29."""

LATEST = date(2025, 6, 28)


def started(world: World) -> int:
    """One task, issued and signed for by everybody; returns its id."""
    world.issue(Asked("改善幼儿园办园条件", due=DUE))
    world.sign(LEAD)
    world.sign(SHARER)
    return world.tasks()[0].id


def leap(world: World, day: date) -> None:
    """Let that day come without the days before it, the engine having slept."""
    world.clock.go_to(day)
    world.tick()
    world.deliver()


# ------------------------------------------------------------------------------------------- 延期


def test_while_an_extension_is_pending_nothing_climbs_and_the_office_is_told(world: World) -> None:
    task_id = started(world)
    world.clock.go_to(date(2025, 5, 15))
    world.tick()
    before = len(letters_of(world, completion(world, task_id).id))
    request_id = extend(world, task_id, date(2025, 6, 20))
    held = completion(world, task_id)
    assert (held.hold, held.next_action_at, held.due_on) == (Hold.EXTENSION, None, DUE)
    [owed] = answers_owed(world, request_id)
    assert (owed.unit_id, owed.due_on) == (world.unit_id(OFFICE), date(2025, 5, 20))
    world.run_to(date(2025, 5, 23))
    assert len(letters_of(world, held.id)) == before
    assert [n.kind for n in letters_of(world, owed.id)][:2] == [LetterKind.OPENED, LetterKind.DUE]


def test_a_refused_extension_lets_the_ladder_go_on_after_its_spacing(world: World) -> None:
    task_id = started(world)
    leap(world, date(2025, 5, 9))
    request_id = extend(world, task_id, date(2025, 6, 20))
    # the rungs of 15 and 7 working days before the date pass meanwhile
    leap(world, date(2025, 5, 21))
    answer(world, request_id, grant=False, words="雨季前必须完工。")
    duty = completion(world, task_id)
    assert (duty.hold, duty.epoch, duty.due_on) == (None, 1, DUE)
    assert duty.next_action_at == at(date(2025, 5, 23), 9)
    world.run_to(date(2025, 5, 22))
    assert {n.kind for n in letters_of(world, duty.id)} == {LetterKind.ANSWER, LetterKind.ADVANCE}
    world.run_to(date(2025, 5, 23))
    [late] = [n for n in letters_of(world, duty.id) if n.created_at == at(date(2025, 5, 23))]
    assert (late.kind, late.skipped) == (LetterKind.ADVANCE, 0)


def test_a_granted_extension_arms_the_ladder_for_the_new_date_and_keeps_the_first(world: World) -> None:
    task_id = started(world)
    leap(world, date(2025, 5, 15))
    request_id = extend(world, task_id, date(2025, 6, 20))
    answer(world, request_id, granted_on=date(2025, 6, 13), words="不得再延。")
    duty, task = completion(world, task_id), world.get(Task, task_id)
    assert (duty.due_on, duty.original_due_on, task.deadline_on) == (
        date(2025, 6, 13),
        DUE,
        date(2025, 6, 13),
    )
    assert (duty.epoch, duty.rung, duty.hold) == (2, 0, None)
    assert the(world, request_id).granted_on == date(2025, 6, 13)
    [owed] = answers_owed(world, request_id)
    assert owed.state is DutyState.DONE
    leap(world, date(2025, 6, 12))
    world.run_to(date(2025, 6, 16))
    again = {n.kind for n in letters_of(world, duty.id) if n.epoch == 2}
    assert again == {LetterKind.ANSWER, LetterKind.ADVANCE, LetterKind.DUE, LetterKind.URGE_SLIP}
    assert {n.kind for n in letters_of(world, duty.id) if n.epoch == 1} == {LetterKind.ADVANCE}


def test_the_answer_leaves_at_once_and_names_its_page(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    answer(world, request_id, words="请抓紧。")
    world.deliver()
    [letter] = [e for e in world.post.to("jiaoyu@luoshi.example") if "答复" in e.words.subject]
    assert "同意，完成时限改为2025年6月20日（周五）" in letter.words.text
    assert f"/requests/{request_id}" in letter.words.text
    assert "意见：请抓紧。" in letter.words.text


def test_an_extension_asked_for_after_the_date_stops_nothing_and_is_marked_late(world: World) -> None:
    task_id = started(world)
    leap(world, date(2025, 6, 4))
    request_id = extend(world, task_id, date(2025, 6, 20))
    duty = completion(world, task_id)
    assert the(world, request_id).late
    assert duty.hold is not Hold.EXTENSION
    before = len(letters_of(world, duty.id))
    world.run_to(date(2025, 6, 20))
    assert len(letters_of(world, duty.id)) > before


def test_an_extension_asked_for_a_few_days_before_the_date_is_not_late_but_stops_nothing(
    world: World,
) -> None:
    task_id = started(world)
    leap(world, date(2025, 5, 26))
    request_id = extend(world, task_id, date(2025, 6, 20))
    assert not the(world, request_id).late
    assert completion(world, task_id).hold is None


def test_the_third_extension_needs_a_meeting(world: World) -> None:
    task_id = started(world)
    for wanted in (date(2025, 6, 6), date(2025, 6, 13)):
        answer(world, extend(world, task_id, wanted))
    third = extend(world, task_id, date(2025, 6, 20))
    with pytest.raises(Refused, match="第3次延期须经专班会议同意") as refusal:
        answer(world, third)
    assert refusal.value.code == "invalid"
    assert the(world, third).state is RequestState.PENDING
    answer(world, third, document="专班会议纪要〔2025〕4号")
    assert world.get(Task, task_id).deadline_on == date(2025, 6, 20)


def test_no_date_beyond_the_limit_is_asked_for_or_given(world: World) -> None:
    task_id = started(world)
    with pytest.raises(Refused, match="最多可延至2025年6月28日"):
        extend(world, task_id, date(2025, 6, 29))
    request_id = extend(world, task_id, LATEST)
    with pytest.raises(Refused, match="不能晚于申请的日期"):
        answer(world, request_id, granted_on=date(2025, 6, 30))
    with pytest.raises(Refused, match="要晚于现在的时限"):
        answer(world, request_id, granted_on=DUE)


def test_only_the_lead_asks_for_more_time_and_only_once_at_a_time(world: World) -> None:
    task_id = started(world)
    with pytest.raises(Refused, match="由牵头单位提出"):
        extend(world, task_id, date(2025, 6, 20), unit=SHARER)
    extend(world, task_id, date(2025, 6, 20))
    with pytest.raises(Refused, match="已有一件延期申请"):
        extend(world, task_id, date(2025, 6, 10))


def test_a_request_withdrawn_asks_nobody_any_more_and_lets_the_chase_go_on(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    withdraw(world, request_id)
    [owed] = answers_owed(world, request_id)
    assert (owed.state, completion(world, task_id).hold) == (DutyState.CANCELLED, None)
    assert the(world, request_id).state is RequestState.WITHDRAWN
    with pytest.raises(Refused) as refusal:
        answer(world, request_id)
    assert refusal.value.code == "illegal-step"


def test_a_request_put_before_the_leader_is_his_to_answer_and_his_to_hear_of(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    forward(world, request_id)
    first, second = answers_owed(world, request_id)
    assert (first.state, second.state, second.period_key) == (
        DutyState.DONE,
        DutyState.OPEN,
        f"r{request_id}.l",
    )
    world.tick()
    assert [n.person_id for n in letters_of(world, second.id)] == [world.leader.person_id]
    assert the(world, request_id).stage is Stage.LEADER
    answer(world, request_id, by=world.leader)
    assert the(world, request_id).answered_by_id == world.leader.person_id
    assert completion(world, task_id).due_on == date(2025, 6, 20)


def test_an_answer_the_office_does_not_give_is_chased_up_to_the_leader(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    [owed] = answers_owed(world, request_id)
    leap(world, date(2025, 3, 18))
    people = {n.person_id for n in letters_of(world, owed.id)}
    assert people == {world.office.person_id, world.leader.person_id}


# ------------------------------------------------------------------------------------------- 异议、转办


def test_an_objection_stops_the_clock_of_its_unit_alone_and_gives_the_days_back(world: World) -> None:
    world.issue(Asked("改善幼儿园办园条件", due=DUE))
    task_id = world.tasks()[0].id
    request_id = ask(world, task_id, RequestKind.OBJECTION, unit=SHARER, signed_by="钱局长")
    [mine] = world.duties(unit=SHARER, kind=DutyKind.SIGN)
    [theirs] = world.duties(unit=LEAD, kind=DutyKind.SIGN)
    assert (mine.hold, theirs.hold) == (Hold.OBJECTION, None)
    world.run_to(date(2025, 3, 6))
    answer(world, request_id, grant=False, words="按三定方案属于贵局。")
    [mine] = world.duties(unit=SHARER, kind=DutyKind.SIGN)
    # due on the 4th, it stood from the 3rd to the 6th: three working days
    assert (mine.hold, mine.due_on, mine.original_due_on) == (None, date(2025, 3, 7), date(2025, 3, 4))


def test_the_clock_of_an_objection_nobody_rules_on_goes_on_by_itself_after_five_working_days(
    world: World,
) -> None:
    world.issue(Asked("改善幼儿园办园条件", due=DUE))
    task_id = world.tasks()[0].id
    ask(world, task_id, RequestKind.OBJECTION, unit=SHARER, signed_by="钱局长")
    leap(world, date(2025, 3, 7))
    [mine] = world.duties(unit=SHARER, kind=DutyKind.SIGN)
    assert (mine.hold, mine.next_action_at) == (Hold.OBJECTION, None)
    world.run_to(date(2025, 3, 10))
    [mine] = world.duties(unit=SHARER, kind=DutyKind.SIGN)
    assert (mine.hold, mine.due_on) == (None, date(2025, 3, 11))
    assert mine.next_action_at is not None
    world.run_to(date(2025, 3, 13))
    assert LetterKind.URGE_SLIP in {n.kind for n in letters_of(world, mine.id)}


def test_an_engine_that_comes_late_to_the_end_of_a_stop_gives_no_more_days(world: World) -> None:
    world.issue(Asked("改善幼儿园办园条件", due=DUE))
    ask(world, world.tasks()[0].id, RequestKind.OBJECTION, unit=SHARER, signed_by="钱局长")
    world.clock.go_to(date(2025, 3, 20))
    world.tick()
    [mine] = world.duties(unit=SHARER, kind=DutyKind.SIGN)
    assert mine.due_on == date(2025, 3, 11)


def test_a_granted_objection_hands_the_part_over(world: World) -> None:
    world.unit("县卫健局")
    world.issue(Asked("改善幼儿园办园条件", due=DUE))
    task_id = world.tasks()[0].id
    leap(world, date(2025, 3, 5))
    new = world.unit_id("县卫健局")
    request_id = ask(
        world,
        task_id,
        RequestKind.OBJECTION,
        signed_by="孙局长",
        other_unit_id=new,
        reason="不属于本单位职责。",
    )
    answer(world, request_id)
    parts = {part.unit_id: part for part in world.parts(task_id)}
    assert set(parts) == {new, world.unit_id(SHARER)}
    assert {d.state for d in world.duties(unit=LEAD) if d.kind is not DutyKind.ANSWER} == {
        DutyState.CANCELLED
    }
    taken = world.duties(unit="县卫健局")
    assert {d.kind for d in taken} == {DutyKind.SIGN, DutyKind.COMPLETION}
    assert next(d for d in taken if d.kind is DutyKind.SIGN).due_on == date(2025, 3, 6)
    world.tick()
    world.deliver()
    assert any("改由县卫健局承担" in e.words.text for e in world.post.to("jiaoyu@luoshi.example"))


def test_a_part_handed_to_a_unit_that_takes_part_already_makes_it_lead(world: World) -> None:
    task_id = started(world)
    sharer = world.unit_id(SHARER)
    answer(world, ask(world, task_id, RequestKind.OBJECTION, signed_by="孙局长", other_unit_id=sharer))
    [part] = world.parts(task_id)
    assert (part.unit_id, part.share.value) == (sharer, "lead")
    [duty] = world.duties(unit=SHARER, kind=DutyKind.COMPLETION)
    assert duty.due_on == DUE


def test_objections_come_in_three_working_days_signed_and_once(world: World) -> None:
    world.issue(Asked("改善幼儿园办园条件", due=DUE))
    task_id = world.tasks()[0].id
    with pytest.raises(Refused, match="主要负责人签字"):
        ask(world, task_id, RequestKind.OBJECTION, unit=SHARER)
    answer(
        world,
        ask(world, task_id, RequestKind.OBJECTION, unit=SHARER, signed_by="钱局长"),
        grant=False,
        words="理由不足。",
    )
    with pytest.raises(Refused, match="已提出过一次异议"):
        ask(world, task_id, RequestKind.OBJECTION, unit=SHARER, signed_by="钱局长")
    world.clock.go_to(date(2025, 3, 7))
    with pytest.raises(Refused, match="已于2025年3月6日（周四）截止"):
        ask(world, task_id, RequestKind.OBJECTION, signed_by="孙局长")


# ------------------------------------------------------------------------------------------- 协调


def test_the_unit_that_blocks_is_chased_while_the_clock_of_the_asker_stands(world: World) -> None:
    task_id = started(world)
    leap(world, date(2025, 3, 21))
    request_id = ask(world, task_id, RequestKind.COORDINATION, other_unit_id=world.unit_id(STRANGER))
    own = world.duties(unit=LEAD, state=DutyState.OPEN)
    assert {d.kind for d in own} >= {DutyKind.COMPLETION, DutyKind.MONTHLY_REPORT}
    assert {d.hold for d in own} == {Hold.COORDINATION}
    assert {d.hold for d in world.duties(unit=SHARER, state=DutyState.OPEN)} == {None}
    [owed] = answers_owed(world, request_id)
    assert (owed.unit_id, owed.due_on) == (world.unit_id(STRANGER), date(2025, 3, 26))
    world.run_to(date(2025, 3, 31))
    assert {n.kind for n in letters_of(world, owed.id)} >= {
        LetterKind.OPENED,
        LetterKind.DUE,
        LetterKind.URGE_SLIP,
        LetterKind.ESCALATE,
    }
    assert not [n for n in letters_of(world, completion(world, task_id).id) if n.kind is LetterKind.ADVANCE]


def test_what_is_solved_gives_the_working_days_back(world: World) -> None:
    task_id = started(world)
    leap(world, date(2025, 3, 21))
    request_id = ask(world, task_id, RequestKind.COORDINATION, other_unit_id=world.unit_id(STRANGER))
    [report] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)
    leap(world, date(2025, 3, 26))
    answer(world, request_id, words="用地手续已办结。", by=world.actor(STRANGER))
    after = {d.id: d for d in world.duties(unit=LEAD)}[report.id]
    assert (report.due_on, after.due_on, after.epoch) == (date(2025, 3, 25), date(2025, 3, 28), 2)
    duty = completion(world, task_id)
    assert (duty.due_on, duty.original_due_on, duty.hold) == (date(2025, 6, 5), DUE, None)
    assert world.get(Task, task_id).deadline_on == date(2025, 6, 5)
    assert {d.state for d in answers_owed(world, request_id)} == {DutyState.DONE}


def test_what_the_unit_cannot_solve_the_office_decides(world: World) -> None:
    task_id = started(world)
    request_id = ask(world, task_id, RequestKind.COORDINATION, other_unit_id=world.unit_id(STRANGER))
    answer(world, request_id, grant=False, words="权限在市里。", by=world.actor(STRANGER))
    request = the(world, request_id)
    assert (request.state, request.stage) == (RequestState.PENDING, Stage.OFFICE)
    first, second = answers_owed(world, request_id)
    assert (first.state, second.state) == (DutyState.DONE, DutyState.OPEN)
    assert completion(world, task_id).hold is Hold.COORDINATION
    world.run_to(date(2025, 3, 6))
    answer(world, request_id, grant=False, words="请按现有条件推进。")
    duty = completion(world, task_id)
    assert (duty.hold, duty.due_on) == (None, DUE)


def test_what_the_unit_does_not_answer_in_time_the_office_hears_of_and_both_may_still_solve(
    world: World,
) -> None:
    task_id = started(world)
    request_id = ask(world, task_id, RequestKind.COORDINATION, other_unit_id=world.unit_id(STRANGER))
    leap(world, date(2025, 3, 7))
    assert the(world, request_id).stage is Stage.OFFICE
    late, asked = answers_owed(world, request_id)
    assert (late.state, asked.state) == (DutyState.OPEN, DutyState.OPEN)
    assert (asked.unit_id, asked.due_on) == (world.unit_id(OFFICE), date(2025, 3, 12))
    world.tick()
    assert len(answers_owed(world, request_id)) == 2
    answer(world, request_id, by=world.actor(STRANGER))
    late, asked = answers_owed(world, request_id)
    assert (late.state, asked.state) == (DutyState.DONE, DutyState.CANCELLED)
    assert completion(world, task_id).due_on == date(2025, 6, 6)


def test_a_report_that_opens_while_the_clock_stands_stands_still_too(world: World) -> None:
    task_id = started(world)
    request_id = ask(world, task_id, RequestKind.COORDINATION, other_unit_id=world.unit_id(STRANGER))
    leap(world, date(2025, 3, 28))
    [report] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)
    assert (report.hold, letters_of(world, report.id)) == (Hold.COORDINATION, [])
    answer(world, request_id)
    [report] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)
    # it was to open on the 20th and stood until the 28th, though the engine only came then: six working days
    assert (report.hold, report.original_due_on, report.due_on) == (None, date(2025, 3, 25), date(2025, 4, 2))


def test_two_units_that_block_each_other_are_both_chased(world: World) -> None:
    task_id = started(world)
    one = ask(world, task_id, RequestKind.COORDINATION, other_unit_id=world.unit_id(SHARER))
    two = ask(world, task_id, RequestKind.COORDINATION, unit=SHARER, other_unit_id=world.unit_id(LEAD))
    owed = [*answers_owed(world, one), *answers_owed(world, two)]
    assert {d.hold for d in owed} == {None}
    assert all(d.next_action_at for d in owed)


def test_a_duty_held_by_two_requests_goes_on_when_the_second_is_answered(world: World) -> None:
    task_id = started(world)
    leap(world, date(2025, 5, 12))
    longer = extend(world, task_id, date(2025, 6, 20))
    stuck = ask(world, task_id, RequestKind.COORDINATION, other_unit_id=world.unit_id(STRANGER))
    assert completion(world, task_id).hold is Hold.COORDINATION
    world.run_to(date(2025, 5, 14))
    answer(world, stuck)
    duty = completion(world, task_id)
    assert (duty.hold, duty.due_on, duty.next_action_at) == (Hold.EXTENSION, date(2025, 6, 4), None)
    answer(world, longer, grant=False, words="停表已顺延。")
    duty = completion(world, task_id)
    assert (duty.hold, duty.due_on) == (None, date(2025, 6, 4))
    assert duty.next_action_at is not None


def test_a_report_returned_while_the_clock_stands_is_not_chased(world: World) -> None:
    task_id = started(world)
    leap(world, date(2025, 3, 21))
    world.file(LEAD, "2025-03")
    request_id = ask(world, task_id, RequestKind.COORDINATION, other_unit_id=world.unit_id(STRANGER))
    [report] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)
    world.return_report(report.id)
    [report] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)
    assert (report.state, report.hold, report.next_action_at) == (DutyState.OPEN, Hold.COORDINATION, None)
    answer(world, request_id)
    [report] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)
    assert (report.hold, report.next_action_at is None) == (None, False)


# -------------------------------------------------------------------------- 调整、暂缓、撤销、转常态


def test_an_adjustment_by_document_gives_new_words_and_a_new_date(world: World) -> None:
    task_id = started(world)
    request_id = ask(
        world,
        task_id,
        RequestKind.ADJUSTMENT,
        cause=Cause.BUDGET,
        wanted_on=date(2025, 12, 31),
        requirement="改造3所。",
    )
    with pytest.raises(Refused, match="请填写文号"):
        answer(world, request_id, granted_on=date(2025, 12, 31), requirement="改造3所。")
    answer(
        world,
        request_id,
        granted_on=date(2025, 12, 31),
        requirement="改造3所。",
        document="云政办〔2025〕8号",
    )
    task, duty = world.get(Task, task_id), completion(world, task_id)
    assert (task.text, task.start, task.deadline_on) == ("改造3所。", None, date(2025, 12, 31))
    assert (duty.due_on, duty.original_due_on, duty.epoch) == (date(2025, 12, 31), DUE, 2)
    kept = the(world, request_id).detail
    assert (kept["former"], kept["document"]) == ("改善幼儿园办园条件。", "云政办〔2025〕8号")


def test_a_suspended_task_stands_still_and_goes_on_by_itself_on_its_day(world: World) -> None:
    task_id = started(world)
    request_id = ask(world, task_id, RequestKind.SUSPENSION, wanted_on=date(2025, 5, 6))
    answer(world, request_id, granted_on=date(2025, 5, 6))
    assert world.get(Task, task_id).state is TaskState.SUSPENDED
    assert completion(world, task_id).hold is Hold.SUSPENSION
    world.run_to(date(2025, 5, 5))
    assert not world.duties(kind=DutyKind.MONTHLY_REPORT)
    world.run_to(date(2025, 5, 6))
    task, duty = world.get(Task, task_id), completion(world, task_id)
    assert (task.state, duty.hold) == (TaskState.UNDERWAY, None)
    # 43 working days stood still, from 2025-03-03 to 2025-05-06
    assert duty.due_on == task.deadline_on == date(2025, 7, 31)
    assert duty.original_due_on == DUE
    assert any("恢复办理" in n.reason for n in world.notices() if n.kind is LetterKind.ANSWER)


def test_a_task_suspended_until_further_notice_goes_on_when_the_office_says_so(world: World) -> None:
    task_id = started(world)
    answer(world, ask(world, task_id, RequestKind.SUSPENSION))
    leap(world, date(2025, 3, 31))
    assert world.get(Task, task_id).state is TaskState.SUSPENDED
    with world.app.app_context():
        seen = world.get(Task, task_id).version
        requests.resume(world.office, task_id, seen_version=seen, now=world.now)
    assert world.get(Task, task_id).state is TaskState.UNDERWAY
    assert completion(world, task_id).due_on == date(2025, 6, 30)


def test_a_unit_may_sign_and_say_how_far_it_is_while_its_task_is_suspended(world: World) -> None:
    world.issue(Asked("改善幼儿园办园条件", due=DUE))
    task_id = world.tasks()[0].id
    answer(world, ask(world, task_id, RequestKind.SUSPENSION))
    assert world.sign(LEAD) == 1
    assert world.get(Task, task_id).state is TaskState.SUSPENDED


def test_a_withdrawn_task_asks_nothing_any_more_and_ends_what_else_was_asked(world: World) -> None:
    task_id = started(world)
    other = ask(world, task_id, RequestKind.COORDINATION, unit=SHARER, other_unit_id=world.unit_id(STRANGER))
    request_id = ask(world, task_id, RequestKind.WITHDRAWAL, cause=Cause.POLICY)
    with pytest.raises(Refused, match="撤销任务须有文件依据"):
        answer(world, request_id)
    answer(world, request_id, document="云政办〔2025〕9号")
    assert world.get(Task, task_id).state is TaskState.WITHDRAWN
    assert not world.duties(task_id=task_id, state=DutyState.OPEN)
    assert the(world, other).state is RequestState.WITHDRAWN
    world.deliver()
    for address in ("jiaoyu@luoshi.example", "caizheng@luoshi.example"):
        assert any("任务已撤销" in e.words.text for e in world.post.to(address))


def test_a_task_made_routine_has_no_date_and_reports_on(world: World) -> None:
    task_id = started(world)
    answer(world, ask(world, task_id, RequestKind.ROUTINE))
    task = world.get(Task, task_id)
    assert (task.kind, task.deadline_on) == (TaskKind.CONTINUING, None)
    assert completion(world, task_id).state is DutyState.CANCELLED
    world.run_to(date(2025, 3, 24))
    assert world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, state=DutyState.OPEN)


# ------------------------------------------------------------------------------------- rights, record, races


def test_nobody_answers_his_own_unit_and_no_stranger_answers_or_asks(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    for actor, code in (
        (world.actor(LEAD), "missing"),
        (world.actor(STRANGER), "missing"),
    ):
        with pytest.raises(Refused) as refusal:
            answer(world, request_id, by=actor)
        assert refusal.value.code == code
    with pytest.raises(Refused) as refusal:
        ask(world, task_id, RequestKind.COORDINATION, unit=STRANGER, other_unit_id=world.unit_id(LEAD))
    assert refusal.value.code == "missing"


def test_what_was_seen_before_somebody_else_answered_is_stale(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    seen = the(world, request_id).version
    forward(world, request_id)
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        requests.answer(world.office, request_id, Answer(grant=True), seen_version=seen, now=world.now)
    assert refusal.value.code == "stale"


def test_every_step_is_on_record_and_the_chain_holds(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    forward(world, request_id)
    answer(world, request_id)
    acts = sa.select(LedgerEntry).where(LedgerEntry.act.startswith("request."))
    assert [e.act for e in world.all(acts.order_by(LedgerEntry.id))] == [
        "request.raise",
        "request.forward",
        "request.answer",
    ]
    with world.app.app_context():
        assert ledger.first_broken(session()) is None


def test_closing_a_task_ends_its_pending_requests(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    world.close(task_id)
    assert the(world, request_id).state is RequestState.WITHDRAWN
    assert {d.state for d in answers_owed(world, request_id)} == {DutyState.CANCELLED}


def test_a_grant_while_the_engine_climbs_leaves_one_climb_for_the_new_date(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    world.clock.go_to(date(2025, 5, 22))

    def grant() -> None:
        answer(world, request_id)

    def climb() -> None:
        world.tick()

    world.at_once([grant, climb, climb])
    duty = completion(world, task_id)
    assert (duty.due_on, duty.epoch, duty.hold) == (date(2025, 6, 20), 2, None)
    world.run_to(date(2025, 6, 23))
    advances = [n for n in letters_of(world, duty.id) if n.kind is LetterKind.ADVANCE]
    assert advances
    assert {n.epoch for n in advances} == {2}


def test_two_people_who_answer_at_the_same_moment_answer_once(world: World) -> None:
    task_id = started(world)
    request_id = extend(world, task_id, date(2025, 6, 20))
    seen = the(world, request_id).version

    def decide(given: Answer) -> str:
        try:
            requests.answer(world.office, request_id, given, seen_version=seen, now=world.now)
        except Refused as refusal:
            return refusal.code
        return "done"

    yes, no = Answer(grant=True), Answer(grant=False, words="不同意。")
    assert sorted(world.at_once([lambda: decide(yes), lambda: decide(no)])) == ["done", "stale"]
    assert completion(world, task_id).epoch in {1, 2}
    assert world.count(Request) == 1


def test_the_auditor_takes_no_stopped_clock_for_a_lost_duty(world: World) -> None:
    from app.engine.auditor import audit

    task_id = started(world)
    extend(world, task_id, date(2025, 6, 20))
    ask(world, task_id, RequestKind.COORDINATION, unit=SHARER, other_unit_id=world.unit_id(STRANGER))
    with world.app.app_context():
        assert audit(world.now).repaired == 0
    assert completion(world, task_id).hold is Hold.EXTENSION

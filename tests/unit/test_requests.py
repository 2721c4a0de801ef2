"""The limits of requests, each at its boundary; what stands still; who is meant by the ladder of answers."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflows.cadence import DutyKind
from workflows.calendar import WorkCalendar
from workflows.errors import Refused
from workflows.escalation import DEFAULT_LADDERS, Audience
from workflows.holidays import PUBLISHED
from workflows.lifecycle import TASK, Hold, TaskEvent, TaskState
from workflows.requests import (
    CAUSES,
    FOR_THE_LEAD,
    NEED_DOCUMENT,
    NEVER_HELD,
    REQUEST_LABELS,
    Asked,
    Facts,
    Holder,
    RequestKind,
    RequestRules,
    Stage,
    Stillness,
    addressed,
    answer_key,
    answers,
    latest_extension,
    outlook,
    weigh,
)

CALENDAR = WorkCalendar({day: works for day, works in PUBLISHED[2025].days()}, [2025])  # noqa: C416
RULES = RequestRules()
ISSUED, TODAY = date(2025, 3, 3), date(2025, 3, 3)
DUE = date(2025, 5, 30)
"""A Friday, 88 days after the issue: a third of that is 29."""

FACTS = Facts(TaskState.UNDERWAY, True, ISSUED, ISSUED, DUE, DUE)
EXTENSION = Asked(RequestKind.EXTENSION, "审图未完成。", "主体已完工。", date(2025, 6, 20))
SINCE = datetime(2025, 3, 3, 2, tzinfo=UTC)


def wrong(asked: Asked, facts: Facts = FACTS, today: date = TODAY) -> str:
    return "".join(weigh(asked, facts, RULES, CALENDAR, today).wrong)


# ------------------------------------------------------------------------------------------- 延期


@pytest.mark.parametrize(("wanted", "taken"), [(date(2025, 6, 28), True), (date(2025, 6, 29), False)])
def test_one_extension_is_at_most_a_third_of_the_first_term(wanted: date, taken: bool) -> None:
    assert (wrong(replace(EXTENSION, wanted_on=wanted)) == "") is taken


@pytest.mark.parametrize(("wanted", "taken"), [(90, True), (91, False)])
def test_one_extension_is_at_most_ninety_days(wanted: int, taken: bool) -> None:
    due = ISSUED + timedelta(days=600)
    facts = replace(FACTS, deadline_on=due, original_on=due)
    assert (wrong(replace(EXTENSION, wanted_on=due + timedelta(days=wanted)), facts) == "") is taken


def test_the_limit_counts_from_the_date_that_holds_and_from_the_first_term() -> None:
    moved = replace(FACTS, deadline_on=date(2025, 6, 28), extended=1)
    assert latest_extension(moved, RULES) == date(2025, 7, 27)


@pytest.mark.parametrize(
    ("today", "stops", "late"),
    [
        (date(2025, 5, 23), True, False),
        (date(2025, 5, 26), False, False),
        (DUE, False, False),
        (date(2025, 5, 31), False, True),
    ],
)
def test_it_stops_the_chase_five_working_days_before_the_date_and_is_late_the_day_after(
    today: date, stops: bool, late: bool
) -> None:
    verdict = weigh(EXTENSION, FACTS, RULES, CALENDAR, today)
    assert (verdict.wrong, verdict.stops, verdict.late) == ((), stops, late)


def test_a_holiday_brings_the_last_day_to_ask_forward() -> None:
    facts = replace(FACTS, deadline_on=date(2025, 10, 10), original_on=date(2025, 10, 10))
    asked = replace(EXTENSION, wanted_on=date(2025, 10, 31))
    # 28 September is worked (调休), 1 to 8 October rest
    assert weigh(asked, facts, RULES, CALENDAR, date(2025, 9, 28)).stops is False
    assert weigh(asked, facts, RULES, CALENDAR, date(2025, 9, 26)).stops is True


@pytest.mark.parametrize(("extended", "meeting"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_third_extension_needs_a_meeting(extended: int, meeting: bool) -> None:
    assert weigh(EXTENSION, replace(FACTS, extended=extended), RULES, CALENDAR, TODAY).meeting is meeting


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (replace(EXTENSION, reason=" "), "请写明理由"),
        (replace(EXTENSION, progress=""), "请写明目前进展"),
        (replace(EXTENSION, wanted_on=None), "请填写预计完成日期"),
        (replace(EXTENSION, wanted_on=DUE), "要晚于现在的时限"),
        (replace(EXTENSION, wanted_on=date(1925, 1, 1)), "请核对年份"),
    ],
)
def test_an_extension_says_why_how_far_and_until_when(asked: Asked, words: str) -> None:
    assert words in wrong(asked)


def test_a_task_too_short_to_be_extended_says_so() -> None:
    due = ISSUED + timedelta(days=2)
    assert "没有可延的天数" in wrong(EXTENSION, replace(FACTS, deadline_on=due, original_on=due))


def test_a_late_extension_is_to_a_day_still_to_come() -> None:
    asked = replace(EXTENSION, wanted_on=date(2025, 6, 5))
    assert wrong(asked, today=date(2025, 6, 4)) == ""
    assert "也要在今天之后" in wrong(asked, today=date(2025, 6, 5))


def test_a_date_long_past_is_adjusted_by_document_and_not_extended() -> None:
    last = date(2025, 6, 27)
    assert wrong(replace(EXTENSION, wanted_on=date(2025, 6, 28)), today=last) == ""
    assert "请按文件申请调整" in wrong(EXTENSION, today=date(2025, 6, 28))


# ---------------------------------------------------------------------------------- the other kinds


@pytest.mark.parametrize(("today", "taken"), [(date(2025, 3, 6), True), (date(2025, 3, 7), False)])
def test_an_objection_is_raised_within_three_working_days(today: date, taken: bool) -> None:
    asked = Asked(RequestKind.OBJECTION, "不属于本单位。", signed_by="孙局长")
    assert (wrong(asked, today=today) == "") is taken


def test_an_objection_stops_the_clock_for_five_working_days_and_is_raised_once() -> None:
    asked = Asked(RequestKind.OBJECTION, "不属于本单位。", signed_by="孙局长")
    verdict = weigh(asked, FACTS, RULES, CALENDAR, TODAY)
    assert (verdict.stops, verdict.stop_until, verdict.stage) == (True, date(2025, 3, 10), Stage.OFFICE)
    assert "已提出过一次异议" in wrong(asked, replace(FACTS, objected=True))
    assert "签字" in wrong(replace(asked, signed_by=" "))


def test_a_coordination_is_first_the_blocking_units_to_answer() -> None:
    asked = Asked(RequestKind.COORDINATION, "场地。", other_unit_id=7)
    verdict = weigh(asked, replace(FACTS, leads=False), RULES, CALENDAR, TODAY)
    assert (verdict.wrong, verdict.stage, verdict.stops) == ((), Stage.UNIT, True)
    assert "请选择需要哪个单位" in wrong(replace(asked, other_unit_id=None))


@pytest.mark.parametrize("kind", CAUSES)
def test_what_changes_the_promise_names_a_cause_of_its_own_kind(kind: RequestKind) -> None:
    [other] = CAUSES.keys() - {kind}
    asked = Asked(kind, "因故。", wanted_on=date(2025, 12, 31), cause=CAUSES[kind][0])
    assert wrong(asked) == ""
    assert "请选择事由" in wrong(replace(asked, cause=None))
    assert "请选择事由" in wrong(replace(asked, cause=CAUSES[other][0]))


def test_an_adjustment_asks_for_something_new() -> None:
    asked = Asked(RequestKind.ADJUSTMENT, "核减。", cause=CAUSES[RequestKind.ADJUSTMENT][0])
    assert "至少一项" in wrong(asked)
    assert wrong(replace(asked, requirement="改造3所。")) == ""
    assert "和现在的一样" in wrong(replace(asked, wanted_on=DUE))
    assert "要在今天之后" in wrong(replace(asked, wanted_on=TODAY))


def test_a_suspension_ends_on_a_day_to_come_or_on_none() -> None:
    asked = Asked(RequestKind.SUSPENSION, "等批复。")
    assert wrong(asked) == wrong(replace(asked, wanted_on=TODAY + timedelta(days=1))) == ""
    assert "要在今天之后" in wrong(replace(asked, wanted_on=TODAY))


@pytest.mark.parametrize("kind", RequestKind)
def test_what_concerns_the_task_is_its_leads_to_ask_for(kind: RequestKind) -> None:
    verdict = outlook(kind, replace(FACTS, leads=False), RULES, CALENDAR, TODAY)
    assert bool(verdict.wrong) is (kind in FOR_THE_LEAD)
    assert outlook(kind, FACTS, RULES, CALENDAR, TODAY).wrong == ()
    assert outlook(kind, FACTS, RULES, CALENDAR, TODAY).document is (kind in NEED_DOCUMENT)


@pytest.mark.parametrize("kind", RequestKind)
def test_the_same_is_not_asked_twice_at_a_time(kind: RequestKind) -> None:
    [said] = outlook(kind, replace(FACTS, pending=frozenset({kind})), RULES, CALENDAR, TODAY).wrong
    assert REQUEST_LABELS[kind] in said


@pytest.mark.parametrize("state", TaskState)
def test_a_task_that_is_over_or_stands_is_only_withdrawn(state: TaskState) -> None:
    facts = replace(FACTS, state=state)
    found = {k for k in RequestKind if not outlook(k, facts, RULES, CALENDAR, TODAY).wrong}
    expected = set(RequestKind) - {RequestKind.WITHDRAWAL} if TASK.allows(state, TaskEvent.SUSPEND) else set()
    assert found == expected | ({RequestKind.WITHDRAWAL} if TASK.allows(state, TaskEvent.WITHDRAW) else set())


@pytest.mark.parametrize("kind", [RequestKind.EXTENSION, RequestKind.ROUTINE])
def test_a_task_without_a_date_has_none_to_move_or_drop(kind: RequestKind) -> None:
    assert outlook(kind, replace(FACTS, deadline_on=None, original_on=None), RULES, CALENDAR, TODAY).wrong


@pytest.mark.parametrize(
    ("kind", "by"),
    [
        (RequestKind.EXTENSION, date(2025, 3, 6)),
        (RequestKind.OBJECTION, date(2025, 3, 6)),
        (RequestKind.COORDINATION, date(2025, 3, 6)),
        (RequestKind.SUSPENSION, date(2025, 3, 10)),
        (RequestKind.WITHDRAWAL, date(2025, 3, 10)),
    ],
)
def test_each_kind_has_its_days_to_be_answered_in(kind: RequestKind, by: date) -> None:
    assert outlook(kind, FACTS, RULES, CALENDAR, TODAY).answer_by == by


# ----------------------------------------------------------------------------------------- the rules


def test_the_limits_come_back_as_they_were_kept_and_what_is_not_named_is_as_shipped() -> None:
    changed = replace(RULES, extension_times=3, objection_stop=2)
    assert RequestRules.from_json(changed.as_json()) == changed
    assert RequestRules.from_json({"extension_times": 3}) == replace(RULES, extension_times=3)
    RULES.check()


@pytest.mark.parametrize("name", [field.name for field in fields(RequestRules)])
@pytest.mark.parametrize("value", [-1, 1000])
def test_a_limit_nobody_could_keep_is_refused(name: str, value: int) -> None:
    with pytest.raises(Refused) as refusal:
        replace(RULES, **{name: value}).check()
    assert refusal.value.code == "invalid"


# -------------------------------------------------------------------------------------- stillness, keys


def test_an_extension_rests_the_completion_alone_whoever_owes_it() -> None:
    still = Stillness(holders=(Holder(RequestKind.EXTENSION, 1, SINCE),))
    assert still.over(DutyKind.COMPLETION, 2, TODAY) == (Hold.EXTENSION,)
    assert still.over(DutyKind.MONTHLY_REPORT, 1, TODAY) == ()


def test_an_objection_stops_everything_of_its_unit_until_its_day() -> None:
    still = Stillness(holders=(Holder(RequestKind.OBJECTION, 1, SINCE, date(2025, 3, 10)),))
    assert still.over(DutyKind.SIGN, 1, date(2025, 3, 9)) == (Hold.OBJECTION,)
    assert still.over(DutyKind.SIGN, 1, date(2025, 3, 10)) == ()
    assert still.over(DutyKind.SIGN, 2, date(2025, 3, 9)) == ()


@pytest.mark.parametrize("kind", DutyKind)
def test_the_weightiest_hold_comes_first_and_answers_are_never_held(kind: DutyKind) -> None:
    holders = tuple(
        Holder(k, 1, SINCE) for k in (RequestKind.EXTENSION, RequestKind.COORDINATION, RequestKind.OBJECTION)
    )
    over = Stillness(True, holders).over(kind, 1, TODAY)
    if kind in NEVER_HELD:
        assert over == ()
    elif kind is DutyKind.COMPLETION:
        assert over == (Hold.SUSPENSION, Hold.OBJECTION, Hold.COORDINATION, Hold.EXTENSION)
    else:
        assert over == (Hold.SUSPENSION, Hold.OBJECTION, Hold.COORDINATION)


@pytest.mark.parametrize("stage", Stage)
def test_a_key_says_which_request_and_whose_answer(stage: Stage) -> None:
    assert answers(answer_key(12, stage)) == (12, stage)
    assert len(answer_key(2**31, stage)) <= 16


@pytest.mark.parametrize("key", ["", "2025-03", "s12", "r", "r12.x", "xr12"])
def test_any_other_key_names_no_request(key: str) -> None:
    assert answers(key) is None


def test_the_ladder_of_answers_speaks_to_whoever_has_to_answer() -> None:
    rungs = DEFAULT_LADDERS[DutyKind.ANSWER].rungs
    assert [addressed(rung, "r1") for rung in rungs] == list(rungs)
    office = [addressed(rung, "r1.o") for rung in rungs]
    assert {post for rung in office for post in rung.audience} == {Audience.OFFICE, Audience.COUNTY_LEADER}
    assert all(set(rung.audience).isdisjoint(rung.copies) for rung in office)
    assert addressed(rungs[0], "r1.l").audience == (Audience.COUNTY_LEADER,)

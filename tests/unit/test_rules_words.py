"""The rules in words, the book of ladders, the place of a duty that is moved, and who may send which slip."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, datetime

import pytest

from workflows.cadence import CadenceRules, DutyKind, Signoff
from workflows.calendar import WorkCalendar, instant
from workflows.errors import Refused
from workflows.escalation import (
    DEFAULT_LADDERS,
    DRAFTED,
    Audience,
    Climb,
    Ladder,
    LadderBook,
    LetterKind,
    Rung,
    placed,
)
from workflows.lifecycle import DutyState, Hold
from workflows.light import LightRules
from workflows.policy import Actor, Role
from workflows.requests import RequestRules
from workflows.rulewords import (
    CADENCE,
    REQUESTS,
    cadence_lines,
    changes,
    ladder_lines,
    light_lines,
    what_it_does,
)
from workflows.slips import Matter, draft_words, needs_approval, require_may_decide, require_sendable

CALENDAR = WorkCalendar({}, [2025])
BOOK = LadderBook(DEFAULT_LADDERS)
DUE = date(2025, 3, 14)
URGE, ESCALATE = (
    Rung(1, LetterKind.URGE, (Audience.LIAISON,)),
    Rung(3, LetterKind.ESCALATE, (Audience.HEAD,)),
)


def person(*roles: Role) -> Actor:
    return Actor(1, "某人", frozenset(roles), frozenset())


# ------------------------------------------------------------------------------------------- words


def test_every_part_of_the_rules_has_its_words() -> None:
    assert set(CADENCE) == {part.name for part in fields(CadenceRules)}
    assert set(REQUESTS) == {part.name for part in fields(RequestRules)}
    assert len(light_lines(LightRules())) == len(fields(LightRules)) - 1  # the version is no threshold


def test_equal_rules_say_the_same() -> None:
    lines = ladder_lines(BOOK)
    assert changes(lines, lines) == []
    assert len({(line.group, line.label) for line in lines}) == len(lines)


def test_a_change_is_said_with_what_it_was() -> None:
    days, limits = CadenceRules(), RequestRules()
    other = replace(days, monthly_due_day=26)
    [change] = changes(cadence_lines(days, limits), cadence_lines(other, limits))
    assert (change.label, change.before, change.after) == ("月报截止日", "25日", "26日")


def test_the_lock_and_the_signature_are_said_in_words() -> None:
    days, limits = CadenceRules(), RequestRules()
    other = replace(days, lock_day=7, signoff=Signoff.NONE)
    said = {
        (c.label, c.before, c.after)
        for c in changes(cadence_lines(days, limits), cadence_lines(other, limits))
    }
    assert said == {("锁定日", "5日", "7日"), ("单位审签", "登记审签人后报送", "不需要审签")}


def test_a_rung_that_comes_and_one_that_goes_are_both_said() -> None:
    moved = replace(BOOK, ladders={**DEFAULT_LADDERS, DutyKind.SIGN: Ladder((URGE, ESCALATE))})
    said = {
        (c.label, bool(c.before), bool(c.after)) for c in changes(ladder_lines(BOOK), ladder_lines(moved))
    }
    assert ("开放时", True, False) in said
    assert ("逾期7个工作日", True, False) in said
    assert ("逾期1个工作日", True, True) in said


def test_a_rung_says_everything_it_does() -> None:
    rung = Rung(
        7,
        LetterKind.ESCALATE,
        (Audience.DEPUTY_HEAD, Audience.HEAD),
        copies=(Audience.OFFICE,),
        slip=LetterKind.YELLOW_SLIP,
        every=2,
        times=3,
        receipt=True,
        urgent=True,
    )
    assert what_it_does(rung) == (
        "提级提醒，发分管领导、主要领导，抄送督查室，同时拟黄色督办单，由人签发，"
        "每2个工作日重复，最多3次，确认收到上一封后才发，立即发"
    )


# ------------------------------------------------------------------------------------------- the book


def test_a_book_comes_back_from_its_body() -> None:
    body = json.loads(json.dumps(BOOK.as_json()))
    assert LadderBook.from_json(body) == BOOK
    assert LadderBook.from_json({**body, "own_plan": 3}) == BOOK


def test_a_body_from_before_has_the_shipped_days_and_ladders() -> None:
    body = {"sign": DEFAULT_LADDERS[DutyKind.SIGN].as_json()}
    assert LadderBook.from_json(body) == BOOK


@pytest.mark.parametrize("days", [-1, 31])
def test_days_for_answers_have_a_limit(days: int) -> None:
    book = replace(BOOK, reply_workdays={**BOOK.reply_workdays, LetterKind.BLUE_SLIP: days})
    with pytest.raises(Refused) as refusal:
        book.check()
    assert "蓝色提醒单的回复期限" in str(refusal.value)


def test_the_shipped_book_can_be_used() -> None:
    BOOK.check()
    assert set(BOOK.reply_workdays) == DRAFTED


# ------------------------------------------------------------------------------------------- moving


def climbing(rung: int) -> Climb:
    return Climb(date(2025, 3, 3), DUE, instant(date(2025, 3, 3), 9), rung)


def at(day: int, hour: int = 10) -> datetime:
    return instant(date(2025, 3, day), hour)


def test_a_moved_duty_stands_above_every_rung_whose_moment_has_passed() -> None:
    former, ladder = Ladder((URGE,)), Ladder((URGE, ESCALATE))
    place = placed(climbing(1), former, ladder, CALENDAR, at(18), None)
    assert (place.rung, place.next_action_at) == (1, at(19, 9))


def test_a_rung_that_came_and_did_not_speak_is_still_to_come() -> None:
    ladder = Ladder((URGE, ESCALATE))
    place = placed(climbing(0), ladder, ladder, CALENDAR, at(17), at(17, 9))
    assert (place.rung, place.next_action_at) == (0, at(17, 9))


def test_what_was_put_off_stays_put_off() -> None:
    ladder = Ladder((URGE, ESCALATE))
    place = placed(climbing(1), ladder, ladder, CALENDAR, at(19), at(21, 9))
    assert (place.rung, place.next_action_at) == (1, at(21, 9))


def test_a_rung_that_never_spoke_on_the_new_ladder_has_nothing_to_repeat() -> None:
    repeating = Ladder((replace(URGE, every=1, times=4),))
    place = placed(climbing(1), Ladder((URGE,)), repeating, CALENDAR, at(18), None)
    assert (place.rung, place.loop, place.next_action_at) == (1, 4, None)


# ------------------------------------------------------------------------------------------- slips


@pytest.mark.parametrize("kind", sorted(DRAFTED))
def test_who_may_send_which_slip(kind: LetterKind) -> None:
    grave = kind in {LetterKind.RED_SLIP, LetterKind.TALK}
    require_may_decide(person(Role.OFFICE), kind)
    assert needs_approval(person(Role.OFFICE), kind) is grave
    assert not needs_approval(person(Role.LEADER), kind)
    for role in (Role.DEPARTMENT, Role.ADMIN, *(() if grave else (Role.LEADER,))):
        with pytest.raises(Refused) as refusal:
            require_may_decide(person(role), kind)
        assert refusal.value.code == "forbidden"


@pytest.mark.parametrize("state", list(DutyState))
@pytest.mark.parametrize("hold", [None, *Hold])
def test_a_slip_is_sent_about_what_is_owed_while_the_clock_runs(state: DutyState, hold: Hold | None) -> None:
    runs = hold in {None, Hold.RECEIPT, Hold.FAULT}
    if state is DutyState.OPEN and runs:
        require_sendable(LetterKind.BLUE_SLIP, state, hold)
        return
    with pytest.raises(Refused) as refusal:
        require_sendable(LetterKind.BLUE_SLIP, state, hold)
    assert refusal.value.code == "illegal-step"


@pytest.mark.parametrize("kind", sorted(DRAFTED))
def test_the_wording_names_the_matter_and_by_when_to_answer(kind: LetterKind) -> None:
    words = draft_words(kind, Matter("县教育局", "新建一所幼儿园", "完成", DUE, 3), 5)
    assert words.startswith(
        "县教育局：\n“新建一所幼儿园”一项，应于2025年3月14日（周五）前完成，至今逾期3个工作日。"
    )
    assert words.endswith("收到本单后5个工作日内回复。")
    assert "工作日内回复" not in draft_words(kind, Matter("县教育局", "", "完成", DUE, 0), 0)

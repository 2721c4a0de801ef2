"""督办单: the engine drafts, a person sends or sets aside, the unit answers; and nothing is sent about what is settled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import duties
from app.models import Duty, LedgerEntry, Notice, Slip
from app.services import slips
from app.services.slips import Approval, Chosen
from tests.world import LEAD, SHARER, Asked, World, address_of
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.escalation import LetterKind
from workflows.lifecycle import DutyState, Hold, NoticeState, SlipState

DUE = date(2025, 3, 14)
BLUE_DAY, YELLOW_DAY, RED_DAY = date(2025, 3, 19), date(2025, 3, 25), date(2025, 4, 7)
"""3, 7 and 15 working days after the due date; 4 April is a holiday."""


def overdue(world: World, last: date, *titles: str) -> list[Slip]:
    """Let tasks run past their date, every letter received at once; returns the slips drafted, oldest first."""
    world.issue(*(Asked(title, responsible=(), due=DUE) for title in titles or ("新建一所幼儿园",)))
    world.sign(LEAD)
    while world.clock.today < last:
        world.run_to(world.clock.today)
        hear_everything(world)
        world.clock.go_to(world.clock.today + timedelta(days=1))
    world.run_to(last)
    return drafts(world)


def hear_everything(world: World) -> None:
    with world.writing() as s:
        still_open = sa.select(Duty).where(Duty.state == DutyState.OPEN).order_by(Duty.id)
        for duty in s.scalars(still_open):
            duties.show_receipt(duty, world.now)


def drafts(world: World) -> list[Slip]:
    return world.all(sa.select(Slip).where(Slip.state == SlipState.DRAFT).order_by(Slip.id))


def chosen(*of: Slip, words: str = "请抓紧办理。") -> list[Chosen]:
    return [Chosen(slip.id, slip.version, words) for slip in of]


def send(world: World, *of: Slip, approval: Approval | None = None) -> int:
    with world.app.app_context():
        return slips.send(world.office, chosen(*of), approval, world.now)


def refused(world: World, *of: Slip, approval: Approval | None = None) -> Refused:
    with pytest.raises(Refused) as refusal:
        send(world, *of, approval=approval)
    return refusal.value


def slip_notices(world: World, slip: Slip) -> list[Notice]:
    """The notices that deliver the slip, not those that ask for a decision."""
    found = world.all(sa.select(Notice).where(Notice.slip_id == slip.id).order_by(Notice.id))
    return [notice for notice in found if not notice.dedup_key.split(":")[2].endswith("d")]


def acts(world: World, act: str) -> list[LedgerEntry]:
    return world.all(sa.select(LedgerEntry).where(LedgerEntry.act == act).order_by(LedgerEntry.id))


def test_the_engine_drafts_a_blue_slip_and_tells_the_unit_nothing_of_it(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    assert slip.kind is LetterKind.BLUE_SLIP
    assert slip_notices(world, slip) == []
    assert not world.duties(kind=DutyKind.SLIP_REPLY)


def test_a_sent_slip_reaches_the_posts_of_its_rung_and_opens_the_duty_to_answer(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    people = send(world, slip)
    told = slip_notices(world, slip)
    names = {world.person_id(f"{LEAD}{post}") for post in ("联络员", "副局长")}
    assert {n.person_id for n in told} == names
    assert people == 2
    assert all(n.urgent and n.kind is LetterKind.BLUE_SLIP for n in told)
    [reply] = world.duties(kind=DutyKind.SLIP_REPLY)
    assert (reply.unit_id, reply.task_id) == (world.unit_id(LEAD), world.tasks()[0].id)
    assert reply.period_key == f"s{slip.id}"
    assert reply.due_on == date(2025, 3, 24)  # three working days after 19 March
    sent = world.get(Slip, slip.id)
    assert (sent.state, sent.reply_duty_id) == (SlipState.SENT, reply.id)
    [entry] = acts(world, "slip.send")
    assert (entry.duty_id, entry.detail["text"]) == (slip.duty_id, "请抓紧办理。")


def test_the_letter_of_a_slip_says_its_words_when_to_answer_and_where(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    send(world, slip)
    world.post.sent.clear()
    world.deliver()
    [letter] = world.post.to(address_of(f"{LEAD}副局长"))
    assert "蓝色提醒单" in letter.words.subject
    assert "请抓紧办理。 请于2025年3月24日（周一）前在系统里回复。" in letter.words.text
    assert f"http://luoshi.example/slips/{slip.id}" in letter.words.text


def test_what_a_slip_says_has_to_be_heard_of_again_before_the_ladder_goes_on(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    hear_everything(world)
    send(world, slip)
    assert world.get(Duty, slip.duty_id).received_at is None
    world.run_to(YELLOW_DAY)
    duty = world.get(Duty, slip.duty_id)
    assert duty.hold is Hold.RECEIPT
    assert not [s for s in drafts(world) if s.duty_id == duty.id]


def test_several_slips_of_one_unit_leave_in_one_letter(world: World) -> None:
    both = overdue(world, BLUE_DAY, "新建一所幼儿园", "清理无证幼儿园")
    assert len(both) == 2
    send(world, *both)
    world.post.sent.clear()
    world.deliver()
    [letter] = world.post.to(address_of(f"{LEAD}副局长"))
    assert letter.words.text.count("请抓紧办理。") == 2


def test_slips_of_two_units_are_not_sent_together(world: World) -> None:
    world.issue(
        Asked("新建一所幼儿园", responsible=(), due=DUE), Asked("拨付资金", SHARER, responsible=(), due=DUE)
    )
    world.sign(LEAD)
    world.sign(SHARER)
    while world.clock.today <= BLUE_DAY:
        world.run_to(world.clock.today)
        hear_everything(world)
        world.clock.go_to(world.clock.today + timedelta(days=1))
    assert len(drafts(world)) == 2
    assert refused(world, *drafts(world)).code == "invalid"
    assert len(drafts(world)) == 2


def test_a_red_slip_waits_for_a_county_leader(world: World) -> None:
    red = next(s for s in overdue(world, RED_DAY) if s.kind is LetterKind.RED_SLIP)
    assert "须经县领导批准" in str(refused(world, red))
    with pytest.raises(Refused):
        Approval("副县长某某", RED_DAY + timedelta(days=1)).check(RED_DAY)
    approval = Approval("副县长某某", RED_DAY)
    send(world, red, approval=approval)
    sent = world.get(Slip, red.id)
    assert sent.words.endswith("（经副县长某某于2025年4月7日（周一）批准）")


def test_a_county_leader_signs_a_red_slip_himself_and_no_blue_one(world: World) -> None:
    [blue] = overdue(world, BLUE_DAY)
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        slips.send(world.leader, chosen(blue), None, world.now)
    assert refusal.value.code == "forbidden"
    while world.clock.today < RED_DAY:
        world.clock.go_to(world.clock.today + timedelta(days=1))
        hear_everything(world)
        world.run_to(world.clock.today)
    red = next(s for s in drafts(world) if s.kind is LetterKind.RED_SLIP)
    with world.app.app_context():
        slips.send(world.leader, chosen(red), None, world.now)
    assert world.get(Slip, red.id).words == "请抓紧办理。"
    assert world.get(Slip, red.id).decided_by_id == world.leader.person_id


def test_a_higher_draft_takes_the_place_of_one_nobody_sent(world: World) -> None:
    found = overdue(world, YELLOW_DAY)
    assert [slip.kind for slip in found] == [LetterKind.YELLOW_SLIP]
    states = {slip.kind: slip.state for slip in world.all(sa.select(Slip))}
    assert states[LetterKind.BLUE_SLIP] is SlipState.OVERTAKEN


def test_a_draft_about_what_is_done_is_nobodys_to_send(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    world.close(world.tasks()[0].id)
    assert world.get(Slip, slip.id).state is SlipState.OVERTAKEN
    assert refused(world, slip).code == "stale"


@pytest.mark.parametrize("hold", [Hold.EXTENSION, Hold.OBJECTION, Hold.COORDINATION, Hold.SUSPENSION])
def test_nothing_is_sent_while_the_clock_is_stopped(world: World, hold: Hold) -> None:
    [slip] = overdue(world, BLUE_DAY)
    with world.writing() as s:
        duties.hold(s.get_one(Duty, slip.duty_id), hold, world.now)
    assert refused(world, slip).code == "illegal-step"
    assert world.get(Slip, slip.id).state is SlipState.DRAFT
    with world.writing() as s:
        duties.release(s.get_one(Duty, slip.duty_id), world.now)
    assert send(world, slip) == 2


def test_a_new_date_overtakes_the_draft_of_the_old_one(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    with world.writing() as s:
        duties.rearm(s.get_one(Duty, slip.duty_id), date(2025, 6, 30), world.now)
    assert world.get(Slip, slip.id).state is SlipState.OVERTAKEN


def test_a_slip_whose_duty_is_settled_before_it_leaves_is_not_sent(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    send(world, slip)
    world.close(world.tasks()[0].id)
    world.post.sent.clear()
    world.deliver()
    assert world.post.to(address_of(f"{LEAD}副局长")) == []
    assert {n.state for n in slip_notices(world, slip)} == {NoticeState.SUPPRESSED}


def test_the_question_whether_to_send_is_not_asked_of_what_was_decided(world: World) -> None:
    overdue(world, BLUE_DAY - timedelta(days=1))
    hear_everything(world)
    world.clock.go_to(BLUE_DAY)
    world.tick()
    [slip] = drafts(world)
    with world.app.app_context():
        slips.dismiss(world.office, chosen(slip), "单位已电话说明，下周办结。", world.now)
    world.deliver()
    asked = world.all(sa.select(Notice).where(Notice.slip_id == slip.id))
    assert {n.state for n in asked} == {NoticeState.SUPPRESSED}


def test_setting_a_slip_aside_needs_a_reason_and_keeps_it(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        slips.dismiss(world.office, chosen(slip), "  ", world.now)
    assert refusal.value.code == "invalid"
    with world.app.app_context():
        slips.dismiss(world.office, chosen(slip), "单位已电话说明。", world.now)
    kept = world.get(Slip, slip.id)
    assert (kept.state, kept.words) == (SlipState.DISMISSED, "单位已电话说明。")
    [entry] = acts(world, "slip.dismiss")
    assert entry.detail["reason"] == "单位已电话说明。"


def test_the_second_of_two_who_decide_is_told(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    send(world, slip)
    second = refused(world, slip)
    assert second.code == "stale"
    assert "已发" in str(second)
    assert len(slip_notices(world, slip)) == 2


def test_two_who_send_at_the_same_moment_send_once(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    office = world.office

    def press() -> bool:
        try:
            slips.send(office, chosen(slip), None, world.now)
        except Refused:
            return False
        return True

    assert sorted(world.at_once([press, press])) == [False, True]
    assert len(slip_notices(world, slip)) == 2
    assert len(world.duties(kind=DutyKind.SLIP_REPLY)) == 1


def test_the_unit_answers_and_has_so_been_heard_of(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    send(world, slip)
    sent = world.get(Slip, slip.id)
    with world.app.app_context():
        slips.answer(
            world.actor(LEAD),
            slip.id,
            "因场地未交付，3月28日前完成。",
            seen_version=sent.version,
            now=world.now,
        )
    answered = world.get(Slip, slip.id)
    assert (answered.state, answered.reply) == (SlipState.ANSWERED, "因场地未交付，3月28日前完成。")
    [reply] = world.duties(kind=DutyKind.SLIP_REPLY)
    assert reply.state is DutyState.DONE
    assert world.get(Duty, slip.duty_id).received_at == world.now
    assert world.get(Duty, slip.duty_id).state is DutyState.OPEN


@pytest.mark.parametrize("words", ["", "长" * 1001])
def test_an_answer_says_something_and_not_too_much(world: World, words: str) -> None:
    [slip] = overdue(world, BLUE_DAY)
    send(world, slip)
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        slips.answer(world.actor(LEAD), slip.id, words, seen_version=2, now=world.now)
    assert refusal.value.code == "invalid"


def test_nobody_answers_for_another_unit(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    send(world, slip)
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        slips.answer(world.actor(SHARER), slip.id, "办好了。", seen_version=2, now=world.now)
    assert refusal.value.code in {"forbidden", "missing"}


def test_an_answer_that_is_owed_is_chased_like_everything_else(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    send(world, slip)
    world.run_to(date(2025, 3, 25))
    [reply] = world.duties(kind=DutyKind.SLIP_REPLY)
    kinds = {notice.kind for notice in world.notices(reply.id)}
    assert {LetterKind.OPENED, LetterKind.DUE, LetterKind.URGE_SLIP} <= kinds


def test_a_talk_asks_for_no_answer(world: World) -> None:
    found = overdue(world, date(2025, 4, 28))
    [talk] = [slip for slip in found if slip.kind is LetterKind.TALK]
    send(world, talk, approval=Approval("副县长某某", world.clock.today))
    assert world.get(Slip, talk.id).reply_duty_id is None
    copied = [n for n in slip_notices(world, talk) if n.copied]
    assert [n.person_id for n in copied] == [world.leader.person_id]


def test_sending_while_the_engine_turns_loses_and_doubles_nothing(world: World) -> None:
    [slip] = overdue(world, BLUE_DAY)
    office = world.office
    world.clock.go_to(BLUE_DAY + timedelta(days=1), 9)

    def engine_turns() -> int:
        from app.engine import tick

        return tick.tick(world.now).judged

    def press() -> int:
        return slips.send(office, chosen(slip), None, world.now)

    results = world.at_once([engine_turns, press, engine_turns])
    assert results[1] == 2
    assert len(slip_notices(world, slip)) == 2
    assert world.get(Slip, slip.id).state is SlipState.SENT

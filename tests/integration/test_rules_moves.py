"""Open duties move to a new version of the ladders: told nothing twice, robbed of nothing, while the engine turns."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app import duties
from app.engine import tick
from app.models import Duty, Notice, Slip
from app.models.rules import PolicySubject
from app.queries import foresight, rulebook
from app.queries import rules as rules_in_force
from app.queries.foresight import Trial
from app.services import rules
from tests.integration.test_rules import GENTLE, MONTHLY, gentler, hear_everything, monthly, move, records
from tests.world import SHARER, Asked, World
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.escalation import DEFAULT_LADDERS, LetterKind
from workflows.lifecycle import Hold, NoticeState, SlipState


def test_what_is_foretold_of_a_draft_is_what_happens_once_it_is_taken(world: World) -> None:
    plan_id = world.issue(Asked("新建一所幼儿园", due=date(2025, 6, 30)), Asked("安全检查", SHARER, ()))
    world.run_to(date(2025, 3, 26))
    trial = Trial(2, ladders={**DEFAULT_LADDERS, MONTHLY: GENTLE}, moves=True)
    until, last = date(2025, 6, 10), world.notices()[-1].id
    world.clock.go_to(date(2025, 3, 27))
    with world.app.app_context():
        seen = foresight.foresee(plan_id, world.clock.today, until, world.now, trial)
    told = sorted(
        (
            n.subject.kind,
            n.subject.period_key,
            n.subject.unit_id,
            n.rung,
            n.person_id,
            n.reason,
            local_date(n.at),
        )
        for n in seen.notices
    )
    move(world, gentler(world, plan_id))
    world.run_to(until)
    rows = {duty.id: duty for duty in world.duties()}
    done = sorted(
        (
            rows[n.duty_id].kind,
            rows[n.duty_id].period_key,
            rows[n.duty_id].unit_id,
            n.rung,
            n.person_id,
            n.reason,
            local_date(n.created_at),
        )
        for n in world.notices()
        if n.id > last
    )
    assert len(told) > 50
    assert told == done


def test_a_moved_duty_stands_above_what_it_was_told(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 26))  # told at the opening, before, on and one day after the date
    march = monthly(world)
    told = len(world.notices(march.id))
    version_id = gentler(world, plan_id)
    assert move(world, version_id) >= 1
    moved = world.get(Duty, march.id)
    assert (moved.policy_version_id, moved.epoch, moved.rung) == (version_id, march.epoch + 1, 1)
    assert moved.next_action_at
    assert local_date(moved.next_action_at) == date(2025, 3, 27)
    world.run_to(date(2025, 3, 26))
    assert len(world.notices(march.id)) == told
    world.run_to(date(2025, 3, 27))
    assert [n.kind for n in world.notices(march.id)[told:]] == [LetterKind.URGE, LetterKind.URGE]


def test_moving_again_moves_nothing(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    version_id = gentler(world, plan_id)
    assert move(world, version_id) > 0
    assert move(world, version_id) == 0


def test_what_was_written_but_not_yet_sent_is_still_sent_after_the_move(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 25))
    world.clock.go_to(date(2025, 3, 26))
    world.tick()
    march = monthly(world)
    pending = [n for n in world.notices(march.id) if n.state is NoticeState.PENDING]
    assert pending
    move(world, gentler(world, plan_id))
    world.deliver()
    assert {world.get(Notice, n.id).state for n in pending} == {NoticeState.SENT}


def test_a_rung_that_has_come_while_the_engine_was_off_is_still_told(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 25))
    world.clock.go_to(date(2025, 3, 26))  # the rung of this morning has not spoken yet
    march = monthly(world)
    same_rungs = replace(DEFAULT_LADDERS[MONTHLY], late_spacing=3)
    move(world, gentler(world, plan_id, ladder=same_rungs))
    world.tick()
    kinds = [n.kind for n in world.notices(march.id)]
    assert kinds.count(LetterKind.URGE) == 2  # liaison and section head, once each
    assert kinds.count(LetterKind.DUE) == 1


def test_a_held_duty_stays_held_and_goes_on_by_the_new_ladder_when_released(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 21))
    march = monthly(world)
    with world.writing() as s:
        duties.hold(s.get_one(Duty, march.id), Hold.EXTENSION, world.now)
    version_id = gentler(world, plan_id)
    move(world, version_id)
    held = world.get(Duty, march.id)
    assert (held.hold, held.next_action_at, held.policy_version_id) == (Hold.EXTENSION, None, version_id)
    world.run_to(date(2025, 3, 28))
    with world.writing() as s:
        duties.release(s.get_one(Duty, march.id), world.now)
    released = world.get(Duty, march.id)
    assert released.next_action_at
    assert released.next_action_at > world.now


def test_a_duty_that_waits_for_receipt_waits_on_and_is_told_what_it_missed(world: World) -> None:
    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 28))  # three days late, but nobody confirmed the letter of the first day
    march = monthly(world)
    assert march.hold is Hold.RECEIPT
    same_rungs = replace(DEFAULT_LADDERS[MONTHLY], late_spacing=3)
    move(world, gentler(world, plan_id, ladder=same_rungs))
    assert world.get(Duty, march.id).hold is Hold.RECEIPT
    hear_everything(world)
    world.run_to(date(2025, 4, 3))
    assert LetterKind.ESCALATE in {n.kind for n in world.notices(march.id)}


def test_a_draft_of_a_slip_survives_the_move_and_can_be_sent(world: World) -> None:
    from app.services import slips
    from app.services.slips import Chosen

    plan_id = world.issue(Asked("改善幼儿园办园条件", responsible=()))
    world.run_to(date(2025, 3, 26))
    hear_everything(world)
    world.run_to(date(2025, 3, 28))
    [slip] = world.all(sa.select(Slip).where(Slip.state == SlipState.DRAFT))
    move(world, gentler(world, plan_id))
    with world.app.app_context():
        told = slips.send(world.office, [Chosen(slip.id, slip.version, "请抓紧。")], None, world.now)
    assert told >= 1
    world.post.sent.clear()
    world.deliver()
    assert any("蓝色提醒单" in letter.words.text for letter in world.post.sent)


def test_every_moved_duty_stands_in_the_record_in_batches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_ONCE", 2)
    plan_id = world.issue(Asked("改善幼儿园办园条件"), Asked("培训教师"))
    world.run_to(date(2025, 3, 21))
    version_id = gentler(world, plan_id)
    with world.app.app_context():
        promised = {m.duty.id: (m.before, m.after) for m in rules.moves(version_id, world.now)}
    count = move(world, version_id)
    entries = records(world, "rules.move")
    assert len(entries) == (count + 1) // 2
    assert [len(entry.detail["moved"]) for entry in entries[:-1]] == [2] * (len(entries) - 1)
    with world.app.app_context():
        lines = {line.duty.id: (line.before, line.after) for line in rulebook.moved_lines(version_id)}
    assert lines == promised
    assert len(lines) == count


def test_only_ladders_have_duties_to_move(world: World) -> None:
    with world.app.app_context():
        cadence = rules_in_force.latest(PolicySubject.CADENCE).id
    with pytest.raises(Refused) as refusal:
        move(world, cadence)
    assert refusal.value.code == "invalid"


def test_the_engine_turns_while_duties_move_and_nobody_is_told_twice_or_not_at_all(world: World) -> None:
    plan_id = world.issue(*(Asked(f"任务{number}") for number in range(6)))
    world.run_to(date(2025, 3, 25))
    same_rungs = replace(DEFAULT_LADDERS[MONTHLY], late_spacing=3)
    version_id, office = gentler(world, plan_id, ladder=same_rungs), world.office
    world.clock.go_to(date(2025, 3, 26))

    def turn() -> int:
        return tick.tick(world.now).notices

    def move_over() -> int:
        return rules.move(office, version_id, world.now)

    world.at_once([turn, move_over, turn, move_over])
    world.tick()
    urged = Counter(
        (n.duty_id, n.person_id)
        for duty in world.duties(kind=MONTHLY)
        for n in world.notices(duty.id)
        if n.kind is LetterKind.URGE
    )
    assert len(urged) == 12 * 2  # two units, six tasks; liaison and section head each
    assert set(urged.values()) == {1}
    assert {d.policy_version_id for d in world.duties(kind=MONTHLY)} == {version_id}


def test_the_auditor_finds_nothing_to_repair_after_a_move(world: World) -> None:
    from app.engine import auditor

    plan_id = world.issue(Asked("改善幼儿园办园条件"))
    world.run_to(date(2025, 4, 20) + timedelta(days=1))
    repeating = replace(
        GENTLE, rungs=(*GENTLE.rungs[:2], replace(GENTLE.rungs[2], slip=None, every=2, times=3))
    )
    move(world, gentler(world, plan_id, ladder=repeating))
    with world.app.app_context():
        assert auditor.audit(world.now).repaired == 0

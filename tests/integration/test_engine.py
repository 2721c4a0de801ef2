"""The tick: whatever happens to it - twice, late, never, at once, a poisoned row, a full disk - the rows come right."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date, timedelta
from functools import partial

import psycopg
import pytest
import sqlalchemy as sa

from app import duties
from app.engine import run
from app.engine.tick import tick
from app.models import CalendarDay, Duty, EngineGap, Heartbeat, LedgerEntry, Plan, PolicyVersion
from app.models.rules import PolicySubject
from tests.world import FIRST_DAY, LEAD, OFFICE, SHARER, STRANGER, Asked, World, at
from workflows.cadence import DutyKind
from workflows.escalation import LetterKind
from workflows.lifecycle import DutyState, NoticeState

MARCH = "2025-03"
DUE = date(2025, 3, 25)  # a Tuesday; the month opens on the 20th, a Thursday


def rows(world: World) -> list[tuple[object, ...]]:
    """Everything the tick writes, ids and all."""
    notices = [(n.dedup_key, n.kind, n.person_id, n.skipped, n.created_at) for n in world.notices()]
    return notices + [(d.id, d.rung, d.epoch, d.next_action_at, d.hold_reason) for d in world.duties()]


def rungs(world: World, duty_id: int) -> list[int]:
    """The rungs that acted, each named once, in order; what the office was asked to find out is none."""
    spoken = [notice for notice in world.notices(duty_id) if notice.kind is not LetterKind.VERIFY]
    return sorted({notice.rung for notice in spoken})


def march(world: World, unit: str = SHARER) -> Duty:
    [duty] = world.duties(unit=unit, kind=DutyKind.MONTHLY_REPORT, period=MARCH)
    return duty


def test_a_second_tick_at_the_same_moment_changes_nothing(world: World) -> None:
    world.issue()
    world.clock.go_to(date(2025, 3, 20))
    assert world.tick().notices > 0
    before = rows(world)
    again = world.tick()
    assert (again.opened, again.notices) == (0, 0)
    assert rows(world) == before


def test_a_tick_whose_clock_went_back_changes_nothing(world: World) -> None:
    world.issue()
    world.clock.go_to(date(2025, 3, 26))
    world.tick()
    before = rows(world)
    world.clock.go_to(date(2025, 3, 4))
    world.tick()
    assert rows(world) == before


def test_ten_engines_at_once_give_each_notice_once(world: World) -> None:
    world.issue(*(Asked(f"任务{n}") for n in range(12)))
    world.clock.go_to(date(2025, 3, 26))
    turns = world.at_once([partial(tick, world.now)] * 10)
    duties = world.duties()
    asked = {DutyKind.SIGN: 24, DutyKind.MONTHLY_REPORT: 24}
    assert Counter(d.kind for d in duties) == {**asked, DutyKind.CONSOLIDATION: 12, DutyKind.REVIEW: 1}
    given = Counter((n.duty_id, n.epoch, n.rung, n.person_id) for n in world.notices())
    assert set(given.values()) == {1}
    assert {duty_id for duty_id, *_ in given} == {d.id for d in duties if d.kind in asked}
    assert sum(turn.notices for turn in turns) == len(given)
    assert sum(turn.opened for turn in turns) == 24 + 12 + 1
    assert sum(turn.judged for turn in turns) == 48  # each duty claimed by one engine alone
    assert sum(turn.faults for turn in turns) == 0


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_duty_in_somebodys_hands_is_passed_by_and_not_waited_for(world: World) -> None:
    world.issue()
    held, free = world.duties(kind=DutyKind.SIGN)
    impatient(world)
    with world.writing() as s:
        duties.locked(s, held.id)
        assert world.tick().judged == 1
    assert [notice.duty_id for notice in world.notices()] == [free.id]
    assert world.tick().judged == 1


def impatient(world: World) -> None:
    """Let a wait for a lock fail at once instead of hanging the test."""

    @sa.event.listens_for(world.app.extensions["db"].kw["bind"], "checkout")
    def set_timeout(raw: psycopg.Connection, _record: object, _proxy: object) -> None:
        raw.execute("SET lock_timeout = '2s'")


def test_engines_at_once_and_one_engine_alone_write_the_same_notices(world: World) -> None:
    world.app.config["TICK_BATCH"] = 3
    world.issue(*(Asked(f"任务{n}") for n in range(5)))
    world.clock.go_to(date(2025, 3, 7))
    world.at_once([partial(tick, world.now)] * 4)
    signs = world.duties(kind=DutyKind.SIGN)
    # four days late: the highest rung reached is +3, to 副局长, 局长 and the office
    assert {(d.rung, len(world.notices(d.id))) for d in signs} == {(4, 3)}


def test_an_outage_collapses_to_the_highest_rung_and_records_the_skipped(world: World) -> None:
    world.issue()
    world.clock.go_to(date(2025, 3, 20))
    world.tick()
    duty = march(world)
    assert rungs(world, duty.id) == [0]
    world.hear()
    world.clock.go_to(
        date(2025, 3, 31)
    )  # off over the advance notice, the day itself, +1 and +3: Friday 28 March
    world.tick()
    assert rungs(world, duty.id) == [0, 4]
    assert {n.skipped for n in world.notices(duty.id) if n.rung == 4} == {3}


def test_rungs_after_a_late_arming_collapse_too_and_count_from_it(world: World) -> None:
    world.issue()
    world.clock.go_to(date(2025, 4, 2))
    world.tick()
    duty = march(world)
    assert duty.opens_on == date(2025, 3, 20)
    assert rungs(world, duty.id) == [0]  # armed this very day: nobody is late for time he never had
    assert duty.next_action_at == at(date(2025, 4, 3), 9)
    world.run_to(date(2025, 4, 3), heard=True)
    world.clock.go_to(date(2025, 4, 15))  # +3 was 8 April, +7 is today: off since the 3rd
    world.tick()
    assert rungs(world, duty.id) == [0, 3, 4]  # the 局长 hears only after the 副局长 was heard of
    assert world.get(Duty, duty.id).next_action_at == at(date(2025, 4, 17), 9)
    world.hear()
    world.run_to(date(2025, 4, 17))
    assert rungs(world, duty.id) == [0, 3, 4, 5]
    assert world.get(Duty, duty.id).next_action_at == at(
        date(2025, 4, 24), 9
    )  # +15, from the arming on 2 April


def test_a_rung_acted_late_gives_the_next_audience_its_days(world: World) -> None:
    world.issue()
    world.run_to(date(2025, 3, 26), heard=True)
    world.clock.go_to(date(2025, 4, 2))  # +3 was 28 March, +7 is 3 April
    world.tick()
    duty = march(world)
    assert rungs(world, duty.id)[-1] == 4
    assert duty.next_action_at == at(
        date(2025, 4, 7), 9
    )  # 3 April, then 清明: two working days after the 2nd


def test_periods_that_opened_while_no_engine_ran_are_all_opened(world: World) -> None:
    world.issue()
    world.clock.go_to(date(2025, 7, 1))
    world.tick()
    months = {duty.period_key for duty in world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT)}
    assert months == {"2025-03", "2025-04", "2025-05", "2025-06"}
    bulletins = {duty.period_key for duty in world.duties(unit=OFFICE, kind=DutyKind.BULLETIN)}
    assert bulletins == {"2025-Q1", "2025-Q2"}


def test_a_duty_armed_late_counts_overdue_days_from_its_arming(world: World) -> None:
    world.issue()
    world.clock.go_to(date(2025, 7, 1))
    world.tick()
    duty = march(world)
    assert duty.due_on == DUE
    assert rungs(world, duty.id) == [0]
    world.run_to(date(2025, 7, 4), heard=True)
    days = {n.rung: n.created_at.date() for n in world.notices(duty.id)}
    assert days == {0: date(2025, 7, 1), 3: date(2025, 7, 2), 4: date(2025, 7, 4)}


def test_a_task_that_was_closed_opens_no_more_months(world: World) -> None:
    world.issue()
    world.sign(LEAD)
    world.close(world.tasks()[0].id)
    world.clock.go_to(date(2025, 3, 20))
    world.tick()
    assert world.duties(kind=DutyKind.MONTHLY_REPORT) == []


def test_closing_a_task_cancels_what_it_owes_and_nothing_is_ever_sent_again(world: World) -> None:
    world.issue(Asked("要关闭的任务", due=date(2025, 5, 30)), Asked("另一件任务"))
    closing, other = world.tasks()
    world.run_to(date(2025, 3, 26))
    world.sign(LEAD)
    owed = [d.id for d in world.duties(task_id=closing.id) if d.state is DutyState.OPEN]
    assert owed
    before = len([n for n in world.notices() if n.duty_id in owed])
    world.close(closing.id)
    after = world.duties(task_id=closing.id)
    assert {d.state for d in after} == {DutyState.DONE, DutyState.CANCELLED}
    assert [d for d in after if d.next_action_at] == []
    world.run_to(date(2025, 6, 30))
    assert len([n for n in world.notices() if n.duty_id in owed]) == before
    assert len(world.duties(task_id=other.id, kind=DutyKind.MONTHLY_REPORT)) > 2


def test_a_returned_report_is_armed_again_and_chased_to_the_top(world: World) -> None:
    world.issue()
    world.run_to(date(2025, 3, 21))
    world.file(SHARER, MARCH)
    duty = march(world)
    assert duty.state is DutyState.FILED
    assert duty.next_action_at is None
    world.clock.go_to(date(2025, 3, 31))
    world.return_report(duty.id)
    back = world.get(Duty, duty.id)
    assert (back.epoch, back.rung, back.due_on) == (2, 0, date(2025, 4, 2))
    assert back.original_due_on == DUE
    world.run_to(date(2025, 5, 20), heard=True)
    again = [n for n in world.notices(duty.id) if n.epoch == 2]
    assert sorted({n.rung for n in again}) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert len({n.dedup_key for n in world.notices(duty.id)}) == len(world.notices(duty.id))


def test_a_report_filed_again_after_its_return_is_chased_no_more(world: World) -> None:
    world.issue()
    world.run_to(date(2025, 3, 21))
    world.file(SHARER, MARCH)
    duty = march(world)
    world.return_report(duty.id)
    world.run_to(date(2025, 3, 25))
    world.file(SHARER, MARCH, percent=30)
    before = len(world.notices(duty.id))
    world.run_to(date(2025, 5, 10))
    assert len(world.notices(duty.id)) == before


def test_a_poisoned_duty_is_set_aside_alone_and_the_others_go_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.issue()
    ill, well = world.duties(kind=DutyKind.SIGN)
    with world.writing() as s:
        broken = PolicyVersion(
            subject=PolicySubject.LADDERS, version=2, body={"sign": {}}, note="坏规则", created_at=world.now
        )
        s.add(broken)
        s.flush()
        s.execute(sa.update(Duty).where(Duty.id == ill.id).values(policy_version_id=broken.id))
    turn = world.tick()
    assert (turn.faults, turn.notices) == (1, 1)
    assert [n.duty_id for n in world.notices()] == [well.id]
    aside = world.get(Duty, ill.id)
    assert aside.hold_reason
    assert aside.next_action_at == world.now + timedelta(hours=1)
    assert world.tick().faults == 0
    assert "duty_id" in vars(next(r for r in caplog.records if getattr(r, "event", "") == "tick.set-aside"))
    with world.writing() as s:
        s.execute(sa.update(Duty).where(Duty.id == ill.id).values(policy_version_id=well.policy_version_id))
    world.clock.forward(hours=1)
    assert world.tick().notices == 1
    assert world.get(Duty, ill.id).hold_reason == ""


def test_a_poisoned_plan_stays_closed_alone_and_the_others_go_on(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ill, well = world.issue(), world.issue()
    with world.writing() as s:
        broken = PolicyVersion(
            subject=PolicySubject.CADENCE,
            version=2,
            body={"monthly_due_day": "月底"},
            note="坏规则",
            created_at=world.now,
        )
        s.add(broken)
        s.flush()
        s.execute(sa.update(Plan).where(Plan.id == ill).values(cadence_version_id=broken.id))
    world.clock.go_to(date(2025, 3, 20))
    turn = world.tick()
    assert (turn.opened, turn.faults) == (4, 1)  # two reports, what is gathered of them, and its review
    assert {d.plan_id for d in world.duties(kind=DutyKind.MONTHLY_REPORT)} == {well}
    assert turn.notices > 0


def test_a_unit_with_nobody_to_write_to_is_told_through_the_office(world: World) -> None:
    world.unit("县气象局", staffed=False)
    world.issue(Asked("无联系人的任务", responsible=("县气象局",)))
    world.tick()
    [duty] = world.duties(unit="县气象局", kind=DutyKind.SIGN)
    notices = world.notices(duty.id)
    assert [n.person_id for n in notices if n.rung >= 0] == [world.office.person_id]
    assert [n.person_id for n in notices if n.rung < 0] == [
        world.person_id("系统管理员")
    ]  # whose contacts they are


def test_a_notice_that_reaches_truly_nobody_is_on_record(world: World) -> None:
    world.unit("县气象局", staffed=False)
    world.issue(Asked("无联系人的任务", responsible=("县气象局",)))
    with world.writing() as s:
        s.execute(sa.text("UPDATE person SET email = NULL WHERE username = 'zhuanban'"))
    world.tick()
    [duty] = world.duties(unit="县气象局", kind=DutyKind.SIGN)
    assert [n for n in world.notices(duty.id) if n.rung >= 0] == []
    [entry] = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "notice.unaddressed"))
    assert entry.duty_id == duty.id


def test_a_unit_that_no_task_names_hears_nothing(world: World) -> None:
    world.issue()
    world.run_to(date(2025, 4, 20))
    assert world.duties(unit=STRANGER) == []
    assert [address for address in world.post.addresses if "minzheng" in address] == []


def test_a_silence_of_the_engine_is_recorded_once_by_however_many_engines(world: World) -> None:
    with world.app.app_context():
        run.turn(world.post, world.now)
    world.clock.go_to(date(2025, 3, 5))
    world.at_once([partial(run.turn, world.post, world.now)] * 6)
    gaps = world.all(sa.select(EngineGap))
    assert [(gap.from_at, gap.to_at) for gap in gaps] == [(at(FIRST_DAY), world.now)]
    assert len(world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "engine.gap"))) == 1
    assert world.get(Heartbeat, 1).beat_at == world.now


def test_the_first_turns_of_two_engines_do_not_quarrel_over_the_heartbeat(world: World) -> None:
    world.at_once([partial(run.turn, world.post, world.now)] * 6)
    assert world.count(Heartbeat) == 1


def test_turns_a_minute_apart_are_no_silence(world: World) -> None:
    for _ in range(3):
        with world.app.app_context():
            run.turn(world.post, world.now)
        world.clock.forward(minutes=1)
    assert world.count(EngineGap) == 0


def test_a_make_up_sunday_is_worked_and_a_holiday_is_not(world: World) -> None:
    world.clock.go_to(date(2025, 4, 25))  # Friday; Sunday 27 April is worked, 1-5 May rest
    world.issue()
    world.run_to(date(2025, 5, 9))
    [duty] = world.duties(unit=SHARER, kind=DutyKind.SIGN)
    assert duty.due_on == date(2025, 4, 27)
    days = {n.rung: n.created_at.date() for n in world.notices(duty.id)}
    assert days == {
        0: date(2025, 4, 25),
        1: date(2025, 4, 27),
        2: date(2025, 4, 28),
        3: date(2025, 4, 30),
        4: date(2025, 5, 9),
    }


def test_the_calendar_is_the_rows_not_the_code(world: World) -> None:
    with world.writing() as s:
        s.add(CalendarDay(day=date(2025, 3, 4), works=False))
    world.issue()
    assert {duty.due_on for duty in world.duties(kind=DutyKind.SIGN)} == {date(2025, 3, 5)}


def test_a_full_disk_during_the_tick_loses_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue(*(Asked(f"任务{n}") for n in range(40)))
    world.clock.go_to(date(2025, 3, 6))
    before = rows(world)
    fill_the_disk(world)
    with pytest.raises(sa.exc.OperationalError, match="full"):
        world.tick()
    assert rows(world) == before
    free_the_disk(world)
    assert world.tick().notices == 160  # +1: 联络员 and 副局长 of two units, forty tasks
    assert {n.state for n in world.notices()} == {NoticeState.PENDING}
    assert {d.hold_reason for d in world.duties()} == {""}


def fill_the_disk(world: World) -> None:
    """Let the file of the database grow no further, on whatever connection."""
    engine = world.app.extensions["db"].kw["bind"]
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    world.app.extensions["pages"] = pages

    @sa.event.listens_for(engine, "checkout")
    def limit(raw: sqlite3.Connection, _record: object, _proxy: object) -> None:
        raw.execute(f"PRAGMA max_page_count={world.app.extensions['pages']}")


def free_the_disk(world: World) -> None:
    world.app.extensions["pages"] = 1_000_000

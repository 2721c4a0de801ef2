"""The account of a plan: what was asked and what came, as it was known at an instant; later events leave it as it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import session
from app.models import Commitment, Duty, EngineGap, LedgerEntry, Plan, Report, Slip, Unit
from app.queries import accounts
from app.services import bulletins, calendars, corrections, progress, reports, slips, units
from app.services.reports import Entry
from app.services.slips import Chosen
from app.services.units import UnitFacts
from tests import asking, editions
from tests.turns import ON_PAPER, Turns
from tests.world import LEAD, SHARER, STRANGER, Asked, World, at, counted
from workflows.accounts import Account, DutyAccount, Said, TaskAccount
from workflows.cadence import DutyKind
from workflows.commitments import CommitmentKind
from workflows.errors import Refused
from workflows.holidays import HolidayNotice
from workflows.lifecycle import BulletinKind, Cause, ClosingGrade, OnTime, SlipState, TaskState
from workflows.light import Pace
from workflows.requests import RequestKind
from workflows.units import Share, UnitKind

YEAR = (date(2025, 1, 1), date(2025, 12, 31))
TASK = Asked("新建一所幼儿园", due=date(2025, 12, 31))
DUE = date(2025, 3, 25)


def account(
    world: World, plan_id: int, when: datetime | None = None, span: tuple[date, date] = YEAR
) -> Account:
    with world.app.app_context():
        return accounts.account(plan_id, *span, when or world.now)


def begun(world: World, *tasks: Asked) -> int:
    """A plan whose units have signed, on the first day on which March's reports are open."""
    plan_id = world.issue(*(tasks or (TASK,)))
    for unit in (LEAD, SHARER):
        world.sign(unit)
    world.run_to(date(2025, 3, 21))
    return plan_id


def the_report(world: World, unit: str = LEAD, period: str = "2025-03") -> Duty:
    [duty] = world.duties(unit=unit, kind=DutyKind.MONTHLY_REPORT, period=period)
    return duty


def entry_of(world: World, duty: Duty, percent: int, done: str, **more: object) -> Entry:
    known = world.all(sa.select(Report).where(Report.duty_id == duty.id))
    said = {"problems": "", "next_step": "", **more}
    return Entry(duty.id, percent, done, seen_version=known[0].version if known else 0, **said)  # type: ignore[arg-type]


def file(
    world: World,
    percent: int,
    done: str = "完成选址。",
    *,
    unit: str = LEAD,
    period: str = "2025-03",
    **more: object,
) -> int:
    """The unit files one report; returns its duty."""
    duty = the_report(world, unit, period)
    entry = entry_of(world, duty, percent, done, **more)
    with world.app.app_context():
        reports.save_month(world.actor(unit), [entry], submit=True, now=world.now, signed_by="王某")
    return duty.id


def correct(
    world: World, percent: int, done: str, *, unit: str = LEAD, period: str = "2025-03", **more: object
) -> None:
    duty = the_report(world, unit, period)
    entry = entry_of(world, duty, percent, done, **more)
    with world.app.app_context():
        corrections.correct(world.actor(unit), duty.id, entry, "数字录错。", entry.seen_version, world.now)


def asked_for(found: Account, duty_id: int) -> DutyAccount:
    [duty] = [duty for duty in found.duties if duty.duty_id == duty_id]
    return duty


def only_task(found: Account) -> TaskAccount:
    [task] = found.tasks
    return task


# ----------------------------------------------------------------------------------- the same for ever


@pytest.mark.parametrize("seed", [3, 4])
def test_an_account_taken_at_an_instant_is_the_same_whatever_happens_after_it(
    world: World, seed: int
) -> None:
    turns = Turns(world, seed)
    taken: list[Account] = []
    for stretch in range(12):
        turns.take(12)
        if stretch % 5 == 2:
            turns.act("renew")
            world.clock.forward(minutes=1)
        taken.append(account(world, turns.plan_id))
        world.clock.forward(minutes=1)
    assert [account(world, turns.plan_id, found.at) for found in taken] == taken
    assert len({repr(found.tasks) for found in taken}) == len(taken)  # every stretch changed something
    assert {"file", "return", "accept", "ask", "answer", "renew", "update"} <= {
        n for n in turns.done if turns.done[n]
    }


@pytest.mark.parametrize("seed", [3, 5])
def test_accounts_from_one_reading_are_those_read_one_by_one_also_where_clocks_disagreed(
    world: World, seed: int
) -> None:
    turns = Turns(world, seed)
    began = world.now
    turns.take(90)
    disagree(world)
    length = (world.now - began) / 10
    spans = [accounts.Span(*YEAR, began + length * n) for n in range(1, 11)]
    spans.append(accounts.Span(date(2025, 1, 1), date(2025, 3, 31), spans[4].at))
    alone = [account(world, turns.plan_id, span.at, (span.from_on, span.to_on)) for span in spans]
    with world.app.app_context():
        assert accounts.accounts(turns.plan_id, spans) == alone
        assert accounts.accounts(turns.plan_id, spans[::-1]) == alone[::-1]
    assert len({repr((found.tasks, found.duties)) for found in alone}) == len(spans)


def disagree(world: World) -> None:
    """Reports on record exchange their instants pair by pair, as if the clocks of those who wrote them were that far apart."""
    sqlite = world.app.config["DATABASE_URL"].startswith("sqlite")
    guard = "DROP TRIGGER ledger_keeps_update" if sqlite else "DROP TRIGGER ledger_keeps ON ledger"
    reports_of = sa.select(LedgerEntry.id, LedgerEntry.recorded_at).where(LedgerEntry.act.like("report.%"))
    with world.writing() as s:
        s.execute(sa.text(guard))
        told = s.execute(reports_of.order_by(LedgerEntry.id)).all()
        assert len(told) > 10
        for one, other in zip(told[::2], told[1::2], strict=False):
            for number, at in ((one.id, other.recorded_at), (other.id, one.recorded_at)):
                s.execute(sa.update(LedgerEntry).where(LedgerEntry.id == number).values(recorded_at=at))


# ------------------------------------------------------------------------------------ how a report came


def test_a_report_is_in_time_late_or_missing_against_its_day(world: World) -> None:
    plan_id = begun(world, Asked("新建一所幼儿园", responsible=(SHARER, STRANGER), due=date(2025, 12, 31)))
    world.sign(STRANGER)
    in_time = file(world, 20)
    before = world.clock.go_to(DUE, 23)
    world.clock.go_to(DUE + timedelta(days=2))
    late = file(world, 10, unit=SHARER)
    found = account(world, plan_id)
    told = {duty.duty_id: (duty.filed_on, duty.late, duty.missing) for duty in found.duties}
    assert told[in_time] == (date(2025, 3, 21), False, False)
    assert told[late] == (DUE + timedelta(days=2), True, False)
    assert told[the_report(world, STRANGER).id] == (None, False, True)
    on_the_day = account(world, plan_id, before)
    assert [duty.missing for duty in on_the_day.duties if duty.kind is DutyKind.MONTHLY_REPORT] == [False] * 3


def test_a_signature_that_came_late_is_late_and_one_that_never_came_is_missing(world: World) -> None:
    plan_id = world.issue(TASK)
    world.clock.go_to(date(2025, 3, 10))
    world.sign(LEAD)
    signed = {d.unit_id: d for d in account(world, plan_id).duties if d.kind is DutyKind.SIGN}
    lead, sharer = signed[world.unit_id(LEAD)], signed[world.unit_id(SHARER)]
    assert (lead.late, lead.missing, lead.filed_on) == (True, False, date(2025, 3, 10))
    assert (sharer.late, sharer.missing, sharer.filed_on) == (False, True, None)


def test_a_returned_report_is_not_late_for_having_been_returned_but_unmended_when_its_day_has_passed(
    world: World,
) -> None:
    plan_id = begun(world)
    duty_id = file(world, 20)
    world.clock.go_to(date(2025, 3, 26))
    world.return_report(duty_id)
    returned = asked_for(account(world, plan_id), duty_id)
    assert (returned.returns, returned.late, returned.missing, returned.unmended) == (1, False, False, False)
    world.clock.go_to(returned.due_on + timedelta(days=1))
    waiting = asked_for(account(world, plan_id), duty_id)
    assert (waiting.missing, waiting.unmended) == (False, True)
    file(world, 25, "补充了数据。")
    mended = asked_for(account(world, plan_id), duty_id)
    assert (mended.returns, mended.late, mended.unmended) == (1, False, False)
    assert mended.filed_on == date(2025, 3, 21)


def test_a_returned_report_stays_in_the_account_of_its_period(world: World) -> None:
    plan_id = begun(world)
    duty_id = file(world, 20)
    world.clock.go_to(date(2025, 3, 31), 16)
    world.return_report(duty_id)
    assert world.get(Duty, duty_id).due_on > date(2025, 3, 31)
    first, second = (date(2025, 1, 1), date(2025, 3, 31)), (date(2025, 4, 1), date(2025, 6, 30))
    assert duty_id in {d.duty_id for d in account(world, plan_id, span=first).duties}
    assert duty_id not in {d.duty_id for d in account(world, plan_id, span=second).duties}


def test_what_a_returned_report_said_is_not_held_against_its_unit(world: World) -> None:
    plan_id = begun(world)
    file(world, 20, "完成选址。")
    world.run_to(date(2025, 4, 21))
    duty_id = file(world, 90, "全部建成。", period="2025-04")
    told = only_task(account(world, plan_id)).said[world.unit_id(LEAD)]
    assert (told.period_key, told.done) == ("2025-04", "全部建成。")
    world.clock.forward(hours=1)
    world.return_report(duty_id)
    told = only_task(account(world, plan_id)).said[world.unit_id(LEAD)]
    assert (told.period_key, told.done) == ("2025-03", "完成选址。")


def test_a_correction_changes_what_is_known_from_then_on_and_nothing_before(world: World) -> None:
    plan_id = begun(world)
    duty_id = file(world, 20, "完成选址。", on_time=OnTime.ABLE)
    before = world.clock.instant
    world.clock.forward(hours=2)
    correct(world, 35, "主体封顶。", on_time=OnTime.RISKY, problems="资金未到位。", cause=Cause.FUNDS)
    now, then = account(world, plan_id), account(world, plan_id, before)
    unit_id = world.unit_id(LEAD)
    assert asked_for(now, duty_id).corrections == 1
    assert asked_for(then, duty_id).corrections == 0
    assert (only_task(then).percent, only_task(now).percent) == (20, 35)
    assert only_task(then).said[unit_id] == Said(
        unit_id, before, "2025-03", 20, "完成选址。", on_time=OnTime.ABLE
    )
    corrected = only_task(now).said[unit_id]
    assert (corrected.percent, corrected.done, corrected.said_at) == (35, "主体封顶。", world.now)
    assert (corrected.cause, corrected.on_time, corrected.problems) == (
        Cause.FUNDS,
        OnTime.RISKY,
        "资金未到位。",
    )


def test_what_comes_after_the_period_was_closed_is_marked_for_good(world: World) -> None:
    plan_id = begun(world)
    world.run_to(date(2025, 4, 14))
    duty_id = file(world, 20)
    late = asked_for(account(world, plan_id), duty_id)
    assert (late.after_lock, late.late, late.missing) == (True, True, False)


def test_a_late_report_of_an_old_period_does_not_stand_before_the_newer_one(world: World) -> None:
    plan_id = begun(world)
    world.run_to(date(2025, 4, 21))
    file(world, 60, "主体封顶。", period="2025-04")
    world.clock.forward(hours=3)
    file(world, 20, "完成选址。", period="2025-03")
    told = only_task(account(world, plan_id)).said[world.unit_id(LEAD)]
    assert (told.period_key, told.percent) == ("2025-04", 60)


def test_a_word_between_two_reports_is_the_latest_and_the_next_report_comes_after_it(world: World) -> None:
    plan_id = begun(world)
    file(world, 20, on_time=OnTime.UNABLE)
    world.clock.forward(hours=1)
    [part] = [part for part in world.parts(world.tasks()[0].id) if part.unit_id == world.unit_id(LEAD)]
    with world.app.app_context():
        word = progress.Word(30, "完成招标。", next_step="四月开工。")
        progress.update(world.actor(LEAD), part.id, word, seen_version=part.version, now=world.now)
    told = only_task(account(world, plan_id)).said[part.unit_id]
    assert (told.period_key, told.percent, told.done, told.next_step) == ("", 30, "完成招标。", "四月开工。")
    assert told.on_time is OnTime.UNABLE
    world.run_to(date(2025, 4, 21))
    file(world, 50, "已开工。", period="2025-04")
    told = only_task(account(world, plan_id)).said[part.unit_id]
    assert (told.period_key, told.done, told.on_time) == ("2025-04", "已开工。", None)


# --------------------------------------------------------------------------------------- tasks and their ends


def test_an_extension_moves_the_deadline_from_its_day_on_and_the_first_stays_known(world: World) -> None:
    plan_id = world.issue(Asked("新建一所幼儿园", due=date(2025, 5, 30)))
    world.sign(LEAD)
    before = world.clock.instant
    world.clock.go_to(date(2025, 4, 7))
    request_id = asking.extend(world, world.tasks()[0].id, date(2025, 6, 13))
    world.clock.forward(hours=1)
    asking.answer(world, request_id)
    now, then = only_task(account(world, plan_id)), only_task(account(world, plan_id, before))
    assert (then.deadline_on, then.original_deadline_on) == (date(2025, 5, 30), date(2025, 5, 30))
    assert (now.deadline_on, now.original_deadline_on) == (date(2025, 6, 13), date(2025, 5, 30))
    spring = (date(2025, 4, 1), date(2025, 5, 31))
    kinds = [duty.kind for duty in account(world, plan_id, span=spring).duties]
    assert DutyKind.COMPLETION not in kinds  # it falls due in June now
    assert DutyKind.COMPLETION in [duty.kind for duty in account(world, plan_id, before, spring).duties]


def test_the_pace_is_that_of_the_instant(world: World) -> None:
    plan_id = begun(world, Asked("新建一所幼儿园", due=date(2025, 6, 30)))
    file(world, 20)
    early = only_task(account(world, plan_id))
    later = only_task(account(world, plan_id, at(date(2025, 5, 30))))
    past = only_task(account(world, plan_id, at(date(2025, 7, 1))))
    assert early.pace is Pace.ON
    assert early.expected is not None
    assert later.expected is not None
    assert early.expected < 30 < later.expected
    assert (later.pace, later.percent) == (Pace.BEHIND, 20)
    assert (past.pace, past.expected) == (Pace.BEHIND, 100)
    assert "逾" in past.pace_reason or "已过" in past.pace_reason


def test_a_closed_task_keeps_its_day_its_grade_and_what_was_missed_before(world: World) -> None:
    plan_id = begun(world)
    missed = the_report(world, SHARER).id
    file(world, 20)
    world.run_to(date(2025, 4, 21))
    open_still = the_report(world, LEAD, "2025-04").id
    task = world.tasks()[0]
    with world.app.app_context():
        seen, now = task.version, world.now
        progress.close(
            world.office,
            task.id,
            "属实。",
            grade=ClosingGrade.GOOD,
            backing=ON_PAPER,
            seen_version=seen,
            now=now,
        )
    before = account(world, plan_id, world.now - timedelta(minutes=1))
    world.clock.forward(days=40)
    found = account(world, plan_id)
    closed = only_task(found)
    assert (closed.state, closed.closed_on, closed.closing_grade) == (
        TaskState.CLOSED,
        date(2025, 4, 21),
        ClosingGrade.GOOD,
    )
    assert closed.pace is Pace.DONE
    assert asked_for(found, missed).missing  # closing a task makes nobody's silence good
    assert open_still not in {duty.duty_id for duty in found.duties}  # nobody waits for it any more
    assert open_still in {duty.duty_id for duty in before.duties}
    assert (only_task(before).closed_on, only_task(before).closing_grade) == (None, None)


def test_a_withdrawn_task_stays_with_its_state_and_nothing_is_asked_for_it(world: World) -> None:
    plan_id = editions.running(world, *editions.FIRST)
    before = world.clock.instant
    world.clock.go_to(date(2025, 3, 12))
    editions.take(world, editions.renew(world, plan_id, *editions.SECOND))
    now, then = account(world, plan_id), account(world, plan_id, before)
    gone = {task.title: task for task in now.tasks}["落实经费保障"]
    assert gone.state is TaskState.WITHDRAWN
    assert gone.task_id not in {duty.task_id for duty in now.duties}
    assert gone.task_id in {duty.task_id for duty in then.duties}
    assert [task.title for task in then.tasks] == [item.title for item in editions.FIRST]
    assert [task.title for task in now.tasks][:4] == [item.title for item in editions.SECOND]
    moved = {task.title: task for task in now.tasks}["加强教师队伍"]
    assert (moved.deadline_on, moved.original_deadline_on) == (date(2025, 12, 31), date(2025, 12, 31))
    assert world.unit_id(STRANGER) in {task.title: task for task in then.tasks}["做好卫生保健"].shares
    assert world.unit_id(STRANGER) not in {task.title: task for task in now.tasks}["做好卫生保健"].shares


def test_a_part_that_was_handed_over_is_the_other_units_from_then_on(world: World) -> None:
    plan_id = world.issue(TASK)
    before = world.clock.instant
    world.clock.forward(hours=2)
    other = world.unit_id(STRANGER)
    request_id = asking.ask(
        world, world.tasks()[0].id, RequestKind.OBJECTION, unit=SHARER, other_unit_id=other, signed_by="李某"
    )
    world.clock.forward(hours=1)
    asking.answer(world, request_id)
    now, then = only_task(account(world, plan_id)), only_task(account(world, plan_id, before))
    assert then.shares == {world.unit_id(LEAD): Share.LEAD, world.unit_id(SHARER): Share.RESPONSIBLE}
    assert now.shares == {world.unit_id(LEAD): Share.LEAD, other: Share.RESPONSIBLE}
    asked = {duty.unit_id for duty in account(world, plan_id).duties if duty.kind is DutyKind.SIGN}
    assert asked == {world.unit_id(LEAD), other}


def test_an_indicator_has_the_latest_value_that_stands(world: World) -> None:
    plan_id = begun(world)
    task = world.tasks()[0]
    with world.writing() as s:
        commitment = Commitment(
            task_id=task.id,
            position=0,
            kind=CommitmentKind.INDICATOR,
            name="新增学位",
            target="900",
            unit="个",
        )
        s.add(commitment)
    empty = only_task(account(world, plan_id)).indicators
    assert [(one.target, one.value, one.reached) for one in empty] == [(900, None, None)]
    file(world, 20, measures={commitment.id: "300"})
    first = world.clock.instant
    world.run_to(date(2025, 4, 21))
    april = file(world, 90, period="2025-04", measures={commitment.id: "950"})
    found = only_task(account(world, plan_id)).indicators
    assert [(one.name, one.unit, one.value, one.reached) for one in found] == [("新增学位", "个", 950, True)]
    before = only_task(account(world, plan_id, first)).indicators
    assert [(one.value, one.reached) for one in before] == [(300, False)]
    world.clock.forward(hours=1)
    world.return_report(april)
    returned = only_task(account(world, plan_id)).indicators
    assert [(one.value, one.reached) for one in returned] == [(300, False)]


# ------------------------------------------------------------------------------------ between units, and beside


def test_a_slip_is_answered_in_time_late_or_not_yet(world: World) -> None:
    plan_id = world.issue(Asked("新建一所幼儿园", responsible=(), due=date(2025, 3, 14)))
    world.sign(LEAD)
    world.run_to(date(2025, 3, 19), heard=True)
    turns_slip = sent_slip(world)
    sent = account(world, plan_id)
    assert [(s.slip_id, s.unit_id, s.sent_on, s.in_time) for s in sent.slips] == [
        (turns_slip, world.unit_id(LEAD), date(2025, 3, 19), None)
    ]
    silent = account(world, plan_id, at(date(2025, 3, 25)))
    assert [(s.answered_on, s.in_time) for s in silent.slips] == [(None, False)]
    world.clock.go_to(date(2025, 3, 21))
    answer_slip(world, turns_slip)
    world.clock.go_to(date(2025, 3, 28))
    answered = account(world, plan_id)
    assert [(s.answered_on, s.in_time) for s in answered.slips] == [(date(2025, 3, 21), True)]
    assert [s.in_time for s in account(world, plan_id, sent.at).slips] == [None]


def sent_slip(world: World) -> int:
    [slip] = world.all(sa.select(Slip).where(Slip.state == SlipState.DRAFT))
    with world.app.app_context():
        slips.send(world.office, [Chosen(slip.id, slip.version, "请抓紧办理。")], None, world.now)
    return slip.id


def answer_slip(world: World, slip_id: int) -> None:
    seen = world.get(Slip, slip_id).version
    with world.app.app_context():
        slips.answer(world.actor(LEAD), slip_id, "已整改。", seen_version=seen, now=world.now)


def test_what_one_unit_asks_of_another_is_answered_in_time_or_not(world: World) -> None:
    plan_id = begun(world)
    blocker = world.unit_id(STRANGER)
    request_id = asking.ask(world, world.tasks()[0].id, RequestKind.COORDINATION, other_unit_id=blocker)
    raised = account(world, plan_id)
    [asked] = raised.coordinations
    assert (asked.request_id, asked.unit_id, asked.asked_unit_id) == (
        request_id,
        world.unit_id(LEAD),
        blocker,
    )
    assert (asked.raised_on, asked.answered_on, asked.in_time) == (date(2025, 3, 21), None, None)
    assert raised.units[blocker].name == STRANGER
    [late] = account(world, plan_id, at(date(2025, 4, 30))).coordinations
    assert late.in_time is False
    world.clock.go_to(date(2025, 3, 24))
    asking.answer(world, request_id, by=world.actor(STRANGER))
    [answered] = account(world, plan_id).coordinations
    assert (answered.answered_on, answered.in_time) == (date(2025, 3, 24), True)
    assert account(world, plan_id, raised.at).coordinations == (asked,)


def test_the_engines_gaps_are_those_of_the_days_that_were_over_by_then(world: World) -> None:
    plan_id = world.issue(TASK)
    gap = (at(date(2025, 3, 8), 9), at(date(2025, 3, 9), 18))
    with world.writing() as s:
        s.add(EngineGap(from_at=gap[0], to_at=gap[1]))
    assert account(world, plan_id, at(date(2025, 3, 9), 12)).gaps == ()
    [stood] = account(world, plan_id, at(date(2025, 3, 10))).gaps
    assert (stood.from_at, stood.until_at) == gap
    april = (date(2025, 4, 1), date(2025, 4, 30))
    assert account(world, plan_id, at(date(2025, 5, 10)), april).gaps == ()


def test_units_have_the_names_they_had(world: World) -> None:
    plan_id = begun(world)
    before = world.clock.instant
    world.clock.forward(hours=1)
    unit = world.get(Unit, world.unit_id(SHARER))
    with world.app.app_context():
        facts = UnitFacts("县财政金融局", unit.kind)
        units.edit(world.office, unit.id, facts, seen_version=unit.version, now=world.now)
    assert account(world, plan_id, before).units[unit.id].name == SHARER
    assert account(world, plan_id).units[unit.id].name == "县财政金融局"
    assert account(world, plan_id).units[unit.id].kind is UnitKind.DEPARTMENT


def test_days_off_that_were_not_known_yet_move_no_schedule_of_then(world: World) -> None:
    plan_id = begun(world, Asked("新建一所幼儿园", due=date(2025, 6, 30)))
    file(world, 20)
    then = world.clock.instant
    before = only_task(account(world, plan_id))
    world.clock.forward(hours=1)
    rest = HolidayNotice(2025, "演示1号", ((date(2025, 3, 4), date(2025, 3, 20)),), ())
    with world.app.app_context():
        calendars.publish(None, rest, world.now)
    assert only_task(account(world, plan_id, then)) == before
    assert only_task(account(world, plan_id)).expected != before.expected
    world.clock.forward(hours=1)
    again = account(world, plan_id)
    with world.app.app_context():
        calendars.publish(None, HolidayNotice(2025, "演示2号", (), ()), world.now + timedelta(hours=1))
    assert account(world, plan_id, again.at) == again


# ---------------------------------------------------------------------------------------------- as a whole


def test_a_plan_that_was_not_issued_by_then_has_no_account(world: World) -> None:
    plan_id = world.draft(TASK)
    with pytest.raises(Refused, match="还没有下达"):
        account(world, plan_id)
    world.clock.forward(days=1)
    world.issue_draft(plan_id)
    assert only_task(account(world, plan_id)).state is TaskState.ISSUED
    with pytest.raises(Refused, match="还没有下达"):
        account(world, plan_id, world.now - timedelta(hours=1))


def test_accounts_of_two_plans_do_not_mix(world: World) -> None:
    first, second = world.issue(TASK), world.issue(Asked("清理无证幼儿园", lead=SHARER, responsible=()))
    world.sign(LEAD)
    mine, other = account(world, first), account(world, second)
    assert ([t.title for t in mine.tasks], [t.title for t in other.tasks]) == (
        ["新建一所幼儿园"],
        ["清理无证幼儿园"],
    )
    assert {d.duty_id for d in mine.duties}.isdisjoint(d.duty_id for d in other.duties)
    assert set(other.units) == {world.unit_id(SHARER)}


def test_the_number_of_queries_does_not_grow_with_the_plan(world: World) -> None:
    def queries(plan_id: int) -> int:
        with counted(world) as heard:
            account(world, plan_id)
        return len(heard)

    small = begun(world)
    file(world, 20)
    few = queries(small)
    large = world.issue(*(Asked(f"新建第{n}所幼儿园", due=date(2025, 12, 31)) for n in range(30)))
    world.sign(LEAD)
    world.run_to(date(2025, 4, 21))
    [*_, last] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period="2025-04")
    entry = entry_of(world, last, 10, "完成选址。")
    with world.app.app_context():
        reports.save_month(world.actor(LEAD), [entry], submit=True, now=world.now, signed_by="王某")
    assert queries(large) == few <= 12


def test_a_plan_that_ran_before_the_record_kept_facts_is_put_on_record_as_it_stands(world: World) -> None:
    plan_id = begun(world)
    file(world, 20)
    kept = account(world, plan_id)
    with world.writing() as s:
        for guard in guards(world):
            s.execute(sa.text(guard))
        s.execute(sa.text("DELETE FROM trace"))
    with pytest.raises(Refused, match="还没有下达"):
        account(world, plan_id)
    world.clock.forward(hours=1)
    runner = world.app.test_cli_runner()
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    found = account(world, plan_id)
    assert (found.tasks[0].percent, found.tasks[0].state) == (20, TaskState.UNDERWAY)
    assert [d.filed_on for d in found.duties] == [d.filed_on for d in kept.duties]
    assert found.tasks[0].said[world.unit_id(LEAD)].done == "完成选址。"
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    assert account(world, plan_id) == found


def test_a_bulletin_of_the_quarter_of_the_upgrade_is_drafted_and_earlier_figures_are_refused_with_the_day(
    world: World,
) -> None:
    plan_id = begun(world)
    file(world, 20)
    with world.writing() as s:
        for guard in guards(world):
            s.execute(sa.text(guard))
        s.execute(sa.text("DELETE FROM trace"))
    world.clock.go_to(date(2025, 4, 2))
    assert world.app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    put_down = sa.select(LedgerEntry).where(LedgerEntry.act == "record.begin", LedgerEntry.plan_id == plan_id)
    begun_at = world.one(put_down).recorded_at
    with world.app.app_context():
        plan = session().get_one(Plan, plan_id)
        with pytest.raises(Refused, match="起才有完整的记录"):
            bulletins.count(plan, BulletinKind.QUARTERLY, "2025-Q1", begun_at - timedelta(seconds=1))
        counted = bulletins.count(plan, BulletinKind.QUARTERLY, "2025-Q2", begun_at)
    assert (counted.before_on, counted.count("tasks")) == (None, 1)


def guards(world: World) -> list[str]:
    """What keeps the traces from being removed."""
    if world.app.config["DATABASE_URL"].startswith("sqlite"):
        return ["DROP TRIGGER trace_keeps_delete"]
    return ["DROP TRIGGER trace_keeps ON trace"]

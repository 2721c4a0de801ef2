"""A holiday notice is taken in: what lies ahead is counted as if it had always been known, what was sent stays sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models import CalendarDay, CalendarYear, Duty, LedgerEntry, Plan
from app.queries import rules
from app.services import calendars
from app.services.calendars import Moved
from tests.conftest import dispose, make_app
from tests.pages import Reader, signed_in
from tests.world import LEAD, SHARER, Asked, FakePost, FrozenClock, World, at
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.holidaynotice import read_notice
from workflows.holidays import HolidayNotice
from workflows.policy import Role

# an invented year: the holiday falls over the day on which January's report is due
TEXT = """关于2027年部分节假日安排的通知（演示）
国办发明电〔2026〕99号
一、元旦：1月1日至3日放假。二、春节：1月24日至30日放假调休。1月23日（周六）上班。三、清明节：4月3日至5日放假。四、劳动节：5月1日至5日放假。
"""
NOTICE = read_notice(TEXT)
ISSUED, HEARD, LAST = date(2026, 12, 28), date(2027, 1, 21), date(2027, 3, 10)
TASKS = (Asked("新建一所幼儿园", due=date(2027, 3, 1)), Asked("培训教师", SHARER, ()))


def taken_in(world: World, notice: HolidayNotice = NOTICE) -> Moved:
    with world.app.app_context():
        return calendars.publish(None, notice, world.now)


def begun(world: World) -> World:
    world.clock.go_to(ISSUED)
    world.issue(*TASKS)
    return world


def told(world: World, after: date) -> list[tuple[object, ...]]:
    duties = {duty.id: duty for duty in world.duties()}
    return sorted(
        (duties[n.duty_id].kind, duties[n.duty_id].period_key, n.rung, n.person_id, local_date(n.created_at))
        for n in world.notices()
        if local_date(n.created_at) > after
    )


def january(world: World) -> Duty:
    [duty] = world.duties(unit=SHARER, kind=DutyKind.MONTHLY_REPORT, period="2027-01")[:1]
    return duty


def test_a_due_day_that_has_become_a_holiday_rolls_on_and_so_do_the_rungs(world: World) -> None:
    begun(world).run_to(HEARD)
    assert january(world).due_on == date(2027, 1, 25)
    moved = taken_in(world)
    assert (january(world).due_on, january(world).original_due_on) == (date(2027, 2, 1), date(2027, 2, 1))
    months = [move for move in moved.duties if move.kind is DutyKind.MONTHLY_REPORT]
    assert {(move.due_from, move.due_to) for move in months} == {(date(2027, 1, 25), date(2027, 2, 1))}
    world.run_to(date(2027, 2, 2))
    days = [local_date(n.created_at) for n in world.notices(january(world).id)]
    assert days == [
        date(2027, 1, 20),
        date(2027, 1, 23),
        date(2027, 2, 1),
        date(2027, 2, 2),
        date(2027, 2, 2),
    ]


def test_from_that_day_on_all_is_as_if_it_had_always_been_known(
    new_database: Callable[[bool], str],
) -> None:
    late, early = [
        World(make_app(new_database(True), clock, post), clock, post)
        for clock, post in ((FrozenClock(at(ISSUED)), FakePost()), (FrozenClock(at(ISSUED)), FakePost()))
    ]
    taken_in(early)
    for world in (late, early):
        begun(world).run_to(HEARD)
    taken_in(late)
    for world in (late, early):
        world.clock.forward(days=1)
        world.run_to(LAST)
    assert len(told(late, HEARD)) > 40
    assert told(late, HEARD) == told(early, HEARD)
    for world in (late, early):
        dispose(world.app)


def test_the_preview_writes_nothing_and_says_what_then_happens(world: World) -> None:
    begun(world).run_to(HEARD)
    with world.app.app_context():
        before = calendars.preview(None, NOTICE, world.now)
    assert world.all(sa.select(CalendarYear).where(CalendarYear.year == 2027)) == []
    assert january(world).due_on == date(2027, 1, 25)
    assert taken_in(world) == before


def test_what_was_filed_or_extended_or_sent_does_not_move(world: World) -> None:
    begun(world).run_to(HEARD)
    filed = world.file(SHARER, "2027-01")
    sent = [(n.id, n.created_at) for n in world.notices()]
    with world.writing() as s:
        [extended] = s.scalars(
            sa.select(Duty).where(
                Duty.unit_id == world.unit_id(LEAD),
                Duty.period_key == "2027-01",
                Duty.kind == DutyKind.MONTHLY_REPORT,
            )
        )
        extended.due_on = extended.due_on + timedelta(days=7)
    moved = {move.duty_id: move for move in taken_in(world).duties}
    assert filed
    assert january(world).id not in moved
    assert january(world).due_on == date(2027, 1, 25)
    assert world.get(Duty, extended.id).due_on == date(2027, 2, 1)
    assert [(n.id, n.created_at) for n in world.notices()] == sent


def test_the_next_opening_of_a_plan_moves_too(world: World) -> None:
    begun(world).run_to(date(2027, 1, 5))
    notice = read_notice(TEXT.replace("1月24日至30日放假调休。1月23日（周六）上班", "1月19日至25日放假"))
    moved = taken_in(world, notice)
    [plan] = moved.plans
    assert plan.opens_to == world.get(Plan, plan.plan_id).next_opening_on
    assert plan.opens_to != plan.opens_from


def test_a_corrected_notice_takes_the_place_of_the_first(world: World) -> None:
    begun(world).run_to(HEARD)
    taken_in(world)
    taken_in(
        world, read_notice(TEXT.replace("1月24日至30日放假调休。1月23日（周六）上班", "2月6日至12日放假"))
    )
    assert january(world).due_on == date(2027, 1, 25)
    assert world.all(sa.select(CalendarDay).where(CalendarDay.day == date(2027, 1, 24))) == []
    published = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "calendar.publish"))
    assert [entry.detail["year"] for entry in published] == [2027, 2027]


def test_the_year_is_no_longer_provisional(world: World) -> None:
    with world.app.app_context():
        assert rules.calendar().is_provisional(date(2027, 1, 1))
        calendars.publish(None, NOTICE, world.now)
        assert not rules.calendar().is_provisional(date(2027, 1, 1))
        assert rules.calendar().is_workday(date(2027, 1, 23))


def test_a_department_may_not(world: World) -> None:
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        calendars.publish(world.actor(LEAD, Role.DEPARTMENT), NOTICE, world.now)
    assert refusal.value.code == "forbidden"


def test_pasted_looked_at_and_taken_in(sqlite_world: World) -> None:
    begun(sqlite_world).run_to(HEARD)
    office: Reader = signed_in(sqlite_world.app, "zhuanban")
    page = office.press(office.get("/calendar"), "先看影响", {"text": TEXT})
    assert "2027年1月24日" in page.text
    assert "放假合计" not in page.text
    assert "1月25日" in page.text
    after = office.press(page, "采用")
    assert "2027年节假日安排已采用，" in after.text
    assert "国办发明电〔2026〕99号" in after.text
    assert january(sqlite_world).due_on == date(2027, 2, 1)


def test_a_text_that_is_no_notice_comes_back_with_the_sentence(sqlite_world: World) -> None:
    office = signed_in(sqlite_world.app, "zhuanban")
    page = office.press(office.get("/calendar"), "先看影响", {"text": "明天放假"}, status=400)
    assert "请粘贴通知的全文" in page.text
    assert page.value("text") == "明天放假"


def test_the_command_prints_what_moves_and_a_dry_run_moves_nothing(world: World, tmp_path: Path) -> None:
    begun(world).run_to(HEARD)
    file = tmp_path / "notice.txt"
    file.write_text(TEXT, "utf-8")
    runner = world.app.test_cli_runner()
    dry = runner.invoke(args=["calendar", "publish", "--dry-run", str(file)]).output
    assert january(world).due_on == date(2027, 1, 25)
    real = runner.invoke(args=["calendar", "publish", str(file)]).output
    assert real == dry
    assert f"duty {january(world).id} {SHARER} monthly_report 2027-01: due 2027-01-25 -> 2027-02-01" in real
    assert (
        real.splitlines()[-1] == "2027: 4 duties and 0 plans move"
    )  # three reports, and what is gathered of them

"""单位日历: a kindergarten with summer holidays is asked, chased and counted by its own working days."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app.models import CalendarYear, Duty, LedgerEntry, OwnDay, Unit
from app.models import WorkCalendar as OwnCalendar
from app.queries import calendars as rows
from app.queries import desk, rules
from app.queries.calendars import OwnChange
from app.services import calendars
from app.services.calendars import Moved
from tests.pages import Reader, signed_in
from tests.world import LEAD, SHARER, Asked, World, at, counted
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.holidaynotice import read_notice
from workflows.owndays import read_days
from workflows.units import UnitKind

KINDERGARTEN, BRANCH = "县第一幼儿园", "县第一幼儿园城东分园"
SUMMER = "2025-07-10 至 2025-08-25 休息 暑假"
REPORT = DutyKind.MONTHLY_REPORT


@pytest.fixture
def county(world: World) -> World:
    world.unit(KINDERGARTEN, UnitKind.KINDERGARTEN)
    world.unit(BRANCH, UnitKind.KINDERGARTEN)
    with world.writing() as s:
        parent = sa.select(Unit.id).where(Unit.name == KINDERGARTEN).scalar_subquery()
        s.execute(sa.update(Unit).where(Unit.name == BRANCH).values(parent_id=parent))
    return world


def taken_in(
    world: World, days: str = SUMMER, *units: str, name: str = "幼儿园", change: OwnChange | None = None
) -> Moved:
    ids = frozenset(world.unit_id(unit) for unit in units or (KINDERGARTEN,))
    with world.app.app_context():
        wanted = change or OwnChange(None, name, None, read_days(days), ids)
        return calendars.publish(world.office, wanted, world.now)


def changed(world: World, days: str, *units: str) -> OwnChange:
    """The same calendar with other days."""
    stored = world.one(sa.select(OwnCalendar))
    ids = frozenset(world.unit_id(unit) for unit in units or (KINDERGARTEN,))
    return OwnChange(stored.id, stored.name, stored.parent_id, read_days(days), ids, stored.version)


def july(world: World, unit: str = KINDERGARTEN) -> Duty:
    [duty] = world.duties(unit=unit, kind=REPORT, period="2025-07")
    return duty


def told_on(world: World, duty: Duty) -> list[date]:
    return [local_date(notice.created_at) for notice in world.notices(duty.id)]


def test_in_its_summer_holidays_a_kindergarten_is_neither_due_nor_chased(county: World) -> None:
    taken_in(county)
    county.clock.go_to(date(2025, 7, 1))
    county.issue(Asked("改善办园条件", LEAD, (KINDERGARTEN, BRANCH, SHARER)))
    county.run_to(date(2025, 9, 2), heard=True)
    assert july(county, SHARER).due_on == date(2025, 7, 25)
    assert july(county).due_on == date(2025, 8, 28)
    assert july(county).opens_on == july(county, SHARER).opens_on == date(2025, 7, 20)
    days = told_on(county, july(county))
    assert days
    assert not [day for day in days if date(2025, 7, 10) <= day <= date(2025, 8, 25)]
    assert date(2025, 8, 29) in days  # the first working day after the date: 催报
    assert told_on(county, july(county, SHARER))[0] == date(2025, 7, 21)


def test_a_branch_goes_by_the_calendar_of_the_unit_above_it_until_it_has_its_own(county: World) -> None:
    taken_in(county)
    with county.app.app_context():
        kindergarten, branch = county.unit_id(KINDERGARTEN), county.unit_id(BRANCH)
        assert rules.calendar(branch) is rules.calendar(kindergarten)
        assert not rules.calendar(branch).is_workday(date(2025, 7, 15))
        assert rules.calendar(county.unit_id(SHARER)) is rules.calendar()
        assert rules.calendar(None).is_workday(date(2025, 7, 15))
    taken_in(county, "2025-07-15 上班 值班", BRANCH, name="分园")
    with county.app.app_context():
        assert rules.calendar(branch).is_workday(date(2025, 7, 15))
        assert not rules.calendar(kindergarten).is_workday(date(2025, 7, 15))


def test_units_above_each_other_in_a_ring_go_by_the_national_calendar(county: World) -> None:
    taken_in(county, SUMMER, SHARER)
    with county.writing() as s:
        s.execute(
            sa.update(Unit)
            .where(Unit.name == KINDERGARTEN)
            .values(parent_id=sa.select(Unit.id).where(Unit.name == BRANCH).scalar_subquery())
        )
    with county.app.app_context():
        assert rules.calendar(county.unit_id(BRANCH)) is rules.calendar()


def test_what_lies_ahead_moves_when_the_calendar_is_taken_in_and_is_listed(county: World) -> None:
    county.clock.go_to(date(2025, 7, 1))
    county.issue(Asked("改善办园条件", LEAD, (KINDERGARTEN, SHARER)))
    county.run_to(date(2025, 7, 21))
    assert july(county).due_on == date(2025, 7, 25)
    sent = [(n.id, n.created_at) for n in county.notices()]
    moved = taken_in(county)
    assert {(m.unit, m.kind) for m in moved.duties} == {(KINDERGARTEN, REPORT)}
    [move] = moved.duties
    assert (move.due_from, move.due_to) == (date(2025, 7, 25), date(2025, 8, 28))
    assert (july(county).due_on, july(county).original_due_on) == (move.due_to, move.due_to)
    assert july(county).next_action_at == move.next_to == at(date(2025, 8, 27), 9)
    assert july(county, SHARER).due_on == date(2025, 7, 25)
    assert [(n.id, n.created_at) for n in county.notices()] == sent
    [entry] = county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "calendar.own"))
    assert entry.detail["moved"] == [[move.duty_id, "2025-07-25", "2025-08-28"]]
    assert (entry.detail["name"], entry.detail["version"], len(entry.detail["days"])) == ("幼儿园", 1, 47)


def test_the_preview_of_a_calendar_writes_nothing(county: World) -> None:
    county.clock.go_to(date(2025, 7, 1))
    county.issue(Asked("改善办园条件", LEAD, (KINDERGARTEN, SHARER)))
    county.run_to(date(2025, 7, 21))
    ids = frozenset({county.unit_id(KINDERGARTEN)})
    with county.app.app_context():
        change = OwnChange(None, "幼儿园", None, read_days(SUMMER), ids)
        seen = calendars.preview(county.office, change, county.now)
    assert county.all(sa.select(OwnCalendar)) == []
    assert july(county).due_on == date(2025, 7, 25)
    assert taken_in(county) == seen


def test_a_change_raises_the_version_and_a_stale_one_is_refused(county: World) -> None:
    taken_in(county)
    first = changed(county, "2025-07-10 至 2025-08-20 休息 暑假")
    taken_in(county, change=first)
    [stored] = county.all(sa.select(OwnCalendar))
    assert stored.version == 2
    assert len(county.all(sa.select(OwnDay))) == 42
    with pytest.raises(Refused) as refusal:
        taken_in(county, change=first)
    assert refusal.value.code == "stale"
    with county.app.app_context():
        assert rules.calendar(county.unit_id(KINDERGARTEN)).version == 2


def test_a_unit_may_be_given_back_to_the_national_calendar(county: World) -> None:
    taken_in(county)
    stored = county.one(sa.select(OwnCalendar))
    nobody = OwnChange(stored.id, stored.name, None, read_days(SUMMER), frozenset(), stored.version)
    taken_in(county, change=nobody)
    with county.app.app_context():
        assert rules.calendar(county.unit_id(KINDERGARTEN)) is rules.calendar()


@pytest.mark.parametrize("what", ["name", "itself", "gone"])
def test_a_calendar_that_cannot_be_is_refused(county: World, what: str) -> None:
    taken_in(county)
    stored = county.one(sa.select(OwnCalendar))
    wrong = {
        "name": OwnChange(None, "幼儿园", None, (), frozenset()),
        "itself": OwnChange(stored.id, "幼儿园", stored.id, (), frozenset(), stored.version),
        "gone": OwnChange(None, "学校", 9999, (), frozenset()),
    }
    with pytest.raises(Refused) as refusal:
        taken_in(county, change=wrong[what])
    assert refusal.value.code == "invalid"


def test_a_notice_taken_in_anew_is_another_edition(county: World) -> None:
    text = "关于2027年部分节假日安排的通知\n国办发明电〔2026〕99号\n一、元旦：1月1日至3日放假。"
    with county.app.app_context():
        before = rules.calendar().version
        calendars.publish(None, read_notice(text), county.now)
        calendars.publish(None, read_notice(text.replace("3日", "4日")), county.now)
        assert rules.calendar().version == before + 2
    [year] = county.all(sa.select(CalendarYear).where(CalendarYear.year == 2027))
    assert year.edition == 2


def test_how_urgent_it_is_is_counted_in_the_units_own_working_days(county: World) -> None:
    taken_in(county)
    county.clock.go_to(date(2025, 7, 1))
    county.issue(Asked("改善办园条件", LEAD, (KINDERGARTEN, SHARER)))
    county.run_to(date(2025, 8, 22))
    with county.app.app_context():
        there = desk.desk([county.unit_id(KINDERGARTEN)], county.now)
        [line] = [i for i in (*there.soon, *there.later) if i.kind is REPORT and i.period_key == "2025-07"]
        assert line.urgency == "还有3个工作日"


def test_the_office_keeps_a_calendar_on_its_pages(sqlite_world: World) -> None:
    world = sqlite_world
    world.unit(KINDERGARTEN, UnitKind.KINDERGARTEN)
    world.clock.go_to(date(2025, 7, 1))
    world.issue(Asked("改善办园条件", LEAD, (KINDERGARTEN, SHARER)))
    world.run_to(date(2025, 7, 21))
    office: Reader = signed_in(world.app, "zhuanban")
    assert "没有单位日历" in office.get("/calendar").text
    typed = {"name": "幼儿园", "days": "2025-07-10 至 2025-08-32 休息", "units": KINDERGARTEN}
    again = office.press(office.get("/calendars/new"), "先看影响", typed, status=400)
    assert "第1行：没有2025年8月32日这一天" in again.text
    assert again.value("units") == KINDERGARTEN
    unknown = office.press(again, "先看影响", {"days": SUMMER, "units": "县第九幼儿园"}, status=400)
    assert "没有名为“县第九幼儿园”的单位" in unknown.text
    shown = office.press(unknown, "先看影响", {"days": SUMMER, "units": KINDERGARTEN})
    assert "休息47天" in shown.text
    assert "2025年7月月报" in shown.text
    after = office.press(shown, "采用")
    assert "日历“幼儿园”已采用，1件事项的时间随之调整。" in after.text
    assert july(world).due_on == date(2025, 8, 28)
    stored = world.one(sa.select(OwnCalendar))
    page = office.get(f"/calendars/{stored.id}")
    assert page.value("days") == SUMMER
    longer = office.press(page, "先看影响", {"days": SUMMER.replace("08-25", "08-27")})
    office.press(longer, "采用")
    assert july(world).due_on == date(2025, 9, 1)
    late = office.press(page, "先看影响", {"days": ""}, status=409)
    assert late.value("days") == ""
    with world.app.app_context():
        assert rows.one(stored.id).version == 2


def test_one_turn_reads_the_calendars_once(county: World) -> None:
    taken_in(county)
    county.clock.go_to(date(2025, 7, 1))
    county.issue(*(Asked(f"任务{n}", LEAD, (KINDERGARTEN, SHARER)) for n in range(6)))
    with counted(county) as heard:
        county.tick()
    assert sum("own_day" in statement for statement in heard) == 1

"""月汇总表: every figure is the count of its rows, and what came after the lock stays visible as such."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Report
from app.queries import monthly
from app.services import corrections, reports
from app.services.entries import Entry
from tests.pages import Page, signed_in, words_of
from tests.world import LEAD, SHARER, STRANGER, Asked, World, at, counted, signer_of
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.lifecycle import Cause
from workflows.light import Pace
from workflows.monthly import MonthSummary

MARCH = "2025-03"


@pytest.fixture
def county(world: World) -> World:
    """March: the lead in time with a problem, the sharer three working days late, the third not at all."""
    return told(world)


def told(world: World) -> World:
    world.issue(
        Asked("改善办园条件", responsible=(SHARER, STRANGER), due=date(2025, 12, 31)),
        Asked("资金到位", responsible=(), due=date(2025, 6, 30)),
    )
    world.run_to(date(2025, 3, 24))
    first, second = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period=MARCH)
    entry = Entry(first.id, 5, "完成选址。", "用地指标未批。", "报批。", 0, cause=Cause.LAND)
    asking = replace(entry, help_words="协调用地指标。", help_unit_id=world.unit_id(STRANGER))
    file(world, [asking, Entry(second.id, 90, "到位90%。", "", "", 0)])
    world.clock.go_to(date(2025, 3, 28))
    world.file(SHARER, MARCH)
    return world


def file(world: World, entries: list[Entry]) -> None:
    with world.app.app_context():
        filed = reports.save_month(
            world.actor(LEAD), entries, submit=True, now=world.now, signed_by=signer_of(LEAD)
        )
    assert filed.submitted == len(entries)


def summary(world: World, period: str = MARCH) -> MonthSummary:
    plan_id = world.tasks()[0].plan_id
    with world.app.app_context():
        return monthly.summary(plan_id, period, world.now)


def counts(found: MonthSummary) -> dict[str, int]:
    return {figure.key: figure.count for figure in found.reports if figure.count}


def test_every_figure_counts_its_rows(county: World) -> None:
    found = summary(county)
    assert counts(found) == {"asked": 4, "filed": 3, "in-time": 2, "late": 1, "missing": 1}
    assert [found.names[duty.unit_id] for duty in found.figure("missing").rows] == [STRANGER]
    assert [found.names[duty.unit_id] for duty in found.figure("late").rows] == [SHARER]
    assert {line.unit.name: (line.asked, line.filed, line.late, line.missing) for line in found.units} == {
        LEAD: (2, 2, 0, 0),
        SHARER: (1, 1, 1, 0),
        STRANGER: (1, 0, 0, 1),
    }


def test_the_classes_have_shares_of_the_whole(county: World) -> None:
    found = summary(county)
    assert {figure.pace: (len(figure.tasks), figure.percent) for figure in found.paces} == {
        Pace.ON: (1, "50.0%"),
        Pace.BEHIND: (0, "0.0%"),
        Pace.AHEAD: (1, "50.0%"),
        Pace.DONE: (0, "0.0%"),
        Pace.OTHER: (0, "0.0%"),
    }


def test_what_is_in_the_way_is_listed_with_its_cause_and_whom_is_asked(county: World) -> None:
    [obstacle] = summary(county).obstacles
    assert (obstacle.unit.name, obstacle.task.title) == (LEAD, "改善办园条件")
    assert (obstacle.said.problems, obstacle.said.cause) == ("用地指标未批。", Cause.LAND)
    assert obstacle.asked is not None
    assert (obstacle.said.help_words, obstacle.asked.name) == ("协调用地指标。", STRANGER)


def test_before_the_date_nobody_is_missing(world: World) -> None:
    world.issue(Asked("改善办园条件"))
    world.run_to(date(2025, 3, 24))
    assert counts(summary(world)) == {"asked": 2, "waiting": 2}


def test_what_comes_after_the_lock_is_shown_and_the_tasks_stand_as_they_stood(county: World) -> None:
    lock = date(2025, 4, 7)  # 4 to 6 April are 清明 and its days off
    county.run_to(date(2025, 4, 7))
    before = summary(county)
    county.clock.go_to(date(2025, 4, 9))
    county.file(STRANGER, MARCH)
    [mine, _] = county.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period=MARCH)
    entry = Entry(mine.id, 99, "完成选址。", "没有问题了。", "", 0, cause=Cause.LAND)
    correct(county, mine.id, entry)
    after = summary(county)
    assert after.closed_at < at(date(2025, 4, 9))
    assert after.closed_at.astimezone(county.now.tzinfo).date() == lock
    assert counts(after) == {
        "asked": 4, "filed": 4, "in-time": 2, "late": 2, "after-lock": 1, "corrected": 1,
    }  # fmt: skip
    assert [p.share for p in after.paces] == [p.share for p in before.paces]
    assert [o.said.problems for o in after.obstacles] == ["用地指标未批。"]


def correct(world: World, duty_id: int, entry: Entry) -> None:
    [version] = [r.version for r in world.all(sa.select(Report).where(Report.duty_id == duty_id))]
    with world.app.app_context():
        corrections.correct(world.actor(LEAD), duty_id, entry, "数字报错", version, world.now)


def test_a_period_the_plan_does_not_have_is_missing(county: World) -> None:
    with pytest.raises(Refused) as refusal:
        summary(county, "2026-11")
    assert refusal.value.code == "missing"


def test_every_figure_of_the_page_leads_to_its_rows(sqlite_world: World) -> None:
    world = told(sqlite_world)
    office = signed_in(world.app, "zhuanban")
    way = next(link for words, link in office.get("/supervision").links().items() if words == "2025年3月月报")
    seen = office.get(way)
    figures = {words_of(a): a.get("href", "") for a in seen.all("nav", "strip")[0].iter("a")}
    assert list(figures) == [
        "4应报", "3已报", "2按时", "1迟报", "1漏报", "0补报", "0更正", "0退回", "0未到期",
    ]  # fmt: skip
    for words, address in figures.items():
        shown = table(office.get(address.partition("#")[0]), "rows")
        assert len(shown) == int(words[0])
    ahead = office.get(f"{way}?pace=ahead")
    assert ["2. 资金到位" in row for row in table(ahead, "rows")] == [True]
    assert len(table(seen, "obstacles")) == 1
    with counted(world) as once:
        office.get(way)
    world.issue(*(Asked(f"任务{n}") for n in range(5)))
    with counted(world) as twice:
        office.get(way)
    assert len(once) == len(twice)


def table(page: Page, section: str) -> list[str]:
    """The words of a section's rows."""
    [found] = [e for e in page.tree.iter("section") if e.get("id") == section]
    return [words_of(row) for row in found.iter("tr") if row.find("td") is not None]

"""The whole year of `tests.year`, in Chromium: every form filled in and pressed as people do it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from app.models import Assessment, AssessmentScore, Bulletin
from tests.browser.conftest import PHONE, House, fits, picture
from tests.conftest import build_template
from tests.world import FrozenClock, at
from tests.year import county
from tests.year.hands import Chromium
from tests.year.story import BEFORE, Year
from workflows.lifecycle import AssessmentState, BulletinState, ScoreStage


@pytest.fixture(scope="module")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cast, there before the plan."""
    file = tmp_path_factory.mktemp("early") / "template.db"
    build_template(f"sqlite:///{file}", BEFORE)
    return file


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(at(BEFORE))


@pytest.fixture
def people(chromium: Browser, house: House) -> Iterator[dict[str, Chromium]]:
    """Everybody's own tab; what any page complained of in its console fails the test."""
    tabs: dict[str, Chromium] = {}
    yield tabs
    complaints = [said for hands in tabs.values() for said in hands.complaints]
    for hands in tabs.values():
        hands.context.close()
    assert complaints == []


def look(hands: Chromium, path: str, name: str) -> None:
    """The page fits a desk and a phone; its pictures are kept when they were asked for."""
    for size, suffix in ((None, ""), (PHONE, "-phone")):
        if size:
            hands.tab.set_viewport_size(size)  # type: ignore[arg-type]
        hands.open(path)
        assert fits(hands.tab), f"{path} {size}"
        picture(hands.tab, name + suffix)
    hands.tab.set_viewport_size({"width": 1366, "height": 768})


def test_a_whole_year_is_lived_at_the_pages(
    chromium: Browser, house: House, people: dict[str, Chromium]
) -> None:
    world = house.world

    def hands_of(username: str) -> Chromium:
        people[username] = Chromium(chromium, house.url, username)
        return people[username]

    year = Year(world, hands_of)
    year.begin()
    for month in year.months:
        year.month(month)
        if month == "2024-02":
            world.run_to(county.opening("2024-03"))
            unit_id = world.unit_id(county.REPORTERS["caizheng"].unit)
            look(people["caizheng"], f"/reports/{unit_id}/2024-03", "month")
            garden_id = world.unit_id(county.REPORTERS["youyi"].unit)
            look(people["youyi"], f"/reports/{garden_id}/2024-03", "month-own")
        year.after(month)
        if month == "2024-03":
            look(people["zhuanban"], "/bulletins/1", "bulletin")
    year.assess()

    printed = world.all(sa.select(Bulletin))
    assert [bulletin.state for bulletin in printed] == [BulletinState.PUBLISHED] * 4
    assert world.one(sa.select(Assessment)).state is AssessmentState.ARCHIVED
    fulian = world.unit_id("县妇联")
    score = world.one(
        sa.select(AssessmentScore).where(
            AssessmentScore.unit_id == fulian, AssessmentScore.stage == ScoreStage.FINAL
        )
    )
    assert score.points == county.FULIAN_POINTS
    look(people["fulian"], f"/assessments/1/units/{fulian}", "score")

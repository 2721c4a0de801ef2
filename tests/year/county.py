"""The county of the story: five units that report, three kindergartens, and those who never say a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.world import LEAD, SHARER, World
from workflows.policy import Role
from workflows.units import Post, UnitKind

ISSUED_ON = date(2024, 1, 2)
YEAR = 2024


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who files for a unit, and who signs what he files."""

    username: str
    unit: str
    signed_by: str
    kind: UnitKind = UnitKind.DEPARTMENT


DEPARTMENTS = (
    Reporter("jiaoyu", LEAD, f"{LEAD}分管领导"),
    Reporter("caizheng", SHARER, f"{SHARER}分管领导"),
    Reporter("minzheng", "县民政局", "县民政局分管领导"),
    Reporter("renshe", "县人社局", "县人社局分管领导"),
    Reporter("fulian", "县妇联", "县妇联分管领导", UnitKind.MASS),
)
KINDERGARTENS = (
    Reporter("youyi", "县第一幼儿园", "县第一幼儿园园长", UnitKind.KINDERGARTEN),
    Reporter("youer", "县第二幼儿园", "县第二幼儿园园长", UnitKind.KINDERGARTEN),
    Reporter("chengguan", "城关镇中心幼儿园", "城关镇中心幼儿园园长", UnitKind.KINDERGARTEN),
)
REPORTERS = {reporter.username: reporter for reporter in (*DEPARTMENTS, *KINDERGARTENS)}
FULIAN_POINTS = 100_55
"""The final points of 县妇联, worked out by hand in `test_year`."""
SILENT = ("县委编办", "县残联", "县公安局", "县市场监管局")
"""Named in the plan, and never heard of: somebody has to be missing."""
TOWNSHIP = "城关镇政府"


def found(world: World) -> None:
    """Enter everybody the plan names who is not in the standing cast; heads of kindergartens file themselves."""
    known = {LEAD, SHARER, "县民政局"}
    for reporter in REPORTERS.values():
        if reporter.unit in known:
            continue
        world.unit(reporter.unit, reporter.kind, staffed=False)
        garden = reporter.kind is UnitKind.KINDERGARTEN
        world.person(
            reporter.signed_by if garden else f"{reporter.unit}联络员",
            unit=reporter.unit,
            post=Post.HEAD if garden else Post.LIAISON,
            roles=(Role.DEPARTMENT,),
            username=reporter.username,
        )
        if not garden:
            world.staff(reporter.unit, [Post.DEPUTY_HEAD, Post.HEAD])
    for name in SILENT:
        world.unit(name)
    world.unit(TOWNSHIP, UnitKind.TOWNSHIP)
    world.group("各幼儿园", UnitKind.KINDERGARTEN)
    world.group("各乡镇政府", UnitKind.TOWNSHIP)
    world.person(
        "专班办公室主任",
        unit="专班办公室",
        roles=(Role.OFFICE,),
        username="zhuren",
        email="zhuren@luoshi.example",
    )


def opening(month: str) -> date:
    """A day on which that month's reports are open and nobody has filed."""
    return date(int(month[:4]), int(month[-2:]), 21)

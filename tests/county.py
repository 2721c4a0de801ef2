"""A county at work: three tasks of one plan, in the week they were issued or in the month they are reported on."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.models import Duty, Report
from tests.world import LEAD, SHARER, Asked, World
from workflows.cadence import DutyKind

MARCH = "2025-03"
GARDENS = Asked("建设2所家园共育示范园", due=date(2025, 12, 31))
THREE = (Asked("改善幼儿园办园条件"), GARDENS, Asked("清理无证幼儿园", responsible=()))
"""All led by 县教育局; 县财政局 takes part in the first two."""


def in_march(world: World) -> World:
    """The county when March's reports are open and everybody has signed."""
    world.sign(LEAD)
    world.sign(SHARER)
    world.run_to(date(2025, 3, 21))
    return world


def report_of(world: World, duty_id: int) -> Report:
    return world.one(sa.select(Report).where(Report.duty_id == duty_id))


def march_duties(world: World, unit: str = LEAD) -> list[Duty]:
    """What the unit reports on for March, in the order of the tasks."""
    return world.duties(unit=unit, kind=DutyKind.MONTHLY_REPORT, period=MARCH)


def month_path(world: World, unit: str = LEAD, period: str = MARCH) -> str:
    return f"/reports/{world.unit_id(unit)}/{period}"

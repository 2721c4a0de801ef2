"""Units that work on the same tasks at the same moment: the second waits, nobody is refused, nothing is lost."""

from __future__ import annotations

from datetime import date
from functools import partial

import sqlalchemy as sa

from app import ledger
from app.db import session
from app.models import LedgerEntry
from tests.world import LEAD, SHARER, Asked, World
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyState

UNITS = ("县教育局", "县财政局", "县人社局", "县公安局")


def _shared_tasks(world: World, count: int = 12) -> None:
    for unit in UNITS:
        if unit not in (LEAD, SHARER):
            world.unit(unit)
            world.staff(unit)
    lead, *others = UNITS
    tasks = [Asked(f"共同任务{n}", lead=lead, responsible=tuple(others)) for n in range(count)]
    world.issue(*tasks)


def test_four_units_sign_the_same_twelve_tasks_at_once(world: World) -> None:
    _shared_tasks(world)
    signed = world.at_once([partial(world.sign, unit) for unit in UNITS])
    assert signed == [12] * len(UNITS)
    assert not world.duties(kind=DutyKind.SIGN, state=DutyState.OPEN)


def test_four_units_file_the_same_month_at_once_and_every_act_is_on_record(world: World) -> None:
    _shared_tasks(world)
    world.run_to(date(2025, 3, 24))
    (period,) = {duty.period_key for duty in world.duties(kind=DutyKind.MONTHLY_REPORT)}
    world.at_once([partial(world.file, unit, period) for unit in UNITS])
    assert len(world.duties(kind=DutyKind.MONTHLY_REPORT, state=DutyState.FILED)) == 48
    with world.app.app_context():
        assert ledger.first_broken(session()) is None
    assert len(world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "report.submit"))) == 48

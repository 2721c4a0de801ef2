"""What the simulated years found: questions to the office that were lost, and acts that left no trace in the record."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.models import LedgerEntry, Slip
from app.services import reports, slips
from tests.world import LEAD, World
from workflows.cadence import DutyKind
from workflows.escalation import LetterKind

MONTH = "2025-03"


def test_after_a_slip_is_sent_the_office_is_asked_anew_whether_the_unit_has_heard(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    world.issue()
    world.sign(LEAD)
    world.run_to(date(2025, 3, 27))
    [duty] = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period=MONTH)
    world.hear(duty.id)
    world.run_to(date(2025, 4, 3))
    assert asked(world, duty.id) == {"5v1"}
    world.hear(duty.id)
    slip = world.one(sa.select(Slip).where(Slip.duty_id == duty.id))
    with world.app.app_context():
        slips.send(world.office, [slips.Chosen(slip.id, slip.version, "请抓紧办理。")], None, world.now)
    world.run_to(date(2025, 4, 21))
    assert asked(world, duty.id) == {"5v1", "5v1s1", "5v2s1", "5v3s1"}


def asked(world: World, duty_id: int) -> set[str]:
    """The places of the ladder at which the office was asked to find out."""
    verify = [n for n in world.notices(duty_id) if n.kind is LetterKind.VERIFY]
    return {notice.dedup_key.split(":")[2] for notice in verify}


def test_a_saved_draft_that_lets_a_ladder_climb_on_leaves_a_line_in_the_record(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue()
    world.sign(LEAD)
    world.run_to(date(2025, 3, 21))
    owed = world.duties(unit=LEAD, period=MONTH)
    [duty] = [d for d in owed if d.kind is DutyKind.MONTHLY_REPORT]
    with world.app.app_context():
        draft = reports.Entry(duty.id, None, "正在汇总。", "", "", reports.EMPTY_VERSION)
        reports.save_month(world.actor(LEAD), [draft], submit=False, now=world.now)
    shown = world.one(sa.select(LedgerEntry).where(LedgerEntry.act == "receipt.shown"))
    assert shown.detail == {"duties": [d.id for d in owed]}

"""Two people at one report: nobody's words are overwritten, and nobody's work stops another's."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app.models import Duty, Report
from app.services import progress, reports
from app.services.progress import Word
from app.services.reports import Entry
from tests.world import SHARER, STRANGER, World, signer_of
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.lifecycle import DutyState, ReportState


def owed(world: World) -> Duty:
    world.issue()
    world.run_to(date(2025, 3, 20))
    [duty] = world.duties(unit=SHARER, kind=DutyKind.MONTHLY_REPORT)
    return duty


def save(
    world: World, duty: Duty, words: str, version: int, *, submit: bool = False, unit: str = SHARER
) -> None:
    with world.app.app_context():
        entry = Entry(duty.id, 20, words, "", "", version)
        reports.save_month(
            world.actor(unit), [entry], submit=submit, now=world.now, signed_by=signer_of(unit)
        )


def test_the_second_of_two_people_at_one_report_is_told_and_overwrites_nothing(world: World) -> None:
    duty = owed(world)
    save(world, duty, "甲先写的", 0)
    with pytest.raises(Refused) as refusal:
        save(world, duty, "乙后写的", 0)
    assert refusal.value.code == "stale"
    assert "核对" in str(refusal.value)
    [report] = world.all(sa.select(Report))
    assert report.done == "甲先写的"
    save(world, duty, "乙核对后写的", report.version)
    assert [r.done for r in world.all(sa.select(Report))] == ["乙核对后写的"]


def test_of_two_people_who_press_at_the_same_moment_one_is_heard(world: World) -> None:
    duty = owed(world)
    actor = world.actor(SHARER)

    def press(words: str) -> str:
        try:
            entry = Entry(duty.id, 20, words, "", "", 0)
            reports.save_month(actor, [entry], submit=True, now=world.now, signed_by=signer_of(SHARER))
        except Refused as refusal:
            return refusal.code
        return words

    answers = sorted(world.at_once([lambda: press("甲"), lambda: press("乙")]))
    assert answers[0] == "stale"
    [report] = world.all(sa.select(Report))
    assert (report.done, report.state) == (answers[1], ReportState.SUBMITTED)
    assert world.get(Duty, duty.id).state is DutyState.FILED


def test_two_people_at_one_parts_progress_do_not_overwrite_each_other(world: World) -> None:
    world.issue()
    world.sign(SHARER)
    [task] = world.tasks()
    part = next(p for p in world.parts(task.id) if p.unit_id == world.unit_id(SHARER))
    actor = world.actor(SHARER)
    with world.app.app_context():
        progress.update(actor, part.id, Word(10, "甲"), seen_version=part.version, now=world.now)
        with pytest.raises(Refused) as refusal:
            progress.update(actor, part.id, Word(90, "乙"), seen_version=part.version, now=world.now)
    assert refusal.value.code == "stale"
    assert [p.done for p in world.parts(task.id) if p.id == part.id] == ["甲"]


def test_a_stranger_learns_nothing_of_a_report_and_changes_nothing(world: World) -> None:
    duty = owed(world)
    with pytest.raises(Refused) as refusal:
        save(world, duty, "别的单位写的", 0, unit=STRANGER)
    assert refusal.value.code == "missing"
    assert world.count(Report) == 0


def test_an_incomplete_row_stays_a_draft_and_the_complete_ones_are_filed(world: World) -> None:
    duty = owed(world)
    with world.app.app_context():
        half = Entry(duty.id, None, "写了一半", "", "", 0)
        filed = reports.save_month(world.actor(SHARER), [half], submit=True, now=world.now)
    assert (filed.submitted, filed.incomplete) == (0, 1)
    assert world.get(Duty, duty.id).state is DutyState.OPEN
    assert [r.done for r in world.all(sa.select(Report))] == ["写了一半"]


def test_a_page_with_one_bad_row_saves_none_of_it(world: World) -> None:
    duty = owed(world)
    rows = [Entry(duty.id, 20, "可以", "", "", 0), Entry(duty.id, 120, "超过一百", "", "", 0)]
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        reports.save_month(world.actor(SHARER), rows, submit=True, now=world.now)
    assert refusal.value.code == "invalid"
    assert world.count(Report) == 0
    assert world.get(Duty, duty.id).state is DutyState.OPEN


def test_a_report_nobody_filed_cannot_be_returned_and_one_filed_not_twice(world: World) -> None:
    duty = owed(world)
    with pytest.raises(Refused) as unfiled:
        world.return_report(duty.id)
    assert unfiled.value.code == "illegal-step"
    save(world, duty, "报送", 0, submit=True)
    world.return_report(duty.id)
    with pytest.raises(Refused) as again:
        world.return_report(duty.id)
    assert again.value.code == "illegal-step"
    assert world.get(Duty, duty.id).epoch == 2

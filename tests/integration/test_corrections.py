"""更正 and 补报: what was filed is read-only, what changes it is kept beside it, what came after the lock says so."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app.db import session
from app.models import Correction, Duty, Progress, Report, Task
from app.queries import month
from app.queries.lateness import locked_on
from app.services import corrections, progress
from app.services.progress import Word
from tests.county import MARCH
from tests.reporting import correct, file, owed, part_in, recorded, report_on, said_by
from tests.world import LEAD, STRANGER, Asked, World
from workflows.errors import Refused
from workflows.lifecycle import Cause, ReportState


def filed(world: World) -> Duty:
    world.issue(Asked("建设2所家园共育示范园", responsible=()))
    world.sign(LEAD)
    world.run_to(date(2025, 3, 21))
    duty = owed(world, MARCH)
    file(world, duty, 53, "完成选址5处。")
    return duty


def marks_of(world: World, duty: Duty) -> list[str]:
    """What the month's page says of the only row."""
    with world.app.app_context():
        page = month.month_page(duty.unit_id, duty.period_key, world.now)
        assert page is not None
        [row] = page.rows
        return [mark.word for mark in row.marks]


def test_a_correction_keeps_both_versions_and_the_present_word_follows(world: World) -> None:
    duty = filed(world)
    world.clock.forward(hours=1)
    correct(world, duty, 35, "完成选址3处。", "进度看错一行。", problems="缺人。", cause=Cause.STAFF)
    report = report_on(world, duty)
    assert (report.percent, report.done, report.state) == (35, "完成选址3处。", ReportState.SUBMITTED)
    [kept] = world.all(sa.select(Correction))
    assert kept.before == {"percent": 53, "done": "完成选址5处。", "problems": "", "cause": None}
    assert kept.after == {"percent": 35, "done": "完成选址3处。", "problems": "缺人。", "cause": "staff"}
    assert (kept.reason, kept.after_lock) == ("进度看错一行。", False)
    assert recorded(world, "report.correct") == [
        {"reason": "进度看错一行。", "before": kept.before, "after": kept.after, "after_lock": False}
    ]
    assert part_in(world, duty).percent == 35
    assert world.one(sa.select(Task)).percent == 35
    assert [word.percent for word in world.all(sa.select(Progress).order_by(Progress.id))] == [53, 35]


@pytest.mark.parametrize("accepted", [False, True])
def test_a_report_is_corrected_before_and_after_the_office_accepted_it(world: World, accepted: bool) -> None:
    duty = filed(world)
    if accepted:
        world.accept_report(duty.id)
    state = report_on(world, duty).state
    correct(world, duty, 35, "完成选址3处。")
    assert report_on(world, duty).state is state
    assert world.get(Duty, duty.id).filed_at == duty.filed_at or duty.filed_at is None


def test_a_newer_word_is_not_thrown_back_by_the_correction_of_an_older_one(world: World) -> None:
    duty = filed(world)
    part = part_in(world, duty)
    with world.app.app_context():
        newer = Word(60, "又完成1处。")
        progress.update(world.actor(LEAD), part.id, newer, seen_version=part.version, now=world.now)
    correct(world, duty, 35, "完成选址3处。")
    assert report_on(world, duty).percent == 35
    assert (part_in(world, duty).percent, part_in(world, duty).done) == (60, "又完成1处。")


def test_nothing_changed_no_reason_or_something_lacking_is_no_correction(world: World) -> None:
    duty = filed(world)
    for percent, done, reason in (
        (53, "完成选址5处。", "没改。"),
        (35, "改了。", " "),
        (None, "改了。", "缺数。"),
    ):
        with pytest.raises(Refused) as refusal:
            correct(world, duty, percent, done, reason)
        assert refusal.value.code == "invalid"
    assert world.count(Correction) == 0
    assert report_on(world, duty).percent == 53


def test_a_draft_and_a_returned_report_are_simply_changed(world: World) -> None:
    duty = filed(world)
    world.return_report(duty.id)
    with pytest.raises(Refused) as refusal:
        correct(world, duty, 35, "完成选址3处。")
    assert refusal.value.code == "illegal-step"


def test_a_filed_report_cannot_be_saved_over(world: World) -> None:
    duty = filed(world)
    with pytest.raises(Refused) as refusal:
        file(world, duty, 35, "完成选址3处。")
    assert refusal.value.code == "illegal-step"
    assert report_on(world, duty).percent == 53


def test_another_unit_cannot_correct_and_the_second_of_two_is_told(world: World) -> None:
    duty = filed(world)
    entry = said_by(world, duty, 35, "完成选址3处。")
    with world.app.app_context():
        with pytest.raises(Refused) as stranger:
            corrections.correct(world.actor(STRANGER), duty.id, entry, "改。", entry.seen_version, world.now)
        corrections.correct(world.actor(LEAD), duty.id, entry, "改。", entry.seen_version, world.now)
        with pytest.raises(Refused) as second:
            corrections.correct(world.actor(LEAD), duty.id, entry, "再改。", entry.seen_version, world.now)
    assert (stranger.value.code, second.value.code) == ("missing", "stale")


def test_a_correction_after_the_lock_says_so_for_good(world: World) -> None:
    duty = filed(world)
    world.run_to(date(2025, 4, 10))
    correct(world, duty, 35, "完成选址3处。")
    assert world.one(sa.select(Correction)).after_lock
    assert recorded(world, "report.correct")[0]["after_lock"] is True
    assert not report_on(world, duty).after_lock, "it was filed in time"
    assert marks_of(world, duty) == ["更正1次"]


def test_what_is_filed_after_the_lock_is_marked_and_what_was_late_stays_late(world: World) -> None:
    world.issue(Asked("建设2所家园共育示范园", responsible=()))
    world.run_to(date(2025, 3, 27))
    duty = owed(world, MARCH)
    assert marks_of(world, duty) == ["漏报"]
    with world.app.app_context():
        assert locked_on(session().get_one(Duty, duty.id)) == date(2025, 4, 7)  # 5日 was Saturday of 清明
    world.run_to(date(2025, 4, 9))
    file(world, duty)
    report = report_on(world, duty)
    assert report.after_lock
    assert recorded(world, "report.submit")[0]["after_lock"] is True
    assert marks_of(world, duty) == ["迟报", "补报"]
    world.return_report(duty.id)
    file(world, duty, 30, "补充数量。")
    assert marks_of(world, duty) == ["迟报", "补报", "退回1次"]


def test_what_was_filed_in_time_and_returned_is_no_late_report_when_it_comes_again(world: World) -> None:
    duty = filed(world)
    world.run_to(date(2025, 4, 9))
    world.return_report(duty.id)
    file(world, duty, 30, "补充数量。")
    assert not report_on(world, duty).after_lock
    assert marks_of(world, duty) == ["退回1次"]


def test_the_last_day_before_the_lock_is_still_in_time(world: World) -> None:
    world.issue(Asked("建设2所家园共育示范园", responsible=()))
    world.run_to(date(2025, 4, 7))
    duty = owed(world, MARCH)
    file(world, duty)
    assert not report_on(world, duty).after_lock


def test_a_correction_of_a_closed_task_s_report_does_not_move_the_task(world: World) -> None:
    duty = filed(world)
    world.accept_report(duty.id)
    world.close(world.tasks()[0].id)
    before = world.one(sa.select(Task)).percent
    correct(world, duty, 35, "完成选址3处。")
    assert report_on(world, duty).percent == 35
    assert world.one(sa.select(Task)).percent == before
    assert world.count(Report) == 1

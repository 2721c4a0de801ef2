"""What was printed or settled follows from the record today as on its day; whatever was altered since is named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import AssessmentScore, Bulletin, Task, Unit
from app.services.recount import departures
from tests.assessing import SHOWN_ON, a_year, begun, come, settled, shown
from tests.integration.test_bulletins import after_quarter, published
from tests.world import LEAD, SHARER, World
from workflows.bulletins import BulletinPaper


def verify(world: World) -> tuple[int, str]:
    """Exit code and words of the command."""
    done = world.app.test_cli_runner().invoke(args=["record", "verify"])
    return done.exit_code, done.output


def tampered(world: World, order: str, *guards: tuple[str, str]) -> None:
    """Somebody who owns the database changes it past the application: `guards` are (trigger on SQLite, table)."""
    with world.writing() as s:
        for trigger, table in guards:
            drop_guard(world, s, trigger, table)
        assert s.execute(sa.text(order)).rowcount > 0  # type: ignore[attr-defined]


def drop_guard(world: World, s: Session, trigger: str, table: str) -> None:
    sqlite = world.app.config["DATABASE_URL"].startswith("sqlite")
    name = trigger if sqlite else f"{trigger.removesuffix('_update')} ON {table}"
    s.execute(sa.text(f"DROP TRIGGER {name}"))


def the_settled(world: World) -> int:
    """An assessment of the year, shown for appeal and settled; returns its id."""
    assessment_id = begun(world, a_year(world))
    come(world, SHOWN_ON)
    shown(world, assessment_id)
    come(world, SHOWN_ON + timedelta(days=14))
    settled(world, assessment_id)
    return assessment_id


def test_a_printed_bulletin_is_counted_again_from_the_record_and_equal(world: World) -> None:
    after_quarter(world)
    published(world)
    world.clock.forward(days=1)
    world.run_to(world.clock.today + timedelta(days=20), heard=True)
    world.file(SHARER, "2025-03", percent=90, done="补报三月。")
    code, words = verify(world)
    assert (code, words.count("ok ")) == (0, 2), words
    assert "bulletin 1 (quarterly, 2025-Q1)" in words


def test_rows_that_were_changed_past_the_record_change_nothing_of_what_was_printed(world: World) -> None:
    after_quarter(world)
    published(world)
    tampered(world, "UPDATE duty SET filed_at = NULL, state = 'open', due_on = '2025-12-31'")
    tampered(world, "UPDATE task SET percent = 3, state = 'underway'")
    assert verify(world)[0] == 0


def test_a_figure_changed_in_a_printed_bulletin_is_named(world: World) -> None:
    after_quarter(world)
    bulletin_id = published(world)
    figures = world.get(Bulletin, bulletin_id).figures
    figures["counts"][0]["value"] += 1
    body = json.dumps(figures).replace("'", "''").replace(":", "\\:")
    tampered(world, f"UPDATE bulletin SET figures = '{body}'", ("bulletin_frozen_update", "bulletin"))
    code, words = verify(world)
    assert code == 1
    assert f"DIFFERS bulletin {bulletin_id}" in words
    kept, counted = figures["counts"][0]["value"], figures["counts"][0]["value"] - 1
    assert f"figures.counts[0].value: kept {kept}, the record gives {counted}" in words
    assert "ok      ledger" in words


def test_a_word_changed_in_a_printed_bulletin_is_named(world: World) -> None:
    after_quarter(world)
    published(world)
    order = "UPDATE bulletin_section SET text = '一切正常。'"
    tampered(world, order, ("bulletin_section_frozen_update", "bulletin_section"))
    code, words = verify(world)
    assert code == 1
    assert "text.overall" in words
    assert "the record gives '一切正常。'" in words
    assert "paper: kept" not in words


def test_a_paper_that_was_changed_with_its_hash_is_named_by_the_ledger(world: World) -> None:
    after_quarter(world)
    bulletin_id = published(world)
    printed = BulletinPaper.from_json(world.get(Bulletin, bulletin_id).paper)
    forged = replace(printed, recipients="各单位")
    with world.writing() as s:
        drop_guard(world, s, "bulletin_frozen_update", "bulletin")
        changed = {"paper": forged.as_json(), "digest": forged.digest}
        s.execute(sa.update(Bulletin).where(Bulletin.id == bulletin_id).values(changed))
    code, words = verify(world)
    assert code == 1
    assert f"digest: kept '{printed.digest}', the record gives '{forged.digest}'" in words
    assert f"paper: kept '{printed.digest}', the record gives '{forged.digest}'" in words


def test_a_unit_and_a_task_renamed_after_printing_change_nothing_that_was_printed(world: World) -> None:
    after_quarter(world)
    published(world)
    with world.writing() as s:
        s.execute(sa.update(Unit).values(name=Unit.name + "（更名）"))
        s.execute(sa.update(Task).values(title=Task.title + "（更名）"))
    assert verify(world)[0] == 0


def test_a_trace_that_was_altered_breaks_the_chain(world: World) -> None:
    after_quarter(world)
    assert verify(world) == (0, "ok      ledger\n")
    order = "UPDATE trace SET body = '{}' WHERE entry_id = (SELECT max(entry_id) FROM trace)"
    tampered(world, order, ("trace_keeps_update", "trace"))
    code, words = verify(world)
    assert code == 1
    assert "DIFFERS ledger" in words
    assert "was altered, removed or forged" in words


def test_a_settled_assessment_is_worked_out_again_and_equal_until_a_point_is_changed(world: World) -> None:
    assessment_id = the_settled(world)
    world.clock.forward(days=1)
    world.file(SHARER, "2025-04", percent=90, done="补报。")
    code, words = verify(world)
    assert code == 0, words
    assert f"ok      assessment {assessment_id} (2025)" in words
    unit_id = world.unit_id(LEAD)
    changed = (
        f"UPDATE assessment_score SET points = points + 100 WHERE stage = 'final' AND unit_id = {unit_id}"
    )
    tampered(world, changed)
    code, words = verify(world)
    assert code == 1
    [final] = world.all(
        sa.select(AssessmentScore).where(AssessmentScore.unit_id == unit_id, AssessmentScore.stage == "final")
    )
    right = final.points - 100
    assert f"final.{unit_id}.points: kept {final.points}, the record gives {right}" in words


def test_a_fact_changed_in_an_assessment_is_named(world: World) -> None:
    assessment_id = the_settled(world)
    tampered(world, "UPDATE assessment SET facts = '{}'")
    code, words = verify(world)
    assert code == 1
    assert f"DIFFERS assessment {assessment_id}" in words
    assert f"facts.{world.unit_id(LEAD)}: kept None, the record gives" in words


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}, []),
        ({"a": 1}, {"a": 2}, ["x.a: kept 1, the record gives 2"]),
        ([1, 2], [1], ["x: kept 2 rows, the record gives 1 rows"]),
        ([{"p": 1}, {"p": 2}], [{"p": 1}, {"p": 3}], ["x[1].p: kept 2, the record gives 3"]),
        ({}, {"new": "y"}, ["x.new: kept None, the record gives 'y'"]),
        ("同", "不同", ["x: kept '同', the record gives '不同'"]),
    ],
)
def test_a_difference_is_named_by_its_place(was: object, now: object, said: list[str]) -> None:
    assert list(departures(was, now, "x")) == said

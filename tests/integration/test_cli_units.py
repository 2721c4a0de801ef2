"""`flask unit …`, as an operator types it: start from the usual units, take the list out and bring it back."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from click.testing import Result

from app.models import Group, LedgerEntry, Unit
from tests.world import World


def say(world: World, *words: str) -> Result:
    """Type one command; returns its exit code and what it printed."""
    return world.app.test_cli_runner().invoke(args=["unit", *words])


def named(world: World, name: str) -> list[Unit]:
    return world.all(sa.select(Unit).where(Unit.name == name))


def test_a_county_starts_with_the_usual_units_and_a_second_time_with_nothing_more(world: World) -> None:
    before = world.count(Unit)
    first = say(world, "start", "--place", "云岭县")
    assert first.exit_code == 0, first.output
    added = world.count(Unit) - before
    assert f"added {added} units, {world.count(Group)} collective names" in first.output
    assert "left out: 县科技局 (常并入教育局或工信局); --all adds it" in first.output
    assert named(world, "县科技局") == []
    second = say(world, "start", "--place", "云岭县")
    assert (second.exit_code, "added 0 units, 0 collective names" in second.output) == (0, True)
    assert world.count(Unit) == before + added


def test_all_adds_the_units_most_counties_have_merged_too(world: World) -> None:
    answer = say(world, "start", "--place", "海川区", "--all")
    assert answer.exit_code == 0, answer.output
    assert "left out" not in answer.output
    assert named(world, "区科技局")


def test_a_place_that_is_no_county_is_refused_in_a_sentence(world: World) -> None:
    answer = say(world, "start", "--place", "云岭")
    assert answer.exit_code == 1
    assert "例如云岭县" in answer.output


def test_the_list_goes_out_and_comes_back_without_a_change(world: World, tmp_path: Path) -> None:
    say(world, "start", "--place", "云岭县", "--all")
    file = tmp_path / "units.xlsx"
    out = say(world, "export", str(file))
    count = world.count(Unit)
    assert f"{count} units written" in out.output
    entries = world.count(LedgerEntry)
    back = say(world, "import", str(file))
    assert back.exit_code == 0, back.output
    assert f"0 new, 0 changed, {count} same, 0 faulty" in back.output
    assert world.count(LedgerEntry) == entries


def test_a_list_is_taken_in_with_each_change_said(world: World, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(
        "名称,全称,类别\n县民政局,云岭县民政局,\n松坪乡,松坪乡人民政府,乡镇街道\n", encoding="utf-8"
    )
    looked = say(world, "import", "--dry-run", str(file))
    assert looked.exit_code == 0, looked.output
    assert named(world, "松坪乡") == []
    done = say(world, "import", str(file))
    assert "row 2: changed 县民政局 全称 - → 云岭县民政局" in done.output
    assert "row 3: new 松坪乡" in done.output
    assert "1 new, 1 changed, 0 same, 0 faulty" in done.output
    assert named(world, "县民政局")[0].full_name == "云岭县民政局"
    assert named(world, "松坪乡")


def test_a_list_with_a_faulty_row_is_not_taken_in_at_all(world: World, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text("名称,类别\n松坪乡,乡镇街道\n县甲局,机关\n", encoding="utf-8")
    answer = say(world, "import", str(file))
    assert answer.exit_code == 1
    assert "row 3: faulty 县甲局 没有“机关”这个类别" in answer.output
    assert "没有导入" in answer.output
    assert named(world, "松坪乡") == []


def test_a_file_that_is_no_list_is_refused_in_a_sentence(world: World, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_text("任务,时限\n甲,乙\n", encoding="utf-8")
    answer = say(world, "import", str(file))
    assert answer.exit_code == 1
    assert "没有找到表头" in answer.output

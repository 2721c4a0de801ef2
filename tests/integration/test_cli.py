"""The command line, as an operator types it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result

from app import create_app
from app.engine import run
from app.models import Duty, Heartbeat, Person, Plan, PostHeld, RoleHeld, Task
from config import Config, ConfigError, from_env
from tests.conftest import config_for, dispose, make_app
from tests.integration.story import county
from tests.unit.document.reading import seed
from tests.world import LEAD, OFFICE, SHARER, FakePost, FrozenClock, World, at
from workflows.lifecycle import PlanState
from workflows.policy import Role
from workflows.units import Post

SECRET = "a-secret-of-our-own-that-is-long-enough"


def say(world: World, *words: str) -> Result:
    """Type one command; returns its exit code and what it printed."""
    return world.app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    file = tmp_path / "行动计划.txt"
    file.write_text(seed("001"), encoding="utf-8")
    return file


# ----------------------------------------------------------------------------------------- plan


def test_parse_prints_one_object_a_line_a_file(sqlite_world: World, plan_file: Path) -> None:
    answer = say(sqlite_world, "plan", "parse", "--issued-year", "2023", str(plan_file), str(plan_file))
    assert answer.exit_code == 0, answer.output
    first, second = (json.loads(line) for line in answer.output.splitlines())
    assert first == second
    assert [task["number"] for task in first["tasks"]] == [str(n) for n in range(1, 18)]
    assert first["title"] == "清水河县学前教育普及普惠发展三年行动计划(2023—2025年)"
    assert first["document_number"] == "清政发〔2023〕52号"
    assert first["period"] == ["2023-01-01", "2025-12-31"]
    assert sqlite_world.count(Plan) == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.txt", b"", "没有文字"),
        ("程序.docx", b"MZ\x90\x00" + b"\0" * 500, "不是有效的 Word 文件"),
        ("旧.doc", b"\xd0\xcf\x11\xe0", "另存为 .docx"),
        ("表.pdf", b"%PDF-1.7", "不完整或已损坏"),
    ],
)
def test_parse_says_what_to_do_with_a_file_it_cannot_read_and_goes_on(
    sqlite_world: World, plan_file: Path, name: str, content: bytes, said: str
) -> None:
    bad = plan_file.with_name(name)
    bad.write_bytes(content)
    answer = say(sqlite_world, "plan", "parse", str(bad), str(plan_file))
    assert answer.exit_code == 1
    first, second = (json.loads(line) for line in answer.output.splitlines())
    assert said in first["error"]
    assert first["file"] == name
    assert len(second["tasks"]) == 17


def test_import_makes_a_draft_as_the_page_does(world: World, plan_file: Path) -> None:
    answer = say(world, "plan", "import", str(plan_file))
    assert answer.exit_code == 0, answer.output
    [plan] = world.all(sa.select(Plan))
    assert plan.state is PlanState.DRAFT
    assert world.count(Task) == 17
    assert world.count(Duty) == 0


def test_import_and_issue_asks_for_the_office_when_it_cannot_be_known(world: World, plan_file: Path) -> None:
    world.person("另一督查员", unit=SHARER, roles=(Role.OFFICE,))
    without = say(world, "plan", "import", "--issue", str(plan_file))
    assert without.exit_code == 1
    assert "--office" in without.output
    assert world.count(Duty) == 0


def test_import_and_issue_needs_every_name_known(world: World, plan_file: Path) -> None:
    unknown = say(world, "plan", "import", "--issue", "--office", "没有这个单位", str(plan_file))
    assert unknown.exit_code == 1
    assert "没有这个单位" in unknown.output
    unbound = say(world, "plan", "import", "--issue", "--office", OFFICE, str(plan_file))
    assert unbound.exit_code == 1
    assert "各幼儿园" in unbound.output
    assert world.count(Duty) == 0


def test_import_and_issue_stops_at_a_doubt_about_units_that_nobody_has_looked_at(
    sqlite_world: World, plan_file: Path
) -> None:
    county.found(sqlite_world)
    answer = say(sqlite_world, "plan", "import", "--issue", str(plan_file))
    assert answer.exit_code == 1
    assert "任务“强化专业支持”的单位有疑点没有确认" in answer.output
    assert sqlite_world.count(Duty) == 0


@pytest.mark.parametrize("named", [("--office", OFFICE), ()], ids=["office named", "office known"])
def test_import_and_issue_opens_the_signatures(world: World, plan_file: Path, named: tuple[str, ...]) -> None:
    county.found(world)
    answer = say(world, "plan", "import", "--issue", "--accept-doubts", *named, str(plan_file))
    assert answer.exit_code == 0, answer.output
    assert "doubts of 2 tasks settled" in answer.output
    [plan] = world.all(sa.select(Plan))
    assert plan.state is PlanState.ISSUED
    assert plan.office_id == world.unit_id(OFFICE)
    assert len({duty.task_id for duty in world.duties(unit=LEAD)}) == 17


# ----------------------------------------------------------------------------------------- user


def test_a_person_is_added_with_a_password_made_for_the_first_day(world: World) -> None:
    answer = say(
        world,
        "user",
        "add",
        "zhang",
        "--name",
        "演示人员",
        "--role",
        "department",
        "--unit",
        SHARER,
        "--post",
        "head",
    )
    assert answer.exit_code == 0, answer.output
    assert re.search(r"first password: \S{10,}", answer.output)
    person = world.one(sa.select(Person).where(Person.username == "zhang"))
    assert person.must_change_password
    held = world.one(sa.select(PostHeld).where(PostHeld.person_id == person.id))
    assert (held.unit_id, held.post) == (world.unit_id(SHARER), Post.HEAD)
    assert world.one(sa.select(RoleHeld).where(RoleHeld.person_id == person.id)).role is Role.DEPARTMENT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("jiaoyu", "--name", "演示", "--role", "department"), "已被使用"),
        (("neu", "--name", "演示", "--role", "department", "--password", "kurz"), "密码至少8位"),
        (("neu", "--name", "演示", "--role", "department", "--unit", "没有这个单位"), "没有这个单位"),
    ],
)
def test_a_person_who_cannot_be_added_is_refused_in_a_sentence(
    world: World, words: tuple[str, ...], said: str
) -> None:
    before = world.count(Person)
    answer = say(world, "user", "add", *words)
    assert answer.exit_code == 1
    assert said in answer.output
    assert world.count(Person) == before


# ----------------------------------------------------------------------------------------- engine


def test_a_tick_at_a_given_time_writes_what_that_time_owes(world: World) -> None:
    world.issue()
    answer = say(world, "engine", "tick", "--at", "2025-03-20T09:00")
    assert answer.exit_code == 0, answer.output
    assert (
        json.loads(answer.output.splitlines()[-1])["opened"] == 4
    )  # two reports, their 牵头汇总, the 月报审核
    assert {duty.period_key for duty in world.duties()} == {"", "2025-03"}
    assert world.count(Heartbeat) == 0  # a rehearsed turn is no sign of life


def test_a_tick_at_a_given_time_is_refused_in_production(database_url: str, clock: FrozenClock) -> None:
    config = replace(config_for(database_url), ENV="production", SECRET_KEY=SECRET)
    app = create_app(config, clock=clock, post=FakePost())
    world = World(app, clock, FakePost())
    world.issue()
    answer = say(world, "engine", "tick", "--at", "2025-03-20T09:00")
    assert answer.exit_code == 2
    assert "refused in production" in answer.output
    assert {duty.period_key for duty in world.duties()} == {""}
    assert world.notices() == []
    assert say(world, "engine", "tick").exit_code == 0
    assert len(world.notices()) == 2
    dispose(app)


def test_tick_and_deliver_print_their_counts(world: World) -> None:
    world.issue()
    assert json.loads(say(world, "engine", "tick").output.splitlines()[-1])["notices"] == 2
    assert json.loads(say(world, "engine", "deliver").output.splitlines()[-1])["sent"] == 2
    assert len(world.post.sent) == 2


# ----------------------------------------------------------------------------------------- doctor


def finding(answer: Result, name: str) -> str:
    [line] = [line for line in answer.output.splitlines() if line.split(": ")[0].split()[-1] == name]
    return line


def test_the_doctor_finds_a_working_house_well(world: World) -> None:
    world.issue()
    with world.app.app_context():
        run.turn(world.post, world.now)
    answer = say(world, "doctor")
    assert answer.exit_code == 0, answer.output
    assert "UNWELL" not in answer.output


def silence(world: World) -> None:
    world.clock.forward(minutes=11)


def no_server(world: World) -> None:
    world.post.away = True


def nobody_there(world: World) -> None:
    world.unit("县气象局", staffed=False)
    with world.writing() as s:
        s.execute(
            sa.text("UPDATE assignment SET unit_id = (SELECT max(id) FROM unit) WHERE share = 'responsible'")
        )


def unknown_year(world: World) -> None:
    world.clock.go_to(date(2031, 3, 3))


def refused_letter(world: World) -> None:
    world.post.refused = {"jiaoyu@luoshi.example"}
    world.clock.go_to(date(2025, 3, 4))
    with world.app.app_context():
        run.turn(world.post, world.now)


def set_aside(world: World) -> None:
    with world.writing() as s:
        s.execute(sa.text("UPDATE duty SET hold = 'fault', hold_reason = '出错'"))


def no_folder(world: World) -> None:
    world.app.config["EVIDENCE_DIR"] = "/dev/null/evidence"


def old_tables(world: World) -> None:
    with world.writing() as s:
        s.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))


def tampered(world: World) -> None:
    with world.writing() as s:
        s.execute(sa.text("UPDATE ledger_head SET last_id = last_id + 1"))


@pytest.mark.parametrize(
    ("name", "illness", "said"),
    [
        ("engine", silence, "flask engine run"),
        ("engine", refused_letter, "1 notices refused"),
        ("engine", set_aside, "2 duties set aside"),
        ("mail", no_server, "LUOSHI_SMTP_URL"),
        ("evidence", no_folder, "LUOSHI_EVIDENCE_DIR"),
        ("contacts", nobody_there, "县气象局"),
        ("calendar", unknown_year, "2031 is provisional"),
        ("migrations", old_tables, "flask db upgrade"),
        ("ledger", tampered, "the chain breaks"),
    ],
)
def test_the_doctor_names_what_is_unwell(
    world: World, name: str, illness: Callable[[World], None], said: str
) -> None:
    world.issue()
    with world.app.app_context():
        run.turn(world.post, world.now)
    illness(world)
    answer = say(world, "doctor")
    assert answer.exit_code == 1
    assert finding(answer, name).startswith("UNWELL")
    assert said in finding(answer, name)


def test_the_doctor_survives_a_database_that_is_away(clock: FrozenClock) -> None:
    app = make_app("postgresql+psycopg://nobody@127.0.0.1:9/nothing", clock, FakePost())
    answer = app.test_cli_runner().invoke(args=["doctor"])
    dispose(app)
    assert answer.exit_code == 1
    assert "LUOSHI_DATABASE_URL" in answer.output
    assert "Traceback" not in answer.output


# ----------------------------------------------------------------------------------------- configuration


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"LUOSHI_ENV": "production"}, "LUOSHI_SECRET_KEY"),
        ({"LUOSHI_ENV": "production", "LUOSHI_SECRET_KEY": "short"}, "LUOSHI_SECRET_KEY"),
        ({"LUOSHI_ENV": "production", "LUOSHI_SECRET_KEY": SECRET, "LUOSHI_DEBUG": "1"}, "LUOSHI_DEBUG"),
        ({"LUOSHI_ENV": "staging"}, "LUOSHI_ENV"),
        ({"LUOSHI_TICK_SECONDS": "often"}, "LUOSHI_TICK_SECONDS"),
        ({"LUOSHI_TICK_SECONDS": "-5"}, "LUOSHI_TICK_SECONDS"),
        ({"LUOSHI_DEBUG": "perhaps"}, "LUOSHI_DEBUG"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(env: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        from_env(env)


def test_without_settings_the_defaults_hold_and_with_them_they_do_not() -> None:
    assert from_env({}) == Config()
    given = from_env({"LUOSHI_ENV": "production", "LUOSHI_SECRET_KEY": SECRET, "LUOSHI_TICK_BATCH": "7"})
    assert (given.is_production, given.SECRET_KEY, given.TICK_BATCH) == (True, SECRET, 7)


def test_a_mail_address_of_another_kind_is_refused_at_the_start(sqlite_world: World) -> None:
    config = replace(config_for("sqlite://"), SMTP_URL="http://127.0.0.1:25")
    with pytest.raises(ConfigError, match="smtp://"):
        create_app(config, clock=FrozenClock(at(date(2025, 3, 3))))

"""Migrations up and down with data in place, the models they must equal, and the ledger the database itself guards."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import app.models
from app import ledger
from app.db import Base, database, session, transaction
from app.models import LedgerEntry, LedgerHead
from app.schema import alembic_config
from tests.conftest import dispose, make_app
from tests.world import LEAD, FakePost, FrozenClock, World

TABLES = set(Base.metadata.tables)
assert app.models.Duty.__tablename__ in TABLES


def present(url: str) -> set[str]:
    engine = sa.create_engine(url)
    names = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config("sqlite://")).get_heads()) == 1


def test_an_empty_database_goes_up_down_and_up_again(blank_url: str) -> None:
    config = alembic_config(blank_url)
    command.upgrade(config, "head")
    assert present(blank_url) == TABLES | {"alembic_version"}
    command.downgrade(config, "base")
    assert present(blank_url) == {"alembic_version"}
    command.upgrade(config, "head")
    assert present(blank_url) == TABLES | {"alembic_version"}


def test_every_step_goes_down_and_up_over_a_county_at_work(world: World) -> None:
    world.issue()
    world.run_to(date(2025, 3, 27))
    world.file(LEAD, "2025-03")
    url = world.app.config["DATABASE_URL"]
    dispose(world.app)
    config = alembic_config(url)
    script = ScriptDirectory.from_config(config)
    revisions = [step.revision for step in script.walk_revisions()]
    for revision in revisions[1:]:  # newest first; the data must survive every step but the very first
        command.downgrade(config, revision)
        assert world.count(LedgerEntry) > 0
        dispose(world.app)
    command.downgrade(config, "base")
    assert present(url) == {"alembic_version"}
    command.upgrade(config, "head")
    assert present(url) == TABLES | {"alembic_version"}


def test_upgrading_twice_keeps_every_row(world: World) -> None:
    world.issue()
    before = {name: world.count(mapper.class_) for name, mapper in mappers().items()}
    runner = world.app.test_cli_runner()
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    assert {name: world.count(mapper.class_) for name, mapper in mappers().items()} == before


def mappers() -> dict[str, sa.orm.Mapper[Base]]:
    return {mapper.class_.__name__: mapper for mapper in Base.registry.mappers}


# SQLite cannot say what an index over an expression is made of; that it works is tested by opening a duty twice
UNSAYABLE = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index",
    "ignore:autogenerate skipping metadata-specified expression-based index",
)


@UNSAYABLE
def test_the_tables_are_what_the_models_say(world: World) -> None:
    engine = world.app.extensions["db"].kw["bind"]
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@UNSAYABLE
def test_the_checks_and_unique_keys_are_what_the_models_say(world: World) -> None:
    """Alembic compares no CHECK constraints."""
    inspector = sa.inspect(world.app.extensions["db"].kw["bind"])
    for name, table in Base.metadata.tables.items():
        promised = {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        assert {c["name"] for c in inspector.get_check_constraints(name)} == promised, name
        promised = {str(c.name) for c in table.constraints if isinstance(c, sa.UniqueConstraint)}
        assert {c["name"] for c in inspector.get_unique_constraints(name)} == promised, name
    with pytest.raises(sa.exc.IntegrityError, match="uq_duty_identity"):
        _open_twice(world)


def _open_twice(world: World) -> None:
    world.issue()
    duty = world.duties()[0]
    columns = ", ".join(column.name for column in app.models.Duty.__table__.columns if column.name != "id")
    with world.writing() as s:
        s.execute(
            sa.text(
                f"INSERT INTO duty (id, {columns}) SELECT 900000, {columns} FROM duty WHERE id = {duty.id}"
            )
        )


# --------------------------------------------------------------------------------------------- the ledger


def broken(world: World) -> int | None:
    with world.app.app_context():
        return ledger.first_broken(session())


@pytest.mark.parametrize(
    "order",
    [
        "UPDATE ledger SET act = 'nothing' WHERE id = 2",
        "DELETE FROM ledger WHERE id = 2",
        "DELETE FROM ledger",
    ],
)
def test_the_database_refuses_to_change_or_remove_what_is_on_record(world: World, order: str) -> None:
    world.issue()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), world.writing() as s:
        s.execute(sa.text(order))
    assert broken(world) is None


LAST = 0
TAMPERINGS = {
    "a word changed": ("UPDATE ledger SET act = 'nothing' WHERE id = 3", 3),
    "a time moved": ("UPDATE ledger SET recorded_at = '2020-01-01 00:00:00.000000' WHERE id = 3", 3),
    "somebody else blamed": ("UPDATE ledger SET actor_id = 1 WHERE id = 3", 3),
    "a detail changed": ("UPDATE ledger SET detail = '{\"id\": 999}' WHERE id = 3", 3),
    "an entry removed": ("DELETE FROM ledger WHERE id = 3", 3),
    "the last entry removed": ("DELETE FROM ledger WHERE id = (SELECT max(id) FROM ledger)", LAST),
    "the first entry removed": ("DELETE FROM ledger WHERE id = 1", 1),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_from_outside_is_found(world: World, tampering: str) -> None:
    order, place = TAMPERINGS[tampering]
    world.issue()
    last = world.count(LedgerEntry)
    with world.writing() as s:
        for guard in guards(world):
            s.execute(sa.text(guard))
        assert s.execute(sa.text(order)).rowcount == 1  # type: ignore[attr-defined]
    assert broken(world) == (last if place == LAST else place)


def test_an_entry_forged_at_the_end_is_found(world: World) -> None:
    last = world.count(LedgerEntry)
    with world.writing() as s:
        s.execute(
            sa.text(
                "INSERT INTO ledger (id, recorded_at, act, detail, previous_hash, hash) "
                "VALUES (:id, '2025-03-03 02:00:00.000000', 'task.close', '{}', 'x', 'y')"
            ),
            {"id": last + 1},
        )
    assert broken(world) == last + 1


def guards(world: World) -> list[str]:
    """What an intruder who owns the database would say first."""
    with world.app.app_context():
        if database().dialect.name == "sqlite":
            return ["DROP TRIGGER ledger_keeps_update", "DROP TRIGGER ledger_keeps_delete"]
        return ["DROP TRIGGER ledger_keeps ON ledger"]


def test_entries_of_many_hands_at_once_make_one_chain(world: World) -> None:
    def write() -> None:
        for _ in range(5):
            with transaction() as s:
                ledger.append(s, "test", at=world.now, actor_id=None, about=ledger.Subject())

    before = world.count(LedgerEntry)
    world.at_once([write] * 6)
    assert world.count(LedgerEntry) == before + 30
    assert broken(world) is None
    assert world.get(LedgerHead, 1).last_id == before + 30


def test_the_same_instant_in_another_zone_is_the_same_entry(world: World) -> None:
    for instant in (world.now, world.now.astimezone(UTC), world.now + timedelta(microseconds=123456)):
        with world.writing() as s:
            ledger.append(s, "test", at=instant, actor_id=None, about=ledger.Subject())
    assert broken(world) is None


def test_an_entry_whose_use_case_failed_is_not_in_the_chain(world: World) -> None:
    before = world.count(LedgerEntry)

    def fail() -> None:
        with world.writing() as s:
            ledger.append(s, "test", at=world.now, actor_id=None, about=ledger.Subject())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert world.count(LedgerEntry) == before
    assert broken(world) is None


def test_an_app_over_an_unmigrated_database_says_what_to_do(blank_url: str, clock: FrozenClock) -> None:
    app = make_app(blank_url, clock, FakePost())
    answer = app.test_cli_runner().invoke(args=["doctor"])
    dispose(app)
    assert answer.exit_code == 1
    assert "flask db upgrade" in answer.output

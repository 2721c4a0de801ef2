"""Engine, session, and the one transaction seam. Nothing else commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask import Flask, current_app, g
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from workflows.errors import Refused

STALE = "别人刚刚更新了这项内容。您填写的文字仍在下面，请核对最新内容后再保存一次。"


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware instant in UTC on every database; refuses naive values."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: sa.JSON,
        Enum: sa.Enum(
            Enum,
            native_enum=False,
            create_constraint=True,
            length=24,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


M = TypeVar("M", bound=Base)


def make_engine(url: str) -> sa.Engine:
    """A database engine; SQLite gets WAL, foreign keys, a patient lock and full durability."""
    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite":
        return sa.create_engine(address, pool_pre_ping=True)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address)

    @sa.event.listens_for(engine, "connect")
    def connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in ("foreign_keys=ON", "busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL"):
            raw.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # a read that later writes cannot wait for the lock on SQLite, so writers take it first
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def init_app(app: Flask) -> None:
    app.extensions["db"] = sessionmaker(make_engine(app.config["DATABASE_URL"]), expire_on_commit=False)
    app.teardown_appcontext(lambda _error: _forget_session())


def database() -> sa.Engine:
    """The running app's database engine."""
    return cast(sa.Engine, current_app.extensions["db"].kw["bind"])


def session() -> Session:
    """The session of this app context, for reading."""
    if "session" not in g:
        g.session = current_app.extensions["db"]()
    return cast(Session, g.session)


def is_sqlite(s: Session) -> bool:
    return s.get_bind().dialect.name == "sqlite"


def insert_new(s: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Insert the rows no unique constraint already holds; returns the ids of those that were new."""
    if not rows:
        return []
    insert = sqlite_insert if is_sqlite(s) else postgresql_insert
    key = sa.inspect(model).primary_key[0]
    # the rows go as parameters: spelled out in the statement they would be compiled anew at every length
    statement = insert(cast(sa.Table, model.__table__)).on_conflict_do_nothing().returning(key)
    return list(s.scalars(statement, [dict(row) for row in rows]))


def get(model: type[M], key: int) -> M:
    """The row with that primary key; raises Refused missing."""
    row = session().get(model, key)
    if row is None:
        raise Refused("missing", "没有找到这项内容，它可能已被删除。请返回列表重新查找。")
    return row


@contextmanager
def transaction() -> Iterator[Session]:
    """Write in one transaction: commit on success, roll back on any error. Does not nest.

    Raises Refused stale when a row changed since it was read.
    """
    s = session()
    if s.info.get("writing"):
        raise RuntimeError("transactions do not nest")
    s.rollback()  # ends the read snapshot, so that SQLite can take the write lock first
    s.expire_all()
    s.info["writing"] = True
    try:
        s.connection(execution_options={"write": True})
        yield s
        s.flush()
        for act in tuple(waiting(s, "acts")):
            act(s)
        s.commit()
    except StaleDataError:
        s.rollback()
        raise Refused("stale", STALE) from None
    except BaseException:
        s.rollback()
        raise
    finally:
        s.info["writing"] = False
        s.info.pop("waiting", None)


def is_writing(s: Session) -> bool:
    """Whether the session is inside `transaction`."""
    return bool(s.info.get("writing"))


def waiting(s: Session, name: str) -> list[Any]:
    """What the running transaction has put by under that name until it commits; undone with the part that put it by."""
    kept: dict[str, list[Any]] = s.info.setdefault("waiting", {})
    return kept.setdefault(name, [])


def before_commit(s: Session, act: Callable[[Session], None]) -> None:
    """Let `act` be the transaction's last step, once: what everybody has to queue for is held as briefly as can be."""
    if act not in waiting(s, "acts"):
        waiting(s, "acts").append(act)


@contextmanager
def attempt(s: Session) -> Iterator[None]:
    """A part of a transaction that may fail alone: it is undone, with all it wanted done before the commit."""
    kept = {name: list(put_by) for name, put_by in s.info.get("waiting", {}).items()}
    try:
        with s.begin_nested():
            yield
    except BaseException:
        s.info["waiting"] = kept
        raise


@contextmanager
def in_one_piece() -> Iterator[None]:
    """Whatever use cases commit meanwhile becomes one transaction: an interrupted load leaves nothing behind."""
    extensions, sessions = current_app.extensions, current_app.extensions["db"]
    _forget_session()
    with database().connect().execution_options(write=True) as connection, connection.begin():
        extensions["db"] = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        try:
            yield
        finally:
            _forget_session()
            extensions["db"] = sessions


def _forget_session() -> None:
    if "session" in g:
        g.pop("session").close()

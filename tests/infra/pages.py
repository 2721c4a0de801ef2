"""What a piece of work costs the database: the plan of every statement it sends, and the pages it reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor

from app.db import Base

EXPLAINED = re.compile(r"\s*(SELECT|UPDATE|INSERT|DELETE|WITH)\b", re.IGNORECASE)
SCANNED = re.compile(r"\bSCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
PARTIAL = {
    index.name
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
"""Indexes over the few rows that wait for something: to read such a one from end to end is to read what is due."""


@dataclass
class Cost:
    """`scans`: each table that a statement read from end to end, with that statement; `pages`: what was read in all."""

    scans: list[tuple[str, str]] = field(default_factory=list)
    pages: int = 0
    statements: int = 0

    def scanned(self, *tables: str) -> list[str]:
        """The statements that read one of these tables from end to end."""
        return [statement for table, statement in self.scans if table in tables]


def cost(engine: sa.Engine, work: Callable[[], object], again: Callable[[], object]) -> Cost:
    """What `work` costs. On SQLite it is done twice, explained and then counted; `again` makes it ready once more."""
    found = Cost()
    with _explaining(engine, found):
        work()
    if engine.dialect.name == "sqlite":
        again()
        engine.dispose()  # a fresh connection has no page in its hands: each one that is needed is read
        before = _read()
        work()
        found.pages = (_read() - before) // _page_size(engine)
    return found


@contextmanager
def _explaining(engine: sa.Engine, found: Cost) -> Iterator[None]:
    explain = _explain_sqlite if engine.dialect.name == "sqlite" else _explain_postgresql

    def hear(
        _conn: object, cursor: DBAPICursor, statement: str, parameters: Any, _context: object, _many: bool
    ) -> None:
        if EXPLAINED.match(statement):
            sets = parameters if isinstance(parameters, list) else [parameters]
            explain(cursor.connection, statement, sets[0], len(sets), found)
            found.statements += 1

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


def _explain_sqlite(raw: Any, statement: str, parameters: Any, _times: int, found: Cost) -> None:
    for *_, detail in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
        scanned = [table for table, index in SCANNED.findall(detail) if index not in PARTIAL]
        found.scans += [(_table(table), statement) for table in scanned]


def _explain_postgresql(raw: Any, statement: str, parameters: Any, times: int, found: Cost) -> None:
    """Do the statement for its plan and the pages it touched, undo it, and let it be done in earnest."""
    with raw.cursor() as apart:
        apart.execute("SAVEPOINT before_the_plan")
        apart.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
        [[[explained]]] = [apart.fetchone()]
        apart.execute("ROLLBACK TO SAVEPOINT before_the_plan")
        apart.execute("RELEASE SAVEPOINT before_the_plan")
    plan = explained["Plan"]
    found.pages += times * (plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
    found.scans += [(table, f"{statement}\n{json.dumps(plan)[:3000]}") for table in _sequential(plan)]


def _sequential(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _sequential(part)


def _table(alias: str) -> str:
    return re.sub(r"_\d+$", "", alias)


def _read() -> int:
    """Bytes this thread has asked the system for: SQLite reads a page with one call."""
    counts = Path("/proc/thread-self/io").read_text()
    return int(dict(line.split(": ") for line in counts.splitlines())["rchar"])


def _page_size(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())

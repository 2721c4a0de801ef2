"""Programs open links before people do: no address of the site changes anything when it is only read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import Base, session
from tests.integration.rights.county import addresses, things
from tests.pages import Reader, signed_in
from tests.world import Asked, World
from workflows.units import UnitKind

SCANNERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("HEAD", {"User-Agent": "SafeLinks-Scanner/1.0", "Accept": "*/*"}),
    ("GET", {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender", "X-Moz": "prefetch"}),
)
"""Methods and headers of programs that look behind a link before, or instead of, a person."""


def rows(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that stands in the database."""
    with world.app.app_context():
        s = session()
        return {
            table.name: [
                tuple(map(repr, row)) for row in s.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in Base.metadata.sorted_tables
        }


def readable(world: World) -> list[str]:
    """Every address that can be read, with real ids in it."""
    found = addresses(world.app, things(world))
    return sorted(path for cell, path in found if cell.method == "GET" and cell.endpoint != "static")


@pytest.fixture
def county(world: World) -> World:
    world.group("各单位", UnitKind.DEPARTMENT)
    world.issue(Asked("改善幼儿园办园条件", due=date(2025, 6, 30)))
    world.draft(Asked("还在核对"))
    world.run_to(date(2025, 4, 3))
    return world


def test_reading_every_address_changes_nothing(county: World) -> None:
    paths = readable(county)
    assert len(paths) > 50
    assert any(path.startswith("/letters/") for path in paths)
    readers = [signed_in(county.app, name) for name in ("zhuanban", "jiaoyu", "fuxianzhang", "guanli")]
    before = rows(county)
    opened = 0
    for reader in (Reader(county.app), *readers):
        for path in paths:
            for method, headers in SCANNERS:
                answer = reader.client.open(path, method=method, headers=headers)
                assert answer.status_code != 500, path
                opened += answer.status_code == 200
                answer.close()
    assert opened > 100
    assert rows(county) == before

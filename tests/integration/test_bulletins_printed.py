"""A printed bulletin never changes: not by any service, not by any statement the database is given."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.db import transaction
from app.models import Bulletin, BulletinNaming, BulletinSection, LedgerEntry
from app.queries import bulletins as rows
from app.services import bulletins, issuing, naming
from app.services.bulletins import Heading
from app.services.issuing import Imprint
from tests.integration.test_bulletins import (
    NUMBER,
    after_quarter,
    choose,
    draft,
    explain,
    laggard,
    named,
    published,
    row,
    sections,
    step,
    tell,
    to_signed,
)
from tests.world import LEAD, World
from workflows.errors import Refused


@pytest.fixture
def county(world: World) -> World:
    return after_quarter(world)


def test_every_service_refuses_to_change_what_is_printed(county: World) -> None:
    bulletin_id = draft(county)
    choose(county, bulletin_id, laggard(county, bulletin_id))
    tell(county, bulletin_id)
    explain(county)
    to_signed(county, bulletin_id)
    step(county, bulletin_id, "publish", Imprint(NUMBER))
    before, words, found = everything(county), sections(county, bulletin_id), named(county)
    office, now, seen = county.office, county.now, row(county, bulletin_id).version
    heading = Heading("另题", ("某机关",), (1,), ranking=True)
    attempts: list[Callable[[], object]] = [
        lambda: bulletins.freeze(office, bulletin_id, None, seen_version=seen, now=now),
        lambda: bulletins.arrange(office, bulletin_id, heading, seen_version=seen, now=now),
        lambda: bulletins.edit_section(office, bulletin_id, "overall", "改", seen_version=1, now=now),
        lambda: bulletins.restore_section(office, bulletin_id, "overall", seen_version=1, now=now),
        lambda: naming.choose(office, bulletin_id, [], seen_version=seen, now=now),
        lambda: naming.tell(office, bulletin_id, now),
        lambda: naming.explain(county.actor(LEAD), found.id, "改口", seen_version=found.version, now=now),
        lambda: naming.drop(office, found.id, "不点了", seen_version=found.version, now=now),
        lambda: issuing.submit(office, bulletin_id, seen_version=seen, now=now),
        lambda: issuing.pass_(office, bulletin_id, seen_version=seen, now=now),
        lambda: issuing.sign(county.leader, bulletin_id, "", seen_version=seen, now=now),
        lambda: issuing.send_back(office, bulletin_id, "重来", seen_version=seen, now=now),
        lambda: issuing.publish(
            office, bulletin_id, Imprint("云政督〔2025〕9号"), seen_version=seen, now=now
        ),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as refusal, county.app.app_context():
            attempt()
        assert "已经印发" in str(refusal.value)
    assert everything(county) == before
    assert {part.text for part in words.values()} == {
        part.text for part in sections(county, bulletin_id).values()
    }


def everything(world: World) -> list[tuple[object, ...]]:
    """Every column of every row of the bulletins."""
    with world.app.app_context(), transaction() as s:
        tables = (Bulletin.__table__, BulletinSection.__table__, BulletinNaming.__table__)
        return [
            tuple(line) for table in tables for line in s.execute(sa.select(table).order_by(sa.text("id")))
        ]


TAMPERING = (
    "UPDATE bulletin SET title = 'x' WHERE id = {0}",
    "UPDATE bulletin SET state = 'draft' WHERE id = {0}",
    "DELETE FROM bulletin WHERE id = {0}",
    "UPDATE bulletin_section SET text = 'x' WHERE bulletin_id = {0}",
    "DELETE FROM bulletin_section WHERE bulletin_id = {0}",
    "UPDATE bulletin_naming SET explanation = 'x' WHERE bulletin_id = {0}",
    "DELETE FROM bulletin_naming WHERE bulletin_id = {0}",
    "INSERT INTO bulletin_section SELECT 999, {0}, 9, 'more', '', '', '', NULL, NULL, 1",
)


def test_the_database_refuses_to_change_what_is_printed(county: World) -> None:
    bulletin_id = draft(county)
    choose(county, bulletin_id, laggard(county, bulletin_id))
    tell(county, bulletin_id)
    explain(county)
    to_signed(county, bulletin_id)
    step(county, bulletin_id, "publish", Imprint(NUMBER))
    before = everything(county)
    for statement in TAMPERING:
        with pytest.raises(sa.exc.DBAPIError, match="never changes"), county.writing() as s:
            s.execute(sa.text(statement.format(bulletin_id)))
    assert everything(county) == before


def test_the_digest_is_that_of_what_is_printed_and_stands_in_the_ledger(county: World) -> None:
    bulletin_id = published(county)
    with county.app.app_context():
        found = rows.one(bulletin_id)
        assert found.digest == rows.paper(found).digest
    [entry] = county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "bulletin.publish"))
    assert entry.detail["digest"] == found.digest

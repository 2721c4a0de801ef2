"""A printed bulletin never changes: not by any service, not by any statement the database is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import docx
import pytest
import sqlalchemy as sa

from app.db import transaction
from app.models import Bulletin, BulletinNaming, BulletinSection, LedgerEntry, Task, Unit
from app.queries import bulletins as rows
from app.services import bulletins, issuing, naming
from app.services.bulletins import Heading
from app.services.issuing import Imprint
from tests.integration.test_bulletins import (
    LATE_TASK,
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
from tests.pages import signed_in, words_of
from tests.world import LEAD, World
from workflows.bulletins import BulletinPaper
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
    "UPDATE bulletin SET paper = 'null' WHERE id = {0}",
    "DELETE FROM bulletin WHERE id = {0}",
    "UPDATE bulletin_section SET text = 'x' WHERE bulletin_id = {0}",
    "DELETE FROM bulletin_section WHERE bulletin_id = {0}",
    "UPDATE bulletin_naming SET explanation = 'x' WHERE bulletin_id = {0}",
    "UPDATE bulletin_naming SET dropped_words = 'x' WHERE bulletin_id = {0}",
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
    assert BulletinPaper.from_json(found.paper).digest == found.digest
    [entry] = county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "bulletin.publish"))
    assert entry.detail["digest"] == found.digest


def test_a_unit_or_a_task_renamed_later_is_called_in_print_as_on_the_day_of_printing(county: World) -> None:
    bulletin_id = draft(county)
    choose(county, bulletin_id, laggard(county, bulletin_id))
    tell(county, bulletin_id)
    explain(county)
    to_signed(county, bulletin_id)
    step(county, bulletin_id, "publish", Imprint(NUMBER))
    before = as_read(county, bulletin_id)
    assert any(LEAD in words and LATE_TASK in words for words in before.word)
    renamed(county)
    assert as_read(county, bulletin_id) == before
    assert "更名" in signed_in(county.app, "zhuanban").get("/ledger").text
    with pytest.raises(sa.exc.DBAPIError, match="never changes"), county.writing() as s:
        s.execute(sa.update(Bulletin).where(Bulletin.id == bulletin_id).values(paper={}))


def test_a_draft_calls_units_as_they_are_called_now(county: World) -> None:
    bulletin_id = draft(county)
    before = as_read(county, bulletin_id)
    renamed(county)
    after = as_read(county, bulletin_id)
    assert before.digest != after.digest
    assert any("更名" in line for line in after.word)


@dataclass(frozen=True)
class AsRead:
    """A bulletin as its readers have it: the paper on the page, the words of the Word file, the hash of both."""

    page: str
    word: tuple[str, ...]
    digest: str


def as_read(world: World, bulletin_id: int) -> AsRead:
    reader = signed_in(world.app, "zhuanban")
    page = reader.get(f"/bulletins/{bulletin_id}")
    answer = reader.client.get(f"/bulletins/{bulletin_id}.docx")
    assert answer.status_code == 200
    found = docx.Document(BytesIO(answer.data))
    cells = [cell.text for table in found.tables for line in table.rows for cell in line.cells]
    with world.app.app_context():
        digest = rows.paper(rows.one(bulletin_id)).digest
    printed = " ".join(words_of(article) for article in page.all("article", "paper"))
    assert printed
    return AsRead(printed, (*(part.text for part in found.paragraphs), *cells), digest)


def renamed(world: World) -> None:
    """Every unit and every task is called otherwise from now on."""
    with world.writing() as s:
        for unit in s.scalars(sa.select(Unit)):
            unit.name += "（更名）"
        for task in s.scalars(sa.select(Task)):
            task.title += "（更名）"

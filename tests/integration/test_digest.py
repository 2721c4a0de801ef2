"""One digest a person a day, urgent ones at once, a day's measure of letters; a person may get less, never nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from functools import partial

import pytest
import sqlalchemy as sa

from app.engine import outbox
from app.models import LedgerEntry, Letter, Notice, Person
from app.queries import postbox
from app.services import deputies
from tests.world import FIRST_DAY, LEAD, SHARER, Asked, World, at
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.escalation import Audience, LetterKind
from workflows.lifecycle import NoticeState

JIAOYU = "jiaoyu@luoshi.example"
TUESDAY = date(2025, 3, 4)


def owe(
    world: World,
    number: int,
    *,
    urgent: bool = False,
    kind: LetterKind = LetterKind.ADVANCE,
    at_: datetime | None = None,
) -> None:
    """One more notice about one duty for 县教育局's liaison, due now."""
    duty = world.duties(unit=LEAD, kind=DutyKind.SIGN)[0]
    person_id = world.person_id(f"{LEAD}联络员")
    with world.writing() as s:
        s.add(
            Notice(
                dedup_key=f"{duty.id}:1:x{number}:{person_id}:email",
                duty_id=duty.id,
                epoch=1,
                rung=0,
                kind=kind,
                audience=Audience.LIAISON,
                person_id=person_id,
                reason=f"演示{number}",
                urgent=urgent,
                created_at=world.now,
                not_before_at=at_ or world.now,
            )
        )


@pytest.fixture
def county(world: World) -> World:
    """A county with something owed, of which everybody has been told the day before the tests begin."""
    world.clock.go_to(date(2025, 2, 28))
    world.issue()
    world.tick()
    world.deliver()
    world.post.sent.clear()
    world.clock.go_to(FIRST_DAY, 9)
    return world


def hours(world: World) -> list[tuple[date, int]]:
    """Day and hour at which letters to the liaison were written."""
    person_id = world.person_id(f"{LEAD}联络员")
    written = [letter.created_at for letter in world.letters() if letter.person_id == person_id]
    return [(local_date(w), (w.hour + 8) % 24) for w in written if local_date(w) >= FIRST_DAY]


def test_a_second_digest_of_the_day_waits_for_the_next_working_day(county: World) -> None:
    owe(county, 1)
    assert county.deliver().sent == 1
    county.clock.forward(hours=2)
    owe(county, 2)
    assert county.deliver().sent == 0
    waiting = next(n for n in county.notices() if n.reason == "演示2")
    assert waiting.state is NoticeState.PENDING
    assert waiting.not_before_at == at(TUESDAY, 9)
    county.clock.go_to(TUESDAY, 9)
    assert county.deliver().sent == 1
    assert hours(county) == [(FIRST_DAY, 9), (TUESDAY, 9)]


def test_urgent_letters_leave_beside_the_digest_and_take_along_what_is_due(county: World) -> None:
    owe(county, 1)
    county.deliver()
    county.clock.forward(hours=1)
    owe(county, 2)
    owe(county, 3, urgent=True)
    assert county.deliver().sent == 1
    assert {n.state for n in county.notices() if n.reason in {"演示2", "演示3"}} == {NoticeState.SENT}
    assert [letter.urgent for letter in county.letters()][-2:] == [False, True]


def test_an_urgent_letter_is_not_the_digest(county: World) -> None:
    owe(county, 1, urgent=True)
    county.deliver()
    county.clock.forward(hours=1)
    owe(county, 2)
    assert county.deliver().sent == 1


def test_what_is_true_on_one_day_alone_does_not_wait_for_the_next(county: World) -> None:
    owe(county, 1)
    county.deliver()
    county.clock.forward(hours=1)
    owe(county, 2, kind=LetterKind.DUE)
    assert county.deliver().sent == 1


def test_a_digest_nobody_was_sent_does_not_count(county: World) -> None:
    owe(county, 1)
    county.post.away = True
    county.deliver()
    with county.writing() as s:
        s.execute(sa.update(Notice).where(Notice.reason == "演示1").values(epoch=0))
    county.post.away = False
    county.clock.forward(minutes=10)
    assert county.deliver().sent == 0
    owe(county, 2)
    assert county.deliver().sent == 1


def test_above_the_measure_of_a_day_everything_waits_for_the_next_digest(county: World) -> None:
    county.app.config["PERSON_LETTERS_A_DAY"] = 3
    for number in range(6):
        owe(county, number, urgent=True)
        county.deliver()
        county.clock.forward(minutes=10)
    assert len(county.post.to(JIAOYU)) == 3
    deferred = [n for n in county.notices() if n.state is NoticeState.PENDING]
    assert {n.not_before_at for n in deferred} == {at(TUESDAY, 9)}
    assert len(deferred) == 3
    entries = county.all(sa.select(LedgerEntry).where(LedgerEntry.act == "mail.limit"))
    assert [entry.detail["notices"] for entry in entries] == [1, 1, 1]
    with county.app.app_context():
        assert postbox.unreached(county.now).at_limit == (f"{LEAD}联络员",)
    county.clock.go_to(TUESDAY, 9)
    county.deliver()
    assert len(county.post.to(JIAOYU)) == 4
    assert all(f"演示{n}" in county.post.to(JIAOYU)[-1].words.text for n in (3, 4, 5))
    with county.app.app_context():
        assert postbox.unreached(county.now).at_limit == ()


def test_two_engines_write_one_digest(county: World) -> None:
    for number in range(5):
        owe(county, number)
    county.at_once([partial(outbox.deliver, county.post, county.now)] * 6)
    assert len(county.post.to(JIAOYU)) == 1
    county.clock.forward(minutes=2)
    county.deliver()
    assert len(county.post.to(JIAOYU)) == 1


def test_each_person_has_his_own_hour_and_the_foresight_knows_it(county: World) -> None:
    from app.queries import foresight

    late = county.person_id(f"{LEAD}联络员")
    with county.app.app_context():
        deputies.prefer(county.office, late, hour=14, fewer=False, now=county.now)
    plan_id = county.tasks()[0].plan_id
    with county.app.app_context():
        told = foresight.foresee(plan_id, FIRST_DAY, date(2025, 3, 31), county.now).notices
    foreseen = {(n.person_id, n.letter, n.leaves_at) for n in told}
    county.run_to(date(2025, 3, 31), hour=9)
    written = county.all(sa.select(Notice).where(Notice.created_at >= at(FIRST_DAY, 0), Notice.rung >= 0))
    assert {(n.person_id, n.kind, n.not_before_at) for n in written} <= foreseen
    opened = [n for n in written if n.kind is LetterKind.OPENED and n.person_id == late]
    assert [n.not_before_at.hour + 8 for n in opened] == [14]


def test_who_wants_fewer_letters_gets_the_last_announcement_and_all_that_follows(world: World) -> None:
    world.clock.go_to(date(2025, 3, 3))
    world.issue(
        Asked("新建一所幼儿园", due=date(2025, 4, 1)),
        Asked("培训教师", SHARER, (LEAD,), due=date(2025, 4, 1)),
    )
    for unit in (LEAD, SHARER):
        world.sign(unit)
    with world.writing() as s:
        s.execute(sa.update(Person).where(Person.email == JIAOYU).values(fewer=True))
    world.run_to(date(2025, 4, 3), heard=True)
    [mine] = world.duties(unit=LEAD, kind=DutyKind.COMPLETION)
    [other] = world.duties(unit=SHARER, kind=DutyKind.COMPLETION)

    def told(duty_id: int, unit: str) -> list[LetterKind]:
        person_id = world.person_id(f"{unit}联络员")
        return [n.kind for n in world.notices(duty_id) if n.person_id == person_id]

    assert told(other.id, SHARER) == [LetterKind.ADVANCE] * 4 + [LetterKind.DUE, LetterKind.URGE_SLIP]
    assert told(mine.id, LEAD) == [LetterKind.ADVANCE, LetterKind.DUE, LetterKind.URGE_SLIP]
    entries = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == "notice.unaddressed"))
    assert entries == []


def test_nobody_gets_two_digests_a_day_in_a_whole_quarter(world: World) -> None:
    world.issue(
        Asked("一", due=date(2025, 4, 18)), Asked("二", due=date(2025, 4, 22)), Asked("三", SHARER, (LEAD,))
    )
    world.run_to(date(2025, 5, 16), heard=True)
    letters = world.letters()
    digests = Counter((x.person_id, local_date(x.created_at)) for x in letters if not x.urgent)
    assert set(digests.values()) == {1}
    assert not world.all(
        sa.select(Notice).where(Notice.state == NoticeState.PENDING, Notice.not_before_at <= world.now)
    )
    assert world.count(Letter) > 50

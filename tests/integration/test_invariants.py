"""The six promises of the engine, and what holds it to each.

1. Every duty, epoch, rung, recipient and channel has one notice at most and is tried at least once, for any number of
   workers, kills and restarts: kill/test_kill; test_engine: ten engines at once, a second tick; test_relay: ten senders
   at once, a crash repeats the letter after the lease; property/test_ticks.
2. A turn costs what is due, never what is owed: test_query_plans, for every statement a turn sends.
3. Nothing leaves before it is committed, nothing committed is forgotten: here, what the mail server is handed stands in
   the tables; test_engine, test_relay: a full disk, a dead server, a lost answer; kill/test_kill.
4. An outage drops no report and no state; reminders it merged are on record: test_engine: periods that opened while no
   engine ran, an outage collapses, a silence is recorded; property/test_ticks, property/test_escalation.
5. The rows decide, not the hour a job ran: test_engine: a clock that went back; property/test_ticks: any order and
   repetition; kill/test_kill: four engines, one table.
6. What is settled, paused or not begun is never reminded of, asked once more before sending: here, for every way a duty
   can stand still; test_engine: a closed task; test_relay: what was done before, and while, the letter waited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa

from app import duties
from app.db import database
from app.engine import outbox
from app.mail import Carry, Envelope
from app.models import Duty, Letter, Notice
from tests.world import SHARER, World
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyEvent, Hold, LetterState, NoticeState

AFTER_ALL = date(2025, 6, 30)


class Watcher:
    """A post that looks, over a connection of its own, at what the tables say of a letter while it carries it."""

    def __init__(self, world: World) -> None:
        with world.app.app_context():
            self.engine = database()
        self.seen: list[tuple[LetterState, int, set[NoticeState]]] = []

    @contextmanager
    def open(self) -> Iterator[Carry]:
        yield self.carry

    def carry(self, envelope: Envelope) -> str:
        with self.engine.connect() as apart:
            letter = sa.select(Letter.id, Letter.state, Letter.attempts)
            found = apart.execute(letter.where(Letter.message_id == envelope.message_id)).one()
            states = apart.scalars(sa.select(Notice.state).where(Notice.letter_id == found.id))
            self.seen.append((found.state, found.attempts, set(states)))
        return "taken"


def test_a_letter_in_the_servers_hands_stands_committed_in_the_tables_as_leased(world: World) -> None:
    world.issue()
    world.tick()
    watcher = Watcher(world)
    with world.app.app_context():
        outbox.deliver(watcher, world.now)
    assert watcher.seen == [(LetterState.LEASED, 1, {NoticeState.BUNDLED})] * 2
    assert {letter.state for letter in world.letters()} == {LetterState.SENT}


def hold(why: Hold) -> Callable[[Duty, World], None]:
    return lambda duty, world: duties.hold(duty, why, world.now)


def move(event: DutyEvent) -> Callable[[Duty, World], None]:
    return lambda duty, world: duties.move(duty, event, world.now)


STANDSTILLS = {why.value: hold(why) for why in Hold if why not in {Hold.FAULT, Hold.RECEIPT}} | {
    event.value: move(event) for event in (DutyEvent.FILE, DutyEvent.FULFIL, DutyEvent.CANCEL)
}
"""Every way a duty that was asked for stops being asked for: held by a person's request, or settled."""


@pytest.mark.parametrize("way", STANDSTILLS)
def test_what_stands_still_is_not_reminded_of_neither_new_nor_from_the_outbox(world: World, way: str) -> None:
    world.issue()
    world.run_to(date(2025, 3, 19))
    world.clock.go_to(date(2025, 3, 20))
    world.tick()
    [duty] = world.duties(unit=SHARER, kind=DutyKind.MONTHLY_REPORT, period="2025-03")
    assert [n.state for n in world.notices(duty.id)] == [NoticeState.PENDING]
    with world.writing() as s:
        STANDSTILLS[way](duties.locked(s, duty.id), world)
    world.run_to(AFTER_ALL)
    told = world.notices(duty.id)
    assert len(told) == 1
    assert told[0].state is NoticeState.SUPPRESSED


def test_what_has_not_begun_is_not_reminded_of(world: World) -> None:
    world.issue()
    world.run_to(date(2025, 3, 19))
    assert world.duties(kind=DutyKind.MONTHLY_REPORT) == []
    assert {n.duty_id for n in world.notices()} == {d.id for d in world.duties(kind=DutyKind.SIGN)}

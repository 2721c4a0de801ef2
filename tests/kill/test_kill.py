"""A hundred SIGKILLs at random moments, four engines at once: nothing lost, nothing doubled in the table.

3,000 duties with three rungs each, every letter over real SMTP to a server that counts. What a death may repeat are the
few letters that the mail server had taken and the dead engine had not yet recorded; they come again as the same letters.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import duties, ledger
from app.db import session, transaction
from app.models import Duty, Letter, Notice, Plan, PolicyVersion
from app.models.rules import PolicySubject
from tests.conftest import dispose, make_app
from tests.infra import crowd
from tests.kill.harness import Doom, engines
from tests.shipped import CALENDAR
from tests.world import FakePost, FrozenClock, at
from workflows.cadence import DutyKind
from workflows.escalation import Audience, Ladder, LetterKind, Rung
from workflows.lifecycle import LetterState, NoticeState

KILLS, WORKERS = 100, 4
UNITS, TASKS = 300, 10
LADDER = Ladder(
    tuple(
        Rung(offset, letter, (Audience.LIAISON,))
        for offset, letter in ((-1, LetterKind.ADVANCE), (0, LetterKind.DUE), (1, LetterKind.URGE))
    )
)
FOUNDED, FIRST_DUE = date(2025, 3, 3), date(2025, 3, 11)
DAYS = TASKS + len(LADDER.rungs) - 1
"""Each task is due a working day after the one before: so many days have something to say, to everybody."""

LETTERS = UNITS * DAYS


def neglected(app: Flask) -> None:
    """A county with 3,000 duties, each with three rungs to one person; nobody will do anything."""
    with app.app_context():
        with transaction() as s:
            version = PolicyVersion(
                subject=PolicySubject.LADDERS,
                version=2,
                body={kind.value: LADDER.as_json() for kind in DutyKind},
                note="三级",
                created_at=at(FOUNDED),
            )
            s.add(version)
            s.flush()
            version_id = version.id
        there = crowd.found(UNITS, TASKS, version_id)
        with transaction() as s:
            plan = s.get_one(Plan, there.plan_id)
            due = [CALENDAR.shift(FIRST_DUE, n) for n in range(TASKS)]
            owed = [
                duties.Owed(task.id, unit_id, DutyKind.COMPLETION, "", FOUNDED, due_on)
                for task, due_on in zip(plan.tasks, due, strict=True)
                for unit_id in crowd.units(there)
            ]
            duties.open_all(s, plan, owed, at(FOUNDED))


def instants(app: Flask) -> Iterator[datetime]:
    """From one moment for which anything waits to the next, until nothing does; an unfinished one comes again."""
    now = at(FOUNDED)
    while coming := next_moment(app):
        now = max(now, coming)
        yield now


def next_moment(app: Flask) -> datetime | None:
    """When a duty, a notice, a letter or a dead sender's lease is next to be looked at."""
    outgoing = Letter.state.in_([LetterState.WAITING, LetterState.LEASED])
    moments = (
        sa.select(sa.func.min(Duty.next_action_at)),
        sa.select(sa.func.min(Notice.not_before_at)).where(Notice.state == NoticeState.PENDING),
        sa.select(sa.func.min(Letter.not_before_at)).where(outgoing),
    )
    with app.app_context():
        return min(filter(None, map(session().scalar, moments)), default=None)


def dooms(chance: random.Random) -> list[Doom]:
    """Half of them around the commits that climb and write letters, half around the arrival of a letter."""

    def soon() -> float:
        return 10 ** chance.uniform(-4, -1)  # of every order: a commit takes as long as the disk takes

    early = [
        Doom(soon(), instant=chance.randrange(DAYS), commits=chance.randint(1, 24)) for _ in range(KILLS // 2)
    ]
    late = [Doom(soon(), letters=chance.randrange(LETTERS)) for _ in range(KILLS // 2)]
    return early + late


def told() -> Counter[tuple[int, int, int]]:
    """How many notices each rung of each duty has in the table."""
    rows = session().execute(sa.select(Notice.duty_id, Notice.epoch, Notice.rung))
    return Counter((duty_id, epoch, rung) for duty_id, epoch, rung in rows)


def test_a_hundred_kills_lose_nothing_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201 (shown when the test fails, and with -s)
    chance = random.Random(seed)
    app = make_app(database_url, FrozenClock(at(FOUNDED)), FakePost())
    neglected(app)
    with engines(database_url, tmp_path, WORKERS) as harness:
        harness.run(instants(app), dooms(chance), chance)
    assert harness.killed == KILLS
    with app.app_context():
        s = session()
        owed = set(s.scalars(sa.select(Duty.id)))
        letters = {letter.message_id: letter for letter in s.scalars(sa.select(Letter))}
        notices = s.scalars(sa.select(Notice)).all()
        assert len(owed) == UNITS * TASKS
        assert told() == Counter({(d, 1, rung): 1 for d in owed for rung in range(len(LADDER.rungs))})
        assert {notice.state for notice in notices} == {NoticeState.SENT}
        assert {letter.state for letter in letters.values()} == {LetterState.SENT}
        assert ledger.first_broken(s) is None
    arrived = Counter(harness.arrived)
    assert set(arrived) == set(letters)
    doubled = len(harness.arrived) - len(arrived)
    again = sum(letter.attempts - 1 for letter in letters.values())
    assert doubled <= again  # only letters whose sender died before it could record them
    figures = f"{len(notices)} notices, {len(letters)} letters, {again} taken over, {doubled} arrived twice"
    print(figures)  # noqa: T201
    dispose(app)

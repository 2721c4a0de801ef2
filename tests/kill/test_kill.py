"""Twenty SIGKILLs at random moments of tick and delivery: nothing lost, nothing doubled in the table."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import NamedTuple

import sqlalchemy as sa

from app import ledger
from app.db import session
from app.models import Duty, Letter, Notice, Person, Task, Unit
from tests.conftest import dispose, make_app
from tests.world import LEAD, Asked, FakePost, FrozenClock, World, at
from tools.mailcatcher import MailCatcher
from workflows.lifecycle import LetterState, NoticeState

KILLS = 20
SPARED = 6
"""Turns at the end in which nobody is killed: the last kill finds work, and every dead engine's lease runs out."""
UNITS, TASKS = 20, 10
FIRST, LAST = date(2025, 3, 3), date(2025, 3, 31)


class Fact(NamedTuple):
    """A notice without what differs from run to run."""

    unit: str
    task: str | None
    kind: str
    period: str
    epoch: int
    rung: int
    person: str


class Doom(NamedTuple):
    """When an engine is killed: so many seconds after some engine began that turn. A slow machine moves it along."""

    turn: int
    seconds: float


class Engines:
    """Engines over one database and one mail server, one after another."""

    def __init__(self, program: subprocess.Popen[str], reached: Path, log: Path) -> None:
        self.program, self.reached, self.log = program, reached, log
        self.waiting = Event()

    def run(self, doom: Doom | None = None) -> int:
        """Run an engine to its end, or kill it at its doom; returns how it ended: 0, or -9."""
        assert self.program.stdin
        assert self.program.stdout
        self.program.stdin.write("go\n")
        self.program.stdin.flush()
        engine = int(self.program.stdout.readline())
        if doom is not None:
            while self._turn() < doom.turn:
                assert _lives(engine), f"it died by itself: {self.log.read_text()[-3000:]}"
                self.waiting.wait(0.001)
            self.waiting.wait(doom.seconds)
            os.kill(engine, signal.SIGKILL)
        return int(self.program.stdout.readline())

    def _turn(self) -> int:
        return int(self.reached.read_text()) if self.reached.exists() else 0


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def engines(url: str, catcher: MailCatcher, folder: Path) -> Iterator[Engines]:
    steps = folder / "steps"
    steps.write_text("\n".join(instant.isoformat() for instant in instants()))
    command = [
        sys.executable,
        "-m",
        "tests.kill.engine",
        url,
        f"smtp://127.0.0.1:{catcher.smtp_port}",
        str(steps),
    ]
    pipe = subprocess.PIPE
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True) as program,
    ):
        yield Engines(program, steps.with_suffix(".reached"), folder / "log")
        assert program.stdin
        program.stdin.close()
        assert program.wait(30) == 0


def instants() -> list[datetime]:
    """Two turns a day, and one more whenever a dead engine's lease may have to run out first."""
    days = [day for n in range((LAST - FIRST).days + 1) if (day := FIRST + timedelta(days=n)).weekday() < 5]
    return [at(day, hour, minute) for day in days for hour, minute in ((10, 0), (10, 5))]


def found(url: str) -> World:
    """A county with several hundred duties, all of which everybody neglects."""
    world = World(make_app(url, FrozenClock(at(FIRST, 9)), FakePost()), FrozenClock(at(FIRST, 9)), FakePost())
    units = [f"演示单位{n}" for n in range(UNITS)]
    for unit in units:
        world.unit(unit)
    world.issue(
        *(
            Asked(
                f"任务{n}",
                LEAD,
                (units[n % UNITS], units[(n + 1) % UNITS], units[(n + 5) % UNITS]),
                due=date(2025, 3, 26),
            )
            for n in range(TASKS)
        )
    )
    dispose(world.app)
    return world


def told(world: World) -> Counter[Fact]:
    with world.app.app_context():
        rows = session().execute(
            sa.select(
                Unit.name, Task.title, Duty.kind, Duty.period_key, Notice.epoch, Notice.rung, Person.name
            )
            .select_from(Notice)
            .join(Duty)
            .join(Unit)
            .join(Person, Person.id == Notice.person_id)
            .outerjoin(Task, Task.id == Duty.task_id)
        )
        return Counter(Fact(*row) for row in rows)


def test_twenty_kills_lose_nothing_and_double_nothing(
    new_database: Callable[[bool], str], tmp_path: Path
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201 (shown when the test fails, and with -s)
    chance = random.Random(seed)
    undisturbed, victim = found(new_database(True)), found(new_database(True))

    (tmp_path / "undisturbed").mkdir()
    with (
        MailCatcher(tmp_path / "undisturbed" / "mail") as catcher,
        engines(str(undisturbed.app.config["DATABASE_URL"]), catcher, tmp_path / "undisturbed") as calm,
    ):
        began = monotonic()
        assert calm.run() == 0
        whole = monotonic() - began
        assert len(catcher.letters()) == undisturbed.count(Letter) > 100

    (tmp_path / "victim").mkdir()
    with (
        MailCatcher(tmp_path / "victim" / "mail") as catcher,
        engines(str(victim.app.config["DATABASE_URL"]), catcher, tmp_path / "victim") as doomed,
    ):
        last = len(instants()) - SPARED
        turns = sorted(chance.randrange(last) for _ in range(KILLS))
        a_turn = whole / len(instants())
        ends = [doomed.run(Doom(turn, chance.uniform(0, 2 * a_turn))) for turn in turns]
        assert ends == [-signal.SIGKILL] * KILLS
        assert doomed.run() == 0
        arrived = Counter(str(letter.message["Message-ID"]) for letter in catcher.letters())

    assert told(victim) == told(undisturbed)
    assert set(told(victim).values()) == {1}
    assert {notice.state for notice in victim.notices()} == {NoticeState.SENT}
    letters = {letter.message_id: letter.state for letter in victim.letters()}
    assert set(letters.values()) == {LetterState.SENT}
    assert set(arrived) == set(letters)
    doubled = sum(arrived.values()) - len(arrived)
    assert doubled <= KILLS  # each death can repeat the one letter that was in the server's hands
    with victim.app.app_context():
        assert ledger.first_broken(session()) is None
    figures = f"{len(victim.notices())} notices, {len(letters)} letters, {doubled} arrived twice"
    print(f"{figures}, {whole:.1f} s undisturbed")  # noqa: T201
    for world in (undisturbed, victim):
        dispose(world.app)

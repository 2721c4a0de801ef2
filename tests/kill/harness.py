"""Engines at work on one database and one mail server that counts, and a death now and then."""

from __future__ import annotations

import os
import random
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from tests.infra import sink
from tests.kill.engine import COMMITS, DONE

PATIENCE = 120.0
"""Seconds without a word from anybody after which the engines count as stuck."""

LAST_WORDS = 0.3
"""Seconds of silence after which the mail server has said all it had to say."""


class Doom(NamedTuple):
    """When an engine dies: so many seconds after the commit of that number at that instant was begun, and then the one
    whose commit it was; or so many seconds after so many letters had arrived, and then any.

    Tied to the work and not to the clock on the wall, so that a slow machine moves it along.
    """

    seconds: float
    instant: int | None = None
    commits: int = 0
    letters: int = 0


@dataclass(eq=False)
class Engine:
    """One process, known by its line. `answered`: it found nothing more to do at the present instant."""

    pid: int = 0
    doomed: bool = False
    answered: bool = False
    heard: str = ""


class Ripe(NamedTuple):
    """A doom whose hour is set. `victim` None: whoever is at work."""

    at: float
    victim: Engine | None


class Harness:
    """Keeps so many engines alive and carries out the dooms; `arrived` is every Message-ID the server took."""

    def __init__(
        self, line: socket.socket, nursery: subprocess.Popen[str], mail: sink.Sink, log: Path, workers: int
    ) -> None:
        self.arrived: list[str] = []
        self.killed = 0
        self._line, self._nursery, self._mail, self._log = line, nursery, mail, log
        self._workers = workers
        self._engines: dict[socket.socket, Engine] = {}
        self._half_heard = b""
        self._instant: datetime | None = None
        self._commits = 0
        self._last_to_commit: Engine | None = None
        self._selector = selectors.DefaultSelector()
        self._selector.register(line, selectors.EVENT_READ)
        self._selector.register(mail.arrivals, selectors.EVENT_READ)
        for _ in range(workers):
            self._bear()

    def run(self, instants: Iterator[datetime], dooms: Sequence[Doom], chance: random.Random) -> None:
        """Let all engines work at each instant until none finds anything more to do, while the doomed die."""
        waiting, ripe = list(dooms), list[Ripe]()
        for number, instant in enumerate(instants):
            self._begin(instant)
            while not self._all_answered():
                come = [doom for doom in waiting if self._has_come(doom, number)]
                waiting = [doom for doom in waiting if doom not in come]
                for doom in come:
                    victim = None if doom.instant is None else self._last_to_commit
                    ripe.append(Ripe(monotonic() + doom.seconds, victim))
                self._listen(self._carry_out(ripe, chance))
        assert not waiting
        while ripe:
            self._listen(self._carry_out(ripe, chance))
        self._end()

    def _has_come(self, doom: Doom, number: int) -> bool:
        if doom.instant is None:
            return doom.letters <= len(self.arrived)
        return doom.instant < number or (doom.instant == number and doom.commits <= self._commits)

    # ------------------------------------------------------------------------------------------- births and deaths

    def _bear(self) -> None:
        assert self._nursery.stdin
        self._nursery.stdin.write("go\n")
        self._nursery.stdin.flush()

    def _carry_out(self, ripe: list[Ripe], chance: random.Random) -> float:
        """Kill for every doom whose time has come; returns the seconds until the next."""
        for doom in sorted(ripe, key=lambda doom: doom.at):
            living = [engine for engine in self._engines.values() if engine.pid and not engine.doomed]
            if doom.at > monotonic() or not living:
                return max(min(doom.at - monotonic(), PATIENCE), 0.0002)
            busy = [e for e in living if not e.answered] or living
            engine = doom.victim if doom.victim in living else chance.choice(busy)
            os.kill(engine.pid, signal.SIGKILL)
            engine.doomed = True
            self.killed += 1
            ripe.remove(doom)
        return PATIENCE

    def _bury(self, line: socket.socket, engine: Engine) -> None:
        assert engine.doomed, f"an engine died by itself: {self._log.read_text()[-3000:]}"
        self._selector.unregister(line)
        line.close()
        del self._engines[line]
        self._bear()

    # ------------------------------------------------------------------------------------------- what is said

    def _begin(self, instant: datetime) -> None:
        self._instant, self._commits = instant, 0
        for line, engine in self._engines.items():
            if engine.pid:
                self._tell(line, engine)

    def _tell(self, line: socket.socket, engine: Engine) -> None:
        assert self._instant
        engine.answered = False
        if not engine.doomed:
            line.sendall(f"{self._instant.isoformat()}\n".encode())

    def _all_answered(self) -> bool:
        return sum(e.answered and not e.doomed for e in self._engines.values()) == self._workers

    def _listen(self, seconds: float) -> bool:
        """Hear whoever speaks within that time; False when nobody did."""
        spoken = self._selector.select(seconds)
        assert spoken or seconds < PATIENCE, f"the engines are stuck: {self._log.read_text()[-3000:]}"
        for key, _ in spoken:
            if key.fileobj is self._line:
                line, _ = self._line.accept()
                self._engines[line] = Engine()
                self._selector.register(line, selectors.EVENT_READ)
            elif key.fileobj is self._mail.arrivals:
                self._count()
            else:
                assert isinstance(key.fileobj, socket.socket)
                self._hear(key.fileobj)
        return bool(spoken)

    def _hear(self, line: socket.socket) -> None:
        engine = self._engines[line]
        try:
            said = line.recv(4096).decode()
        except ConnectionResetError:  # it died with a word of ours unread
            said = ""
        if not said:
            self._bury(line, engine)
            return
        *words, engine.heard = (engine.heard + said).split("\n")
        for word in words:
            if f"{word}\n" == DONE:
                engine.answered = True
            elif f"{word}\n" == COMMITS:
                self._commits += 1
                self._last_to_commit = engine
            else:
                engine.pid = int(word)
                if self._instant:
                    self._tell(line, engine)

    def _count(self) -> None:
        *ids, self._half_heard = (self._half_heard + self._mail.arrivals.read(65536)).split(b"\n")
        self.arrived += [message_id.decode() for message_id in ids]

    def _end(self) -> None:
        """Let the living go home, and hear the last of the mail."""
        for line in self._engines:
            self._selector.unregister(line)
            line.close()
        self._engines.clear()
        while self._listen(LAST_WORDS):
            pass


@contextmanager
def engines(url: str, folder: Path, workers: int) -> Iterator[Harness]:
    """So many engines on that database, each a process of its own, until the block ends."""
    address, log_file = folder / "line", folder / "log"
    with (
        socket.socket(socket.AF_UNIX) as line,
        sink.running() as mail,
        log_file.open("wb") as log,
    ):
        line.bind(str(address))
        line.listen()
        command = [sys.executable, "-m", "tests.kill.engine", url, mail.url, str(address)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=log, text=True) as nursery:
            yield Harness(line, nursery, mail, log_file, workers)
            assert nursery.stdin
            nursery.stdin.close()
            assert nursery.wait(30) == 0

"""The engine among 10 thousand, 100 thousand and a million open duties, of which one in a hundred is due.

A tick by one process and by two at once, a tick that finds nothing due; the letters of as many people as notices wait
for, written, and then, once they are written, relayed to a local mail server in a process of its own. Beside the ticks
stands a plain bulk insert of as many notices in one transaction, beside the writing one of the same letters, beside the
relay a plain loop of smtplib that sends the same letters over one line. `share` is how much of that plain rate the
engine keeps while it also claims, decides, words and records.

No database may take longer than PATIENCE: a size that would is left out, with a word on standard error.
"""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread
from time import perf_counter
from typing import cast

import sqlalchemy as sa
from flask import Flask

from app.db import session, transaction
from app.engine import outbox
from app.engine.tick import tick
from app.engine.writing import write_letters
from app.mail import Envelope, SmtpPost, Words, as_message
from app.models import Duty, Letter, Notice, Person
from bench import place
from bench.measure import Figures, counting, figures, peak_mib, rss_mib, seconds
from bench.worker import tick_all, workers
from tests.infra import crowd, sink

UNITS, TASKS = 1000, 10
MONTHS = (1, 10, 100)
DUE_EVERY = 100
LETTERS = 500
ROUNDS = 3
PATIENCE = 170.0
"""Seconds for each database."""

GROWTH = 6
"""Ten times the duties take that many times as long at most: the engines start as slowly at every size."""

COPY = "<copy-"
"""How the Message-IDs of the letters begin that are inserted beside."""

SENDER = "落实系统 <luoshi@luoshi.example>"


def run() -> Iterator[Figures]:
    """Every case on each database in turn."""
    for database, url in place.databases():
        with sink.running() as mail:
            app = place.migrated(url, SmtpPost(mail.url, SENDER, 20))
            Thread(target=_forget, args=(mail,), daemon=True).start()
            try:
                for found in _cases(app, url, mail):
                    yield {**found, "database": database, "rss_mib": round(rss_mib(), 1)}
            finally:
                place.close(app)


def _forget(mail: sink.Sink) -> None:
    while mail.arrivals.read(65536):
        pass


def _cases(app: Flask, url: str, mail: sink.Sink) -> Iterator[Figures]:
    began = perf_counter()
    with app.app_context():
        there = crowd.found(UNITS, TASKS)
        crowd.owe(there, range(1))
    yield _writing(app, there)
    yield _relay(app, there, mail)
    owed, took = 0, 0.0
    for months in MONTHS:
        start = perf_counter()
        if owed and start - began + took * GROWTH > PATIENCE:
            print(f"{there.a_month * months} open duties were left out: too slow here", file=sys.stderr)
            break
        with app.app_context():
            crowd.owe(there, range(max(owed, 1), months))
        owed = months
        yield from _size(app, url, there, there.a_month * months)
        took = perf_counter() - start


def _size(app: Flask, url: str, there: crowd.Crowd, duties: int) -> Iterator[Figures]:
    """The ticks among so many open duties."""
    due = duties // DUE_EVERY
    plain = _plain(app, there, due)
    yield _idle(app, duties, plain, due)
    for processes in (1, 2):
        yield _ticks(app, url, there, duties, processes, plain)


# ---------------------------------------------------------------------------------------------------- the tick


def _inside(app: Flask, work: Callable[[], object]) -> object:
    with app.app_context():
        return work()


def _plain(app: Flask, there: crowd.Crowd, due: int) -> float:
    """Seconds of a plain bulk insert of so many notices, in one transaction."""
    insert = partial(_inside, app, partial(_insert, due))
    return seconds(insert, rounds=ROUNDS, before=partial(_inside, app, partial(crowd.arm, there, due)))


def _insert(count: int) -> None:
    duty_id = session().scalars(sa.select(sa.func.min(Duty.id))).one()
    person_id = session().scalars(sa.select(sa.func.min(Person.id))).one()
    row = {**crowd.NOTICE, "duty_id": duty_id, "person_id": person_id}
    with transaction() as s:
        s.execute(sa.insert(Notice), [{**row, "dedup_key": f"plain:{n}"} for n in range(count)])


def _ticks(app: Flask, url: str, there: crowd.Crowd, duties: int, processes: int, plain: float) -> Figures:
    """Ticks that find one duty in a hundred due, by so many processes at once."""
    due = duties // DUE_EVERY
    arm = partial(_inside, app, partial(_arm, there, due))
    counts: list[list[dict[str, float]]] = []
    arm()
    with counting(app) as counted:
        _inside(app, partial(tick, crowd.NOW))
    with workers(url, processes) as ready:
        took = seconds(lambda: counts.append(tick_all(ready)), rounds=ROUNDS, before=arm)
    arm()
    peak = peak_mib(partial(_inside, app, partial(tick, crowd.NOW)))
    judged, notices = (sum(int(one[name]) for one in counts[-1]) for name in ("judged", "notices"))
    if judged != due:
        raise RuntimeError(f"{judged} duties were judged where {due} were due")
    return {
        "bench": "tick",
        "case": f"{duties} open duties, 1 % due",
        "processes": processes,
        "duties": judged,
        "notices": notices,
        "duties_per_second": round(judged / took),
        "notices_per_second": round(notices / took),
        **figures(took, plain, "bulk insert of as many notices", ROUNDS, peak, counted.statements),
        "share": round(plain / took * notices / due, 3),
        "engine_rss_mib": round(max(one["rss_mib"] for one in counts[-1]), 1),
    }


def _arm(there: crowd.Crowd, due: int) -> None:
    """As many due as before, on tables as the nightly vacuum leaves them."""
    crowd.arm(there, due)
    crowd.tidy()


def _idle(app: Flask, duties: int, plain: float, due: int) -> Figures:
    """A tick that finds nothing due."""
    turn = partial(_inside, app, partial(tick, crowd.NOW))
    turn()
    with counting(app) as counted:
        turn()
    took = seconds(turn, rounds=5 * ROUNDS)
    return {
        "bench": "tick",
        "case": f"{duties} open duties, nothing due",
        **figures(
            took, plain, f"bulk insert of {due} notices", 5 * ROUNDS, peak_mib(turn), counted.statements
        ),
    }


# ---------------------------------------------------------------------------------------------------- the relay


def _writing(app: Flask, there: crowd.Crowd) -> Figures:
    """So many letters written from one notice each; beside it their bare rows, inserted at one go."""
    ready = partial(_inside, app, partial(_notify, there))
    write = partial(_inside, app, _write)
    ready()
    with counting(app) as counted:
        write()
    took = seconds(write, rounds=ROUNDS, before=ready)
    forget = partial(_inside, app, _forget_copies)
    beside = seconds(partial(_inside, app, partial(_copy, _rows(app))), rounds=ROUNDS, before=forget)
    ready()
    return {
        "bench": "letters written",
        "case": f"{LETTERS} notices to as many people",
        "letters_per_second": round(LETTERS / took, 1),
        **figures(
            took, beside, "bulk insert of the same letters", ROUNDS, peak_mib(write), counted.statements
        ),
        "share": round(beside / took, 3),
    }


def _write() -> None:
    while write_letters(crowd.NOW):
        pass


def _rows(app: Flask) -> list[dict[str, object]]:
    """Copies of the letters last written, under other numbers."""
    table = cast("sa.Table", Letter.__table__)
    with app.app_context():
        latest = session().execute(sa.select(table).order_by(table.c.id.desc()).limit(LETTERS))
        rows = [dict(row) for row in latest.mappings()]
    return [
        {name: value for name, value in row.items() if name != "id"} | {"message_id": f"{COPY}{number}"}
        for number, row in enumerate(rows)
    ]


def _copy(rows: list[dict[str, object]]) -> None:
    with transaction() as s:
        s.execute(sa.insert(Letter), rows)


def _forget_copies() -> None:
    with transaction() as s:
        s.execute(sa.delete(Letter).where(Letter.message_id.startswith(COPY)))


def _notify(there: crowd.Crowd) -> None:
    """A day on which nobody was written anything yet, or each would soon have had a day's measure."""
    with transaction() as s:
        s.execute(sa.delete(Notice))
        s.execute(sa.delete(Letter))
    crowd.notify(there, LETTERS)


def _relay(app: Flask, there: crowd.Crowd, mail: sink.Sink) -> Figures:
    """So many written letters sent; beside it smtplib with the very same letters."""
    deliver = partial(_inside, app, lambda: outbox.deliver(app.extensions["post"], crowd.NOW))
    ready = partial(_inside, app, partial(_have_written, there))
    ready()
    with counting(app) as counted:
        deliver()
    took = seconds(deliver, rounds=ROUNDS, before=ready)
    letters = _written(app)
    beside = seconds(partial(_send, mail, letters), rounds=ROUNDS)
    ready()
    return {
        "bench": "letters relayed",
        "case": f"{LETTERS} written letters to as many people",
        "letters_per_second": round(LETTERS / took, 1),
        **figures(
            took, beside, "smtplib with the same letters", ROUNDS, peak_mib(deliver), counted.statements
        ),
        "beside_per_second": round(LETTERS / beside, 1),
        "share": round(beside / took, 3),
    }


def _have_written(there: crowd.Crowd) -> None:
    _notify(there)
    _write()


def _written(app: Flask) -> list[tuple[str, bytes]]:
    """(address, bytes) of the letters last sent; raises RuntimeError when they were not."""
    with app.app_context():
        latest = sa.select(Letter).order_by(Letter.id.desc()).limit(LETTERS)
        letters = session().scalars(latest).all()
        if len(letters) != LETTERS or not all(letter.sent_at for letter in letters):
            raise RuntimeError("the relay did not send every letter")
        return [(letter.address, as_message(_envelope(letter), SENDER)) for letter in letters]


def _envelope(letter: Letter) -> Envelope:
    words = Words(letter.subject, letter.body_text, letter.body_html)
    return Envelope(letter.message_id, letter.address, letter.person.name, words, letter.created_at)


def _send(mail: sink.Sink, letters: list[tuple[str, bytes]]) -> None:
    with smtplib.SMTP(sink.HOST, mail.port) as server:
        for address, content in letters:
            server.sendmail("luoshi@luoshi.example", [address], content)

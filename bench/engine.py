"""The engine among 10 thousand, 100 thousand and a million open duties, of which one in a hundred is due.

A tick by one process and by two at once, a tick that finds nothing due, and the relay with a local mail server in a
process of its own. Beside the ticks stands a plain bulk insert of as many notices in one transaction, beside the relay
a plain loop of smtplib that sends the same letters over one line. `share` is how much of that plain rate the engine
keeps while it also claims, decides, words and records. The relay's letters are written, leased, sent and recorded one
by one.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread

import sqlalchemy as sa
from flask import Flask

from app.db import session, transaction
from app.engine import outbox
from app.engine.tick import tick
from app.mail import Envelope, SmtpPost, Words, as_message
from app.models import Duty, Letter, Notice, Person
from bench import place
from bench.measure import Figures, counting, figures, peak_mib, rss_mib, seconds
from bench.worker import tick_all, workers
from tests.infra import crowd, sink

UNITS, TASKS = 1000, 10
MONTHS = (1, 10, 100)
DUE_EVERY = 100
LETTERS = 1000
ROUNDS = 3
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
    with app.app_context():
        there = crowd.found(UNITS, TASKS)
        crowd.owe(there, range(1))
    yield _relay(app, there, mail)
    owed = 1
    for months in MONTHS:
        with app.app_context():
            crowd.owe(there, range(owed, months))
        owed = months
        due = there.a_month * months // DUE_EVERY
        plain = _plain(app, there, due)
        yield _idle(app, there.a_month * months, plain, due)
        for processes in (1, 2):
            yield _ticks(app, url, there, there.a_month * months, processes, plain)


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


def _relay(app: Flask, there: crowd.Crowd, mail: sink.Sink) -> Figures:
    """So many letters of one notice each; beside them smtplib with the very same letters."""
    ready = partial(_inside, app, partial(crowd.notify, there, LETTERS))
    deliver = partial(_inside, app, lambda: outbox.deliver(app.extensions["post"], crowd.NOW))
    ready()
    with counting(app) as counted:
        deliver()
    took = seconds(deliver, rounds=ROUNDS, before=ready)
    letters = _written(app)
    beside = seconds(partial(_send, mail, letters), rounds=ROUNDS)
    ready()
    return {
        "bench": "relay",
        "case": f"{LETTERS} letters to as many people",
        "letters_per_second": round(LETTERS / took, 1),
        **figures(
            took, beside, "smtplib with the same letters", ROUNDS, peak_mib(deliver), counted.statements
        ),
        "beside_per_second": round(LETTERS / beside, 1),
        "share": round(beside / took, 3),
    }


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

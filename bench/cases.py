"""What is measured, on one database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.engine.tick import tick
from app.models import Notice
from bench import house
from bench.measure import Work, counting, peak_mib, rss_mib, seconds

Figures = dict[str, object]
ROUNDS = 7
PAGE_ROUNDS = 15


def run(app: Flask, database: str) -> Iterator[Figures]:
    """Every case in turn."""
    for case in (_tick_due, _tick_idle, _desk):
        yield {**case(app), "database": database, "rss_mib": round(rss_mib(), 1)}


def _inside(app: Flask, work: Work) -> Work:
    """The work in an app context of its own, as the engine's job has one."""

    def within() -> object:
        with app.app_context():
            return work()

    return within


def _tick_due(app: Flask) -> Figures:
    """A turn over all open duties with 1 % due; beside it a bulk insert of as many notice rows."""
    turn, arm = _inside(app, lambda: tick(house.NOW)), _inside(app, house.arm_due)
    arm()
    with counting(app) as counted:
        turn()
    notices = _inside(app, _notices)()
    plain = _inside(app, lambda: house.insert_notices(house.DUE))
    took = seconds(turn, rounds=ROUNDS, before=arm)
    arm()
    peak = peak_mib(turn)
    beside = seconds(plain, rounds=ROUNDS, before=arm)
    arm()
    named: Figures = {"bench": "tick", "case": f"{house.OPEN} open duties, 1 % due", "notices": notices}
    return named | _figures(took, beside, "bulk insert of as many notices", ROUNDS, peak, counted.statements)


def _tick_idle(app: Flask) -> Figures:
    """A turn that finds nothing due; beside it the same bulk insert as above."""
    turn = _inside(app, lambda: tick(house.NOW))
    turn()
    with counting(app) as counted:
        turn()
    took = seconds(turn, rounds=ROUNDS)
    peak = peak_mib(turn)
    arm = _inside(app, house.arm_due)
    plain = _inside(app, lambda: house.insert_notices(house.DUE))
    beside = seconds(plain, rounds=ROUNDS, before=arm)
    named: Figures = {"bench": "tick", "case": f"{house.OPEN} open duties, nothing due", "notices": 0}
    return named | _figures(
        took, beside, f"bulk insert of {house.DUE} notices", ROUNDS, peak, counted.statements
    )


def _notices() -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(Notice)) or 0


def _desk(app: Flask) -> Figures:
    """The desk of a unit with 100 tasks over the real WSGI app; beside it the smallest page there is."""
    client = app.test_client()
    _sign_in(client)
    page, trivial = _get(client, "/desk"), _get(client, "/healthz", status=503)
    page()
    with counting(app) as counted:
        size = len(page())
    took, beside = seconds(page, rounds=PAGE_ROUNDS), seconds(trivial, rounds=PAGE_ROUNDS)
    named: Figures = {"bench": "desk", "case": f"{house.TASKS} tasks", "bytes": size}
    return named | _figures(took, beside, "GET /healthz", PAGE_ROUNDS, peak_mib(page), counted.statements)


def _sign_in(client: FlaskClient) -> None:
    form = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    if token is None:
        raise RuntimeError("the sign-in page carries no CSRF token")
    typed = {"csrf_token": token.group(1), "username": house.USERNAME, "password": house.PASSWORD}
    answer = client.post("/sign-in", data=typed)
    if answer.status_code != 303:
        raise RuntimeError(f"sign-in failed with {answer.status_code}")


def _get(client: FlaskClient, path: str, status: int = 200) -> Callable[[], bytes]:
    """A request for the page; raises RuntimeError when it does not answer as it should."""

    def page() -> bytes:
        answer = client.get(path)
        if answer.status_code != status:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        content: bytes = answer.data
        return content

    return page


def _figures(took: float, beside: float, what: str, rounds: int, peak: float, statements: int) -> Figures:
    return {
        "seconds": round(took, 5),
        "beside": what,
        "beside_seconds": round(beside, 5),
        "ratio": round(took / beside, 2),
        "rounds": rounds,
        "queries": statements,
        "peak_mib": round(peak, 2),
    }

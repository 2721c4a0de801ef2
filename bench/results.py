"""What a year's reports become: a bulletin, an assessment, and the page of a month; each at a size and at half of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from flask import Flask, g

from app.db import session
from app.models import Plan, Trace
from app.queries import scoring
from app.services import bulletins
from bench import pages, place, year
from bench.measure import Figures, counting, figures, peak_mib, rss_mib, seconds
from bench.year import TOLD_AT, YEAR, Year
from workflows.bulletins import drafted
from workflows.lifecycle import BulletinKind

ROUNDS = 3
BULLETIN = ((500, 100), (1000, 100))
ASSESSMENT = ((500, 250), (1000, 500))
PAGE = ((30, 1), (60, 1))
"""Tasks and units of each case, the half before the whole."""


def run() -> Iterator[Figures]:
    """Each case on each database, every one with a database of its own."""
    for name, sizes, work, beside in (
        ("bulletin", BULLETIN, _bulletin, _plain_reading),
        ("assessment", ASSESSMENT, _assessment, _plain_reading),
        ("month page", PAGE, _page, _trivial_page),
    ):
        before: dict[str, float] = {}
        for tasks, units in sizes:
            for database, url in place.databases():
                found = year.build(url, tasks, units)
                try:
                    case = {"bench": name, "case": f"{tasks} tasks, {units} units", "database": database}
                    line = case | _measured(found, work(found), beside(found), _WHAT[beside])
                finally:
                    place.close(found.app)
                took = float(str(line["seconds"]))
                if database in before:
                    line["growth"] = round(took / before[database], 2)
                before[database] = took
                yield line | {"rss_mib": round(rss_mib(), 1)}


def _measured(found: Year, work: Callable[[], object], beside: Callable[[], object], what: str) -> Figures:
    work()
    with counting(found.app) as counted:
        work()
    took, plain = seconds(work, rounds=ROUNDS), seconds(beside, rounds=ROUNDS)
    return figures(took, plain, what, ROUNDS, peak_mib(work), counted.statements)


def _inside(app: Flask, work: Callable[[], object]) -> Callable[[], object]:
    """The work in an app context of its own, as a request or a command has it."""

    def once() -> object:
        with app.app_context():
            g.pop("rules_light", None)
            return work()

    return once


def _bulletin(found: Year) -> Callable[[], object]:
    """Figures of the last quarter held against the one before, and the text drafted from them."""
    kind, key = BulletinKind.QUARTERLY, f"{YEAR}-Q4"

    def work() -> object:
        plan = session().get_one(Plan, found.plan_id)
        return drafted(bulletins.count(plan, kind, key, TOLD_AT), kind, key, [])

    return _inside(found.app, work)


def _assessment(found: Year) -> Callable[[], object]:
    """The scores of every unit for the year."""

    def work() -> object:
        scores = scoring.running(found.plan_id, YEAR, TOLD_AT).scores
        if len(scores) != len(found.unit_ids):
            raise RuntimeError(f"{len(scores)} of {len(found.unit_ids)} units were scored")
        return scores

    return _inside(found.app, work)


def _plain_reading(found: Year) -> Callable[[], object]:
    """Nothing but the traces themselves, read and decoded once."""
    return _inside(
        found.app, lambda: sum(len(json.dumps(body)) for body in session().scalars(sa.select(Trace.body)))
    )


def _page(found: Year) -> Callable[[], object]:
    client = found.app.test_client()
    pages.sign_in(client, year.USERNAME, year.PASSWORD)
    return pages.get(client, f"/reports/{found.unit_ids[0]}/{YEAR}-12")


def _trivial_page(found: Year) -> Callable[[], object]:
    return pages.get(found.app.test_client(), "/healthz", status=503)


_WHAT = {_plain_reading: "reading every trace once", _trivial_page: "GET /healthz"}

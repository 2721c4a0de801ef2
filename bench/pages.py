"""The desk of a unit that owes much, over the real WSGI app; beside it the smallest page there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from flask import Flask
from flask.testing import FlaskClient

from bench import house, place
from bench.measure import Figures, counting, figures, peak_mib, rss_mib, seconds

ROUNDS = 15


def run() -> Iterator[Figures]:
    """The desk on each database."""
    for database, url in place.databases():
        app = house.build(url)
        try:
            yield {**_desk(app), "database": database, "rss_mib": round(rss_mib(), 1)}
        finally:
            place.close(app)


def _desk(app: Flask) -> Figures:
    """The desk of a unit with 100 tasks over the real WSGI app; beside it the smallest page there is."""
    client = app.test_client()
    sign_in(client, house.USERNAME, house.PASSWORD)
    page, trivial = get(client, "/desk"), get(client, "/healthz", status=503)
    page()
    with counting(app) as counted:
        size = len(page())
    took, beside = seconds(page, rounds=ROUNDS), seconds(trivial, rounds=ROUNDS)
    named: Figures = {"bench": "desk", "case": f"{house.TASKS} tasks", "bytes": size}
    return named | figures(took, beside, "GET /healthz", ROUNDS, peak_mib(page), counted.statements)


def sign_in(client: FlaskClient, username: str, password: str) -> None:
    """Sign in as a person does; raises RuntimeError when it fails."""
    form = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    if token is None:
        raise RuntimeError("the sign-in page carries no CSRF token")
    typed = {"csrf_token": token.group(1), "username": username, "password": password}
    answer = client.post("/sign-in", data=typed)
    if answer.status_code != 303:
        raise RuntimeError(f"sign-in failed with {answer.status_code}")


def get(client: FlaskClient, path: str, status: int = 200) -> Callable[[], bytes]:
    """A request for the page; raises RuntimeError when it does not answer as it should."""

    def page() -> bytes:
        answer = client.get(path)
        if answer.status_code != status:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        content: bytes = answer.data
        return content

    return page

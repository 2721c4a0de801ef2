"""Every address × every method × every kind of person, generated from the URL map: what each is answered."""

from __future__ import annotations

from collections import Counter

import pytest
from werkzeug.test import TestResponse

from app.models import LedgerEntry
from tests.integration.rights.county import Cell, Things, addresses, people_the_matrix
from tests.integration.rights.table import EVERYBODY, LINES, PEOPLE, SIGNED_OUT, TABLE
from tests.pages import Reader, check, signed_in
from tests.world import World

LAST = ("plans.remove_task", "plans.discard", "auth.sign_out")
"""Look first, then press; at the end take the task away, then the plan, and leave."""

PLANS = ("改善幼儿园办园条件", "还在核对", "建成示范园", "配齐保健医", "学前教育提升行动计划")
"""Words of plans in which STRANGER has no part."""


@pytest.fixture
def known(sqlite_world: World) -> Things:
    return people_the_matrix(sqlite_world)


def test_every_address_has_one_line_and_no_line_is_without_its_address(
    sqlite_world: World, known: Things
) -> None:
    cells = Counter(cell for cell, _ in addresses(sqlite_world.app, known))
    assert set(cells) == set(TABLE)
    assert {cell for cell, times in cells.items() if times > 1} == set()
    assert {method for _, method in cells} == {"GET", "POST"}


def test_a_line_says_one_thing_of_each_person() -> None:
    assert len(TABLE) == sum(len(line.methods) for line in LINES)
    for line in LINES:
        assert line.may | line.hidden <= EVERYBODY, line
        assert not line.may & line.hidden, line
        assert line.led_on <= line.may, line
        assert SIGNED_OUT not in line.hidden, line


@pytest.mark.parametrize("username", [*PEOPLE, ""])
def test_every_address_answers_each_person_as_the_table_says(
    sqlite_world: World, known: Things, username: str
) -> None:
    app, who = sqlite_world.app, PEOPLE.get(username, SIGNED_OUT)
    reader = signed_in(app, username) if username else Reader(app)
    form = {"csrf_token": token(reader)} if username else {}
    asked = 0
    for cell, path in sorted(addresses(app, known), key=in_order):
        answer = reader.client.open(path, method=cell.method, data=form if cell.method == "POST" else None)
        assert answer.status_code in TABLE[cell].statuses(cell.method, who), (cell, who, answer.status)
        judge(cell, who, answer)
        answer.close()
        asked += 1
    assert asked == len(TABLE)


def judge(cell: Cell, who: str, answer: TestResponse) -> None:
    """A page is sound, leads to the door only who has not signed in, and tells nothing of plans to whom they do not concern."""
    if answer.status_code == 303:
        to_the_door = answer.location.startswith("/sign-in")
        assert to_the_door == (who == SIGNED_OUT or cell.endpoint == "auth.sign_out"), (cell, who)
    elif answer.mimetype == "text/html":
        html = answer.get_data(as_text=True)
        if "<html" in html:
            check(html)
        if who in {"stranger", SIGNED_OUT} or (who == "admin" and cell.endpoint.startswith("tasks.")):
            assert not [words for words in PLANS if words in html], (cell, who)


def test_a_form_without_the_token_of_its_page_changes_nothing(sqlite_world: World, known: Things) -> None:
    reader = signed_in(sqlite_world.app, "zhuanban")
    before = sqlite_world.count(LedgerEntry)
    for cell, path in addresses(sqlite_world.app, known):
        if cell.method == "POST":
            assert reader.client.post(path, data={"title": "甲"}).status_code == 400, cell
    assert sqlite_world.count(LedgerEntry) == before


def in_order(line: tuple[Cell, str]) -> tuple[int, Cell]:
    cell, _ = line
    return LAST.index(cell.endpoint) + 1 if cell.method == "POST" and cell.endpoint in LAST else 0, cell


def token(reader: Reader) -> str:
    page = reader.get("/password")
    return next(e.get("value", "") for e in page.tree.iter("input") if e.get("name") == "csrf_token")

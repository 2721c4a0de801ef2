"""Who gets in, who does not, and what happens to words typed meanwhile."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import sqlalchemy as sa

from app.models import Person
from tests.county import THREE, in_march, march_duties, month_path
from tests.pages import Reader, signed_in
from tests.world import LEAD, World
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyState
from workflows.policy import Role


@pytest.fixture
def county(sqlite_world: World) -> World:
    """Three tasks were issued on Monday."""
    sqlite_world.issue(*THREE)
    return sqlite_world


def test_no_route_opens_to_a_stranger_but_the_door_itself(county: World) -> None:
    reader = Reader(county.app)
    stranger = reader.client
    doors = {"auth.sign_in", "health.healthz", "static"}
    rules = [rule for rule in county.app.url_map.iter_rules() if rule.endpoint not in doors]
    assert len(rules) > 20
    for rule in rules:
        with county.app.test_request_context():
            path = rule.rule
            for argument, value in {"int:": "1", "path:": "x"}.items():
                path = path.replace(f"<{argument}", f"<{value}:")
        path = "/".join("1" if part.startswith("<") else part for part in path.split("/"))
        if "GET" in (rule.methods or ()):
            answer = stranger.get(path)
            assert (answer.status_code, answer.location.startswith("/sign-in")) == (303, True), rule
        if "POST" in (rule.methods or ()):
            assert stranger.post(path, data={"words": "没有登录"}).status_code == 401, rule


def test_after_sign_in_exactly_that_page_opens(county: World) -> None:
    path = f"/tasks/{county.tasks()[1].id}?whole=1"
    reader = Reader(county.app)
    door = reader.goes_to(path)
    assert reader.sign_in("jiaoyu", path=door).path == path


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "\thttps://evil.example"]
)
def test_a_link_that_leads_elsewhere_after_sign_in_is_not_followed(county: World, target: str) -> None:
    reader = Reader(county.app)
    door = f"/sign-in?next={quote(target)}"
    assert reader.sign_in("jiaoyu", path=door).path == "/desk"


def test_a_form_without_the_token_changes_nothing(county: World) -> None:
    reader = signed_in(county.app, "jiaoyu")
    task = county.tasks()[0]
    for data in ({}, {"csrf_token": "forged"}):
        answer = reader.client.post(f"/tasks/{task.id}/signature", data=data)
        assert answer.status_code == 400
        assert "页面已过期" in answer.get_data(as_text=True)
    assert len(county.duties(unit=LEAD, kind=DutyKind.SIGN, state=DutyState.OPEN)) == 3


def test_who_comes_with_a_given_password_must_choose_his_own_first(county: World) -> None:
    with county.writing() as s:
        person = s.scalars(sa.select(Person).where(Person.username == "jiaoyu")).one()
        person.must_change_password = True
    reader = Reader(county.app)
    page = reader.sign_in("jiaoyu")
    assert page.path == "/password"
    assert reader.get("/desk").path == "/password"
    weak = {"old": "Demo-2026x", "new": "12345678", "again": "12345678"}
    assert "三类" in reader.press(page, "保存新密码", weak, 400).text
    own = {"old": "Demo-2026x", "new": "Own-words-7", "again": "Own-words-7"}
    assert reader.press(page, "保存新密码", own).path == "/desk"
    assert Reader(county.app).sign_in("jiaoyu", "Own-words-7").path == "/desk"


def test_five_wrong_passwords_lock_the_door_for_half_an_hour(county: World) -> None:
    reader = Reader(county.app)
    for left in (4, 3, 2, 1):
        assert f"再错{left}次" in reader.sign_in("jiaoyu", "Wrong-123", status=401).text
    assert "账号已锁定30分钟" in reader.sign_in("jiaoyu", "Wrong-123", status=401).text
    assert "账号已锁定" in reader.sign_in("jiaoyu", status=401).text
    county.clock.forward(minutes=31)
    assert reader.sign_in("jiaoyu").path == "/desk"


def test_a_session_that_ends_while_typing_gives_the_words_back(county: World) -> None:
    one = march_duties(in_march(county))[0]
    reader = signed_in(county.app, "jiaoyu")
    page = reader.get("/reports")
    reader.client.delete_cookie("session")
    lost = reader.press(
        page, "报送", {f"row-{one.id}-percent": "30", f"row-{one.id}-done": "写了一个小时的进展。"}, 401
    )
    assert "登录已超时" in lost.text
    assert "写了一个小时的进展。" in lost.text


def test_a_hand_that_types_keeps_the_session_awake(county: World) -> None:
    reader, path = signed_in(county.app, "jiaoyu"), month_path(in_march(county))
    form, _ = reader.get(path).form_with("报送")
    [token] = [e.get("value", "") for e in form.iter("input") if e.get("name") == "csrf_token"]
    answer = reader.client.post(f"{path}/draft", data={"csrf_token": token})
    assert answer.status_code == 200
    assert "session=" in answer.headers["Set-Cookie"]


def test_a_page_too_large_to_take_is_refused_in_words(county: World) -> None:
    reader = signed_in(county.app, "jiaoyu")
    answer = reader.client.post(month_path(in_march(county)), data={"words": "长" * 3_000_000})
    assert answer.status_code == 413
    assert "太大" in answer.get_data(as_text=True)


def test_a_person_without_units_or_rights_still_gets_a_page(county: World) -> None:
    county.person("新来的", roles=(Role.DEPARTMENT,), username="xinlai")
    assert "今天没有待办事项。" in signed_in(county.app, "xinlai").get("/").text

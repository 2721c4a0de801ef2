"""Units, collective names and people, as the office and the administrator keep them."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.models import Group, Person, Unit
from tests.pages import Reader, signed_in, words_of
from tests.world import LEAD, SHARER, World
from workflows.policy import Role
from workflows.units import Post, UnitKind


@pytest.fixture
def office(sqlite_world: World) -> Reader:
    return signed_in(sqlite_world.app, "zhuanban")


@pytest.fixture
def admin(sqlite_world: World) -> Reader:
    return signed_in(sqlite_world.app, "guanli")


def row_of(page_rows: list[str], name: str) -> str:
    [found] = [row for row in page_rows if row.startswith(name)]
    return found


def test_a_unit_no_letter_reaches_is_flagged(sqlite_world: World, office: Reader) -> None:
    sqlite_world.unit("县审计局", staffed=False)
    page = office.get("/units")
    rows = [words_of(row) for row in page.tree.iter("tr")]
    assert "没有联系人" in row_of(rows, "县审计局")
    assert "没有联系人" not in row_of(rows, LEAD)
    assert "县教育局 副县长" in row_of(rows, "县政府")
    assert "1个没有联系人" in page.text


def test_a_unit_is_added_with_its_other_names_and_who_files_for_it(
    sqlite_world: World, office: Reader
) -> None:
    typed = {
        "name": "县委",
        "full_name": "中共云岭县委员会",
        "kind": UnitKind.GOVERNMENT.value,
        "aliases": "云岭县委、县委会",
        "through": str(sqlite_world.unit_id(LEAD)),
        "answerable": str(sqlite_world.leader.person_id),
    }
    page = office.press(office.get("/units/new"), "保存", typed)
    assert "又作云岭县委、县委会" in page.text
    assert sqlite_world.unit_id("县委会") == sqlite_world.unit_id("县委")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "请填写单位名称。"),
        ({"aliases": "县教育局"}, "名称“县教育局”已经属于另一个单位或集体"),
    ],
)
def test_a_unit_that_cannot_be_saved_says_why(
    sqlite_world: World, office: Reader, typed: dict[str, str], sentence: str
) -> None:
    page = office.get(f"/units/{sqlite_world.unit_id(SHARER)}")
    refused = office.press(page, "保存", {"full_name": "云岭县财政局", **typed}, 400)
    assert sentence in refused.text
    assert refused.value("full_name") == "云岭县财政局"


def test_two_people_on_one_unit_the_second_is_told_even_if_only_aliases_changed(
    sqlite_world: World, office: Reader
) -> None:
    unit_id = sqlite_world.unit_id(SHARER)
    page = office.get(f"/units/{unit_id}")
    office.press(page, "保存", {"aliases": "财政局"})
    refused = office.press(page, "保存", {"full_name": "云岭县财政局"}, 409)
    assert "别人刚刚更新了这项内容" in refused.text
    assert sqlite_world.get(Unit, unit_id).full_name == ""


def test_a_collective_name_goes_by_kind_or_by_list(sqlite_world: World, office: Reader) -> None:
    assert (
        "请为集体名称选择一个单位类别"
        in office.press(office.get("/groups/new"), "保存", {"name": "成员单位"}, 400).text
    )
    members = [str(sqlite_world.unit_id(name)) for name in (LEAD, SHARER)]
    page = office.press(office.get("/groups/new"), "保存", {"name": "成员单位", "members": members})
    assert "2个县教育局、县财政局" in page.text.replace("2个 ", "2个")
    group_id = sqlite_world.one(sa.select(Group)).id
    by_kind = {"kind": UnitKind.DEPARTMENT.value, "members": None}
    page = office.press(office.get(f"/groups/{group_id}"), "保存", by_kind)
    assert "所有政府部门" in page.text
    assert "3个" in page.text


def test_the_first_password_is_shown_once_works_and_has_to_be_changed(
    sqlite_world: World, office: Reader
) -> None:
    typed: dict[str, str | list[str] | None] = {
        "name": "演示联络员",
        "username": "yanshi",
        "email": "yanshi@mail",
        "roles": [Role.DEPARTMENT.value],
        "posts-0-unit": str(sqlite_world.unit_id(LEAD)),
        "posts-0-post": Post.LIAISON.value,
    }
    page = office.press(office.get("/people/new"), "保存", typed)
    shown = re.search(r"初始密码是 (\S+) ，只显示这一次", page.text)
    assert shown
    assert shown[1] not in office.get("/people").html
    assert Reader(sqlite_world.app).sign_in("yanshi", shown[1]).path == "/password"
    person = sqlite_world.one(sa.select(Person).where(Person.username == "yanshi"))
    assert person.email == "yanshi@mail"


def test_posts_address_and_activity_are_changed(sqlite_world: World, office: Reader) -> None:
    person_id = sqlite_world.person_id(f"{LEAD}联络员")
    page = office.get(f"/people/{person_id}")
    typed = {
        "email": "xin@luoshi.example",
        "posts-1-unit": str(sqlite_world.unit_id(SHARER)),
        "posts-1-post": "head",
    }
    saved = office.press(page, "保存", typed)
    [row] = [words_of(r) for r in saved.tree.iter("tr") if words_of(r).startswith(f"{LEAD}联络员")]
    assert "县教育局联络员" in row
    assert "县财政局主要领导" in row
    assert "xin@luoshi.example" in row
    office.press(office.get(f"/people/{person_id}"), "保存", {"active": None})
    assert not sqlite_world.get(Person, person_id).active
    Reader(sqlite_world.app).sign_in("jiaoyu", status=401)


def test_an_address_that_is_none_is_refused_beside_the_field(sqlite_world: World, office: Reader) -> None:
    page = office.get(f"/people/{sqlite_world.person_id('县教育局联络员')}")
    refused = office.press(page, "保存", {"email": "没有@"}, 400)
    assert "邮箱地址不对" in refused.text
    assert refused.value("email") == "没有@"


def test_a_new_password_ends_the_old_one(sqlite_world: World, office: Reader) -> None:
    page = office.get(f"/people/{sqlite_world.person_id('县教育局联络员')}")
    shown = re.search(r"初始密码是 (\S+) ，", office.press(page, "重置密码").text)
    assert shown
    Reader(sqlite_world.app).sign_in("jiaoyu", status=401)
    assert Reader(sqlite_world.app).sign_in("jiaoyu", shown[1]).path == "/password"


def test_the_office_keeps_departments_people_only(sqlite_world: World, office: Reader, admin: Reader) -> None:
    new = office.get("/people/new")
    assert [e.get("value") for e in new.tree.iter("input") if e.get("name") == "roles"] == ["department"]
    refused = office.client.post(
        "/people/new",
        data={"csrf_token": _token(office), "name": "甲", "roles": "admin"},
    )
    assert refused.status_code == 400
    leader = sqlite_world.person_id("副县长")
    office.get(f"/people/{leader}", status=403)
    answer = office.client.post(f"/people/{leader}/password", data={"csrf_token": _token(office)})
    assert answer.status_code == 403
    assert admin.get(f"/people/{leader}").title.startswith("副县长")


def test_nobody_switches_himself_off(sqlite_world: World, admin: Reader) -> None:
    page = admin.get(f"/people/{sqlite_world.person_id('系统管理员')}")
    assert "不能停用自己的账号" in admin.press(page, "保存", {"active": None}, 400).text
    assert sqlite_world.get(Person, sqlite_world.person_id("系统管理员")).active


def _token(reader: Reader) -> str:
    page = reader.get("/password")
    return next(e.get("value", "") for e in page.tree.iter("input") if e.get("name") == "csrf_token")

"""Evidence and hints on pages: files up and down, what is refused keeps what was typed, who finds what."""

from __future__ import annotations

from io import BytesIO

import pytest
import sqlalchemy as sa

from app.models import Evidence, EvidenceUse
from tests.county import MARCH, THREE, in_march, march_duties, month_path
from tests.pages import Page, Reader, signed_in
from tests.world import LEAD, World
from workflows.lifecycle import TaskState

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def county(sqlite_world: World) -> World:
    """March's reports are open."""
    sqlite_world.issue(*THREE)
    return in_march(sqlite_world)


@pytest.fixture
def lead(county: World) -> Reader:
    return signed_in(county.app, "jiaoyu")


def file(name: str = "挂牌照片.pdf", content: bytes = PDF) -> list[str]:
    return [(BytesIO(content), name)]  # type: ignore[list-item]


def rows_page(county: World, reader: Reader, at: int = 0) -> Page:
    return reader.get(f"/reports/rows/{march_duties(county)[at].id}/evidence")


def attach(county: World, reader: Reader, at: int = 0) -> Page:
    return reader.press(rows_page(county, reader, at), "附上佐证", {"files": file(), "unclassified": "y"})


def test_a_file_goes_up_from_the_month_page_and_comes_down_as_a_file(county: World, lead: Reader) -> None:
    month = lead.get(month_path(county))
    way = month.links()["附佐证：改善幼儿园办园条件"]
    assert way == rows_page(county, lead).path
    after = attach(county, lead)
    assert "佐证已附上。" in after.text
    assert "已附的佐证 1份" in after.text
    answer = lead.client.get(lead.get(month_path(county)).links()["挂牌照片.pdf"])
    assert answer.get_data() == PDF
    disposition = answer.headers["Content-Disposition"]
    answer.close()
    assert disposition.startswith("attachment;")
    assert "%E6%8C%82%E7%89%8C%E7%85%A7%E7%89%87.pdf" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.mimetype == "application/pdf"


def test_only_who_may_see_the_task_finds_the_file(county: World, lead: Reader) -> None:
    attach(county, lead)
    path = f"/evidence/{county.one(sa.select(Evidence)).id}"
    for username, status in (
        ("caizheng", 200),
        ("zhuanban", 200),
        ("fuxianzhang", 200),
        ("minzheng", 404),
        ("guanli", 404),
    ):
        answer = signed_in(county.app, username).client.get(path)
        assert answer.status_code == status, username
        answer.close()
    assert Reader(county.app).goes_to(path).startswith("/sign-in")
    assert "没有找到" in lead.get("/evidence/999", 404).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"files": file(), "unclassified": None}, "请先确认文件不涉密"),
        ({"files": file("机密.pdf"), "unclassified": "y"}, "涉密禁入"),
        ({"files": file("a.html", b"<html>"), "unclassified": "y"}, "网页或矢量图"),
        ({"unclassified": "y"}, "请先选择要上传的文件"),
    ],
)
def test_what_is_not_kept_is_said_in_words(
    county: World, lead: Reader, typed: dict[str, list[str] | str | None], words: str
) -> None:
    again = lead.press(rows_page(county, lead), "附上佐证", typed, 400)
    assert words in again.text
    assert county.count(EvidenceUse) == 0


def test_an_earlier_file_is_used_once_more_with_a_tick(county: World, lead: Reader) -> None:
    attach(county, lead)
    kept = county.one(sa.select(Evidence))
    after = lead.press(rows_page(county, lead, 1), "附上佐证", {"earlier": [str(kept.id)]})
    assert "已附的佐证 1份" in after.text
    assert county.count(Evidence) == 1
    assert county.count(EvidenceUse) == 2


def test_a_file_is_taken_away_until_the_month_is_filed(county: World, lead: Reader) -> None:
    page = attach(county, lead)
    gone = lead.press(page, "移除")
    assert "佐证已移除" in gone.text
    assert "还没有附佐证" in gone.text
    page = attach(county, lead)
    county.file(LEAD, MARCH)
    assert "已经送审或报送" in lead.press(page, "移除", status=409).text
    assert "附上佐证" not in rows_page(county, lead).buttons()


def test_the_row_s_files_are_no_one_else_s_business(county: World, lead: Reader) -> None:
    path = rows_page(county, lead).path
    signed_in(county.app, "caizheng").get(path, 404)
    signed_in(county.app, "minzheng").get(path, 404)
    assert "附上佐证" not in signed_in(county.app, "zhuanban").get(path).buttons()


def test_a_request_to_close_takes_files_and_one_overtaken_keeps_those_already_up(
    county: World, lead: Reader
) -> None:
    task = county.tasks()[1]
    path = f"/tasks/{task.id}/closing-request"
    form = lead.get(path)
    part = lead.get(lead.get(f"/tasks/{task.id}").links()["更新进展"])
    lead.press(part, "保存进展", {"percent": "90", "done": "同事写的。"})
    typed: dict[str, str | list[str] | None] = {
        "words": "两所园均已挂牌。", "files": file(), "unclassified": "y"
    }  # fmt: skip
    again = lead.press(form, "申请办结", typed, 409)
    assert again.value("words") == "两所园均已挂牌。"
    [ticked] = [e for e in again.main.iter("input") if e.get("name") == "earlier" and "checked" in e.attrib]
    assert ticked.get("value") == str(county.one(sa.select(Evidence)).id)
    lead.press(again, "申请办结")
    assert county.tasks()[1].state is TaskState.CLOSING
    office = signed_in(county.app, "zhuanban")
    assert "挂牌照片.pdf" in office.get("/supervision/review").links()
    check = office.get(f"/tasks/{task.id}/closing")
    assert "申请办结的佐证 1份" in check.text
    done = office.press(
        check, "销号", {"grade": "good", "files": file("验收单.pdf", PDF + b"2"), "unclassified": "y"}
    )
    assert "办结评价：良好" in done.text
    assert {"挂牌照片.pdf", "验收单.pdf"} <= set(done.links())


def test_hints_are_given_while_writing_and_after_a_draft_was_saved_and_block_nothing(
    county: World, lead: Reader
) -> None:
    duty = march_duties(county)[0]
    page = lead.get(month_path(county))
    empty = {f"row-{duty.id}-done": "领导高度重视，积极推进各项工作。"}
    token = next(e.get("value", "") for e in page.tree.iter("input") if e.get("name") == "csrf_token")
    answer = lead.client.post(f"/reports/hints?row={duty.id}", data={"csrf_token": token, **empty})
    assert answer.status_code == 200
    assert "这段话没有具体内容" in answer.get_data(as_text=True)
    assert "高度重视" in answer.get_data(as_text=True)
    fact = {f"row-{duty.id}-done": "3月12日召开专题会，领导高度重视。"}
    silent = lead.client.post(f"/reports/hints?row={duty.id}", data={"csrf_token": token, **fact})
    assert silent.get_data(as_text=True).strip() == ""
    saved = lead.press(page, "保存草稿", empty)
    assert "草稿已保存。" in saved.text
    assert "这段话没有具体内容" in saved.text
    stranger = signed_in(county.app, "minzheng")
    token = next(
        e.get("value", "")
        for e in stranger.get("/password").tree.iter("input")
        if e.get("name") == "csrf_token"
    )
    asked = stranger.client.post(f"/reports/hints?row={duty.id}", data={"csrf_token": token, **empty})
    assert asked.status_code == 404
    assert lead.client.post("/reports/hints?row=0", data={"csrf_token": token}).status_code in {400, 404}

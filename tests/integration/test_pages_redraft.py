"""The form of a draft task: its rows of 分解要点, what it refuses, and words that outlive the session they were typed in."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from app.models import Commitment, Task
from tests.pages import Reader, signed_in, words_of
from tests.review import DESK, colleague, read
from tests.world import PASSWORD, World
from workflows.commitments import CommitmentKind, Comparison, TaskKind


@pytest.fixture
def county(sqlite_world: World) -> World:
    read(sqlite_world)
    return sqlite_world


@pytest.fixture
def office(county: World) -> Reader:
    return signed_in(county.app, "zhuanban")


def row(index: int, **fields: str) -> dict[str, str]:
    return {f"commitments-{index}-{name}": value for name, value in fields.items()}


def test_commitments_are_edited_added_and_taken_away_in_rows(county: World, office: Reader) -> None:
    before = county.all(sa.select(Commitment).where(Commitment.task_id == 1).order_by(Commitment.position))
    page = office.get(f"{DESK}/tasks/1")
    last = len(before)
    assert page.value(f"commitments-{last}-name") == "", "one blank line stands ready"
    figure = next(i for i, made in enumerate(before) if made.kind is CommitmentKind.INDICATOR)
    stone = next(i for i, made in enumerate(before) if made.kind is CommitmentKind.MILESTONE)
    typed = {
        "kind": "project",
        "recurrence": "quarterly",
        **row(figure, target="９８．５％", comparison="at_least"),
        **row(stone, gone="y"),
        **row(last, kind="deliverable", name="年度总结"),
    }
    office.press(page, "保存", typed)
    task = county.get(Task, 1)
    assert (task.kind, task.recurrence) == (TaskKind.PROJECT, "quarterly")
    after = county.all(sa.select(Commitment).where(Commitment.task_id == 1).order_by(Commitment.position))
    assert len(after) == len(before)
    [changed] = [made for made in after if made.kind is CommitmentKind.INDICATOR]
    assert (changed.target, changed.unit, changed.comparison) == ("98.5", "%", Comparison.AT_LEAST)
    assert (changed.start, changed.text) == (before[figure].start, before[figure].text)
    assert not [made for made in after if made.kind is CommitmentKind.MILESTONE]
    assert after[-1].name == "年度总结"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": "milestone", "name": "中期"}, "阶段节点要填日期。"),
        ({"kind": "indicator", "name": "率", "target": "xx"}, "不要填零"),
        ({"kind": "deliverable", "name": ""}, "请填写名称"),
        ({"kind": "", "name": "没有类别"}, "请选择类别。"),
        ({"kind": "milestone", "due_on": "2025-02-30"}, "没有这一天。"),
    ],
)
def test_a_row_that_lacks_something_is_told_beside_it_and_every_word_stays(
    county: World, office: Reader, typed: dict[str, str], sentence: str
) -> None:
    page = office.get(f"{DESK}/tasks/2")
    last = len(county.all(sa.select(Commitment).where(Commitment.task_id == 2)))
    refused = office.press(page, "保存", {"title": "改过的名称", **row(last, **typed)}, 400)
    assert sentence in " ".join(words_of(wrong) for wrong in refused.all("div", "wrong"))
    assert refused.value("title") == "改过的名称"
    assert county.get(Task, 2).title == "规范办园行为"
    for name, value in typed.items():
        if name not in {"kind", "comparison"}:
            assert refused.value(f"commitments-{last}-{name}") == value


def test_one_more_row_is_given_without_saving(county: World, office: Reader) -> None:
    page = office.get(f"{DESK}/tasks/2")
    last = len(county.all(sa.select(Commitment).where(Commitment.task_id == 2)))
    more = office.press(
        page, "再加一行要点", {"title": "还没保存", **row(last, kind="deliverable", name="甲")}
    )
    assert more.value("title") == "还没保存"
    assert more.value(f"commitments-{last + 1}-name") == ""
    assert county.get(Task, 2).title == "规范办园行为"
    office.press(more, "保存")
    assert county.get(Task, 2).title == "还没保存"


def test_a_refused_form_does_not_forget_what_its_writer_had_seen(county: World, office: Reader) -> None:
    page = office.get(f"{DESK}/tasks/2")
    other = colleague(county)
    other.press(other.get(f"{DESK}/tasks/2"), "保存", {"title": "同事改的"})
    refused = office.press(page, "保存", {"title": "我改的", "deadline_on": "2025-02-30"}, 400)
    stale = office.press(refused, "保存", {"deadline_on": ""}, 409)
    assert "第二人在2025年3月3日 10:00已经修改了第2项“规范办园行为”。" in stale.text
    assert "任务名称 同事改的" in stale.text
    assert stale.value("title") == "我改的"
    office.press(stale, "保存")
    assert county.get(Task, 2).title == "我改的"


# ------------------------------------------------------------------------------------- a session that ends


def ended(reader: Reader) -> None:
    reader.client.delete_cookie("session")


def test_words_typed_when_the_session_ended_stand_in_their_form_again_after_sign_in(
    county: World, office: Reader
) -> None:
    page = office.get(f"{DESK}/tasks/2?show=doubts")
    last = len(county.all(sa.select(Commitment).where(Commitment.task_id == 2)))
    ended(office)
    typed = {"title": "写了很久", "text": "第一行\n第二行", **row(last, kind="deliverable", name="甲")}
    lost = office.press(page, "保存", typed, 401)
    assert "登录已超时" in lost.text
    wrong = office.press(lost, "重新登录", {"username": "zhuanban", "password": "Wrong-123"}, 401)
    again = office.press(wrong, "登录", {"username": "zhuanban", "password": PASSWORD})
    assert "已重新登录" in again.text
    form = office.press(again, "回到刚才的页面")
    assert form.path == f"{DESK}/tasks/2?show=doubts"
    assert form.value("title") == "写了很久"
    assert form.value("text") == "第一行\n第二行"
    assert form.value(f"commitments-{last}-name") == "甲"
    assert county.get(Task, 2).title == "规范办园行为", "nothing is saved unseen"
    office.press(form, "保存")
    assert county.get(Task, 2).title == "写了很久"


def test_words_carried_over_a_sign_in_do_not_hide_that_a_colleague_was_quicker(
    county: World, office: Reader
) -> None:
    page = office.get(f"{DESK}/tasks/2")
    ended(office)
    lost = office.press(page, "保存", {"title": "我改的"}, 401)
    other = colleague(county)
    other.press(other.get(f"{DESK}/tasks/2"), "保存", {"title": "同事改的"})
    again = office.press(lost, "重新登录", {"username": "zhuanban", "password": PASSWORD})
    form = office.press(again, "回到刚才的页面")
    assert "同事改的" in office.press(form, "保存", status=409).text


def test_a_button_pressed_when_the_session_ended_leads_back_to_the_desk(
    county: World, office: Reader
) -> None:
    form, button = office.get(DESK).form_with("确认无误：规范办园行为")
    ended(office)
    answer = office.client.post(
        button.get("formaction") or form.get("action") or "",
        headers={"Referer": f"http://localhost{DESK}?show=doubts"},
    )
    assert answer.status_code == 401
    assert f'next={DESK}?show=doubts"' in unquote(answer.get_data(as_text=True))


@pytest.mark.parametrize("header", [{"Sec-Fetch-Site": "cross-site"}, {"Referer": "http://evil.example/x"}])
def test_what_another_site_sends_is_neither_carried_nor_led_to(county: World, header: dict[str, str]) -> None:
    answer = Reader(county.app).client.post(
        f"{DESK}/tasks/2/remove", data={"title": "别处写的"}, headers=header
    )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert 'name="carried"' not in html
    assert "evil" not in html


@pytest.mark.parametrize(
    "packed",
    [
        '{"path": "/plans/1/tasks/2/remove", "fields": []}',
        '{"path": "https://evil.example/plans/1/tasks/2", "fields": []}',
        '{"path": "//evil.example/plans/1/edit", "fields": []}',
        '{"path": "/plans/1/edit", "fields": 7}',
        "[]",
        "x",
        "null",
    ],
)
def test_only_pages_that_show_their_form_again_are_resumed(county: World, packed: str) -> None:
    reader = Reader(county.app)
    page = reader.get("/sign-in")
    token = page.form_with("登录")[0].find(".//input[@name='csrf_token']")
    assert token is not None
    sent = {"username": "zhuanban", "password": PASSWORD, "carried": packed, "csrf_token": token.get("value")}
    answer = reader.client.post("/sign-in", data=sent)
    assert answer.status_code == 303
    assert answer.location == "/"


def test_a_resumed_post_to_a_page_that_would_act_is_refused(county: World, office: Reader) -> None:
    form, _ = office.get(DESK).form_with("确认无误：规范办园行为")
    sent = {e.get("name", ""): e.get("value", "") for e in form.iter("input")} | {"resumed": "1"}
    assert office.client.post(f"{DESK}/tasks/2/remove", data=sent).status_code == 400
    assert len(county.tasks()) == 3

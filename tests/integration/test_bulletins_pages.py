"""The pages of 通报: from a draft to the printed one by forms alone, the unit's explanation, the rows, the papers."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
import sqlalchemy as sa

from app.models import Bulletin, BulletinNaming, BulletinSection
from app.services.issuing import Imprint
from tests.integration.test_bulletins import (
    MONTH,
    NUMBER,
    QUARTER,
    after_quarter,
    choose,
    draft,
    explain,
    laggard,
    published,
    row,
    step,
    tell,
    to_signed,
)
from tests.integration.test_bulletins_printed import everything
from tests.pages import Page, Reader, signed_in
from tests.world import LEAD, SHARER, World
from workflows.lifecycle import BulletinKind, BulletinState


@pytest.fixture
def county(sqlite_world: World) -> World:
    return after_quarter(sqlite_world)


def office(world: World) -> Reader:
    return signed_in(world.app, "zhuanban")


def edit_form(page: Page, key: str, words: str) -> dict[str, str]:
    """What the form of that section sends with other words in it."""
    form = next(f for f in page.all("form") if (f.get("action") or "").endswith(f"/sections/{key}"))
    hidden = {e.get("name", ""): e.get("value", "") for e in form.iter("input")}
    return {**hidden, "text": words, "verdict": "save"}


def test_a_bulletin_goes_from_draft_to_print_by_forms_alone(county: World) -> None:
    reader = office(county)
    page = reader.press(reader.get("/bulletins"), "取数拟稿")
    assert "已按月报取数并拟好初稿" in page.text
    found = county.one(sa.select(Bulletin))
    assert (found.kind, found.period_key) == (BulletinKind.QUARTERLY, QUARTER)
    address = f"/bulletins/{found.id}"

    choice = laggard(county, found.id)
    page = reader.press(page, "保存并告知单位", {"named": [choice]})
    assert "已告知1项的单位" in page.text

    unit = signed_in(county.app, "jiaoyu")
    assert "说明情况" in unit.get("/desk").text
    assert "拟在通报中点名" in unit.get(address).text
    naming = county.one(sa.select(BulletinNaming))
    unit.press(unit.get(f"{address}/explain"), "报送说明", {"words": "雨季停工，四月复工。"})
    assert county.get(BulletinNaming, naming.id).explanation == "雨季停工，四月复工。"

    editor = reader.get(f"{address}/edit")
    answer = reader.client.post(
        f"{address}/sections/overall", data=edit_form(editor, "overall", "总体平稳。")
    )
    assert answer.status_code == 303
    assert "手工改过" in reader.get(address).text
    assert "系统生成的文字" in reader.get(f"{address}/edit").text

    reader.press(reader.get(address), "送审")
    page = reader.press(reader.get(address), "审核通过")
    assert "您是拟稿人，不能自己签发" in page.text
    leader = signed_in(county.app, "fuxianzhang")
    leader.press(leader.get(address), "签发")
    page = reader.press(reader.get(address), "印发", {"number": NUMBER, "issue": "3"})
    assert "已印发，通知4人阅知" in page.text
    assert f"{NUMBER} 第3期" in page.text
    assert row(county, found.id).state is BulletinState.PUBLISHED
    seen = unit.get(address)
    assert "总体平稳。" in seen.text
    assert "雨季停工，四月复工。" in seen.text
    assert "拟点名的单位" not in seen.text
    assert f"{address}/receipts" not in seen.links().values()


def test_what_was_typed_is_kept_when_a_number_is_not_one(county: World) -> None:
    bulletin_id = draft(county)
    to_signed(county, bulletin_id)
    reader = office(county)
    typed = {"number": "云政督[2025]3号", "issue": "3"}
    page = reader.press(reader.get(f"/bulletins/{bulletin_id}"), "印发", typed, status=400)
    assert "文号的年份要用六角括号〔〕，请改为：云政督〔2025〕3号" in page.text
    assert page.value("number") == "云政督[2025]3号"


def test_a_colleagues_words_are_not_overwritten_and_mine_are_kept(county: World) -> None:
    bulletin_id = draft(county)
    reader = office(county)
    address = f"/bulletins/{bulletin_id}/sections/overall"
    mine = edit_form(reader.get(f"/bulletins/{bulletin_id}/edit"), "overall", "我写的。")
    first = reader.client.post(address, data={**mine, "text": "同事写的。"})
    assert first.status_code == 303
    answer = reader.client.post(address, data=mine)
    assert answer.status_code == 409
    assert "我写的。" in answer.get_data(as_text=True)
    wanted = sa.select(BulletinSection).where(BulletinSection.key == "overall")
    assert county.one(wanted).text == "同事写的。"


def test_every_figure_of_the_page_opens_its_rows(county: World) -> None:
    bulletin_id = draft(county)
    reader = office(county)
    page = reader.get(f"/bulletins/{bulletin_id}")
    links = {e.get("href", "") for e in page.all("a") if "/rows/" in (e.get("href") or "")}
    assert len(links) > 20
    for address in links:
        reader.get(address)
    behind = reader.get(f"/bulletins/{bulletin_id}/rows/reports-missing")
    assert SHARER in behind.text
    assert "漏报" in behind.text
    assert reader.client.get(f"/bulletins/{bulletin_id}/rows/nothing").status_code == 404


def test_a_unit_does_not_read_how_other_units_report(county: World) -> None:
    bulletin_id = published(county)
    unit = signed_in(county.app, "jiaoyu")
    behind = unit.get(f"/bulletins/{bulletin_id}/rows/reports-missing")
    assert "另有2条是其他单位的报送情况" in behind.text
    own = unit.get(f"/bulletins/{bulletin_id}/rows/reports-in-time")
    assert LEAD in own.text
    ours, theirs = (f"unit-{county.unit_id(name)}-reports-missing" for name in (LEAD, SHARER))
    unit.get(f"/bulletins/{bulletin_id}/rows/{ours}")
    assert unit.client.get(f"/bulletins/{bulletin_id}/rows/{theirs}").status_code == 404


def test_why_a_unit_is_not_named_after_all_is_read_beside_it_and_after_printing(county: World) -> None:
    bulletin_id = draft(county)
    choose(county, bulletin_id, laggard(county, bulletin_id))
    tell(county, bulletin_id)
    reader, address = office(county), f"/bulletins/{bulletin_id}"
    page = reader.press(reader.get(address), "不再点名", {"words": "<b>核实</b>无误。"})
    assert "不再点名的理由：<b>核实</b>无误。" in page.text
    to_signed(county, bulletin_id)
    step(county, bulletin_id, "publish", Imprint(NUMBER))
    assert f"{LEAD}，2025年4月3日 10:00：<b>核实</b>无误。" in reader.get(address).text
    assert "核实" not in signed_in(county.app, "jiaoyu").get(address).text


def test_a_unit_reads_nothing_of_a_draft_and_nobody_elses_explanation(county: World) -> None:
    bulletin_id = draft(county)
    choose(county, bulletin_id, laggard(county, bulletin_id))
    tell(county, bulletin_id)
    for username in ("caizheng", "minzheng"):
        reader = signed_in(county.app, username)
        for part in ("", "/explain", "/rows/tasks", ".docx", ".pdf"):
            answer = reader.client.get(f"/bulletins/{bulletin_id}{part}")
            assert answer.status_code == 404, (username, part)
        assert "的通报" not in reader.get("/bulletins").text
    named = signed_in(county.app, "jiaoyu")
    for part in ("/rows/tasks", ".docx", "/receipts", "/edit"):
        assert named.client.get(f"/bulletins/{bulletin_id}{part}").status_code in {403, 404}


def test_no_route_changes_a_printed_bulletin(county: World) -> None:
    bulletin_id = draft(county)
    choose(county, bulletin_id, laggard(county, bulletin_id))
    tell(county, bulletin_id)
    explain(county)
    printed = publish(county, bulletin_id)
    before = everything(county)
    naming_id = county.one(sa.select(BulletinNaming)).id
    values: dict[str, Any] = {"bulletin_id": bulletin_id, "naming_id": naming_id, "key": "overall"}
    typed = {
        "seen_version": str(printed.version),
        "words": "改",
        "text": "改",
        "number": "云督〔2025〕8号",
        "title": "另题",
        "issuers": "另一机关",
        "recipients": "1",
        "named": "",
        "on": "2025-03-01",
        "approval": "某某",
    }
    tried = 0
    for username in ("zhuanban", "fuxianzhang", "jiaoyu"):
        reader = signed_in(county.app, username)
        token = reader.get("/password").value("csrf_token")
        for rule in county.app.url_map.iter_rules():
            about_one = rule.endpoint.startswith("bulletins.") and "bulletin_id" in rule.arguments
            if not about_one or "POST" not in (rule.methods or set()) or rule.endpoint == "bulletins.correct":
                continue
            with county.app.test_request_context():
                path = county.app.url_for(rule.endpoint, **{k: values[k] for k in rule.arguments})
            answer = reader.client.post(path, data={**typed, "csrf_token": token})
            assert answer.status_code in {403, 404, 409}, (username, rule.endpoint, answer.status)
            tried += 1
    assert tried == 3 * 11
    assert everything(county) == before


def publish(world: World, bulletin_id: int) -> Bulletin:
    to_signed(world, bulletin_id)
    step(world, bulletin_id, "publish", Imprint(NUMBER))
    return row(world, bulletin_id)


def test_receipts_show_who_has_not_received_it(county: World) -> None:
    bulletin_id = published(county)
    county.clock.go_to(date(2025, 4, 7), 9)
    county.deliver()
    unit = signed_in(county.app, "jiaoyu")
    address = next(
        f"/letters/{letter.id}"
        for letter in county.letters()
        if letter.person_id == county.person_id(f"{LEAD}联络员") and "已印发" in letter.body_text
    )
    page = unit.get(address)
    assert f"/bulletins/{bulletin_id}" in page.links().values()
    unit.press(page, "已收到")
    receipts = office(county).get(f"/bulletins/{bulletin_id}/receipts")
    assert "2个单位，1个已收到，1个还没有" in receipts.text


def test_the_bulletin_is_taken_along_as_word_and_pdf(county: World) -> None:
    bulletin_id = published(county)
    reader = signed_in(county.app, "jiaoyu")
    file = reader.client.get(f"/bulletins/{bulletin_id}.docx")
    words = "\n".join(p.text for p in docx.Document(BytesIO(file.data)).paragraphs)
    assert NUMBER in words
    assert "一、总体情况" in words
    assert "五、下步工作要求" in words
    pdf = reader.client.get(f"/bulletins/{bulletin_id}.pdf")
    assert pdf.data.startswith(b"%PDF-")


def test_a_month_end_bulletin_is_begun_from_the_same_page(county: World) -> None:
    draft(county)
    with county.writing() as s:
        s.execute(sa.text("UPDATE task SET kind = 'project' WHERE number = '1'"))
    reader = office(county)
    page = reader.press(reader.get("/bulletins"), "取数拟稿")
    assert "项目进度通报" in page.text
    found = county.one(sa.select(Bulletin).where(Bulletin.kind == BulletinKind.PROJECT))
    assert found.period_key == MONTH

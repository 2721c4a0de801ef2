"""The month's page: filed, kept, returned, overtaken; nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest

from app.models import Duty, Report
from tests.county import MARCH, THREE, in_march, march_duties, month_path, report_of
from tests.pages import signed_in
from tests.world import LEAD, World
from workflows.cadence import DutyKind
from workflows.lifecycle import DutyState, ReportState


@pytest.fixture
def county(sqlite_world: World) -> World:
    """Three tasks were issued on Monday."""
    sqlite_world.issue(*THREE)
    return sqlite_world


def row(duty: Duty, **facts: str | None) -> dict[str, str | list[str] | None]:
    return {f"row-{duty.id}-{name}": value for name, value in facts.items()}


def test_the_month_is_filed_on_one_page_and_what_is_not_complete_is_named(world: World) -> None:
    world.issue(*THREE)
    one, two, three = march_duties(in_march(world))
    reader = signed_in(world.app, "jiaoyu")
    typed = (
        row(one, percent="30", done="开工。")
        | row(two, percent="20", done="")
        | row(three, problems="缺人。")
    )
    after = reader.press(reader.get("/reports"), "报送", typed)
    assert "已报送1项，等待督查室审核。" in after.text
    assert "还有2项没有填完" in after.text
    assert (
        "2. 建设2所家园共育示范园（缺进展）；3. 清理无证幼儿园（缺进展、完成进度、问题的原因）。"
        in after.text
    )
    assert report_of(world, one.id).state is ReportState.SUBMITTED
    assert report_of(world, two.id).state is ReportState.DRAFT
    assert after.value(f"row-{two.id}-percent") == "20"
    assert after.value(f"row-{three.id}-problems") == "缺人。"
    assert f'name="row-{one.id}-done"' not in after.html
    assert "待审核" in after.text
    done = reader.press(
        after, "报送", row(two, done="完成招标。") | row(three, percent="5", done="摸底。", cause="staff")
    )
    assert done.path == "/desk"
    assert "2025年3月月报（" not in done.text


def test_a_draft_is_kept_and_files_nothing(county: World) -> None:
    one = march_duties(in_march(county))[0]
    reader = signed_in(county.app, "jiaoyu")
    saved = reader.press(reader.get("/reports"), "保存草稿", row(one, percent="", done="写了一半"))
    assert "草稿已保存。" in saved.text
    assert saved.value(f"row-{one.id}-done") == "写了一半"
    assert county.get(Duty, one.id).state is DutyState.OPEN
    assert "2025年3月月报（3项任务，已填1项）" in reader.get("/desk").links()


def test_last_month_stands_beside_and_a_month_without_change_is_one_tick(county: World) -> None:
    in_march(county).file(LEAD, MARCH, percent=35, done="完成选址。")
    county.run_to(date(2025, 4, 21))
    april = county.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period="2025-04")
    reader = signed_in(county.app, "jiaoyu")
    page = reader.get("/reports")
    assert page.text.count("上次报送 完成 35 % 完成选址。") == 3
    assert page.value(f"row-{april[0].id}-done") == ""
    reader.press(page, "报送", row(april[0], unchanged="y"))
    filed = report_of(county, april[0].id)
    assert (filed.percent, filed.done, filed.state) == (35, "本月无变化。", ReportState.SUBMITTED)


def test_what_was_typed_is_stronger_than_the_tick(county: World) -> None:
    in_march(county).file(LEAD, MARCH, percent=35)
    county.run_to(date(2025, 4, 21))
    april = county.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period="2025-04")[0]
    reader = signed_in(county.app, "jiaoyu")
    reader.press(reader.get("/reports"), "报送", row(april, unchanged="y", percent="38", done="略有推进。"))
    assert (report_of(county, april.id).percent, report_of(county, april.id).done) == (38, "略有推进。")


def test_the_months_can_be_turned(county: World) -> None:
    in_march(county).file(LEAD, MARCH)
    county.run_to(date(2025, 4, 21))
    reader = signed_in(county.app, "jiaoyu")
    assert reader.get("/reports").title.startswith("2025年4月月报")
    march = reader.get(reader.get("/reports").links()["2025年3月"])
    assert march.title.startswith("2025年3月月报")
    assert "报送" not in march.buttons()


def test_a_returned_report_shows_the_office_s_words_and_is_filed_anew(county: World) -> None:
    in_march(county).file(LEAD, MARCH, percent=20, done="推进中。")
    duty = march_duties(county)[1]
    county.return_report(duty.id, "请写明数量。")
    reader = signed_in(county.app, "jiaoyu")
    page = reader.get(month_path(county))
    assert "退回意见：请写明数量。" in page.text
    assert page.value(f"row-{duty.id}-done") == "推进中。"
    reader.press(page, "报送", row(duty, done="完成1所。"))
    assert report_of(county, duty.id).state is ReportState.SUBMITTED
    assert report_of(county, duty.id).done == "完成1所。"


def test_a_wrong_figure_in_one_row_keeps_every_other_row(county: World) -> None:
    one, two, _ = march_duties(in_march(county))
    reader = signed_in(county.app, "jiaoyu")
    typed = row(one, percent="约三成", done="开工。") | row(two, percent="20", done="招标。")
    again = reader.press(reader.get("/reports"), "报送", typed, 400)
    assert "完成进度请填0到100之间的整数" in again.text
    assert again.value(f"row-{one.id}-percent") == "约三成"
    assert again.value(f"row-{two.id}-done") == "招标。"
    assert county.count(Report) == 0
    reader.press(again, "报送", row(one, percent="30"))
    assert report_of(county, two.id).state is ReportState.SUBMITTED


def test_too_many_words_are_counted_not_cut(county: World) -> None:
    one = march_duties(in_march(county))[0]
    reader = signed_in(county.app, "jiaoyu")
    long = "长" * 301
    again = reader.press(reader.get("/reports"), "保存草稿", row(one, percent="30", done=long), 400)
    assert "这一栏最多300字" in again.text
    assert again.value(f"row-{one.id}-done") == long
    reader.press(again, "保存草稿", row(one, done="长" * 300))
    assert len(report_of(county, one.id).done) == 300


def test_two_people_at_different_rows_of_one_month_both_keep_their_words(county: World) -> None:
    one, two, _ = march_duties(in_march(county))
    first, second = signed_in(county.app, "jiaoyu"), signed_in(county.app, "jiaoyu")
    opened = second.get("/reports")
    first.press(first.get("/reports"), "保存草稿", row(one, percent="30", done="甲写的。"))
    second.press(opened, "保存草稿", row(two, percent="40", done="乙写的。"))
    assert report_of(county, one.id).done == "甲写的。"
    assert report_of(county, two.id).done == "乙写的。"


def test_two_people_at_one_row_the_second_reads_both_and_decides(county: World) -> None:
    one, two, _ = march_duties(in_march(county))
    first, second = signed_in(county.app, "jiaoyu"), signed_in(county.app, "jiaoyu")
    opened = second.get("/reports")
    first.press(first.get("/reports"), "保存草稿", row(one, percent="30", done="甲写的。"))
    typed = row(one, percent="35", done="乙写的。") | row(two, percent="40", done="另一项。")
    clash = second.press(opened, "保存草稿", typed, 409)
    assert "同事更新了标出的任务" in clash.text
    assert "同事刚保存的内容 完成 30 % 甲写的。" in clash.text
    assert clash.value(f"row-{one.id}-done") == "乙写的。"
    assert clash.value(f"row-{two.id}-done") == "另一项。"
    assert report_of(county, one.id).done == "甲写的。"
    second.press(clash, "保存草稿")
    assert report_of(county, one.id).done == "乙写的。"
    assert report_of(county, two.id).done == "另一项。"


def test_what_a_colleague_saved_is_not_filed_before_it_was_seen(county: World) -> None:
    one, two, _ = march_duties(in_march(county))
    first, second = signed_in(county.app, "jiaoyu"), signed_in(county.app, "jiaoyu")
    opened = second.get("/reports")
    first.press(first.get("/reports"), "保存草稿", row(one, percent="30", done="甲写的。"))
    clash = second.press(opened, "报送", row(two, percent="40", done="乙写的。"), 409)
    assert clash.value(f"row-{one.id}-done") == "甲写的。"
    assert clash.value(f"row-{two.id}-done") == "乙写的。"
    assert report_of(county, one.id).state is ReportState.DRAFT


def test_words_typed_into_a_row_that_a_colleague_filed_are_given_back(county: World) -> None:
    one = march_duties(in_march(county))[0]
    first, second = signed_in(county.app, "jiaoyu"), signed_in(county.app, "jiaoyu")
    opened = second.get("/reports")
    first.press(first.get("/reports"), "报送", row(one, percent="30", done="甲写的。"))
    clash = second.press(opened, "保存草稿", row(one, percent="35", done="乙写的。"), 409)
    assert "您填写的内容" in clash.text
    assert "乙写的。" in clash.text
    assert report_of(county, one.id).done == "甲写的。"


def test_a_row_that_a_colleague_filed_does_not_stand_in_the_way_of_the_others(county: World) -> None:
    one, two, _ = march_duties(in_march(county))
    first, second = signed_in(county.app, "jiaoyu"), signed_in(county.app, "jiaoyu")
    opened = second.get("/reports")
    first.press(first.get("/reports"), "报送", row(one, percent="30", done="甲写的。"))
    after = second.press(opened, "报送", row(two, percent="40", done="乙写的。"))
    assert "已报送1项" in after.text
    assert report_of(county, one.id).done == "甲写的。"


def test_words_typed_for_a_task_that_was_closed_meanwhile_are_given_back(county: World) -> None:
    one, two, _ = march_duties(in_march(county))
    reader = signed_in(county.app, "jiaoyu")
    opened = reader.get("/reports")
    county.close(county.tasks()[0].id)
    typed = row(one, done="销号前写的。") | row(two, percent="40", done="另一项。")
    clash = reader.press(opened, "报送", typed, 409)
    assert "刚刚销号" in clash.text
    assert "销号前写的。" in clash.text
    reader.press(clash, "报送")
    assert report_of(county, two.id).done == "另一项。"


def test_the_office_and_leaders_read_the_month_a_letter_sent_them_to(county: World) -> None:
    in_march(county)
    for username in ("zhuanban", "fuxianzhang"):
        page = signed_in(county.app, username).get(month_path(county))
        assert "报送" not in page.buttons()
        assert "还没有报送。" in page.text


def test_a_month_that_is_not_there_is_said_kindly(county: World) -> None:
    reader = signed_in(county.app, "jiaoyu")
    assert "没有找到这个月的月报" in reader.get(month_path(county, period="2031-01"), 404).text
    assert "还没有需要填报的月报" in reader.get("/reports").text

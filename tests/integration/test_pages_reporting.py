"""The department's pages of the month: what a task is asked for, autosave, 审签, 更正, and a kindergarten's own page."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.models import (
    Duty,
    Measure,
    Plan,
    PolicyVersion,
    PostHeld,
    Report,
    Request,
    Task,
    UnitAlias,
)
from app.models.rules import PolicySubject
from tests.county import MARCH, THREE, in_march, march_duties, month_path, report_of
from tests.pages import Page, Reader, signed_in
from tests.reporting import file, make_recurring, measure, owed, report_on
from tests.world import LEAD, SHARER, Asked, World, counted, signer_of
from workflows.cadence import CadenceRules, DutyKind, Rhythm
from workflows.commitments import TaskKind
from workflows.lifecycle import Cause, DutyState, OnTime, ReportState
from workflows.light import Pace
from workflows.policy import Role
from workflows.units import Post, UnitKind

NURSERY = "县第一幼儿园"
Typed = dict[str, str | list[str] | None]


def row(duty: Duty, **facts: str | None) -> Typed:
    return {f"row-{duty.id}-{name}": value for name, value in facts.items()}


@pytest.fixture
def county(sqlite_world: World) -> World:
    """Three tasks in the month in which March's reports are open."""
    sqlite_world.issue(*THREE)
    return in_march(sqlite_world)


@pytest.fixture
def reader(county: World) -> Reader:
    return signed_in(county.app, "jiaoyu")


def test_every_field_of_a_row_is_filed_by_the_page(county: World, reader: Reader) -> None:
    one = march_duties(county)[0]
    typed = row(
        one,
        percent="30",
        schedule="behind",
        on_time="risky",
        done="完成选址。",
        problems="用地手续未批。",
        cause="land",
        next_step="取得批复。",
        next_on="2025-04-10",
        help_words="请加快批复。",
        help_unit=SHARER,
        waiting="y",
    )
    after = reader.press(reader.get("/reports"), "报送", typed | {"signed_by": "县教育局局长"})
    report = report_of(county, one.id)
    assert (report.schedule, report.on_time, report.cause) == (Pace.BEHIND, OnTime.RISKY, Cause.LAND)
    assert (report.next_on, report.help_unit_id) == (date(2025, 4, 10), county.unit_id(SHARER))
    assert (report.signed_by, report.waiting) == ("县教育局局长", True)
    for words in ("欠序时", "有风险", "（原因：用地）", "需县财政局协调", "县教育局局长审签"):
        assert words.replace(" ", "") in after.text.replace(" ", "")


def test_the_signer_is_filled_in_and_without_one_the_page_comes_back_as_it_was_typed(
    county: World, reader: Reader
) -> None:
    one = march_duties(county)[0]
    page = reader.get("/reports")
    assert page.value("signed_by") == signer_of(LEAD)
    typed = row(one, percent="30", done="完成选址。") | {"signed_by": ""}
    again = reader.press(page, "报送", typed, 400)
    assert "请填写审签人" in again.text
    assert again.value(f"row-{one.id}-done") == "完成选址。"
    assert county.get(Duty, one.id).state is DutyState.OPEN


def test_a_unit_nobody_knows_and_a_day_that_is_none_keep_every_word(county: World, reader: Reader) -> None:
    one, two, _ = march_duties(county)
    typed = row(one, help_words="请协调。", help_unit="县某局", next_on="2025-02-30") | row(
        two, done="招标。"
    )
    again = reader.press(reader.get("/reports"), "保存草稿", typed, 400)
    assert "没有找到这个单位" in again.text
    assert "没有这一天" in again.text
    assert again.value(f"row-{one.id}-help_unit") == "县某局"
    assert again.value(f"row-{two.id}-done") == "招标。"


def test_an_alias_of_a_unit_is_understood(county: World, reader: Reader) -> None:
    one = march_duties(county)[0]
    with county.writing() as s:
        s.add(UnitAlias(unit_id=county.unit_id(SHARER), alias="财政部门"))
    reader.press(reader.get("/reports"), "保存草稿", row(one, help_words="请协调。", help_unit="财政部门"))
    assert report_of(county, one.id).help_unit_id == county.unit_id(SHARER)


def test_help_that_was_written_down_is_asked_for_without_writing_it_again(
    county: World, reader: Reader
) -> None:
    one = march_duties(county)[0]
    typed = row(one, percent="30", done="选址。", help_words="请加快批复。", help_unit=SHARER)
    after = reader.press(reader.get("/reports"), "报送", typed)
    assert "第1项已写明需县财政局协调。" in after.text
    asked = reader.get(after.links()["现在提出协调请求"])
    assert asked.value("reason") == "请加快批复。"
    reader.press(asked, "提交申请")
    raised = county.one(sa.select(Request))
    assert (raised.reason, raised.other_unit_id) == ("请加快批复。", county.unit_id(SHARER))
    assert "提出协调请求" not in reader.get(month_path(county)).text


def test_a_task_of_indicators_shows_target_and_last_value_and_asks_no_percentage(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue(Asked("提高普惠率", responsible=()))
    [known] = measure(world, ("普惠率", "90"))
    world.sign(LEAD)
    world.run_to(date(2025, 3, 21))
    file(world, owed(world, MARCH), None, "核定3所。", measures={known: "45"})
    world.run_to(date(2025, 4, 21))
    april, reader = owed(world, "2025-04"), signed_in(world.app, "jiaoyu")
    page = reader.get("/reports")
    assert "普惠率（%）" in page.text
    assert "目标：不低于90%，上次45%" in page.text
    assert f'name="row-{april.id}-percent"' not in page.html
    wrong = reader.press(
        page, "报送", row(april, done="核定。") | {f"row-{april.id}-measure_{known}": "八成"}, 400
    )
    assert "指标值请只填数字" in wrong.text
    assert wrong.value(f"row-{april.id}-measure_{known}") == "八成"
    reader.press(wrong, "报送", {f"row-{april.id}-measure_{known}": "81％"})
    assert report_on(world, april).percent == 90
    assert [one.value for one in world.all(sa.select(Measure).order_by(Measure.id))] == ["45", "81"]


def test_no_change_takes_over_the_indicators_values_too(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue(Asked("提高普惠率", responsible=()))
    [known] = measure(world, ("普惠率", "90"))
    world.sign(LEAD)
    world.run_to(date(2025, 3, 21))
    file(world, owed(world, MARCH), None, "核定3所。", measures={known: "45"})
    world.run_to(date(2025, 4, 21))
    april, reader = owed(world, "2025-04"), signed_in(world.app, "jiaoyu")
    reader.press(reader.get("/reports"), "报送", row(april, unchanged="y"))
    report = report_on(world, april)
    assert (report.percent, report.done, report.unchanged) == (50, "本月无变化。", True)
    assert [one.value for one in world.all(sa.select(Measure))] == ["45", "45"]


def test_what_recurs_is_one_tick(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue(Asked("每月组织培训", responsible=()))
    make_recurring(world)
    world.sign(LEAD)
    world.run_to(date(2025, 3, 21))
    duty, reader = owed(world, MARCH), signed_in(world.app, "jiaoyu")
    page = reader.get("/reports")
    assert "本期已开展" in page.text
    reader.press(page, "报送", row(duty, occurred="y", done="46人参加。"))
    assert report_on(world, duty).occurred is True
    assert "本期已开展" in reader.get(month_path(world)).text


def test_from_the_second_time_in_a_row_the_page_asks_why_nothing_changed(
    county: World, reader: Reader
) -> None:
    county.file(LEAD, MARCH, percent=35)
    county.run_to(date(2025, 4, 21))
    april = county.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period="2025-04")[0]
    page = reader.get("/reports")
    assert "连续无变化的原因" not in page.text
    reader.press(page, "报送", row(april, unchanged="y"))
    county.run_to(date(2025, 5, 21))
    may = county.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, period="2025-05")[0]
    page = reader.get(month_path(county, period="2025-05"))
    asked = reader.press(page, "报送", row(may, unchanged="y"))
    assert "（缺连续无变化的原因）" in asked.text
    reader.press(asked, "报送", row(may, unchanged_reason="等待用地批复。"))
    assert report_of(county, may.id).unchanged_reason == "等待用地批复。"


def test_a_report_of_another_rhythm_speaks_of_the_period(sqlite_world: World) -> None:
    world = sqlite_world
    world.issue(Asked("推进学前教育", responsible=()))
    with world.writing() as s:
        body = CadenceRules(rhythm={TaskKind.CONTINUING: Rhythm.QUARTERLY}).as_json()
        quarterly = PolicyVersion(
            subject=PolicySubject.CADENCE, version=2, body=body, note="季报", created_at=world.now
        )
        s.add(quarterly)
        s.flush()
        s.execute(sa.update(Plan).values(cadence_version_id=quarterly.id))
        s.execute(sa.update(Task).values(kind=TaskKind.CONTINUING))
    world.sign(LEAD)
    world.run_to(date(2025, 3, 21))
    page = signed_in(world.app, "jiaoyu").get("/reports")
    assert page.title.startswith("2025年第一季度报告")
    assert "本期进展" in page.text
    assert "本月" not in page.text


# --------------------------------------------------------------------------------------------- autosave


def kept(reader: Reader, page: Page, typed: Typed) -> str:
    """What the page answers when it keeps itself as a draft."""
    form, _ = page.form_with("报送")
    sent = {e.get("name", ""): e.get("value", "") for e in form.iter("input") if e.get("type") == "hidden"}
    address = next(e.get("hx-post", "") for e in form.iter() if "data-autosave" in e.attrib)
    answer = reader.client.post(address, data=sent | typed)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def carried(answer: str, name: str) -> str:
    """The value the answer puts into a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer)
    assert found, answer
    return found.group(1)


def test_the_page_keeps_itself_as_a_draft_and_says_when(county: World, reader: Reader) -> None:
    one = march_duties(county)[0]
    answer = kept(reader, reader.get("/reports"), row(one, percent="30", done="写了一半"))
    assert "2025年3月21日 10:00已自动保存" in answer
    report = report_of(county, one.id)
    assert (report.state, report.done) == (ReportState.DRAFT, "写了一半")
    assert carried(answer, f"row-{one.id}-version") == str(report.version)
    assert county.get(Duty, one.id).state is DutyState.OPEN


def test_with_the_versions_of_the_answer_the_same_page_goes_on_and_files(
    county: World, reader: Reader
) -> None:
    one = march_duties(county)[0]
    page = reader.get("/reports")
    first = kept(reader, page, row(one, percent="30", done="写了一半"))
    fresh = row(
        one,
        version=carried(first, f"row-{one.id}-version"),
        shown=carried(first, f"row-{one.id}-shown"),
    )
    kept(reader, page, fresh | row(one, percent="30", done="写完了。"))
    again = report_of(county, one.id)
    filed = reader.press(
        page, "报送", fresh | row(one, version=str(again.version), percent="30", done="写完了。")
    )
    assert "已报送1项" in filed.text
    assert report_of(county, one.id).done == "写完了。"


def test_a_row_a_colleague_saved_is_not_kept_over_and_the_others_are(county: World, reader: Reader) -> None:
    one, two, _ = march_duties(county)
    opened, other = reader.get("/reports"), signed_in(county.app, "jiaoyu")
    other.press(other.get("/reports"), "保存草稿", row(one, percent="30", done="甲写的。"))
    answer = kept(reader, opened, row(one, done="乙写的。") | row(two, done="另一项。"))
    assert "有1项同事刚更新过，没有自动保存" in answer
    assert report_of(county, one.id).done == "甲写的。"
    assert report_of(county, two.id).done == "另一项。"


def test_a_row_that_cannot_be_kept_yet_does_not_keep_the_others_from_it(
    county: World, reader: Reader
) -> None:
    one, two, _ = march_duties(county)
    answer = kept(
        reader, reader.get("/reports"), row(one, percent="三成", done="写。") | row(two, done="另一项。")
    )
    assert "有1项还不能保存" in answer
    assert report_of(county, two.id).done == "另一项。"


def test_an_untouched_page_keeps_nothing(county: World, reader: Reader) -> None:
    answer = kept(reader, reader.get("/reports"), {})
    assert "已自动保存" not in answer
    assert county.count(Report) == 0


def test_another_unit_s_page_is_not_kept(county: World) -> None:
    stranger = signed_in(county.app, "minzheng")
    token = stranger.get("/desk").html.split('name="csrf_token" value="')[1].split('"')[0]
    answer = stranger.client.post(f"{month_path(county)}/draft", data={"csrf_token": token})
    assert answer.status_code == 404


# ------------------------------------------------------------------------------------------- 本园的事


def test_a_kindergarten_s_head_has_a_page_of_few_words_and_signs_as_he_files(sqlite_world: World) -> None:
    world = sqlite_world
    world.unit(NURSERY, UnitKind.KINDERGARTEN, staffed=False)
    head = world.person(
        "一园园长", unit=NURSERY, post=Post.HEAD, username="yuanzhang", roles=(Role.DEPARTMENT,)
    )
    with world.writing() as s:
        s.add(PostHeld(person_id=head, unit_id=world.unit_id(NURSERY), post=Post.LIAISON))
    world.issue(Asked("评选家园共育示范班", responsible=(NURSERY,)))
    world.run_to(date(2025, 3, 21))
    duty = owed(world, MARCH, NURSERY)
    reader = signed_in(world.app, "yuanzhang")
    page = reader.get("/reports")
    assert page.title.startswith("本园的事")
    assert "审签人" not in page.text
    after = reader.press(page, "报送", row(duty, percent="40", done="大班完成评选。"))
    assert after.path == "/desk"
    report = report_on(world, duty)
    assert (report.state, report.signed_by, report.signer_id) == (ReportState.SUBMITTED, "一园园长", head)


def test_a_page_of_many_tasks_asks_the_database_no_more_than_one_of_few(sqlite_world: World) -> None:
    world = sqlite_world

    def statements(tasks: int) -> int:
        world.issue(*(Asked(f"任务{number}", responsible=(SHARER,)) for number in range(tasks)))
        world.run_to(date(2025, 3, 21))
        reader = signed_in(world.app, "jiaoyu")
        reader.get("/reports")
        with counted(world) as heard:
            reader.get(month_path(world))
        return len(heard)

    few = statements(3)
    assert statements(30) == few


def test_hints_asked_for_while_typing_leave_the_session_s_cookie_to_the_button(
    county: World, reader: Reader
) -> None:
    one, page = march_duties(county)[0], reader.get("/reports")
    form, _ = page.form_with("报送")
    [token] = [e.get("value", "") for e in form.iter("input") if e.get("name") == "csrf_token"]
    typed = {f"row-{one.id}-done": "高度重视。", "csrf_token": token}
    answer = reader.client.post(f"/reports/hints?row={one.id}", data=typed)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Set-Cookie" in reader.client.get(page.path).headers

"""The pages of the rules: a ladder changed rung by rung without a script, tried, taken into use, open duties moved."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.models import Duty, Notice, Plan, PolicyDraft, PolicyVersion
from app.models.rules import PolicySubject
from app.queries import burden, foresight
from app.queries.burden import Assumed, Question
from tests.pages import Page, Reader, Typed, signed_in
from tests.world import LEAD, SHARER, Asked, World
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.escalation import DEFAULT_LADDERS, Audience, LadderBook, LetterKind


@pytest.fixture
def county(sqlite_world: World) -> World:
    """Three weeks into a plan; March's reports are open."""
    sqlite_world.issue(Asked("新建一所幼儿园", due=date(2025, 4, 30)), Asked("安全检查", SHARER, ()))
    sqlite_world.run_to(date(2025, 3, 21))
    return sqlite_world


def office(world: World) -> Reader:
    return signed_in(world.app, "zhuanban")


def begun(reader: Reader, subject: str = "升级阶梯") -> Page:
    return reader.press(reader.get("/rules"), f"修改{subject}")


def stored(world: World) -> LadderBook:
    return LadderBook.from_json(world.one(sa.select(PolicyDraft)).body)


def test_the_front_page_says_what_is_in_force_since_when_and_by_whom(county: World) -> None:
    page = office(county).get("/rules")
    for subject in ("升级阶梯", "报告周期", "亮灯规则"):
        assert f"修改{subject}" in page.buttons()
    assert page.text.count("现行第1版") == 3
    assert "系统默认规则" in page.text


def test_a_rung_is_added_filled_in_and_saved(county: World) -> None:
    reader = office(county)
    begun(reader)
    page = reader.get("/rules/drafts/1/ladders/monthly_report")
    added = reader.press(page, "加一级")
    before = len(DEFAULT_LADDERS[DutyKind.MONTHLY_REPORT].rungs)
    row = f"rungs-{before}-"
    assert len(stored(county).ladders[DutyKind.MONTHLY_REPORT].rungs) == before  # nothing is saved yet
    typed: Typed = {
        row + "side": "after",
        row + "days": "5",
        row + "letter": "urge",
        row + "audience": ["liaison", "section_head"],
        row + "every": "2",
        row + "times": "3",
    }
    saved = reader.press(added, "保存月报的阶梯", typed)
    assert "草稿已保存" in saved.text
    ladder = stored(county).ladders[DutyKind.MONTHLY_REPORT]
    [new] = [rung for rung in ladder.rungs if rung.offset == 5]
    assert (new.letter, new.every, new.times) == (LetterKind.URGE, 2, 3)
    assert new.audience == (Audience.LIAISON, Audience.SECTION_HEAD)
    assert [rung.offset for rung in ladder.rungs] == [None, -1, 0, 1, 3, 5, 7, 15, 30]


def test_a_rung_is_taken_away_and_the_other_rows_keep_what_was_typed(county: World) -> None:
    reader = office(county)
    begun(reader)
    page = reader.get("/rules/drafts/1/ladders/monthly_report")
    shorter = reader.press(page, "删去第2级", {"rungs-3-days": "2"})
    assert shorter.value("rungs-2-days") == "2"
    reader.press(shorter, "保存月报的阶梯")
    offsets = [rung.offset for rung in stored(county).ladders[DutyKind.MONTHLY_REPORT].rungs]
    assert offsets == [None, 0, 2, 3, 7, 15, 30]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"rungs-3-days": "三"}, "第4级的天数请填整数"),
        ({"rungs-3-days": "3"}, "同一天只能有一级"),
        ({"hour": "23"}, "发出时刻要在8时至19时之间"),
        ({"rungs-3-every": "2"}, "第4级的重复要同时写明间隔"),
        ({"rungs-3-audience": None}, "第4级没有选发给谁"),
        ({"rungs-1-slip": "blue_slip"}, "第2级在到期之前，不能拟督办单"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept_as_typed(
    county: World, typed: dict[str, str | list[str] | None], sentence: str
) -> None:
    reader = office(county)
    begun(reader)
    page = reader.get("/rules/drafts/1/ladders/monthly_report")
    again = reader.press(page, "保存月报的阶梯", typed, status=400)
    assert sentence in again.text
    for name, value in typed.items():
        if isinstance(value, str) and "slip" not in name:
            assert again.value(name) == value
    assert stored(county).ladders == DEFAULT_LADDERS


def test_the_second_of_two_editors_keeps_his_words_and_can_save_them_knowingly(county: World) -> None:
    one, other = office(county), signed_in(county.app, "guanli")
    begun(one)
    path = "/rules/drafts/1/ladders/sign"
    first, second = one.get(path), other.get(path)
    one.press(first, "保存签收的阶梯", {"hour": "10"})
    told = other.press(second, "保存签收的阶梯", {"hour": "11"}, status=409)
    assert "刚刚修改了这份草稿" in told.text
    assert told.value("hour") == "11"
    other.press(told, "保存签收的阶梯")
    assert stored(county).ladders[DutyKind.SIGN].hour == 11


def test_days_for_answers_are_part_of_the_ladders(county: World) -> None:
    reader = office(county)
    reader.press(begun(reader), "保存回复期限", {"blue_slip": "4"})
    assert stored(county).reply_workdays[LetterKind.BLUE_SLIP] == 4
    refused = reader.press(reader.get("/rules/drafts/1"), "保存回复期限", {"blue_slip": "四天"}, status=400)
    assert "蓝色提醒单的回复期限请填整数" in refused.text
    assert refused.value("blue_slip") == "四天"


def test_report_days_are_fields_and_a_change_is_said_in_words(county: World) -> None:
    reader = office(county)
    page = begun(reader, "报告周期")
    typed = {
        "monthly_due_day": "26日",
        "lock_day": "6",
        "signoff": "personal",
        "assessment_due": "1月15日",
        "custom_days": "3月31日、9-30",
        "rhythm-continuing": "quarterly",
        "requests-extension_longest": "60",
    }
    saved = reader.press(page, "保存草稿", typed)
    for words in (
        "月报截止日 25日 26日",
        "锁定日 5日 6日",
        "单位审签 登记审签人后报送 审签人本人登录审签",
        "1月10日 1月15日",
        "3月31日、9月30日",
        "持续推进任务每季度",
        "90日 60日",
    ):
        assert words in saved.text


def test_report_days_that_cannot_be_are_refused_and_kept(county: World) -> None:
    reader = office(county)
    page = begun(reader, "报告周期")
    again = reader.press(
        page, "保存草稿", {"assessment_due": "元旦后", "monthly_due_day": "二十五"}, status=400
    )
    assert "年度考核截止日没有看懂" in again.text
    assert "月报截止日请填整数" in again.text
    assert (again.value("assessment_due"), again.value("monthly_due_day")) == ("元旦后", "二十五")
    impossible = reader.press(page, "保存草稿", {"monthly_due_day": "40"}, status=400)
    assert "月报截止日要填1到31之间的日子" in impossible.text


def test_thresholds_of_the_lights_change_the_lights_at_once(county: World) -> None:
    reader = office(county)
    page = begun(reader, "亮灯规则")
    refused = reader.press(page, "保存草稿", {"red_points": "5"}, status=400)
    assert "红灯线不能低于黄灯线" in refused.text
    reader.press(page, "保存草稿", {"red_points": "60", "near_days": "10"})
    trial = reader.get("/rules/drafts/1/simulation")
    assert "会变灯的任务" in trial.text
    assert "新建一所幼儿园" in trial.text
    taken = reader.press(reader.get("/rules/drafts/1/take"), "采用为新的一版", {"note": "少亮红灯"})
    assert "亮灯规则第2版" in taken.text


def test_a_draft_is_thrown_away_and_what_is_in_force_stays(county: World) -> None:
    reader = office(county)
    page = reader.press(begun(reader), "删除草稿")
    assert "草稿已删除" in page.text
    assert county.count(PolicyDraft) == 0


def test_from_the_change_to_the_move_in_the_office_s_own_steps(county: World) -> None:
    reader = office(county)
    begun(reader)
    ladder = reader.get("/rules/drafts/1/ladders/monthly_report")
    reader.press(ladder, "保存月报的阶梯", {"rungs-3-days": "2"})
    simulation = reader.get("/rules/drafts/1/simulation")
    assert "每人每周的信" in simulation.text
    before = (county.count(Notice), county.count(Duty))
    take = reader.get("/rules/drafts/1/take")
    assert "逾期1个工作日" in take.text
    bare = reader.press(take, "采用为新的一版", {"note": " "}, status=400)
    assert "请写明为什么这样改" in bare.text
    moving = reader.press(bare, "采用为新的一版", {"note": "给一天宽限"})
    assert (county.count(Notice), county.count(Duty)) == before
    version = county.one(sa.select(PolicyVersion).order_by(PolicyVersion.id.desc()).limit(1))
    assert county.one(sa.select(Plan)).ladders_version_id == version.id
    assert "原来下次提醒" in moving.text
    [button] = [words for words in moving.buttons() if words.startswith("移到新版")]
    moved = reader.press(moving, button)
    assert "已经移来的事项" in moved.text
    assert "没有还按旧版提醒的未办事项" in moved.text
    assert {d.policy_version_id for d in county.duties(kind=DutyKind.MONTHLY_REPORT)} == {version.id}


def test_two_versions_are_compared_in_words(county: World) -> None:
    reader = office(county)
    begun(reader)
    ladder = reader.get("/rules/drafts/1/ladders/monthly_report")
    reader.press(ladder, "保存月报的阶梯", {"rungs-3-days": "2"})
    reader.press(reader.get("/rules/drafts/1/take"), "采用为新的一版", {"note": "给一天宽限"})
    version = county.one(sa.select(PolicyVersion).order_by(PolicyVersion.id.desc()).limit(1))
    page = reader.get(f"/rules/versions/{version.id}")
    assert "与第1版的差别 2处" in page.text
    assert "逾期2个工作日 没有这一项 催报，发联络员、科室负责人，立即发" in page.text
    assert "逾期1个工作日 催报，发联络员、科室负责人，立即发 删去" in page.text
    assert "给一天宽限" in page.text


# ------------------------------------------------------------------------------------------- the trial


def question(world: World, assumed: Assumed = Assumed.HEARD, weeks: int = 8) -> Question:
    return Question(world.one(sa.select(Plan)).id, weeks, assumed)


def asked(world: World, what: Question) -> burden.Burden:
    with world.app.app_context():
        return burden.burden(1, what, world.now)


def test_without_a_change_both_sides_are_the_same(county: World) -> None:
    begun(office(county))
    seen = asked(county, question(county))
    assert seen.letters.now == seen.letters.then > 0
    assert all(row.total.more == 0 for row in seen.people)
    assert (seen.slips.more, seen.to_leader.more) == (0, 0)


def test_the_figures_are_those_of_the_letters_foretold(county: World) -> None:
    begun(office(county))
    seen = asked(county, question(county, Assumed.NOTHING))
    until = seen.mondays[-1] + timedelta(days=6)
    with county.app.app_context():
        told = foresight.foresee(question(county).plan_id, county.clock.today, until, county.now)
    letters = {(n.person_id, n.leaves_at) for n in told.notices if local_date(n.leaves_at) <= until}
    assert seen.letters.now == len(letters)
    assert sum(row.total.now for row in seen.people) == len(letters)
    assert sum(week.now for row in seen.people for week in row.weeks) == len(letters)


def test_every_rung_more_is_seen_and_every_letter_behind_a_figure_can_be_read(county: World) -> None:
    reader = office(county)
    begun(reader)
    ladder = reader.get("/rules/drafts/1/ladders/monthly_report")
    added = reader.press(ladder, "加一级")
    row = f"rungs-{len(DEFAULT_LADDERS[DutyKind.MONTHLY_REPORT].rungs)}-"
    typed: Typed = {row + "days": "5", row + "audience": ["head"]}
    reader.press(added, "保存月报的阶梯", typed)
    seen = asked(county, question(county))
    head = next(r for r in seen.people if r.name == f"{LEAD}局长")
    assert head.total.more >= 1
    page = reader.get("/rules/drafts/1/simulation")
    links = [link for link in page.all("a") if f"/letters/{head.person_id}?" in link.get("href", "")]
    whole = reader.get(links[0].get("href", ""))
    assert f"推演出的信 {head.total.then:g}封" in whole.text
    assert "逾期5个工作日催报" in whole.text
    former = reader.get(links[1].get("href", ""))
    assert f"推演出的信 {head.total.now:g}封" in former.text
    assert "逾期5个工作日催报" not in former.text


def test_as_usual_counts_what_comes_after_the_date_by_what_was_done_in_time(county: World) -> None:
    reader = office(county)
    begun(reader)
    county.file(SHARER, "2025-03")
    county.run_to(date(2025, 4, 1))
    usual = asked(county, question(county, Assumed.USUAL, weeks=6))
    full = asked(county, question(county, Assumed.HEARD, weeks=6))
    shares = {name: (done, owed) for name, done, owed in usual.shares}
    assert shares[SHARER][0] > 0
    assert usual.letters.now < full.letters.now
    assert any(row.total.now != int(row.total.now) for row in usual.people) or usual.letters.now > 0
    page = reader.get(
        f"/rules/drafts/1/simulation?plan={question(county).plan_id}&weeks=6&assumed=usual&limit=5"
    )
    assert "近半年的按期率" in page.text


@pytest.mark.parametrize("address", ["weeks=99", "weeks=abc", "assumed=maybe", "plan=77"])
def test_a_question_that_cannot_be_asked_is_said(county: World, address: str) -> None:
    reader = office(county)
    begun(reader)
    base = {"plan": str(question(county).plan_id), "weeks": "8", "assumed": "heard", "limit": "5"}
    name, _, value = address.partition("=")
    words = "&".join(f"{key}={found}" for key, found in {**base, name: value}.items())
    reader.get(f"/rules/drafts/1/simulation?{words}", status=400)


def test_without_a_running_plan_there_is_nothing_to_try_but_the_draft_can_be_taken(
    sqlite_world: World,
) -> None:
    reader = office(sqlite_world)
    begun(reader)
    assert "还没有正在执行的计划" in reader.get("/rules/drafts/1/simulation").text
    taken = reader.press(reader.get("/rules/drafts/1/take"), "采用为新的一版", {"note": "先定规则"})
    assert "没有还按旧版提醒的未办事项" in taken.text


def test_the_command_line_foretells_a_draft(county: World) -> None:
    reader = office(county)
    begun(reader)
    ladder = reader.get("/rules/drafts/1/ladders/monthly_report")
    reader.press(ladder, "保存月报的阶梯", {"rungs-3-days": "2"})
    plan_id = county.one(sa.select(Plan)).id
    line = [
        "engine",
        "simulate",
        "--plan",
        str(plan_id),
        "--from",
        "2025-03-21",
        "--to",
        "2025-04-30",
        "--json",
    ]
    runner = county.app.test_cli_runner()
    plain, tried = (
        [json.loads(row) for row in runner.invoke(args=args).output.splitlines()]
        for args in (line, [*line, "--draft", "1"])
    )
    reports = [
        [row["why"].partition("，")[0] for row in rows if row["duty"].endswith("月报")]
        for rows in (plain, tried)
    ]
    assert "升级阶梯第1版：逾期1个工作日催报" in reports[0]
    assert "升级阶梯第2版：逾期2个工作日催报" in reports[1]
    assert not any("逾期1个工作日催报" in why for why in reports[1])
    subjects = county.all(sa.select(PolicyVersion).where(PolicyVersion.subject == PolicySubject.LADDERS))
    assert len(subjects) == 1

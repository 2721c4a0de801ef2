"""考核 by its own pages: what the office presses, what a unit sees of itself and of nobody else, a scheme being changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models import Appeal, Assessment, AssessmentEntry, Plan, PolicyVersion
from app.models.rules import PolicySubject
from tests.assessing import (
    SHOWN_ON,
    a_year,
    appealed,
    begun,
    entered,
    proof,
    running,
    settled,
    shown,
    the_only,
)
from tests.conftest import dispose, make_app
from tests.pages import Page, Reader, signed_in
from tests.world import FIRST_DAY, LEAD, SHARER, FakePost, FrozenClock, World, at
from workflows.appraisal import said
from workflows.lifecycle import AppealState, AssessmentState, EntryKind
from workflows.policy import Role

APPEALS_END = date(2025, 6, 10)


@pytest.fixture(scope="module")
def year_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The year, lived once: every test begins from a copy of it."""
    file = tmp_path_factory.mktemp("year") / "year.db"
    shutil.copy(sqlite_template, file)
    clock, post = FrozenClock(at(FIRST_DAY)), FakePost()
    app = make_app(f"sqlite:///{file}", clock, post)
    a_year(World(app, clock, post))
    dispose(app)
    return file


@pytest.fixture
def world(year_template: Path, tmp_path: Path, post: FakePost) -> Iterator[World]:
    """On the day on which the year may be shown for appeal."""
    file = tmp_path / "luoshi.db"
    shutil.copy(year_template, file)
    clock = FrozenClock(at(SHOWN_ON))
    app = make_app(f"sqlite:///{file}", clock, post)
    yield World(app, clock, post)
    dispose(app)


@pytest.fixture
def plan_id(world: World) -> int:
    return world.one(sa.select(Plan)).id


@pytest.fixture
def office(world: World, plan_id: int) -> Reader:
    return signed_in(world.app, "zhuanban")


@pytest.fixture
def unit(world: World, plan_id: int) -> Reader:
    return signed_in(world.app, "jiaoyu")


def here(world: World, unit_name: str = LEAD) -> str:
    return f"/assessments/{the_only(world).id}/units/{world.unit_id(unit_name)}"


# ------------------------------------------------------------------------------------------- the office


def test_an_assessment_goes_from_its_beginning_to_its_archive_by_the_pages_alone(
    world: World, office: Reader, unit: Reader
) -> None:
    page = office.press(office.get("/assessments"), "开始")
    assert page.title.startswith("2025年度考核")
    page = office.press(page, "冻结数据并预公示", {"cutoff_on": "2025-05-31"})
    assert "已预公示，2个单位收到得分和申诉期限。" in page.text
    assert "申诉期到2025年6月10日（周二）" in page.text
    page = office.press(page, "定分", status=409)
    assert "期满后才能定分" in page.text
    assert unit.get(here(world)).links().get("提出申诉") == f"{here(world)}/appeal"
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    page = office.press(
        office.get(page.links().get("2025年度考核", f"/assessments/{the_only(world).id}")), "定分"
    )
    assert "已定分" in page.text
    page = office.press(page, "登记文号并归档", {"number": "  "}, status=400)
    page = office.press(page, "登记文号并归档", {"number": "×政督〔2025〕9号"})
    assert "已归档" in page.text
    assert the_only(world).state is AssessmentState.ARCHIVED
    assert "×政督〔2025〕9号" in office.get("/assessments").text


def test_a_cutoff_that_has_not_passed_comes_back_as_it_was_typed(
    world: World, plan_id: int, office: Reader
) -> None:
    assessment_id = begun(world, plan_id)
    page = office.get(f"/assessments/{assessment_id}")
    assert page.value("cutoff_on") == (SHOWN_ON - timedelta(days=1)).isoformat()
    page = office.press(page, "冻结数据并预公示", {"cutoff_on": SHOWN_ON.isoformat()}, status=400)
    assert "今天以前的日子" in page.text
    assert page.value("cutoff_on") == SHOWN_ON.isoformat()
    office.press(page, "冻结数据并预公示", {"cutoff_on": "2025-05-31"})


def test_an_addition_is_entered_shown_with_its_document_and_withdrawn(
    world: World, plan_id: int, office: Reader
) -> None:
    assessment_id = begun(world, plan_id)
    before = running(world, plan_id)[LEAD].tally.points
    page = office.get(f"/assessments/{assessment_id}/entries")
    typed = {
        "kind": "addition", "unit_id": str(world.unit_id(LEAD)), "item": "省级表彰", "points": "1.5",
        "document_number": "省教发〔2025〕8号", "words": "学前教育经验全省推广。",
    }  # fmt: skip
    page = office.press(page, "登记", {**typed, "points": "很多"}, status=400)
    assert "分数请填数" in page.text
    assert page.value("points") == "很多"
    assert page.value("words") == "学前教育经验全省推广。"
    page = office.press(page, "登记", {**typed, "points": "9"}, status=400)
    assert "0.01到5之间" in page.text
    page = office.press(page, "登记", typed)
    assert "省教发〔2025〕8号" in page.text
    assert running(world, plan_id)[LEAD].tally.points == before + 1_50
    page = office.press(page, "撤回这一条", {"words": "文号填错"})
    assert "撤回：文号填错" in page.text
    assert running(world, plan_id)[LEAD].tally.points == before


def test_a_veto_is_entered_with_its_finding_or_not_at_all(world: World, plan_id: int, office: Reader) -> None:
    assessment_id = begun(world, plan_id)
    typed = {
        "kind": "veto", "unit_id": str(world.unit_id(LEAD)), "item": "弄虚作假",
        "document_number": "县纪函〔2025〕3号", "words": "虚报数据，经核查属实。",
    }  # fmt: skip
    page = office.get(f"/assessments/{assessment_id}/entries")
    page = office.press(page, "登记", typed, status=400)
    assert "否决须附认定文书" in page.text
    page = office.press(page, "登记", {**typed, "finding": proof()}, status=400)
    assert "不涉密" in page.text
    page = office.press(page, "登记", {**typed, "finding": proof(), "unclassified": "y"})
    assert world.count(AssessmentEntry) == 1
    assert "不合格" in office.get(f"/assessments/{assessment_id}").text
    with office.client.get(page.links()["认定书.txt"]) as finding:
        assert finding.status_code == 200


def test_an_office_worker_of_the_unit_itself_reads_that_another_has_to_do_it(
    world: World, plan_id: int, office: Reader
) -> None:
    assessment_id = begun(world, plan_id)
    world.person("兼职干事", unit=LEAD, roles=(Role.OFFICE,), username="jianzhi", email="jz@luoshi.example")
    both = signed_in(world.app, "jianzhi")
    typed = {
        "kind": "addition", "unit_id": str(world.unit_id(LEAD)), "points": "1", "document_number": "1号", "words": "好",
    }  # fmt: skip
    page = both.press(both.get(f"/assessments/{assessment_id}/entries"), "登记", typed, status=403)
    assert "回避" in page.text
    assert page.value("words") == "好"
    shown(world, assessment_id)
    appeal_id = appealed(world, assessment_id)
    assert "作出复核决定" not in both.get(f"/appeals/{appeal_id}").buttons()


def test_weights_are_typed_as_people_say_them(world: World, plan_id: int, office: Reader) -> None:
    assessment_id = begun(world, plan_id)
    first = world.tasks(plan_id)[0].id
    page = office.get(f"/assessments/{assessment_id}/weights")
    page = office.press(page, "保存权重", {f"weight-{first}": "两倍"}, status=400)
    assert page.value(f"weight-{first}") == "两倍"
    office.press(page, "保存权重", {f"weight-{first}": "1.5"})
    assert the_only(world).weights == {str(first): 150}
    assert office.get(f"/assessments/{assessment_id}/weights").value(f"weight-{first}") == "1.5"


# ------------------------------------------------------------------------------------------- a unit


def test_a_unit_sees_its_running_score_with_its_reasons_and_what_would_mend_it(
    world: World, plan_id: int, unit: Reader
) -> None:
    page, score = unit.get("/my-score"), running(world, plan_id)[LEAD]
    assert said(score.tally.points) in page.text
    for item in score.tally.items:
        assert item.item.formula in page.text
    assert "补报" in page.text
    late = next(one for one in score.tally.adjustments if one.key == "late")
    assert f"/duties/{late.rows[0].id}" in page.links().values()
    assert unit.get(f"/duties/{late.rows[0].id}").status == 200


def test_a_unit_sees_its_place_but_no_number_of_another_unit(
    world: World, plan_id: int, unit: Reader
) -> None:
    assessment_id = begun(world, plan_id)
    entered(world, assessment_id, EntryKind.DEDUCTION, 3_21, unit=SHARER)
    page = unit.get("/my-score")
    assert "1 /1 牵头单位组位次" in page.text
    assert SHARER not in page.text
    assert "3.21" not in page.text
    unit.get(here(world))
    unit.get(here(world, SHARER), status=404)
    unit.get(f"/assessments/{assessment_id}", status=404)
    unit.get("/assessments", status=404)


def test_a_unit_appeals_and_reads_the_decision(
    world: World, plan_id: int, office: Reader, unit: Reader
) -> None:
    shown(world, begun(world, plan_id))
    page = unit.get(unit.get("/my-score").links()["提出申诉"])
    page = unit.press(page, "提交申诉", {"item": "时效", "words": "系统停运，无法填报。"}, status=400)
    assert "主要负责人" in page.text
    assert page.value("words") == "系统停运，无法填报。"
    page = unit.press(page, "提交申诉", {"signed_by": "局长某某"})
    assert "待复核" in page.text
    appeal_id = world.one(sa.select(Appeal)).id
    page = office.get(f"/appeals/{appeal_id}")
    page = office.press(page, "作出复核决定", {"verdict": "uphold", "reason": "属实。"}, status=400)
    assert "改动的分数" in page.text
    page = office.press(page, "作出复核决定", {"change": "+0.5"})
    assert "采纳" in page.text
    assert world.one(sa.select(Appeal)).change == 50
    assert "+0.5分" in unit.get(f"/appeals/{appeal_id}").text
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    before = world.all(sa.select(Assessment))[0].id
    settled(world, before)
    assert "申诉复核：时效" in unit.get(here(world)).text
    assert "申诉复核：时效" not in unit.get(f"{here(world)}?stage=preview").text


def test_a_unit_takes_its_appeal_back(world: World, plan_id: int, unit: Reader) -> None:
    shown(world, begun(world, plan_id))
    page = unit.get(f"/appeals/{appealed(world, the_only(world).id)}")
    assert "已撤回" in unit.press(page, "撤回申诉").text
    assert world.one(sa.select(Appeal)).state is AppealState.WITHDRAWN


def test_whoever_has_no_task_reads_so(world: World, plan_id: int) -> None:
    assert "还没有得分" in signed_in(world.app, "minzheng").get("/my-score").text


# ------------------------------------------------------------------------------------------- the scheme


def drafted(office: Reader) -> Page:
    return office.press(office.get("/assessments/scheme"), "修改方案")


def test_a_scheme_is_changed_looked_at_and_taken_into_use(world: World, plan_id: int, office: Reader) -> None:
    page = office.press(drafted(office), "删去第5项")
    page = office.press(page, "保存草稿", status=400)
    assert "合计95分" in page.text
    page = office.press(page, "保存草稿", {"items-3-full": "15", "best_percent": "25"})
    assert "草稿已保存" in page.text
    assert "满分5分：协调响应率" in page.text
    page = office.get(page.links()["看推演"])
    assert LEAD in page.text
    page = office.press(office.get(page.links()["去采用"]), "采用为新的一版", {"note": "协同并入时效"})
    assert "现行第2版" in page.text
    versions = world.all(sa.select(PolicyVersion).where(PolicyVersion.subject == PolicySubject.APPRAISAL))
    assert [len(version.body["items"]) for version in versions] == [5, 4]
    assert versions[1].body["best_percent"] == 25


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("登录次数", "强制定期登录"),
        ("在线时长", "统计在线时长"),
        ("填报字数/300", "减轻填报负担"),
        ("附件数", "强制上传"),
        ("打卡次数", "打卡签到"),
        ("满意度", "没有“满意度”这项事实"),
    ],
)
def test_a_formula_that_may_not_be_is_refused_by_name_and_stays_as_typed(
    plan_id: int, office: Reader, formula: str, why: str
) -> None:
    page = office.press(drafted(office), "保存草稿", {"items-0-formula": formula}, status=400)
    assert formula.partition("/")[0] in page.text
    assert why in page.text
    assert page.value("items-0-formula") == formula


def test_an_item_is_added_with_a_key_of_its_own(plan_id: int, office: Reader) -> None:
    page = office.press(office.press(drafted(office), "加一项"), "加一项")
    keys = [page.value(f"items-{number}-key") for number in range(7)]
    assert len(set(keys)) == 7


def test_a_draft_of_the_scheme_is_thrown_away(plan_id: int, office: Reader) -> None:
    page = office.press(drafted(office), "删除草稿")
    assert "现行方案不变" in page.text
    assert "修改方案" in page.buttons()


def test_the_pages_of_other_rules_do_not_open_a_draft_of_the_scheme(plan_id: int, office: Reader) -> None:
    drafted(office)
    assert "请从“考核”页打开" in office.get("/rules/drafts/1", status=404).text

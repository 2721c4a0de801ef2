"""What a document offers beside its tasks: the office takes candidates or sets them aside, adopts days, binds seats."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.models import Candidate, Commitment, ForceMember, LedgerEntry, Plan, PolicyVersion
from app.models.rules import PolicySubject
from app.queries import rules
from app.services import proposals, reading
from app.services.plans import TaskFacts
from tests.integration.test_pages_office import paste
from tests.pages import Page, Reader, signed_in
from tests.unit.document.reading import seed
from tests.world import LEAD, SHARER, Asked, World
from workflows.cadence import CadenceRules
from workflows.errors import Refused
from workflows.lifecycle import CandidateState
from workflows.policy import Role

SPEECH = """在全县校园安全工作会议上的讲话
同志们：
今天召开会议，部署校园安全工作。
一、充分认识校园安全的重要意义
校园安全要警钟长鸣，必须加强领导。
二、突出重点，抓好校园安全
（一）排查隐患
县教育局要制定排查方案，2025年6月30日前完成校舍排查*所。去年我们完成了排查，取得了成效。
县财政局要落实整改资金。
（二）强化宣传
要加强宣传教育，营造良好氛围。
三、工作要求
成立全县校园安全工作专班。组长由县政府分管教育的副县长担任，成员单位由县教育局、县财政局、民政部门组成，专班办公室设在县教育局。
各单位于每月28日前将进展情况报送专班办公室，每季度末月20日前报送小结。
"""


@pytest.fixture
def office(sqlite_world: World) -> Reader:
    return signed_in(sqlite_world.app, "zhuanban")


def desk(reader: Reader, text: str = SPEECH) -> Page:
    """The desk of a plan read from the words."""
    return paste(reader, text)


def candidates(world: World) -> list[Candidate]:
    return world.all(sa.select(Candidate).order_by(Candidate.position))


def press_offer(reader: Reader, page: Page, button: str, candidate: Candidate) -> Page:
    return reader.press(page, f"{button}：{candidate.title}")


def test_a_speech_becomes_a_draft_without_tasks_that_counts_its_candidates(
    sqlite_world: World, office: Reader
) -> None:
    page = desk(office)
    assert sqlite_world.tasks() == []
    offered = [c.title for c in candidates(sqlite_world)]
    assert offered[:3] == ["制定排查方案", "落实整改资金", "强化宣传"]
    assert f"候选任务{len(offered)}条" in page.text
    assert f"还有{len(offered)}条要决定" in page.text
    assert "还不能下达" not in page.text


def test_a_candidate_shows_who_by_when_and_its_blank_figure_and_leads_to_its_words(
    sqlite_world: World, office: Reader
) -> None:
    page = desk(office)
    first = candidates(sqlite_world)[0]
    [card] = [e for e in page.all("article", "offer") if e.get("id") == f"k-{first.id}"]
    words = " ".join("".join(card.itertext()).split())
    for told in ("县教育局", "2025年6月30日", "1处待填", "看原文"):
        assert told in words
    assert [e.text for e in card.iter("mark")] == ["*所"]
    [source] = page.all("div", "source")
    assert f"c-{first.id}" in {e.get("id") for e in source.iter()}
    assert "".join(source.itertext()).strip() == SPEECH.strip()


def test_a_candidate_is_taken_through_the_form_of_a_task(sqlite_world: World, office: Reader) -> None:
    page = desk(office)
    first = candidates(sqlite_world)[0]
    form = office.get(f"/plans/{first.plan_id}/candidates/{first.id}/take")
    assert form.value("title") == "制定排查方案"
    assert form.value("text") == first.text
    assert form.value("responsible") == "县教育局"
    assert form.value("deadline_on") == "2025-06-30"
    page = office.press(form, "保存", {"responsible": "县财政局", "lead": "县教育局"})
    [task] = sqlite_world.tasks()
    assert (task.title, task.start, task.end) == ("制定排查方案", first.start, first.end)
    [taken] = [c for c in candidates(sqlite_world) if c.id == first.id]
    assert (taken.state, taken.task_id) == (CandidateState.TAKEN, task.id)
    assert "已列为任务" in page.text
    assert page.links()["看这项任务：制定排查方案"] == f"#t-{task.id}"


def test_a_blank_figure_stays_blank_in_the_task(sqlite_world: World, office: Reader) -> None:
    desk(office)
    first = candidates(sqlite_world)[0]
    assert any(figure["target"] is None for figure in first.found["indicators"])
    office.press(office.get(f"/plans/{first.plan_id}/candidates/{first.id}/take"), "保存")
    [task] = sqlite_world.tasks()
    made = sqlite_world.all(sa.select(Commitment).where(Commitment.task_id == task.id))
    assert [(c.name, c.target) for c in made if c.name == "校舍排查"] == [("校舍排查", "")]


def test_taken_candidates_stand_in_the_document_s_order(sqlite_world: World, office: Reader) -> None:
    desk(office)
    first, second = candidates(sqlite_world)[:2]
    for candidate in (second, first):
        office.press(office.get(f"/plans/{candidate.plan_id}/candidates/{candidate.id}/take"), "保存")
    assert [task.title for task in sqlite_world.tasks()] == [first.title, second.title]


def test_what_is_not_complete_is_said_and_nothing_typed_is_lost(sqlite_world: World, office: Reader) -> None:
    desk(office)
    third = candidates(sqlite_world)[2]
    form = office.get(f"/plans/{third.plan_id}/candidates/{third.id}/take")
    again = office.press(form, "保存", {"title": "另一个名称"}, status=400)
    assert "至少填写一个牵头单位或责任单位" in again.text
    assert again.value("title") == "另一个名称"
    assert sqlite_world.tasks() == []
    assert candidates(sqlite_world)[2].state is CandidateState.OPEN


def test_a_candidate_is_set_aside_and_taken_back(sqlite_world: World, office: Reader) -> None:
    page = desk(office)
    first, count = candidates(sqlite_world)[0], len(candidates(sqlite_world))
    page = press_offer(office, page, "不列", first)
    assert candidates(sqlite_world)[0].state is CandidateState.DISMISSED
    assert f"候选任务{count - 1}条" in page.text
    page = press_offer(office, page, "恢复", first)
    assert candidates(sqlite_world)[0].state is CandidateState.OPEN
    assert f"候选任务{count}条" in page.text


def test_two_people_on_one_candidate_the_second_is_told(sqlite_world: World, office: Reader) -> None:
    first_desk = desk(office)
    first = candidates(sqlite_world)[0]
    form = office.get(f"/plans/{first.plan_id}/candidates/{first.id}/take")
    press_offer(office, first_desk, "不列", first)
    page = office.press(form, "保存", status=409)
    assert "已经处理过了" in page.text
    assert sqlite_world.tasks() == []
    late = office.press(first_desk, f"不列：{first.title}", status=409)
    assert "别人刚刚处理过了" in late.text


def test_a_candidate_whose_task_is_taken_out_is_open_again(sqlite_world: World, office: Reader) -> None:
    desk(office)
    first, count = candidates(sqlite_world)[0], len(candidates(sqlite_world))
    page = office.press(office.get(f"/plans/{first.plan_id}/candidates/{first.id}/take"), "保存")
    assert f"候选任务{count - 1}条" in page.text
    page = office.press(page, "撤销")
    assert sqlite_world.tasks() == []
    assert f"候选任务{count}条" in page.text
    office.press(office.get(f"/plans/{first.plan_id}/candidates/{first.id}/take"), "保存")
    assert len(sqlite_world.tasks()) == 1


def test_a_task_taken_out_and_given_back_is_its_candidate_s_again(
    sqlite_world: World, office: Reader
) -> None:
    desk(office)
    first, count = candidates(sqlite_world)[0], len(candidates(sqlite_world))
    page = office.press(office.get(f"/plans/{first.plan_id}/candidates/{first.id}/take"), "保存")
    page = office.press(page, f"删去：{first.title}")
    assert f"候选任务{count}条" in page.text
    page = office.press(page, "撤销")
    assert f"候选任务{count - 1}条" in page.text
    [task] = sqlite_world.tasks()
    assert page.links()[f"看这项任务：{first.title}"] == f"#t-{task.id}"


def test_a_day_the_document_names_is_adopted_for_this_plan_alone(sqlite_world: World, office: Reader) -> None:
    page = desk(office)
    assert "每月25日前" in page.text
    page = office.press(page, "采用每月28日前")
    [plan] = sqlite_world.all(sa.select(Plan))
    with sqlite_world.app.app_context():
        adopted = CadenceRules(
            monthly_due_day=28, monthly_opens_day=23, consolidation_day=31, review_day=6, lock_day=8
        )
        assert rules.cadence_of(plan) == adopted
        assert rules.cadence(rules.latest(PolicySubject.CADENCE).id) == CadenceRules()
    assert "已采用" in page.text
    page = office.press(page, "不采用：每月28日前将进展情况报送")
    [plan] = sqlite_world.all(sa.select(Plan))
    assert plan.cadence_version_id is None
    assert "不采用" in page.text


def test_a_plan_s_own_days_are_never_the_county_s(world: World) -> None:
    with world.app.app_context():
        plan_id = reading.read_in(world.office, "讲话.txt", SPEECH.encode(), world.now)
        for adopt in (True, False, True):
            proposals.answer(world.office, plan_id, 0, adopt=adopt, now=world.now)
        county = rules.latest(PolicySubject.CADENCE)
    [plan] = world.all(sa.select(Plan))
    own = world.get(PolicyVersion, plan.cadence_version_id or 0)
    assert county.version == 1
    assert (own.version, own.body["monthly_due_day"], own.body[rules.OWN_PLAN]) == (3, 28, plan.id)


def test_the_version_of_a_running_plan_keeps_its_days(sqlite_world: World, office: Reader) -> None:
    running = sqlite_world.issue(Asked("排查校园隐患"))
    desk(office)
    plan_id = sqlite_world.all(sa.select(Plan).order_by(Plan.id))[-1].id
    with sqlite_world.writing() as s:
        s.get_one(Plan, plan_id).replaces_id = running
    page = office.get(f"/plans/{plan_id}")
    assert "新版本沿用正在执行的日期" in page.text
    assert "采用每月28日前" not in page.buttons()
    with sqlite_world.app.app_context(), pytest.raises(Refused, match="正在执行的日期"):
        proposals.answer(sqlite_world.office, plan_id, 0, adopt=True, now=sqlite_world.now)


def test_a_day_inside_the_quarter_cannot_be_adopted_and_says_why(sqlite_world: World, office: Reader) -> None:
    page = desk(office)
    assert "季通报在季度结束后印发" in page.text
    with sqlite_world.app.app_context(), pytest.raises(Refused, match="季度之内"):
        proposals.answer(sqlite_world.office, _plan_id(sqlite_world), 1, adopt=True, now=sqlite_world.now)
    assert sqlite_world.count(PolicyVersion) == len(PolicySubject)


def test_an_adopted_day_holds_when_the_plan_is_issued(sqlite_world: World, office: Reader) -> None:
    page = desk(office)
    first = candidates(sqlite_world)[0]
    office.press(page, "采用每月28日前")
    office.press(office.get(f"/plans/{first.plan_id}/candidates/{first.id}/take"), "保存")
    page = office.get(f"/plans/{first.plan_id}/issue")
    assert "每月23日开放、28日截止" in page.text
    office.press(page, "下达1项任务", {"office": str(sqlite_world.unit_id(LEAD))})
    [plan] = sqlite_world.all(sa.select(Plan))
    with sqlite_world.app.app_context():
        assert plan.cadence_version_id
        assert rules.cadence(plan.cadence_version_id).monthly_due_day == 28


def test_the_task_force_is_bound_and_chooses_office_and_leader_beforehand(
    sqlite_world: World, office: Reader
) -> None:
    page = desk(office)
    seats = {m.printed: m for m in sqlite_world.all(sa.select(ForceMember))}
    assert seats["县财政局"].unit_id == sqlite_world.unit_id(SHARER)
    leader = sqlite_world.person_id("副县长")
    page = office.press(page, "对应：县政府分管教育的副县长", {"bound": str(leader)})
    page = office.press(page, "对应：民政部门", {"bound": str(sqlite_world.unit_id("县民政局"))})
    seats = {m.printed: m for m in sqlite_world.all(sa.select(ForceMember))}
    assert seats["县政府分管教育的副县长"].person_id == leader
    assert seats["民政部门"].unit_id == sqlite_world.unit_id("县民政局")
    first = candidates(sqlite_world)[0]
    office.press(office.get(f"/plans/{first.plan_id}/candidates/{first.id}/take"), "保存")
    page = office.get(f"/plans/{first.plan_id}/issue")
    chosen = {e.get("value") for e in page.main.iter("option") if "selected" in e.attrib}
    assert chosen == {str(sqlite_world.unit_id(LEAD)), str(leader)}


def test_a_seat_bound_once_is_known_ever_after(sqlite_world: World, office: Reader) -> None:
    page = desk(office)
    office.press(page, "对应：民政部门", {"bound": str(sqlite_world.unit_id("县民政局"))})
    desk(office)
    known = sqlite_world.all(sa.select(ForceMember).where(ForceMember.printed == "民政部门"))
    assert {m.unit_id for m in known} == {sqlite_world.unit_id("县民政局")}


def test_seed_001_shows_its_rhythms_and_task_force_and_no_candidates(
    sqlite_world: World, office: Reader
) -> None:
    page = desk(office, seed("001"))
    [panel] = [e for e in page.all("section", "sheet") if e.get("id") == "governance"]
    words = " ".join("".join(panel.itertext()).split())
    for told in ("月报告", "季通报", "年度考核", "按现行日期执行", "县政府分管教育工作的副县长", "县教育局"):
        assert told in words
    assert not page.all("article", "offer")


def test_a_leader_reads_and_decides_nothing(sqlite_world: World, office: Reader) -> None:
    desk(office)
    first = candidates(sqlite_world)[0]
    reader = signed_in(sqlite_world.app, "fuxianzhang")
    page = reader.get(f"/plans/{first.plan_id}")
    assert first.title in page.text
    assert not {"不列", "采用", "对应"} & {button.split("：")[0] for button in page.buttons()}
    reader.get(f"/plans/{first.plan_id}/candidates/{first.id}/take", status=403)
    facts = TaskFacts("", "甲", "", "乙", ("县教育局",), (), (), None)
    with sqlite_world.app.app_context():
        for act in (
            lambda: proposals.take(
                sqlite_world.leader, first.plan_id, first.id, facts, seen_version=1, now=sqlite_world.now
            ),
            lambda: proposals.dismiss(
                sqlite_world.actor(LEAD, Role.DEPARTMENT),
                first.plan_id,
                first.id,
                seen_version=1,
                now=sqlite_world.now,
            ),
        ):
            with pytest.raises(Refused, match="没有这项权限"):
                act()


def test_a_candidate_of_another_plan_is_not_found(sqlite_world: World, office: Reader) -> None:
    desk(office)
    first = candidates(sqlite_world)[0]
    desk(office)
    office.get(f"/plans/{first.plan_id + 1}/candidates/{first.id}/take", status=404)


def test_every_decision_is_in_the_ledger(sqlite_world: World, office: Reader) -> None:
    page = desk(office)
    first = candidates(sqlite_world)[0]
    page = press_offer(office, page, "不列", first)
    page = press_offer(office, page, "恢复", first)
    page = office.press(page, "采用每月28日前")
    office.press(page, "对应：民政部门", {"bound": str(sqlite_world.unit_id("县民政局"))})
    acts = [row.act for row in sqlite_world.all(sa.select(LedgerEntry).order_by(LedgerEntry.id))]
    assert acts[-4:] == ["candidate.dismiss", "candidate.reopen", "cadence.adopt", "force.bind"]


def _plan_id(world: World) -> int:
    return world.all(sa.select(Plan))[0].id

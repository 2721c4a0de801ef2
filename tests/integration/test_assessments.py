"""年度考核 from its beginning to its archive, on both databases: entries, preview, appeals, final scores, and who may what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from app.db import session
from app.ledger import first_broken
from app.models import (
    Appeal,
    Assessment,
    AssessmentEntry,
    AssessmentScore,
    Duty,
    EvidenceUse,
    LedgerEntry,
    Notice,
    PolicyVersion,
)
from app.models.rules import PolicySubject
from app.queries import scoring
from app.services import appeals, assessment_entries, assessments
from app.services.appeals import Decision, Raised
from app.services.assessment_entries import Entered
from tests.assessing import (
    CUTOFF,
    FINDING,
    SHOWN_ON,
    a_year,
    appealed,
    archived,
    begun,
    come,
    decided,
    entered,
    figure,
    running,
    settled,
    shown,
    the_only,
    version,
)
from tests.world import LEAD, OFFICE, SHARER, STRANGER, World
from workflows.appraisal import Fact, Grade
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.escalation import LetterKind
from workflows.lifecycle import AppealState, AssessmentState, DutyState, EntryKind, ScoreStage
from workflows.policy import Actor, Role

APPEALS_END = date(2025, 6, 10)


@pytest.fixture
def plan_id(world: World) -> int:
    return a_year(world)


@pytest.fixture
def assessment_id(world: World, plan_id: int) -> int:
    return begun(world, plan_id)


def acts(world: World, beginning: str) -> list[str]:
    wanted = sa.select(LedgerEntry).where(LedgerEntry.act.startswith(beginning)).order_by(LedgerEntry.id)
    return [entry.act for entry in world.all(wanted)]


def scores(world: World, stage: ScoreStage) -> dict[str, AssessmentScore]:
    found = world.all(sa.select(AssessmentScore).where(AssessmentScore.stage == stage))
    names = {world.unit_id(name): name for name in (LEAD, SHARER)}
    return {names[score.unit_id]: score for score in found}


def refused(code: str, said: str, doing: Callable[[], object]) -> None:
    """It is refused with that code, in a sentence that holds these words."""
    with pytest.raises(Refused) as refusal:
        doing()
    assert refusal.value.code == code
    assert said in str(refusal.value)


# ------------------------------------------------------------------------------------------- running


def test_the_running_score_is_worked_out_from_the_record(world: World, plan_id: int) -> None:
    found = running(world, plan_id)
    assert set(found) == {LEAD, SHARER}
    lead, sharer = found[LEAD], found[SHARER]
    assert figure(lead, Fact.CLOSED) == 1  # the one task whose day has come is closed
    assert figure(lead, Fact.QUALITY) == Fraction(70, 100)  # 合格
    assert figure(sharer, Fact.CLOSED) == 1
    in_time = figure(lead, Fact.FILED_IN_TIME)
    assert in_time is not None
    assert figure(sharer, Fact.FILED_IN_TIME) is not None
    assert 0 < in_time < 1
    assert next(one.key for one in lead.tally.adjustments) == "late"
    assert "missing" in {one.key for one in sharer.tally.adjustments}
    assert (lead.place, lead.among, sharer.place, sharer.among) == (1, 1, 1, 1)


def test_what_would_mend_the_score_names_the_missing_report(world: World, plan_id: int) -> None:
    with world.app.app_context():
        found = scoring.running(plan_id, 2025, world.now).mends(world.unit_id(SHARER))
    assert any(mend.words.startswith("补报2025年4月月报") for mend in found)
    assert all(mend.points > 0 for mend in found)


def test_a_running_score_takes_a_constant_number_of_queries(sqlite_world: World) -> None:
    from tests.world import Asked, counted

    world = sqlite_world
    plan_id = world.issue(*(Asked(f"任务{number}") for number in range(3)))
    with counted(world) as few:
        running(world, plan_id)
    more_id = world.issue(*(Asked(f"任务{number}") for number in range(20)))
    with counted(world) as many:
        running(world, more_id)
    assert len(many) == len(few) < 25


# ------------------------------------------------------------------------------------------- beginning


def test_an_assessment_is_begun_once_by_the_scheme_in_force(world: World, plan_id: int) -> None:
    first, again = begun(world, plan_id), begun(world, plan_id)
    assert first == again
    assert acts(world, "assessment.") == ["assessment.begin"]
    scheme = world.one(sa.select(PolicyVersion).where(PolicyVersion.subject == PolicySubject.APPRAISAL))
    assert world.get(Assessment, first).scheme_id == scheme.id


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_year_the_plan_does_not_know_cannot_be_assessed(world: World, plan_id: int, year: int) -> None:
    refused("invalid", "不能考核", lambda: begun(world, plan_id, year))


def test_a_plan_that_is_not_issued_cannot_be_assessed(world: World) -> None:
    from tests.world import Asked

    draft = world.draft(Asked("任务"))
    refused("invalid", "没有在执行", lambda: begun(world, draft))


def test_it_hangs_on_the_duty_the_engine_opened(world: World, plan_id: int) -> None:
    come(world, date(2025, 12, 31))
    [duty] = world.duties(kind=DutyKind.ASSESSMENT)
    assert world.get(Assessment, begun(world, plan_id)).duty_id == duty.id


# ------------------------------------------------------------------------------------------- entries


def test_an_entry_counts_with_the_number_of_its_document_until_it_is_withdrawn(
    world: World, plan_id: int, assessment_id: int
) -> None:
    before = running(world, plan_id)[LEAD].tally
    entry_id = entered(world, assessment_id, EntryKind.ADDITION, 2_00, item="受省级表彰")
    with_it = running(world, plan_id)[LEAD].tally
    assert with_it.points == before.points + 2_00
    assert with_it.adjustments[0].document_number == "督发〔2025〕5号"
    with world.app.app_context():
        assessment_entries.withdraw(world.office, entry_id, "文号有误", world.now)
    assert running(world, plan_id)[LEAD].tally == before
    assert world.get(AssessmentEntry, entry_id).withdrawn_words == "文号有误"
    assert acts(world, "assessment.") == ["assessment.begin", "assessment.enter", "assessment.withdraw"]
    with world.app.app_context():
        refused(
            "illegal-step",
            "已经撤回",
            lambda: assessment_entries.withdraw(world.office, entry_id, "x", world.now),
        )


def test_a_veto_needs_its_finding_and_then_fails_the_unit(
    world: World, plan_id: int, assessment_id: int
) -> None:
    refused("invalid", "认定文书", lambda: entered(world, assessment_id, EntryKind.VETO, item="弄虚作假"))
    assert running(world, plan_id)[LEAD].grade is not Grade.FAIL
    entered(world, assessment_id, EntryKind.VETO, item="弄虚作假", upload=FINDING)
    found = running(world, plan_id)[LEAD]
    assert found.grade is Grade.FAIL
    assert found.reason == "有否决事项：弄虚作假（督发〔2025〕5号）"
    assert world.count(EvidenceUse) == 1


def test_the_database_itself_refuses_a_veto_without_a_finding(world: World, assessment_id: int) -> None:
    row = {
        "assessment_id": assessment_id, "unit_id": world.unit_id(LEAD), "kind": EntryKind.VETO, "item": "弄虚作假",
        "document_number": "1号", "words": "x", "points": 0, "entered_at": world.now, "withdrawn_words": "",
        "entered_by_id": world.office.person_id,
    }  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError), world.writing() as s:
        s.execute(sa.insert(AssessmentEntry), [row])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"document_number": " "}, "须有文号"),
        ({"words": ""}, "事由"),
        ({"points": 0}, "0.01到5"),
        ({"points": 5_01}, "0.01到5"),
        ({"kind": EntryKind.DEDUCTION, "points": 10_01}, "0.01到10"),
        ({"kind": EntryKind.EVALUATION, "points": 100_01}, "0到100"),
        ({"kind": EntryKind.YEAR_CHECK}, "没有年度核查分"),
        ({"item": "登录次数最多"}, "登录次数"),
        ({"item": "长" * 61}, "60字"),
    ],
)
def test_an_entry_that_cannot_stand_is_refused(
    sqlite_world: World, change: dict[str, object], said: str
) -> None:
    world = sqlite_world
    plan_id = world.issue()
    assessment_id = begun(world, plan_id)
    sound = Entered(world.unit_id(LEAD), EntryKind.ADDITION, "表彰", 1_00, "1号", "事由")
    typed = replace(sound, **change)  # type: ignore[arg-type]
    with world.app.app_context():
        refused(
            "invalid",
            said,
            lambda: assessment_entries.enter(world.office, assessment_id, typed, None, world.now),
        )


def test_nobody_enters_decides_or_withdraws_for_his_own_unit(world: World, assessment_id: int) -> None:
    entry_id = entered(world, assessment_id, EntryKind.ADDITION, 1_00)
    shown(world, assessment_id)
    appeal_id = appealed(world, assessment_id)
    own = Actor(
        world.office.person_id, "办公室兼教育局", frozenset({Role.OFFICE}), frozenset({world.unit_id(LEAD)})
    )
    typed = Entered(world.unit_id(LEAD), EntryKind.ADDITION, "", 1_00, "1号", "事由")
    seen, now = world.get(Appeal, appeal_id).version, world.now
    with world.app.app_context():
        refused("forbidden", "回避", lambda: assessment_entries.enter(own, assessment_id, typed, None, now))
        refused("forbidden", "回避", lambda: assessment_entries.withdraw(own, entry_id, "x", now))
        decision = Decision(True, 1_00, "x")
        refused(
            "forbidden", "回避", lambda: appeals.decide(own, appeal_id, decision, seen_version=seen, now=now)
        )
    assert world.get(Appeal, appeal_id).state is AppealState.PENDING


# ------------------------------------------------------------------------------------------- weights


def test_a_task_of_more_weight_counts_for_more(world: World, plan_id: int, assessment_id: int) -> None:
    before = figure(running(world, plan_id)[LEAD], Fact.FILED_IN_TIME)
    [heavy, _] = world.tasks(plan_id)
    with world.app.app_context():
        assessments.weigh(
            world.office,
            assessment_id,
            {heavy.id: 300},
            seen_version=version(world, assessment_id),
            now=world.now,
        )
    assert the_only(world).weights == {str(heavy.id): 300}
    assert figure(running(world, plan_id)[LEAD], Fact.FILED_IN_TIME) is not None
    assert running(world, plan_id)[LEAD].tally.weight == 4
    assert before is not None
    assert "assessment.weigh" in acts(world, "assessment.")


def test_a_weight_out_of_bounds_or_of_another_plan_is_refused(
    world: World, plan_id: int, assessment_id: int
) -> None:
    task, seen = world.tasks(plan_id)[0].id, version(world, assessment_id)

    def weigh(weights: dict[int, int], seen_version: int = seen) -> None:
        with world.app.app_context():
            assessments.weigh(world.office, assessment_id, weights, seen_version=seen_version, now=world.now)

    refused("invalid", "0.1到10", lambda: weigh({task: 9}))
    refused("invalid", "不属于这个计划", lambda: weigh({task + 999: 100}))
    refused("stale", "别人刚刚更新", lambda: weigh({task: 200}, seen - 1))


# ------------------------------------------------------------------------------------------- preview, appeals, final


def test_the_preview_freezes_scores_and_tells_every_scored_unit(
    world: World, plan_id: int, assessment_id: int
) -> None:
    assert shown(world, assessment_id) == 2
    found = the_only(world)
    assert found.state is AssessmentState.PREPUBLISHED
    assert found.appeals_until_on == APPEALS_END
    with world.app.app_context():
        frozen = scoring.frozen(session().get_one(Assessment, assessment_id), found.cutoff_at or world.now)
        assert scoring.stored(assessment_id, ScoreStage.PREVIEW) == dict(frozen)
    assert set(found.facts) == {str(world.unit_id(LEAD)), str(world.unit_id(SHARER))}
    letters = [n for n in world.notices() if n.kind is LetterKind.ISSUED]
    assert {n.duty_id for n in letters} == {found.duty_id}
    assert {
        f"/assessments/{assessment_id}/units/{world.unit_id(unit)}" in n.dedup_key
        for n in letters
        for unit in (LEAD,)
    } == {True, False}
    world.deliver()
    said = world.post.to("jiaoyu@luoshi.example")[-1]
    assert "2025年度考核预公示" in said.words.text
    assert f"/assessments/{assessment_id}/units/{world.unit_id(LEAD)}?stage=preview" in said.words.text


def test_what_comes_after_the_preview_changes_nothing_in_it(
    world: World, plan_id: int, assessment_id: int
) -> None:
    shown(world, assessment_id)
    before = {unit: score.breakdown for unit, score in scores(world, ScoreStage.PREVIEW).items()}
    world.close(world.tasks(plan_id)[1].id)
    refused("illegal-step", "不能再登记", lambda: entered(world, assessment_id, EntryKind.ADDITION, 1_00))
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    settled(world, assessment_id)
    assert {unit: score.breakdown for unit, score in scores(world, ScoreStage.PREVIEW).items()} == before
    assert {unit: score.breakdown for unit, score in scores(world, ScoreStage.FINAL).items()} == before
    with world.app.app_context():
        assert scoring.departures(session().get_one(Assessment, assessment_id)) == []


def test_a_cutoff_that_has_not_passed_is_refused(world: World, assessment_id: int) -> None:
    refused("invalid", "今天以前", lambda: shown(world, assessment_id, SHOWN_ON))
    refused("invalid", "今天以前", lambda: shown(world, assessment_id, date(2024, 12, 31)))


def test_an_appeal_is_decided_and_changes_the_final_score(world: World, assessment_id: int) -> None:
    shown(world, assessment_id)
    appeal_id = appealed(world, assessment_id)
    [owed] = world.duties(kind=DutyKind.APPEAL)
    assert (owed.unit_id, owed.due_on, owed.state) == (world.unit_id(OFFICE), APPEALS_END, DutyState.OPEN)
    refused("illegal-step", "正在复核", lambda: appealed(world, assessment_id))
    decided(world, appeal_id, change=1_50)
    assert world.duties(kind=DutyKind.APPEAL)[0].state is DutyState.DONE
    assert acts(world, "appeal.") == ["appeal.raise", "appeal.decide"]
    world.deliver()
    assert f"/appeals/{appeal_id}" in world.post.to("jiaoyu@luoshi.example")[-1].words.text
    refused("illegal-step", "期满后才能定分", lambda: settled(world, assessment_id))
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    settled(world, assessment_id)
    preview, final = scores(world, ScoreStage.PREVIEW)[LEAD], scores(world, ScoreStage.FINAL)[LEAD]
    assert final.points == preview.points + 1_50
    with world.app.app_context():
        [changed] = scoring.stored(assessment_id, ScoreStage.FINAL)[world.unit_id(LEAD)].tally.appealed
        assert (changed.label, changed.words) == ("时效", "经核对日志，情况属实。")
        assert scoring.departures(session().get_one(Assessment, assessment_id)) == []


def test_an_appeal_that_is_not_upheld_changes_nothing(world: World, assessment_id: int) -> None:
    shown(world, assessment_id)
    decided(world, appealed(world, assessment_id), upheld=False, change=3_00)
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    settled(world, assessment_id)
    assert scores(world, ScoreStage.FINAL)[LEAD].points == scores(world, ScoreStage.PREVIEW)[LEAD].points


def test_nothing_is_settled_while_an_appeal_waits_and_the_unit_may_take_it_back(
    world: World, assessment_id: int
) -> None:
    shown(world, assessment_id)
    appeal_id = appealed(world, assessment_id, item="")
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    refused("illegal-step", "还有1件申诉", lambda: settled(world, assessment_id))
    with world.app.app_context():
        seen, now = session().get_one(Appeal, appeal_id).version, world.now
        refused(
            "missing",
            "",
            lambda: appeals.withdraw(world.actor(SHARER), appeal_id, seen_version=seen, now=now),
        )
        appeals.withdraw(world.actor(LEAD), appeal_id, seen_version=seen, now=now)
    assert world.duties(kind=DutyKind.APPEAL)[0].state is DutyState.CANCELLED
    settled(world, assessment_id)


def test_an_appeal_comes_in_time_from_a_scored_unit_signed_by_its_head(
    world: World, assessment_id: int
) -> None:
    refused("illegal-step", "预公示期间", lambda: appealed(world, assessment_id))
    shown(world, assessment_id)
    refused("illegal-step", "没有参加", lambda: appealed(world, assessment_id, unit=STRANGER))
    refused("invalid", "选择对哪一项", lambda: appealed(world, assessment_id, item="颜值"))
    refused("invalid", "事实和理由", lambda: appealed(world, assessment_id, words=" "))
    unsigned = Raised(world.unit_id(LEAD), "", "有误", " ")
    with world.app.app_context():
        now = world.now
        refused(
            "invalid", "主要负责人", lambda: appeals.appeal(world.actor(LEAD), assessment_id, unsigned, now)
        )
        signed = replace(unsigned, signed_by="局长")
        refused(
            "missing", "没有找到", lambda: appeals.appeal(world.actor(SHARER), assessment_id, signed, now)
        )
    world.clock.go_to(APPEALS_END, 23)
    appealed(world, assessment_id)
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    refused("illegal-step", "申诉期到", lambda: appealed(world, assessment_id, item=""))


def test_an_entry_falls_after_the_preview_only_where_an_appeal_was_upheld(
    world: World, plan_id: int, assessment_id: int
) -> None:
    entry_id = entered(world, assessment_id, EntryKind.VETO, item="弄虚作假", upload=FINDING)
    shown(world, assessment_id)
    preview = scores(world, ScoreStage.PREVIEW)[LEAD]
    assert preview.grade is Grade.FAIL
    with world.app.app_context():
        now = world.now
        refused(
            "illegal-step", "采纳了", lambda: assessment_entries.withdraw(world.office, entry_id, "x", now)
        )
    decided(world, appealed(world, assessment_id, item="弄虚作假"), change=0)
    world.clock.forward(minutes=5)
    with world.app.app_context():
        assessment_entries.withdraw(world.office, entry_id, "申诉采纳，认定有误", world.now)
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    settled(world, assessment_id)
    final = scores(world, ScoreStage.FINAL)[LEAD]
    assert (final.points, final.grade is Grade.FAIL) == (preview.points, False)
    with world.app.app_context():
        assert scoring.departures(session().get_one(Assessment, assessment_id)) == []


def test_the_archive_settles_the_duty_under_its_number_and_tells_the_units(
    world: World, assessment_id: int
) -> None:
    shown(world, assessment_id)
    refused("illegal-step", "归档", lambda: archived(world, assessment_id))
    world.clock.go_to(APPEALS_END + timedelta(days=1))
    settled(world, assessment_id)
    refused("invalid", "文号", lambda: archived(world, assessment_id, " "))
    archived(world, assessment_id)
    found = the_only(world)
    assert (found.state, found.number) == (AssessmentState.ARCHIVED, "×政督〔2026〕3号")
    [duty] = world.duties(kind=DutyKind.ASSESSMENT)
    assert (duty.state, duty.outcome) == (DutyState.DONE, "×政督〔2026〕3号")
    world.deliver()
    assert "2025年度考核结果（×政督〔2026〕3号）" in world.post.to("jiaoyu@luoshi.example")[-1].words.text
    assert acts(world, "assessment.")[-3:] == [
        "assessment.prepublish",
        "assessment.settle",
        "assessment.archive",
    ]
    refused("illegal-step", "归档", lambda: archived(world, assessment_id))
    with world.app.app_context():
        assert first_broken(session()) is None


def test_a_kept_score_that_somebody_altered_is_found_out(world: World, assessment_id: int) -> None:
    shown(world, assessment_id)
    with world.writing() as s:
        row = s.scalars(
            sa.select(AssessmentScore).where(AssessmentScore.unit_id == world.unit_id(SHARER))
        ).one()
        row.breakdown = {**row.breakdown, "base": row.breakdown["base"] + 1_00}
    with world.app.app_context():
        found = [session().get_one(Assessment, assessment_id)]
        assert assessments.departures(found) == {assessment_id: [world.unit_id(SHARER)]}


@pytest.mark.parametrize("who", ["leader", "department", "stranger"])
def test_only_the_office_assesses(world: World, plan_id: int, assessment_id: int, who: str) -> None:
    actor = {"leader": world.leader, "department": world.actor(LEAD), "stranger": world.actor(STRANGER)}[who]
    typed = Entered(world.unit_id(SHARER), EntryKind.ADDITION, "", 1_00, "1号", "事由")
    seen, now = version(world, assessment_id), world.now
    with world.app.app_context():
        for doing in (
            lambda: assessments.begin(actor, plan_id, 2025, now),
            lambda: assessments.weigh(actor, assessment_id, {}, seen_version=seen, now=now),
            lambda: assessments.adopt_scheme(actor, assessment_id, seen_version=seen, now=now),
            lambda: assessment_entries.enter(actor, assessment_id, typed, None, now),
            lambda: assessments.prepublish(actor, assessment_id, CUTOFF, seen_version=seen, now=now),
            lambda: assessments.settle(actor, assessment_id, seen_version=seen, now=now),
            lambda: assessments.archive(actor, assessment_id, "1号", seen_version=seen, now=now),
        ):
            refused("forbidden", "没有这项权限", doing)


def test_duties_and_notices_of_an_assessment_are_few(world: World, assessment_id: int) -> None:
    shown(world, assessment_id)
    assert world.count(Duty) == len(world.duties())
    per_person = [n.person_id for n in world.all(sa.select(Notice).where(Notice.kind == LetterKind.ISSUED))]
    assert len(per_person) == len(set(per_person))

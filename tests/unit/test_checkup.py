"""Each question the check-up asks: what it finds, and what it leaves in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from workflows.checkup import (
    CHECK_LABELS,
    SEVERITY_LABELS,
    Check,
    Finding,
    KnownGroup,
    KnownUnit,
    Mend,
    Named,
    PlanFacts,
    PlannedTask,
    Promise,
    Severity,
    Thresholds,
    check_up,
    loads,
)
from workflows.commitments import CommitmentKind, Comparison, TaskKind
from workflows.units import Share, UnitKind

TODAY = date(2025, 3, 3)
EDUCATION, FINANCE, CIVIL, GOVERNMENT = 1, 2, 3, 4
UNITS = {
    EDUCATION: KnownUnit("县教育局", UnitKind.DEPARTMENT),
    FINANCE: KnownUnit("县财政局", UnitKind.DEPARTMENT),
    CIVIL: KnownUnit("县住建局", UnitKind.DEPARTMENT, ("县住房和城乡建设局",)),
    GOVERNMENT: KnownUnit("县政府", UnitKind.GOVERNMENT, through="县教育局"),
}
LEAD = Named("县教育局", Share.LEAD, EDUCATION)
SHARER = Named("县财政局", Share.RESPONSIBLE, FINANCE)
SOUND = PlannedTask(
    1,
    "1",
    "改善办园条件",
    "修缮校舍，配齐玩教具。",
    deadline_on=date(2025, 12, 31),
    names=(LEAD, SHARER),
    place=(0, 9),
)


def facts(*tasks: PlannedTask, **told: Any) -> PlanFacts:
    return PlanFacts(tasks or (SOUND,), units=told.pop("units", UNITS), **told)


def found(
    check: Check, plan: PlanFacts, *, as_of: date = TODAY, thresholds: Thresholds | None = None
) -> list[Finding]:
    return [finding for finding in check_up(plan, as_of, thresholds) if finding.check is check]


def only(check: Check, plan: PlanFacts, severity: Severity) -> Finding:
    (finding,) = found(check, plan)
    assert finding.severity is severity
    assert finding.sentence.endswith("。")
    return finding


def measured(name: str, target: str, **told: Any) -> Promise:
    plain: dict[str, Any] = {"comparison": Comparison.REACH, "unit": "%", "due_on": date(2025, 12, 31)}
    return Promise(CommitmentKind.INDICATOR, name, target=target, **{**plain, **told})


def test_a_sound_plan_gives_nothing_at_all() -> None:
    assert check_up(facts(), TODAY) == []


def test_every_check_and_every_gravity_has_its_chinese_word() -> None:
    assert set(CHECK_LABELS) == set(Check)
    assert set(SEVERITY_LABELS) == set(Severity)


# ---------------------------------------------------------------------------------------------- who


def test_a_name_bound_to_nothing_blocks_and_is_named_once_for_all_its_tasks() -> None:
    stranger = Named("县档案馆", Share.RESPONSIBLE)
    plan = facts(
        replace(SOUND, names=(LEAD, stranger)),
        replace(
            SOUND, id=2, number="2", title="另一项工作安排", text="整理材料归档。", names=(LEAD, stranger)
        ),
    )
    finding = only(Check.UNBOUND, plan, Severity.BLOCK)
    assert finding.task_ids == (1, 2)
    assert finding.mend is Mend.BIND
    assert "县档案馆" in finding.sentence


def test_a_collective_name_without_members_blocks_and_one_with_members_does_not() -> None:
    gardens = Named("各幼儿园", Share.RESPONSIBLE, group_id=5)
    task = replace(SOUND, names=(LEAD, gardens))
    assert (
        only(Check.EMPTY_GROUP, facts(task, groups={5: KnownGroup("各幼儿园")}), Severity.BLOCK).group_id == 5
    )
    assert found(Check.EMPTY_GROUP, facts(task, groups={5: KnownGroup("各幼儿园", (FINANCE,))})) == []


def test_a_government_that_leads_is_filed_for_or_stands_in_the_way() -> None:
    task = replace(SOUND, names=(Named("县政府", Share.LEAD, GOVERNMENT), SHARER))
    hint = only(Check.FILES_THROUGH, facts(task), Severity.HINT)
    assert "由县教育局归口填报" in hint.sentence
    alone = {**UNITS, GOVERNMENT: KnownUnit("县政府", UnitKind.GOVERNMENT)}
    block = only(Check.FILES_NOWHERE, facts(task, units=alone), Severity.BLOCK)
    assert (block.mend, block.unit_id) == (Mend.FILES_THROUGH, GOVERNMENT)


def test_a_government_nobody_has_entered_yet_is_known_by_its_name() -> None:
    task = replace(SOUND, names=(Named("县人民政府", Share.LEAD), SHARER))
    assert only(Check.FILES_NOWHERE, facts(task, units={}), Severity.BLOCK).mend is Mend.BIND


def test_a_task_that_names_nobody_blocks() -> None:
    support = Named("县财政局", Share.SUPPORT, FINANCE)
    assert only(Check.NO_UNIT, facts(replace(SOUND, names=(support,))), Severity.BLOCK).task_ids == (1,)


@pytest.mark.parametrize(
    ("first", "follows"),
    [
        (SHARER, "排在首位的县财政局牵头"),
        (Named("各乡镇政府", Share.RESPONSIBLE, group_id=5), "没有单位牵头"),
    ],
)
def test_a_task_without_a_lead_says_who_will_lead_it(first: Named, follows: str) -> None:
    plan = facts(replace(SOUND, names=(first,)), groups={5: KnownGroup("各乡镇政府", (FINANCE,))})
    assert follows in only(Check.NO_LEAD, plan, Severity.REMIND).sentence


def test_a_unit_with_two_shares_of_one_task_is_said_to_count_once() -> None:
    plan = facts(replace(SOUND, names=(LEAD, replace(LEAD, share=Share.RESPONSIBLE))))
    assert "既是牵头单位又是责任单位" in only(Check.TWO_SHARES, plan, Severity.HINT).sentence


def test_a_unit_that_acts_in_the_text_without_a_place_in_the_clause_is_found() -> None:
    plan = facts(replace(SOUND, acting=("县教育教学研究中心", "教育局", "县财政局")))
    assert only(Check.UNNAMED, plan, Severity.REMIND).units == ("县教育教学研究中心",)


def test_a_member_of_a_named_collective_is_not_missing_from_the_clause() -> None:
    gardens = Named("各有关幼儿园", Share.RESPONSIBLE, group_id=5)
    task = replace(SOUND, names=(LEAD, gardens), acting=("县财政局",))
    assert found(Check.UNNAMED, facts(task, groups={5: KnownGroup("各有关幼儿园", (FINANCE,))})) == []


@pytest.mark.parametrize("printed", ["有关部门", "各相关单位", "县直有关部门", "各部门"])
def test_a_collective_that_means_nobody_blocks_until_it_is_bound(printed: str) -> None:
    vague = Named(printed, Share.RESPONSIBLE)
    assert only(Check.VAGUE, facts(replace(SOUND, names=(LEAD, vague))), Severity.BLOCK).units == (printed,)
    bound = replace(vague, group_id=5)
    plan = facts(replace(SOUND, names=(LEAD, bound)), groups={5: KnownGroup(printed, (FINANCE,))})
    assert only(Check.VAGUE, plan, Severity.REMIND).task_ids == (1,)


def test_a_list_that_ends_in_deng_is_found() -> None:
    assert only(Check.OPEN_LIST, facts(replace(SOUND, open_list=True)), Severity.BLOCK).task_ids == (1,)


def test_an_open_doubt_about_units_blocks_in_its_own_words() -> None:
    finding = only(Check.UNSURE, facts(replace(SOUND, unsure=("缺少右括号。",))), Severity.BLOCK)
    assert finding.sentence == "第1项“改善办园条件”：缺少右括号。"
    assert finding.mend is Mend.ACCEPT


def test_the_task_force_is_held_against_those_who_have_tasks_both_ways() -> None:
    force = (Named("教育局"), Named("住房和城乡建设局", place=(3, 9)))
    plan = facts(force=force)
    idle = only(Check.IDLE_MEMBER, plan, Severity.REMIND)
    assert (idle.units, idle.place) == (("住房和城乡建设局",), (3, 9))
    outside = only(Check.OUTSIDE_FORCE, plan, Severity.REMIND)
    assert (outside.units, outside.mend) == (("县财政局",), Mend.FORCE)


def test_a_member_with_a_shortened_name_is_not_said_to_be_idle() -> None:
    builder = Named("县住建局", Share.RESPONSIBLE)  # nobody entered it: only the words say it is one
    plan = facts(
        replace(SOUND, names=(LEAD, builder)), force=(Named("教育局"), Named("住房和城乡建设局")), units={}
    )
    assert found(Check.IDLE_MEMBER, plan) == []
    assert found(Check.OUTSIDE_FORCE, plan) == []


def test_a_plan_without_a_task_force_accuses_nobody() -> None:
    assert found(Check.OUTSIDE_FORCE, facts()) == []


def test_the_government_itself_and_supporting_units_need_no_place_in_the_force() -> None:
    names = (Named("县政府", Share.LEAD, GOVERNMENT), Named("县财政局", Share.SUPPORT, FINANCE))
    assert found(Check.OUTSIDE_FORCE, facts(replace(SOUND, names=names), force=(Named("县教育局"),))) == []


def several(count: int, **told: Any) -> list[PlannedTask]:
    """So many tasks that have nothing in common."""
    return [
        replace(
            SOUND,
            id=n,
            number=str(n),
            title=chr(0x4E00 + 40 * n) * 9,
            text="".join(chr(0x5000 + 40 * n + i) for i in range(30)),
            **told,
        )
        for n in range(1, count + 1)
    ]


def test_a_unit_is_overloaded_beyond_a_share_or_a_number_of_tasks() -> None:
    tasks = several(6, names=(LEAD,))
    assert found(Check.OVERLOADED, facts(*tasks[:4])) == []  # a trifle of a plan
    assert only(Check.OVERLOADED, facts(*tasks), Severity.REMIND).units == ("县教育局",)
    half = [*tasks[:3], *(replace(task, names=(replace(SHARER, share=Share.LEAD),)) for task in tasks[3:])]
    assert found(Check.OVERLOADED, facts(*half)) == []  # a half is not more than a half
    strict = Thresholds(overload_tasks=3)
    assert len(found(Check.OVERLOADED, facts(*half), thresholds=strict)) == 2


def test_what_a_unit_files_for_another_counts_as_its_load() -> None:
    names = (Named("县政府", Share.LEAD, GOVERNMENT), replace(LEAD, share=Share.RESPONSIBLE))
    carried = {load.name: load for load in loads(facts(*several(5, names=names), force=(Named("教育局"),)))}
    education = carried["县教育局"]
    assert (education.lead, education.responsible, education.filed, len(education.owed)) == (0, 5, 5, 5)
    assert (education.in_force, carried["县政府"].in_force) == (True, False)
    overloaded = found(Check.OVERLOADED, facts(*several(5, names=names)))
    assert [finding.units for finding in overloaded] == [("县教育局",)]  # who never files carries nothing


# ---------------------------------------------------------------------------------------------- when


@pytest.mark.parametrize(
    ("told", "check", "severity"),
    [
        ({"deadline_on": None}, Check.UNDATED, Severity.REMIND),
        ({"deadline_on": None, "recurs": True}, Check.UNDATED, Severity.HINT),
        ({"deadline_on": None, "deadline_text": "三年内"}, Check.TERM_UNDATED, Severity.REMIND),
        (
            {"deadline_on": None, "deadline_text": "印发之日起30个工作日内"},
            Check.TERM_UNDATED,
            Severity.REMIND,
        ),
        ({"deadline_on": None, "deadline_text": "尽快"}, Check.TERM_UNDATED, Severity.REMIND),
        ({"deadline_text": "三年内"}, Check.TERM_COUNTED, Severity.HINT),
        ({"deadline_on": date(2024, 12, 31)}, Check.PAST, Severity.REMIND),
        ({"deadline_on": date(2026, 6, 30)}, Check.OUTSIDE_PERIOD, Severity.REMIND),
        ({"deadline_on": date(2099, 6, 30)}, Check.OUTSIDE_PERIOD, Severity.BLOCK),
    ],
)
def test_each_defect_of_a_date_is_found_and_no_other(
    told: dict[str, Any], check: Check, severity: Severity
) -> None:
    plan = facts(replace(SOUND, **told), period=(date(2023, 1, 1), date(2025, 12, 31)))
    assert [(f.check, f.severity) for f in check_up(plan, TODAY)] == [(check, severity)]


def test_a_printed_date_is_no_counted_one_and_today_is_not_past() -> None:
    assert check_up(facts(replace(SOUND, deadline_text="2025年12月底前")), date(2025, 12, 31)) == []


def test_a_milestone_gone_by_is_found_where_it_stands_and_one_that_is_the_deadline_is_not_said_twice() -> (
    None
):
    stone = Promise(
        CommitmentKind.MILESTONE, "", "2024年底前完成一半", due_on=date(2024, 12, 31), place=(20, 30)
    )
    finding = only(Check.PAST, facts(replace(SOUND, promises=(stone,))), Severity.HINT)
    assert finding.place == (20, 30)
    late = replace(SOUND, deadline_on=date(2024, 12, 31), promises=(stone,))
    assert [f.severity for f in found(Check.PAST, facts(late))] == [Severity.REMIND]


# ---------------------------------------------------------------------------------------------- what


def with_two(first: Promise, second: Promise) -> PlanFacts:
    one, other = several(2)
    return facts(replace(one, promises=(first,)), replace(other, promises=(second,)))


def test_one_indicator_with_two_targets_is_found_whatever_stands_around_its_name() -> None:
    ratio = measured("全县师幼比", "1:15", unit="", due_on=None)
    plan = with_two(ratio, measured("师幼比", "1:18", unit="", comparison=Comparison.AT_MOST))
    finding = only(Check.TWO_VALUES, plan, Severity.REMIND)
    assert finding.task_ids == (1, 2)
    assert "1:15" in finding.sentence
    assert "1:18" in finding.sentence


@pytest.mark.parametrize(
    "second",
    [
        measured("普惠率", "80.0"),
        measured("普惠率", "85", due_on=date(2024, 12, 31)),
        measured("普惠率", "85", unit="所"),
        measured("入园率", "85"),
        measured("普惠率", "85", comparison=Comparison.RISE_BY),
        measured("普惠率", ""),
    ],
)
def test_a_stage_another_measure_and_the_same_figure_are_no_contradiction(second: Promise) -> None:
    assert found(Check.TWO_VALUES, with_two(measured("普惠率", "80"), second)) == []


def test_a_lower_and_an_upper_bound_are_no_contradiction() -> None:
    low = measured("占比", "30", comparison=Comparison.AT_LEAST)
    high = measured("占比", "50", comparison=Comparison.AT_MOST)
    assert found(Check.TWO_VALUES, with_two(low, high)) == []


def test_an_indicator_lacks_what_it_lacks() -> None:
    blank = measured("覆盖率", "", due_on=None)
    rising = measured("教师工资", "10", comparison=Comparison.RISE_BY)
    plan = facts(replace(SOUND, deadline_on=None, recurs=False, promises=(blank, rising)))
    lacking = {(f.check, f.severity) for f in check_up(plan, TODAY)}
    assert lacking >= {
        (Check.BLANK_TARGET, Severity.REMIND),
        (Check.NO_TARGET_DATE, Severity.HINT),
        (Check.NO_BASE, Severity.HINT),
    }
    assert len(found(Check.BLANK_TARGET, plan)) == len(found(Check.NO_BASE, plan)) == 1


def test_not_to_fall_needs_no_target_of_its_own() -> None:
    steady = measured("财政投入", "", comparison=Comparison.NOT_FALL)
    assert found(Check.BLANK_TARGET, facts(replace(SOUND, promises=(steady,)))) == []


def test_a_promise_to_draw_something_up_wants_a_deliverable() -> None:
    promised = replace(SOUND, text="制定玩教具配备方案。")
    assert "制定" in only(Check.NO_DELIVERABLE, facts(promised), Severity.REMIND).sentence
    assert found(Check.NO_DELIVERABLE, facts(replace(SOUND, kind=TaskKind.INSTITUTION)))
    plan = Promise(CommitmentKind.DELIVERABLE, "玩教具配备方案")
    assert found(Check.NO_DELIVERABLE, facts(replace(promised, promises=(plan,)))) == []


def test_the_same_task_twice_is_found_and_two_tasks_of_one_subject_are_not() -> None:
    text = "完善师德承诺制度，健全师德奖惩机制，定期开展师德模范评选活动，宣传先进事迹。"
    one = replace(SOUND, title="强化师德师风建设", text=text)
    twin = replace(one, id=2, number="2", text=text.replace("宣传先进事迹", "宣传典型事迹"))
    other = replace(
        one,
        id=3,
        number="3",
        title="强化教师培训",
        text="完善教师培训制度，每年组织全县教师参加专业技能培训和观摩学习。",
    )
    finding = only(Check.TWIN, facts(one, twin, other), Severity.REMIND)
    assert finding.task_ids == (1, 2)


def test_findings_come_gravest_first() -> None:
    plan = facts(
        replace(SOUND, deadline_on=None, recurs=True),
        replace(several(1)[0], id=2, names=()),
        replace(several(2)[1], deadline_on=None, id=3),
    )
    order = list(Severity)
    graves = [order.index(finding.severity) for finding in check_up(plan, TODAY)]
    assert graves == sorted(graves)
    assert set(graves) == {0, 1, 2}

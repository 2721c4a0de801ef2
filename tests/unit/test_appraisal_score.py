"""Scores worked out by hand and equal: items, normalisation, additions and deductions, vetoes, grades, what would mend."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.scoring import (
    COUNTY,
    EDUCATION,
    FINANCE,
    GARDEN,
    TOWN,
    YEAR_END,
    account,
    coordination,
    indicator,
    report,
    slip,
    task,
)
from workflows.accounts import Account, UnitAccount
from workflows.appraisal import (
    Adjustment,
    AppraisalGroup,
    Entry,
    Fact,
    Grade,
    Material,
    Scheme,
    Tally,
    appealed,
    best_allowed,
    kept,
    mends,
    parts,
    read_back,
    scores,
    tallies,
)
from workflows.appraisal.score import ItemScore
from workflows.cadence import DutyKind
from workflows.commitments import TaskKind
from workflows.escalation import LetterKind
from workflows.lifecycle import ClosingGrade, EntryKind, TaskState
from workflows.light import Pace
from workflows.units import Share, UnitKind

SCHEME = Scheme()
LEAD, PART = {EDUCATION: Share.LEAD, FINANCE: Share.RESPONSIBLE}, {EDUCATION: Share.RESPONSIBLE}


def entry(number: int, kind: EntryKind, points: int = 0, *, unit: int = EDUCATION, item: str = "") -> Entry:
    return Entry(
        number, unit, kind, item, points, f"督发〔2025〕{number}号", f"登记{number}", has_finding=True
    )


def tally(found: Account, *entries: Entry, scheme: Scheme = SCHEME, unit: int = EDUCATION) -> Tally:
    return tallies(Material(found, entries), scheme)[unit]


def item(found: Tally, key: str) -> ItemScore:
    return next(one for one in found.items if one.item.key == key)


def points(found: Tally) -> dict[str, int]:
    return {one.item.key: one.points for one in found.items}


# ------------------------------------------------------------------------------------------- by hand

WORKED = account(
    task(
        1, LEAD, closed=date(2025, 11, 20), grade=ClosingGrade.GOOD, indicators=(indicator(11, reached=True),)
    ),
    task(2, PART, pace=Pace.BEHIND, indicators=(indicator(21, reached=False), indicator(22, reached=True))),
    task(3, {EDUCATION: Share.LEAD}, deadline=None, pace=Pace.AHEAD),
    duties=(
        report(101, EDUCATION, 1),
        report(102, EDUCATION, 2, late=True),
        report(103, EDUCATION, 3, missing=True),
        report(104, EDUCATION, 1, period="2025-04", filed=False),
    ),
    slips=(
        slip(201, EDUCATION, 1, in_time=True),
        slip(202, EDUCATION, 2, kind=LetterKind.RED_SLIP, in_time=False),
        slip(203, EDUCATION, 3, in_time=None),
    ),
    coordinations=(
        coordination(301, EDUCATION, in_time=True),
        coordination(302, EDUCATION, in_time=False),
        coordination(303, EDUCATION, in_time=None),
    ),
)
"""Weights of 县教育局: 1 (牵头), 0.6 (责任), 1 (牵头); together 2.6.

办结率 1/1.6, 达序时率 (1+1)/2.6, 质量 85%, 指标 (1+0.3)/1.6, 按期报送 1/2.6, 按期反馈 1/1.6, 协调 1/2.
"""


def test_every_item_of_a_unit_is_as_worked_out_by_hand() -> None:
    found = tally(WORKED)
    assert points(found) == {
        "completion": 34_86,  # 50 × (0.625 + 0.769230…) / 2 = 34.8557…
        "quality": 17_00,  # 20 × 0.85
        "indicators": 12_19,  # 15 × 1.3 / 1.6 = 12.1875
        "timeliness": 5_05,  # 10 × (1/2.6 + 1/1.6) / 2 = 5.0480…
        "cooperation": 2_50,  # 5 × 1/2
    }
    assert found.base == 71_60


def test_the_tariff_is_charged_by_the_part_of_the_unit_s_work_it_concerns() -> None:
    found = tally(WORKED)
    assert [(one.key, one.points) for one in found.adjustments] == [
        ("late", -2),  # 0.1 × 0.6/2.6 = 0.0230…
        ("missing", -19),  # 0.5 × 1/2.6 = 0.1923…
        ("red_slip", -23),  # 1 × 0.6/2.6 = 0.2307…
    ]
    assert found.deductions == 44
    assert found.points == 71_60 - 44 == 71_16


def test_every_figure_shows_the_rows_it_was_counted_from() -> None:
    completion = item(tally(WORKED), "completion")
    closed, on_pace = completion.figures
    assert closed.value == Fraction(1, 1) / Fraction(16, 10)
    assert [(row.id, row.value, row.weight) for row in closed.rows] == [
        (1, Fraction(1), Fraction(1)),
        (2, Fraction(0), Fraction(6, 10)),
    ]
    assert closed.rows[0].words == "11月20日（周四）销号，时限12月31日（周三）"
    assert closed.rows[1].words == "未销号，时限12月31日（周三）"
    assert [row.id for row in on_pace.rows] == [1, 2, 3]
    late = tally(WORKED).adjustments[0]
    assert [(row.id, row.label) for row in late.rows] == [(102, "2025年3月月报：2. 任务2")]


def test_a_score_that_was_kept_is_read_back_the_same() -> None:
    entries = (entry(1, EntryKind.ADDITION, 100), entry(2, EntryKind.VETO, item="弄虚作假"))
    for score in scores(tallies(Material(WORKED, entries), SCHEME), SCHEME).values():
        assert read_back(kept(score)) == score


# ------------------------------------------------------------------------------------------- what counts


def test_what_cannot_be_measured_does_not_count_and_its_marks_go_to_the_others() -> None:
    found = tally(account(task(1, LEAD, closed=date(2025, 6, 3)), duties=(report(1, EDUCATION),)))
    assert {one.item.key: (one.weighed, one.value) for one in found.items} == {
        "completion": (83_33, 1), "quality": (0, None), "indicators": (0, None), "timeliness": (16_67, 1),
        "cooperation": (0, None),
    }  # fmt: skip
    assert found.points == 100_00


def test_twice_the_tasks_at_the_same_quality_give_the_same_score() -> None:
    one = account(task(1, LEAD, pace=Pace.BEHIND), duties=(report(1, EDUCATION, late=True),))
    two = account(
        task(1, LEAD, pace=Pace.BEHIND),
        task(2, LEAD, pace=Pace.BEHIND),
        duties=(report(1, EDUCATION, 1, late=True), report(2, EDUCATION, 2, late=True)),
    )
    assert tally(one).points == tally(two).points
    assert tally(one).deductions == tally(two).deductions == 10


def test_a_task_the_unit_leads_weighs_more_than_one_it_only_supports() -> None:
    shares = {EDUCATION: Share.SUPPORT, FINANCE: Share.LEAD}
    found = account(task(1, {EDUCATION: Share.LEAD}), task(2, shares, closed=date(2025, 5, 6)))
    closed = item(tally(found), "completion").figures[0]
    assert closed.value == Fraction(30, 130)


def test_a_task_may_be_given_another_weight() -> None:
    found = account(task(1, LEAD), task(2, LEAD, closed=date(2025, 5, 6)))
    weighed = tallies(Material(found, weights={2: 300}), SCHEME)[EDUCATION]
    assert item(weighed, "completion").figures[0].value == Fraction(3, 4)


def test_a_type_of_task_may_be_given_another_weight() -> None:
    found = account(task(1, LEAD), task(2, LEAD, closed=date(2025, 5, 6), kind=TaskKind.PROJECT))
    own = replace(SCHEME, kinds={**SCHEME.kinds, TaskKind.PROJECT: 200})
    assert item(tally(found, scheme=own), "completion").figures[0].value == Fraction(2, 3)


@pytest.mark.parametrize("state", [TaskState.DRAFT, TaskState.WITHDRAWN, TaskState.SUSPENDED])
def test_a_task_that_is_not_being_worked_on_does_not_count(state: TaskState) -> None:
    found = account(task(1, LEAD, closed=date(2025, 5, 6)), task(2, LEAD, state=state, pace=Pace.BEHIND))
    assert [row.id for row in item(tally(found), "completion").figures[0].rows] == [1]


def test_a_task_closed_before_the_year_does_not_count_again() -> None:
    found = account(task(1, LEAD, closed=date(2024, 12, 30)), task(2, LEAD))
    assert [row.id for row in item(tally(found), "completion").figures[0].rows] == [2]


def test_a_deadline_that_has_not_come_is_no_failure_yet() -> None:
    found = account(task(1, LEAD, deadline=date(2026, 6, 30)), task(2, LEAD, deadline=None))
    assert item(tally(found), "completion").figures[0].value is None
    in_may = replace(account(task(1, LEAD)), at=WORKED.at.replace(year=2025, month=5))
    assert item(tally(in_may), "completion").figures[0].value is None


def test_units_that_command_and_units_without_a_task_are_not_scored() -> None:
    found = tallies(Material(account(task(1, {EDUCATION: Share.LEAD, COUNTY: Share.LEAD}))), SCHEME)
    assert set(found) == {EDUCATION}


def test_a_unit_of_which_nothing_can_be_measured_has_no_score() -> None:
    assert (
        tallies(Material(account(task(1, LEAD, deadline=None, pace=Pace.OTHER, percent=None))), SCHEME) == {}
    )


FACTS = account(
    task(1, LEAD, closed=date(2026, 1, 5), percent=100),
    task(2, LEAD, deadline=date(2026, 3, 1), closed=date(2025, 9, 1), percent=100),
    task(3, LEAD, percent=40),
    duties=(
        report(1, EDUCATION, 1, kind=DutyKind.SIGN),
        report(2, EDUCATION, 2, kind=DutyKind.SIGN, late=True),
        report(3, EDUCATION, 1, returns=1),
        report(4, EDUCATION, 1, kind=DutyKind.CONSOLIDATION),
    ),
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("办结率", Fraction(2, 3)),
        ("按期办结率", Fraction(1, 3)),
        ("累计完成率", Fraction(240, 300)),
        ("按期签收率", Fraction(1, 2)),
        ("一次通过率", Fraction(1, 2)),
        ("按期报送率", Fraction(1)),
        ("专项评估得分", Fraction(80, 100)),
        ("检查得分", Fraction(75, 100)),
    ],
)
def test_each_fact_is_what_its_words_say(name: str, value: Fraction) -> None:
    own = replace(SCHEME, items=(replace(SCHEME.items[0], full=100_00, formula=name),))
    entries = (
        entry(1, EntryKind.EVALUATION, 80_00), entry(2, EntryKind.INSPECTION, 70_00), entry(3, EntryKind.INSPECTION, 80_00),
        entry(4, EntryKind.INSPECTION, 1_00, unit=FINANCE),
    )  # fmt: skip
    assert tally(FACTS, *entries, scheme=own).items[0].value == value


def test_the_result_of_an_evaluation_counts_in_the_quality() -> None:
    found = tally(WORKED, entry(1, EntryKind.EVALUATION, 95_00))
    assert item(found, "quality").points == 18_00  # 20 × (0.85 + 0.95) / 2
    assert item(found, "quality").figures[1].rows[0].words == "督发〔2025〕1号"


# ------------------------------------------------------------------------------------------- more and less


def test_additions_are_capped_at_five_points_and_deductions_at_ten() -> None:
    full = account(task(1, LEAD, closed=date(2025, 6, 3)))
    more = tally(full, entry(1, EntryKind.ADDITION, 3_00), entry(2, EntryKind.ADDITION, 4_00))
    assert (more.additions, more.points) == (5_00, 105_00)
    fewer = tally(full, entry(1, EntryKind.DEDUCTION, 8_00, item="失实"), entry(2, EntryKind.DEDUCTION, 4_00))
    assert (fewer.deductions, fewer.points) == (10_00, 90_00)
    assert [(one.label, one.points, one.document_number) for one in fewer.adjustments] == [
        ("失实", -8_00, "督发〔2025〕1号"), ("扣分", -4_00, "督发〔2025〕2号"),
    ]  # fmt: skip


def test_a_score_never_falls_below_nothing() -> None:
    found = tally(account(task(1, LEAD, pace=Pace.BEHIND)), entry(1, EntryKind.DEDUCTION, 8_00))
    assert (found.base, found.points) == (0, 0)


def test_a_charge_about_the_whole_plan_counts_in_full() -> None:
    slips = (slip(1, EDUCATION, None, kind=LetterKind.TALK, in_time=True),)
    found = tally(account(task(1, LEAD), slips=slips))
    assert [(one.key, one.points) for one in found.adjustments] == [("talk", -3_00)]


def test_an_appeal_that_was_upheld_changes_the_points() -> None:
    before = tally(WORKED)
    after = appealed(before, [Adjustment("appeal", "申诉复核", 1_50, (), "督发〔2026〕3号")])
    assert after.points == before.points + 1_50


# ------------------------------------------------------------------------------------------- quarters


def test_a_year_made_of_quarters_weighs_their_mean_and_the_year_s_check() -> None:
    good = account(task(1, LEAD, closed=date(2025, 2, 3)))
    poor = account(task(1, LEAD, pace=Pace.BEHIND))
    own = replace(SCHEME, weight_of_quarters=70)
    year = Material(good, (entry(1, EntryKind.YEAR_CHECK, 80_00),), quarters={"2025Q1": good, "2025Q2": poor})
    found = tallies(year, own)[EDUCATION]
    assert [(quarter.key, quarter.points) for quarter in found.quarters] == [
        ("2025Q1", 100_00),
        ("2025Q2", 0),
    ]
    assert found.base == 59_00  # (100 + 0) / 2 × 70 % + 80 × 30 %
    assert found.items == ()
    unchecked = tallies(replace(year, entries=()), own)[EDUCATION]
    assert (unchecked.year_check, unchecked.base) == (None, 50_00)


# ------------------------------------------------------------------------------------------- grades and places


def ranked(
    marks: dict[int, int], *, vetoed: int = 0, scheme: Scheme = SCHEME
) -> dict[int, tuple[Grade, int]]:
    """Unit → grade and place, of kindergartens whose only item is an inspection with these points."""
    units = {number: UnitAccount(number, f"园{number}", UnitKind.KINDERGARTEN) for number in marks}
    tasks = tuple(
        task(number, {number: Share.RESPONSIBLE}, deadline=None, pace=Pace.OTHER) for number in marks
    )
    own = replace(scheme, items=(replace(scheme.items[0], full=100_00, formula="检查得分"),))
    entries = [entry(number, EntryKind.INSPECTION, mark, unit=number) for number, mark in marks.items()]
    entries += [entry(99, EntryKind.VETO, unit=vetoed, item="弄虚作假")] if vetoed else []
    found = scores(tallies(Material(account(*tasks, units=units), entries), own), own)
    return {number: (score.grade, score.place) for number, score in found.items()}


def test_grades_follow_the_lines_and_a_line_itself_counts_as_reached() -> None:
    free = replace(SCHEME, best_percent=100)
    assert ranked({1: 90_00, 2: 89_99, 3: 80_00, 4: 79_99, 5: 60_00, 6: 59_99}, scheme=free) == {
        1: (Grade.EXCELLENT, 1), 2: (Grade.GOOD, 2), 3: (Grade.GOOD, 3), 4: (Grade.PASS, 4), 5: (Grade.PASS, 5),
        6: (Grade.FAIL, 6),
    }  # fmt: skip


def test_no_more_of_a_group_are_excellent_than_the_cap_allows() -> None:
    found = ranked({number: 99_00 - number for number in range(1, 8)})
    assert [number for number, (grade, _) in found.items() if grade is Grade.EXCELLENT] == [1, 2]
    assert found[3] == (Grade.GOOD, 3)


def test_units_level_at_the_cap_stay_below_it_together() -> None:
    found = ranked({1: 97_00, 2: 95_00, 3: 95_00, 4: 94_00, 5: 80_00, 6: 80_00, 7: 70_00})
    assert found[1] == (Grade.EXCELLENT, 1)
    assert found[2] == found[3] == (Grade.GOOD, 2)
    assert found[4] == (Grade.GOOD, 4)


def test_at_the_same_points_the_unit_with_the_heavier_tasks_comes_first() -> None:
    shares = {EDUCATION: Share.LEAD}, {FINANCE: Share.LEAD}
    level = account(task(1, shares[0]), task(2, shares[0]), task(3, shares[1]))
    found = scores(tallies(Material(level), SCHEME), SCHEME)
    assert (found[EDUCATION].place, found[FINANCE].place) == (1, 2)
    assert found[EDUCATION].tally.points == found[FINANCE].tally.points


@pytest.mark.parametrize(("among", "allowed"), [(1, 1), (3, 1), (6, 1), (7, 2), (10, 3), (500, 150)])
def test_the_cap_is_rounded_down_but_leaves_one(among: int, allowed: int) -> None:
    assert best_allowed(among, SCHEME) == allowed


def test_a_veto_fails_the_unit_whatever_its_points_and_puts_it_last() -> None:
    found = ranked({1: 99_00, 2: 70_00, 3: 50_00}, vetoed=1)
    assert found == {1: (Grade.FAIL, 3), 2: (Grade.PASS, 1), 3: (Grade.FAIL, 2)}


def test_a_veto_without_a_finding_does_not_count() -> None:
    bare = replace(entry(1, EntryKind.VETO, item="弄虚作假"), has_finding=False)
    assert tally(WORKED, bare).vetoes == ()
    [veto] = tally(WORKED, entry(1, EntryKind.VETO, item="弄虚作假")).vetoes
    assert (veto.label, veto.document_number) == ("弄虚作假", "督发〔2025〕1号")


def test_groups_are_ranked_apart() -> None:
    shares = {
        EDUCATION: Share.LEAD,
        FINANCE: Share.RESPONSIBLE,
        TOWN: Share.RESPONSIBLE,
        GARDEN: Share.RESPONSIBLE,
    }
    found = scores(tallies(Material(account(task(1, shares))), SCHEME), SCHEME)
    assert {unit: (score.tally.group, score.place, score.among) for unit, score in found.items()} == {
        EDUCATION: (AppraisalGroup.LEAD, 1, 1),
        FINANCE: (AppraisalGroup.RESPONSIBLE, 1, 1),
        TOWN: (AppraisalGroup.TOWNSHIP, 1, 1),
        GARDEN: (AppraisalGroup.KINDERGARTEN, 1, 1),
    }


# ------------------------------------------------------------------------------------------- what would mend


def test_what_would_bring_points_back_is_named_most_first_with_its_points() -> None:
    part = parts(Material(WORKED))[EDUCATION]
    found = mends(part, SCHEME, {})
    assert [mend.points for mend in found] == sorted((mend.points for mend in found), reverse=True)
    by_words = {mend.words: mend for mend in found}
    closed = by_words["办结并销号：2. 任务2（办结评价另计）"]
    # 办结率 1.6/1.6 and 达序时率 2.6/2.6: the item is full
    assert closed.points == 50_00 - 34_86
    assert closed.until == YEAR_END
    assert by_words["赶上序时进度：2. 任务2"].points == 40_63 - 34_86  # 50 × (0.625 + 1) / 2 = 40.625
    assert (
        by_words["补报2025年3月月报（1项任务）"].points == 19 - 4
    )  # 漏报 becomes 迟报: 0.1 × 1.6/2.6 in all, not 0.0230…
    assert by_words["指标达标：普惠率（2. 任务2）"].points == 15_00 - 12_19
    assert Fact.COORDINATION in {figure.fact for figure in item(tally(WORKED), "cooperation").figures}
    assert by_words["按期答复协调请求：1. 任务1"].points == 83  # 5 × 2/3 = 3.333…
    assert not any("补交" in words or "迟报" in words for words in by_words)


def test_nothing_is_to_be_mended_of_a_unit_that_has_it_all() -> None:
    full = account(task(1, LEAD, closed=date(2025, 6, 3)), duties=(report(1, EDUCATION),))
    assert mends(parts(Material(full))[EDUCATION], SCHEME, {}) == []
    assert mends(parts(Material(full))[COUNTY], SCHEME, {}) == []


def test_an_open_report_says_by_when_it_keeps_the_points() -> None:
    [mend] = [
        mend
        for mend in mends(parts(Material(WORKED))[EDUCATION], SCHEME, {})
        if "2025年4月月报" in mend.words
    ]
    assert mend.words == "2025年3月25日（周二）前按期报送2025年4月月报（1项任务）"
    assert mend.ids == (104,)

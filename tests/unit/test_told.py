"""Who is told what by one step: addressees, copies, the office with its drafts and its questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.queries.directory import Contacts
from app.queries.engine import Due
from app.queries.told import Told, told, vacancies
from tests.unit.climbing import OCTOBER
from workflows.cadence import DutyKind
from workflows.escalation import DEFAULT_LADDERS, Audience, Ladder, LetterKind, Rung, Step

LIAISON, SECTION, DEPUTY, HEAD, OFFICER, CLERK, LEADER = range(1, 8)

Posts = Mapping[Audience, tuple[int, ...]]

FULL: Posts = {
    Audience.LIAISON: (LIAISON,),
    Audience.SECTION_HEAD: (SECTION,),
    Audience.DEPUTY_HEAD: (DEPUTY,),
    Audience.HEAD: (HEAD,),
    Audience.OFFICE: (OFFICER, CLERK),
    Audience.COUNTY_LEADER: (LEADER,),
}

DUE = Due(1, DutyKind.MONTHLY_REPORT, 11, 12, LEADER, 21, 3, 1, OCTOBER)

MONTHLY, COMPLETION = DEFAULT_LADDERS[DutyKind.MONTHLY_REPORT], DEFAULT_LADDERS[DutyKind.COMPLETION]
URGE, BLUE, YELLOW, TALK = (MONTHLY.rungs[index] for index in (3, 4, 5, 7))


def contacts_of(posts: Posts, *, fewer: frozenset[int] = frozenset()) -> Contacts:
    """As the directory answers: a post that reaches nobody is not in it."""
    return Contacts({post: people for post, people in posts.items() if people}, {}, fewer)


def told_by(
    rung: Rung,
    posts: Posts = FULL,
    *,
    index: int = 5,
    loop: int = 0,
    fewer: frozenset[int] = frozenset(),
    ladder: Ladder = MONTHLY,
) -> list[Told]:
    step = Step(index + 1, None, rung, index, loop=loop)
    return list(told(DUE, step, contacts_of(posts, fewer=fewer), ladder))


def letters(found: list[Told]) -> list[tuple[int, LetterKind, str, bool, bool]]:
    return [(t.person_id, t.letter, t.place, t.copied, t.drafted) for t in found]


def test_a_letter_goes_to_whoever_is_addressed() -> None:
    assert told_by(URGE, index=3) == [
        Told(
            LIAISON,
            Audience.LIAISON,
            LetterKind.URGE,
            "3",
            "升级阶梯第3版：逾期1个工作日催报，对象联络员",
            True,
        ),
        Told(
            SECTION,
            Audience.SECTION_HEAD,
            LetterKind.URGE,
            "3",
            "升级阶梯第3版：逾期1个工作日催报，对象科室负责人",
            True,
        ),
    ]


def test_beside_a_letter_the_slip_is_laid_before_the_office_which_reads_of_the_letter_there() -> None:
    assert letters(told_by(YELLOW)) == [
        (DEPUTY, LetterKind.ESCALATE, "5", False, False),
        (HEAD, LetterKind.ESCALATE, "5", False, False),
        (OFFICER, LetterKind.YELLOW_SLIP, "5d", False, True),
        (CLERK, LetterKind.YELLOW_SLIP, "5d", False, True),
    ]
    drafted = told_by(YELLOW)[2]
    assert drafted.audience is Audience.OFFICE
    assert drafted.reason == "升级阶梯第3版：逾期7个工作日拟黄色督办单，由督查室决定是否发出"
    assert drafted.urgent


def test_of_what_a_person_has_to_send_only_the_office_hears() -> None:
    assert letters(told_by(TALK, index=7)) == [
        (OFFICER, LetterKind.TALK, "7d", False, True),
        (CLERK, LetterKind.TALK, "7d", False, True),
    ]


def test_without_an_office_a_draft_reaches_nobody() -> None:
    assert told_by(TALK, {**FULL, Audience.OFFICE: ()}) == []


def test_a_copy_goes_to_the_post_named_and_says_so() -> None:
    plain = replace(YELLOW, slip=None)
    assert letters(told_by(plain)) == [
        (DEPUTY, LetterKind.ESCALATE, "5", False, False),
        (HEAD, LetterKind.ESCALATE, "5", False, False),
        (OFFICER, LetterKind.ESCALATE, "5", True, False),
        (CLERK, LetterKind.ESCALATE, "5", True, False),
    ]
    assert told_by(plain)[2].reason == "升级阶梯第3版：逾期7个工作日提级提醒，抄送督查室"


def test_nobody_stands_in_for_a_vacant_post_that_is_only_copied() -> None:
    rung = replace(YELLOW, slip=None, copies=(Audience.COUNTY_LEADER,))
    vacant = {**FULL, Audience.COUNTY_LEADER: ()}
    assert [t.person_id for t in told_by(rung, vacant)] == [DEPUTY, HEAD]


def test_whoever_is_addressed_is_not_copied_as_well() -> None:
    head_is_leader = {**FULL, Audience.COUNTY_LEADER: (HEAD, LEADER)}
    rung = replace(YELLOW, slip=None, copies=(Audience.COUNTY_LEADER,))
    assert [(t.person_id, t.audience, t.copied) for t in told_by(rung, head_is_leader)] == [
        (DEPUTY, Audience.DEPUTY_HEAD, False),
        (HEAD, Audience.HEAD, False),
        (LEADER, Audience.COUNTY_LEADER, True),
    ]


def test_whoever_holds_two_copied_posts_is_copied_once_by_the_first() -> None:
    both = {**FULL, Audience.COUNTY_LEADER: (CLERK,)}
    rung = replace(YELLOW, slip=None, copies=(Audience.COUNTY_LEADER, Audience.OFFICE))
    assert [(t.person_id, t.audience) for t in told_by(rung, both) if t.copied] == [
        (CLERK, Audience.COUNTY_LEADER),
        (OFFICER, Audience.OFFICE),
    ]


def test_an_office_that_stands_in_is_addressed_not_copied() -> None:
    nobody_above = {**FULL, Audience.DEPUTY_HEAD: (), Audience.HEAD: ()}
    stood_in = told_by(replace(YELLOW, slip=None), nobody_above)
    assert [(t.person_id, t.copied) for t in stood_in] == [(OFFICER, False), (CLERK, False)]
    assert stood_in[0].reason == "升级阶梯第3版：逾期7个工作日提级提醒，对象督查室（应收人空缺，依次代收）"


def test_a_repeat_has_a_place_of_its_own_and_brings_no_second_draft() -> None:
    repeated = replace(BLUE, every=2, times=3)
    found = told_by(repeated, index=4, loop=2)
    assert letters(found) == [
        (LIAISON, LetterKind.ESCALATE, "4r2", False, False),
        (DEPUTY, LetterKind.ESCALATE, "4r2", False, False),
    ]
    assert found[0].reason == "升级阶梯第3版：逾期3个工作日提级提醒（第3次），对象联络员"


def test_of_a_repeat_the_office_has_its_copy_for_no_draft_comes_with_it() -> None:
    repeated = replace(YELLOW, every=2, times=3)
    assert [(t.person_id, t.copied) for t in told_by(repeated, loop=1)] == [
        (DEPUTY, False),
        (HEAD, False),
        (OFFICER, True),
        (CLERK, True),
    ]


@pytest.mark.parametrize("checks", [1, 3])
def test_the_office_is_asked_to_find_out_and_the_unit_is_told_nothing(checks: int) -> None:
    step = Step(4, OCTOBER.armed_at, unheard=True, checks=checks)
    assert list(told(DUE, step, contacts_of(FULL), MONTHLY)) == [
        Told(
            person,
            Audience.OFFICE,
            LetterKind.VERIFY,
            f"4v{checks}",
            f"升级阶梯第3版：对方尚未确认收到，不升级；请电话核实后登记（第{checks}次）",
            False,
        )
        for person in (OFFICER, CLERK)
    ]


def test_a_climb_that_waits_without_asking_tells_nobody() -> None:
    assert list(told(DUE, Step(4, None, unheard=True, checks=3), contacts_of(FULL), MONTHLY)) == []


def test_a_step_on_which_nothing_acts_tells_nobody() -> None:
    assert list(told(DUE, Step(4, OCTOBER.armed_at), contacts_of(FULL), MONTHLY)) == []


@pytest.mark.parametrize(("urgent", "rung"), [(True, YELLOW), (False, replace(YELLOW, urgent=False))])
def test_what_is_urgent_is_the_rungs_own_for_the_letter_and_for_the_draft(urgent: bool, rung: Rung) -> None:
    assert {t.urgent for t in told_by(rung)} == {urgent}


def test_whoever_asked_for_fewer_letters_is_spared_copies_but_not_what_is_addressed_to_him() -> None:
    plain = replace(YELLOW, slip=None)
    found = told_by(plain, fewer=frozenset({HEAD, CLERK}))
    assert [(t.person_id, t.copied) for t in found] == [(DEPUTY, False), (HEAD, False), (OFFICER, True)]


@pytest.mark.parametrize(("index", "spared"), [(0, True), (1, True), (3, False), (4, False), (5, False)])
def test_whoever_asked_for_fewer_letters_reads_of_a_date_the_last_time_it_is_announced(
    index: int, spared: bool
) -> None:
    rung = COMPLETION.rungs[index]
    found = told_by(rung, index=index, fewer=frozenset({LIAISON}), ladder=COMPLETION)
    assert (LIAISON not in {t.person_id for t in found}) == spared


def test_who_reads_in_anothers_place_reads_for_whom() -> None:
    behalf = {(Audience.LIAISON, SECTION): "张三（演示）", (Audience.OFFICE, CLERK): "李四（演示）"}
    posts = {Audience.LIAISON: (SECTION,), Audience.OFFICE: (OFFICER, CLERK)}
    contacts = Contacts(posts, behalf, frozenset())
    step = Step(5, None, replace(BLUE, audience=(Audience.LIAISON,)), 4)
    assert [(t.person_id, t.reason) for t in told(DUE, step, contacts, MONTHLY)] == [
        (SECTION, "升级阶梯第3版：逾期3个工作日提级提醒，对象联络员（代张三（演示））"),
        (OFFICER, "升级阶梯第3版：逾期3个工作日拟蓝色提醒单，由督查室决定是否发出"),
        (CLERK, "升级阶梯第3版：逾期3个工作日拟蓝色提醒单，由督查室决定是否发出（代李四（演示））"),
    ]


@pytest.mark.parametrize(
    ("rung", "vacant", "named"),
    [
        (BLUE, (), ()),
        (BLUE, (Audience.LIAISON,), (Audience.LIAISON,)),
        (BLUE, (Audience.HEAD,), ()),
        (URGE, (Audience.SECTION_HEAD,), ()),
        (URGE, (Audience.LIAISON, Audience.SECTION_HEAD), (Audience.LIAISON, Audience.SECTION_HEAD)),
        (YELLOW, (Audience.DEPUTY_HEAD, Audience.HEAD), (Audience.DEPUTY_HEAD, Audience.HEAD)),
        (MONTHLY.rungs[6], (Audience.HEAD, Audience.COUNTY_LEADER), (Audience.HEAD,)),
        (TALK, (Audience.HEAD,), ()),
    ],
)
def test_the_posts_of_the_unit_that_a_letter_finds_vacant_are_named(
    rung: Rung, vacant: tuple[Audience, ...], named: tuple[Audience, ...]
) -> None:
    posts = {post: people for post, people in FULL.items() if post not in vacant}
    assert vacancies(Step(5, None, rung, 4), contacts_of(posts)) == named


def test_where_nothing_acts_no_post_is_missed() -> None:
    assert vacancies(Step(4, None), contacts_of({})) == ()

"""The whole matrix of who may do what."""

from __future__ import annotations

import pytest

from workflows.errors import Refused
from workflows.policy import GRANTS, ROLE_LABELS, Act, Actor, Relation, Role, allows, require

# all: whoever holds the role; party: whose unit takes part; owner: whose unit owes it; -: never.
MATRIX = """
                 office  department  leader  admin
use_desk         all     all         all     all
view_task        all     party       all     -
sign             owner   owner       -       -
update_progress  owner   owner       -       -
file_report      owner   owner       -       -
request_close    -       owner       -       -
view_plans       all     -           all     -
edit_plan        all     -           -       -
issue_plan       all     -           -       -
supervise        all     -           all     -
review_report    all     -           -       -
close_task       all     -           -       -
record_issue     all     -           -       -
view_units       all     -           all     all
edit_units       all     -           -       all
edit_people      all     -           -       all
watch_engine     all     -           -       all
release_letters  all     -           -       -
edit_calendar    all     -           -       all
edit_rules       all     -           -       all
raise_request    owner   owner       -       -
answer_request   all     owner       all     -
decide_slip      all     -           all     -
answer_slip      owner   owner       -       -
record_receipt   all     owner       owner   owner
set_deputy       all     owner       owner   all
sign_off         owner   owner       -       -
nudge            all     owner       -       -
view_bulletin    all     party       all     -
edit_bulletin    all     -           -       -
sign_bulletin    all     -           all     -
explain          owner   owner       -       -
assess           all     -           -       -
view_score       all     owner       all     -
appeal           owner   owner       -       -
edit_templates   all     -           -       all
"""

# What a cell answers to a stranger, a party and the owner.
ANSWERS = {
    "all": ("yes", "yes", "yes"),
    "party": ("missing", "yes", "yes"),
    "owner": ("missing", "forbidden", "yes"),
    "-": ("forbidden", "forbidden", "forbidden"),
}

CASES = [
    pytest.param(Role(role), Act(act), relation, answer, id=f"{role} {act} {relation}: {answer}")
    for header, *lines in [MATRIX.strip().splitlines()]
    for act, *cells in [line.split() for line in lines]
    for role, cell in zip(header.split(), cells, strict=True)
    for relation, answer in zip(Relation, ANSWERS[cell], strict=True)
]


def actor(*roles: Role, units: frozenset[int] = frozenset()) -> Actor:
    return Actor(1, "演示用户", frozenset(roles), units)


def test_the_matrix_above_is_whole() -> None:
    assert len(CASES) == len(Role) * len(Act) * len(Relation)
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize(("role", "act", "relation", "answer"), CASES)
def test_a_role_may_do_what_the_matrix_says(role: Role, act: Act, relation: Relation, answer: str) -> None:
    assert allows(actor(role), act, relation) is (answer == "yes")


@pytest.mark.parametrize(("role", "act", "relation", "answer"), CASES)
def test_strangers_find_nothing_and_members_are_told_no(
    role: Role, act: Act, relation: Relation, answer: str
) -> None:
    if answer == "yes":
        require(actor(role), act, relation)
        return
    with pytest.raises(Refused) as refusal:
        require(actor(role), act, relation)
    assert refusal.value.code == answer


def test_each_refusal_says_where_to_go() -> None:
    department = actor(Role.DEPARTMENT)
    with pytest.raises(Refused, match="我的待办"):
        require(department, Act.VIEW_TASK, Relation.STRANGER)
    with pytest.raises(Refused, match="联系督查室或系统管理员"):
        require(department, Act.EDIT_PLAN)


def test_whoever_holds_two_roles_may_do_what_either_may() -> None:
    both = actor(Role.LEADER, Role.DEPARTMENT)
    assert allows(both, Act.SUPERVISE)
    assert allows(both, Act.FILE_REPORT, Relation.OWNER)
    assert not allows(both, Act.EDIT_PLAN)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("relation", Relation)
def test_without_a_role_everything_is_forbidden(act: Act, relation: Relation) -> None:
    with pytest.raises(Refused) as refusal:
        require(actor(), act, relation)
    assert refusal.value.code == "forbidden"


def test_unless_told_otherwise_the_actor_is_a_stranger() -> None:
    assert not allows(actor(Role.DEPARTMENT), Act.VIEW_TASK)
    with pytest.raises(Refused) as refusal:
        require(actor(Role.DEPARTMENT), Act.VIEW_TASK)
    assert refusal.value.code == "missing"


def test_a_person_owns_what_one_of_his_units_owes() -> None:
    person = actor(Role.DEPARTMENT, units=frozenset({3, 5}))
    assert [person.owns(unit) for unit in (3, 5)] == [Relation.OWNER, Relation.OWNER]
    assert [person.owns(unit) for unit in (4, None)] == [Relation.STRANGER, Relation.STRANGER]


def test_every_role_has_its_own_name() -> None:
    assert ROLE_LABELS == {
        Role.OFFICE: "督查室",
        Role.DEPARTMENT: "责任单位",
        Role.LEADER: "县领导",
        Role.ADMIN: "系统管理员",
    }
    assert set(ROLE_LABELS) == set(Role)

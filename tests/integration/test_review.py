"""The steps of a review as they are stored: accepted, parted, joined, removed, and taken back, also by two at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from app.db import session
from app.models import Commitment, Mention, Plan, Revision, Task
from app.queries import drafts
from app.queries import units as unit_rows
from app.services import plans, review
from app.services.plans import TaskFacts
from tests.review import read
from tests.world import LEAD, OFFICE, SHARER, Asked, World
from workflows.commitments import CommitmentKind, TaskKind
from workflows.errors import Refused
from workflows.policy import Actor, Role
from workflows.redraft import Draft, Promise, places


def values(world: World, plan_id: int) -> list[Draft]:
    """Every task of the plan as a value, in order."""
    with world.app.app_context():
        wanted = sa.select(Task).where(Task.plan_id == plan_id).order_by(Task.position)
        return [drafts.value_of(task) for task in session().scalars(wanted)]


def colleague(world: World) -> Actor:
    world.person("第二人", unit=OFFICE, roles=(Role.OFFICE,), username="dierren")
    return Actor(world.person_id("第二人"), "第二人", frozenset({Role.OFFICE}), frozenset())


def act(world: World, step: Callable[[], object]) -> None:
    with world.app.app_context():
        step()
    world.clock.forward(minutes=1)


def accept(world: World, task: Task, by: Actor | None = None) -> None:
    version = world.get(Task, task.id).version
    act(world, lambda: review.accept(by or world.office, task.id, seen_version=version, now=world.now))


def split(world: World, task: Task, place: int = 1, by: Actor | None = None) -> None:
    there = world.get(Task, task.id)
    at = places(there.text)[place]
    act(
        world,
        lambda: review.split(by or world.office, task.id, at, seen_version=there.version, now=world.now),
    )


def merge(world: World, task: Task, after: Task, by: Actor | None = None) -> None:
    seen = (world.get(Task, task.id).version, world.get(Task, after.id).version)
    act(world, lambda: review.merge(by or world.office, task.id, after.id, seen_versions=seen, now=world.now))


def edit(world: World, task: Task, title: str, by: Actor | None = None) -> None:
    facts = TaskFacts("9", title, "", "改过的要求。", (LEAD,), (), (), None, commitments=())
    version = world.get(Task, task.id).version
    act(
        world,
        lambda: plans.edit_task(by or world.office, task.id, facts, seen_version=version, now=world.now),
    )


def undo(world: World, plan_id: int, by: Actor | None = None) -> list[int]:
    actor = by or world.office
    with world.app.app_context():
        found = drafts.undoable(plan_id, actor.person_id)
        assert found.revision_id is not None, "nothing to take back"
        return review.undo(actor, plan_id, found.revision_id, world.now)


# ------------------------------------------------------------------------------------- each step, and back


STEPS: dict[str, Callable[[World, list[Task]], None]] = {
    "accept": lambda world, tasks: accept(world, tasks[0]),
    "edit": lambda world, tasks: edit(world, tasks[1], "改过的名称"),
    "split": lambda world, tasks: split(world, tasks[0]),
    "merge": lambda world, tasks: merge(world, tasks[0], tasks[1]),
    "remove": lambda world, tasks: act(
        world, lambda: plans.remove_task(world.office, tasks[1].id, world.now)
    ),
    "accept doubts": lambda world, tasks: act(
        world, lambda: review.accept_doubts(world.office, tasks[0].plan_id, world.now)
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_taken_back_to_the_letter(world: World, step: str) -> None:
    plan_id = read(world)
    before, tasks = values(world, plan_id), world.tasks(plan_id)
    accepted = [task.accepted_at for task in tasks]
    STEPS[step](world, tasks)
    changed = values(world, plan_id) != before
    assert changed or [task.accepted_at for task in world.tasks(plan_id)] != accepted
    undo(world, plan_id)
    assert values(world, plan_id) == before
    after = world.tasks(plan_id)
    assert [task.id for task in after] == [task.id for task in tasks]
    assert [task.accepted_at for task in after] == accepted


def test_an_added_task_goes_when_it_is_taken_back(world: World) -> None:
    plan_id = read(world)
    facts = TaskFacts("4", "补上的任务", "", "补上。", (LEAD,), (), (), None)
    act(world, lambda: plans.add_task(world.office, plan_id, facts, world.now))
    assert undo(world, plan_id) == []
    assert [task.number for task in world.tasks(plan_id)] == ["1", "2", "3"]


def test_many_steps_are_taken_back_one_by_one_to_the_beginning(sqlite_world: World) -> None:
    world = sqlite_world
    plan_id = read(world)
    before, tasks = values(world, plan_id), world.tasks(plan_id)
    accept(world, tasks[0])
    edit(world, tasks[0], "改过一次")
    edit(world, tasks[0], "改过两次")
    split(world, tasks[2], 0)
    merge(world, tasks[0], tasks[1])
    merge(world, tasks[0], tasks[2])
    for _ in range(6):
        undo(world, plan_id)
    assert values(world, plan_id) == before
    with world.app.app_context():
        assert drafts.undoable(plan_id, world.office.person_id).revision_id is None


def test_a_split_leaves_two_tasks_in_order_each_with_its_own_words(world: World) -> None:
    plan_id = read(world)
    first, *_ = world.tasks(plan_id)
    split(world, first)
    halves = values(world, plan_id)
    assert [(half.number, half.part) for half in halves] == [("1", 1), ("1", 2), ("2", None), ("3", None)]
    assert [half.deadline_on for half in halves[:2]] == [date(2024, 12, 31), date(2025, 12, 31)]
    assert [[b.printed for b in half.bearers] for half in halves[:2]] == [[LEAD, SHARER]] * 2
    assert all(b.unit_id for half in halves[:2] for b in half.bearers)
    targets = [
        [made.target for made in half.promises if made.kind is CommitmentKind.INDICATOR] for half in halves
    ]
    assert targets[:2] == [[], ["100"]]


def test_a_part_split_again_counts_its_number_through(sqlite_world: World) -> None:
    world = sqlite_world
    plan_id = read(world)
    first, *_ = world.tasks(plan_id)
    split(world, first)
    split(world, first, 0)
    tasks = world.tasks(plan_id)
    assert [(task.number, task.part) for task in tasks[:3]] == [("1", 1), ("1", 2), ("1", 3)]
    merge(world, tasks[0], tasks[1])
    merge(world, tasks[0], tasks[2])
    assert [(task.number, task.part) for task in world.tasks(plan_id)] == [
        ("1", None),
        ("2", None),
        ("3", None),
    ]


def test_doubts_a_reviewer_has_settled_do_not_come_back_with_a_split(sqlite_world: World) -> None:
    world = sqlite_world
    plan_id = read(world)
    last = world.tasks(plan_id)[2]
    assert [doubt["code"] for doubt in last.doubts] == ["bracket-missing"]
    accept(world, last)
    split(world, last, 0)
    assert [task.doubts for task in world.tasks(plan_id)[2:]] == [[], []]
    assert [task.accepted_at for task in world.tasks(plan_id)[2:]] == [None, None]


def test_what_is_removed_leaves_neither_names_nor_commitments_behind(world: World) -> None:
    plan_id = read(world)
    for task in world.tasks(plan_id):
        with world.app.app_context():
            plans.remove_task(world.office, task.id, world.now)
    assert (world.count(Mention), world.count(Commitment), world.count(Task)) == (0, 0, 0)


# ------------------------------------------------------------------------------------- two people


def test_found_right_twice_is_found_right_once(world: World) -> None:
    plan_id = read(world)
    first, *_ = world.tasks(plan_id)
    second = colleague(world)
    for who in (world.office, second):
        with world.app.app_context():
            review.accept(who, first.id, seen_version=1, now=world.now)
    assert world.get(Task, first.id).accepted_by_id == world.office.person_id
    assert world.count(Revision) == 1


def test_who_was_quicker_is_named_with_the_time_and_what_he_did(sqlite_world: World) -> None:
    world = sqlite_world
    plan_id = read(world)
    first, *_ = world.tasks(plan_id)
    split(world, first, by=colleague(world))
    with world.app.app_context(), pytest.raises(Refused) as refused:
        review.accept(world.office, first.id, seen_version=1, now=world.now)
    assert refused.value.code == "stale"
    assert str(refused.value) == (
        "第二人在2025年3月3日 10:00已经拆分了第1项“改善办园条件”。刚才的操作没有执行，请看过最新内容再决定。"
    )


def test_a_task_that_a_colleague_joined_to_another_is_said_to_be_gone(sqlite_world: World) -> None:
    world = sqlite_world
    plan_id = read(world)
    first, second, _ = world.tasks(plan_id)
    merge(world, first, second, by=colleague(world))
    with (
        world.app.app_context(),
        pytest.raises(Refused, match="第二人在2025年3月3日 10:00把第2项") as refused,
    ):
        review.accept(world.office, second.id, seen_version=1, now=world.now)
    assert refused.value.code == "missing"


def test_what_a_colleague_changed_since_is_not_overwritten_but_an_earlier_step_is_offered(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    plan_id = read(world)
    first, second, _ = world.tasks(plan_id)
    accept(world, second)
    edit(world, first, "我改的")
    mine = world.one(sa.select(Revision).order_by(Revision.id.desc()).limit(1))
    edit(world, first, "同事改的", by=colleague(world))
    with world.app.app_context():
        with pytest.raises(Refused, match=r"第二人在.*已经修改了.*没有撤销") as refused:
            review.undo(world.office, plan_id, mine.id, world.now)
        offered = drafts.undoable(plan_id, world.office.person_id)
    assert refused.value.code == "stale"
    assert offered.words == "确认了第2项“规范办园行为”"
    assert offered.passed == ("修改了第1项“改善办园条件”",)
    undo(world, plan_id)
    assert world.get(Task, first.id).title == "同事改的"
    assert world.get(Task, second.id).accepted_at is None


def test_a_step_is_taken_back_once_and_only_by_who_took_it(sqlite_world: World) -> None:
    world = sqlite_world
    plan_id = read(world)
    accept(world, world.tasks(plan_id)[0])
    step = world.one(sa.select(Revision))
    other = colleague(world)
    with world.app.app_context():
        with pytest.raises(Refused, match="只能撤销自己") as refused:
            review.undo(other, plan_id, step.id, world.now)
        assert refused.value.code == "forbidden"
        review.undo(world.office, plan_id, step.id, world.now)
        with pytest.raises(Refused, match="已经撤销过了"):
            review.undo(world.office, plan_id, step.id, world.now)


def test_a_task_put_back_stands_where_it_stood_though_a_colleague_has_parted_another(world: World) -> None:
    plan_id = read(world)
    first, second, _ = world.tasks(plan_id)
    act(world, lambda: plans.remove_task(world.office, second.id, world.now))
    split(world, first, by=colleague(world))
    undo(world, plan_id)
    tasks = world.tasks(plan_id)
    assert [(task.number, task.part) for task in tasks] == [("1", 1), ("1", 2), ("2", None), ("3", None)]
    assert tasks[2].id == second.id


def test_steps_taken_at_the_same_moment_leave_one_order(world: World) -> None:
    plan_id = read(world)
    tasks, other = world.tasks(plan_id), colleague(world)
    at = {task.id: places(task.text)[0] for task in tasks}

    def part(who: Actor, task: Task) -> Callable[[], tuple[int, int]]:
        return lambda: review.split(who, task.id, at[task.id], seen_version=task.version, now=world.now)

    world.at_once([part(world.office, tasks[0]), part(other, tasks[1]), part(world.office, tasks[2])])
    after = world.tasks(plan_id)
    assert [task.number for task in after] == ["1", "1", "2", "2", "3", "3"]
    assert [task.position for task in after] == sorted({task.position for task in after})


# ------------------------------------------------------------------------------------- the gate


def test_a_plan_with_an_open_doubt_about_units_is_not_issued(world: World) -> None:
    plan_id = read(world)
    with world.app.app_context():
        office = unit_rows.by_name(OFFICE).id
        with pytest.raises(Refused, match="任务“强化安全监管”的单位有疑点没有确认") as refused:
            plans.issue(world.office, plan_id, office_id=office, leader_id=None, now=world.now)
        assert refused.value.code == "unbound"
        assert review.accept_doubts(None, plan_id, world.now) == 2
        plans.issue(world.office, plan_id, office_id=office, leader_id=None, now=world.now)
    assert world.get(Plan, plan_id).issued_at == world.now


def test_a_doubt_that_does_not_concern_units_stands_in_nobody_s_way(sqlite_world: World) -> None:
    world = sqlite_world
    plan_id = world.draft(Asked("甲"))
    with world.writing() as s:
        task = s.scalars(sa.select(Task)).one()
        task.accepted_at, task.doubts = None, [{"code": "figure-blank", "sentence": "请补全。"}]
    world.issue_draft(plan_id)
    assert world.get(Plan, plan_id).issued_at


@pytest.mark.parametrize("step", ["accept", "split", "edit", "remove"])
def test_an_issued_plan_takes_no_step(sqlite_world: World, step: str) -> None:
    world = sqlite_world
    plan_id = world.issue(Asked("甲。乙"))
    [task] = world.tasks(plan_id)
    with pytest.raises(Refused, match="计划已经下达") as refused:
        {
            "accept": lambda: act(
                world, lambda: review.accept(world.office, task.id, seen_version=task.version, now=world.now)
            ),
            "split": lambda: split(world, task, 0),
            "edit": lambda: edit(world, task, "乙"),
            "remove": lambda: act(world, lambda: plans.remove_task(world.office, task.id, world.now)),
        }[step]()
    assert refused.value.code == "illegal-step"


# ------------------------------------------------------------------------------------- what a task says


def test_type_rhythm_and_commitments_are_kept_as_typed_and_left_alone_where_nothing_is_said(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    plan_id = read(world)
    first, second, _ = world.tasks(plan_id)
    made = (
        Promise(CommitmentKind.MILESTONE, name="中期", due_on=date(2024, 6, 30)),
        Promise(CommitmentKind.INDICATOR, name="配备率", target="", unit="%"),
    )
    facts = TaskFacts("1", "甲", "", "乙。", (LEAD,), (), (), None)
    said = replace(facts, kind=TaskKind.PROJECT, recurrence="monthly", commitments=made)
    for typed in (said, facts):
        version = world.get(Task, first.id).version
        with world.app.app_context():
            plans.edit_task(world.office, first.id, typed, seen_version=version, now=world.now)
        now = values(world, plan_id)[0]
        assert (now.kind, now.recurrence, now.promises) == (TaskKind.PROJECT, "monthly", made)
        assert now.kind_reason == plans.BY_HAND
    assert values(world, plan_id)[1].recurrence == "yearly"
    assert second.recurrence_text


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (Promise(CommitmentKind.MILESTONE), "分解要点第1条：阶段节点要填日期。"),
        (Promise(CommitmentKind.INDICATOR, name="率", target="xx"), "不要填零"),
        (Promise(CommitmentKind.MILESTONE, due_on=date(1999, 1, 1)), "请核对年份"),
    ],
)
def test_a_commitment_that_lacks_something_is_refused(
    sqlite_world: World, made: Promise, sentence: str
) -> None:
    plan_id = read(sqlite_world)
    facts = TaskFacts("1", "甲", "", "乙。", (LEAD,), (), (), None, commitments=(made,))
    with sqlite_world.app.app_context(), pytest.raises(Refused, match=sentence):
        plans.add_task(sqlite_world.office, plan_id, facts, sqlite_world.now)

"""A new version taken into a running county: what was foretold is what happens, to duties, letters and people."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

import pytest
import sqlalchemy as sa

from app import ledger
from app.db import session
from app.engine import tick
from app.models import (
    Candidate,
    Duty,
    ForceMember,
    FormerSource,
    LedgerEntry,
    Notice,
    Plan,
    Report,
    Revision,
    SourceDocument,
    Task,
)
from app.queries import units as unit_rows
from app.queries import versions as rows
from app.queries.versions import Kind, Succession
from app.services import plans, progress, versions
from tests.editions import (
    FIRST,
    FUNDS,
    HEALTH,
    KINDERGARTENS,
    PLACES,
    SECOND,
    TEACHERS,
    Item,
    read,
    renew,
    running,
    take,
)
from tests.world import LEAD, ON_PAPER, SHARER, STRANGER, World
from workflows.cadence import DutyKind
from workflows.errors import Refused
from workflows.escalation import LetterKind
from workflows.lifecycle import DutyState, PlanState, TaskState
from workflows.succession import Move
from workflows.units import Share

OPEN, FILED, DONE, CANCELLED = DutyState.OPEN, DutyState.FILED, DutyState.DONE, DutyState.CANCELLED


@pytest.fixture
def plan_id(world: World) -> int:
    """The first edition, signed for by two of its three units, with March's reports filed by the lead."""
    plan_id = running(world, *FIRST)
    world.run_to(date(2025, 3, 4))
    world.sign(LEAD)
    world.sign(SHARER)
    world.run_to(date(2025, 3, 20))
    assert world.file(LEAD, "2025-03") == 4
    return plan_id


def preview(world: World, draft_id: int) -> Succession:
    with world.app.app_context():
        return versions.preview(draft_id, world.now)


def called(world: World, title: str) -> Task:
    """The task of the plan that runs, not of a draft beside it."""
    return world.one(sa.select(Task).join(Plan).where(Task.title == title, Plan.replaces_id.is_(None)))


def state_of(world: World, title: str, unit: str, kind: DutyKind) -> DutyState | None:
    found = world.duties(unit=unit, kind=kind, task_id=called(world, title).id)
    return found[0].state if found else None


Standing = dict[int, tuple[DutyState, date, date, int]]


def standing(world: World) -> Standing:
    return {d.id: (d.state, d.due_on, d.original_due_on, d.epoch) for d in world.duties()}


# ------------------------------------------------------------------------------------ foretold and done


def test_the_comparison_names_each_change_and_its_effect_and_writes_nothing(
    world: World, plan_id: int
) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    before = standing(world)
    found = preview(world, draft_id)
    kinds = {change.task.title: change.kind for change in found.changes}
    assert kinds == {
        "改善办园条件": Kind.CHANGED,
        "扩大普惠学位": Kind.ADDED,
        "加强教师队伍": Kind.CHANGED,
        "做好卫生保健": Kind.CHANGED,
        "落实经费保障": Kind.GONE,
    }
    assert found.moves == {Move.OPEN: 6, Move.REDATE: 1, Move.CANCEL: 4}  # with one 牵头汇总 each
    assert found.untouched == 11
    assert standing(world) == before


def test_taking_it_does_what_was_foretold_to_every_duty(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    before, found = standing(world), preview(world, draft_id)
    assert take(world, draft_id) == plan_id
    assert_done(world, before, found)
    assert state_of(world, "做好卫生保健", STRANGER, DutyKind.SIGN) is CANCELLED
    assert state_of(world, "落实经费保障", SHARER, DutyKind.MONTHLY_REPORT) is CANCELLED
    [moved] = world.duties(kind=DutyKind.COMPLETION, task_id=called(world, "加强教师队伍").id)
    assert (moved.due_on, moved.original_due_on, moved.epoch, moved.state) == (
        date(2025, 12, 31),
        date(2025, 6, 30),
        2,
        OPEN,
    )
    assert {d.kind for d in world.duties(task_id=called(world, "扩大普惠学位").id, unit=STRANGER)} == {
        DutyKind.SIGN,
        DutyKind.MONTHLY_REPORT,
    }


def assert_done(world: World, before: Standing, found: Succession) -> None:
    """Every step was taken, and no other duty was touched or made."""
    after, wanted = standing(world), dict(before)
    opened = []
    for change in found.changes:
        for step in change.effect.steps:
            if step.move is Move.OPEN:
                opened.append((change.task.id, step.unit_id, step.kind, step.period_key, step.due_on))
                continue
            assert step.duty_id is not None
            state, due_on, original, epoch = before[step.duty_id]
            wanted[step.duty_id] = {
                Move.CANCEL: (CANCELLED, due_on, original, epoch),
                Move.REDATE: (state, step.due_on, original, epoch + 1),
                Move.REOPEN: (OPEN, step.due_on, step.due_on, epoch + 1),
            }[step.move]
    assert {key: value for key, value in after.items() if key in before} == wanted
    new = [d for d in world.duties() if d.id not in before]
    assert sorted((d.task_id, d.unit_id, d.kind, d.period_key, d.due_on) for d in new) == sorted(opened)
    assert all(d.state is OPEN and d.epoch == 1 for d in new)


def test_reports_that_were_filed_stay_filed_whatever_becomes_of_the_task(world: World, plan_id: int) -> None:
    take(world, renew(world, plan_id, *SECOND))
    filed = world.duties(unit=LEAD, kind=DutyKind.MONTHLY_REPORT, state=FILED)
    assert len(filed) == 4
    assert world.count(Report) == 4
    gone = called(world, "落实经费保障")
    assert gone.state is TaskState.WITHDRAWN
    [left] = [duty for duty in filed if duty.task_id == gone.id]
    with pytest.raises(Refused, match="请直接审核通过"):
        world.return_report(left.id)
    world.accept_report(left.id)
    assert world.get(Duty, left.id).state is DONE


def test_the_engine_writes_to_whom_something_is_new_and_to_nobody_else(world: World, plan_id: int) -> None:
    world.tick()
    world.deliver()
    draft_id = renew(world, plan_id, *SECOND)
    found, told = preview(world, draft_id), world.count(Notice)
    take(world, draft_id)
    world.tick()
    new = world.all(sa.select(Notice).order_by(Notice.id))[told:]
    [today] = [posting for posting in found.postings if posting.leaves_on == world.clock.today]
    assert {notice.kind for notice in new} == {today.letter} == {LetterKind.OPENED}
    assert len({notice.person_id for notice in new}) == today.people == 2
    assert len({notice.duty_id for notice in new}) == today.duties == 4
    world.post.sent.clear()
    world.deliver()
    assert sorted(world.post.addresses) == ["jiaoyu@luoshi.example", "minzheng@luoshi.example"]
    assert all("扩大普惠学位" in envelope.words.text for envelope in world.post.sent)


def test_nobody_is_reminded_of_what_was_cancelled_and_the_new_date_is_climbed_to(
    world: World, plan_id: int
) -> None:
    take(world, renew(world, plan_id, *SECOND))
    world.sign(LEAD)
    world.sign(STRANGER)
    world.file(LEAD, "2025-03")
    world.file(SHARER, "2025-03")
    world.file(STRANGER, "2025-03")
    cancelled = [duty.id for duty in world.duties(state=CANCELLED)]
    silent = {duty_id: len(world.notices(duty_id)) for duty_id in cancelled}
    [moved] = world.duties(kind=DutyKind.COMPLETION, task_id=called(world, "加强教师队伍").id)
    world.run_to(date(2025, 7, 4))
    assert {duty_id: len(world.notices(duty_id)) for duty_id in cancelled} == silent
    assert world.notices(moved.id) == []  # its old date, 30 June, is passed over
    months = world.duties(kind=DutyKind.MONTHLY_REPORT, period="2025-04")
    reporting = {(world.get(Task, duty.task_id or 0).title, duty.unit_id) for duty in months}
    assert ("做好卫生保健", world.unit_id(STRANGER)) not in reporting
    assert ("扩大普惠学位", world.unit_id(STRANGER)) in reporting
    assert "落实经费保障" not in {title for title, _ in reporting}
    world.clock.go_to(date(2025, 12, 10))
    world.tick()
    assert [(n.epoch, n.kind) for n in world.notices(moved.id)] == [(2, LetterKind.ADVANCE)]


def test_nobody_new_is_asked_for_a_month_that_leaves_him_too_little_time(world: World, plan_id: int) -> None:
    world.run_to(date(2025, 3, 21))
    take(world, renew(world, plan_id, *SECOND))
    assert {d.kind for d in world.duties(task_id=called(world, "扩大普惠学位").id, unit=STRANGER)} == {
        DutyKind.SIGN
    }


# ------------------------------------------------------------------------------- what stays, what is kept


def test_the_plan_and_its_tasks_keep_their_identity_and_the_draft_is_gone(world: World, plan_id: int) -> None:
    ids = {task.title: task.id for task in world.tasks(plan_id)}
    old = world.get(Plan, plan_id)
    draft_id = renew(world, plan_id, *SECOND)
    take(world, draft_id)
    assert [plan.id for plan in world.all(sa.select(Plan))] == [plan_id]
    now = world.tasks()
    assert {t.title: t.id for t in now if t.title in ids} == ids
    assert [(t.number, t.title) for t in now] == [
        ("1", "改善办园条件"),
        ("2", "扩大普惠学位"),
        ("3", "加强教师队伍"),
        ("4", "做好卫生保健"),
        ("3", "落实经费保障"),
    ]
    assert "十五所" in now[0].text
    plan = world.get(Plan, plan_id)
    source = world.get(SourceDocument, plan.source_id)
    assert (plan.state, plan.issued_at, plan.next_opening_on) == (
        PlanState.ISSUED,
        old.issued_at,
        old.next_opening_on,
    )
    assert source.filename == "计划（修订）.txt"
    [former] = world.all(sa.select(FormerSource))
    assert (former.plan_id, former.source_id) == (plan_id, old.source_id)
    for task in now[:4]:
        assert task.start is not None
        assert task.title in source.text[task.start : task.end]
    assert (now[4].start, now[4].marks) == (None, [])
    assert world.count(Revision) == 0
    assert {offer.plan_id for offer in world.all(sa.select(Candidate))} <= {plan_id}
    assert {seat.plan_id for seat in world.all(sa.select(ForceMember))} <= {plan_id}


def test_a_unit_that_stays_keeps_its_word_and_one_that_goes_keeps_its_history(
    world: World, plan_id: int
) -> None:
    task = called(world, "改善办园条件")
    before = {part.unit_id: (part.signed_at, part.percent, part.done) for part in world.parts(task.id)}
    take(world, renew(world, plan_id, *SECOND))
    assert {p.unit_id: (p.signed_at, p.percent, p.done) for p in world.parts(task.id)} == before
    health = called(world, "做好卫生保健")
    assert world.unit_id(STRANGER) not in {part.unit_id for part in world.parts(health.id)}


def test_a_closed_task_is_neither_reopened_nor_withdrawn(world: World, plan_id: int) -> None:
    for title in ("加强教师队伍", "落实经费保障"):
        world.close(called(world, title).id)
    before = standing(world)
    draft_id = renew(world, plan_id, *SECOND)
    found = preview(world, draft_id)
    assert [c.effect.steps for c in found.changes if c.old and c.old.state is TaskState.CLOSED] == [(), ()]
    take(world, draft_id)
    assert_done(world, before, found)
    assert called(world, "加强教师队伍").state is TaskState.CLOSED
    assert called(world, "加强教师队伍").deadline_on == date(2025, 12, 31)
    assert called(world, "落实经费保障").state is TaskState.CLOSED


def test_a_task_whose_closing_is_asked_for_takes_the_new_date_unchased(world: World, plan_id: int) -> None:
    task = called(world, "加强教师队伍")
    with world.app.app_context():
        progress.request_close(
            world.actor(LEAD),
            task.id,
            "已经办完。",
            backing=ON_PAPER,
            seen_version=task.version,
            now=world.now,
        )
    take(world, renew(world, plan_id, *SECOND))
    [asked] = world.duties(kind=DutyKind.COMPLETION, task_id=task.id)
    assert (asked.state, asked.due_on, asked.next_action_at) == (FILED, date(2025, 12, 31), None)
    task = world.get(Task, task.id)
    with world.app.app_context():
        progress.send_back(world.office, task.id, "还差名单。", seen_version=task.version, now=world.now)
    [asked] = world.duties(kind=DutyKind.COMPLETION, task_id=task.id)
    assert (asked.state, asked.due_on) == (OPEN, date(2025, 12, 31))


def test_a_task_that_comes_back_in_the_next_version_is_taken_up_again(world: World, plan_id: int) -> None:
    task_id = called(world, "落实经费保障").id
    take(world, renew(world, plan_id, *SECOND))
    world.run_to(date(2025, 4, 7))
    before = standing(world)
    draft_id = renew(world, plan_id, *SECOND, FUNDS)
    found = preview(world, draft_id)
    [back] = [change for change in found.changes if change.effect.event]
    assert back.old is not None
    assert back.old.id == task_id
    take(world, draft_id)
    assert_done(world, before, found)
    assert world.get(Task, task_id).state is TaskState.UNDERWAY
    world.run_to(date(2025, 4, 21))
    assert world.duties(task_id=task_id, unit=SHARER, period="2025-04", state=OPEN)


def test_a_unit_that_comes_back_has_signed_already(world: World, plan_id: int) -> None:
    world.sign(STRANGER)
    signed = next(
        p.signed_at
        for p in world.parts(called(world, "做好卫生保健").id)
        if p.unit_id == world.unit_id(STRANGER)
    )
    take(world, renew(world, plan_id, *SECOND))
    take(world, renew(world, plan_id, *SECOND[:3], HEALTH))
    [part] = [
        p for p in world.parts(called(world, "做好卫生保健").id) if p.unit_id == world.unit_id(STRANGER)
    ]
    assert signed is not None
    assert part.signed_at == signed
    assert state_of(world, "做好卫生保健", STRANGER, DutyKind.SIGN) is DONE


def test_the_record_tells_of_the_plan_and_of_each_task_and_still_holds(world: World, plan_id: int) -> None:
    take(world, renew(world, plan_id, *SECOND))
    told = world.all(sa.select(LedgerEntry).where(LedgerEntry.act.like("version.%")).order_by(LedgerEntry.id))
    acts = {(entry.act, entry.task_id) for entry in told}
    assert ("version.take", None) in acts
    assert ("version.add", called(world, "扩大普惠学位").id) in acts
    assert ("version.withdraw", called(world, "落实经费保障").id) in acts
    assert ("version.change", called(world, "加强教师队伍").id) in acts
    assert {entry.plan_id for entry in told} == {plan_id}
    with world.app.app_context():
        assert ledger.first_broken(session()) is None


# ----------------------------------------------------------------------------------- who was quicker


def test_what_changed_since_it_was_seen_is_not_taken(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    seen = preview(world, draft_id).seal
    world.file(SHARER, "2025-03")
    before = standing(world)
    with world.app.app_context(), pytest.raises(Refused, match="查看之后有变化") as refusal:
        versions.take(world.office, draft_id, seen=seen, now=world.now)
    assert refusal.value.code == "stale"
    assert standing(world) == before
    assert called(world, "加强教师队伍").deadline_on == date(2025, 6, 30)


def test_a_word_on_progress_does_not_make_the_comparison_stale(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    seen = preview(world, draft_id).seal
    part = world.parts(called(world, "改善办园条件").id)[0]
    with world.app.app_context():
        word = progress.Word(55, "已改造七所。")
        progress.update(world.actor(LEAD), part.id, word, seen_version=part.version, now=world.now)
        assert versions.take(world.office, draft_id, seen=seen, now=world.now) == plan_id
    assert world.get(Task, part.task_id).percent is not None


def test_of_two_who_take_it_at_once_one_is_refused_with_a_sentence(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    seen = preview(world, draft_id).seal
    office = world.office

    def taking() -> str:
        try:
            versions.take(office, draft_id, seen=seen, now=world.now)
        except Refused as refusal:
            return f"{refusal.code}: {refusal}"
        return "taken"

    answers = sorted(world.at_once([taking, taking]))
    assert answers[1] == "taken"
    assert answers[0].startswith("illegal-step: 这个新版本已经采用")
    assert len(world.all(sa.select(FormerSource))) == 1


def test_taking_and_filing_and_ticking_at_once_leave_a_whole_county(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    world.clock.go_to(date(2025, 4, 21), 9)
    seen = preview(world, draft_id).seal
    sharer, office = world.actor(SHARER), world.office

    def taking() -> str:
        try:
            versions.take(office, draft_id, seen=seen, now=world.now)
        except Refused as refusal:
            return refusal.code
        return "taken"

    def signing() -> str:
        progress.sign_all(sharer, world.now)
        return "signed"

    def ticking() -> str:
        tick.tick(world.now)
        return "ticked"

    answer, *others = world.at_once([taking, signing, ticking])
    assert answer in {"taken", "stale"}
    assert others == ["signed", "ticked"]
    if answer == "stale":
        take(world, draft_id)
    world.tick()
    withdrawn = {task.id for task in world.tasks() if task.state is TaskState.WITHDRAWN}
    assert withdrawn
    assert not [duty for duty in world.duties(state=OPEN) if duty.task_id in withdrawn]
    months = world.duties(kind=DutyKind.MONTHLY_REPORT, period="2025-04", state=OPEN)
    assert {duty.task_id for duty in months} == {task.id for task in world.tasks()} - withdrawn
    with world.app.app_context():
        assert ledger.first_broken(session()) is None


# --------------------------------------------------------------------------------- what stands in the way


def test_an_unknown_unit_keeps_the_new_version_from_being_taken(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, KINDERGARTENS.but(responsible=("县数据局",)), TEACHERS)
    found = preview(world, draft_id)
    assert not found.foretells
    assert found.moves == {}
    with world.app.app_context(), pytest.raises(Refused, match="“县数据局”没有对应的单位") as refusal:
        versions.take(world.office, draft_id, seen=found.seal, now=world.now)
    assert refusal.value.code == "unbound"


def test_a_new_version_is_never_issued_by_itself(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    with pytest.raises(Refused, match="新旧对照"):
        world.issue_draft(draft_id)


def test_only_the_office_may_take_one(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    seal = preview(world, draft_id).seal
    with world.app.app_context(), pytest.raises(Refused) as refusal:
        versions.take(world.actor(LEAD), draft_id, seen=seal, now=world.now)
    assert refusal.value.code == "forbidden"


# -------------------------------------------------------------------------------------- drafts and review


def test_what_was_corrected_and_bound_before_is_not_asked_again(world: World) -> None:
    first = KINDERGARTENS.but(responsible=("县数据局",))
    plan_id = read(world, first, TEACHERS)
    with world.app.app_context():
        bound = unit_rows.Bound(unit_id=world.unit_id(STRANGER))
        plans.bind(world.office, plan_id, "县数据局", bound, world.now)
        task = world.tasks(plan_id)[0]
        facts = plans.TaskFacts(
            "1", "改造园舍", "一、重点任务", "改造十二所园舍。", (LEAD,), ("县数据局",), (), None
        )
        plans.edit_task(world.office, task.id, facts, seen_version=task.version, now=world.now)
    draft_id = renew(world, plan_id, TEACHERS.but(words="全员培训。"), first)
    new = {task.number: task for task in world.tasks(draft_id)}
    assert (new["2"].title, new["2"].text, new["2"].deadline_on) == ("改造园舍", "改造十二所园舍。", None)
    assert new["2"].accepted_at is not None
    assert new["1"].accepted_at is None
    assert preview(world, draft_id).groups[Kind.MOVED]


def test_taken_into_a_draft_it_changes_the_tasks_and_opens_nothing(world: World) -> None:
    plan_id = read(world, *FIRST)
    draft_id = renew(world, plan_id, *SECOND)
    take(world, draft_id)
    assert [task.title for task in world.tasks()] == [
        "改善办园条件",
        "扩大普惠学位",
        "加强教师队伍",
        "做好卫生保健",
    ]
    assert {task.state for task in world.tasks()} == {TaskState.DRAFT}
    assert world.get(Plan, plan_id).state is PlanState.DRAFT
    assert world.count(Duty) == 0
    world.issue_draft(plan_id)
    assert world.duties(kind=DutyKind.COMPLETION)


def test_a_wrong_pairing_is_put_right_and_stays_so(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    new = {task.title: task.id for task in world.tasks(draft_id)}
    old = {task.title: task.id for task in world.tasks(plan_id)}
    with world.app.app_context():
        versions.choose_pair(world.office, draft_id, new["扩大普惠学位"], old["落实经费保障"], world.now)
    found = preview(world, draft_id)
    assert not found.groups[Kind.ADDED]
    assert not found.groups[Kind.GONE]
    take(world, draft_id)
    assert called(world, "扩大普惠学位").id == old["落实经费保障"]
    assert rows.PAIRS not in world.get(Plan, plan_id).proposals


def test_of_two_tasks_said_to_be_the_same_one_the_last_word_holds(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    new, old = world.tasks(draft_id), world.tasks(plan_id)
    with world.app.app_context():
        versions.choose_pair(world.office, draft_id, new[0].id, old[2].id, world.now)
        versions.choose_pair(world.office, draft_id, new[1].id, old[2].id, world.now)
        assert rows.chosen_pairs(session().get_one(Plan, draft_id)) == {new[1].id: old[2].id}
        versions.let_pair(world.office, draft_id, new[1].id, world.now)
        assert rows.chosen_pairs(session().get_one(Plan, draft_id)) == {}


def test_demands_offered_and_made_tasks_of_follow_into_the_plan(world: World, plan_id: int) -> None:
    draft_id = renew(world, plan_id, *SECOND)
    made_of = {task.title: task.id for task in world.tasks(draft_id)}["加强教师队伍"]
    with world.writing() as s:
        for place, task_id in enumerate((None, made_of)):
            offer = Candidate(plan_id=draft_id, position=place, title="要求", text="要抓好。", start=0, end=4)
            offer.task_id = task_id
            s.add(offer)
        s.add(Candidate(plan_id=plan_id, position=0, title="旧的要求", text="从前的。", start=0, end=4))
    take(world, draft_id)
    offers = world.all(sa.select(Candidate).order_by(Candidate.position))
    kept = called(world, "加强教师队伍").id
    assert [(o.plan_id, o.title, o.task_id) for o in offers] == [
        (plan_id, "要求", None),
        (plan_id, "要求", kept),
    ]


# ------------------------------------------------------------------------------------ random histories

POOL = (KINDERGARTENS, TEACHERS, FUNDS, HEALTH, PLACES)
UNITS = (LEAD, SHARER, STRANGER)
DATES = (None, date(2025, 3, 14), date(2025, 6, 30), date(2025, 12, 31))


def another(chance: random.Random, items: Sequence[Item]) -> list[Item]:
    """The edition after that one: tasks dropped, added, moved, with other words, units and dates."""
    by_title = {item.title: item for item in items}
    chosen = chance.sample(POOL, chance.randint(2, len(POOL)))
    return [_edited(chance, by_title.get(item.title, item)) for item in chosen]


def _edited(chance: random.Random, item: Item) -> Item:
    if chance.random() < 0.4:
        return item
    lead = chance.choice(UNITS)
    others = tuple(unit for unit in UNITS if unit != lead and chance.random() < 0.6)
    words = item.words + chance.choice(["", "年底前总结一次。", "纳入督查。"])
    return item.but(lead=lead, responsible=others, due=chance.choice(DATES), words=words[:60])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_after_whatever_what_was_foretold_is_what_happened(
    sqlite_world: World, seed: int
) -> None:
    world, chance = sqlite_world, random.Random(seed)
    items = another(chance, POOL)
    plan_id = running(world, *items)
    for _ in range(5):
        for unit in UNITS:
            if chance.random() < 0.6:
                world.sign(unit)
            for month in ("2025-03", "2025-04", "2025-05"):
                if chance.random() < 0.5:
                    world.file(unit, month)
        live = [t for t in world.tasks() if t.state is TaskState.UNDERWAY]
        if live and chance.random() < 0.4:
            world.close(chance.choice(live).id)
        world.run_to(date.fromordinal(world.clock.today.toordinal() + chance.randint(1, 16)))
        items = another(chance, items)
        draft_id = renew(world, plan_id, *items)
        before, found = standing(world), preview(world, draft_id)
        assert found.foretells
        take(world, draft_id)
        assert_done(world, before, found)
        _assert_whole(world, items)


def _assert_whole(world: World, items: Sequence[Item]) -> None:
    """What the county owes is what the edition in force asks, and nothing else."""
    listed = {item.title: item for item in items}
    tasks = {task.id: task for task in world.tasks()}
    assert [task.title for task in tasks.values()][: len(items)] == [item.title for item in items]
    for task in tasks.values():
        if task.title not in listed:
            assert task.state in {TaskState.WITHDRAWN, TaskState.CLOSED}
    for duty in world.duties(state=OPEN):
        if duty.task_id is None:
            continue
        task = tasks[duty.task_id]
        assert task.state not in {TaskState.WITHDRAWN, TaskState.CLOSED}
        parts = {part.unit_id: part.share for part in world.parts(task.id)}
        assert parts[duty.unit_id] in {Share.LEAD, Share.RESPONSIBLE}
        if duty.kind is DutyKind.COMPLETION:
            assert (parts[duty.unit_id], duty.due_on) == (Share.LEAD, listed[task.title].due)

"""Draft plans: corrected, bound to units, issued (下达)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import STALE, get, transaction
from app.models import (
    Assignment,
    Candidate,
    ForceMember,
    FormerSource,
    Plan,
    Revision,
    SourceDocument,
    Task,
    Unit,
    UnitAlias,
)
from app.models.rules import PolicySubject
from app.queries import rules
from app.queries import units as names
from app.queries.drafts import doubts_about_units
from app.queries.issue import parts_of
from app.queries.plans import OBSTACLE_WORDS, obstacle_finder
from app.services import steps
from app.services.reading import name_units
from workflows.assignment import Part
from workflows.cadence import CadenceRules, DutyKind, next_opening
from workflows.calendar import FIRST_YEAR, LAST_YEAR, local_date
from workflows.commitments import TaskKind
from workflows.errors import Refused
from workflows.lifecycle import PLAN, TASK, PlanEvent, TaskEvent
from workflows.policy import Act, Actor, require
from workflows.redraft import Promise, shortcoming
from workflows.units import OWING, Share

BY_HAND = "核对时人工指定。"
"""The reason of a type that a reviewer chose."""


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task as the reviewer leaves it; the unit names are as printed, one share each.

    `recurrence` is a `Recurrence`, empty for none. None for it, for `kind` or `commitments` leaves what the task has.
    """

    number: str
    title: str
    section: str
    text: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    support: tuple[str, ...]
    deadline_on: date | None
    deadline_text: str = ""
    kind: TaskKind | None = None
    recurrence: str | None = None
    commitments: tuple[Promise, ...] | None = None


def edit_task(actor: Actor, task_id: int, facts: TaskFacts, *, seen_version: int, now: datetime) -> None:
    """Correct a draft task, which settles its doubts; raises Refused forbidden, missing, stale, illegal-step, invalid."""
    require(actor, Act.EDIT_PLAN)
    _refuse_incomplete(facts)
    with transaction() as s:
        plan, task = steps.take_up(s, actor, task_id, seen_version, lost=steps.TYPED)
        before: steps.Before = {str(task_id): steps.snapshot(s, task)}
        words = f"修改了{steps.named(task)}"
        _write(task, facts)
        task.accepted_at, task.accepted_by_id = now, actor.person_id
        steps.touch(task)
        steps.record(s, "task.edit", actor, now, plan, before, words)


def add_task(actor: Actor, plan_id: int, facts: TaskFacts, now: datetime) -> int:
    """Add a task to a draft plan; returns its id. Raises Refused forbidden, missing, illegal-step, invalid."""
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        last = max((task.position for task in plan.tasks), default=-1)
        return enter(s, actor, plan, facts, last + 1, now).id


def enter(
    s: Session,
    actor: Actor,
    plan: Plan,
    facts: TaskFacts,
    position: int,
    now: datetime,
    *,
    start: int | None = None,
    end: int | None = None,
) -> Task:
    """Put a task a reviewer wrote into the held draft, at that free position; `start` and `end` are its place in the
    source, where it has one. Raises Refused invalid."""
    _refuse_incomplete(facts)
    task = Task(position=position, start=start, end=end, accepted_at=now, accepted_by_id=actor.person_id)
    _write(task, facts)
    plan.tasks.append(task)
    s.flush()
    before: steps.Before = {str(task.id): None}
    steps.record(s, "task.add", actor, now, plan, before, f"增加了{steps.named(task)}")
    return task


def remove_task(actor: Actor, task_id: int, now: datetime, *, seen_version: int | None = None) -> str:
    """Take a task out of a draft plan; returns its title. Raises Refused forbidden, missing, illegal-step, stale."""
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan, task = steps.take_up(s, actor, task_id, seen_version)
        before: steps.Before = {str(task_id): steps.snapshot(s, task)}
        words, title = f"删去了{steps.named(task)}", task.title
        s.delete(task)
        steps.count_parts(s, plan.id)
        steps.record(s, "task.remove", actor, now, plan, before, words)
    return title


def _refuse_incomplete(facts: TaskFacts) -> None:
    if not facts.title.strip() or not facts.text.strip():
        raise Refused("invalid", "任务名称和任务要求都要填写。")
    if not facts.lead and not facts.responsible:
        raise Refused("invalid", "请至少填写一个牵头单位或责任单位，几个单位之间用顿号隔开。")
    if facts.deadline_on and not _is_countable(facts.deadline_on):
        raise Refused("invalid", f"完成时限要在{FIRST_YEAR}年至{LAST_YEAR}年之间，请核对年份。")
    for place, made in enumerate(facts.commitments or (), start=1):
        if lacking := shortcoming(made):
            raise Refused("invalid", f"分解要点第{place}条：{lacking}")
        if made.due_on and not _is_countable(made.due_on):
            sentence = f"日期要在{FIRST_YEAR}年至{LAST_YEAR}年之间，请核对年份。"
            raise Refused("invalid", f"分解要点第{place}条：{sentence}")


def _write(task: Task, facts: TaskFacts) -> None:
    task.number, task.title, task.section = facts.number[:20], facts.title[:400], facts.section[:400]
    task.text, task.deadline_on, task.deadline_text = facts.text, facts.deadline_on, facts.deadline_text[:120]
    if facts.kind and facts.kind is not task.kind:
        task.kind, task.kind_reason = facts.kind, BY_HAND
    if facts.recurrence is not None and (facts.recurrence or None) != task.recurrence:
        task.recurrence, task.recurrence_text = facts.recurrence or None, ""
    if facts.commitments is not None:
        task.commitments = list(steps.commitments(facts.commitments))
    shares = (
        (Share.LEAD, facts.lead),
        (Share.RESPONSIBLE, facts.responsible),
        (Share.SUPPORT, facts.support),
    )
    full = {mention.printed: mention.full for mention in task.mentions}
    printed = [(share, name, full.get(name, "")) for share, found in shares for name in found]
    name_units(task, printed, names.name_index())


def bind(actor: Actor, plan_id: int, printed: str, bound: names.Bound, now: datetime) -> None:
    """Bind a printed name in the whole plan; a unit remembers it as an alias. Raises Refused forbidden, missing."""
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        for task in plan.tasks:
            for mention in task.mentions:
                if mention.printed == printed:
                    mention.unit_id, mention.group_id = bound.unit_id, bound.group_id
        if bound.unit_id and printed not in names.name_index():
            unit = get(Unit, bound.unit_id)  # held by name: the session alone would let it go
            unit.aliases.append(UnitAlias(alias=printed))
        _record(s, "plan.bind", actor, now, plan, {"printed": printed, "unit": bound.unit_id})


def edit_plan(
    actor: Actor, plan_id: int, *, title: str, document_number: str, seen_version: int, now: datetime
) -> None:
    """Correct title and document number of a draft; raises Refused forbidden, missing, stale, illegal-step."""
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        if plan.version != seen_version:
            raise Refused("stale", STALE)
        plan.title, plan.document_number = title[:300], document_number[:80]
        _record(s, "plan.edit", actor, now, plan, {"title": title})


def discard(actor: Actor, plan_id: int, now: datetime) -> None:
    """Delete a draft (删除草稿) and its document; the record keeps what it was.

    Raises Refused forbidden, missing; illegal-step for a plan that is issued, or while a new version of it waits.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        newer = s.scalar(sa.select(Plan.title).where(Plan.replaces_id == plan_id))
        if newer is not None:
            raise Refused(
                "illegal-step", f"它的新版本《{newer}》还在核对。请先采用或删除新版本，再删除这份草稿。"
            )
        former = sa.select(FormerSource.source_id).where(FormerSource.plan_id == plan_id)
        sources = [plan.source_id, *s.scalars(former)]
        detail: dict[str, object] = {
            "title": plan.title,
            "document": plan.document_number,
            "file": plan.source.sha256,
        }
        for kept in (Candidate, ForceMember, Revision, FormerSource):
            s.execute(sa.delete(kept).where(kept.plan_id == plan_id))
        s.delete(plan)
        s.flush()
        s.execute(sa.delete(SourceDocument).where(SourceDocument.id.in_(sources)))
        _record(s, "plan.discard", actor, now, plan, detail)


def issue(actor: Actor | None, plan_id: int, *, office_id: int, leader_id: int | None, now: datetime) -> None:
    """Issue the plan (下达): take the snapshot of who acts, open the signatures and the completion dates.

    Raises Refused forbidden, missing, illegal-step; unbound naming every unit name that stands in the way, and every
    task with an open doubt about its units.
    """
    if actor:
        require(actor, Act.ISSUE_PLAN)
    with transaction() as s:
        s.execute(
            sa.select(Plan.id).where(Plan.id == plan_id).with_for_update()
        )  # no step is taken meanwhile
        plan = get(Plan, plan_id)
        if plan.replaces_id is not None:
            raise Refused("illegal-step", "这是一个计划的新版本，请到“新旧对照”页采用，不另行下达。")
        plan.state = PLAN.advance(plan.state, PlanEvent.ISSUE)
        get(Unit, office_id)
        _refuse_unbound(plan)
        plan.office_id, plan.leader_id, plan.issued_at = office_id, leader_id, now
        plan.cadence_version_id = plan.cadence_version_id or rules.latest(PolicySubject.CADENCE).id
        plan.ladders_version_id = rules.latest(PolicySubject.LADDERS).id
        cadence = rules.cadence(plan.cadence_version_id)
        _take_part(plan)
        s.flush()
        opened = duties.open_all(s, plan, _owed_at_issue(plan, cadence, now), now)
        plan.opened_through_on = local_date(now) - timedelta(days=1)
        plan.next_opening_on = next_opening(plan.opened_through_on, cadence, rules.calendar())
        _record(s, "plan.issue", actor, now, plan, {"tasks": len(plan.tasks), "duties": len(opened)})


def _refuse_unbound(plan: Plan) -> None:
    """Name everything that stands in the way at once, so that it can be mended in one go."""
    if listed := stands_in_the_way(plan):
        raise Refused("unbound", f"还不能下达：{'；'.join(listed)}。")


def stands_in_the_way(plan: Plan) -> list[str]:
    """What keeps a draft from being carried out, each in a few words; empty when nothing does."""
    obstacle = obstacle_finder()
    unled = [t.title for t in plan.tasks if not any(m.share in OWING for m in t.mentions)]
    unsure = [t.title for t in plan.tasks if doubts_about_units(t)]
    undated = [t.title for t in plan.tasks if t.deadline_on and not _is_countable(t.deadline_on)]
    stands = {m.printed: OBSTACLE_WORDS[why] for t in plan.tasks for m in t.mentions if (why := obstacle(m))}
    return [
        *(["计划里没有任务"] if not plan.tasks else []),
        *(f"任务“{title}”没有牵头单位或责任单位" for title in unled),
        *(f"任务“{title}”的单位有疑点没有确认" for title in unsure),
        *(f"任务“{title}”的完成时限不在{FIRST_YEAR}年至{LAST_YEAR}年之间" for title in undated),
        *(f"“{name}”{why}" for name, why in stands.items()),
    ]


def _is_countable(day: date) -> bool:
    """Whether the calendar knows working days around that date."""
    return FIRST_YEAR < day.year < LAST_YEAR


def _take_part(plan: Plan) -> None:
    through, members = names.files_through(), names.group_members()
    for task in plan.tasks:
        task.state = TASK.advance(task.state, TaskEvent.ISSUE)
        task.assignments = [assignment_of(part) for part in parts_of(task, through, members)]


def assignment_of(part: Part) -> Assignment:
    """The row that writes down a unit's part."""
    return Assignment(
        unit_id=part.unit_id, share=part.share, on_behalf_of_id=part.on_behalf_of, group_id=part.group_id
    )


def _owed_at_issue(plan: Plan, cadence: CadenceRules, now: datetime) -> list[duties.Owed]:
    today = local_date(now)
    owed = []
    for task in plan.tasks:
        for part in task.assignments:
            if part.share in OWING:
                sign_by = rules.calendar(part.unit_id).shift(today, cadence.sign_workdays)
                owed.append(duties.Owed(task.id, part.unit_id, DutyKind.SIGN, "", today, sign_by))
            if part.share is Share.LEAD and task.deadline_on:
                kind = DutyKind.COMPLETION
                owed.append(duties.Owed(task.id, part.unit_id, kind, "", today, task.deadline_on))
    return owed


def _record(
    s: Session, act: str, actor: Actor | None, now: datetime, plan: Plan, detail: dict[str, object]
) -> None:
    actor_id = actor.person_id if actor else None
    ledger.append(s, act, at=now, actor_id=actor_id, about=ledger.Subject(plan_id=plan.id), detail=detail)

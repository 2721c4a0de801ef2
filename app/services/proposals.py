"""What a document offers beside its tasks, decided: candidates taken or set aside, rhythms adopted, seats bound."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import ledger
from app.db import get, transaction
from app.models import Candidate, ForceMember, Person, Plan, PolicyVersion, Task, Unit, UnitAlias
from app.models.rules import PolicySubject
from app.queries import proposals as rows
from app.queries import rules
from app.queries import units as names
from app.services import plans, steps
from app.services.plans import TaskFacts
from workflows.cadence import CadenceRules
from workflows.errors import Refused
from workflows.lifecycle import CandidateState
from workflows.policy import Act, Actor, require
from workflows.units import ForceRole

DECIDED = "这条候选任务别人刚刚处理过了。刚才的操作没有执行，请看过最新内容再决定。"


def take(
    actor: Actor, plan_id: int, candidate_id: int, facts: TaskFacts, *, seen_version: int, now: datetime
) -> int:
    """Make a task of a candidate (列为任务), in the document's order; returns the task's id.

    Raises Refused forbidden, missing, illegal-step, stale, invalid.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan, candidate = _take_up(s, plan_id, candidate_id, seen_version)
        if not rows.is_open(candidate):
            raise Refused("stale", DECIDED)
        position = steps.make_room(s, plan_id, _behind(s, candidate))
        place = {"start": candidate.start, "end": candidate.end}
        task = plans.enter(s, actor, plan, facts, position, now, **place)
        candidate.state, candidate.task_id = CandidateState.TAKEN, task.id
        return task.id


def _behind(s: Session, candidate: Candidate) -> int:
    """The position of the last task that begins before the candidate; -1 when none does."""
    before = sa.select(sa.func.max(Task.position)).where(
        Task.plan_id == candidate.plan_id, Task.start <= candidate.start
    )
    found = s.scalar(before)
    return -1 if found is None else found


def dismiss(actor: Actor, plan_id: int, candidate_id: int, *, seen_version: int, now: datetime) -> None:
    """Set a candidate aside (不列). Raises Refused forbidden, missing, illegal-step, stale."""
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan, candidate = _take_up(s, plan_id, candidate_id, seen_version)
        if not rows.is_open(candidate):
            raise Refused("stale", DECIDED)
        candidate.state = CandidateState.DISMISSED
        _record(s, "candidate.dismiss", actor, now, plan, {"candidate": candidate_id})


def reopen(actor: Actor, plan_id: int, candidate_id: int, *, seen_version: int, now: datetime) -> None:
    """Take back that a candidate was set aside. Raises Refused forbidden, missing, illegal-step, stale."""
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan, candidate = _take_up(s, plan_id, candidate_id, seen_version)
        if candidate.state is not CandidateState.DISMISSED:
            raise Refused("stale", DECIDED)
        candidate.state = CandidateState.OPEN
        _record(s, "candidate.reopen", actor, now, plan, {"candidate": candidate_id})


def _take_up(s: Session, plan_id: int, candidate_id: int, seen_version: int) -> tuple[Plan, Candidate]:
    plan = steps.hold(s, plan_id)
    candidate = rows.candidate(plan_id, candidate_id)
    s.refresh(candidate)
    if candidate.version != seen_version:
        raise Refused("stale", DECIDED)
    return plan, candidate


# ------------------------------------------------------------------------------------------- rhythms


def answer(actor: Actor, plan_id: int, place: int, *, adopt: bool, now: datetime) -> None:
    """Let the plan go by a rhythm its document demands (采用), or by the county's days (不采用).

    The plan gets a version of the report days of its own, or none where they are the county's.
    Raises Refused forbidden, missing, illegal-step, invalid.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        if plan.replaces_id is not None:
            raise Refused("invalid", "这是一个计划的新版本，沿用正在执行的日期。")
        demanded = rows.answered(plan, place, rows.ADOPTED if adopt else rows.DECLINED)
        plan.proposals = {**plan.proposals, "cadences": demanded}
        county = rules.cadence(rules.latest(PolicySubject.CADENCE).id)
        wanted = rows.adopted_rules(county, demanded)
        plan.cadence_version_id = None if wanted == county else _own_version(s, plan, wanted, now)
        act = "cadence.adopt" if adopt else "cadence.decline"
        _record(s, act, actor, now, plan, {"text": demanded[place]["text"]})


def _own_version(s: Session, plan: Plan, wanted: CadenceRules, now: datetime) -> int:
    newest = sa.select(sa.func.max(PolicyVersion.version)).where(
        PolicyVersion.subject == PolicySubject.CADENCE
    )
    own = PolicyVersion(
        subject=PolicySubject.CADENCE,
        version=s.scalars(newest).one() + 1,
        body={
            **wanted.as_json(),
            rules.REQUESTS: rules.request_rules(rules.latest(PolicySubject.CADENCE).id).as_json(),
            rules.OWN_PLAN: plan.id,
        },
        note=f"按文件设置，只用于计划“{plan.title[:60]}”",
        created_at=now,
    )
    s.add(own)
    s.flush()
    return own.id


# ------------------------------------------------------------------------------------------- task force


def seat(actor: Actor, plan_id: int, member_id: int, bound_id: int | None, now: datetime) -> None:
    """Bind a place in the task force: 组长 and 副组长 to a person, the others to a unit; None takes the bond away.

    A unit remembers the printed name as an alias. Raises Refused forbidden, missing, illegal-step.
    """
    require(actor, Act.EDIT_PLAN)
    with transaction() as s:
        plan = steps.hold(s, plan_id)
        member = get(ForceMember, member_id)
        if member.plan_id != plan_id:
            raise Refused("missing", "这个计划的专班里没有这个位置。请返回核对页。")
        if member.role in {ForceRole.LEADER, ForceRole.DEPUTY}:
            member.person_id = get(Person, bound_id).id if bound_id else None
        else:
            member.unit_id = get(Unit, bound_id).id if bound_id else None
            _remember(member)
        _record(s, "force.bind", actor, now, plan, {"printed": member.printed, "bound": bound_id})


def _remember(member: ForceMember) -> None:
    if member.unit_id and member.printed not in names.name_index():
        unit = get(Unit, member.unit_id)  # held by name: the session alone would let it go
        unit.aliases.append(UnitAlias(alias=member.printed))


def _record(s: Session, act: str, actor: Actor, now: datetime, plan: Plan, detail: dict[str, object]) -> None:
    about = ledger.Subject(plan_id=plan.id)
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=detail)

"""The check-up of a plan: its rows as the values `workflows.checkup` asks for, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models import Commitment, ForceMember, Group, Mention, Plan, Task, Unit
from app.queries import drafts
from app.queries import units as unit_rows
from workflows.calendar import local_date
from workflows.checkup import (
    CHECK_LABELS,
    SEVERITY_LABELS,
    Check,
    Finding,
    KnownGroup,
    KnownUnit,
    Load,
    Named,
    PlanFacts,
    PlannedTask,
    Promise,
    Severity,
    check_up,
    loads,
)
from workflows.errors import Refused
from workflows.lifecycle import PlanState
from workflows.units import ForceRole

_IN_FORCE = frozenset({ForceRole.MEMBER, ForceRole.OFFICE})
_OPEN_LIST = "list-open"


@dataclass(frozen=True, slots=True)
class Kind:
    """The findings of one kind and one gravity."""

    check: Check
    severity: Severity
    findings: tuple[Finding, ...]

    @property
    def label(self) -> str:
        return CHECK_LABELS[self.check]

    @property
    def anchor(self) -> str:
        """What the page calls this group."""
        return f"{self.severity}-{self.check}"


@dataclass(frozen=True, slots=True)
class Checkup:
    """A plan, its tasks, everything found, and what each unit carries."""

    plan: Plan
    tasks: tuple[Task, ...]
    findings: tuple[Finding, ...]
    loads: tuple[Load, ...]

    @property
    def kinds(self) -> list[Kind]:
        """The findings by gravity and kind, as they are sorted."""
        grouped = groupby(self.findings, key=lambda finding: (finding.severity, finding.check))
        return [Kind(check, severity, tuple(found)) for (severity, check), found in grouped]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many findings of each gravity, by its Chinese word; all three are always there."""
        return {
            words: sum(finding.severity is severity for finding in self.findings)
            for severity, words in SEVERITY_LABELS.items()
        }

    @property
    def is_draft(self) -> bool:
        """Whether anything can still be mended here."""
        return self.plan.state is PlanState.DRAFT

    def of_task(self, task_id: int) -> tuple[Finding, ...]:
        """What was found about one task."""
        return tuple(finding for finding in self.findings if task_id in finding.task_ids)


def checkup(plan_id: int, today: date) -> Checkup:
    """The plan checked; one that runs is judged by the day of its issue. Raises Refused missing."""
    plan = _plan(plan_id)
    as_of = local_date(plan.issued_at) if plan.issued_at else today
    facts = _facts(plan)
    return Checkup(plan, tuple(plan.tasks), tuple(check_up(facts, as_of)), tuple(loads(facts)))


def _plan(plan_id: int) -> Plan:
    wanted = (
        sa.select(Plan)
        .where(Plan.id == plan_id)
        .options(
            joinedload(Plan.source),
            selectinload(Plan.tasks).selectinload(Task.mentions),
            selectinload(Plan.tasks).selectinload(Task.commitments),
        )
    )
    plan = session().scalar(wanted)
    if plan is None:
        raise Refused("missing", "没有找到这个计划，它可能已被删除。请从“计划”列表进入。")
    return plan


def _facts(plan: Plan) -> PlanFacts:
    period = (plan.period_from_on, plan.period_to_on)
    return PlanFacts(
        tasks=tuple(_task(task) for task in plan.tasks),
        period=cast("tuple[date, date]", period) if all(period) else None,
        force=tuple(_force(plan.id)),
        units=_units(),
        groups=_groups(),
    )


def _task(task: Task) -> PlannedTask:
    doubts = drafts.doubts_about_units(task)
    return PlannedTask(
        id=task.id,
        number=task.number,
        title=task.title,
        text=task.text,
        kind=task.kind,
        deadline_on=task.deadline_on,
        deadline_text=task.deadline_text,
        recurs=task.recurrence is not None,
        names=tuple(_named(mention) for mention in task.mentions),
        acting=tuple(_acting(task)),
        open_list=any(doubt["code"] == _OPEN_LIST for doubt in doubts),
        unsure=tuple(doubt["sentence"] for doubt in doubts if doubt["code"] != _OPEN_LIST),
        promises=tuple(_promise(commitment) for commitment in task.commitments),
        place=_place(task.start, task.end),
    )


def _acting(task: Task) -> Iterator[str]:
    """Units that act in the text or by a note that holds for every task, those that only guide aside."""
    guiding = set(task.noted.get("guiding_units", ()))
    named = [*task.noted.get("text_units", ()), *task.noted.get("implied_units", ())]
    yield from (name for name in dict.fromkeys(named) if name not in guiding)


def _named(mention: Mention) -> Named:
    return Named(mention.printed, mention.share, mention.unit_id, mention.group_id)


def _promise(row: Commitment) -> Promise:
    return Promise(
        kind=row.kind,
        name=row.name,
        text=row.text,
        target=row.target,
        unit=row.unit,
        comparison=row.comparison,
        due_on=row.due_on,
        place=_place(row.start, row.end),
    )


def _place(start: int | None, end: int | None) -> tuple[int, int] | None:
    return (start, end) if start is not None and end is not None else None


def _force(plan_id: int) -> Iterator[Named]:
    wanted = sa.select(ForceMember).where(ForceMember.plan_id == plan_id).order_by(ForceMember.position)
    for member in session().scalars(wanted):
        if member.role in _IN_FORCE:
            place = _place(member.start, member.end)
            yield Named(member.printed, unit_id=member.unit_id, place=place)


def _units() -> dict[int, KnownUnit]:
    units = list(session().scalars(sa.select(Unit).options(selectinload(Unit.aliases)).order_by(Unit.id)))
    names = {unit.id: unit.name for unit in units}
    return {
        unit.id: KnownUnit(
            unit.name,
            unit.kind,
            tuple(name for name in (unit.full_name, *(alias.alias for alias in unit.aliases)) if name),
            names.get(unit.files_through_id or 0, ""),
        )
        for unit in units
    }


def _groups() -> dict[int, KnownGroup]:
    members = unit_rows.group_members()
    named = session().execute(sa.select(Group.id, Group.name))
    return {group_id: KnownGroup(name, members.get(group_id, ())) for group_id, name in named}

"""The month's reports in tests, in the domain's words: what a unit says, who signs it, what it corrects."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.db import session
from app.models import Assignment, Commitment, Duty, LedgerEntry, Plan, PolicyVersion, Report, Task
from app.models.rules import PolicySubject
from app.services import corrections, reports
from app.services.reports import Entry, Filed
from tests.world import LEAD, World, signer_of
from workflows.cadence import CadenceRules, DutyKind, Signoff
from workflows.commitments import CommitmentKind, Comparison, TaskKind
from workflows.policy import Actor


def owed(world: World, period: str, unit: str = LEAD) -> Duty:
    """The unit's only report of that period."""
    [duty] = world.duties(unit=unit, kind=DutyKind.MONTHLY_REPORT, period=period)
    return duty


def version_of(world: World, duty_id: int) -> int:
    """The version a page opened now has seen."""
    with world.app.app_context():
        return session().scalar(sa.select(Report.version).where(Report.duty_id == duty_id)) or 0


def said_by(
    world: World, duty: Duty, percent: int | None = 20, done: str = "完成选址2处。", **more: Any
) -> Entry:
    """A row as it stands on a page opened now."""
    problems, next_step = more.pop("problems", ""), more.pop("next_step", "")
    seen = version_of(world, duty.id)
    return Entry(duty.id, percent, done, problems, next_step, seen, **more)


def file(
    world: World,
    duty: Duty,
    percent: int | None = 20,
    done: str = "完成选址2处。",
    *,
    unit: str = LEAD,
    **more: Any,
) -> Filed:
    """The unit presses 报送 over that one row, its 分管领导 named."""
    entry = said_by(world, duty, percent, done, **more)
    with world.app.app_context():
        return reports.save_month(
            world.actor(unit), [entry], submit=True, now=world.now, signed_by=signer_of(unit)
        )


def correct(
    world: World, duty: Duty, percent: int | None, done: str, reason: str = "数字填错。", **more: Any
) -> None:
    entry = said_by(world, duty, percent, done, **more)
    with world.app.app_context():
        corrections.correct(world.actor(LEAD), duty.id, entry, reason, entry.seen_version, world.now)


def report_on(world: World, duty: Duty) -> Report:
    return world.one(sa.select(Report).where(Report.duty_id == duty.id))


def part_in(world: World, duty: Duty) -> Assignment:
    """The unit's present word on the task."""
    wanted = (Assignment.task_id == duty.task_id, Assignment.unit_id == duty.unit_id)
    return world.one(sa.select(Assignment).where(*wanted))


def recorded(world: World, act: str) -> list[dict[str, Any]]:
    """What the record holds of an act, oldest first, the fingerprints of its rows left out."""
    entries = world.all(sa.select(LedgerEntry).where(LedgerEntry.act == act).order_by(LedgerEntry.id))
    return [{name: said for name, said in entry.detail.items() if name != "trace"} for entry in entries]


def sign_as(world: World, signoff: Signoff) -> None:
    """A new version of the days under which every plan asks for that 单位审签."""
    with world.writing() as s:
        body = CadenceRules(signoff=signoff).as_json()
        version = PolicyVersion(
            subject=PolicySubject.CADENCE, version=2, body=body, note="审签", created_at=world.now
        )
        s.add(version)
        s.flush()
        s.execute(sa.update(Plan).values(cadence_version_id=version.id))


def leader_of(world: World, unit: str = LEAD, title: str = "副局长") -> Actor:
    """The unit's 分管领导, or whoever holds the post of that title, at the desk."""
    liaison = world.actor(unit)
    person = world.person_id(f"{unit}{title}")
    return Actor(person, f"{unit}{title}", liaison.roles, liaison.unit_ids)


def measure(world: World, *targets: tuple[str, str]) -> list[int]:
    """Make the only task one of indicators, by name and target in %; returns their ids."""
    with world.writing() as s:
        task = s.scalars(sa.select(Task)).one()
        task.kind = TaskKind.INDICATOR
        made = [
            Commitment(
                task_id=task.id,
                position=position,
                kind=CommitmentKind.INDICATOR,
                name=name,
                comparison=Comparison.AT_LEAST,
                target=target,
                unit="%",
            )
            for position, (name, target) in enumerate(targets)
        ]
        s.add_all(made)
        s.flush()
        return [one.id for one in made]


def make_recurring(world: World) -> None:
    """Make the only task one that recurs."""
    with world.writing() as s:
        s.execute(sa.update(Task).values(kind=TaskKind.RECURRING))

"""The house that is measured: 100 tasks, ten units in each, ten months of reports of which none was filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from flask import Flask

from app.db import Base, session, transaction
from app.models import Assignment, Duty, Plan, PolicyVersion, SourceDocument, Task, Unit
from app.models.rules import PolicySubject
from app.services import people
from app.services.people import NewPerson
from bench import place
from workflows.cadence import DutyKind
from workflows.calendar import instant
from workflows.lifecycle import DutyState, PlanState, TaskState
from workflows.policy import Role
from workflows.units import Post, Share, UnitKind

UNITS, TASKS = 10, 100
MONTHS = [f"{n // 12}-{n % 12 + 1:02}" for n in range(2024 * 12 + 5, 2025 * 12 + 3)]
LATEST = MONTHS[-1]
ISSUED_ON = date(2024, 6, 3)
NOW = instant(date(2025, 3, 25), 9)

USERNAME, PASSWORD = "danwei", "Bench-2025x"


def build(url: str) -> Flask:
    """An app on a new database at `url`, migrated by the real command and filled."""
    app = place.migrated(url)
    with app.app_context():
        unit_ids = _units()
        _people(unit_ids)
        task_ids = _tasks()
        _owe(unit_ids, task_ids)
    return app


def _units() -> list[int]:
    rows = [{"name": f"第{n}单位", "kind": UnitKind.DEPARTMENT, "position": n} for n in range(UNITS)]
    return _insert(Unit, rows)


def _people(unit_ids: Sequence[int]) -> None:
    """One liaison a unit; the first has an account."""
    for number, unit_id in enumerate(unit_ids):
        account = (USERNAME, PASSWORD) if number == 0 else ("", "")
        posts = ((unit_id, Post.LIAISON),)
        address = f"liaison-{number}@bench.example"
        new = NewPerson(
            f"联络员{number}", address, *account, posts, (Role.DEPARTMENT,), must_change_password=False
        )
        people.add(None, new, NOW)


def _tasks() -> list[int]:
    policies = {policy.subject: policy.id for policy in session().scalars(sa.select(PolicyVersion))}
    with transaction() as s:
        source = SourceDocument(filename="计划.txt", content=b"", text="", sha256="", received_at=NOW)
        plan = Plan(
            title="测量用行动计划",
            source=source,
            state=PlanState.ISSUED,
            created_at=NOW,
            issued_at=instant(ISSUED_ON, 10),
            cadence_version_id=policies[PolicySubject.CADENCE],
            ladders_version_id=policies[PolicySubject.LADDERS],
        )
        plan.tasks = [
            Task(
                position=n,
                number=str(n + 1),
                title=f"第{n + 1}项重点任务",
                text="任务要求。",
                state=TaskState.UNDERWAY,
            )
            for n in range(TASKS)
        ]
        s.add(plan)
        s.flush()
        return [task.id for task in plan.tasks]


def _owe(unit_ids: Sequence[int], task_ids: Sequence[int]) -> None:
    """Every unit owes every task's reports; the first unit also a signature for each, 100 lines on its desk."""
    task = session().get_one(Task, task_ids[0])
    common = {
        "plan_id": task.plan_id,
        "policy_version_id": task.plan.ladders_version_id,
        "state": DutyState.OPEN,
        "rung": 2,
        "armed_at": NOW,
    }
    pairs = [{"task_id": task_id, "unit_id": unit_id} for task_id in task_ids for unit_id in unit_ids]
    _insert(Assignment, [{**pair, "share": Share.RESPONSIBLE} for pair in pairs])
    later = instant(date(2025, 3, 26), 9)
    for key in MONTHS:
        month = {**common, **_days(key), "kind": DutyKind.MONTHLY_REPORT, "next_action_at": later}
        _insert(Duty, [{**month, **pair} for pair in pairs])
    sign = {**common, **_days(LATEST), "period_key": "", "kind": DutyKind.SIGN, "unit_id": unit_ids[0]}
    _insert(Duty, [{**sign, "task_id": task_id} for task_id in task_ids])


def _days(key: str) -> dict[str, object]:
    year, month = map(int, key.split("-"))
    due_on = date(year, month, 25)
    return {"period_key": key, "opens_on": date(year, month, 20), "due_on": due_on, "original_due_on": due_on}


def _insert(model: type[Base], rows: Sequence[dict[str, object]]) -> list[int]:
    with transaction() as s:
        key = sa.inspect(model).primary_key[0]
        return list(s.scalars(sa.insert(model).returning(key, sort_by_parameter_order=True), rows))

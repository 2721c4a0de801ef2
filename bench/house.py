"""The house that is measured: 100 tasks, ten units in each, ten months of reports of which none was filed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.clock import StoppedClock
from app.db import Base, session, transaction
from app.mail import Carry
from app.models import Assignment, Duty, Notice, Person, Plan, PolicyVersion, SourceDocument, Task, Unit
from app.models.rules import PolicySubject
from app.services import people
from app.services.people import NewPerson
from config import Config
from workflows.cadence import DutyKind
from workflows.calendar import instant
from workflows.lifecycle import DutyState, PlanState, TaskState
from workflows.policy import Role
from workflows.units import Post, Share, UnitKind

UNITS, TASKS = 10, 100
MONTHS = [f"{n // 12}-{n % 12 + 1:02}" for n in range(2024 * 12 + 5, 2025 * 12 + 3)]
LATEST = MONTHS[-1]
OPEN = UNITS * TASKS * len(MONTHS)
DUE_EVERY = 10
"""One duty in ten of the latest month is due: 1 per cent of all."""

DUE = UNITS * TASKS // DUE_EVERY
ISSUED_ON, DUE_ON = date(2024, 6, 3), date(2025, 3, 25)
NOW = instant(DUE_ON, 9)
DUE_RUNG = 2
"""The rung 到期当日 of the month's report: one letter to the liaison."""

USERNAME, PASSWORD = "danwei", "Bench-2025x"


class NoPost:
    """A post nothing is given to: delivery is not measured here."""

    @contextmanager
    def open(self) -> Iterator[Carry]:
        yield lambda _envelope: None


def build(url: str) -> Flask:
    """An app on a new database at `url`, migrated by the real command and filled."""
    config = Config(DATABASE_URL=url, SECRET_KEY="for measuring only, and never anywhere else")
    app = create_app(config, clock=StoppedClock(NOW), post=NoPost())
    app.testing = True
    migrated = app.test_cli_runner().invoke(args=["db", "upgrade"])
    if migrated.exit_code:
        raise RuntimeError(migrated.output)
    with app.app_context():
        unit_ids = _units()
        _people(unit_ids)
        task_ids = _tasks()
        _owe(unit_ids, task_ids)
        arm_due()
    return app


def _units() -> list[int]:
    rows = [{"name": f"第{n}单位", "kind": UnitKind.DEPARTMENT, "position": n} for n in range(UNITS)]
    return _insert(Unit, rows)


def _people(unit_ids: Sequence[int]) -> None:
    """One liaison a unit; the first has an account."""
    for place, unit_id in enumerate(unit_ids):
        account = (USERNAME, PASSWORD) if place == 0 else ("", "")
        posts = ((unit_id, Post.LIAISON),)
        address = f"liaison-{place}@bench.example"
        new = NewPerson(
            f"联络员{place}", address, *account, posts, (Role.DEPARTMENT,), must_change_password=False
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
        "rung": DUE_RUNG,
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


def arm_due() -> None:
    """Bring the moment of one duty in a hundred back to now, and forget what a turn wrote."""
    due = sa.and_(Duty.period_key == LATEST, Duty.id % DUE_EVERY == 0)
    with transaction() as s:
        s.execute(sa.delete(Notice))
        s.execute(
            sa.update(Duty).where(due).values(rung=DUE_RUNG, next_action_at=NOW),
            execution_options={"synchronize_session": False},
        )


def insert_notices(count: int) -> None:
    """The plain work beside a turn: so many notice rows in one bulk insert, one transaction."""
    first = session().scalars(sa.select(Duty.id).limit(1)).one()
    person_id = session().scalars(sa.select(sa.func.min(Person.id))).one()
    row: dict[str, object] = {
        "duty_id": first,
        "epoch": 1,
        "rung": DUE_RUNG,
        "kind": "due",
        "audience": "liaison",
        "person_id": person_id,
        "reason": "测量",
        "created_at": NOW,
        "not_before_at": NOW,
    }
    with transaction() as s:
        s.execute(sa.insert(Notice), [{**row, "dedup_key": f"bench:{n}"} for n in range(count)])

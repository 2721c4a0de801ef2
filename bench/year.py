"""A year on record: tasks of many units, every month's reports filed and accepted, the record of it all as it is kept.

The rows and the entries of the record are written by the database itself, as the services would leave them; only the
chain's hashes are left out, which no account reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import ledger
from app.db import Base, session, transaction
from app.models import (
    Assignment,
    Duty,
    LedgerEntry,
    LedgerHead,
    Plan,
    PolicyVersion,
    Progress,
    Report,
    SourceDocument,
    Task,
    Trace,
    Unit,
)
from app.models.rules import PolicySubject
from app.services import people
from app.services.people import NewPerson
from app.traces import stretches
from bench import place
from workflows.cadence import DutyKind
from workflows.calendar import instant
from workflows.lifecycle import DutyState, PlanState, ReportState, TaskState
from workflows.policy import Role
from workflows.units import Post, Share, UnitKind

YEAR = 2024
ISSUED_ON = date(YEAR - 1, 12, 4)
ENDS_ON = date(YEAR, 12, 31)
TOLD_AT = instant(date(YEAR + 1, 1, 10), 9)
"""When the year's accounts are drawn up."""

USERNAME, PASSWORD = "danwei", "Bench-2025x"
WORDS = "完成选址和招标，主体工程已经开工，累计完成投资三百二十万元，培训教师四十六人次。"


@dataclass(frozen=True, slots=True)
class Year:
    """A plan whose every task has a lead and two others; each reports every month."""

    app: Flask
    plan_id: int
    unit_ids: tuple[int, ...]
    task_ids: tuple[int, ...]

    def parts(self) -> Iterator[tuple[int, int, Share]]:
        """Task, unit and share; the units take turns."""
        units = len(self.unit_ids)
        for place_, task_id in enumerate(self.task_ids):
            for step in range(min(3, units)):
                share = Share.RESPONSIBLE if step else Share.LEAD
                yield task_id, self.unit_ids[(place_ + step) % units], share


def build(url: str, tasks: int, units: int) -> Year:
    """An app on a new database at `url` with a year on record."""
    app = place.migrated(url)
    with app.app_context():
        unit_ids = _units(units)
        person_id = _reporter(unit_ids[0])
        plan_id, task_ids = _plan(tasks)
        year = Year(app, plan_id, tuple(unit_ids), tuple(task_ids))
        shares = [{"task_id": t, "unit_id": u, "share": share} for t, u, share in year.parts()]
        _insert(Assignment, shares)
        ledger.begin_traces(instant(ISSUED_ON, 10))
        for month in range(1, 13):
            _month(year, month, person_id)
    return year


def _units(units: int) -> list[int]:
    return _insert(
        Unit,
        [{"name": f"第{n}单位", "kind": UnitKind.DEPARTMENT, "position": 1000 + n} for n in range(units)],
    )


def _reporter(unit_id: int) -> int:
    """The liaison of the first unit, who has an account."""
    posts, address = ((unit_id, Post.LIAISON),), "liaison@bench.example"
    new = NewPerson(
        "联络员", address, USERNAME, PASSWORD, posts, (Role.DEPARTMENT,), must_change_password=False
    )
    return people.add(None, new, instant(ISSUED_ON, 9))


def _plan(tasks: int) -> tuple[int, list[int]]:
    policies = {policy.subject: policy.id for policy in session().scalars(sa.select(PolicyVersion))}
    issued_at = instant(ISSUED_ON, 10)
    source = {"filename": "计划.txt", "content": b"", "text": "", "sha256": "", "received_at": issued_at}
    [source_id] = _insert(SourceDocument, [source])
    plan = {
        "title": "测量用行动计划",
        "source_id": source_id,
        "created_at": issued_at,
        "issued_at": issued_at,
        "state": PlanState.ISSUED,
        "cadence_version_id": policies[PolicySubject.CADENCE],
        "ladders_version_id": policies[PolicySubject.LADDERS],
    }
    [plan_id] = _insert(Plan, [plan])
    deadline = ENDS_ON + timedelta(days=180)
    rows = [
        {
            "plan_id": plan_id,
            "position": n,
            "number": str(n + 1),
            "title": f"第{n + 1}项重点任务",
            "text": "任务要求。",
            "state": TaskState.UNDERWAY,
            "deadline_on": deadline,
        }
        for n in range(tasks)
    ]
    return plan_id, _insert(Task, rows)


# ------------------------------------------------------------------------------------------- month after month


def _month(year: Year, month: int, person_id: int) -> None:
    """The month's reports opened on the 20th, filed the next day, accepted the day after."""
    key, opens_on, due_on = f"{YEAR}-{month:02}", date(YEAR, month, 20), date(YEAR, month, 25)
    filed_at = instant(date(YEAR, month, 21), 10)
    parts = list(year.parts())
    duty = {
        "plan_id": year.plan_id,
        "kind": DutyKind.MONTHLY_REPORT,
        "period_key": key,
        "opens_on": opens_on,
        "due_on": due_on,
        "original_due_on": due_on,
        "state": DutyState.DONE,
        "filed_at": filed_at,
        "settled_at": filed_at + timedelta(days=1),
        "policy_version_id": session().get_one(Plan, year.plan_id).ladders_version_id,
        "armed_at": instant(opens_on, 8),
    }
    ids = _insert(Duty, [{**duty, "task_id": t, "unit_id": u} for t, u, _ in parts])
    percent = month * 5
    said = {"percent": percent, "done": WORDS, "problems": "", "next_step": "下月继续推进。"}
    filed = {"submitted_at": filed_at, "submitted_by_id": person_id, "state": ReportState.ACCEPTED}
    _insert(Report, [{"duty_id": duty_id, **said, **filed} for duty_id in ids])
    spoken = {"person_id": person_id, "recorded_at": filed_at, **said}
    _insert(Progress, [{"task_id": t, "unit_id": u, **spoken} for t, u, _ in parts])
    entries = [_opening(year, opens_on, due_on, ids)]
    for duty_id, (task_id, unit_id, share) in zip(ids, parts, strict=True):
        about = {"plan_id": year.plan_id, "task_id": task_id, "unit_id": unit_id, "duty_id": duty_id}
        entries += _told(about, filed_at, said, percent if share is Share.LEAD else None)
    _record(entries)


Entry = tuple[dict[str, Any], dict[str, Any]]
"""An entry, and what its act left behind."""


def _opening(year: Year, opens_on: date, due_on: date, ids: Sequence[int]) -> Entry:
    opened = [[opens_on.isoformat(), due_on.isoformat(), stretches(ids)]]
    about = {"plan_id": year.plan_id, "task_id": None, "unit_id": None, "duty_id": None}
    detail = {"duties": len(ids)}
    entry = {**about, "act": "period.open", "recorded_at": instant(opens_on, 8), "detail": detail}
    return entry, {"opened": opened}


def _told(about: dict[str, Any], at: datetime, said: dict[str, Any], percent: int | None) -> list[Entry]:
    """A report filed and accepted, with the traces the services leave."""
    duty, task = str(about["duty_id"]), str(about["task_id"])
    report = {"state": "submitted", "returns": 0, "after_lock": False, "measures": {}, "corrections": 0}
    body: dict[str, Any] = {
        "duty": {duty: {"state": "filed", "filed_at": at.isoformat()}},
        "report": {duty: report},
    }
    if percent is not None:
        body["task"] = {task: {"percent": percent}}
    accepted = {"state": "accepted", "returns": 0, "after_lock": False}
    later = {"duty": {duty: {"state": "done"}}, "report": {duty: accepted}}
    return [
        ({**about, "act": "report.submit", "recorded_at": at, "detail": {**said, "measures": {}}}, body),
        ({**about, "act": "report.accept", "recorded_at": at + timedelta(days=1), "detail": {}}, later),
    ]


def _record(entries: Sequence[Entry]) -> None:
    """Write entries with their traces behind the last one."""
    with transaction() as s:
        last = s.execute(sa.select(LedgerHead.last_id).where(LedgerHead.id == 1)).scalar_one()
        plain = {"actor_id": None, "previous_hash": "", "hash": ""}
        numbered = list(enumerate(entries, last + 1))
        s.execute(sa.insert(LedgerEntry), [{"id": n, **plain, **entry} for n, (entry, _) in numbered])
        s.execute(sa.insert(Trace), [{"entry_id": n, "body": body} for n, (_, body) in numbered])
        s.execute(sa.update(LedgerHead).values(last_id=last + len(entries)))


def _insert(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    with transaction() as s:
        key = sa.inspect(model).primary_key[0]
        return list(s.scalars(sa.insert(model).returning(key, sort_by_parameter_order=True), rows))

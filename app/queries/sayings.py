"""What every unit said last of every task, as of an instant: its report that stands, or a word between two reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.models import LedgerEntry, Progress, Task
from app.queries.then import SAID_AT, SAID_IN, Asked, Facts, Then
from workflows.accounts import Said
from workflows.lifecycle import STANDING_REPORTS, Cause, OnTime

AT_ONCE = 20_000
"""Entries read by their numbers in one query: fewer than either database allows parameters."""

Part = tuple[int, int]
"""Task and unit."""


def sayings(plan_id: int, stood: Then, asked: Mapping[int, Asked], at: datetime) -> Mapping[Part, Said]:
    """The latest word of each unit on each task; one query for the reports' words, one for those between."""
    filed = _standing(stood, asked)
    words = _words(
        [number for duty_id in filed.values() for number in stood.reports[duty_id].get(SAID_IN, ())]
    )
    found = {
        part: _of_report(asked[duty_id], stood.reports[duty_id], words)
        for part, duty_id in filed.items()
        if SAID_IN in stood.reports[duty_id]
    }
    told = _told(stood, asked)
    for row in _between(plan_id, at):
        part = (row.task_id, row.unit_id)
        report = found.get(part)
        if row.recorded_at not in told[part] and (report is None or row.recorded_at > report.said_at):
            found[part] = _of_word(row, report)
    return found


def _standing(stood: Then, asked: Mapping[int, Asked]) -> Mapping[Part, int]:
    """Task and unit → the duty of the latest period whose report the unit stands by."""
    latest: dict[Part, int] = {}
    for duty_id in sorted(stood.reports, key=lambda duty_id: _age(stood, duty_id)):
        duty = asked.get(duty_id)
        stands = stood.reports[duty_id]["state"] in STANDING_REPORTS
        if duty and stands and duty.task_id is not None:
            latest[duty.task_id, duty.unit_id] = duty_id
    return latest


def _age(stood: Then, duty_id: int) -> tuple[str, int]:
    return stood.duties.get(duty_id, {}).get("original_due_on", ""), duty_id


def _told(stood: Then, asked: Mapping[int, Asked]) -> Mapping[Part, set[datetime]]:
    """When each unit's reports on each task were sent: the words of those moments are the reports' own."""
    moments: dict[Part, set[datetime]] = defaultdict(set)
    for duty_id, report in stood.reports.items():
        duty = asked.get(duty_id)
        if duty and duty.task_id is not None and SAID_IN in report:
            moments[duty.task_id, duty.unit_id].add(report[SAID_AT])
    return moments


def _words(numbers: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    found: dict[int, Mapping[str, Any]] = {}
    for first in range(0, len(numbers), AT_ONCE):
        some = LedgerEntry.id.in_(numbers[first : first + AT_ONCE])
        entries = sa.select(LedgerEntry.id, LedgerEntry.detail).where(some)
        found.update((number, detail) for number, detail in session().execute(entries))
    return found


def _of_report(duty: Asked, report: Facts, words: Mapping[int, Mapping[str, Any]]) -> Said:
    """As it was sent, with what corrections changed in it."""
    sent, *corrections = (words[number] for number in report[SAID_IN])
    told: dict[str, Any] = dict(sent)
    for correction in corrections:
        told |= correction["after"]
    return Said(
        duty.unit_id,
        report[SAID_AT],
        duty.period_key,
        told.get("percent"),
        told.get("done", ""),
        told.get("problems", ""),
        Cause(told["cause"]) if told.get("cause") else None,
        told.get("next_step", ""),
        date.fromisoformat(told["next_on"]) if told.get("next_on") else None,
        OnTime(told["on_time"]) if told.get("on_time") else None,
        told.get("help_words", ""),
        told.get("help_unit_id"),
    )


def _between(plan_id: int, at: datetime) -> Iterator[sa.Row[Any]]:
    """The last word of each unit on each task, whether or not a report brought it."""
    age = sa.func.row_number().over(
        partition_by=(Progress.task_id, Progress.unit_id), order_by=Progress.id.desc()
    )
    told = (
        sa.select(Progress, age.label("age"))
        .join(Task, Task.id == Progress.task_id)
        .where(Task.plan_id == plan_id, Progress.recorded_at <= at)
        .subquery()
    )
    yield from session().execute(sa.select(told).where(told.c.age == 1).order_by(told.c.id))


def _of_word(row: sa.Row[Any], report: Said | None) -> Said:
    """A word between two reports; what the report said of keeping the date nobody has taken back."""
    return Said(
        row.unit_id,
        row.recorded_at,
        "",
        row.percent,
        row.done,
        row.problems,
        next_step=row.next_step,
        on_time=report.on_time if report else None,
    )

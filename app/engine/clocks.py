"""Clocks that a request stopped and that start again by themselves, and requests nobody answered in time.

Each is found by a date that has come and done under the lock of its task, as a person's own act would be.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, requests
from app.db import transaction
from app.models import Request, Task
from app.queries import requests as rows
from workflows.calendar import local_date
from workflows.lifecycle import RequestState, TaskState
from workflows.requests import Stage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Started:
    """Clocks started and requests passed on, and those that could not be."""

    done: int
    faults: int


def start_clocks(now: datetime) -> Started:
    """End the stops of objections whose days are over, resume suspended tasks whose day has come, and put before the
    office what a unit did not answer in time (协调). Doing it again does nothing more."""
    today = local_date(now)
    outcomes = [
        *_each(_end_stop, rows.stops_over(today), now),
        *_each(_resume, rows.suspensions_over(today), now),
        *_each(_pass_on, rows.unanswered_by_units(today), now),
    ]
    return Started(sum(outcomes), len(outcomes) - sum(outcomes))


def _each(act: Callable[[Session, int, datetime], None], ids: Iterable[int], now: datetime) -> list[bool]:
    """Do it for each in a transaction of its own; one that fails is logged and holds up no other."""
    outcomes = []
    for found in list(ids):
        try:
            with transaction() as s:
                act(s, found, now)
        except sa.exc.OperationalError:
            raise  # the database's trouble, not the request's
        except Exception:
            about = {"event": "tick.request-failed", "act": act.__name__, "id": found}
            log.exception("a request is left as it is", extra=about)
            outcomes.append(False)
        else:
            outcomes.append(True)
    return outcomes


def _end_stop(s: Session, task_id: int, now: datetime) -> None:
    duties.hold_tasks(s, [task_id])
    requests.settle(s, s.get_one(Task, task_id), requests.held_duties(s, task_id), now)


def _resume(s: Session, task_id: int, now: datetime) -> None:
    duties.hold_tasks(s, [task_id])
    task, granted = s.get_one(Task, task_id), rows.suspension_of(task_id)
    if task.state is TaskState.SUSPENDED and granted and granted.granted_on:
        requests.resume(s, task, None, now, since_when=granted.granted_on)


def _pass_on(s: Session, request_id: int, now: datetime) -> None:
    duties.hold_tasks(s, sa.select(Request.task_id).where(Request.id == request_id))
    request = s.get_one(Request, request_id)
    if request.state is RequestState.PENDING and request.stage is Stage.UNIT:
        requests.pass_to_office(s, request, None, now, "被协调单位逾期未答复")

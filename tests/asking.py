"""Requests in tests, in the domain's words: a unit asks, somebody answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from app.models import Duty, Notice, Request
from app.services import requests
from app.services.grants import Answer
from tests.world import LEAD, World
from workflows.cadence import DutyKind
from workflows.escalation import LetterKind
from workflows.policy import Actor
from workflows.requests import Asked, RequestKind


def ask(
    world: World,
    task_id: int,
    kind: RequestKind,
    *,
    unit: str = LEAD,
    reason: str = "施工图审查未完成。",
    **more: Any,
) -> int:
    """The unit raises a request; returns its id."""
    asked = Asked(kind, reason, **more)
    with world.app.app_context():
        return requests.raise_(world.actor(unit), task_id, world.unit_id(unit), asked, world.now)


def extend(world: World, task_id: int, wanted_on: date, *, unit: str = LEAD) -> int:
    return ask(world, task_id, RequestKind.EXTENSION, unit=unit, progress="主体已完工。", wanted_on=wanted_on)


def answer(
    world: World,
    request_id: int,
    *,
    grant: bool = True,
    words: str = "",
    by: Actor | None = None,
    **more: Any,
) -> None:
    """The office, or whoever is named, answers the request as it stands."""
    given = Answer(grant, words, **more)
    with world.app.app_context():
        seen = the(world, request_id).version
        requests.answer(by or world.office, request_id, given, seen_version=seen, now=world.now)


def forward(world: World, request_id: int) -> None:
    with world.app.app_context():
        requests.forward(
            world.office, request_id, "拟同意。", seen_version=the(world, request_id).version, now=world.now
        )


def withdraw(world: World, request_id: int, *, unit: str = LEAD) -> None:
    with world.app.app_context():
        seen = the(world, request_id).version
        requests.withdraw(world.actor(unit), request_id, seen_version=seen, now=world.now)


def the(world: World, request_id: int) -> Request:
    return world.get(Request, request_id)


def completion(world: World, task_id: int) -> Duty:
    """The one duty to complete the task."""
    [duty] = world.duties(kind=DutyKind.COMPLETION, task_id=task_id)
    return duty


def answers_owed(world: World, request_id: int) -> list[Duty]:
    """The duties to answer the request, in order of opening."""
    wanted = sa.select(Duty).where(
        Duty.kind == DutyKind.ANSWER,
        sa.or_(Duty.period_key == f"r{request_id}", Duty.period_key.startswith(f"r{request_id}.")),
    )
    return world.all(wanted.order_by(Duty.id))


def letters_of(world: World, duty_id: int, kind: LetterKind | None = None) -> list[Notice]:
    found = world.notices(duty_id)
    return [notice for notice in found if kind is None or notice.kind is kind]

"""牵头催报: which reports of a task were nudged, when, whom that reached, and when one may nudge again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Duty, Notice, Nudge
from app.queries import rules
from workflows.escalation import LetterKind
from workflows.lifecycle import NOTICE_LABELS, DutyState, NoticeState
from workflows.requests import REQUEST_HOLDS


@dataclass(frozen=True, slots=True)
class Nudged:
    """The latest nudge of one report: when, and each person it was for with what became of the letter."""

    on: date
    at: datetime
    told: tuple[str, ...]


def place_of(nudge_id: int) -> str:
    """The third part of the key of a nudge's notices, which tells them from every rung's."""
    return f"n{nudge_id}"


def nudgeable(duty: Duty) -> bool:
    """Whether a nudge about that report would be true: it is owed, and no request has stopped its clock."""
    return duty.state is DutyState.OPEN and duty.hold not in REQUEST_HOLDS


def latest(duty_ids: Collection[int]) -> Mapping[int, Nudged]:
    """Duty → its latest nudge; two queries, however many duties."""
    nudges = session().scalars(sa.select(Nudge).where(Nudge.duty_id.in_(duty_ids)).order_by(Nudge.id))
    last = {nudge.duty_id: nudge for nudge in nudges}
    told = _told(last)
    return {
        duty_id: Nudged(nudge.nudged_on, nudge.nudged_at, told.get(place_of(nudge.id), ()))
        for duty_id, nudge in last.items()
    }


def _told(duty_ids: Collection[int]) -> Mapping[str, tuple[str, ...]]:
    """Place → the people, each with what became of his letter unless it has gone."""
    wanted = (
        sa.select(Notice)
        .where(Notice.duty_id.in_(duty_ids), Notice.kind == LetterKind.NUDGE)
        .options(selectinload(Notice.person))
        .order_by(Notice.id)
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for notice in session().scalars(wanted):
        gone = notice.state is NoticeState.SENT
        words = notice.person.name if gone else f"{notice.person.name}（{NOTICE_LABELS[notice.state]}）"
        found[notice.dedup_key.split(":")[2]].setdefault(notice.person.name, words)
    return {place: tuple(people.values()) for place, people in found.items()}


def may_nudge(waiting: Sequence[Nudged | None], today: date) -> bool:
    """Whether one of the reports that wait was not nudged today."""
    return any(nudge is None or nudge.on < today for nudge in waiting)


def again_on(waiting: Sequence[Nudged | None], today: date) -> date | None:
    """The next working day, when everybody who is waited for was nudged today; else None."""
    return None if not waiting or may_nudge(waiting, today) else rules.calendar().shift(today, 1)

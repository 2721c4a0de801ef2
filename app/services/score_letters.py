"""Letters about scores (预公示、复核决定、考核结果): written by the office to the units concerned, on a duty of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import channels
from app.db import insert_new
from app.models import Duty, Notice
from app.queries import items, rules
from app.queries.contacts import other_ways
from app.queries.directory import Directory
from workflows.calendar import OFFICE_OPENS, local_date, office_moment
from workflows.escalation import Audience, LetterKind, reach

NO_RUNG = -1
"""The rung of a notice that stands on none: a person issued what it tells of."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told: unit → its sentence, and the page that holds it, one of its own for each letter."""

    sentences: Mapping[int, str]
    page: Callable[[int], str]


def tell(s: Session, duty: Duty, told: Told, now: datetime) -> int:
    """Tell 联络员, 分管领导 and 主要领导 of each unit its sentence, at once; returns how many notices there are."""
    directory, ways = Directory(set(told.sentences), local_date(now)), other_ways()
    leaves_at = office_moment(now, rules.calendar(), OFFICE_OPENS)
    return len(insert_new(s, Notice, list(_notices(duty, told, directory, ways, (now, leaves_at)))))


def _notices(
    duty: Duty,
    told: Told,
    directory: Directory,
    ways: Mapping[int, tuple[str, ...]],
    moments: tuple[datetime, datetime],
) -> Iterator[dict[str, object]]:
    now, leaves_at = moments
    posts = (Audience.LIAISON, Audience.DEPUTY_HEAD, Audience.HEAD)
    for unit_id, sentence in told.sentences.items():
        contacts = directory.contacts(unit_id, local_date(now))
        for person_id, audience in reach(posts, contacts).items():
            for channel in channels.taken(True, tuple(ways.get(person_id, ()))):
                yield {
                    "dedup_key": items.issued_key(told.page(unit_id), unit_id, person_id, channel),
                    "channel": channel,
                    "duty_id": duty.id,
                    "epoch": duty.epoch,
                    "rung": NO_RUNG,
                    "kind": LetterKind.ISSUED,
                    "audience": audience,
                    "person_id": person_id,
                    "reason": sentence[:400],
                    "urgent": True,
                    "created_at": now,
                    "not_before_at": leaves_at,
                }

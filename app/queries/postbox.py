"""What a person was written today, and whom letters do not reach: counted by look-ups, however much was ever sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.channels import EMAIL
from app.db import session
from app.models import Letter, Notice, Person
from app.queries import handovers, people
from workflows.calendar import local_date
from workflows.lifecycle import LetterState, NoticeState

Bundle = tuple[int, str]
"""Person and channel: what is due to both leaves in one letter."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a person was written today by one channel: `numbers` used, letters that count, whether one was the digest."""

    numbers: int = 0
    letters: int = 0
    digest: bool = False


def message_id(bundle: Bundle, number: int, day: date) -> str:
    """The Message-ID of a person's letter of that number on that day: unique, so that none is written twice.

    And so a person's letters of today are found by a few look-ups in one index.
    """
    person_id, channel = bundle
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    by = "" if channel == EMAIL else f".{channel}"
    return f"<{day:%Y%m%d}.{person_id}.{number}{by}@{host}>"


def spent_today(s: Session, bundles: Sequence[Bundle], now: datetime) -> Mapping[Bundle, Spent]:
    """What each of these people was written today. One short question for each letter the busiest of them had."""
    spent, asked, day = dict.fromkeys(bundles, Spent()), list(bundles), local_date(now)
    number = 0
    while asked:
        number += 1
        ids = {message_id(bundle, number, day): bundle for bundle in asked}
        known = sa.select(Letter.message_id, Letter.state, Letter.urgent).where(Letter.message_id.in_(ids))
        asked = []
        for found, state, urgent in s.execute(known):
            bundle = ids[found]
            before, counts = spent[bundle], state is not LetterState.SUPPRESSED
            is_digest = before.digest or (counts and not urgent)
            spent[bundle] = Spent(number, before.letters + counts, is_digest)
            asked.append(bundle)
    return spent


@dataclass(frozen=True, slots=True)
class Unreached:
    """Whom letters do not reach, or not today: names of units without a contact, of people whose letters come back,
    of people who have had a day's measure; and how many posts of leavers wait."""

    units: tuple[str, ...]
    bounced: tuple[str, ...]
    at_limit: tuple[str, ...]
    handovers: int


def unreached(now: datetime) -> Unreached:
    return Unreached(
        tuple(people.units_without_contact()),
        tuple(people.bounced()),
        tuple(_at_limit(now)),
        handovers.count(),
    )


def _at_limit(now: datetime) -> list[str]:
    """Who has had all the letters of a day, and waits for more."""
    limit: int = current_app.config["PERSON_LETTERS_A_DAY"]
    s = session()
    waiting = sa.select(Notice.person_id).where(
        Notice.state == NoticeState.PENDING, Notice.not_before_at > now
    )
    waits = s.scalars(waiting.distinct()).all()
    spent = spent_today(s, [(person_id, EMAIL) for person_id in waits], now)
    full = [person_id for (person_id, _), had in spent.items() if had.letters >= limit]
    return list(s.scalars(sa.select(Person.name).where(Person.id.in_(full)).order_by(Person.id)))

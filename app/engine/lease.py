"""Letters are taken for sending, each looked at once more: what was settled meanwhile is not sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app import clock
from app.channels import EMAIL
from app.db import transaction
from app.engine import bounces
from app.engine.lines import Lines
from app.engine.writing import word
from app.mail import Envelope, Words
from app.models import Letter
from app.queries import engine as facts
from app.queries import items
from app.queries.engine import Outgoing
from workflows.calendar import local_date
from workflows.lifecycle import LetterState, NoticeState


@dataclass(frozen=True, slots=True)
class Lease:
    """Letters held for sending until `until`; `claimed` counts also those that turned out to be settled."""

    letters: tuple[tuple[int, Envelope], ...]
    claimed: int
    until: datetime


def take(lines: Lines, limit: int, now: datetime) -> Lease:
    """Take the next letters for this sender, at most so many."""
    # a long delivery goes on after `now`: its later leases count from the moment they are taken
    until = clock.now() + timedelta(seconds=current_app.config["LEASE_SECONDS"])
    with transaction() as s:
        claimed = facts.outgoing_letters(s, now, limit, without=lines.away)
        leased = _worth_sending(s, claimed, lines, now)
        _hold(s, [letter_id for letter_id, _ in leased], until)
    return Lease(tuple(leased), len(claimed), until)


def _hold(s: Session, letter_ids: Sequence[int], until: datetime) -> None:
    letters = cast("sa.Table", Letter.__table__)
    held = {"state": LetterState.LEASED, "not_before_at": until, "attempts": letters.c.attempts + 1}
    if letter_ids:
        s.connection().execute(sa.update(letters).where(letters.c.id.in_(letter_ids)).values(held))


def _worth_sending(
    s: Session, claimed: Sequence[Outgoing], lines: Lines, now: datetime
) -> list[tuple[int, Envelope]]:
    """Those that are to go, in their order: most as they stand, the others once they have been seen to."""
    grounds = facts.grounds_of(s, [letter.id for letter in claimed])
    sound = {c.id for c in claimed if _stands(c, grounds[c.id], lines, now)}
    changed = facts.letters_in_full(s, [c.id for c in claimed if c.id not in sound])
    kept = {letter_id for letter_id, letter in changed.items() if _see_to(s, letter, lines, now)}
    return [
        (c.id, _envelope(c) if c.id in sound else _reworded(changed[c.id]))
        for c in claimed
        if c.id in sound or c.id in kept
    ]


def _stands(letter: Outgoing, grounds: Sequence[items.Grounds], lines: Lines, now: datetime) -> bool:
    """Whether every word of it is still true and there is a way to its address."""
    return (
        letter.channel in lines
        and not (letter.channel == EMAIL and letter.bounced and letter.address == letter.email)
        and local_date(letter.created_at) == local_date(now)
        and bool(grounds)
        and all(map(items.is_owed, grounds))
    )


def _see_to(s: Session, letter: Letter, lines: Lines, now: datetime) -> bool:
    """Drop settled notices from a waiting letter; a letter with none left, or whose channel is off, is suppressed.

    What is left is worded anew when notices fell away, or when another day has come: 今日到期 is true on one day only.
    """
    if letter.channel == EMAIL and letter.person.bounced_at and letter.address == letter.person.email:
        fail(letter, letter.person.bounce)
        bounces.hand_on(s, letter.notices, letter.person, now)
        return False
    settled = [n for n in letter.notices if letter.channel not in lines or not items.still_owed(n)]
    for notice in settled:
        notice.state = NoticeState.SUPPRESSED
    owed = [notice for notice in letter.notices if notice not in settled]
    if not owed:
        letter.state = LetterState.SUPPRESSED
        return False
    if settled or local_date(letter.created_at) != local_date(now):
        word(letter, owed, now)
        letter.notices = owed
    return True


def fail(letter: Letter, error: str) -> None:
    """The letter is not tried again; `error` says why."""
    letter.state, letter.last_error = LetterState.FAILED, error[:400]
    for notice in letter.notices:
        notice.state = NoticeState.FAILED


def _envelope(letter: Outgoing) -> Envelope:
    words = Words(letter.subject, letter.text, letter.html)
    return Envelope(letter.message_id, letter.address, letter.name, words, letter.created_at, letter.channel)


def _reworded(letter: Letter) -> Envelope:
    words = Words(letter.subject, letter.body_text, letter.body_html)
    return Envelope(
        letter.message_id, letter.address, letter.person.name, words, letter.created_at, letter.channel
    )

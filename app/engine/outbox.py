"""Deliver what is owed: have the letters written, lease them, send them, record the outcome.

At least once: only a crash between the mail server's word and our record repeats a letter, under the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app import clock, ledger
from app.channels import EMAIL
from app.db import get, insert_new, transaction
from app.engine import bounces
from app.engine.lines import Lines
from app.engine.writing import word, write_letters
from app.mail import Carry, Deferral, Delay, Envelope, Post, Refusal, Words
from app.models import Letter, MailHold, Notice
from app.queries import engine as facts
from app.queries import items, rules, watch
from workflows.calendar import OFFICE_OPENS, local_date, office_moment
from workflows.lifecycle import LetterState, NoticeState

log = logging.getLogger(__name__)

BACKOFF_MINUTES = (1, 5, 30, 120)
"""Minutes until the next attempt after the first, second … failure; the last repeats for ever: nothing is dropped."""

LETTERS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Lease:
    """Letters held for sending until `until`; `claimed` counts also those that turned out to be settled."""

    letters: tuple[tuple[int, Envelope], ...]
    claimed: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one turn of the relay did, in letters."""

    written: int = 0
    sent: int = 0
    delayed: int = 0
    refused: int = 0

    def __add__(self, other: Delivery) -> Delivery:
        return Delivery(
            self.written + other.written,
            self.sent + other.sent,
            self.delayed + other.delayed,
            self.refused + other.refused,
        )


def deliver(post: Post, now: datetime) -> Delivery:
    """Write letters for all sendable notices, then send up to RELAY_BATCH of them; in QUIET_HOURS do nothing.

    A letter that waited over a closed mail server so leaves on the next working day, not in the night.
    """
    quiet = office_moment(now, rules.calendar(), OFFICE_OPENS) != now
    if quiet and current_app.config["QUIET_HOURS"]:
        return Delivery()
    written = 0
    while not _storm(now) and (new := write_letters(now)):
        written += new
    delivery = Delivery(written)
    with Lines(post) as lines:
        for _ in range(0, current_app.config["RELAY_BATCH"], LETTERS_AT_ONCE):
            lease = _lease(lines, now)
            if not lease.claimed:
                break
            delivery += _send(lines, lease, now)
    return delivery


def _storm(now: datetime) -> bool:
    """Whether new letters have to wait for a person: more than STORM_LETTERS fall due at once (发信暂停).

    A mistake in a rule or a clock is so seen by one person before it is read by a whole county.
    """
    if watch.open_hold():
        return True
    letters = watch.letters_due(now)
    if letters <= current_app.config["STORM_LETTERS"]:
        return False
    with transaction() as s:
        if insert_new(s, MailHold, [{"held_at": now, "letters": letters}]):
            about, detail = ledger.Subject(), {"letters": letters}
            ledger.append(s, "mail.hold", at=now, actor_id=None, about=about, detail=detail)
    log.error("a storm of letters is held", extra={"event": "relay.storm", "letters": letters})
    return True


def _lease(lines: Lines, now: datetime) -> Lease:
    """Take the next letters for this sender, each looked at once more: what is settled is not sent."""
    # a long delivery goes on after `now`: its later leases count from the moment they are taken
    until = clock.now() + timedelta(seconds=current_app.config["LEASE_SECONDS"])
    with transaction() as s:
        letters = facts.outgoing_letters(s, now, LETTERS_AT_ONCE, without=lines.away)
        leased = [letter for letter in letters if _still_worth_sending(s, letter, lines, now)]
        for letter in leased:
            letter.state, letter.not_before_at = LetterState.LEASED, until
            letter.attempts += 1
    return Lease(tuple((letter.id, _envelope(letter)) for letter in leased), len(letters), until)


def _still_worth_sending(s: Session, letter: Letter, lines: Lines, now: datetime) -> bool:
    """Drop settled notices from a waiting letter; a letter with none left, or whose channel is off, is suppressed.

    What is left is worded anew when notices fell away, or when another day has come: 今日到期 is true on one day only.
    """
    if letter.channel == EMAIL and letter.person.bounced_at and letter.address == letter.person.email:
        _fail(letter, letter.person.bounce)
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


def _envelope(letter: Letter) -> Envelope:
    words = Words(letter.subject, letter.body_text, letter.body_html)
    return Envelope(
        letter.message_id, letter.address, letter.person.name, words, letter.created_at, letter.channel
    )


def _send(lines: Lines, lease: Lease, now: datetime) -> Delivery:
    """Send the leased letters, channel by channel: one that is away holds up no other."""
    delivery = Delivery()
    by_channel = sorted(lease.letters, key=lambda leased: (leased[1].channel != EMAIL, leased[1].channel))
    for channel, group in groupby(by_channel, key=lambda leased: leased[1].channel):
        delivery += _send_by(lines, channel, list(group), lease.until, now)
    return delivery


def _send_by(
    lines: Lines, channel: str, letters: Sequence[tuple[int, Envelope]], until: datetime, now: datetime
) -> Delivery:
    """Send letters of one channel with no transaction open; a delay of its server ends the batch and frees the rest.

    It ends as well when the lease has run out: what is left is another sender's by then.
    """
    sent = refused = deferred = 0
    waiting = [letter_id for letter_id, _ in letters]
    try:
        carry = lines.to(channel)
        for letter_id, envelope in letters:
            if clock.now() >= until:
                break
            outcome = _send_one(carry, letter_id, envelope, now)
            waiting.remove(letter_id)
            sent += outcome is LetterState.SENT
            refused += outcome is LetterState.FAILED
            deferred += outcome is LetterState.WAITING
    except Delay as delay:
        about = {"event": "relay.delayed", "channel": channel, "error": str(delay)}
        log.warning("a server delays", extra=about)
        lines.away.add(channel)
        _put_off(waiting, str(delay), now)
        deferred += len(waiting)
    return Delivery(0, sent, deferred, refused)


def _send_one(carry: Carry, letter_id: int, envelope: Envelope, now: datetime) -> LetterState:
    """Send one letter and record the outcome, which is returned; raises Delay when the server is away."""
    try:
        carry(envelope)
    except Deferral as deferral:
        _put_off([letter_id], str(deferral), now)
        return LetterState.WAITING
    except Refusal as refusal:
        _record_refusal(letter_id, refusal, now)
        log.warning("a letter was refused", extra={"event": "relay.refused", "letter_id": letter_id})
        return LetterState.FAILED
    _record_sent(letter_id)
    return LetterState.SENT


def _record_sent(letter_id: int) -> None:
    """In two statements and at once: until it is on disk, a crash would send the letter again."""
    letters, notices = cast("sa.Table", Letter.__table__), cast("sa.Table", Notice.__table__)
    sent = {"state": LetterState.SENT, "last_error": "", "sent_at": clock.now()}
    with transaction() as s:
        write = s.connection().execute
        write(sa.update(notices).where(notices.c.letter_id == letter_id).values(state=NoticeState.SENT))
        write(sa.update(letters).where(letters.c.id == letter_id).values(sent))


def _record_refusal(letter_id: int, refusal: Refusal, now: datetime) -> None:
    """The letter has failed; where nobody is reached at its address, the next contact gets what it said."""
    with transaction() as s:
        letter = get(Letter, letter_id)
        _fail(letter, str(refusal))
        if refusal.bad_address:
            bounces.refused(s, letter, str(refusal), now)


def _fail(letter: Letter, error: str) -> None:
    letter.state, letter.last_error = LetterState.FAILED, error[:400]
    for notice in letter.notices:
        notice.state = NoticeState.FAILED


def _put_off(letter_ids: Sequence[int], error: str, now: datetime) -> None:
    """Free the letters of a broken batch. Only the one that was tried has used up an attempt."""
    with transaction():
        for place, letter_id in enumerate(letter_ids):
            letter = get(Letter, letter_id)
            minutes = BACKOFF_MINUTES[min(letter.attempts, len(BACKOFF_MINUTES)) - 1]
            if place:
                letter.attempts -= 1
            letter.state, letter.last_error = LetterState.WAITING, error[:400]
            letter.not_before_at = now + timedelta(minutes=minutes)

"""Deliver what is owed: have the letters written, lease them, send them, record the outcome.

At least once: only a crash between the mail server's word and our record repeats a letter, under the same Message-ID.
Our record follows within RECORD_WITHIN: letters that leave faster than that are recorded together, a slow one by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from flask import current_app

from app import clock, ledger
from app.channels import EMAIL
from app.db import get, insert_new, transaction
from app.engine import bounces
from app.engine.lease import Lease, fail, take
from app.engine.lines import Lines
from app.engine.recording import Accepted
from app.engine.writing import write_letters
from app.mail import Carry, Deferral, Delay, Envelope, Post, Refusal
from app.models import Letter, MailHold
from app.queries import rules, watch
from workflows.calendar import OFFICE_OPENS, office_moment
from workflows.lifecycle import LetterState

log = logging.getLogger(__name__)

BACKOFF_MINUTES = (1, 5, 30, 120)
"""Minutes until the next attempt after the first, second … failure; the last repeats for ever: nothing is dropped."""

LETTERS_AT_ONCE = 100
"""Letters in one lease. A slow server does not get through them all: the next lease takes up what is left."""


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
            lease = take(lines, LETTERS_AT_ONCE, now)
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
        with Accepted() as accepted:
            for letter_id, envelope in letters:
                if clock.now() >= until:
                    break
                outcome = _send_one(carry, letter_id, envelope, accepted, now)
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


def _send_one(
    carry: Carry, letter_id: int, envelope: Envelope, accepted: Accepted, now: datetime
) -> LetterState:
    """Send one letter and record the outcome, which is returned; raises Delay when the server is away."""
    began = clock.steady()
    try:
        carry(envelope)
    except Deferral as deferral:
        accepted.record()
        _put_off([letter_id], str(deferral), now)
        return LetterState.WAITING
    except Refusal as refusal:
        accepted.record()
        _record_refusal(letter_id, refusal, now)
        log.warning("a letter was refused", extra={"event": "relay.refused", "letter_id": letter_id})
        return LetterState.FAILED
    accepted.add(letter_id, began)
    return LetterState.SENT


def _record_refusal(letter_id: int, refusal: Refusal, now: datetime) -> None:
    """The letter has failed; where nobody is reached at its address, the next contact gets what it said."""
    with transaction() as s:
        letter = get(Letter, letter_id)
        fail(letter, str(refusal))
        if refusal.bad_address:
            bounces.refused(s, letter, str(refusal), now)


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

"""Deliver what is owed: bundle a person's notices into one letter, lease it, send it, record the outcome.

At least once: only a crash between the mail server's word and our record repeats a letter, under the same Message-ID.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app import clock, ledger
from app.db import get, insert_new, transaction
from app.mail import Carry, Deferral, Delay, Envelope, Post, Refusal, Words, compose
from app.models import Letter, MailHold, Notice
from app.queries import engine as facts
from app.queries import rules, watch
from workflows.calendar import OFFICE_OPENS, local_date, office_moment
from workflows.lifecycle import LetterState, NoticeState

log = logging.getLogger(__name__)

BACKOFF_MINUTES = (1, 5, 30, 120)
"""Minutes until the next attempt after the first, second … failure; the last repeats for ever: nothing is dropped."""

SET_ASIDE = timedelta(hours=1)
"""How long the notices of a letter that cannot be written wait, so that they hold up nobody else's."""

PEOPLE_AT_ONCE = 50
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


def deliver(post: Post, now: datetime) -> Delivery:
    """Write letters for all sendable notices, then send up to RELAY_BATCH of them; in QUIET_HOURS do nothing.

    A letter that waited over a closed mail server so leaves on the next working day, not in the night.
    """
    quiet = office_moment(now, rules.calendar(), OFFICE_OPENS) != now
    if quiet and current_app.config["QUIET_HOURS"]:
        return Delivery()
    written = 0
    while not _storm(now) and (new := _write_letters(now)):
        written += new
    sent = delayed = refused = 0
    for _ in range(0, current_app.config["RELAY_BATCH"], LETTERS_AT_ONCE):
        lease = _lease(now)
        batch, away = _send(post, lease, now)
        sent, refused = sent + batch.sent, refused + batch.refused
        delayed += batch.delayed
        if away or not lease.claimed:
            break
    return Delivery(written, sent, delayed, refused)


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


def _write_letters(now: datetime) -> int:
    """Bundle the notices of the next few people into one letter each; returns how many notices were taken."""
    with transaction() as s:
        pending = facts.pending_notices(s, now, PEOPLE_AT_ONCE)
        for person_id, group in groupby(pending, key=lambda notice: notice.person_id):
            notices = list(group)
            try:
                with s.begin_nested():
                    _write_letter(s, notices, now)
            except sa.exc.OperationalError:
                raise
            except Exception:
                log.exception(
                    "a letter is set aside", extra={"event": "relay.set-aside", "person_id": person_id}
                )
                for notice in notices:
                    notice.not_before_at = now + SET_ASIDE
    return len(pending)


def _write_letter(s: Session, notices: Sequence[Notice], now: datetime) -> None:
    owed = [notice for notice in notices if facts.still_owed(notice)]
    for notice in notices:
        notice.state = NoticeState.BUNDLED if notice in owed else NoticeState.SUPPRESSED
    if not owed:
        return
    person = owed[0].person
    if not person.email or not person.active:
        for notice in owed:
            notice.state = NoticeState.FAILED
        return
    words = _words(owed, now)
    letter = Letter(
        message_id=_message_id(owed),
        person_id=person.id,
        address=person.email,
        subject=words.subject,
        body_text=words.text,
        body_html=words.html,
        not_before_at=now,
        created_at=now,
    )
    letter.notices = list(owed)
    s.add(letter)


def _words(notices: Sequence[Notice], now: datetime) -> Words:
    return compose(notices[0].person.name, facts.letter_items(notices, local_date(now)))


def _message_id(notices: Sequence[Notice]) -> str:
    keys = "\n".join(sorted(notice.dedup_key for notice in notices))
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    return f"<{hashlib.sha256(keys.encode()).hexdigest()[:40]}@{host}>"


def _lease(now: datetime) -> Lease:
    """Take the next letters for this sender, each looked at once more: what is settled is not sent."""
    # a long delivery goes on after `now`: its later leases count from the moment they are taken
    until = clock.now() + timedelta(seconds=current_app.config["LEASE_SECONDS"])
    with transaction() as s:
        letters = facts.outgoing_letters(s, now, LETTERS_AT_ONCE)
        leased = [letter for letter in letters if _still_worth_sending(letter, now)]
        for letter in leased:
            letter.state, letter.not_before_at = LetterState.LEASED, until
            letter.attempts += 1
    return Lease(tuple((letter.id, _envelope(letter)) for letter in leased), len(letters), until)


def _still_worth_sending(letter: Letter, now: datetime) -> bool:
    """Drop settled notices from a waiting letter; a letter with none left is suppressed.

    What is left is worded anew when notices fell away, or when another day has come: 今日到期 is true on one day only.
    """
    settled = [notice for notice in letter.notices if not facts.still_owed(notice)]
    for notice in settled:
        notice.state = NoticeState.SUPPRESSED
    owed = [notice for notice in letter.notices if notice not in settled]
    if not owed:
        letter.state = LetterState.SUPPRESSED
        return False
    if settled or local_date(letter.created_at) != local_date(now):
        words = _words(owed, now)
        letter.subject, letter.body_text, letter.body_html = words.subject, words.text, words.html
        letter.notices = owed
    return True


def _envelope(letter: Letter) -> Envelope:
    words = Words(letter.subject, letter.body_text, letter.body_html)
    return Envelope(letter.message_id, letter.address, letter.person.name, words, letter.created_at)


def _send(post: Post, lease: Lease, now: datetime) -> tuple[Delivery, bool]:
    """Send the leased letters with no transaction open; a delay of the server ends the batch and frees the rest.

    The second value says that the server is away.
    It ends as well when the lease has run out: what is left is another sender's by then.
    """
    sent = refused = deferred = 0
    waiting = [letter_id for letter_id, _ in lease.letters]
    if not waiting:
        return Delivery(), False
    try:
        with post.open() as carry:
            for letter_id, envelope in lease.letters:
                if clock.now() >= lease.until:
                    break
                outcome = _send_one(carry, letter_id, envelope, now)
                waiting.remove(letter_id)
                sent += outcome is LetterState.SENT
                refused += outcome is LetterState.FAILED
                deferred += outcome is LetterState.WAITING
    except Delay as delay:
        log.warning("the mail server delays", extra={"event": "relay.delayed", "error": str(delay)})
        _put_off(waiting, str(delay), now)
        return Delivery(0, sent, deferred + len(waiting), refused), True
    return Delivery(0, sent, deferred, refused), False


def _send_one(carry: Carry, letter_id: int, envelope: Envelope, now: datetime) -> LetterState:
    """Send one letter and record the outcome, which is returned; raises Delay when the server is away."""
    try:
        carry(envelope)
    except Deferral as deferral:
        _put_off([letter_id], str(deferral), now)
        return LetterState.WAITING
    except Refusal as refusal:
        _record(letter_id, LetterState.FAILED, NoticeState.FAILED, str(refusal))
        log.warning("a letter was refused", extra={"event": "relay.refused", "letter_id": letter_id})
        return LetterState.FAILED
    _record(letter_id, LetterState.SENT, NoticeState.SENT, "")
    return LetterState.SENT


def _record(letter_id: int, state: LetterState, notices: NoticeState, error: str) -> None:
    with transaction():
        letter = get(Letter, letter_id)
        letter.state, letter.last_error = state, error[:400]
        letter.sent_at = clock.now() if state is LetterState.SENT else None
        for notice in letter.notices:
            notice.state = notices


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

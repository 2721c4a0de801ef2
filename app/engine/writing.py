"""Write the letters that are owed: one digest a person a day, urgent ones at once, never more than a day's measure.

What does not leave today waits for the next digest: deferred, never dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app import ledger
from app.channels import EMAIL, switched_on
from app.db import attempt, transaction
from app.engine import bounces
from app.mail import Words, brief, compose
from app.models import Letter, Notice, Person
from app.queries import contacts, items, rules
from app.queries import engine as facts
from app.queries.postbox import Bundle, Spent, message_id, spent_today
from workflows import digest
from workflows.calendar import local_date
from workflows.lifecycle import NoticeState

log = logging.getLogger(__name__)

SET_ASIDE = timedelta(hours=1)
"""How long the notices of a letter that cannot be written wait, so that they hold up nobody else's."""

CROSSED = timedelta(minutes=1)
"""How long notices wait when another engine has just written to the same person."""

PEOPLE_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that is to be written: to one person, by one channel, about all that is `owed`."""

    message_id: str
    address: str
    owed: Sequence[Notice]

    def row(self, now: datetime) -> dict[str, object]:
        """The letter without its words."""
        first = self.owed[0]
        return {
            "message_id": self.message_id,
            "person_id": first.person_id,
            "channel": first.channel,
            "address": self.address,
            "subject": "",
            "body_text": "",
            "body_html": "",
            "urgent": any(notice.urgent for notice in self.owed),
            "not_before_at": now,
            "created_at": now,
        }

    def said(self, letter_id: int, now: datetime) -> dict[str, str]:
        """Its words, once it has its number."""
        words = _words(self.owed[0].channel, letter_id, self.owed, now)
        return {"subject": words.subject, "body_text": words.text, "body_html": words.html}


def write_letters(now: datetime) -> int:
    """Bundle the notices of the next few people, one letter each by each channel; returns the notices taken."""
    with transaction() as s:
        pending = facts.pending_notices(s, now, PEOPLE_AT_ONCE)
        pending.sort(key=_bundle)
        bundles = [(key, list(group)) for key, group in groupby(pending, key=_bundle)]
        spent = spent_today(s, [key for key, _ in bundles], now)
        _write_together(s, [(notices, spent[key]) for key, notices in bundles], now)
    return len(pending)


def _write_together(s: Session, bundles: Sequence[tuple[Sequence[Notice], Spent]], now: datetime) -> None:
    """Write these people's letters at one go; when that fails, one by one: whoever is to blame is set aside alone."""
    try:
        with attempt(s):
            _write(s, bundles, now)
    except sa.exc.OperationalError:
        raise
    except Exception:
        log.exception(
            "letters failed together; they are written one by one", extra={"event": "relay.one-by-one"}
        )
        for bundle in bundles:
            _write_alone(s, *bundle, now)


def _write(s: Session, bundles: Sequence[tuple[Sequence[Notice], Spent]], now: datetime) -> None:
    """All these letters in three statements: first without words, since a letter names its own page and so its number.

    Raises IntegrityError when another engine has just written one of them.
    """
    drafts = [draft for notices, spent in bundles if (draft := _draft(s, notices, spent, now))]
    if not drafts:
        return
    letters, notices = cast("sa.Table", Letter.__table__), cast("sa.Table", Notice.__table__)
    with s.no_autoflush:
        run = s.connection().execute
        bare = sa.insert(letters).returning(letters.c.message_id, letters.c.id)
        ids = dict(map(tuple, run(bare, [draft.row(now) for draft in drafts])))
        numbered = [(ids[draft.message_id], draft) for draft in drafts]
        said = [{"of": letter_id, **draft.said(letter_id, now)} for letter_id, draft in numbered]
        run(sa.update(letters).where(letters.c.id == sa.bindparam("of")), said)
        told = [{"of": n.id, "letter_id": letter_id} for letter_id, draft in numbered for n in draft.owed]
        bundled = sa.update(notices).where(notices.c.id == sa.bindparam("of"))
        run(bundled.values(state=NoticeState.BUNDLED, letter_id=sa.bindparam("letter_id")), told)


def _bundle(notice: Notice) -> Bundle:
    return notice.person_id, notice.channel


def _write_alone(s: Session, notices: Sequence[Notice], spent: Spent, now: datetime) -> None:
    """Write one person's letter; what goes wrong with it holds up nobody else's."""
    try:
        with attempt(s):
            _write(s, [(notices, spent)], now)
    except sa.exc.OperationalError:
        raise
    except sa.exc.IntegrityError:
        _wait(notices, now + CROSSED)
    except Exception:
        about = {"event": "relay.set-aside", "person_id": notices[0].person_id}
        log.exception("a letter is set aside", extra=about)
        _wait(notices, now + SET_ASIDE)


def _wait(notices: Iterable[Notice], until: datetime) -> None:
    for notice in notices:
        notice.not_before_at = until


def _draft(s: Session, notices: Sequence[Notice], spent: Spent, now: datetime) -> Draft | None:
    """The person's letter to be; None where nothing is to leave now."""
    owed = [notice for notice in notices if items.still_owed(notice)]
    for notice in notices:
        if notice not in owed:
            notice.state = NoticeState.SUPPRESSED
    if not owed:
        return None
    person, channel = owed[0].person, owed[0].channel
    address = address_of(person, channel)
    if not address:
        _give_up(s, owed, person, now)
    elif spent.digest and not any(digest.presses(notice.kind, urgent=notice.urgent) for notice in owed):
        _wait(owed, _next_digest(person, now))
    elif spent.letters >= current_app.config["PERSON_LETTERS_A_DAY"]:
        _wait(owed, _next_digest(person, now))
        detail = {"person": person.id, "channel": channel, "notices": len(owed)}
        ledger.append(s, "mail.limit", at=now, actor_id=None, about=ledger.Subject(), detail=detail)
    else:
        number = message_id((person.id, channel), spent.numbers + 1, local_date(now))
        return Draft(number, address, owed)
    return None


def address_of(person: Person, channel: str) -> str | None:
    """Where the channel reaches the person; None where it does not, or is switched off."""
    if not person.active:
        return None
    if channel == EMAIL:
        return person.email if person.bounced_at is None else None
    return contacts.contact_point(person.id, channel) if channel in switched_on() else None


def _give_up(s: Session, owed: Sequence[Notice], person: Person, now: datetime) -> None:
    """He cannot be reached that way: what was to go by mail goes to the next contact."""
    if owed[0].channel == EMAIL:
        bounces.hand_on(s, owed, person, now)
    for notice in owed:
        notice.state = NoticeState.FAILED if notice.channel == EMAIL else NoticeState.SUPPRESSED


def _next_digest(person: Person, now: datetime) -> datetime:
    hour = person.digest_hour if person.digest_hour is not None else current_app.config["DIGEST_HOUR"]
    return digest.next_digest(now, rules.calendar(), hour)


def word(letter: Letter, notices: Sequence[Notice], now: datetime) -> None:
    """Put the letter into new words: what these notices say on the day of `now`."""
    words = _words(letter.channel, letter.id, notices, now)
    letter.subject, letter.body_text, letter.body_html = words.subject, words.text, words.html


def _words(channel: str, letter_id: int, notices: Sequence[Notice], now: datetime) -> Words:
    said, name = items.letter_items(notices, local_date(now)), notices[0].person.name
    if channel == EMAIL:
        return compose(name, said, letter_id)
    return brief(name, said, letter_id, switched_on()[channel].room)

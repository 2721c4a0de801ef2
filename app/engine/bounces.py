"""An address that is refused, or bounces later on: the person is marked, and the next contact gets what he missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app import ledger
from app.channels import EMAIL
from app.db import insert_new, transaction
from app.engine import vacancy
from app.mail.bounces import Bounce
from app.models import ContactPoint, Letter, Notice, Person
from app.queries import engine as facts
from app.queries import items, rules
from workflows import digest
from workflows.calendar import local_date
from workflows.escalation import reach
from workflows.lifecycle import LetterState, NoticeState

LOOKED_BACK = timedelta(days=14)
"""How far back letters are taken for lost when an address bounces: mail servers give up within a week."""


def refused(s: Session, letter: Letter, said: str, now: datetime) -> None:
    """The server refused the letter because of its address: mark it, and tell the next contact and administrators."""
    if letter.channel != EMAIL:
        _mark_point(s, letter, said, now)
        return
    mark(s, letter.person, letter.address, said, now)
    hand_on(s, letter.notices, letter.person, now)
    _tell_administrators(s, letter.person, letter.notices, now)


def mark(s: Session, person: Person, address: str, said: str, now: datetime) -> bool:
    """Note that nobody is reached at that address; False when the person has another by now, or is marked already."""
    if person.bounced_at or (person.email or "").lower() != address.lower():
        return False
    person.bounced_at, person.bounce = now, said[:400]
    ledger.append(
        s, "person.bounced", at=now, actor_id=None, about=ledger.Subject(), detail={"person": person.id}
    )
    return True


def _mark_point(s: Session, letter: Letter, said: str, now: datetime) -> None:
    """Mail carries the same words: nobody else is told of a dead telephone number."""
    point = s.scalar(
        sa.select(ContactPoint).where(
            ContactPoint.person_id == letter.person_id, ContactPoint.channel == letter.channel
        )
    )
    if point and point.address == letter.address:
        point.bounced_at, point.bounce = now, said[:400]


def hand_on(s: Session, notices: Sequence[Notice], person: Person, now: datetime) -> int:
    """Owe to the next contacts, at once, what could not reach that person; returns the new notices.

    The keys keep their form, so that whoever was told the same already is not told again. Copies end here.
    """
    missed = [n for n in notices if items.still_owed(n) and not items.is_about_contact(n) and not n.copied]
    s.flush()  # he is not to be found among the reachable any more
    known, today = {d.id: d for d in facts.looked_up({n.duty_id for n in missed})}, local_date(now)
    due = {n.id: replace(known[n.duty_id], unit_id=items.unit_told(n)) for n in missed}
    directory = facts.directory_of(list(due.values()), today)
    rows: list[dict[str, object]] = []
    for notice in missed:
        found = reach((notice.audience,), facts.contacts(due[notice.id], directory, today))
        found.pop(person.id, None)
        for person_id, audience in found.items():
            leaves_at = digest.leaves_at(now, rules.calendar(), directory.people[person_id].hour, urgent=True)
            rows.append(
                _owed_to(notice, person, now, leaves_at)
                | {"person_id": person_id, "audience": audience, "dedup_key": _key(notice, person_id)}
            )
        if not found:
            about = ledger.Subject(duty_id=notice.duty_id)
            ledger.append(s, "notice.unaddressed", at=now, actor_id=None, about=about)
    return len(insert_new(s, Notice, rows))


def _owed_to(notice: Notice, missed: Person, now: datetime, leaves_at: datetime) -> dict[str, object]:
    return {
        "duty_id": notice.duty_id,
        "epoch": notice.epoch,
        "rung": notice.rung,
        "loop": notice.loop,
        "kind": notice.kind,
        "reason": f"{notice.reason}（{missed.name}收不到信，改发给您）"[:400],
        "skipped": notice.skipped,
        "channel": EMAIL,
        "urgent": True,
        "copied": False,
        "slip_id": notice.slip_id,
        "created_at": now,
        "not_before_at": leaves_at,
    }


def _key(notice: Notice, person_id: int) -> str:
    duty, epoch, place, *_ = notice.dedup_key.split(":")
    return f"{duty}:{epoch}:{place}:{person_id}:{EMAIL}"


def _tell_administrators(s: Session, person: Person, notices: Sequence[Notice], now: datetime) -> None:
    if notices and person.bounced_at == now:
        insert_new(s, Notice, vacancy.of_bounce(person, notices[0].duty_id, notices[0].epoch, now))


def came_back(bounce: Bounce, now: datetime) -> tuple[str, ...]:
    """A letter came back later on, or somebody says that an address is dead; returns the names of those marked.

    What the marked people were sent lately and is still owed goes to the next contact, the newest word on each duty.
    """
    with transaction() as s:
        letter = _letter(s, bounce.message_id)
        if letter and letter.state is LetterState.SENT:
            letter.state, letter.last_error = LetterState.FAILED, bounce.said[:400]
            for notice in letter.notices:
                notice.state = NoticeState.FAILED
        if not bounce.bad_address:
            return ()
        address = letter.address if letter else bounce.address
        people = s.scalars(
            sa.select(Person)
            .where(sa.func.lower(Person.email) == address.lower())
            .order_by(Person.id)
            .with_for_update()
        )
        marked = [person for person in people if mark(s, person, address, bounce.said, now)]
        for person in marked:
            notices = _sent_lately(s, person, address, now)
            hand_on(s, notices, person, now)
            _tell_administrators(s, person, notices, now)
    return tuple(person.name for person in marked)


def _letter(s: Session, message_id: str) -> Letter | None:
    return s.scalar(sa.select(Letter).where(Letter.message_id == message_id)) if message_id else None


def _sent_lately(s: Session, person: Person, address: str, now: datetime) -> list[Notice]:
    sent = (
        sa.select(Notice)
        .join(Letter, Letter.id == Notice.letter_id)
        .where(
            Letter.person_id == person.id,
            sa.func.lower(Letter.address) == address.lower(),
            Letter.channel == EMAIL,
            Letter.sent_at >= now - LOOKED_BACK,
        )
        .options(selectinload(Notice.duty), selectinload(Notice.slip))
        .order_by(Notice.id)
    )
    newest = {notice.duty_id: notice for notice in s.scalars(sent) if items.still_owed(notice)}
    return list(newest.values())

"""The administrator is told that letters have to climb past a post that is vacant, or whose address is dead.

Once for each unit, post and cause: the key holds what the post looks like now, never the calendar day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from app.channels import EMAIL
from app.db import session
from app.models import Handover, Person, Unit
from app.queries import rules
from app.queries.directory import Addressee, Contacts, Directory, administrators
from app.queries.engine import Due
from app.queries.items import CONTACT
from workflows import digest
from workflows.escalation import AUDIENCE_LABELS, FALLBACK, Audience, LetterKind

Gaps = Mapping[tuple[int, Audience], tuple[Due, Contacts]]
"""(unit, post) → a duty whose letter had to climb past it, and who else is reached."""


def notices(gaps: Gaps, directory: Directory, now: datetime) -> list[dict[str, object]]:
    """The notices that tell every administrator of these posts; those told before bear the same key again."""
    if not gaps:
        return []
    told, handed = administrators(), _handed_over({unit_id for unit_id, _ in gaps})
    names = _names({unit_id for unit_id, _ in gaps})
    rows = []
    for (unit_id, post), (due, contacts) in gaps.items():
        holders = directory.holders(unit_id, post)
        key = f"{CONTACT}u{unit_id}:{post.value}:{_state(holders, handed.get((unit_id, post.value), 0))}"
        reason = f"{names[unit_id]}的{AUDIENCE_LABELS[post]}{_cause(holders)}，{_instead(post, contacts)}。请更新联系人"
        rows += [_row(due.id, due.epoch, key, person, reason, now) for person in told]
    return rows


def of_bounce(person: Person, duty_id: int, epoch: int, now: datetime) -> list[dict[str, object]]:
    """The notices that tell every administrator of an address that was refused or bounced."""
    key = f"{CONTACT}p{person.id}:{int(now.timestamp())}"
    reason = f"{person.name}的邮箱{person.email}退信（{person.bounce[:120]}），已改发其他联系人。请更正邮箱"
    return [_row(duty_id, epoch, key, told, reason, now) for told in administrators() if told.id != person.id]


def _row(
    duty_id: int, epoch: int, key: str, person: Addressee, reason: str, now: datetime
) -> dict[str, object]:
    return {
        "dedup_key": f"{key}:{person.id}:{EMAIL}",
        "channel": EMAIL,
        "duty_id": duty_id,
        "epoch": epoch,
        "rung": -1,  # no rung of the duty's ladder
        "loop": 0,
        "kind": LetterKind.VERIFY,
        "audience": Audience.OFFICE,
        "person_id": person.id,
        "reason": reason,
        "skipped": 0,
        "urgent": False,
        "copied": False,
        "slip_id": None,
        "created_at": now,
        "not_before_at": digest.leaves_at(now, rules.calendar(), person.hour, urgent=False),
    }


def _cause(holders: Iterable[Addressee]) -> str:
    if not list(holders):
        return "空缺"
    return "邮箱退信，收不到信" if any(person.bounced_at for person in holders) else "没有邮箱，收不到信"


def _instead(post: Audience, contacts: Contacts) -> str:
    others = [AUDIENCE_LABELS[other] for other in FALLBACK[post] if other in contacts]
    return f"提醒已改发{others[0]}" if others else "提醒没有人能收到"


def _state(holders: Iterable[Addressee], handed: int) -> str:
    seen = ",".join(f"{person.id}/{person.bounced_at}" for person in holders)
    return hashlib.sha256(f"{seen};{handed}".encode()).hexdigest()[:12]


def _handed_over(unit_ids: set[int]) -> Mapping[tuple[int, str], int]:
    """(unit, post) → how often somebody has left it."""
    left = (
        sa.select(Handover.unit_id, Handover.post, sa.func.count())
        .where(Handover.unit_id.in_(unit_ids))
        .group_by(Handover.unit_id, Handover.post)
    )
    return {(unit_id, post.value): count for unit_id, post, count in session().execute(left)}


def _names(unit_ids: set[int]) -> Mapping[int, str]:
    named = sa.select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))
    return {unit_id: name for unit_id, name in session().execute(named)}  # noqa: C416

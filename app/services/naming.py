"""点名: the units a bulletin is to name are chosen, told, and heard within two working days before it is printed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties
from app.db import STALE, get, transaction
from app.models import Bulletin, BulletinNaming, Duty
from app.queries import rules
from app.services.bulletins import held, in_draft, namings_of, record, redraft, refuse_stale
from workflows.bulletins import Candidate, Figures, candidates
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import DutyEvent, DutyState
from workflows.policy import Act, Actor, require

WORKDAYS_TO_EXPLAIN = 2
"""Working days a unit has to explain before it is named (reference d.8)."""

LONGEST_EXPLANATION, LONGEST_REASON = 500, 400


def choose(
    actor: Actor, bulletin_id: int, keys: Collection[str], *, seen_version: int, now: datetime
) -> None:
    """Choose who is to be named, by the keys of candidates; who was told already stays, and is let go by `drop`.

    Raises Refused forbidden, missing, stale, illegal-step, invalid.
    """
    require(actor, Act.EDIT_BULLETIN)
    with transaction() as s:
        bulletin = in_draft(s, bulletin_id)
        refuse_stale(bulletin, seen_version)
        offered = {each.key: each for each in candidates_of(bulletin)}
        if not set(keys) <= set(offered):
            raise Refused("invalid", "数据已经重新取过，名单有变化。请刷新页面重新选择。")
        standing = {_key(naming): naming for naming in namings_of(s, bulletin_id)}
        for key, naming in standing.items():
            if naming.told_at is None and key not in keys:
                s.delete(naming)
        s.add_all(
            _naming(bulletin_id, who) for key, who in offered.items() if key in keys and key not in standing
        )
        s.flush()
        redraft(s, bulletin)
        record(s, "bulletin.name", actor, bulletin, now, {"named": sorted(keys)})


def candidates_of(bulletin: Bulletin) -> tuple[Candidate, ...]:
    """Who might be named in that bulletin."""
    return candidates(Figures.from_json(bulletin.figures), bulletin.kind)


def _key(naming: BulletinNaming) -> str:
    return f"{naming.unit_id}-{naming.task_id or 0}"


def _naming(bulletin_id: int, who: Candidate) -> BulletinNaming:
    return BulletinNaming(
        bulletin_id=bulletin_id, unit_id=who.unit_id, task_id=who.task_id, reason=who.reason
    )


def tell(actor: Actor, bulletin_id: int, now: datetime) -> int:
    """Tell the units that are to be named (通报前告知): each has a duty to explain; returns how many were told.

    Raises Refused forbidden, missing, illegal-step when nobody is left to be told.
    """
    require(actor, Act.EDIT_BULLETIN)
    with transaction() as s:
        duties.hold_tasks(s, _tasks_named(bulletin_id))
        bulletin = in_draft(s, bulletin_id)
        untold = [n for n in namings_of(s, bulletin_id) if n.told_at is None and n.dropped_at is None]
        if not untold:
            raise Refused("illegal-step", "没有还要告知的单位。请先选择拟点名的单位。")
        for naming in untold:
            naming.duty_id, naming.answer_by_on = _ask(s, bulletin, naming, now)
            naming.told_at = now
            record(s, "bulletin.tell", actor, bulletin, now, {"reason": naming.reason}, **_about(naming))
    return len(untold)


def _tasks_named(bulletin_id: int) -> sa.Select[int | None]:
    return sa.select(BulletinNaming.task_id).where(BulletinNaming.bulletin_id == bulletin_id)


def _about(naming: BulletinNaming) -> dict[str, int | None]:
    return {"unit_id": naming.unit_id, "task_id": naming.task_id}


def _ask(s: Session, bulletin: Bulletin, naming: BulletinNaming, now: datetime) -> tuple[int, date]:
    """Open the duty to explain; its ladder tells the unit's people at once."""
    today = local_date(now)
    due_on = rules.calendar(naming.unit_id).shift(today, WORKDAYS_TO_EXPLAIN)
    kind, key = DutyKind.EXPLANATION, f"b{bulletin.id}"
    owed = duties.Owed(naming.task_id, naming.unit_id, kind, key, today, due_on)
    [duty_id] = duties.open_all(s, bulletin.plan, [owed], now)
    return duty_id, due_on


def explain(actor: Actor, naming_id: int, words: str, *, seen_version: int, now: datetime) -> None:
    """A unit says what it has to say before it is named (通报前说明); it may mend its words until the bulletin is out.

    Raises Refused missing, forbidden, stale, invalid, illegal-step.
    """
    found = get(BulletinNaming, naming_id)
    require(actor, Act.EXPLAIN, actor.owns(found.unit_id))
    words = words.strip()
    if not 0 < len(words) <= LONGEST_EXPLANATION:
        raise Refused("invalid", f"请写明情况说明，最多{LONGEST_EXPLANATION}字。")
    with transaction() as s:
        duties.hold_tasks(s, [found.task_id] if found.task_id else [])
        bulletin = held(s, found.bulletin_id)
        naming = s.scalars(
            sa.select(BulletinNaming).where(BulletinNaming.id == naming_id).with_for_update()
        ).one()
        if naming.version != seen_version:
            raise Refused("stale", STALE)
        if naming.told_at is None or naming.dropped_at is not None:
            raise Refused("illegal-step", "通报不再点名这一事项，不用说明了。")
        naming.explanation, naming.explained_at, naming.explained_by_id = words, now, actor.person_id
        _settle(s, naming, DutyEvent.FULFIL, now)
        record(s, "bulletin.explain", actor, bulletin, now, {"text": words}, **_about(naming))


def drop(actor: Actor, naming_id: int, words: str, *, seen_version: int, now: datetime) -> None:
    """Do not name after all (不再点名), having heard the unit or not; `words` say why and stay beside it.

    Raises Refused forbidden, missing, stale, invalid, illegal-step.
    """
    require(actor, Act.EDIT_BULLETIN)
    words = words.strip()
    if not 0 < len(words) <= LONGEST_REASON:
        raise Refused("invalid", f"请写明不再点名的理由，最多{LONGEST_REASON}字。")
    found = get(BulletinNaming, naming_id)
    with transaction() as s:
        duties.hold_tasks(s, [found.task_id] if found.task_id else [])
        bulletin = in_draft(s, found.bulletin_id)
        naming = next((n for n in namings_of(s, bulletin.id) if n.id == naming_id), None)
        if naming is None or naming.version != seen_version:
            raise Refused("stale", STALE)
        if naming.dropped_at is not None:
            raise Refused("illegal-step", "这一项已经不再点名。")
        naming.dropped_at, naming.dropped_words = now, words
        _settle(s, naming, DutyEvent.CANCEL, now)
        s.flush()
        redraft(s, bulletin)
        record(s, "bulletin.drop", actor, bulletin, now, {"words": words}, **_about(naming))


def _settle(s: Session, naming: BulletinNaming, event: DutyEvent, now: datetime) -> None:
    """End the duty to explain, where it is still open."""
    if naming.duty_id is None:
        return
    duty = duties.locked(s, naming.duty_id)
    if duty.state is DutyState.OPEN:
        duties.move(duty, event, now)


def release(s: Session, namings: Sequence[BulletinNaming], now: datetime) -> None:
    """Ask nobody for an explanation any more: the bulletin is out."""
    ids = [naming.duty_id for naming in namings if naming.duty_id is not None]
    still_open = sa.select(Duty).where(Duty.id.in_(ids), Duty.state == DutyState.OPEN)
    for duty in s.scalars(still_open.order_by(Duty.id).with_for_update()):
        duties.move(duty, DutyEvent.CANCEL, now)

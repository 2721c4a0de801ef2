"""催报: the lead of a task, or the office, tells units whose report is lacking that it waits for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app import channels, duties, ledger
from app.db import insert_new, transaction
from app.models import Assignment, Duty, Notice, Nudge, Unit
from app.queries import engine as facts
from app.queries import rules
from app.queries.contacts import other_ways
from app.queries.directory import Contacts
from app.queries.nudges import nudgeable, place_of
from workflows.cadence import DutyKind
from workflows.calendar import OFFICE_OPENS, local_date, office_moment
from workflows.errors import Refused
from workflows.escalation import Audience, LetterKind, reach
from workflows.policy import Act, Actor, Relation, require
from workflows.units import Share

NO_RUNG = -1
"""A nudge stands on no rung: a person sends it."""


@dataclass(frozen=True, slots=True)
class Nudges:
    """What came of it: the units told, those that were nudged today already, and those nobody of whom is reached."""

    told: tuple[str, ...]
    already: tuple[str, ...]
    unreached: tuple[str, ...]


def nudge(
    actor: Actor, task_id: int, period_key: str, now: datetime, duty_ids: Collection[int] | None = None
) -> Nudges:
    """Tell the 联络员 of each unit whose report on the task is lacking (催报); with `duty_ids`, only of those reports.

    Once a day at most for each report. Raises Refused missing, forbidden; illegal-step when nobody is left to nudge.
    """
    with transaction() as s:
        duties.hold_tasks(s, [task_id])
        leads = _leads(s, task_id)
        require(actor, Act.NUDGE, _relation(actor, leads))
        lacking = [d for d in _lacking(s, actor, task_id, period_key) if duty_ids is None or d.id in duty_ids]
        if not lacking:
            raise Refused("illegal-step", "没有需要催报的单位：都已报送，或正停表等待答复。请刷新页面。")
        fresh = _mark(s, actor, lacking, now)
        if not fresh:
            raise Refused("illegal-step", "这些单位今天已经催过，每份报告一天最多催一次，请明天再催。")
        unreached = _tell(s, actor, fresh, _in_whose_name(actor, leads), now)
    missed, marked = {duty.unit_id for duty in unreached}, set(fresh)
    return Nudges(
        tuple(d.unit.name for d in lacking if d.id in marked and d.unit_id not in missed),
        tuple(d.unit.name for d in lacking if d.id not in marked),
        tuple(duty.unit.name for duty in unreached),
    )


def _leads(s: Session, task_id: int) -> Mapping[int, str]:
    """The leading units of a task, by id; raises Refused missing where there is none."""
    wanted = (
        sa.select(Unit.id, Unit.name)
        .join(Assignment, Assignment.unit_id == Unit.id)
        .where(Assignment.task_id == task_id, Assignment.share == Share.LEAD)
    )
    leads = {unit_id: name for unit_id, name in s.execute(wanted)}  # noqa: C416
    if not leads:
        raise Refused("missing", "没有找到这项任务，或它没有牵头单位。请从“月报”进入。")
    return leads


def _relation(actor: Actor, leads: Collection[int]) -> Relation:
    return Relation.OWNER if actor.unit_ids.intersection(leads) else Relation.STRANGER


def _lacking(s: Session, actor: Actor, task_id: int, period_key: str) -> list[Duty]:
    """The reports of others than the actor's own units that are lacking, held until the transaction ends."""
    asked = (
        sa.select(Duty)
        .where(
            Duty.task_id == task_id,
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key == period_key,
            Duty.unit_id.not_in(actor.unit_ids),
        )
        .options(selectinload(Duty.unit))
        .order_by(Duty.id)
        .with_for_update(of=Duty)
        .execution_options(populate_existing=True)
    )
    return [duty for duty in s.scalars(asked) if nudgeable(duty)]


def _mark(s: Session, actor: Actor, lacking: Sequence[Duty], now: datetime) -> Mapping[int, int]:
    """Duty → its new nudge, for those that had none today: the database refuses a second one."""
    rows: list[dict[str, object]] = [
        {
            "duty_id": duty.id,
            "nudged_on": local_date(now),
            "nudged_at": now,
            "nudged_by_id": actor.person_id,
        }
        for duty in lacking
    ]
    new = insert_new(s, Nudge, rows)
    marked = s.execute(sa.select(Nudge.duty_id, Nudge.id).where(Nudge.id.in_(new)))
    return {duty_id: nudge_id for duty_id, nudge_id in marked}  # noqa: C416


def _tell(
    s: Session, actor: Actor, fresh: Mapping[int, int], in_whose_name: str, now: datetime
) -> list[Duty]:
    """Write the notices; returns the duties of units nobody of whom a letter reaches."""
    contacts, ways = facts.contacts_of(fresh, local_date(now)), other_ways()
    about = list(s.scalars(sa.select(Duty).where(Duty.id.in_(fresh)).order_by(Duty.id)))
    reason = f"{in_whose_name}催报，{actor.name}"
    unreached = []
    for duty in about:
        known = contacts[duty.id]
        told = _addressed(known)
        if not told:
            unreached.append(duty)
        place = place_of(fresh[duty.id])
        insert_new(s, Notice, list(_notices(duty, place, told, known, ways, reason, now)))
        _record(s, actor, duty, told, now)
    return unreached


def _in_whose_name(actor: Actor, leads: Mapping[int, str]) -> str:
    own = [name for unit_id, name in leads.items() if unit_id in actor.unit_ids]
    return f"牵头单位{own[0]}" if own else "督查室"


def _addressed(contacts: Contacts) -> Mapping[int, Audience]:
    """The 联络员, or whoever of the unit reads for one; the office is not told of its own units' gaps by a lead."""
    return {
        person: post
        for person, post in reach((Audience.LIAISON,), contacts).items()
        if post is not Audience.OFFICE
    }


def _notices(
    duty: Duty,
    place: str,
    told: Mapping[int, Audience],
    contacts: Contacts,
    ways: Mapping[int, Collection[str]],
    reason: str,
    now: datetime,
) -> Iterator[dict[str, object]]:
    """One notice a person and channel; it leaves at once, in office hours."""
    leaves_at = office_moment(now, rules.calendar(duty.unit_id), OFFICE_OPENS)
    for person_id, audience in told.items():
        away = contacts.behalf(audience, person_id)
        for channel in channels.taken(True, tuple(ways.get(person_id, ()))):
            yield {
                "dedup_key": f"{duty.id}:{duty.epoch}:{place}:{person_id}:{channel}",
                "channel": channel,
                "duty_id": duty.id,
                "epoch": duty.epoch,
                "rung": NO_RUNG,
                "kind": LetterKind.NUDGE,
                "audience": audience,
                "person_id": person_id,
                "reason": reason + (f"（代{away}）" if away else ""),
                "urgent": True,
                "created_at": now,
                "not_before_at": leaves_at,
            }


def _record(s: Session, actor: Actor, duty: Duty, told: Mapping[int, Audience], now: datetime) -> None:
    about = ledger.Subject(duty.plan_id, duty.task_id, duty.unit_id, duty.id)
    detail = {"period": duty.period_key, "told": sorted(told)}
    ledger.append(s, "report.nudge", at=now, actor_id=actor.person_id, about=about, detail=detail)

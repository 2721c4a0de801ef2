"""Standing in for somebody who is away (AB角), and how a person wants to be reminded."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import ledger
from app.db import get, transaction
from app.models import Deputy, Person, RoleHeld
from workflows.calendar import local_date
from workflows.digest import HOURS
from workflows.errors import Refused
from workflows.policy import ROLE_LABELS, Act, Actor, Relation, require
from workflows.wording import short_date

LONGEST_DAYS = 366
"""Days one period may have; who is away for longer has left his post."""


def relation_to(actor: Actor, person_id: int) -> Relation:
    """OWNER when it is about the actor himself."""
    return Relation.OWNER if actor.person_id == person_id else Relation.STRANGER


def appoint(
    actor: Actor,
    person_id: int,
    deputy_id: int,
    *,
    from_on: date,
    until_on: date,
    reason: str,
    now: datetime,
) -> int:
    """Let one person stand in for another, both days included; returns the id. Anybody for himself, the office for all.

    Roles are not lent: the deputy has to hold every role of whom he stands in for, else he would get letters about
    what he may not touch. Raises Refused forbidden, missing, invalid (in words a person can act on).
    """
    require(actor, Act.SET_DEPUTY, relation_to(actor, person_id))
    with transaction() as s:
        # two who arrange the same person's absence queue here
        s.execute(sa.select(Person.id).where(Person.id == person_id).with_for_update())
        person, deputy = get(Person, person_id), get(Person, deputy_id)
        _refuse_days(from_on, until_on, local_date(now))
        _refuse_unfit(s, person, deputy)
        _refuse_overlap(s, person, from_on, until_on)
        arranged = Deputy(
            person_id=person_id,
            stands_in_id=deputy_id,
            from_on=from_on,
            until_on=until_on,
            reason=reason.strip()[:200],
            set_by_id=actor.person_id,
            set_at=now,
        )
        s.add(arranged)
        s.flush()
        detail = {"person": person_id, "deputy": deputy_id, "from": str(from_on), "until": str(until_on)}
        _record(s, "deputy.appoint", actor, now, detail)
    return arranged.id


def _refuse_days(from_on: date, until_on: date, today: date) -> None:
    if until_on < from_on:
        raise Refused("invalid", "结束日期早于开始日期，请改正。")
    if until_on < today:
        raise Refused("invalid", "这段日子已经过去，请填今天或以后的日期。")
    if (until_on - from_on).days >= LONGEST_DAYS:
        raise Refused("invalid", "代理最长一年。离开岗位的，请在“人员”页办理离任交接。")


def _refuse_unfit(s: Session, person: Person, deputy: Person) -> None:
    if person.id == deputy.id:
        raise Refused("invalid", "代理人不能是本人，请另选一位。")
    if not person.active:
        raise Refused("invalid", f"{person.name}已停用，请在“交接”页办理离任交接。")
    if not deputy.active or not deputy.email or deputy.bounced_at:
        raise Refused("invalid", f"{deputy.name}收不到信（已停用、没有邮箱或邮箱退信），请另选一位。")
    roles = {held.role for held in person.roles}
    lacking = roles - set(s.scalars(sa.select(RoleHeld.role).where(RoleHeld.person_id == deputy.id)))
    if lacking:
        named = "、".join(ROLE_LABELS[role] for role in ROLE_LABELS if role in lacking)
        raise Refused(
            "invalid",
            f"{deputy.name}没有“{named}”角色，代收了信也办不了事。请选同样角色的人，或请系统管理员先给角色。",
        )


def _refuse_overlap(s: Session, person: Person, from_on: date, until_on: date) -> None:
    taken = s.scalar(
        sa.select(Deputy)
        .where(
            Deputy.person_id == person.id,
            Deputy.until_on >= from_on,
            Deputy.from_on <= until_on,
            Deputy.ended_at.is_(None),
        )
        .order_by(Deputy.from_on)
        .limit(1)
    )
    if taken:
        days = f"{short_date(taken.from_on)}至{short_date(taken.until_on)}"
        raise Refused(
            "invalid",
            f"{person.name}在{days}已由{taken.stands_in.name}代理，日期重叠。请先结束那一段，或改日期。",
        )


def end(actor: Actor, deputy_id: int, now: datetime) -> int:
    """End a period early, at once; returns whose it was. Raises Refused missing, forbidden, illegal-step."""
    with transaction() as s:
        arranged = s.scalar(sa.select(Deputy).where(Deputy.id == deputy_id).with_for_update())
        require(actor, Act.SET_DEPUTY, relation_to(actor, arranged.person_id if arranged else 0))
        if arranged is None:
            raise Refused("missing", "没有找到这段代理，请从“提醒设置”进入。")
        if arranged.ended_at or arranged.until_on < local_date(now):
            raise Refused("illegal-step", "这段代理已经结束，不需要再操作。")
        arranged.ended_at = now
        _record(s, "deputy.end", actor, now, {"person": arranged.person_id, "deputy": arranged.stands_in_id})
    return arranged.person_id


def prefer(actor: Actor, person_id: int, *, hour: int | None, fewer: bool, now: datetime) -> None:
    """Keep at what hour the digest comes (None: the house's) and whether fewer letters are wanted (少收提醒).

    For oneself, or by the office for anybody. Raises Refused forbidden, missing, invalid.
    """
    require(actor, Act.SET_DEPUTY, relation_to(actor, person_id))
    if hour is not None and hour not in HOURS:
        raise Refused("invalid", f"汇总信的时刻请选{HOURS[0]}时至{HOURS[-1]}时之间的整点。")
    with transaction() as s:
        person = get(Person, person_id)
        person.digest_hour, person.fewer = hour, fewer
        _record(s, "person.prefer", actor, now, {"person": person_id, "hour": hour, "fewer": fewer})


def _record(s: Session, act: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=ledger.Subject(), detail=detail)

"""Leaving (离任): the posts somebody held are listed until another takes each of them over (工作交接)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import ledger
from app.db import get, transaction
from app.models import Handover, Person, PostHeld
from workflows.errors import Refused
from workflows.policy import Act, Actor, Role, require
from workflows.units import Post

Held = tuple[int, Post]
"""Unit id and post."""


def vacate(s: Session, person: Person, lost: Collection[Held], now: datetime) -> None:
    """List the posts somebody has lost, where nobody else holds them; all of them when he has left."""
    listed = set(_open(s, Handover.person_id == person.id))
    for unit_id, post in sorted(set(lost) - {(row.unit_id, row.post) for row in listed}):
        if not person.active or not _held_by_others(s, person, unit_id, post):
            s.add(Handover(person_id=person.id, unit_id=unit_id, post=post, left_at=now))


def take_up(s: Session, person: Person, given: Collection[Held], now: datetime) -> None:
    """Whoever is given a post has taken it over, from whomever it was left; a person who comes back, his own."""
    for row in _open(s, Handover.unit_id.in_({unit_id for unit_id, _ in given})):
        if (row.unit_id, row.post) in set(given):
            row.taken_by_id, row.taken_at = person.id, now
            _let_go(s, row, person.id)


def _open(s: Session, *where: sa.ColumnElement[bool]) -> list[Handover]:
    waiting = sa.select(Handover).where(Handover.taken_at.is_(None), *where).order_by(Handover.id)
    return list(s.scalars(waiting.with_for_update()))


def _held_by_others(s: Session, person: Person, unit_id: int, post: Post) -> bool:
    others = (
        sa.select(PostHeld.id)
        .join(Person)
        .where(
            PostHeld.unit_id == unit_id, PostHeld.post == post, Person.active, PostHeld.person_id != person.id
        )
    )
    return s.scalar(others.limit(1)) is not None


def _let_go(s: Session, row: Handover, successor_id: int | None) -> None:
    """The leaver holds that post no more."""
    if row.person_id == successor_id:
        return
    held = s.scalar(
        sa.select(PostHeld)
        .join(Person)
        .where(
            PostHeld.person_id == row.person_id,
            PostHeld.unit_id == row.unit_id,
            PostHeld.post == row.post,
            Person.active.is_(False),
        )
    )
    if held:
        s.delete(held)


def take(actor: Actor, handover_id: int, successor_id: int, now: datetime) -> str:
    """Give the post to a successor; returns his name. Raises Refused forbidden, missing, illegal-step, invalid."""
    require(actor, Act.EDIT_PEOPLE)
    with transaction() as s:
        row = _claimed(s, actor, handover_id)
        successor = get(Person, successor_id)
        _refuse_raising(actor, successor)
        if not successor.active or successor.id == row.person_id:
            raise Refused("invalid", f"{successor.name}不能接手：已停用，或就是离任的人。请另选一位。")
        if (row.unit_id, row.post) not in {(held.unit_id, held.post) for held in successor.posts}:
            successor.posts.append(PostHeld(unit_id=row.unit_id, post=row.post))
        take_up(s, successor, [(row.unit_id, row.post)], now)
        _record(s, "handover.take", actor, row, now, successor.id)
    return successor.name


def waive(actor: Actor, handover_id: int, now: datetime) -> None:
    """Nobody follows (不再设): the row is closed. Raises Refused forbidden, missing, illegal-step."""
    require(actor, Act.EDIT_PEOPLE)
    with transaction() as s:
        row = _claimed(s, actor, handover_id)
        row.taken_at = now
        _let_go(s, row, None)
        _record(s, "handover.waive", actor, row, now, None)


def _claimed(s: Session, actor: Actor, handover_id: int) -> Handover:
    row = s.scalar(sa.select(Handover).where(Handover.id == handover_id).with_for_update())
    if row is None:
        raise Refused("missing", "没有找到这项交接，请从“交接”页进入。")
    if row.taken_at:
        raise Refused("illegal-step", "这项交接已经办好，请刷新页面看最新情况。")
    _refuse_raising(actor, row.person)
    return row


def _refuse_raising(actor: Actor, person: Person) -> None:
    if Role.ADMIN not in actor.roles and {held.role for held in person.roles} - {Role.DEPARTMENT}:
        raise Refused("forbidden", "督查室只能办理责任单位人员的交接；其他角色请系统管理员办理。")


def _record(
    s: Session, act: str, actor: Actor, row: Handover, now: datetime, successor_id: int | None
) -> None:
    detail = {"person": row.person_id, "post": row.post.value, "successor": successor_id}
    about = ledger.Subject(unit_id=row.unit_id)
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=detail)

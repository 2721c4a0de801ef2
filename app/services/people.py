"""People: accounts, sign-in, passwords, posts and roles."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from sqlalchemy.orm import Session

from app import ledger
from app.db import get, transaction
from app.models import Person, PostHeld, RoleHeld
from app.services import contacts, handover
from workflows.errors import Refused
from workflows.policy import Act, Actor, Role, require
from workflows.units import Post

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex())


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be entered. `posts` are (unit id, post); without a username there is no account.

    `points` are the addresses on other channels than e-mail, by channel.
    """

    name: str
    email: str = ""
    username: str = ""
    password: str = ""
    posts: tuple[tuple[int, Post], ...] = ()
    roles: tuple[Role, ...] = ()
    must_change_password: bool = True
    points: Mapping[str, str] = field(default_factory=dict)


def sign_in(username: str, password: str, now: datetime) -> int:
    """The id of the person; raises Refused wrong-password or locked (reference b.9: 5 failures lock 30 minutes)."""
    refusal: Refused | None = None
    with transaction() as s:
        person = s.scalar(
            sa.select(Person).where(Person.username == username, Person.active).with_for_update()
        )
        if person is None or person.password_hash is None:
            _matches(_NOBODY, password)
            raise Refused("wrong-password", "用户名或密码不对。请核对后再试，忘记密码请联系系统管理员。")
        if person.locked_until_at and person.locked_until_at > now:
            minutes = int((person.locked_until_at - now).total_seconds() // 60) + 1
            raise Refused("locked", f"密码连续输错，账号已锁定，请在{minutes}分钟后再试，或联系系统管理员。")
        if _matches(person.password_hash, password):
            person.failed_logins, person.locked_until_at = 0, None
        else:
            refusal = _count_failure(person, now)
        act = "person.sign-in-failed" if refusal else "person.sign-in"
        ledger.append(s, act, at=now, actor_id=person.id, about=ledger.Subject())
    if refusal:
        raise refusal
    return person.id


def _count_failure(person: Person, now: datetime) -> Refused:
    person.failed_logins += 1
    left = current_app.config["LOCKOUT_FAILURES"] - person.failed_logins
    if left > 0:
        return Refused("wrong-password", f"用户名或密码不对。再错{left}次账号将暂时锁定。")
    minutes = current_app.config["LOCKOUT_MINUTES"]
    person.failed_logins, person.locked_until_at = 0, now + timedelta(minutes=minutes)
    return Refused("locked", f"密码连续输错，账号已锁定{minutes}分钟。")


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def check_password(password: str, username: str) -> None:
    """Raises Refused invalid unless the password has 8 characters of three kinds and no username in it (b.9)."""
    kinds = sum(
        any(test(c) for c in password)
        for test in (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    )
    if len(password) < 8 or kinds < 3:
        raise Refused("invalid", "密码至少8位，并且包含大写字母、小写字母、数字、符号中的三类。")
    if username and username.lower() in password.lower():
        raise Refused("invalid", "密码里不能含有用户名。")


def first_password() -> str:
    """A random password that satisfies the rule, without letters and digits that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    parts = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(2))
    return f"{'-'.join(parts)}-{secrets.choice(letters).upper()}{secrets.randbelow(8) + 2}"


def change_password(actor: Actor, old: str, new: str, now: datetime) -> None:
    """Set a new password and end every other session; raises Refused wrong-password, invalid."""
    with transaction() as s:
        person = get(Person, actor.person_id)
        if not _matches(person.password_hash or "", old):
            raise Refused("wrong-password", "原密码不对，请重新输入。")
        check_password(new, person.username or "")
        if old == new:
            raise Refused("invalid", "新密码不能与原密码相同。")
        _set_password(person, new, must_change=False)
        ledger.append(s, "person.password", at=now, actor_id=actor.person_id, about=ledger.Subject())


def _set_password(person: Person, password: str, *, must_change: bool) -> None:
    person.password_hash = _hasher.hash(password)
    person.must_change_password = must_change
    person.login_token = secrets.token_hex(32)
    person.failed_logins, person.locked_until_at = 0, None


def add(actor: Actor | None, new: NewPerson, now: datetime) -> int:
    """Enter a person; returns the id. Actor None is the command line. Raises Refused forbidden, invalid."""
    if actor:
        require(actor, Act.EDIT_PEOPLE)
        _refuse_raising(actor, new.roles)
    with transaction() as s:
        if new.username and s.scalar(sa.select(Person.id).where(Person.username == new.username)):
            raise Refused("invalid", f"用户名“{new.username}”已被使用，请换一个。")
        person = Person(name=new.name, email=new.email or None, username=new.username or None)
        person.login_token = secrets.token_hex(32)
        if new.username:
            check_password(new.password, new.username)
            _set_password(person, new.password, must_change=new.must_change_password)
        person.posts = [PostHeld(unit_id=unit_id, post=post) for unit_id, post in new.posts]
        person.roles = [RoleHeld(role=role) for role in new.roles]
        s.add(person)
        s.flush()
        contacts.write(s, person.id, new.points)
        handover.take_up(s, person, new.posts, now)
        _record(s, "person.add", actor, person.id, now, _place(person))
    return person.id


def may_edit(actor: Actor, roles: Collection[Role]) -> bool:
    """The office enters departments' people; only an administrator makes offices, leaders and administrators."""
    return Role.ADMIN in actor.roles or not set(roles) - {Role.DEPARTMENT}


def _refuse_raising(actor: Actor, roles: Collection[Role]) -> None:
    if not may_edit(actor, roles):
        raise Refused("forbidden", "督查室只能添加和修改责任单位人员；其他角色请系统管理员办理。")


def reset_password(actor: Actor | None, person_id: int, password: str, now: datetime) -> None:
    """Set a password that must be changed at the next sign-in; raises Refused forbidden, missing, invalid."""
    with transaction() as s:
        person = get(Person, person_id)
        if actor:
            require(actor, Act.EDIT_PEOPLE)
            _refuse_raising(actor, [held.role for held in person.roles])
        check_password(password, person.username or "")
        _set_password(person, password, must_change=True)
        _record(s, "person.reset-password", actor, person_id, now)


def edit(
    actor: Actor,
    person_id: int,
    *,
    email: str,
    posts: Collection[tuple[int, Post]],
    active: bool,
    now: datetime,
    points: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Change where letters go and which posts are held; raises Refused forbidden, missing, invalid.

    Of `points`, the addresses on other channels, only those named are touched; '' takes one away.
    """
    require(actor, Act.EDIT_PEOPLE)
    if person_id == actor.person_id and not active:
        raise Refused("invalid", "不能停用自己的账号，请由另一位管理员办理。")
    with transaction() as s:
        person = get(Person, person_id)
        _refuse_raising(actor, [held.role for held in person.roles])
        if (email or None) != person.email:
            person.bounced_at, person.bounce = None, ""  # a new address is believed until it is refused
        came_back = active and not person.active
        person.email, person.active = email or None, active
        contacts.write(s, person_id, points)
        wanted, before = set(posts), {(held.unit_id, held.post) for held in person.posts}
        for held in list(person.posts):
            if (held.unit_id, held.post) not in wanted:
                person.posts.remove(held)
        present = {(held.unit_id, held.post) for held in person.posts}
        person.posts.extend(PostHeld(unit_id=u, post=p) for u, p in sorted(wanted - present))
        if not active:
            person.login_token = secrets.token_hex(32)
        handover.vacate(s, person, before - wanted if active else before | wanted, now)
        if active:
            handover.take_up(s, person, wanted if came_back else wanted - before, now)
        _record(s, "person.edit", actor, person_id, now, _place(person))


def _place(person: Person) -> dict[str, object]:
    """Where the person is from now on, as the record keeps it: posts, and whether mail can reach him; no address."""
    posts = sorted([held.unit_id, held.post.value] for held in person.posts)
    bounced = person.bounced_at is not None
    mail = bool(person.email) and not bounced
    return {"active": person.active, "mail": mail, "bounced": bounced, "posts": posts}


def _record(
    s: Session,
    act: str,
    actor: Actor | None,
    person_id: int,
    now: datetime,
    detail: Mapping[str, object] = MappingProxyType({}),
) -> None:
    ledger.append(
        s,
        act,
        at=now,
        actor_id=actor.person_id if actor else None,
        about=ledger.Subject(),
        detail={"person": person_id, **detail},
    )

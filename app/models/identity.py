"""Units, their names and groups; people, their posts and roles; who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from workflows.policy import Role
from workflows.units import Post, UnitKind


class Unit(Base):
    """A unit (单位). `files_through` is its 归口填报单位, `answerable` its 责任领导; both may be absent."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    full_name: Mapped[str] = mapped_column(sa.String(200), default="")
    kind: Mapped[UnitKind]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    files_through_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    answerable_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    calendar_id: Mapped[int | None] = mapped_column(sa.ForeignKey("work_calendar.id"))  # None: its parent's
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    parent: Mapped[Unit | None] = relationship(foreign_keys=[parent_id], remote_side=[id])
    files_through: Mapped[Unit | None] = relationship(foreign_keys=[files_through_id], remote_side=[id])
    answerable: Mapped[Person | None] = relationship(foreign_keys=[answerable_id])
    aliases: Mapped[list[UnitAlias]] = relationship(back_populates="unit", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class UnitAlias(Base):
    """Another name a document may print for a unit (别名); each belongs to one unit only."""

    __tablename__ = "unit_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    alias: Mapped[str] = mapped_column(sa.String(120), unique=True)

    unit: Mapped[Unit] = relationship(back_populates="aliases")


class Group(Base):
    """A collective name (集体单位: 各幼儿园). Its members are all units of `kind`, or else those listed."""

    __tablename__ = "unit_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    kind: Mapped[UnitKind | None]

    listed: Mapped[list[GroupMember]] = relationship(cascade="all, delete-orphan")


class GroupMember(Base):
    __tablename__ = "unit_group_member"
    __table_args__ = (sa.UniqueConstraint("group_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("unit_group.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))


class Person(Base):
    """A person and, where `password_hash` is set, an account. `login_token` ends every session when it changes."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    username: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    login_token: Mapped[str] = mapped_column(sa.String(64))
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until_at: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    digest_hour: Mapped[int | None]  # local hour of the day's digest; None: the house's
    fewer: Mapped[bool] = mapped_column(default=False)  # 少收提醒: no advance notices but the last
    bounced_at: Mapped[datetime | None]  # the address was refused; cleared when it is changed
    bounce: Mapped[str] = mapped_column(sa.String(400), default="")

    posts: Mapped[list[PostHeld]] = relationship(back_populates="person", cascade="all, delete-orphan")
    roles: Mapped[list[RoleHeld]] = relationship(cascade="all, delete-orphan")


class PostHeld(Base):
    """A person's post in a unit (任职): where letters to 联络员, 分管领导 … go."""

    __tablename__ = "post_held"
    __table_args__ = (sa.UniqueConstraint("unit_id", "post", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    post: Mapped[Post]

    person: Mapped[Person] = relationship(back_populates="posts")
    unit: Mapped[Unit] = relationship()


class RoleHeld(Base):
    """What a person may do in the system (角色), apart from the posts held."""

    __tablename__ = "role_held"
    __table_args__ = (sa.UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role]


class Deputy(Base):
    """Who stands in for whom (AB角), from one day through another, both included; ended early where `ended_at` is set."""

    __tablename__ = "deputy"
    __table_args__ = (
        sa.Index("ix_deputy_person_id_until_on", "person_id", "until_on"),
        sa.CheckConstraint("person_id <> stands_in_id", name="another"),
        sa.CheckConstraint("from_on <= until_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    stands_in_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    stands_in: Mapped[Person] = relationship(foreign_keys=[stands_in_id])
    set_by: Mapped[Person | None] = relationship(foreign_keys=[set_by_id])


class Handover(Base):
    """A post a leaver held (工作交接): listed until somebody takes it over."""

    __tablename__ = "handover"
    __table_args__ = (sa.UniqueConstraint("person_id", "unit_id", "post", "left_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    post: Mapped[Post]
    left_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    taken_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    unit: Mapped[Unit] = relationship()
    taken_by: Mapped[Person | None] = relationship(foreign_keys=[taken_by_id])


class ContactPoint(Base):
    """A person's address on another channel than e-mail (企业微信, 短信 …); one for each channel."""

    __tablename__ = "contact_point"
    __table_args__ = (sa.UniqueConstraint("person_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(sa.String(24))
    address: Mapped[str] = mapped_column(sa.String(254))
    bounced_at: Mapped[datetime | None]
    bounce: Mapped[str] = mapped_column(sa.String(400), default="")

    person: Mapped[Person] = relationship()

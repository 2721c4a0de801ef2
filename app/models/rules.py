"""What a county may change: versioned policies, and the calendar of working days."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.identity import Person


class PolicySubject(StrEnum):
    """报告周期, 升级阶梯, 亮灯规则, 考核方案."""

    CADENCE = "cadence"
    LADDERS = "ladders"
    LIGHT = "light"
    APPRAISAL = "appraisal"


class PolicyVersion(Base):
    """One version of one set of rules. Never changed: a new rule is a new version."""

    __tablename__ = "policy_version"
    __table_args__ = (sa.UniqueConstraint("subject", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[PolicySubject]
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(sa.String(400))
    created_at: Mapped[datetime]


class PolicyDraft(Base):
    """New rules being written: shown, simulated, then taken into use as a version or thrown away.

    `plan_id` is the one plan they are for; None for every plan. `base_id` is the version they were begun from.
    """

    __tablename__ = "policy_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[PolicySubject]
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    base_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    body: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(sa.String(400), default="")
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    written_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    base: Mapped[PolicyVersion] = relationship()
    author: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class WorkCalendar(Base):
    """A calendar of its own beside the national one (单位日历): what it does not name, its parent says.

    Without a parent it rests on the national calendar. `version` rises with every change of its days.
    """

    __tablename__ = "work_calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("work_calendar.id"))
    version: Mapped[int] = mapped_column(default=1)

    parent: Mapped[WorkCalendar | None] = relationship(remote_side=[id])
    days: Mapped[list[OwnDay]] = relationship(cascade="all, delete-orphan", order_by="OwnDay.day")

    __mapper_args__ = {"version_id_col": version}


class OwnDay(Base):
    """A day on which a calendar departs from its parent: worked (调休上班) or not."""

    __tablename__ = "own_day"

    calendar_id: Mapped[int] = mapped_column(sa.ForeignKey("work_calendar.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.String(120), default="")


class CalendarYear(Base):
    """A year whose holiday notice has been taken in; years without a row are provisional."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_number: Mapped[str] = mapped_column(sa.String(60))
    edition: Mapped[int] = mapped_column(default=1)  # rises when the year's notice is taken in anew


class CalendarDay(Base):
    """A day on which the notice departs from the plain week."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]

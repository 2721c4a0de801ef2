"""What a county may change: versioned policies, and the calendar of working days."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class PolicySubject(StrEnum):
    """报告周期, 升级阶梯, 亮灯规则."""

    CADENCE = "cadence"
    LADDERS = "ladders"
    LIGHT = "light"


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


class CalendarYear(Base):
    """A year whose holiday notice has been taken in; years without a row are provisional."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_number: Mapped[str] = mapped_column(sa.String(60))


class CalendarDay(Base):
    """A day on which the notice departs from the plain week."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]

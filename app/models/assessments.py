"""The year's assessment (年度考核): scores with their reasons, what people entered with a document, appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.duty import Duty
from app.models.evidence import Evidence
from app.models.identity import Person, Unit
from app.models.plan import Plan
from app.models.rules import PolicyVersion
from workflows.appraisal import Grade
from workflows.lifecycle import AppealState, AssessmentState, EntryKind, ScoreStage


class Assessment(Base):
    """One plan's assessment of one year, by one version of the scheme. Scores are frozen as of `cutoff_at`.

    `weights` gives tasks another weight than 1, by task id. `number` is the 文号 of the result.
    """

    __tablename__ = "assessment"
    __table_args__ = (sa.UniqueConstraint("plan_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"))
    year: Mapped[int]
    scheme_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))
    state: Mapped[AssessmentState] = mapped_column(default=AssessmentState.RUNNING)
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cutoff_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    prepublished_at: Mapped[datetime | None]
    appeals_until_on: Mapped[date | None]
    settled_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship()
    scheme: Mapped[PolicyVersion] = relationship()
    duty: Mapped[Duty | None] = relationship()
    entries: Mapped[list[AssessmentEntry]] = relationship(
        order_by="AssessmentEntry.id", back_populates="assessment"
    )
    scores: Mapped[list[AssessmentScore]] = relationship(
        order_by="AssessmentScore.id", back_populates="assessment"
    )
    appeals: Mapped[list[Appeal]] = relationship(order_by="Appeal.id", back_populates="assessment")

    __mapper_args__ = {"version_id_col": version}


class AssessmentEntry(Base):
    """What a person enters for one unit, with the number of the document it rests on; `points` in hundredths.

    A veto (否决项) needs its finding as a file. Entries are withdrawn, never deleted.
    """

    __tablename__ = "assessment_entry"
    __table_args__ = (
        sa.Index("ix_assessment_entry_assessment_id_unit_id", "assessment_id", "unit_id"),
        sa.CheckConstraint("kind <> 'veto' OR evidence_id IS NOT NULL", name="finding"),
        sa.CheckConstraint("document_number <> ''", name="document"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    kind: Mapped[EntryKind]
    item: Mapped[str] = mapped_column(sa.String(60), default="")
    points: Mapped[int] = mapped_column(default=0)
    document_number: Mapped[str] = mapped_column(sa.String(120))
    words: Mapped[str] = mapped_column(sa.Text)
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id"))
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_words: Mapped[str] = mapped_column(sa.String(400), default="")

    assessment: Mapped[Assessment] = relationship(back_populates="entries")
    unit: Mapped[Unit] = relationship()
    evidence: Mapped[Evidence | None] = relationship()
    entered_by: Mapped[Person] = relationship()


class AssessmentScore(Base):
    """One unit's score, in hundredths of a point, with every item of it: its rule, its figures, its rows."""

    __tablename__ = "assessment_score"
    __table_args__ = (sa.UniqueConstraint("assessment_id", "unit_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    stage: Mapped[ScoreStage]
    group: Mapped[str] = mapped_column("group_key", sa.String(24))
    points: Mapped[int]
    grade: Mapped[Grade]
    place: Mapped[int | None]  # 位次 within the group
    breakdown: Mapped[dict[str, Any]]

    assessment: Mapped[Assessment] = relationship(back_populates="scores")
    unit: Mapped[Unit] = relationship()


class Appeal(Base):
    """A unit's appeal against its score (申诉) and the decision on it; `change` in hundredths of a point."""

    __tablename__ = "appeal"
    __table_args__ = (sa.Index("ix_appeal_assessment_id_unit_id", "assessment_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    item: Mapped[str] = mapped_column(sa.String(60), default="")
    words: Mapped[str] = mapped_column(sa.Text)
    signed_by: Mapped[str] = mapped_column(sa.String(60), default="")
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    state: Mapped[AppealState] = mapped_column(default=AppealState.PENDING)
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))
    decision: Mapped[str] = mapped_column(sa.Text, default="")
    change: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    assessment: Mapped[Assessment] = relationship(back_populates="appeals")
    unit: Mapped[Unit] = relationship()
    duty: Mapped[Duty | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    raised_by: Mapped[Person] = relationship(foreign_keys=[raised_by_id])

    __mapper_args__ = {"version_id_col": version}

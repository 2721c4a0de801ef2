"""Files that prove what was said (佐证), kept outside the database; and the documents a county fills in its own way."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.duty import Duty
from app.models.identity import Person, Unit
from app.models.plan import Commitment, Task


class EvidencePlace(StrEnum):
    """Where a file serves as proof: 月报, 申请办结, 核查, 指标, 考核."""

    REPORT = "report"
    CLOSING = "closing"
    CHECK = "check"
    INDICATOR = "indicator"
    ASSESSMENT = "assessment"


class Evidence(Base):
    """A file as it was uploaded: its bytes lie under `sha256` in EVIDENCE_DIR. `size` in bytes."""

    __tablename__ = "evidence"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "sha256"),
        sa.Index("ix_evidence_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    filename: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))

    unit: Mapped[Unit] = relationship()
    uploaded_by: Mapped[Person] = relationship()
    uses: Mapped[list[EvidenceUse]] = relationship(back_populates="evidence", order_by="EvidenceUse.id")


class EvidenceUse(Base):
    """One place where a file serves: a task, and there a month (its `duty`) or an indicator. One upload serves many.

    A month is named by its duty and not by its report: a file may be there before the first word is.
    """

    __tablename__ = "evidence_use"
    __table_args__ = (
        sa.Index("ix_evidence_use_evidence_id", "evidence_id"),
        sa.Index("ix_evidence_use_task_id", "task_id"),
        sa.Index("ix_evidence_use_duty_id", "duty_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"))
    place: Mapped[EvidencePlace]
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"))
    duty_id: Mapped[int | None] = mapped_column(sa.ForeignKey("duty.id"))
    commitment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("commitment.id", ondelete="SET NULL")  # a new version of the plan takes indicators away
    )
    used_at: Mapped[datetime]
    used_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]

    evidence: Mapped[Evidence] = relationship(back_populates="uses")
    task: Mapped[Task | None] = relationship()
    duty: Mapped[Duty | None] = relationship()
    commitment: Mapped[Commitment | None] = relationship()


class PaperTemplate(Base):
    """A county's own template of one document (文书模板); the latest that is not retired is filled in."""

    __tablename__ = "paper_template"
    __table_args__ = (sa.Index("ix_paper_template_paper", "paper"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper: Mapped[str] = mapped_column(sa.String(40))
    filename: Mapped[str] = mapped_column(sa.String(255))
    content: Mapped[bytes] = mapped_column(deferred=True)
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    retired_at: Mapped[datetime | None]

    uploaded_by: Mapped[Person] = relationship()

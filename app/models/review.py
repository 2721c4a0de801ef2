"""What the review of a draft leaves behind: demands nobody is named for, the task force, steps that can be undone,
and the documents a plan was read from before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.identity import Person, Unit
from app.models.plan import SourceDocument
from workflows.lifecycle import CandidateState
from workflows.units import ForceRole


class Candidate(Base):
    """A demand that no clause assigns (候选任务), offered to the reviewer; `task_id` is the task made of it.

    `found` holds what was read with it: blanks, indicators (places and values, as `workflows.document` gives them).
    """

    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(400))
    section: Mapped[str] = mapped_column(sa.String(400), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    start: Mapped[int]
    end: Mapped[int]
    who: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    deadline_on: Mapped[date | None]
    deadline_text: Mapped[str] = mapped_column(sa.String(120), default="")
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[CandidateState] = mapped_column(default=CandidateState.OPEN)
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ForceMember(Base):
    """A place in the plan's task force (专班), as printed, and the unit or person it was bound to."""

    __tablename__ = "force_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    force: Mapped[str] = mapped_column(sa.String(120), default="")
    role: Mapped[ForceRole]
    printed: Mapped[str] = mapped_column(sa.String(120))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    start: Mapped[int | None]
    end: Mapped[int | None]

    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship()


class Revision(Base):
    """One step of a review, with what stood before it: what 撤销 (undo) gives back.

    `before` maps each task the step touched to its fields as they were, null where the step made it; `after` maps
    them to the versions the step left behind, null where it removed the task: a task changed since is not overwritten.
    """

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(sa.String(200))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]


class FormerSource(Base):
    """A document a plan was read from before a new version of it was taken (历史版本)."""

    __tablename__ = "former_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source_document.id"))
    document_number: Mapped[str] = mapped_column(sa.String(80), default="")
    replaced_at: Mapped[datetime]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    source: Mapped[SourceDocument] = relationship()

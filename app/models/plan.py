"""Source documents, plans, tasks, what they commit to, who is named in them, and who takes part."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.identity import Group, Person, Unit
from workflows.commitments import CommitmentKind, Comparison, TaskKind
from workflows.lifecycle import ClosingGrade, PlanState, TaskState
from workflows.units import Share


class SourceDocument(Base):
    """A document as it came in, and the text read from it; every position in a plan points into `text`."""

    __tablename__ = "source_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(sa.String(255))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    content: Mapped[bytes] = mapped_column(deferred=True)
    text: Mapped[str] = mapped_column(sa.Text)
    received_at: Mapped[datetime]


class Plan(Base):
    """An action plan (行动计划). `office` runs it (专班办公室), `leader` is the county leader in charge (分管副县长).

    `next_opening_on` is the next day on which one of its periods opens: the engine's due moment for the plan.
    A draft with `replaces` is a new version of a running plan: what it changes is taken into that plan, never issued.
    """

    __tablename__ = "plan"
    __table_args__ = (
        sa.Index(
            "ix_plan_next_opening_on",
            "next_opening_on",
            postgresql_where=sa.text("next_opening_on IS NOT NULL"),
            sqlite_where=sa.text("next_opening_on IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    document_number: Mapped[str] = mapped_column(sa.String(80), default="")
    period_from_on: Mapped[date | None]
    period_to_on: Mapped[date | None]
    state: Mapped[PlanState] = mapped_column(default=PlanState.DRAFT)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source_document.id"))
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    leader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    cadence_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("policy_version.id"))
    ladders_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("policy_version.id"))
    issued_at: Mapped[datetime | None]
    opened_through_on: Mapped[date | None]
    next_opening_on: Mapped[date | None]
    created_at: Mapped[datetime]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    proposals: Mapped[dict[str, Any]] = mapped_column(default=dict)  # its governance as the document words it
    doubts: Mapped[list[Any]] = mapped_column(
        sa.JSON, default=list
    )  # of the document as a whole, as in a task
    version: Mapped[int] = mapped_column(default=1)

    source: Mapped[SourceDocument] = relationship()
    office: Mapped[Unit | None] = relationship()
    leader: Mapped[Person | None] = relationship()
    replaces: Mapped[Plan | None] = relationship(remote_side=[id])
    tasks: Mapped[list[Task]] = relationship(
        back_populates="plan", order_by="Task.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class Task(Base):
    """A numbered task (督办事项). `start` and `end` are offsets into the source text.

    `part` counts 1, 2, 3 where one number holds several tasks. `accepted_at` is when a reviewer last found the draft
    right: its doubts are settled from then on. `percent` is the lead unit's latest word, 0–100; None until it has
    spoken.
    """

    __tablename__ = "task"
    __table_args__ = (
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        sa.Index(
            "ix_task_suspended",
            "id",
            postgresql_where=sa.text("state = 'suspended'"),
            sqlite_where=sa.text("state = 'suspended'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    position: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(20), default="")
    part: Mapped[int | None]
    level: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(sa.String(400))
    section: Mapped[str] = mapped_column(sa.String(400), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    start: Mapped[int | None]
    end: Mapped[int | None]
    deadline_on: Mapped[date | None]
    deadline_text: Mapped[str] = mapped_column(sa.String(120), default="")
    recurrence: Mapped[str | None] = mapped_column(sa.String(20))
    recurrence_text: Mapped[str] = mapped_column(sa.String(120), default="")
    start_text: Mapped[str] = mapped_column(sa.String(120), default="")
    kind: Mapped[TaskKind] = mapped_column(default=TaskKind.CONTINUING)
    kind_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    noted: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # text_units, implied_units, guiding_units, leader
    marks: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # [start, end, what]: the words used
    doubts: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # {code, sentence, start, end}
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    state: Mapped[TaskState] = mapped_column(default=TaskState.DRAFT)
    percent: Mapped[int | None]
    close_request: Mapped[str] = mapped_column(sa.Text, default="")
    close_paper: Mapped[str] = mapped_column(sa.String(400), default="")  # 纸质佐证存放处及文号
    closed_at: Mapped[datetime | None]
    closing_grade: Mapped[ClosingGrade | None]  # 办结评价
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship(back_populates="tasks")
    mentions: Mapped[list[Mention]] = relationship(
        order_by="Mention.position", cascade="all, delete-orphan", back_populates="task"
    )
    commitments: Mapped[list[Commitment]] = relationship(
        order_by="Commitment.position", cascade="all, delete-orphan", back_populates="task"
    )
    accepted_by: Mapped[Person | None] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(
        order_by="Assignment.id", cascade="all, delete-orphan", back_populates="task"
    )

    __mapper_args__ = {"version_id_col": version}


class Mention(Base):
    """A unit name as the document prints it, its share, and the unit or group it was bound to.

    `full` is what an elliptic name stands for (财政局 behind 市人社局: 市财政局), empty where nothing was left out.
    """

    __tablename__ = "mention"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    position: Mapped[int]
    printed: Mapped[str] = mapped_column(sa.String(120), index=True)
    full: Mapped[str] = mapped_column(sa.String(120), default="")
    share: Mapped[Share]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit_group.id"))

    task: Mapped[Task] = relationship(back_populates="mentions")
    unit: Mapped[Unit | None] = relationship()
    group: Mapped[Group | None] = relationship()


class Commitment(Base):
    """One thing a task commits its units to (分解要点): an earlier date, a thing to hand over, a figure to reach.

    `name` says what is handed over or measured; `target` is the figure as plain decimal text, empty where it is blank
    in print, with its `unit` (所, %, 万元); `due_on` the date that stands with it. `start` and `end` point at `text` in
    the source.
    """

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"), index=True)
    position: Mapped[int]
    kind: Mapped[CommitmentKind]
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    comparison: Mapped[Comparison | None]
    target: Mapped[str] = mapped_column(sa.String(40), default="")
    unit: Mapped[str] = mapped_column(sa.String(20), default="")
    due_on: Mapped[date | None]
    start: Mapped[int | None]
    end: Mapped[int | None]

    task: Mapped[Task] = relationship(back_populates="commitments")


class Assignment(Base):
    """One unit's part in one task, a snapshot taken at the issue (责任分工).

    `unit` is who acts; `on_behalf_of` the named unit it files for (归口), `group` the collective it was expanded
    from. The last four columns are the unit's present word on the task.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        sa.UniqueConstraint("task_id", "unit_id"),
        sa.Index("ix_assignment_unit_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("task.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    share: Mapped[Share]
    on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit_group.id"))
    signed_at: Mapped[datetime | None]
    percent: Mapped[int | None]
    done: Mapped[str] = mapped_column(sa.Text, default="")
    problems: Mapped[str] = mapped_column(sa.Text, default="")
    next_step: Mapped[str] = mapped_column(sa.Text, default="")
    updated_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    task: Mapped[Task] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    on_behalf_of: Mapped[Unit | None] = relationship(foreign_keys=[on_behalf_of_id])
    group: Mapped[Group | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

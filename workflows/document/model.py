"""What a read plan is made of: the values every page, letter and duty of a plan is drawn from.

Every `Span` holds offsets into the text that was given to `parse`, so a page can show the printed words
behind each thing the parser claims.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.units import Share


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the given text: `text[start:end]` are the words claimed."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit as the clause prints it (责任单位), with its share; `collective` units stand for many (各幼儿园)."""

    printed: str
    share: Share
    span: Span
    collective: bool


@dataclass(frozen=True, slots=True)
class Milestone:
    """An earlier date inside a task that has a later deadline (阶段节点)."""

    on: date
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the reviewing clerk should look at: a stable code and a Chinese sentence (存疑)."""

    code: str
    sentence: str
    span: Span | None = None


class Recurrence(StrEnum):
    """How often a task comes round again (周期): 每月, 每季度, 每年, 持续推进."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    CONTINUOUS = "continuous"


@dataclass(frozen=True, slots=True)
class ParsedTask:
    """One assigned task (任务): the smallest stretch of text that carries its own unit assignment.

    `span` covers the task as printed, number and clause included; `text` is the demand alone and stands
    inside it. `part` counts 1, 2, 3 where one number holds several clauses. `level` is 2 for a measure
    below a task. `text_units` act in the text without a place in the clause.
    """

    number: str | None
    part: int | None
    level: int
    title: str
    section: str | None
    text: str
    span: Span
    units: tuple[NamedUnit, ...]
    deadline_on: date | None
    deadline_text: str | None
    deadline_span: Span | None
    start_text: str | None
    recurrence: Recurrence | None
    recurrence_text: str | None
    milestones: tuple[Milestone, ...]
    open_list: bool
    implied_units: tuple[str, ...]
    guiding_units: tuple[str, ...]
    text_units: tuple[str, ...]
    leader: str | None
    doubts: tuple[Doubt, ...]

    @property
    def lead_units(self) -> tuple[str, ...]:
        """The printed names of the leading units (牵头单位)."""
        return tuple(unit.printed for unit in self.units if unit.share is Share.LEAD)

    @property
    def responsible_units(self) -> tuple[str, ...]:
        """The printed names of all other units of the clause: 责任单位 and 配合单位."""
        return tuple(unit.printed for unit in self.units if unit.share is not Share.LEAD)

    @property
    def collective(self) -> bool:
        """Whether a unit of the clause stands for many."""
        return any(unit.collective for unit in self.units)


@dataclass(frozen=True, slots=True)
class UnassignedItem:
    """A numbered item that names no unit: shown to the clerk, never dropped."""

    number: str
    title: str
    span: Span


@dataclass(frozen=True, slots=True)
class ParsedPlan:
    """An official document, read: its head, its tasks in printed order, and what is in doubt."""

    title: str | None
    document_number: str | None
    issuing_body: str | None
    issued_on: date | None
    period: tuple[date, date] | None
    tasks: tuple[ParsedTask, ...]
    unassigned: tuple[UnassignedItem, ...]
    doubts: tuple[Doubt, ...]

"""What a read plan is made of: the values every page, letter and duty of a plan is drawn from.

Every `Span` holds offsets into the text that was given to `parse`, so a page can show the printed words
behind each thing the parser claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from workflows.cadence import DutyKind
from workflows.commitments import Comparison, TaskKind
from workflows.units import Share


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the given text: `text[start:end]` are the words claimed."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit as the clause prints it (责任单位), with its share; `collective` units stand for many (各幼儿园).

    `full` is what an elliptic name stands for: 财政局 behind 市人社局 means 市财政局; None where nothing was left out.
    """

    printed: str
    share: Share
    span: Span
    collective: bool
    full: str | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """An earlier date inside a task that has a later deadline (阶段节点)."""

    on: date
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A thing a task has to hand over (交付物): 制定实施方案, 建立信息数据库. `verb` is what is to be done with `what`."""

    verb: str
    what: str
    span: Span


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure a task has to reach (指标).

    `name` says what is measured, `target` is the figure as plain decimal text ("100", "2", "1:15" for a ratio), None
    where it is blank in print (*%, xx, lost): a blank is never zero. `unit` is 所, %, 个百分点, 万元 … or empty; `by`
    the date that stands with it; `text` the printed words at `span`.
    """

    name: str
    comparison: Comparison
    target: str | None
    unit: str
    by: date | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class TypeGuess:
    """The type a task seems to be, with the reason as a Chinese sentence that names the words it rests on."""

    kind: TaskKind
    reason: str


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


RECURRENCE_LABELS: Mapping[Recurrence, str] = MappingProxyType(
    {
        Recurrence.MONTHLY: "每月",
        Recurrence.QUARTERLY: "每季度",
        Recurrence.YEARLY: "每年",
        Recurrence.CONTINUOUS: "持续推进",
    }
)


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
    type: TypeGuess = TypeGuess(TaskKind.CONTINUING, "")
    deliverables: tuple[Deliverable, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    number_span: Span | None = None
    recurrence_span: Span | None = None

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
class Candidate:
    """A demand of a speech or report that no clause assigns (候选任务): offered to the clerk, never taken as certain.

    `who` are the units named as acting, as printed; `blanks` the places of figures that are lost in print.
    """

    text: str
    title: str
    section: str | None
    span: Span
    who: tuple[str, ...]
    deadline_on: date | None
    deadline_text: str | None
    recurrence: Recurrence | None
    indicators: tuple[Indicator, ...]
    blanks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class CadenceDemand:
    """A rhythm of reporting the document demands (月报告, 季通报, 年度考核, 每月25日前报送): proposed as a setting.

    `day` is the day of the month by which it is due, 31 for the month's end, None where the document does not say.
    `month` is the month it falls in: of the year for 年度考核; for 季通报 3 is the quarter's last, 1 the one after.
    """

    kind: DutyKind
    day: int | None
    text: str
    span: Span
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A person's post or a unit the document names in its governance, as printed."""

    printed: str
    span: Span


@dataclass(frozen=True, slots=True)
class TaskForce:
    """The body that drives the plan (专班, 领导小组): its name, leader, deputies, members, and where its office sits."""

    name: str
    span: Span
    leader: Named | None
    deputies: tuple[Named, ...]
    members: tuple[Named, ...]
    office: Named | None


@dataclass(frozen=True, slots=True)
class Governance:
    """How the document wants its own execution run: proposals for settings, nothing that takes effect by itself."""

    cadences: tuple[CadenceDemand, ...] = ()
    task_forces: tuple[TaskForce, ...] = ()


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
    candidates: tuple[Candidate, ...] = ()
    governance: Governance = Governance()

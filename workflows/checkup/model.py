"""What the check-up is told of a plan, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from workflows.commitments import CommitmentKind, Comparison, TaskKind
from workflows.units import OWING, Share, UnitKind


class Severity(StrEnum):
    """阻碍 keeps the plan from being issued, 提醒 should be mended first, 提示 is good to know."""

    BLOCK = "block"
    REMIND = "remind"
    HINT = "hint"


SEVERITY_LABELS: Mapping[Severity, str] = MappingProxyType(
    {Severity.BLOCK: "阻碍", Severity.REMIND: "提醒", Severity.HINT: "提示"}
)


class Check(StrEnum):
    """What was looked at, in the order people read it."""

    UNBOUND = "unbound"
    EMPTY_GROUP = "empty_group"
    FILES_NOWHERE = "files_nowhere"
    NO_UNIT = "no_unit"
    UNSURE = "unsure"
    NO_LEAD = "no_lead"
    FILES_THROUGH = "files_through"
    UNDATED = "undated"
    TERM_UNDATED = "term_undated"
    TERM_COUNTED = "term_counted"
    PAST = "past"
    OUTSIDE_PERIOD = "outside_period"
    IDLE_MEMBER = "idle_member"
    OUTSIDE_FORCE = "outside_force"
    UNNAMED = "unnamed"
    VAGUE = "vague"
    OPEN_LIST = "open_list"
    OVERLOADED = "overloaded"
    TWO_SHARES = "two_shares"
    TWO_VALUES = "two_values"
    BLANK_TARGET = "blank_target"
    NO_BASE = "no_base"
    NO_TARGET_DATE = "no_target_date"
    NO_DELIVERABLE = "no_deliverable"
    TWIN = "twin"


CHECK_LABELS: Mapping[Check, str] = MappingProxyType(
    {
        Check.UNBOUND: "单位没有对应",
        Check.EMPTY_GROUP: "集体名称没有成员",
        Check.FILES_NOWHERE: "牵头单位不登录填报",
        Check.NO_UNIT: "没有承办单位",
        Check.UNSURE: "单位有疑点没有确认",
        Check.NO_LEAD: "没有牵头单位",
        Check.FILES_THROUGH: "由归口单位代为填报",
        Check.UNDATED: "没有完成时限",
        Check.TERM_UNDATED: "时限没有换算成日期",
        Check.TERM_COUNTED: "时限是推算的",
        Check.PAST: "时限已过",
        Check.OUTSIDE_PERIOD: "时限在计划起止之外",
        Check.IDLE_MEMBER: "专班成员没有任务",
        Check.OUTSIDE_FORCE: "有任务但不在专班",
        Check.UNNAMED: "正文点名但未列为责任单位",
        Check.VAGUE: "单位指向不明",
        Check.OPEN_LIST: "单位没有列全",
        Check.OVERLOADED: "任务过于集中",
        Check.TWO_SHARES: "一个单位两种分工",
        Check.TWO_VALUES: "同一指标两个目标值",
        Check.BLANK_TARGET: "指标缺目标值",
        Check.NO_BASE: "指标缺基期值",
        Check.NO_TARGET_DATE: "指标缺达到日期",
        Check.NO_DELIVERABLE: "承诺没有交付物",
        Check.TWIN: "任务疑似重复",
    }
)


class Mend(StrEnum):
    """Where a finding is put right: the task or its confirmation, a name's binding, a group, the 归口 of a unit, the task force, the desk."""

    TASK = "task"
    ACCEPT = "accept"
    BIND = "bind"
    GROUP = "group"
    FILES_THROUGH = "files_through"
    FORCE = "force"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a unit counts as overloaded: so many tasks, or so large a share of at least `busy_from` tasks; and how alike
    two tasks have to be, as the share of neighbouring characters they have in common."""

    overload_tasks: int = 20
    overload_share: float = 0.5
    busy_from: int = 5
    likeness: float = 0.8


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the county with every name it goes by; `through` names the unit that files for it (归口)."""

    name: str
    kind: UnitKind
    names: tuple[str, ...] = ()
    through: str = ""


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """A collective name and the ids of the units it stands for now."""

    name: str
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A name as the plan prints it, and what it was bound to. `share` is None outside a clause, `place` is set there."""

    printed: str
    share: Share | None = None
    unit_id: int | None = None
    group_id: int | None = None
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment of a task; `target` is empty where it is blank in print."""

    kind: CommitmentKind
    name: str
    text: str = ""
    target: str = ""
    unit: str = ""
    comparison: Comparison | None = None
    due_on: date | None = None
    place: tuple[int, int] | None = None


def task_label(number: str, title: str) -> str:
    """How a sentence names a task: 第3项“保障特殊幼儿入园需求”."""
    return f"第{number}项“{title}”" if number else f"“{title}”"


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task as the check-up sees it. `acting` are the units its words name without a place in the clause, `unsure` the
    sentences of open doubts about its units, a list that ends in 等 aside."""

    id: int
    number: str
    title: str
    text: str = ""
    kind: TaskKind = TaskKind.DATED
    deadline_on: date | None = None
    deadline_text: str = ""
    recurs: bool = False
    names: tuple[Named, ...] = ()
    acting: tuple[str, ...] = ()
    open_list: bool = False
    unsure: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    place: tuple[int, int] | None = None

    @property
    def label(self) -> str:
        """第3项“保障特殊幼儿入园需求”."""
        return task_label(self.number, self.title)

    def owed_by(self) -> Iterator[Named]:
        """The names that owe work."""
        return (name for name in self.names if name.share in OWING)


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """Everything the check-up is told. `force` are the members and the office of the task force (专班)."""

    tasks: tuple[PlannedTask, ...]
    period: tuple[date, date] | None = None
    force: tuple[Named, ...] = ()
    units: Mapping[int, KnownUnit] = field(default_factory=dict)
    groups: Mapping[int, KnownGroup] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: how grave, the sentence, the tasks and units it is about, its place in the source text, and
    where it is mended (`mend`, with the unit or group that is mended there)."""

    check: Check
    severity: Severity
    sentence: str
    task_ids: tuple[int, ...] = ()
    units: tuple[str, ...] = ()
    place: tuple[int, int] | None = None
    mend: Mend = Mend.TASK
    unit_id: int | None = None
    group_id: int | None = None

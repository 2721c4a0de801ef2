"""The account of a plan at one instant (收账): what was asked, what came, and when. Bulletins and scores are made of it.

An account holds facts alone. It is read from the append-only record as of its instant, so that the same instant gives
the same account for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from workflows.cadence import DutyKind
from workflows.commitments import TaskKind
from workflows.escalation import LetterKind
from workflows.lifecycle import Cause, ClosingGrade, OnTime, TaskState
from workflows.light import Pace
from workflows.units import Share, UnitKind


@dataclass(frozen=True, slots=True)
class UnitAccount:
    """A unit that takes part in the plan."""

    unit_id: int
    name: str
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class Said:
    """A unit's latest word on a task as of the account: from its report of `period_key`, or between two reports ("")."""

    unit_id: int
    said_at: datetime
    period_key: str
    percent: int | None
    done: str
    problems: str = ""
    cause: Cause | None = None
    next_step: str = ""
    next_on: date | None = None
    on_time: OnTime | None = None
    help_words: str = ""
    help_unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class IndicatorAccount:
    """An indicator of a task: its target and the latest value that was reported, None where one is lacking.

    Values are in the unit of the commitment; `reached` is None where target or value is lacking.
    """

    commitment_id: int
    name: str
    unit: str
    due_on: date | None
    target: float | None
    value: float | None
    reached: bool | None


@dataclass(frozen=True, slots=True)
class TaskAccount:
    """One task: where it stands against its schedule, who takes part, and what each of them said last.

    `percent` is 累计完成 (0–100), `expected` 序时进度, None where there is no schedule. `deadline_on` is in force as of the
    account, `original_deadline_on` what was first set; they differ where an extension was granted.
    """

    task_id: int
    number: str
    title: str
    section: str
    kind: TaskKind
    state: TaskState
    deadline_on: date | None
    original_deadline_on: date | None
    percent: int | None
    expected: float | None
    pace: Pace
    pace_reason: str
    closed_on: date | None
    closing_grade: ClosingGrade | None
    shares: Mapping[int, Share]
    said: Mapping[int, Said]
    indicators: tuple[IndicatorAccount, ...] = ()

    @property
    def leads(self) -> tuple[int, ...]:
        """Ids of the units that lead the task."""
        return tuple(unit_id for unit_id, share in self.shares.items() if share is Share.LEAD)


@dataclass(frozen=True, slots=True)
class DutyAccount:
    """One thing that was asked of a unit, as of the account. What was cancelled is left out, but not a report that was
    missed before its task was closed.

    `due_on` is the day in force, `original_due_on` the first. `filed_on` is the day on which it was first filed. `late`:
    first filed after the day then in force (迟报); `missing`: the day has passed and nothing was ever filed (漏报);
    `unmended`: it was returned, and the day for its correction has passed (退回未改). `after_lock`: 补报.
    """

    duty_id: int
    kind: DutyKind
    period_key: str
    task_id: int | None
    unit_id: int
    due_on: date
    original_due_on: date
    filed_on: date | None
    late: bool
    missing: bool
    returns: int = 0
    corrections: int = 0
    after_lock: bool = False
    unmended: bool = False


@dataclass(frozen=True, slots=True)
class SlipAccount:
    """A 督办单 that a person sent to a unit; `in_time` None while the answer is not yet due."""

    slip_id: int
    kind: LetterKind
    unit_id: int
    task_id: int | None
    sent_on: date
    answered_on: date | None
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class CoordinationAccount:
    """What one unit asked of another (协调), `asked_unit_id` being who had to answer; `in_time` None while not yet due."""

    request_id: int
    task_id: int
    unit_id: int
    asked_unit_id: int
    raised_on: date
    answered_on: date | None
    in_time: bool | None


@dataclass(frozen=True, slots=True)
class GapAccount:
    """A time in which the engine stood (引擎停摆): reminders of that time were made up for afterwards."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """The whole plan from `from_on` through `to_on`, as it was known at `at`.

    Tasks are all of the plan's, in document order. Duties, slips, coordinations and gaps are those that fell due, were
    sent, raised or happened within the days of the account; what belongs to a period falls due on its first day set, so
    that a report that is returned stays in the account of its period.
    """

    plan_id: int
    title: str
    from_on: date
    to_on: date
    at: datetime
    units: Mapping[int, UnitAccount]
    tasks: tuple[TaskAccount, ...]
    duties: tuple[DutyAccount, ...]
    slips: tuple[SlipAccount, ...] = ()
    coordinations: tuple[CoordinationAccount, ...] = ()
    gaps: tuple[GapAccount, ...] = ()

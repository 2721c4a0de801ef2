"""What a new version of a running plan does to what its units owe (对在办事项的影响): decided once, shown, then done.

`steps` is asked by the page that shows the forecast and by the use case that takes the version, with the same facts:
what was shown is what happens. What a unit has filed stays, what nobody owes any more is cancelled, what is newly owed
is opened, a moved deadline is climbed to anew under the next epoch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from workflows.assignment import gatherer
from workflows.cadence import CadenceRules, DutyKind, Period, Rhythm, in_calendar, openings
from workflows.calendar import WorkCalendar
from workflows.escalation import Climb, Ladder, Rung, decide, first_moment
from workflows.lifecycle import DutyState, TaskEvent, TaskState
from workflows.units import OWING, Share

LONGEST_OPEN = timedelta(days=62)
"""Farther back no month is looked for that could still be open."""


class Move(StrEnum):
    """What becomes of a duty: 新开, 恢复, 改期, 撤销."""

    OPEN = "open"
    REOPEN = "reopen"
    REDATE = "redate"
    CANCEL = "cancel"


MOVE_LABELS: Mapping[Move, str] = MappingProxyType(
    {Move.OPEN: "新开", Move.REOPEN: "恢复", Move.REDATE: "改期", Move.CANCEL: "撤销"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A duty of a task as it stands."""

    id: int
    unit_id: int
    kind: DutyKind
    period_key: str
    state: DutyState
    due_on: date


@dataclass(frozen=True, slots=True)
class Running:
    """A task of the running plan: `parts` are the acting units with their shares, `asked` all its duties."""

    state: TaskState
    deadline_on: date | None
    parts: Mapping[int, Share]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The same task as the new version wants it."""

    deadline_on: date | None
    parts: Mapping[int, Share]
    rhythm: Rhythm = Rhythm.MONTHLY


@dataclass(frozen=True, slots=True)
class Terms:
    """The days on which a new version is taken: `months` are the reports a unit that comes now still owes.

    `own` holds the terms of the units that have a working calendar of their own.
    """

    today: date
    sign_by: date
    months: tuple[Period, ...]
    own: Mapping[int, Terms] = field(default_factory=dict)

    def of(self, unit_id: int) -> Terms:
        """The same days by the unit's own working calendar, where it has one."""
        return self.own.get(unit_id, self)


@dataclass(frozen=True, slots=True)
class Step:
    """One duty that is opened, reopened, moved to another date or cancelled. `duty_id` is None for one to be opened.

    `was_due_on` is the date before; a cancelled duty keeps its date. `quiet` is a duty whose unit has asked to close
    the task: it takes the new date without being chased while the office looks (decision 0007).
    """

    move: Move
    unit_id: int
    kind: DutyKind
    period_key: str
    opens_on: date
    due_on: date
    duty_id: int | None = None
    was_due_on: date | None = None
    quiet: bool = False


def open_months(
    issued_on: date,
    opened_through_on: date,
    today: date,
    rules: CadenceRules,
    calendar: WorkCalendar,
    own: WorkCalendar | None = None,
) -> tuple[Period, ...]:
    """The periods of reports open now that leave a unit which comes today the working days it must have (decision 0005).

    `calendar` is the national one, by which periods open; `own` the unit's, by which it owes them.
    """
    counted = own or calendar
    since = max(issued_on - timedelta(days=1), today - LONGEST_OPEN)
    opened = [
        in_calendar(period, rules, counted)
        for period in openings(since, opened_through_on, rules, calendar)
        if period.kind is DutyKind.MONTHLY_REPORT
    ]
    return tuple(p for p in opened if counted.between(today, p.due_on) >= rules.least_workdays_open)


def task_event(before: Running | None, after: Wanted | None) -> TaskEvent | None:
    """What happens to the task itself: issued, withdrawn, taken up again, or nothing. A closed task stays closed."""
    if before is None:
        return TaskEvent.ISSUE
    if after is None:
        return None if before.state in {TaskState.CLOSED, TaskState.WITHDRAWN} else TaskEvent.WITHDRAW
    return TaskEvent.REOPEN if before.state is TaskState.WITHDRAWN else None


def steps(before: Running | None, after: Wanted | None, terms: Terms) -> tuple[Step, ...]:
    """What becomes of a task's duties; a task that is not in one of the versions is None there.

    A closed task (已销号) asks nothing, whatever the new version says.
    """
    if before and before.state is TaskState.CLOSED:
        return ()
    owed = _owed(before, after, terms) if after else []
    known = {(duty.unit_id, duty.kind, duty.period_key): duty for duty in before.asked} if before else {}
    redated = bool(before and after and before.deadline_on != after.deadline_on)
    begun = [_begin(step, known.get((step.unit_id, step.kind, step.period_key)), redated) for step in owed]
    ended = [_end(duty) for duty in known.values() if _is_asked(duty) and not _is_owed(duty, after)]
    return (*ended, *(step for step in begun if step))


def _owed(before: Running | None, after: Wanted, terms: Terms) -> list[Step]:
    """Every duty that must be open afterwards, as if it had to be opened."""
    today, found = terms.today, []
    revived = before is None or before.state is TaskState.WITHDRAWN
    for unit_id, share in after.parts.items():
        came = revived or before is None or before.parts.get(unit_id) not in OWING
        if share in OWING and came:
            found.append(Step(Move.OPEN, unit_id, DutyKind.SIGN, "", today, terms.of(unit_id).sign_by))
            found += _months(unit_id, DutyKind.MONTHLY_REPORT, after, terms)
        if share is Share.LEAD and after.deadline_on:
            found.append(Step(Move.OPEN, unit_id, DutyKind.COMPLETION, "", today, after.deadline_on))
    gathers = gatherer(after.parts)
    if gathers is not None and (revived or before is None or gathers != gatherer(before.parts)):
        found += _months(gathers, DutyKind.CONSOLIDATION, after, terms)
    return found


def _months(unit_id: int, kind: DutyKind, after: Wanted, terms: Terms) -> list[Step]:
    """What the unit owes of the periods open now, in the task's rhythm."""
    return [
        Step(Move.OPEN, unit_id, kind, month.key, month.opens_on, month.due(kind))
        for month in terms.of(unit_id).months
        if month.rhythm is after.rhythm
    ]


def _begin(step: Step, duty: Asked | None, redated: bool) -> Step | None:
    """The step as it has to be taken where there was such a duty before; None where nothing is to be done."""
    if duty is None:
        return step
    if duty.state is DutyState.CANCELLED:
        return replace(step, move=Move.REOPEN, duty_id=duty.id, was_due_on=duty.due_on)
    moved = redated and step.kind is DutyKind.COMPLETION and duty.due_on != step.due_on
    if moved and duty.state is not DutyState.DONE:
        quiet = duty.state is DutyState.FILED
        return replace(step, move=Move.REDATE, duty_id=duty.id, was_due_on=duty.due_on, quiet=quiet)
    return None


def _is_asked(duty: Asked) -> bool:
    """Whether cancelling it would spare anybody anything: a report that was filed stays and is reviewed."""
    if duty.state is DutyState.FILED:
        return duty.kind is DutyKind.COMPLETION
    return duty.state is DutyState.OPEN


def _is_owed(duty: Asked, after: Wanted | None) -> bool:
    if duty.kind is DutyKind.ANSWER:
        return after is not None  # owed by whoever was asked, a unit of the task or not
    share = after.parts.get(duty.unit_id) if after else None
    if duty.kind is DutyKind.COMPLETION:
        return share is Share.LEAD and bool(after and after.deadline_on)
    if duty.kind is DutyKind.CONSOLIDATION:
        return bool(after and gatherer(after.parts) == duty.unit_id)
    return share in OWING


def _end(duty: Asked) -> Step:
    return Step(
        Move.CANCEL, duty.unit_id, duty.kind, duty.period_key, duty.due_on, duty.due_on, duty.id, duty.due_on
    )


def first_letter(
    step: Step, ladder: Ladder, calendar: WorkCalendar, now: datetime
) -> tuple[datetime, Rung] | None:
    """When the engine first writes about a duty that is armed now by that step, and which rung it is."""
    climb = Climb(step.opens_on, step.due_on, now)
    at = first_moment(climb, ladder, calendar)
    while at is not None:
        at = max(at, now)
        decided = decide(climb, ladder, calendar, at)
        if decided.act:
            return at, decided.act
        climb, at = replace(climb, rung=decided.rung), decided.next_action_at
    return None

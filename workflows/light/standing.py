"""The facts a light is judged by, and what the schedule expects of a task by a given day (序时进度)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from workflows.calendar import WorkCalendar
from workflows.lifecycle import OnTime

NO_CHANGE = "本月无变化。"
"""What one press writes into a month's report with nothing new in it (零报告)."""

NO_CHANGE_PERIOD = "本期无变化。"
"""The same in a report of another rhythm."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated stage of a task (阶段节点); `planned` is the share of the whole the plan names for it, if it does."""

    due_on: date
    planned: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts the light judges.

    `percent` is what is done, 0–100, None while nothing was reported; `overdue_duties` counts what the task's units owe
    and have not filed, `reports_due_on` is when the next of their open reports closes. `unchanged_periods` counts
    reports in a row without news, `on_time` is the lead's latest word on 能否按期. `advocacy` marks tasks that only
    encourage (倡导型). `held_reason` says why nobody is chased just now (停表); empty when the clock runs.
    """

    starts_on: date | None
    deadline_on: date | None
    percent: int | None
    closed: bool
    issued: bool
    overdue_duties: int = 0
    withdrawn: bool = False
    suspended: bool = False
    advocacy: bool = False
    milestones: tuple[Milestone, ...] = ()
    unchanged_periods: int = 0
    on_time: OnTime | None = None
    reports_due_on: date | None = None
    held_reason: str = ""

    @property
    def done(self) -> int:
        """What is done, 0–100; what nobody has reported counts as nothing."""
        return self.percent or 0


@dataclass(frozen=True, slots=True)
class Stage:
    """One point of the planned curve: by the end of that day, so much is to be done."""

    on: date
    percent: float


def planned_curve(standing: Standing) -> tuple[Stage, ...]:
    """The plan as a curve: nothing at the start, everything at the deadline, milestones between; () without both dates.

    A milestone whose share the plan does not name takes an equal step between those that are named: the document gives
    no weights. Milestones on or before the start, or on or after the deadline, tell nothing the ends do not.
    """
    start, end = standing.starts_on, standing.deadline_on
    if start is None or end is None or end <= start:
        return ()
    stones = sorted(
        (m for m in standing.milestones if start < m.due_on < end), key=lambda m: (m.due_on, m.planned or 0)
    )
    named = [list(same)[-1] for _, same in groupby(stones, key=lambda m: m.due_on)]
    return _filled([Milestone(start, 0), *named, Milestone(end, 100)])


def _filled(stones: Sequence[Milestone]) -> tuple[Stage, ...]:
    """Shares for stones that have none, in equal steps; a named share that would go back counts as not named."""
    anchors = [0]
    for index, stone in enumerate(stones):
        before = stones[anchors[-1]].planned or 0
        if index and stone.planned is not None and before <= stone.planned <= 100:
            anchors.append(index)
    shares: list[float] = [0]
    for left, right in pairwise(anchors):
        low, high = stones[left].planned or 0, stones[right].planned or 0
        steps = right - left
        shares += [low + (high - low) * step / steps for step in range(1, steps + 1)]
    return tuple(Stage(stone.due_on, share) for stone, share in zip(stones, shares, strict=True))


def expected_percent(standing: Standing, today: date, calendar: WorkCalendar) -> float | None:
    """序时进度, 0–100: along the planned curve, by working days between its points; None without both dates.

    Without milestones these are the working days passed over all working days (reference b.3). A rest day more among
    the days gone by never raises it; one among the days to come may, for then less time is left.
    """
    curve = planned_curve(standing)
    if not curve:
        return None
    if today <= curve[0].on:
        return 0.0
    after = bisect_left(curve, today, key=lambda stage: stage.on)
    if after == len(curve):
        return 100.0
    left, right = curve[after - 1], curve[after]
    whole = calendar.between(left.on, right.on)
    share = calendar.between(left.on, today) / whole if whole else 1.0
    return left.percent + (right.percent - left.percent) * share


@dataclass(frozen=True, slots=True)
class Filed:
    """One report that was submitted: its figure, what it says was done, and whether waiting is planned (按计划等待)."""

    percent: int
    done: str
    waiting: bool = False


def unchanged_periods(filed: Sequence[Filed], *, scheduled: bool, percent: int | None = None) -> int:
    """How many of the latest reports in a row brought no change (连续无变化); `filed` runs from the latest back.

    The figure stayed what it was the period before (before the first report: 0), and waiting was not planned. Where no
    schedule asks for a figure, new words are news too (reference a.2, T2: 按每期有无实质进展). `percent` is the unit's
    present word: when it has gone beyond the latest report, that is a change already.
    """
    if filed and percent is not None and percent != filed[0].percent:
        return 0
    count = 0
    for report, before in pairwise([*filed, Filed(0, "")]):
        if report.waiting or report.percent != before.percent:
            break
        if not scheduled and _says_more(report.done, before.done):
            break
        count += 1
    return count


def _says_more(words: str, before: str) -> bool:
    return words.strip() not in {"", NO_CHANGE, NO_CHANGE_PERIOD, before.strip()}

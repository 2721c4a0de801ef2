"""月汇总表: one period of a plan as the office hands it on: who reported, where the tasks stand, what is in the way.

A pure function of two accounts, so that every figure is the count of its rows (reference e, document 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from workflows.accounts import Account, DutyAccount, Said, TaskAccount, UnitAccount
from workflows.bulletins.counting import NOT_COUNTED, shares
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.light import PACE_LABELS, Pace


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """One figure of the summary: its name and the reports it counts."""

    key: str
    label: str
    rows: tuple[DutyAccount, ...]

    @property
    def count(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class PaceFigure:
    """One class of the 五分法: its tasks, and its share of all in tenths of a per cent."""

    pace: Pace
    tasks: tuple[TaskAccount, ...]
    share: int

    @property
    def label(self) -> str:
        return PACE_LABELS[self.pace]

    @property
    def percent(self) -> str:
        """37.5%."""
        return f"{self.share / 10:.1f}%"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One line of the 堵点清单: what a unit names as being in the way of a task, and what it asks of whom (需协调)."""

    task: TaskAccount
    unit: UnitAccount
    said: Said
    asked: UnitAccount | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit's reports of the period, in figures."""

    unit: UnitAccount
    asked: int
    filed: int
    late: int
    missing: int
    after_lock: int
    corrected: int
    returned: int


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """月汇总表 of one period of a plan.

    `reports` holds 应报, 已报, 按时, 迟报, 漏报, 补报, 更正, 退回 and 未到期 as known at `at`; `paces` and `obstacles` are as
    of `closed_at`, the end of the period's lock day where that is past.
    """

    plan_id: int
    title: str
    period_key: str
    at: datetime
    closed_at: datetime
    reports: tuple[MonthFigure, ...]
    units: tuple[UnitLine, ...]
    paces: tuple[PaceFigure, ...]
    obstacles: tuple[Obstacle, ...]
    tasks: Mapping[int, TaskAccount]
    names: Mapping[int, str]

    def figure(self, key: str) -> MonthFigure:
        """The figure of that key: asked, filed, in-time, late, missing, after-lock, corrected, returned, waiting."""
        return next(one for one in self.reports if one.key == key)


def summarise(period_key: str, opened_on: date, known: Account, closed: Account) -> MonthSummary:
    """The summary of a period that opened on `opened_on`: reports from `known`, tasks and obstacles from `closed`."""
    asked = [d for d in known.duties if d.kind is DutyKind.MONTHLY_REPORT and d.period_key == period_key]
    return MonthSummary(
        known.plan_id,
        known.title,
        period_key,
        known.at,
        closed.at,
        tuple(_figures(asked)),
        tuple(_unit_lines(asked, known.units)),
        tuple(_paces(closed.tasks)),
        tuple(_obstacles(period_key, opened_on, closed)),
        MappingProxyType({task.task_id: task for task in (*closed.tasks, *known.tasks)}),
        MappingProxyType({unit_id: unit.name for unit_id, unit in {**closed.units, **known.units}.items()}),
    )


def _figures(asked: list[DutyAccount]) -> Iterable[MonthFigure]:
    filed = [duty for duty in asked if duty.filed_on]
    yield MonthFigure("asked", "应报", tuple(asked))
    yield MonthFigure("filed", "已报", tuple(filed))
    yield MonthFigure("in-time", "按时", tuple(duty for duty in filed if not duty.late))
    yield MonthFigure("late", "迟报", tuple(duty for duty in filed if duty.late))
    yield MonthFigure("missing", "漏报", tuple(duty for duty in asked if duty.missing))
    yield MonthFigure("after-lock", "补报", tuple(duty for duty in filed if duty.after_lock))
    yield MonthFigure("corrected", "更正", tuple(duty for duty in filed if duty.corrections))
    yield MonthFigure("returned", "退回", tuple(duty for duty in filed if duty.returns))
    yield MonthFigure("waiting", "未到期", tuple(d for d in asked if not d.filed_on and not d.missing))


def _unit_lines(asked: list[DutyAccount], units: Mapping[int, UnitAccount]) -> Iterable[UnitLine]:
    owed: dict[int, list[DutyAccount]] = {}
    for duty in asked:
        owed.setdefault(duty.unit_id, []).append(duty)
    for unit_id, own in owed.items():
        counts = {figure.key: figure.count for figure in _figures(own)}
        yield UnitLine(
            units[unit_id],
            counts["asked"],
            counts["filed"],
            counts["late"],
            counts["missing"],
            counts["after-lock"],
            counts["corrected"],
            counts["returned"],
        )


def _paces(tasks: Iterable[TaskAccount]) -> Iterable[PaceFigure]:
    found: dict[Pace, list[TaskAccount]] = {pace: [] for pace in Pace}
    for task in tasks:
        if task.state not in NOT_COUNTED:
            found[task.pace].append(task)
    parts = shares([len(rows) for rows in found.values()])
    for (pace, rows), part in zip(found.items(), parts, strict=True):
        yield PaceFigure(pace, tuple(rows), part)


def _obstacles(period_key: str, opened_on: date, account: Account) -> Iterable[Obstacle]:
    """What is said in the way in this period: in its report, or between two reports since it opened."""
    for task in account.tasks:
        for unit_id, said in task.said.items():
            of_it = said.period_key == period_key or (
                not said.period_key and local_date(said.said_at) >= opened_on
            )
            if of_it and (said.problems.strip() or said.help_words.strip()):
                asked = account.units.get(said.help_unit_id) if said.help_unit_id else None
                yield Obstacle(task, account.units[unit_id], said, asked)

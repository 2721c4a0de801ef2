"""Accounts made by hand, for the year's scores: a small county in which every figure can be worked out on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from workflows.accounts import (
    Account,
    CoordinationAccount,
    DutyAccount,
    IndicatorAccount,
    SlipAccount,
    TaskAccount,
    UnitAccount,
)
from workflows.cadence import DutyKind
from workflows.commitments import TaskKind
from workflows.escalation import LetterKind
from workflows.lifecycle import ClosingGrade, TaskState
from workflows.light import Pace
from workflows.units import Share, UnitKind

EDUCATION, FINANCE, TOWN, GARDEN, COUNTY = 1, 2, 3, 4, 5
UNITS = {
    EDUCATION: UnitAccount(EDUCATION, "县教育局", UnitKind.DEPARTMENT),
    FINANCE: UnitAccount(FINANCE, "县财政局", UnitKind.DEPARTMENT),
    TOWN: UnitAccount(TOWN, "城关镇", UnitKind.TOWNSHIP),
    GARDEN: UnitAccount(GARDEN, "示例幼儿园", UnitKind.KINDERGARTEN),
    COUNTY: UnitAccount(COUNTY, "县政府", UnitKind.GOVERNMENT),
}
YEAR_END = date(2025, 12, 31)


def task(
    number: int,
    shares: Mapping[int, Share],
    *,
    state: TaskState = TaskState.UNDERWAY,
    deadline: date | None = YEAR_END,
    closed: date | None = None,
    grade: ClosingGrade | None = None,
    pace: Pace = Pace.ON,
    kind: TaskKind = TaskKind.DATED,
    percent: int | None = 50,
    indicators: tuple[IndicatorAccount, ...] = (),
) -> TaskAccount:
    """A task; closed when a day is given for it."""
    return TaskAccount(
        number,
        str(number),
        f"任务{number}",
        "",
        kind,
        TaskState.CLOSED if closed else state,
        deadline,
        deadline,
        percent,
        None,
        Pace.DONE if closed else pace,
        "",
        closed,
        grade,
        dict(shares),
        {},
        indicators,
    )


def report(
    number: int,
    unit: int,
    of_task: int | None = 1,
    *,
    period: str = "2025-03",
    late: bool = False,
    missing: bool = False,
    filed: bool = True,
    returns: int = 0,
    kind: DutyKind = DutyKind.MONTHLY_REPORT,
) -> DutyAccount:
    """A month's report; filed on its day unless said otherwise."""
    due = date(2025, 3, 25)
    filed_on = None if missing or not filed else date(2025, 3, 28) if late else due
    return DutyAccount(number, kind, period, of_task, unit, due, due, filed_on, late, missing, returns)


def slip(
    number: int,
    unit: int,
    of_task: int | None = 1,
    *,
    kind: LetterKind = LetterKind.YELLOW_SLIP,
    in_time: bool | None,
) -> SlipAccount:
    answered = date(2025, 4, 3) if in_time is not None else None
    return SlipAccount(number, kind, unit, of_task, date(2025, 4, 1), answered, in_time)


def coordination(number: int, asked: int, *, in_time: bool | None, of_task: int = 1) -> CoordinationAccount:
    answered = date(2025, 4, 3) if in_time else None
    return CoordinationAccount(number, of_task, EDUCATION, asked, date(2025, 4, 1), answered, in_time)


def indicator(number: int, *, reached: bool | None, due: date | None = YEAR_END) -> IndicatorAccount:
    value = None if reached is None else 90.0 if reached else 70.0
    return IndicatorAccount(number, "普惠率", "%", due, 85.0, value, reached)


def account(
    *tasks: TaskAccount,
    duties: tuple[DutyAccount, ...] = (),
    slips: tuple[SlipAccount, ...] = (),
    coordinations: tuple[CoordinationAccount, ...] = (),
    units: Mapping[int, UnitAccount] | None = None,
) -> Account:
    """The year 2025 as known on 2026年1月8日."""
    found = Account(
        1,
        "行动计划",
        date(2025, 1, 1),
        YEAR_END,
        datetime(2026, 1, 8, 2, tzinfo=UTC),
        UNITS if units is None else units,
        tasks,
        duties,
    )
    return replace(found, slips=slips, coordinations=coordinations)

"""月报齐套: who filed for which of the last months, units down and months across."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.db import session
from app.models import Assignment, Duty, Group, Unit
from app.queries import rules
from workflows.cadence import DutyKind
from workflows.calendar import is_late, local_date
from workflows.lifecycle import DutyState
from workflows.wording import overdue_workdays


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one unit or group: reports owed, filed, filed late, and sent back.

    `late_workdays` is the worst of those filed late, against the first date; `past` whether the date is behind us.
    """

    owed: int
    filed: int
    late: int
    returned: int
    late_workdays: int
    past: bool

    @property
    def whole(self) -> bool:
        return self.filed == self.owed

    @property
    def tone(self) -> str:
        """ok, late, miss or wait: the colour, never without the word."""
        if self.whole:
            return "late" if self.late else "ok"
        return "miss" if self.past else "late" if self.returned else "wait"

    @property
    def word(self) -> str:
        """按时, 迟2日 (迟报 within the same working day), 未报, 待报, 退回; several reports say 9/11 before it."""
        words = {
            "ok": "按时",
            "late": f"迟{self.late_workdays}日" if self.late_workdays else "迟报",
            "miss": "未报",
            "wait": "待报",
        }
        word = "退回" if self.returned and not self.whole else words[self.tone]
        if self.owed == 1:
            return word
        counted = f"{self.filed}/{self.owed}"
        return counted if self.tone in {"ok", "wait"} else f"{counted} {'未齐' if word == '未报' else word}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a unit, or a group (各幼儿园) whose members owe nothing else, folded into one."""

    name: str
    unit_id: int | None
    group_id: int | None
    units: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A unit that owes nothing in a month has no cell there. `totals` are 应报, 已报, 迟报, 未报 of all it shows."""

    months: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Owed:
    unit_id: int
    unit: str
    group_id: int | None
    group: str | None
    key: str
    state: DutyState
    filed_at: datetime | None
    due_on: date
    original_due_on: date
    cutoff_hour: int


def matrix(now: datetime, *, months: int = 7, group_id: int | None = None) -> Matrix:
    """The last months; with `group_id`, the members of that group one by one instead of folded."""
    keys = _last_months(months)
    owed = _owed(keys)
    folded = _folded(owed)
    if group_id is not None:
        owed = [line for line in owed if folded.get(line.unit_id) == group_id]
        folded = {}
    rows: dict[tuple[int | None, int | None], list[_Owed]] = defaultdict(list)
    for line in owed:
        group = folded.get(line.unit_id)
        rows[(None, group) if group else (line.unit_id, None)].append(line)
    lines = tuple(_line(key, found, now) for key, found in rows.items())
    return Matrix(tuple(keys), lines, _totals(lines))


def _last_months(months: int) -> list[str]:
    newest = (
        sa.select(Duty.period_key)
        .where(Duty.kind == DutyKind.MONTHLY_REPORT, Duty.state != DutyState.CANCELLED)
        .group_by(Duty.period_key)
        .order_by(sa.func.max(Duty.opens_on).desc(), Duty.period_key.desc())
        .limit(months)
    )
    return list(session().scalars(newest))[::-1]


def _owed(keys: Sequence[str]) -> list[_Owed]:
    part = sa.and_(Assignment.task_id == Duty.task_id, Assignment.unit_id == Duty.unit_id)
    owed = (
        sa.select(
            Duty.unit_id,
            Unit.name,
            Assignment.group_id,
            Group.name,
            Duty.period_key,
            Duty.state,
            Duty.filed_at,
            Duty.due_on,
            Duty.original_due_on,
            Duty.cutoff_hour,
        )
        .join(Unit, Unit.id == Duty.unit_id)
        .outerjoin(Assignment, part)
        .outerjoin(Group, Group.id == Assignment.group_id)
        .where(
            Duty.kind == DutyKind.MONTHLY_REPORT,
            Duty.period_key.in_(keys),
            Duty.state != DutyState.CANCELLED,
        )
        .order_by(Unit.position, Unit.id)
    )
    return [_Owed(*tuple(row)) for row in session().execute(owed)]


def _folded(owed: Iterable[_Owed]) -> Mapping[int, int]:
    """Unit → group, for units that report only as members of one group that has other members too."""
    groups: dict[int, set[int | None]] = defaultdict(set)
    for line in owed:
        groups[line.unit_id].add(line.group_id)
    only = {unit: found.pop() for unit, found in groups.items() if len(found) == 1}
    sizes: dict[int, int] = defaultdict(int)
    for group in only.values():
        if group is not None:
            sizes[group] += 1
    return {unit: group for unit, group in only.items() if group is not None and sizes[group] > 1}


def _line(key: tuple[int | None, int | None], owed: Sequence[_Owed], now: datetime) -> Line:
    unit_id, group_id = key
    months: dict[str, list[_Owed]] = defaultdict(list)
    for line in owed:
        months[line.key].append(line)
    first = owed[0]
    return Line(
        (first.group or "") if group_id else first.unit,
        unit_id,
        group_id,
        len({line.unit_id for line in owed}),
        {month: _cell(found, now) for month, found in months.items()},
    )


def _cell(owed: Collection[_Owed], now: datetime) -> Cell:
    filed = [line for line in owed if line.state is not DutyState.OPEN]
    late = [x for x in filed if x.filed_at and is_late(x.original_due_on, x.cutoff_hour, x.filed_at)]
    waiting = [line for line in owed if line.state is DutyState.OPEN]
    return Cell(
        len(owed),
        len(filed),
        len(late),
        sum(line.filed_at is not None for line in waiting),
        max(map(_delay, late), default=0),
        any(is_late(line.due_on, line.cutoff_hour, now) for line in waiting),
    )


def _delay(line: _Owed) -> int:
    """The unit's working days between the first date and the filing."""
    assert line.filed_at is not None
    return overdue_workdays(line.original_due_on, local_date(line.filed_at), rules.calendar(line.unit_id))


def _totals(lines: Sequence[Line]) -> tuple[int, int, int, int]:
    cells = [cell for line in lines for cell in line.cells.values()]
    missing = sum(cell.owed - cell.filed for cell in cells if cell.past)
    return sum(c.owed for c in cells), sum(c.filed for c in cells), sum(c.late for c in cells), missing

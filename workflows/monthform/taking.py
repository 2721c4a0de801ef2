"""What a form that came back would put into the drafts; and what it would not, and why: nothing is taken silently."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from workflows.errors import Refused
from workflows.monthform.cells import EDITABLE, HEADS, READ_ONLY, Field, FormRow, cells, plain
from workflows.monthform.rows import Row, Stamp, read_stamp
from workflows.monthform.typed import read

BY_HAND = (
    "这一行不是导出时就有的（手工添加，或识别码被改过），系统认不出是哪项任务。请填在任务自己的那一行里。"
)
ELSEWHERE = "这一行是别的单位或别的月份的，或者任务已经销号、撤销，本月不再要求填报。"
TWICE = "这项任务在表里出现了两次，只看前面的一行。"
MEANWHILE = "导出以后同事也改了这一格，系统里现在是“{now}”。保留同事的；要用表里的，请在月报页面上改。"
NOT_ASKED = "这一列只供查看，改动没有采用。"


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that is taken: what stood there, and what will."""

    field: Field
    old: str
    new: str

    @property
    def head(self) -> str:
        return HEADS[self.field]


@dataclass(frozen=True, slots=True)
class Left:
    """Words that are not taken, and why; without a `field`, the whole row."""

    field: Field | None
    words: str
    why: str

    @property
    def head(self) -> str:
        return HEADS[self.field] if self.field else "整行"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one row of the sheet. `values` is what its changes mean, by the names an entry has for it."""

    at: int
    duty_id: int | None
    label: str
    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Taking:
    """All rows that say something new; how many say nothing (`same`), and tasks that the sheet has no row of (`absent`)."""

    outcomes: tuple[Outcome, ...]
    same: int
    absent: tuple[str, ...]

    @property
    def taken(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.changes)

    @property
    def left(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.left)

    @property
    def fingerprint(self) -> str:
        """Stands for exactly this: what was shown is what is taken."""
        shown = [
            [
                one.at,
                one.duty_id,
                [[c.field, c.old, c.new] for c in one.changes],
                [[w.field, w.why] for w in one.left],
            ]
            for one in self.outcomes
        ]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def compare(rows: Sequence[Row], present: Mapping[int, FormRow], units: Mapping[str, int]) -> Taking:
    """Hold a form that came back against the month as it stands; `units` are the names help may be asked of."""
    outcomes, seen, same = [], set[int](), 0
    for row in rows:
        stamp = read_stamp(row.cells.get(Field.STAMP, ""))
        there = present.get(stamp.duty_id) if stamp else None
        why = BY_HAND if stamp is None else ELSEWHERE if there is None else ""
        if there is not None and not why:
            why = TWICE if there.duty_id in seen else ""
            seen.add(there.duty_id)
        if why or stamp is None or there is None:
            outcomes.append(_refused(row, there, why))
            continue
        outcome = _row(row, stamp, there, units)
        if outcome.changes or outcome.left:
            outcomes.append(outcome)
        else:
            same += 1
    absent = tuple(one.label for duty_id, one in present.items() if duty_id not in seen and not one.closed)
    return Taking(tuple(outcomes), same, absent)


def _refused(row: Row, there: FormRow | None, why: str) -> Outcome:
    """A row that is left whole, with all that was typed in it."""
    typed = "；".join(words for field in EDITABLE if (words := row.cells.get(field, "")))
    label = there.label if there else row.cells.get(Field.TITLE, "") or "（没有任务名称）"
    return Outcome(row.at, there.duty_id if there else None, label, left=(Left(None, typed, why),))


def _row(row: Row, stamp: Stamp, there: FormRow, units: Mapping[str, int]) -> Outcome:
    now = cells(there)
    filled = [
        field for field in EDITABLE if field in row.cells and not stamp.is_as_sent(field, row.cells[field])
    ]
    wanted = [field for field in filled if plain(row.cells[field]) != plain(now[field])]
    if wanted and there.closed:
        typed = "；".join(row.cells[field] for field in wanted if row.cells[field])
        return Outcome(row.at, there.duty_id, there.label, left=(Left(None, typed, there.closed),))
    left = [
        Left(field, row.cells[field], NOT_ASKED)
        for field in READ_ONLY
        if field in row.cells and not stamp.is_as_sent(field, row.cells[field])
    ]
    changes, values = [], dict[str, Any]()
    for column in wanted:
        try:
            if not stamp.is_as_sent(column, now[column]):
                raise Refused("stale", MEANWHILE.format(now=now[column] or "空"))
            values |= read(column, row.cells[column], there, units)
        except Refused as refusal:
            left.append(Left(column, row.cells[column], str(refusal)))
        else:
            changes.append(Change(column, now[column], row.cells[column]))
    return Outcome(row.at, there.duty_id, there.label, tuple(changes), tuple(left), values)

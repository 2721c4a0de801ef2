"""What a list that came back would change: seen before it is done, cell by cell."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workflows.difference import Run, difference
from workflows.errors import Refused
from workflows.redraft import Draft
from workflows.sheetrows import said
from workflows.tasklist.cells import EDITABLE, HEADS, UNIT_FIELDS, Cells, Field, cells
from workflows.tasklist.rows import Row, Stamp, read_stamp
from workflows.tasklist.typed import check, meaning, says_the_same


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: what the plan says now, and what the list says."""

    field: Field
    old: str
    new: str

    @property
    def head(self) -> str:
        return HEADS[self.field]

    @property
    def means(self) -> str:
        """How the new words are understood, where that is said in other words (2025年底)."""
        understood = meaning(self.field, self.new)
        return "" if understood == self.new else understood

    @property
    def runs(self) -> tuple[Run, ...]:
        """The way from the old words to the new ones, for cells too long to be read twice."""
        return difference(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Edit:
    """A task with changed cells. In `clashes` a colleague changed the same cell since the list went out: they are left
    as they are unless the person decides for the list's words."""

    task_id: int
    row: int
    label: str
    changes: tuple[Change, ...] = ()
    clashes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """A row without a stamp: a new task, to stand behind that of the row above it (`after`, None at the top)."""

    row: int
    after: int | None
    cells: Cells


@dataclass(frozen=True, slots=True)
class Removal:
    """A task of the plan that has no row any more."""

    task_id: int
    label: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell that cannot be taken, with a sentence that says what to write."""

    row: int
    head: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything the list would do. `notes` say what was passed over; with `troubles` nothing can be taken."""

    edits: tuple[Edit, ...] = ()
    additions: tuple[Addition, ...] = ()
    removals: tuple[Removal, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    notes: tuple[str, ...] = ()
    same: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether the list says what the plan says."""
        return not (self.edits or self.additions or self.removals or self.troubles)

    @property
    def fingerprint(self) -> str:
        """Equal for equal changes: what is done is what was shown."""
        return hashlib.sha256(repr((self.edits, self.additions, self.removals)).encode()).hexdigest()


@dataclass(slots=True)
class _Found:
    edits: list[Edit] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    met: set[int] = field(default_factory=set)
    same: int = 0


def compare(plan_id: int, tasks: Mapping[int, Draft], rows: Sequence[Row]) -> Changes:
    """What the rows would change in the plan's tasks, which come in their order."""
    found, above = _Found(), None
    twins = _copies(rows)
    for row in rows:
        words = row.cells.get(Field.STAMP, "")
        stamp = None if row.at in twins else read_stamp(words)
        if not words or row.at in twins:
            found.additions.append(Addition(row.at, above, _shown(row)))
            found.troubles.extend(_incomplete(row, row.cells, EDITABLE))
            found.notes.extend(_passed_over(row) if not words else [_COPIED.format(row.at)])
        elif stamp is None or stamp.plan_id != plan_id:
            found.troubles.append(Trouble(row.at, HEADS[Field.STAMP], _FOREIGN if stamp else _ALTERED))
        elif stamp.task_id not in tasks:
            found.notes.append(_GONE.format(row.at, row.cells[Field.TITLE]))
        else:
            above = stamp.task_id
            _compare(found, row, stamp, tasks[above])
    gone = tuple(
        Removal(task_id, _label(draft)) for task_id, draft in tasks.items() if task_id not in found.met
    )
    return Changes(
        tuple(found.edits),
        tuple(found.additions),
        gone,
        tuple(found.troubles),
        tuple(found.notes),
        found.same,
    )


_ALTERED = "识别码被改动过，认不出是哪项任务。请从原表恢复这一格；如果是新增的任务，请清空这一格。"
_FOREIGN = "这一行来自另一个计划的表。请只上传本计划导出的表；如果是新增的任务，请清空这一格。"
_GONE = "第{}行“{}”已被同事从计划中删去，没有恢复。"
_COPIED = "第{}行是复制出来的，按新增任务处理。"
_FOR_READING = "第{}行的“{}”只供查看，表格里的改动没有采用，请在核对页修改。"


def _compare(found: _Found, row: Row, stamp: Stamp, draft: Draft) -> None:
    """Note what one row changes in its task."""
    found.met.add(stamp.task_id)
    shown = cells(draft)
    changes: list[Change] = []
    clashes: list[Change] = []
    for each in EDITABLE:
        mine, now = row.cells.get(each, said(shown[each])), said(shown[each])
        if says_the_same(each, mine, now) or stamp.is_as_sent(each, mine):
            continue
        (changes if stamp.is_as_sent(each, now) else clashes).append(Change(each, now, mine))
    mine = row.cells.get(Field.PROMISES, "")
    if Field.PROMISES in row.cells and not stamp.is_as_sent(Field.PROMISES, mine):
        found.notes.append(_FOR_READING.format(row.at, HEADS[Field.PROMISES]))
    if not (changes or clashes):
        found.same += 1
        return
    edit = Edit(stamp.task_id, row.at, _label(draft), tuple(changes), tuple(clashes))
    found.edits.append(edit)
    after = {**{each: said(words) for each, words in shown.items()}, **{c.field: c.new for c in changes}}
    found.troubles.extend(_incomplete(row, after, [c.field for c in (*changes, *clashes)]))
    for clash in clashes:
        found.troubles.extend(_trouble(row, clash.field, clash.new))


def _incomplete(row: Row, after: Cells, changed: Collection[Field]) -> Iterator[Trouble]:
    """What is wrong with a row whose `changed` cells are to be taken."""
    for each in changed:
        yield from _trouble(row, each, after.get(each, ""))
    if UNIT_FIELDS.keys() & set(changed) and not (after.get(Field.LEAD) or after.get(Field.RESPONSIBLE)):
        yield Trouble(row.at, HEADS[Field.LEAD], "请至少写一个牵头单位或责任单位，几个单位之间用顿号隔开。")


def _trouble(row: Row, each: Field, words: str) -> Iterator[Trouble]:
    try:
        check(each, words)
    except Refused as refusal:
        yield Trouble(row.at, HEADS[each], str(refusal))


def _shown(row: Row) -> dict[Field, str]:
    return {each: row.cells.get(each, "") for each in EDITABLE}


def _passed_over(row: Row) -> Iterator[str]:
    if row.cells.get(Field.PROMISES):
        yield _FOR_READING.format(row.at, HEADS[Field.PROMISES])


def _label(draft: Draft) -> str:
    return f"{draft.number} {draft.title}".strip()


def _copies(rows: Sequence[Row]) -> set[int]:
    """The rows that carry another row's stamp: of all with one stamp, the one that is most as it went out keeps it."""
    bearing: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row in rows:
        stamp = read_stamp(row.cells.get(Field.STAMP, ""))
        if stamp:
            alike = sum(stamp.is_as_sent(each, row.cells.get(each, "")) for each in EDITABLE)
            bearing.setdefault((stamp.plan_id, stamp.task_id), []).append((-alike, row.at))
    return {at for several in bearing.values() for _, at in sorted(several)[1:]}

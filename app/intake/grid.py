"""Blocks of a document → lines: a paragraph is one, a table's row is one, with tabs between its cells.

A task list (责任分工表) is told by its head; in it a cell that spans several rows holds for each of them, for the parser
reads row by row. In any other table a merged cell stands once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workflows.document.naming.labels import Role, column_role
from workflows.document.script import fold

_WIDEST = 100
"""Columns; more is no list a person reads."""
_FILLED = 400
"""Characters; a longer cell is not repeated down its rows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what stands in it, the columns it spans; `above` where it goes on from the row above."""

    blocks: tuple[Block, ...] = ()
    across: int = 1
    above: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table, merged cells marked."""

    rows: tuple[tuple[Cell, ...], ...]


Block = str | Table


def lines(blocks: Iterable[Block]) -> Iterator[str]:
    """The blocks as lines of text, tables row by row."""
    for block in blocks:
        if isinstance(block, str):
            yield block
        else:
            yield from _table_lines(block)


def _table_lines(table: Table) -> Iterator[str]:
    rows = _Rows()
    for row in table.rows:
        inner = [block for cell in row for block in cell.blocks if isinstance(block, Table)]
        if len(row) == 1 and not row[0].above and not rows.head:
            yield from (
                block for block in row[0].blocks if isinstance(block, str)
            )  # a frame around running text
        else:
            yield from rows.take(_slots(row))
        if inner:
            yield from rows.rest()
            yield from lines(inner)
    yield from rows.rest()


def _slots(row: Sequence[Cell]) -> list[str | None]:
    """One entry a column: the words, None for the cell above going on, empty for the rest of a wide cell."""
    slots: list[str | None] = []
    for cell in row:
        words = one_line(" ".join(block for block in cell.blocks if isinstance(block, str)))
        slots.append(None if cell.above else words)
        slots.extend([""] * (min(cell.across, _WIDEST) - 1))
    return slots[:_WIDEST]


def one_line(words: str) -> str:
    """The words of a cell without breaks, tabs and blanks around; a break behind a stop leaves no blank."""
    return _BREAK_AFTER_STOP.sub("", " ".join(words.split()))


_BREAK_AFTER_STOP = re.compile(r"(?<=[，、；。：]) ")


class _Rows:
    """Rows on their way to lines: knows the head of the list it is in, and the cells that go on downwards."""

    def __init__(self) -> None:
        self.head: list[str] = []
        self._waiting: list[str] = []
        self._above: list[str] = []

    def take(self, slots: list[str | None]) -> Iterator[str]:
        """The lines that are certain once this row is seen."""
        named = _head(self._filled(slots, always=True), second=bool(self._waiting))
        if named and self._waiting:
            self._waiting = self.head = _below(self._waiting, named, slots)
        elif named and named != self.head:
            self._waiting = self.head = named
        elif not named:
            yield from self.rest()
            yield from self._line(self._filled(slots, always=False))
        self._above = self._filled(slots, always=True)

    def rest(self) -> Iterator[str]:
        """The head that still waited for a second storey."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            yield from self._line(waiting)

    def _filled(self, slots: list[str | None], *, always: bool) -> list[str]:
        down = always or bool(self.head)
        above = [*self._above, *([""] * len(slots))]
        return [
            words if words is not None else (before if down and len(before) <= _FILLED else "")
            for words, before in zip(slots, above, strict=False)
        ]

    def _line(self, row: list[str]) -> Iterator[str]:
        if not any(row):
            return
        if not self.head:
            yield "\t".join(row).rstrip("\t")
            return
        row = [*row, *([""] * (len(self.head) - len(row)))]
        count = next((at for at, word in enumerate(self.head) if word in _COUNTS), 0)
        row.insert(0, row.pop(count))
        yield "\t".join(row)


_COUNTS = frozenset({"序号", "编号"})
_UNITS = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)
_ONE_HEAD = 16
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"(?:顺序|项目)?(?:序号|编号|号)|№|No\.?", "序号"),
        (r"(?!.*(?:单位|部门)).*(?:领导|责任人|负责人|联系人).*", ""),
        (r".*(?:牵头|主办|主责).{0,8}", "牵头单位"),
        (r".*(?:配合|协办|协同|协助|参与|参加).{0,8}", "配合单位"),
        (r".*(?:责任|承办|负责|落实|办理|实施|执行)(?:单位|部门|主体|科室|股室|处室|分工)?(?:和|及|与|/|、)?.{0,4}", "责任单位"),
        (r".*(?:完成|截止|截至|办结|时间|期限|时限).{0,4}(?:时限|期限|时间|日期|节点|进度|要求)|时限|期限|截止|何时完成", "完成时限"),
        (r"(?:.{0,4}(?:重点|主要|具体|工作|年度|任务))?(?:工作|任务|事项|举措)(?:描述|分解|名称|安排|任务|事项)?", "工作任务"),
    )
)  # fmt: skip
"""Heads that `workflows.document` has no word for, and the word it reads in their place."""

_KNOWN = re.compile(
    r"任务|内容|事项|项目|指标|措施|举措|要点|问题|目标|要求|标准|备注|类别|分类|情况|成果|来源|领导|责任人|联系"
)


def _head(row: list[str], *, second: bool) -> list[str]:
    """The row with the heads in words the parser knows, if it is the head of a task list or its second storey; else
    nothing."""
    filled = [fold(cell).replace(" ", "") for cell in row]
    if sum(map(bool, filled)) < 2 or any(len(cell) > _ONE_HEAD for cell in filled):
        return []
    named = [_head_word(printed, cell) for printed, cell in zip(row, filled, strict=True)]
    units = sum(column_role(fold(word)) in _UNITS for word in named)
    known = sum(bool(column_role(fold(word)) or word in _COUNTS or _KNOWN.search(word)) for word in named)
    return named if units and known * 2 >= sum(map(bool, filled)) and (second or known > units) else []


def _head_word(printed: str, folded: str) -> str:
    if not folded or column_role(folded) or folded in _COUNTS:
        return printed.replace(" ", "")
    if _KNOWN.search(folded) and not re.search("责任|牵头", folded):
        return printed.replace(" ", "")
    return next((word or printed for pattern, word in _WORDS if pattern.fullmatch(folded)), printed)


def _below(upper: list[str], lower: list[str], slots: list[str | None]) -> list[str]:
    """A head of two storeys as one: the lower word where there is one."""
    printed = [*(slot or "" for slot in slots), *([""] * len(upper))]
    return [
        low if own else high
        for high, low, own in zip(upper, [*lower, *([""] * len(upper))], printed, strict=False)
    ]


def spread(rows: Iterable[Sequence[tuple[str | tuple[Block, ...], int, int]]]) -> Table:
    """A table from cells with (what stands in it, columns spanned, rows spanned), as HTML and spreadsheets give them."""
    down: dict[int, tuple[int, int]] = {}
    return Table(tuple([_placed(list(cells), down) for cells in rows]))


def _placed(
    cells: list[tuple[str | tuple[Block, ...], int, int]], down: dict[int, tuple[int, int]]
) -> tuple[Cell, ...]:
    """The row's own cells put between those that reach down into it; `down` holds column → (columns, rows left)."""
    row: list[Cell] = []
    column, rest = 0, cells[::-1]
    while (rest or any(at >= column for at in down)) and column < _WIDEST:
        if column in down:
            across, left = down.pop(column)
            cell = Cell((), across, above=True)
            spanned = left - 1
        elif rest:
            blocks, across, spanned = rest.pop()
            cell = Cell((blocks,) if isinstance(blocks, str) else blocks, max(1, min(across, _WIDEST)))
            spanned -= 1
        else:
            cell, spanned = Cell(), 0
        row.append(cell)
        if spanned > 0:
            down[-column - 1] = (cell.across, spanned)  # set aside: it holds from the next row on
        column += cell.across
    for at in [at for at in down if at < 0]:
        down[-at - 1] = down.pop(at)
    return tuple(row)

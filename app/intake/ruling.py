"""The lines a page draws → the cells of its tables: Word, WPS and LibreOffice rule every table they print."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

_THIN = 3.0
"""Points: a filled box no thicker is a line."""

_NEAR = 2.5
"""Points: lines closer than this are one, ends closer than this meet."""

_SHORTEST = 6.0
"""Points: what is shorter is a corner or a dash."""

_OPEN_SIDE = 15.0
"""Points: lines that reach so far beyond the last upright one have a column there without a side."""

_MOST_RULES = 600
"""Lines of one page in each direction; more is a drawing or a map."""

_MOST_CELLS = 20_000

Matrix = Sequence[float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """A straight line: `at` is its height (upright: its distance from the left), from `start` to `end`, in points."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its first row and column counted from the top left, how many it spans, and its edges in points."""

    row: int
    column: int
    down: int
    across: int
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A ruled table: its edges from left to right and from the foot up, and (row from the top, column) → cell."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    fields: dict[tuple[int, int], Box]

    def box_at(self, x: float, y: float) -> Box | None:
        """The cell around a point, None outside the table."""
        row = len(self.ys) - 1 - bisect_right(self.ys, y)
        return self.fields.get((row, bisect_right(self.xs, x) - 1))

    @property
    def boxes(self) -> list[Box]:
        """The cells, row by row."""
        return [box for place, box in self.fields.items() if place == (box.row, box.column)]


class Pen:
    """Follows the painting of a page and keeps the level and upright lines that are really painted."""

    def __init__(self) -> None:
        self.level: list[Rule] = []
        self.upright: list[Rule] = []
        self._path: list[list[Point]] = []

    def draw(self, operator: bytes, numbers: Sequence[float], matrix: Matrix) -> None:
        """Take one painting step."""
        if operator == b"re" and len(numbers) == 4:
            x, y, wide, tall = numbers
            corners = [(x, y), (x + wide, y), (x + wide, y + tall), (x, y + tall), (x, y)]
            self._path.append([_moved(point, matrix) for point in corners])
        elif operator == b"m" and len(numbers) == 2:
            self._path.append([_moved((numbers[0], numbers[1]), matrix)])
        elif operator == b"l" and len(numbers) == 2 and self._path:
            self._path[-1].append(_moved((numbers[0], numbers[1]), matrix))
        elif operator == b"h" and self._path:
            self._path[-1].append(self._path[-1][0])
        elif operator in _STROKING or operator in _FILLING:
            self._paint(stroked=operator in _STROKING)
            self._path = []
        elif operator == b"n":  # a path that only clips
            self._path = []

    def _paint(self, *, stroked: bool) -> None:
        if len(self.level) + len(self.upright) > 4 * _MOST_RULES:
            return
        for points in self._path[:_MOST_RULES]:
            wide = max(x for x, _ in points) - min(x for x, _ in points)
            tall = max(y for _, y in points) - min(y for _, y in points)
            if min(wide, tall) <= _THIN:
                self._keep(points[0], points[-1] if len(points) == 2 else _opposite(points))
            elif stroked:
                for first, last in pairwise(points):
                    self._keep(first, last)

    def _keep(self, first: Point, last: Point) -> None:
        (x, y), (far_x, far_y) = first, last
        wide, tall = abs(far_x - x), abs(far_y - y)
        if tall <= _THIN < wide:
            self.level.append(Rule((y + far_y) / 2, min(x, far_x), max(x, far_x)))
        elif wide <= _THIN < tall:
            self.upright.append(Rule((x + far_x) / 2, min(y, far_y), max(y, far_y)))


_STROKING = frozenset({b"S", b"s", b"B", b"B*", b"b", b"b*"})
_FILLING = frozenset({b"f", b"F", b"f*"})
PATH_STEPS = _STROKING | _FILLING | {b"m", b"l", b"re", b"h", b"n"}
"""The painting steps that a `Pen` follows."""


def _moved(point: Point, matrix: Matrix) -> Point:
    x, y = point
    return x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]


def _opposite(points: Sequence[Point]) -> Point:
    """The point farthest from the first."""
    x, y = points[0]
    return max(points, key=lambda point: abs(point[0] - x) + abs(point[1] - y))


def grids(level: Iterable[Rule], upright: Iterable[Rule]) -> list[Grid]:
    """The tables that those lines rule; a frame of one column is none."""
    rows, sides = _merged(level), _merged(upright)
    if len(rows) > _MOST_RULES or len(sides) > _MOST_RULES:
        return []
    found = (_grid(*cluster) for cluster in _clusters(rows, sides))
    return [grid for grid in found if grid]


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Lines drawn in pieces as one."""
    found: list[Rule] = []
    row: list[Rule] = []
    for rule in sorted(rules):
        if row and rule.at - row[0].at > _NEAR:
            found.extend(_in_one(row))
            row = []
        row.append(rule)
    found.extend(_in_one(row))
    return [rule for rule in found if rule.end - rule.start >= _SHORTEST]


def _in_one(row: list[Rule]) -> Iterator[Rule]:
    at = sum(rule.at for rule in row) / max(len(row), 1)
    start = end = None
    for rule in sorted(row, key=lambda rule: rule.start):
        if start is None or end is None or rule.start > end + _NEAR:
            if start is not None and end is not None:
                yield Rule(at, start, end)
            start, end = rule.start, rule.end
        end = max(end, rule.end)
    if start is not None and end is not None:
        yield Rule(at, start, end)


def _meet(row: Rule, side: Rule) -> bool:
    return (
        row.start - _NEAR <= side.at <= row.end + _NEAR and side.start - _NEAR <= row.at <= side.end + _NEAR
    )


def _clusters(rows: list[Rule], sides: list[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Lines that hang together."""
    free_rows, free_sides = set(rows), set(sides)
    while free_rows:
        fresh = {free_rows.pop()}
        level, upright = set(fresh), set[Rule]()
        while fresh:
            beside = {side for side in free_sides if any(_meet(row, side) for row in fresh)}
            free_sides -= beside
            upright |= beside
            fresh = {row for row in free_rows if any(_meet(row, side) for side in beside)}
            free_rows -= fresh
            level |= fresh
        yield sorted(level), sorted(upright)


def _grid(rows: list[Rule], sides: list[Rule]) -> Grid | None:
    xs, ys = _distinct(side.at for side in sides), _distinct(row.at for row in rows)
    if not xs:
        return None
    left, right = min(row.start for row in rows), max(row.end for row in rows)
    xs = [left] * (left < xs[0] - _OPEN_SIDE) + xs + [right] * (right > xs[-1] + _OPEN_SIDE)
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > _MOST_CELLS:
        return None
    return Grid(tuple(xs), tuple(ys), _fields(xs, ys[::-1], rows, sides))


def _distinct(places: Iterable[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def _fields(
    xs: list[float], ys: list[float], rows: list[Rule], sides: list[Rule]
) -> dict[tuple[int, int], Box]:
    """The cell around each field: where no line parts two fields, they are one cell. `ys` go from the top down."""
    walls = [[side for side in sides if abs(side.at - x) <= _NEAR] for x in xs]
    floors = [[row for row in rows if abs(row.at - y) <= _NEAR] for y in ys]
    found: dict[tuple[int, int], Box] = {}
    for row, column in product(range(len(ys) - 1), range(len(xs) - 1)):
        if (row, column) in found:
            continue
        right, foot = column + 1, row + 1
        middle, centre = (ys[row] + ys[row + 1]) / 2, (xs[column] + xs[column + 1]) / 2
        while right < len(xs) - 1 and (row, right) not in found and not _crosses(walls[right], middle):
            right += 1
        while foot < len(ys) - 1 and not _crosses(floors[foot], centre):
            foot += 1
        box = Box(row, column, foot - row, right - column, xs[column], xs[right], ys[row], ys[foot])
        found |= dict.fromkeys(product(range(row, foot), range(column, right)), box)
    return found


def _crosses(rules: Iterable[Rule], place: float) -> bool:
    return any(rule.start <= place <= rule.end for rule in rules)

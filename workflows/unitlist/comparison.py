"""All rows of the sheet together, beside the units as they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workflows.errors import Refused
from workflows.unitlist.rows import below_head, listed_by
from workflows.unitlist.values import STEP, Change, Comparison, Difference, Heading, Known, Listed, cells_of
from workflows.units import UnitKind


def compare(
    rows: Sequence[Sequence[str]], known: Sequence[Known], group_names: Collection[str]
) -> Comparison:
    """What the sheet's rows would change; raises Refused unreadable when there is no head or nothing below it."""
    reading = _Reading(known, group_names)
    for number, cells in below_head(rows):
        reading.take(number, cells)
    if not reading.entries:
        raise Refused("unreadable", "表头下面没有单位。请在“名称”一列填上单位，一行一个。")
    return reading.compared()


@dataclass(slots=True)
class _Entry:
    """A row on its way: what it says, and what is wrong with it."""

    row: int
    cells: Mapping[Heading, str]
    known: Known | None
    listed: Listed
    faults: list[str] = field(default_factory=list)

    @property
    def key(self) -> int:
        return self.known.id if self.known else -self.row

    def said(self, heading: Heading) -> str | None:
        """The cell under the heading; None where the sheet has no such column."""
        return self.cells.get(heading)


class _Reading:
    """The rows taken so far, beside what is known."""

    def __init__(self, known: Sequence[Known], group_names: Collection[str]) -> None:
        self._by_id = {unit.id: unit for unit in known}
        self._by_name = {unit.listed.full_name: unit for unit in known}
        self._by_name |= {unit.listed.name: unit for unit in known}
        self._groups = frozenset(group_names)
        self._last = max((unit.listed.position for unit in known), default=0)
        self._rows: dict[int, int] = {}
        self.entries: list[_Entry] = []

    def take(self, row: int, cells: Mapping[Heading, str]) -> None:
        """Read one row by itself."""
        faults: list[str] = []
        known = self._meant(cells, faults)
        earlier = self._rows.setdefault(known.id, row) if known else row
        if known and earlier != row:
            faults.append(f"与第{earlier}行说的是同一个单位（{known.listed.name}）。请只留一行。")
        before = known.listed if known else None
        listed = listed_by(cells, before, faults)
        if before is None and not cells.get(Heading.POSITION):
            self._last += STEP
            listed = replace(listed, position=self._last)
        self.entries.append(_Entry(row, cells, known, listed, faults))

    def _meant(self, cells: Mapping[Heading, str], faults: list[str]) -> Known | None:
        """The unit a row stands for: by its 编号, else by its name."""
        number = cells.get(Heading.NUMBER, "")
        if not number:
            name = cells.get(Heading.NAME)
            return self._by_name.get(name) if name else None
        found = self._by_id.get(int(number)) if number.isdecimal() and number.isascii() else None
        if found is None:
            faults.append(f"没有编号为“{number}”的单位。新增单位请把编号留空，修改单位请照下载的表填。")
        return found

    def compared(self) -> Comparison:
        """What all rows together would do."""
        final = self._final()
        owners = self._owners(final)
        for entry in self.entries:
            _refer(entry, owners, final)
        final = self._final()
        self._refuse_circles(final)
        self._refuse_claimed(final)
        names = {key: listed.name for key, listed in final.items()}
        return Comparison(tuple(_change(entry, names) for entry in self.entries))

    def _final(self) -> dict[int, Listed]:
        """Every unit as it would stand."""
        units = {unit.id: unit.listed for unit in self._by_id.values()}
        return units | {entry.key: entry.listed for entry in self.entries}

    def _owners(self, final: Mapping[int, Listed]) -> dict[str, int]:
        """Name → whose it would be; names that units bore until now still lead to them."""
        owners = {name: unit.id for unit in self._by_id.values() for name in unit.listed.names}
        owners |= {name: key for key, listed in final.items() for name in listed.names}
        return owners | {listed.name: key for key, listed in final.items()}

    def _refuse_circles(self, final: Mapping[int, Listed]) -> None:
        for entry in self.entries:
            seen, above = {entry.key}, entry.listed.parent
            while above is not None and above not in seen:
                seen.add(above)
                above = final[above].parent
            if above == entry.key and entry.listed.parent != entry.key:
                entry.faults.append("上级单位绕成了一圈。请核对这几个单位的上级单位。")

    def _refuse_claimed(self, final: Mapping[int, Listed]) -> None:
        """Two units must not claim one name, nor a unit the name of a group; a unit out of use keeps its own alone."""
        claims = dict.fromkeys(self._groups, 0)
        rows = {entry.key: entry for entry in self.entries}
        for key in sorted(final, key=rows.__contains__):  # those not in the sheet have their names already
            listed = final[key]
            for name in listed.names if listed.active else (listed.name, *listed.aliases):
                owner = claims.setdefault(name, key)
                if owner != key and key in rows:
                    rows[key].faults.append(_claimed(name, final[owner].name if owner else ""))


def _refer(entry: _Entry, owners: Mapping[str, int], final: Mapping[int, Listed]) -> None:
    """Find the units that 归口填报单位 and 上级单位 name."""
    before = entry.known.listed if entry.known else None
    if entry.said(Heading.THROUGH) is not None:
        through = _found(entry, Heading.THROUGH, owners)
        if through is not None and (before is None or before.through != through):
            _refuse_silent(entry, final[through])
        entry.listed = replace(entry.listed, through=through)
    if entry.said(Heading.PARENT) is not None:
        entry.listed = replace(entry.listed, parent=_found(entry, Heading.PARENT, owners))


def _found(entry: _Entry, heading: Heading, owners: Mapping[str, int]) -> int | None:
    name = entry.said(heading)
    if not name:
        return None
    found = owners.get(name)
    if found is None:
        entry.faults.append(
            f"{heading.value}“{name}”不在名录里。请改成名录里的名称，或在表里另起一行添加它。"
        )
    elif found == entry.key:
        entry.faults.append(f"{heading.value}不能是本单位自己。没有的请留空。")
    return found


def _refuse_silent(entry: _Entry, filer: Listed) -> None:
    if filer.kind is UnitKind.GOVERNMENT or not filer.active:
        entry.faults.append(f"{filer.name}自己不登录填报，不能作归口填报单位。请改成登录填报的单位。")


def _change(entry: _Entry, names: Mapping[int, str]) -> Change:
    before = entry.known.listed if entry.known else None
    differences = tuple(_differences(before, entry.listed, names)) if before else ()
    return Change(entry.row, entry.listed, entry.known, differences, tuple(dict.fromkeys(entry.faults)))


def _differences(before: Listed, after: Listed, names: Mapping[int, str]) -> Iterator[Difference]:
    """The cells that change; a unit that is only called otherwise is still the same 归口填报单位."""
    old, new = cells_of(before, names), cells_of(after, names)
    for heading, words in new.items():
        if old[heading] != words:
            yield Difference(heading, old[heading], words)


def _claimed(name: str, owner: str) -> str:
    """The fault of a name that another unit bears, or a group where no owner is given."""
    if not owner:
        return f"“{name}”已经是集体名称。请换一个名称。"
    return f"“{name}”已经是{owner}的名称。要修改{owner}请填它的编号，否则请去掉或换一个名称。"

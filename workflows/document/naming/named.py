"""Who a task names: the units of its clause with their shares, and those that act in its text alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from workflows.document.model import NamedUnit, Span
from workflows.document.naming.elliptic import full_names
from workflows.document.naming.reading import Reading
from workflows.document.naming.unitnames import is_collective
from workflows.document.script import on_one_line
from workflows.units import Share

Place = tuple[int, int]


def named_units(
    text: str, folded: str, reading: Reading, *, first_leads: bool
) -> tuple[tuple[NamedUnit, ...], NamedUnit | None]:
    """The named units in printed order, and the one that leads only because it is named first (列第一位)."""
    places = sorted(reading.units, key=lambda unit: unit[0])
    printed = [on_one_line(text[slice(*place)]) for place, _ in places]
    plain = [on_one_line(folded[slice(*place)]) for place, _ in places]
    named: dict[tuple[str, bool], NamedUnit] = {}
    for (place, share), name, bare, full in zip(
        places, printed, plain, full_names(printed, plain), strict=True
    ):
        unit = NamedUnit(name, share, Span(*place), is_collective(bare), full)
        named.setdefault((name, share is Share.LEAD), unit)
    units = list(named.values())
    leads = any(unit.share is Share.LEAD for unit in units)
    if first_leads and units and not leads and not units[0].collective:
        units[0] = replace(units[0], share=Share.LEAD)
        return tuple(units), units[0]
    return tuple(units), None


_ACTOR = (
    "(?:国家|省|自治区|市|州|县|区|旗)[\u4e00-\u9fff]{1,16}?"
    "(?:局|委(?!会|编|宣|组|统|政)|办(?!公|法|事|理|学)|厅|部(?!门|署|分)|中心|残联|妇联|工会|人民政府|支队|大队|学校|办公室|委员会|集团)"
)
_ACTORS = re.compile(
    rf"(?:(?<=[,。;:\n ])由?|^由?|,由)(?P<run>{_ACTOR}(?:、{_ACTOR}){{0,12}})(?![、,。;)的和及与或])"
)


def text_units(text: str, folded: str, demand: Place, units: Sequence[NamedUnit]) -> tuple[str, ...]:
    """The units that act at the head of a sentence's part; one alone only if the clause does not name it."""
    named = {unit.printed for unit in units}
    found: dict[str, None] = {}
    for run in _ACTORS.finditer(folded, *demand):
        actors = text[slice(*run.span("run"))].split("、")
        if len(actors) > 1 or actors[0] not in named:
            found.update(dict.fromkeys(actors))
    return tuple(found)

"""The usual units of a county (通行名录): what a county starts from, and nothing it is bound to.

`rows` holds the tables, written down once for every kind of county; `starting_set` fills in a county's own name.
Every county was reformed its own way (2018, 2023–2024), so names of former or merged units are never claimed: they
stand beside a unit as `former`, as candidates a person decides on (reference (g)).
"""

from __future__ import annotations

from workflows.registry.starting import (
    Level,
    StartingGroup,
    StartingSet,
    StartingUnit,
    level_of,
    starting_set,
)

__all__ = ["Level", "StartingGroup", "StartingSet", "StartingUnit", "level_of", "starting_set"]

"""The county's list of units as a table (单位名录): what a sheet of it says, and what that would change.

Rows stand for units by their 编号, else by their name; a column the sheet leaves out stays as it is, and so does every
unit it does not name. Nothing is decided here: a comparison is shown first, and taken in as a whole or not at all.
"""

from __future__ import annotations

from workflows.unitlist.comparison import compare
from workflows.unitlist.rows import has_head
from workflows.unitlist.values import (
    NO,
    OUTCOME_LABELS,
    STEP,
    YES,
    Change,
    Comparison,
    Difference,
    Heading,
    Known,
    Listed,
    Outcome,
    cells_of,
    join_names,
    split_names,
)

__all__ = [
    "NO",
    "OUTCOME_LABELS",
    "STEP",
    "YES",
    "Change",
    "Comparison",
    "Difference",
    "Heading",
    "Known",
    "Listed",
    "Outcome",
    "cells_of",
    "compare",
    "has_head",
    "join_names",
    "split_names",
]

"""月报填报表: the month's form as a table that goes out, is filled in, and comes back.

Every row carries a stamp: which duty it is, which version of its report went out, and what each cell said then. So a cell
tells whether the person filled it, whether a colleague wrote there meanwhile, or both. `cells` knows the columns, `rows`
the stamp, `typed` what may be typed, `taking` what a table that came back would put into the drafts, and what not and why.
"""

from workflows.monthform.cells import CHOICES, EDITABLE, HEADS, Field, FormRow, Goal, cells
from workflows.monthform.rows import Row, find_rows, read_stamp, stamp
from workflows.monthform.taking import Change, Left, Outcome, Taking, compare

__all__ = [
    "CHOICES",
    "EDITABLE",
    "HEADS",
    "Change",
    "Field",
    "FormRow",
    "Goal",
    "Left",
    "Outcome",
    "Row",
    "Taking",
    "cells",
    "compare",
    "find_rows",
    "read_stamp",
    "stamp",
]

"""任务分解表: a plan's tasks as a list that goes out, is edited, and comes back (document no. 1, reference e).

Every row carries a stamp: which task it is, and what each of its cells said when it went out. So a cell tells whether
the person changed it, whether a colleague changed the task meanwhile, or both. `cells` knows the columns, `rows` the
stamp, `typed` what may be typed, `changes` what a list that came back would do.
"""

from workflows.sheetrows import said
from workflows.tasklist.cells import EDITABLE, HEADS, Field, cells, promised
from workflows.tasklist.changes import Addition, Change, Changes, Edit, Removal, Trouble, compare
from workflows.tasklist.rows import Row, find_rows, read_stamp, stamp
from workflows.tasklist.typed import BY_LIST, new_draft, taken

__all__ = [
    "BY_LIST",
    "EDITABLE",
    "HEADS",
    "Addition",
    "Change",
    "Changes",
    "Edit",
    "Field",
    "Removal",
    "Row",
    "Trouble",
    "cells",
    "compare",
    "find_rows",
    "new_draft",
    "promised",
    "read_stamp",
    "said",
    "stamp",
    "taken",
]

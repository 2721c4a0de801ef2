"""An official document's text → the tasks it assigns (任务分解).

The way through: `script` folds the text to one script, `numbering` and `outline` cut it into items, `boxes` and
`tables` set apart what is no running text, `clauses` finds who is named, `clause` with `labels` and `unitnames` reads
them, `dates`, `deadlines`, `slots` and `recurrence` read the time, `head` the document's own head, `doubts` says what
a clerk should look at, and `parser` puts it together.
"""

from workflows.document.export import as_json
from workflows.document.model import (
    Candidate,
    Deliverable,
    Doubt,
    Governance,
    Indicator,
    Milestone,
    NamedUnit,
    ParsedPlan,
    ParsedTask,
    Recurrence,
    Span,
    UnassignedItem,
)
from workflows.document.parser import parse

__all__ = [
    "Candidate",
    "Deliverable",
    "Doubt",
    "Governance",
    "Indicator",
    "Milestone",
    "NamedUnit",
    "ParsedPlan",
    "ParsedTask",
    "Recurrence",
    "Span",
    "UnassignedItem",
    "as_json",
    "parse",
]

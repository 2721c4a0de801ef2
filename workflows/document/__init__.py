"""An official document's text → the tasks it assigns (任务分解).

The way through: `script` folds the text to one script, `numbering` and `outline` cut it into items, `boxes` and
`tables` (with `columns` and `rows`) set apart what is no running text, `clauses` finds who is named, `plain` where no
bracket marks it, `clause` with `labels`, `verbs`, `notes` and `unitnames` reads it into a `reading`, `wraps` over line
ends, `named` and `elliptic` say who that is, `dates`, `deadlines`, `goals`, `slots` and `recurrence` read the time, `head`
the document's own head, `doubts` says what a clerk should look at, and `parser` puts it together. Where a speech assigns nothing, `demands` and `actors` find the
`candidates`; `governance` and `cadences` read how the document wants its own execution run.
"""

from workflows.document.export import as_json
from workflows.document.model import (
    CadenceDemand,
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
    TaskForce,
    UnassignedItem,
)
from workflows.document.parser import parse

__all__ = [
    "CadenceDemand",
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
    "TaskForce",
    "UnassignedItem",
    "as_json",
    "parse",
]

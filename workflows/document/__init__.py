"""An official document's text → the tasks it assigns (任务分解).

The way through: `script` folds the text to one way of writing, `head` reads the document's own head, `items` are cut,
`lists` are tables and records, `naming` finds who, `times` when, `promises` what is owed; `tasks` puts one task together
and `parser` all of them, with `doubts` for the reviewing clerk. Where nothing is assigned, `speech` offers candidates;
`execution` reads how the document wants to be carried out. `model` holds the values that come out, `export` their JSON.
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

"""年度考核: schemes as data, formulas over a white list of facts, every point with its rule and its rows.

`facts` is the white list and what is refused by name; `formula` reads and works out a formula; `scheme` is one version of
the rules; `figures` measures a unit by an account; `score` makes points of that, `charges` adds and takes away;
`standing` gives grade and place; `mending` says what would bring points back; `storing` keeps a score, exact.
"""

from workflows.appraisal.charges import Adjustment
from workflows.appraisal.facts import FACT_LABELS, FACT_WORDS, Fact
from workflows.appraisal.figures import Entry, Figure, Row, RowKind
from workflows.appraisal.formula import Formula, parse
from workflows.appraisal.kinds import GRADE_LABELS, GROUP_LABELS, AppraisalGroup, Grade
from workflows.appraisal.mending import Mend, mends
from workflows.appraisal.rounding import said
from workflows.appraisal.scheme import CHARGE_LABELS, Charge, Item, Membership, Scheme
from workflows.appraisal.schemewords import item_words, scheme_lines
from workflows.appraisal.score import (
    STATED,
    ItemScore,
    Material,
    Part,
    Tally,
    appealed,
    parts,
    tallied,
    tallies,
)
from workflows.appraisal.standing import Score, best_allowed, in_order, scores
from workflows.appraisal.storing import kept, read_back

__all__ = [
    "CHARGE_LABELS",
    "FACT_LABELS",
    "FACT_WORDS",
    "GRADE_LABELS",
    "GROUP_LABELS",
    "STATED",
    "Adjustment",
    "AppraisalGroup",
    "Charge",
    "Entry",
    "Fact",
    "Figure",
    "Formula",
    "Grade",
    "Item",
    "ItemScore",
    "Material",
    "Membership",
    "Mend",
    "Part",
    "Row",
    "RowKind",
    "Scheme",
    "Score",
    "Tally",
    "appealed",
    "best_allowed",
    "in_order",
    "item_words",
    "kept",
    "mends",
    "parse",
    "parts",
    "read_back",
    "said",
    "scheme_lines",
    "scores",
    "tallied",
    "tallies",
]

"""Bulletins (通报): figures counted in an account and frozen, the text drafted from them, and the paper that is printed.

One machine, two templates: the quarter's bulletin of a whole plan (种子001 季通报) and the month-end one on its
construction projects (种子002).
"""

from workflows.bulletins.annexes import annexes
from workflows.bulletins.counting import figures_of, shares
from workflows.bulletins.drafting import Candidate, candidates, drafted
from workflows.bulletins.frozen import Figure, Figures, RowKind, TaskRow
from workflows.bulletins.paper import BulletinPaper, PaperAnnex, PaperSection
from workflows.bulletins.phrases import Named, Section, numeral, percent
from workflows.bulletins.titles import (
    corrected,
    following,
    key_of,
    numbered,
    span,
    span_before,
    title_of,
)

__all__ = [
    "BulletinPaper",
    "Candidate",
    "Figure",
    "Figures",
    "Named",
    "PaperAnnex",
    "PaperSection",
    "RowKind",
    "Section",
    "TaskRow",
    "annexes",
    "candidates",
    "corrected",
    "drafted",
    "figures_of",
    "following",
    "key_of",
    "numbered",
    "numeral",
    "percent",
    "shares",
    "span",
    "span_before",
    "title_of",
]

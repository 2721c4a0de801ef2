"""The escalation ladder (升级阶梯): which letter is owed, to whom, now, and why.

A duty climbs its ladder rung by rung. `decide` is asked when the duty's next moment has come; it answers with the
rung to act on, the rungs an outage made pointless, and the next moment. The shipped ladders follow reference b.4.
"""

from workflows.escalation.book import DEFAULT_REPLY_WORKDAYS, LadderBook
from workflows.escalation.climb import (
    Climb,
    Step,
    decide,
    first_moment,
    moment,
    moved,
    resumed_moment,
    scheduled,
)
from workflows.escalation.defaults import DEFAULT_LADDERS
from workflows.escalation.ladder import Ladder, Rung, rung_words, why
from workflows.escalation.letters import AUDIENCE_LABELS, DRAFTED, LETTER_LABELS, Audience, LetterKind
from workflows.escalation.moving import Place, placed
from workflows.escalation.reach import FALLBACK, reach

__all__ = [
    "AUDIENCE_LABELS",
    "DEFAULT_LADDERS",
    "DEFAULT_REPLY_WORKDAYS",
    "DRAFTED",
    "FALLBACK",
    "LETTER_LABELS",
    "Audience",
    "Climb",
    "Ladder",
    "LadderBook",
    "LetterKind",
    "Place",
    "Rung",
    "Step",
    "decide",
    "first_moment",
    "moment",
    "moved",
    "placed",
    "reach",
    "resumed_moment",
    "rung_words",
    "scheduled",
    "why",
]

"""What each period owes and by when: 月报告, 季通报, 年度考核, and the other kinds of duty.

The shipped days are the defaults of reference b.2; a county changes them by a new version of the rules.
"""

from workflows.cadence.kinds import KIND_LABELS, PERIODIC, DutyKind
from workflows.cadence.periods import (
    Period,
    due_of,
    in_calendar,
    month_of,
    next_opening,
    openings,
    period_of,
    quarter_of,
    rhythm_of,
    year_of,
)
from workflows.cadence.rules import (
    RHYTHM_LABELS,
    ROLL_LABELS,
    SIGNOFF_LABELS,
    CadenceRules,
    MonthDay,
    Rhythm,
    Roll,
    Signoff,
    following_days,
)
from workflows.cadence.words import duty_words, period_words, report_words, short_period

__all__ = [
    "KIND_LABELS",
    "PERIODIC",
    "RHYTHM_LABELS",
    "ROLL_LABELS",
    "SIGNOFF_LABELS",
    "CadenceRules",
    "DutyKind",
    "MonthDay",
    "Period",
    "Rhythm",
    "Roll",
    "Signoff",
    "due_of",
    "duty_words",
    "following_days",
    "in_calendar",
    "month_of",
    "next_opening",
    "openings",
    "period_of",
    "period_words",
    "quarter_of",
    "report_words",
    "rhythm_of",
    "short_period",
    "year_of",
]

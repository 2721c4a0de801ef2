"""The shipped ladders (reference b.1 and b.4), one for each kind of duty."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.cadence import DutyKind
from workflows.escalation.ladder import Ladder, Rung
from workflows.escalation.letters import Audience, LetterKind

_LIAISON, _SECTION, _DEPUTY = (Audience.LIAISON,), (Audience.SECTION_HEAD,), (Audience.DEPUTY_HEAD,)
_HEAD, _OFFICE, _LEADER = (Audience.HEAD,), (Audience.OFFICE,), (Audience.COUNTY_LEADER,)


def _overdue(first: LetterKind) -> tuple[Rung, ...]:
    """After the date: the unit's people by post, each step with the 督办单 a person may send beside it."""
    return (
        Rung(1, first, _LIAISON + _SECTION, urgent=True),
        Rung(
            3, LetterKind.ESCALATE, _LIAISON + _DEPUTY, slip=LetterKind.BLUE_SLIP, receipt=True, urgent=True
        ),
        Rung(
            7,
            LetterKind.ESCALATE,
            _DEPUTY + _HEAD,
            copies=_OFFICE,
            slip=LetterKind.YELLOW_SLIP,
            receipt=True,
            urgent=True,
        ),
        Rung(
            15,
            LetterKind.ESCALATE,
            _HEAD + _LEADER,
            copies=_OFFICE,
            slip=LetterKind.RED_SLIP,
            receipt=True,
            urgent=True,
        ),
        Rung(30, LetterKind.TALK, _DEPUTY + _HEAD, copies=_LEADER, receipt=True, urgent=True),
    )


def _answers(opened: tuple[Audience, ...], first: LetterKind) -> Ladder:
    """What is asked of one unit by name: it is told at once, and its leaders after one and three working days."""
    return Ladder(
        (
            Rung(None, LetterKind.OPENED, opened, urgent=True),
            Rung(0, LetterKind.DUE, _LIAISON, urgent=True),
            Rung(1, first, _LIAISON + _DEPUTY, urgent=True),
            Rung(3, LetterKind.ESCALATE, _DEPUTY + _HEAD, copies=_OFFICE, urgent=True),
            Rung(7, LetterKind.ESCALATE, _HEAD + _LEADER, copies=_OFFICE, urgent=True),
        )
    )


_OFFICE_LADDER = Ladder(
    (
        Rung(None, LetterKind.OPENED, _OFFICE),
        Rung(-3, LetterKind.ADVANCE, _OFFICE),
        Rung(0, LetterKind.DUE, _OFFICE, urgent=True),
        Rung(1, LetterKind.URGE_SLIP, _OFFICE, urgent=True),
        Rung(7, LetterKind.ESCALATE, _OFFICE + _LEADER, urgent=True),
    )
)

DEFAULT_LADDERS: Mapping[DutyKind, Ladder] = MappingProxyType(
    {
        DutyKind.SIGN: _answers(_LIAISON, LetterKind.URGE_SLIP),
        DutyKind.MONTHLY_REPORT: Ladder(
            (
                Rung(None, LetterKind.OPENED, _LIAISON),
                Rung(-1, LetterKind.ADVANCE, _LIAISON),
                Rung(0, LetterKind.DUE, _LIAISON, urgent=True),
                *_overdue(LetterKind.URGE),
            )
        ),
        DutyKind.CONSOLIDATION: Ladder(
            (
                Rung(-1, LetterKind.ADVANCE, _LIAISON),
                Rung(0, LetterKind.DUE, _LIAISON, urgent=True),
                Rung(1, LetterKind.URGE, _LIAISON + _SECTION, urgent=True),
                Rung(3, LetterKind.ESCALATE, _LIAISON + _DEPUTY, copies=_OFFICE, receipt=True, urgent=True),
            )
        ),
        DutyKind.COMPLETION: Ladder(
            (
                Rung(-15, LetterKind.ADVANCE, _LIAISON),
                Rung(-7, LetterKind.ADVANCE, _LIAISON),
                Rung(-3, LetterKind.ADVANCE, _LIAISON + _SECTION),
                Rung(-1, LetterKind.ADVANCE, _LIAISON),
                Rung(0, LetterKind.DUE, _LIAISON + _DEPUTY, urgent=True),
                *_overdue(LetterKind.URGE_SLIP),
            )
        ),
        DutyKind.SLIP_REPLY: _answers(_LIAISON + _DEPUTY, LetterKind.URGE_SLIP),
        DutyKind.ANSWER: _answers(_LIAISON, LetterKind.URGE_SLIP),
        DutyKind.EXPLANATION: Ladder(
            (
                Rung(None, LetterKind.OPENED, _LIAISON + _DEPUTY, urgent=True),
                Rung(0, LetterKind.DUE, _LIAISON, urgent=True),
            )
        ),
        DutyKind.APPEAL: _OFFICE_LADDER,
        DutyKind.BULLETIN: _OFFICE_LADDER,
        DutyKind.ASSESSMENT: _OFFICE_LADDER,
        DutyKind.REVIEW: Ladder(
            (
                Rung(-1, LetterKind.ADVANCE, _OFFICE),
                Rung(0, LetterKind.DUE, _OFFICE, urgent=True),
                Rung(1, LetterKind.URGE_SLIP, _OFFICE, urgent=True),
            )
        ),
    }
)
"""To explain before a bulletin names it is a unit's right: nobody is chased for it. 签收 reminds after one working day and tells the 分管领导 (b.1); reports and completion climb at 1, 3, 7, 15 and 30 (b.4)."""

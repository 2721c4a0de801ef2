"""What a plan's units did in a stretch of time, as one value: the ground of bulletins and of the year's scores."""

from workflows.accounts.model import (
    Account,
    CoordinationAccount,
    DutyAccount,
    GapAccount,
    IndicatorAccount,
    Said,
    SlipAccount,
    TaskAccount,
    UnitAccount,
)

__all__ = [
    "Account",
    "CoordinationAccount",
    "DutyAccount",
    "GapAccount",
    "IndicatorAccount",
    "Said",
    "SlipAccount",
    "TaskAccount",
    "UnitAccount",
]

"""责任体系体检: what a plan's division of work leaves open, found before it is issued (reference 0.3, 0.4, d.2, i.3).

Values in, findings out: `model` holds both, `cast` knows who is who, `units`, `times` and `promises` hold one function
for each question asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workflows.checkup import promises, times, units
from workflows.checkup.cast import Cast, Load, loads
from workflows.checkup.model import (
    CHECK_LABELS,
    SEVERITY_LABELS,
    Check,
    Finding,
    KnownGroup,
    KnownUnit,
    Mend,
    Named,
    PlanFacts,
    PlannedTask,
    Promise,
    Severity,
    Thresholds,
    task_label,
)

__all__ = [
    "CHECK_LABELS",
    "SEVERITY_LABELS",
    "Check",
    "Finding",
    "KnownGroup",
    "KnownUnit",
    "Load",
    "Mend",
    "Named",
    "PlanFacts",
    "PlannedTask",
    "Promise",
    "Severity",
    "Thresholds",
    "check_up",
    "loads",
    "task_label",
]

_ABOUT_UNITS = (
    units.unbound_names,
    units.empty_groups,
    units.vague_names,
    units.filing,
    units.leaderless,
    units.two_shares,
    units.unnamed_actors,
    units.unsure,
    units.open_lists,
    units.idle_members,
    units.outside_force,
    units.overloaded,
)


def check_up(facts: PlanFacts, as_of: date, thresholds: Thresholds | None = None) -> list[Finding]:
    """Everything found, the gravest first, then by kind, then in the order of the tasks.

    `as_of` is the day against which dates are past: today for a draft, the day of the issue for a plan that runs.
    """
    severities, checks = list(Severity), list(Check)
    found = _all(facts, as_of, thresholds or Thresholds())
    return sorted(found, key=lambda f: (severities.index(f.severity), checks.index(f.check)))


def _all(facts: PlanFacts, as_of: date, thresholds: Thresholds) -> Iterator[Finding]:
    cast = Cast(facts)
    for check in _ABOUT_UNITS:
        yield from check(facts, cast, thresholds)
    yield from times.undated(facts)
    yield from times.past(facts, as_of)
    yield from times.outside_period(facts)
    yield from promises.two_values(facts)
    yield from promises.incomplete_indicators(facts)
    yield from promises.missing_deliverables(facts)
    yield from promises.twins(facts, thresholds.likeness)

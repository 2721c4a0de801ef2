"""推演 of a scheme's draft: the running scores of every plan before and after, with nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.queries import rulebook, scoring
from workflows.appraisal import Scheme, Score
from workflows.calendar import local_date


@dataclass(frozen=True, slots=True)
class ChangedScore:
    """One unit's score by what is in force and by the draft; None where it is not scored."""

    name: str
    now: Score | None
    then: Score | None

    @property
    def more(self) -> int:
        """Hundredths of a point more, by the draft."""
        points = [one.tally.points if one else 0 for one in (self.now, self.then)]
        return points[1] - points[0]


@dataclass(frozen=True, slots=True)
class ChangedPlan:
    """A plan's scores of this year, the unit that gains or loses most first."""

    title: str
    year: int
    units: tuple[ChangedScore, ...]


def changed_scores(scheme: Scheme, at: datetime) -> list[ChangedPlan]:
    """What each running plan's scores of this year would be by that scheme."""
    year = local_date(at).year
    return [_changed(plan.id, plan.title, year, at, scheme) for plan in rulebook.running_plans()]


def _changed(plan_id: int, title: str, year: int, at: datetime, scheme: Scheme) -> ChangedPlan:
    now = scoring.running(plan_id, year, at).scores
    then = scoring.supposed(plan_id, year, at, scheme)
    units = [_pair(now.get(unit_id), then.get(unit_id)) for unit_id in {*now, *then}]
    return ChangedPlan(title, year, tuple(sorted(units, key=lambda unit: (-abs(unit.more), unit.name))))


def _pair(now: Score | None, then: Score | None) -> ChangedScore:
    one = now or then
    assert one is not None
    return ChangedScore(one.tally.name, now, then)

"""The text of a bulletin, drafted from its figures; and the units that might be named in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflows.bulletins.frozen import Figures
from workflows.bulletins.phrases import Named, Section, called, standing
from workflows.bulletins.project import project
from workflows.bulletins.quarterly import quarterly
from workflows.cadence import period_words
from workflows.lifecycle import BulletinKind


def drafted(
    figures: Figures, kind: BulletinKind, period_key: str, named: Sequence[Named]
) -> tuple[Section, ...]:
    """The sections of that kind of bulletin in their order: the same figures and names give the same words."""
    template = quarterly if kind is BulletinKind.QUARTERLY else project
    return template(figures, period_words(period_key), named)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be named, and why: for a task it leads that lags, or (no task) for reports that never came."""

    unit_id: int
    task_id: int | None
    reason: str

    @property
    def named(self) -> Named:
        return Named(self.unit_id, self.task_id)

    @property
    def key(self) -> str:
        """12-5, or 12-0 without a task: one box of a form."""
        return f"{self.unit_id}-{self.task_id or 0}"


def candidates(figures: Figures, kind: BulletinKind) -> tuple[Candidate, ...]:
    """Who might be named, the tasks furthest behind first; nobody is, until somebody chooses to."""
    found = [*_laggards(figures)]
    if kind is BulletinKind.QUARTERLY:
        found += _silent(figures)
    return tuple(found)


def _laggards(figures: Figures) -> Iterator[Candidate]:
    behind = figures.tasks_of("pace-behind")
    for task in sorted(behind, key=lambda task: -task.behind):
        for unit_id in task.lead_ids:
            yield Candidate(unit_id, task.id, f"{called(task)}{standing(task)}。"[-400:])


def _silent(figures: Figures) -> Iterator[Candidate]:
    for unit in figures.units:
        missing = figures.count(f"unit-{unit.id}-reports-missing")
        if missing:
            yield Candidate(unit.id, None, f"应报月报漏报{missing}份。")

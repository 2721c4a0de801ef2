"""Figures that were frozen are counted again from the record (复算): printed bulletins and the year's scores.

What was printed or settled has to follow from the record alone, today as on its day; every difference is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app import ledger
from app.db import session
from app.models import Assessment, AssessmentScore, Bulletin, LedgerEntry, Plan
from app.queries import bulletins as papers
from app.queries import scoring
from app.services import bulletins
from app.services.assessments import facts_of
from workflows.appraisal import Score, kept, read_back
from workflows.lifecycle import AssessmentState, BulletinState, ScoreStage

Difference = str
"""Where two things depart, and what stands there: counts[3].value: kept 5, counted 4."""


@dataclass(frozen=True, slots=True)
class Recount:
    """One thing that was counted again, and where it departs from what was kept; () when it is the same."""

    what: str
    differences: tuple[Difference, ...]

    @property
    def is_equal(self) -> bool:
        return not self.differences


def chain() -> Recount:
    """The ledger's own chain: every entry and what its act left behind."""
    broken = ledger.first_broken(session())
    return Recount("ledger", () if broken is None else (f"entry {broken} was altered, removed or forged",))


def printed() -> Iterator[Recount]:
    """Every printed bulletin, its figures counted again as of their cut-off, its paper held against text and ledger."""
    wanted = sa.select(Bulletin).where(Bulletin.state == BulletinState.PUBLISHED).order_by(Bulletin.id)
    for bulletin in session().scalars(wanted):
        plan = session().get_one(Plan, bulletin.plan_id)
        counted = bulletins.count(plan, bulletin.kind, bulletin.period_key, bulletin.cutoff_at).as_json()
        found = list(departures(bulletin.figures, counted, "figures"))
        found += _of_paper(papers.loaded(session(), bulletin.id))
        yield Recount(f"bulletin {bulletin.id} ({bulletin.kind}, {bulletin.period_key})", tuple(found))


def _of_paper(bulletin: Bulletin) -> Iterator[Difference]:
    """Where the kept paper is not what was signed: by the hash in the ledger, and word by word by the parts of the text.

    Names in it may differ from those of today: units and tasks are renamed, what was printed is not.
    """
    paper = papers.paper(bulletin)
    on_record = _digest_on_record(bulletin)
    yield from departures(on_record, bulletin.digest, "digest")
    yield from departures(on_record, paper.digest, "paper")
    headed = [part for part in bulletin.sections if part.heading]
    opening = [line for part in bulletin.sections if not part.heading for line in part.text.splitlines()]
    yield from departures(list(paper.opening), opening, "opening")
    yield from departures([p.heading for p in paper.sections], [p.heading for p in headed], "headings")
    for part, printed_part in zip(headed, paper.sections, strict=False):
        words = part.text.splitlines()
        yield from departures(list(printed_part.paragraphs[: len(words)]), words, f"text.{part.key}")


def _digest_on_record(bulletin: Bulletin) -> str:
    """The hash the ledger's entry of its printing names; '' where there is no such entry."""
    entries = sa.select(LedgerEntry.detail).where(
        LedgerEntry.act == "bulletin.publish", LedgerEntry.duty_id == bulletin.duty_id
    )
    told = (detail["digest"] for detail in session().scalars(entries) if detail["bulletin"] == bulletin.id)
    return next(told, "")


def settled() -> Iterator[Recount]:
    """Every assessment that was shown or settled, its facts and scores worked out again as of its cut-off."""
    frozen = Assessment.state != AssessmentState.RUNNING
    wanted = sa.select(Assessment).where(frozen).options(selectinload(Assessment.scores))
    for assessment in session().scalars(wanted.order_by(Assessment.id)):
        yield Recount(f"assessment {assessment.id} ({assessment.year})", tuple(_of_assessment(assessment)))


def _of_assessment(assessment: Assessment) -> Iterator[Difference]:
    assert assessment.cutoff_at is not None
    shown = scoring.frozen(assessment, assessment.cutoff_at)
    yield from departures(assessment.facts, facts_of(shown), "facts")
    yield from _of_stage(assessment, ScoreStage.PREVIEW, shown)
    if assessment.settled_at is not None:
        yield from _of_stage(assessment, ScoreStage.FINAL, scoring.final(assessment, assessment.cutoff_at))


def _of_stage(
    assessment: Assessment, stage: ScoreStage, worked_out: Mapping[int, Score]
) -> Iterator[Difference]:
    rows = {str(row.unit_id): _row(row) for row in assessment.scores if row.stage is stage}
    again = {str(unit_id): _scored(score) for unit_id, score in worked_out.items()}
    yield from departures(rows, again, stage.value)


def _row(row: AssessmentScore) -> dict[str, Any]:
    columns = {"group": row.group, "points": row.points, "grade": row.grade.value, "place": row.place}
    return columns | {"breakdown": kept(read_back(row.breakdown))}


def _scored(score: Score) -> dict[str, Any]:
    tally = score.tally
    columns = {"group": tally.group.value, "points": tally.points, "grade": score.grade.value}
    return columns | {"place": score.place, "breakdown": kept(score)}


def departures(was: Any, now: Any, where: str) -> Iterator[Difference]:
    """Where two JSON values differ, by the path to each place."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for name in sorted({*was, *now}):
            yield from departures(was.get(name), now.get(name), f"{where}.{name}")
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for place, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from departures(one, other, f"{where}[{place}]")
    elif was != now:
        yield f"{where}: kept {_short(was)}, the record gives {_short(now)}"


def _short(value: Any) -> str:
    words = f"{len(value)} rows" if isinstance(value, list) else repr(value)
    return words if len(words) <= 80 else f"{words[:79]}…"

"""Grades and places (等次、位次): each unit held against its group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from workflows.appraisal.kinds import AppraisalGroup, Grade
from workflows.appraisal.scheme import Scheme
from workflows.appraisal.score import Tally


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's points with its grade, its place in its group of `among` units, and why the grade is what it is."""

    tally: Tally
    grade: Grade
    place: int
    among: int
    reason: str


def scores(found: Mapping[int, Tally], scheme: Scheme) -> dict[int, Score]:
    """Unit → its score, group by group, the best first."""
    by_group: dict[AppraisalGroup, list[Tally]] = {rule.group: [] for rule in scheme.memberships}
    for tally in found.values():
        by_group[tally.group].append(tally)
    return {score.tally.unit_id: score for group in by_group.values() for score in _placed(group, scheme)}


def best_allowed(among: int, scheme: Scheme) -> int:
    """How many of so many units may be 优秀: rounded down, at least one."""
    return among if scheme.best_percent == 100 else max(1, among * scheme.best_percent // 100)


Rank = tuple[bool, int, Fraction]


def _rank(tally: Tally) -> Rank:
    """Vetoed units come last; then the more points, and at the same points the more weight (任务重者优先)."""
    return bool(tally.vetoes), -tally.points, -tally.weight


def _placed(group: Iterable[Tally], scheme: Scheme) -> list[Score]:
    ordered = sorted(group, key=lambda tally: (_rank(tally), tally.unit_id))
    among, place, found = len(ordered), 1, []
    for _, same in groupby(ordered, key=_rank):
        level = list(same)
        for tally in level:
            grade, reason = _grade(tally, place + len(level) - 1, best_allowed(among, scheme), scheme)
            found.append(Score(tally, grade, place, among, reason))
        place += len(level)
    return found


def _grade(tally: Tally, last_place: int, allowed: int, scheme: Scheme) -> tuple[Grade, str]:
    """The grade by the lines; `last_place` is the last of those level with the unit, who rise or stay together."""
    if tally.vetoes:
        named = "、".join(veto.label for veto in tally.vetoes)
        return Grade.FAIL, f"有否决事项：{named}（{tally.vetoes[0].document_number}）"
    for grade in (Grade.EXCELLENT, Grade.GOOD, Grade.PASS):
        line = scheme.lines[grade]
        if tally.points >= line:
            if grade is Grade.EXCELLENT and last_place > allowed:
                return Grade.GOOD, f"达到优秀线{line / 100:g}分，本组优秀不超过{allowed}个"
            return grade, f"得分不低于{line / 100:g}分"
    return Grade.FAIL, f"得分低于{scheme.lines[Grade.PASS] / 100:g}分"


def in_order(found: Mapping[int, Score], group: AppraisalGroup) -> Sequence[Score]:
    """The group's scores, the best first."""
    own = [score for score in found.values() if score.tally.group is group]
    return sorted(own, key=lambda score: (score.place, score.tally.unit_id))

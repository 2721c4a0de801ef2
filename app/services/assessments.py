"""年度考核: begun for a plan and year, shown for appeal (预公示), settled (定分), archived with its 文号.

Every step stands in the ledger. Whoever enters or decides for a unit may not be of that unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import duties, ledger
from app.db import STALE, get, insert_new, transaction
from app.models import Assessment, AssessmentScore, Duty, Plan, Task
from app.queries import rules, schemes, scoring
from app.services import score_letters
from app.services.score_letters import Told
from workflows.appraisal import GRADE_LABELS, Score, kept, said
from workflows.cadence import DutyKind, year_of
from workflows.calendar import instant, local_date
from workflows.errors import Refused
from workflows.lifecycle import (
    ASSESSMENT,
    AppealState,
    AssessmentEvent,
    AssessmentState,
    DutyEvent,
    DutyState,
    PlanState,
    ScoreStage,
)
from workflows.policy import Act, Actor, require
from workflows.wording import chinese_date

APPEAL_WORKDAYS = 5
"""申诉期: working days in which a unit may appeal, and in which the office decides on it (reference b.6)."""

LEAST_WEIGHT, MOST_WEIGHT = 10, 1000
"""The weight of a task in per cent: from a tenth to ten times."""


def begin(actor: Actor, plan_id: int, year: int, now: datetime) -> int:
    """Begin the assessment of a plan's year by the scheme in force; returns its id, or that of the one already begun.

    Raises Refused forbidden, missing, invalid.
    """
    require(actor, Act.ASSESS)
    with transaction() as s:
        plan = get(Plan, plan_id)
        if plan.state is not PlanState.ISSUED or plan.issued_at is None:
            raise Refused("invalid", f"“{plan.title}”没有在执行，不能开始考核。")
        if not local_date(plan.issued_at).year <= year <= local_date(now).year:
            raise Refused("invalid", f"{year}年不能考核：计划下达之前和还没有开始的年份没有可计的内容。")
        scheme_id, _ = schemes.in_force()
        row = {"plan_id": plan_id, "year": year, "scheme_id": scheme_id, "state": AssessmentState.RUNNING}
        new = insert_new(s, Assessment, [{**row, "weights": {}, "facts": {}, "number": "", "version": 1}])
        begun = scoring.of_year(plan_id, year)
        assert begun is not None
        if new:
            duty = _duty(s, begun)
            begun.duty_id = duty.id if duty else None
            record(s, "assessment.begin", actor, begun, now, {"year": year, "scheme": scheme_id})
        return begun.id


def _duty(s: Session, assessment: Assessment) -> Duty | None:
    """The duty to score the year, once the engine has opened it."""
    wanted = sa.select(Duty).where(
        Duty.plan_id == assessment.plan_id,
        Duty.kind == DutyKind.ASSESSMENT,
        Duty.period_key == str(assessment.year),
    )
    return s.scalar(wanted.order_by(Duty.id).limit(1))


def office_of(plan: Plan) -> int:
    """The unit that runs the plan; raises Refused illegal-step where there is none."""
    if plan.office_id is None:
        raise Refused("illegal-step", "计划没有确定由哪个督查室（专班办公室）负责，请联系系统管理员。")
    return plan.office_id


def locked(s: Session, assessment_id: int, seen_version: int | None = None) -> Assessment:
    """The assessment, held until the transaction ends; raises Refused missing, stale."""
    s.execute(sa.select(Assessment.id).where(Assessment.id == assessment_id).with_for_update())
    found = s.get(Assessment, assessment_id, populate_existing=True)
    if found is None:
        raise Refused("missing", "没有找到这次考核。请从“考核”页进入。")
    if seen_version is not None and found.version != seen_version:
        raise Refused("stale", STALE)
    return found


def require_other_unit(actor: Actor, unit_id: int, what: str) -> None:
    """Return unless the actor is of that unit (回避); raises Refused forbidden."""
    if unit_id in actor.unit_ids:
        raise Refused("forbidden", f"您是这个单位的人，按回避要求不能{what}。请由督查室其他同事办理。")


# ------------------------------------------------------------------------------------------- while it runs


def _running(assessment: Assessment, what: str) -> None:
    if assessment.state is not AssessmentState.RUNNING:
        state = ASSESSMENT.states[assessment.state]
        raise Refused("illegal-step", f"这次考核{state}，不能再{what}。对得分有意见的，由单位提出申诉。")


def weigh(
    actor: Actor, assessment_id: int, weights: Mapping[int, int], *, seen_version: int, now: datetime
) -> None:
    """Give tasks weights of their own, in per cent; those left out weigh 100.

    Raises Refused forbidden, missing, stale, illegal-step, invalid.
    """
    require(actor, Act.ASSESS)
    if any(not LEAST_WEIGHT <= weight <= MOST_WEIGHT for weight in weights.values()):
        raise Refused("invalid", "单项任务的权重请填0.1到10之间的数，1为一般。")
    with transaction() as s:
        found = locked(s, assessment_id, seen_version)
        _running(found, "调整任务权重")
        own = set(s.scalars(sa.select(Task.id).where(Task.plan_id == found.plan_id)))
        if not set(weights) <= own:
            raise Refused("invalid", "其中有的任务不属于这个计划，请刷新页面重新填写。")
        before = dict(found.weights)
        found.weights = {str(task): weight for task, weight in sorted(weights.items()) if weight != 100}
        record(s, "assessment.weigh", actor, found, now, {"before": before, "after": dict(found.weights)})


def adopt_scheme(actor: Actor, assessment_id: int, *, seen_version: int, now: datetime) -> None:
    """Let an assessment that still runs go by the scheme in force. What is frozen keeps its version.

    Raises Refused forbidden, missing, stale, illegal-step.
    """
    require(actor, Act.ASSESS)
    with transaction() as s:
        found = locked(s, assessment_id, seen_version)
        _running(found, "改用新的方案")
        before, (found.scheme_id, _) = found.scheme_id, schemes.in_force()
        record(s, "assessment.adopt", actor, found, now, {"before": before, "after": found.scheme_id})


# ------------------------------------------------------------------------------------------- 预公示


def prepublish(actor: Actor, assessment_id: int, cutoff_on: date, *, seen_version: int, now: datetime) -> int:
    """Freeze facts and scores as known at the end of `cutoff_on` and show them for appeal (预公示); returns how many.

    Each scored unit is told. Raises Refused forbidden, missing, stale, illegal-step, invalid.
    """
    require(actor, Act.ASSESS)
    cutoff_at, today = instant(cutoff_on + timedelta(days=1), 0), local_date(now)
    with transaction() as s:
        found = locked(s, assessment_id, seen_version)
        _running(found, "预公示")
        if cutoff_at > now or cutoff_on.year < found.year:
            raise Refused("invalid", "数据截止日请填考核年度内或以后、今天以前的日子：当天还会有新的数据。")
        worked_out = scoring.frozen(found, cutoff_at)
        if not worked_out:
            raise Refused("invalid", "到截止日还没有可以计分的单位，请核对计划和截止日。")
        found.state = ASSESSMENT.advance(found.state, AssessmentEvent.PREPUBLISH)
        found.cutoff_at, found.prepublished_at = cutoff_at, now
        found.appeals_until_on = rules.calendar().shift(today, APPEAL_WORKDAYS)
        found.facts = facts_of(worked_out)
        _keep(s, found, ScoreStage.PREVIEW, worked_out)
        duty = _owed(s, found, today, now)
        found.duty_id = duty.id
        until = chinese_date(found.appeals_until_on)
        title = f"{found.year}年度考核预公示"
        sentences = {
            unit_id: f"{title}：本单位得{said(score.tally.points)}分，可以申诉到{until}为止"
            for unit_id, score in worked_out.items()
        }
        score_letters.tell(
            s, duty, Told(sentences, lambda unit_id: _page(assessment_id, unit_id, ScoreStage.PREVIEW)), now
        )
        detail = {"cutoff": cutoff_at.isoformat(), "until": found.appeals_until_on.isoformat()}
        record(s, "assessment.prepublish", actor, found, now, {**detail, "points": _points(worked_out)})
    return len(worked_out)


def _page(assessment_id: int, unit_id: int, stage: ScoreStage) -> str:
    return f"/assessments/{assessment_id}/units/{unit_id}?stage={stage.value}"


def _owed(s: Session, assessment: Assessment, today: date, now: datetime) -> Duty:
    """The duty to score the year, opened now where the engine has not opened it yet."""
    duty = _duty(s, assessment)
    if duty is None:
        plan, calendar = assessment.plan, rules.calendar()
        assert plan.cadence_version_id is not None
        period = year_of(assessment.year, rules.cadence(plan.cadence_version_id), calendar)
        due_on = max(period.due_on, calendar.shift(today, 2 * APPEAL_WORKDAYS))
        key = str(assessment.year)
        owed = duties.Owed(
            None, office_of(plan), DutyKind.ASSESSMENT, key, min(today, period.opens_on), due_on
        )
        duties.open_all(s, plan, [owed], now)
        duty = _duty(s, assessment)
    assert duty is not None
    return duty


def facts_of(worked_out: Mapping[int, Score]) -> dict[str, Any]:
    """Unit → fact → its exact value, as they were frozen."""
    found: dict[str, dict[str, str]] = {}
    for unit_id, score in worked_out.items():
        figures = [figure for item in score.tally.items for figure in item.figures]
        measured = {figure.fact.value: str(figure.value) for figure in figures if figure.value is not None}
        found[str(unit_id)] = measured
    return found


def _keep(s: Session, assessment: Assessment, stage: ScoreStage, worked_out: Mapping[int, Score]) -> None:
    rows = [
        {
            "assessment_id": assessment.id,
            "unit_id": unit_id,
            "stage": stage,
            "group": score.tally.group.value,
            "points": score.tally.points,
            "grade": score.grade,
            "place": score.place,
            "breakdown": kept(score),
        }
        for unit_id, score in worked_out.items()
    ]
    s.execute(sa.insert(AssessmentScore), rows)


def _points(worked_out: Mapping[int, Score]) -> dict[str, int]:
    return {str(unit_id): score.tally.points for unit_id, score in worked_out.items()}


# ------------------------------------------------------------------------------------------- 定分, 归档


def settle(actor: Actor, assessment_id: int, *, seen_version: int, now: datetime) -> None:
    """定分: the days for appeals are over and every appeal is decided; places and grades are given anew.

    Raises Refused forbidden, missing, stale, illegal-step.
    """
    require(actor, Act.ASSESS)
    with transaction() as s:
        found = locked(s, assessment_id, seen_version)
        after = ASSESSMENT.advance(found.state, AssessmentEvent.SETTLE)
        assert found.appeals_until_on is not None
        assert found.cutoff_at is not None
        if local_date(now) <= found.appeals_until_on:
            until = chinese_date(found.appeals_until_on)
            raise Refused("illegal-step", f"申诉期到{until}为止，期满后才能定分。")
        if waiting := sum(appeal.state is AppealState.PENDING for appeal in found.appeals):
            raise Refused("illegal-step", f"还有{waiting}件申诉没有复核，请先作出复核决定。")
        worked_out = scoring.final(found, found.cutoff_at)
        found.state, found.settled_at = after, now
        _keep(s, found, ScoreStage.FINAL, worked_out)
        record(s, "assessment.settle", actor, found, now, {"points": _points(worked_out)})


@dataclass(frozen=True, slots=True)
class _Result:
    title: str
    scores: Mapping[int, Score]

    @property
    def sentences(self) -> Mapping[int, str]:
        return {
            unit_id: f"{self.title}：本单位得{said(score.tally.points)}分，等次{GRADE_LABELS[score.grade]}"
            for unit_id, score in self.scores.items()
        }


def archive(actor: Actor, assessment_id: int, number: str, *, seen_version: int, now: datetime) -> None:
    """归档 under the 文号 of the result: the duty to score the year is done, and the units are told.

    Raises Refused forbidden, missing, stale, illegal-step, invalid.
    """
    require(actor, Act.ASSESS)
    number = number.strip()
    if not 0 < len(number) <= 80:
        raise Refused("invalid", "请填写考核结果通报的文号，最多80字，例如：×政督〔2026〕3号。")
    with transaction() as s:
        found = locked(s, assessment_id, seen_version)
        found.state = ASSESSMENT.advance(found.state, AssessmentEvent.ARCHIVE)
        found.archived_at, found.number = now, number
        assert found.duty_id is not None
        duty = duties.locked(s, found.duty_id)
        if duty.state in {DutyState.OPEN, DutyState.FILED}:
            duties.move(duty, DutyEvent.FULFIL, now)
        duty.outcome = number
        result = _Result(f"{found.year}年度考核结果（{number}）", scoring.stored(found.id, ScoreStage.FINAL))
        score_letters.tell(
            s,
            duty,
            Told(result.sentences, lambda unit_id: _page(assessment_id, unit_id, ScoreStage.FINAL)),
            now,
        )
        record(s, "assessment.archive", actor, found, now, {"number": number})


def record(
    s: Session,
    act: str,
    actor: Actor,
    assessment: Assessment,
    now: datetime,
    detail: Mapping[str, Any],
    *,
    unit_id: int | None = None,
) -> None:
    """One entry of the record about an assessment."""
    about = ledger.Subject(plan_id=assessment.plan_id, unit_id=unit_id, duty_id=assessment.duty_id)
    full = {"assessment": assessment.id, **detail}
    ledger.append(s, act, at=now, actor_id=actor.person_id, about=about, detail=full)


def departures(assessments: Sequence[Assessment]) -> dict[int, list[int]]:
    """Assessment → units whose kept scores the record no longer gives; empty when all recompute."""
    found = {one.id: scoring.departures(one) for one in assessments}
    return {assessment_id: units for assessment_id, units in found.items() if units}

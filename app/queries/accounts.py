"""The account of a plan (收账): what was asked of every unit and what came of it, as it was known at one instant.

Read from the record (`app.queries.then`) and from what is written once and never changes, so that the same instant
gives the same account for ever. An instant that has just passed may still be written to by a transaction under way:
freeze what is some minutes old.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.db import session
from app.models import EngineGap, LedgerEntry, Plan
from app.queries import then as record
from app.queries.sayings import Part, sayings
from app.queries.standings import WHOLE, share
from app.queries.then import ENDED_AT, ENDED_BY, FILED_FOR, FIRST_DEADLINE, Asked, Facts, Then
from workflows.accounts import (
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
from workflows.cadence import PERIODIC, DutyKind
from workflows.calendar import WorkCalendar, is_late, local_date
from workflows.commitments import CommitmentKind, Comparison, TaskKind
from workflows.errors import Refused
from workflows.escalation import LetterKind
from workflows.lifecycle import STANDING_REPORTS, ClosingGrade, DutyState, TaskState
from workflows.light import LightRules, Milestone, Standing, expected_percent, pace
from workflows.measures import Reading
from workflows.requests import RequestKind, Stage, answer_key
from workflows.units import Share, UnitKind

CLOSING = "task.close"
UNANSWERED = frozenset({DutyState.OPEN, DutyState.CANCELLED})
SPOKEN = ("slip.send", "slip.answer", "request.raise")
"""Acts whose own words are part of the account."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days an account goes through, and the instant as of which it is known."""

    from_on: date
    to_on: date
    at: datetime


def known_since(plan_id: int) -> datetime | None:
    """From when on an account of the plan can be given: its issue, or the upgrade that put it on record while it ran
    (`ledger.begin_traces`). None for a draft; one indexed question."""
    issued_at = session().scalar(sa.select(Plan.issued_at).where(Plan.id == plan_id))
    begun = sa.select(sa.func.min(LedgerEntry.recorded_at)).where(
        LedgerEntry.plan_id == plan_id, LedgerEntry.act == "record.begin"
    )
    begun_at = session().scalar(begun)
    return max(issued_at, begun_at) if issued_at and begun_at else issued_at


def account(plan_id: int, from_on: date, to_on: date, at: datetime) -> Account:
    """The plan from `from_on` through `to_on` as it was known at `at`; a dozen queries, however large the plan.

    Raises Refused missing for a plan that was not issued by then.
    """
    [found] = accounts(plan_id, [Span(from_on, to_on, at)])
    return found


def accounts(plan_id: int, spans: Sequence[Span]) -> list[Account]:
    """The plan's account of each span, from one reading of the record.

    Raises Refused missing for a plan that was not issued by the instant of one of them.
    """
    stood = record.then(plan_id, [span.at for span in spans])
    if not all(each.plan for each in stood.values()):
        raise Refused("missing", "这个计划在所选的时间还没有下达，或者还没有完整的记录，没有数据可以统计。")
    asked = record.asked(plan_id)
    drawn = {span: _Reading(plan_id, span, stood[span.at], asked).account() for span in dict.fromkeys(spans)}
    return [drawn[span] for span in spans]


def _unit(unit_id: int, stood: Then) -> UnitAccount:
    facts = stood.units[unit_id]
    return UnitAccount(unit_id, facts["name"], UnitKind(facts["kind"]))


def _gaps(span: Span) -> Iterator[GapAccount]:
    gaps = sa.select(EngineGap).where(EngineGap.to_at <= span.at).order_by(EngineGap.from_at)
    for gap in session().scalars(gaps):
        if local_date(gap.from_at) <= span.to_on and local_date(gap.to_at) >= span.from_on:
            yield GapAccount(gap.from_at, gap.to_at)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _on(text: str | None) -> date | None:
    return local_date(datetime.fromisoformat(text)) if text else None


@dataclass(frozen=True)
class _Reading:
    """Makes the account's rows of what stood."""

    plan_id: int
    span: Span
    stood: Then
    asked: Mapping[int, Asked]

    def account(self) -> Account:
        duties, tasks = tuple(self.duties()), tuple(self.tasks())
        slips, coordinations = self.exchanges()
        involved = {unit_id for task in tasks for unit_id in task.shares} | {duty.unit_id for duty in duties}
        involved |= {slip.unit_id for slip in slips}
        involved |= {unit_id for asked in coordinations for unit_id in (asked.unit_id, asked.asked_unit_id)}
        involved |= {said.help_unit_id for task in tasks for said in task.said.values() if said.help_unit_id}
        return Account(
            self.plan_id,
            self.stood.plan["title"],
            self.span.from_on,
            self.span.to_on,
            self.at,
            {unit_id: _unit(unit_id, self.stood) for unit_id in sorted(involved)},
            tasks,
            duties,
            slips,
            coordinations,
            tuple(_gaps(self.span)),
        )

    @property
    def at(self) -> datetime:
        return self.span.at

    def covers(self, day: date) -> bool:
        return self.span.from_on <= day <= self.span.to_on

    # ------------------------------------------------------------------------------------- duties

    def duties(self) -> Iterator[DutyAccount]:
        for duty_id, facts in sorted(self.stood.duties.items()):
            duty = self.asked.get(duty_id)
            if duty and self.covers(_falls_on(duty, facts)) and _is_counted(duty, facts):
                yield self.duty(duty, facts)

    def duty(self, duty: Asked, facts: Facts) -> DutyAccount:
        due_on, report = date.fromisoformat(facts["due_on"]), self.stood.reports.get(duty.duty_id, {})
        lacking = facts["state"] in UNANSWERED and is_late(due_on, duty.cutoff_hour, self.at)
        filed_at = facts["filed_at"]
        return DutyAccount(
            duty.duty_id,
            duty.kind,
            duty.period_key,
            duty.task_id,
            duty.unit_id,
            due_on,
            date.fromisoformat(facts["original_due_on"]),
            _on(filed_at),
            _was_late(duty, facts),
            missing=lacking and filed_at is None,
            returns=report.get("returns", 0),
            corrections=report.get("corrections", 0),
            after_lock=report.get("after_lock", False),
            unmended=lacking and filed_at is not None,
        )

    # -------------------------------------------------------------------------------------- tasks

    def tasks(self) -> Iterator[TaskAccount]:
        said = self.said
        for task_id, facts in sorted(
            self.stood.tasks.items(), key=lambda item: (item[1]["position"], item[0])
        ):
            yield self.task(task_id, facts, said)

    def task(self, task_id: int, facts: Facts, said: Mapping[int, Mapping[int, Said]]) -> TaskAccount:
        standing, today = self.standing(facts), local_date(self.at)
        paced = pace(standing, self.light_rules, today, self.calendar)
        grade = facts["closing_grade"]
        state = TaskState(facts["state"])
        return TaskAccount(
            task_id,
            f"{facts['number']}（{facts['part']}）" if facts["part"] else facts["number"],
            facts["title"],
            facts["section"],
            TaskKind(facts["kind"]),
            state,
            standing.deadline_on,
            _day(facts[FIRST_DEADLINE]),
            facts["percent"],
            expected_percent(standing, today, self.calendar),
            paced.pace,
            paced.reason,
            _on(facts["closed_at"]) if state is TaskState.CLOSED else None,
            ClosingGrade(grade) if grade and state is TaskState.CLOSED else None,
            self.shares.get(task_id, {}),
            said.get(task_id, {}),
            tuple(self.indicators(task_id, facts)),
        )

    def standing(self, facts: Facts) -> Standing:
        state = TaskState(facts["state"])
        return Standing(
            starts_on=self.starts_on,
            deadline_on=_day(facts["deadline_on"]),
            percent=facts["percent"],
            closed=state is TaskState.CLOSED,
            issued=state is not TaskState.DRAFT,
            withdrawn=state is TaskState.WITHDRAWN,
            suspended=state is TaskState.SUSPENDED,
            advocacy=TaskKind(facts["kind"]) is TaskKind.ADVOCACY,
            milestones=tuple(_milestones(facts["commitments"])),
        )

    @cached_property
    def starts_on(self) -> date | None:
        issued_on, period_from_on = _on(self.stood.plan["issued_at"]), _day(self.stood.plan["period_from_on"])
        return max(issued_on, period_from_on or date.min) if issued_on else None

    @cached_property
    def light_rules(self) -> LightRules:
        return record.light_rules_at(self.at)

    @cached_property
    def calendar(self) -> WorkCalendar:
        return record.calendar_at(self.at)

    @cached_property
    def shares(self) -> Mapping[int, Mapping[int, Share]]:
        found: dict[int, dict[int, Share]] = defaultdict(dict)
        for _, part in sorted(self.stood.parts.items()):
            found[part["task_id"]][part["unit_id"]] = Share(part["share"])
        return found

    @property
    def said(self) -> Mapping[int, Mapping[int, Said]]:
        found: dict[int, dict[int, Said]] = defaultdict(dict)
        told: Mapping[Part, Said] = sayings(self.plan_id, self.stood, self.asked, self.at)
        for (task_id, unit_id), said in sorted(told.items()):
            if unit_id in self.shares.get(task_id, ()):
                found[task_id][unit_id] = said
        return found

    # --------------------------------------------------------------------------------- indicators

    def indicators(self, task_id: int, facts: Facts) -> Iterator[IndicatorAccount]:
        for number, kind, name, unit, comparison, target, due_on in facts["commitments"]:
            if kind == CommitmentKind.INDICATOR:
                values = self.values.get((task_id, number), [""])
                compared = Comparison(comparison) if comparison else None
                before = values[-2] if len(values) > 1 else ""
                reading = Reading(compared, target, unit, values[-1], before, values[0])
                percent = reading.percent
                yield IndicatorAccount(
                    number,
                    name,
                    unit,
                    _day(due_on),
                    _number(target),
                    _number(values[-1]),
                    None if percent is None else percent >= 100,
                )

    @cached_property
    def values(self) -> Mapping[tuple[int, int], Sequence[str]]:
        """Task and commitment → what the reports that stand say of it, period after period; a lead speaks last."""
        found: dict[tuple[int, int], list[tuple[str, bool, int, str]]] = defaultdict(list)
        for duty_id, report in self.stood.reports.items():
            measures, duty = report.get("measures"), self.asked.get(duty_id)
            if measures and duty and duty.task_id and report["state"] in STANDING_REPORTS:
                due_on = self.stood.duties.get(duty_id, {}).get("original_due_on", "")
                leads = self.shares.get(duty.task_id, {}).get(duty.unit_id) is Share.LEAD
                for number, value in measures.items():
                    found[duty.task_id, int(number)].append((due_on, leads, duty_id, value))
        return {key: [value for *_, value in sorted(told)] for key, told in found.items()}

    # ------------------------------------------------------------------ slips and coordination

    def exchanges(self) -> tuple[tuple[SlipAccount, ...], tuple[CoordinationAccount, ...]]:
        """Slips that were sent, and what units asked of one another, each with its answer."""
        answers: dict[tuple[DutyKind, str], Asked] = {
            (duty.kind, duty.period_key): duty
            for duty in self.asked.values()
            if duty.kind in {DutyKind.SLIP_REPLY, DutyKind.ANSWER} and duty.duty_id in self.stood.duties
        }
        slips, asked = [], []
        for entry in self.spoken():
            if entry.act == "slip.send":
                key = (DutyKind.SLIP_REPLY, f"s{entry.detail['number']}")
                slips.append(self.slip(entry, answers.get(key)))
            elif entry.act == "request.raise" and entry.detail["kind"] == RequestKind.COORDINATION:
                key = (DutyKind.ANSWER, answer_key(entry.detail["request"], Stage.UNIT))
                if duty := answers.get(key):
                    asked.append(self.coordination(entry, duty))
        return tuple(slips), tuple(asked)

    def spoken(self) -> Iterator[sa.Row[Any]]:
        columns = (LedgerEntry.act, LedgerEntry.recorded_at, LedgerEntry.unit_id, LedgerEntry.task_id)
        entries = (
            sa.select(*columns, LedgerEntry.detail)
            .where(
                LedgerEntry.plan_id == self.plan_id,
                LedgerEntry.act.in_(SPOKEN),
                LedgerEntry.recorded_at <= self.at,
            )
            .order_by(LedgerEntry.id)
        )
        yield from (row for row in session().execute(entries) if self.covers(local_date(row.recorded_at)))

    def slip(self, entry: sa.Row[Any], reply: Asked | None) -> SlipAccount:
        answered_on, in_time = self.answer(reply) if reply else (None, None)
        return SlipAccount(
            entry.detail["number"],
            LetterKind(entry.detail["slip"]),
            entry.unit_id,
            entry.task_id,
            local_date(entry.recorded_at),
            answered_on,
            in_time,
        )

    def coordination(self, entry: sa.Row[Any], answer: Asked) -> CoordinationAccount:
        answered_on, in_time = self.answer(answer)
        return CoordinationAccount(
            entry.detail["request"],
            entry.task_id,
            entry.unit_id,
            answer.unit_id,
            local_date(entry.recorded_at),
            answered_on,
            in_time,
        )

    def answer(self, duty: Asked) -> tuple[date | None, bool | None]:
        """On which day a duty to answer was done, and whether in time; what was asked no more in time is neither."""
        facts = self.stood.duties[duty.duty_id]
        if facts["filed_at"]:
            return _on(facts["filed_at"]), not _was_late(duty, facts)
        asked_until = facts[ENDED_AT] if facts["state"] == DutyState.CANCELLED else self.at
        lapsed = is_late(date.fromisoformat(facts["due_on"]), duty.cutoff_hour, asked_until)
        return None, False if lapsed else None


# ------------------------------------------------------------------------------------------------ what counts


def _falls_on(duty: Asked, facts: Facts) -> date:
    """The day by which a duty belongs to an account. A report belongs to its period, however often it is returned."""
    return date.fromisoformat(facts["original_due_on" if duty.kind in PERIODIC else "due_on"])


def _is_counted(duty: Asked, facts: Facts) -> bool:
    """What was cancelled is left out, but not a report that was missed before its task was closed."""
    if facts["state"] != DutyState.CANCELLED:
        return True
    missed = duty.kind is DutyKind.MONTHLY_REPORT and facts["filed_at"] is None and facts[ENDED_BY] == CLOSING
    return missed and is_late(date.fromisoformat(facts["due_on"]), duty.cutoff_hour, facts[ENDED_AT])


def _was_late(duty: Asked, facts: Facts) -> bool:
    """Against the day in force when it was first filed: what was put off later excuses nothing."""
    if not facts["filed_at"]:
        return False
    due_on = date.fromisoformat(facts.get(FILED_FOR) or facts["original_due_on"])
    return is_late(due_on, duty.cutoff_hour, datetime.fromisoformat(facts["filed_at"]))


def _milestones(commitments: Sequence[Sequence[Any]]) -> Iterator[Milestone]:
    for _, kind, name, unit, _, target, due_on in commitments:
        whole = kind == CommitmentKind.INDICATOR and name in WHOLE and unit == "%"
        if due_on and (kind == CommitmentKind.MILESTONE or whole):
            yield Milestone(date.fromisoformat(due_on), share(target, unit))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None

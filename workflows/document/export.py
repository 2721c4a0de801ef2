"""A parsed plan as plain values: the one shape that leaves the program as JSON."""

from __future__ import annotations

from workflows.document.model import (
    CadenceDemand,
    Candidate,
    Indicator,
    NamedUnit,
    ParsedPlan,
    ParsedTask,
    Span,
    TaskForce,
)


def as_json(plan: ParsedPlan) -> dict[str, object]:
    """The plan as JSON values: title, document_number, period (two ISO dates or null), tasks, candidates, governance."""
    return {
        "title": plan.title,
        "document_number": plan.document_number,
        "period": [day.isoformat() for day in plan.period] if plan.period else None,
        "tasks": [_task(task) for task in plan.tasks],
        "candidates": [_candidate(candidate) for candidate in plan.candidates],
        "governance": {
            "cadences": [_cadence(demand) for demand in plan.governance.cadences],
            "task_forces": [_task_force(force) for force in plan.governance.task_forces],
        },
    }


def _task(task: ParsedTask) -> dict[str, object]:
    return {
        "number": task.number,
        "part": task.part,
        "title": task.title,
        "section": task.section,
        "text": task.text,
        "lead_units": list(task.lead_units),
        "responsible_units": list(task.responsible_units),
        "deadline": task.deadline_on.isoformat() if task.deadline_on else None,
        "deadline_text": task.deadline_text,
        "recurrence": task.recurrence.value if task.recurrence else None,
        "recurrence_text": task.recurrence_text,
        "start_text": task.start_text,
        "milestones": [{"date": stone.on.isoformat(), "text": stone.text} for stone in task.milestones],
        "collective": task.collective,
        "type": task.type.kind.value,
        "type_reason": task.type.reason,
        "deliverables": [
            {"verb": thing.verb, "what": thing.what, "span": _span(thing.span)} for thing in task.deliverables
        ],
        "indicators": [_indicator(indicator) for indicator in task.indicators],
        "units": [_unit(unit) for unit in task.units],
        "guiding_units": list(task.guiding_units),
        "implied_units": list(task.implied_units),
        "open_list": task.open_list,
        "doubts": [{"code": doubt.code, "sentence": doubt.sentence} for doubt in task.doubts],
    }


def _unit(unit: NamedUnit) -> dict[str, object]:
    return {
        "printed": unit.printed,
        "full_name": unit.full or unit.printed,
        "share": unit.share.value,
        "collective": unit.collective,
    }


def _indicator(indicator: Indicator) -> dict[str, object]:
    return {
        "name": indicator.name,
        "comparison": indicator.comparison.value,
        "target": indicator.target,
        "unit": indicator.unit,
        "by": indicator.by.isoformat() if indicator.by else None,
        "text": indicator.text,
        "span": _span(indicator.span),
    }


def _span(span: Span) -> list[int]:
    return [span.start, span.end]


def _candidate(candidate: Candidate) -> dict[str, object]:
    return {
        "title": candidate.title,
        "section": candidate.section,
        "text": candidate.text,
        "who": list(candidate.who),
        "deadline": candidate.deadline_on.isoformat() if candidate.deadline_on else None,
        "deadline_text": candidate.deadline_text,
        "recurrence": candidate.recurrence.value if candidate.recurrence else None,
        "indicators": [_indicator(indicator) for indicator in candidate.indicators],
        "blanks": len(candidate.blanks),
    }


def _cadence(demand: CadenceDemand) -> dict[str, object]:
    return {"kind": demand.kind.value, "day": demand.day, "month": demand.month, "text": demand.text}


def _task_force(force: TaskForce) -> dict[str, object]:
    return {
        "name": force.name,
        "leader": force.leader.printed if force.leader else None,
        "deputies": [deputy.printed for deputy in force.deputies],
        "members": [member.printed for member in force.members],
        "office": force.office.printed if force.office else None,
    }

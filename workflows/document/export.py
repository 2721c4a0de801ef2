"""A parsed plan as plain values: the one shape that leaves the program as JSON."""

from __future__ import annotations

from workflows.document.model import ParsedPlan, ParsedTask


def as_json(plan: ParsedPlan) -> dict[str, object]:
    """The plan as JSON values: title, document_number, period (two ISO dates or null) and tasks."""
    return {
        "title": plan.title,
        "document_number": plan.document_number,
        "period": [day.isoformat() for day in plan.period] if plan.period else None,
        "tasks": [_task(task) for task in plan.tasks],
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
        "doubts": [{"code": doubt.code, "sentence": doubt.sentence} for doubt in task.doubts],
    }

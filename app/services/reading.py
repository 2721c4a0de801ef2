"""A document is read into a draft plan: tasks with their commitments, names, places in the source, and doubts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app import intake, ledger
from app.db import transaction
from app.models import Candidate, Commitment, ForceMember, Mention, Plan, SourceDocument, Task
from app.queries import units as names
from workflows import document
from workflows.commitments import CommitmentKind
from workflows.document.model import (
    CadenceDemand,
    Doubt,
    Governance,
    Named,
    ParsedPlan,
    ParsedTask,
    Span,
    TaskForce,
)
from workflows.document.model import Candidate as Demand
from workflows.errors import Refused
from workflows.policy import Act, Actor, require
from workflows.units import ForceRole, Share

Mark = list[Any]
"""[start, end, what]: words of the source a task used; what is number, unit, date, rhythm, figure or thing."""


def read_in(actor: Actor | None, filename: str, content: bytes, now: datetime, *, title: str = "") -> int:
    """Read a document into a draft plan; returns its id. Actor None is the command line.

    An empty `title` leaves the document's own. A speech gives a plan with candidates only.

    Raises Refused forbidden; unreadable or too-large with the sentence that says what to do.
    """
    if actor:
        require(actor, Act.EDIT_PLAN)
    text = intake.read(filename, content)
    parsed = document.parse(text)
    if not parsed.tasks and not parsed.candidates:
        raise Refused(
            "unreadable",
            "没有在文件里找到写明牵头单位或责任单位的任务，也没有找到明确的工作要求。请确认上传的是任务文件的正文。",
        )
    with transaction() as s:
        source = SourceDocument(filename=filename[:255], content=content, text=text, received_at=now)
        source.sha256 = hashlib.sha256(content).hexdigest()
        plan = draft_of(parsed, source, title or parsed.title or filename, now)
        s.add(plan)
        s.flush()
        s.add_all(_candidate(demand, plan.id, place) for place, demand in enumerate(parsed.candidates))
        s.add_all(_members(parsed.governance, plan.id))
        detail = {
            "file": source.sha256,
            "tasks": len(parsed.tasks),
            "candidates": len(parsed.candidates),
        }
        about = ledger.Subject(plan_id=plan.id)
        actor_id = actor.person_id if actor else None
        ledger.append(s, "plan.read", at=now, actor_id=actor_id, about=about, detail=detail)
    return plan.id


def draft_of(parsed: ParsedPlan, source: SourceDocument, title: str, now: datetime) -> Plan:
    """The draft with its tasks; names are bound wherever the county knows them."""
    index = names.name_index()
    period = parsed.period or (None, None)
    return Plan(
        title=title[:300],
        document_number=(parsed.document_number or "")[:80],
        period_from_on=period[0],
        period_to_on=period[1],
        source=source,
        created_at=now,
        proposals={"cadences": [_cadence(demand) for demand in parsed.governance.cadences]},
        doubts=[_doubt(doubt) for doubt in parsed.doubts],
        tasks=[_task(task, position, index) for position, task in enumerate(parsed.tasks)],
    )


def _task(parsed: ParsedTask, position: int, index: Mapping[str, names.Bound]) -> Task:
    task = Task(
        position=position,
        number=(parsed.number or "")[:20],
        part=parsed.part,
        level=parsed.level,
        title=parsed.title[:400],
        section=(parsed.section or "")[:400],
        text=parsed.text,
        start=parsed.span.start,
        end=parsed.span.end,
        deadline_on=parsed.deadline_on,
        deadline_text=(parsed.deadline_text or "")[:120],
        recurrence=parsed.recurrence,
        recurrence_text=(parsed.recurrence_text or "")[:120],
        start_text=(parsed.start_text or "")[:120],
        kind=parsed.type.kind,
        kind_reason=parsed.type.reason[:200],
        noted={
            "text_units": list(parsed.text_units),
            "implied_units": list(parsed.implied_units),
            "guiding_units": list(parsed.guiding_units),
            "leader": parsed.leader,
        },
        marks=sorted(_marks(parsed)),
        doubts=[_doubt(doubt) for doubt in parsed.doubts],
        commitments=commitments_of(parsed),
    )
    name_units(task, [(unit.share, unit.printed, unit.full or "") for unit in parsed.units], index)
    return task


def _marks(parsed: ParsedTask) -> Iterator[Mark]:
    yield from _mark(parsed.number_span, "number")
    yield from _mark(parsed.deadline_span, "date")
    yield from _mark(parsed.recurrence_span, "rhythm")
    for unit in parsed.units:
        yield from _mark(unit.span, "unit")
    for stone in parsed.milestones:
        yield from _mark(stone.span, "date")
    for indicator in parsed.indicators:
        yield from _mark(indicator.span, "figure")
    for deliverable in parsed.deliverables:
        yield from _mark(deliverable.span, "thing")


def _mark(span: Span | None, what: str) -> Iterator[Mark]:
    if span:
        yield [span.start, span.end, what]


def _doubt(doubt: Doubt) -> dict[str, object]:
    place = doubt.span
    return {
        "code": doubt.code,
        "sentence": doubt.sentence,
        "start": place.start if place else None,
        "end": place.end if place else None,
    }


def commitments_of(parsed: ParsedTask) -> list[Commitment]:
    """What the task commits to, in printed order."""
    found = [
        *(
            Commitment(
                kind=CommitmentKind.MILESTONE,
                text=stone.text,
                due_on=stone.on,
                start=stone.span.start,
                end=stone.span.end,
            )
            for stone in parsed.milestones
        ),
        *(
            Commitment(
                kind=CommitmentKind.DELIVERABLE,
                name=thing.what[:200],
                text=f"{thing.verb}{thing.what}",
                start=thing.span.start,
                end=thing.span.end,
            )
            for thing in parsed.deliverables
        ),
        *(
            Commitment(
                kind=CommitmentKind.INDICATOR,
                name=figure.name[:200],
                text=figure.text,
                comparison=figure.comparison,
                target=(figure.target or "")[:40],
                unit=figure.unit[:20],
                due_on=figure.by,
                start=figure.span.start,
                end=figure.span.end,
            )
            for figure in parsed.indicators
        ),
    ]
    found.sort(key=lambda commitment: (commitment.start or 0, commitment.kind))
    for position, commitment in enumerate(found):
        commitment.position = position
    return found


def name_units(
    task: Task, printed: Sequence[tuple[Share, str, str]], index: Mapping[str, names.Bound]
) -> None:
    """Write the task's mentions anew — share, printed name, what it stands for in full — bound where it is known."""
    task.mentions = []
    for position, (share, name, full) in enumerate(dict.fromkeys(printed)):
        bound = index.get(name) or index.get(full) or names.Bound()
        task.mentions.append(
            Mention(
                position=position,
                share=share,
                printed=name[:120],
                full=full[:120],
                unit_id=bound.unit_id,
                group_id=bound.group_id,
            )
        )


def _candidate(demand: Demand, plan_id: int, position: int) -> Candidate:
    found = {
        "blanks": [asdict(place) for place in demand.blanks],
        "recurrence": demand.recurrence,
        "indicators": [_figure(figure) for figure in demand.indicators],
    }
    return Candidate(
        plan_id=plan_id,
        position=position,
        title=demand.title[:400],
        section=(demand.section or "")[:400],
        text=demand.text,
        start=demand.span.start,
        end=demand.span.end,
        who=list(demand.who),
        deadline_on=demand.deadline_on,
        deadline_text=(demand.deadline_text or "")[:120],
        found=found,
    )


def _figure(figure: document.Indicator) -> dict[str, object]:
    return {
        "name": figure.name,
        "text": figure.text,
        "comparison": figure.comparison,
        "target": figure.target,
        "unit": figure.unit,
        "by": figure.by.isoformat() if figure.by else None,
        "start": figure.span.start,
        "end": figure.span.end,
    }


def _cadence(demand: CadenceDemand) -> dict[str, object]:
    place = demand.span
    return {
        "kind": demand.kind,
        "day": demand.day,
        "month": demand.month,
        "text": demand.text,
        "start": place.start,
        "end": place.end,
    }


def _members(governance: Governance, plan_id: int) -> Iterator[ForceMember]:
    """The places of the task forces, bound to units where the name is known."""
    index, position = names.name_index(), 0
    for force in governance.task_forces:
        for role, named in _places(force):
            bound = index.get(named.printed, names.Bound())
            yield ForceMember(
                plan_id=plan_id,
                position=position,
                force=force.name[:120],
                role=role,
                printed=named.printed[:120],
                unit_id=bound.unit_id,
                start=named.span.start,
                end=named.span.end,
            )
            position += 1


def _places(force: TaskForce) -> Iterator[tuple[ForceRole, Named]]:
    if force.leader:
        yield ForceRole.LEADER, force.leader
    for deputy in force.deputies:
        yield ForceRole.DEPUTY, deputy
    for member in force.members:
        yield ForceRole.MEMBER, member
    if force.office:
        yield ForceRole.OFFICE, force.office

"""What a document offers beside its tasks: demands nobody is named for, its rhythms of reporting, its task force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.db import session
from app.models import Candidate, ForceMember, Plan, Task
from app.queries import rules
from app.queries import units as names
from app.queries.source import Link, Spot
from workflows.adoption import adopt, due_words, why_not
from workflows.cadence import KIND_LABELS, CadenceRules, DutyKind
from workflows.commitments import CommitmentKind, Comparison
from workflows.errors import Refused
from workflows.lifecycle import CandidateState
from workflows.likeness import closest
from workflows.redraft import Promise
from workflows.units import FORCE_LABELS, ForceRole

ADOPTED, DECLINED = "adopted", "declined"


@dataclass(frozen=True, slots=True)
class Offer:
    """A candidate on the desk; `pieces` are its words, with True where a figure is blank in print.

    It is `open` again when the task made of it was taken out of the plan.
    """

    candidate: Candidate
    pieces: tuple[tuple[str, bool], ...]
    spot: Spot
    open: bool
    task_id: int | None

    @property
    def blanks(self) -> int:
        """How many figures are blank."""
        return sum(blank for _, blank in self.pieces)


def is_open(candidate: Candidate) -> bool:
    """Whether nobody has decided on the candidate, or the task made of it is gone."""
    if candidate.state is CandidateState.TAKEN:
        return task_of(candidate) is None
    return candidate.state is CandidateState.OPEN


def task_of(candidate: Candidate) -> int | None:
    """The id of the task made of the candidate; one taken out and given back is known by its place in the source."""
    if candidate.state is not CandidateState.TAKEN or candidate.task_id:
        return candidate.task_id
    same = sa.select(Task.id).where(
        Task.plan_id == candidate.plan_id, Task.start == candidate.start, Task.end == candidate.end
    )
    return session().scalar(same.limit(1))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A demanded rhythm beside the present setting; `wanted` is what adopting would set, empty where it cannot.

    `answer` is ADOPTED, DECLINED or empty; `hint` says why there is nothing to decide.
    """

    place: int
    label: str
    text: str
    present: str
    wanted: str
    answer: str
    hint: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in the task force; `bound` is the unit's or person's name, `suggestion` the id that is probably meant."""

    member: ForceMember
    label: str
    bound: str
    suggestion: int | None
    spot: Spot | None

    @property
    def of_a_person(self) -> bool:
        return self.member.role in {ForceRole.LEADER, ForceRole.DEPUTY}


@dataclass(frozen=True, slots=True)
class Proposals:
    """All that the document offers, each in printed order."""

    offers: tuple[Offer, ...]
    rhythms: tuple[Rhythm, ...]
    seats: tuple[Seat, ...]

    @property
    def open(self) -> tuple[Offer, ...]:
        """The candidates that wait for a decision."""
        return tuple(offer for offer in self.offers if offer.open)

    @property
    def undecided(self) -> int:
        """How many rhythms could be adopted and wait for an answer."""
        return sum(bool(rhythm.wanted and not rhythm.answer) for rhythm in self.rhythms)

    @property
    def vacant(self) -> int:
        """How many places of the task force are bound to nobody."""
        return sum(not seat.bound for seat in self.seats)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """The places in the source that the offers lead to."""
        seats = (seat.spot for seat in self.seats if seat.spot)
        return (*(o.spot for o in self.offers), *(r.spot for r in self.rhythms), *seats)


def of(plan: Plan) -> Proposals:
    """What the plan's document offers."""
    s = session()
    candidates = s.scalars(
        sa.select(Candidate).where(Candidate.plan_id == plan.id).order_by(Candidate.position)
    )
    return Proposals(
        tuple(_offer(candidate) for candidate in candidates),
        tuple(_rhythms(plan)),
        tuple(_seats(plan.id)),
    )


def _offer(candidate: Candidate) -> Offer:
    blanks = sorted((place["start"], place["end"]) for place in candidate.found.get("blanks", ()))
    links = tuple(
        Link(start, end, "figure", f"b-{candidate.id}-{start}", f"k-{candidate.id}") for start, end in blanks
    )
    spot = Spot(candidate.start, f"c-{candidate.id}", links)
    pieces = tuple(_pieces(candidate.text, candidate.start, blanks))
    return Offer(candidate, pieces, spot, is_open(candidate), task_of(candidate))


def _pieces(text: str, start: int, blanks: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    said = 0
    for first, last in blanks:
        yield text[said : first - start], False
        yield text[first - start : last - start], True
        said = last - start
    yield text[said:], False


def _rhythms(plan: Plan) -> Iterator[Rhythm]:
    demanded: list[Mapping[str, Any]] = plan.proposals.get("cadences", [])
    if not demanded:
        return
    present = rules.cadence_of(plan)
    for place, demand in enumerate(demanded):
        kind = DutyKind(demand["kind"])
        wanted = _with(present, demand)
        same = wanted is not None and due_words(wanted, kind) == due_words(present, kind)
        hint = why_not(kind, demand["day"]) if wanted is None else "与现行日期一致。" if same else ""
        if plan.replaces_id is not None:
            wanted, hint = None, "新版本沿用正在执行的日期。"
        yield Rhythm(
            place,
            KIND_LABELS[kind],
            demand["text"],
            due_words(present, kind),
            due_words(wanted, kind) if wanted and not same else "",
            demand.get("answer", ""),
            hint,
            Spot(demand["start"], f"g-{place}"),
        )


def answered(plan: Plan, place: int, answer: str) -> list[dict[str, Any]]:
    """The plan's demanded rhythms with an answer to one of them; of one kind only one is adopted.

    Raises Refused missing; invalid for adopting what the rules cannot say.
    """
    demanded: list[dict[str, Any]] = plan.proposals.get("cadences", [])
    if not 0 <= place < len(demanded):
        raise Refused("missing", "文件里没有这一项制度。请返回核对页。")
    asked = demanded[place]
    if answer == ADOPTED and _with(rules.cadence_of(plan), asked) is None:
        raise Refused("invalid", why_not(DutyKind(asked["kind"]), asked["day"]))
    return [
        {**demand, "answer": answer} if at == place else _overruled(demand, asked, answer)
        for at, demand in enumerate(demanded)
    ]


def _overruled(demand: dict[str, Any], by: Mapping[str, Any], answer: str) -> dict[str, Any]:
    rival = demand["kind"] == by["kind"] and demand.get("answer") == ADOPTED == answer
    return {**demand, "answer": DECLINED} if rival else demand


def adopted_rules(county: CadenceRules, demanded: Sequence[Mapping[str, Any]]) -> CadenceRules:
    """The county's report days with every rhythm that was adopted."""
    adopted = county
    for demand in demanded:
        if demand.get("answer") == ADOPTED:
            adopted = _with(adopted, demand) or adopted
    return adopted


def _with(present: CadenceRules, demand: Mapping[str, Any]) -> CadenceRules | None:
    return adopt(present, DutyKind(demand["kind"]), demand["day"], demand.get("month"))


def _seats(plan_id: int) -> Iterator[Seat]:
    wanted = (
        sa.select(ForceMember)
        .where(ForceMember.plan_id == plan_id)
        .options(joinedload(ForceMember.unit), joinedload(ForceMember.person))
        .order_by(ForceMember.position)
    )
    members = list(session().scalars(wanted))
    index = names.name_index() if members else {}
    units = {name: bound.unit_id for name, bound in index.items() if bound.unit_id}
    for member in members:
        bound = member.person or member.unit
        like = None if bound else closest(member.printed, units)
        yield Seat(
            member,
            FORCE_LABELS[member.role],
            bound.name if bound else "",
            units.get(like) if like else None,
            None if member.start is None else Spot(member.start, f"f-{member.id}"),
        )


def candidate(plan_id: int, candidate_id: int) -> Candidate:
    """One candidate of the plan; raises Refused missing."""
    found = session().get(Candidate, candidate_id)
    if found is None or found.plan_id != plan_id:
        raise Refused("missing", "这个计划里没有这条候选任务。请返回核对页。")
    return found


def waiting(plan_id: int) -> list[int]:
    """The ids of the plan's open candidates, in the document's order."""
    wanted = sa.select(Candidate).where(Candidate.plan_id == plan_id).order_by(Candidate.position)
    return [found.id for found in session().scalars(wanted) if is_open(found)]


def as_typed(candidate: Candidate) -> dict[str, Any]:
    """The candidate as a person would type the task, by the names of the form's fields."""
    return {
        "title": candidate.title.removesuffix("…"),
        "section": candidate.section,
        "text": candidate.text,
        "responsible": "、".join(candidate.who),
        "deadline_on": candidate.deadline_on,
        "deadline_text": candidate.deadline_text,
        "recurrence": candidate.found.get("recurrence") or "",
        "commitments": [
            {
                "of": key,
                "kind": made.kind.value,
                "name": made.name,
                "comparison": made.comparison.value if made.comparison else "",
                "target": made.target,
                "unit": made.unit,
                "due_on": made.due_on,
            }
            for key, made in promises(candidate).items()
        ],
    }


def promises(candidate: Candidate) -> dict[str, Promise]:
    """The figures read with the candidate, as the commitments they would become; a blank stays blank."""
    return {
        f"i{place}": Promise(
            CommitmentKind.INDICATOR,
            name=figure["name"],
            text=figure["text"],
            comparison=Comparison(figure["comparison"]) if figure.get("comparison") else None,
            target=figure["target"] or "",
            unit=figure.get("unit", ""),
            due_on=date.fromisoformat(figure["by"]) if figure.get("by") else None,
            start=figure["start"],
            end=figure["end"],
        )
        for place, figure in enumerate(candidate.found.get("indicators", ()))
    }


def preset(plan_id: int) -> tuple[int | None, int | None]:
    """The unit and the person the plan's task force proposes for 专班办公室 and 责任领导, where they are bound."""
    bound = sa.select(ForceMember.role, ForceMember.unit_id, ForceMember.person_id).where(
        ForceMember.plan_id == plan_id, ForceMember.role.in_((ForceRole.OFFICE, ForceRole.LEADER))
    )
    found = session().execute(bound.order_by(ForceMember.position)).all()
    office = next((row.unit_id for row in found if row.role is ForceRole.OFFICE and row.unit_id), None)
    leader = next((row.person_id for row in found if row.role is ForceRole.LEADER and row.person_id), None)
    return office, leader

"""A new version beside the plan it replaces: the diff by task, and what taking it does. Nothing is written."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import session
from app.models import Commitment, FormerSource, Mention, Person, Plan, SourceDocument, Task, Unit
from app.queries.directory import Contacts, Directory
from app.queries.succession import Effect, Foretold, Ground, contacts_of, ground, mention_key
from workflows.calendar import local_date
from workflows.commitments import COMMITMENT_LABELS
from workflows.difference import Run, difference, plain
from workflows.errors import Refused
from workflows.escalation import LetterKind
from workflows.lifecycle import DutyState, PlanState, TaskState
from workflows.succession import Move, Step
from workflows.versions import (
    PLACE,
    Aspect,
    Bearer,
    Pair,
    UnitChange,
    VersionTask,
    changed,
    pair_up,
    unit_changes,
)

PAIRS = "pairs"
"""Where a draft's `proposals` keep what a person decided: new task id, as text → old task id, or null."""


class Kind(StrEnum):
    """What became of a task: 新增, 不再列入, 有改动, 只改位置, 未变."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"
    MOVED = "moved"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """One task of either version, and what becomes of it."""

    pair: Pair
    old: Task | None
    new: Task | None
    aspects: frozenset[Aspect]
    effect: Effect
    foretold: tuple[Foretold, ...]

    @property
    def task(self) -> Task:
        """The row that lives on: the plan's own where there is one."""
        kept = self.new if self.old is None else self.old
        assert kept is not None
        return kept

    @property
    def kind(self) -> Kind:
        if self.old is None:
            return Kind.ADDED
        if self.new is None:
            return Kind.GONE
        if self.aspects - PLACE or self.effect.steps or self.effect.event:
            return Kind.CHANGED
        return Kind.MOVED if self.aspects else Kind.SAME

    @property
    def lines(self) -> tuple[tuple[Foretold, tuple[int, ...]], ...]:
        """What happens to its duties: the same said once, with the ids of all units it is said of."""
        alike: dict[object, list[Foretold]] = defaultdict(list)
        for told in self.foretold:
            step = told.step
            key = (step.move, step.kind, step.period_key, step.due_on, step.was_due_on, step.quiet)
            alike[key, told.leaves_on, told.letter].append(told)
        return tuple((lines[0], tuple(told.step.unit_id for told in lines)) for lines in alike.values())

    @property
    def words(self) -> tuple[Run, ...]:
        """The words of both versions, run by run."""
        return _runs(self.old.text, self.new.text) if self.old and self.new else ()

    @property
    def title(self) -> tuple[Run, ...]:
        return _runs(self.old.title, self.new.title) if self.old and self.new else ()

    @property
    def promises(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The 分解要点 that went, and those that came."""
        old, new = ((task.commitments if task else ()) for task in (self.pair.old, self.pair.new))
        return tuple(p for p in old if p not in new), tuple(p for p in new if p not in old)

    @property
    def units(self) -> tuple[UnitChange, ...]:
        return unit_changes(self.pair.old, self.pair.new) if self.pair.old and self.pair.new else ()


def _runs(old: str, new: str) -> tuple[Run, ...]:
    return difference(plain(old), plain(new))


@dataclass(frozen=True, slots=True)
class Posting:
    """Letters of one kind that leave on one day: to how many people, about how many duties."""

    leaves_on: date
    letter: LetterKind
    people: int
    duties: int


@dataclass(frozen=True, slots=True)
class Succession:
    """All that taking the draft would do.

    `obstacles` are what keeps it from being taken, each in a few words: while there are any, its effect on duties is not
    known. `untouched` counts duties still waiting to which nothing happens; `past` those whose new date is
    already behind; `unreached` names the units in which a letter reaches nobody.
    """

    draft: Plan
    plan: Plan
    changes: tuple[Change, ...]
    obstacles: tuple[str, ...]
    untouched: int
    past: int
    unit_names: Mapping[int, str]
    unreached: tuple[str, ...]

    @property
    def numbers(self) -> Mapping[int, str]:
        """How a task of either version is spoken of: 第3项“改善办园条件”."""
        return {task.id: words_for(task) for p in (self.plan, self.draft) for task in p.tasks}

    @property
    def running(self) -> bool:
        return self.plan.state is PlanState.ISSUED

    @property
    def foretells(self) -> bool:
        """Whether the effect on duties is known."""
        return self.running and not self.obstacles

    @property
    def groups(self) -> Mapping[Kind, list[Change]]:
        """The changes of each kind; every kind has its list."""
        found: dict[Kind, list[Change]] = {kind: [] for kind in Kind}
        for change in self.changes:
            found[change.kind].append(change)
        return found

    @property
    def moves(self) -> Counter[Move]:
        return Counter(line.step.move for line in self._foretold())

    @property
    def postings(self) -> tuple[Posting, ...]:
        """The first letters, day by day."""
        told: dict[tuple[date, LetterKind], list[Foretold]] = defaultdict(list)
        for line in self._foretold():
            if line.leaves_on and line.letter:
                told[line.leaves_on, line.letter].append(line)
        return tuple(
            Posting(*key, len(frozenset().union(*(line.people for line in lines))), len(lines))
            for key, lines in sorted(told.items())
        )

    def _foretold(self) -> Iterator[Foretold]:
        return (line for change in self.changes for line in change.foretold)

    @property
    def seal(self) -> str:
        """What the page shows, in short: the use case takes nothing but what was seen."""
        shown = [(change.pair, change.effect) for change in self.changes]
        heads = [(p.id, p.title, p.document_number, p.source_id, p.state) for p in (self.plan, self.draft)]
        return hashlib.sha256(repr((heads, shown, self.obstacles)).encode()).hexdigest()


def version(draft_id: int) -> tuple[Plan, Plan]:
    """A new version and the plan it replaces, laid out; raises Refused missing, illegal-step."""
    draft = session().scalar(_laid_out(draft_id))
    if draft is None:
        raise Refused("missing", "没有找到这个新版本，它可能已经采用。请从“计划”列表进入。")
    plan = session().scalar(_laid_out(draft.replaces_id))
    if plan is None:
        raise Refused("illegal-step", "这份草稿不是哪个计划的新版本，没有可以对照的内容。")
    return draft, plan


def succession(draft: Plan, plan: Plan, obstacles: tuple[str, ...], now: datetime) -> Succession:
    """What taking that new version would do now.

    Without `obstacles`, every name of the draft must stand for somebody and every date must be one the calendar knows.
    """
    foretells = plan.state is PlanState.ISSUED and not obstacles
    basis = ground(plan, now) if foretells else None
    changes = _told(tuple(_changes(draft, plan, basis)), plan, basis)
    begun = [s for c in changes for s in c.effect.steps if s.move is not Move.CANCEL]
    ended = [s for c in changes for s in c.effect.steps if s.move is Move.CANCEL]
    names = _unit_names({step.unit_id for step in (*begun, *ended)})
    armed = {step.unit_id for step in begun if not step.quiet}
    return Succession(
        draft,
        plan,
        changes,
        obstacles,
        _untouched(basis, [*begun, *ended]),
        sum(step.due_on < local_date(now) for step in begun),
        names,
        tuple(names[unit_id] for unit_id in _mute(armed, local_date(now))),
    )


def _mute(unit_ids: set[int], on: date) -> list[int]:
    """The units in which a letter reaches nobody."""
    directory = Directory(unit_ids, on)
    return [unit_id for unit_id in sorted(unit_ids) if not directory.contacts(unit_id, on).in_unit]


def _laid_out(plan_id: int | None) -> sa.Select[Plan]:
    """The plan with everything that is compared, as the database has it now."""
    return (
        sa.select(Plan)
        .where(Plan.id == plan_id)
        .options(
            joinedload(Plan.source),
            selectinload(Plan.tasks).selectinload(Task.mentions).joinedload(Mention.unit),
            selectinload(Plan.tasks).selectinload(Task.commitments),
            selectinload(Plan.tasks).selectinload(Task.assignments),
        )
        .execution_options(populate_existing=True)
    )


def _changes(draft: Plan, plan: Plan, basis: Ground | None) -> Iterator[Change]:
    before, after = {task.id: task for task in plan.tasks}, {task.id: task for task in draft.tasks}
    for pair in paired(draft, plan):
        old = before[pair.old.id] if pair.old else None
        new = after[pair.new.id] if pair.new else None
        aspects = changed(pair.old, pair.new) if pair.old and pair.new else frozenset()
        yield Change(pair, old, new, aspects, basis.effect(old, new) if basis else Effect(), ())


def _told(changes: tuple[Change, ...], plan: Plan, basis: Ground | None) -> tuple[Change, ...]:
    """The changes with the letters that follow from them."""
    if basis is None:
        return changes
    contacts = contacts_of(
        {s.unit_id for c in changes for s in c.effect.steps}, plan.office_id, local_date(basis.now)
    )
    return tuple(_tell(change, basis, contacts) for change in changes)


def _tell(change: Change, basis: Ground, contacts: Mapping[int, Contacts]) -> Change:
    told = tuple(basis.tell(step, contacts[step.unit_id]) for step in change.effect.steps)
    return Change(change.pair, change.old, change.new, change.aspects, change.effect, told)


def _untouched(basis: Ground | None, steps: list[Step]) -> int:
    touched = {step.duty_id for step in steps}
    asked = (duty for found in basis.asked.values() for duty in found) if basis else ()
    return sum(d.state in {DutyState.OPEN, DutyState.FILED} and d.id not in touched for d in asked)


def _unit_names(unit_ids: set[int]) -> Mapping[int, str]:
    named = sa.select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))
    return {unit_id: name for unit_id, name in session().execute(named)}  # noqa: C416


def chosen_pairs(draft: Plan) -> dict[int, int | None]:
    """What a person decided of the draft's tasks: new id → old id, or None for a task that is new."""
    return {int(new): old for new, old in draft.proposals.get(PAIRS, {}).items()}


def paired(draft: Plan, plan: Plan, chosen: Mapping[int, int | None] | None = None) -> tuple[Pair, ...]:
    """Which task of the draft is which of the plan; withdrawn tasks only where no other is alike.

    `chosen` stands in for what a person decided.
    """
    live = [as_version(task) for task in plan.tasks if task.state is not TaskState.WITHDRAWN]
    withdrawn = [as_version(task) for task in plan.tasks if task.state is TaskState.WITHDRAWN]
    decided = chosen_pairs(draft) if chosen is None else chosen
    return pair_up(live, [as_version(task) for task in draft.tasks], decided, withdrawn)


def words_for(task: Task) -> str:
    """How a task is spoken of: 第3项“改善办园条件”."""
    return f"{f'第{task.number}项' if task.number else ''}“{task.title}”"


def as_version(task: Task) -> VersionTask:
    """A task as it is compared."""
    return VersionTask(
        task.id,
        task.number,
        task.title,
        task.text,
        task.section,
        task.part,
        tuple(Bearer(mention_key(mention), mention.printed, mention.share) for mention in task.mentions),
        task.deadline_on,
        task.recurrence or None,
        task.kind,
        tuple(_words(commitment) for commitment in task.commitments),
    )


def _words(commitment: Commitment) -> str:
    by = f"（{commitment.due_on}）" if commitment.due_on else ""
    return f"{COMMITMENT_LABELS[commitment.kind]}：{commitment.text or commitment.name}{by}"


# ------------------------------------------------------------------------------------- former versions


@dataclass(frozen=True, slots=True)
class Former:
    """A document the plan was read from before: when it came in, until when it held, and who replaced it."""

    id: int
    filename: str
    document_number: str
    received_at: datetime
    replaced_at: datetime
    replaced_by: str


def former(plan_id: int) -> list[Former]:
    """The former versions of a plan, the latest first."""
    rows = (
        sa.select(
            FormerSource.id,
            SourceDocument.filename,
            FormerSource.document_number,
            SourceDocument.received_at,
            FormerSource.replaced_at,
            sa.func.coalesce(Person.name, ""),
        )
        .join(SourceDocument, SourceDocument.id == FormerSource.source_id)
        .outerjoin(Person, Person.id == FormerSource.replaced_by_id)
        .where(FormerSource.plan_id == plan_id)
        .order_by(FormerSource.id.desc())
    )
    return [Former(*row) for row in session().execute(rows)]


def plan_to_renew(plan_id: int) -> Plan:
    """A plan a new version can be read for; raises Refused missing, illegal-step."""
    plan = session().get(Plan, plan_id)
    if plan is None:
        raise Refused("missing", "没有找到这个计划，它可能已被删除。请从“计划”列表进入。")
    if plan.state is PlanState.ARCHIVED:
        raise Refused("illegal-step", "计划已经归档，不再更新。请把新文件作为新的计划导入。")
    return plan


def waiting_for(plan_id: int) -> list[Plan]:
    """New versions of the plan that are read in and not taken yet, the latest first."""
    drafts = sa.select(Plan).where(Plan.replaces_id == plan_id).order_by(Plan.id.desc())
    return list(session().scalars(drafts))


def file_of(plan_id: int, former_id: int | None = None) -> tuple[str, bytes]:
    """Name and bytes of the document a plan was read from, or of a former one; raises Refused missing."""
    kept = sa.select(SourceDocument.filename, SourceDocument.content)
    if former_id is None:
        kept = kept.join(Plan, Plan.source_id == SourceDocument.id).where(Plan.id == plan_id)
    else:
        kept = kept.join(FormerSource, FormerSource.source_id == SourceDocument.id)
        kept = kept.where(FormerSource.id == former_id, FormerSource.plan_id == plan_id)
    found = session().execute(kept).first()
    if found is None:
        raise Refused("missing", "没有找到这份文件。请从计划页进入。")
    return found.filename, found.content

"""Tasks, as rows of a list and as one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.db import session
from app.models import Assignment, Commitment, Duty, Mention, Plan, Task, Unit
from app.queries import rules
from app.queries.climb import next_words
from app.queries.lateness import has_ended, urgency_of
from app.queries.standings import standings
from workflows.cadence import DutyKind
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.lifecycle import DutyState, PlanState, TaskState
from workflows.light import Colour, Light, Paced, Standing, light, pace
from workflows.units import SHARE_LABELS, Share
from workflows.wording import urgency

SETTLED = frozenset({TaskState.CLOSED, TaskState.WITHDRAWN})
"""States in which a task has no next date."""

GRAVITY = {Colour.RED: 0, Colour.YELLOW: 1, Colour.BLUE: 2, Colour.GREEN: 3, Colour.GREY: 4}
"""The order in which a list that cannot show everything shows lights."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of a task list.

    `share` is the viewer's own, None for those who take no part; `role` says it in words, 归口 included. The next date
    (`next_on`) is that of the first open duty, of the viewer's units where they were named, else the deadline.
    """

    id: int
    plan_id: int
    plan_title: str
    number: str
    title: str
    state: TaskState
    deadline_on: date | None
    percent: int | None
    light: Light
    pace: Paced
    leads: tuple[str, ...]
    share: Share | None
    role: str
    next_on: date | None
    next_kind: DutyKind | None
    urgency: str
    late: bool


def rows(
    today: date,
    *,
    unit_ids: Collection[int] | None = None,
    plan_id: int | None = None,
    words: str = "",
    withdrawn: bool = False,
) -> list[TaskRow]:
    """Issued tasks in the order of their documents; with `unit_ids`, only those in which one of them takes part.

    Tasks that were withdrawn (已撤销) are left out unless `withdrawn` asks for them too.
    """
    listed = (
        sa.select(Task)
        .join(Plan)
        .where(Plan.state != PlanState.DRAFT)
        .where(sa.true() if withdrawn else Task.state != TaskState.WITHDRAWN)
        .options(selectinload(Task.plan))
        .order_by(Plan.issued_at.desc(), Plan.id.desc(), Task.position)
    )
    if unit_ids is not None:
        listed = listed.where(
            sa.exists().where(Assignment.task_id == Task.id, Assignment.unit_id.in_(unit_ids))
        )
    if plan_id is not None:
        listed = listed.where(Task.plan_id == plan_id)
    for word in words.split():
        listed = listed.where(_says(word))
    tasks = list(session().scalars(listed))
    task_ids = [task.id for task in tasks]
    facts, following = standings(tasks, today), _next_dates(task_ids, unit_ids)
    parts = _leads_and_own(task_ids, unit_ids or ())
    return [
        _row(task, parts[task.id], today, facts[task.id], following.get(task.id), unit_ids or ())
        for task in tasks
    ]


def _leads_and_own(task_ids: Sequence[int], unit_ids: Collection[int]) -> Mapping[int, Sequence[Assignment]]:
    """For each task, the parts a row speaks of: a collective of a hundred units is not loaded for one line."""
    spoken_of = (
        sa.select(Assignment)
        .where(
            Assignment.task_id.in_(task_ids),
            sa.or_(Assignment.share == Share.LEAD, Assignment.unit_id.in_(unit_ids)),
        )
        .options(
            selectinload(Assignment.unit),
            selectinload(Assignment.on_behalf_of),
            selectinload(Assignment.group),
        )
        .order_by(Assignment.id)
    )
    found: dict[int, list[Assignment]] = defaultdict(list)
    for part in session().scalars(spoken_of):
        found[part.task_id].append(part)
    return found


def _says(word: str) -> sa.ColumnElement[bool]:
    """The condition that a task has the word in its title, its text or the names of its units."""
    named = sa.exists().where(Mention.task_id == Task.id, Mention.printed.contains(word, autoescape=True))
    return sa.or_(
        Task.title.contains(word, autoescape=True), Task.text.contains(word, autoescape=True), named
    )


def _next_dates(
    task_ids: Sequence[int], unit_ids: Collection[int] | None
) -> Mapping[int, tuple[date, DutyKind]]:
    """For each task, the first date on which something open falls due."""
    owed = (
        sa.select(Duty.task_id, Duty.due_on, Duty.kind)
        .where(Duty.task_id.in_(task_ids), Duty.state == DutyState.OPEN)
        .order_by(Duty.due_on.desc(), Duty.id.desc())
    )
    if unit_ids is not None:
        owed = owed.where(Duty.unit_id.in_(unit_ids))
    found = session().execute(owed)
    return {task_id: (due_on, kind) for task_id, due_on, kind in found if task_id is not None}


def role_words(part: Assignment) -> str:
    """A unit's part in words, with the name it files for (归口) or stands for (集体单位)."""
    label = SHARE_LABELS[part.share]
    if part.on_behalf_of:
        return f"{label}：{part.on_behalf_of.name}（由{part.unit.name}归口填报）"
    return f"{label}（{part.group.name}）" if part.group else label


def _row(
    task: Task,
    parts: Sequence[Assignment],
    today: date,
    standing: Standing,
    following: tuple[date, DutyKind] | None,
    unit_ids: Collection[int],
) -> TaskRow:
    own = next((part for part in parts if part.unit_id in unit_ids), None)
    leads = [p for p in parts if p.share is Share.LEAD]
    next_on, next_kind = following or (None, None)
    calendar = rules.calendar(leads[0].unit_id if leads else None)
    judged = (standing, rules.light_rules(), today, calendar)
    if next_on is None and task.state not in SETTLED:
        next_on = task.deadline_on
    return TaskRow(
        task.id,
        task.plan_id,
        task.plan.title,
        task.number,
        task.title,
        task.state,
        task.deadline_on,
        task.percent,
        light(*judged),
        pace(*judged),
        tuple((p.on_behalf_of or p.unit).name for p in leads),
        own.share if own else None,
        role_words(own) if own else "",
        next_on,
        next_kind,
        urgency(next_on, today, rules.calendar(own.unit_id) if own else calendar) if next_on else "",
        next_on is not None and next_on < today,
    )


@dataclass(frozen=True, slots=True)
class Collected:
    """齐套: how many members of a collective name have filed for a period, of how many."""

    group: str
    period_key: str
    filed: int
    owed: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """What the task owes next (接下来): one thing owed by one or more units by one date."""

    kind: DutyKind
    period_key: str
    units: tuple[str, ...]
    due_on: date
    urgency: str
    late: bool
    filed: bool
    next_words: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """A name the document prints with a share in the task, and who acts for it."""

    printed: str
    share: Share
    files_through: str
    answerable: str
    members: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the task as printed: plain text, or words that were used (`what`: unit, date, figure …)."""

    text: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the page of one task shows, but its story. `pieces` is the document's own text, in stretches."""

    task: Task
    light: Light
    pace: Paced
    pieces: tuple[Piece, ...]
    bearers: tuple[Bearer, ...]
    parts: tuple[Assignment, ...]
    collected: tuple[Collected, ...]
    duties: tuple[Duty, ...]
    coming: tuple[Coming, ...]

    @property
    def promises(self) -> list[tuple[Commitment, None]]:
        """What the task commits to (分解要点), without places in the source."""
        return [(made, None) for made in self.task.commitments]

    def owed_by(self, unit_ids: Collection[int], kind: DutyKind) -> tuple[Duty, ...]:
        """The open duties of that kind which those units owe."""
        return tuple(
            duty
            for duty in self.duties
            if duty.kind is kind and duty.state is DutyState.OPEN and duty.unit_id in unit_ids
        )

    def parts_of(self, unit_ids: Collection[int]) -> tuple[Assignment, ...]:
        return tuple(part for part in self.parts if part.unit_id in unit_ids)


def issued(task_id: int) -> Task:
    """An issued task with who is named in it and who takes part; raises Refused missing."""
    wanted = (
        sa.select(Task)
        .where(Task.id == task_id)
        .options(
            selectinload(Task.plan).selectinload(Plan.leader),
            selectinload(Task.plan).selectinload(Plan.source),
            selectinload(Task.mentions).selectinload(Mention.unit).selectinload(Unit.files_through),
            selectinload(Task.mentions).selectinload(Mention.unit).selectinload(Unit.answerable),
            selectinload(Task.mentions).selectinload(Mention.group),
            selectinload(Task.commitments),
            selectinload(Task.assignments).selectinload(Assignment.unit),
            selectinload(Task.assignments).selectinload(Assignment.on_behalf_of),
            selectinload(Task.assignments).selectinload(Assignment.group),
        )
    )
    task = session().scalar(wanted)
    if task is None or task.plan.state is PlanState.DRAFT:
        raise Refused("missing", "没有找到这项任务，它可能还没有下达。请从任务列表进入。")
    return task


def page(task_id: int, now: datetime) -> TaskPage:
    """The page of an issued task; raises Refused missing."""
    task, today = issued(task_id), local_date(now)
    lead = next((part.unit_id for part in task.assignments if part.share is Share.LEAD), None)
    judged = (standings([task], today)[task.id], rules.light_rules(), today, rules.calendar(lead))
    duties = _duties(task_id)
    pending = tuple(duty for duty in duties if duty.state in {DutyState.OPEN, DutyState.FILED})
    return TaskPage(
        task,
        light(*judged),
        pace(*judged),
        tuple(_pieces(task)),
        tuple(_bearer(task, mention) for mention in task.mentions),
        tuple(task.assignments),
        tuple(_collected(task, duties)),
        pending,
        tuple(_coming(pending, now)),
    )


def _pieces(task: Task) -> list[Piece]:
    """The task as printed, with the words that were used; what a reviewer wrote has no marks."""
    if task.start is None or task.end is None:
        return [Piece(task.text)]
    text, at, pieces = task.plan.source.text, task.start, []
    for start, end, what in sorted(task.marks):
        if at <= start and end <= task.end:
            pieces += [Piece(text[at:start]), Piece(text[start:end], what)]
            at = end
    pieces.append(Piece(text[at : task.end].rstrip()))
    return [piece for piece in pieces if piece.text]


def _bearer(task: Task, mention: Mention) -> Bearer:
    acting = [
        p.unit.name for p in task.assignments if mention.unit_id and p.on_behalf_of_id == mention.unit_id
    ]
    unit = mention.unit
    through = acting[0] if acting else unit.files_through.name if unit and unit.files_through else ""
    leader = unit.answerable if unit and unit.answerable else None
    members = sum(mention.group_id is not None and p.group_id == mention.group_id for p in task.assignments)
    return Bearer(mention.printed, mention.share, through, leader.name if leader else "", members)


def _coming(duties: Sequence[Duty], now: datetime) -> list[Coming]:
    def together(duty: Duty) -> tuple[object, ...]:
        return (duty.due_on, duty.kind, duty.period_key, duty.state, next_words(duty))

    ordered = sorted(duties, key=lambda duty: (str(together(duty)), duty.id))
    groups = (list(group) for _, group in groupby(ordered, key=together))
    coming = [_come(group, now) for group in groups]
    return sorted(coming, key=lambda come: (come.filed, come.due_on, come.kind))


def _come(duties: Sequence[Duty], now: datetime) -> Coming:
    first = duties[0]
    filed = first.state is DutyState.FILED
    return Coming(
        first.kind,
        first.period_key,
        tuple(duty.unit.name for duty in duties),
        first.due_on,
        urgency_of(first, local_date(now)),
        not filed and has_ended(first, now),
        filed,
        "" if filed else next_words(first),
    )


def _duties(task_id: int) -> list[Duty]:
    owed = (
        sa.select(Duty)
        .where(Duty.task_id == task_id)
        .options(selectinload(Duty.unit), selectinload(Duty.report))
        .order_by(Duty.due_on, Duty.id)
    )
    return list(session().scalars(owed))


def _collected(task: Task, duties: Sequence[Duty]) -> list[Collected]:
    asked = [duty for duty in duties if duty.state is not DutyState.CANCELLED]
    reports = [duty for duty in asked if duty.kind is DutyKind.MONTHLY_REPORT]
    latest = max(reports, key=lambda duty: duty.opens_on).period_key if reports else None
    groups = {part.group_id: part.group for part in task.assignments if part.group}
    lines = []
    for group_id, group in groups.items():
        members = {part.unit_id for part in task.assignments if part.group_id == group_id}
        owed = [duty for duty in reports if duty.period_key == latest and duty.unit_id in members]
        missing = tuple(duty.unit.name for duty in owed if duty.state is DutyState.OPEN)
        if owed and latest:
            lines.append(Collected(group.name, latest, len(owed) - len(missing), len(owed), missing))
    return lines

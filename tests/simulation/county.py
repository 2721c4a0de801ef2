"""The county of the simulation: units with posts held at random, some vacant, and four plans of numbered tasks.

Rows of units, people and drafts are written directly, for a thousand tasks are too many for the review desk; from the
issue on everything goes through the services. What is drawn here is all the oracle knows beside the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from app.db import Base, session, transaction
from app.models import Mention, Person, Plan, PolicyVersion, PostHeld, RoleHeld, SourceDocument, Task, Unit
from app.models.rules import PolicySubject
from app.queries import rules
from app.queries import units as unit_queries
from app.services import plans
from tests.world import OFFICE, World, at
from workflows.cadence import CadenceRules
from workflows.commitments import TaskKind
from workflows.policy import Actor, Role
from workflows.units import Post, Share, UnitKind

POST_CHANCES = {"liaison": 0.93, "section_head": 0.7, "deputy_head": 0.85, "head": 0.8}
QUARTERLY = ["dated", "continuing", "indicator", "institution", "project", "advocacy", "rectification"]


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A numbered task as its plan prints it: type, date, and who acts; `named` → who files for it where that differs."""

    number: int
    kind: str
    deadline: date | None
    lead: int | None
    responsible: tuple[int, ...]
    support: tuple[int, ...] = ()


@dataclass
class PlanFacts:
    """A plan, the instant of its issue, and the days it goes by, as a stored version has them (None: the shipped)."""

    issue_at: datetime
    cadence: Mapping[str, Any] | None
    tasks: Sequence[TaskFacts]
    id: int = 0
    task_ids: dict[int, TaskFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in a post of a unit, at the beginning."""

    person: int
    unit: int
    post: str


@dataclass
class County:
    """What is known of the county at the beginning; everything is named by its number in the rows."""

    office: int
    office_people: list[int]
    administrators: list[int]
    leader: int
    units: list[int]
    holders: list[Holder]
    mute: set[int]
    """People without an address."""
    answerable: dict[int, int]
    files_through: dict[int, int]
    plans: list[PlanFacts] = field(default_factory=list)

    def people_of(self, unit: int) -> list[int]:
        return list(dict.fromkeys(h.person for h in self.holders if h.unit == unit))


@dataclass(frozen=True, slots=True)
class Size:
    """How large a simulation is: units, tasks, and the last day."""

    units: int
    tasks: int
    until: date


DEPARTMENT = frozenset({Role.DEPARTMENT})
FROM = date(2024, 1, 2)


def found(world: World, size: Size, random: Random) -> County:
    """Enter units and people; draw the plans."""
    with world.app.app_context():
        county = _people(world, _units(size.units), random)
        _arrange(county, random)
        county.plans = list(_plans(county, size, random))
        for number, plan in enumerate(county.plans, start=1):
            _draft(plan, number, county)
        return county


def _insert(model: type[Base], rows: Sequence[dict[str, object]]) -> list[int]:
    with transaction() as s:
        key = sa.inspect(model).primary_key[0]
        return list(s.scalars(sa.insert(model).returning(key, sort_by_parameter_order=True), rows))


def _units(count: int) -> list[int]:
    kinds = [UnitKind.DEPARTMENT, UnitKind.TOWNSHIP, UnitKind.INSTITUTION]
    rows = [{"name": f"演示第{n}单位", "kind": kinds[n % 3], "position": 100 + n} for n in range(count)]
    return _insert(Unit, rows)


def _people(world: World, unit_ids: list[int], random: Random) -> County:
    drawn = [(unit, post) for unit in unit_ids for post in _posts(random)]
    mute = {n for n in range(len(drawn)) if random.random() < 0.04}
    rows: list[dict[str, object]] = [
        {
            "name": f"演示{unit}-{post}-{n}",
            "email": None if n in mute else f"p{n}@simulation.example",
            "login_token": f"simulation-{n}",
        }
        for n, (unit, post) in enumerate(drawn)
    ]
    ids = _insert(Person, rows)
    held = [
        {"person_id": p, "unit_id": unit, "post": Post(post)}
        for p, (unit, post) in zip(ids, drawn, strict=True)
    ]
    _insert(PostHeld, held)
    _insert(RoleHeld, [{"person_id": p, "role": Role.DEPARTMENT} for p in ids])
    office = unit_queries.by_name(OFFICE).id
    second = _insert(
        Person,
        [
            {
                "name": "演示督查员",
                "email": "second@simulation.example",
                "login_token": "simulation-second",
            }
        ],
    )[0]
    _insert(PostHeld, [{"person_id": second, "unit_id": office, "post": Post.SECTION_HEAD}])
    _insert(RoleHeld, [{"person_id": second, "role": Role.OFFICE}])
    return County(
        office=office,
        office_people=_holding(Role.OFFICE),
        administrators=_holding(Role.ADMIN),
        leader=_holding(Role.LEADER)[0],
        units=unit_ids,
        holders=[Holder(p, unit, post) for p, (unit, post) in zip(ids, drawn, strict=True)],
        mute={ids[n] for n in mute},
        answerable={},
        files_through={},
    )


def _posts(random: Random) -> Iterator[str]:
    """The posts that are held, each mostly by one; a unit nobody of which is known is none of this county."""
    held = [post for post, chance in POST_CHANCES.items() if random.random() < chance] or ["liaison"]
    for post in held:
        yield post
        if random.random() < 0.05:
            yield post


def _holding(role: Role) -> list[int]:
    return list(
        session().scalars(
            sa.select(RoleHeld.person_id).where(RoleHeld.role == role).order_by(RoleHeld.person_id)
        )
    )


def _arrange(county: County, random: Random) -> None:
    """A few units file through another (归口), and a few have a county leader of their own (责任领导)."""
    leaders = _insert(
        Person,
        [
            {
                "name": f"演示县领导{n}",
                "email": f"leader{n}@simulation.example",
                "login_token": f"simulation-leader-{n}",
            }
            for n in range(2)
        ],
    )
    chosen = random.sample(county.units, max(6, len(county.units) // 8))
    with transaction() as s:
        for unit in chosen[3:]:
            county.answerable[unit] = random.choice(leaders)
        for unit, through in zip(chosen[:3], random.sample(chosen[3:], 3), strict=True):
            county.files_through[unit] = through
            county.answerable[unit] = leaders[0]
        for unit in chosen:
            row = s.get_one(Unit, unit)
            row.files_through_id = county.files_through.get(unit)
            row.answerable_id = county.answerable.get(unit)


def _plans(county: County, size: Size, random: Random) -> Iterator[PlanFacts]:
    """One plan by the shipped days; the others have days of their own, and few tasks that report every month."""
    quarterly = dict.fromkeys(QUARTERLY, "quarterly")
    mixed = {**quarterly, "advocacy": "month_end", "project": "half_monthly", "institution": "per_term"}
    slow = dict.fromkeys(QUARTERLY, "half_yearly") | {"recurring": "custom"}
    cadences: list[dict[str, Any] | None] = [
        None,
        CadenceRules().as_json()
        | {
            "rhythm": {**quarterly, "continuing": "half_yearly"},
            "monthly_due_day": 22,
            "monthly_opens_day": 15,
        }
        | {"consolidation_day": 26, "review_day": 2, "roll": "back", "cutoff_hour": 17},
        CadenceRules().as_json() | {"rhythm": mixed},
        CadenceRules().as_json()
        | {"rhythm": slow, "custom_days": [[3, 8], [11, 30]], "bulletin_due_day": 12},
    ]
    shares = (0.03, 0.4, 0.15, 0.42)
    starts = (date(2024, 1, 3), date(2024, 1, 31), date(2024, 4, 10), date(2024, 9, 13))
    for cadence, share, start in zip(cadences, shares, starts, strict=True):
        issue_at = at(start, random.choice((10, 15, 21)), random.randint(0, 59))
        few = cadence is not None and "half_monthly" in cadence["rhythm"].values()
        tasks = [_task(n, county, start, few, random) for n in range(1, round(size.tasks * share) + 1)]
        yield PlanFacts(issue_at, cadence, tasks)


def _task(number: int, county: County, start: date, few: bool, random: Random) -> TaskFacts:
    kinds = [*QUARTERLY, "recurring"] if random.random() < 0.15 else ["dated", "continuing", "continuing"]
    kind = random.choice(
        [k for k in kinds if not (few and k in {"recurring", "project"} and number > 40)] or ["dated"]
    )
    units = random.sample(county.units, random.choice((1, 1, 1, 1, 2, 3)))
    dated = kind == "dated" or random.random() < 0.15
    deadline = start + timedelta(days=random.randint(40, 700)) if dated else None
    support = (units[2],) if len(units) > 2 and random.random() < 0.5 else ()
    others = tuple(u for u in units[1:] if u not in support)
    return TaskFacts(number, kind, deadline, units[0], others, support)


def _draft(plan: PlanFacts, number: int, county: County) -> None:
    named = session().execute(sa.select(Unit.id, Unit.name))
    names = {unit: name for unit, name in named}  # noqa: C416
    with transaction() as s:
        source = SourceDocument(
            filename="计划.txt", content=b"", text="", sha256=str(number), received_at=plan.issue_at
        )
        row = Plan(title=f"演示计划{number}", source=source, created_at=plan.issue_at)
        row.tasks = [_draft_task(task, names) for task in plan.tasks]
        s.add(row)
        s.flush()
        plan.id = row.id
        if plan.cadence is not None:
            own = PolicyVersion(
                subject=PolicySubject.CADENCE,
                version=number,
                body={**plan.cadence, rules.OWN_PLAN: row.id},
                note="演示",
                created_at=plan.issue_at,
            )
            s.add(own)
            s.flush()
            row.cadence_version_id = own.id
        plan.task_ids = {task.id: facts for task, facts in zip(row.tasks, plan.tasks, strict=True)}


def _draft_task(task: TaskFacts, names: Mapping[int, str]) -> Task:
    row = Task(
        position=task.number - 1,
        number=str(task.number),
        title=f"演示任务{task.number}",
        text="要求。",
        kind=TaskKind(task.kind),
        deadline_on=task.deadline,
    )
    shares = [(Share.LEAD, task.lead)] if task.lead else []
    shares += [(Share.RESPONSIBLE, unit) for unit in task.responsible]
    shares += [(Share.SUPPORT, unit) for unit in task.support]
    row.mentions = [
        Mention(position=place, printed=names[unit], share=share, unit_id=unit)
        for place, (share, unit) in enumerate(shares)
    ]
    return row


def issue(world: World, county: County, plan: PlanFacts) -> None:
    """Issue the plan now, by the real service."""
    with world.app.app_context():
        plans.issue(world.office, plan.id, office_id=county.office, leader_id=county.leader, now=world.now)


def acting(county: County, task: TaskFacts) -> dict[int, tuple[str, int | None]]:
    """unit that acts → (share, the named unit it files for): the named ones once each, 归口 applied, highest share first."""
    named = [("lead", task.lead)] if task.lead else []
    named += [("responsible", unit) for unit in task.responsible]
    named += [("support", unit) for unit in task.support]
    parts: dict[int, tuple[str, int | None]] = {}
    for share, unit in named:
        assert unit is not None
        filer = county.files_through.get(unit, unit)
        parts.setdefault(filer, (share, unit if filer != unit else None))
    return parts


def actor_of(county: County, unit: int) -> Actor:
    """Somebody who acts for the unit."""
    person = county.people_of(unit)[0]
    return Actor(person, f"演示{unit}", frozenset({Role.DEPARTMENT}), frozenset({unit}))

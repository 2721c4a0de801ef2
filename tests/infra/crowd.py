"""A crowd of rows, written by the database itself: a county with a million open duties, and years of letters sent.

Loaded in seconds, so that tests and measurements can ask what a turn of the engine costs in the midst of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from app.db import Base, database, session, transaction
from app.models import (
    Assignment,
    Duty,
    Letter,
    Notice,
    Person,
    Plan,
    PolicyVersion,
    PostHeld,
    SourceDocument,
    Task,
    Unit,
)
from app.models.rules import PolicySubject
from workflows.cadence import DutyKind
from workflows.calendar import instant
from workflows.escalation import DEFAULT_LADDERS, Audience, LetterKind
from workflows.lifecycle import LetterState, NoticeState, PlanState, TaskState
from workflows.units import Post, Share, UnitKind

DUE_ON = date(2025, 3, 25)
NOW = instant(DUE_ON, 9)
"""The moment of the engine's turn: 到期当日 of the latest month."""

DUE_RUNG = 2
"""The rung 到期当日 of the month's report: one notice, to the liaison."""

LATER = instant(date(2025, 3, 26), 9)
"""When everything looks up that is not due now."""


NOTICE: dict[str, object] = {
    "epoch": 1,
    "rung": DUE_RUNG,
    "kind": LetterKind.DUE,
    "audience": Audience.LIAISON,
    "reason": "到期提醒",
    "created_at": NOW,
    "not_before_at": NOW,
}
"""A notice to be sent from NOW on, but for its key, its duty and its person."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """A plan whose every task every unit reports on, month by month; `units` liaisons, one a unit."""

    plan_id: int
    units: int
    tasks: int

    @property
    def a_month(self) -> int:
        """Duties in one month."""
        return self.units * self.tasks


def found(units: int, tasks: int, ladders_version_id: int | None = None) -> Crowd:
    """Units with a liaison each, and an issued plan they all share in. No duty yet."""
    rows = [{"name": f"第{n}单位", "kind": UnitKind.DEPARTMENT, "position": 1000 + n} for n in range(units)]
    unit_ids = _insert(Unit, rows)
    person_ids = _insert(Person, [_person(n) for n in range(units)])
    held = zip(person_ids, unit_ids, strict=True)
    _insert(PostHeld, [{"person_id": p, "unit_id": u, "post": Post.LIAISON} for p, u in held])
    with transaction() as s:
        policies = {policy.subject: policy.id for policy in s.scalars(sa.select(PolicyVersion))}
        plan = Plan(
            title="众多事项的计划",
            source=SourceDocument(filename="计划.txt", content=b"", text="", sha256="", received_at=NOW),
            state=PlanState.ISSUED,
            created_at=NOW,
            issued_at=NOW,
            cadence_version_id=policies[PolicySubject.CADENCE],
            ladders_version_id=ladders_version_id or policies[PolicySubject.LADDERS],
        )
        plan.tasks = [
            Task(position=n, number=f"{n + 1}", title=f"第{n + 1}项", text="要求。", state=TaskState.UNDERWAY)
            for n in range(tasks)
        ]
        s.add(plan)
        s.flush()
        task_ids = [task.id for task in plan.tasks]
    shares = [
        {"task_id": t, "unit_id": u, "share": Share.RESPONSIBLE, "version": 1}
        for t in task_ids
        for u in unit_ids
    ]
    _insert(Assignment, shares)
    return Crowd(plan.id, units, tasks)


def units(crowd: Crowd) -> list[int]:
    """The ids of its units."""
    taking_part = sa.select(Assignment.unit_id).join(Task).where(Task.plan_id == crowd.plan_id)
    return list(session().scalars(taking_part.distinct().order_by(Assignment.unit_id)))


def _person(number: int) -> dict[str, object]:
    return {
        "name": f"联络员{number}",
        "email": f"liaison-{number}@crowd.example",
        "login_token": f"crowd-{number}",
    }


def _insert(model: type[Base], rows: Sequence[dict[str, object]]) -> list[int]:
    with transaction() as s:
        key = sa.inspect(model).primary_key[0]
        return list(s.scalars(sa.insert(model).returning(key, sort_by_parameter_order=True), rows))


def month(number: int) -> str:
    """The key of the month so many before March 2025."""
    months = 2025 * 12 + 2 - number
    return f"{months // 12}-{months % 12 + 1:02}"


def owe(crowd: Crowd, months: Sequence[int], *, chased: bool = True) -> None:
    """Open the reports of those months, all to be filed by DUE_ON, to be looked at LATER.

    Without `chased` they stand at the top of their ladder: still open, but nothing more is said.
    """
    with quickly() as connection:
        for number in months:
            connection.execute(_month(crowd, month(number), chased))


def _month(crowd: Crowd, key: str, chased: bool) -> sa.Insert:
    values: dict[str, object] = {
        "kind": DutyKind.MONTHLY_REPORT,
        "period_key": key,
        "opens_on": date(2025, 3, 20),
        "due_on": DUE_ON,
        "original_due_on": DUE_ON,
        "armed_at": instant(date(2025, 3, 20), 9),
        "rung": DUE_RUNG if chased else len(DEFAULT_LADDERS[DutyKind.MONTHLY_REPORT].rungs),
        "next_action_at": LATER if chased else None,
    }
    shared = sa.select(
        Task.plan_id,
        Task.id,
        Assignment.unit_id,
        Plan.ladders_version_id,
        *(sa.literal(value, Duty.__table__.c[name].type) for name, value in values.items()),
    )
    from_plan = shared.join(Plan, Plan.id == Task.plan_id).join(Assignment, Assignment.task_id == Task.id)
    columns = ["plan_id", "task_id", "unit_id", "policy_version_id", *values]
    return sa.insert(Duty).from_select(columns, from_plan.where(Task.plan_id == crowd.plan_id))


def tell(crowd: Crowd) -> None:
    """History: for every duty of which none has gone out yet one notice, sent, each in a letter of its own."""
    told = session().scalar(sa.select(sa.func.max(Notice.duty_id))) or 0
    untold = sa.and_(Duty.plan_id == crowd.plan_id, Duty.id > told)
    with quickly() as connection:
        connection.execute(_letters(untold))
        connection.execute(_notices(untold))


def _letters(untold: sa.ColumnElement[bool]) -> sa.Insert:
    values: dict[str, object] = {
        "address": "crowd@crowd.example",
        "subject": "催报",
        "body_text": "请按时报送。",
        "body_html": "",
        "state": LetterState.SENT,
        "attempts": 1,
        "not_before_at": NOW,
        "created_at": NOW,
        "sent_at": NOW,
    }
    message_id = sa.literal("<crowd-") + sa.cast(Duty.id, sa.String) + sa.literal("@crowd.example>")
    written = (
        sa.select(message_id, PostHeld.person_id, *_literals(Letter, values))
        .select_from(Duty)
        .join(PostHeld, PostHeld.unit_id == Duty.unit_id)
        .where(untold)
    )
    return sa.insert(Letter).from_select(["message_id", "person_id", *values], written)


def _notices(untold: sa.ColumnElement[bool]) -> sa.Insert:
    values: dict[str, object] = {
        "epoch": 1,
        "rung": 0,
        "kind": LetterKind.OPENED,
        "audience": Audience.LIAISON,
        "reason": "历史",
        "created_at": NOW,
        "not_before_at": NOW,
        "state": NoticeState.SENT,
    }
    message_id = sa.literal("<crowd-") + sa.cast(Duty.id, sa.String) + sa.literal("@crowd.example>")
    dedup_key = sa.literal("crowd-") + sa.cast(Duty.id, sa.String)
    told = (
        sa.select(dedup_key, Duty.id, Letter.person_id, Letter.id, *_literals(Notice, values))
        .select_from(Duty)
        .join(Letter, Letter.message_id == message_id)
        .where(untold)
    )
    return sa.insert(Notice).from_select(["dedup_key", "duty_id", "person_id", "letter_id", *values], told)


def _literals(model: type[Base], values: dict[str, object]) -> list[sa.ColumnElement[Any]]:
    return [sa.literal(value, model.__table__.c[name].type) for name, value in values.items()]


def arm(crowd: Crowd, due: int) -> None:
    """Bring the moment of so many duties, spread evenly over the crowd's, to NOW; forget the notices they gave."""
    with transaction() as s:
        s.execute(sa.delete(Notice).where(Notice.state == NoticeState.PENDING))
        lowest, count = s.execute(
            sa.select(sa.func.min(Duty.id), sa.func.count()).where(Duty.plan_id == crowd.plan_id)
        ).one()
        every = count // due
        s.execute(
            sa.update(Duty)
            .where(Duty.plan_id == crowd.plan_id, (Duty.id - lowest) % every == 0)
            .values(rung=DUE_RUNG, next_action_at=NOW, hold_reason=""),
            execution_options={"synchronize_session": False},
        )


def notify(crowd: Crowd, people: int) -> None:
    """One notice each for so many liaisons, to be sent from NOW on."""
    before = session().scalar(sa.select(sa.func.max(Letter.id))) or 0
    key = sa.literal(f"notify-{before}-") + sa.cast(sa.func.min(Duty.id), sa.String)
    one_each = (
        sa.select(key, sa.func.min(Duty.id), PostHeld.person_id, *_literals(Notice, NOTICE))
        .join(PostHeld, PostHeld.unit_id == Duty.unit_id)
        .where(Duty.plan_id == crowd.plan_id, Duty.period_key == month(0))
        .group_by(PostHeld.person_id)
        .order_by(PostHeld.person_id)
        .limit(people)
    )
    with transaction() as s:
        s.execute(sa.insert(Notice).from_select(["dedup_key", "duty_id", "person_id", *NOTICE], one_each))


@contextmanager
def quickly() -> Iterator[sa.Connection]:
    """One transaction in which the database takes our word for it that keys exist, and does not wait for the disk."""
    session().rollback()
    engine = database()
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw
        _trust(engine, raw)
        with connection.execution_options(write=True).begin(), _unindexed(connection, Duty, Notice, Letter):
            yield connection
        connection.detach()
    tidy()


@contextmanager
def _unindexed(connection: sa.Connection, *models: type[Base]) -> Iterator[None]:
    """Without their indexes meanwhile: building them anew at the end is quicker than growing them row by row."""
    indexes = [index for model in models for index in cast("sa.Table", model.__table__).indexes]
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def _trust(engine: sa.Engine, raw: DBAPIConnection) -> None:
    cursor = raw.cursor()
    if engine.dialect.name == "sqlite":
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-200000"):
            cursor.execute(f"PRAGMA {pragma}")
    else:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        [allowed] = cursor.fetchone() or (False,)
        if allowed:
            cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        raw.commit()


def tidy() -> None:
    """Leave the tables as they are some time after: no dead rows, fresh statistics, nothing left in a log."""
    session().rollback()
    engine = database()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ANALYZE")
            connection.rollback()
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("VACUUM ANALYZE")

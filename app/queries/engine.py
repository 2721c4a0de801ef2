"""The facts the engine judges: duties whose moment has come, plans with a period to open, letters to go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Load, Session, aliased, selectinload

from app.db import session
from app.models import (
    Assignment,
    Duty,
    EngineGap,
    Heartbeat,
    Letter,
    Notice,
    Person,
    Plan,
    PolicyVersion,
    Report,
    Slip,
    Task,
    Unit,
)
from app.queries.directory import Contacts, Directory
from app.queries.items import Grounds
from workflows.cadence import DutyKind
from workflows.escalation import Climb
from workflows.lifecycle import DutyState, Hold, LetterState, NoticeState, SlipState


@dataclass(frozen=True, slots=True)
class Due:
    """A duty whose moment has come. `leader_id` answers for it at county level (责任领导)."""

    id: int
    kind: DutyKind
    unit_id: int
    office_id: int | None
    leader_id: int | None
    policy_version_id: int
    policy_version: int
    epoch: int
    climb: Climb
    period_key: str = ""


def due_duties(s: Session, now: datetime, limit: int, only: Collection[int] | None = None) -> list[Due]:
    """Claim the duties whose moment has come, oldest first, skipping those another engine holds."""
    claimed = (
        _climbers()
        .where(Duty.next_action_at.is_not(None), Duty.next_action_at <= now)
        .order_by(Duty.next_action_at, Duty.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Duty)
    )
    if only is not None:
        claimed = claimed.where(Duty.id.in_(only))
    return [_due(row) for row in s.execute(claimed)]


def _due(row: Sequence[Any]) -> Due:
    duty: tuple[Any, ...] = (*row[:8], Climb(*row[8:15]), row[15])
    return Due(*duty)


def climbing(plan_id: int) -> list[tuple[Due, datetime]]:
    """The plan's duties that still have a next moment, with that moment; nothing is claimed."""
    waiting = (
        _climbers()
        .add_columns(Duty.next_action_at)
        .where(Duty.plan_id == plan_id, Duty.next_action_at.is_not(None))
        .order_by(Duty.id)
    )
    return [(_due(row), row[16]) for row in session().execute(waiting)]


def _climbers() -> sa.Select[Any]:
    """Duties with all that a decision needs, in the order of `Due` and `Climb`."""
    behalf = aliased(Unit)
    wanted = (
        sa.select(
            Duty.id,
            Duty.kind,
            Duty.unit_id,
            Plan.office_id,
            sa.func.coalesce(behalf.answerable_id, Unit.answerable_id, Plan.leader_id),
            Duty.policy_version_id,
            PolicyVersion.version,
            Duty.epoch,
            Duty.opens_on,
            Duty.due_on,
            Duty.armed_at,
            Duty.rung,
            Duty.loop,
            Duty.checks,
            Duty.received_at.is_not(None),
            Duty.period_key,
        )
        .join(Plan, Plan.id == Duty.plan_id)
        .join(Unit, Unit.id == Duty.unit_id)
        .join(PolicyVersion, PolicyVersion.id == Duty.policy_version_id)
        .outerjoin(
            Assignment, sa.and_(Assignment.task_id == Duty.task_id, Assignment.unit_id == Duty.unit_id)
        )
        .outerjoin(behalf, behalf.id == Assignment.on_behalf_of_id)
    )
    return cast("sa.Select[Any]", wanted)


def contacts_of(duty_ids: Collection[int], on: date) -> Mapping[int, Contacts]:
    """For each of these duties, whom each audience means on that day."""
    due = looked_up(duty_ids)
    directory = directory_of(due, on)
    return {d.id: contacts(d, directory, on) for d in due}


def slips_sent(s: Session, duty_ids: Collection[int]) -> Mapping[int, int]:
    """Duty → how many 督办单 were sent about it; asks nothing for none."""
    if not duty_ids:
        return {}
    sent = (
        sa.select(Slip.duty_id, sa.func.count())
        .where(Slip.duty_id.in_(duty_ids), Slip.state.in_([SlipState.SENT, SlipState.ANSWERED]))
        .group_by(Slip.duty_id)
    )
    return {duty_id: count for duty_id, count in s.execute(sent)}  # noqa: C416


def looked_up(duty_ids: Collection[int]) -> list[Due]:
    """These duties as the engine knows them, nothing claimed."""
    wanted = _climbers().where(Duty.id.in_(duty_ids)).order_by(Duty.id)
    return [_due(row) for row in session().execute(wanted)]


def answering(plan_id: int) -> Mapping[tuple[int, int], int | None]:
    """(task, unit) → the person who answers at county level for that part (责任领导), where one is named."""
    behalf = aliased(Unit)
    named = (
        sa.select(
            Assignment.task_id,
            Assignment.unit_id,
            sa.func.coalesce(behalf.answerable_id, Unit.answerable_id, Plan.leader_id),
        )
        .join(Task, Task.id == Assignment.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(behalf, behalf.id == Assignment.on_behalf_of_id)
        .where(Task.plan_id == plan_id)
    )
    return {(task_id, unit_id): leader_id for task_id, unit_id, leader_id in session().execute(named)}


def directory_of(due: Sequence[Due], since: date) -> Directory:
    """Whom letters about these duties may reach, from that day on."""
    return Directory(
        {d.unit_id for d in due},
        since,
        office_ids={d.office_id for d in due},
        leader_ids={d.leader_id for d in due},
    )


def contacts(due: Due, directory: Directory, on: date) -> Contacts:
    """Whom each audience of that duty means on that day: the unit's posts, the plan's office, the leader in charge."""
    return directory.contacts(due.unit_id, on, office_id=due.office_id, leader_id=due.leader_id)


def plans_to_open(today: date) -> list[int]:
    """Issued plans with a period whose opening day has come."""
    waiting = sa.select(Plan.id).where(Plan.next_opening_on.is_not(None), Plan.next_opening_on <= today)
    return list(session().scalars(waiting.order_by(Plan.id)))


def pending_notices(s: Session, now: datetime, people_limit: int) -> list[Notice]:
    """All sendable notices of the first few people who have any, by person; claimed for this transaction."""
    sendable = sa.and_(Notice.state == NoticeState.PENDING, Notice.not_before_at <= now)
    first = (
        sa.select(Notice.person_id)
        .where(sendable)
        .group_by(Notice.person_id)
        .order_by(sa.func.min(Notice.id))
        .limit(people_limit)
    )
    claimed = (
        sa.select(Notice)
        .where(sendable, Notice.person_id.in_(first))
        .options(*_spoken_of(Load(Notice)))
        .options(selectinload(Notice.person))
        .order_by(Notice.person_id, Notice.id)
        .with_for_update(skip_locked=True, of=Notice)
        .execution_options(populate_existing=True)
    )
    return list(s.scalars(claimed))


def _spoken_of(notice: Load) -> tuple[Load, ...]:
    """Of the duty and the slip of a notice what its words are made of, and no long text."""
    duty, slip = notice.selectinload(Notice.duty), notice.selectinload(Notice.slip)
    return (
        duty.joinedload(Duty.unit).load_only(Unit.name),
        duty.joinedload(Duty.task).load_only(Task.number, Task.title, Task.close_request),
        duty.joinedload(Duty.report).load_only(Report.state),
        slip.joinedload(Slip.reply_duty).load_only(Duty.due_on),
    )


_ON_THEIR_WAY = [LetterState.WAITING, LetterState.LEASED]
OUTGOING = Letter.state.in_(sa.bindparam("outgoing", _ON_THEIR_WAY, expanding=True, literal_execute=True))
FAILED = Notice.state == sa.bindparam("failed", NoticeState.FAILED, literal_execute=True)
"""Both spelled out in the statement, as in their partial indexes: behind parameters SQLite does not know them again."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed letter as it stands, for one person who has an `email` or not; `bounced`: it reaches nobody."""

    id: int
    message_id: str
    channel: str
    address: str
    created_at: datetime
    subject: str
    text: str
    html: str
    name: str
    email: str | None
    bounced: bool


def outgoing_letters(
    s: Session, now: datetime, limit: int, *, without: Collection[str] = ()
) -> list[Outgoing]:
    """Claim letters whose attempt is due, and those whose sender's lease ran out; `without` channels that are away."""
    claimed = (
        sa.select(
            Letter.id,
            Letter.message_id,
            Letter.channel,
            Letter.address,
            Letter.created_at,
            Letter.subject,
            Letter.body_text,
            Letter.body_html,
            Letter.person_id,
        )
        .where(OUTGOING, Letter.not_before_at <= now)
        .where(Letter.channel.not_in(without) if without else sa.true())
        .order_by(Letter.not_before_at, Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Letter)
    )
    letters = s.execute(claimed).all()
    people = _people(s, {letter.person_id for letter in letters})
    return [Outgoing(*letter[:8], *people[letter.person_id]) for letter in letters]


def _people(s: Session, person_ids: Collection[int]) -> Mapping[int, tuple[str, str | None, bool]]:
    """Name, address and whether it bounced; asks nothing for nobody."""
    if not person_ids:
        return {}
    columns = sa.select(Person.id, Person.name, Person.email, Person.bounced_at.is_not(None))
    found = s.execute(columns.where(Person.id.in_(person_ids)))
    return {person_id: (name, email, bounced) for person_id, name, email, bounced in found}


def grounds_of(s: Session, letter_ids: Collection[int]) -> Mapping[int, list[Grounds]]:
    """Letter → what each of its notices stands on at this moment; asks nothing for none."""
    found: dict[int, list[Grounds]] = defaultdict(list)
    if not letter_ids:
        return found
    wanted = (
        sa.select(
            Notice.letter_id,
            Notice.kind,
            Notice.dedup_key,
            Notice.epoch,
            Notice.slip_id,
            Slip.state,
            Duty.state,
            Duty.epoch,
            Duty.hold,
        )
        .join(Duty, Duty.id == Notice.duty_id)
        .outerjoin(Slip, Slip.id == Notice.slip_id)
        .where(Notice.letter_id.in_(letter_ids))
    )
    for row in s.execute(wanted):
        found[cast("int", row[0])].append(Grounds(*row[1:]))
    return found


def letters_in_full(s: Session, letter_ids: Collection[int]) -> Mapping[int, Letter]:
    """Claimed letters with all that their words are made of, by id; asks nothing for none."""
    if not letter_ids:
        return {}
    wanted = (
        sa.select(Letter)
        .where(Letter.id.in_(letter_ids))
        .options(*_spoken_of(Load(Letter).selectinload(Letter.notices)))
        .options(selectinload(Letter.person))
        .execution_options(populate_existing=True)
    )
    return {letter.id: letter for letter in s.scalars(wanted)}


@dataclass(frozen=True, slots=True)
class Pulse:
    """The engine's latest turn; notices that wait, notices refused of things still owed, duties set aside."""

    beat_at: datetime | None
    waiting: int
    failed: int
    faults: int


def pulse() -> Pulse:
    s = session()
    # a fault is let go of whenever a duty is settled, so that asking for its state would only mislead SQLite's planner
    faults = sa.select(sa.func.count()).where(Duty.hold == Hold.FAULT)
    still = sa.exists().where(
        Duty.id == Notice.duty_id, Duty.state == DutyState.OPEN, Duty.epoch == Notice.epoch
    )
    failed = sa.select(sa.func.count()).select_from(Notice).where(FAILED, still)
    return Pulse(last_beat(), _waiting(), s.scalar(failed) or 0, s.scalar(faults) or 0)


def _waiting() -> int:
    """Notices on their way: those without a letter yet, and those of letters that are not sent yet."""
    s = session()
    pending = sa.select(sa.func.count()).where(Notice.state == NoticeState.PENDING)
    bundled = sa.select(sa.func.count()).select_from(Notice).join(Letter).where(OUTGOING)
    return (s.scalar(pending) or 0) + (s.scalar(bundled) or 0)


def last_beat() -> datetime | None:
    """When the engine last completed a turn; None before its first."""
    return session().scalar(sa.select(Heartbeat.beat_at).where(Heartbeat.id == 1))


def gaps(limit: int = 20) -> list[EngineGap]:
    """The latest stretches in which no engine ran."""
    return list(session().scalars(sa.select(EngineGap).order_by(EngineGap.from_at.desc()).limit(limit)))

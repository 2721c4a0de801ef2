"""发信记录: what was sent to whom, about what, and what became of it; and the page of one duty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import defer, selectinload

from app.db import session
from app.mail import Item
from app.models import Assignment, Duty, Letter, Notice, Slip, Unit
from app.queries import rules
from app.queries.items import letter_items, still_owed
from app.queries.lateness import has_ended, urgency_of
from app.queries.supervision import Round, Told, rounds, told_by
from workflows.calendar import local_date
from workflows.errors import Refused
from workflows.escalation import AUDIENCE_LABELS, Climb, Ladder, LetterKind, moment, rung_words
from workflows.lifecycle import DutyState, LetterState
from workflows.requests import addressed

PAGE = 50
"""Letters on one page."""


@dataclass(frozen=True, slots=True)
class LetterPage:
    """Letters, newest first; `older` is where the next page begins, None on the last. `waiting` is the backlog."""

    letters: tuple[Letter, ...]
    older: int | None
    waiting: int
    failed: int


def letters(*, state: LetterState | None = None, before_id: int | None = None) -> LetterPage:
    """One page of the record of letters."""
    written = (
        sa.select(Letter)
        .options(
            selectinload(Letter.person),
            selectinload(Letter.received_by),
            selectinload(Letter.notices),
            defer(Letter.body_text),
            defer(Letter.body_html),
        )
        .order_by(Letter.id.desc())
        .limit(PAGE + 1)
    )
    if before_id is not None:
        written = written.where(Letter.id < before_id)
    if state is not None:
        written = written.where(Letter.state == state)
    found = list(session().scalars(written))
    counts = _counts()
    waiting = counts[LetterState.WAITING] + counts[LetterState.LEASED]
    older = found[PAGE - 1].id if len(found) > PAGE else None
    return LetterPage(tuple(found[:PAGE]), older, waiting, counts[LetterState.FAILED])


def _counts() -> Mapping[LetterState, int]:
    """How many letters wait, are under way, or came back; those sent are not counted, they are too many."""
    kept = [LetterState.WAITING, LetterState.LEASED, LetterState.FAILED]
    counted = sa.select(Letter.state, sa.func.count()).where(Letter.state.in_(kept)).group_by(Letter.state)
    return defaultdict(int, session().execute(counted).all())


def letter(letter_id: int) -> Letter:
    """One letter with its notices and their duties; raises Refused missing."""
    wanted = (
        sa.select(Letter)
        .where(Letter.id == letter_id)
        .options(
            selectinload(Letter.person),
            selectinload(Letter.received_by),
            selectinload(Letter.notices).selectinload(Notice.slip).selectinload(Slip.reply_duty),
            selectinload(Letter.notices).selectinload(Notice.duty).selectinload(Duty.report),
            selectinload(Letter.notices).selectinload(Notice.duty).selectinload(Duty.unit),
            selectinload(Letter.notices).selectinload(Notice.duty).selectinload(Duty.task),
        )
    )
    found = session().scalar(wanted)
    if found is None:
        raise Refused("missing", "没有找到这封信。请从“发信记录”进入。")
    return found


def matters(letter: Letter, today: date) -> list[Item]:
    """What of a letter is still to be done, each with its page."""
    owed = [notice for notice in letter.notices if still_owed(notice)]
    return letter_items(owed, today)


@dataclass(frozen=True, slots=True)
class RungLine:
    """One rung of a duty's ladder: when, which letter, to whom; `state` is done, passed, next or later."""

    when: str
    letter: LetterKind
    audience: str
    state: str
    at: datetime | None
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class DutyPage:
    """One duty: how it stands, why, and its ladder. `behalf` is the named unit it is filed for (归口)."""

    duty: Duty
    behalf: str
    urgency: str
    late: bool
    rungs: tuple[RungLine, ...]
    earlier: tuple[Round, ...]


def duty_page(duty_id: int, now: datetime) -> DutyPage:
    """The page of one duty; raises Refused missing."""
    wanted = (
        sa.select(Duty)
        .where(Duty.id == duty_id)
        .options(
            selectinload(Duty.task),
            selectinload(Duty.unit),
            selectinload(Duty.plan),
            selectinload(Duty.report),
        )
    )
    duty = session().scalar(wanted)
    if duty is None:
        raise Refused("missing", "没有找到这件事项，它可能已被撤销。请从“我的待办”或“督办台”进入。")
    notices = _notices(duty_id)
    return DutyPage(
        duty,
        _behalf(duty),
        urgency_of(duty, local_date(now)),
        duty.state is DutyState.OPEN and has_ended(duty, now),
        tuple(_rungs(duty, [n for n in notices if n.epoch == duty.epoch])),
        rounds(told_by(n) for n in notices if n.epoch < duty.epoch),
    )


def _notices(duty_id: int) -> Sequence[Notice]:
    told = (
        sa.select(Notice)
        .where(Notice.duty_id == duty_id)
        .options(selectinload(Notice.person), selectinload(Notice.letter))
        .order_by(Notice.id)
    )
    return session().scalars(told).all()


def _behalf(duty: Duty) -> str:
    named = (
        sa.select(Unit.name)
        .join(Assignment, Assignment.on_behalf_of_id == Unit.id)
        .where(Assignment.task_id == duty.task_id, Assignment.unit_id == duty.unit_id)
    )
    return session().scalar(named) or ""


def _rungs(duty: Duty, notices: Sequence[Notice]) -> list[RungLine]:
    """The ladder of the present climb; what will not be sent any more is left out."""
    ladder = rules.ladders(duty.policy_version_id)[duty.kind]
    told: dict[int, list[Told]] = defaultdict(list)
    for notice in notices:
        if notice.kind is not LetterKind.VERIFY:  # asked of the office, said by no rung
            told[notice.rung].append(told_by(notice))
    climbing = duty.state is DutyState.OPEN
    shown = len(ladder.rungs) if climbing else duty.rung
    return [_rung(duty, ladder, index, tuple(told[index])) for index in range(shown)]


def _rung(duty: Duty, ladder: Ladder, index: int, told: tuple[Told, ...]) -> RungLine:
    rung = addressed(ladder.rungs[index], duty.period_key)
    if index < duty.rung:
        state, at = ("done" if told else "passed"), (told[0].at if told else None)
    elif index == duty.rung:
        state, at = "next", duty.next_action_at
    else:
        climb = Climb(duty.opens_on, duty.due_on, duty.armed_at, duty.rung)
        state, at = "later", moment(climb, rung, ladder, rules.calendar(duty.unit_id))
    audience = "、".join(AUDIENCE_LABELS[a] for a in rung.audience)
    return RungLine(rung_words(rung), rung.letter, audience, state, at, told)

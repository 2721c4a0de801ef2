"""Climb every ladder whose moment has come: claim a batch, decide, write notices and next moments in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app import channels, duties, ledger
from app.db import insert_new, transaction
from app.engine import vacancy
from app.models import Duty, Notice, Slip
from app.queries import engine as facts
from app.queries import rules
from app.queries.contacts import other_ways
from app.queries.directory import Contacts
from app.queries.told import Told, addressed, reaches_nobody, read_by, vacancies
from app.queries.told import told as told_by
from workflows import digest
from workflows.calendar import local_date
from workflows.escalation import Audience, Step, decide, rung_words
from workflows.lifecycle import HOLD_LABELS, Hold, SlipState

log = logging.getLogger(__name__)

SET_ASIDE = timedelta(hours=1)
"""How far a duty whose decision failed is pushed ahead, so that it never blocks the others."""


@dataclass(frozen=True, slots=True)
class Climbed:
    """Duties judged, notices written, duties set aside."""

    judged: int = 0
    notices: int = 0
    faults: int = 0

    def __add__(self, other: Climbed) -> Climbed:
        return Climbed(self.judged + other.judged, self.notices + other.notices, self.faults + other.faults)


def climb(now: datetime) -> Climbed:
    """Climb every ladder whose moment has come."""
    climbed = Climbed()
    while True:
        batch = _climb(now)
        climbed += batch
        if batch.judged < current_app.config["TICK_BATCH"]:
            return climbed


def _climb(now: datetime) -> Climbed:
    """Claim one batch, decide, write notices and the next moments: one transaction."""
    try:
        with transaction() as s:
            due = facts.due_duties(s, now, current_app.config["TICK_BATCH"])
            notices = _act(s, due, now)
        return Climbed(judged=len(due), notices=notices)
    except sa.exc.OperationalError:
        raise  # a full disk or a lost connection: no duty is to blame, the next turn finds them all
    except Exception:
        log.exception("a batch failed; its duties are taken one by one", extra={"event": "tick.batch-failed"})
        return _climb_one_by_one(now)


def _climb_one_by_one(now: datetime) -> Climbed:
    with transaction() as s:
        ids = [due.id for due in facts.due_duties(s, now, current_app.config["TICK_BATCH"])]
    notices = faults = 0
    for duty_id in ids:
        try:
            with transaction() as s:
                notices += _act(s, facts.due_duties(s, now, 1, only=[duty_id]), now)
        except sa.exc.OperationalError:
            raise
        except Exception:
            log.exception("a duty is set aside", extra={"event": "tick.set-aside", "duty_id": duty_id})
            _set_aside(duty_id, now)
            faults += 1
    return Climbed(judged=len(ids), notices=notices, faults=faults)


def _set_aside(duty_id: int, now: datetime) -> None:
    with transaction() as s:
        duty = duties.locked(s, duty_id)
        duty.next_action_at = now + SET_ASIDE
        duty.hold, duty.held_at = Hold.FAULT, now
        duty.hold_reason = "系统处理这件事项时出错，已暂时搁置，请管理员查看运行日志"


def _act(s: Session, due: Sequence[facts.Due], now: datetime) -> int:
    """Decide for each claimed duty, and write the slips, the notices and the new positions; returns the new notices."""
    if not due:
        return 0
    today, calendars = local_date(now), {d.unit_id: rules.calendar(d.unit_id) for d in due}
    directory = facts.directory_of(due, today)
    ladders = {version: rules.ladders(version) for version in {d.policy_version_id for d in due}}
    steps = [
        (d, addressed(d, decide(d.climb, ladders[d.policy_version_id][d.kind], calendars[d.unit_id], now)))
        for d in due
    ]
    slips, ways = _draft_slips(s, steps, now), other_ways()
    sent = facts.slips_sent(s, [d.id for d, step in steps if step.asks])
    notices: list[dict[str, object]] = []
    gaps: dict[tuple[int, Audience], tuple[facts.Due, Contacts]] = {}
    for d, step in steps:
        contacts, ladder = facts.contacts(d, directory, today), ladders[d.policy_version_id][d.kind]
        for told in _rounds(told_by(d, step, contacts, ladder), sent.get(d.id, 0)):
            calendar, hour = read_by(told, calendars[d.unit_id]), directory.people[told.person_id].hour
            leaves_at = digest.leaves_at(now, calendar, hour, urgent=told.urgent)
            notices += [
                _notice(d, step, told, channel, slips.get(d.id), now, leaves_at)
                for channel in channels.taken(told.urgent, ways.get(told.person_id, ()))
            ]
        if reaches_nobody(step, contacts):
            _record_unaddressed(s, d, now)
        gaps |= {(d.unit_id, post): (d, contacts) for post in vacancies(step, contacts)}
    notices += vacancy.notices(gaps, directory, now)
    _move_on(s, steps, now)
    return len(insert_new(s, Notice, notices))


def _rounds(found: Iterable[Told], slips_sent: int) -> Iterator[Told]:
    """A slip sent meanwhile has to be heard of too: what the office is asked after it is asked anew, under keys of its
    own."""
    for told in found:
        yield replace(told, place=f"{told.place}s{slips_sent}") if slips_sent else told


def _notice(
    due: facts.Due,
    step: Step,
    told: Told,
    channel: str,
    slip_id: int | None,
    now: datetime,
    leaves_at: datetime,
) -> dict[str, object]:
    return {
        "dedup_key": f"{due.id}:{due.epoch}:{told.place}:{told.person_id}:{channel}",
        "channel": channel,
        "duty_id": due.id,
        "epoch": due.epoch,
        "rung": step.index if step.act else step.rung,
        "loop": step.loop,
        "kind": told.letter,
        "audience": told.audience,
        "person_id": told.person_id,
        "reason": told.reason,
        "skipped": len(step.skipped),
        "urgent": told.urgent,
        "copied": told.copied,
        "slip_id": slip_id if told.drafted else None,
        "created_at": now,
        "not_before_at": leaves_at,
    }


def _draft_slips(s: Session, steps: Sequence[tuple[facts.Due, Step]], now: datetime) -> Mapping[int, int]:
    """Write down the slips the steps call for, in place of lower ones nobody sent; returns duty → its new slip."""
    rows = [
        {
            "duty_id": d.id,
            "epoch": d.epoch,
            "rung": step.index,
            "loop": 0,
            "kind": step.act.drafts,
            "reason": f"升级阶梯第{d.policy_version}版：{rung_words(step.act)}",
            "drafted_at": now,
        }
        for d, step in steps
        if step.act and step.act.drafts and not step.loop
    ]
    if not rows:
        return {}
    drafted = [row["duty_id"] for row in rows]
    s.execute(
        sa.update(Slip)
        .where(Slip.duty_id.in_(drafted), Slip.state == SlipState.DRAFT)
        .values(state=SlipState.OVERTAKEN, decided_at=now, version=Slip.version + 1),
        execution_options={"synchronize_session": False},
    )
    insert_new(s, Slip, rows)
    found = sa.select(Slip.duty_id, Slip.id).where(Slip.duty_id.in_(drafted), Slip.state == SlipState.DRAFT)
    return {duty_id: slip_id for duty_id, slip_id in s.execute(found)}  # noqa: C416


def _move_on(s: Session, steps: Sequence[tuple[facts.Due, Step]], now: datetime) -> None:
    """The new positions. What a rung has said is not yet received: whoever is told has to be heard of again."""
    moves: dict[bool, list[dict[str, object]]] = {True: [], False: []}
    for d, step in steps:
        moves[step.unanswered].append(
            {
                "moved": d.id,
                "to_rung": step.rung,
                "to_loop": step.loop,
                "to_checks": step.checks if step.unheard else 0,
                "then_at": step.next_action_at,
                "held": Hold.RECEIPT.value if step.unheard else None,
                "held_since": now if step.unheard else None,
                "words": HOLD_LABELS[Hold.RECEIPT] if step.unheard else "",
            }
        )
    for unanswered, rows in moves.items():
        if not rows:
            continue
        to: dict[str, object] = {
            "rung": sa.bindparam("to_rung"),
            "loop": sa.bindparam("to_loop"),
            "checks": sa.bindparam("to_checks"),
            "next_action_at": sa.bindparam("then_at"),
            "hold": sa.bindparam("held"),
            "held_at": sa.bindparam("held_since"),
            "hold_reason": sa.bindparam("words"),
        }
        table = cast("sa.Table", Duty.__table__)
        statement = sa.update(table).where(table.c.id == sa.bindparam("moved"))
        s.connection().execute(statement.values(to | ({"received_at": None} if unanswered else {})), rows)


def _record_unaddressed(s: Session, due: facts.Due, now: datetime) -> None:
    about = ledger.Subject(unit_id=due.unit_id, duty_id=due.id)
    ledger.append(s, "notice.unaddressed", at=now, actor_id=None, about=about)

"""Who is told what by one step of a climb: the one answer for the engine, which does it, and for foresight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.queries.engine import Due
from workflows.escalation import (
    DRAFTED,
    LETTER_LABELS,
    Audience,
    LetterKind,
    Rung,
    Step,
    reach,
    rung_words,
    why,
)

Contacts = Mapping[Audience, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """One person told one thing. `place` tells the notices of one epoch apart: the rung, its repeat, or what the
    office is asked; `drafted` says that it is about a slip the office may send."""

    person_id: int
    audience: Audience
    letter: LetterKind
    place: str
    reason: str
    urgent: bool
    copied: bool = False
    drafted: bool = False


def told(due: Due, step: Step, contacts: Contacts) -> Iterator[Told]:
    """Every person one step tells something, each once for each thing."""
    if step.asks:
        yield from _asked(due, step, contacts)
    if step.act and step.act.letter not in DRAFTED:
        yield from _addressed(due, step, step.act, contacts)
    if step.act and step.act.drafts and not step.loop:
        yield from _drafted(due, step, step.act.drafts, contacts)


def _addressed(due: Due, step: Step, rung: Rung, contacts: Contacts) -> Iterator[Told]:
    place = f"{step.index}r{step.loop}" if step.loop else str(step.index)
    spoken_to = reach(rung.audience, contacts)
    # the office reads of it with the slip it may send
    copies = [post for post in rung.copies if not (rung.drafts and post is Audience.OFFICE)]
    copied = {person: post for post in copies for person in contacts.get(post, ()) if person not in spoken_to}
    for person_id, audience in (spoken_to | copied).items():
        reason = why(rung, audience, due.policy_version, step.loop)
        yield Told(
            person_id, audience, rung.letter, place, reason, rung.urgent, copied=person_id not in spoken_to
        )


def _drafted(due: Due, step: Step, slip: LetterKind, contacts: Contacts) -> Iterator[Told]:
    assert step.act
    reason = f"升级阶梯第{due.policy_version}版：{rung_words(step.act)}拟{LETTER_LABELS[slip]}，由督查室决定是否发出"
    for person_id in contacts.get(Audience.OFFICE, ()):
        yield Told(person_id, Audience.OFFICE, slip, f"{step.index}d", reason, step.act.urgent, drafted=True)


def _asked(due: Due, step: Step, contacts: Contacts) -> Iterator[Told]:
    reason = (
        f"升级阶梯第{due.policy_version}版：对方尚未确认收到，不升级；请电话核实后登记（第{step.checks}次）"
    )
    place = f"{step.rung}v{step.checks}"
    for person_id in contacts.get(Audience.OFFICE, ()):
        yield Told(person_id, Audience.OFFICE, LetterKind.VERIFY, place, reason, urgent=False)

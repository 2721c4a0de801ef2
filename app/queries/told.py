"""Who is told what by one step of a climb: the one answer for the engine, which does it, and for foresight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.queries import rules
from app.queries.directory import UNIT_POSTS, Contacts
from app.queries.engine import Due
from workflows import requests
from workflows.cadence import DutyKind
from workflows.calendar import WorkCalendar
from workflows.escalation import (
    DRAFTED,
    LETTER_LABELS,
    Audience,
    Ladder,
    LetterKind,
    Rung,
    Step,
    reach,
    rung_words,
    why,
)


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


def addressed(due: Due, step: Step) -> Step:
    """The step as it speaks about that duty: a request that is not a unit's to answer is told to whoever has to."""
    if step.act is None or due.kind is not DutyKind.ANSWER:
        return step
    return replace(step, act=requests.addressed(step.act, due.period_key))


def told(due: Due, step: Step, contacts: Contacts, ladder: Ladder) -> Iterator[Told]:
    """Every person one step tells something, each once for each thing."""
    if step.asks:
        yield from _asked(due, step, contacts)
    if step.act and step.act.letter not in DRAFTED:
        yield from _addressed(due, step, step.act, contacts, early=_is_early(step, step.act, ladder))
    if step.act and step.act.drafts and not step.loop:
        yield from _drafted(due, step, step.act.drafts, contacts)


def read_by(told: Told, unit: WorkCalendar) -> WorkCalendar:
    """The calendar by whose office hours a notice leaves: the unit's own for its people, the national one above it."""
    return rules.calendar() if told.audience in {Audience.OFFICE, Audience.COUNTY_LEADER} else unit


def reaches_nobody(step: Step, contacts: Contacts) -> bool:
    """Whether a rung acts and nobody at all is there to hear it, the office included."""
    if step.act is None:
        return False
    return not reach((Audience.OFFICE,) if step.act.letter in DRAFTED else step.act.audience, contacts)


def vacancies(step: Step, contacts: Contacts) -> tuple[Audience, ...]:
    """The posts of the unit that the step addresses and no letter reaches, so that it climbs past them.

    A 科室负责人 for whom the 联络员 reads is not missed: many units have none.
    """
    if step.act is None or step.act.letter in DRAFTED:
        return ()
    vacant = [post for post in step.act.audience if post in UNIT_POSTS and post not in contacts]
    return tuple(p for p in vacant if p is not Audience.SECTION_HEAD or Audience.LIAISON not in contacts)


def _is_early(step: Step, rung: Rung, ladder: Ladder) -> bool:
    """Whether the date is announced once more later on: who asked for fewer letters (少收) waits for that."""
    announced = rung.letter is LetterKind.ADVANCE
    return announced and any(r.letter is LetterKind.ADVANCE for r in ladder.rungs[step.index + 1 :])


def _addressed(due: Due, step: Step, rung: Rung, contacts: Contacts, *, early: bool) -> Iterator[Told]:
    place = f"{step.index}r{step.loop}" if step.loop else str(step.index)
    spoken_to = reach(rung.audience, contacts)
    informed = {p: post for p, post in _copied(step, rung, contacts).items() if p not in spoken_to}
    for person_id, audience in (spoken_to | informed).items():
        copied = person_id in informed
        if person_id in contacts.fewer and (early or copied):
            continue
        reason = why(rung, audience, due.policy_version, step.loop, copied=copied)
        reason += _standing_in(contacts, audience, person_id)
        yield Told(person_id, audience, rung.letter, place, reason, rung.urgent, copied=copied)


def _standing_in(contacts: Contacts, audience: Audience, person_id: int) -> str:
    away = contacts.behalf(audience, person_id)
    return f"（代{away}）" if away else ""


def _copied(step: Step, rung: Rung, contacts: Contacts) -> dict[int, Audience]:
    """Who gets the letter for information: only who holds a post himself, nobody stands in."""
    people: dict[int, Audience] = {}
    for post in rung.copies:
        # the office reads of it with the slip it may send, which no repeat brings again
        if post is Audience.OFFICE and rung.drafts and not step.loop:
            continue
        for person in contacts.get(post, ()):
            people.setdefault(person, post)
    return people


def _drafted(due: Due, step: Step, slip: LetterKind, contacts: Contacts) -> Iterator[Told]:
    assert step.act
    reason = f"升级阶梯第{due.policy_version}版：{rung_words(step.act)}拟{LETTER_LABELS[slip]}，由督查室决定是否发出"
    for person_id in contacts.get(Audience.OFFICE, ()):
        said = reason + _standing_in(contacts, Audience.OFFICE, person_id)
        yield Told(person_id, Audience.OFFICE, slip, f"{step.index}d", said, step.act.urgent, drafted=True)


def _asked(due: Due, step: Step, contacts: Contacts) -> Iterator[Told]:
    reason = (
        f"升级阶梯第{due.policy_version}版：对方尚未确认收到，不升级；请电话核实后登记（第{step.checks}次）"
    )
    place = f"{step.rung}v{step.checks}"
    for person_id in contacts.get(Audience.OFFICE, ()):
        said = reason + _standing_in(contacts, Audience.OFFICE, person_id)
        yield Told(person_id, Audience.OFFICE, LetterKind.VERIFY, place, said, urgent=False)

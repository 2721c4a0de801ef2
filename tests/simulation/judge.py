"""The verdict: the rows as they stand against what the oracle recomputes from the ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from app import ledger
from app.db import session
from app.models import Duty, LedgerEntry, Letter, Notice, PolicyVersion
from app.models.rules import PolicySubject
from tests.reckoning import local
from tests.simulation.oracle import Oracle
from tests.simulation.owed import Key
from tests.simulation.record import Entry, Told
from tests.world import World
from workflows.lifecycle import LetterState, NoticeState

HANDED_ON = "收不到信，改发给您"
"""In the reason of a notice that its first recipient could not get."""

LONGEST_WAIT = timedelta(days=30)
"""A notice may wait for a working day, and for an engine that is away."""


class Stands(NamedTuple):
    """A duty as it stands."""

    opens: str
    due: str
    epoch: int
    state: str
    hold: str


def entries(world: World) -> list[Entry]:
    """The ledger, in order."""
    with world.app.app_context():
        rows = session().scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id))
        return [
            Entry(
                r.id,
                r.recorded_at,
                r.act,
                r.plan_id or 0,
                r.task_id or 0,
                r.unit_id or 0,
                r.duty_id or 0,
                r.detail,
            )
            for r in rows
        ]


def keys(world: World) -> dict[int, Key]:
    """The number of each duty → what makes it that duty."""
    return {
        d.id: Key(d.plan_id, d.task_id or 0, d.unit_id, d.kind.value, d.period_key) for d in world.duties()
    }


def versions(world: World) -> Mapping[int, Mapping[str, Any]]:
    """The bodies of the versions of the ladders and the days, by number."""
    with world.app.app_context():
        wanted = sa.select(PolicyVersion.id, PolicyVersion.body).where(
            PolicyVersion.subject != PolicySubject.LIGHT
        )
        return {number: body for number, body in session().execute(wanted)}  # noqa: C416


def first_ladders(world: World) -> int:
    with world.app.app_context():
        wanted = sa.select(PolicyVersion.id).where(
            PolicyVersion.subject == PolicySubject.LADDERS, PolicyVersion.version == 1
        )
        return session().scalars(wanted).one()


def told(world: World, named: Mapping[int, Key]) -> Counter[Told]:
    """The notices about duties, by their keys (the epoch at which each was written stands in its key)."""
    found: Counter[Told] = Counter()
    for notice in world.notices():
        if not notice.dedup_key.startswith("contact:") and HANDED_ON not in notice.reason:
            _, epoch, place, *_ = notice.dedup_key.split(":")
            found[Told(named[notice.duty_id], int(epoch), place, notice.kind.value, notice.person_id)] += 1
    return found


def difference(left: Iterable[Any], right: Iterable[Any], what: str) -> str:
    """The first ten lines of what is on one side only; empty when the two are equal."""
    ours, theirs = Counter(left), Counter(right)
    lines = [f"+ the rows alone: {one}" for one in sorted((ours - theirs).elements(), key=str)[:10]]
    lines += [f"- the oracle alone: {one}" for one in sorted((theirs - ours).elements(), key=str)[:10]]
    counts = f"{(ours - theirs).total()} too many, {(theirs - ours).total()} lacking"
    return "\n".join([f"{what}: {counts}", *lines]) if lines else ""


def duties(world: World, oracle: Oracle) -> str:
    """What differs in the duties: which there are, their dates, epochs, states and holds."""
    rows = [
        (
            Key(d.plan_id, d.task_id or 0, d.unit_id, d.kind.value, d.period_key),
            Stands(str(d.opens_on), str(d.due_on), d.epoch, d.state.value, d.hold.value if d.hold else ""),
        )
        for d in world.duties()
    ]
    expected = [
        (o.key, Stands(str(o.opens), str(o.due), o.epoch, o.state, o.hold)) for o in oracle.owed.values()
    ]
    return difference(rows, expected, "duties")


def notices(world: World, oracle: Oracle) -> str:
    """What differs in the notices."""
    return difference(told(world, keys(world)).elements(), oracle.told.elements(), "notices")


def contacts(world: World, oracle: Oracle) -> str:
    """What differs in what administrators are told of posts that letters climb past."""
    rows = [n for n in world.notices() if n.dedup_key.startswith("contact:u")]
    found = [(int(n.dedup_key.split(":")[1][1:]), n.dedup_key.split(":")[2], n.person_id) for n in rows]
    return difference(found, oracle.vacant.elements(), "contacts")


def outcomes(world: World, oracle: Oracle) -> str:
    """Every notice has left, or has a reason not to have; nothing left that was settled; letters keep office hours."""
    named, sent = keys(world), {letter.id: letter for letter in world.letters()}
    odd = list(oracle.odd)
    for n in world.notices():
        letter = sent.get(n.letter_id or 0)
        if n.state is NoticeState.SENT and (letter is None or letter.attempts < 1):
            odd.append(f"notice {n.dedup_key} is said to be sent and no letter was tried")
        if n.state is NoticeState.SENT and letter and letter.sent_at and n.rung >= 0:
            key, epoch = named[n.duty_id], int(n.dedup_key.split(":")[1])
            while (key, epoch) in oracle.carried:
                epoch = oracle.carried[key, epoch]
            ended = oracle.ended.get((key, epoch))
            if ended and letter.sent_at > ended:
                odd.append(f"notice {n.dedup_key} left at {letter.sent_at}, settled since {ended}")
        if n.state is NoticeState.BUNDLED and (letter is None or letter.state is not LetterState.WAITING):
            odd.append(f"notice {n.dedup_key} is bundled in no waiting letter")
        if n.state is NoticeState.PENDING and n.not_before_at < world.now - LONGEST_WAIT:
            odd.append(f"notice {n.dedup_key} waits since {n.not_before_at}")
    for letter in sent.values():
        at = letter.sent_at
        if at and oracle.days_at(at).office_hours(at) != at:
            odd.append(f"letter {letter.id} left at {local(at)}")
    return difference(odd, [], "outcomes")


def handed_on(world: World, oracle: Oracle) -> str:
    """What could not reach somebody went to the next contact, and nothing else did."""
    groups: defaultdict[tuple[str, ...], list[Notice]] = defaultdict(list)
    for notice in world.notices():
        if not notice.dedup_key.startswith("contact:"):
            groups[(*notice.dedup_key.split(":")[:3], notice.kind.value)].append(notice)
    alone = {entry.duty for entry in entries(world) if entry.act == "notice.unaddressed"}
    odd = []
    for group in groups.values():
        lost = [n for n in group if n.state is NoticeState.FAILED and not n.copied]
        passed_on = [n for n in group if HANDED_ON in n.reason]
        odd += [f"{n.dedup_key} was handed on from nobody" for n in passed_on if not lost]
        odd += [
            f"{n.dedup_key} was lost on {n.person_id}" for n in lost if n.person_id not in oracle.people.lost
        ]
        if len(group) == len(lost) and not {n.duty_id for n in lost} & alone:
            odd += [f"{n.dedup_key} reached nobody" for n in lost]
    return difference(odd, [], "handed on")


def told_once(world: World) -> str:
    """At one turn a duty speaks from one rung only, the highest it has reached, however long the engine was away."""
    spoken: defaultdict[tuple[int, object], set[int]] = defaultdict(set)
    for notice in world.notices():
        place = notice.dedup_key.split(":")[2]
        contact = notice.dedup_key.startswith("contact:")
        if place.isdigit() and not contact and HANDED_ON not in notice.reason:
            spoken[notice.duty_id, notice.created_at].add(int(place))
    return difference([turn for turn, rungs in spoken.items() if len(rungs) > 1], [], "told more than once")


def sound(world: World) -> None:
    """No two notices with one key, the chain unbroken."""
    with world.app.app_context():
        twice = sa.select(Notice.dedup_key).group_by(Notice.dedup_key).having(sa.func.count() > 1)
        assert session().scalars(twice).all() == []
        assert ledger.first_broken(session()) is None
        letters = sa.select(Letter.message_id).group_by(Letter.message_id).having(sa.func.count() > 1)
        assert session().scalars(letters).all() == []
        lost = sa.select(sa.func.count()).select_from(Duty).where(Duty.epoch < 1)
        assert session().scalar(lost) == 0

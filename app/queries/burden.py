"""What rules would lay on whom (推演): letters by person and week, by unit and post, beside those of the rules in force."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

import sqlalchemy as sa

from app.db import session
from app.models import Duty, PostHeld, Task, Unit
from app.queries import foresight, rulebook
from app.queries.foresight import Foreseen, Foresight, Subject, Trial
from app.queries.rulebook import CadenceBook
from workflows.cadence import DutyKind
from workflows.calendar import is_late, local_date
from workflows.errors import Refused
from workflows.escalation import DRAFTED, Audience, LadderBook
from workflows.lifecycle import DutyState

HISTORY = timedelta(days=183)
"""How far back the share of what was done in time is counted: the last half year."""


class Assumed(StrEnum):
    """What is supposed of the units: nobody does or confirms anything; letters are confirmed; all goes on as usual."""

    NOTHING = "nothing"
    HEARD = "heard"
    USUAL = "usual"


ASSUMED_LABELS: Mapping[Assumed, str] = {
    Assumed.HEARD: "信都确认收到，但没有人办",
    Assumed.USUAL: "照近半年的按期率办",
    Assumed.NOTHING: "没有人办，也没有人确认收到",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be foretold: a plan, a stretch of weeks from today, what is supposed, and a limit of letters a week.

    With `moves` the duties open now go over to the ladders of the draft.
    """

    plan_id: int
    weeks: int = 8
    assumed: Assumed = Assumed.HEARD
    moves: bool = True
    limit: int = 5


@dataclass(frozen=True, slots=True)
class Count:
    """One figure by the rules in force and by those of the draft; as usual, a fraction."""

    now: float = 0
    then: float = 0

    @property
    def more(self) -> float:
        return self.then - self.now


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person: letters week by week, and in all."""

    person_id: int
    name: str
    place: str
    weeks: tuple[Count, ...]
    total: Count
    most: Count


@dataclass(frozen=True, slots=True)
class Burden:
    """The answer. `people` has the heaviest first; `above` counts those who get more than the limit in some week."""

    question: Question
    mondays: tuple[date, ...]
    people: tuple[PersonRow, ...]
    units: tuple[tuple[str, Count], ...]
    posts: tuple[tuple[Audience, Count], ...]
    letters: Count
    above: Count
    slips: Count
    to_leader: Count
    shares: tuple[tuple[str, int, int], ...]

    @property
    def widest(self) -> float:
        """The longest bar, in letters."""
        return max((max(row.total.now, row.total.then) for row in self.people), default=0)


def largest_plan() -> int:
    """The running plan with most tasks; raises Refused missing."""
    plans = [plan.id for plan in rulebook.running_plans()]
    sized = (
        sa.select(Task.plan_id)
        .where(Task.plan_id.in_(plans))
        .group_by(Task.plan_id)
        .order_by(sa.func.count().desc(), Task.plan_id)
        .limit(1)
    )
    found = session().scalar(sized)
    if found is None:
        raise Refused("missing", "还没有正在执行的计划，没有可以推演的提醒。可以直接采用。")
    return found


def trial_of(draft_id: int, *, moves: bool) -> Trial:
    """The rules of a draft, to be tried; raises Refused missing, and invalid for lights, which send no letters."""
    draft = rulebook.draft(draft_id)
    book, number = rulebook.read(draft.subject, draft.body), rulebook.next_number(draft.subject)
    if isinstance(book, LadderBook):
        return Trial(number, ladders=book.ladders, moves=moves)
    if isinstance(book, CadenceBook):
        return Trial(number, cadence=book.days)
    raise Refused("invalid", "亮灯规则不发信，没有可以推演的提醒。采用后立即按新规则显示。")


def burden(draft_id: int, question: Question, now: datetime) -> Burden:
    """What the draft would lay on whom, beside what is in force. Raises Refused missing, illegal-step, invalid."""
    trial = trial_of(draft_id, moves=question.moves)
    before, after = _seen(question, now, None), _seen(question, now, trial)
    shares = _shares(question.plan_id, local_date(now)) if question.assumed is Assumed.USUAL else {}
    weigh = _weigher(shares, local_date(now))
    pair = (_Side.of(before, weigh), _Side.of(after, weigh))
    mondays = _mondays(local_date(now), question.weeks)
    people = _people(pair, mondays, {**before.people, **after.people})
    return Burden(
        question,
        mondays,
        people,
        _units(pair),
        _posts(pair),
        Count(*(side.total for side in pair)),
        Count(*(_above(side, question.limit) for side in pair)),
        Count(*(side.slips for side in pair)),
        Count(*(side.to_leader for side in pair)),
        _named(shares),
    )


def _seen(question: Question, now: datetime, trial: Trial | None) -> Foresight:
    since = local_date(now)
    until = _mondays(since, question.weeks)[-1] + timedelta(days=6)
    heard = question.assumed is not Assumed.NOTHING
    return foresight.foresee(question.plan_id, since, until, now, trial, heard=heard)


def _mondays(today: date, weeks: int) -> tuple[date, ...]:
    first = today - timedelta(days=today.weekday())
    return tuple(first + timedelta(weeks=week) for week in range(weeks))


def _monday(moment: datetime) -> date:
    day = local_date(moment)
    return day - timedelta(days=day.weekday())


# ------------------------------------------------------------------------------------------- how likely

Share = tuple[int, int]
"""Things done in time, of things that fell due."""
Weigh = Callable[[Foreseen], float]


def _shares(plan_id: int, today: date) -> Mapping[tuple[int, DutyKind], Share]:
    """Unit and kind → how many of the plan's duties of the last half year were done in time."""
    due = sa.select(Duty.unit_id, Duty.kind, Duty.due_on, Duty.cutoff_hour, Duty.filed_at).where(
        Duty.plan_id == plan_id,
        Duty.due_on.between(today - HISTORY, today - timedelta(days=1)),
        Duty.state != DutyState.CANCELLED,
    )
    found: dict[tuple[int, DutyKind], Share] = defaultdict(lambda: (0, 0))
    for unit_id, kind, due_on, cutoff_hour, filed_at in session().execute(due):
        done, owed = found[unit_id, kind]
        in_time = filed_at is not None and not is_late(due_on, cutoff_hour, filed_at)
        found[unit_id, kind] = (done + in_time, owed + 1)
    return dict(found)


def _weigher(shares: Mapping[tuple[int, DutyKind], Share], today: date) -> Weigh:
    """How much of a letter to count: what comes after the date of something not yet late, only so often as the unit was.

    What is late already, what comes before the date, and what has no history count in full.
    """

    def weigh(notice: Foreseen) -> float:
        subject = notice.subject
        share = shares.get((subject.unit_id, subject.kind))
        if share is None or subject.due_on < today or local_date(notice.at) <= subject.due_on:
            return 1.0
        done, owed = share
        return 1 - done / owed

    return weigh


def _named(shares: Mapping[tuple[int, DutyKind], Share]) -> tuple[tuple[str, int, int], ...]:
    """Unit, done in time, fell due: all kinds together, for the page that explains the figures."""
    done: Counter[int] = Counter()
    owed: Counter[int] = Counter()
    for (unit_id, _), (in_time, of) in shares.items():
        done[unit_id] += in_time
        owed[unit_id] += of
    names = _unit_names(owed)
    return tuple((names[unit_id], done[unit_id], owed[unit_id]) for unit_id in names)


def _unit_names(unit_ids: Iterable[int]) -> dict[int, str]:
    wanted = sa.select(Unit.id, Unit.name).where(Unit.id.in_(set(unit_ids))).order_by(Unit.position, Unit.id)
    return {unit_id: name for unit_id, name in session().execute(wanted)}  # noqa: C416


# ------------------------------------------------------------------------------------------- counting


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is due to one person at one moment travels together; it weighs as much as the likeliest thing in it."""

    person_id: int
    leaves_at: datetime
    weight: float
    notices: tuple[Foreseen, ...]


def _letters(seen: Foresight, weigh: Weigh) -> list[_Letter]:
    def together(notice: Foreseen) -> tuple[int, datetime]:
        return notice.person_id, notice.leaves_at

    leaving = [notice for notice in seen.notices if local_date(notice.leaves_at) <= seen.until]
    grouped = groupby(sorted(leaving, key=together), key=together)
    found = []
    for (person_id, leaves_at), group in grouped:
        notices = tuple(group)
        found.append(_Letter(person_id, leaves_at, max(weigh(n) for n in notices), notices))
    return found


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: its letters by person and week, what each unit's affairs cause, what each post reads."""

    weeks: Mapping[tuple[int, date], float]
    units: Mapping[str, float]
    posts: Mapping[Audience, float]
    total: float
    slips: float
    to_leader: float

    @classmethod
    def of(cls, seen: Foresight, weigh: Weigh) -> _Side:
        weeks: dict[tuple[int, date], float] = defaultdict(float)
        units: dict[str, float] = defaultdict(float)
        posts: dict[Audience, float] = defaultdict(float)
        letters = _letters(seen, weigh)
        for letter in letters:
            weeks[letter.person_id, _monday(letter.leaves_at)] += letter.weight
            for unit_id in {n.subject.unit_id for n in letter.notices}:
                units[seen.units[unit_id]] += letter.weight
            for post in {n.audience for n in letter.notices}:
                posts[post] += letter.weight
        total = sum(letter.weight for letter in letters)
        return cls(weeks, units, posts, total, _slips(seen, weigh), _to_leader(seen, weigh))


def _slips(seen: Foresight, weigh: Weigh) -> float:
    """Slips drafted: each rung of each duty once, however many people are asked to send it."""
    drafted = {_once(n.subject, n.rung): weigh(n) for n in seen.notices if n.letter in DRAFTED}
    return sum(drafted.values())


def _to_leader(seen: Foresight, weigh: Weigh) -> float:
    """Duties a county leader hears of."""
    reached = {_once(n.subject): weigh(n) for n in seen.notices if n.audience is Audience.COUNTY_LEADER}
    return sum(reached.values())


def _once(subject: Subject, rung: int = 0) -> tuple[object, ...]:
    return (subject.kind, subject.period_key, subject.task_id or 0, subject.unit_id, rung)


def _above(side: _Side, limit: int) -> int:
    return len({person_id for (person_id, _), count in side.weeks.items() if count > limit})


def _people(
    pair: tuple[_Side, _Side], mondays: Sequence[date], names: Mapping[int, str]
) -> tuple[PersonRow, ...]:
    places = _places(names)
    rows = []
    for person_id, name in names.items():
        weeks = tuple(Count(*(side.weeks.get((person_id, week), 0) for side in pair)) for week in mondays)
        total = Count(sum(week.now for week in weeks), sum(week.then for week in weeks))
        most = Count(max(week.now for week in weeks), max(week.then for week in weeks))
        rows.append(PersonRow(person_id, name, places.get(person_id, ""), weeks, total, most))
    return tuple(sorted(rows, key=lambda row: (-max(row.total.now, row.total.then), row.name)))


def _places(person_ids: Iterable[int]) -> Mapping[int, str]:
    """The first unit each person holds a post in."""
    held = (
        sa.select(PostHeld.person_id, Unit.name)
        .join(Unit, Unit.id == PostHeld.unit_id)
        .where(PostHeld.person_id.in_(set(person_ids)))
        .order_by(PostHeld.id.desc())
    )
    return {person_id: name for person_id, name in session().execute(held)}  # noqa: C416


def _units(pair: tuple[_Side, _Side]) -> tuple[tuple[str, Count], ...]:
    names = {name for side in pair for name in side.units}
    rows = [(name, Count(*(side.units.get(name, 0) for side in pair))) for name in names]
    return tuple(sorted(rows, key=lambda row: (-max(row[1].now, row[1].then), row[0])))


def _posts(pair: tuple[_Side, _Side]) -> tuple[tuple[Audience, Count], ...]:
    return tuple(
        (post, Count(*(side.posts.get(post, 0) for side in pair)))
        for post in Audience
        if any(side.posts.get(post) for side in pair)
    )


# ------------------------------------------------------------------------------------------- the rows behind


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter foretold: when it leaves, how much of it is counted, and what it speaks of."""

    leaves_at: datetime
    weight: float
    matters: tuple[tuple[Foreseen, str, str], ...]


def letters_of(
    draft_id: int, question: Question, now: datetime, *, person_id: int, week: date | None, in_force: bool
) -> tuple[str, list[LetterLine]]:
    """The person's name, and the letters foretold to him in that week, or in the whole stretch; raises as `burden` does."""
    trial = None if in_force else trial_of(draft_id, moves=question.moves)
    seen = _seen(question, now, trial)
    shares = _shares(question.plan_id, local_date(now)) if question.assumed is Assumed.USUAL else {}
    found = [
        letter
        for letter in _letters(seen, _weigher(shares, local_date(now)))
        if letter.person_id == person_id and week in {None, _monday(letter.leaves_at)}
    ]
    lines = [LetterLine(one.leaves_at, one.weight, _matters(one, seen)) for one in found]
    return seen.people.get(person_id, ""), lines


def _matters(letter: _Letter, seen: Foresight) -> tuple[tuple[Foreseen, str, str], ...]:
    return tuple(
        (n, seen.units[n.subject.unit_id], seen.tasks[n.subject.task_id] if n.subject.task_id else "")
        for n in letter.notices
    )

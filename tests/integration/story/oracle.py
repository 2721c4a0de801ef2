"""The oracle: what should stand in the rows, worked out from the log of the story by slow code of its own.

It walks every rung of every duty at every turn of the engine, counts working days one by one with chinesecalendar,
and reads the rules from their sources: reporting days (reference b.2), ladders (b.1, b.4), office hours (b.8). It
shares no line with workflows.calendar, cadence or escalation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple

import chinese_calendar

from tests.integration.story import county
from tests.integration.story.county import DEPUTY, HEAD, LIAISON, SECTION, STAFF, TASKS

CHINA = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
OFFICE, LEADER = "督查室", "责任领导"

OPENING = "opening"
REPORT_OVERDUE = (
    (1, "urge", (LIAISON, SECTION)),
    (3, "escalate", (LIAISON, DEPUTY)),
    (7, "escalate", (DEPUTY, HEAD, OFFICE)),
    (15, "escalate", (HEAD, LEADER, OFFICE)),
)
OWED_BY_OFFICE = (
    (OPENING, "opened", (OFFICE,)),
    (-3, "advance", (OFFICE,)),
    (0, "due", (OFFICE,)),
    (1, "urge", (OFFICE,)),
    (7, "escalate", (OFFICE, LEADER)),
)
LADDERS: dict[str, tuple[tuple[int | str, str, tuple[str, ...]], ...]] = {
    "sign": (
        (OPENING, "opened", (LIAISON,)),
        (0, "due", (LIAISON,)),
        (1, "urge", (LIAISON, DEPUTY)),
        (3, "escalate", (DEPUTY, HEAD, OFFICE)),
        (7, "escalate", (HEAD, LEADER, OFFICE)),
    ),
    "monthly_report": (
        (OPENING, "opened", (LIAISON,)),
        (-1, "advance", (LIAISON,)),
        (0, "due", (LIAISON,)),
        *REPORT_OVERDUE,
    ),
    "completion": (
        (-15, "advance", (LIAISON,)),
        (-7, "advance", (LIAISON,)),
        (-3, "advance", (LIAISON, SECTION)),
        (-1, "advance", (LIAISON,)),
        (0, "due", (LIAISON, DEPUTY)),
        *REPORT_OVERDUE,
    ),
    "bulletin": OWED_BY_OFFICE,
    "assessment": OWED_BY_OFFICE,
}

STANDS_IN = {
    LIAISON: (SECTION, DEPUTY, HEAD, OFFICE),
    SECTION: (LIAISON, DEPUTY, HEAD, OFFICE),
    DEPUTY: (HEAD, OFFICE),
    HEAD: (DEPUTY, OFFICE),
    LEADER: (OFFICE,),
    OFFICE: (),
}


class Key(NamedTuple):
    """What makes a duty that duty; `task` 0 is the plan as a whole."""

    unit: str
    task: int
    kind: str
    period: str


class Told(NamedTuple):
    """One notice, as the rows should hold it."""

    key: Key
    epoch: int
    rung: int
    letter: str
    person: str
    state: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the log: who did what when; for the engine's turns there is no duty."""

    at: datetime
    what: str
    key: Key | None = None


@dataclass
class Owed:
    """One duty as the oracle follows it."""

    key: Key
    due: date
    armed_at: datetime
    leader: str
    epoch: int = 1
    state: str = "open"
    passed: set[int] = field(default_factory=set)


@dataclass
class Waiting:
    """A notice from the turn that wrote it to the delivery that settled it."""

    owed: Owed
    epoch: int
    rung: int
    letter: str
    person: str
    state: str = "pending"


@cache
def is_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


@cache
def workdays_after(day: date, count: int) -> date:
    """The day that many working days later; a negative count goes back."""
    step = DAY if count > 0 else -DAY
    while count:
        day += step
        if is_workday(day):
            count -= 1 if step > timedelta(0) else -1
    return day


def workday_from(day: date, step: timedelta = DAY) -> date:
    while not is_workday(day):
        day += step
    return day


class Oracle:
    """Feed it the log with `follow`; then `told` and `owed` say what the rows should hold."""

    def __init__(self, issued_at: datetime) -> None:
        self.issued_at = issued_at
        self.owed: dict[Key, Owed] = {}
        self.notices: list[Waiting] = []
        self.waiting: list[Waiting] = []
        self.closed: set[int] = set()
        self._issue()

    @property
    def told(self) -> Counter[Told]:
        return Counter(Told(w.owed.key, w.epoch, w.rung, w.letter, w.person, w.state) for w in self.notices)

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """How many duties there are of each kind in each state."""
        return Counter((owed.key.kind, owed.state) for owed in self.owed.values())

    def follow(self, log: Iterable[Happening]) -> None:
        for happening in log:
            if happening.what == "tick":
                self._tick(happening.at)
            elif happening.what == "deliver":
                self._deliver(happening.at)
            elif happening.what == "close":
                assert happening.key
                self._close(happening.key.task)
            else:
                assert happening.key
                self._act(self.owed[happening.key], happening)

    def _act(self, owed: Owed, happening: Happening) -> None:
        if happening.what in {"sign", "record"}:
            owed.state = "done"
        elif happening.what == "file":
            owed.state = "filed"
        elif happening.what == "accept":
            owed.state = "done"
        elif happening.what == "return":
            owed.state = "open"
            owed.due = max(owed.due, workdays_after(local(happening.at).date(), 2))
            owed.epoch += 1
            owed.armed_at = happening.at
            owed.passed = set()

    def _close(self, task: int) -> None:
        self.closed.add(task)
        for owed in self.owed.values():
            if owed.key.task == task and owed.state in {"open", "filed"}:
                owed.state = "done" if owed.key.kind == "completion" else "cancelled"

    # ------------------------------------------------------------------------------------ what is owed

    def _issue(self) -> None:
        today = local(self.issued_at).date()
        for task in TASKS:
            for unit in acting(task):
                self._open(Key(unit, task.number, "sign", ""), workdays_after(today, 1), self.issued_at)
            if task.deadline:
                lead = county.FILES_FOR.get(task.lead, task.lead)
                self._open(Key(lead, task.number, "completion", ""), task.deadline, self.issued_at)

    def _open(self, key: Key, due: date, at: datetime) -> None:
        if key in self.owed:
            return
        named = next((task.lead for task in TASKS if task.number == key.task), "")
        on_behalf = county.FILES_FOR.get(named) == key.unit
        leader = county.ANSWERS_FOR.get(named if on_behalf else key.unit, county.PLAN_LEADER)
        self.owed[key] = Owed(key, due, at, leader)

    def _open_periods(self, at: datetime) -> None:
        first, today = local(self.issued_at).date(), local(at).date()
        for kind, period, opens, due in periods():
            if not first <= opens <= today:
                continue
            if kind != "monthly_report":
                self._open(Key("专班办公室", 0, kind, period), due, at)
                continue
            for task in TASKS:
                if task.number not in self.closed:
                    for unit in acting(task):
                        self._open(Key(unit, task.number, kind, period), due, at)

    # ------------------------------------------------------------------------------------ who is told what

    def _tick(self, at: datetime) -> None:
        self._open_periods(at)
        for owed in list(self.owed.values()):
            if owed.state == "open":
                self._climb(owed, at)

    def _climb(self, owed: Owed, at: datetime) -> None:
        ladder = LADDERS[owed.key.kind]
        begins = begins_at(owed.armed_at)
        reached = []
        for index, (when, letter, audience) in enumerate(ladder):
            if index in owed.passed:
                continue
            acts_at = begins if when == OPENING else nine(self._day_of(owed, when))
            if acts_at > at:
                continue
            owed.passed.add(index)
            if acts_at >= begins:
                reached.append((index, letter, audience))
        if reached:
            index, letter, audience = reached[-1]
            for person in recipients(owed, audience):
                self.waiting.append(Waiting(owed, owed.epoch, index, letter, person))
                self.notices.append(self.waiting[-1])

    def _day_of(self, owed: Owed, when: int | str) -> date:
        assert isinstance(when, int)
        if when > 0:
            return workdays_after(max(owed.due, local(owed.armed_at).date()), when)
        return workdays_after(workday_from(owed.due, -DAY), when)

    def _deliver(self, at: datetime) -> None:
        if begins_at(at) != at:
            return  # what came about on a rest day waits for the next working day
        while self.waiting:
            waiting = self.waiting.pop()
            true = waiting.owed.state == "open" and waiting.owed.epoch == waiting.epoch
            waiting.state = "sent" if true else "suppressed"


def local(at: datetime) -> datetime:
    return at.astimezone(CHINA)


def nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=CHINA)


def begins_at(armed_at: datetime) -> datetime:
    """When somebody may first be told: at once in office hours, else at nine on the next working day."""
    here = local(armed_at)
    if is_workday(here.date()) and 8 <= here.hour < 20:
        return armed_at
    if is_workday(here.date()) and here.hour < 8:
        return nine(here.date())
    return nine(workdays_after(here.date(), 1))


def acting(task: county.Numbered) -> list[str]:
    """Each unit that acts in a task, once: the named ones, the members of the collective ones, 归口 applied."""
    named = [task.lead, *(m for name in task.responsible for m in county.MEMBERS.get(name, (name,)))]
    return list(dict.fromkeys(county.FILES_FOR.get(name, name) for name in named))


def recipients(owed: Owed, audience: Sequence[str]) -> list[str]:
    """Everybody a rung speaks to, once, with the stand-in for a post that nobody holds."""
    told: list[str] = []
    for post in audience:
        for stand_in in (post, *STANDS_IN[post]):
            people = holders(owed, stand_in)
            if people:
                told += [person for person in people if person not in told]
                break
    return told


def holders(owed: Owed, post: str) -> Sequence[str]:
    if post == OFFICE:
        return county.OFFICE_PEOPLE
    if post == LEADER:
        return (owed.leader,)
    if owed.key.unit == "专班办公室":
        return ()
    return (f"{owed.key.unit}{post}",) if post in STAFF[owed.key.unit] else ()


def periods() -> list[tuple[str, str, date, date]]:
    """(kind, period, opening day, due day) of every period of the story."""
    found = []
    for year in (2023, 2024, 2025):
        for month in range(1, 13):
            due = workday_from(date(year, month, 25))
            opens = min(date(year, month, 20), workdays_after(due, -3))
            found.append(("monthly_report", f"{year}-{month:02}", opens, due))
        for quarter, (after_year, month) in enumerate(
            [(year, 4), (year, 7), (year, 10), (year + 1, 1)], start=1
        ):
            opens, due = date(after_year, month, 1), workday_from(date(after_year, month, 10))
            found.append(("bulletin", f"{year}-Q{quarter}", opens, three_days_after(opens, due)))
        opens, due = date(year, 12, 20), workday_from(date(year + 1, 1, 10))
        found.append(("assessment", str(year), opens, three_days_after(opens, due)))
    due = workday_from(date(2026, 1, 25))
    found.append(("monthly_report", "2026-01", min(date(2026, 1, 20), workdays_after(due, -3)), due))
    return found


def three_days_after(opens: date, due: date) -> date:
    """每期从开放到截止不得少于3个工作日: October's long holiday can leave fewer."""
    return max(due, workdays_after(opens, 3))

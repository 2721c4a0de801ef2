"""The oracle: what should stand in the rows, worked out from the log of the story by slow code of its own.

It walks every rung of every duty at every turn of the engine, counts working days one by one with chinesecalendar,
and reads the rules from their sources: reporting days (reference b.2), ladders (b.1, b.4), office hours (b.8). It
shares no line with workflows.calendar, cadence or escalation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from tests.integration.story import county
from tests.integration.story.county import DEPUTY, HEAD, LIAISON, SECTION, STAFF, TASKS
from tests.reckoning import CHINA, DAY, Days, local, nine

DAYS = Days(2026, {})
is_workday, workdays_after, workday_from, begins_at = (
    DAYS.is_workday,
    DAYS.after,
    DAYS.rolled,
    DAYS.office_hours,
)
OFFICE, LEADER = "督查室", "责任领导"

OPENING = "opening"


class Rung(NamedTuple):
    """One step of a ladder as the reference has it. `slip` is what the office may send beside it; `receipt` says that
    the unit must have been heard of since the step before (未送达不升级)."""

    when: int | str
    letter: str
    audience: tuple[str, ...]
    copies: tuple[str, ...] = ()
    slip: str = ""
    receipt: bool = False


def overdue(first: str) -> tuple[Rung, ...]:
    return (
        Rung(1, first, (LIAISON, SECTION)),
        Rung(3, "escalate", (LIAISON, DEPUTY), (), "blue_slip", receipt=True),
        Rung(7, "escalate", (DEPUTY, HEAD), (OFFICE,), "yellow_slip", receipt=True),
        Rung(15, "escalate", (HEAD, LEADER), (OFFICE,), "red_slip", receipt=True),
        Rung(30, "", (DEPUTY, HEAD), (LEADER,), "talk", receipt=True),
    )


OWED_BY_OFFICE = (
    Rung(OPENING, "opened", (OFFICE,)),
    Rung(-3, "advance", (OFFICE,)),
    Rung(0, "due", (OFFICE,)),
    Rung(1, "urge_slip", (OFFICE,)),
    Rung(7, "escalate", (OFFICE, LEADER)),
)
LADDERS: dict[str, tuple[Rung, ...]] = {
    "sign": (
        Rung(OPENING, "opened", (LIAISON,)),
        Rung(0, "due", (LIAISON,)),
        Rung(1, "urge_slip", (LIAISON, DEPUTY)),
        Rung(3, "escalate", (DEPUTY, HEAD), (OFFICE,)),
        Rung(7, "escalate", (HEAD, LEADER), (OFFICE,)),
    ),
    "monthly_report": (
        Rung(OPENING, "opened", (LIAISON,)),
        Rung(-1, "advance", (LIAISON,)),
        Rung(0, "due", (LIAISON,)),
        *overdue("urge"),
    ),
    "completion": (
        Rung(-15, "advance", (LIAISON,)),
        Rung(-7, "advance", (LIAISON,)),
        Rung(-3, "advance", (LIAISON, SECTION)),
        Rung(-1, "advance", (LIAISON,)),
        Rung(0, "due", (LIAISON, DEPUTY)),
        *overdue("urge_slip"),
    ),
    "consolidation": (
        Rung(-1, "advance", (LIAISON,)),
        Rung(0, "due", (LIAISON,)),
        Rung(1, "urge", (LIAISON, SECTION)),
        Rung(3, "escalate", (LIAISON, DEPUTY), (OFFICE,), receipt=True),
    ),
    "review": (
        Rung(-1, "advance", (OFFICE,)),
        Rung(0, "due", (OFFICE,)),
        Rung(1, "urge_slip", (OFFICE,)),
    ),
    "bulletin": OWED_BY_OFFICE,
    "assessment": OWED_BY_OFFICE,
}

SPACING, CHECKS = 2, 3
"""Working days between two questions whether the unit has heard, and after a late letter; questions at most."""

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
    came: bool = False
    heard: bool = False
    asked: int = 0
    unheard: bool = False
    rests_until: datetime | None = None

    def hear(self, at: datetime) -> None:
        """The unit has heard; a ladder that waited for that goes on after the spacing."""
        if not self.heard:
            self.heard, self.asked = True, 0
            if self.unheard:
                self.unheard, self.rests_until = False, rested(at)

    def arm(self, at: datetime) -> None:
        """Begin the climb again."""
        self.epoch += 1
        self.armed_at = at
        self.passed = set()
        self.heard = self.unheard = False
        self.asked, self.rests_until = 0, None


@dataclass
class Waiting:
    """A notice from the turn that wrote it to the delivery that settled it."""

    owed: Owed
    epoch: int
    rung: int
    letter: str
    person: str
    state: str = "pending"
    rests_until: datetime | None = None

    @property
    def presses(self) -> bool:
        """Whether it leaves at once; what only announces, or asks the office, waits for the day's one digest."""
        announces = self.letter == "opened" and self.owed.key.kind != "sign"
        return not announces and self.letter not in {"advance", "verify"}


class Oracle:
    """Feed it the log with `follow`; then `told` and `owed` say what the rows should hold."""

    def __init__(self, issued_at: datetime) -> None:
        self.issued_at = issued_at
        self.owed: dict[Key, Owed] = {}
        self.notices: list[Waiting] = []
        self.waiting: list[Waiting] = []
        self.digests: dict[str, date] = {}
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
            owed.state, owed.came = "filed", True
        elif happening.what == "accept":
            owed.state = "done"
        elif happening.what == "return":
            owed.state = "open"
            owed.due = max(owed.due, workdays_after(local(happening.at).date(), 2))
            owed.arm(happening.at)
        elif happening.what == "hear":
            owed.hear(happening.at)
        if (happening.what, owed.key.kind) in {("sign", "sign"), ("file", "monthly_report")}:
            for other in self.owed.values():  # who acts has heard of all he still owes on that task
                if (other.key.unit, other.key.task, other.state) == (owed.key.unit, owed.key.task, "open"):
                    other.hear(happening.at)
        if happening.what in {"accept", "return"} and owed.key.kind == "monthly_report":
            self._look_through(owed.key.period, local(happening.at).date())

    def _look_through(self, period: str, today: date) -> None:
        """The office has reviewed a month when nothing waits for it, and all have filed or its day has come."""
        review = self.owed[Key("专班办公室", 0, "review", period)]
        reports = [o for o in self.owed.values() if (o.key.kind, o.key.period) == ("monthly_report", period)]
        waiting = any(report.state == "filed" for report in reports)
        all_came = all(report.came or report.state == "cancelled" for report in reports)
        if review.state == "open" and not waiting and (all_came or today >= review.due):
            review.state = "done"

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
            gathered, reviewed = after_the_report(opens, due)
            for task in TASKS:
                if task.number not in self.closed:
                    lead, *others = acting(task)
                    for unit in (lead, *others):
                        self._open(Key(unit, task.number, kind, period), due, at)
                    if others:
                        self._open(Key(lead, task.number, "consolidation", period), gathered, at)
            self._open(Key("专班办公室", 0, "review", period), reviewed, at)

    # ------------------------------------------------------------------------------------ who is told what

    def _tick(self, at: datetime) -> None:
        self._open_periods(at)
        for owed in list(self.owed.values()):
            if owed.state == "open":
                self._climb(owed, at)

    def _climb(self, owed: Owed, at: datetime) -> None:
        if owed.rests_until and at < owed.rests_until:
            return
        begins = begins_at(owed.armed_at)
        reached: list[tuple[int, datetime]] = []
        ladder = LADDERS[owed.key.kind]
        for index, rung in enumerate(ladder):
            acts_at = begins if rung.when == OPENING else nine(self._day_of(owed, rung.when))
            if index in owed.passed or acts_at > at:
                continue
            if acts_at >= begins:
                reached.append((index, acts_at))
            else:
                owed.passed.add(index)
        gate = next((index for index, _ in reached if ladder[index].receipt), len(ladder))
        open_now = [(index, day) for index, day in reached if index < gate + owed.heard]
        if open_now:
            self._speak(owed, at, open_now, shut=len(open_now) < len(reached))
        elif reached:
            self._ask(owed, at, reached[0][0])

    def _speak(
        self, owed: Owed, at: datetime, reached: Sequence[tuple[int, datetime]], *, shut: bool
    ) -> None:
        """The highest rung open speaks; late, or before one that waits for receipt, the next gives two days."""
        index, was_due = reached[-1]
        rung = LADDERS[owed.key.kind][index]
        owed.passed |= {i for i, _ in reached}
        owed.heard = owed.heard and not rung.letter  # a slip says nothing until a person sends it
        owed.asked, owed.unheard = 0, False
        late = local(begins_at(at)).date() > local(was_due).date()
        owed.rests_until = rested(at) if late or shut else None
        if rung.letter:
            people = recipients(owed, rung.audience)
            copies = [post for post in rung.copies if not (post == OFFICE and rung.slip)]
            copied = [person for post in copies for person in holders(owed, post) if person not in people]
            self._write(owed, index, rung.letter, [*people, *copied])
        if rung.slip:
            self._write(owed, index, rung.slip, holders(owed, OFFICE))

    def _ask(self, owed: Owed, at: datetime, index: int) -> None:
        """Nobody there has been heard of: the office is asked to find out, three times, then waits."""
        owed.unheard = True
        owed.rests_until = rested(at) if owed.asked < CHECKS else FOREVER
        if owed.asked < CHECKS:
            owed.asked += 1
            self._write(owed, index, "verify", holders(owed, OFFICE))

    def _write(self, owed: Owed, index: int, letter: str, people: Sequence[str]) -> None:
        for person in people:
            self.waiting.append(Waiting(owed, owed.epoch, index, letter, person))
            self.notices.append(self.waiting[-1])

    def _day_of(self, owed: Owed, when: int | str) -> date:
        assert isinstance(when, int)
        if when > 0:
            return workdays_after(max(owed.due, local(owed.armed_at).date()), when)
        return workdays_after(workday_from(owed.due, "back"), when)

    def _deliver(self, at: datetime) -> None:
        if begins_at(at) != at:
            return  # what came about on a rest day waits for the next working day
        ready = [w for w in self.waiting if w.rests_until is None or w.rests_until <= at]
        self.waiting = [w for w in self.waiting if w not in ready]
        letters: dict[str, list[Waiting]] = {}
        for waiting in ready:
            if waiting.owed.state == "open" and waiting.owed.epoch == waiting.epoch:
                letters.setdefault(waiting.person, []).append(waiting)
            else:
                waiting.state = "suppressed"
        for person, letter in letters.items():
            self._send(person, letter, at)

    def _send(self, person: str, letter: Sequence[Waiting], at: datetime) -> None:
        """One digest a person a day: a second one waits for the next working day, unless something in it presses."""
        today, presses = local(at).date(), any(waiting.presses for waiting in letter)
        if self.digests.get(person) == today and not presses:
            for waiting in letter:
                waiting.rests_until = nine(workdays_after(today, 1))
            self.waiting += letter
            return
        if not presses:
            self.digests[person] = today
        for waiting in letter:
            waiting.state = "sent"


FOREVER = datetime(9999, 1, 1, tzinfo=CHINA)


def rested(at: datetime) -> datetime:
    """Two working days after a letter written at that instant leaves."""
    return DAYS.rested(at, SPACING)


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


def after_the_report(opens: date, due: date) -> tuple[date, date]:
    """牵头汇总28日、专班办审核次月3日 (b.2); whoever waits for others has a working day after them."""
    following = (opens.replace(day=1) + 31 * DAY).replace(day=3)
    gathered = max(workday_from(opens.replace(day=28)), workdays_after(due, 1))
    return gathered, max(workday_from(following), workdays_after(gathered, 1))


def three_days_after(opens: date, due: date) -> date:
    """每期从开放到截止不得少于3个工作日: October's long holiday can leave fewer."""
    return max(due, workdays_after(opens, 3))

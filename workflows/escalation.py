"""The escalation ladder (升级阶梯): which letter is owed, to whom, now, and why.

A duty climbs its ladder rung by rung. `decide` is asked when the duty's next moment has come; it answers with the
rung to act on, the rungs an outage made pointless, and the next moment. The shipped ladders follow reference b.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from workflows.cadence import DutyKind
from workflows.calendar import WorkCalendar, instant, local_date, office_moment


class Audience(StrEnum):
    """Whom a rung speaks to: posts in the unit that owes, the office (督查室), the county leader (责任领导)."""

    LIAISON = "liaison"
    SECTION_HEAD = "section_head"
    DEPUTY_HEAD = "deputy_head"
    HEAD = "head"
    OFFICE = "office"
    COUNTY_LEADER = "county_leader"


class LetterKind(StrEnum):
    """下达/开放通知, 预告, 到期提醒, 催办, 提级提醒."""

    OPENED = "opened"
    ADVANCE = "advance"
    DUE = "due"
    URGE = "urge"
    ESCALATE = "escalate"


AUDIENCE_LABELS: Mapping[Audience, str] = MappingProxyType(
    {
        Audience.LIAISON: "联络员",
        Audience.SECTION_HEAD: "科室负责人",
        Audience.DEPUTY_HEAD: "分管领导",
        Audience.HEAD: "主要领导",
        Audience.OFFICE: "督查室",
        Audience.COUNTY_LEADER: "责任领导",
    }
)

LETTER_LABELS: Mapping[LetterKind, str] = MappingProxyType(
    {
        LetterKind.OPENED: "通知",
        LetterKind.ADVANCE: "预告",
        LetterKind.DUE: "到期提醒",
        LetterKind.URGE: "催办",
        LetterKind.ESCALATE: "提级提醒",
    }
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step. `offset` counts working days from the due date, negative before it; None is the opening itself."""

    offset: int | None
    letter: LetterKind
    audience: tuple[Audience, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one kind of duty, lowest first; `hour` is the local hour at which they act.

    After a rung acted late (the engine was off), the next waits at least `late_spacing` working days, so that
    nobody's superior hears of it before he himself had time to answer.
    """

    rungs: tuple[Rung, ...]
    hour: int = 9
    late_spacing: int = 2

    def as_json(self) -> dict[str, Any]:
        rungs = [[r.offset, r.letter.value, [a.value for a in r.audience]] for r in self.rungs]
        return {"rungs": rungs, "hour": self.hour, "late_spacing": self.late_spacing}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Ladder:
        rungs = tuple(
            Rung(offset, LetterKind(letter), tuple(Audience(a) for a in audience))
            for offset, letter, audience in body["rungs"]
        )
        return cls(rungs, body["hour"], body["late_spacing"])


@dataclass(frozen=True, slots=True)
class Climb:
    """Where one duty stands: `rung` counts the rungs behind it; `armed_at` is when this epoch's climb began."""

    opens_on: date
    due_on: date
    armed_at: datetime
    rung: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """The answer of `decide`.

    `act` is the rung to act on now, if any, and `index` its place on the ladder; `skipped` the lower rungs an
    outage overtook; `rung` and `next_action_at` the new position (None: the top is reached).
    """

    rung: int
    next_action_at: datetime | None
    act: Rung | None = None
    index: int = 0
    skipped: tuple[Rung, ...] = ()


def moment(climb: Climb, rung: Rung, ladder: Ladder, calendar: WorkCalendar) -> datetime:
    """When `rung` acts for that duty, always within office hours of a working day.

    Rungs after the date count from the later of due date and arming: nobody is late for time he never had.
    """
    if rung.offset is None:
        return _opening(climb, ladder, calendar)
    if rung.offset <= 0:
        day = calendar.shift(calendar.on_or_before(climb.due_on), rung.offset)
    else:
        day = calendar.shift(max(climb.due_on, local_date(climb.armed_at)), rung.offset)
    return instant(day, ladder.hour)


def _opening(climb: Climb, ladder: Ladder, calendar: WorkCalendar) -> datetime:
    opened = max(climb.armed_at, instant(climb.opens_on, 0))
    return office_moment(opened, calendar, ladder.hour)


def decide(climb: Climb, ladder: Ladder, calendar: WorkCalendar, now: datetime) -> Step:
    """Which rung acts at `now`. Asking again, late or in any order gives each rung at most once.

    Rungs whose moment lies before the arming are passed over; of several reached together only the highest acts.
    """
    passed, upcoming = _passed(climb, ladder, calendar, now)
    position = climb.rung + len(passed)
    opened = _opening(climb, ladder, calendar)
    reached = [(index, at) for index, at in enumerate(passed, climb.rung) if at >= opened]
    if not reached:
        return Step(position, upcoming)
    index, acted = reached[-1]
    # rungs of the very same moment fell together by the calendar, not by an outage
    skipped = tuple(ladder.rungs[i] for i, at in reached if at < acted)
    if upcoming:
        upcoming = max(upcoming, _spaced(acted, ladder, calendar, now))
    return Step(position, upcoming, ladder.rungs[index], index, skipped)


def _passed(
    climb: Climb, ladder: Ladder, calendar: WorkCalendar, now: datetime
) -> tuple[list[datetime], datetime | None]:
    """The moments, from the climb's rung on, that have come by `now`; and the first that has not."""
    passed: list[datetime] = []
    for rung in ladder.rungs[climb.rung :]:
        at = moment(climb, rung, ladder, calendar)
        if at > now:
            return passed, at
        passed.append(at)
    return passed, None


def _spaced(acted: datetime, ladder: Ladder, calendar: WorkCalendar, now: datetime) -> datetime:
    """The earliest moment after a rung that was to act at `acted` and does so now.

    Its letter leaves within office hours: found on a Sunday, Friday's letter is late, for it is read on Monday.
    """
    leaves_on = local_date(office_moment(now, calendar, ladder.hour))
    if calendar.between(local_date(acted), leaves_on) == 0:
        return acted
    return instant(calendar.shift(leaves_on, ladder.late_spacing), ladder.hour)


def rung_words(rung: Rung) -> str:
    """When a rung acts, in words: 到期前3个工作日, 逾期7个工作日."""
    if rung.offset is None:
        return "开放时"
    if rung.offset == 0:
        return "到期当日"
    side = "到期前" if rung.offset < 0 else "逾期"
    return f"{side}{abs(rung.offset)}个工作日"


def why(rung: Rung, audience: Audience, version: int) -> str:
    """The reason a notice carries: the version of the ladder, the rung, and whose place its recipient holds."""
    standing_in = "" if audience in rung.audience else "（应收人空缺，依次代收）"
    return (
        f"升级阶梯第{version}版：{rung_words(rung)}{LETTER_LABELS[rung.letter]}，"
        f"对象{AUDIENCE_LABELS[audience]}{standing_in}"
    )


def first_moment(climb: Climb, ladder: Ladder, calendar: WorkCalendar) -> datetime | None:
    """When an armed duty is first to be looked at; None for an empty ladder."""
    return moment(climb, ladder.rungs[0], ladder, calendar) if ladder.rungs else None


def _rung(offset: int | None, letter: LetterKind, *audience: Audience) -> Rung:
    return Rung(offset, letter, audience)


_OVERDUE = (
    _rung(1, LetterKind.URGE, Audience.LIAISON, Audience.SECTION_HEAD),
    _rung(3, LetterKind.ESCALATE, Audience.LIAISON, Audience.DEPUTY_HEAD),
    _rung(7, LetterKind.ESCALATE, Audience.DEPUTY_HEAD, Audience.HEAD, Audience.OFFICE),
    _rung(15, LetterKind.ESCALATE, Audience.HEAD, Audience.COUNTY_LEADER, Audience.OFFICE),
)

_OFFICE_LADDER = Ladder(
    (
        _rung(None, LetterKind.OPENED, Audience.OFFICE),
        _rung(-3, LetterKind.ADVANCE, Audience.OFFICE),
        _rung(0, LetterKind.DUE, Audience.OFFICE),
        _rung(1, LetterKind.URGE, Audience.OFFICE),
        _rung(7, LetterKind.ESCALATE, Audience.OFFICE, Audience.COUNTY_LEADER),
    )
)

DEFAULT_LADDERS: Mapping[DutyKind, Ladder] = MappingProxyType(
    {
        DutyKind.SIGN: Ladder(
            (
                _rung(None, LetterKind.OPENED, Audience.LIAISON),
                _rung(0, LetterKind.DUE, Audience.LIAISON),
                _rung(1, LetterKind.URGE, Audience.LIAISON, Audience.DEPUTY_HEAD),
                _rung(3, LetterKind.ESCALATE, Audience.DEPUTY_HEAD, Audience.HEAD, Audience.OFFICE),
                _rung(7, LetterKind.ESCALATE, Audience.HEAD, Audience.COUNTY_LEADER, Audience.OFFICE),
            )
        ),
        DutyKind.MONTHLY_REPORT: Ladder(
            (
                _rung(None, LetterKind.OPENED, Audience.LIAISON),
                _rung(-1, LetterKind.ADVANCE, Audience.LIAISON),
                _rung(0, LetterKind.DUE, Audience.LIAISON),
                *_OVERDUE,
            )
        ),
        DutyKind.COMPLETION: Ladder(
            (
                _rung(-15, LetterKind.ADVANCE, Audience.LIAISON),
                _rung(-7, LetterKind.ADVANCE, Audience.LIAISON),
                _rung(-3, LetterKind.ADVANCE, Audience.LIAISON, Audience.SECTION_HEAD),
                _rung(-1, LetterKind.ADVANCE, Audience.LIAISON),
                _rung(0, LetterKind.DUE, Audience.LIAISON, Audience.DEPUTY_HEAD),
                *_OVERDUE,
            )
        ),
        DutyKind.BULLETIN: _OFFICE_LADDER,
        DutyKind.ASSESSMENT: _OFFICE_LADDER,
    }
)
"""Reference b.4 and b.1: 签收 reminds after one working day and tells the 分管领导 after two; reports climb at 1, 3, 7, 15."""


FALLBACK: Mapping[Audience, tuple[Audience, ...]] = MappingProxyType(
    {
        Audience.LIAISON: (Audience.SECTION_HEAD, Audience.DEPUTY_HEAD, Audience.HEAD, Audience.OFFICE),
        Audience.SECTION_HEAD: (Audience.LIAISON, Audience.DEPUTY_HEAD, Audience.HEAD, Audience.OFFICE),
        Audience.DEPUTY_HEAD: (Audience.HEAD, Audience.OFFICE),
        Audience.HEAD: (Audience.DEPUTY_HEAD, Audience.OFFICE),
        Audience.OFFICE: (),
        Audience.COUNTY_LEADER: (Audience.OFFICE,),
    }
)
"""Who is told when a unit has nobody in that post: the next above, and the office in the end. Never nobody silently."""


def reach(
    audience: tuple[Audience, ...], contacts: Mapping[Audience, tuple[int, ...]]
) -> dict[int, Audience]:
    """The people a rung speaks to, each once, with the post they hold; empty if truly nobody.

    Where an addressed post is vacant, whoever stands in for it (FALLBACK) is reached, under his own post.
    """
    people: dict[int, Audience] = {}
    for addressed in audience:
        post = next((p for p in (addressed, *FALLBACK[addressed]) if contacts.get(p)), addressed)
        for person in contacts.get(post, ()):
            people.setdefault(person, post)
    return people

"""The periods of every rhythm: which there are, when each opens, and by when its parts are owed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from workflows.cadence.kinds import DutyKind
from workflows.cadence.rules import CadenceRules, Rhythm, Roll
from workflows.calendar import WorkCalendar

_REACH = timedelta(days=200)
"""No period opens farther than this from the day it is named after."""

_BY_MONTH = frozenset({Rhythm.MONTHLY, Rhythm.QUARTERLY, Rhythm.HALF_YEARLY})
"""Rhythms that keep the monthly report's days of the month."""

_ENDS_OF_YEAR: Mapping[Rhythm, Sequence[str]] = MappingProxyType(
    {
        Rhythm.QUARTERLY: ("Q1", "Q2", "Q3", "Q4"),
        Rhythm.HALF_YEARLY: ("H1", "H2"),
        Rhythm.PER_TERM: ("T1", "T2"),
    }
)
_ENDS_OF_MONTH: Mapping[Rhythm, Sequence[str]] = MappingProxyType(
    {Rhythm.MONTHLY: ("",), Rhythm.HALF_MONTHLY: ("-A", "-B"), Rhythm.MONTH_END: ("-E",)}
)

_KEY = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|T(?P<term>[12])"
    r"|(?P<month>0[1-9]|1[0-2])(?:-(?:(?P<part>[ABE])|(?P<day>[0-3]\d)))?))?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of one cadence: its key (2025-03, 2025-Q1, 2025), when it opens, and by when it is owed.

    Of a report, `gathered_on` is when the lead of a task has gathered what the others reported (牵头汇总), `reviewed_on`
    when the office has looked through it all (月报审核), `locked_on` the last day before it is closed (锁定): what is filed
    later is 补报.
    """

    kind: DutyKind
    key: str
    opens_on: date
    due_on: date
    gathered_on: date | None = None
    reviewed_on: date | None = None
    locked_on: date | None = None

    @property
    def rhythm(self) -> Rhythm | None:
        """The rhythm the report belongs to; None for what the office issues."""
        return rhythm_of(self.key) if self.kind is DutyKind.MONTHLY_REPORT else None

    def due(self, kind: DutyKind) -> date:
        """By when that kind of duty of the period is owed."""
        if kind is DutyKind.CONSOLIDATION and self.gathered_on:
            return self.gathered_on
        if kind is DutyKind.REVIEW and self.reviewed_on:
            return self.reviewed_on
        return self.due_on


def rhythm_of(key: str) -> Rhythm:
    """The rhythm a report's key belongs to; each has its own form of key. Raises ValueError for what is no key."""
    found = parts_of(key)
    if found["quarter"]:
        return Rhythm.QUARTERLY
    if found["half"]:
        return Rhythm.HALF_YEARLY
    if found["term"]:
        return Rhythm.PER_TERM
    if found["day"]:
        return Rhythm.CUSTOM
    if found["part"]:
        return Rhythm.MONTH_END if found["part"] == "E" else Rhythm.HALF_MONTHLY
    return Rhythm.MONTHLY


def parts_of(key: str) -> re.Match[str]:
    """The parts of a key, by name; raises ValueError for what is none."""
    found = _KEY.fullmatch(key)
    if not found:
        raise ValueError(f"no period has the key {key!r}")
    return found


def month_of(year: int, month: int, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The month's report (月报告); due days that fall on rest days roll as the rules say."""
    return _report(Rhythm.MONTHLY, f"{year}-{month:02}", rules, calendar)


def quarter_of(year: int, quarter: int, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The quarter's bulletin (季通报): opens the day after the quarter; after a long holiday it is due later."""
    opens_on = _bulletin_opens(year, quarter)
    nominal = _day(opens_on.year, opens_on.month, rules.bulletin_due_day)
    due_on = _due_after(opens_on, nominal, rules, calendar)
    return Period(DutyKind.BULLETIN, f"{year}-Q{quarter}", opens_on, due_on)


def month_bulletin_of(year: int, month: int, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The month-end bulletin on projects (项目进度通报, seed 002 每月底): due on the last day, begun when reports open.

    No rule opens it: it is asked for when somebody begins to draft it.
    """
    opens_on = _day(year, month, rules.monthly_opens_day)
    due_on = _due_after(opens_on, _day(year, month, 31), rules, calendar)
    return Period(DutyKind.BULLETIN, f"{year}-{month:02}", opens_on, due_on)


def year_of(year: int, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The year's assessment (年度考核)."""
    opens_on = _day(year, *rules.assessment_opens)
    due_on = _due_after(opens_on, _day(year + 1, *rules.assessment_due), rules, calendar)
    return Period(DutyKind.ASSESSMENT, str(year), opens_on, due_on)


def _report(rhythm: Rhythm, key: str, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """A report of any rhythm. It opens earlier rather than leave a unit fewer than `least_workdays_open` working days
    (reference b.2); whoever gathers or reviews it has a working day at least after what he waits for."""
    nominal = nominal_day(rhythm, key, rules)
    due_on = _rolled(nominal, rules, calendar)
    gathers, reviews, locks = _later_days(rhythm, nominal, rules)
    gathered_on = max(_rolled(gathers, rules, calendar), calendar.shift(due_on, 1))
    reviewed_on = max(_rolled(reviews, rules, calendar), calendar.shift(gathered_on, 1))
    locked_on = max(_rolled(locks, rules, calendar), calendar.shift(reviewed_on, 1))
    enough = calendar.shift(due_on, -rules.least_workdays_open)
    opens_on = min(_opens(rhythm, nominal, rules), enough)
    return Period(DutyKind.MONTHLY_REPORT, key, opens_on, due_on, gathered_on, reviewed_on, locked_on)


def nominal_day(rhythm: Rhythm, key: str, rules: CadenceRules) -> date:
    """The day on which the report would be due if no day were a rest day."""
    found = parts_of(key)
    year, month, day = int(found["year"]), int(found["month"] or 0), rules.monthly_due_day
    if rhythm is Rhythm.PER_TERM:
        return _term_end(year, int(found["term"]), rules)
    if rhythm is Rhythm.QUARTERLY:
        month = int(found["quarter"]) * 3
    elif rhythm is Rhythm.HALF_YEARLY:
        month = int(found["half"]) * 6
    elif rhythm is Rhythm.HALF_MONTHLY:
        day = rules.half_days["AB".index(found["part"])]
    elif rhythm is Rhythm.MONTH_END:
        day = 31
    elif rhythm is Rhythm.CUSTOM:
        day = int(found["day"])
    return _day(year, month, day)


def _term_end(year: int, term: int, rules: CadenceRules) -> date:
    """The spring term (1) ends in its year, the autumn term (2) mostly in the January after."""
    autumn, spring = rules.term_ends
    if term == 1:
        return _day(year, *spring)
    return _day(year if autumn[0] > 8 else year + 1, *autumn)


def _opens(rhythm: Rhythm, nominal: date, rules: CadenceRules) -> date:
    if rhythm in _BY_MONTH:
        return _day(nominal.year, nominal.month, rules.monthly_opens_day)
    return nominal - timedelta(days=rules.open_days)


def _later_days(rhythm: Rhythm, nominal: date, rules: CadenceRules) -> tuple[date, date, date]:
    """When the report is gathered, reviewed and closed, rest days not yet looked at: rhythms that have days of their own keep
    the distances of the monthly one."""
    if rhythm in _BY_MONTH:
        gathers = _next_day(nominal, rules.consolidation_day)
        reviews = _next_day(gathers, rules.review_day)
        return gathers, reviews, _next_day(reviews, rules.lock_day)
    gathers = nominal + timedelta(days=rules.gathering_gap)
    reviews = gathers + timedelta(days=rules.review_gap)
    return gathers, reviews, reviews + timedelta(days=rules.lock_gap)


def _next_day(after: date, day: int) -> date:
    """The first such day of a month after that date."""
    found = _day(after.year, after.month, day)
    if found > after:
        return found
    return _day(after.year + after.month // 12, after.month % 12 + 1, day)


def _rolled(day: date, rules: CadenceRules, calendar: WorkCalendar) -> date:
    """`day` when it is worked, else the working day the rules roll it to (遇休息日顺延或提前)."""
    return calendar.on_or_after(day) if rules.roll is Roll.FORWARD else calendar.on_or_before(day)


def _day(year: int, month: int, day: int) -> date:
    """That day, or the month's last when the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def _bulletin_opens(year: int, quarter: int) -> date:
    return date(year + quarter // 4, quarter % 4 * 3 + 1, 1)


def _due_after(opens_on: date, nominal: date, rules: CadenceRules, calendar: WorkCalendar) -> date:
    """The nominal day rolled, and far enough to leave `least_workdays_open` working days."""
    return max(_rolled(nominal, rules, calendar), _soonest(opens_on, rules, calendar))


def _soonest(opens_on: date, rules: CadenceRules, calendar: WorkCalendar) -> date:
    """The first working day on which what opened that day may be due."""
    return calendar.on_or_after(calendar.shift(opens_on, rules.least_workdays_open))


def period_of(kind: DutyKind, key: str, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The period of that kind and key, its days counted anew; kind is one of `PERIODIC`."""
    if kind is DutyKind.BULLETIN:
        found = parts_of(key)
        if found["month"]:
            return month_bulletin_of(int(found["year"]), int(found["month"]), rules, calendar)
        return quarter_of(int(found["year"]), int(found["quarter"]), rules, calendar)
    if kind is DutyKind.ASSESSMENT:
        return year_of(int(key), rules, calendar)
    return _report(rhythm_of(key), key, rules, calendar)


def in_calendar(period: Period, rules: CadenceRules, calendar: WorkCalendar) -> Period:
    """The period as a unit with a calendar of its own owes it: opened with everybody's, its dates rolled over that
    unit's rest days, and never with fewer working days of its own than the rules promise."""
    own = period_of(period.kind, period.key, rules, calendar)
    due_on = max(own.due_on, _soonest(period.opens_on, rules, calendar))
    if own.gathered_on is None or own.reviewed_on is None or own.locked_on is None:
        return replace(period, due_on=due_on)
    gathered_on = max(own.gathered_on, calendar.shift(due_on, 1))
    reviewed_on = max(own.reviewed_on, calendar.shift(gathered_on, 1))
    locked_on = max(own.locked_on, calendar.shift(reviewed_on, 1))
    return replace(
        period, due_on=due_on, gathered_on=gathered_on, reviewed_on=reviewed_on, locked_on=locked_on
    )


def due_of(kind: DutyKind, key: str, opens_on: date, rules: CadenceRules, calendar: WorkCalendar) -> date:
    """By when a duty of a period that was opened that day is owed in that calendar; kind is one of `PERIODIC`."""
    opened = replace(period_of(kind, key, rules, calendar), opens_on=opens_on)
    return in_calendar(opened, rules, calendar).due(kind)


def openings(since: date, until: date, rules: CadenceRules, calendar: WorkCalendar) -> list[Period]:
    """Every period that opens after `since` and on or before `until`, in order of opening: none is dropped."""
    near = _periods_near(since - _REACH, until + _REACH, rules, calendar)
    return sorted((p for p in near if since < p.opens_on <= until), key=lambda p: (p.opens_on, p.kind, p.key))


def next_opening(after: date, rules: CadenceRules, calendar: WorkCalendar) -> date:
    """The first day after `after` on which some period opens."""
    soon = openings(after, after + timedelta(days=62), rules, calendar)
    found = soon or openings(after, after + timedelta(days=400), rules, calendar)
    return found[0].opens_on


def _periods_near(first: date, last: date, rules: CadenceRules, calendar: WorkCalendar) -> Iterator[Period]:
    """The periods named after a day between these two."""
    for year in range(first.year - 1, last.year + 1):
        for rhythm in rules.rhythms:
            for key in _keys(rhythm, year, rules):
                if first <= nominal_day(rhythm, key, rules) <= last:
                    yield _report(rhythm, key, rules, calendar)
        for quarter in range(1, 5):
            if first <= _bulletin_opens(year, quarter) <= last:
                yield quarter_of(year, quarter, rules, calendar)
        if first <= _day(year, *rules.assessment_opens) <= last:
            yield year_of(year, rules, calendar)


def _keys(rhythm: Rhythm, year: int, rules: CadenceRules) -> list[str]:
    """The keys of that year's reports in one rhythm."""
    if rhythm is Rhythm.CUSTOM:
        days = {_day(year, month, day) for month, day in rules.custom_days}
        return [day.isoformat() for day in sorted(days)]
    if rhythm in _ENDS_OF_YEAR:
        return [f"{year}-{end}" for end in _ENDS_OF_YEAR[rhythm]]
    ends = _ENDS_OF_MONTH[rhythm]
    return [f"{year}-{month:02}{end}" for month in range(1, 13) for end in ends]

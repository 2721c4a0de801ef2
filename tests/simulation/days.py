"""The oracle's own periods: the days of reports from reference b.2, and of stored versions of them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from tests.reckoning import DAY, Days


class Period(NamedTuple):
    """One period: what is owed for it, its key, the day it opens, and by when each kind of duty of it is due."""

    kind: str
    key: str
    opens: date
    due: date
    gathered: date | None = None
    reviewed: date | None = None
    rhythm: str = ""


@dataclass(frozen=True)
class Cadence:
    """The days of a stored version, and the periods they make by a calendar."""

    body: Mapping[str, Any]

    def rhythm(self, task_kind: str) -> str:
        return str(self.body["rhythm"].get(task_kind, "monthly"))

    @cached_property
    def rhythms(self) -> set[str]:
        return {"monthly", *self.body["rhythm"].values()}

    def periods(self, days: Days, years: Iterable[int]) -> Iterator[Period]:
        for year in years:
            for rhythm in self.rhythms:
                for key, nominal in self._nominal(rhythm, year):
                    yield self._report(rhythm, key, nominal, days)
            for quarter in (1, 2, 3, 4):
                opens = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
                yield self._office(
                    "bulletin", f"{year}-Q{quarter}", opens, self._on(opens, "bulletin_due_day"), days
                )
            opens = date(year, *self.body["assessment_opens"])
            yield self._office(
                "assessment", str(year), opens, date(year + 1, *self.body["assessment_due"]), days
            )

    def due(self, kind: str, period: Period) -> date:
        """By when that kind of duty of the period is owed."""
        found = {"consolidation": period.gathered, "review": period.reviewed}.get(kind, period.due)
        assert found
        return found

    def _nominal(self, rhythm: str, year: int) -> Iterator[tuple[str, date]]:
        """Every report of that year in one rhythm: its key, and its day if no day were a rest day."""
        due = int(self.body["monthly_due_day"])
        if rhythm == "quarterly":
            yield from ((f"{year}-Q{q}", in_month(year, q * 3, due)) for q in (1, 2, 3, 4))
        elif rhythm == "half_yearly":
            yield from ((f"{year}-H{h}", in_month(year, h * 6, due)) for h in (1, 2))
        elif rhythm == "per_term":
            (_, autumn), spring = self.body["term_ends"][0], self.body["term_ends"][1]
            yield f"{year}-T1", date(year, *spring)
            yield f"{year}-T2", date(year + 1, self.body["term_ends"][0][0], autumn)
        elif rhythm == "custom":
            found = [date(year, month, day) for month, day in self.body["custom_days"]]
            yield from ((day.isoformat(), day) for day in found)
        else:
            for month in range(1, 13):
                ends = {"monthly": [("", due)], "month_end": [("-E", 31)]}.get(rhythm) or list(
                    zip(("-A", "-B"), self.body["half_days"], strict=True)
                )
                yield from ((f"{year}-{month:02}{end}", in_month(year, month, day)) for end, day in ends)

    def _report(self, rhythm: str, key: str, nominal: date, days: Days) -> Period:
        by_month = rhythm in {"monthly", "quarterly", "half_yearly"}
        roll, gathering, reviewing = (
            self.body["roll"],
            self.body["consolidation_day"],
            self.body["review_day"],
        )
        if by_month:
            gathers = next_day(nominal, gathering)
            reviews = next_day(gathers, reviewing)
            opens = in_month(nominal.year, nominal.month, self.body["monthly_opens_day"])
        else:
            gathers = nominal + DAY * gap(self.body["monthly_due_day"], gathering)
            reviews = gathers + DAY * gap(gathering, reviewing)
            opens = nominal - DAY * self.body["open_days"]
        due = days.rolled(nominal, roll)
        gathered = max(days.rolled(gathers, roll), days.after(due, 1))
        reviewed = max(days.rolled(reviews, roll), days.after(gathered, 1))
        opens = min(opens, days.after(due, -self.body["least_workdays_open"]))
        return Period("monthly_report", key, opens, due, gathered, reviewed, rhythm)

    def _office(self, kind: str, key: str, opens: date, nominal: date, days: Days) -> Period:
        due = max(
            days.rolled(nominal, self.body["roll"]), days.after(opens, self.body["least_workdays_open"])
        )
        return Period(kind, key, opens, due)

    def _on(self, opens: date, name: str) -> date:
        return in_month(opens.year, opens.month, self.body[name])


def in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def next_day(after: date, day: int) -> date:
    """The first such day of a month after that date."""
    found = in_month(after.year, after.month, day)
    return found if found > after else in_month(after.year + after.month // 12, after.month % 12 + 1, day)


def gap(first: int, second: int) -> int:
    """Days from one day of a month to the other, months taken as thirty days."""
    return second - first if second > first else second - first + 30

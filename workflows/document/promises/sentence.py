"""One sentence of a demand: what it tells and what it asks, its quotations and its dates, each found once."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from workflows.document.promises import targets
from workflows.document.script import on_one_line
from workflows.document.times.dates import Moment, moments
from workflows.document.times.deadlines import Calendar, read_terms

Place = tuple[int, int]

QUOTED = re.compile(r"《[^《》\n]{0,80}》|[“\"‘][^“”\"‘’\n]{0,24}[”\"’]|\[(?:19|20)\d\d\]\d{0,4}号?")
"""Titles, short quotations and document numbers: no figure in them is a target."""

_NOT_BY = re.compile(r"\s?(?:起|开始|以来|之后|以后|后|同期|的(?=标准|水平|基础))")
_BASE = re.compile(r"(?:较|比|与|同|从|自|由|截至|截止|于|以)\s?$")


class Sentence:
    """The sentence at `place`; `quoted` are the quotations of the whole demand, in order."""

    def __init__(
        self, text: str, folded: str, place: Place, calendar: Calendar, quoted: Sequence[Place]
    ) -> None:
        self.text, self.folded, self.place, self.calendar, self.quoted = text, folded, place, calendar, quoted

    @cached_property
    def _marks(self) -> tuple[list[int], list[bool]]:
        """Where the sentence tells (已建成) and asks (力争), in order."""
        marks = list(targets.TOLD.finditer(self.folded, *self.place))
        return [mark.start() for mark in marks], [mark.lastgroup == "told" for mark in marks]

    def is_told(self, position: int) -> bool:
        """Whether the words at `position` report what was done."""
        places, told = self._marks
        index = bisect_left(places, position)
        return index > 0 and told[index - 1]

    def is_past(self, position: int) -> bool:
        """Whether the date that stands before `position` lies before the plan's own year."""
        on = self.date_before(position)
        return bool(on and self.calendar.year and on.year < self.calendar.year)

    def is_quoted(self, position: int) -> bool:
        """Whether `position` lies inside a quotation."""
        index = bisect_right(self.quoted, (position, len(self.folded))) - 1
        return index >= 0 and position < self.quoted[index][1]

    @cached_property
    def _dates(self) -> tuple[list[int], list[Moment]]:
        """The points in time by which something may be due, in order."""
        due = [moment for moment in moments(self.folded, *self.place) if self._may_be_due(moment)]
        return [moment.start for moment in due], due

    def _may_be_due(self, moment: Moment) -> bool:
        """Whether the moment is neither a start (从2023年起), nor a base (较2019年), nor the first of a range."""
        if moment.ranged == "first" or _NOT_BY.match(self.folded, moment.end):
            return False
        return not _BASE.search(self.folded, max(self.place[0], moment.start - 3), moment.start)

    @cached_property
    def _deadline(self) -> tuple[int, date | None]:
        deadline = read_terms(self.folded, self.place, (), self.calendar).deadline
        return (deadline.start, deadline.on) if deadline else (0, None)

    def date_before(self, position: int) -> date | None:
        """The last date of the sentence before `position`; failing one, its deadline (三年内) if that stands before."""
        places, due = self._dates
        index = bisect_left(places, position)
        if index:
            return due[index - 1].last_day(self.calendar.year)
        start, on = self._deadline
        return on if start < position else None

    def words(self, place: Place) -> str:
        """The printed words at `place`, without the line breaks of the page."""
        return on_one_line(self.text[slice(*place)])

"""The text a plan is read from, as every reader of it sees it."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.document.script import on_one_line
from workflows.document.times.deadlines import Calendar

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """The given text, its folded twin, and the document's calendar."""

    text: str
    folded: str
    calendar: Calendar

    def words(self, place: Place) -> str:
        """The printed words at `place`, without the line breaks of the page."""
        return on_one_line(self.text[slice(*place)])

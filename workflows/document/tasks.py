"""One task out of one stretch of text and its clause: title, units, times, and what is in doubt about them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflows.document import doubts
from workflows.document.items.numbering import Mark
from workflows.document.items.outline import heading_end, skip_blank
from workflows.document.model import Doubt, Milestone, NamedUnit, ParsedTask, Recurrence, Span
from workflows.document.naming.named import named_units, text_units
from workflows.document.naming.notes import FIRST_LEADS
from workflows.document.naming.reading import Clause, Reading
from workflows.document.naming.unitnames import looks_like_unit
from workflows.document.promises.deliverables import read_deliverables
from workflows.document.promises.indicators import read_indicators
from workflows.document.promises.tasktypes import propose_type
from workflows.document.source import Source
from workflows.document.times.deadlines import Term, Terms, read_terms
from workflows.document.times.recurrence import read_recurrence

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A task before it is read: `start` to `end` as printed, the demand from `body` on, and its clause.

    A table's row gives its `demand` itself, for its cells may stand in any order, and its `title` where a cell names it.
    `goals` are those of the year's stages, where they stand apart.
    """

    mark: Mark | None
    part: int | None
    level: int
    section: str | None
    start: int
    body: int
    end: int
    clause: Clause
    demand: Place | None = None
    title: Place | None = None
    goals: Place | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Notes that hold from one clause on for all later ones (下同)."""

    first_leads: bool = False
    implied: tuple[str, ...] = ()


_SCORE_AT_END = re.compile(r"(?:\(\s?\d{1,3}(?:\.\d)?\s?分\s?\)\s?)+$")
_ONLY_A_LABEL = re.compile(r"^[^。;,]{0,12}:?$")


def build_task(source: Source, draft: Draft, standing: Standing) -> tuple[ParsedTask, Standing]:
    """The task a draft describes, and the notes that hold after it."""
    reading = draft.clause.reading
    first_leads = standing.first_leads or reading.first_leads
    units, by_order = named_units(source.text, source.folded, reading, first_leads=first_leads)
    demand = _demand(source, draft)
    places = [demand] if draft.demand else _demand_places(demand, draft.clause)
    places += [draft.goals] if draft.goals else []
    terms = read_terms(source.folded, places[0], reading.times, source.calendar, places[1:])
    repeats = _recurrence(source, places, reading)
    found = _task_doubts(source, draft, units, by_order, terms, demand)
    task = ParsedTask(
        number=draft.mark.label if draft.mark else None,
        part=draft.part,
        level=draft.level,
        title=source.words(draft.title or (draft.body, _title_end(source.folded, draft, demand))),
        section=draft.section,
        text=source.text[slice(*demand)],
        span=Span(draft.start, max(demand[1], draft.clause.end, draft.goals[1] if draft.goals else 0)),
        units=units,
        deadline_on=terms.deadline.on if terms.deadline else None,
        deadline_text=source.words((terms.deadline.start, terms.deadline.end)) if terms.deadline else None,
        deadline_span=Span(terms.deadline.start, terms.deadline.end) if terms.deadline else None,
        start_text=source.words(terms.start) if terms.start else None,
        recurrence=repeats[0] if repeats else None,
        recurrence_text=source.words(repeats[1]) if repeats else None,
        milestones=tuple(_milestones(source, terms)),
        open_list=reading.open_list,
        implied_units=standing.implied,
        guiding_units=tuple(source.words(place) for place in reading.guiding),
        text_units=text_units(source.text, source.folded, demand, units),
        leader="、".join(source.words(place) for place in reading.leaders) or None,
        doubts=tuple(found),
        number_span=_number_span(draft),
        recurrence_span=Span(*repeats[1]) if repeats else None,
        deliverables=tuple(
            thing for place in places for thing in read_deliverables(source.text, source.folded, place)
        ),
        indicators=tuple(
            figure
            for place in places
            for figure in read_indicators(source.text, source.folded, place, source.calendar)
        ),
    )
    lost = doubts.lost_figures(task.indicators, task.doubts)
    task = replace(task, type=propose_type(task, source.folded[slice(*demand)]), doubts=(*task.doubts, *lost))
    implied = tuple(source.words(place) for place in reading.implied)
    return task, Standing(first_leads, standing.implied + implied)


def _number_span(draft: Draft) -> Span | None:
    """The place of the printed number; a later part of the item has it only by the first."""
    if draft.mark is None or draft.mark.start < draft.start:
        return None
    return Span(draft.mark.start, draft.mark.end)


def _demand(source: Source, draft: Draft) -> Place:
    """The words of the demand: up to the clause, or to the item's end where the clause stands in its heading."""
    if draft.demand:
        return draft.demand
    after = skip_blank(source.folded, draft.clause.end, draft.end)
    end = draft.end
    while end > after and source.folded[end - 1] in " \t\n":
        end -= 1
    if end > after and not _ONLY_A_LABEL.match(source.folded[after : min(end, after + 20)]):
        return draft.body, end
    stop = max(draft.body, draft.clause.start)
    score = _SCORE_AT_END.search(source.folded, max(draft.body, stop - 24), stop)
    stop = score.start() if score else stop
    while stop > draft.body and source.folded[stop - 1] in " \t\n":
        stop -= 1
    return draft.body, stop


def _demand_places(demand: Place, clause: Clause) -> list[Place]:
    """The demand without the clause, where the clause stands inside it."""
    if demand[1] <= clause.start:
        return [demand]
    return [(demand[0], max(demand[0], clause.start)), (clause.end, demand[1])]


def _title_end(folded: str, draft: Draft, demand: Place) -> int:
    limit = min(demand[1], draft.clause.start) if draft.clause.start > draft.body else demand[1]
    return heading_end(folded, draft.body, limit)


def _recurrence(source: Source, places: Sequence[Place], reading: Reading) -> tuple[Recurrence, Place] | None:
    found = (read_recurrence(source.folded, place, reading.times) for place in places)
    return next((repeats for repeats in found if repeats), None)


def _milestones(source: Source, terms: Terms) -> Iterator[Milestone]:
    for term in terms.milestones:
        if term.on:
            yield Milestone(term.on, source.words((term.start, term.end)), Span(term.start, term.end))


def _task_doubts(
    source: Source,
    draft: Draft,
    units: tuple[NamedUnit, ...],
    by_order: NamedUnit | None,
    terms: Terms,
    demand: Place,
) -> Iterator[Doubt]:
    clause = draft.clause
    if not clause.closed:
        yield doubts.unclosed_clause(Span(clause.start, clause.end))
    right = [looks_like_unit(source.folded[unit.span.start : unit.span.end]) for unit in units]
    yield from doubts.unit_doubts(units, right)
    if by_order:
        yield doubts.first_leads(by_order.printed, by_order.span)
    if clause.reading.open_list:
        yield doubts.open_list(Span(clause.start, clause.end))
    if terms.deadline:
        yield from _term_doubts(source, terms.deadline)
    yield from doubts.text_doubts(source.folded, *demand)
    for slot in clause.reading.times:
        yield from doubts.text_doubts(source.folded, *slot)


def _term_doubts(source: Source, term: Term) -> Iterator[Doubt]:
    words, span = source.words((term.start, term.end)), Span(term.start, term.end)
    if term.on is None and term.implied_year:
        yield doubts.missing_year(words, span)
    elif term.on is None and words.endswith("内"):
        yield doubts.relative_term(words, span)
    elif term.on and term.implied_year:
        yield doubts.implied_year(words, term.on.year, span)
    period = source.calendar.period
    if term.on and period and not period[0] <= term.on <= period[1]:
        yield doubts.outside_period(words, span)


def note_outside_clauses(folded: str, clauses: Sequence[Sequence[Clause]]) -> bool:
    """Whether a note such as 注：列第一位的为牵头单位 stands outside every clause; then it holds everywhere."""
    inside = [(clause.start, clause.end) for group in clauses for clause in group]
    index = 0
    for note in _NOTE.finditer(folded):
        while index < len(inside) and inside[index][1] <= note.start():
            index += 1
        if index == len(inside) or note.start() < inside[index][0]:
            return True
    return False


_NOTE = re.compile(rf"(?:{FIRST_LEADS.pattern})[^。\n]{{0,14}}(?:牵头|主办|汇总)(?:单位|部门|责任)")

_SHORT_TITLE = 24
_OPENERS = re.compile(
    "全面|认真|切实|严格|积极|深入|进一步|大力|贯彻|落实|按照|根据|围绕|坚持|聚焦|推进|推动|建立|完善|健全|加强|加快|加大|充分|持续|依托|组织|引导|鼓励|支持"
)


def mended_titles(source: Source, tasks: list[ParsedTask]) -> list[ParsedTask]:
    """Headings whose 。 was lost, cut before the next demand, in a document whose other headings are short."""
    numbered = [task for task in tasks if task.number and not (task.part and task.part > 1)]
    long = {id(task) for task in numbered if _is_long(task.title)}
    if not long or len(long) * 3 > len(numbered):
        return tasks
    return [_mended(source, task) if id(task) in long else task for task in tasks]


def _is_long(title: str) -> bool:
    return len(title) > _SHORT_TITLE or "，" in title or "," in title


def _mended(source: Source, task: ParsedTask) -> ParsedTask:
    opener = _OPENERS.search(task.title, 4, _SHORT_TITLE)
    comma = re.search("[，,]", task.title)
    if not opener or (comma and comma.start() < opener.start()):
        return task
    start = source.text.find(task.title[: opener.start()], task.span.start, task.span.end)
    doubt = (
        doubts.guessed_heading(Span(start, start + opener.start()))
        if start >= 0
        else doubts.guessed_heading(task.span)
    )
    return replace(task, title=task.title[: opener.start()], doubts=(*task.doubts, doubt))

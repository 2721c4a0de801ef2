"""From text to plan: the one place where the rules of this package meet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflows.document import doubts
from workflows.document.execution.governance import read_governance
from workflows.document.head import read_head
from workflows.document.items.boxes import boxes, contents
from workflows.document.items.numbering import Mark, Rank
from workflows.document.items.outline import Item, accepted_marks, heading_end, items, skip_blank
from workflows.document.lists.columns import head_column
from workflows.document.lists.goals import goals_below
from workflows.document.lists.tables import read_tables
from workflows.document.model import Doubt, ParsedPlan, ParsedTask, Span, UnassignedItem
from workflows.document.naming.clauses import find_clauses
from workflows.document.naming.reading import Clause
from workflows.document.script import fold
from workflows.document.source import Source
from workflows.document.speech.candidates import read_candidates
from workflows.document.tasks import Draft, Standing, build_task, mended_titles, note_outside_clauses
from workflows.document.times.deadlines import Calendar

_LONGEST_LABEL = 16
_CELL_END = re.compile(r"[\t:]")


@dataclass(frozen=True, slots=True)
class _Outline:
    """The items of a document with the clauses found in each."""

    items: tuple[Item, ...]
    clauses: tuple[tuple[Clause, ...], ...]
    shared: frozenset[int] = frozenset()
    """The starts of the items whose clause stands behind the last of their sub-items."""


def parse(text: str, *, issued_year: int | None = None) -> ParsedPlan:
    """The plan that `text` holds; any string gives one, in time linear in its length.

    `issued_year` is the year of publication where the text does not say it; dates without a year mean it.
    """
    folded = fold(text)
    opening = accepted_marks(folded)
    head = read_head(text, folded, opening[0].start if opening else len(text))
    source = Source(text, folded, Calendar(head.year(issued_year), head.period, head.issued_on))
    tables = read_tables(source)
    opening = _outside_contents(folded, _outside(opening, tables.places))
    apart = sorted([*boxes(folded, opening), *tables.places])
    outline = _with_sub_items(folded, opening, apart)
    tasks = [*tables.tasks, *_tasks(source, outline)]
    tasks.sort(key=lambda task: task.span)
    tasks = mended_titles(source, tasks)
    candidates = () if tasks else read_candidates(source, outline.items)
    return ParsedPlan(
        title=head.title,
        document_number=head.document_number,
        issuing_body=head.issuing_body,
        issued_on=head.issued_on,
        period=head.period,
        tasks=tuple(tasks),
        unassigned=(*_unassigned(source, outline, tables.places), *tables.unassigned),
        doubts=tuple(_plan_doubts(outline, tasks, len(candidates))),
        candidates=candidates,
        governance=read_governance(source, [(task.span.start, task.span.end) for task in tasks]),
    )


def _plan_doubts(outline: _Outline, tasks: list[ParsedTask], candidates: int) -> Iterator[Doubt]:
    if not tasks:
        yield doubts.no_task(candidates)
    last: dict[tuple[tuple[int, ...], int], int] = {}
    for item in outline.items:
        if item.mark is None:
            continue
        before = last.get((item.ancestors, item.rank))
        last[item.ancestors, item.rank] = item.mark.value
        if before is not None and item.mark.value != before + 1:
            yield doubts.broken_count(before, item.mark.value, Span(item.mark.start, item.mark.end))


def _outside(opening: tuple[Mark, ...], places: Sequence[tuple[int, int]]) -> tuple[Mark, ...]:
    kept, index = [], 0
    for mark in opening:
        while index < len(places) and places[index][1] <= mark.start:
            index += 1
        if index == len(places) or mark.start < places[index][0]:
            kept.append(mark)
    return tuple(kept)


def _outside_contents(folded: str, opening: tuple[Mark, ...]) -> tuple[Mark, ...]:
    listed = contents(folded, opening)
    return _outside(opening, [listed]) if listed else opening


def _outline(
    folded: str, opening: tuple[Mark, ...], apart: list[tuple[int, int]], before: _Outline | None = None
) -> _Outline:
    """The items between the marks; of those that an outline `before` has too, the clauses are known."""
    found = items(folded, _outside(opening, apart), apart)
    known = (
        {(item.body, item.end): known for item, known in zip(before.items, before.clauses, strict=True)}
        if before
        else {}
    )
    clauses = [known.get((item.body, item.end)) for item in found]
    return _Outline(
        found,
        tuple(
            find_clauses(folded, item.body, item.end) if read is None else read
            for item, read in zip(found, clauses, strict=True)
        ),
    )


def _with_sub_items(folded: str, opening: tuple[Mark, ...], apart: list[tuple[int, int]]) -> _Outline:
    """The outline without the sub-items that only spell out the item above them."""
    outline = _outline(folded, opening, apart)
    absorbed, shared = _absorbed(folded, outline)
    if not absorbed:
        return outline
    kept = tuple(mark for mark in opening if mark.start not in absorbed)
    return replace(_outline(folded, kept, apart, outline), shared=shared)


def _absorbed(folded: str, outline: _Outline) -> tuple[set[int], frozenset[int]]:
    """The starts of the sub-items that are no items of their own, and of the items whose clause stands behind the
    last of them."""
    assigned = _assigned(outline)
    families: dict[int, list[int]] = {}
    for index, item in enumerate(outline.items):
        if item.ancestors:
            families.setdefault(item.ancestors[-1], []).append(index)
    inner: set[int] = set()
    shared: set[int] = set()
    for parent, children in families.items():
        with_clause = [index for index in children if index in assigned]
        if _belong_to_parent(folded, outline, parent, children, with_clause):
            inner.update(children)
            shared.update(outline.items[parent].start for _ in with_clause)
    absorbed = {
        item.start
        for index, item in enumerate(outline.items)
        if index in inner or not inner.isdisjoint(item.ancestors)
    }
    return absorbed, frozenset(shared)


def _assigned(outline: _Outline) -> set[int]:
    """The items that have a clause, or one below them."""
    found: set[int] = set()
    for index, item in enumerate(outline.items):
        if outline.clauses[index]:
            found.update(item.ancestors, (index,))
    return found


def _belong_to_parent(
    folded: str, outline: _Outline, parent: int, children: list[int], with_clause: list[int]
) -> bool:
    """Sub-items belong to the item above where its clause covers them, or where the clause behind the last covers all:
    （1）and ① and pieces of one sentence only enumerate."""
    if not with_clause:
        return bool(outline.clauses[parent]) or outline.items[children[0]].rank >= Rank.DIGIT_BRACKET
    if outline.clauses[parent] or with_clause != children[-1:]:
        return False
    enumerates = outline.items[children[0]].rank >= Rank.DIGIT_BRACKET
    if len(children) > 1 and (enumerates or _on_lines_of_its_own(folded, outline, children[-1])):
        return True
    return outline.items[children[0]].rank >= Rank.DIGIT and _is_one_sentence(folded, outline, children)


def _on_lines_of_its_own(folded: str, outline: _Outline, child: int) -> bool:
    """整改措施：1.…。2.…。⏎整改时限：…⏎责任单位：…: labels below the measures of a record, which speak for all of it."""
    if not outline.clauses[child]:
        return False
    start = outline.clauses[child][0].start
    return folded[start] not in "([" and _previous(folded, start) == "\n"


def _is_one_sentence(folded: str, outline: _Outline, children: list[int]) -> bool:
    """主要任务：1.…；2.…；3.…。: the pieces end in ；, inside a line the first follows a colon."""
    first = outline.items[children[0]]
    if len(children) == 1:
        return _previous(folded, first.start) in ":。" and ";2" in folded[first.body : first.end]
    return all(_ends_open(folded, outline.items[index]) for index in children[:-1])


def _previous(folded: str, position: int) -> str:
    while position and folded[position - 1] in " \t":
        position -= 1
    return folded[position - 1] if position else "\n"


def _ends_open(folded: str, item: Item) -> bool:
    end = item.end
    while end > item.body and folded[end - 1] in " \t\n":
        end -= 1
    return end > item.body and folded[end - 1] in ";,"


def _tasks(source: Source, outline: _Outline) -> list[ParsedTask]:
    """The tasks of the running text, in order; notes such as 下同 hold from their clause on."""
    standing = Standing(first_leads=note_outside_clauses(source.folded, outline.clauses))
    tasks: list[ParsedTask] = []
    for index, item in enumerate(outline.items):
        for draft in _drafts(source, outline, index, item):
            task, standing = build_task(source, draft, standing)
            if item.start in outline.shared:
                clause = Span(draft.clause.start, draft.clause.end)
                task = replace(task, doubts=(*task.doubts, doubts.shared_clause(clause)))
            tasks.append(task)
    return tasks


def _drafts(source: Source, outline: _Outline, index: int, item: Item) -> list[Draft]:
    clauses = outline.clauses[index]
    if not clauses:
        return []
    level = 2 if any(outline.clauses[above] for above in item.ancestors) else 1
    section = _section(source, outline, item)
    if item.mark is None or (len(clauses) > 1 and _heads_paragraphs(source.folded, item)):
        return _paragraphs(source, item, clauses, section)
    parts = len(clauses) > 1
    start = skip_blank(source.folded, item.body, item.end)
    drafts = []
    for number, clause in enumerate(clauses, 1):
        end = item.end if not parts else clause.end
        drafts.append(
            Draft(
                item.mark,
                number if parts else None,
                level,
                section,
                item.start if number == 1 else start,
                start,
                end,
                clause,
            )
        )
        start = skip_blank(source.folded, clause.end, item.end)
    return drafts


def _heads_paragraphs(folded: str, item: Item) -> bool:
    """Whether the item is a heading on a line of its own, and what follows are paragraphs without a number."""
    if item.rank > Rank.HAN:
        return False
    end = heading_end(folded, skip_blank(folded, item.body, item.end), item.end)
    return folded[end : item.end].lstrip(" \t。").startswith("\n")


def _paragraphs(source: Source, item: Item, clauses: tuple[Clause, ...], section: str | None) -> list[Draft]:
    """Unnumbered tasks: each paragraph with a clause, below a heading or in the head of the document."""
    drafts = []
    start = item.body
    if item.mark is not None:
        start = heading_end(source.folded, item.body, clauses[0].start)
        section = _heading(source, item)
    for number, clause in enumerate(clauses, 1):
        begin = _paragraph_start(source.folded, skip_blank(source.folded, start, clause.start), clause.start)
        begin = _past_cell_label(source.folded, begin, clause.start)
        several = number if len(clauses) > 1 and item.mark is not None else None
        limit = clauses[number].start if number < len(clauses) else item.end
        goals = goals_below(source.folded, clause.end, limit)
        drafts.append(Draft(None, several, 1, section, begin, begin, clause.end, clause, goals=goals))
        start = goals[1] if goals else clause.end
    return drafts


def _paragraph_start(folded: str, floor: int, clause_start: int) -> int:
    line = folded.rfind("\n", floor, clause_start) + 1
    if line <= floor:
        return floor
    if folded[line:clause_start].strip():
        return skip_blank(folded, line, clause_start)
    return skip_blank(
        folded, max(floor, folded.rfind("\n", floor, len(folded[:line].rstrip())) + 1), clause_start
    )


def _past_cell_label(folded: str, start: int, end: int) -> int:
    """Behind the label in the first cell of a record's row: 重点工作⇥完成校舍修缮."""
    cell = _CELL_END.search(folded, start, min(end, start + _LONGEST_LABEL))
    head = head_column(folded[start : cell.start()]) if cell else None
    return skip_blank(folded, cell.end(), end) if cell and head and head.content else start


def _section(source: Source, outline: _Outline, item: Item) -> str | None:
    if not item.ancestors:
        return None
    above = item.ancestors[-1]
    clauses = outline.clauses[above]
    return _heading(source, outline.items[above], clauses[0].start if clauses else None)


def _heading(source: Source, item: Item, clause_at: int | None = None) -> str:
    """The heading as printed, with its number, without the clause that may stand in it."""
    limit = item.end if clause_at is None else max(item.body, clause_at)
    end = heading_end(source.folded, skip_blank(source.folded, item.body, limit), limit)
    if source.folded[end : end + 2] == "。\n":  # a stop at the end of a heading's own line is part of it
        end += 1
    return source.text[item.start : max(end, item.body)].strip()


def _unassigned(
    source: Source, outline: _Outline, tables: Sequence[tuple[int, int]]
) -> tuple[UnassignedItem, ...]:
    """Numbered items that name no unit and head nothing: leaves without a clause and without a table."""
    parents = {ancestor for item in outline.items for ancestor in item.ancestors}
    above_tables = {start for start, _ in tables}
    found = []
    for index, item in enumerate(outline.items):
        if item.mark is None or outline.clauses[index] or index in parents or item.end in above_tables:
            continue
        start = skip_blank(source.folded, item.body, item.end)
        title = source.text[start : heading_end(source.folded, start, item.end)]
        found.append(UnassignedItem(_path(outline, item), title, Span(item.start, max(item.body, item.end))))
    return tuple(replace(item, span=_trimmed(source, item.span)) for item in found)


def _path(outline: _Outline, item: Item) -> str:
    """The number with those above it, so that two （一） can be told apart: 4-1."""
    marks = [outline.items[above].mark for above in item.ancestors]
    return "-".join(mark.label for mark in [*marks, item.mark] if mark)


def _trimmed(source: Source, span: Span) -> Span:
    end = span.end
    while end > span.start and source.text[end - 1].isspace():
        end -= 1
    return Span(span.start, end)

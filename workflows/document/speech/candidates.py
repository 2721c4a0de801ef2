"""What a speech or report wants done (候选任务): its demands, cut so that each has its own who, when and how much.

Such texts have no unit clauses. A demand that names a unit, a date or a figure is a candidate by itself; plain ones
that follow each other under one heading make one candidate together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from workflows.document.items.outline import Item, heading_end, skip_blank
from workflows.document.model import Candidate, Span
from workflows.document.promises.figures import figures
from workflows.document.promises.indicators import read_indicators
from workflows.document.source import Source
from workflows.document.speech.actors import actors
from workflows.document.speech.demands import Mood, Sentence, demands, mood, opening, sentences
from workflows.document.times.deadlines import read_terms
from workflows.document.times.recurrence import read_recurrence

Place = tuple[int, int]

TITLE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class _Heading:
    """An item's heading phrase; `own_line` where the text begins below it, not behind it."""

    start: int
    end: int
    own_line: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """A stretch that makes one candidate, and the heading of its own (一是…。) it stands under."""

    place: Place
    heading: Place | None


def read_candidates(source: Source, items: Sequence[Item]) -> tuple[Candidate, ...]:
    """The demands of the text cut into `items`, in printed order; each lies in one item."""
    folded = source.folded
    headings = [_heading(folded, item) if item.mark else None for item in items]
    parents = {ancestor for item in items for ancestor in item.ancestors}
    numbered = any(item.mark for item in items)
    found: list[Candidate] = []
    for index, item in enumerate(items):
        if item.mark is None and numbered:
            continue  # greetings and reasons before the first number, boxes after it
        path = [heading for above in (*item.ancestors, index) if (heading := headings[above])]
        words = [folded[heading.start : heading.end] for heading in path]
        if (place := mood(words)) is not Mood.BACKGROUND:
            section = _section(source, items, headings, index)
            here = _in_year(source, words)
            found.extend(_in_item(here, item, headings[index], place, section, index in parents))
    return tuple(found)


_YEAR = re.compile(r"(20\d\d)年度?(?:(?:重点|主要)?工作)?(?:安排|计划|打算|思路|任务|重点|要点|目标)")


def _in_year(source: Source, headings: Sequence[str]) -> Source:
    """The source with the year its dates mean below a heading that names one (三、2025年工作安排)."""
    years = [found.group(1) for heading in headings if (found := _YEAR.search(heading))]
    return replace(source, calendar=replace(source.calendar, year=int(years[-1]))) if years else source


def _heading(folded: str, item: Item) -> _Heading:
    start = skip_blank(folded, item.body, item.end)
    end = heading_end(folded, start, item.end)
    rest = folded[end : min(item.end, end + 40)].lstrip(" \t。")
    return _Heading(start, end, own_line=not rest or rest.startswith("\n"))


def _section(
    source: Source, items: Sequence[Item], headings: Sequence[_Heading | None], index: int
) -> str | None:
    """The nearest heading that stands on a line of its own, as printed with its number."""
    for above in (index, *reversed(items[index].ancestors)):
        heading = headings[above]
        if heading and heading.own_line:
            return source.words((items[above].start, heading.end))
    return None


_MODAL = re.compile(r"(?<![需重主必])要(?!求|素|点)|必须|务必|不得|应当")


def _in_item(
    source: Source, item: Item, heading: _Heading | None, place: Mood, section: str | None, is_parent: bool
) -> Iterator[Candidate]:
    body, title = item.body, None
    if heading and _is_title(source, item, heading, place, is_parent):
        title, body = (heading.start, heading.end), heading.end
    elif heading:
        body = heading.start
    groups = _groups(source, body, item.end, place)
    shared = Counter(group.heading for group in groups)
    for group in groups:
        own = group.heading if shared[group.heading] == 1 else None
        words = own or (title if len(groups) == 1 else None)
        named = _short(source, words) if words else _title(source, group.place)
        yield _candidate(source, group.place, named, section)


def _is_title(source: Source, item: Item, heading: _Heading, place: Mood, is_parent: bool) -> bool:
    """Whether the first phrase only heads what follows; with nothing behind it, it is the demand itself."""
    phrase = heading.start, heading.end
    orders = bool(_MODAL.search(source.folded, *phrase))
    if not source.folded[heading.end : item.end].strip(" \t\n。;"):
        return is_parent or (place is Mood.OPEN and not orders)
    return heading.own_line or not (orders and _stands_out(source, *phrase))


_PART = re.compile(r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十][,、])(?P<heading>[^,。;]{4,40})。")


class _Kind(Enum):
    """What a sentence does: it tells, heads a part, demands along with its neighbours, or demands alone."""

    TELLS = auto()
    HEADS = auto()
    PLAIN = auto()
    ALONE = auto()


def _groups(source: Source, start: int, end: int, place: Mood) -> list[_Group]:
    """The demands between `start` and `end`; a sentence that tells something else ends a run of plain ones."""
    judged = [(sentence, _kind(source, sentence, place)) for sentence in sentences(source.folded, start, end)]
    found: list[_Group] = []
    heading: Place | None = None
    run: list[Sentence] = []
    for index, (sentence, kind) in enumerate(judged):
        follows = judged[index + 1] if index + 1 < len(judged) else None
        if kind is _Kind.HEADS and follows and follows[1] in {_Kind.PLAIN, _Kind.ALONE}:
            heading = _part_heading(source.folded, sentence)
        elif kind is not _Kind.TELLS:
            run.append(sentence)
            if not follows or not _goes_on(source.folded, sentence, kind, *follows):
                found.append(_Group((run[0].start, sentence.end), heading))
                run = []
    return found


_COUNTS = re.compile("[一二三四五六七八九十][是要]")


def _goes_on(folded: str, sentence: Sentence, kind: _Kind, following: Sentence, kind_after: _Kind) -> bool:
    """Whether two demands are plain ones of one paragraph; 二是 and 二要 begin another thing."""
    plain = kind is _Kind.PLAIN and kind_after is _Kind.PLAIN
    return plain and following.paragraph == sentence.paragraph and not _COUNTS.match(folded, following.start)


def _part_heading(folded: str, sentence: Sentence) -> Place:
    found = _PART.fullmatch(folded, sentence.start, sentence.end)
    return found.span("heading") if found else (sentence.start, sentence.end)


_HANDS_OVER = re.compile(
    r"(?:建立|健全|完善|制定|制订|出台|编制|构建|形成|组建|成立|设立|搭建|研发)[^,。;]{2,30}(?:机制|制度|体系|方案|办法|规划|计划|预案|细则|标准|台账|清单|平台|数据库|专班|小组|基地)"
)


def _kind(source: Source, sentence: Sentence, place: Mood) -> _Kind:
    folded, start, end = source.folded, sentence.start, sentence.end
    if not demands(folded, sentence, place):
        return _Kind.TELLS
    if _PART.fullmatch(folded, start, end):
        return _Kind.HEADS
    return _Kind.ALONE if _stands_out(source, start, end) else _Kind.PLAIN


def _stands_out(source: Source, start: int, end: int) -> bool:
    """Whether the words name who, by when, how often, how much, or a thing to hand over."""
    return bool(
        _HANDS_OVER.search(source.folded, start, end)
        or actors(source.folded, start, end)
        or _blanks(source.folded, (start, end))
        or read_indicators(source.text, source.folded, (start, end), source.calendar)
        or read_terms(source.folded, (start, end), (), source.calendar).deadline
        or read_recurrence(source.folded, (start, end), ())
    )


def _candidate(source: Source, place: Place, title: str, section: str | None) -> Candidate:
    folded = source.folded
    term = read_terms(folded, place, (), source.calendar).deadline
    repeats = read_recurrence(folded, place, ())
    return Candidate(
        text=source.text[slice(*place)],
        title=title,
        section=section,
        span=Span(*place),
        who=_who(source, place),
        deadline_on=term.on if term else None,
        deadline_text=source.words((term.start, term.end)) if term else None,
        recurrence=repeats[0] if repeats else None,
        indicators=read_indicators(source.text, folded, place, source.calendar),
        blanks=_blanks(folded, place),
    )


def _blanks(folded: str, place: Place) -> tuple[Span, ...]:
    """Where a figure is blank or lost in print; never zero."""
    return tuple(Span(figure.start, figure.end) for figure in figures(folded, *place) if figure.value is None)


def _who(source: Source, place: Place) -> tuple[str, ...]:
    """The acting units, each once; 政府 behind 县政府 is the same one."""
    names = list(dict.fromkeys(source.words(actor) for actor in actors(source.folded, *place)))
    return tuple(name for name in names if not any(other != name and other.endswith(name) for other in names))


_PHRASE_END = re.compile(r"[,。;!]|(?<!\d):|:(?!\d)")
_SUBJECT = re.compile(
    r"[^,。;:]{0,24}?(?<![需重主必])要(?!求|素|点)|[^,。;:]{0,16}?(?:必须|务必|应当|计划(?=[^,。]{4})|将)"
)


def _title(source: Source, place: Place) -> str:
    """The words that say what is to be done, without connectives, times and settings in front; at most 30."""
    start, end = place
    for _ in range(3):
        start = opening(source.folded, start, end)
        subject = _subject_end(source.folded, start, end)
        if end - subject < 4 or subject == start:
            break
        start = subject
    stop = _PHRASE_END.search(source.folded, min(start + 4, end), end)
    return _short(source, (start, stop.start() if stop else end))


def _short(source: Source, place: Place) -> str:
    """The words at `place`, or their first phrase, or as much of it as a title holds."""
    words = source.words(place).rstrip("。；;，,")
    if len(words) > TITLE_LENGTH:
        words = re.split("[,，;；]", words, maxsplit=1)[0]
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1] + "…"


_SHARE = re.compile("(?:牵头|负责|配合|参与|会同)[,;]")


def _subject_end(folded: str, start: int, end: int) -> int:
    """Where the words end that only say who has to act: 各区要, 市教育局将."""
    subject = _SUBJECT.match(folded, start, end)
    if subject:
        return subject.end()
    acting = actors(folded, start, min(end, start + TITLE_LENGTH))
    if not acting or folded[start : acting[0][0]].strip("由 "):
        return start
    share = _SHARE.match(folded, acting[-1][1], end)
    return share.end() if share else acting[-1][1]

"""Where the unit clauses of an item stand: in brackets, behind a label on a line of their own, or unclosed."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from workflows.document.items.brackets import LONGEST_CLAUSE, Brackets, match_brackets, trim
from workflows.document.naming.clause import all_units, is_assignment, read_clause
from workflows.document.naming.labels import BARE_LABEL, CLAUSE_LABEL, LABEL, column_role
from workflows.document.naming.plain import plain_sentences
from workflows.document.naming.reading import Clause, Reading
from workflows.document.naming.wraps import read_wrapped

_SENTENCE_END = re.compile(r"\s*(?:[。;；]|\n|$)")
_TIGHT = re.compile(r"[\s。;,.、]*")
_PARAGRAPH_END = re.compile(r"[ \t。;]*(?:\n|$)")
_LABEL_LINES_END = re.compile(rf"[。\n](?!\s*(?:{CLAUSE_LABEL.pattern}))")
_LONGEST_HEADING = 40
_STOP = re.compile(r"[。;:\n]")
_ORGAN = re.compile(r"(?:局|委|厅|署|政府|办公室)$")
_PUBLIC_BODY = re.compile(
    r"(?:各|有关|相关|[省市州盟县区旗镇乡]|国家|自治区|[\u4e00-\u9fff]{2,5}[省市州县区旗镇乡])[^()]{0,24}(?:局|委|办|厅|部|署|会|政府|部门|单位|乡镇|街道|办公室|区)(?:\(|$)"
    r"|各(?:县|市|区|镇|乡|旗)"
)
_KIND = re.compile(
    r"(?:社区|街道|管委会|园区|办事处|行署|单位|部门|企业|机构|学校|医院|公司|[省市县区旗镇乡村])$"
)
"""A bare kind of body in brackets explains the word before it: 村（社区）, 政府（管委会）."""


def find_clauses(folded: str, start: int, end: int) -> tuple[Clause, ...]:
    """The clauses between `start` and `end` in printed order; neighbours that complete each other are one."""
    brackets = match_brackets(folded, start, end)
    found = _in_brackets(folded, brackets, start, end)
    found += _unclosed(folded, brackets, [clause.start for clause in found], end)
    found += _labelled_lines(folded, start, end, found)
    found.sort(key=lambda clause: clause.start)
    merged = _merged(folded, found)
    kept = tuple(clause for clause in merged if is_assignment(folded, clause.reading) or _is_bare(clause))
    return kept or plain_sentences(folded, start, end)


def _is_bare(clause: Clause) -> bool:
    return bool(clause.reading.units) and not clause.reading.labelled and not clause.reading.has_verb


def _in_brackets(folded: str, brackets: Brackets, start: int, limit: int) -> list[Clause]:
    found = []
    for first, last in brackets.groups:
        reading = read_wrapped(folded, first + 1, last - 1)
        if _is_clause(folded, first, last, limit, reading) or _is_of_heading(
            folded, start, first, last, reading
        ):
            found.append(Clause(first, last, reading))
    return found


def _is_clause(folded: str, first: int, last: int, limit: int, reading: Reading) -> bool:
    """A label is enough anywhere; a verb needs the end of a sentence, bare names the end of a paragraph."""
    if reading.labelled or not reading.units:  # a time alone counts only beside a clause
        return reading.says_anything
    after_sentence = _previous(folded, first) in "。;!)]"
    if not all_units(folded, reading) or all(_KIND.match(folded, *place) for place, _ in reading.units):
        return False
    if reading.has_verb:
        return after_sentence or (not reading.has_object and _ends_sentence(folded, last, limit))
    if after_sentence:
        return _previous(folded, first) not in ")]"
    return bool(_PARAGRAPH_END.match(folded, last, limit)) and _previous(folded, first) not in '”》"'


def _is_of_heading(folded: str, start: int, first: int, last: int, reading: Reading) -> bool:
    """Bare names that close the heading of an item: （一）强化领导（县教育局）。…; not what explains an organ's name."""
    heading = folded[start : min(first, start + _LONGEST_HEADING + 1)].strip()
    if (
        not 2 <= len(heading) <= _LONGEST_HEADING
        or _STOP.search(heading)
        or folded[last : last + 1] not in {"。", ":"}
    ):
        return False
    if reading.has_object or reading.leaders or _ORGAN.search(heading) or not all_units(folded, reading):
        return False
    return all(_PUBLIC_BODY.match(folded, *place) for place, _ in reading.units)


def _ends_sentence(folded: str, position: int, limit: int) -> bool:
    return position >= limit or bool(_SENTENCE_END.match(folded, position, limit))


def _previous(folded: str, position: int) -> str:
    while position and folded[position - 1] in " \t\n":
        position -= 1
    return folded[position - 1] if position else "\n"


def _unclosed(folded: str, brackets: Brackets, starts: list[int], limit: int) -> list[Clause]:
    """Clauses whose closing bracket is missing: a label right behind the opener; they end with their line."""
    found: list[Clause] = []
    edges = sorted([*brackets.unclosed, *starts, limit])
    for opener in brackets.unclosed:
        label = LABEL.match(folded, opener + 1, limit) or BARE_LABEL.match(folded, opener + 1, limit)
        if not label:
            continue
        stop = min(edges[bisect_right(edges, opener)], opener + LONGEST_CLAUSE)
        line_end = folded.find("\n", opener, stop)
        last = trim(folded, opener + 1, line_end if line_end >= 0 else stop)[1]
        found.append(Clause(opener, last, read_clause(folded, opener + 1, last), closed=False))
    return found


def _labelled_lines(folded: str, start: int, end: int, found: list[Clause]) -> list[Clause]:
    """Clauses without brackets: labels at the head of a line or a sentence, to the last sentence that has one."""
    taken = sorted((clause.start, clause.end) for clause in found)
    lines: list[Clause] = []
    position, index = start, 0
    while label := CLAUSE_LABEL.search(folded, position, end):
        while index < len(taken) and taken[index][1] <= label.start():
            index += 1
        if index < len(taken) and taken[index][0] <= label.start():
            position = taken[index][1]
        elif not _heads_a_sentence(folded, label.start(), start):
            position = label.end()
        else:
            last = _labels_end(folded, label.end(), min(end, taken[index][0] if index < len(taken) else end))
            clause = _line_clause(folded, label.start(), last)
            lines.extend([clause] if clause.reading.labelled else [])
            position = max(last, label.end())
    return lines


def _heads_a_sentence(folded: str, position: int, start: int) -> bool:
    return position <= start or folded[position - 1] in " \t\n。;,)]!|" or _previous(folded, position) == "\n"


def _labels_end(folded: str, position: int, limit: int) -> int:
    limit = min(limit, position + LONGEST_CLAUSE)
    if not folded[position:limit].split("\n", 1)[0].strip():  # the value stands on the next line
        while position < limit and folded[position] in " \t\n":
            position += 1
    for stop in _LABEL_LINES_END.finditer(folded, position, limit):
        line = folded[folded.rfind("\n", position, stop.start()) + 1 : stop.start()]
        if column_role(line) is None:  # a label alone on its line has its value on the next
            return stop.start()
    return limit


def _line_clause(folded: str, start: int, end: int) -> Clause:
    last = trim(folded, start, end)[1]
    while last > start and folded[last - 1] in ")]" and _unbalanced(folded, start, last):
        last -= 1
    return Clause(start, max(last, start), read_clause(folded, start, last))


def _unbalanced(folded: str, start: int, end: int) -> bool:
    words = folded[start:end]
    return words.count("(") + words.count("[") < words.count(")") + words.count("]")


def _merged(folded: str, found: list[Clause]) -> list[Clause]:
    """Clauses with nothing but stops between them, put together: （牵头单位：A）（责任单位：B）（6月底前完成）."""
    merged: list[Clause] = []
    for clause in found:
        gap = _TIGHT.match(folded, merged[-1].end, clause.start) if merged else None
        if merged and gap and gap.end() == clause.start and _complete_each_other(merged[-1], clause):
            merged[-1] = _together(merged[-1], clause)
        else:
            merged.append(clause)
    return merged


def _complete_each_other(first: Clause, second: Clause) -> bool:
    if second.end - first.start > LONGEST_CLAUSE:
        return False
    shares = {share for _, share in first.reading.units} & {share for _, share in second.reading.units}
    return not shares


def _together(first: Clause, second: Clause) -> Clause:
    one, two = first.reading, second.reading
    reading = Reading(
        units=one.units + two.units,
        guiding=one.guiding + two.guiding,
        leaders=one.leaders + two.leaders,
        times=one.times + two.times,
        implied=one.implied + two.implied,
        first_leads=one.first_leads or two.first_leads,
        open_list=one.open_list or two.open_list,
        labelled=one.labelled or two.labelled,
        has_verb=one.has_verb or two.has_verb,
        has_object=one.has_object or two.has_object,
    )
    return replace(
        first, end=max(first.end, second.end), reading=reading, closed=first.closed and second.closed
    )

"""What a person may type into a cell, and the task that comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from workflows.calendar import FIRST_YEAR, LAST_YEAR
from workflows.commitments import TASK_KIND_LABELS, TaskKind
from workflows.document.model import RECURRENCE_LABELS
from workflows.document.script import fold
from workflows.document.times.dates import moments
from workflows.errors import Refused
from workflows.redraft import Bearer, Draft
from workflows.tasklist.cells import UNIT_FIELDS, Field, day_words
from workflows.unitlist import join_names, split_names
from workflows.units import Share

BY_LIST = "在任务分解表里指定。"
"""The reason of a type that was chosen in the list."""

LONGEST_NAME = 120
_LONGEST: Mapping[Field, int] = MappingProxyType(
    {Field.NUMBER: 20, Field.SECTION: 400, Field.TITLE: 400, Field.DEADLINE_TEXT: 120}
)
"""Characters."""
_NEEDED = {Field.TITLE: "请写任务名称。", Field.TEXT: "请写任务内容。"}
_DAY = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?(?:\s00:00:00)?")


def check(field: Field, words: str) -> None:
    """Return when the words can stand in that column; raises Refused invalid with what to write instead."""
    if not words and field in _NEEDED:
        raise Refused("invalid", _NEEDED[field])
    if len(words) > _LONGEST.get(field, len(words)):
        raise Refused("invalid", f"这一格有{len(words)}个字，最多{_LONGEST[field]}个字，请缩短。")
    reader = _READERS.get(field)
    if reader:
        reader(words)
    if field in UNIT_FIELDS:
        _names(words)


def _names(words: str) -> tuple[str, ...]:
    names = split_names(words)
    long = next((name for name in names if len(name) > LONGEST_NAME), None)
    if long:
        raise Refused("invalid", f"“{long[:20]}……”太长，不像单位名称。几个单位之间请用顿号隔开。")
    return names


def read_day(words: str) -> date | None:
    """The day that is meant: 2025-12-31, 2025年12月31日, 2025年底, 2025年6月; None for an empty cell.

    Raises Refused invalid.
    """
    if not words:
        return None
    day = _exact(words) or _rough(words)
    if day is None:
        raise Refused(
            "invalid",
            f"“{words[:30]}”看不出是哪一天。请写成 2025-12-31 的样子；没有明确时限的留空，原话写在“时限原文”里。",
        )
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise Refused("invalid", f"完成时限要在{FIRST_YEAR}年至{LAST_YEAR}年之间，请核对年份。")
    return day


def _exact(words: str) -> date | None:
    found = _DAY.fullmatch(words)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        raise Refused("invalid", f"没有“{words}”这一天，请核对。") from None


def _rough(words: str) -> date | None:
    """A time as documents write it, when it names its year: 2025年底, 2025年第三季度."""
    found = list(moments(fold(words), 0, len(words)))
    return found[0].last_day(None) if len(found) == 1 else None


def meaning(field: Field, words: str) -> str:
    """The words as they are understood: a day written out, names with 、 between them; else as they are."""
    if field is Field.DEADLINE:
        try:
            return day_words(read_day(words))
        except Refused:
            return words
    return join_names(split_names(words)) if field in UNIT_FIELDS else words


def says_the_same(field: Field, one: str, other: str) -> bool:
    """Whether two contents of a cell mean the same."""
    return one == other or meaning(field, one) == meaning(field, other)


def _kind(words: str) -> TaskKind:
    found = {label: kind for kind, label in TASK_KIND_LABELS.items()}
    if words and words not in found:
        raise Refused("invalid", f"没有“{words[:20]}”这一类型，请从{'、'.join(found)}里选一个。")
    return found.get(words, TaskKind.CONTINUING)


def _recurrence(words: str) -> str | None:
    found = {label: recurrence for recurrence, label in RECURRENCE_LABELS.items()}
    if words and words not in found:
        raise Refused(
            "invalid", f"没有“{words[:20]}”这一周期，请从{'、'.join(found)}里选一个，不定期的留空。"
        )
    return found.get(words)


_READERS: Mapping[Field, Callable[[str], object]] = MappingProxyType(
    {Field.DEADLINE: read_day, Field.KIND: _kind, Field.RECURRENCE: _recurrence}
)


def taken(draft: Draft, typed: Mapping[Field, str], known: Mapping[str, Bearer]) -> Draft:
    """The draft with these cells taken over; `known` says what names of the plan were bound to.

    Raises Refused invalid, as `check` does.
    """
    for field, words in typed.items():
        check(field, words)
    return replace(draft, **_values(typed), bearers=_bearers(draft, typed, known))


def _values(typed: Mapping[Field, str]) -> dict[str, Any]:
    plain = {
        name: typed[field]
        for field, name in (
            (Field.NUMBER, "number"),
            (Field.SECTION, "section"),
            (Field.TITLE, "title"),
            (Field.TEXT, "text"),
            (Field.DEADLINE_TEXT, "deadline_text"),
        )
        if field in typed
    }
    values: dict[str, Any] = dict(plain)
    if Field.DEADLINE in typed:
        values["deadline_on"] = read_day(typed[Field.DEADLINE])
    if typed.get(Field.KIND):
        values |= {"kind": _kind(typed[Field.KIND]), "kind_reason": BY_LIST}
    if Field.RECURRENCE in typed:
        values |= {"recurrence": _recurrence(typed[Field.RECURRENCE]), "recurrence_text": ""}
    return values


def _bearers(draft: Draft, typed: Mapping[Field, str], known: Mapping[str, Bearer]) -> tuple[Bearer, ...]:
    """The names by share; those that stood there keep what they were bound to, wherever they stand now."""
    if not UNIT_FIELDS.keys() & typed.keys():
        return draft.bearers
    own = {bearer.printed: bearer for bearer in draft.bearers}
    found: list[Bearer] = []
    for field, share in UNIT_FIELDS.items():
        if field in typed:
            found += [_bearer(own.get(name) or known.get(name), name, share) for name in _names(typed[field])]
        else:
            found += [bearer for bearer in draft.bearers if bearer.share is share]
    return tuple(found)


def _bearer(stood: Bearer | None, name: str, share: Share) -> Bearer:
    return replace(stood, share=share) if stood else Bearer(share, name)


def new_draft(typed: Mapping[Field, str], known: Mapping[str, Bearer]) -> Draft:
    """The task a row without a stamp asks for; raises Refused invalid."""
    kind = TaskKind.DATED if typed.get(Field.DEADLINE) else TaskKind.CONTINUING
    blank = Draft(
        number="", part=None, level=1, title="", section="", text="", start=None, end=None,
        deadline_on=None, deadline_text="", recurrence=None, recurrence_text="", start_text="",
        kind=kind, kind_reason=BY_LIST,
    )  # fmt: skip
    return taken(blank, typed, known)

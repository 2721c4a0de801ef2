"""How Chinese official documents number things: 一、（一）1.（1）①, chapters and articles, and where a number may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from workflows.document.script import HAN, han_number


class Rank(IntEnum):
    """The customary order of numbering styles, the widest first (GB/T 9704: 一、（一）1.（1）)."""

    CHAPTER = 1  # 第一章
    SECTION = 2  # 第一节
    HAN = 3  # 一、
    HAN_BRACKET = 4  # （一）
    ARTICLE = 5  # 第一条
    DIGIT = 6  # 1.
    DOTTED = 7  # 1.1
    DIGIT_BRACKET = 8  # （1）
    CIRCLE = 9  # ①


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed number: `start` to `end` are its place, `value` what it counts."""

    rank: Rank
    value: int
    label: str
    start: int
    end: int


_H = "[一二三四五六七八九十百零]{1,5}"
_N = f"(?:{_H}|\\d{{1,3}})"
# After "1." or "1、" a digit means a decimal or a range, unless it begins a year or a month's end.
_TEXT = r"(?!\d)|(?=(?:19|20)\d\d年|(?:1[0-2]|[1-9])月[底末])"
_MARK = re.compile(
    rf"(?=[第重任措事(\[0-9一二三四五六七八九十百零⒈-⒛①-⑳])(?:第\s?(?P<CHAPTER>{_N})\s?章|第\s?(?P<SECTION>{_N})\s?节|第\s?(?P<ARTICLE>{_N})\s?条(?!第|规定|第|款|例|件)"
    rf"|(?:重点)?(?:任务|措施|事项)(?P<NAMED>{_N})\s?[:.、]"
    rf"|[(\[]\s?(?P<HAN_BRACKET>{_H})\s?[)\]][、.]?|\(\s?(?P<DIGIT_BRACKET>\d{{1,2}})\s?\)[、.]?"
    rf"|(?<![{HAN}\d])(?P<DOTTED>\d{{1,2}}(?:\.\d{{1,2}}){{1,2}})(?=[ 、]\s?[{HAN}])"
    rf"|(?P<HAN>{_H})\s?[、.](?!\s?[一二三四五六七八九十]\s?[、.])"
    rf"|(?<![\d.])(?P<DIGIT>\d{{1,3}})(?:\s?[.、](?:{_TEXT})|\))"
    r"|(?P<DOTTED_DIGIT>[⒈-⒛])|(?P<CIRCLE>[①-⑳]))"
)


def marks(folded: str) -> Iterator[Mark]:
    """Everything in the text that has the shape of a number mark, in order; whether it is one depends on its place."""
    for found in _MARK.finditer(folded):
        style = found.lastgroup or ""
        yield _mark(style, found)


def _mark(style: str, found: re.Match[str]) -> Mark:
    words = found.group(style)
    if style == "CIRCLE":
        return Mark(Rank.CIRCLE, ord(words) - ord("①") + 1, str(ord(words) - ord("①") + 1), *found.span())
    if style == "DOTTED_DIGIT":
        return Mark(Rank.DIGIT, ord(words) - ord("⒈") + 1, str(ord(words) - ord("⒈") + 1), *found.span())
    if style == "DOTTED":
        return Mark(Rank.DOTTED, int(words.rpartition(".")[2]), words, *found.span())
    rank = Rank.DIGIT if style == "NAMED" else Rank[style]
    return Mark(rank, han_number(words), str(han_number(words)), *found.span())

"""How words stand in a formal document: without control characters, years of numbers in 六角括号, dates without weekday."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from itertools import pairwise
from math import inf

_NOT_PRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_YEAR = re.compile(r"[\[（(【〔［]\s*(\d{4})\s*[\]）)】〕］]")
_BREAKS = re.compile(r"\r\n|[\n\r\u2028\u2029]")


def printable(words: str) -> str:
    """The words without characters that no document can hold, on one line."""
    return _NOT_PRINTED.sub("", _BREAKS.sub(" ", words).replace("\t", " ")).strip()


def lines(words: str) -> list[str]:
    """The lines of a text that say something, each printable."""
    return [line for line in map(printable, _BREAKS.split(words)) if line]


def bracketed(number: str) -> str:
    """A 发文字号 with its year in 六角括号: 云督〔2025〕3号 (GB/T 9704-2012, 7.2.5), whatever brackets were typed."""
    return _YEAR.sub(r"〔\1〕", printable(number))


def formal_date(day: date) -> str:
    """成文日期: 2025年4月10日 (7.3.5.4: Arabic figures, no leading zeros)."""
    return f"{day.year}年{day.month}月{day.day}日"


_BREAK_BEHIND, _BREAK_BEFORE = "》）月度年日局县市：，、", ("《", "关于", "工作")
_WHOLE = re.compile(r"[0-9A-Za-z.%〔〕]")
_WISH = 6
"""Characters of balance given up for a break where the sense allows one."""


def title_lines(title: str, fits: int) -> list[str]:
    """A title in lines of at most `fits` characters, of like length, broken where the sense allows it (7.3.1)."""
    words = printable(title)
    fewest = max(1, -(-len(words) // fits))
    tried = [(_cut(words, fits, count), count) for count in (fewest, fewest + 1)]
    (_, cuts), _ = min(tried, key=lambda one: one[0][0] + 3 * _WISH * one[1])
    return [words[start:end] for start, end in pairwise((0, *cuts, len(words)))]


def _cut(words: str, fits: int, count: int) -> tuple[float, tuple[int, ...]]:
    """Where to break the words into so many lines with the least harm, and how much harm that is."""
    wanted = len(words) / count

    @cache
    def least(start: int, left: int) -> tuple[float, tuple[int, ...]]:
        if left == 1:
            return (0, ()) if len(words) - start <= fits else (inf, ())
        ends = range(start + 1, min(start + fits, len(words) - 1) + 1)
        return min((_joined(end, start, least(end, left - 1)) for end in ends), default=(inf, ()))

    def _joined(end: int, start: int, rest: tuple[float, tuple[int, ...]]) -> tuple[float, tuple[int, ...]]:
        return _harm(words, end) + abs(wanted - (end - start)) + rest[0], (end, *rest[1])

    return least(0, count)


def _harm(words: str, at: int) -> float:
    harm = 0
    if (_WHOLE.match(words[at - 1]) or words[at - 1] == "年") and _WHOLE.match(words[at : at + 1]):
        harm += len(words)
    if words[at : at + 1] in "》）、，。的年—" or words[at - 1] in "《（—":
        harm += 2 * _WISH
    if words.count("《", 0, at) > words.count("》", 0, at):
        harm += 2 * _WISH
    good = words[at - 1] in _BREAK_BEHIND or words.startswith(_BREAK_BEFORE, at)
    return harm - _WISH * good
